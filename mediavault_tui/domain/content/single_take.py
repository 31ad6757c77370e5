"""A single take, where all pictures look alike: does the same happen at the same time in both files?

What each picture differs by from the mean of its file is correlated over both files, for every shift. A still gives
nothing to correlate, and of what repeats itself (waves, a fan, a loop) nobody can tell which time it is.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content import picture_match
from mediavault_tui.domain.content.alignment import Hypothesis
from mediavault_tui.domain.content.alignment_evidence import SHORT_SPEEDS, nearest
from mediavault_tui.domain.content.fingerprint import Fingerprint
from mediavault_tui.domain.content.picture_match import Geometry

_ONE_VIEW = 0.6
"""A take from one point of view is that like its mean, and two copies of it are that like each other."""
_MOVING = 0.02
"""Mean square by which pictures must differ from the mean of their file; coding noise stays below."""
_TOGETHER = 0.6
"""Correlation of movements that different takes do not reach."""
_APART = 0.3
"""By how much the best shift must stand out from the usual one."""
_STEP_S = 0.25
_AGAIN, _AGAIN_S = 0.9, 1.5
"""Another shift, so far from the best, at which movements agree this well compared with it: they repeat."""


class Movements(NamedTuple):
    """Where the movements of two files agree, and how well."""

    correlation: float
    hypothesis: Hypothesis


def same_movements(a: Fingerprint, b: Fingerprint, geometry: Geometry) -> Movements | None:
    """None where they do not agree, or at several shifts about as well."""
    left = picture_match.features(a.pictures, geometry.a)
    right = picture_match.features(
        b.pictures, geometry.b, mirrored=geometry.mirrored, upside_down=geometry.upside_down
    )
    usual = left.mean(axis=0), right.mean(axis=0)
    if usual[0] @ usual[1] < _ONE_VIEW * np.linalg.norm(usual[0]) * np.linalg.norm(usual[1]):
        return None
    if min(np.linalg.norm(usual[0]), np.linalg.norm(usual[1])) < _ONE_VIEW:
        return None
    left, right = left - usual[0], right - usual[1]
    strength = (left**2).sum(axis=1), (right**2).sum(axis=1)
    dense = max(np.median(np.diff(a.times)), np.median(np.diff(b.times))) <= 1.0
    if not dense or min(strength[0].mean(), strength[1].mean()) < _MOVING:
        return None
    product = left @ right.T
    tried = []
    shorter = min(a.duration_s, b.duration_s)
    for speed in SHORT_SPEEDS:
        steps = np.arange(-np.floor(shorter / 2 / _STEP_S), (b.duration_s * speed - shorter / 2) / _STEP_S)
        for shift in steps * _STEP_S:
            found = _correlation(product, strength, a.times, b.times, Hypothesis(speed, float(shift)))
            if found is not None:
                tried.append(Movements(found - 0.02 * (speed != 1.0), Hypothesis(speed, float(shift))))
    best = max(tried, key=lambda each: (each.correlation, -abs(each.hypothesis.shift)), default=None)
    if best is None or best.correlation < _TOGETHER:
        return None
    if best.correlation - float(np.median([each.correlation for each in tried])) < _APART:
        return None
    return None if _repeats(best, tried) else best


def _repeats(best: Movements, tried: list[Movements]) -> bool:
    """Whether movements agree about as well at another shift, with less agreement between."""
    speed, shift = best.hypothesis
    same_speed = [each for each in tried if each.hypothesis.speed == speed]
    for direction in (1, -1):
        lowest = best.correlation
        for each in same_speed[::direction]:
            away = (each.hypothesis.shift - shift) * direction
            if away <= 0:
                continue
            lowest = min(lowest, each.correlation)
            if away >= _AGAIN_S and each.correlation >= _AGAIN * best.correlation > lowest:
                return True
    return False


def _correlation(
    product: NDArray[np.float32],
    strength: tuple[NDArray[np.float32], NDArray[np.float32]],
    times_a: NDArray[np.float64],
    times_b: NDArray[np.float64],
    hypothesis: Hypothesis,
) -> float | None:
    at_b = (times_a + hypothesis.shift) / hypothesis.speed
    partner = nearest(times_b, at_b)
    rows = np.flatnonzero(np.abs(times_b[partner] - at_b) <= 0.5)
    if len(rows) < max(6, 0.4 * min(len(times_a), len(times_b))):
        return None
    columns = partner[rows]
    norm = np.sqrt(strength[0][rows].sum() * strength[1][columns].sum())
    return float(product[rows, columns].sum() / max(norm, 1e-9))
