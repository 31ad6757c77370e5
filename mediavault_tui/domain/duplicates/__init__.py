"""Finding files that are the same film or episode: evidence, vetoes, groups.

The way through: `exact_pairs`, `title_pairs` and `content_finding` (of an alignment) give evidence and vetoes;
`group` joins what evidence supports and no veto forbids; `reconcile` says which group of the last scan
each one continues, and `reopening` whether the decision taken then still holds.
"""

from mediavault_tui.domain.duplicates.chains import coverage_between, kinds_of_pairs
from mediavault_tui.domain.duplicates.content_evidence import contained, content_finding
from mediavault_tui.domain.duplicates.evidence_alignment import alignment_of
from mediavault_tui.domain.duplicates.exact import exact_pairs
from mediavault_tui.domain.duplicates.group_identity import (
    Continuation,
    KnownGroup,
    reconcile,
    reopening,
    signature,
)
from mediavault_tui.domain.duplicates.grouping import group
from mediavault_tui.domain.duplicates.title_matching import title_pairs
from mediavault_tui.domain.duplicates.values import (
    Candidate,
    Contained,
    Doubt,
    Evidence,
    Group,
    Grouping,
    Matches,
    Veto,
    VetoKind,
)
from mediavault_tui.domain.duplicates.vetoes import name_veto

__all__ = [
    "Candidate",
    "Contained",
    "Continuation",
    "Doubt",
    "Evidence",
    "Group",
    "Grouping",
    "KnownGroup",
    "Matches",
    "Veto",
    "VetoKind",
    "alignment_of",
    "contained",
    "content_finding",
    "coverage_between",
    "exact_pairs",
    "group",
    "kinds_of_pairs",
    "name_veto",
    "reconcile",
    "reopening",
    "signature",
    "title_pairs",
]
