"""Walk: what is there, by names, sizes and inodes, without opening a file."""

import asyncio
import contextlib
import os
import queue
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mediavault_tui.domain.events import Event, FileNoted, FileSkipped, Phase, Progress, RootOffline
from mediavault_tui.domain.found_files import FoundFolder
from mediavault_tui.domain.settings import Scan
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import RootUnavailable
from mediavault_tui.services import filesystem
from mediavault_tui.services.file_times import is_beyond, modified_ns
from mediavault_tui.services.filesystem import RootIdentity, WalkRules
from mediavault_tui.store import file_sync, journal
from mediavault_tui.store import roots as root_store
from mediavault_tui.store.file_sync import FileChanges
from mediavault_tui.store.roots import Root

FILES_AT_A_TIME = 4000
SAMPLE_OF_KNOWN = 50
FAR_DATE = (
    "its date lies outside the years 1677 to 2262; the nearest of them is noted, the file keeps its own"
)


@dataclass
class WalkCount:
    """What the walks of a scan have found so far."""

    found: int = 0
    new: int = 0
    updated: int = 0
    missing: int = 0
    online: list[bytes] = field(default_factory=list)
    offline: list[bytes] = field(default_factory=list)
    linked: set[tuple[int, int]] = field(default_factory=set)
    """Inodes with several names that were counted already."""

    def add(self, folders: Sequence[FoundFolder]) -> None:
        """Count these folders' files, each inode once."""
        for folder in folders:
            for video in folder.videos:
                if video.links == 1:
                    self.found += 1
                elif (video.device, video.inode) not in self.linked:
                    self.linked.add((video.device, video.inode))
                    self.found += 1


def absolute(roots: Sequence[str], passed_over: Callable[[bytes], bool] | None = None) -> list[bytes]:
    """Real paths of the roots, without those inside another: every file has one path only.

    One inside another stays if a walk of that would pass it over: who names a bin or a download folder means it.
    """
    kept: list[bytes] = []
    for path in sorted({os.path.realpath(os.fsencode(os.path.expanduser(root))) for root in roots}):
        above = max((root for root in kept if root_store.is_under(path, [root])), key=len, default=None)
        if above is None or (passed_over is not None and _is_behind(path, above, passed_over)):
            kept.append(path)
    return kept


def _is_behind(path: bytes, above: bytes, passed_over: Callable[[bytes], bool]) -> bool:
    """Whether the way from `above` down to `path` leads through a folder that is passed over."""
    return any(passed_over(part) for part in path[len(above) :].split(b"/") if part)


def rules_of(settings: Scan) -> WalkRules:
    """What a walk takes in by the settings."""
    return WalkRules.of(
        settings.extra_extensions,
        settings.ignore,
        one_filesystem=settings.one_filesystem,
        follow_symlinks=settings.follow_symlinks,
    )


async def walk(
    vault: Vault, roots: Sequence[bytes], count: WalkCount, *, accept_new_device: bool = False
) -> AsyncGenerator[Event, None]:
    """Bring the catalogue in line with the files under `roots`; `count` is filled as it goes."""
    rules = rules_of(vault.settings.scan)
    rules = rules._replace(left_out=await _archives(vault, roots))
    known = [*roots, *(each.path for each in await vault.read(root_store.all_roots))]
    yield Progress(Phase.WALK, 0)
    for root in roots:
        now = int(time.time())
        if reason := await _why_offline(vault, root, now, accept_new_device=accept_new_device):
            yield await _offline(vault, root, reason, count)
            continue
        count.online.append(root)
        listed = _Listed(set(), [])
        async for event in _walk_root(vault, root, rules, count, listed):
            yield event
        # A disk that went away while it was walked looks like a disk without files.
        if reason := await _why_offline(vault, root, now, accept_new_device=False):
            yield await _offline(vault, root, reason, count)
            continue
        apart = [each for each in known if each != root and root_store.is_under(each, [root])]
        left_alone = [*listed.unreadable, *(each for each in apart if _is_behind(each, root, rules.ignore))]
        await vault.write(file_sync.mark_unlisted_missing, root, listed.folders, left_alone, now)
    await vault.write(file_sync.update_missing_flags, int(time.time()))
    for root in count.online:
        count.missing += await vault.read(file_sync.missing_count, root)
    yield Progress(Phase.WALK, count.found, count.found)


async def _archives(vault: Vault, roots: Sequence[bytes]) -> frozenset[bytes]:
    """Folders of what was archived: those of the settings, and those that earlier settings filled."""
    archive = vault.settings.archive
    at_the_top = {os.path.join(root, os.fsencode(archive.folder)) for root in roots}
    return frozenset({*absolute(archive.roots), *at_the_top, *await vault.read(journal.archives)})


class _Listed(NamedTuple):
    """What the walk of one root has seen."""

    folders: set[int]
    unreadable: list[bytes]


async def _offline(vault: Vault, root: bytes, reason: str, count: WalkCount) -> Event:
    await vault.write(root_store.set_offline, root, reason)
    count.offline.append(root)
    if root in count.online:
        count.online.remove(root)
    return RootOffline(root, reason)


async def _walk_root(
    vault: Vault, root: bytes, rules: WalkRules, count: WalkCount, listed: _Listed
) -> AsyncGenerator[Event, None]:
    now = int(time.time())
    async for folders in _in_thread(root, rules):
        delta = await vault.write(file_sync.upsert_folders, folders, now)
        listed.folders.update(delta.folder_ids)
        for folder in folders:
            # Behind a followed link, folders have real paths of their own; the later phases must know them.
            if not root_store.is_under(folder.path, count.online):
                count.online.append(folder.path)
        count.add(folders)
        count.new += delta.new
        count.updated += delta.updated
        yield Progress(Phase.WALK, count.found)
        for note in _notes(folders, delta):
            yield note
        for path, reason in (trouble for folder in folders for trouble in folder.trouble):
            listed.unreadable.append(path)
            yield FileSkipped(Phase.WALK, path, reason)


def _notes(folders: Sequence[FoundFolder], delta: FileChanges) -> Iterator[Event]:
    """What is to be said once of files that are new or changed."""
    beside = {folder.path: folder.unfinished for folder in folders if folder.unfinished}
    for folder, video in delta.taken_in:
        path = os.path.join(folder, video.name)
        if is_beyond(video.mtime_ns) or is_beyond(video.ctime_ns):
            yield FileNoted(path, FAR_DATE)
        mark = beside.get(folder, {}).get(video.name)
        if mark is not None:
            yield FileNoted(path, f"is still being downloaded: {printable(mark)} lies beside it")


async def _in_thread(root: bytes, rules: WalkRules) -> AsyncIterator[list[FoundFolder]]:
    """Portions of some thousand files, listed ahead while the last portion is stored."""
    portions: queue.Queue[list[FoundFolder] | BaseException | None] = queue.Queue(maxsize=4)
    stopped = False

    def list_folders() -> None:
        try:
            for portion in _portions(filesystem.walk(root, rules)):
                while not stopped:
                    with contextlib.suppress(queue.Full):
                        portions.put(portion, timeout=0.2)
                        break
                if stopped:
                    return
            portions.put(None)
        except BaseException as error:  # handed over to the event loop, which raises it
            portions.put(error)

    lister = asyncio.get_running_loop().run_in_executor(None, list_folders)
    try:
        while (portion := await asyncio.to_thread(portions.get)) is not None:
            if isinstance(portion, BaseException):
                raise portion
            yield portion
        await lister
    finally:
        stopped = True


def _portions(folders: Iterator[FoundFolder]) -> Iterator[list[FoundFolder]]:
    portion: list[FoundFolder] = []
    files = 0
    started = time.monotonic()
    for folder in folders:
        portion.append(folder)
        files += len(folder.videos)
        # On a slow disk something is shown (and kept) every half second all the same.
        if files >= FILES_AT_A_TIME or time.monotonic() - started > 0.5:
            yield portion
            portion, files, started = [], 0, time.monotonic()
    if portion:
        yield portion


async def _why_offline(vault: Vault, root: bytes, now: int, *, accept_new_device: bool) -> str | None:
    """Why `root` must not be believed now, or None (and then it is noted as online)."""
    try:
        identity = await asyncio.to_thread(filesystem.identify, root)
        is_empty = await asyncio.to_thread(_is_empty, root)
    except RootUnavailable as error:
        return error.message
    known = await vault.read(root_store.find, root)
    if known is None or accept_new_device:
        reason = None
    elif is_empty and len(await vault.read(root_store.some_known_files, root, 1)) > 0:
        reason = "is empty, but had files before: is the disk mounted?"
    else:
        reason = await _why_another_device(vault, known, identity)
    if reason is None:
        await vault.write(root_store.set_online, root, identity.device, identity.filesystem, now)
    return reason


def _is_empty(root: bytes) -> bool:
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is None
    except OSError as error:
        raise RootUnavailable(error.strerror or str(error)) from error


async def _why_another_device(vault: Vault, known: Root, identity: RootIdentity) -> str | None:
    """Kernels number devices anew at every boot (above all NFS, LVM, btrfs): then the files prove it is the same."""
    if known.device == identity.device:
        return None
    same_filesystem = identity.filesystem != 0 and identity.filesystem == known.filesystem
    if not same_filesystem:
        files = await vault.read(root_store.some_known_files, known.path, SAMPLE_OF_KNOWN)
        if files and await asyncio.to_thread(_still_there, files) * 2 < len(files):
            return (
                "is on another device than before (if that is right, scan it once with --accept-new-device)"
            )
    await vault.write(root_store.renumber_device, known.path, known.device, identity.device)
    return None


def _still_there(files: Sequence[root_store.KnownFile]) -> int:
    there = 0
    for known in files:
        with contextlib.suppress(OSError):
            found = os.lstat(known.path)
            there += (found.st_ino, found.st_size, modified_ns(found)) == known[1:]
    return there
