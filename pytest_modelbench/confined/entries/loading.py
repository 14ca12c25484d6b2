"""Makes hostile source a module or a program in this process. Runs inside a cell."""

import io
import linecache
import os
import sys
from types import ModuleType
from typing import Any

from pytest_modelbench.confined.surroundings import get_site_packages

__all__ = ["MODULE_NAME", "Printed", "describe_error", "load_source", "prepare_workspace"]

MODULE_NAME = "answer"
MAX_DETAIL_CHARS = 2000


class Printed(io.RawIOBase):
    """Keeps the beginning of what is printed, and forgets the rest.

    Args:
        max_bytes: How much is kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = bytearray()

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  as `io.RawIOBase` has it
        """Take some bytes."""
        view = bytes(data)
        self._held += view[: self._max_bytes - len(self._held)]
        return len(view)

    def take(self) -> str:
        """Return what was printed since it was last taken."""
        text = self._held.decode("utf-8", "replace")
        self._held.clear()
        return text


def prepare_workspace(files: list[list[str]]) -> None:
    """Write the files into the current folder, and let them and installed packages be imported.

    Args:
        files: Relative paths and contents.
    """
    here = os.getcwd()  # noqa: PTH109  pathlib takes long to import
    for path, text in files:
        folder = os.path.dirname(path)  # noqa: PTH120  as above
        if folder:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103  as above
        with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:  # noqa: PTH123  as above
            file.write(text)
    sys.path[:0] = [here]
    sys.path.extend(get_site_packages())


def load_source(source: str, module: ModuleType, file_name: str) -> None:
    """Execute source in the namespace of a module."""
    sys.modules[module.__name__] = module
    module.__dict__["__file__"] = os.path.join(os.getcwd(), file_name)  # noqa: PTH109, PTH118  pathlib takes long to import
    # Tracebacks, `inspect.getsource` and dataclasses find the text here.
    lines = source.splitlines(keepends=True)
    linecache.cache[file_name] = (len(source), None, lines, file_name)
    code = compile(source, file_name, "exec", dont_inherit=True)
    exec(code, module.__dict__)  # noqa: S102  what a cell is for


def describe_error(error: BaseException) -> tuple[str, list[str], str]:
    """Return name, names of the bases and text of an exception, whatever its class does."""
    kind = type(error)
    try:
        detail = str(error)[:MAX_DETAIL_CHARS]
    except BaseException:  # noqa: BLE001  the class is hostile
        detail = ""
    bases = [base.__name__ for base in kind.__mro__[1:]]
    return kind.__name__, bases, detail
