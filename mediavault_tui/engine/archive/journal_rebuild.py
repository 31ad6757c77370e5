"""Making the journal again from what an archive folder says of itself, when the catalogue is lost."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence

import msgspec

from mediavault_tui.domain.archive import manifest as archive_manifest
from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.journal import RECOVER, JournalEntry, State, Status, StepEnded
from mediavault_tui.domain.archive.manifest import Entry
from mediavault_tui.engine.archive import archived_files
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, RootUnavailable
from mediavault_tui.services.file_ops import manifest_file, permissions
from mediavault_tui.store import journal
from mediavault_tui.store.database import Connection

UNKNOWN_GROUP = 0
"""Groups have other numbers in another catalogue."""


async def rebuild(vault: Vault, folder: bytes, roots: Sequence[bytes]) -> AsyncGenerator[StepEnded, None]:
    """Take what lies in the archive `folder` (a real path) into the journal; one event for each file and for each
    line that cannot be used. Must hold the catalogue's lock.

    `roots`: folders files may go back to; any if empty. Raises RootUnavailable without a readable manifest.
    """
    path = manifest_file.path_in(folder)
    try:
        is_of_another = await asyncio.to_thread(manifest_file.is_of_another, folder)
        entries, problems = await asyncio.to_thread(
            lambda: archive_manifest.read(manifest_file.lines(folder), folder)
        )
    except FileUnreadable as error:
        raise RootUnavailable(
            f"{os.fsdecode(path)!r}: {error.message}",
            "Name the archive folder itself, the one with a .mediavault-manifest.jsonl in it.",
        ) from error
    for problem in problems:
        yield _event(path, b"", Status.FAILED, f"line {problem.number} {problem.reason}: left out")
    known = await vault.read(journal.archived_places)
    found = []
    for told_of in entries:
        entry = _where_it_belongs_now(told_of, roots)
        reason = await asyncio.to_thread(_why_not, entry, roots, known)
        if reason is None and is_of_another and not roots:
            reason = "the manifest is another user's: list the folders it may go back to under scan: roots:"
        if reason is None:
            own = await asyncio.to_thread(_with_own_rights, entry.moved) if is_of_another else entry.moved
            found.append((told_of.place_then, own))
        elif reason:
            yield _event(entry.moved.origin, entry.moved.place, Status.REFUSED, reason)
    for moved in await vault.write_durably(_take_in, found):
        yield _event(moved.origin, moved.place, Status.DONE, "is known again and can be restored", moved.id)


def _where_it_belongs_now(entry: Entry, roots: Sequence[bytes]) -> Entry:
    """The entry, or where its folder has another path by now, with that."""
    if not roots or any(is_under(entry.moved.origin, root) for root in roots):
        return entry
    now = archive_manifest.carried_along(entry)
    return now if now is not None and any(is_under(now.moved.origin, root) for root in roots) else entry


def _with_own_rights(moved: JournalEntry) -> JournalEntry:
    """With the rights the file itself has: what another user says of it gives none. Blocking."""
    own = permissions.of(moved.place)
    return msgspec.structs.replace(moved, mode=own.mode, uid=own.uid, gid=own.gid, attributes=None)


def _why_not(entry: Entry, roots: Sequence[bytes], known: set[bytes]) -> str | None:
    """Why a file cannot be taken into the journal; empty where there is nothing to say. Blocking."""
    moved = entry.moved
    if moved.place in known:
        return ""
    if not moved.is_kept:
        return f"line {entry.number} is about no file of an archive: left out"
    if roots and not any(is_under(moved.origin, root) for root in roots):
        return f"line {entry.number} says it came from outside the folders of the config: left out"
    try:
        found = archived_files.find(moved)
    except FileUnreadable as error:
        found = error.message
    if isinstance(found, str):  # one that was about to be moved may never have left
        return found if entry.is_certain else ""
    return None


def _take_in(transaction: Connection, found: Sequence[tuple[bytes, JournalEntry]]) -> list[JournalEntry]:
    """Take (where it lay when that was written, file)… into the journal."""
    operations: dict[int, int] = {}
    taken = []
    for place_then, moved in found:
        known = journal.followed(transaction, place_then, moved)
        if known is not None:
            taken.append(known)
            continue
        if moved.operation not in operations:
            operations[moved.operation] = journal.begin(transaction, "apply")
        new = msgspec.structs.replace(
            moved, id=0, operation=operations[moved.operation], group=UNKNOWN_GROUP, state=State.MOVED,
            ended_at=None,
        )  # fmt: skip
        taken.append(msgspec.structs.replace(new, id=journal.add_moved(transaction, new)))
    for operation in operations.values():
        journal.close(transaction, operation)
    return taken


def _event(path: bytes, to: bytes, status: Status, reason: str, number: int | None = None) -> StepEnded:
    return StepEnded(RECOVER, path, to, status, reason, number)
