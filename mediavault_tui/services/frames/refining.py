"""The exact offset and speed of a pair: every frame of a few short windows of both files.

Each window of a is slid along a somewhat longer one of b. A window counts when its best place is clearly
better than the places around it, so a window in which nothing moves says nothing. A line through the
places gives offset and speed.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain import picture_match
from mediavault_tui.domain.alignment import Alignment, Hypothesis, Verdict
from mediavault_tui.domain.evidence import RARITY
from mediavault_tui.domain.fingerprint import shrink
from mediavault_tui.domain.picture_alignment import rebuilt
from mediavault_tui.services.frames.video import Video, never, opened

SIDE = 32
"""Finer than a fingerprint: a frame's worth of motion is a small part of its cells."""
PLACES = (0.5, 0.1, 0.9, 0.3, 0.7, 0.02)
"""Shares of the overlap where windows begin, the middle first: it settles the search range of the others."""
WINDOW_S = 2.0
ENOUGH = 3
"""Windows of a pair known to be the same that settle it, when they agree: the middle and both ends."""
WHOLE_S = 20.0
"""Files up to this long are read once: windows of their own, each from a keyframe on, would read them twice."""
MARGIN_S = 4.0
"""How far a long file's fingerprint may be off."""
NEAR_S = 1.0
ALIKE = 0.55
SHARP = 0.012
"""Least drop of similarity a quarter of a second beside the best place."""


class Place(NamedTuple):
    """The same moment in both files."""

    a_s: float
    b_s: float
    likeness: float


def refine(
    path_a: bytes | str, path_b: bytes | str, rough: Alignment, cancelled: Callable[[], bool] = never
) -> Alignment:
    """`rough` with offset and speed measured to about a frame.

    An unsure pair becomes `same` when four windows fit and hardly any does not; without any window that
    tells something, `rough` comes back with a reason. Raises FileUnreadable, MediaDamaged, Cancelled.
    """
    if rough.verdict is Verdict.DIFFERENT or rough.overlap_s <= 0:
        return rough
    with opened(path_a, cancelled) as a, opened(path_b, cancelled) as b:
        durations = a.duration_s, b.duration_s
        frame_s = max(1 / a.rate, 1 / b.rate)
        found, missed = _places(_Reader(a), _Reader(b), rough, frame_s)
    if not found:
        reason = "nothing moves where the frames were compared: offset not measured"
        return msgspec.structs.replace(rough, reasons=(*rough.reasons, reason))
    return _fitted(found, missed, rough, durations, frame_s)


Window = tuple[NDArray[np.float64], NDArray[np.uint8]]


class _Reader:
    """Frames of one file between two times."""

    def __init__(self, video: Video) -> None:
        self.video = video
        self.whole: Window | None = None

    def between(self, start_s: float, end_s: float) -> Window:
        """Times and grey frames."""
        duration = self.video.duration_s
        if duration is None or duration > WHOLE_S:
            return self.video.between(start_s, end_s)
        if self.whole is None:
            self.whole = self.video.between(0.0, math.inf)
        times, frames = self.whole
        wanted = (times >= start_s) & (times <= end_s)
        return times[wanted], frames[wanted]


def _places(a: _Reader, b: _Reader, rough: Alignment, frame_s: float) -> tuple[list[Place], int]:
    """Places that fit, and the number of windows that clearly do not."""
    begin = max(0.0, -rough.offset_s)
    length = min(WINDOW_S, rough.overlap_s / 3)
    dense = rough.overlap_s < 150
    found: list[Place] = []
    missed, shift = 0, 0.0
    for share in PLACES[: 3 if rough.overlap_s < 8 else None]:
        start = begin + share * (rough.overlap_s - length)
        margin = NEAR_S if dense or found else MARGIN_S
        window = a.between(start, start + length)
        guess = rough.time_in_b(start) + shift
        span = length / rough.speed
        place = _slide(window, b.between(guess - margin, guess + span + margin), rough, shift, margin)
        if place is None:
            continue
        if place.likeness < ALIKE:
            missed += 1
            continue
        found.append(place)
        shifts = [one.b_s - rough.time_in_b(one.a_s) for one in found]
        shift = float(np.median(shifts))
        agree = max(shifts) - min(shifts) < frame_s
        if rough.verdict is Verdict.SAME and len(found) == ENOUGH and agree and not missed:
            break
    return found, missed


def _slide(a: Window, b: Window, rough: Alignment, shift: float, margin: float) -> Place | None:
    """The best place of window a in window b; None where nothing tells the places apart."""
    if len(a[0]) < 4 or len(b[0]) < 8:
        return None
    left = picture_match.features(shrink(a[1], rough.area_a, SIDE))
    right = picture_match.features(shrink(b[1], rough.area_b, SIDE), mirrored=rough.mirrored)
    similar = left @ right.T
    step = float(np.median(np.diff(b[0])))
    slides = np.arange(-margin, margin + step / 8, step / 4)
    expected = np.array([rough.time_in_b(at) for at in a[0]]) + shift
    curve = np.array([_along(similar, b[0], expected + slide) for slide in slides])
    top = int(curve.argmax())
    around = curve[np.abs(np.abs(slides - slides[top]) - 0.25) <= step]
    if curve[top] >= ALIKE and (not len(around) or curve[top] - around.mean() < SHARP):
        return None
    slide = float(slides[top]) + _vertex(curve[top - 4 : top + 5 : 4]) * step
    middle = len(a[0]) // 2
    return Place(float(a[0][middle]), float(expected[middle]) + slide, float(curve[top]))


def _along(similar: NDArray[np.float32], times: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """Mean similarity of each row with what is at its wanted time, between frames linearly."""
    right = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    share = np.clip((wanted - times[right - 1]) / np.maximum(times[right] - times[right - 1], 1e-6), 0, 1)
    rows = np.arange(len(wanted))
    return float((similar[rows, right - 1] * (1 - share) + similar[rows, right] * share).mean())


def _vertex(three: NDArray[np.float64]) -> float:
    """Where the parabola through three equidistant values has its top, from −0.5 to 0.5 steps."""
    if len(three) < 3 or three[0] + three[2] - 2 * three[1] >= 0:
        return 0.0
    return float(np.clip(0.5 * (three[0] - three[2]) / (three[0] + three[2] - 2 * three[1]), -0.5, 0.5))


def _fitted(
    found: list[Place],
    missed: int,
    rough: Alignment,
    durations: tuple[float | None, float | None],
    frame_s: float,
) -> Alignment:
    """A line through the places; without the ones that stray more than two frames."""
    speed = _speed(found, rough.speed, frame_s)
    shifts = np.array([one.b_s * speed - one.a_s for one in found])
    near = np.abs(shifts[:, None] - shifts) < 2.5 * frame_s
    fits = near[int(near.sum(axis=1).argmax())]  # the place most others agree with, and these
    shift = float(np.median(shifts[fits]))
    count = int(fits.sum())
    verdict = rough.verdict
    if verdict is Verdict.UNSURE and count >= 4 and missed <= 1:
        verdict = Verdict.SAME
        rough = msgspec.structs.replace(rough, matched=max(rough.matched, count / len(PLACES)))
    elif verdict is Verdict.SAME and missed >= 4 and count <= 1:
        verdict = Verdict.UNSURE
    away = float(np.abs(shifts[fits] - shift).max()) * 1000
    reason = f"frame by frame: {count} of {len(found) + missed} windows fit, within {away:.0f} ms"
    sure = 99 if count >= ENOUGH and count == len(found) + missed else 90
    return rebuilt(rough, verdict, Hypothesis(speed, shift), durations, reason, sure=sure)


def _speed(found: list[Place], rough: float, frame_s: float) -> float:
    """The usual speed that puts most places on one line; an unusual one only when it fits better by far."""
    pairs = [(one, two) for at, one in enumerate(found) for two in found[at + 1 :]]
    slopes = [(two.a_s - one.a_s) / (two.b_s - one.b_s) for one, two in pairs if two.b_s != one.b_s]
    if not slopes:
        return rough

    def away(speed: float) -> NDArray[np.float64]:
        shifts = np.array([one.b_s * speed - one.a_s for one in found])
        frames: NDArray[np.float64] = np.abs(shifts - np.median(shifts)) / frame_s
        return frames

    def fitting(speed: float) -> int:
        return int((away(speed) < 1.5).sum())

    usual = max((rough, *RARITY), key=lambda speed: (fitting(speed), -int(away(speed).max())))
    slope = float(np.median(slopes))
    return slope if fitting(slope) >= max(4, fitting(usual) + 2) else usual
