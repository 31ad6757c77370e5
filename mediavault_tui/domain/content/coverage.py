"""What two files have in common along their runtimes, and what each has besides: said from an alignment."""

from collections.abc import Iterable, Sequence

import msgspec

from mediavault_tui.domain.content.alignment import Alignment, lengths
from mediavault_tui.domain.content.stretches import Difference, Stretch, Stretches, differences, turned
from mediavault_tui.domain.text import duration, moment

_TOLERANCE_S, _TOLERANCE_SHARE, _TOLERANCE_OF_CLIP = 4.0, 0.002, 0.2
"""Trimmed black, a station's ident and the rounding of containers stay below the first; the logos and the end of
the credits that releases of one long film differ by stay below the second (14 s of two hours). Of a clip of ten
seconds four are no edge: there it is the third, and no less than what containers round by."""
_ROUNDS_S = 1.0
_INSIDE_S = 1.5
"""Nobody trims the inside: what is missing there was cut. Ends of stretches are measured to less than this."""
_ROUNDING_S = 0.04
_ALONG = 0.9
"""Least share of the common part in which the pictures must agree: one differing stretch of eight is too much.
Of the altered copies in `benchmarks/content_accuracy`, all but a few reach 1."""
_PLACES_TOLD = 5


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
    def inside_s(self) -> float:
        """Between the common stretches."""
        return sum(end - start for start, end in self.between)

    @property
    def alone_s(self) -> float:
        """All of it."""
        return self.outside_s + self.inside_s

    def beyond_s(self, common_s: float) -> float:
        """All of it where it is more than edges and rounding explain, beside so much in common; else 0."""
        edges = self.outside_s > tolerance(common_s)
        return self.alone_s if edges or self.inside_s > _INSIDE_S else 0.0


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
        sides = (self.a, self.common_s), (self.b, self.common_s / self.speed)
        return self.matched >= _ALONG and any(not side.beyond_s(common_s) for side, common_s in sides)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What lies between the stretches, as far as it is more than the rounding of their ends."""
        found = differences(self.stretches, self.speed)
        return tuple(each for each in found if max(_long(each.a), _long(each.b)) > _ROUNDING_S)

    def turned(self) -> "Coverage":
        """The same, with the sides changed."""
        stretches = turned(self.stretches, self.speed)
        return Coverage(self.common_s / self.speed, self.matched, self.b, self.a, 1 / self.speed, stretches)


def tolerance(runtime_s: float) -> float:
    """Seconds by which two copies of one cut may differ at their ends without a word."""
    short = max(_ROUNDS_S, _TOLERANCE_OF_CLIP * runtime_s)
    return max(min(_TOLERANCE_S, short), _TOLERANCE_SHARE * runtime_s)


def coverage_of(alignment: Alignment) -> Coverage:
    """What an alignment says of both files; black at their ends is nothing to miss."""
    speed, whole = alignment.speed, lengths(alignment)
    stretches = alignment.stretches or (_line(alignment),)
    first, last = stretches[0], stretches[-1]
    before = first.a_s - alignment.blank_a[0], first.b_s - alignment.blank_b[0]
    after = (
        whole[0] - last.end_a_s - alignment.blank_a[1],
        whole[1] - last.end_b_s(speed) - alignment.blank_b[1],
    )
    return _coverage(stretches, speed, alignment.matched, before, after)


def _coverage(
    stretches: Stretches,
    speed: float,
    matched: float,
    before: tuple[float, float],
    after: tuple[float, float],
) -> Coverage:
    """From the stretches (at least one), and what a and b have before and after them."""
    between = differences(stretches, speed)
    return Coverage(
        sum(each.length_s for each in stretches),
        matched,
        Side(max(0.0, before[0]), max(0.0, after[0]), _longer(each.a for each in between)),
        Side(max(0.0, before[1]), max(0.0, after[1]), _longer(each.b for each in between)),
        speed,
        stretches,
    )


def _line(alignment: Alignment) -> Stretch:
    start = max(0.0, -alignment.offset_s)
    return Stretch(start, start + alignment.offset_s, alignment.overlap_s)


def _longer(places: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Less than a picture is the rounding of two ends."""
    return tuple((start, end) for start, end in places if end - start > _ROUNDING_S)


def _long(place: tuple[float, float]) -> float:
    return place[1] - place[0]


def via_third_file(to_c: Coverage, from_c: Coverage) -> Coverage | None:
    """What a and b have in common, from what a and c, and c and b have; None where the stretches are not known.

    Two files may each be a part of a third and have nothing in common.
    """
    if not to_c.stretches or not from_c.stretches:
        return None
    speed = to_c.speed * from_c.speed
    starts = to_c.stretches[0].a_s - to_c.a.before_s, from_c.stretches[0].b_s - from_c.b.before_s
    ends = (
        to_c.stretches[-1].end_a_s + to_c.a.after_s,
        from_c.stretches[-1].end_b_s(from_c.speed) + from_c.b.after_s,
    )
    found = _common(to_c, from_c)
    if not found:
        rest = Side(ends[0] - starts[0]), Side(ends[1] - starts[1])
        return Coverage(0.0, 0.0, *rest, speed)
    first, last = found[0], found[-1]
    before = first.a_s - starts[0], first.b_s - starts[1]
    after = ends[0] - last.end_a_s, ends[1] - last.end_b_s(speed)
    return _coverage(found, speed, min(to_c.matched, from_c.matched), before, after)


def _common(to_c: Coverage, from_c: Coverage) -> Stretches:
    """The stretches of a and b that lie in both."""
    found = []
    for one in to_c.stretches:
        for other in from_c.stretches:
            start, end = max(one.b_s, other.a_s), min(one.end_b_s(to_c.speed), other.end_a_s)
            if end - start > _ROUNDING_S:
                found.append(
                    Stretch(
                        one.a_s + (start - one.b_s) * to_c.speed,
                        other.b_s + (start - other.a_s) / from_c.speed,
                        (end - start) * to_c.speed,
                    )
                )
    return tuple(found)


# --- in words ---------------------------------------------------------------------------------------


def describe(side: Side, name: str, *, least_s: float = 1.0) -> str | None:
    """What one file has besides, as `b has 0:12 before and 0:12 after it besides`; None where that is nothing."""
    parts = [f"{clock(side.before_s)} before"] if side.before_s >= least_s else []
    parts += [f"{clock(side.after_s)} after"] if side.after_s >= least_s else []
    return f"{name} has {' and '.join(parts)} the common part besides" if parts else None


def describe_inside(coverage: Coverage, *, least_s: float = 1.0) -> tuple[str, ...]:
    """How a differs from b between its ends, as `30 s missing at 0:35`, `15 s inserted at 0:33`.

    Also `other pictures at 0:35–1:05`. All times are a's; places below `least_s` seconds are left out.
    """
    long = [each for each in coverage.differences if max(_long(each.a), _long(each.b)) >= least_s]
    told_ = [_told_of(each) for each in long[:_PLACES_TOLD]]
    return (*told_, f"{len(long) - _PLACES_TOLD} more places") if len(long) > _PLACES_TOLD else tuple(told_)


def describe_beside(coverage: Coverage) -> tuple[str, ...]:
    """How a differs from b, said standing before a: `12 s more at its start`, `30 s missing at 0:35`."""
    least = tolerance(coverage.common_s)
    ends = [
        f"{seconds(length)} {what} at its {where}"
        for side, what in ((coverage.a, "more"), (coverage.b, "missing"))
        if side.outside_s > least
        for length, where in ((side.before_s, "start"), (side.after_s, "end"))
        if length >= min(1.0, least)
    ]
    return (*ends, *describe_inside(coverage))


def _told_of(difference: Difference) -> str:
    ours, theirs = _long(difference.a), _long(difference.b)
    at = _at(difference.a[0])
    if ours < max(_ROUNDING_S, 0.1 * theirs):
        return f"{seconds(theirs)} missing at {at}"
    if theirs < max(_ROUNDING_S, 0.1 * ours):
        return f"{seconds(ours)} inserted at {at}"
    return f"other pictures at {place(difference.a)}"


def describe_pair(coverage: Coverage, *, least_s: float | None = None) -> tuple[str, ...]:
    """How a and b differ, from both sides: `b has 0:12 before …`, `a lacks 30 s at 0:35`, `b lacks 15 s at 0:33`.

    Edges below `least_s` seconds are left out; by default what two copies of one cut may differ by.
    """
    found = []
    for name, side, common_s in (
        ("a", coverage.a, coverage.common_s),
        ("b", coverage.b, coverage.common_s / coverage.speed),
    ):
        least = tolerance(common_s) if least_s is None else least_s
        if side.outside_s > least:
            found.append(describe(side, name, least_s=min(1.0, least)))
    found += [
        _told_of_both(each) for each in coverage.differences if max(_long(each.a), _long(each.b)) >= 1.0
    ]
    texts = [text for text in found if text]
    return (
        (*texts[:_PLACES_TOLD], f"{len(texts) - _PLACES_TOLD} more differences")
        if (len(texts) > _PLACES_TOLD)
        else tuple(texts)
    )


def _told_of_both(difference: Difference) -> str:
    ours, theirs = _long(difference.a), _long(difference.b)
    if ours < max(_ROUNDING_S, 0.1 * theirs):
        return f"a lacks {seconds(theirs)} at {_at(difference.a[0])} ({place(difference.b)} of b)"
    if theirs < max(_ROUNDING_S, 0.1 * ours):
        return f"b lacks {seconds(ours)} at {_at(difference.b[0])} ({place(difference.a)} of a)"
    return f"other pictures at {place(difference.a)} of a and {place(difference.b)} of b"


def describe_places(places: Sequence[tuple[float, float]], *, least_s: float = 1.0) -> str:
    """`0:35–1:05 and 2:10–2:40`; empty where there is none of that many seconds."""
    found = [place(each) for each in places if _long(each) >= least_s]
    more = [f"{len(found) - _PLACES_TOLD} more places"] if len(found) > _PLACES_TOLD else []
    *most, last = [*found[:_PLACES_TOLD], *more] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def place(times: tuple[float, float]) -> str:
    """`0:35–1:05`."""
    return f"{_at(times[0])}–{_at(times[1])}"


def _at(time: float) -> str:
    return moment(round(time))


def seconds(length: float) -> str:
    """`30 s`, `1:50`."""
    return f"{round(length)} s" if round(length) < 60 else clock(length)


def clock(seconds_: float) -> str:
    """`1:50`, `1:31:20`."""
    return duration(round(seconds_))
