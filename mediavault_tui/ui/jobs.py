"""The one place that runs jobs for the screens.

A job is an async generator of events. Pausing is not asking for the next event; cancelling is closing the
generator. What the events add up to is kept in `Job`; the app looks at it at the link's own pace, so any
number of progress events make one tick.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from mediavault_tui.domain.events import (
    CheckProgress,
    Event,
    FileChecked,
    FileDamaged,
    FileRotten,
    FileSkipped,
    Finished,
    Phase,
    Progress,
    RootOffline,
)
from mediavault_tui.domain.wholeness import Health, words
from mediavault_tui.errors import AlreadyRunning, VaultError
from mediavault_tui.store.database import exclusive

log = logging.getLogger("mediavault.jobs")
TROUBLE_KEPT = 500
RATE_OVER_S = 20.0


class Job:
    """A job under way, or how it ended."""

    def __init__(self, title: str, listen: Callable[[Event], None] | None = None) -> None:
        self.title = title
        self._listen = listen
        self.state = "running"
        """`running`, `paused`, `finished`, `cancelled` or `failed`."""
        self.progress: dict[Phase, Progress] = {}
        self.phase: Phase | None = None
        self.trouble: deque[tuple[str, bytes, str]] = deque(maxlen=TROUBLE_KEPT)
        """(word, path, reason) of the latest files that were skipped, damaged, …"""
        self.trouble_count = 0
        self.last: Event | None = None
        """The latest event; a scan's is `Finished` when it got to its end."""
        self.checking: CheckProgress | None = None
        """How far reading whole files is."""
        self.error: VaultError | None = None
        self.version = 0
        """Goes up with every event."""
        self._marks: deque[tuple[float, int]] = deque()
        self._started = time.monotonic()
        self._ended: float | None = None
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()

    @property
    def is_live(self) -> bool:
        """Running or paused."""
        return self.state in {"running", "paused"}

    @property
    def seconds(self) -> float:
        """How long it has been going, pauses included."""
        return (self._ended or time.monotonic()) - self._started

    @property
    def finished(self) -> Finished | None:
        """What a scan adds up to, once it is at its end."""
        return self.last if isinstance(self.last, Finished) else None

    @property
    def current(self) -> Progress | None:
        """The progress of the phase it is in."""
        return self.progress.get(self.phase) if self.phase else None

    @property
    def rate(self) -> float:
        """Items of the current phase per second, over the last while."""
        if len(self._marks) < 2:
            return 0.0
        (first_at, first), (last_at, last) = self._marks[0], self._marks[-1]
        return (last - first) / (last_at - first_at) if last_at > first_at else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Of the current phase, at the present rate."""
        now = self.current
        if now is None or now.total is None or self.rate <= 0 or self.state == "paused":
            return None
        return (now.total - now.done) / self.rate

    def note(self, event: Event) -> None:
        """Take an event in."""
        self.version += 1
        self.last = event
        if self._listen is not None:
            self._listen(event)
        match event:
            case Progress():
                self._note_progress(event)
            case FileSkipped():
                self._note_trouble("skipped", event.path, event.reason)
            case FileDamaged():
                self._note_trouble("damaged", event.path, event.reason)
            case CheckProgress():
                self.checking = event
            case FileChecked() if event.found.status is not Health.WHOLE:
                self._note_trouble(event.found.status, event.path, words(event.found))
            case FileRotten():
                self._note_trouble("changed on disk", event.path, event.reason)
            case RootOffline():
                self._note_trouble("offline", event.path, event.reason)

    def _note_progress(self, event: Progress) -> None:
        if event.phase is not self.phase:
            self.phase = event.phase
            self._marks.clear()
        self.progress[event.phase] = event
        now = time.monotonic()
        self._marks.append((now, event.done))
        while now - self._marks[0][0] > RATE_OVER_S and len(self._marks) > 2:
            self._marks.popleft()

    def _note_trouble(self, word: str, path: bytes, reason: str) -> None:
        self.trouble.append((word, path, reason))
        self.trouble_count += 1
        log.warning("%s: %r: %s", word, path, reason)

    def pause(self) -> None:
        """Stop asking for events; what is under way is finished first."""
        if self.state == "running":
            self.state = "paused"
            self._may_go_on.clear()
            self.version += 1

    def resume(self) -> None:
        """Go on."""
        if self.state == "paused":
            self.state = "running"
            self._marks.clear()
            self._may_go_on.set()
            self.version += 1

    def _end(self, state: str) -> None:
        self.state = state
        self._ended = time.monotonic()
        self.version += 1

    async def _run(self, events: AsyncGenerator[Event, None], catalogue: Path, what: str) -> None:
        try:
            with exclusive(catalogue, what):
                try:
                    async for event in events:
                        self.note(event)
                        await self._may_go_on.wait()
                finally:
                    await events.aclose()
        except asyncio.CancelledError:
            self._end("cancelled")
            raise
        except VaultError as error:
            self.error = error
            self._end("failed")
        except BaseException:
            self._end("failed")
            raise
        else:
            self._end("finished")


class Jobs:
    """Runs one job at a time; there is one catalogue."""

    def __init__(self, catalogue: Path, ended: Callable[[Job, BaseException | None], None]) -> None:
        """`ended(job, bug)` is called on the event loop when a job is over; `bug` is what is no VaultError."""
        self.current: Job | None = None
        """The job under way, or else the last one."""
        self._catalogue = catalogue
        self._ended = ended
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a job is running or paused."""
        return self._task is not None and not self._task.done()

    def start(
        self,
        title: str,
        events: AsyncGenerator[Event, None],
        what: str = "a scan is",
        listen: Callable[[Event], None] | None = None,
    ) -> Job:
        """Run a job in the background. `what` tells other programs why the catalogue is held; `listen` gets the events.

        Raises AlreadyRunning while another job of this program is under way; a job of another program shows
        when this one fails at once.
        """
        if self.is_busy and self.current:
            raise AlreadyRunning(
                f"{self.current.title} is still under way", "Wait for it, or cancel it first."
            )
        job = self.current = Job(title, listen)
        task = self._task = asyncio.create_task(job._run(events, self._catalogue, what), name=title)
        task.add_done_callback(lambda done: self._ended(job, None if done.cancelled() else done.exception()))
        return job

    async def cancel(self) -> None:
        """End the job under way and wait until what it had begun is committed or rolled back."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
