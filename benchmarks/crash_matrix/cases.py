"""A library made ready for a row's job, and what somebody else may do to it."""

import hashlib
import os
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.crash_matrix.bench import Bench
from benchmarks.crash_matrix.rows import Row
from benchmarks.crash_matrix.running import Job, run
from benchmarks.crash_matrix.tracing import struck
from mediavault_tui.domain.events import Event
from mediavault_tui.engine.archive.apply import carry_out as apply
from mediavault_tui.engine.archive.purge import purge, purgeable
from mediavault_tui.engine.archive.recover import recover
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import Library, write


class Case:
    """A library made ready for a row's job."""

    def __init__(self, bench: Bench, row: Row, template: Path) -> None:
        self.row = row
        self.library = bench.library(row, template)
        self.plan = self.library.plan_of([(b"Better/Film.1080p.mkv", b"Worse/Film.mkv")], row.op)
        for name in row.before:
            run(self.library, self.job(name))
        if row.crash is not None:
            call, number = row.crash
            struck(self.library, self.job("apply"), f"{call}:signal=KILL:when={number}")
        self.before = contents(self.library)

    def job(self, name: str) -> Job:
        """The job of that name on this library."""
        return {"apply": self._apply, "restore": _restore, "purge": _purge, "recover": recover}[name]

    def _apply(self, vault: Vault) -> AsyncGenerator[Event, None]:
        return apply(vault, self.plan)

    def again(self) -> Job:
        """What a user runs after a crash: the same again (after `recover`, the apply that it settled)."""
        return self.job("apply" if self.row.job == "recover" else self.row.job)


async def _restore(vault: Vault) -> AsyncGenerator[Event, None]:
    async for event in restore(vault, await vault.read(journal.in_archive)):
        yield event


async def _purge(vault: Vault) -> AsyncGenerator[Event, None]:
    async for event in purge(vault, await purgeable(vault, -1), now_really=True):
        yield event


def contents(library: Library) -> dict[str, set[bytes]]:
    """What must not be lost. An empty file is no content: one is renamed for a trial before a copy is made."""
    found = library.contents()
    found.pop(hashlib.sha256().hexdigest(), None)
    return found


def disturbance(case: Case, bench: Bench, what: str) -> Callable[[], None]:
    """What somebody else does to the library while the job is stopped."""
    step = case.plan.steps[0]
    in_archive = next(iter(_archived(case)), step.to)
    whose = {"loser": step.path, "keeper": step.keeper.path, "archived": in_archive, "origin": step.path}
    subject, _, deed = what.partition(" ")

    def act() -> None:
        if deed == "unmounted":
            subprocess.run(["umount", "-l", bench.other], check=True)
        elif deed == "gone":
            with suppress(FileNotFoundError):
                os.unlink(whose[subject])
        elif deed in ("replaced", "taken"):
            with suppress(FileNotFoundError):
                place = whose[subject]
                os.replace(write(os.path.join(os.path.dirname(place), b"new"), b"somebody's"), place)
        elif deed == "written to":
            with suppress(FileNotFoundError, BlockingIOError):  # the lease keeps writers out
                descriptor = os.open(whose[subject], os.O_WRONLY | os.O_NONBLOCK)
                os.pwrite(descriptor, b"written", 100)
                os.close(descriptor)
        case.before = contents(case.library)

    return act


def _archived(case: Case) -> list[bytes]:
    return [
        path
        for path in case.library.names()
        if path.startswith(case.library.archive) and path.endswith(b".mkv")
    ]
