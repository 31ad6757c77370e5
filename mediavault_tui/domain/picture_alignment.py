"""Do two files show the same, and which moment of one is which moment of the other?

`compare` looks for the crop and the alignment for which most speaks (`domain/evidence`) and judges it. A
single take, whose pictures all look alike, is judged by its movements. Two stills, or files with
nothing to see at all, are judged by their sound (`domain/sound_evidence`); otherwise sound never matters.

Time of the same picture: t_b = (t_a + shift) / speed.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain import picture_match
from mediavault_tui.domain.alignment import (
    Alignment,
    Area,
    Hypothesis,
    Verdict,
    along_a_line,
    lengths,
    overlap,
    placed,
)
from mediavault_tui.domain.evidence import (
    SHORT_SPEEDS,
    Evidence,
    Side,
    best_alignment,
    gaps,
    nearest,
    side,
)
from mediavault_tui.domain.fingerprint import Fingerprint
from mediavault_tui.domain.picture_match import Geometry
from mediavault_tui.domain.sound_evidence import backed_by_sound, informative
from mediavault_tui.domain.stretches import Stretch

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
    judged = msgspec.structs.replace(
        judged,
        area_a=within(a.area, geometry.a),
        area_b=within(b.area, geometry.b),
        bars_a=a.area,
        bars_b=b.area,
        mirrored=geometry.mirrored,
        blank_a=blank[0],
        blank_b=blank[1],
    )
    return _parted(judged, gaps(similar, best.hypothesis, *sides)) if by_pictures else judged


def _parted(alignment: Alignment, gaps: tuple[tuple[float, float], ...]) -> Alignment:
    """One line without the (start, end) in a's time where the pictures differ."""
    (line,) = alignment.stretches
    edges = [line.a_s, *(edge for gap in gaps for edge in gap), line.end_a_s]
    kept = tuple(
        Stretch(start, line.b_s + (start - line.a_s) / alignment.speed, end - start)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end > start
    )
    return msgspec.structs.replace(alignment, stretches=kept) if kept else alignment


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
    """The alignment along one line, with the reason for it."""
    durations = duration_a, duration_b
    told = msgspec.structs.replace(alignment, reasons=(*alignment.reasons, reason))
    return placed(told, hypothesis.speed, (along_a_line(hypothesis, durations),), durations)


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
    known = lengths(rough)
    duration_a, duration_b = durations[0] or known[0], durations[1] or known[1]
    score = max(rough.score, sure) if verdict is Verdict.SAME else min(rough.score, 74)
    judged = msgspec.structs.replace(rough, verdict=verdict, score=score)
    line = _placed(judged, measured, duration_a, duration_b, reason)
    if len(rough.stretches) < 2:
        return line
    start, end = line.stretches[0].a_s, line.stretches[0].end_a_s
    kept = [(max(start, each.a_s), min(end, each.end_a_s)) for each in rough.stretches]
    parts = tuple(
        Stretch(at, (at + measured.shift) / measured.speed, until - at) for at, until in kept if until > at
    )
    return placed(line, measured.speed, parts, (duration_a, duration_b)) if parts else line
