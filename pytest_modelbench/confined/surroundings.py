"""What an entry may know of the cell that it runs in."""

from dataclasses import dataclass

__all__ = ["Surroundings", "get_surroundings", "set_surroundings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """The cell of this process.

    Attributes:
        workspace: The folder that is its own, and the current one; empty at the start.
        site_packages: Folders of installed packages, readable; `sys.path` does not have them.
        may_fork: Whether processes may be started.
    """

    workspace: str = ""
    site_packages: tuple[str, ...] = ()
    may_fork: bool = False


_found: list[Surroundings] = []


def get_surroundings() -> Surroundings:
    """Return what is known of this cell; nothing outside of one."""
    return _found[-1] if _found else Surroundings()


def set_surroundings(surroundings: Surroundings) -> None:
    """Note what is known, once this process is confined."""
    _found.append(surroundings)
