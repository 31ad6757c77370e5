"""How a job's events are shown: a live display on a terminal, plain lines in a pipe, JSON Lines for scripts."""

import logging
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from mediavault_tui.cli import output
from mediavault_tui.domain.archive.journal import RECOVER, StepEnded
from mediavault_tui.domain.events import (
    Event,
    FileDamaged,
    FileNoted,
    FileRotten,
    FileSkipped,
    Finished,
    Phase,
    Progress,
    RootOffline,
)
from mediavault_tui.domain.text import duration, printable, size

if TYPE_CHECKING:
    from rich.progress import Task, TaskID

log = logging.getLogger("mediavault.scan")

PLAIN_EVERY_S = 5.0
JSON_EVERY_S = 0.1


class Listener(Protocol):
    """Shows events. A context manager around the job."""

    def __enter__(self) -> "Listener": ...
    def __exit__(self, *_: object) -> None: ...
    def __call__(self, event: Event) -> None:
        """Show one event."""


def listener(*, as_json: bool, quiet: bool) -> Listener:
    """The listener that fits where the output goes."""
    if as_json:
        return JsonLines()
    if sys.stderr.isatty() and not quiet and os.environ.get("TERM") != "dumb":
        return Live()
    return Plain(quiet=quiet)


def words(event: Event) -> str | None:
    """An event that must not be missed, as one line."""
    match event:
        case FileSkipped():
            return f"skipped: {printable(event.path)}: {event.reason}"
        case FileDamaged():
            return f"damaged: {printable(event.path)}: {event.reason}"
        case FileRotten():
            return f"changed on disk: {printable(event.path)}: {event.reason}"
        case StepEnded():
            what = "recovered" if event.op == RECOVER else f"{event.op} {event.status}"
            return f"{what}: {printable(event.path)}: {event.reason}"
        case FileNoted():
            return f"note: {printable(event.path)}: {event.reason}"
        case RootOffline():
            return f"offline: {printable(event.path)}: {event.reason}; nothing known about it was changed"
        case _:
            return None


class JsonLines:
    """Every event as a line of JSON on stdout; progress at most ten times a second."""

    def __enter__(self) -> "JsonLines":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __init__(self) -> None:
        self._last: tuple[Phase | None, float] = (None, 0.0)

    def __call__(self, event: Event) -> None:
        """Write the event."""
        match event:
            case Progress():
                if self._is_due(event):
                    output.json_line(
                        {
                            "event": "progress",
                            "phase": event.phase,
                            "done": event.done,
                            "total": event.total,
                            "bytes_read": event.bytes_read,
                        }
                    )
            case Finished():
                output.json_line(finished_fields(event))
            case FileSkipped():
                self._file("skipped", event.path, event.reason, phase=event.phase)
            case FileDamaged():
                self._file("damaged", event.path, event.reason)
            case FileRotten():
                self._file("rotten", event.path, event.reason)
            case FileNoted():
                self._file("note", event.path, event.reason)
            case RootOffline():
                self._file("offline", event.path, event.reason)
            case StepEnded():
                name = "recovered" if event.op == RECOVER else "moved"
                to = output.path_text(event.to) or None
                self._file(name, event.path, event.reason, op=event.op, to=to, status=event.status)

    def _is_due(self, event: Progress) -> bool:
        phase, shown = self._last
        now = time.monotonic()
        if phase is event.phase and now - shown < JSON_EVERY_S and event.done != event.total:
            return False
        self._last = (event.phase, now)
        return True

    @staticmethod
    def _file(name: str, path: bytes, reason: str, **more: object) -> None:
        output.json_line({"event": name, "path": output.path_text(path), "reason": reason, **more})


def finished_fields(event: Finished) -> dict[str, object]:
    """The last line of a scan."""
    return {
        "event": "finished",
        "files_found": event.files_found,
        "files_new": event.files_new,
        "files_updated": event.files_updated,
        "files_missing": event.files_missing,
        "files_damaged": event.files_damaged,
        "roots_offline": [output.path_text(path) for path in event.roots_offline],
        "skipped": event.skipped,
        "bytes_read": event.bytes_read,
        "seconds": round(event.seconds, 3),
        "phases": event.phases,
    }


class Plain:
    """Lines on stderr: the end of each phase, and how far it is every few seconds."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._shown = 0.0
        self._phase: Progress | None = None
        self._started = time.monotonic()

    def __enter__(self) -> "Plain":
        return self

    def __exit__(self, *_: object) -> None:
        self._end_phase()

    def __call__(self, event: Event) -> None:
        """Write a line where one is due."""
        line = words(event)
        if line:
            output.print_message(line)
        if not isinstance(event, Progress):
            return
        now = time.monotonic()
        if self._phase is None or self._phase.phase is not event.phase:
            self._end_phase()
            self._started = self._shown = now
        elif now - self._shown >= PLAIN_EVERY_S:
            self._shown = now
            self._say(event, " …")
        self._phase = event

    def _end_phase(self) -> None:
        if self._phase is not None:
            self._say(self._phase, "")

    def _say(self, event: Progress, mark: str) -> None:
        if self._quiet:
            return
        seconds = time.monotonic() - self._started
        counted = f"{event.done:,}" + (f" of {event.total:,}" if event.total is not None else "")
        rate = f", {event.done / seconds:,.0f}/s" if seconds > 0.5 else ""
        read = f", {size(event.bytes_read)} read" if event.bytes_read else ""
        left = ""
        if mark and event.total and event.done:
            left = f", {duration(seconds / event.done * (event.total - event.done))} left"
        output.print_message(f"{event.phase:<11} {counted}{rate}{read}{left}{mark}")


class Live:
    """One line per phase that moves: count, rate, bytes read, time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn
        from rich.text import Text

        class Details(ProgressColumn):
            """Count, rate, bytes read and time left, as far as they are known."""

            def render(self, task: "Task") -> Text:
                return Text(details(task))

        self._console = Console(stderr=True, markup=False, highlight=False)
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description:<11}", markup=False),
            BarColumn(bar_width=24),
            Details(),
            console=self._console,
            refresh_per_second=5,
        )
        self._tasks: dict[Phase, TaskID] = {}

    def __enter__(self) -> "Live":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Move the line of the event's phase; say what must not be missed above it."""
        line = words(event)
        if line:
            self._console.print(line, markup=False, soft_wrap=True)
        if not isinstance(event, Progress):
            return
        if event.phase not in self._tasks:
            for task in self._tasks.values():
                self._progress.stop_task(task)
            self._tasks[event.phase] = self._progress.add_task(event.phase, total=None, bytes_read=0)
        total = event.total if event.total != 0 else 1
        done = event.done if event.total != 0 else 1
        self._progress.update(
            self._tasks[event.phase],
            completed=done,
            total=total,
            bytes_read=event.bytes_read,
            found=event.total,
        )


def details(task: "Task") -> str:
    """The figures of one phase's line."""
    done, total, fields = int(task.completed), task.total, task.fields
    if fields.get("found") == 0:
        return "nothing to do"
    speed = task.speed or task.finished_speed
    left = task.time_remaining
    parts = [f"{done:,}" + (f" of {int(total):,}" if total is not None else "")]
    if speed:
        parts.append(f"{speed:,.0f}/s")
    if fields.get("bytes_read"):
        parts.append(f"{size(fields['bytes_read'])} read")
    if left and done != total:
        parts.append(f"{duration(left)} left")
    return ", ".join(parts)


def log_event(event: Event) -> None:
    """Keep in the log what must not be missed."""
    line = words(event)
    if line:
        log.warning("%s", line)
    elif isinstance(event, Finished):
        log.info("scan finished: %s", finished_fields(event))


Show = Callable[[Event], None]
