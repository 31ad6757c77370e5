"""A short window of one file slid along another, frame by frame."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content.alignment import Area
from mediavault_tui.domain.content.framing import Framing, fitted
from mediavault_tui.domain.content.window_fit import Curve
from mediavault_tui.services.frames.reader import Window

ALIKE = 0.55
"""Least likeness of windows that show the same."""
GOOD = 0.86
"""Below this the crop may be another than was thought."""
SHARP = 0.012
"""Least drop of similarity a quarter of a second beside the best place."""
BESIDE_S = 0.25
_AMBIGUOUS = 0.3
"""A second place that lacks less than this share of that drop is as good as the best."""
_FEW = 5
"""Frames of a window by which a crop is fitted."""
_BETTER = 0.02
"""What a fitted crop must bring."""


class Slid(NamedTuple):
    """The outcome of a window."""

    curve: Curve | None
    """None where nothing tells the places apart, or too few frames decoded."""
    alike: float
    """How alike the best place is."""
    look: Framing
    at_border: bool = False
    """Whether the best place was the last that was tried."""
    self_similar: bool = False
    """Whether other places are as good."""
    flat: Curve | None = None
    """The curve where nothing moves: any place is as good."""


class Line(NamedTuple):
    """t_b = (t_a + shift) / speed."""

    speed: float
    shift: float

    def in_b(self, time_a: float) -> float:
        """The time in b of a's moment."""
        return (time_a + self.shift) / self.speed

    def in_a(self, time_b: float) -> float:
        """The time in a of b's moment."""
        return time_b * self.speed - self.shift

    def turned(self) -> "Line":
        """The same with the files changed."""
        return Line(1 / self.speed, -self.shift / self.speed)


def slide(
    a: Window,
    b: Window,
    line: Line,
    margin: float,
    look: Framing,
    bars: tuple[Area, Area],
    stretch: int,
    good: float,
) -> Slid:
    """Window a on b, up to `margin` seconds of b beside the line. Under `good` other crops are tried."""
    if len(a[0]) < 4 or len(b[0]) < 8:
        return Slid(None, 0.0, look)
    step = float(np.median(np.diff(b[0])))
    slides = np.arange(-margin, margin + step / 8, step / 4)
    expected = (a[0] + line.shift) / line.speed
    curve = _curve(look, a, b, expected, slides)
    if curve.max() < good:
        few = np.unique(np.linspace(0, len(a[0]) - 1, _FEW).astype(int))
        places = np.clip(
            np.searchsorted(b[0], expected[few] + slides[::4, None] - step / 2), 0, len(b[0]) - 1
        )
        other = fitted(look, bars, a[1][few], b[1], places)
        again = _curve(other, a, b, expected, slides)
        if again.max() > curve.max() + _BETTER:
            curve, look = again, other
    middle = len(a[0]) // 2
    return _judged(curve, slides, step, look, float(a[0][middle]), float(expected[middle]), stretch)


def _curve(
    look: Framing, a: Window, b: Window, expected: NDArray[np.float64], slides: NDArray[np.float64]
) -> NDArray[np.float64]:
    similar = look.in_a(a[1]) @ look.in_b(b[1]).T
    return np.array([along(similar, b[0], expected + slide).mean() for slide in slides])


def _judged(
    curve: NDArray[np.float64],
    slides: NDArray[np.float64],
    step: float,
    look: Framing,
    at_s: float,
    expected_s: float,
    stretch: int,
) -> Slid:
    top = int(curve.argmax())
    alike = float(curve[top])
    border = not 4 <= top < len(curve) - 4
    if alike < ALIKE:
        return Slid(None, alike, look, border)
    away = np.abs(slides - slides[top])
    around = curve[np.abs(away - BESIDE_S) <= step]
    drop = alike - float(around.mean()) if len(around) else 1.0
    best = expected_s + float(slides[top]) + _vertex(curve[top - 4 : top + 5 : 4]) * step
    found = Curve(stretch, at_s, expected_s + slides, curve, best)
    if drop < SHARP:
        return Slid(None, alike, look, flat=found)
    if _second(curve, away) > alike - _AMBIGUOUS * drop:
        return Slid(None, alike, look, self_similar=True)
    return Slid(found, alike, look, border)


def _second(curve: NDArray[np.float64], away: NDArray[np.float64]) -> float:
    """The best of the other tops: below it on both sides, and away from the best place."""
    inner = np.flatnonzero((curve[1:-1] >= curve[:-2]) & (curve[1:-1] >= curve[2:])) + 1
    others = inner[away[inner] > BESIDE_S]
    return float(curve[others].max()) if len(others) else -1.0


def along(
    similar: NDArray[np.float32], times: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Similarity of each row with what is at its wanted time, between frames linearly."""
    right = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    share = np.clip((wanted - times[right - 1]) / np.maximum(times[right] - times[right - 1], 1e-6), 0, 1)
    rows = np.arange(len(wanted))
    return np.asarray(similar[rows, right - 1] * (1 - share) + similar[rows, right] * share, np.float64)


def _vertex(three: NDArray[np.float64]) -> float:
    """Where the parabola through three equidistant values has its top, from −0.5 to 0.5 steps."""
    if len(three) < 3 or three[0] + three[2] - 2 * three[1] >= 0:
        return 0.0
    return float(np.clip(0.5 * (three[0] - three[2]) / (three[0] + three[2] - 2 * three[1]), -0.5, 0.5))
