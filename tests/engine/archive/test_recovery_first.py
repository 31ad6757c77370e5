"""What comes first in every job that moves files or looks at them: what a crash left half done is settled."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from mediavault_tui.domain.archive.journal import RECOVER, ActKind, StepEnded
from mediavault_tui.domain.events import Event, Phase
from mediavault_tui.engine import jobs
from mediavault_tui.engine.jobs import JobSpec
from mediavault_tui.engine.scan import ScanOptions
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import Library, intend

Start = Callable[[Library], JobSpec]
JOBS: dict[str, Start] = {
    "scan": lambda library: jobs.scan(
        ScanOptions((os.fsdecode(library.root),), frozenset({Phase.WALK, Phase.HASH}))
    ),
    "apply": lambda library: jobs.apply(library.plan_of([])),
    "restore": lambda _: jobs.restore(None),
    "purge": lambda _: jobs.purge([]),
    "recover": lambda _: jobs.recover(),
}


def half_moved(base: Path) -> Library:
    """A library with one file that was renamed into the archive just before the power went."""
    library = Library(base)
    library.fill()
    with library.vault() as vault, vault.database.transaction() as transaction:
        act, _ = intend(transaction, library.plan().steps[0], ActKind.RENAME)
        os.makedirs(os.path.dirname(act.target), exist_ok=True)
        os.rename(act.source, act.target)
    return library


async def first_of(events: AsyncGenerator[Event, None]) -> Event:
    async with contextlib.aclosing(events):
        return await anext(events)


@pytest.mark.parametrize("start", JOBS.values(), ids=JOBS)
def test_every_job_settles_first_what_a_crash_left_half_done(tmp_path: Path, start: Start) -> None:
    library = half_moved(tmp_path)
    spec = start(library)
    with library.vault() as vault:
        first = asyncio.run(first_of(spec.events(vault)))
        assert isinstance(first, StepEnded)
        assert (first.op, first.dry_run) == (RECOVER, False)
        with vault.database.reader() as connection:
            assert journal.under_way(connection) == []


@pytest.mark.parametrize(
    "start",
    [
        lambda library: jobs.apply(library.plan_of([]), dry_run=True),
        lambda _: jobs.restore(None, dry_run=True),
        lambda _: jobs.purge([], dry_run=True),
    ],
)
def test_a_dry_run_only_says_how_it_would_be_settled(tmp_path: Path, start: Start) -> None:
    library = half_moved(tmp_path)
    spec, names = start(library), library.names()
    with library.vault() as vault:
        first = asyncio.run(first_of(spec.events(vault)))
        assert isinstance(first, StepEnded)
        assert (first.op, first.dry_run) == (RECOVER, True)
        with vault.database.reader() as connection:
            assert len(journal.under_way(connection)) == 1
    assert library.names() == names
