"""The stages that open each file once in a worker process: media info now, fingerprints likewise.

Both have the same shape: ask the store who still needs the stage, hand files to workers, store what they
answer in batches, set aside what cannot be read.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import NamedTuple

from mediavault_tui.domain.events import Event, FileDamaged, FileSkipped, Phase, Progress
from mediavault_tui.engine.vault import Vault
from mediavault_tui.engine.worker_tasks import Answer
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.workers import Outcome, Task
from mediavault_tui.store import stages
from mediavault_tui.store.database import Connection
from mediavault_tui.store.roots import is_under
from mediavault_tui.store.stages import PendingFile, Stage

FILES_AT_A_TIME = 1000
STORE_EVERY = 100
STORE_EVERY_S = 1.0


class ReadingStage(NamedTuple):
    """How one such stage differs from the other."""

    phase: Phase
    column: Stage
    function: Callable[..., Answer]
    """Runs in a worker: (path, size, mtime_ns) → Answer."""
    save: Callable[[Connection, int, object], None]
    timeout_s: float


async def run(
    vault: Vault, stage: ReadingStage, roots: Sequence[bytes], wanted: Callable[[int], bool] | None = None
) -> AsyncGenerator[Event, None]:
    """Put every file under `roots` that still needs it (and is `wanted`) through the stage."""
    files = await pending(vault, stage.column, roots, wanted)
    done = bytes_read = 0
    stored: list[Outcome] = []
    last_stored = time.monotonic()
    yield Progress(stage.phase, 0, len(files))
    async for outcome in vault.workers.map(stage.function, _tasks(files), stage.timeout_s):
        done += 1
        stored.append(outcome)
        for event in _events(stage, outcome):
            yield event
        if isinstance(outcome.value, Answer):
            bytes_read += outcome.value.bytes_read
        if len(stored) >= STORE_EVERY or time.monotonic() - last_stored > STORE_EVERY_S:
            await vault.write(_store, stage, stored)
            stored, last_stored = [], time.monotonic()
        yield Progress(stage.phase, done, len(files), bytes_read)
    await vault.write(_store, stage, stored)


async def pending(
    vault: Vault, column: Stage, roots: Sequence[bytes], wanted: Callable[[int], bool] | None = None
) -> list[PendingFile]:
    """The files under `roots` that still need a stage and are `wanted`."""
    found: list[PendingFile] = []
    after = 0
    while batch := await vault.read(stages.pending, column, after, FILES_AT_A_TIME):
        after = batch[-1].id
        found += [
            file for file in batch if is_under(file.path, roots) and (wanted is None or wanted(file.id))
        ]
    return found


async def _tasks(files: Sequence[PendingFile]) -> AsyncIterator[Task]:
    for file in files:
        yield Task(file, (file.path, file.size, file.mtime_ns))


def _events(stage: ReadingStage, outcome: Outcome) -> list[Event]:
    file: PendingFile = outcome.key  # type: ignore[assignment]
    if isinstance(outcome.error, FileUnreadable):
        return [FileSkipped(stage.phase, file.path, outcome.error.message)]
    if outcome.error is not None:
        return [FileDamaged(file.path, outcome.error.message)]
    answer: Answer = outcome.value  # type: ignore[assignment]
    return [FileDamaged(file.path, answer.damage)] if answer.damage else []


def _store(transaction: Connection, stage: ReadingStage, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        file: PendingFile = outcome.key  # type: ignore[assignment]
        if isinstance(outcome.value, Answer):
            stage.save(transaction, file.id, outcome.value.value)
        elif isinstance(outcome.error, FileUnreadable):
            continue  # gone, or not readable for now: asked again by the next scan
        elif outcome.error is not None:
            stages.set_aside(transaction, stage.column, file.id, outcome.error.message)
