"""A value of a YAML file together with the means to complain about it."""

from dataclasses import dataclass

from pytest_modelbench.domain import Place
from pytest_modelbench.loading.problems import Problems
from pytest_modelbench.loading.yaml_nodes import YamlFile

__all__ = ["Spot"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Where a value is.

    Attributes:
        file: The file it is in.
        problems: Where complaints go.
        path: Keys and indices that lead to it.
    """

    file: YamlFile
    problems: Problems
    path: tuple[str | int, ...] = ()

    def at(self, *steps: str | int) -> "Spot":
        """Return the spot of a value inside this one."""
        return Spot(file=self.file, problems=self.problems, path=(*self.path, *steps))

    @property
    def place(self) -> Place:
        """Return file and line, for values that outlive the loading."""
        return Place(path=self.problems.path, line=self.file.find_line(self.path))

    def report(self, text: str, hint: str = "") -> None:
        """Note what is wrong with the value."""
        self.problems.add(self.file.find_line(self.path), text, hint)
