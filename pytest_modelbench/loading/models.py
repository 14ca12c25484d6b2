"""The models of modelbench.yaml, one by label: NAME and NAME@VARIANT."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_modelbench.domain import ModelSpec, SamplingChanges
from pytest_modelbench.loading.project_shapes import ModelShape, VariantShape
from pytest_modelbench.loading.samplings import list_changes
from pytest_modelbench.loading.spots import Spot

__all__ = ["ModelReader"]

NAME = re.compile(r"[A-Za-z0-9_.-]+")
SOURCES = ("gguf", "recorded")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """The keys of a model, perhaps with a variant's merged over them, and where each stands."""

    values: Mapping[str, Any] = field(default_factory=dict)
    spots: Mapping[str, Spot] = field(default_factory=dict)

    def merge(self, shape: VariantShape, spot: Spot) -> "_Written":
        names = [name for name in VariantShape.model_fields if name in shape.model_fields_set]
        values = dict(self.values)
        if any(name in names for name in SOURCES):
            # A variant may be another file, or recorded where the model is real.
            values = {name: value for name, value in values.items() if name not in SOURCES}
        for name in names:
            if name == "sampling":
                values[name] = {**values.get(name, {}), **list_changes(shape.sampling)}
            else:
                values[name] = getattr(shape, name)
        return _Written(
            values=values, spots={**self.spots, **{name: spot.at(name) for name in names}}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelReader:
    """Reads models.

    Attributes:
        root: Where relative paths start.
    """

    root: Path

    def read_all(self, shapes: Mapping[str, ModelShape], spot: Spot) -> Iterator[ModelSpec]:
        """Yield every model, each followed by its variants."""
        for name, shape in shapes.items():
            _verify_name(name, "model", spot.at(name))
            written = _Written().merge(shape, spot.at(name))
            yield self._read(name, "", written, spot.at(name))
            for variant, changes in shape.variants.items():
                where = spot.at(name, "variants", variant)
                _verify_name(variant, "variant", where)
                yield self._read(name, variant, written.merge(changes, where), where)

    def _read(self, name: str, variant: str, written: _Written, spot: Spot) -> ModelSpec:
        values = written.values
        sources = [source for source in SOURCES if source in values]
        if len(sources) > 1:
            spot.report(
                "`gguf` and `recorded` exclude each other",
                "keep `gguf` for a real model, `recorded` to play answers back",
            )
        if not sources:
            spot.report(
                f"the model {name!r} has neither `gguf` nor `recorded`",
                "name the model file with `gguf: path/to/model.gguf`",
            )
        if "latency_s" in values and sources == ["gguf"]:
            written.spots["latency_s"].report(
                "`latency_s` is only for recorded answers", "leave it out"
            )
        plain = {
            key: values[key]
            for key in ("context_tokens", "chat", "experts", "slots", "threads", "gpu_layers")
            if key in values
        }
        return ModelSpec(
            name=name,
            variant=variant,
            gguf=self._find_path(values.get("gguf")),
            recorded=self._find_path(values.get("recorded")),
            chat_template=self._read_template(written),
            chat_arguments=values.get("chat_arguments", {}),
            sampling=SamplingChanges(values=values.get("sampling", {})),
            capabilities=frozenset(values.get("capabilities", ())),
            latency_s=float(values.get("latency_s", 0.0)),
            place=spot.place,
            **plain,
        )

    def _find_path(self, text: str | None) -> Path | None:
        return self.root / Path(text).expanduser() if text else None

    def _read_template(self, written: _Written) -> str:
        name = written.values.get("chat_template", "")
        if not name:
            return ""
        spot = written.spots["chat_template"]
        try:
            return (self.root / Path(name).expanduser()).read_text("utf-8")
        except OSError as error:
            spot.report(f"`chat_template` {name!r} cannot be read: {error.strerror or error}")
        except UnicodeDecodeError:
            spot.report(f"`chat_template` {name!r} is not UTF-8", "save the file as UTF-8")
        return ""


def _verify_name(name: str, what: str, spot: Spot) -> None:
    if not NAME.fullmatch(name):
        spot.report(f"the name of a {what} must be letters, digits, `_`, `.` and `-`, got {name!r}")
