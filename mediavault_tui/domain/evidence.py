"""How strongly the pictures of two files speak for one way to lay them side by side.

The samples of two fingerprints never fall on the same frames. For an alignment (speed and shift) every
sample of the one is set against the sample of the other that lies nearest in time. If both files show the
same, the two come from one shot with a probability that falls with their distance; if not, they are as
alike as this sample is to the rest of the other file. The log of the ratio of both likelihoods, summed, is
the evidence: a picture that is everywhere (a studio, a card, a still) counts for nothing, and a stretch
that should match and does not counts against. That is what keeps a shared intro from making a pair.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain import picture_match
from mediavault_tui.domain.alignment import Hypothesis, overlap
from mediavault_tui.domain.fingerprint import Fingerprint

PAL = 25 / (24000 / 1001)
"""A film of 23.976 frames a second shown at 25."""
RARITY = {1.0: 0.0, PAL: 2.0, 1 / PAL: 2.0, 25 / 24: 3.0, 24 / 25: 3.0, 1.001: 2.0, 1 / 1.001: 2.0}
"""Speeds tried, and the evidence (natural log) it takes to believe in each rather than in 1."""
SHORT_SPEEDS = (1.0, PAL, 1 / PAL)
LONG_S = 900.0
"""From this runtime on the small differences between speeds add up to more than a second."""

_SHOT_S = 4.0
"""Within this time, two samples of the same film stop being from one shot (e-folding)."""
_ALIKE, _ALIKE_SPREAD = 0.85, 0.17
"""Similarity of two samples of one shot."""
_CHANCE, _CHANCE_SPREAD, _CHANCE_WEIGHT = 0.05, 0.2, 6.0
"""Similarity of unrelated pictures, and for how many samples this expectation stands."""
_KERNEL = 0.08
"""Similarities this close are alike."""
_TRUST = 0.92
"""Even of the same moment: logos, fades and damage make one picture in twelve unlike."""
_CUT = 0.3
"""Two samples in a row less alike than one minus this are different pictures; closer ones share their weight."""
_MOST = 6.0
"""One picture is never better evidence than this (natural log), however alike."""
_SEGMENTS = 8


class Evidence(NamedTuple):
    """What speaks for one hypothesis."""

    hypothesis: Hypothesis
    total: float
    """Log likelihood ratio, natural."""
    power: float
    """Samples that were expected to match, if it were true."""
    good: float
    """Share of the expected samples lying in segments that match."""
    spread: int
    """Segments that match."""


class Side(NamedTuple):
    """The samples of one file: when, out of how long, and how much each counts."""

    times: NDArray[np.float64]
    duration: float
    weight: NDArray[np.float64]


def side(fingerprint: Fingerprint) -> Side:
    """Weights: a shot counts as one sample, and more the more happens in it."""
    seen = picture_match.features(fingerprint.pictures)
    change = 1 - np.einsum("ij,ij->i", seen[1:], seen[:-1])
    cut = np.concatenate([[True], change > _CUT])
    news = np.where(cut, 1.0, np.concatenate([[0.0], change / _CUT]))
    shot = np.cumsum(cut) - 1
    weight = (np.bincount(shot, news) / np.bincount(shot))[shot]
    return Side(fingerprint.times, fingerprint.duration_s, np.minimum(1, weight))


def best_alignment(similar: NDArray[np.float32], a: Side, b: Side) -> Evidence:
    """The alignment that has most for it. Another speed must be worth more than it is rare."""
    weighed = [weigh(similar, hypothesis, a, b) for hypothesis in _hypotheses(similar, a, b)]
    return max(weighed, key=lambda evidence: evidence.total - RARITY[evidence.hypothesis.speed])


def _hypotheses(similar: NDArray[np.float32], a: Side, b: Side) -> list[Hypothesis]:
    """Same start and same end, and what the most alike pictures vote for."""
    found = []
    long = min(a.duration, b.duration) > LONG_S
    for speed in RARITY if long else SHORT_SPEEDS:
        found += [Hypothesis(speed, 0.0), Hypothesis(speed, b.duration * speed - a.duration)]
        found += [Hypothesis(speed, shift) for shift in _voted(similar, speed, a, b)]
    return found


def _voted(similar: NDArray[np.float32], speed: float, a: Side, b: Side) -> list[float]:
    """Shifts on which most pairs of alike pictures agree. A picture with many partners votes for none."""
    rare = np.clip(similar - 0.5, 0, None) ** 2
    rare = rare / (0.2 + rare.sum(axis=0, keepdims=True) + rare.sum(axis=1, keepdims=True))
    rows, columns = np.nonzero(rare > 1e-3)
    if not len(rows):
        return []
    shifts = b.times[columns] * speed - a.times[rows]
    width = min(1.0, max(0.1, min(np.median(np.diff(a.times)), np.median(np.diff(b.times)))))
    bins = np.round((shifts - shifts.min()) / width).astype(int)
    votes = np.convolve(np.bincount(bins, rare[rows, columns]), [0.25, 0.5, 1, 0.5, 0.25], "same")
    peaks = np.argsort(-votes)[:5]
    return [float(shifts.min() + peak * width) for peak in peaks]


_STRETCH = 2.0
"""Samples that must be expected in a stretch to say whether it matches."""
_FOREIGN = -0.3
"""Gain for each expected sample below which a stretch shows something else."""


def gaps(
    similar: NDArray[np.float32], hypothesis: Hypothesis, a: Side, b: Side
) -> tuple[tuple[float, float], ...]:
    """(start, end), in a's time, of the stretches that both files cover and that show something else."""
    inside, gain, power = _gains(similar, hypothesis, a, b)
    found: list[tuple[float, float]] = []
    first, got, expected = 0, 0.0, 0.0
    for at in range(len(inside)):
        got, expected = got + gain[at], expected + power[at]
        if expected < _STRETCH:
            continue
        start, end = float(a.times[inside[first]]), float(a.times[inside[min(at + 1, len(inside) - 1)]])
        if got < _FOREIGN * expected:
            found[-1:] = (
                [(found[-1][0], end)] if found and found[-1][1] >= start else [*found[-1:], (start, end)]
            )
        first, got, expected = at + 1, 0.0, 0.0
    return tuple((start, end) for start, end in found if end > start)


def weigh(similar: NDArray[np.float32], hypothesis: Hypothesis, a: Side, b: Side) -> Evidence:
    """The evidence for one alignment, over the stretch both files cover under it."""
    inside, gain, power = _gains(similar, hypothesis, a, b)
    if not len(inside):
        return Evidence(hypothesis, 0.0, 0.0, 0.0, 0)
    start, end = overlap(hypothesis, a.duration, b.duration)
    segment = np.clip((a.times[inside] - start) / max(end - start, 1e-3) * _SEGMENTS, 0, _SEGMENTS - 1)
    gains = np.bincount(segment.astype(int), gain, _SEGMENTS)
    powers = np.bincount(segment.astype(int), power, _SEGMENTS)
    good = gains > 0.3 * powers
    total_power = float(powers.sum())
    return Evidence(
        hypothesis, float(gain.sum()), total_power, float(powers[good].sum() / max(total_power, 1e-6)),
        int((good & (powers > 0.2)).sum()),
    )  # fmt: skip


def _gains(
    similar: NDArray[np.float32], hypothesis: Hypothesis, a: Side, b: Side
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Which samples of a lie where b has something too, what each speaks for the alignment, and its weight."""
    at_b = (a.times + hypothesis.shift) / hypothesis.speed
    inside = np.flatnonzero((at_b >= -0.5) & (at_b <= b.duration + 0.5))
    if not len(inside):
        return inside, np.zeros(0), np.zeros(0)
    partner = nearest(b.times, at_b[inside])
    distance = np.abs(b.times[partner] - at_b[inside])
    expected = _TRUST * np.exp(-distance / _SHOT_S)
    likely = _likelihood(similar[inside], partner, b.times)
    # Many samples of one side may meet the same one of the other: together they count as that one does.
    weight = a.weight[inside]
    weight = (
        weight
        * np.minimum(1, b.weight / np.maximum(np.bincount(partner, weight, len(b.times)), 1e-9))[partner]
    )
    gain = np.log(1 - expected + expected * likely) * weight
    return inside, gain, expected * weight


def nearest(times: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Index of the time nearest to each wanted one."""
    right = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    left_nearer = wanted - times[right - 1] < times[right] - wanted
    return np.asarray(right - left_nearer, np.int64)


def _likelihood(
    rows: NDArray[np.float32], partner: NDArray[np.int64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How much likelier each similarity is in one shot than by chance, from 0 to e^_MOST.

    Chance is how alike the sample is to the rest of the other file, away from the partner.
    """
    away = np.abs(times[partner][:, None] - times) > 3.0
    count = away.sum(axis=1) + _CHANCE_WEIGHT
    mean = ((rows * away).sum(axis=1) + _CHANCE * _CHANCE_WEIGHT) / count
    spread = ((rows - mean[:, None]) ** 2 * away).sum(axis=1) + _CHANCE_WEIGHT * (
        _CHANCE_SPREAD**2 + (_CHANCE - mean) ** 2
    )
    deviation = np.sqrt(spread / count)
    value = rows[np.arange(len(rows)), partner]
    chance = np.exp(-0.5 * ((value - mean) / deviation) ** 2) / deviation
    alike = np.exp(-0.5 * (np.minimum(value - _ALIKE, 0) / _ALIKE_SPREAD) ** 2) / _ALIKE_SPREAD
    # A set or a card that comes back is no exception that a bell curve knows: count how often it does.
    recurring = ((rows > value[:, None] - _KERNEL) & away).sum(axis=1) / count
    chance = np.maximum(chance, recurring * alike)
    return np.asarray(np.minimum(alike / np.maximum(chance, 1e-9), np.exp(_MOST)), np.float64)
