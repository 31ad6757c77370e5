"""What short windows of two files, slid along each other frame by frame, say about speed and places.

A window gives a curve: how alike the pictures are for every place tried. Sharp windows have steep curves, so
where several are added up they weigh most, and a flat one, of a dark or a slow shot, hardly counts.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content.alignment_evidence import RARITY

NEAR_FRAMES = 3.0
"""Places on one line are no further from it: coding, and frames left out, move them by less."""
STEP_FRAMES, STEP_S = 4.0, 0.15
"""Least step between two windows that parts a stretch."""
_CLEAR = 0.06
"""By how much less alike windows must be on the other line: of real clips, those in motion lose .1 to .3 within a
quarter of a second, a slow zoom less than .05."""
_MOST = 6.0
"""What one window can speak against a line, in units of what missing it by a frame costs on average."""
_PARTED = 5.0
"""What it costs to part a stretch: two windows that stray cost more, one may."""
_RARE, _RARE_KNOWN, _ODD = 1.2, 0.4, 6.0
"""What a speed must be worth: a usual one, one that the frame rates of both files tell, and any other."""
_MANY = 5
"""Windows an odd speed takes."""


class Curve(NamedTuple):
    """One window of a, and how alike it is to b at each of the times tried."""

    stretch: int
    """Which of the rough stretches it lies in."""
    at_s: float
    """Its middle, in a's time."""
    b_s: NDArray[np.float64]
    """The times of b tried for that moment, ascending."""
    likeness: NDArray[np.float64]
    best_s: float
    """The time of b where it is most alike."""

    @property
    def top(self) -> float:
        """How alike it is there."""
        return float(self.likeness.max())

    def shift(self, speed: float) -> float:
        """Of the line through its best place: t_b = (t_a + shift) / speed."""
        return self.best_s * speed - self.at_s

    def against(self, shifts: NDArray[np.float64], speed: float) -> NDArray[np.float64]:
        """What is lost, from its best likeness, on the line of each of these shifts."""
        values = np.interp((self.at_s + shifts) / speed, self.b_s, self.likeness)
        return np.asarray(self.top - values, np.float64)


class Run(NamedTuple):
    """Windows on one line, in the order of time."""

    curves: tuple[Curve, ...]
    shift: float

    @property
    def stretch(self) -> int:
        """The rough stretch they lie in."""
        return self.curves[0].stretch

    def strays(self, speed: float) -> list[float]:
        """How far each best place lies from the line, in seconds of a."""
        return [abs(each.shift(speed) - self.shift) for each in self.curves]


def runs(curves: Sequence[Curve], speed: float, frame_s: float) -> list[Run]:
    """The lines on which the windows lie, one after another; windows that stray alone are left out.

    Windows of different rough stretches never share one. Never empty unless there are no windows.
    """
    ordered = sorted(curves, key=lambda each: each.at_s)
    groups: list[list[Curve]] = []
    for each in ordered:
        before = groups[-1] if groups and groups[-1][0].stretch == each.stretch else None
        if before and abs(each.shift(speed) - _median(before, speed)) < NEAR_FRAMES * frame_s:
            before.append(each)
        else:
            groups.append([each])
    kept: list[list[Curve]] = []
    for stretch in dict.fromkeys(each.stretch for each in ordered):
        kept += _steps([group for group in groups if group[0].stretch == stretch], speed, frame_s)
    return [Run(tuple(group), _shift(group, speed, frame_s)) for group in kept]


def _steps(groups: list[list[Curve]], speed: float, frame_s: float) -> list[list[Curve]]:
    """Of one stretch: groups of at least two, joined where no real step lies between them."""
    least = max(STEP_FRAMES * frame_s, STEP_S)
    told = [group for group in groups if len(group) > 1]
    if not told:  # windows that agree, with strays between them
        return [_most_agreed([each for group in groups for each in group], speed, frame_s)]
    joined = [told[0]]
    for group in told[1:]:
        step = abs(_median(group, speed) - _median(joined[-1], speed))
        if step >= least and _is_clear(joined[-1], group, speed):
            joined.append(group)
        elif step < NEAR_FRAMES * frame_s or step >= least:
            joined[-1] = [*joined[-1], *group]
        else:
            joined[-1] = max(joined[-1], group, key=len)
    return joined


def _is_clear(one: list[Curve], other: list[Curve], speed: float) -> bool:
    """Whether each is clearly less alike on the other's line: a slow zoom beside a crop fits at several places."""
    return all(
        float(np.mean([each.against(np.array([_median(there, speed)]), speed)[0] for each in here])) >= _CLEAR
        for here, there in ((one, other), (other, one))
    )


def _most_agreed(curves: list[Curve], speed: float, frame_s: float) -> list[Curve]:
    shifts = np.array([each.shift(speed) for each in curves])
    near = np.abs(shifts[:, None] - shifts) < NEAR_FRAMES * frame_s
    best = max(range(len(curves)), key=lambda at: (int(near[at].sum()), curves[at].top))
    return [each for each, is_near in zip(curves, near[best], strict=True) if is_near]


def _median(curves: Sequence[Curve], speed: float) -> float:
    return float(np.median([each.shift(speed) for each in curves]))


def _shift(curves: Sequence[Curve], speed: float, frame_s: float) -> float:
    """Of the line on which the windows together are most alike."""
    around = _median(curves, speed)
    furthest = max(abs(each.shift(speed) - around) for each in curves)
    steps = 8 * round(max(NEAR_FRAMES, furthest / frame_s + 1))
    shifts = around + np.arange(-steps, steps + 1) * frame_s / 8
    lost = np.sum([each.against(shifts, speed) for each in curves], axis=0)
    low = int(lost.argmin())
    if not 2 <= low <= len(shifts) - 3:
        return around
    left, here, right = lost[low - 2], lost[low], lost[low + 2]
    bend = left + right - 2 * here
    return float(shifts[low] + (0 if bend <= 0 else np.clip((left - right) / bend, -1, 1) * frame_s / 8))


def speed_of(curves: Sequence[Curve], rough: float, frame_s: float, rates: tuple[float, float]) -> float:
    """The speed under which the windows lie on lines: 1 where it fits about as well as any other.

    `rates` are the frames a second of both files; copies of one film often keep its frames and change these.
    """
    if len(curves) < 2:
        return rough
    usual = dict.fromkeys(RARITY, _RARE) | {rough: _RARE if _is_usual(rough) else _ODD} | {1.0: 0.0}
    for speed in RARITY:
        if speed != 1.0 and abs(rates[1] / rates[0] / speed - 1) < 1e-4:
            usual[speed] = _RARE_KNOWN
    if abs(rough - 1) > 0.005:  # so far from 1, the rough look was sure of it
        usual[rough] = 0.0
    costs = {speed: cost(curves, speed, frame_s) + rare for speed, rare in usual.items()}
    best = min(costs, key=lambda speed: costs[speed])
    odd = _slope(curves, best)
    if odd is not None and len(curves) >= _MANY:
        found = cost(curves, odd, frame_s)
        if found + _ODD < costs[best] and found < 0.25 * costs[best]:
            return odd
    return best


def _is_usual(speed: float) -> bool:
    return any(abs(speed / each - 1) < 1e-4 for each in RARITY)


def cost(curves: Sequence[Curve], speed: float, frame_s: float) -> float:
    """What speaks against a speed, in units of what missing a line by a frame costs on average."""
    found = runs(curves, speed, frame_s)
    unit = max(_per_frame(curves, speed, frame_s), 1e-5)
    lost = 0.0
    for run in found:
        for each in run.curves:
            lost += min(_MOST, float(each.against(np.array([run.shift]), speed)[0]) / unit)
    on_lines = sum(len(run.curves) for run in found)
    stretches = len({each.stretch for each in curves})
    return lost + _MOST * (len(curves) - on_lines) + _PARTED * max(0, len(found) - stretches)


def _per_frame(curves: Sequence[Curve], speed: float, frame_s: float) -> float:
    """What it costs on average to be a frame beside the best place."""
    beside = np.array([-frame_s, frame_s])
    return float(np.mean([each.against(each.shift(speed) + beside, speed).mean() for each in curves]))


def _slope(curves: Sequence[Curve], near: float) -> float | None:
    """The speed measured from the windows of one stretch alone."""
    ordered = sorted(curves, key=lambda each: each.at_s)
    slopes = [
        (two.at_s - one.at_s) / (two.best_s - one.best_s)
        for at, one in enumerate(ordered)
        for two in ordered[at + 1 :]
        if two.stretch == one.stretch and two.best_s - one.best_s > 1.0
    ]
    slope = float(np.median(slopes)) if slopes else None
    return slope if slope is not None and abs(slope / near - 1) < 0.05 else None
