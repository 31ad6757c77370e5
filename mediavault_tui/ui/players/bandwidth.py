"""How much picture the line to the terminal takes: how often, how fine, with how many colours.

After each frame the terminal is asked where its cursor is. Its answer comes when everything before it has
been read, so at most a few frames are under way, a key press never waits behind a second of pictures, and
the time the answers take tells what the line carries. A terminal that does not answer is judged by what
still waits to be written. When the frames of the film cannot all be sent, the picture is made cheaper
step by step, and better again when there is room.
"""

from collections import deque
from typing import NamedTuple

from mediavault_tui.services.terminal.capabilities import Depth

QUESTION = "\x1b[6n"
"""Cursor position (ECMA-48 DSR 6): every terminal answers it, tmux and screen too."""


class Detail(NamedTuple):
    """How much of a picture is sent."""

    bits: int = 8
    """Of each true colour."""
    tolerance: int = 0
    """Rows whose colours differ by no more are left as they are."""
    coarse: int = 1
    """So many cells, across and down, show the same."""
    indexed: bool = False
    """256 colours even where there are more."""
    scale: float = 1.0
    """Real pixels: so many drawn ones, across and down, for each of the screen."""

    def depth(self, best: Depth) -> Depth:
        """The colours to use on a terminal that can do `best`."""
        return Depth.INDEXED if self.indexed and best is Depth.TRUE else best


LEVELS = (
    Detail(),
    Detail(bits=6, tolerance=4),
    Detail(bits=5, tolerance=8, scale=0.7),
    Detail(bits=5, tolerance=8, indexed=True, scale=0.5),
    Detail(bits=5, tolerance=12, coarse=2, indexed=True, scale=0.35),
    Detail(bits=4, tolerance=12, coarse=3, indexed=True, scale=0.25),
    Detail(bits=4, tolerance=16, coarse=4, indexed=True, scale=0.18),
)
"""Of real pixels: all, half, a quarter, an eighth, …"""
_ENOUGH = 0.7
"""Share of the film's frames that should be seen; below it the picture gets cheaper."""
_WAITING = 0.25
"""Share of the time that frames have waited for the line; less, and it is the machine that is slow."""
_POLL_S = 0.02
_POOR_S, _GOOD_S = 1.0, 6.0
"""Judged for so long before it gets worse, or better."""
_GRUDGE_S = 45.0
"""A level that was too much is not tried again for so long."""
_STILL_S = 0.5
"""A picture stands still when it has not moved for so long; what takes longer on the line is fine enough."""
_PATIENCE_S = 3.0
"""An answer that has not come by then will not come."""


class BandwidthControl:
    """Decides when a frame may be sent and how fine it is. Times are given, in seconds of any clock."""

    def __init__(self) -> None:
        self.answers = False
        self.level = 0
        self.fixed: int | None = None
        """A level chosen by hand."""
        self._still: int | None = None
        """The level of a picture that stands still."""
        self._still_at = 0.0
        self.bytes_per_s = 0.0
        self.frames_per_s = 0.0
        self.answer_s = 0.0
        """How long the last answer took."""
        self._asked: deque[float] = deque()
        self._fastest = 0.0
        """The way there and back with nothing before it on the line, as far as known."""
        self._sent: deque[tuple[float, int]] = deque()
        self._judged_at = 0.0
        self._blocked_s = self._asked_for = 0.0
        """How long frames had to wait for the line since the last judgement; when one last did or did not."""
        self._too_much: dict[int, float] = {}

    @property
    def detail(self) -> Detail:
        """How fine pictures are to be now."""
        return LEVELS[self._now]

    @property
    def _now(self) -> int:
        if self.fixed is not None:
            return self.fixed
        return self.level if self._still is None else self._still

    def may_send(self, now: float, interval_s: float, backlog: int) -> bool:
        """Whether the line has room for a frame; `backlog` is how many writes still wait in this program."""
        while self._asked and now - self._asked[0] > _PATIENCE_S:
            self._asked.popleft()
        if self.answers:
            flows = self.answer_s < 2 * self._fastest + 0.1
            under_way = 2 + min(4, int(self._fastest / max(interval_s, 0.01))) if flows else 1
            free = len(self._asked) < under_way and backlog <= 1
        else:
            free = backlog == 0
        self._blocked_s += 0.0 if free else now - max(self._asked_for, now - _POLL_S)
        self._asked_for = now
        return free

    def sent(self, now: float, size: int) -> None:
        """A frame of so many bytes was handed over, and QUESTION after it. First of all: QUESTION alone."""
        self._asked.append(now)
        self._sent.append((now, size))
        while now - self._sent[0][0] > 2.0:
            self._sent.popleft()
        span = max(0.25, now - self._sent[0][0])
        self.frames_per_s = (len(self._sent) - 1) / span
        self.bytes_per_s = sum(size for _, size in self._sent) / span

    def answered(self, now: float) -> None:
        """The terminal has read everything up to a question."""
        self.answers = True
        if self._asked:
            self.answer_s = now - self._asked.popleft()
            self._fastest = min(self._fastest * 1.0005 or self.answer_s, self.answer_s)

    def judge(self, now: float, wanted_per_s: float) -> bool:
        """Go a level down or up if it is time to; `wanted_per_s` is the film's rate. True when it changed."""
        if self.fixed is not None or now - self._judged_at < _POOR_S:
            return False
        waited = self._blocked_s / (now - self._judged_at)
        held_up = waited > _WAITING and self.frames_per_s < wanted_per_s * _ENOUGH
        if held_up and self.level < len(LEVELS) - 1:
            self._too_much[self.level] = now
            return self._move(1, now)
        if held_up or now - self._judged_at < _GOOD_S:
            return False
        better = self.level - 1
        if better >= 0 and now - self._too_much.get(better, -_GRUDGE_S) >= _GRUDGE_S:
            return self._move(-1, now)
        self._judged_at, self._blocked_s = now, 0.0
        return False

    def _move(self, by: int, now: float) -> bool:
        self.level += by
        self._judged_at, self._blocked_s = now, 0.0
        self._sent.clear()
        return True

    def stand(self, now: float, *, moving: bool) -> bool:
        """A picture that stands still gets finer, step by step, while the line takes it quickly. True if it does,
        and when it moves again."""
        if moving or self.fixed is not None:
            changed, self._still, self._still_at = self._still is not None, None, now
            return changed
        is_busy = bool(self._asked) or self.answer_s > _STILL_S
        if self._now == 0 or is_busy or now - self._still_at < _STILL_S:
            return False
        self._still, self._still_at = max(0, self._now - 2), now
        return True

    def rest(self, now: float) -> None:
        """Nothing moves: what was measured says nothing about the time to come."""
        self._judged_at, self._blocked_s = now, 0.0
        self._sent.clear()

    def words(self) -> str:
        """For a corner of the screen."""
        answer = f"{self.answer_s * 1000:.0f} ms" if self.answers else "no answer"
        hand = "" if self.fixed is None else " by hand"
        return (
            f"{self.frames_per_s:.0f} frames/s · {self.bytes_per_s / 1000:.0f} kB/s · {answer}"
            f" · level {self._now}{hand}"
        )
