"""Where one stretch of two files ends and the next begins, to the frame.

Between a moment that is surely on the one line and one that is surely on the other, short probes halve the
range; then every frame of what is left is set against what either line shows for it. The change is where most
is gained by following the one line before and the other after. What neither line shows belongs to no stretch.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content.framing import Framing
from mediavault_tui.services.frames.reader import Reader, Window
from mediavault_tui.services.frames.window_alignment import Line, along

PROBE_S = 0.3
AGAIN_S = 1.0
"""A probe that fits neither line may have met a flash or a fade: another is taken so much later."""
AT_ONCE = 300e6
"""Pixels worth decoding in one go instead of probing further."""
FROM_END_S = 1.0
"""Where both files go on to their ends, so far from these it is seen whether they still show the same."""
KEYFRAME_S = 4.0
"""In a long file a keyframe so little before that place will do: on the way there nothing has to be decoded."""
_FITS = 0.65
"""Of the likeness that windows on the line have."""
_FLAT = 2.0
"""Standard deviation in grey levels of a frame that shows nothing."""
_GAP_FRAMES = 2.0
"""What leaving a gap between both lines must gain at least, in frames."""


class Follows(NamedTuple):
    """A line that is known to hold at some moment."""

    line: Line
    look: Framing
    sure_a_s: float
    alike: float
    """How alike windows on it are."""
    hint_a_s: float
    """Where its stretch is thought to end or begin, in a's time."""


class _Axis(NamedTuple):
    """The file along which the change is looked for, and the other."""

    x: Reader
    y: Reader
    is_a: bool

    def line(self, follows: Follows) -> Line:
        """From x to y."""
        return follows.line if self.is_a else follows.line.turned()

    def of_a(self, follows: Follows, time_a: float) -> float:
        """The moment on this axis."""
        return time_a if self.is_a else follows.line.in_b(time_a)

    def to_a(self, follows: Follows, time: float) -> float:
        """The moment in a's time."""
        return time if self.is_a else follows.line.in_a(time)

    def likeness(self, window: Window, follows: Follows) -> NDArray[np.float64]:
        """Of each frame of x with what the line shows for it; 0 where y has nothing."""
        times, frames = window
        wanted = np.array([self.line(follows).in_b(at) for at in times])
        slack = 1.5 * self.y.frame_s
        there = self.y.between(wanted[0] - slack, wanted[-1] + slack) if len(wanted) else window
        if len(there[0]) < 2 or not len(wanted):
            return np.zeros(len(wanted))
        of_x, of_y = (
            (follows.look.in_a, follows.look.in_b) if self.is_a else (follows.look.in_b, follows.look.in_a)
        )
        found = along(of_x(frames) @ of_y(there[1]).T, there[0], wanted)
        found[(wanted < there[0][0] - slack) | (wanted > there[0][-1] + slack)] = 0.0
        nearest = np.abs(there[0] - wanted[:, None]).argmin(axis=1)
        found[_flat(frames) & _flat(there[1])[nearest]] = _FITS * follows.alike  # says nothing either way
        return found


def _flat(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray(frames[:, ::4, ::4].std(axis=(1, 2)) < _FLAT)


class _Range:
    """What is known of the ends of both lines on the axis: (last seen on it, first seen off it)."""

    def __init__(self, low: float, high: float) -> None:
        self.first = [low, high]
        self.second = [low, high]

    def learn(self, at: float, state: int) -> None:
        """At a time the first line holds (1), the second (2), or neither (0)."""
        if state == 1:
            self.first[0] = max(self.first[0], at)
        else:
            self.first[1] = min(self.first[1], at)
        if state == 2:
            self.second[1] = min(self.second[1], at)
        else:
            self.second[0] = max(self.second[0], at)


def between(a: Reader, b: Reader, one: Follows, other: Follows, tolerance_s: float) -> tuple[float, float]:
    """The end of one stretch and the start of the next, both in a's time.

    Followed along the file that has less there: every moment of it is on one line or on the other.
    """
    is_a = other.line.shift >= one.line.shift
    axis = _Axis(a, b, True) if is_a else _Axis(b, a, False)
    low, high = axis.of_a(one, one.sure_a_s), axis.of_a(other, other.sure_a_s)
    if high <= low:
        return min(one.hint_a_s, other.hint_a_s), other.hint_a_s
    known = _Range(low, high)
    hints = [
        axis.of_a(follows, follows.hint_a_s) + by
        for follows in (one, other)
        for by in (-tolerance_s, tolerance_s)
    ]
    _narrow(axis, one, other, known, hints)
    if known.second[1] - known.first[0] <= 2 * _at_once(axis):
        first, second = _change(axis, one, other, known.first[0], known.second[1])
    else:
        first = _change(axis, one, None, *known.first)[0]
        second = _change(axis, None, other, *known.second)[1]
    return axis.to_a(one, first), axis.to_a(other, max(first, second))


def at_end(a: Reader, b: Reader, follows: Follows, limit_a_s: float, tolerance_s: float) -> float:
    """Where the last stretch ends (or, with a limit before what is sure, the first begins), in a's time."""
    axis = _Axis(a, b, True)
    ends = limit_a_s > follows.sure_a_s
    one, other = (follows, None) if ends else (None, follows)
    known = _Range(min(limit_a_s, follows.sure_a_s), max(limit_a_s, follows.sure_a_s))
    hints = [follows.hint_a_s - tolerance_s, follows.hint_a_s + tolerance_s]
    _narrow(axis, one, other, known, hints)
    span = known.first if ends else known.second
    return _change(axis, one, other, *span)[0 if ends else 1]


def reaches(a: Reader, b: Reader, follows: Follows, limit_a_s: float, *, exactly: bool) -> bool:
    """Whether a line holds close to the end of a file (or, with a limit before what is sure, to its start).

    What shows nothing, like black, is passed over, and what one of them has no pictures of: a file that breaks off.
    """
    axis = _Axis(a, b, True)
    inwards = -1 if limit_a_s > follows.sure_a_s else 1
    away = FROM_END_S
    while away < abs(limit_a_s - follows.sure_a_s):
        at = limit_a_s + inwards * away
        if inwards < 0 and not exactly:
            at = axis.x.keyframe_before(at, max(at - KEYFRAME_S, follows.sure_a_s))
        likes = [_telling(axis, follows, each) for each in (at, at + inwards * AGAIN_S)]
        told = [float(each.mean()) for each in likes if len(each)]
        if told:
            return max(told) >= _FITS
        away *= 2
    return True


def _telling(axis: _Axis, follows: Follows, at: float) -> NDArray[np.float64]:
    """How alike the frames of a probe are in which both show something, of the likeness on the line."""
    likeness = axis.likeness(axis.x.between(at, at + PROBE_S), follows) / follows.alike
    both: NDArray[np.float64] = likeness[(likeness != 0) & ~np.isclose(likeness, _FITS, atol=1e-6)]
    return both


def _at_once(axis: _Axis) -> float:
    """Seconds that are decoded in one go."""
    return float(np.clip(AT_ONCE / max(each.video.pixels * each.video.rate for each in axis[:2]), 4.0, 20.0))


def _narrow(
    axis: _Axis, one: Follows | None, other: Follows | None, known: _Range, hints: list[float]
) -> None:
    """Probe until what is left can be read in one go."""
    at_once = _at_once(axis)
    for _ in range(24):
        wanted = [known.first] * (one is not None) + [known.second] * (other is not None)
        low, high = max(wanted, key=lambda each: each[1] - each[0])
        if high - low <= at_once:
            return
        hint = next((each for each in hints if low + 1 < each < high - 1), (low + high) / 2)
        hints = [each for each in hints if each != hint]
        at = axis.x.keyframe_before(hint, low + 0.1 * (high - low))
        state = _state(axis, one, other, at) or _state(axis, one, other, at + AGAIN_S)
        known.learn(at, state)


def _state(axis: _Axis, one: Follows | None, other: Follows | None, at: float) -> int:
    window = axis.x.between(at, at + PROBE_S)
    likes = [
        float(axis.likeness(window, each).mean()) / each.alike if each is not None and len(window[0]) else 0.0
        for each in (one, other)
    ]
    best = int(np.argmax(likes))
    return best + 1 if likes[best] >= _FITS else 0


def _change(
    axis: _Axis, one: Follows | None, other: Follows | None, low: float, high: float
) -> tuple[float, float]:
    """The end of the first line and the start of the second, on the axis; (low, high) as seen so far."""
    window = axis.x.between(low, high + PROBE_S)
    times = window[0]
    if not len(times):
        return low, high
    # Likeness that is neither: what is more speaks for the line, what is less against it.
    before, after = (
        axis.likeness(window, each) / each.alike - _FITS if each is not None else np.full(len(times), -1.0)
        for each in (one, other)
    )
    on_first = np.concatenate([[0.0], np.cumsum(before)])
    on_second = np.concatenate([np.cumsum(after[::-1])[::-1], [0.0]])
    places = [*times, times[-1] + axis.x.frame_s]
    if one is None or other is None:
        return float(places[int(on_first.argmax())]), float(places[int(on_second.argmax())])
    together = on_first + on_second
    at = int(together.argmax())
    best_first = np.maximum.accumulate(on_first)
    second = int((best_first + on_second).argmax())
    if best_first[second] + on_second[second] > together[at] + _GAP_FRAMES * _FITS:
        first = int(on_first[: second + 1].argmax())
        return float(places[first]), float(places[second])
    return float(places[at]), float(places[at])
