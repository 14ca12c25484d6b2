import os
import socket

import pytest

from pytest_modelbench.confined.plan import (
    Order,
    Plan,
    pack_order,
    pack_plan,
    read_message,
    unpack_order,
    unpack_plan,
)
from pytest_modelbench.confined.rlimits import Bounds

PLAN = Plan(
    tier="userns",
    is_single=False,
    readable=("/usr/lib", "/home/jörg/py thon"),
    site_packages=("/usr/lib/python3/dist-packages",),
    folder="",
    spare_uid=61234,
    libraries="",
    landlock_abi=7,
)
BOUNDS = Bounds(cpu_s=1.5, memory_mib=100, processes=8, disk_mib=10, files=50)
ORDER = Order(entry="module", may_fork=False, bounds=BOUNDS, uid=61235, name="cell-1")


@pytest.fixture
def ends():
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_a_plan_comes_back_as_it_was(ends):
    host, zygote = ends
    host.sendall(pack_plan(PLAN))

    message = read_message(zygote)

    assert message is not None
    assert (unpack_plan(message[0]), message[1]) == (PLAN, [])


def test_an_order_comes_with_its_descriptors(ends):
    host, zygote = ends
    socket.send_fds(host, [pack_order(ORDER)], [0, 1])
    host.sendall(pack_order(ORDER))

    first, second = read_message(zygote), read_message(zygote)

    assert first is not None
    assert second is not None
    assert (unpack_order(first[0]), len(first[1])) == (ORDER, 2)
    assert (unpack_order(second[0]), second[1]) == (ORDER, [])
    for descriptor in first[1]:
        os.close(descriptor)


@pytest.mark.parametrize("length", [0, 2, 4, 20])
def test_the_end_of_the_host_is_the_end_of_messages(length, ends):
    host, zygote = ends
    host.sendall(pack_order(ORDER)[:length])
    host.close()

    assert read_message(zygote) is None


@pytest.mark.parametrize(
    ("tier", "is_single", "has_namespaces"),
    [
        ("userns", False, True),
        ("bwrap", False, True),
        ("bwrap", True, False),
        ("landlock", False, False),
    ],
)
def test_a_plan_says_whether_cells_have_namespaces(tier, is_single, has_namespaces):
    plan = Plan(
        tier=tier,
        is_single=is_single,
        readable=(),
        site_packages=(),
        folder="",
        spare_uid=0,
        libraries="",
        landlock_abi=0,
    )

    assert plan.has_namespaces == has_namespaces
