"""`${NAME}` in the texts of a file, from the environment."""

import re
from collections.abc import Mapping

from pytest_modelbench.domain import find_nearest
from pytest_modelbench.loading.spots import Spot

__all__ = ["expand_environment"]

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def expand_environment(value: object, environment: Mapping[str, str], spot: Spot) -> object:
    """Return a value with the variables in its texts replaced; note those that are not set."""
    if isinstance(value, str):
        return _expand_text(value, environment, spot) if "${" in value else value
    if isinstance(value, Mapping):
        return {
            key: expand_environment(entry, environment, spot.at(key))
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [
            expand_environment(entry, environment, spot.at(index))
            for index, entry in enumerate(value)
        ]
    return value


def _expand_text(text: str, environment: Mapping[str, str], spot: Spot) -> str:
    def expand(found: re.Match[str]) -> str:
        name = found[1]
        if name in environment:
            return environment[name]
        nearest = find_nearest(name, environment)
        spot.report(
            f"the environment variable `{name}` is not set",
            f"set it, for instance: export {name}=..."
            + (f"; did you mean `{nearest}`?" if nearest else ""),
        )
        return text

    return VARIABLE.sub(expand, text)
