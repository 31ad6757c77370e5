"""Whether what guessit saw at the end of a title is a tag or the title's last word."""

import re

from mediavault_tui.domain.names.guessit_adapter import Guess, GuessedProperty

TECHNICAL = ("screen_size", "source", "video_codec", "audio_codec", "frame_rate", "streaming_service")
"""Properties that never stand inside a title."""
_TAGS = (
    "date",
    "edition",
    "other",
    "cd",
    "cd_count",
    "color_depth",
    "video_profile",
    *TECHNICAL,
)
_TITLE_WORDS = frozenset(
    {"Classic", "Bonus", "Trailer", "Documentary", "Fan", "Festival", "Original Animated Video", "Mic Dubbed"}
)
"""What guessit calls a tag, but is a word of titles as often."""
_ENGLISH_TITLE = re.compile(r"(?:^|\])[\s._]*(?:the|a|an|my)[\s._]", re.IGNORECASE)
_STEREO = re.compile(r"(?<![a-z])(?:h(?:alf)?[\s._\-]?)?(?:sbs|ou|tab)(?![a-z])|complete", re.IGNORECASE)
LOOSE = " -–—,;:/|~+\t._"

LOOSE_NO_DOT = LOOSE.replace(".", "")


def tag_at_end(guess: Guess, text: str, end: int) -> GuessedProperty | None:
    """A property of guessit's that ends at `end` and is a tag, not the last word of the title."""
    for key in (*_TAGS, "country", "language"):
        for found in guess.get(key, ()):
            if found.start < found.end and _ends_at(text, found, end) and _is_tag(guess, text, key, found):
                return found
    return None


def _ends_at(text: str, found: GuessedProperty, end: int) -> bool:
    """Whether the words of a property end at `end` (guessit counts brackets around them in)."""
    return len(text[: found.end].rstrip(LOOSE + ")]}")) == end


_JOINING = re.compile(r"(?:^|[\s._])(?:and|or|of|to|for|with|vs|und|et|y|&)[\s._]*$", re.IGNORECASE)


def _is_tag(guess: Guess, text: str, key: str, found: GuessedProperty) -> bool:
    """Not behind a word that joins: `Bigger Longer and Uncut (1999)` ends there."""
    if _JOINING.search(text[: found.start]):
        return False
    if key == "language":
        return _language_is_tag(guess, text, found)
    if found.value == "3D":
        return not _title_is_3d(text, found)
    if key == "source" and text[found.start : found.end].strip(LOOSE + "([") == "Web":
        return False  # `Madame Web (2024)`; as a source it is written WEB
    return not isinstance(found.value, str) or found.value not in _TITLE_WORDS


def _title_is_3d(text: str, found: GuessedProperty) -> bool:
    """`Saw.3D.2010.1080p` has no other sign of stereo pictures, `… 3D (2012) [3D …]` says it again."""
    rest = text[found.end :]
    return bool(re.search(r"(?<![a-z0-9])3D(?![a-z0-9])", rest)) or not _STEREO.search(rest)


def _language_is_tag(guess: Guess, text: str, found: GuessedProperty) -> bool:
    """`Noah.German.2014.LD` is a tag; `The Good German (2006)`, `La.French.2014.FRENCH` are titles.

    In capitals or behind an edition it is a tag. Otherwise it is one when an unbracketed year and
    no other language follow; `English` never (`Johnny.English.2003`), nor the last word of a title that
    begins in English.
    """
    raw = text[found.start : found.end]
    if raw.isupper() and not text[: found.start].isupper():
        return True
    languages = guess.get("language", ()) + guess.get("subtitle_language", ())
    later = any(f.start > found.end and f.value not in {"mul", "und"} for f in languages)
    if any(_ends_at(text, tag, len(text[: found.start].rstrip(LOOSE))) for tag in guess.get("edition", ())):
        return True
    english = raw.casefold() == "english" or bool(_ENGLISH_TITLE.search(text[: found.start]))
    return not english and not later and text[found.end : found.end + 1] in {".", " "}
