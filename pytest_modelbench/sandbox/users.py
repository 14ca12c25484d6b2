"""Which user a cell becomes where the host is root."""

import os
from pathlib import Path

from pytest_modelbench.confined.plan import SPARE_UID

__all__ = ["choose_first", "find_spare_uid", "is_mapped"]

# Together they end below the last of the numbers that fit into 16 bits.
RUNS, USERS_OF_A_RUN = 60, 64
UID_MAP = Path("/proc/self/uid_map")


def find_spare_uid() -> int:
    """Return the first of the users that cells become; 0 where this process is not root.

    The kernel counts no processes of root, and lets it do more than it should.
    """
    if os.getuid() != 0:
        return 0
    first = choose_first(os.getpid())
    try:
        text = UID_MAP.read_text("ascii")
    except OSError:
        return first
    # A container may have no other user: then its root is an ordinary one outside.
    return first if is_mapped(first, text) else 0


def choose_first(pid: int) -> int:
    """Return a number that other runs at the same time, such as xdist's workers, hardly choose.

    >>> choose_first(0), choose_first(59)
    (61234, 65010)
    """
    return SPARE_UID + pid % RUNS * USERS_OF_A_RUN


def is_mapped(uid: int, uid_map: str) -> bool:
    """Tell whether there is such a user in this namespace.

    >>> is_mapped(61234, "0 1000 1")
    False
    """
    for line in uid_map.splitlines():
        first, _, count = (int(word) for word in line.split())
        if first <= uid < first + count:
            return True
    return False
