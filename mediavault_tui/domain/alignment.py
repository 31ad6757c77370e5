"""Do two files show the same, and which moment of one is which moment of the other?

`compare` looks for the crop and the alignment for which most speaks (`domain/evidence`) and judges it. A
single take, whose pictures all look alike, is judged by its movements. Two stills, or files with
nothing to see at all, are judged by their sound (`domain/sound_evidence`); otherwise sound never matters.

Time of the same picture: t_b = (t_a + shift) / speed.
"""

from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain import picture_match
from mediavault_tui.domain.evidence import (
    SHORT_SPEEDS,
    Evidence,
    Hypothesis,
    Side,
    best_alignment,
    gaps,
    nearest,
    overlap,
    side,
)
from mediavault_tui.domain.fingerprint import Area, Fingerprint
from mediavault_tui.domain.picture_match import Geometry
from mediavault_tui.domain.sound_evidence import backed_by_sound, informative

_CROPPED = 4.0
"""Evidence that fitting eight edges can make out of nothing."""
_ONE_VIEW = 0.6
"""A take from one point of view is that like its mean, and two copies of it are that like each other."""
_MOVING = 0.02
"""Mean square by which pictures must differ from the mean of their file; coding noise stays below."""
_TOGETHER = 0.6
"""Correlation of movements that different takes do not reach."""

SURE, VETO = 8.0, -4.0
"""Evidence (natural log) for `same` and for `different`."""
_CHOSEN = 2.5
"""Evidence each expected picture must bring when the crop was chosen to suit the pictures."""
_UNUSUAL = 2.0
_FEW = 16.0
"""The same at another speed, and where few pictures meet: sets that come back line up at some shift."""
MOSTLY, RARELY = 0.6, 0.25
"""Least share of the overlap that must match for `same`, and most that may for `different`."""
LEAST_OVERLAP = 0.4
"""Of the shorter file: what two episodes share is less."""


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
    area_a: Area = (0.0, 1.0, 0.0, 1.0)
    """The part of a's picture that b shows too: top, bottom, left, right as shares of the picture."""
    area_b: Area = (0.0, 1.0, 0.0, 1.0)
    reasons: tuple[str, ...] = ()
    gaps: tuple[tuple[float, float], ...] = ()
    """(start, end) of the stretches of the overlap, in a's time, where the pictures do not match."""
    blank_a: tuple[float, float] = (0.0, 0.0)
    """Seconds at a's start and end in which nothing is to be seen."""
    blank_b: tuple[float, float] = (0.0, 0.0)

    def time_in_b(self, time_a: float) -> float:
        """The time of a's moment in b."""
        start = max(0.0, -self.offset_s)
        return start + self.offset_s + (time_a - start) / self.speed


def compare(a: Fingerprint, b: Fingerprint) -> Alignment:
    """Set two fingerprints against each other. Never raises; too little to see gives `unsure`."""
    blank = _blank(a), _blank(b)
    a, b = informative(a), informative(b)
    if len(a.times) < 2 or len(b.times) < 2:
        return _by_sound(a, b, Alignment(Verdict.UNSURE, 50, reasons=("too little to see in the pictures",)))
    sides = side(a), side(b)
    geometry = Geometry()
    similar = picture_match.similarity(a.pictures, b.pictures, geometry)
    best = best_alignment(similar, *sides)
    if not _convincing(best):
        for other in _likely_crops(a, b):
            fitted = picture_match.similarity(a.pictures, b.pictures, other)
            evidence = best_alignment(fitted, *sides)
            evidence = evidence._replace(total=evidence.total - _CROPPED)
            if evidence.total > best.total:
                best, geometry, similar = evidence, other, fitted
    judged = _judge(best, geometry, *sides)
    by_pictures = judged.verdict is Verdict.SAME
    if judged.verdict is Verdict.UNSURE:
        judged = _by_motion(a, b, geometry, judged)
    if judged.verdict is Verdict.UNSURE:
        judged = _by_sound(a, b, judged)
    changes = (*_shown(geometry), *_barred(a.area, b.area))
    return msgspec.structs.replace(
        judged,
        area_a=within(a.area, geometry.a),
        area_b=within(b.area, geometry.b),
        mirrored=geometry.mirrored,
        blank_a=blank[0],
        blank_b=blank[1],
        gaps=gaps(similar, best.hypothesis, *sides) if by_pictures else (),
        reasons=(*judged.reasons, *changes) if judged.verdict is not Verdict.DIFFERENT else judged.reasons,
    )


def _blank(fingerprint: Fingerprint) -> tuple[float, float]:
    """Seconds at both ends of a file in which nothing is to be seen; none in a file that is flat throughout."""
    telling, times = informative(fingerprint).times, fingerprint.times
    if not len(telling):
        return 0.0, 0.0
    before, after = times[times < telling[0]], times[times > telling[-1]]
    return (
        float(before[-1]) if len(before) else 0.0,
        max(0.0, fingerprint.duration_s - float(after[0])) if len(after) else 0.0,
    )


def within(outer: Area, inner: Area) -> Area:
    """The part `inner` of the part `outer`, as shares of the whole."""
    high, wide = outer[1] - outer[0], outer[3] - outer[2]
    top, bottom = outer[0] + inner[0] * high, outer[0] + inner[1] * high
    return top, bottom, outer[2] + inner[2] * wide, outer[2] + inner[3] * wide


def _convincing(evidence: Evidence) -> bool:
    return evidence.total >= 2.5 * max(4.0, evidence.power)


def _likely_crops(a: Fingerprint, b: Fingerprint) -> list[Geometry]:
    """Crops of either side under which the most telling pictures find the best partners, fitted to them."""
    few_a, few_b = a.pictures[:: len(a.times) // 32 + 1], b.pictures[:: len(b.times) // 32 + 1]
    tried = []
    for geometry in picture_match.CROPS:
        rows, columns = picture_match.partners(picture_match.similarity(few_a, few_b, geometry), 12)
        similar = picture_match.pair_similarity(few_a[rows], few_b[columns], geometry)
        tried.append((similar, geometry, few_a[rows], few_b[columns]))
    tried.sort(key=lambda item: -item[0])
    return [picture_match.fit(left, right, geometry)[1] for _, geometry, left, right in tried[:2]]


def _judge(evidence: Evidence, geometry: Geometry, a: Side, b: Side) -> Alignment:
    fitted = geometry != Geometry()
    doubtful = evidence.hypothesis.speed != 1 or evidence.power < _FEW
    enough = evidence.power * (_CHOSEN if fitted else _UNUSUAL if doubtful else 1.0)
    start, end = overlap(evidence.hypothesis, a.duration, b.duration)
    shorter = min(a.duration, b.duration * evidence.hypothesis.speed)
    long_enough = end - start >= LEAST_OVERLAP * shorter
    if (
        evidence.total >= max(SURE, enough)
        and evidence.good >= MOSTLY
        and long_enough
        and evidence.spread > 1
    ):
        verdict = Verdict.SAME
    elif evidence.total <= VETO and evidence.power >= 6 and evidence.good < RARELY:
        verdict = Verdict.DIFFERENT
    else:
        verdict = Verdict.UNSURE
    odds = 1 / (1 + np.exp(-np.clip(evidence.total / 6, -30, 30)))
    score = {Verdict.SAME: (75, 100), Verdict.DIFFERENT: (0, 20), Verdict.UNSURE: (21, 74)}[verdict]
    return _placed(
        Alignment(verdict, int(np.clip(round(100 * odds), *score)), matched=evidence.good),
        evidence.hypothesis, a.duration, b.duration,
        _told(evidence, end - start),
    )  # fmt: skip


def _told(evidence: Evidence, overlap_s: float) -> str:
    return (
        f"pictures match along {evidence.good:.0%} of the {overlap_s:.0f} s both have: "
        f"{evidence.power:.0f} independent pictures, evidence {evidence.total:+.0f}"
    )


def _shown(geometry: Geometry) -> tuple[str, ...]:
    told = ["mirrored"] if geometry.mirrored else []
    for name, area in (("a", geometry.a), ("b", geometry.b)):
        high, wide = area[1] - area[0], area[3] - area[2]
        if min(high, wide) < 0.97:
            other = "b" if name == "a" else "a"
            told.append(f"{other} shows {wide:.0%} of the width and {high:.0%} of the height of {name}")
    return tuple(told)


def _barred(area_a: Area, area_b: Area) -> tuple[str, ...]:
    told = []
    for name, area in (("a", area_a), ("b", area_b)):
        high, wide = 1 - (area[1] - area[0]), 1 - (area[3] - area[2])
        if max(high, wide) > 0.03:
            told.append(f"{name} has bars: {high:.0%} of its height, {wide:.0%} of its width")
    return tuple(told) if area_a != area_b else ()


def _by_motion(a: Fingerprint, b: Fingerprint, geometry: Geometry, judged: Alignment) -> Alignment:
    """For a single take, where all pictures look alike: does the same happen at the same time?

    What each picture differs by from the mean of its file is correlated over both files, for every shift.
    A still gives nothing to correlate and stays unsure.
    """
    left = picture_match.features(a.pictures, geometry.a)
    right = picture_match.features(b.pictures, geometry.b, mirrored=geometry.mirrored)
    usual = left.mean(axis=0), right.mean(axis=0)
    if usual[0] @ usual[1] < _ONE_VIEW * np.linalg.norm(usual[0]) * np.linalg.norm(usual[1]):
        return judged
    if min(np.linalg.norm(usual[0]), np.linalg.norm(usual[1])) < _ONE_VIEW:
        return judged
    left, right = left - usual[0], right - usual[1]
    strength = (left**2).sum(axis=1), (right**2).sum(axis=1)
    dense = max(np.median(np.diff(a.times)), np.median(np.diff(b.times))) <= 1.0
    if not dense or min(strength[0].mean(), strength[1].mean()) < _MOVING:
        return judged
    product = left @ right.T
    tried = []
    shorter = min(a.duration_s, b.duration_s)
    for speed in SHORT_SPEEDS:
        for shift in np.arange(-shorter / 2, b.duration_s * speed - shorter / 2, 0.25):
            found = _correlation(product, strength, a.times, b.times, Hypothesis(speed, float(shift)))
            if found is not None:
                tried.append((found - 0.02 * (speed != 1.0), Hypothesis(speed, float(shift))))
    best = max(tried, default=None)
    if best is None or best[0] < _TOGETHER or best[0] - float(np.median([each for each, _ in tried])) < 0.3:
        return judged
    reason = f"the movements in one long take agree: correlation {best[0]:.2f}"
    sure = round(100 * min(0.97, best[0]))
    same = msgspec.structs.replace(judged, verdict=Verdict.SAME, score=sure, matched=1.0)
    return _placed(same, best[1], a.duration_s, b.duration_s, reason)


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


def _by_sound(a: Fingerprint, b: Fingerprint, judged: Alignment) -> Alignment:
    found = backed_by_sound(a, b)
    if found is None:
        return judged
    same = msgspec.structs.replace(judged, verdict=Verdict.SAME, score=found.score, matched=0.0, reasons=())
    return _placed(same, found.hypothesis, a.duration_s, b.duration_s, found.reason)


def _placed(
    alignment: Alignment, hypothesis: Hypothesis, duration_a: float, duration_b: float, reason: str
) -> Alignment:
    """The alignment with what follows from a speed and a shift."""
    speed, shift = hypothesis
    start, end = overlap(hypothesis, duration_a, duration_b)
    faster = () if abs(speed - 1) < 1e-4 else (f"b runs at {speed:.4f} times the speed of a",)
    return msgspec.structs.replace(
        alignment,
        offset_s=(start + shift) / speed - start,
        speed=speed,
        overlap_s=end - start,
        overlap_a=(end - start) / max(duration_a, 1e-3),
        overlap_b=(end - start) / max(duration_b * speed, 1e-3),
        reasons=(*alignment.reasons, reason, *faster),
    )


def by_way_of(rough: Alignment, to_a: Alignment, to_b: Alignment) -> Alignment:
    """`rough`, of a and b, with the offset and speed that follow from those of a third copy to both."""
    shift = to_b.time_in_b(0.0) * to_b.speed - to_a.time_in_b(0.0) * to_a.speed
    measured = Hypothesis(to_b.speed / to_a.speed, shift / to_a.speed)
    sure = min(to_a.score, to_b.score)
    return rebuilt(rough, Verdict.SAME, measured, (None, None), "offset by way of a third copy", sure=sure)


def rebuilt(
    rough: Alignment,
    verdict: Verdict,
    measured: Hypothesis,
    durations: tuple[float | None, float | None],
    reason: str,
    *,
    sure: int = 90,
) -> Alignment:
    """`rough` with what was measured frame by frame; `sure` is the least score of `same`."""
    duration_a = durations[0] or rough.overlap_s / max(rough.overlap_a, 1e-3)
    duration_b = durations[1] or rough.overlap_s / max(rough.overlap_b, 1e-3) / rough.speed
    score = max(rough.score, sure) if verdict is Verdict.SAME else min(rough.score, 74)
    kept = tuple(told for told in rough.reasons if not told.startswith("b runs at"))
    judged = msgspec.structs.replace(rough, verdict=verdict, score=score, reasons=kept)
    return _placed(judged, measured, duration_a, duration_b, reason)
