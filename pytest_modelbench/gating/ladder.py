"""The ladder of roles: which role stands above which, from the relations between them; pure."""

from collections.abc import Iterator, Mapping, Sequence

from pytest_modelbench.domain.role import Role
from pytest_modelbench.domain.run import RoleRecord

__all__ = ["describe_ladders", "find_ladders"]


def find_ladders(roles: Mapping[str, Role]) -> tuple[tuple[str, ...], ...]:
    """Return every chain of `above` relations, each from its lowest role to its highest.

    Args:
        roles: Without a circle among their relations; loading refuses one.
    """
    beneath = {relation.role for role in roles.values() for relation in role.above}
    tops = [role for role in roles.values() if role.above and role.name not in beneath]
    return tuple(chain for top in tops for chain in _climb_down(top, roles))


def describe_ladders(roles: Mapping[str, Role], records: Sequence[RoleRecord]) -> tuple[str, ...]:
    """Say on one line per ladder who stands how on its rungs.

    A ladder of which one rung only was judged says nothing that the role's own line does not.
    """
    lines = []
    for chain in find_ladders(roles):
        rungs = [
            f"{name} ({', '.join(standings)})"
            for name in chain
            if (standings := [_stand(record) for record in records if record.role == name])
        ]
        if len(rungs) > 1:
            lines.append(f"ladder: {' < '.join(rungs)}")
    return tuple(lines)


def _climb_down(top: Role, roles: Mapping[str, Role]) -> Iterator[tuple[str, ...]]:
    if not top.above:
        yield (top.name,)
    for name in dict.fromkeys(relation.role for relation in top.above):
        for chain in _climb_down(roles[name], roles):
            yield (*chain, top.name)


def _stand(record: RoleRecord) -> str:
    return f"{record.label} {record.verdict}"
