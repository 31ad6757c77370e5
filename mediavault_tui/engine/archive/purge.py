"""Purge: remove archived files for good, after their grace period and only while a good copy stays.

The copies that answer for a file are looked for and asked again (`surviving_copies`). Nothing is removed
while one of them cannot be read now.
"""

import asyncio
import functools
import math
import os
import threading
import time
from collections.abc import AsyncGenerator, Sequence

from msgspec.structs import replace

from mediavault_tui.domain.archive import companions
from mediavault_tui.domain.archive.journal import (
    Act,
    ActKind,
    FileIdentity,
    JournalEntry,
    State,
    Status,
    StepEnded,
)
from mediavault_tui.domain.archive.operations import Keeper, Proof
from mediavault_tui.domain.archive.purge_age import CLOCK_IS_SET
from mediavault_tui.domain.events import Event
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.archive import (
    archived_files,
    empty_folders,
    grace_period,
    surviving_copies,
    verification,
)
from mediavault_tui.engine.archive.executor import Executor, LastLook, end_manifests
from mediavault_tui.engine.archive.outcome_counts import Tally
from mediavault_tui.engine.archive.whole_copies import WholeCopies
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import journal

READ_WITHIN_S = 30 * 86_400
"""A copy that answers for what is erased must have been read from end to end within this time."""


def old_enough(there: Sequence[JournalEntry], older_than_s: float) -> list[JournalEntry]:
    """Those of the files in the archive that a purge would look at: moved there to be kept for a while, and so long
    ago by the system's clock.
    """
    latest = time.time() - older_than_s
    return [each for each in there if each.is_kept and CLOCK_IS_SET <= each.moved_at <= latest]


async def purgeable(vault: Vault, older_than_s: float, *, now_really: bool = False) -> list[JournalEntry]:
    """What has lain in the archive for so long by the system's clock, videos before what belongs to them.

    `now_really`: also what was archived while the clock was not set.
    """
    latest = time.time() - older_than_s
    if now_really and older_than_s <= 0:
        latest = math.inf
    earliest = 0 if now_really else CLOCK_IS_SET
    there = await vault.read(journal.in_archive)
    old = [each for each in there if each.is_kept and earliest <= each.moved_at <= latest]
    return sorted(old, key=lambda each: (not each.is_video, each.operation, each.bundle, each.id))


async def purge(
    vault: Vault,
    files: Sequence[JournalEntry],
    *,
    dry_run: bool = False,
    older_than_s: float | None = None,
    now_really: bool = False,
) -> AsyncGenerator[Event, None]:
    """Remove `files` (as `purgeable` gives them). One `StepEnded` each, then `OperationEnded`.

    Refused are those whose age is in doubt: younger than a day, or than `older_than_s` (the grace period) by
    any witness of the time. `now_really`: believe the system's clock alone, and let no day pass.
    """
    tally = Tally("purge", len(files), dry_run)
    if older_than_s is None:
        older_than_s = vault.settings.archive.grace_days * 86_400.0
    too_soon: dict[int, str] = {}
    if not now_really:
        too_soon = await grace_period.too_recent(vault, files, older_than_s, ask_disks=not dry_run)
    operation = None if dry_run else await vault.write_durably(journal.begin, "purge")
    actor = Executor(vault, operation or 0, "purge")
    whole = WholeCopies(vault, keep=not dry_run, newest_s=READ_WITHIN_S)
    going: set[int] = set()
    try:
        for moved in files:
            if moved.id in too_soon:
                event = _ended(moved, Status.REFUSED, too_soon[moved.id])
            else:
                event = await _purge(actor, moved, going, whole, dry_run=dry_run)
            if event.status is Status.DONE:
                going.add(moved.id)
            yield tally.ended(event)
    finally:
        if operation is not None:
            await vault.write(journal.end, operation)
            await end_manifests(moved.archive for moved in files)
    yield tally.summary(operation)


async def _purge(
    actor: Executor, moved: JournalEntry, going: set[int], whole: WholeCopies, *, dry_run: bool
) -> StepEnded:
    vault = actor.vault
    last_look: LastLook = atomic_moves.no_objection
    found = await _find(vault, moved)
    reason = found if isinstance(found, str) else None
    if reason is None and not moved.is_video:
        reason = await _why_wanted(vault, moved, going)
    elif reason is None:
        copies = await _good_copies(vault, moved, actor.stop, whole)
        if isinstance(copies, str):
            reason = copies
        else:
            last_look = functools.partial(_still_there, copies)
    if reason or isinstance(found, str):
        return _ended(moved, Status.REFUSED, reason or "")
    if dry_run:
        return replace(_ended(moved, Status.DONE, "would be erased"), dry_run=True)
    aside = atomic_moves.temporary_name(moved.place)
    act = Act(ActKind.REMOVE, moved.place, b"", FileIdentity.of(found), aside=aside)
    outcome = await actor.act(act, moved, last_look)
    if not outcome.done:
        return _ended(moved, Status.FAILED, outcome.reason or "was taken back")
    await empty_folders.remove_empty(vault, {(os.path.dirname(moved.place), moved.archive)})
    return _ended(moved, Status.DONE, "")


async def _find(vault: Vault, moved: JournalEntry) -> Proof | str:
    """The file in the archive, or why it stays."""
    current = await vault.read(journal.moved, moved.id)
    if current is None or current.state is not State.MOVED:
        return "is not in the archive any more"
    if await vault.read(journal.is_under_way, moved.id):
        return "was interrupted mid-move; run `mediavault recover`"
    try:
        return await asyncio.to_thread(archived_files.find, moved)
    except FileUnreadable as error:
        return error.message


async def _good_copies(
    vault: Vault, moved: JournalEntry, stop: threading.Event, whole: WholeCopies
) -> list[Keeper] | str:
    try:
        return await surviving_copies.good_copies(vault, moved, stop, whole)
    except FileUnreadable as error:
        return error.message


def _still_there(copies: Sequence[Keeper]) -> None:
    for copy in copies:
        verification.require_unchanged(copy.path, copy.proof)


async def _why_wanted(vault: Vault, moved: JournalEntry, going: set[int]) -> str | None:
    """A companion goes once all of its videos are gone for good, and if it is one by today's rule too."""
    videos = await vault.read(journal.owners_of, moved)
    owners = moved.owners or tuple(each.origin for each in videos if each is not None)
    if videos and not companions.may_belong(moved.origin, owners):
        return "is not known to belong to a video that went: put it back, or remove it yourself"
    for video in videos:
        if video is None or not (video.state is State.PURGED or video.id in going):
            return "stays with its video"
    if not videos:
        return "stays with its video"
    for owner in owners:  # perhaps by hand
        if await _is_there(owner) and not await _is_there(moved.origin):
            return f"belongs to {printable(os.path.basename(owner))}, which is there again; restore it?"
    return await _why_others_want(vault, moved, owners, going)


async def _why_others_want(
    vault: Vault, moved: JournalEntry, owners: tuple[bytes, ...], going: set[int]
) -> str | None:
    """A companion of several, or one that was given to the copy it went with, is wanted by more than that copy."""
    for home in {os.path.dirname(owner) for owner in owners}:
        # One that went earlier left it behind for those that stayed then.
        for other in await vault.read(journal.videos_from, home):
            if other.id not in going and companions.may_belong(moved.origin, (other.origin,)):
                return f"stays with {printable(os.path.basename(other.origin))}, which it belongs to as well"
        for other in await vault.read(journal.videos_back_in, home):
            if companions.may_belong(moved.origin, (other.origin,)) and await _is_there(other.origin):
                name = printable(os.path.basename(other.origin))
                return f"belongs to {name} as well, which was put back; restore it?"
    given = await vault.read(journal.given_before, moved)
    if given is not None and (reason := await _why_wanted(vault, given, going)) is not None:
        return f"was {printable(os.path.basename(given.origin))} before, which {reason}"
    return None


async def _is_there(path: bytes) -> bool:
    return await asyncio.to_thread(os.path.lexists, path)


def _ended(moved: JournalEntry, status: Status, reason: str) -> StepEnded:
    freed = moved.file.size if status is Status.DONE and moved.file.links == 1 else 0
    return StepEnded("purge", moved.place, b"", status, reason, moved.id, freed=freed)
