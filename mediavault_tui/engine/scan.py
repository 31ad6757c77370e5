"""Scan: bring the catalogue in line with what is on the disks, phase by phase.

Each phase asks the store what is still to be done, works in batches and commits each; so a scan that was
stopped, or killed, goes on where it was. Whoever stops asking for events pauses the scan; closing the
generator ends it within a moment.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from mediavault_tui.domain.events import (
    Event,
    FileDamaged,
    FileRotten,
    FileSkipped,
    Finished,
    Phase,
    Progress,
)
from mediavault_tui.engine.indexing.walk import WalkCount, absolute, rules_of, walk
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import journal, scans, stages


@dataclass(frozen=True)
class ScanOptions:
    """What to do in one scan."""

    roots: tuple[str, ...]
    phases: frozenset[Phase] = frozenset(Phase)
    full: bool = False
    """Read media info and fingerprints again, of files that were set aside too."""
    hash_all: bool = False
    """Read every byte of every file and compare with the stored hash."""
    accept_new_device: bool = False
    """A root that is on another device than before is meant to be."""


@dataclass
class _Tally:
    """What a scan adds up."""

    started: float = field(default_factory=time.monotonic)
    walked: WalkCount = field(default_factory=WalkCount)
    skipped: list[FileSkipped] = field(default_factory=list)
    skipped_count: int = 0
    damaged: int = 0
    bytes_read: dict[Phase, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, event: Event) -> None:
        if isinstance(event, FileSkipped):
            self.skipped.append(event)
            self.skipped_count += 1
        elif isinstance(event, FileDamaged | FileRotten):
            self.damaged += 1
        elif isinstance(event, Progress):
            self.bytes_read[event.phase] = max(self.bytes_read.get(event.phase, 0), event.bytes_read)

    def finished(self) -> Finished:
        walked = self.walked
        return Finished(
            files_found=walked.found,
            files_new=walked.new,
            files_updated=walked.updated,
            files_missing=walked.missing,
            files_damaged=self.damaged,
            roots_offline=tuple(walked.offline),
            skipped=self.skipped_count,
            bytes_read=sum(self.bytes_read.values()),
            seconds=time.monotonic() - self.started,
            phases=self.seconds,
        )


async def scan(vault: Vault, options: ScanOptions) -> AsyncGenerator[Event, None]:
    """Run the wanted phases over `options.roots`. The last event is `Finished`.

    What a crash left half moved must have been settled before: start it by `engine.jobs`.
    """
    roots = absolute(options.roots, rules_of(vault.settings.scan).ignore)
    mode = "full" if options.full else "incremental"
    scan_id = await vault.write(scans.begin, mode, roots)
    tally = _Tally()
    outcome = "interrupted"
    try:
        if options.full:
            await vault.write(stages.retry_all)
        for phase, job in _phases(vault, options, roots, tally.walked):
            started = time.monotonic()
            async for event in job:
                tally.note(event)
                yield event
            if phase is Phase.WALK:
                async for back in _brought_back(vault):
                    yield back
            tally.seconds[phase] = round(time.monotonic() - started, 3)
            await _keep_errors(vault, scan_id, tally)
        outcome = "finished"
    except Exception:
        outcome = "failed"
        raise
    finally:
        await _keep_errors(vault, scan_id, tally)
        await vault.write(scans.end, scan_id, outcome, tally.finished())
    yield tally.finished()


async def _brought_back(vault: Vault) -> AsyncGenerator[Event, None]:
    """What was taken out of the archive by hand is the library's again."""
    if await vault.read(journal.archives):
        from mediavault_tui.engine.archive.manual_restores import notice

        async for back in notice(vault):
            yield back


def _phases(
    vault: Vault, options: ScanOptions, roots: Sequence[bytes], walked: WalkCount
) -> Iterator[tuple[Phase, AsyncIterator[Event]]]:
    """The wanted phases in their order, each imported when its turn comes: the first line must not wait for them.

    Roots that the walk found offline are left alone by the later phases.
    """
    if Phase.WALK in options.phases:
        yield Phase.WALK, walk(vault, roots, walked, accept_new_device=options.accept_new_device)
        roots = walked.online
    if Phase.NAMES in options.phases:
        from mediavault_tui.engine.indexing.names import read_names

        yield Phase.NAMES, read_names(vault)
    if Phase.MEDIAINFO in options.phases:
        from mediavault_tui.engine.indexing.mediainfo import read_media_info

        yield Phase.MEDIAINFO, read_media_info(vault, roots)
    if Phase.HASH in options.phases:
        from mediavault_tui.engine.indexing.hashes import hash_candidates, verify_all

        yield Phase.HASH, (verify_all if options.hash_all else hash_candidates)(vault, roots)
    if Phase.FINGERPRINT in options.phases:
        from mediavault_tui.engine.matching.fingerprints import read_fingerprints

        yield Phase.FINGERPRINT, read_fingerprints(vault, roots)
    if Phase.MATCH in options.phases:
        from mediavault_tui.engine.matching.match import match

        yield Phase.MATCH, match(vault)


async def _keep_errors(vault: Vault, scan_id: int, tally: _Tally) -> None:
    if tally.skipped:
        await vault.write(scans.add_errors, scan_id, tally.skipped)
        tally.skipped = []
