"""When the same sound makes two files the same: where pictures say nothing all along.

Sound alone is never enough, for one song lies under many videos. So it counts only for files that are black
or flat throughout, or one still: both must show the same of this, and sound the same from start to end.
Songs over a cover, speech over a title card and recordings without a picture are told apart this way.
"""

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content import picture_match
from mediavault_tui.domain.content.alignment import Hypothesis, overlap
from mediavault_tui.domain.content.fingerprint import Fingerprint, contrast
from mediavault_tui.domain.content.sound import agreement

_FLAT = 4.0
"""Pictures of less contrast (grey levels) are black, white or a fade, and say nothing."""
_ALL = 0.95
"""Share of both files that must be in common, and share of what was heard there that must agree."""
_ONE_STILL, _SAME_STILL = 0.95, 0.9
"""Mean length of unit vectors of one still, and how alike two copies of it are."""
_LEAST_SCORE, _MOST_SCORE = 75, 82


class AudioMatch(NamedTuple):
    """Why two files are the same, and on which moments."""

    hypothesis: Hypothesis
    score: int
    reason: str


def informative(fingerprint: Fingerprint) -> Fingerprint:
    """Without the pictures that are flat."""
    keep = contrast(fingerprint.pictures) >= _FLAT
    return msgspec.structs.replace(
        fingerprint, times=fingerprint.times[keep], pictures=fingerprint.pictures[keep]
    )


def is_uninformative(fingerprint: Fingerprint) -> bool:
    """Is it flat all along, or one still?"""
    telling = informative(fingerprint)
    if len(telling.times) < 2:
        return len(telling.times) == 0
    return float(np.linalg.norm(_usual(telling))) >= _ONE_STILL


def _usual(telling: Fingerprint) -> NDArray[np.float32]:
    return np.asarray(picture_match.features(telling.pictures).mean(axis=0))


def backed_by_sound(a: Fingerprint, b: Fingerprint) -> AudioMatch | None:
    """What the sounds of two files show; None unless both are one still or flat and sound the same throughout."""
    if not (is_uninformative(a) and is_uninformative(b) and _alike(informative(a), informative(b))):
        return None
    heard = agreement(a.sound, b.sound, a.duration_s, b.duration_s)
    if heard is None or heard.share < _ALL:
        return None
    hypothesis = Hypothesis(1.0, heard.shift_s)
    start, end = overlap(hypothesis, a.duration_s, b.duration_s)
    if end - start < _ALL * max(a.duration_s, b.duration_s):
        return None
    score = _LEAST_SCORE + (_MOST_SCORE - _LEAST_SCORE) * heard.share * min(1.0, heard.alike / 0.8)
    told = f"nothing moves in the pictures, but the sound matches along {heard.share:.0%} of what was listened to"
    return AudioMatch(hypothesis, round(score), told)


def _alike(a: Fingerprint, b: Fingerprint) -> bool:
    """Both flat, or the same still."""
    if not len(a.times) or not len(b.times):
        return len(a.times) == len(b.times)
    left, right = _usual(a), _usual(b)
    return float(left @ right) >= _SAME_STILL * float(np.linalg.norm(left) * np.linalg.norm(right))
