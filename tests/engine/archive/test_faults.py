"""A fault at every call in turn: whatever fails, nothing is lost, and a second run finishes the job.

In this process: each call of the system made by the services, and each transaction, fails once or is the
last thing that ever happens. `benchmarks/crash_matrix` does the same from outside, with real kills.
"""

import asyncio
import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest

from mediavault_tui.domain.archive.journal import State, Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.engine.archive.apply import carry_out as apply
from mediavault_tui.engine.archive.executor import finish_uncancelled
from mediavault_tui.engine.archive.purge import purge, purgeable
from mediavault_tui.engine.archive.recover import recover
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import StoreError
from mediavault_tui.services import content_hash
from mediavault_tui.services.file_ops import (
    atomic_moves,
    copying,
    folders,
    manifest_file,
    nofollow,
    permissions,
    write_lease,
)
from mediavault_tui.store import journal
from mediavault_tui.store.database import Database
from tests.engine.archive.archive_library import Library, collect, video, write

CALLS = (
    *("open", "fsync", "link", "unlink", "mkdir", "rmdir", "lstat", "write", "read", "preadv", "fchmod"),
    *("fchown", "stat", "utime", "fstat", "statvfs", "scandir", "listdir", "listxattr", "setxattr"),
)
FAULTS = ["kill", errno.EIO, errno.ENOSPC, errno.EACCES]


class Killed(BaseException):
    """Nothing runs after this."""


class Fault:
    """Fails the `at`-th call; counts them all."""

    def __init__(self, at: int, kind: object) -> None:
        self.at, self.kind, self.count, self.dead = at, kind, 0, False

    def strike(self) -> None:
        if self.dead:
            raise Killed
        self.count += 1
        if self.count == self.at:
            if self.kind == "kill":
                self.dead = True
                raise Killed
            raise OSError(self.kind, os.strerror(int(str(self.kind))))


@contextmanager
def struck(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def before(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            fault.strike()
            return function(*arguments, **options)

        return called

    system = SimpleNamespace(**vars(os))
    for name in CALLS:
        setattr(system, name, before(getattr(os, name)))
    renameat2, transaction = atomic_moves._renameat2, Database.transaction

    def rename(*arguments: Any) -> int:
        try:
            fault.strike()
        except OSError as error:
            return error.errno or 0
        return renameat2(*arguments)

    @contextmanager
    def writing(self: Database, **options: Any) -> Iterator[Any]:
        try:
            fault.strike()
            with transaction(self, **options) as connection:
                yield connection
                fault.strike()
            fault.strike()
        except OSError as error:
            raise StoreError(str(error)) from error

    with monkeypatch.context() as patch:
        for module in (
            atomic_moves,
            nofollow,
            permissions,
            manifest_file,
            folders,
            copying,
            content_hash,
            write_lease,
        ):
            patch.setattr(module, "os", system)
        patch.setattr(atomic_moves, "_renameat2", rename)
        patch.setattr(Database, "transaction", writing)
        yield


Job = Callable[[Vault], Any]


def small(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    write(os.path.join(library.root, b"Better", b"Film.1080p.mkv"), video("film", 3000))
    library.loser = write(os.path.join(library.root, b"Worse", b"Film.mkv"), video("film", 3000))
    write(os.path.join(library.root, b"Worse", b"Film.de.srt"), b"subtitles")
    return library


PAIRS = [(b"Better/Film.1080p.mkv", b"Worse/Film.mkv")]


def everything(vault: Vault) -> Any:
    async def job() -> Any:
        async for event in restore(vault, await vault.read(journal.in_archive)):
            yield event

    return job()


def ending(vault: Vault) -> Any:
    async def job() -> Any:
        async for event in purge(vault, await purgeable(vault, -1), now_really=True):
            yield event

    return job()


def crossed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renames between library and archive are refused as between filesystems, so files are copied."""
    plain = atomic_moves._renameat2

    def rename(source: bytes, target: bytes, flags: int) -> int:
        if (b"/archive/" in source) != (b"/archive/" in target):
            return errno.EXDEV
        return plain(source, target, flags)

    monkeypatch.setattr(atomic_moves, "_renameat2", rename)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: thousands of fsyncs would take minutes on a busy disk."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(prefix="mediavault-", dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("what", ["apply", "copy", "link", "restore", "restore-copy", "part", "purge", "end"])
def test_a_fault_at_every_call(
    what: str, kind: object, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what in ("copy", "restore-copy"):
        crossed(monkeypatch)
    at, cases = 1, 0
    while True:
        library = small(memory / f"{at}")
        plan = library.plan_of(PAIRS, Op.HARDLINK if what in ("link", "part", "end") else Op.ARCHIVE)
        job: Job = lambda vault, plan=plan: apply(vault, plan)  # noqa: E731
        if what in ("restore", "restore-copy", "part", "purge", "end"):
            with library.vault() as vault:
                collect(job(vault))
            job = ending if what in ("purge", "end") else everything
        before = library.contents()
        fault = Fault(at, kind)
        with struck(fault, monkeypatch):
            attempt(library, job)
        cases += 1
        check(library, before, job, purging=what in ("purge", "end"))
        if fault.count < at:
            break
        at += {"kill": 4, errno.EIO: 5}.get(kind, 11)  # type: ignore[call-overload]  # one of FAULTS
    assert cases > 4, "the faults hit nothing"
    with library.vault() as vault, vault.database.reader() as connection:
        copied = any(moved.content for moved in journal.history(connection))
    assert copied == (what in ("copy", "restore-copy")), "another way was taken than was to be tested"


def attempt(library: Library, job: Job) -> None:
    vault = None
    try:
        vault = library.vault()
        collect(job(vault))
    except (Killed, StoreError):
        pass
    finally:
        if vault is not None:
            vault._thread.shutdown()
            vault.database._writer.close()


def check(library: Library, before: dict[str, set[bytes]], job: Job, *, purging: bool) -> None:
    videos = {digest for digest, paths in before.items() if any(p.endswith(b".mkv") for p in paths)}
    kept = videos if purging else set(before)
    assert kept <= set(library.contents()), "content is gone right after the fault"
    with library.vault() as vault:
        settled = [event for event in collect(recover(vault)) if isinstance(event, StepEnded)]
        assert {event.status for event in settled} <= {Status.DONE}
        assert kept <= set(library.contents()), "content is gone after recovery"
        assert not [path for path in library.names() if path.endswith(b".part")], "a temporary file is left"
        agree(library, vault)
        again = [event for event in collect(job(vault)) if isinstance(event, StepEnded)]
        assert {event.status for event in again} <= {Status.DONE}, again
        agree(library, vault)
        assert kept <= set(library.contents())


def agree(library: Library, vault: Vault) -> None:
    """Journal and disk say the same."""
    with vault.database.reader() as connection:
        assert journal.under_way(connection) == []
        latest: dict[bytes, Any] = {}
        for moved in journal.history(connection):
            latest.setdefault(moved.origin, moved)
    places = {moved.place for moved in latest.values() if moved.state is State.MOVED}
    assert {name for name in library.names() if name.startswith(library.archive)} <= places
    for origin, moved in latest.items():
        if moved.op is Op.HARDLINK:
            linked = moved.state in (State.MOVED, State.PURGED)
            assert os.path.samefile(origin, moved.keeper) == linked
            assert os.path.exists(moved.place) == (moved.state is State.MOVED)
            continue
        assert os.path.exists(moved.place) == (moved.state is State.MOVED)
        assert os.path.exists(origin) == (moved.state is State.RESTORED)


def test_the_event_loop_is_never_left_with_work_behind() -> None:
    """A cancelled act is waited for: what it was doing is over when the job is."""
    over = []

    async def slow(stop: threading.Event) -> None:
        await asyncio.to_thread(stop.wait)
        over.append(True)

    async def cancelled() -> None:
        stop = threading.Event()
        task = asyncio.create_task(finish_uncancelled(slow(stop), stop))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert over == [True]
