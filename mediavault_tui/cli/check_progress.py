"""How far reading whole files is, on stderr: one line that moves on a terminal, else one now and then."""

import os
import sys
import time

from mediavault_tui.cli import output
from mediavault_tui.domain.events import CheckProgress, Event
from mediavault_tui.domain.text import duration, size

TALK_EVERY_S = 5.0


class CheckProgressLine:
    """Give it the events of a check. Anything but progress wipes the line, so that others can write."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._started = self._told = time.monotonic()
        self._shown = False

    def __call__(self, event: Event) -> None:
        """Show progress; wipe it before anything else."""
        if isinstance(event, CheckProgress):
            if not self._quiet:
                self._progress(event)
        elif self._shown:
            sys.stderr.write("\r\x1b[K")
            self._shown = False

    def _progress(self, event: CheckProgress) -> None:
        now = time.monotonic()
        if not self._live and now - self._told < TALK_EVERY_S:
            return
        self._told = now
        line = f"check       {event.done:,} of {event.total:,}, {size(event.bytes_done)} of {size(event.bytes_total)}"
        seconds = now - self._started
        if event.bytes_done and seconds > 1:
            rate = event.bytes_done / seconds
            line += f", {size(rate)}/s, {duration((event.bytes_total - event.bytes_done) / rate)} left"
        if self._live:
            sys.stderr.write("\r\x1b[K" + line)
            sys.stderr.flush()
            self._shown = True
        else:
            output.print_message(line + " …")
