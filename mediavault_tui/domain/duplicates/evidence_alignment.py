"""The alignment of two files' pictures from what was kept of it as evidence."""

from msgspec.structs import replace

from mediavault_tui.domain.content.alignment import Alignment, Verdict
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.duplicates.values import Evidence


def alignment_of(evidence: Evidence, duration_a_s: float, duration_b_s: float) -> Alignment:
    """What the comparison of the pictures had found when this was kept; the inverse of `content_finding`."""
    coverage, speed = evidence.coverage, evidence.speed or 1.0
    found = Alignment(
        Verdict.SAME,
        round(evidence.score),
        evidence.offset_s or 0.0,
        speed,
        reasons=tuple(reason.text for reason in evidence.reasons if reason.name == "pictures"),
        measured=evidence.offset_s is not None,
    )
    if coverage is None:
        return found
    ends = coverage.stretches[-1:] or (Stretch(coverage.a.before_s, coverage.b.before_s, coverage.common_s),)
    starts = coverage.stretches[:1] or ends
    after = duration_a_s - ends[0].end_a_s, duration_b_s - ends[0].end_b_s(speed)
    return replace(
        found,
        overlap_s=coverage.common_s,
        overlap_a=min(1.0, coverage.common_s / max(duration_a_s, 1e-3)),
        overlap_b=min(1.0, coverage.common_s / speed / max(duration_b_s, 1e-3)),
        matched=coverage.matched,
        stretches=coverage.stretches,
        blank_a=(starts[0].a_s - coverage.a.before_s, after[0] - coverage.a.after_s),
        blank_b=(starts[0].b_s - coverage.b.before_s, after[1] - coverage.b.after_s),
    )
