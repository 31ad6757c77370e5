"""What pictures say of two files, as evidence, doubt or veto, or of one as a part of the other."""

import msgspec

from mediavault_tui.domain.content.alignment import Alignment, Verdict
from mediavault_tui.domain.content.coverage import Coverage, coverage_of, describe_pair, place
from mediavault_tui.domain.duplicates.values import Candidate, Contained, Doubt, Evidence, Veto, VetoKind
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.titles import Reason

# Two copies of one work share most of both. Where one is far less than the other, it is a part of it: an
# episode of a double episode, a clip of a film.
_MOST = 0.6
# Clips are trimmed to any length, and nobody keeps them by episodes.
_CLIP_S, _MOST_OF_CLIP = 600.0, 0.25
_NEARLY_ALL = 0.9
"""Of the longer file: whoever has as much lacks credits or a trailer, and is not told to be a part."""


def content_finding(a: Candidate, b: Candidate, alignment: Alignment) -> Evidence | Doubt | Veto:
    """Turn an alignment of `a` with `b` into evidence, a veto, or doubt where the pictures are unsure.

    Files whose pictures are the same but of which one holds much more are vetoed as `contains`, unless the
    shorter one is damaged: a truncated copy is a copy.
    """
    if a.id > b.id:
        a, b, alignment = b, a, alignment.turned()
    said = "; ".join(alignment.words)
    if alignment.verdict is Verdict.UNSURE:
        reason = "the pictures were compared, and do not say that both are the same"
        return Doubt(a.id, b.id, f"{reason}: {said}" if said else reason)
    if alignment.verdict is Verdict.DIFFERENT:
        reason = f"different pictures: {said}" if said else "different pictures"
        return Veto(a.id, b.id, VetoKind.CONTENT, reason)
    coverage = coverage_of(alignment)
    shares = alignment.overlap_a, alignment.overlap_b
    if min(shares) > 0 and not enough_in_common(a, b, shares):
        return Veto(a.id, b.id, VetoKind.CONTAINS, _told_of_part(alignment, coverage))
    score = float(alignment.score)
    return Evidence(
        EvidenceKind.CONTENT,
        a.id,
        b.id,
        score,
        (Reason("pictures", score, said or "same pictures"), *_besides(alignment, coverage)),
        alignment.offset_s if alignment.measured else None,
        alignment.speed if alignment.measured else None,
        coverage,
    )


def contained(a: Candidate, b: Candidate, alignment: Alignment) -> Contained | None:
    """Which of both lies wholly in the other, which has more, and where; None where none does."""
    if alignment.verdict is not Verdict.SAME or not alignment.measured or a.damaged or b.damaged:
        return None
    coverage = coverage_of(alignment)
    sides = [
        (a, b, alignment, coverage),
        (b, a, alignment.turned(), coverage.turned()),
    ]
    # The part is the one of which more is in the other.
    part, whole, alignment, coverage = max(sides, key=lambda each: each[2].overlap_a)
    if not 0 < alignment.overlap_b < _NEARLY_ALL or coverage.a.beyond_s(coverage.common_s):
        return None
    begin, end = coverage.stretches[0], coverage.stretches[-1]
    start_s, end_s = begin.b_s, end.end_b_s(coverage.speed)
    score = float(alignment.score)
    reasons = [Reason("pictures", score, text) for text in alignment.words]
    pieces = f", in {len(coverage.stretches)} pieces" if coverage.differences else ""
    share = f"all of it is {alignment.overlap_b:.0%} of the other: {place((start_s, end_s))}{pieces}"
    return Contained(
        part.id,
        whole.id,
        start_s,
        end_s,
        score,
        (*reasons, Reason("common part", 0.0, share)),
        alignment.offset_s if alignment.measured else None,
        alignment.speed if alignment.measured else None,
        coverage.stretches,
    )


def enough_in_common(a: Candidate, b: Candidate, shares: tuple[float, float]) -> bool:
    """Whether the pictures both have are so much of either that one is no mere part of the other."""
    clips = max(a.duration_s or 0.0, b.duration_s or 0.0) < _CLIP_S
    return min(shares) >= (_MOST_OF_CLIP if clips else _MOST) or a.damaged or b.damaged


def _told_of_part(alignment: Alignment, coverage: Coverage) -> str:
    """Where in the one the other lies, or how little they share."""
    first, last, speed = coverage.stretches[0], coverage.stretches[-1], coverage.speed
    in_a, in_b = place((first.a_s, last.end_a_s)), place((first.b_s, last.end_b_s(speed)))
    shares = sorted([(alignment.overlap_a, in_a), (alignment.overlap_b, in_b)])
    if not alignment.measured:
        return f"the same pictures, but {shares[0][0]:.0%} of one, {shares[1][0]:.0%} of the other"
    (share, at), (other_share, other_at) = shares
    if coverage.agrees:
        return f"the same pictures, but one is a part of the other: {share:.0%} of it, {at}"
    return f"the same pictures, but {share:.0%} of one ({at}), {other_share:.0%} of the other ({other_at})"


def _besides(alignment: Alignment, coverage: Coverage) -> list[Reason]:
    """What the common part leaves out on either side, where that is more than a trimmed edge."""
    if not alignment.measured:
        coverage = msgspec.structs.replace(coverage, stretches=())
    return [Reason("common part", 0.0, text) for text in describe_pair(coverage)]
