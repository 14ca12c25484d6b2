"""Every attack: what is sent, how it is run, and what damage it does where nothing holds it."""

import ast
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pytest_modelbench.sandbox.base import Limits
from tests.sandbox import (
    attacks_kernel,
    attacks_network,
    attacks_processes,
    attacks_protocol,
    attacks_reading,
    attacks_resources,
    attacks_writing,
)

LIMITS = Limits(
    cpu_s=2, wall_s=6, memory_mib=64, processes=24, disk_mib=64, files=256, stdout_kib=64
)
BUSY = replace(LIMITS, cpu_s=1)
SHORT = replace(LIMITS, wall_s=0.6)
KIT = Path(__file__).with_name("attacks_kit.py").read_text("utf-8")


@dataclass(frozen=True, kw_only=True, slots=True)
class Attack:
    """One attack.

    Attributes:
        payload: What is sent.
        does: The damage that it must do without a sandbox; "" where there is no such thing as
            this attack without one.
        as_root: Whether only root can do it without a sandbox.
        way: `program`; `shell`, where it may start processes; `module`, where it holds the channel.
        limits: Of its cell.
        patience_s: How long it is waited for without a sandbox, before it counts as endless.
        meets_neighbours: Whether others run while it holds on.
        elusive_s: How long one must look to be sure that nothing of it is left.
        gets_through: Tiers that are known not to stop it, each with the damage.
    """

    payload: Callable[..., object]
    does: str = ""
    as_root: bool = False
    way: str = "program"
    limits: Limits = LIMITS
    patience_s: float = 15.0
    meets_neighbours: bool = False
    elusive_s: float = 0.0
    gets_through: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_proven(self) -> bool:
        """Whether it can be shown to work without a sandbox, by the user that this is."""
        return bool(self.does) and (not self.as_root or os.getuid() == 0)

    @property
    def name(self) -> str:
        """How the tests call it."""
        return self.payload.__name__

    def write(self, facts: Mapping[str, object]) -> str:
        """Return the source that is sent."""
        parts = [KIT, f"FACTS = {dict(facts)!r}", _find_head(self.payload)]
        parts += [*_find_helpers(self.payload), inspect.getsource(self.payload)]
        return "\n\n".join([*parts, f"attack({self.name})\n"])


def _find_head(payload: Callable[..., object]) -> str:
    """Return the imports and constants of the payload's module; those of ours are in the kit."""
    tree = ast.parse(inspect.getsource(sys.modules[payload.__module__]))
    head = [
        ast.unparse(one)
        for one in tree.body
        if isinstance(one, ast.Import | ast.Assign)
        or (isinstance(one, ast.ImportFrom) and not (one.module or "").startswith("tests"))
    ]
    return "\n".join(head)


def _find_helpers(payload: Callable[..., object]) -> list[str]:
    """Return the source of functions of the same module that it calls."""
    module = inspect.getmodule(payload)
    return [
        inspect.getsource(value)
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value is not payload
        and value.__module__ == payload.__module__
        and name in payload.__code__.co_names + _inner_names(payload)
    ]


def _inner_names(payload: Callable[..., object]) -> tuple[str, ...]:
    inner = [one for one in payload.__code__.co_consts if inspect.iscode(one)]
    return tuple(name for code in inner for name in code.co_names)


def _make(does: str, way: str, *payloads: Callable[..., object]) -> tuple[Attack, ...]:
    return tuple(
        Attack(payload=payload, does=does, way=way, as_root=payload.__name__ in NEED_ROOT)
        for payload in payloads
    )


# Where the interpreter is another user's, or the kernel asks for more than a user has.
NEED_ROOT = {
    *("write_interpreter", "change_root", "read_by_handle", "lease_a_shared_file"),
    *("raise_own_priority", "ask_for_real_time", "become_somebody_else", "lock_memory"),
    *("fill_pipes", "enter_other_namespaces", "use_new_mount_calls", "bend_the_kernel"),
    # What it does to all processes of a user, only root can do as nobody else.
    *("use_message_of_the_kernel", "signal_everybody"),
}


r, w, n, p = attacks_reading, attacks_writing, attacks_network, attacks_processes
e, k, c = attacks_resources, attacks_kernel, attacks_protocol

KNOWN = (
    *_make("read", "program", r.read_home, r.follow_symlink, r.make_hard_link),
    *_make("read", "program", r.read_through_proc_root, r.list_home),
    Attack(payload=r.ask_for_sizes, does="read", gets_through={"landlock": frozenset({"read"})}),
    *_make("read", "program", r.read_own_environment, r.read_every_environment),
    *_make("read", "program", r.read_inherited_descriptors, r.hunt_for_hidden_tests),
    *_make("read", "program", r.read_victim_memory, r.read_victim_memory_file),
    *_make("read", "shell", r.run_a_program),
    *_make("claimed", "program", r.watch_home),
    *_make("wrote", "program", w.write_home, w.change_mode, w.change_mode_by_descriptor),
    *_make("wrote", "program", w.change_times, w.change_attributes, w.truncate, w.unlink, w.move),
    *_make("strays", "program", w.write_temp, w.write_interpreter),
    *_make("tcp", "program", n.connect_tcp),
    *_make("udp", "program", n.send_udp, n.send_dns),
    *_make("unix", "program", n.connect_unix),
    *_make("abstract", "program", n.connect_abstract),
    *_make("claimed", "program", n.open_netlink, n.set_up_io_uring),
    *_make("claimed", "program", n.open_a_socket_by_the_old_gate),
    *_make("", "program", n.open_a_socket_by_x32),
    *_make("SIGUSR1", "program", p.signal_victim, p.signal_by_descriptor, p.signal_by_ownership),
    *_make("SIGURG", "shell", p.signal_everybody),
    *_make("bent", "program", p.change_limits_of_victim, p.renice_victim, p.pin_victim),
    *_make("traced", "program", p.seize_victim),
    *_make("processes", "shell", e.fork_many),
    *_make("threads", "program", e.start_many_threads),
    *_make("memory", "program", e.take_memory, e.take_shared_memory, e.take_memory_files),
    *_make("memory", "shell", e.take_memory_with_children),
    *_make("claimed", "program", e.take_system_v_memory),
    Attack(payload=e.spin, does="endless", limits=BUSY, patience_s=0.5),
    Attack(payload=e.stop_ourselves, does="endless", limits=SHORT, patience_s=0.5),
    *_make("disk", "program", e.fill_disk, e.fill_one_file),
    *_make("files", "program", e.make_many_files),
    *_make("flood", "program", e.flood_stdout),
    *_make("kept", "shell", p.leave_a_daemon),
    *_make("claimed", "program", k.make_user_namespace, k.mount_in_own_namespace, k.change_root),
    *_make("claimed", "program", k.use_keyring, k.use_bpf),
    *_make("", "program", k.open_the_terminal),
    *_make("unlimited", "program", k.raise_limits),
    *_make("unbound", "program", k.just_be_looked_at),
    Attack(payload=p.stop_everything_of_ours, way="shell", limits=SHORT),
)

MORE = (
    *_make("read", "program", r.read_relative_to_home, r.read_below_a_path_descriptor),
    *_make("read", "program", r.read_by_handle, r.read_extended_attributes),
    Attack(payload=r.read_a_link, does="read", gets_through={"landlock": frozenset({"read"})}),
    *_make("read", "program", r.map_a_file_of_the_host),
    *_make("claimed", "program", r.read_the_machine_identity),
    *_make("claimed", "program", r.borrow_descriptors_of_the_parent),
    *_make("", "module", r.hunt_in_own_memory, r.hunt_in_objects_and_frames),
    *_make("wrote", "program", w.append_by_descriptor_path, w.map_and_write, w.reopen_own_streams),
    *_make("wrote", "program", w.plant_links_for_who_cleans_up, w.swap_folder_for_a_link),
    *_make("wrote", "program", w.make_awkward_names, w.dig_deep),
    *_make("", "program", w.make_a_sparse_giant),
    *_make("claimed", "program", w.set_file_flags, w.bend_the_kernel),
    *_make("locks", "program", w.lock_a_shared_file, w.lease_a_shared_file),
    Attack(payload=w.leave_marks_everywhere, does="wrote", meets_neighbours=True),
    *_make("claimed", "program", n.open_odd_sockets, n.open_a_socket_by_own_code),
    *_make("claimed", "program", n.open_message_queues),
    Attack(payload=n.keep_a_socket_pair_full, meets_neighbours=True),
    Attack(payload=n.meet_the_next_cell, meets_neighbours=True),
    *_make("SIGUSR1", "program", p.signal_by_socket_ownership, p.signal_by_queue),
    *_make("claimed", "program", p.ask_about_victim),
    *_make("priority", "program", p.raise_own_priority, p.ask_for_real_time),
    *_make("", "program", p.prepare_to_be_killed_last),
    *_make("claimed", "program", p.become_somebody_else),
    *_make("kept", "shell", p.leave_many_daemons, p.leave_a_brother),
    Attack(payload=p.run_away_by_forking, does="kept", way="shell", elusive_s=0.4),
    *_make("memory", "shell", p.hide_behind_a_strange_name),
    *(
        Attack(payload=payload, way=way, limits=SHORT, meets_neighbours=True)
        for payload in (
            p.end_who_started_us,
            p.stop_our_parent,
            p.take_over_the_parent,
        )
        for way in ("program", "shell")
    ),
    *_make("", "shell", p.end_our_group),
    *_make("", "program", p.die_by_abort, p.die_at_once, p.die_of_recursion),
    *_make("", "module", p.die_of_a_bad_pointer),
    *_make("memory", "program", e.take_memory_behind_a_dead_leader),
    *_make("locked memory", "program", e.lock_memory),
    *_make("claimed", "program", e.fill_pipes),
    Attack(payload=e.spin_in_relays, does="endless", way="shell", limits=SHORT, patience_s=0.5),
    Attack(payload=e.sleep_for_ever, does="endless", limits=SHORT, patience_s=0.5),
    Attack(payload=e.drip, does="endless", limits=SHORT, patience_s=0.5),
    *_make("disk", "program", e.fill_files_without_a_name, e.fill_every_folder),
    # Nothing sees these from outside, which is why they must not get through.
    *_make("claimed", "program", e.fill_files_that_are_only_mapped, e.fill_files_of_other_tables),
    *_make("claimed", "program", e.keep_shared_memory, e.keep_memory_of_a_device),
    *_make("files", "program", e.make_many_folders, e.make_many_links),
    *_make("flood", "program", e.flood_stderr),
    *_make("", "program", e.print_awkward_text, e.close_every_descriptor),
    *_make("claimed", "shell", k.clone_with_new_namespaces, k.run_from_memory),
    *_make("tcp", "shell", k.run_ourselves_again),
    *_make("claimed", "program", k.enter_other_namespaces, k.use_new_mount_calls),
    *_make("claimed", "program", k.use_message_of_the_kernel, k.change_personality),
    *_make("claimed", "program", k.type_into_a_terminal, k.escape_by_dumpable, k.try_every_call),
    *_make("wrote", "program", k.splice_into_a_file),
    *_make("", "module", c.write_garbage_to_the_channel, c.claim_a_huge_frame),
    *_make("", "module", c.close_the_channel, c.flood_the_channel, c.send_deep_json),
    *_make("", "module", c.send_descriptors_to_the_host, c.read_what_the_host_says),
    *_make("", "module", c.answer_by_a_thread_after_the_end, c.poison_what_is_shared),
    Attack(payload=c.shut_the_channel_and_stay, way="module", limits=SHORT),
    *_make("", "shell", c.keep_the_channel_open),
)


def name_attack(attack: Attack) -> str:
    """Return what the test is called for it."""
    return f"{attack.name}-{attack.way}"
