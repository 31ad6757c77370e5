"""Which moment of one file is which moment of another? Found from their pictures, in worker processes."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable

from mediavault_tui.domain.content.alignment import Alignment, Verdict
from mediavault_tui.domain.settings import Scan
from mediavault_tui.engine import worker_tasks
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.file_times import modified_ns
from mediavault_tui.services.workers import Outcome, Task, Workers


async def align(a: bytes, b: bytes) -> Alignment | None:
    """Compare the pictures of any two files; None where one has none that could be compared.

    Takes seconds. Cancelling the task ends the workers at once. Raises FileUnreadable naming the file.
    """
    timeout_s = Scan().fingerprint_timeout_s
    real = tuple([await asyncio.to_thread(os.path.realpath, path) for path in (a, b)])
    with Workers(2) as workers:
        prints = await asyncio.gather(*(fingerprint(workers, timeout_s, path) for path in real))
        return await aligned(workers, timeout_s, (real[0], real[1]), (prints[0], prints[1]))


async def fingerprint(workers: Workers, timeout_s: float, path: bytes) -> bytes | None:
    """A file's fingerprint as bytes; None where it is damaged. Raises FileUnreadable."""
    try:
        status = await asyncio.to_thread(os.stat, path)
    except OSError as error:
        raise FileUnreadable(f"{os.fsdecode(path)}: {error.strerror}", "Check the name.") from error
    value = await in_worker(
        workers, timeout_s, worker_tasks.first_look, path, status.st_size, modified_ns(status)
    )
    assert value is None or isinstance(value, bytes)
    return value


async def aligned(
    workers: Workers,
    timeout_s: float,
    paths: tuple[bytes, bytes],
    prints: tuple[bytes | None, bytes | None],
) -> Alignment | None:
    """Roughly from what both look like, then, unless they differ, frame by frame."""
    if prints[0] is None or prints[1] is None:
        return None
    rough = (await _one(workers, timeout_s, worker_tasks.rough, *prints)).value
    if not isinstance(rough, Alignment) or rough.verdict is Verdict.DIFFERENT:
        return rough if isinstance(rough, Alignment) else None
    refined = (await _one(workers, timeout_s, worker_tasks.refine, *paths, rough)).value
    return refined if isinstance(refined, Alignment) else rough


async def in_worker(
    workers: Workers, timeout_s: float, function: Callable[..., object], path: bytes, *arguments: object
) -> object:
    """The value of `function(path, …)` from a worker; None where the file is damaged. Raises FileUnreadable."""

    outcome = await _one(workers, timeout_s, function, path, *arguments)
    if isinstance(outcome.error, FileUnreadable):
        raise FileUnreadable(f"{os.fsdecode(path)}: {outcome.error.message}", outcome.error.remedy)
    return None if outcome.error else outcome.value.value  # type: ignore[attr-defined]  # an Answer


async def _one(
    workers: Workers, timeout_s: float, function: Callable[..., object], *arguments: object
) -> Outcome:
    async def task() -> AsyncIterator[Task]:
        yield Task(None, arguments)

    (outcome,) = [found async for found in workers.map(function, task(), timeout_s)]
    return outcome
