"""What a name adds to what a file says of itself: the language of untagged sound, and burned-in subtitles."""

import re
from collections.abc import Sequence

import msgspec

from mediavault_tui.domain.languages import LANGUAGES
from mediavault_tui.domain.media import MediaInfo, SoundKind
from mediavault_tui.domain.quality.language_names import canonical

# `Korsub`, `HC` and the like are habits of releases; `VOSTFR` has French subtitles over the original sound,
# burned in wherever the file has no subtitle track.
_BURNED_IN = re.compile(
    r"(?<![^\W_])(?:hc|hc[\s._-]?subs?|hcsubs?|hc[\s._-]?(?:eng|hdrip|webrip|web)|kor[\s._-]?subs?|korsubs?|hard[\s._-]?(?:coded|subs?|subbed)"
    r"|burn(?:ed|t)[\s._-]?(?:in)?[\s._-]?subs?|chinese[\s._-]?hardsubs?|fastsub[\s._-]?hard|incrust(?:ed|ados?|es)?[\s._-]subs?)(?![^\W_])",
    re.IGNORECASE,
)
_WITH_ORIGINAL_SOUND = re.compile(
    r"(?<![^\W_])(?:vost(?:fr|a|es|it|pt)?|subfrench|subbed|vose|legendado"
    r"|(?:eng?|swe|dk|dan|nor|fin|nl|chi|ch[st]|kor|jap|thai|viet|indo|heb|gr|tr|ara?|esp|spa|ita|pt|br|rom?|pl|cz|hun?)subs?"
    r")(?![^\W_])",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"(?<![^\W_])(?:dual(?:[\s._-]?audio)?|dl|ml|multi\d?|[2-9]x?[\s._-]?(?:audio|lang)|tri(?:ple)?[\s._-]?audio|vost\w*|subbed|subs?|subfrench)"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def says_burned_in(name: str, *, has_subtitles: bool) -> bool:
    """Whether a file name says that subtitles are part of the picture."""
    said = _BURNED_IN.search(name) is not None
    return said or (not has_subtitles and _WITH_ORIGINAL_SOUND.search(name) is not None)


def _languages_behind_year(name: str) -> set[str | None]:
    """Languages written out behind the year, where no parser took them for one: `Film.2010.DANiSH.720p`."""
    _, year, behind = _YEAR.split(name, maxsplit=1) if _YEAR.search(name) else ("", "", "")
    words = re.findall(r"[^\W\d_]{5,}", behind.lower()) if year else []
    return {canonical(LANGUAGES[word]) for word in words if word in LANGUAGES}


def with_named_language(media: MediaInfo, languages: Sequence[str], name: str) -> MediaInfo:
    """With the language the name claims for the one ordinary audio track, where that has no tag.

    Several languages, `Dual` or `MULTi` do not say which of them is which track's.
    """
    named = {canonical(code) for code in languages} or _languages_behind_year(name)
    ordinary = [track for track in media.audio if track.kind is SoundKind.MAIN and not track.external]
    if len(named) != 1 or len(ordinary) != 1 or canonical(ordinary[0].language) or _SEVERAL.search(name):
        return media
    (language,) = named
    audio = tuple(
        msgspec.structs.replace(track, language=language) if track is ordinary[0] else track
        for track in media.audio
    )
    return msgspec.structs.replace(media, audio=audio)
