"""The evidence that links two files of a group, directly or through other files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from mediavault_tui.domain.content.coverage import Coverage, via_third_file
from mediavault_tui.domain.duplicates.values import Evidence
from mediavault_tui.domain.media import EvidenceKind

Pair = tuple[int, int]


def kinds_of_pairs(files: Iterable[int], evidence: Sequence[Evidence]) -> dict[Pair, frozenset[EvidenceKind]]:
    """For each two files of a group (a < b), the kinds of evidence that join them.

    A kind joins two files when every link of a chain between them is of that kind, or of the same bytes.
    Pictures that agree in a part only join nothing, unless there is nothing else.
    """
    ids = sorted(set(files))
    whole = [e for e in evidence if not e.partial]
    twins = _homes(ids, (e for e in whole if e.kind is EvidenceKind.EXACT))
    found: defaultdict[Pair, set[EvidenceKind]] = defaultdict(set)
    for kind in EvidenceKind:
        links = [e for e in whole if e.kind is kind]
        homes = _homes(ids, [*links, *(e for e in whole if e.kind is EvidenceKind.EXACT)])
        direct = {(twins[e.a], twins[e.b]) for e in links if e.a in twins and e.b in twins}
        direct |= {(b, a) for a, b in direct}
        for a, b in combinations(ids, 2):
            if homes[a] == homes[b] and (twins[a] != twins[b] or (twins[a], twins[b]) in direct):
                found[a, b].add(kind)
    for e in evidence:
        if e.partial and not found[e.a, e.b]:
            found[e.a, e.b].add(e.kind)
    return {pair: frozenset(kinds) for pair, kinds in found.items()}


_MOST_HOPS = 3
"""Between two files that were not compared: what they share is less with each."""


def coverage_between(evidence: Iterable[Evidence], a: int, b: int) -> Coverage | None:
    """What files `a` and `b`, in this order, have in common by their pictures; also by way of their twins.

    Where these two were not compared, what follows from what both have in common with others.
    """
    known = list(evidence)
    ids = {each for e in known for each in (e.a, e.b)} | {a, b}
    twins = _homes(sorted(ids), (e for e in known if e.kind is EvidenceKind.EXACT))
    beside = _beside(known, twins)
    start, end = twins[a], twins[b]
    if start == end:
        return None
    reached = dict(beside[start])
    for _ in range(_MOST_HOPS):
        if end in reached:
            break
        for here, so_far in list(reached.items()):
            for there, further in beside[here].items():
                found = via_third_file(so_far, further) if there != start else None
                if found and (there not in reached or found.common_s > reached[there].common_s):
                    reached[there] = found
    return reached.get(end)


def indirect(evidence: Iterable[Evidence], standing_for: Mapping[int, int]) -> dict[Pair, Coverage]:
    """What each two files (a < b) have in common that were compared with a third, and not with each other.

    Of files of the same bytes, one is `standing_for` all.
    """
    beside = _beside(evidence, standing_for)
    found: dict[Pair, Coverage] = {}
    for through in beside.values():
        for a, b in combinations(sorted(through), 2):
            if b not in beside[a]:
                common = via_third_file(through[a].turned(), through[b])
                if common and ((a, b) not in found or common.common_s > found[a, b].common_s):
                    found[a, b] = common
    return found


def same_bytes(evidence: Iterable[Evidence], places: Mapping[int, int]) -> Mapping[int, int]:
    """For each file of `places` the one of the same bytes that has the first place."""
    return _homes(list(places), (e for e in evidence if e.kind is EvidenceKind.EXACT), places)


def _beside(evidence: Iterable[Evidence], twins: Mapping[int, int]) -> defaultdict[int, dict[int, Coverage]]:
    """For each file those it was compared with, and what it has in common with them."""
    found: defaultdict[int, dict[int, Coverage]] = defaultdict(dict)
    for e in evidence:
        if e.coverage is not None:
            a, b = twins[e.a], twins[e.b]
            if b not in found[a] or e.coverage.common_s > found[a][b].common_s:
                found[a][b], found[b][a] = e.coverage, e.coverage.turned()
    return found


def _homes(
    ids: Sequence[int], links: Iterable[Evidence], places: Mapping[int, int] | None = None
) -> Mapping[int, int]:
    """For each file the first (by `places`, else by number) of those it is joined with."""
    homes = {each: each for each in ids}
    place = places.__getitem__ if places is not None else None

    def first(file: int) -> int:
        while homes[file] != file:
            homes[file] = homes[homes[file]]
            file = homes[file]
        return file

    for link in links:
        if link.a in homes and link.b in homes:
            new, old = sorted((first(link.a), first(link.b)), key=place)
            homes[old] = new
    return {each: first(each) for each in ids}
