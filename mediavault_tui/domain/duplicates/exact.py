"""Files with the same content, byte for byte."""

from collections import defaultdict
from collections.abc import Iterable

from mediavault_tui.domain.duplicates.values import Candidate, Evidence
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.titles import Reason


def exact_pairs(files: Iterable[Candidate]) -> tuple[Evidence, ...]:
    """Evidence for every file whose size and full hash another one shares.

    Each file is paired with the first of its content only: equality needs no more. Empty files all share
    their nothing and are left out.
    """
    same: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for file in files:
        if file.content_hash and file.size > 0:
            same[file.size, file.content_hash].append(file.id)
    reason = (Reason("content", 100, "same content, byte for byte"),)
    return tuple(
        Evidence(EvidenceKind.EXACT, first, other, 100.0, reason)
        for first, *others in (sorted(set(ids)) for ids in same.values())
        for other in others
    )
