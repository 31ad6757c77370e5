"""What two files have in common along their runtimes, and what each has besides: said from an alignment."""

from typing import TYPE_CHECKING

import msgspec

from mediavault_tui.domain.text import duration

if TYPE_CHECKING:
    from mediavault_tui.domain.alignment import Alignment

_TOLERANCE_S, _TOLERANCE_SHARE = 4.0, 0.002
"""Trimmed black, a station's ident and the rounding of containers stay below the first; the logos and the end of
the credits that releases of one long film differ by stay below the second (14 s of two hours)."""
_ALONG = 0.9
"""Least share of the common part in which the pictures must agree: one differing stretch of eight is too much.
Of the altered copies in `benchmarks/content_accuracy`, all but a few reach 1."""


class Side(msgspec.Struct, frozen=True):
    """What one file has that the other has not, in seconds of its own time."""

    before_s: float = 0.0
    after_s: float = 0.0
    between: tuple[tuple[float, float], ...] = ()
    """(start, end) of stretches inside the common part where the other shows something else."""

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

    @property
    def agrees(self) -> bool:
        """Whether the pictures agree along the whole of one file: the other may have more at its ends."""
        fitting = min(self.a.outside_s, self.b.outside_s) <= tolerance(self.common_s)
        return self.matched >= _ALONG and fitting and not self.a.between

    def turned(self) -> "Coverage":
        """The same, with the sides changed."""
        return Coverage(self.common_s / self.speed, self.matched, self.b, self.a, 1 / self.speed)


def tolerance(runtime_s: float) -> float:
    """Seconds by which two copies of one cut may differ without a word."""
    return max(_TOLERANCE_S, _TOLERANCE_SHARE * runtime_s)


def coverage_of(alignment: "Alignment") -> Coverage:
    """What an alignment says of both files; black at their ends is nothing to miss."""
    speed = alignment.speed
    whole_a = alignment.overlap_s / max(alignment.overlap_a, 1e-6)
    whole_b = alignment.overlap_s / max(alignment.overlap_b, 1e-6) / speed
    start_a = max(0.0, -alignment.offset_s)
    start_b = start_a + alignment.offset_s
    side_a = _side(whole_a, start_a, start_a + alignment.overlap_s, alignment.blank_a)
    side_b = _side(whole_b, start_b, start_b + alignment.overlap_s / speed, alignment.blank_b)
    between_b = tuple((alignment.time_in_b(start), alignment.time_in_b(end)) for start, end in alignment.gaps)
    return Coverage(
        alignment.overlap_s,
        alignment.matched,
        msgspec.structs.replace(side_a, between=alignment.gaps),
        msgspec.structs.replace(side_b, between=between_b),
        speed,
    )


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
