"""Taking a link back: the name leads to a file of its own again."""

import asyncio
import os

import msgspec

from mediavault_tui.domain.access import CAPABILITIES
from mediavault_tui.domain.archive.journal import (
    Act,
    ActKind,
    FileAttributes,
    FileIdentity,
    JournalEntry,
    State,
    Status,
    StepEnded,
)
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.engine.archive import empty_folders
from mediavault_tui.engine.archive.executor import Executor, Outcome
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import journal, moved_files
from mediavault_tui.store.database import Connection


def is_link(moved: JournalEntry) -> bool:
    """Whether there is still the link in the place of a file that was replaced by one, whatever was written
    through it; and one that is not the last name of its file. Blocking. Raises FileUnreadable.
    """
    if moved.op is not Op.HARDLINK:
        return False
    found = atomic_moves.look(moved.origin)
    if found is None or found.links < 2:
        return False
    keeper = atomic_moves.look(moved.keeper)
    known = keeper.inode if keeper is not None else moved.keeper_proof.inode
    return found.inode == known


async def replace(actor: Executor, moved: JournalEntry, *, dry_run: bool) -> StepEnded:
    """Let the file in the archive take the place of the link."""
    link, found = (
        await asyncio.to_thread(atomic_moves.look, moved.origin),
        await asyncio.to_thread(atomic_moves.look, moved.place),
    )
    if link is None or found is None:
        return ended(moved, Status.REFUSED, "vanished while it was looked at")
    if dry_run:
        return ended(moved, Status.DONE, "would take the place of the link")
    act = Act(ActKind.REPLACE, moved.place, moved.origin, FileIdentity.of(found), other=FileIdentity.of(link))
    outcome = await actor.act(act, moved)
    if outcome.done:
        await empty_folders.remove_empty(actor.vault, {(os.path.dirname(moved.place), moved.archive)})
    elif outcome.crossed:
        return ended(moved, Status.REFUSED, "the archive is on another disk by now; copy it by hand")
    return ended_as(moved, outcome, moved.origin)


async def separate(actor: Executor, moved: JournalEntry, *, dry_run: bool) -> StepEnded:
    """Make a file of its own again of what shares its blocks (that it is already), or was linked when nothing of
    it was kept.
    """
    found = await asyncio.to_thread(atomic_moves.look, moved.origin)
    if found is None:
        return ended(moved, Status.REFUSED, "is not there any more")
    if moved.op is Op.REFLINK:
        if not dry_run:
            await actor.vault.write_durably(_is_its_own_again, moved)
        return ended(moved, Status.DONE, "its bytes were its own all the time; they part when written to")
    if FileIdentity.of(found) != FileIdentity.of(moved.keeper_proof):
        return ended(moved, Status.REFUSED, "is not the link any more that was made; it is left as it is")
    if dry_run:
        return msgspec.structs.replace(
            ended(moved, Status.DONE, "would be made a file of its own again"), dry_run=True
        )
    dress = attributes_of(moved)
    temporary = atomic_moves.temporary_name(moved.origin)
    act = Act(ActKind.PART, moved.origin, moved.keeper, FileIdentity.of(found), temporary, dress=dress)
    return ended_as(moved, await actor.act(act, moved), moved.origin)


def attributes_of(moved: JournalEntry) -> FileAttributes:
    """What a copy that is made for it looks like: as it was noted, but without set-id bits and capabilities."""
    mode = moved.mode & ~0o6000
    known = moved.attributes
    plain = None if known is None else {name: value for name, value in known.items() if name != CAPABILITIES}
    return FileAttributes(mode, moved.uid, moved.gid, moved.file.mtime_ns, plain)


def ended_as(moved: JournalEntry, outcome: Outcome, target: bytes) -> StepEnded:
    """How a restore ended, from how its act did."""
    if outcome.done:
        return ended(moved, Status.DONE, outcome.reason, target)
    return ended(moved, Status.FAILED, outcome.reason or "was taken back", target)


def ended(moved: JournalEntry, status: Status, reason: str, target: bytes = b"") -> StepEnded:
    """The event for a file of a restore."""
    return StepEnded("restore", moved.place, target or moved.origin, status, reason, moved.id)


def _is_its_own_again(transaction: Connection, moved: JournalEntry) -> None:
    journal.set_state(transaction, moved.id, State.RESTORED)
    moved_files.mark_put_back(transaction, moved.origin, journal.origin_inode(transaction, moved.id))
