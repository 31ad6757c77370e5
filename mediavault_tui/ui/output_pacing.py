"""How often the screen may change by itself, so that a slow link is never filled with progress ticks.

After a tick the terminal is asked something it answers at once (DECRQM 2026, which Textual asks at the
start too); the answer comes back behind everything that was still under way, so the time it takes is
what the user waits for a key press to show. The next tick comes no sooner than a few times that. A
terminal that never answers is measured by what still waits in the kernel's queue for it.
"""

import fcntl
import os
import struct
import termios
import time

FASTEST_S = 0.1
SLOWEST_S = 3.0
SHARE = 4.0
"""Ticks may use about one part in so many of the link's time."""
QUESTION = "\x1b[?2026$p"


class OutputPacing:
    """Measures the terminal's answer time and says how long to wait between ticks."""

    def __init__(self) -> None:
        self.answers = False
        """Whether this terminal has ever answered."""
        self._asked_at: float | None = None
        self._round_trip_s = 0.0

    @property
    def interval_s(self) -> float:
        """Seconds from one tick to the next."""
        waiting = self._waited_s() if self._asked_at is not None else 0.0
        return min(max(FASTEST_S, SHARE * max(self._round_trip_s, waiting)), SLOWEST_S)

    def ask(self) -> str | None:
        """What to write to the terminal now, if anything: one question at a time."""
        if self._asked_at is not None and self._waited_s() < SLOWEST_S:
            return None
        if self._asked_at is not None and not self.answers:
            return None  # never answered: it does not know the question
        self._asked_at = time.monotonic()
        return QUESTION

    def answered(self) -> None:
        """The terminal answered."""
        self.answers = True
        if self._asked_at is not None:
            # Slow at once, fast again over a few answers: a link that stutters is a slow link.
            taken = min(self._waited_s(), SLOWEST_S)
            self._round_trip_s = max(taken, 0.7 * self._round_trip_s)
            self._asked_at = None

    def _waited_s(self) -> float:
        waited = time.monotonic() - (self._asked_at or 0.0)
        return waited if self.answers else 0.0


def is_congested(descriptor: int) -> bool:
    """Whether earlier output still waits in the kernel for this terminal."""
    if not os.isatty(descriptor):
        return False
    try:
        answer = fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0\0\0\0")
    except OSError:
        return False
    return bool(struct.unpack("i", answer)[0])
