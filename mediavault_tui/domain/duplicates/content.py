"""What the comparison of pictures says about two files, as evidence or as a veto."""

from typing import TYPE_CHECKING

from mediavault_tui.domain.duplicates.values import Candidate, Evidence, Veto, VetoKind
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.titles import Reason

if TYPE_CHECKING:
    from mediavault_tui.domain.alignment import Alignment

# Two copies of one work share most of both. Where one is far less than the other, it is a part of it: an
# episode of a double episode, a clip of a film.
_MOST = 0.6
# Clips are trimmed to any length, and nobody keeps them by episodes.
_CLIP_S, _MOST_OF_CLIP = 600.0, 0.25


def content_finding(a: Candidate, b: Candidate, alignment: "Alignment") -> Evidence | Veto | None:
    """Turn an alignment of `a` with `b` into evidence or a veto; None where the pictures are unsure.

    Files whose pictures are the same but of which one holds much more are vetoed as `contains`, unless the
    shorter one is damaged: a truncated copy is a copy.
    """
    # Here, so that what only names evidence (the journal, the screens) does not load numpy with it.
    from mediavault_tui.domain.alignment import Verdict

    low, high = min(a.id, b.id), max(a.id, b.id)
    if alignment.verdict is Verdict.UNSURE:
        return None
    told = "; ".join(alignment.reasons)
    if alignment.verdict is Verdict.DIFFERENT:
        return Veto(
            low, high, VetoKind.CONTENT, f"different pictures: {told}" if told else "different pictures"
        )
    clips = max(a.duration_s or 0.0, b.duration_s or 0.0) < _CLIP_S
    enough = _MOST_OF_CLIP if clips else _MOST
    if 0 < min(alignment.overlap_a, alignment.overlap_b) < enough and not (a.damaged or b.damaged):
        shares = f"{alignment.overlap_a:.0%} of one, {alignment.overlap_b:.0%} of the other"
        return Veto(low, high, VetoKind.CONTAINS, f"the same pictures, but {shares}")
    turned = a.id > b.id
    return Evidence(
        EvidenceKind.CONTENT,
        low,
        high,
        float(alignment.score),
        (Reason("pictures", float(alignment.score), told or "same pictures"),),
        -alignment.offset_s if turned else alignment.offset_s,
        1 / alignment.speed if turned else alignment.speed,
    )
