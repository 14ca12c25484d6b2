import pytest

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.bwrap import find_bwrap, make_command, parse_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("bubblewrap 0.8.0\n", (0, 8, 0)),
        ("bubblewrap 0.11.0-2+deb13u1", (0, 11, 0)),
        ("bubblewrap 1.0", (1, 0)),
        ("", (0,)),
        ("bubblewrap", (0,)),
    ],
)
def test_versions_are_read(text, version):
    assert parse_version(text) == version


def install(folder, script):
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo bubblewrap 0.4.1", "bubblewrap 0.4.1 is installed, modelbench needs 0.8.0"),
        ("echo something else", "bubblewrap 0 is installed, modelbench needs 0.8.0"),
        ("exit 1", "bubblewrap 0 is installed, modelbench needs 0.8.0"),
    ],
)
def test_one_that_is_too_old_is_refused(script, problem, tmp_path):
    environ = install(tmp_path, script)

    with pytest.raises(SandboxError) as caught:
        find_bwrap(environ)

    assert caught.value.problem == problem


def test_one_that_is_new_enough_is_found(tmp_path):
    environ = install(tmp_path, "echo bubblewrap 0.8.0")

    path = find_bwrap(environ)

    assert path == str(tmp_path / "bwrap")


def test_none_in_the_path_is_said(tmp_path):
    with pytest.raises(SandboxError) as caught:
        find_bwrap({"PATH": str(tmp_path)})

    assert caught.value.problem == "not installed (no `bwrap` in PATH)"


def make(tmp_path, **changes):
    (tmp_path / "py thon").mkdir(exist_ok=True)
    arguments = {
        "readable": (str(tmp_path / "py thon"),),
        "disk_mib": 65,
        "is_root": False,
        "is_single": True,
        **changes,
    }
    return make_command("/usr/bin/bwrap", **arguments)


def test_every_namespace_is_new_and_none_can_follow(tmp_path):
    command = make(tmp_path)

    assert command[0] == "/usr/bin/bwrap"
    assert {"--unshare-all", "--unshare-user", "--disable-userns", "--new-session"} <= {*command}
    assert command[command.index("--cap-drop") + 1] == "ALL"
    assert command[-1] == "--"


def test_the_thread_that_starts_it_may_end(tmp_path):
    assert "--die-with-parent" not in make(tmp_path)


def test_only_the_box_can_be_written(tmp_path):
    command = make(tmp_path)

    mounts = [command[at : at + 3] for at, word in enumerate(command) if word == "--ro-bind"]
    folder = str(tmp_path / "py thon")
    assert mounts == [("--ro-bind", folder, folder)]
    assert command[command.index("--tmpfs") - 4 : command.index("--tmpfs") + 2] == (
        *("--size", str(65 << 20), "--perms", "0700"),
        *("--tmpfs", "/box"),
    )
    assert command[command.index("--remount-ro") + 1] == "/"
    assert "--bind" not in command


def test_links_are_made_again(tmp_path):
    (tmp_path / "lib").symlink_to("usr/lib")

    command = make(tmp_path, readable=(str(tmp_path / "lib"),))

    at = command.index(str(tmp_path / "lib"))
    assert command[at - 2 : at] == ("--symlink", "usr/lib")


def test_folders_above_can_be_entered_by_everybody(tmp_path):
    command = make(tmp_path)

    made = {command[at + 1] for at, word in enumerate(command) if word == "--dir"}
    assert {str(tmp_path), str(tmp_path.parent), "/dev"} <= made
    assert [command[at - 1] for at, word in enumerate(command) if word == "--dir"] == [
        "0755" for _ in made
    ]


@pytest.mark.parametrize(
    ("is_root", "is_single", "kept"),
    [
        (False, True, []),
        (False, False, []),
        (True, True, ["CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_SYS_PTRACE"]),
        (True, False, ["CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_SYS_PTRACE", "CAP_SYS_ADMIN"]),
    ],
)
def test_what_starts_cells_keeps_only_what_it_needs(is_root, is_single, kept, tmp_path):
    command = make(tmp_path, is_root=is_root, is_single=is_single)

    added = [command[at + 1] for at, word in enumerate(command) if word == "--cap-add"]
    assert (added, "--unshare-user" in command) == (kept, not is_root)
