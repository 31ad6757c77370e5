"""What the comparison of pictures says about two files, as evidence, doubt or veto."""

from mediavault_tui.domain.alignment import Alignment, Verdict
from mediavault_tui.domain.coverage import Coverage, coverage_of, gaps_told, told, tolerance
from mediavault_tui.domain.duplicates.values import Candidate, Doubt, Evidence, Veto, VetoKind
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.titles import Reason

# Two copies of one work share most of both. Where one is far less than the other, it is a part of it: an
# episode of a double episode, a clip of a film.
_MOST = 0.6
# Clips are trimmed to any length, and nobody keeps them by episodes.
_CLIP_S, _MOST_OF_CLIP = 600.0, 0.25


def content_finding(a: Candidate, b: Candidate, alignment: Alignment) -> Evidence | Doubt | Veto:
    """Turn an alignment of `a` with `b` into evidence, a veto, or doubt where the pictures are unsure.

    Files whose pictures are the same but of which one holds much more are vetoed as `contains`, unless the
    shorter one is damaged: a truncated copy is a copy.
    """
    low, high = min(a.id, b.id), max(a.id, b.id)
    said = "; ".join(alignment.words)
    if alignment.verdict is Verdict.UNSURE:
        reason = "the pictures were compared, and do not say that both are the same"
        return Doubt(low, high, f"{reason}: {said}" if said else reason)
    if alignment.verdict is Verdict.DIFFERENT:
        return Veto(
            low, high, VetoKind.CONTENT, f"different pictures: {said}" if said else "different pictures"
        )
    clips = max(a.duration_s or 0.0, b.duration_s or 0.0) < _CLIP_S
    enough = _MOST_OF_CLIP if clips else _MOST
    if 0 < min(alignment.overlap_a, alignment.overlap_b) < enough and not (a.damaged or b.damaged):
        shares = f"{alignment.overlap_a:.0%} of one, {alignment.overlap_b:.0%} of the other"
        return Veto(low, high, VetoKind.CONTAINS, f"the same pictures, but {shares}")
    turned = a.id > b.id
    coverage = coverage_of(alignment)
    coverage = coverage.turned() if turned else coverage
    score = float(alignment.score)
    return Evidence(
        EvidenceKind.CONTENT,
        low,
        high,
        score,
        (Reason("pictures", score, said or "same pictures"), *_besides(coverage)),
        -alignment.offset_s if turned else alignment.offset_s,
        1 / alignment.speed if turned else alignment.speed,
        coverage,
    )


def _besides(coverage: Coverage) -> list[Reason]:
    """What the common part leaves out on either side, where that is more than a trimmed edge."""
    least = tolerance(coverage.common_s) / 4
    sides = ((coverage.a, "a"), (coverage.b, "b"))
    texts = [told(side, name, least_s=least) for side, name in sides if side.outside_s > 4 * least]
    texts.append(gaps_told(coverage.a, "a"))
    return [Reason("common part", 0.0, text) for text in texts if text]
