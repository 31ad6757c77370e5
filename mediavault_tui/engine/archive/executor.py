"""Carrying out one act: intent into the journal, the change on the disk, the outcome into the journal.

Whoever cancels the job waits for the act under way; a copy is broken off and taken back.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec

from mediavault_tui.domain.archive.journal import Act, ActKind, FileIdentity, JournalEntry, State
from mediavault_tui.domain.archive.manifest import written
from mediavault_tui.domain.archive.operations import Op, Proof
from mediavault_tui.engine.archive.crash_resolution import Resolution, resolve
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services.content_hash import Cancelled
from mediavault_tui.services.file_ops import atomic_moves, copying, manifest_file, reflinks
from mediavault_tui.store import journal, moved_files
from mediavault_tui.store.database import Connection

T = TypeVar("T")
LastLook = Callable[[], None]


class Outcome(NamedTuple):
    """How an act ended."""

    done: bool | None
    """None: it could not be told; `recover` will."""
    reason: str
    crossed: bool = False
    """Nothing was changed because the target is on another filesystem: copy instead."""


async def finish_uncancelled(work: Coroutine[Any, Any, T], stop: threading.Event) -> T:
    """Run `work` to its end even when cancelled meanwhile; `stop` tells it to hurry."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                continue
        if not task.cancelled():
            task.exception()  # looked at, so that nobody complains it was not
        raise


class Executor:
    """Carries out the acts of one operation (`kind`: apply, restore or purge)."""

    def __init__(self, vault: Vault, operation: int, kind: str) -> None:
        self.vault = vault
        self.operation = operation
        self.kind = kind
        self.stop = threading.Event()
        self.archives: dict[bytes, int] = {}
        """Archive folders that were found to be there, and the filesystem of each."""
        self._renames: set[int] = set()
        """Filesystems seen to rename as files must be, for what is copied away from them."""

    async def act(
        self, act: Act, moved: JournalEntry, last_look: LastLook = atomic_moves.no_objection
    ) -> Outcome:
        """Carry out `act` with `moved`, which is new to the journal if it has no number.

        `last_look` is called when a file has lost its name and before anything of it is lost for good. If
        it raises MoveFailed or FileUnreadable, all is put back.
        """
        return await finish_uncancelled(self._act(act, moved, last_look), self.stop)

    async def _act(self, act: Act, moved: JournalEntry, last_look: LastLook) -> Outcome:
        if self.kind == "apply" and moved.archive and moved.is_kept:
            try:
                await asyncio.to_thread(write_manifest_state, moved)
            except MoveFailed as error:
                return Outcome(False, f"the archive cannot note it: {error.message}")
        act = await self.vault.write_durably(_intend, self.operation, act, moved)
        reason, crossed, lost = "", False, list[str]()
        try:
            act, lost = await self._perform(act, last_look)
            settled = Resolution(True, "")
        except (MoveFailed, FileUnreadable, Cancelled) as error:
            reason = "was cancelled" if isinstance(error, Cancelled) else error.message
            crossed = isinstance(error, atomic_moves.CrossesFilesystems)
            act = await self.vault.read(journal.act, act.id)  # with its copy, if it came that far
            settled = await asyncio.to_thread(resolve, act)
        seen = None
        try:
            seen = await asyncio.to_thread(look, act)
        except FileUnreadable as error:
            settled = Resolution(None, error.message)
        if settled.done is None or seen is None:
            return Outcome(None, "; ".join(filter(None, (reason, settled.reason))))
        await self.vault.write_durably(end, self.kind, act, seen, done=settled.done, reason=reason)
        await write_manifest_outcome(self.vault, act.moved_id)
        if settled.done:
            return Outcome(True, f"could not keep: {', '.join(lost)}" if lost else reason)
        return Outcome(False, reason, crossed)

    async def _perform(self, act: Act, last_look: LastLook) -> tuple[Act, list[str]]:
        """Change the disk. Returns the act with what is known of its copy, and what a copy could not keep."""
        if act.kind not in (ActKind.COPY, ActKind.PART):
            await asyncio.to_thread(_SIMPLE[act.kind], act, last_look)
            return act, []
        if act.kind is ActKind.COPY:
            await asyncio.to_thread(self._try_source, act)
        # A link is copied from its own name: that of the copy that was kept may be gone or another file's.
        copy, content, lost = await asyncio.to_thread(
            copying.copy, act.source, act.temporary, act.file, self.stop.is_set, act.dress
        )
        if act.device and await asyncio.to_thread(atomic_moves.device_below, act.temporary) != act.device:
            raise MoveFailed("the disk it goes to was taken away")
        act = msgspec.structs.replace(act, copy=FileIdentity.of(copy), content=content)
        await self.vault.write_durably(journal.revise, act)
        await asyncio.to_thread(_put_copy if act.kind is ActKind.COPY else _swap, act, last_look)
        return act, lost

    def _try_source(self, act: Act) -> None:
        """Raises MoveFailed if the original could not be set aside once it is copied: before it is copied."""
        device = atomic_moves.device_below(act.source)
        if device not in self._renames:
            atomic_moves.rename(act.source, act.aside)
            atomic_moves.rename(act.aside, act.source)
            self._renames.add(device)


def write_manifest_state(moved: JournalEntry) -> None:
    """Note the state of an archived file in the manifest of its archive. Blocking. Raises MoveFailed."""
    manifest_file.append(moved.archive, written(moved, moved.archive, int(time.time())))


async def write_manifest_outcome(vault: Vault, moved_id: int) -> None:
    """Note what became of a file. Where that cannot be, the disk says it: a line is held against what lies there."""
    moved = await vault.read(journal.moved, moved_id)
    if moved is not None and moved.archive and moved.is_kept:
        with contextlib.suppress(MoveFailed):
            await asyncio.to_thread(write_manifest_state, moved)


async def end_manifests(archives: Iterable[bytes]) -> None:
    """Remove the manifests of archives that nothing is in any more."""
    for folder in sorted(filter(None, set(archives))):
        with contextlib.suppress(MoveFailed, FileUnreadable):
            await asyncio.to_thread(manifest_file.drop_if_over, folder)


def _intend(transaction: Connection, operation: int, act: Act, moved: JournalEntry) -> Act:
    moved_id = moved.id or journal.add_moved(transaction, moved)
    act = msgspec.structs.replace(act, moved_id=moved_id)
    return msgspec.structs.replace(act, id=journal.intend(transaction, operation, act))


def _rename(act: Act, last_look: LastLook) -> None:
    atomic_moves.rename(act.source, act.target)
    try:
        _must_be(act.target, act.file, "another file has taken its place")  # at the last moment
        last_look()
    except (MoveFailed, FileUnreadable):
        atomic_moves.rename(act.target, act.source)
        raise


def _put_copy(act: Act, last_look: LastLook) -> None:
    """The copy is verified: give it its name, and only then remove the original, if it is still the same."""
    _must_be(act.source, act.file, "changed while it was copied")
    atomic_moves.rename(act.temporary, act.target)
    _must_be(act.source, act.file, "changed while it was copied")

    def very_last_look() -> None:
        _must_be(act.aside, act.file, "changed while it was copied")
        last_look()

    try:
        atomic_moves.remove(act.source, act.file.inode, act.aside, very_last_look)
    except (MoveFailed, FileUnreadable):
        found = atomic_moves.look(act.source)
        if found is not None and FileIdentity.of(found) == act.file and act.copy is not None:
            atomic_moves.remove(act.target, act.copy.inode)  # else settling would finish what must not be
        raise


def _must_be(path: bytes, file: FileIdentity, otherwise: str) -> None:
    found = atomic_moves.look(path)
    if found is None or FileIdentity.of(found) != file:
        raise FileUnreadable(otherwise)


def _link(act: Act, last_look: LastLook) -> None:
    atomic_moves.link(act.target, act.temporary)
    if act.other is not None:  # what was linked may not be what was proven to be equal
        _must_be(act.temporary, act.other, "the copy to keep is another file by now")
    _swap(act, last_look)


def _replace(act: Act, last_look: LastLook) -> None:
    """Exchange the archived file with the link in its place, look at what came out, and remove that name."""
    assert act.other is not None
    atomic_moves.exchange(act.source, act.target)
    try:
        _must_be(act.target, act.file, "another file has taken its place in the archive")
        link = atomic_moves.look(act.source)
        if link is None or link.inode != act.other.inode or link.links < 2:
            raise FileUnreadable("something else has taken the place of the link")
        last_look()
    except (MoveFailed, FileUnreadable):
        atomic_moves.exchange(act.source, act.target)  # else settling would finish what must not be
        raise
    atomic_moves.remove(act.source, act.other.inode)


def _swap(act: Act, last_look: LastLook) -> None:
    """Exchange the old file with the new one at `temporary`, look at what came out, and remove that."""
    atomic_moves.exchange(act.temporary, act.source)
    _must_be(act.temporary, act.file, "changed while it was replaced")
    try:
        last_look()
    except (MoveFailed, FileUnreadable):
        atomic_moves.exchange(act.temporary, act.source)  # else settling would finish what must not be
        raise
    if act.archived:
        try:
            atomic_moves.rename(act.temporary, act.archived)
        except MoveFailed:
            if atomic_moves.look(act.temporary) is not None:
                atomic_moves.exchange(act.temporary, act.source)
            raise
    else:
        atomic_moves.remove(act.temporary, act.file.inode)


def _share(act: Act, _: LastLook) -> None:
    reflinks.share(act.source, act.target, act.file.size)


def _remove(act: Act, last_look: LastLook) -> None:
    atomic_moves.remove(act.source, act.file.inode, act.aside, last_look)


_SIMPLE: dict[ActKind, Callable[[Act, LastLook], None]] = {
    ActKind.RENAME: _rename,
    ActKind.LINK: _link,
    ActKind.REPLACE: _replace,
    ActKind.SHARE: _share,
    ActKind.REMOVE: _remove,
}


class Seen(NamedTuple):
    """What lies at an act's places after it."""

    source: Proof | None
    target: Proof | None
    archived: Proof | None = None


def look(act: Act) -> Seen:
    """What lies at the act's places now. Raises FileUnreadable: then the act is not over, for what is not
    known of the files cannot be noted.
    """
    return Seen(*(_look(path) if path else None for path in (act.source, act.target, act.archived)))


def _look(path: bytes) -> Proof | None:
    try:
        return atomic_moves.look(path)
    except atomic_moves.NoRegularFile:
        return None


def end(transaction: Connection, kind: str, act: Act, seen: Seen, *, done: bool, reason: str) -> None:
    """Note the outcome of an act of an operation of `kind`, in journal and catalogue alike."""
    journal.end_act(transaction, act, done=done, reason=reason)
    moved = journal.moved(transaction, act.moved_id)
    assert moved is not None
    ours = [proof for proof in seen if proof is not None]
    journal.touch(transaction, ours)
    for proof in ours:
        moved_files.update_stat(transaction, proof)
    if not done:
        if kind == "apply":
            journal.set_state(transaction, moved.id, State.UNDONE)
    elif kind == "apply":
        _moved(transaction, moved, act, seen)
    elif kind == "restore":
        journal.set_state(transaction, moved.id, State.RESTORED)
        if moved.is_video:
            _restored(transaction, moved, act, seen)
    else:
        journal.set_state(transaction, moved.id, State.PURGED)
        moved_files.mark_purged(transaction, moved.origin, journal.origin_inode(transaction, moved.id))


def _restored(transaction: Connection, moved: JournalEntry, act: Act, seen: Seen) -> None:
    file_id = moved_files.mark_put_back(
        transaction, moved.origin, journal.origin_inode(transaction, moved.id)
    )
    if file_id is None:
        return
    if moved.op in (Op.ARCHIVE, Op.MOVE):
        path, found = act.target, seen.target
    else:  # of the files at the act's places, the one that is no name of the copy that stays
        others = (proof for proof in seen if proof is not None and proof.inode != moved.keeper_proof.inode)
        path, found = moved.origin, next(others, None)
    if found is not None:
        moved_files.mark_restored(transaction, file_id, path, found)


def _moved(transaction: Connection, moved: JournalEntry, act: Act, seen: Seen) -> None:
    journal.set_state(transaction, moved.id, State.MOVED)
    place, found = (act.archived, seen.archived) if act.archived else (act.target, seen.target)
    goes = act.kind in (ActKind.RENAME, ActKind.COPY) or act.archived
    if goes and found is not None:
        file = msgspec.structs.replace(found, sample=moved.file.sample)
        journal.set_place(transaction, moved.id, place, file, act.content)
    if act.kind is not ActKind.SHARE:
        moved_files.mark_moved_away(transaction, act.source)
