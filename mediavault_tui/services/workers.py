"""Worker processes for what may crash, hang or hold the interpreter: libmediainfo, FFmpeg, guessit.

A task that kills its process fails alone; one that takes too long is ended alone. Workers start with the
first task and die with the program, however that ends.
"""

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import TimeoutError as TaskTimeout
from typing import TYPE_CHECKING, NamedTuple

from mediavault_tui.errors import FileUnreadable, MediaDamaged, VaultError

if TYPE_CHECKING:
    from pebble import ProcessPool

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Task(NamedTuple):
    """One call in a worker. `key` comes back with its outcome."""

    key: object
    arguments: tuple[object, ...]


class Outcome(NamedTuple):
    """What became of a task: a value, or the reason why there is none."""

    key: object
    value: object
    error: VaultError | None


class Workers:
    """A pool of `count` processes. Use as a context manager; leaving it ends every worker at once."""

    def __init__(self, count: int) -> None:
        self.count = count or available_cores()
        self._pool: ProcessPool | None = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End all workers now; what they were doing is lost (and will be done again)."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it untyped
            self._pool.join()
            self._pool = None

    async def map(
        self, function: Callable[..., object], tasks: AsyncIterator[Task], timeout_s: float
    ) -> AsyncGenerator[Outcome, None]:
        """Yield the outcome of each task as it comes, a few per worker under way at a time."""
        loop = asyncio.get_running_loop()
        waiting: dict[asyncio.Future[object], object] = {}
        exhausted = False
        while waiting or not exhausted:
            while not exhausted and len(waiting) < 4 * self.count:
                task = await anext(tasks, None)
                if task is None:
                    exhausted = True
                else:
                    future = self._started().schedule(function, args=task.arguments, timeout=timeout_s)
                    waiting[asyncio.wrap_future(future, loop=loop)] = task.key
            if waiting:
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for future_done in done:
                    yield _outcome(waiting.pop(future_done), future_done, timeout_s)

    def _started(self) -> "ProcessPool":
        if self._pool is None:
            from pebble import ProcessPool  # with the first task: a scan of unchanged files needs no workers

            self._pool = ProcessPool(
                max_workers=self.count,
                context=_context(),
                initializer=_begin,
                initargs=[os.getpid()],
            )
        return self._pool


def _context() -> multiprocessing.context.SpawnContext:
    """Spawned, not forked: this process has threads, and a fork would copy their locks."""
    context = multiprocessing.get_context("spawn")
    try:
        context.Lock()
    except OSError as error:
        raise VaultError(
            f"worker processes cannot be started: /dev/shm cannot be used: {error.strerror}",
            "Mount it, as root: mount -t tmpfs -o mode=1777 tmpfs /dev/shm",
        ) from error
    return context


def available_cores() -> int:
    """Cores this process may use (a container may be given fewer than the machine has)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _outcome(key: object, future: "asyncio.Future[object]", timeout_s: float) -> Outcome:
    from pebble import ProcessExpired

    error = future.exception()
    if error is None:
        return Outcome(key, future.result(), None)
    if isinstance(error, TaskTimeout | asyncio.TimeoutError):
        return Outcome(key, None, MediaDamaged(f"took longer than {timeout_s:g} s to read and was given up"))
    if isinstance(error, ProcessExpired):
        return Outcome(key, None, MediaDamaged(f"crashed the reader ({_end_of(error.exitcode)})"))
    if isinstance(error, MemoryError):
        return Outcome(key, None, MediaDamaged("needs more memory to read than there is"))
    if isinstance(error, FileUnreadable | MediaDamaged):
        return Outcome(key, None, error)
    raise error


def _end_of(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"


def _begin(parent: int) -> None:
    """In the new worker: leave Ctrl-C to the program, and never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)
