"""Do two files show the same, and which moment of one is which moment of the other?

The samples of two fingerprints never fall on the same frames. For an alignment (speed and shift) every
sample of the one is set against the sample of the other that lies nearest in time. If both files show the
same, the two come from one shot with a probability that falls with their distance; if not, they are as
alike as this sample is to the rest of the other file. The log of the ratio of both likelihoods, summed, is
the evidence: a picture that is everywhere (a studio, a card, a still) counts for nothing, and a stretch
that should match and does not counts against. That is what keeps a shared intro from making a pair.

Time of the same picture: t_b = (t_a + shift) / speed.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain import picture_match
from mediavault_tui.domain.fingerprint import Fingerprint, contrast
from mediavault_tui.domain.picture_match import Geometry

PAL = 25 / (24000 / 1001)
"""A film of 23.976 frames a second shown at 25."""
SPEEDS = (1.0, PAL, 1 / PAL, 25 / 24, 24 / 25, 1.001, 1 / 1.001)

_SHOT_S = 4.0
"""Within this time, two samples of the same film stop being from one shot (e-folding)."""
_ALIKE, _ALIKE_SPREAD = 0.85, 0.17
"""Similarity of two samples of one shot."""
_CHANCE, _CHANCE_SPREAD, _CHANCE_WEIGHT = 0.05, 0.2, 6.0
"""Similarity of unrelated pictures, and for how many samples this expectation stands."""
_TRUST = 0.92
"""Even of the same moment: logos, fades and damage make one picture in twelve unlike."""
_INDEPENDENT_S = 0.75
"""Samples closer than this tell hardly more than one."""
_FLAT = 4.0
"""Pictures of less contrast (grey levels) are black, white or a fade, and say nothing."""
_SEGMENTS = 8


class Verdict(StrEnum):
    """What the pictures say."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Alignment(msgspec.Struct, frozen=True):
    """The outcome of comparing file a with file b."""

    verdict: Verdict
    score: int
    """0 (surely different) to 100 (surely the same)."""
    offset_s: float = 0.0
    """t_b − t_a of the same picture at the start of the overlap."""
    speed: float = 1.0
    """How much faster b runs."""
    overlap_s: float = 0.0
    """Length of the common stretch, in a's time."""
    overlap_a: float = 0.0
    """The overlap as share of a's runtime."""
    overlap_b: float = 0.0
    matched: float = 0.0
    """Share of the overlap, where there is something to see, in which the pictures match."""
    mirrored: bool = False
    reasons: tuple[str, ...] = ()

    def time_in_b(self, time_a: float) -> float:
        """The time of a's moment in b."""
        start = max(0.0, -self.offset_s)
        return start + self.offset_s + (time_a - start) / self.speed


class Hypothesis(NamedTuple):
    """t_b = (t_a + shift) / speed."""

    speed: float
    shift: float


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


class _Side(NamedTuple):
    times: NDArray[np.float64]
    duration: float
    weight: NDArray[np.float64]


def compare(a: Fingerprint, b: Fingerprint) -> Alignment:
    """Set two fingerprints against each other. Never raises; too little to see gives `unsure`."""
    a, b = _informative(a), _informative(b)
    if len(a.times) < 2 or len(b.times) < 2:
        return Alignment(Verdict.UNSURE, 50, reasons=("too little to see in the pictures",))
    sides = _side(a), _side(b)
    best: tuple[Evidence, Geometry] | None = None
    for geometry, similar in _likely_geometries(a, b):
        for hypothesis in _hypotheses(similar, *sides):
            evidence = weigh(similar, hypothesis, *sides)
            if best is None or evidence.total > best[0].total:
                best = evidence, geometry
    assert best is not None
    return _judge(best[0], best[1], *sides)


def _informative(fingerprint: Fingerprint) -> Fingerprint:
    keep = contrast(fingerprint.pictures) >= _FLAT
    return msgspec.structs.replace(
        fingerprint, times=fingerprint.times[keep], pictures=fingerprint.pictures[keep]
    )


def _side(fingerprint: Fingerprint) -> _Side:
    """Samples that stand close together share their weight."""
    gaps = np.diff(fingerprint.times, append=fingerprint.times[-1] + _INDEPENDENT_S)
    return _Side(fingerprint.times, fingerprint.duration_s, np.minimum(1, gaps / _INDEPENDENT_S))


def _likely_geometries(a: Fingerprint, b: Fingerprint) -> list[tuple[Geometry, NDArray[np.float32]]]:
    """The crops under which the pictures of the one find the best partners in the other; uncropped always."""
    tried = []
    for geometry in picture_match.CROPS:
        similar = picture_match.similarity(a.pictures, b.pictures, geometry)
        fewer = similar if len(a.times) <= len(b.times) else similar.T
        tried.append((float(np.sort(fewer.max(axis=1))[len(fewer) // 2 :].mean()), geometry, similar))
    first, *others = tried
    others.sort(key=lambda item: -item[0])
    return [item[1:] for item in (first, *others[:3])]


def _hypotheses(similar: NDArray[np.float32], a: _Side, b: _Side) -> list[Hypothesis]:
    """Same start and same end, and what the most alike pictures vote for."""
    found = []
    for speed in SPEEDS:
        found += [Hypothesis(speed, 0.0), Hypothesis(speed, b.duration * speed - a.duration)]
        found += [Hypothesis(speed, shift) for shift in _voted(similar, speed, a, b)]
    return found


def _voted(similar: NDArray[np.float32], speed: float, a: _Side, b: _Side) -> list[float]:
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


def weigh(similar: NDArray[np.float32], hypothesis: Hypothesis, a: _Side, b: _Side) -> Evidence:
    """The evidence for one alignment, over the stretch both files cover under it."""
    at_b = (a.times + hypothesis.shift) / hypothesis.speed
    inside = np.flatnonzero((at_b >= -0.5) & (at_b <= b.duration + 0.5))
    if not len(inside):
        return Evidence(hypothesis, 0.0, 0.0, 0.0, 0)
    partner = _nearest(b.times, at_b[inside])
    distance = np.abs(b.times[partner] - at_b[inside])
    expected = _TRUST * np.exp(-distance / _SHOT_S)
    likely = _likelihood(similar[inside], partner, b.times)
    gain = np.log(1 - expected + expected * likely) * a.weight[inside]
    power = expected * a.weight[inside]
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


def _nearest(times: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    right = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    left_nearer = wanted - times[right - 1] < times[right] - wanted
    return np.asarray(right - left_nearer, np.int64)


def _likelihood(
    rows: NDArray[np.float32], partner: NDArray[np.int64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How much likelier each similarity is in one shot than by chance, from 0 to e⁴.

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
    return np.asarray(np.minimum(alike / np.maximum(chance, 1e-9), np.exp(4)), np.float64)


def overlap(hypothesis: Hypothesis, duration_a: float, duration_b: float) -> tuple[float, float]:
    """Start and end of the common stretch, in a's time."""
    start = max(0.0, -hypothesis.shift)
    end = min(duration_a, duration_b * hypothesis.speed - hypothesis.shift)
    return start, max(start, end)


def _judge(evidence: Evidence, geometry: Geometry, a: _Side, b: _Side) -> Alignment:
    speed, shift = evidence.hypothesis
    start, end = overlap(evidence.hypothesis, a.duration, b.duration)
    shorter = min(a.duration, b.duration * speed)
    enough = (end - start) >= 0.4 * shorter
    if evidence.total >= 8 and evidence.good >= 0.6 and enough and evidence.spread >= 2:
        verdict = Verdict.SAME
    elif evidence.total <= -4 and evidence.power >= 6 and evidence.good < 0.25:
        verdict = Verdict.DIFFERENT
    else:
        verdict = Verdict.UNSURE
    odds = 1 / (1 + np.exp(-np.clip(evidence.total / 6, -30, 30)))
    return Alignment(
        verdict=verdict,
        score=round(100 * odds),
        offset_s=(start + shift) / speed - start,
        speed=speed,
        overlap_s=end - start,
        overlap_a=(end - start) / max(a.duration, 1e-3),
        overlap_b=(end - start) / max(b.duration * speed, 1e-3),
        matched=evidence.good,
        mirrored=geometry.mirrored,
        reasons=(f"llr {evidence.total:.1f} power {evidence.power:.1f} good {evidence.good:.2f} {geometry}",),
    )
