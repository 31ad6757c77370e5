"""Listening to the audio tracks of copies beside each other, where tags do not tell what is the same.

A worker decodes a few seconds here and there of both files. What came out is kept, so each pair is listened to
once as long as both files stay what they are.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import NamedTuple, cast

from mediavault_tui.domain import quality
from mediavault_tui.domain.alignment import PAL, Hypothesis
from mediavault_tui.domain.coverage import Coverage
from mediavault_tui.domain.events import Event, Phase, Progress
from mediavault_tui.domain.listening import LISTENING_VERSION
from mediavault_tui.domain.quality import Copy
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine import worker_tasks
from mediavault_tui.engine.candidates import state_of
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services.workers import Task, Workers
from mediavault_tui.store import catalogue, hearing
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection
from mediavault_tui.store.hearing import Heard, Told

_ONE_SPEED = 0.006
"""Runtimes that differ by this share are of one speed, as far as they tell."""
STORE_EVERY = 32


class Wanted(NamedTuple):
    """Two files to be listened to."""

    a: int
    b: int
    at_speed: Hypothesis
    is_aligned: bool
    """Their pictures say so; else it is a guess, and sound that differs proves nothing."""
    pairs: tuple[tuple[int, int], ...]


def wanted(
    best: Copy,
    other: Copy,
    known: quality.Sounds,
    moment: tuple[float, float] | None,
    coverage: Coverage | None = None,
) -> Wanted | None:
    """What has to be heard to judge `other` beside `best`; None where nothing has.

    `moment`: offset in seconds and speed of `other` against `best`, where their pictures were compared.
    """
    if best.id == other.id or best.media is None or other.media is None:
        return None
    if best.media.damage or other.media.damage or (best.content and best.content == other.content):
        return None
    pairs = tuple(
        (at, there)
        for at, there in quality.worth_hearing(best.media, other.media)
        if not known.knows(best.id, at, other.id, there)
    )
    if not pairs:
        return None
    in_one_run = coverage is None or not coverage.differences
    return Wanted(best.id, other.id, _at_speed(best, other, moment), moment is not None and in_one_run, pairs)


def _at_speed(best: Copy, other: Copy, moment: tuple[float, float] | None) -> Hypothesis:
    """t_other = (t_best + shift) / speed, from the pictures or else from the runtimes."""
    if moment is not None:
        offset_s, speed = moment
        return Hypothesis(speed, offset_s * speed if offset_s > 0 else offset_s)
    ours, theirs = (
        (copy.media.duration_s or 0.0) if copy.media is not None else 0.0 for copy in (best, other)
    )
    ratio = ours / theirs if theirs else 1.0
    near = next((each for each in (PAL, 1 / PAL) if abs(ratio / each - 1) < _ONE_SPEED), 1.0)
    return Hypothesis(near, 0.0)


async def listen(vault: Vault, found: Sequence[Wanted]) -> AsyncGenerator[Event, None]:
    """Listen to all of these and store what was heard."""
    files = await vault.read(_files, {file_id for each in found for file_id in (each.a, each.b)})

    async def tasks() -> AsyncIterator[Task]:
        for each in found:
            if each.a in files and each.b in files:
                paths = files[each.a].paths[0], files[each.b].paths[0]
                yield Task(each, (*paths, each.at_speed, each.pairs, each.is_aligned))

    waiting: list[Heard] = []
    done = 0
    async for outcome in vault.workers.map(
        worker_tasks.hear, tasks(), vault.settings.scan.fingerprint_timeout_s
    ):
        pair = cast(Wanted, outcome.key)
        done += 1
        if outcome.error is None:
            a, b = files[pair.a], files[pair.b]
            waiting.append(Heard(a.id, b.id, state_of(a), state_of(b), cast(Told, outcome.value)))
        if len(waiting) >= STORE_EVERY:
            await vault.write(hearing.save, LISTENING_VERSION, waiting)
            waiting = []
        yield Progress(Phase.MATCH, done, len(found))
    await vault.write(hearing.save, LISTENING_VERSION, waiting)


async def now(
    workers: Workers, settings: Settings, files: tuple[FileRecord, FileRecord], wanted: Wanted
) -> quality.Sounds:
    """Listen to two files that need not be in a catalogue."""
    paths = files[0].paths[0], files[1].paths[0]

    async def task() -> AsyncIterator[Task]:
        yield Task(wanted, (*paths, wanted.at_speed, wanted.pairs, wanted.is_aligned))

    told: Told = []
    async for outcome in workers.map(worker_tasks.hear, task(), settings.scan.fingerprint_timeout_s):
        told = cast(Told, outcome.value) if outcome.error is None else []
    return quality.Sounds(
        {((files[0].id, at), (files[1].id, there)): likeness for at, there, likeness in told}
    )


def _files(connection: Connection, ids: set[int]) -> dict[int, FileRecord]:
    return {file.id: file for file in catalogue.some(connection, ids)}
