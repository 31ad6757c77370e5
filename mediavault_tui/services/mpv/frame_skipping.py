"""What a decoder leaves out when it cannot keep up: pictures, never the sync.

libmpv skips by itself only where there is sound to be late against, and here most films run without. So
the tempo is measured while they play, and a side that is too slow gets options of FFmpeg's decoders
that spare it work (`skip_frame` and `skip_loop_filter`, libavcodec/avcodec.h). While paused nothing is
left out: what is looked at closely is what is in the file.
"""

from collections import deque
from typing import NamedTuple

SKIPFRAME, LOOPFILTER, FAST = "vd-lavc-skipframe", "vd-lavc-skiploopfilter", "vd-lavc-fast"
LEVELS: tuple[dict[str, str], ...] = (
    {SKIPFRAME: "default", LOOPFILTER: "default", FAST: "no"},
    {SKIPFRAME: "nonref", LOOPFILTER: "default", FAST: "no"},  # fewer pictures, each as it should be
    {SKIPFRAME: "nonref", LOOPFILTER: "all", FAST: "yes"},  # with blocks
    {SKIPFRAME: "bidir", LOOPFILTER: "all", FAST: "yes"},  # every fourth or so
)
SLOW = 0.85
"""A side that reaches less of the speed it should have is too slow."""
_TOO_MUCH = (0.55, 0.3)
"""Each level about halves the work: below these shares one more, or two, are needed."""
_OBSERVED_S = 2.5
REMEMBERED_S = 60.0
"""A level that was needed is used from the start the next time; after so long one less is tried."""


class SpeedSample(NamedTuple):
    """What was seen at one moment."""

    at_s: float
    position_s: float
    wanted_s: float
    """How far it should have got since looking began."""
    shown: tuple[int, int]
    """Pictures of a and b so far."""
    idle: tuple[int, int]
    """How often each had time to spare so far."""


class SpeedMonitor:
    """How fast both go, beside how fast they should. Times are given, in seconds."""

    def __init__(self) -> None:
        self._looks: deque[SpeedSample] = deque()

    def clear(self) -> None:
        """They stand, or were moved: what was seen says nothing any more."""
        self._looks.clear()

    @property
    def is_new(self) -> bool:
        """Whether nothing was seen yet."""
        return not self._looks

    def note(
        self, now: float, position_s: float, speed: float, shown: tuple[int, int], idle: tuple[bool, bool]
    ) -> None:
        """The clock is there, and should run at `speed`."""
        if not self._looks:
            self._looks.append(SpeedSample(now, position_s, 0.0, shown, (0, 0)))
            return
        last = self._looks[-1]
        wanted = last.wanted_s + (now - last.at_s) * speed
        counts = last.idle[0] + idle[0], last.idle[1] + idle[1]
        self._looks.append(SpeedSample(now, position_s, wanted, shown, counts))
        while now - self._looks[0].at_s > _OBSERVED_S + 0.5:
            self._looks.popleft()

    def _ends(self) -> tuple[SpeedSample, SpeedSample] | None:
        """The first and the last look, if they are far enough apart."""
        if not self._looks or self._looks[-1].at_s - self._looks[0].at_s < _OBSERVED_S:
            return None
        return self._looks[0], self._looks[-1]

    @property
    def share(self) -> float:
        """Of the speed it should have; 1 until it has been observed for long enough."""
        ends = self._ends()
        if ends is None or ends[1].wanted_s <= ends[0].wanted_s:
            return 1.0
        return (ends[1].position_s - ends[0].position_s) / (ends[1].wanted_s - ends[0].wanted_s)

    @property
    def slower(self) -> int:
        """Which of the two had less time to spare: 0 or 1."""
        ends = self._ends()
        return (
            0 if ends is None else int(ends[1].idle[1] - ends[0].idle[1] < ends[1].idle[0] - ends[0].idle[0])
        )

    def pictures_per_s(self, side: int) -> float | None:
        """Pictures shown a second; None until it has been observed for long enough."""
        ends = self._ends()
        if ends is None:
            return None
        return (ends[1].shown[side] - ends[0].shown[side]) / (ends[1].at_s - ends[0].at_s)


def next_level(level: int, share: float) -> int:
    """The level for a side that reaches only a share of its speed at this one."""
    return min(level + 1 + sum(share < much for much in _TOO_MUCH), len(LEVELS) - 1)
