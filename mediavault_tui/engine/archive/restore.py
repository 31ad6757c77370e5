"""Restore: put moved files back where they were, never over anything that is there now.

What somebody changed in the archive behind our back is reported and left alone; nothing is guessed.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Literal

from msgspec.structs import replace

from mediavault_tui.domain.access import Access
from mediavault_tui.domain.archive.archive_paths import free
from mediavault_tui.domain.archive.companions import Claim, Videos, claim_at
from mediavault_tui.domain.archive.journal import Cause, FileIdentity, JournalEntry, State, Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.events import Event
from mediavault_tui.engine.archive import archived_files, empty_folders, link_reversal
from mediavault_tui.engine.archive.apply import relocate
from mediavault_tui.engine.archive.executor import Executor, end_manifests
from mediavault_tui.engine.archive.free_names import is_called, lowered_names
from mediavault_tui.engine.archive.link_reversal import ended
from mediavault_tui.engine.archive.outcome_counts import Tally
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, MoveFailed, RootUnavailable
from mediavault_tui.services import filesystem
from mediavault_tui.services.file_ops import atomic_moves, folders, nofollow, permissions
from mediavault_tui.store import journal, roots
from mediavault_tui.store.roots import Root

OnCollision = Literal["refuse", "rename"]


class UnknownIdError(Exception):
    """Nothing in the archive is named by it; its text is the ID."""


async def restore(
    vault: Vault,
    files: Sequence[JournalEntry],
    *,
    on_collision: OnCollision = "refuse",
    dry_run: bool = False,
) -> AsyncGenerator[Event, None]:
    """Put `files` (of the journal) back. One `StepEnded` each, then `OperationEnded`.

    Where something else has taken the place: refused with Cause.COLLISION, or with
    `rename` put beside it under a free name.
    """
    tally = Tally("restore", len(files), dry_run)
    operation = None if dry_run else await vault.write_durably(journal.begin, "restore")
    actor = Executor(vault, operation or 0, "restore")
    went = _Went()
    try:
        for moved in sorted(files, key=lambda each: (not each.is_video, each.id)):
            ended = await _restore(actor, moved, on_collision, went, dry_run=dry_run)
            went.note(moved, ended)
            yield tally.ended(ended)
    finally:
        if operation is not None:
            await vault.write(journal.end, operation)
            await end_manifests(moved.archive for moved in files)
    yield tally.summary(operation)


class _Went:
    """How the videos of this run went back: what belongs to them takes their way, under their name."""

    def __init__(self) -> None:
        self.back: set[bytes] = set()
        """Those that are in their old place again."""
        self.renamed: dict[bytes, bytes] = {}
        """Those that are under another name."""
        self.stayed: set[bytes] = set()

    def note(self, moved: JournalEntry, ended: StepEnded) -> None:
        """Note how a step ended."""
        if not moved.is_video:
            return
        if ended.status is not Status.DONE:
            self.stayed.add(moved.origin)
        elif ended.to == moved.origin:
            self.back.add(moved.origin)
        else:
            self.renamed[moved.origin] = ended.to

    def why_not(self, companion: JournalEntry) -> str | None:
        """Why a companion stays in the archive: it would be taken for another video's."""
        owners = set(companion.owners)
        if owners & self.stayed and not owners & (self.back | self.renamed.keys()):
            return "stays with its video"
        return None

    def wanted(self, companion: JournalEntry) -> bytes:
        """Where a companion goes: its old place, or that beside a video with another name."""
        if self.back.isdisjoint(companion.owners):
            for owner in companion.owners:
                claim = _claim(companion, owner) if owner in self.renamed else None
                if claim is not None:
                    return os.path.splitext(self.renamed[owner])[0] + claim.suffix
        return companion.origin


def _claim(companion: JournalEntry, owner: bytes) -> Claim | None:
    home, name = os.path.split(owner)
    return claim_at(companion.origin, home, Videos([name]))


async def _restore(
    actor: Executor, moved: JournalEntry, on_collision: OnCollision, went: _Went, *, dry_run: bool
) -> StepEnded:
    current = await actor.vault.read(journal.moved, moved.id)
    if current is None or current.state is not State.MOVED:
        return ended(
            moved, Status.REFUSED, f"is not in the archive: {current.state if current else 'unknown'}"
        )
    if await actor.vault.read(journal.is_under_way, moved.id):
        return ended(moved, Status.REFUSED, "was interrupted mid-move; run `mediavault recover`")
    try:
        if diverted := await asyncio.to_thread(nofollow.diversion, os.path.dirname(moved.origin)):
            return ended(moved, Status.REFUSED, f"cannot go back: {diverted}")
        if moved.op is Op.REFLINK or (moved.op is Op.HARDLINK and not moved.is_kept):
            return await link_reversal.separate(actor, moved, dry_run=dry_run)
        root = await actor.vault.read(roots.find, moved.root)
        reason = await asyncio.to_thread(_why_not, moved, root)
        if not moved.is_video:
            reason = reason or went.why_not(moved)
        if reason is None and await asyncio.to_thread(link_reversal.is_link, moved):
            return await link_reversal.replace(actor, moved, dry_run=dry_run)
        target = await asyncio.to_thread(_target, moved, went.wanted(moved), on_collision)
        if reason is not None:
            return ended(moved, Status.REFUSED, reason)
        if target is None:
            taken = "another file is at the original path; it stays in the archive"
            return replace(ended(moved, Status.REFUSED, taken), cause=Cause.COLLISION)
        if dry_run:
            return replace(ended(moved, Status.DONE, "would be put back", target), dry_run=True)
        return await _back(actor, moved, target)
    except (FileUnreadable, MoveFailed) as error:
        return ended(moved, Status.FAILED, error.message)


def _why_not(moved: JournalEntry, root: Root | None) -> str | None:
    """What is wrong with the file in the archive, or with the disk it came from. Blocking."""
    found = archived_files.find(moved)
    return found if isinstance(found, str) else _why_unmounted(moved, root)


def _why_unmounted(moved: JournalEntry, root: Root | None) -> str | None:
    """A mount point without its disk looks like a root, also with things in it; its device tells them apart.

    Kernels number devices anew at boot; then `root`, as the last scan saw it, or its filesystem's own
    number tell that it is the same. What is put into a mount point is hidden once the disk is back.
    """
    if not moved.root or atomic_moves.device_below(moved.origin) == moved.origin_device:
        return None
    try:
        now, is_empty = filesystem.identify(moved.root), not os.listdir(moved.root)
    except (RootUnavailable, OSError):
        return "cannot go back: its folder is not there; is the disk mounted?"
    if is_empty:
        return "cannot go back: its folder is empty and on another disk than before; is the disk mounted?"
    if root is None or now.device == root.device or (now.filesystem and now.filesystem == root.filesystem):
        return None
    return (
        "cannot go back: its folder is on another disk than before; is the disk mounted? If so, scan it first"
    )


def _target(moved: JournalEntry, wanted: bytes, on_collision: OnCollision) -> bytes | None:
    """Where the file goes back to; None if that place is taken. Blocking."""
    if not atomic_moves.exists(wanted):
        return wanted
    if on_collision != "rename":
        return None
    if not moved.is_video:
        return free(wanted, atomic_moves.exists)
    names = lowered_names(os.path.dirname(wanted))

    def is_spoken_for(path: bytes) -> bool:
        """Also what is called after such a video would be taken for the restored one's."""
        stem = os.path.splitext(os.path.basename(path))[0].lower()
        return any(is_called(name, stem) for name in names)

    return free(wanted, is_spoken_for)


async def _back(actor: Executor, moved: JournalEntry, target: bytes) -> StepEnded:
    await _folders(actor.vault, os.path.dirname(target), moved)
    found = await asyncio.to_thread(atomic_moves.look, moved.place)
    if found is None:
        return ended(moved, Status.REFUSED, "vanished from the archive")
    device = await asyncio.to_thread(atomic_moves.device_below, target)
    same_disk = device == await asyncio.to_thread(atomic_moves.device_below, moved.place)
    dress = None if moved.attributes is None else link_reversal.attributes_of(moved)
    outcome = await relocate(
        actor, moved.place, target, FileIdentity.of(found), moved,
        same_disk=same_disk, device=device, dress=dress,
    )  # fmt: skip
    if outcome.done:
        await empty_folders.remove_empty(actor.vault, {(os.path.dirname(moved.place), moved.archive)})
    return link_reversal.ended_as(moved, outcome, target)


def _images(moved: JournalEntry) -> dict[bytes, Access]:
    """The rights of the folders of the archive, by the folders of the library that they stand for."""
    found: dict[bytes, Access] = {}
    original, here = os.path.dirname(moved.origin), os.path.dirname(moved.place)
    while moved.is_kept and here != moved.archive and len(here) > len(moved.archive):
        if found and os.path.basename(original) != os.path.basename(here):
            break
        with contextlib.suppress(OSError):
            access = permissions.of(here)
            found[original] = Access(access.mode, access.uid, access.gid, access.lists)
        if os.path.basename(original) != os.path.basename(here):
            break  # one folder for a path that would have been too long
        original, here = os.path.dirname(original), os.path.dirname(here)
    return found


async def _folders(vault: Vault, folder: bytes, moved: JournalEntry) -> None:
    """Make the folders again that were removed when they were empty, as they were.

    Where a lost catalogue took with it how they were, they get the rights of their images in the archive.
    """
    removed: dict[bytes, Access] = await asyncio.to_thread(_images, moved)
    path = folder
    while not await asyncio.to_thread(nofollow.is_folder, path):
        known = await vault.read(journal.removed_folder, path)
        if known is not None:
            removed[path] = known
        path = os.path.dirname(path)
    await asyncio.to_thread(folders.make_folders, folder, removed.get)


async def wanted(vault: Vault, words: Sequence[str]) -> list[JournalEntry]:
    """The files in the archive that IDs name: `17` (a file, with the sidecars of a video), `op3` (everything
    that one operation moved), `2030-01-31` (everything of a day). Raises UnknownIdError.
    """
    there = await vault.read(journal.in_archive)
    chosen: dict[int, JournalEntry] = {}
    for word in words:
        found = matching(there, word)
        if not found:
            raise UnknownIdError(word)
        chosen.update((each.id, each) for each in found)
    return list(chosen.values())


def matching(there: Sequence[JournalEntry], word: str) -> list[JournalEntry]:
    """The files that one ID names, and what belongs to the videos among them, whichever of its owners it left with."""
    if word.isdecimal():
        named = [each for each in there if each.id == int(word)]
        named = [each for each in there if each in named or _travelled_with(each, named, there)]
    elif word.startswith("op") and word[2:].isdecimal():
        named = [each for each in there if each.operation == int(word[2:])]
    else:
        named = [each for each in there if time.strftime("%Y-%m-%d", time.localtime(each.moved_at)) == word]
    videos = {each.origin for each in named if each.is_video}
    return [each for each in there if each in named or not videos.isdisjoint(each.owners)]


def _travelled_with(file: JournalEntry, named: Sequence[JournalEntry], there: Sequence[JournalEntry]) -> bool:
    """Whether `file` left with one of the named videos, or by a later run of a plan that was cut off."""
    videos = [each for each in named if each.is_video]
    if any((file.operation, file.bundle) == (video.operation, video.bundle) for video in videos):
        return True
    if file.is_video or any(
        each.is_video and (each.operation, each.bundle) == (file.operation, file.bundle) for each in there
    ):
        return False
    plan = file.group, file.bundle, file.keeper
    return any(plan == (video.group, video.bundle, video.keeper) for video in videos)
