"""What an entry may know of the cell that it runs in."""

from collections.abc import Sequence

__all__ = ["get_site_packages", "set_site_packages"]

_site_packages: list[str] = []


def get_site_packages() -> Sequence[str]:
    """Return the readable folders of installed packages, which `sys.path` does not have.

    Outside of a cell there are none.
    """
    return tuple(_site_packages)


def set_site_packages(folders: Sequence[str]) -> None:
    """Note the folders, once this process is confined."""
    _site_packages[:] = folders
