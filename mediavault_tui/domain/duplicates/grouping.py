"""From pairs to groups, without chains of half-truths.

Files with the same bytes are one from the start. Then evidence joins, pictures before names and the
strongest first, and only where no member of one side is vetoed against a member of the other, and where
every title of one side goes with every title of the other. Confident evidence is used up before possible
pairs are looked at, and those join only what confident evidence left alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from mediavault_tui.domain.content.coverage import Coverage, describe_pair
from mediavault_tui.domain.duplicates import distinguishing_words
from mediavault_tui.domain.duplicates.chains import indirect, same_bytes
from mediavault_tui.domain.duplicates.confidence import below_confident, confidence_of
from mediavault_tui.domain.duplicates.content_evidence import enough_in_common
from mediavault_tui.domain.duplicates.season_years import is_seasons
from mediavault_tui.domain.duplicates.show_folders import country
from mediavault_tui.domain.duplicates.values import (
    NAME_VETOES,
    Candidate,
    Doubt,
    Evidence,
    Group,
    Grouping,
    Veto,
    VetoKind,
)
from mediavault_tui.domain.duplicates.vetoes import cut, name_veto, three_d
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Match
from mediavault_tui.domain.titles import Reason, normalise

Pair = tuple[int, int]
_ORDER = {EvidenceKind.EXACT: 0, EvidenceKind.CONTENT: 1, EvidenceKind.TITLE: 2}


def group(
    files: Iterable[Candidate],
    evidence: Iterable[Evidence],
    vetoes: Iterable[Veto],
    settings: Match,
    doubts: Iterable[Doubt] = (),
) -> Grouping:
    """Put files into groups; no file is in two.

    `vetoes` are those from outside the names (other pictures); those of the names are asked here.
    Evidence below `settings.possible` joins nothing. A pair that `doubts` name, or whose pictures agree in a
    part only, is possible at most.
    """
    by_id = {f.id: f for f in files}
    found = [e for e in evidence if e.score >= settings.possible and e.a in by_id and e.b in by_id]
    ranked = sorted(by_id.values(), key=lambda file: file.order)
    places = {file.id: place for place, file in enumerate(ranked)}
    first = same_bytes(found, places)
    judged = _by_way_of_others(found, by_id, first)
    vetoes = [*vetoes, *(each for each in judged.values() if isinstance(each, Veto))]
    given = [*doubts, *(_doubt(e) for e in found if e.partial)]
    given += [each for each in judged.values() if isinstance(each, Doubt)]
    doubtful = {
        (each.a, each.b): each
        for each in given
        if judged.get(_pair(first.get(each.a, each.a), first.get(each.b, each.b)), each) is not None
    }
    grouper = _Grouper(by_id, places, vetoes, settings, doubtful)
    return grouper.run([_capped(e, doubtful.get((e.a, e.b)), settings) for e in found])


def _pair(a: int, b: int) -> Pair:
    return min(a, b), max(a, b)


def _by_way_of_others(
    evidence: Iterable[Evidence], files: Mapping[int, Candidate], first: Mapping[int, int]
) -> dict[Pair, Veto | Doubt | None]:
    """What follows for pairs that were not found the same themselves, and are both the same as a third.

    Both may be parts of it with nothing in common (veto); or agree along the whole, whatever comparing them
    directly failed to say (None).
    """
    found: dict[Pair, Veto | Doubt | None] = {}
    for (a, b), common in indirect(evidence, first).items():
        shares = _shares(common)
        if not enough_in_common(files[a], files[b], shares):
            low, high = sorted(shares)
            said = f", with {low:.0%} of one and {high:.0%} of the other in common" if high >= 0.01 else ""
            found[a, b] = Veto(a, b, VetoKind.CONTENT, f"different parts of a third file{said}")
        elif not common.agrees:
            told = "; ".join(describe_pair(common)) or f"they match along {common.matched:.0%}"
            found[a, b] = Doubt(a, b, "the pictures agree in a part only, by way of a third file", told)
        else:
            found[a, b] = None
    return found


def _shares(common: Coverage) -> tuple[float, float]:
    """How much of a and of b both have."""
    length_b = common.common_s / common.speed
    return (
        common.common_s / max(common.common_s + common.a.alone_s, 1e-6),
        length_b / max(length_b + common.b.alone_s, 1e-6),
    )


def _doubt(partial: Evidence) -> Doubt:
    told = [reason.text for reason in partial.reasons if reason.name == "common part"]
    return Doubt(partial.a, partial.b, "the pictures agree in a part only", "; ".join(told))


def _capped(e: Evidence, doubt: Doubt | None, settings: Match) -> Evidence:
    """What names or a part of the pictures say, below confident where the pictures do not agree along the whole."""
    if doubt is None or e.kind is EvidenceKind.EXACT:
        return e
    score = below_confident(e.score, settings)
    reason = Reason("pictures", score - e.score, doubt.reason)
    reasons = e.reasons if e.partial else (*e.reasons, reason)
    return msgspec.structs.replace(e, score=score, reasons=reasons)


class _Cluster:
    """Files joined so far, one of each kind of name kept to be asked for vetoes."""

    __slots__ = ("files", "links", "names", "titles")

    def __init__(self, file: Candidate) -> None:
        self.files = [file.id]
        self.names: dict[object, list[Candidate]] = {_name(file): [file]}
        self.titles = {_title(file)} - {""}
        self.links: list[Evidence] = []

    def take(self, other: "_Cluster", link: Evidence) -> None:
        self.files += other.files
        for name, files in other.names.items():
            self.names.setdefault(name, []).extend(files)
        self.titles |= other.titles
        self.links += [*other.links, link]


class _Grouper:
    """The state while grouping."""

    def __init__(
        self,
        files: Mapping[int, Candidate],
        places: Mapping[int, int],
        vetoes: Iterable[Veto],
        settings: Match,
        doubts: Mapping[Pair, Doubt],
    ) -> None:
        self.files = files
        self.settings = settings
        self.place = places
        """Where each file stands by what it is: ties are settled by that, never by which was scanned first."""
        self.given: defaultdict[int, dict[int, Veto]] = defaultdict(dict)
        for veto in sorted(vetoes, key=lambda each: self._places(each.a, each.b)):
            self.given[veto.a][veto.b] = self.given[veto.b][veto.a] = veto
        self.doubts: defaultdict[int, dict[int, Doubt]] = defaultdict(dict)
        for doubt in sorted(doubts.values(), key=lambda each: self._places(each.a, each.b)):
            self.doubts[doubt.a][doubt.b] = self.doubts[doubt.b][doubt.a] = doubt
        self.homes: dict[int, _Cluster] = {}
        self.proven: set[Pair] = set()
        self.agreeing: dict[tuple[str, str], float] = {}
        self.applied: dict[Pair, Veto] = {}
        self.loose: list[Evidence] = []

    def run(self, evidence: list[Evidence]) -> Grouping:
        for e in evidence:
            self._learn(e)
        known = sorted(evidence, key=lambda e: (_ORDER[e.kind], -e.score, *self._places(e.a, e.b)))
        for e in known:
            if e.score >= self.settings.confident:
                self._join(e)
        settled = {file for file, home in self.homes.items() if len(home.files) > 1}
        for e in known:
            if e.score < self.settings.confident and self._together(e) is False:
                if e.a in settled or e.b in settled:
                    self.loose.append(e)
                    self._tell(self.doubts[e.a].get(e.b))
                else:
                    self._join(e)
        vetoes = tuple(self.applied[pair] for pair in sorted(self.applied))
        return Grouping(tuple(self._groups(known)), vetoes, tuple(self.loose))

    def _places(self, a: int, b: int) -> Pair:
        return _pair(self.place.get(a, -1), self.place.get(b, -1))

    def _learn(self, e: Evidence) -> None:
        """Note what pictures prove, and how well two titles go together."""
        pair = _title(self.files[e.a]), _title(self.files[e.b])
        proof = e.kind is not EvidenceKind.TITLE and e.score >= self.settings.confident
        if proof:
            self.proven.add((e.a, e.b))
        for one, other in (pair, pair[::-1]):
            self.agreeing[one, other] = max(self.agreeing.get((one, other), 0.0), e.score)

    def _home(self, file: int) -> _Cluster:
        if file not in self.homes:
            self.homes[file] = _Cluster(self.files[file])
        return self.homes[file]

    def _together(self, e: Evidence) -> bool:
        return self._home(e.a) is self._home(e.b)

    def _join(self, e: Evidence) -> None:
        one, other = map(self._home, sorted((e.a, e.b), key=self.place.__getitem__))
        if one is other:
            return
        if e.kind is not EvidenceKind.EXACT:
            veto = next(self._between(one, other), None)
            if veto:
                self.applied[veto.a, veto.b] = veto
                return
            if e.kind is EvidenceKind.TITLE and not self._titles_agree(one, other, e.score):
                return
            doubt = next(self._doubted(one, other), None) if e.score >= self.settings.confident else None
            if doubt:
                self._tell(doubt)
                return
        if len(one.files) < len(other.files):
            one, other = other, one
        one.take(other, e)
        for file in other.files:
            self.homes[file] = one

    def _doubted(self, one: _Cluster, other: _Cluster) -> Iterator[Doubt]:
        """Pairs between two clusters whose pictures were compared and do not agree along the whole."""
        few, many = (one, other) if len(one.files) <= len(other.files) else (other, one)
        for a in few.files:
            yield from (doubt for b, doubt in self.doubts[a].items() if self.homes.get(b) is many)

    def _tell(self, doubt: Doubt | None) -> None:
        if doubt:
            veto = Veto(doubt.a, doubt.b, VetoKind.UNSURE, doubt.words)
            self.applied.setdefault((doubt.a, doubt.b), veto)

    def _between(self, one: _Cluster, other: _Cluster) -> Iterator[Veto]:
        """Vetoes between two clusters that nothing lifts."""
        few, many = (one, other) if len(one.files) <= len(other.files) else (other, one)
        for a in few.files:
            yield from (v for b, v in self.given[a].items() if self.homes.get(b) is many)
        for ours in one.names.values():
            for theirs in other.names.values():
                veto = name_veto(ours[0], theirs[0])
                if veto and not (veto.kind in NAME_VETOES and self._all_proven(ours, theirs)):
                    yield veto

    def _all_proven(self, ours: list[Candidate], theirs: list[Candidate]) -> bool:
        return all((min(a.id, b.id), max(a.id, b.id)) in self.proven for a in ours for b in theirs)

    def _titles_agree(self, one: _Cluster, other: _Cluster, score: float) -> bool:
        needed = min(score, self.settings.confident)
        return all(
            a == b or self.agreeing.get((a, b), 0.0) >= needed for a in one.titles for b in other.titles
        )

    def _groups(self, evidence: list[Evidence]) -> Iterator[Group]:
        inside: defaultdict[int, list[Evidence]] = defaultdict(list)
        for e in evidence:
            if self._together(e):
                inside[id(self.homes[e.a])].append(e)
        clusters = {id(home): home for home in self.homes.values() if len(home.files) > 1}
        for cluster in sorted(clusters.values(), key=lambda c: min(c.files)):
            found = inside[id(cluster)]
            confidence, reasons = confidence_of(cluster.links, found, self.files, self.settings)
            yield Group(
                files=tuple(sorted(cluster.files)),
                kinds=tuple(kind for kind in EvidenceKind if any(e.kind is kind for e in found)),
                confidence=confidence,
                reasons=reasons,
                evidence=tuple(found),
                needs_review=len(cluster.files) > self.settings.max_group,
            )


def _title(file: Candidate) -> str:
    return normalise(file.release.title).key if file.release.title else ""


def _name(file: Candidate) -> object:
    """All of a name that vetoes look at: files that agree in it are vetoed against the same files."""
    r = file.release
    numbered = (
        r.season,
        r.episodes,
        r.episode_part,
        r.date,
        r.part,
        r.year,
        is_seasons(file),
        country(file),
        three_d(file),
    )
    return (
        r.kind,
        r.title,
        r.alternative_titles,
        numbered,
        cut(file),
        file.ids,
        distinguishing_words.signs(file),
    )
