"""How much code takes: processor time, memory, and how the time grows with the size of a call."""

import math
from collections.abc import Callable, Mapping, Sequence

from pytest_modelbench.sandbox import Ending, Evaluate, Observation
from pytest_modelbench.scoring.checks.base import Decision, Undecided, fulfilled, missed, quote
from pytest_modelbench.scoring.checks.code_arguments import SIZE, AtMost
from pytest_modelbench.scoring.checks.code_values import explain_ending

__all__ = ["judge_at_most", "list_growth_steps"]

# Each size is measured so often, and the shortest time counts.
MEASUREMENTS = 3
# Shorter times are noise.
SHORTEST_S = 0.002
# A measured time beyond the limit by less than this may be the machine's fault.
UNSURE_TIME = 1.5
# A measured growth within this factor of the border between two classes is not told apart.
UNSURE_GROWTH = 1.2

GROWTHS: Mapping[str, Callable[[float], float]] = {
    "1": lambda _size: 1.0,
    "log n": math.log,
    "n": lambda size: size,
    "n log n": lambda size: size * math.log(size),
    "n^2": lambda size: size**2,
    "n^2 log n": lambda size: size**2 * math.log(size),
    "n^3": lambda size: size**3,
    "n^4": lambda size: size**4,
}
# The first class that is clearly worse: between a class and itself times log n nobody can tell.
WORSE = {
    "1": "n",
    "log n": "n",
    "n": "n^2",
    "n log n": "n^2",
    "n^2": "n^3",
    "n^2 log n": "n^3",
    "n^3": "n^4",
}


def list_growth_steps(arguments: AtMost) -> list[Evaluate]:
    """Return what has to be measured beside what the code has to do."""
    if arguments.call is None:
        return []
    return [
        Evaluate(expression=arguments.call.replace(SIZE, str(size)))
        for size in arguments.sizes
        for _again in range(MEASUREMENTS)
    ]


def judge_at_most(
    arguments: AtMost, seen: Sequence[Observation], extra: Sequence[Observation]
) -> Decision:
    """Compare what the code took with what it may take.

    Args:
        arguments: What it may take.
        seen: Of what it had to do.
        extra: Of the steps for its growth.
    """
    reasons = []
    if arguments.seconds is not None:
        took = max(one.cpu_s for one in seen)
        if took > arguments.seconds * UNSURE_TIME:
            return missed(
                f"took {took:.2f} s of processor time, expected at most {arguments.seconds:g}"
            )
        if took > arguments.seconds:
            return Undecided(
                reason=f"took {took:.2f} s of processor time: too near to {arguments.seconds:g} s"
            )
        reasons.append(f"took {took:.2f} s")
    if arguments.memory_mib is not None:
        peak = max(one.peak_mib for one in (*seen, *extra))
        if peak > arguments.memory_mib:
            return missed(f"took {peak:.0f} MiB, expected at most {arguments.memory_mib}")
        reasons.append(f"took {peak:.0f} MiB")
    if arguments.growth is not None:
        found = _judge_growth(arguments, arguments.growth, extra)
        if isinstance(found, Undecided) or found.unit < 1:
            return found
        reasons.append(found.reason)
    return fulfilled(", ".join(reasons))


def _judge_growth(arguments: AtMost, growth: str, extra: Sequence[Observation]) -> Decision:
    for one in extra:
        if one.ending is not Ending.RETURNED:
            return missed(f"{quote(arguments.call or '')} {explain_ending(one)}")
    small, large = (
        min(one.cpu_s for one in part) for part in (extra[:MEASUREMENTS], extra[MEASUREMENTS:])
    )
    sizes = " and ".join(map(str, arguments.sizes))
    if large < SHORTEST_S:
        return fulfilled(f"sizes {sizes} take next to no time")
    grew = large / max(small, SHORTEST_S)
    border = math.sqrt(_factor(growth, arguments.sizes) * _factor(WORSE[growth], arguments.sizes))
    facts = f"grew {grew:.1f}-fold from size {' to '.join(map(str, arguments.sizes))}"
    if grew > border * UNSURE_GROWTH:
        return missed(f"{facts}, expected no more than {growth}")
    if grew > border / UNSURE_GROWTH:
        return Undecided(reason=f"{facts}: too near to the border of {growth}")
    told = min(one.cpu_s - one.hidden_s for one in extra[:MEASUREMENTS])
    if large / max(told, SHORTEST_S) > border / UNSURE_GROWTH:
        # All of it may belong to the large size.
        hidden_s = max(one.hidden_s for one in extra)
        return Undecided(reason=f"{facts}, but {hidden_s:.2f} s were used that no call told of")
    return fulfilled(facts)


def _factor(growth: str, sizes: Sequence[int]) -> float:
    small, large = (max(2, size) for size in sizes)
    return GROWTHS[growth](large) / GROWTHS[growth](small)
