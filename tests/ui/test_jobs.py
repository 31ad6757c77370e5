"""Running jobs: pausing, cancelling, failing; and how fast ticks may come."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from mediavault_tui.domain.events import Event, FileSkipped, Phase, Progress
from mediavault_tui.errors import AlreadyRunning, StoreError
from mediavault_tui.store.database import exclusive
from mediavault_tui.ui import output_pacing
from mediavault_tui.ui.jobs import Job, Jobs
from mediavault_tui.ui.output_pacing import OutputPacing

Ended = list[tuple[Job, BaseException | None]]


class Counting:
    """A job that counts, and knows whether it was closed."""

    def __init__(self, error: Exception | None = None) -> None:
        self.done = 0
        self.closed = False
        self.error = error

    async def run(self) -> AsyncGenerator[Event, None]:
        try:
            for self.done in range(1, 1001):
                yield Progress(Phase.WALK, self.done, 1000)
                await asyncio.sleep(0)
                if self.error:
                    yield FileSkipped(Phase.WALK, b"/x\xff", "gone")
                    raise self.error
        finally:
            self.closed = True


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def play(tmp_path: Path) -> tuple[Jobs, Ended]:
    ended: Ended = []
    return Jobs(tmp_path / "catalogue.db", lambda job, bug: ended.append((job, bug))), ended


def test_pause_stops_asking_and_cancel_closes(tmp_path: Path) -> None:
    async def scenario() -> None:
        jobs, ended = play(tmp_path)
        counting = Counting()
        job = jobs.start("Count", counting.run())
        await turns()
        job.pause()
        await turns()
        stopped_at = counting.done
        await turns(100)
        assert 0 < counting.done == stopped_at
        job.resume()
        await turns()
        assert counting.done > stopped_at
        with pytest.raises(AlreadyRunning):
            jobs.start("Another", Counting().run())
        await jobs.cancel()
        await turns()
        assert counting.closed
        assert job.state == "cancelled"
        assert ended == [(job, None)]
        with exclusive(tmp_path / "catalogue.db", "a test is"):
            pass

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("error", "is_bug"), [(StoreError("full", "free some"), False), (KeyError("x"), True)]
)
def test_a_job_that_fails(tmp_path: Path, error: Exception, is_bug: bool) -> None:
    async def scenario() -> None:
        jobs, ended = play(tmp_path)
        job = jobs.start("Fail", Counting(error).run())
        await turns(100)
        assert job.state == "failed"
        assert list(job.trouble) == [("skipped", b"/x\xff", "gone")]
        assert (job.error is error) is not is_bug
        assert ended == [(job, error if is_bug else None)]

    asyncio.run(scenario())


def test_a_catalogue_held_by_another_program(tmp_path: Path) -> None:
    async def scenario() -> None:
        jobs, _ = play(tmp_path)
        with exclusive(tmp_path / "catalogue.db", "a scan is"):
            job = jobs.start("Count", Counting().run())
            await turns(50)
        assert isinstance(job.error, AlreadyRunning)
        assert "a scan is already running" in job.error.message

    asyncio.run(scenario())


def test_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("mediavault_tui.ui.jobs.time.monotonic", lambda: clock[0])
    job = Job("Count")
    for second in range(11):
        clock[0] = 100.0 + second
        job.note(Progress(Phase.HASH, 50 * second, 1000))
    assert job.rate == pytest.approx(50)
    assert job.seconds_left == pytest.approx(10)
    job.note(Progress(Phase.MATCH, 0, None))
    assert job.seconds_left is None


def test_a_slow_link_gets_fewer_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("mediavault_tui.ui.output_pacing.time.monotonic", lambda: clock[0])
    measured = OutputPacing()
    assert measured.interval_s == output_pacing.FASTEST_S

    def answer_after(seconds: float) -> None:
        assert measured.ask() == output_pacing.QUESTION
        clock[0] += seconds
        measured.answered()

    answer_after(0.005)
    assert measured.interval_s == output_pacing.FASTEST_S
    answer_after(0.4)
    assert measured.interval_s == pytest.approx(1.6)
    measured.ask()
    clock[0] += 60  # the answer does not come: the link stands still
    assert measured.interval_s == output_pacing.SLOWEST_S
    measured.answered()
    for _ in range(20):
        answer_after(0.005)
    assert measured.interval_s == output_pacing.FASTEST_S


def test_a_terminal_that_never_answers_is_asked_once() -> None:
    measured = OutputPacing()
    assert measured.ask() == output_pacing.QUESTION
    assert measured.ask() is None
    assert measured.interval_s == output_pacing.FASTEST_S
