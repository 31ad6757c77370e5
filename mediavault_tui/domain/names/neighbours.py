"""Neighbouring files as evidence: numbers that count up, and beginnings that all share."""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from mediavault_tui.domain.names import titles
from mediavault_tui.domain.names.reading import Reading, split_extension

_NUMBER = re.compile(r"\d+")


class Counted(msgspec.Struct, frozen=True):
    """One name's place in a series of neighbours that count up."""

    number: int
    title: str | None


def counting(names: Sequence[Reading]) -> dict[int, Counted]:
    """Names (by index) without a sure mark that differ from their neighbours in one counted number.

    `Show - 1080`, `Show - 1081`, … mean episodes 1080, 1081, … whatever each alone looks like. Three names
    must agree on everything before the number, and the numbers must lie close together.
    """
    series: dict[str, list[tuple[int, int]]] = {}
    for index, name in enumerate(names):
        if name.extra or (name.numbered and not name.loose):
            continue
        stem = split_extension(name.text)[0]
        for m in _NUMBER.finditer(stem):
            series.setdefault(stem[: m.start()].casefold(), []).append((index, int(m[0])))
    found: dict[int, Counted] = {}
    for prefix, members in sorted(series.items(), key=lambda item: len(item[0])):
        if not _counts_up([number for _, number in members]):
            continue
        for index, number in members:
            if index not in found:
                text = split_extension(names[index].text)[0][: len(prefix)]
                found[index] = Counted(number, titles.before(text, len(text), {}).title)
    return found


def _counts_up(numbers: Sequence[int]) -> bool:
    """At least three different numbers, half of their span or more present, and not a run of years."""
    distinct = sorted(set(numbers))
    if len(distinct) < 3 or len(distinct) < len(numbers):
        return False
    span = distinct[-1] - distinct[0] + 1
    years = all(1900 <= n <= 2099 for n in distinct)
    return len(distinct) * 2 >= span and not years


def shared_title(names: Sequence[Reading]) -> str | None:
    """The title most of at least three neighbours with episode marks agree on."""
    counts = Counter(n.head for n in names if n.numbered and n.head)
    if not counts:
        return None
    title, count = counts.most_common(1)[0]
    return title if count >= 3 and count * 3 >= sum(counts.values()) * 2 else None
