"""Do two files show the same, and which moment of one is which moment of the other?

`compare` looks for the crop and the alignment for which most speaks (`domain/content/alignment_evidence`
along one line, `domain/content/piecewise_alignment` where cuts and inserts part it) and judges it. A single take, whose
pictures all look alike, is judged by its movements (`domain/content/single_take`). Two stills, or files with
nothing to see at all, are judged by their sound (`domain/content/sound_evidence`); otherwise sound never matters.

Time of the same picture: t_b = (t_a + shift) / speed.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content import picture_match
from mediavault_tui.domain.content.alignment import (
    Alignment,
    Area,
    Hypothesis,
    Verdict,
    along_a_line,
    overlap,
    placed,
)
from mediavault_tui.domain.content.alignment_evidence import (
    RARITY,
    Evidence,
    Likelihood,
    Side,
    gains,
    lines,
    nearest,
    side,
    unmatched,
    weigh,
)
from mediavault_tui.domain.content.fingerprint import Fingerprint
from mediavault_tui.domain.content.picture_match import Geometry, View
from mediavault_tui.domain.content.piecewise_alignment import JUMP, Chain, Pieces, Run, best_chain, pieces
from mediavault_tui.domain.content.single_take import same_movements
from mediavault_tui.domain.content.sound_evidence import backed_by_sound, informative
from mediavault_tui.domain.content.stretches import Stretch, Stretches, differences

_CROPPED = 4.0
"""Evidence that fitting eight edges can make out of nothing."""

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
_RARE_IN_PIECES = 0.8
"""What the evidence of runs at another speed than 1 counts."""
_TELLING = 10.0
"""Independent pictures it takes to say `different`: of a long film with a piece missing, few samples meet."""
_AGAIN, _AGAIN_S, _NOT_BETWEEN = 0.75, 1.0, 0.5
"""Share of the best line's evidence that another has, so far from it, and that what lies between has not."""
_MATCHED = 0.8
"""Of what runs in pieces cover: what stands beside them as other pictures may not be more than the rest."""
_ONE_SHOT_S, _SAME_SHOT = 1.5, 0.5
"""Pictures this close in time and this alike are of one shot: the crop is fitted to them."""
_ALL_ALIKE, _BETTER = 0.93, 0.02
"""Whole pictures this alike are not cropped; and how much more alike a crop must make them."""
_FEWEST_FITTED, _FITTED = 4, 12


def compare(a: Fingerprint, b: Fingerprint) -> Alignment:
    """Set two fingerprints against each other. Never raises; too little to see gives `unsure`.

    The answer for (b, a) is the mirror image of that for (a, b): the files themselves say which is looked at first.
    """
    return _compare(a, b) if _order(a) <= _order(b) else _compare(b, a).turned()


def _order(fingerprint: Fingerprint) -> tuple[float, int, bytes, bytes]:
    count = len(fingerprint.times)
    return fingerprint.duration_s, count, fingerprint.times.tobytes(), fingerprint.pictures.tobytes()


def _compare(a: Fingerprint, b: Fingerprint) -> Alignment:
    blank = _blank(a), _blank(b)
    a, b = informative(a), informative(b)
    if len(a.times) < 2 or len(b.times) < 2:
        nothing = Alignment(
            Verdict.UNSURE, 50, reasons=("too little to see in the pictures",), measured=False
        )
        return _by_sound(a, b, nothing)
    sides = side(a), side(b)
    best = _best_look(a, b, sides)
    judged = _judge(best, *sides)
    if judged.verdict is Verdict.UNSURE:
        judged = _by_motion(a, b, best.geometry, judged)
    if judged.verdict is Verdict.UNSURE:
        judged = _by_sound(a, b, judged)
    return msgspec.structs.replace(
        judged,
        area_a=within(a.area, best.geometry.a),
        area_b=within(b.area, best.geometry.b),
        bars_a=a.area,
        bars_b=b.area,
        mirrored=best.geometry.mirrored,
        upside_down=best.geometry.upside_down,
        blank_a=blank[0],
        blank_b=blank[1],
    )


class _Look(NamedTuple):
    """Both files under one crop and orientation, with what speaks most for them there."""

    geometry: Geometry
    similar: NDArray[np.float32]
    line: Evidence
    """The best single line."""
    whole: Evidence
    """The best line along most of the shorter file."""
    chain: Chain
    """The best chain of runs; of one at most where a single line says as much."""
    penalty: float
    repeats: bool
    """Whether the pictures agree about as well along another line: nobody can tell which time it is."""

    @property
    def total(self) -> float:
        """Evidence, natural log."""
        return max(self.line.total, self.chain.total) - self.penalty


def _best_look(a: Fingerprint, b: Fingerprint, sides: tuple[Side, Side]) -> _Look:
    """Whole pictures, and where these are not all alike, the crops and orientations that may suit better."""
    best = _look(a, b, sides, Geometry(), 0.0)
    if _convincing(best):
        better = _fitted(a, b, best)
        return best if better is None else max(best, _look(a, b, sides, better, 0.0), key=_evidence)
    for geometry in _likely_crops(a, b):
        best = max(best, _look(a, b, sides, geometry, _CROPPED), key=_evidence)
    return best


def _evidence(look: _Look) -> float:
    return look.total


def _look(
    a: Fingerprint, b: Fingerprint, sides: tuple[Side, Side], geometry: Geometry, penalty: float
) -> _Look:
    similar = picture_match.similarity(View(a.pictures), View(b.pictures), geometry)
    weighed: list[Evidence] = []
    chain = Chain((), 0.0)
    for at_speed in lines(similar, *sides):
        weighed += [weigh(each, *sides) for each in at_speed]
        found = best_chain(at_speed, sides[0])
        if len(found.runs) > 1:
            if at_speed[0].hypothesis.speed != 1:  # of which short runs tell little
                found = Chain(found.runs, _RARE_IN_PIECES * found.total - JUMP)
            chain = max(chain, found, key=lambda each: each.total)
    line = max(weighed, key=_worth)
    long = [each for each in weighed if _is_long_enough(each.hypothesis, *sides)]
    repeats = _repeats(line, weighed, similar, sides)
    return _Look(geometry, similar, line, max(long, key=_worth, default=line), chain, penalty, repeats)


def _repeats(
    line: Evidence, weighed: Sequence[Evidence], similar: NDArray[np.float32], sides: tuple[Side, Side]
) -> bool:
    """Whether another line has about as much for it, and what lies between has not: waves, a fan, a loop.

    A film that holds its half twice is no such case: along the other line only half of it meets.
    """
    speed, shift = line.hypothesis
    known = Likelihood(similar, sides[1].times)
    for other in weighed:
        far = abs(other.hypothesis.shift - shift) >= _AGAIN_S and other.hypothesis.speed == speed
        if not far or line.total < SURE or other.total < _AGAIN * line.total or other.good < MOSTLY:
            continue
        between = Hypothesis(speed, (other.hypothesis.shift + shift) / 2)
        if weigh(gains(known, between, *sides), *sides).total < _NOT_BETWEEN * line.total:
            return True
    return False


def _worth(line: Evidence) -> float:
    """Another speed must be worth more than it is rare."""
    return line.total - RARITY[line.hypothesis.speed]


def _is_long_enough(hypothesis: Hypothesis, a: Side, b: Side) -> bool:
    start, end = overlap(hypothesis, a.duration, b.duration)
    return end - start >= LEAST_OVERLAP * min(a.duration, b.duration * hypothesis.speed)


def _fitted(a: Fingerprint, b: Fingerprint, look: _Look) -> Geometry | None:
    """The crop that suits the pictures which lie on each other; None where whole pictures suit as well."""
    speed, shift = look.line.hypothesis
    at_b = (a.times + shift) / speed
    partner = nearest(b.times, at_b)
    likeness = look.similar[np.arange(len(a.times)), partner]
    close = np.flatnonzero((np.abs(b.times[partner] - at_b) < _ONE_SHOT_S) & (likeness > _SAME_SHOT))
    if len(close) < _FEWEST_FITTED or float(np.median(likeness[close])) >= _ALL_ALIKE:
        return None
    rows = close[np.argsort(-likeness[close], kind="stable")][:_FITTED]
    left, right = View(a.pictures[rows]), View(b.pictures[partner[rows]])
    tried = [(picture_match.pair_similarity(left, right, each), each) for each in picture_match.UPRIGHT]
    before = tried[0][0]
    value, found = picture_match.fit(left, right, max(tried, key=lambda item: item[0])[1])
    return found if value >= before + _BETTER else None


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


def _convincing(look: _Look) -> bool:
    return look.line.total >= 2.5 * max(4.0, look.line.power)


def _likely_crops(a: Fingerprint, b: Fingerprint) -> list[Geometry]:
    """Crops of either side under which the most telling pictures find the best partners, fitted to them."""
    few_a, few_b = a.pictures[:: len(a.times) // 32 + 1], b.pictures[:: len(b.times) // 32 + 1]
    tried, views = [], (View(few_a), View(few_b))
    for geometry in picture_match.CROPS:
        similar = picture_match.similarity(*views, geometry)
        rows, columns = picture_match.partners(similar, 12)
        tried.append(
            (float(similar[rows, columns].mean()), geometry, View(few_a[rows]), View(few_b[columns]))
        )
    tried.sort(key=lambda item: -item[0])
    return [picture_match.fit(left, right, geometry)[1] for _, geometry, left, right in tried[:2]]


def _judge(look: _Look, a: Side, b: Side) -> Alignment:
    """Along a chain of runs where that explains clearly more, else along one line."""
    line = look.line if look.line.total >= SURE or not look.whole.power else look.whole
    judged = _on_a_line(line, look, a, b)
    if len(look.chain.runs) < 2 or look.chain.total - look.penalty < SURE:
        return judged
    runs = look.chain.runs
    parted = _in_pieces(runs, look.chain.total - look.penalty, pieces(look.similar, runs, a, b), look, (a, b))
    if parted.verdict is Verdict.SAME and look.chain.total > look.line.total:
        return parted
    if judged.verdict is Verdict.DIFFERENT and max(parted.overlap_a, parted.overlap_b) >= LEAST_OVERLAP:
        return msgspec.structs.replace(judged, verdict=Verdict.UNSURE, score=21)
    return judged


def _in_pieces(
    runs: Sequence[Run], total: float, found: Pieces, look: _Look, sides: tuple[Side, Side]
) -> Alignment:
    """`same` where runs in one order make up most of the shorter file, and little else stands beside them."""
    speed, durations = runs[0].hypothesis.speed, (sides[0].duration, sides[1].duration)
    common = sum(each.length_s for each in found.stretches)
    enough = _CHOSEN if look.penalty else _UNUSUAL if speed != 1 or found.power < _FEW else 1.0
    is_same = (
        total >= enough * found.power
        and common >= MOSTLY * min(durations[0], durations[1] * speed)
        and found.matched >= _MATCHED
        and not _is_out_of_step(found.stretches, speed)
    )
    verdict = Verdict.SAME if is_same else Verdict.UNSURE
    score = int(np.clip(round(100 / (1 + np.exp(-total / 6))), 75, 100)) if is_same else 21
    reason = (
        f"pictures match in {len(found.stretches)} stretches, {common:.0f} s in all: "
        f"{found.power:.0f} independent pictures, evidence {total:+.0f}"
    )
    judged = Alignment(verdict, score, matched=found.matched, reasons=(reason,))
    return placed(judged, speed, found.stretches, durations) if found.stretches else judged


def _is_out_of_step(found: Stretches, speed: float) -> bool:
    """Whether other pictures stand in many places: both files have something of their own there."""
    beside = sum(
        min(each.a[1] - each.a[0], (each.b[1] - each.b[0]) * speed) for each in differences(found, speed)
    )
    return beside > (1 - _MATCHED) * sum(each.length_s for each in found)


def _on_a_line(evidence: Evidence, look: _Look, a: Side, b: Side) -> Alignment:
    fitted = look.penalty > 0
    total = evidence.total - look.penalty
    doubtful = evidence.hypothesis.speed != 1 or evidence.power < _FEW
    enough = evidence.power * (_CHOSEN if fitted else _UNUSUAL if doubtful else 1.0)
    start, end = overlap(evidence.hypothesis, a.duration, b.duration)
    long_enough = _is_long_enough(evidence.hypothesis, a, b)
    if total >= max(SURE, enough) and evidence.good >= MOSTLY and long_enough and evidence.spread > 1:
        verdict = Verdict.UNSURE if look.repeats else Verdict.SAME
    elif total <= VETO and evidence.power >= _TELLING and evidence.good < RARELY:
        verdict = Verdict.DIFFERENT
    else:
        verdict = Verdict.UNSURE
    odds = 1 / (1 + np.exp(-np.clip(total / 6, -30, 30)))
    score = {Verdict.SAME: (75, 100), Verdict.DIFFERENT: (0, 20), Verdict.UNSURE: (21, 74)}[verdict]
    judged = _placed(
        Alignment(verdict, int(np.clip(round(100 * odds), *score)), matched=evidence.good),
        evidence.hypothesis, a.duration, b.duration,
        _told(evidence, total, end - start),
    )  # fmt: skip
    if look.repeats and verdict is Verdict.UNSURE:
        reasons = ("the pictures repeat themselves: which time is which cannot be told", *judged.reasons)
        return msgspec.structs.replace(judged, reasons=reasons, measured=False)
    if verdict is not Verdict.SAME:
        return judged
    return _parted(judged, unmatched(gains(Likelihood(look.similar, b.times), evidence.hypothesis, a, b), a))


def _told(evidence: Evidence, total: float, overlap_s: float) -> str:
    return (
        f"pictures match along {evidence.good:.0%} of the {overlap_s:.0f} s both have: "
        f"{evidence.power:.0f} independent pictures, evidence {total:+.0f}"
    )


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


def _by_motion(a: Fingerprint, b: Fingerprint, geometry: Geometry, judged: Alignment) -> Alignment:
    found = same_movements(a, b, geometry)
    if found is None:
        return judged
    reason = f"the movements in one long take agree: correlation {found.correlation:.2f}"
    sure = round(100 * min(0.97, found.correlation))
    same = msgspec.structs.replace(judged, verdict=Verdict.SAME, score=sure, matched=1.0, measured=False)
    return _placed(same, found.hypothesis, a.duration_s, b.duration_s, reason)


def _by_sound(a: Fingerprint, b: Fingerprint, judged: Alignment) -> Alignment:
    found = backed_by_sound(a, b)
    if found is None:
        return judged
    same = msgspec.structs.replace(
        judged, verdict=Verdict.SAME, score=found.score, matched=0.0, reasons=(), measured=True
    )
    return _placed(same, found.hypothesis, a.duration_s, b.duration_s, found.reason)


def _placed(
    alignment: Alignment, hypothesis: Hypothesis, duration_a: float, duration_b: float, reason: str
) -> Alignment:
    """The alignment along one line, with the reason for it."""
    durations = duration_a, duration_b
    told = msgspec.structs.replace(alignment, reasons=(*alignment.reasons, reason))
    return placed(told, hypothesis.speed, (along_a_line(hypothesis, durations),), durations)
