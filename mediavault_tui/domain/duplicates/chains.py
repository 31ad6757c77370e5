"""What joins two files of a group: by themselves, or along a chain of others."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from mediavault_tui.domain.coverage import Coverage
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


def coverage_between(evidence: Iterable[Evidence], a: int, b: int) -> Coverage | None:
    """What files `a` and `b`, in this order, have in common by their pictures; also by way of their twins."""
    known = list(evidence)
    ids = {each for e in known for each in (e.a, e.b)} | {a, b}
    twins = _homes(sorted(ids), (e for e in known if e.kind is EvidenceKind.EXACT))
    sought = twins[a], twins[b]
    for e in known:
        if e.coverage is not None:
            ends = twins[e.a], twins[e.b]
            if ends == sought:
                return e.coverage
            if ends == sought[::-1]:
                return e.coverage.turned()
    return None


def _homes(ids: Sequence[int], links: Iterable[Evidence]) -> Mapping[int, int]:
    """For each file the first of those it is joined with."""
    homes = {each: each for each in ids}
    for link in links:
        if link.a in homes and link.b in homes and homes[link.a] != homes[link.b]:
            new, old = sorted((homes[link.a], homes[link.b]))
            homes = {each: new if home == old else home for each, home in homes.items()}
    return homes
