"""The exact places and speed of a pair: every frame of a few short windows of both files, and of the edges.

Each window of a is slid along a somewhat longer one of b. A window counts when its best place is clearly
better than the places around it, so a window in which nothing moves says nothing. Lines through the
places give the stretches (`domain/content/window_fit`); where one ends and the next begins is looked for (`edges`).
"""

import os
from collections.abc import Callable, Iterable
from itertools import pairwise

import msgspec
import numpy as np

from mediavault_tui.domain.content.alignment import (
    Alignment,
    Hypothesis,
    Verdict,
    along_a_line,
    lengths,
    overlap,
    placed,
)
from mediavault_tui.domain.content.framing import Framing, common
from mediavault_tui.domain.content.stretches import Stretch, Stretches
from mediavault_tui.domain.content.window_fit import Curve, Run, runs, speed_of
from mediavault_tui.services.frames import edges
from mediavault_tui.services.frames.edges import Follows
from mediavault_tui.services.frames.reader import Reader, Window
from mediavault_tui.services.frames.video import never, opened
from mediavault_tui.services.frames.window_alignment import ALIKE, GOOD, Line, Slid, slide

PLACES = (0.5, 0.1, 0.9, 0.3, 0.7, 0.02)
"""Shares of the overlap where windows begin, the middle first: it settles the search range of the others."""
OF_SEVERAL = ((0.5, 0.2, 0.8), (0.3, 0.7), (0.5,))
"""The same of each of several stretches: up to three, up to eight, more."""
WINDOW_S, LONG_S = 2.0, 10.0
ENOUGH = 3
"""Windows of a pair known to be the same that settle it, when they agree: the middle and both ends."""
MARGIN_S = 4.0
"""How far a long file's fingerprint may be off."""
NEAR_S = 1.2
FAR_S, FURTHER_S = 5.0, 12.0
"""A window without a place may lie behind a cut too short for the fingerprint to show; of a long file, of which
it holds a picture a minute, that may be a longer one."""
DENSE_S = 150.0
"""Files up to this long have a fingerprint read through (`sampling`): its places are known to a second."""
EDGE_S = 1.5
"""How far its edges may be off; of longer files, their share of the runtime."""
EDGE_SHARE = 1 / 80
BESIDE_S = 3.0
"""A window that strays is asked again so much later or earlier."""
MOST = 4
"""Windows asked again."""
JOINED_FRAMES = 2.0
SPREAD = 0.6
"""Of the shorter file, what windows that fit must span before an unsure pair is the same."""


def refine(
    path_a: bytes | str,
    path_b: bytes | str,
    rough: Alignment,
    cancelled: Callable[[], bool] = never,
    every: tuple[Window | None, Window | None] = (None, None),
) -> Alignment:
    """`rough` with speed and stretches measured to about a frame; the files changed give the same, turned.

    An unsure pair becomes `same` when windows all over it fit, a pair that was the same unsure when they do not;
    without any window that tells something, `rough` comes back as not measured. What repeats itself stays unsure:
    windows fit at every turn. `every` frame of each file, where known, is not decoded again. Raises
    FileUnreadable, MediaDamaged, Cancelled.
    """
    repeats = rough.verdict is Verdict.UNSURE and not rough.measured
    if rough.verdict is Verdict.DIFFERENT or rough.overlap_s <= 0 or repeats:
        return rough
    with opened(path_a, cancelled) as video_a, opened(path_b, cancelled) as video_b:
        a, b = Reader(video_a, every[0]), Reader(video_b, every[1])
        if _rank(path_a, a, rough) <= _rank(path_b, b, rough.turned()):
            return _Pair(a, b, rough).measured()
        return _Pair(b, a, rough.turned()).measured().turned()


def _rank(path: bytes | str, reader: Reader, rough: Alignment) -> tuple[object, ...]:
    """Which file windows are taken of: told by the files, not by the order in which they came."""
    video = reader.video
    return (
        round(video.duration_s or 0.0, 3), video.pixels, video.rate, video.container.size, os.fsencode(path),
        rough.offset_s, rough.speed, rough.area_a,
    )  # fmt: skip


class _Pair:
    """Two open files, and what windows of them have told."""

    def __init__(self, a: Reader, b: Reader, rough: Alignment) -> None:
        self.a, self.b = a, b
        known = lengths(rough)
        self.durations = _length(a.duration_s, known[0]), _length(b.duration_s, known[1])
        line = Hypothesis(
            rough.speed, Line(rough.speed, 0).in_a(rough.offset_s) if rough.offset_s > 0 else rough.offset_s
        )
        self.stretches: Stretches = rough.stretches or (along_a_line(line, self.durations),)
        self.rough = rough
        self.speed = rough.speed
        self.frame_s = max(a.frame_s, b.frame_s)
        self.look = Framing.of(rough)
        self.good = GOOD
        self.moved: dict[int, float] = {}
        self.curves: list[Curve] = []
        self.flat: dict[int, Curve] = {}
        self.looks: dict[float, Framing] = {}
        self.missed = self.self_similar = self.vague = 0

    @property
    def is_dense(self) -> bool:
        """Is the rough look good to a second?"""
        return max(self.durations) <= DENSE_S

    @property
    def tolerance_s(self) -> float:
        """How far the edges of rough stretches may be off."""
        return EDGE_S if self.is_dense else max(EDGE_S, EDGE_SHARE * max(self.durations))

    def measured(self) -> Alignment:
        """Windows, then lines, then edges."""
        self._ask()
        if not self.curves:
            return self._unmeasured()
        rates = self.a.video.rate, self.b.video.rate
        self.speed = speed_of(self.curves, self.rough.speed, self.frame_s, rates)
        if self._ask_again():
            self.speed = speed_of(self.curves, self.rough.speed, self.frame_s, rates)
        found = _in_order(runs(self.curves, self.speed, self.frame_s), self.speed)
        return self._judged(self._bridged(found))

    def _bridged(self, found: list[Run]) -> list[Run]:
        """Runs on one line are one where what lies between them fits too: the rough look saw another crop there."""
        kept = found[:1]
        for run in found[1:]:
            last = kept[-1]
            gap = self.stretches[last.curves[-1].stretch].end_a_s, self.stretches[run.stretch].a_s
            same_line = abs(run.shift - last.shift) < JOINED_FRAMES * self.frame_s
            if last.stretch != run.stretch and same_line and self._fits(last, sum(gap) / 2):
                kept[-1] = Run((*last.curves, *run.curves), (last.shift + run.shift) / 2)
            else:
                kept.append(run)
        return kept

    def _fits(self, run: Run, at_s: float) -> bool:
        line = Line(self.speed, run.shift)
        slid = self._slide(run.stretch, at_s - WINDOW_S / 2, WINDOW_S, line, JOINED_FRAMES * self.frame_s)
        return slid.alike >= ALIKE

    def _ask(self) -> None:
        several = len(self.stretches)
        shares = PLACES if several == 1 else OF_SEVERAL[0 if several <= 3 else 1 if several <= 8 else 2]
        for at, stretch in enumerate(self.stretches):
            length = min(WINDOW_S, stretch.length_s / 3)
            for share in shares[: 3 if stretch.length_s < 8 else None]:
                self._window(at, stretch.a_s + share * (stretch.length_s - length), length)
                if several == 1 and self._settled():
                    return
            if several > 1 and at not in self.moved and at in self.flat:
                self._of_a_still(at, stretch)

    def _of_a_still(self, at: int, stretch: Stretch) -> None:
        """Nothing moved in any window: one long enough for a change of shot, else any place that fits will do."""
        length = min(LONG_S, 0.8 * stretch.length_s)
        self._window(at, stretch.a_s + (stretch.length_s - length) / 2, length)
        if at not in self.moved and at in self.flat:
            self.curves.append(self.flat[at])
            self.looks[self.flat[at].at_s] = self.look

    def _settled(self) -> bool:
        if self.rough.verdict is not Verdict.SAME or len(self.curves) != ENOUGH or self.missed:
            return False
        shifts = [each.shift(self.speed) for each in self.curves]
        return max(shifts) - min(shifts) < self.frame_s

    def _window(self, at: int, start: float, length: float, beside: float | None = None) -> None:
        """Ask one; `beside` is a shift known better than by the windows so far."""
        stretch = self.stretches[at]
        if not self.is_dense:
            start = self.a.keyframe_before(start, max(stretch.a_s, start - 4 * WINDOW_S))
        known = beside is not None or at in self.moved
        shift = stretch.b_s * self.speed - stretch.a_s + self.moved.get(at, 0.0) if beside is None else beside
        line = Line(self.speed, shift)
        margin = NEAR_S if self.is_dense or known else MARGIN_S
        slid = self._slide(at, start, length, line, margin)
        if (slid.alike < self.good or slid.at_border) and not slid.self_similar:
            further = self._slide(at, start, length, line, FAR_S if self.is_dense else FURTHER_S)
            slid = further if further.alike > slid.alike + 0.02 or slid.at_border else slid
        if slid.at_border:
            slid = slid._replace(curve=None)
        self._note(at, slid)

    def _slide(self, at: int, start: float, length: float, line: Line, margin: float) -> Slid:
        a = self.a.between(start, start + length)
        begin, end = line.in_b(start), line.in_b(start + length)
        b = self.b.between(begin - margin, end + margin)
        return slide(a, b, line, margin, self.look, (self.rough.bars_a, self.rough.bars_b), at, self.good)

    def _note(self, at: int, slid: Slid) -> None:
        if slid.curve is None:
            self.missed += slid.alike < ALIKE and slid.alike > 0
            self.self_similar += slid.self_similar
            self.vague += slid.alike >= ALIKE
            if slid.flat is not None and slid.alike >= self.good:
                self.flat[at] = slid.flat
            return
        self.curves.append(slid.curve)
        self.looks[slid.curve.at_s] = slid.look
        if slid.look != self.look:
            self.look, self.good = slid.look, min(self.good, slid.alike - 0.04)
        stretch = self.stretches[at]
        shifts = [each.shift(self.speed) for each in self.curves if each.stretch == at]
        self.moved[at] = float(np.median(shifts)) - (stretch.b_s * self.speed - stretch.a_s)

    def _ask_again(self) -> bool:
        """Beside each window that lies on no line, another: a step that is real shows twice."""
        on_lines = {each.at_s for run in runs(self.curves, self.speed, self.frame_s) for each in run.curves}
        strays = [each for each in self.curves if each.at_s not in on_lines][:MOST]
        for each in strays:
            stretch = self.stretches[each.stretch]
            length = min(WINDOW_S, stretch.length_s / 3)
            for by in (BESIDE_S, -BESIDE_S):
                start = each.at_s - length / 2 + by
                if stretch.a_s <= start <= stretch.end_a_s - length:
                    self._window(each.stretch, start, length, beside=each.shift(self.speed))
                    break
        return bool(strays)

    def _unmeasured(self) -> Alignment:
        """Nothing told the places apart, or nothing fitted."""
        verdict, reason = (
            self.rough.verdict,
            "nothing moves where the frames were compared: offset not measured",
        )
        if self.self_similar:
            verdict, reason = Verdict.UNSURE, "the pictures repeat themselves: several offsets fit as well"
        elif self.missed > self.vague:
            verdict, reason = Verdict.UNSURE, "frame by frame, the pictures do not match"
        return msgspec.structs.replace(
            self.rough,
            verdict=verdict,
            score=self.rough.score if verdict is self.rough.verdict else min(self.rough.score, 74),
            reasons=(*self.rough.reasons, reason),
            measured=False,
        )

    def _judged(self, found: list[Run]) -> Alignment:
        fitting = [each for run in found for each in run.curves]
        asked = len(self.curves) + self.missed
        parts = self._stretches(found)
        look = common([self.looks[each.at_s] for each in fitting])
        strays = [away for run in found for away in run.strays(self.speed)]
        reason = f"frame by frame: {len(fitting)} of {asked} windows fit, within {max(strays) * 1000:.0f} ms"
        verdict = self._verdict(found, fitting)
        sure = 99 if len(fitting) >= ENOUGH and len(fitting) == asked else 90
        score = max(self.rough.score, sure) if verdict is Verdict.SAME else min(self.rough.score, 74)
        judged = msgspec.structs.replace(
            self.rough,
            verdict=verdict, score=score, reasons=(*self.rough.reasons, reason), measured=True,
            area_a=look.area_a, area_b=look.area_b,
        )  # fmt: skip
        if self.rough.verdict is Verdict.UNSURE and verdict is Verdict.SAME:
            judged = msgspec.structs.replace(judged, matched=max(judged.matched, len(fitting) / asked))
        return placed(judged, self.speed, parts, self.durations)

    def _verdict(self, found: list[Run], fitting: list[Curve]) -> Verdict:
        count = len(fitting)
        if self.rough.verdict is Verdict.SAME:
            return Verdict.SAME if count > self.missed or count >= ENOUGH else Verdict.UNSURE
        shorter = min(self.durations[0], self.durations[1] * self.speed)
        spans = sum(run.curves[-1].at_s - run.curves[0].at_s + WINDOW_S for run in found)
        if count >= ENOUGH + 1 and self.missed <= 1 and spans >= SPREAD * shorter:
            return Verdict.SAME
        return Verdict.UNSURE

    def _stretches(self, found: list[Run]) -> Stretches:
        """From edge to edge, in a's time: the ends of the files, or where a line was left."""
        cuts = [
            edges.between(
                self.a, self.b, self._follows(one, False), self._follows(other, True), self.tolerance_s
            )
            for one, other in pairwise(found)
        ]
        starts = [self._outer(found[0], True), *(start for _, start in cuts)]
        ends = [*(end for end, _ in cuts), self._outer(found[-1], False)]
        lines = [Line(self.speed, run.shift) for run in found]
        return self._joined(
            Stretch(start, line.in_b(start), end - start)
            for line, start, end in zip(lines, starts, ends, strict=True)
        )

    def _joined(self, parts: Iterable[Stretch]) -> Stretches:
        """Neighbours that meet in both files are one: the rough look parted them in vain."""
        near = JOINED_FRAMES * self.frame_s
        kept: list[Stretch] = []
        for each in parts:
            last = kept[-1] if kept else None
            if last and max(each.a_s - last.end_a_s, each.b_s - last.end_b_s(self.speed)) < near:
                kept[-1] = Stretch(last.a_s, last.b_s, each.end_a_s - last.a_s)
            elif each.length_s > 0:
                kept.append(each)
        return tuple(kept)

    def _follows(self, run: Run, begins: bool) -> Follows:
        sure = run.curves[0 if begins else -1]
        stretch = self.stretches[sure.stretch]
        alike = float(np.median([each.top for each in run.curves]))
        hint = stretch.a_s if begins else stretch.end_a_s
        return Follows(Line(self.speed, run.shift), self.looks[sure.at_s], sure.at_s, alike, hint)

    def _outer(self, run: Run, begins: bool) -> float:
        """Where the first stretch begins, or the last ends."""
        limits = overlap(Hypothesis(self.speed, run.shift), *self.durations)
        limit = limits[0 if begins else 1]
        follows = self._follows(run, begins)
        at = run.curves[0 if begins else -1].stretch
        is_outer = at == (0 if begins else len(self.stretches) - 1)
        if is_outer and abs(follows.hint_a_s - limit) <= 2 * self.tolerance_s:
            inside = limit + (WINDOW_S if begins else -WINDOW_S)
            crop_moves = len(set(self.looks.values())) > 1
            reaches = edges.reaches(self.a, self.b, follows, limit, exactly=self.is_dense)
            if reaches or (crop_moves and self._fits(run, inside)):
                return limit
        return edges.at_end(self.a, self.b, follows, limit, self.tolerance_s)


def _length(stated: float | None, seen: float) -> float:
    """Of a file: as it says, unless its pictures end elsewhere."""
    return stated if stated is not None and abs(stated - seen) < 0.5 + 0.01 * seen else seen


def _in_order(found: list[Run], speed: float) -> list[Run]:
    """Without runs that lie before their predecessors in b: the one with more windows stays."""
    kept: list[Run] = []
    for run in found:
        while kept and kept[-1].curves[-1].best_s >= run.curves[0].best_s:
            if len(kept[-1].curves) >= len(run.curves):
                break
            kept.pop()
        else:
            kept.append(run)
    return kept
