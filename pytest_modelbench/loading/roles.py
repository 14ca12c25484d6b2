"""The roles of modelbench.yaml, and whether all that they name is there."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pytest_modelbench.domain import Bound, Outcome, Relation, Role, Threshold
from pytest_modelbench.domain.role import Comparator, MetricName
from pytest_modelbench.loading.problems import name_known
from pytest_modelbench.loading.project_shapes import RelationShape, RoleShape, ThresholdShape
from pytest_modelbench.loading.spots import Spot

__all__ = ["RoleReader"]

METRICS: tuple[MetricName, ...] = ("mean", "min", "pass_rate", "speed", "rate")
SHARES = frozenset({"pass_rate", "rate"})
BOUND = re.compile(r"\s*(>=|<=|>|<)\s*(-?[0-9]+(?:\.[0-9]*)?|-?\.[0-9]+)\s*")
NOWHERE_NEAR = Bound(comparator=">=", number=math.inf)


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleReader:
    """Reads roles.

    Attributes:
        labels: Of the models there are.
    """

    labels: Collection[str]

    def read_all(self, shapes: Mapping[str, RoleShape], spot: Spot) -> dict[str, Role]:
        """Return the roles by name."""
        roles = {
            name: self._read(name, shape, shapes, spot.at(name)) for name, shape in shapes.items()
        }
        _report_circles(roles, spot)
        return roles

    def _read(
        self, name: str, shape: RoleShape, shapes: Mapping[str, RoleShape], spot: Spot
    ) -> Role:
        if shape.incumbent not in self.labels:
            spot.at("incumbent").report(
                f"there is no model {shape.incumbent!r}",
                name_known(shape.incumbent, self.labels, "models"),
            )
        thresholds = spot.at("thresholds")
        return Role(
            name=name,
            incumbent=shape.incumbent,
            suites=tuple(dict.fromkeys(shape.suites)),
            thresholds=tuple(
                _read_threshold(threshold, shape.suites, thresholds.at(index))
                for index, threshold in enumerate(shape.thresholds)
            ),
            above=tuple(_read_relations(shape, shapes, spot.at("above"))),
            place=spot.place,
        )


def _read_relations(
    role: RoleShape, shapes: Mapping[str, RoleShape], spot: Spot
) -> Iterator[Relation]:
    if isinstance(role.above, RelationShape):
        yield _read_relation(role.above, role, shapes, spot)
        return
    for index, relation in enumerate(role.above):
        yield _read_relation(relation, role, shapes, spot.at(index))


def _read_relation(
    shape: RelationShape, role: RoleShape, shapes: Mapping[str, RoleShape], spot: Spot
) -> Relation:
    if shape.role not in shapes:
        spot.at("role").report(
            f"there is no role {shape.role!r}", name_known(shape.role, shapes, "roles")
        )
    _verify_suite(shape, role.suites, spot)
    return Relation(
        role=shape.role, by=float(shape.by), suite=shape.suite, tier=shape.tier, place=spot.place
    )


def _read_threshold(shape: ThresholdShape, suites: Sequence[str], spot: Spot) -> Threshold:
    written = [metric for metric in METRICS if metric in shape.model_fields_set]
    if len(written) != 1:
        got = ", ".join(f"`{metric}`" for metric in written) or "none"
        spot.report(
            f"a threshold must have one metric, got {got}",
            "write one of mean, min, pass_rate, speed, or outcome with rate",
        )
    metric = written[0] if written else "mean"
    has_outcome = "outcome" in shape.model_fields_set
    if has_outcome and written and metric != "rate":
        spot.at("outcome").report(
            f"`outcome` goes with `rate`, not with `{metric}`",
            'write {outcome: loop, rate: "<= 0.02"}',
        )
    if metric == "rate" and not has_outcome:
        spot.at("rate").report("`rate` needs an `outcome` to count", "add `outcome: loop`")
    _verify_suite(shape, suites, spot)
    return Threshold(
        metric=metric,
        bound=_read_bound(getattr(shape, metric), metric, spot.at(metric))
        if written
        else NOWHERE_NEAR,
        suite=shape.suite,
        tier=shape.tier,
        outcome=Outcome(shape.outcome) if metric == "rate" else None,
        place=spot.place,
    )


def _read_bound(value: object, metric: str, spot: Spot) -> Bound:
    found = BOUND.fullmatch(value) if isinstance(value, str) else None
    if not found:
        number = value if isinstance(value, int | float) else 4
        hint = f'write {metric}: ">= {number:g}" in quotes'
        if isinstance(value, str) and "%" in value:
            hint = f"a share is between 0 and 1; {_show_share(metric)}"
        spot.report(f'`{metric}` must be a bound such as ">= 4", got {value!r}', hint)
        return NOWHERE_NEAR
    bound = Bound(comparator=cast("Comparator", found[1]), number=float(found[2]))
    if metric in SHARES and not 0 <= bound.number <= 1:
        spot.report(
            f"`{metric}` is a share between 0 and 1, got {value!r}",
            _show_share(metric),
        )
    return bound


def _show_share(metric: str) -> str:
    return (
        f'write {metric}: "<= 0.02" for 2 %'
        if metric == "rate"
        else f'write {metric}: ">= 0.8" for 80 %'
    )


def _verify_suite(shape: ThresholdShape | RelationShape, suites: Sequence[str], spot: Spot) -> None:
    if "suite" in shape.model_fields_set and shape.suite not in suites:
        spot.at("suite").report(
            f"the role is not judged by the suite {shape.suite!r}",
            name_known(shape.suite, suites, "suites of the role"),
        )


def _report_circles(roles: Mapping[str, Role], spot: Spot) -> None:
    """Note each circle of `above` once, at the role of it that stands first."""
    reported: set[str] = set()
    for name in roles:
        circle = _find_circle(name, roles)
        if circle and not reported & set(circle):
            reported |= set(circle)
            way = " -> ".join((*circle, name))
            spot.at(name, "above").report(
                f"`above` goes in a circle: {way}", "no role can be above itself"
            )


def _find_circle(name: str, roles: Mapping[str, Role]) -> list[str]:
    """Return the roles on a way from a role back to itself, [] if there is none."""
    ways: list[list[str]] = [[name]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for relation in roles[way[-1]].above:
            if relation.role == name:
                return way
            if relation.role in roles and relation.role not in seen:
                seen.add(relation.role)
                ways.append([*way, relation.role])
    return []
