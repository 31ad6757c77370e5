"""Neighbouring files as evidence: numbers that count up, and beginnings that all share."""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from mediavault_tui.domain.names import title_bounds
from mediavault_tui.domain.names.parser import Reading, split_extension

_NUMBER = re.compile(r"\d+")


class CountedName(msgspec.Struct, frozen=True):
    """One name's place in a series of neighbours that count up."""

    number: int
    title: str | None
    by_season: bool
    """The numbers look like `101 … 113, 201 …`: season and episode in one."""


def counting(names: Sequence[Reading]) -> dict[int, CountedName]:
    """Names (by index) without a sure mark that differ from their neighbours in one counted number.

    `Show - 1080`, `Show - 1081`, … mean episodes 1080, 1081, … whatever each alone looks like. Three names
    must agree on everything before the number, and the numbers must lie close together. Names with a year
    (`Film 2 (1979)`) and the discs of one film (`CD1`) are no series.
    """
    found: dict[int, CountedName] = {}
    series = _by_beginning(names)
    for beginning in sorted(series, key=len):
        members = [member for member in series[beginning] if member[0] not in found]
        numbers = [int(text) for _, _, text in members]
        if not _counts_up(
            numbers, padded=any(text.startswith("0") or len(text) > 1 for _, _, text in members)
        ):
            continue
        by_season = all(n >= 100 and 1 <= n % 100 <= LONGEST_SEASON for n in numbers)
        for (index, start, _), number in zip(members, numbers, strict=True):
            before = names[index].text[:start]
            title = title_bounds.before(before, len(before), {}).title
            found[index] = CountedName(number, title, by_season)
    return found


LONGEST_SEASON = 40
"""Episodes a season has at most where season and episode are written in one number."""
_DISC_BEFORE = re.compile(r"(?:cd|dis[ck]|dvd|part|pt|teil)[\s._\-]*$", re.IGNORECASE)


def _by_beginning(names: Sequence[Reading]) -> dict[str, list[tuple[int, int, str]]]:
    """For each text before a number: index of the name, where its number starts, and the number as written."""
    series: dict[str, list[tuple[int, int, str]]] = {}
    for index, name in enumerate(names):
        if (
            name.extra
            or name.camera
            or name.name.year
            or name.name.date
            or (name.numbered and not name.loose)
        ):
            continue
        stem = split_extension(name.text)[0]
        for m in _NUMBER.finditer(stem):
            beginning = stem[: m.start()]
            if not _DISC_BEFORE.search(beginning):
                series.setdefault(beginning.casefold(), []).append((index, m.start(), m[0]))
    return series


def _counts_up(numbers: Sequence[int], padded: bool) -> bool:
    """At least three different numbers, half of their span or more present, and not a run of years.

    Single digits may as well count films (`Rocky 1`, `Rocky 2`, …): those need six.
    """
    distinct = sorted(set(numbers))
    if len(distinct) < (3 if padded else 6) or len(distinct) < len(numbers):
        return False
    by_season = all(n >= 100 and 1 <= n % 100 <= LONGEST_SEASON for n in distinct)
    close = by_season or len(distinct) * 2 >= distinct[-1] - distinct[0] + 1
    return close and not all(1900 <= n <= 2099 for n in distinct)


def shared_title(names: Sequence[Reading]) -> str | None:
    """The title most of at least three neighbours with episode marks agree on."""
    counts = Counter(n.head for n in names if n.numbered and n.head)
    if not counts:
        return None
    title, count = counts.most_common(1)[0]
    return title if count >= 3 and count * 3 >= sum(counts.values()) * 2 else None
