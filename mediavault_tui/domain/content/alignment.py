"""What comparing the pictures of two files found: whether they show the same, and on which moments."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from mediavault_tui.domain.content import stretches as content_stretches
from mediavault_tui.domain.content.stretches import Stretch, Stretches
from mediavault_tui.domain.playback_sync import Pairing

PAL = 25 / (24000 / 1001)
"""A film of 23.976 frames a second shown at 25."""

Area = tuple[float, float, float, float]
"""Top, bottom, left, right as shares of a picture."""
WHOLE: Area = (0.0, 1.0, 0.0, 1.0)

ALIGNMENT_VERSION = 6
"""Of what comparing gives: what was kept from another one is found anew."""


class Verdict(StrEnum):
    """What the pictures say."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Hypothesis(NamedTuple):
    """t_b = (t_a + shift) / speed."""

    speed: float
    shift: float


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
    """Length of what both have in common, in a's time."""
    overlap_a: float = 0.0
    """The overlap as share of a's runtime."""
    overlap_b: float = 0.0
    matched: float = 0.0
    """Share of the overlap, where there is something to see, in which the pictures match."""
    mirrored: bool = False
    area_a: Area = WHOLE
    """The part of a's picture that b shows too."""
    area_b: Area = WHOLE
    reasons: tuple[str, ...] = ()
    """What speaks for the verdict; the same both ways round."""
    stretches: Stretches = ()
    """The runs that show the same, in order. Between them one file has what the other has not."""
    blank_a: tuple[float, float] = (0.0, 0.0)
    """Seconds at a's start and end in which nothing is to be seen."""
    blank_b: tuple[float, float] = (0.0, 0.0)
    upside_down: bool = False
    """b shows a's pictures with top and bottom changed (with `mirrored`: turned by half)."""
    measured: bool = True
    """Whether the offset is known; of two stills, or of one take that repeats itself, it is a guess."""
    bars_a: Area = WHOLE
    """The part of a's picture that is no bar."""
    bars_b: Area = WHOLE

    @property
    def pairing(self) -> Pairing:
        """Which moment is which."""
        return Pairing.of(self.offset_s, self.speed, self.stretches)

    def time_in_b(self, time_a: float) -> float:
        """The time of a's moment in b."""
        return self.pairing.in_b(time_a)

    def turned(self) -> "Alignment":
        """The same with the files changed."""
        return msgspec.structs.replace(
            self,
            offset_s=-self.offset_s or 0.0,
            speed=1 / self.speed,
            overlap_s=self.overlap_s / self.speed,
            overlap_a=self.overlap_b, overlap_b=self.overlap_a,
            area_a=self.area_b, area_b=self.area_a,
            bars_a=self.bars_b, bars_b=self.bars_a,
            blank_a=self.blank_b, blank_b=self.blank_a,
            stretches=content_stretches.turned(self.stretches, self.speed),
        )  # fmt: skip

    @property
    def words(self) -> tuple[str, ...]:
        """The reasons, and where the files differ in speed and picture."""
        if self.verdict is Verdict.DIFFERENT:
            return self.reasons
        return (*self.reasons, *_faster(self.speed), *self._shown(), *self._barred())

    def _shown(self) -> list[str]:
        told = []
        if self.mirrored or self.upside_down:
            turned = "mirrored" if not self.upside_down else "upside down"
            told.append("turned by half" if self.mirrored and self.upside_down else turned)
        for name, other, area, bars in (
            ("a", "b", self.area_a, self.bars_a),
            ("b", "a", self.area_b, self.bars_b),
        ):
            high, wide = ((area[to] - area[to - 1]) / max(bars[to] - bars[to - 1], 1e-6) for to in (1, 3))
            if min(high, wide) < 0.97:
                told.append(f"{other} shows {wide:.0%} of the width and {high:.0%} of the height of {name}")
        return told

    def _barred(self) -> list[str]:
        told = []
        for name, area in (("a", self.bars_a), ("b", self.bars_b)):
            high, wide = 1 - (area[1] - area[0]), 1 - (area[3] - area[2])
            if max(high, wide) > 0.03 and self.bars_a != self.bars_b:
                told.append(f"{name} has bars: {high:.0%} of its height, {wide:.0%} of its width")
        return told


def _faster(speed: float) -> tuple[str, ...]:
    return () if abs(speed - 1) < 1e-4 else (f"b runs at {speed:.4f} times the speed of a",)


def placed(
    alignment: Alignment, speed: float, stretches: Stretches, durations: tuple[float, float]
) -> Alignment:
    """The alignment with what follows from a speed and the stretches (at least one). Durations in seconds."""
    first, common = stretches[0], sum(each.length_s for each in stretches)
    shift = first.b_s * speed - first.a_s
    return msgspec.structs.replace(
        alignment,
        offset_s=(shift / speed if shift > 0 else shift) or 0.0,
        speed=speed,
        overlap_s=common,
        overlap_a=min(1.0, common / max(durations[0], 1e-3)),
        overlap_b=min(1.0, common / max(durations[1] * speed, 1e-3)),
        stretches=stretches,
    )


def along_a_line(hypothesis: Hypothesis, durations: tuple[float, float]) -> Stretch:
    """All that both files have under one speed and shift."""
    start, end = overlap(hypothesis, *durations)
    return Stretch(start, (start + hypothesis.shift) / hypothesis.speed, end - start)


def overlap(hypothesis: Hypothesis, duration_a: float, duration_b: float) -> tuple[float, float]:
    """Start and end of the common stretch, in a's time."""
    start = max(0.0, -hypothesis.shift)
    end = min(duration_a, duration_b * hypothesis.speed - hypothesis.shift)
    return start, max(start, end)


_ALL_BUT = 0.98
"""Of what a rough look found in common, what a third copy must have too."""
_BEYOND_S = 1.0
"""What both may have before or after all that a third copy has: whether it is the same was not seen."""


def via_third_file(rough: Alignment, to_a: Alignment, to_b: Alignment) -> Alignment | None:
    """`rough`, of a and b, with the moments that follow from those of a third copy to both.

    None where the third copy has not all that these two may have in common: it cannot tell of the rest.
    """
    speed, durations = to_b.speed / to_a.speed, lengths(rough)
    found = [
        Stretch(
            one.b_s + (start - one.a_s) / to_a.speed,
            other.b_s + (start - other.a_s) / to_b.speed,
            (end - start) / to_a.speed,
        )
        for one in to_a.stretches
        for other in to_b.stretches
        if (start := max(one.a_s, other.a_s)) < (end := min(one.end_a_s, other.end_a_s))
    ]
    if sum(each.length_s for each in found) < _ALL_BUT * rough.overlap_s:
        return None
    whole = to_the_ends(found, speed, durations)
    if max(found[0].a_s - whole[0].a_s, whole[-1].end_a_s - found[-1].end_a_s) > _BEYOND_S:
        return None
    reasons = (*rough.reasons, "offset by way of a third copy")
    judged = msgspec.structs.replace(
        rough, score=max(rough.score, min(to_a.score, to_b.score)), reasons=reasons
    )
    return placed(judged, speed, whole, durations)


def to_the_ends(found: Sequence[Stretch], speed: float, durations: tuple[float, float]) -> Stretches:
    """The first and the last stretch as far out as both files go (durations in seconds)."""
    first, *rest = found
    before = min(first.a_s, first.b_s * speed)
    first = Stretch(first.a_s - before, first.b_s - before / speed, first.length_s + before)
    *inner, last = (first, *rest)
    after = min(durations[0] - last.end_a_s, (durations[1] - last.end_b_s(speed)) * speed)
    return (*inner, Stretch(last.a_s, last.b_s, last.length_s + after))


def lengths(alignment: Alignment) -> tuple[float, float]:
    """Runtimes of both files in seconds, as far as the overlap and its shares tell."""
    whole_a = alignment.overlap_s / max(alignment.overlap_a, 1e-6)
    return whole_a, alignment.overlap_s / max(alignment.overlap_b, 1e-6) / alignment.speed
