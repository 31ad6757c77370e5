"""Which copy is better and why, what archiving the other would lose, and what it would free."""

from mediavault_tui.domain.quality.losses import language_name, would_lose
from mediavault_tui.domain.quality.ranking import rank
from mediavault_tui.domain.quality.reclaiming import reclaimable
from mediavault_tui.domain.quality.running_time import longer_keeper, lost_pictures
from mediavault_tui.domain.quality.score import score, tier
from mediavault_tui.domain.quality.values import Copy, Ranking, Reclaim, Score, Standing, Verdict

__all__ = [
    "Copy",
    "Ranking",
    "Reclaim",
    "Score",
    "Standing",
    "Verdict",
    "language_name",
    "longer_keeper",
    "lost_pictures",
    "rank",
    "reclaimable",
    "score",
    "tier",
    "would_lose",
]
