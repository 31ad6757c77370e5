"""Which copy is better and why, what archiving the other would lose, and what it would free."""

from mediavault_tui.domain.audio_similarity import AudioSimilarity
from mediavault_tui.domain.quality.audio_evidence import AudioEvidence, worth_hearing
from mediavault_tui.domain.quality.language_names import language_name
from mediavault_tui.domain.quality.losses import (
    SOUND_NOTES,
    TEXT_NOTES,
    Covered,
    Loss,
    LossKind,
    covered,
    would_lose,
)
from mediavault_tui.domain.quality.name_hints import says_burned_in, with_named_language
from mediavault_tui.domain.quality.ranking import rank
from mediavault_tui.domain.quality.reclaimable_bytes import reclaimable
from mediavault_tui.domain.quality.running_time import longer_keeper, lost_pictures, subtitles_fit
from mediavault_tui.domain.quality.score import score, tier
from mediavault_tui.domain.quality.values import (
    Copy,
    RankedCopy,
    Ranking,
    Reclaim,
    Score,
    Verdict,
    without_subtitle_files,
)

__all__ = [
    "SOUND_NOTES",
    "TEXT_NOTES",
    "AudioEvidence",
    "AudioSimilarity",
    "Copy",
    "Covered",
    "Loss",
    "LossKind",
    "RankedCopy",
    "Ranking",
    "Reclaim",
    "Score",
    "Verdict",
    "covered",
    "language_name",
    "longer_keeper",
    "lost_pictures",
    "rank",
    "reclaimable",
    "says_burned_in",
    "score",
    "subtitles_fit",
    "tier",
    "with_named_language",
    "without_subtitle_files",
    "worth_hearing",
    "would_lose",
]
