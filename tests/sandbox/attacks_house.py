"""What must not be read, changed or disturbed: a folder that stands for a home, and a victim."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

SIGN = "Canary"
VICTIM = Path(__file__).with_name("victim.py")
LIBRARY = Path(os.__file__)
PUBLIC_PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/home")


class House:
    """Everything around a sandbox that is none of its business.

    Attributes:
        folder: Open to everybody, so that only the sandbox keeps anybody from it.
        priority: Of this process.
        oom_score: Of this process.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="modelbench-house-", dir="/tmp"))
        self.priority = os.getpriority(os.PRIO_PROCESS, 0)
        self.oom_score = int(Path("/proc/self/oom_score_adj").read_text())
        self.secrets: dict[str, str] = {
            name: f"{SIGN}-{name}-{secrets.token_hex(8)}"
            for name in ("file", "environment", "memory", "hidden", "note", "pointer", "name")
        }
        self._uid = os.getuid()
        self._victim: subprocess.Popen[str] | None = None
        self._victim_facts: dict[str, Any] = {}
        self._lines: dict[str, Any] = {}
        self.rebuild()

    @property
    def private(self) -> Path:
        """The file that nobody may read."""
        return self.folder / ".ssh" / "id_rsa"

    def facts(self) -> dict[str, Any]:
        """Return what an attacker could know."""
        return {
            **self._victim_facts,
            "folder": str(self.folder),
            "private": str(self.private),
            "hunt": [str(self.folder / "project"), "/etc"],
            "library": str(LIBRARY),
            "packages": sysconfig.get_paths()["purelib"],
            "shared": str(self.folder / "open"),
            "sign": SIGN + "-",
            "uid": self._uid,
        }

    def rebuild(self) -> None:
        """Make the folder as it was."""
        for path in self.folder.iterdir():
            if path.name != "victim.sock":
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for name in (".ssh", "project"):
            (self.folder / name).mkdir()
        self.private.write_text(self.secrets["file"])
        (self.folder / ".ssh" / self.secrets["name"]).touch()
        (self.folder / "project" / "test_hidden.py").write_text(self.secrets["hidden"])
        (self.folder / "open").write_text("as it was")
        size = 20_000 + secrets.randbelow(70_000)
        (self.folder / "sized").write_bytes(bytes(size))
        self.secrets["size"] = f" {size}\n"
        (self.folder / "pointer").symlink_to(self.secrets["pointer"])
        with suppress(OSError):
            os.setxattr(self.private, "user.note", self.secrets["note"].encode())
        for path in (self.folder, *self.folder.rglob("*")):
            if not path.is_symlink() and not path.is_socket():
                path.chmod(0o777 if path.is_dir() else 0o666)
            if os.getuid() == 0:
                os.chown(path, self._uid, self._uid, follow_symlinks=False)

    def settle(self, uid: int) -> None:
        """Give it to the user that attacks: what belongs to others would be too easy to keep."""
        self._uid = uid
        self.start_victim()
        self.rebuild()

    def start_victim(self) -> None:
        """Start a process that notes who disturbs it."""
        self.stop_victim()
        command = [sys.executable, "-I", "-S", str(VICTIM), str(self.folder)]
        self._victim = subprocess.Popen(
            [*command, str(self._uid), self.secrets["memory"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"MODELBENCH_KEY": self.secrets["environment"]},
            start_new_session=True,
        )
        self._victim_facts = json.loads(self._stdout().readline())
        self._lines = self._read_victim()

    def stop_victim(self) -> None:
        """End it, if there is one."""
        if self._victim is not None:
            self._victim.kill()
            self._victim.communicate()
            self._victim = None

    def close(self) -> None:
        """Leave nothing."""
        self.stop_victim()
        shutil.rmtree(self.folder)

    def list_disturbances(self) -> list[str]:
        """Return what happened to the victim since the last time."""
        if self._victim is None or self._victim.poll() is not None:
            self.start_victim()
            return ["killed"]
        stdin = self._victim.stdin
        assert stdin is not None
        stdin.write("tell\n")
        stdin.flush()
        events: list[str] = json.loads(self._stdout().readline())
        lines = self._read_victim()
        if lines != self._lines:
            events.append("bent")
            self.start_victim()
        return events

    def take_picture(self) -> dict[str, tuple[object, ...]]:
        """Return all there is to know of the folder."""
        return {str(path): _describe(path) for path in (self.folder, *self._walk(self.folder))}

    def find_strays(self, mark: str) -> list[str]:
        """Return files outside that bear a mark, and remove them."""
        library = LIBRARY.parent
        places = [
            *PUBLIC_PLACES,
            sysconfig.get_paths()["purelib"],
            str(library),
            str(library / "__pycache__"),
            sys.prefix,
        ]
        found = [str(path) for place in places for path in Path(place).glob(f"*{mark}*")]
        for path in found:
            with suppress(FileNotFoundError):
                Path(path).unlink()
        return found

    def is_locked_by(self, pid: int) -> bool:
        """Say whether a process holds a lock or a lease on a file that everybody shares."""
        number = str(LIBRARY.stat().st_ino)
        for line in Path("/proc/locks").read_text().splitlines():
            words = line.replace(":", " ").split()
            if str(pid) in words and number in words:
                return True
        return False

    def tracer(self) -> int:
        """Return who traces the victim; 0 for nobody."""
        with suppress(OSError, KeyError):
            text = Path(f"/proc/{self._victim_facts['victim']}/status").read_text()
            return int(text.partition("TracerPid:")[2].split()[0])
        return 0

    def _walk(self, folder: Path) -> Iterator[Path]:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            yield Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path))

    def _stdout(self) -> Any:
        assert self._victim is not None
        return self._victim.stdout

    def _read_victim(self) -> dict[str, Any]:
        pid = self._victim_facts["victim"]
        return {
            "limits": Path(f"/proc/{pid}/limits").read_text(),
            "priority": os.getpriority(os.PRIO_PROCESS, pid),
            "processors": sorted(os.sched_getaffinity(pid)),
        }


def _describe(path: Path) -> tuple[object, ...]:
    facts = path.lstat()
    changed = 0 if path.is_dir() else facts.st_mtime_ns
    content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    target = str(path.readlink()) if path.is_symlink() else ""
    attributes = []
    with suppress(OSError):
        attributes = os.listxattr(path, follow_symlinks=False)
    return (
        facts.st_mode,
        facts.st_size if content else 0,
        facts.st_nlink,
        changed,
        content,
        target,
        attributes,
    )
