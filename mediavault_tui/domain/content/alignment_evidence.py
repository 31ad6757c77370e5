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

from mediavault_tui.domain.content import picture_match
from mediavault_tui.domain.content.alignment import PAL, Hypothesis, overlap
from mediavault_tui.domain.content.fingerprint import Fingerprint

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
_AWAY_S = 3.0
"""Samples of b this far from the partner are the rest."""


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


class Gains(NamedTuple):
    """What the samples of a that lie where b has something too speak for one line, and what they weigh."""

    hypothesis: Hypothesis
    rows: NDArray[np.int64]
    gain: NDArray[np.float64]
    power: NDArray[np.float64]


def lines(similar: NDArray[np.float32], a: Side, b: Side) -> list[list[Gains]]:
    """For every speed tried, the lines worth a look: same start, same end, and what alike pictures vote for."""
    known = Likelihood(similar, b.times)
    long = min(a.duration, b.duration) > LONG_S
    found = []
    for speed in RARITY if long else SHORT_SPEEDS:
        shifts = [0.0, b.duration * speed - a.duration, *_voted(similar, speed, a, b)]
        found.append([gains(known, Hypothesis(speed, shift), a, b) for shift in shifts])
    return found


_MOST_VOTED, _LEAST_VOTES = 12, 0.15
"""Of one speed, and against the one with most."""


def _voted(similar: NDArray[np.float32], speed: float, a: Side, b: Side) -> list[float]:
    """Shifts on which most pairs of alike pictures agree. A picture with many partners votes for none."""
    rare = np.clip(similar - 0.5, 0, None) ** 2
    rare = rare / (0.2 + rare.sum(axis=0, keepdims=True) + rare.sum(axis=1, keepdims=True))
    rows, columns = np.nonzero(rare > 1e-3)
    if not len(rows):
        return []
    shifts = b.times[columns] * speed - a.times[rows]
    step = max(np.median(np.diff(a.times)), np.median(np.diff(b.times)))
    width = float(np.clip(step, 0.1, 1.0))
    apart = round(min(_SHOT_S, 2 * step) / width)
    """Bins over which the votes for one shift are spread, as both samples lie anywhere in a shot."""
    bins = np.round((shifts - shifts.min()) / width).astype(int)
    weights = 1 - np.abs(np.arange(-apart, apart + 1)) / (apart + 1)
    votes = np.convolve(np.bincount(bins, rare[rows, columns]), weights, "same")
    found: list[float] = []
    least = _LEAST_VOTES * votes.max()
    while len(found) < _MOST_VOTED and votes[peak := int(votes.argmax())] >= least:
        found.append(float(shifts.min() + peak * width))
        votes[max(0, peak - apart) : peak + apart + 1] = 0
    return found


_STRETCH = 3.0
"""Samples that must be expected in a stretch to say whether it matches."""
_FOREIGN = -0.5
"""Gain for each expected sample below which a stretch shows something else."""


def within(line: Gains, a: Side, part: tuple[float, float]) -> Gains:
    """Only the samples between two times of a."""
    inside = (a.times[line.rows] >= part[0]) & (a.times[line.rows] <= part[1])
    return Gains(line.hypothesis, line.rows[inside], line.gain[inside], line.power[inside])


def unmatched(line: Gains, a: Side) -> tuple[tuple[float, float], ...]:
    """(start, end), in a's time, of the parts of a line in which the files show something else."""
    rows, gain, power = line.rows, line.gain, line.power
    found: list[tuple[float, float]] = []
    first, got, expected = 0, 0.0, 0.0
    for at in range(len(rows)):
        got, expected = got + gain[at], expected + power[at]
        if expected < _STRETCH:
            continue
        start, end = float(a.times[rows[first]]), float(a.times[rows[min(at + 1, len(rows) - 1)]])
        if got < _FOREIGN * expected:
            if found and found[-1][1] >= start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        first, got, expected = at + 1, 0.0, 0.0
    return tuple((start, end) for start, end in found if end > start)


def weigh(line: Gains, a: Side, b: Side) -> Evidence:
    """The evidence for one line, over the stretch both files cover under it."""
    inside, gain, power = line.rows, line.gain, line.power
    if not len(inside):
        return Evidence(line.hypothesis, 0.0, 0.0, 0.0, 0)
    start, end = overlap(line.hypothesis, a.duration, b.duration)
    segment = np.clip((a.times[inside] - start) / max(end - start, 1e-3) * _SEGMENTS, 0, _SEGMENTS - 1)
    gains_ = np.bincount(segment.astype(int), gain, _SEGMENTS)
    powers = np.bincount(segment.astype(int), power, _SEGMENTS)
    good = gains_ > 0.3 * powers
    total_power = float(powers.sum())
    return Evidence(
        line.hypothesis, float(gain.sum()), total_power, float(powers[good].sum() / max(total_power, 1e-6)),
        int((good & (powers > 0.2)).sum()),
    )  # fmt: skip


def gains(known: "Likelihood", hypothesis: Hypothesis, a: Side, b: Side) -> Gains:
    """What each sample speaks for a line."""
    at_b = (a.times + hypothesis.shift) / hypothesis.speed
    inside = np.flatnonzero((at_b >= -0.5) & (at_b <= b.duration + 0.5))
    if not len(inside):
        return Gains(hypothesis, inside, np.zeros(0), np.zeros(0))
    partner = nearest(b.times, at_b[inside])
    distance = np.abs(b.times[partner] - at_b[inside])
    expected = _TRUST * np.exp(-distance / _SHOT_S)
    likely = known.of(inside, partner)
    # Many samples of one side may meet the same one of the other: together they count as that one does.
    weight = a.weight[inside]
    weight = (
        weight
        * np.minimum(1, b.weight / np.maximum(np.bincount(partner, weight, len(b.times)), 1e-9))[partner]
    )
    gain = np.log(1 - expected + expected * likely) * weight
    return Gains(hypothesis, inside, gain, expected * weight)


def nearest(times: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Index of the time nearest to each wanted one."""
    right = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    left_nearer = wanted - times[right - 1] < times[right] - wanted
    return np.asarray(right - left_nearer, np.int64)


class Likelihood:
    """How much likelier a similarity is in one shot than by chance, from 0 to e^_MOST.

    Chance is how alike the sample of a is to the rest of b, away from its partner.
    """

    def __init__(self, similar: NDArray[np.float32], times: NDArray[np.float64]) -> None:
        self._similar = similar
        self._first = np.searchsorted(times, times - _AWAY_S, "left")
        self._last = np.searchsorted(times, times + _AWAY_S, "right")
        self._sums = _running(similar)
        self._squares = _running(similar**2)

    def of(self, rows: NDArray[np.int64], partner: NDArray[np.int64]) -> NDArray[np.float64]:
        """For each row and its partner's column."""
        first, last = self._first[partner], self._last[partner]
        size = self._similar.shape[1]
        away = size - (last - first)
        total = self._sums[rows, size] - (self._sums[rows, last] - self._sums[rows, first])
        square = self._squares[rows, size] - (self._squares[rows, last] - self._squares[rows, first])
        count = away + _CHANCE_WEIGHT
        mean = (total + _CHANCE * _CHANCE_WEIGHT) / count
        spread = square - 2 * mean * total + away * mean**2
        spread += _CHANCE_WEIGHT * (_CHANCE_SPREAD**2 + (_CHANCE - mean) ** 2)
        deviation = np.sqrt(spread / count)
        values = self._similar[rows]
        value = values[np.arange(len(rows)), partner]
        chance = np.exp(-0.5 * ((value - mean) / deviation) ** 2) / deviation
        alike = np.exp(-0.5 * (np.minimum(value - _ALIKE, 0) / _ALIKE_SPREAD) ** 2) / _ALIKE_SPREAD
        # A set or a card that comes back is no exception that a bell curve knows: count how often it does.
        often = values > value[:, None] - _KERNEL
        columns = np.arange(size)
        near = (columns >= first[:, None]) & (columns < last[:, None])
        recurring = (often & ~near).sum(axis=1) / count
        chance = np.maximum(chance, recurring * alike)
        return np.asarray(np.minimum(alike / np.maximum(chance, 1e-9), np.exp(_MOST)), np.float64)


def _running(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sums of the first 0, 1, … columns of each row."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, dtype=np.float64, out=sums[:, 1:])
    return sums
