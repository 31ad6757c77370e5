"""Listening to the audio tracks of copies beside each other, where tags do not tell what is the same.

A worker decodes a few seconds here and there of both files. What came out is kept, so each pair is listened to
once as long as both files stay what they are.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import NamedTuple, cast

from mediavault_tui.domain import quality
from mediavault_tui.domain.audio_similarity import HEARD_VERSION
from mediavault_tui.domain.content.alignment import PAL, Hypothesis, along_a_line
from mediavault_tui.domain.content.coverage import Coverage
from mediavault_tui.domain.content.stretches import Stretches
from mediavault_tui.domain.events import Event, Phase, Progress
from mediavault_tui.domain.quality import Copy
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine import worker_tasks
from mediavault_tui.engine.conversions import state_of
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services.workers import Task, Workers
from mediavault_tui.store import audio_comparisons, catalogue
from mediavault_tui.store.audio_comparisons import Heard, Told
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection

_ONE_SPEED = 0.006
"""Runtimes that differ by this share are of one speed, as far as they tell."""
STORE_EVERY = 32


class AudioRequest(NamedTuple):
    """Two files to be listened to."""

    a: int
    b: int
    speed: float
    """How much faster b runs."""
    stretches: Stretches
    """Where both show the same, and so are listened to."""
    is_aligned: bool
    """Their pictures say so; else it is a guess, and sound that differs proves nothing."""
    pairs: tuple[tuple[int, int], ...]


def audio_request(
    best: Copy, other: Copy, known: quality.AudioEvidence, coverage: Coverage | None = None
) -> AudioRequest | None:
    """What has to be heard to judge `other` beside `best`; None where nothing has.

    `coverage`: what both have in common (`best` is its a), where their pictures were compared and tell the moments.
    """
    if best.id == other.id or best.media is None or other.media is None:
        return None
    if best.media.damage or other.media.damage or (best.content and best.content == other.content):
        return None
    is_aligned = coverage is not None and bool(coverage.stretches)
    pairs = tuple(quality.worth_hearing(best.media, other.media))
    if all(known.knows(best.id, at, other.id, there, is_aligned=is_aligned) for at, there in pairs):
        return None  # what is kept of two files is kept as a whole, so it is asked as a whole
    speed, stretches = (
        (coverage.speed, coverage.stretches) if coverage and is_aligned else _guess(best, other)
    )
    return AudioRequest(best.id, other.id, speed, stretches, is_aligned, pairs)


def _guess(best: Copy, other: Copy) -> tuple[float, Stretches]:
    """The speed that the runtimes make likely, and all of both from the start on."""
    ours, theirs = (
        (copy.media.duration_s or 0.0) if copy.media is not None else 0.0 for copy in (best, other)
    )
    ratio = ours / theirs if theirs else 1.0
    near = next((each for each in (PAL, 1 / PAL) if abs(ratio / each - 1) < _ONE_SPEED), 1.0)
    return near, (along_a_line(Hypothesis(near, 0.0), (ours, theirs)),)


async def listen(vault: Vault, found: Sequence[AudioRequest]) -> AsyncGenerator[Event, None]:
    """Listen to all of these and store what was heard."""
    files = await vault.read(_files, {file_id for each in found for file_id in (each.a, each.b)})

    async def tasks() -> AsyncIterator[Task]:
        for each in found:
            if each.a in files and each.b in files:
                paths = files[each.a].paths[0], files[each.b].paths[0]
                yield Task(each, (*paths, each.speed, each.stretches, each.pairs, each.is_aligned))

    waiting: list[Heard] = []
    done = 0
    async for outcome in vault.workers.map(
        worker_tasks.hear, tasks(), vault.settings.scan.fingerprint_timeout_s
    ):
        pair = cast(AudioRequest, outcome.key)
        done += 1
        if outcome.error is None:
            a, b = files[pair.a], files[pair.b]
            waiting.append(Heard(a.id, b.id, state_of(a), state_of(b), cast(Told, outcome.value)))
        if len(waiting) >= STORE_EVERY:
            await vault.write(audio_comparisons.save, HEARD_VERSION, waiting)
            waiting = []
        yield Progress(Phase.MATCH, done, len(found))
    await vault.write(audio_comparisons.save, HEARD_VERSION, waiting)


async def now(
    workers: Workers, settings: Settings, files: tuple[FileRecord, FileRecord], wanted: AudioRequest
) -> quality.AudioEvidence:
    """Listen to two files that need not be in a catalogue."""
    paths = files[0].paths[0], files[1].paths[0]

    async def task() -> AsyncIterator[Task]:
        yield Task(wanted, (*paths, wanted.speed, wanted.stretches, wanted.pairs, wanted.is_aligned))

    told: Told = []
    async for outcome in workers.map(worker_tasks.hear, task(), settings.scan.fingerprint_timeout_s):
        told = cast(Told, outcome.value) if outcome.error is None else []
    return quality.AudioEvidence(
        {((files[0].id, at), (files[1].id, there)): likeness for at, there, likeness in told}
    )


def _files(connection: Connection, ids: set[int]) -> dict[int, FileRecord]:
    return {file.id: file for file in catalogue.some(connection, ids)}
