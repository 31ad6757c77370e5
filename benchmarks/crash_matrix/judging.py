"""What must hold after a case."""

import os
from collections.abc import Iterator
from typing import Any

from benchmarks.crash_matrix.cases import Case
from benchmarks.crash_matrix.running import run
from mediavault_tui.domain.archive.journal import State, Status
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.engine.archive.recover import recover
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import SETTINGS, Library


def wrong(case: Case, *, disturbed: bool) -> Iterator[str]:
    """What does not hold after a case; nothing if all is well."""
    library, row = case.library, case.row
    videos = {
        digest for digest, paths in case.before.items() if any(path.endswith(b".mkv") for path in paths)
    }
    kept = videos if row.job == "purge" else set(case.before)
    if not kept <= set(library.contents()):
        yield "content lost right after the fault"
    settled = run(library, recover)
    if any(event.status is not Status.DONE for event in settled) and not disturbed:
        yield f"recover: {[event.reason for event in settled]}"
    if not kept <= set(library.contents()):
        yield "content lost by recovery"
    yield from disagreement(library, disturbed=disturbed)
    again = run(library, case.again())
    if not disturbed and any(event.status is not Status.DONE for event in again):
        yield f"second run: {[(event.status, event.reason) for event in again]}"
    if not kept <= set(library.contents()):
        yield "content lost by the second run"
    yield from disagreement(library, disturbed=disturbed)


def disagreement(library: Library, *, disturbed: bool) -> Iterator[str]:
    """Where journal and disk differ. A file somebody took or replaced is his doing, not the journal's."""
    with Vault(library.database, SETTINGS) as vault, vault.database.reader() as connection:
        open_acts = journal.under_way(connection)
        latest: dict[bytes, Any] = {}
        for moved in journal.history(connection):
            latest.setdefault(moved.origin, moved)
    if disturbed:
        return
    if open_acts:
        yield f"half done: {open_acts}"
    if any(name.endswith(b".part") for name in library.names()):
        yield "a temporary file is left"
    places = {moved.place for moved in latest.values() if moved.state is State.MOVED}
    strays = {name for name in library.names() if name.startswith(library.archive)} - places
    if strays:
        yield f"in the archive, but not in the journal: {strays}"
    for origin, moved in latest.items():
        there = moved.state is State.MOVED
        if moved.op is Op.HARDLINK:
            linked = moved.state in (State.MOVED, State.PURGED)
            if os.path.samefile(origin, moved.keeper) != linked or os.path.exists(moved.place) != there:
                yield f"journal says {moved.state}, but the link is not so"
        elif os.path.exists(moved.place) != there or os.path.exists(origin) != (
            moved.state is State.RESTORED
        ):
            yield f"journal says {moved.state} of {origin!r}, the disk does not"
