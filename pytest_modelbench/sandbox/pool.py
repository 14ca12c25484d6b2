"""Executions of one run: so many at once, each only once, and ahead of who waits for them."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.base import Execution, Observed, Tier
from pytest_modelbench.sandbox.observing import observe
from pytest_modelbench.sandbox.wire import execution_to_plain

__all__ = ["SandboxPool"]

# What is remembered: so many executions, and so much text in them.
MAX_REMEMBERED = 4096
MAX_REMEMBERED_BYTES = 64 << 20
VALUE_BYTES = 64
CLOSED = "the sandbox was closed while the code was run"


class SandboxPool:
    """Executes what models wrote, in cells of one tier.

    It may be used from any thread. The tier is opened by the first execution; if none holds, that
    refusal is what every execution gets.
    """

    def __init__(self, open_tier: Callable[[], Tier], slots: int) -> None:
        """Prepare a pool; nothing starts before there is something to execute.

        Args:
            open_tier: Opens a tier, or raises `SandboxError`.
            slots: How many executions may run at once.
        """
        self._opener = open_tier
        self._slots = _Slots(max(1, slots))
        self._lock = threading.Lock()
        self._open_lock = threading.Lock()
        self._tier: Tier | None = None
        self._refusal: SandboxError | None = None
        self._is_closed = False
        self._memory = _Memory()
        self._ahead = ThreadPoolExecutor(max(1, slots), thread_name_prefix="modelbench-sandbox")

    def observe(self, execution: Execution) -> Observed:
        """Execute, or wait for the same execution that is under way, and return what was seen.

        Raises:
            SandboxError: No tier holds on this machine, or the execution could not be carried out.
        """
        name = _identify(execution)
        with self._lock:
            self._refuse_closed()
            known = self._memory.find(name)
            # What only waits in the queue is better done at once, since somebody waits for it.
            is_mine = known is None or known.cancel()
            future: Future[Observed] = Future() if known is None or is_mine else known
            if is_mine:
                future.set_running_or_notify_cancel()
                self._memory.put(name, future)
        if is_mine:
            self._carry_out(execution, name, future)
        try:
            return future.result()
        except CancelledError:
            # Somebody else took it out of the queue, and has put another one there.
            return self.observe(execution)

    def observe_ahead(self, execution: Execution) -> None:
        """Start to execute in the background; `observe` finds it."""
        name = _identify(execution)
        with self._lock:
            if self._is_closed or self._memory.find(name) is not None:
                return
            self._memory.put(name, self._ahead.submit(self._observe_in_background, execution, name))

    def close(self) -> None:
        """Kill everything; what runs is not observed any more."""
        with self._lock:
            self._is_closed = True
        with self._open_lock:
            tier = self._tier
        if tier is not None:
            tier.close()
        self._ahead.shutdown(wait=True, cancel_futures=True)

    def _carry_out(self, execution: Execution, name: str, future: "Future[Observed]") -> None:
        try:
            observed = self._observe(execution, is_awaited=True)
        except BaseException as error:  # noqa: BLE001  whoever waits for it has to get it too
            self._memory.forget(name, future)
            future.set_exception(error)
        else:
            future.set_result(observed)
            self._memory.weigh(name, observed)

    def _observe_in_background(self, execution: Execution, name: str) -> Observed:
        try:
            observed = self._observe(execution, is_awaited=False)
        except BaseException:
            self._memory.forget(name)
            raise
        self._memory.weigh(name, observed)
        return observed

    def _observe(self, execution: Execution, *, is_awaited: bool) -> Observed:
        with self._slots.take(is_awaited=is_awaited):
            tier = self._open_tier()
            try:
                observed = observe(tier, execution)
            except OSError as error:
                raise SandboxError(f"the sandbox `{tier.name}` broke: {error}") from error
            finally:
                # Killed cells look like crashes, and those would count against the answer.
                self._refuse_closed()
            return observed

    def _open_tier(self) -> Tier:
        with self._open_lock:
            self._refuse_closed()
            if self._refusal is not None:
                raise self._refusal.with_traceback(None)
            if self._tier is None:
                try:
                    self._tier = self._opener()
                except SandboxError as error:
                    self._refusal = error
                    raise
                except OSError as error:
                    raise SandboxError(f"no sandbox could be started: {error}") from error
            return self._tier

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise SandboxError(CLOSED)


class _Slots:
    """So many at once; who is awaited goes first, or the queue would be done before it."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._awaited = 0
        self._changed = threading.Condition()

    @contextmanager
    def take(self, *, is_awaited: bool) -> Iterator[None]:
        """Wait for a slot, and have it."""
        with self._changed:
            self._awaited += is_awaited
            try:
                self._changed.wait_for(lambda: self._free and (is_awaited or not self._awaited))
            finally:
                self._awaited -= is_awaited
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()


class _Memory:
    """What was observed and what is being observed, by fingerprint; the oldest goes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[str, Future[Observed]] = {}
        # Of what has ended, oldest first; what is under way is never forgotten.
        self._bytes: OrderedDict[str, int] = OrderedDict()
        self._total = 0

    def find(self, name: str) -> "Future[Observed] | None":
        """Return what is known of an execution."""
        with self._lock:
            future = self._futures.get(name)
            if name in self._bytes:
                self._bytes.move_to_end(name)
            return future

    def put(self, name: str, future: "Future[Observed]") -> None:
        """Remember an execution."""
        with self._lock:
            self._futures[name] = future

    def forget(self, name: str, future: "Future[Observed] | None" = None) -> None:
        """Remember an execution no longer, unless another one took its place."""
        with self._lock:
            if future is None or self._futures.get(name) is future:
                self._futures.pop(name, None)
                self._total -= self._bytes.pop(name, 0)

    def weigh(self, name: str, observed: Observed) -> None:
        """Note how large an observation is."""
        weight = sum(
            len(seen.stdout) + len(seen.stderr) + len(seen.detail) + _weigh(seen.value)
            for seen in observed.observations
        )
        with self._lock:
            if name in self._futures:
                self._total += weight - self._bytes.get(name, 0)
                self._bytes[name] = weight
                self._trim()

    def _trim(self) -> None:
        while len(self._bytes) > MAX_REMEMBERED or self._total > MAX_REMEMBERED_BYTES:
            name, weight = self._bytes.popitem(last=False)
            self._total -= weight
            del self._futures[name]


def _weigh(value: object) -> int:
    """Return about how many bytes a value takes."""
    if isinstance(value, dict):
        return sum(_weigh(name) + _weigh(part) for name, part in value.items()) + VALUE_BYTES
    if isinstance(value, list | tuple | set | frozenset):
        return sum(map(_weigh, value)) + VALUE_BYTES
    if isinstance(value, str | bytes | bytearray):
        return len(value) + VALUE_BYTES
    return value.bit_length() // 8 + VALUE_BYTES if isinstance(value, int) else VALUE_BYTES


def _identify(execution: Execution) -> str:
    text = json.dumps(execution_to_plain(execution), sort_keys=True)
    return sha256(text.encode()).hexdigest()
