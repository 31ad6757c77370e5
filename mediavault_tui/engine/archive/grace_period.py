"""How long has something lain in the archive? Asked before it is erased, of every clock there is."""

import asyncio
import os
import time
from collections.abc import Sequence

from mediavault_tui.domain.archive import purge_age
from mediavault_tui.domain.archive.journal import JournalEntry
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import journal, run_days


async def mark_today(vault: Vault) -> None:
    """Note that the program runs today: a day that has passed, whatever the clock says later."""
    await vault.write(run_days.mark, int(time.time()))


async def too_recent(
    vault: Vault, files: Sequence[JournalEntry], asked_s: float, *, ask_disks: bool = True
) -> dict[int, str]:
    """Which of `files` (by number) are not to be erased yet, and why.

    `ask_disks`: have each archive's disk date a new file; network disks have clocks of their own.
    """
    moments = await vault.read(journal.moments)
    runs = await vault.read(run_days.witnesses)
    clocks = {folder: [time.time()] for folder in {moved.archive for moved in files}}
    if ask_disks:
        for folder, known in clocks.items():
            known.extend(await asyncio.to_thread(_disk_clock, folder))
    latest, since = 0, dict[int, int | None]()
    for number, noted in moments:
        since[number] = purge_age.moved_at(noted, [latest], time.time())
        if noted <= time.time():
            latest = max(latest, noted)
    found = {}
    for moved in files:
        reason = purge_age.why_not_yet(since.get(moved.id), clocks[moved.archive], runs, asked_s)
        if reason is not None:
            found[moved.id] = reason
    return found


def _disk_clock(folder: bytes) -> list[float]:
    """The time by the clock that dates the files of a folder; nothing where none can be made."""
    temporary = atomic_moves.temporary_name(os.path.join(folder, b"clock"))
    try:
        with atomic_moves.translated(temporary):
            descriptor = atomic_moves.create(temporary)
            try:
                now = os.fstat(descriptor).st_mtime
            finally:
                os.close(descriptor)
        found = atomic_moves.look(temporary)
        if found is not None:
            atomic_moves.remove(temporary, found.inode)
    except (MoveFailed, FileUnreadable):
        return []
    return [now]
