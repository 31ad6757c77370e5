"""How sure a group is: as sure as the weakest of the links that hold it together."""

from collections.abc import Iterable, Mapping, Sequence

from mediavault_tui.domain.duplicates.values import Candidate, Evidence, VetoKind
from mediavault_tui.domain.duplicates.vetoes import name_veto
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Match
from mediavault_tui.domain.titles import Reason

_NAMES_DISAGREE = -15.0
_NUMBERS_DISAGREE = -12.0
"""A number in a title may be anything: a codec, a frame rate, a track. Where every frame looked at is the same
(99 points), such a pair is confident; where pictures are only alike, it is not."""


def confidence_of(
    links: Sequence[Evidence],
    evidence: Iterable[Evidence],
    files: Mapping[int, Candidate],
    settings: Match,
) -> tuple[float, tuple[Reason, ...]]:
    """Confidence 0–100 of a group joined by `links`, and the reasons of its weakest one."""
    found: dict[tuple[int, int], list[Evidence]] = {}
    for e in evidence:
        found.setdefault((e.a, e.b), []).append(e)
    judged = (_pair(found.get((link.a, link.b), [link]), files, settings) for link in links)
    return min(judged, key=lambda judgement: judgement[0])


def below_confident(score: float, settings: Match) -> float:
    """The score of a pair that is possibly the same at most."""
    return min(score, max(0.0, settings.confident - 1.0))


def _pair(
    evidence: Sequence[Evidence], files: Mapping[int, Candidate], settings: Match
) -> tuple[float, tuple[Reason, ...]]:
    """Kinds of evidence that agree confirm each other: the doubt left is the product of their doubts."""
    doubt = 1.0
    for e in evidence:
        doubt *= 1 - e.score / 100
    reasons = tuple(reason for e in evidence for reason in e.reasons)
    if any(e.kind is EvidenceKind.EXACT for e in evidence):
        return 100.0, reasons
    score = 100 * (1 - doubt)
    veto = name_veto(files[evidence[0].a], files[evidence[0].b])
    if veto:
        points = _NUMBERS_DISAGREE if veto.kind is VetoKind.SEQUEL else _NAMES_DISAGREE
        reasons += (Reason("name", points, f"the names disagree: {veto.reason}"),)
        score += points
    if any(e.partial for e in evidence):
        reasons += (Reason("pictures", 0.0, "the pictures agree in a part only: possible at most"),)
        score = below_confident(score, settings)
    return max(0.0, round(score, 1)), reasons
