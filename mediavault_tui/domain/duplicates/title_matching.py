"""Pairs of files that names say are the same film or episode.

Blocking first: only files whose titles are related and that claim the same unit (film; season and episode;
date) ever meet. Then each pair starts with the similarity of its titles and loses, or wins, points for named
reasons. What names forbid (`vetoes`) is never a pair, but is told where the titles are the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mediavault_tui.domain.duplicates.title_evidence import (
    TitleSimilarity,
    score_by_id,
    score_pair,
    title_similarity,
)
from mediavault_tui.domain.duplicates.title_index import IndexedTitle, TitleIndex, Unit
from mediavault_tui.domain.duplicates.values import Candidate, Evidence, Matches, Veto, VetoKind
from mediavault_tui.domain.duplicates.vetoes import cut, name_veto
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.nfo import Id
from mediavault_tui.domain.settings import Match

# Up to this many files of one unit, each meets each; beyond, each meets its neighbours only, fewer and
# fewer, so that a thousand files with one name cost a thousand comparisons and not a million.
_ALL_PAIRS = 40

# Those that say something the user may not expect. Another episode of the same show is no news.
_TELLING = frozenset(
    {
        *(VetoKind.CONTAINS, VetoKind.YEAR, VetoKind.COUNTRY),
        *(VetoKind.PART, VetoKind.EDITION, VetoKind.THREE_D, VetoKind.ID, VetoKind.TITLE),
    }
)


def title_pairs(files: Iterable[Candidate], settings: Match) -> Matches:
    """All pairs of `files` that names support, at or above `settings.possible`, and the telling vetoes.

    Near-linear in the number of files. Each pair comes once, with its best score, ordered by ids.
    """
    library = TitleIndex(files)
    evidence: dict[tuple[int, int], Evidence] = {}
    vetoes: dict[tuple[int, int], Veto] = {}
    for likeness, a, b in _meetings(library, settings):
        veto = name_veto(a, b)
        key = (min(a.id, b.id), max(a.id, b.id))
        if veto:
            if veto.kind in _TELLING and likeness.score >= settings.confident:
                vetoes[key] = veto
            continue
        score, reasons = score_pair(a, b, likeness, settings)
        if score >= settings.possible and (key not in evidence or evidence[key].score < score):
            evidence[key] = Evidence(EvidenceKind.TITLE, *key, score, reasons)
    for a, b, given in _same_ids(library):
        if not name_veto(a, b):
            key = (min(a.id, b.id), max(a.id, b.id))
            score, reasons = score_by_id(a, b, given, settings)
            if score >= settings.possible and (key not in evidence or evidence[key].score < score):
                evidence[key] = Evidence(EvidenceKind.TITLE, *key, score, reasons)
    return Matches(
        tuple(evidence[key] for key in sorted(evidence)), tuple(vetoes[key] for key in sorted(vetoes))
    )


def _same_ids(library: TitleIndex) -> Iterator[tuple[Candidate, Candidate, Id]]:
    """Pairs of files with one id: of a film, or of a show and with one number in it."""
    for (given, *_), files in library.by_id.items():
        if len(files) > 1:
            yield from ((a, b, given) for a, b in _within(files))


def _meetings(library: TitleIndex, settings: Match) -> Iterator[tuple[TitleSimilarity, Candidate, Candidate]]:
    """Pairs of files that could be the same, with the likeness of their titles."""
    for entry in library.entries.values():
        likeness = title_similarity(entry, entry, library, settings)
        for files in entry.units.values():
            if len(files) > 1:
                yield from ((likeness, a, b) for a, b in _within(files))
    for one, other in library.related():
        shared = _shared_units(one, other)
        if not shared:
            continue
        likeness = title_similarity(one, other, library, settings)
        if likeness.score >= settings.possible - _MOST_GAIN:
            for unit in shared:
                yield from ((likeness, a, b) for a, b in _across(one.units[unit], other.units[unit]))


_MOST_GAIN = 15.0  # what folders can add to the likeness of two titles


def _shared_units(one: IndexedTitle, other: IndexedTitle) -> list[Unit]:
    small, large = (one, other) if len(one.units) <= len(other.units) else (other, one)
    return [unit for unit in small.units if unit in large.units]


def _within(files: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    if len(files) <= _ALL_PAIRS:
        for i, a in enumerate(files):
            yield from ((a, b) for b in files[i + 1 :] if a.id != b.id)
        return
    ordered = sorted(files, key=_likeness_order)
    reach = max(1, _ALL_PAIRS**2 // len(files))
    for distance in range(1, reach + 1):
        yield from zip(ordered, ordered[distance:], strict=False)


def _across(ours: Sequence[Candidate], theirs: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    if len(ours) * len(theirs) <= _ALL_PAIRS**2:
        yield from ((a, b) for a in ours for b in theirs if a.id != b.id)
    else:
        mixed = sorted([*ours, *theirs], key=_likeness_order)
        yield from pairwise(mixed)


def _likeness_order(file: Candidate) -> tuple[object, ...]:
    """Order in which files that are the same come to stand next to each other."""
    release = file.release
    return (
        *(release.year or 0, release.season or 0, release.episodes, sorted(cut(file))),
        *(release.part or 0, release.three_d, release.country or "", file.duration_s or 0.0, *file.order),
    )
