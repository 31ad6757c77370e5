"""The line of time along which two files are played beside each other: all that either has, in order.

Its seconds are a's until b has something that a lacks: there the line goes on while a stands at the cut. Where
a has something that b lacks, b stands. Other pictures in the same place run beside each other.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

import msgspec

from mediavault_tui.domain.content.stretches import Difference, differences
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.domain.text import duration, moment

_ROUNDING_S = 0.04
"""Less than a picture is the rounding of two ends."""
_TOLD_S = 0.5
"""Shorter differences are worth no word: so much a cut may be misplaced."""

Span = tuple[float, float]


class Shown(StrEnum):
    """What is to be seen of both."""

    SAME = "same"
    A_ONLY = "a only"
    B_ONLY = "b only"
    OTHER = "other"
    """Both have pictures, but not the same."""
    NOTHING = "nothing"


class Section(msgspec.Struct, frozen=True):
    """A part of the line in which each side either runs or stands. Seconds of the line, and of each file."""

    start_s: float
    end_s: float
    own: tuple[Span, Span]
    """(start, end) in a and in b; a side whose two are the same stands there."""
    is_common: bool = True
    """Whether both show the same."""

    def runs(self, side: int) -> bool:
        """Whether side 0 or 1 has something here."""
        start, end = self.own[side]
        return end > start


class Line(msgspec.Struct, frozen=True):
    """All sections. The first goes on before its start, the last has no end."""

    sections: tuple[Section, ...]
    speed: float
    """How much faster b runs."""

    def at(self, position_s: float) -> Section:
        """The section in which a moment of the line lies."""
        place = bisect_right(self.sections, position_s, key=lambda section: section.start_s)
        return self.sections[max(0, place - 1)]

    def own(self, side: int, position_s: float) -> float:
        """The time of side 0 or 1 at a moment of the line; negative before it begins."""
        here = self.at(position_s)
        start = here.own[side][0]
        return start + (position_s - here.start_s) / self._rate(side) if here.runs(side) else start

    def runs(self, side: int, position_s: float) -> bool:
        """Whether a side has something of its own at a moment of the line, or stands at a cut."""
        return self.at(position_s).runs(side)

    def position(self, side: int, own_s: float, near_s: float | None = None, within_s: float = 0.05) -> float:
        """The moment of the line at which a side is at a time of its own.

        A side that stands at a cut is there for a while: what belongs to the section around `near_s`, give or
        take `within_s`, is taken for a moment of that section, or of the next where it has passed its end.
        """
        if near_s is not None:
            here = self.at(near_s)
            first, last = here is self.sections[0], here is self.sections[-1]
            start, end = here.own[side]
            if (first or own_s >= start - within_s) and (last or own_s <= end + within_s):
                if not here.runs(side):
                    return near_s
                found = here.start_s + (own_s - start) * self._rate(side)
                return min(found if first else max(found, here.start_s), here.end_s)
        running = [section for section in self.sections if section.runs(side)]
        place = bisect_right(running, own_s, key=lambda section: section.own[side][0])
        there = running[max(0, place - 1)]
        return there.start_s + (own_s - there.own[side][0]) * self._rate(side)

    def _rate(self, side: int) -> float:
        """Seconds of the line in one of a side's own."""
        return self.speed if side else 1.0


@lru_cache(maxsize=32)
def line_of(pairing: Pairing) -> Line:
    """The line of two files, from which moments of both belong together."""
    speed, stretches = pairing.speed, pairing.stretches
    if len(stretches) < 2:
        whole = ((0.0, math.inf), (pairing.shift_s / speed, math.inf))
        return Line((Section(0.0, math.inf, whole),), speed)
    found: list[Section] = []
    at = stretches[0].a_s
    for stretch, gap in zip(stretches, (*differences(stretches, speed), None), strict=True):
        end = math.inf if gap is None else at + stretch.length_s
        own = ((stretch.a_s, stretch.end_a_s), (stretch.b_s, stretch.end_b_s(speed)))
        found.append(Section(at, end, own))
        if gap is not None:
            found += _between(gap, end, speed)
            at = found[-1].end_s
    return Line(tuple(section for section in found if section.end_s > section.start_s), speed)


def _between(gap: Difference, start_s: float, speed: float) -> Iterable[Section]:
    """What lies between two stretches: as long as both have something beside each other, then the rest of one."""
    long_a, long_b = gap.a[1] - gap.a[0], (gap.b[1] - gap.b[0]) * speed
    beside = max(0.0, min(long_a, long_b))
    middle = start_s + beside
    a, b = gap.a[0] + beside, gap.b[0] + beside / speed
    if beside > 0:
        yield Section(start_s, middle, ((gap.a[0], a), (gap.b[0], b)), is_common=False)
    if long_a - beside > _ROUNDING_S:
        yield Section(middle, start_s + long_a, ((a, gap.a[1]), (gap.b[1], gap.b[1])), is_common=False)
    if long_b - beside > _ROUNDING_S:
        yield Section(middle, start_s + long_b, ((gap.a[1], gap.a[1]), (b, gap.b[1])), is_common=False)


class Part(msgspec.Struct, frozen=True):
    """A part of the line between the first moment either file has and the last."""

    start_s: float
    end_s: float
    shown: Shown
    own: tuple[Span, Span]
    """(start, end) in a and in b."""

    def has(self, position_s: float) -> bool:
        """Whether a moment of the line lies in it."""
        return self.start_s <= position_s < self.end_s

    def words(self, names: tuple[str, str] = ("a", "b")) -> str:
        """What is other here than elsewhere; empty where both show the same."""
        a, b = (clocks(*span) for span in self.own)
        left, right = names
        return {
            Shown.A_ONLY: f"{right} lacks {a} of {left}",
            Shown.B_ONLY: f"{left} lacks {b} of {right}",
            Shown.OTHER: f"other pictures: {left} {a}, {right} {b}",
        }.get(self.shown, "")


@lru_cache(maxsize=32)
def parts(line: Line, durations: tuple[float, float]) -> tuple[Part, ...]:
    """The line as it is shown. Durations in seconds; of a file that cannot be played 0."""
    ends = [
        (line.position(side, 0.0), line.position(side, long)) for side, long in enumerate(durations) if long
    ]
    if not ends:
        return ()
    start, end = min(first for first, _ in ends), max(last for _, last in ends)
    inner = {section.start_s for section in line.sections[1:]} | {edge for pair in ends for edge in pair}
    cuts = sorted({start, end, *(edge for edge in inner if start < edge < end)})
    found: list[Part] = []
    for low, high in pairwise(cuts):
        if high - low > _ROUNDING_S:
            own = _own(line, 0, low, high), _own(line, 1, low, high)
            part = Part(low, high, _shown(line, (low + high) / 2, durations), own)
            found[-1:] = _joined(found[-1], part) if found else [part]
    return tuple(found)


def _joined(last: Part, part: Part) -> Sequence[Part]:
    if last.shown is not part.shown:
        return last, part
    own = (last.own[0][0], part.own[0][1]), (last.own[1][0], part.own[1][1])
    return (Part(last.start_s, part.end_s, part.shown, own),)


def _own(line: Line, side: int, low: float, high: float) -> Span:
    start, section = line.own(side, low), line.at(low)
    return start, start + (high - low) / (line.speed if side else 1.0) if section.runs(side) else start


def _shown(line: Line, position_s: float, durations: tuple[float, float]) -> Shown:
    here = line.at(position_s)
    a, b = (here.runs(side) and 0 <= line.own(side, position_s) < durations[side] for side in (0, 1))
    if a and b:
        return Shown.SAME if here.is_common else Shown.OTHER
    return Shown.A_ONLY if a else Shown.B_ONLY if b else Shown.NOTHING


def describe(all_parts: Iterable[Part]) -> tuple[Part, ...]:
    """Those parts in which both are not the same, and which are long enough for a word."""
    return tuple(
        part
        for part in all_parts
        if part.shown not in (Shown.SAME, Shown.NOTHING) and part.end_s - part.start_s >= _TOLD_S
    )


def edges(all_parts: Iterable[Part], span: Span) -> tuple[float, ...]:
    """Where differences begin and where they are over, but for the ends of the whole."""
    found = {edge for part in describe(all_parts) for edge in (part.start_s, part.end_s)}
    return tuple(sorted(edge for edge in found if span[0] + _ROUNDING_S < edge < span[1] - _ROUNDING_S))


def clocks(start_s: float, end_s: float) -> str:
    """`0:35–1:05`; `0.8 s at 0:35` where that would say nothing."""
    start, end = moment(round(start_s)), moment(round(end_s))
    return f"{start}–{end}" if start != end else f"{duration(end_s - start_s)} at {start}"
