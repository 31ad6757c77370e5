"""Check: are files whole? Each is read from end to end in a worker process, and what is found is kept.

As every stage it asks the store what is still to be done, so a check that was stopped goes on where it was.
Whoever stops asking for events pauses it after the files under way; closing the generator ends it at once.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from typing import NamedTuple

from mediavault_tui.domain import allowed_hours, wholeness
from mediavault_tui.domain.events import CheckEnded, CheckProgress, Event, FileChecked
from mediavault_tui.domain.wholeness import Finding, FindingKind, Health, Wholeness
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services import disks
from mediavault_tui.services.disks import Disk
from mediavault_tui.services.file_times import modified_ns
from mediavault_tui.services.filesystem import WalkRules, walk
from mediavault_tui.services.progress_counters import Counters, CounterWriter
from mediavault_tui.services.workers import Outcome, Task, Workers, available_cores
from mediavault_tui.store import catalogue, change_counters, checks
from mediavault_tui.store.roots import is_under

FILES_AT_A_TIME = 1000
TELL_EVERY_S = 0.5
SLOWEST = 1_000_000
"""Bytes per second below which a file counts as one that hangs the reader; `deep` may take ten times as long."""
LEAST_S = 600.0


class Target(NamedTuple):
    """A file to be read; `file_id` is None for one that is not in the catalogue as it is now."""

    file_id: int | None
    path: bytes
    size: int
    mtime_ns: int
    device: int
    inode: int


class Answer(NamedTuple):
    """What a worker found, and how long it took."""

    found: Wholeness
    seconds: float


def read(path: bytes, size: int, mtime_ns: int, deep: bool, counters: str, slot: int) -> Answer:
    """In a worker: read one file from end to end."""
    from mediavault_tui.services.integrity import examine

    started = time.monotonic()
    with CounterWriter(counters, slot) as tell:
        found = examine(path, size, mtime_ns, deep=deep, tell=tell)
    return Answer(found, time.monotonic() - started)


def is_time(vault: Vault) -> bool:
    """Whether `check.hours` allows reading whole files now."""
    now = time.localtime()
    return allowed_hours.allows(vault.settings.check.hours, 60 * now.tm_hour + now.tm_min)


async def targets(vault: Vault, paths: Sequence[bytes], *, due: bool, deep: bool) -> list[Target]:
    """The files to read: those named, those below folders that are named, or all of the catalogue.

    Raises FileUnreadable for a path that is not there, before anything is read.
    """
    known = await _known(vault, due=due, deep=deep)
    if not paths:
        return known
    found: dict[tuple[int, int], Target] = {}
    for path in paths:
        for target in await asyncio.to_thread(_below, vault, path, known):
            found.setdefault((target.device, target.inode), target)
    if due:  # what is known and not due was not asked for
        everything = {(each.device, each.inode) for each in await _known(vault, due=False, deep=deep)}
        keys = {(each.device, each.inode) for each in known}
        found = {key: each for key, each in found.items() if key in keys or key not in everything}
    return sorted(found.values(), key=lambda each: (each.device, each.inode))


async def _known(vault: Vault, *, due: bool, deep: bool) -> list[Target]:
    """Files of the catalogue whose folder is there, as they lie on the disks."""
    found: list[Target] = []
    after = 0
    offline = await vault.read(catalogue.offline_roots)
    while batch := await vault.read(checks.pending, after, FILES_AT_A_TIME, due=due, deep=deep):
        after = batch[-1].id
        found += [
            Target(file.id, file.path, file.size, file.mtime_ns, file.device, file.inode)
            for file in batch
            if not is_under(file.path, offline)
        ]
    return sorted(found, key=lambda each: (each.device, each.inode))


def _below(vault: Vault, path: bytes, known: Sequence[Target]) -> list[Target]:
    real = os.path.realpath(path)
    try:
        status = os.stat(real)
    except OSError as error:
        raise FileUnreadable(f"{os.fsdecode(path)}: {error.strerror}", "Check the name.") from error
    if not os.path.isdir(real):
        return [_target(real, status, {(each.device, each.inode): each for each in known})]
    by_inode = {(each.device, each.inode): each for each in known}
    scan = vault.settings.scan
    rules = WalkRules.of(
        scan.extra_extensions,
        scan.ignore,
        one_filesystem=scan.one_filesystem,
        follow_symlinks=scan.follow_symlinks,
    )
    found = [each for each in known if is_under(each.path, [real])]
    for folder in walk(real, rules):
        for video in folder.videos:
            if (_signed(video.device), _signed(video.inode)) not in by_inode:
                place = os.path.join(folder.path, video.name)
                found.append(Target(None, place, video.size, video.mtime_ns, video.device, video.inode))
    return found


def _target(path: bytes, status: os.stat_result, known: dict[tuple[int, int], Target]) -> Target:
    device, inode = _signed(status.st_dev), _signed(status.st_ino)
    seen = known.get((device, inode))
    same = seen is not None and (seen.size, seen.mtime_ns) == (status.st_size, modified_ns(status))
    return Target(
        seen.file_id if seen and same else None, path, status.st_size, modified_ns(status), device, inode
    )


def _signed(number: int) -> int:
    """As the catalogue keeps device and inode numbers: in 64 bits with a sign."""
    return number - (1 << 64) if number >= 1 << 63 else number


async def check(
    vault: Vault, files: Sequence[Target], *, deep: bool = False, in_hours: bool = False, keep: bool = True
) -> AsyncGenerator[Event, None]:
    """Read `files` (as `targets` gives them). One `FileChecked` each, then `CheckEnded`.

    `keep`: note what is found in the catalogue. `in_hours`: only while `check.hours` allows it; what is under way
    then is finished, the rest is left.
    """
    started = time.monotonic()
    counted = dict.fromkeys(Health, 0)
    bytes_read = done = bytes_done = 0
    total = sum(file.size for file in files)
    may_go_on: Callable[[], bool] = (lambda: is_time(vault)) if in_hours else (lambda: True)
    with Counters() as counters, Workers(_readers(vault, files)) as workers:
        under_way: dict[int, Target] = {}

        async def tasks() -> AsyncIterator[Task]:
            for slot, file in enumerate(files):
                if not may_go_on():
                    return
                under_way[slot] = file
                yield Task(slot, (file.path, file.size, file.mtime_ns, deep, counters.path, slot))

        yield CheckProgress(0, len(files), 0, total)
        outcomes = workers.map(read, tasks(), _timeout_s(files, deep=deep))
        async for outcome in _ticking(outcomes):
            if outcome is not None:
                file = under_way.pop(int(str(outcome.key)))
                event = _event(file, outcome)
                done, bytes_done = done + 1, bytes_done + file.size
                counted[event.found.status] += 1
                bytes_read += event.found.bytes_read
                if keep:
                    await _keep(vault, file, outcome, event)
                yield event
            reading = {slot: counters.value(slot) for slot in under_way}
            current = next((under_way[slot].path for slot, count in reading.items() if count), b"")
            yield CheckProgress(done, len(files), bytes_done + sum(reading.values()), total, current)
    yield CheckEnded(
        counted[Health.WHOLE], counted[Health.SUSPECT], counted[Health.DAMAGED], counted[Health.UNREADABLE],
        bytes_read, time.monotonic() - started, len(files) - done,
    )  # fmt: skip


async def rank_again(vault: Vault) -> None:
    """Let groups that were found before take in what checks have found since."""
    if not await vault.read(change_counters.get, change_counters.MATCHED):
        return
    from mediavault_tui.engine.matching.match import match

    async for _ in match(vault):
        pass


async def _ticking(outcomes: AsyncGenerator[Outcome, None]) -> AsyncGenerator[Outcome | None, None]:
    """The outcomes as they come, and None whenever none came for a moment."""
    pending: asyncio.Future[Outcome | None] = asyncio.ensure_future(anext(outcomes, None))
    try:
        while True:
            await asyncio.wait({pending}, timeout=TELL_EVERY_S)
            if not pending.done():
                yield None
                continue
            outcome = pending.result()
            if outcome is None:
                return
            yield outcome
            pending = asyncio.ensure_future(anext(outcomes, None))
    finally:
        pending.cancel()
        await asyncio.wait({pending})
        await outcomes.aclose()


def _readers(vault: Vault, files: Sequence[Target]) -> int:
    """A rotating disk, or a network, is read by one."""
    wanted = vault.settings.scan.disk
    kinds = {
        disks.kind(each.device, each.path) if wanted == "auto" else Disk(wanted)
        for each in {file.device: file for file in files}.values()
    }
    if kinds & {Disk.ROTATING, Disk.NETWORK}:
        return 1
    return min(vault.settings.scan.jobs or available_cores(), max(1, len(files)))


def _timeout_s(files: Iterable[Target], *, deep: bool) -> float:
    return LEAST_S + max((file.size for file in files), default=0) / SLOWEST * (10 if deep else 1)


def _event(file: Target, outcome: Outcome) -> FileChecked:
    if isinstance(outcome.value, Answer):
        return FileChecked(file.path, outcome.value.found, outcome.value.seconds, file.file_id is not None)
    assert outcome.error is not None
    return FileChecked(file.path, _unreadable(outcome.error.message), 0.0, file.file_id is not None)


def _unreadable(reason: str) -> Wholeness:
    return wholeness.made([Finding(FindingKind.READ_ERROR, Health.UNREADABLE, detail=reason)])


async def _keep(vault: Vault, file: Target, outcome: Outcome, event: FileChecked) -> None:
    """What is gone, or may not be read for now, is asked again; what crashes the reader is not."""
    if file.file_id is None or isinstance(outcome.error, FileUnreadable):
        return
    await vault.write(checks.save, file.file_id, file.size, file.mtime_ns, event.found, int(time.time()))
