"""What two files have in common along their runtimes, and what each has besides: said from an alignment."""

from collections.abc import Iterable

import msgspec

from mediavault_tui.domain.alignment import Alignment, lengths
from mediavault_tui.domain.stretches import Stretch, Stretches, differences, turned
from mediavault_tui.domain.text import duration

_TOLERANCE_S, _TOLERANCE_SHARE = 4.0, 0.002
"""Trimmed black, a station's ident and the rounding of containers stay below the first; the logos and the end of
the credits that releases of one long film differ by stay below the second (14 s of two hours)."""
_ROUNDING_S = 0.04
_ALONG = 0.9
"""Least share of the common part in which the pictures must agree: one differing stretch of eight is too much.
Of the altered copies in `benchmarks/content_accuracy`, all but a few reach 1."""


class Side(msgspec.Struct, frozen=True):
    """What one file has that the other has not, in seconds of its own time."""

    before_s: float = 0.0
    after_s: float = 0.0
    between: tuple[tuple[float, float], ...] = ()
    """(start, end) of what lies between the common stretches: missing in the other file, or other there."""

    @property
    def outside_s(self) -> float:
        """Before and after together."""
        return self.before_s + self.after_s

    @property
    def alone_s(self) -> float:
        """All of it."""
        return self.outside_s + sum(end - start for start, end in self.between)


class Coverage(msgspec.Struct, frozen=True):
    """The common part of files a and b, and the rest of each."""

    common_s: float
    """Length of the common part in a's time."""
    matched: float
    """Share of it in which the pictures agree."""
    a: Side = Side()
    b: Side = Side()
    speed: float = 1.0
    """How much faster b runs."""
    stretches: Stretches = ()
    """The runs both have; none where an older release found out what they have in common."""

    @property
    def agrees(self) -> bool:
        """Whether the pictures agree along the whole of one file: the other may have more, at its ends or between."""
        return self.matched >= _ALONG and min(self.a.alone_s, self.b.alone_s) <= tolerance(self.common_s)

    def turned(self) -> "Coverage":
        """The same, with the sides changed."""
        stretches = turned(self.stretches, self.speed)
        return Coverage(self.common_s / self.speed, self.matched, self.b, self.a, 1 / self.speed, stretches)


def tolerance(runtime_s: float) -> float:
    """Seconds by which two copies of one cut may differ without a word."""
    return max(_TOLERANCE_S, _TOLERANCE_SHARE * runtime_s)


def coverage_of(alignment: Alignment) -> Coverage:
    """What an alignment says of both files; black at their ends is nothing to miss."""
    speed, whole = alignment.speed, lengths(alignment)
    stretches = alignment.stretches or (_line(alignment),)
    first, last = stretches[0], stretches[-1]
    between = differences(stretches, speed)
    side_a = _side(whole[0], first.a_s, last.end_a_s, alignment.blank_a)
    side_b = _side(whole[1], first.b_s, last.end_b_s(speed), alignment.blank_b)
    return Coverage(
        alignment.overlap_s,
        alignment.matched,
        msgspec.structs.replace(side_a, between=_longer([each.a for each in between])),
        msgspec.structs.replace(side_b, between=_longer([each.b for each in between])),
        speed,
        stretches,
    )


def _line(alignment: Alignment) -> Stretch:
    start = max(0.0, -alignment.offset_s)
    return Stretch(start, start + alignment.offset_s, alignment.overlap_s)


def _longer(places: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Less than a picture is the rounding of two ends."""
    return tuple((start, end) for start, end in places if end - start > _ROUNDING_S)


def _side(whole_s: float, start_s: float, end_s: float, blank: tuple[float, float]) -> Side:
    return Side(max(0.0, start_s - blank[0]), max(0.0, whole_s - end_s - blank[1]))


def told(side: Side, name: str, *, least_s: float = 1.0) -> str | None:
    """What one file has besides, as `b has 0:12 before and 0:12 after it besides`; None where that is nothing."""
    parts = [f"{clock(side.before_s)} before"] if side.before_s >= least_s else []
    parts += [f"{clock(side.after_s)} after"] if side.after_s >= least_s else []
    return f"{name} has {' and '.join(parts)} the common part besides" if parts else None


def gaps_told(side: Side, name: str) -> str | None:
    """Where inside the common part the pictures differ, as `other pictures at 0:35–1:05 of a`."""
    if not side.between:
        return None
    places = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in side.between[:5])
    more = f" and {len(side.between) - 5} more places" if len(side.between) > 5 else ""
    return f"other pictures at {places}{more} of {name}"


def clock(seconds: float) -> str:
    """`1:50`, `1:31:20`."""
    return duration(round(seconds))
