"""What the words of a subtitle's or sound file's name say: language, forced, for the hearing impaired, …

The words are those of Plex, Jellyfin, Kodi, Bazarr and tinyMediaManager: `.en.forced.srt`, `.pt-BR.srt`,
`_track3_[eng].sup`, `2_English.srt`, `SDH.eng.HI.srt`.
"""

import re
from typing import NamedTuple

from mediavault_tui.domain.languages import LANGUAGES, SCRIPTS_AND_AREAS, VARIETIES, language_codes
from mediavault_tui.domain.media import AudioTrack, SoundKind, SubtitleTrack, TextKind
from mediavault_tui.domain.track_purpose import sound_kind, text_kind

__all__ = ["Words", "describe", "describe_sound", "language_codes", "words_of"]

_FORMATS = {
    ".srt": "SubRip", ".ass": "ASS", ".ssa": "SSA", ".sub": "VobSub", ".idx": "VobSub", ".sup": "PGS",
    ".vtt": "WebVTT", ".smi": "SAMI", ".sami": "SAMI", ".ttml": "TTML", ".dfxp": "TTML", ".mks": "Matroska",
}  # fmt: skip
_CODECS = {
    ".mka": "Matroska", ".ac3": "AC-3", ".eac3": "E-AC-3", ".ec3": "E-AC-3", ".dts": "DTS", ".dtshd": "DTS-HD",
    ".dtsma": "DTS-HD Master Audio", ".thd": "TrueHD", ".truehd": "TrueHD", ".mlp": "MLP", ".m4a": "AAC",
    ".mp3": "MP3", ".mp2": "MP2", ".ogg": "Vorbis", ".oga": "Vorbis", ".wav": "PCM", ".opus": "Opus",
}  # fmt: skip
_FORCED = frozenset({"forced", "foreign"})
_HEARING_IMPAIRED = frozenset({"sdh", "cc", "hi", "hearing", "hoh"})
_COMMENTARY = frozenset({"commentary", "comment", "comments", "kommentar", "commentaire"})
_OTHER_FLAGS = frozenset(
    {
        "default", "full", "normal", "regular", "signs", "songs", "lyrics", "dialogue", "original", "orig", "impaired",
        "captions", "caption", "subtitle", "subtitles", "sub", "subs", "auto", "utf8", "utf", "dub", "dubbed", "dubs",
        "ad", "descriptive", "description", "audio", "sound", "and", "track", "vobsub", "vobsubs",
    }
)  # fmt: skip
# Codes that are words of titles as well: alone behind a name they say nothing. `Peter.Pan` is not Punjabi.
_WORDS_OF_TITLES = frozenset("pan ben mac may som sin lat mon mal mar cat ice".split())
_SMALL_WORDS = frozenset("it is no my he so am la id be ne si te ta pa lo hi da".split())
"""Two-letter codes that titles have as words, with a capital letter."""
# Without a language they are as well words of a title: `Alien Us`, `Gangster American`.
_PLACES = frozenset(
    "european latin american canadian quebec parisian british uk us usa swiss austrian mexican iberian mainland".split()
)
_HINDI = re.compile(r"(?<![^\W_])hi(?![^\W_])", re.IGNORECASE)
_TRACK = re.compile(r"track\d{1,3}$")
_WORD = re.compile(r"([\W_]*)([^\W_]+)")


class Words(NamedTuple):
    """What the words say."""

    known: bool
    """Every word is one that says something about a track."""
    language: str | None = None
    """ISO 639-1; of several, the last."""
    forced: bool = False
    hearing_impaired: bool = False
    commentary: bool = False
    number: int = 0
    """How many words there are."""


def words_of(text: str, *, alone: bool = False) -> Words:
    """Read the words behind a video's name (`.en.forced`), or with `alone` those that are the whole name.

    A number counts behind a language or flag only, since in front it may be the title's: `Alien.3.en` is not
    `Alien`'s. Likewise short codes written as a title's words are: `Lost It`, `Lost.It`, `Peter.Pan`.
    """
    known, language, flags, count = True, None, set[str](), 0
    doubtful, only_places = False, True
    after_language = False
    end = 0
    for match in _WORD.finditer(text):
        between, word = match.groups()
        lowered, end = word.lower(), match.end()
        was_after, after_language = after_language, False
        as_title = not alone and _is_written_as_title(between, word)
        if was_after and between in ("-", "_") and _is_region(lowered):
            after_language = True
        elif lowered in _HEARING_IMPAIRED | _FORCED | _COMMENTARY | _OTHER_FLAGS:
            flags.add(lowered)
        elif lowered in LANGUAGES and not as_title:
            language, after_language = LANGUAGES[lowered], True
            doubtful = lowered in _WORDS_OF_TITLES and not set(between) & set("[(")
        elif not (_is_small_word(lowered) or (lowered.isdecimal() and len(word) <= 2 and (alone or count))):
            known = False
        only_places = only_places and lowered in _PLACES
        count += 1
    if set(text[end:]) - set(" .-_)]}") or (doubtful and count == 1 and not alone):
        known = False
    if count and only_places and not alone:
        known = False
    return Words(
        known,
        language,
        bool(flags & _FORCED),
        bool(flags & _HEARING_IMPAIRED),
        bool(flags & _COMMENTARY),
        count,
    )


def _is_written_as_title(between: str, word: str) -> bool:
    if len(word) > 3:
        return False
    if between.isspace():
        return len(word) < 3 or not word.isupper()
    return word.istitle() and word.lower() in _SMALL_WORDS


def _is_region(word: str) -> bool:
    return word in SCRIPTS_AND_AREAS or (len(word) == 2 and word.isascii() and word.isalpha())


def _is_small_word(word: str) -> bool:
    return word in VARIETIES or _TRACK.match(word) is not None


def describe(name: str, video_stem: str = "", *, folder: str = "") -> SubtitleTrack:
    """What the name of a subtitle file says: format, language, forced, for the hearing impaired.

    Only the words behind the video's own name count, so that a film called `The French Connection` has no
    French subtitles for it; and where they are silent, those of the `folder` it lies in.
    """
    said, ending, behind = _said(name, video_stem, folder)
    kind = text_kind(behind)
    return SubtitleTrack(
        format=_FORMATS.get(ending.lower(), ending.removeprefix(".").upper()),
        language=said.language,
        forced=said.forced or kind is TextKind.FORCED,
        # `hi` may be Hindi: there the words above decide.
        hearing_impaired=said.hearing_impaired or (kind is TextKind.SDH and not _HINDI.search(behind)),
        external=True,
        signs=kind is TextKind.SIGNS,
        commentary=said.commentary or kind is TextKind.COMMENTARY,
    )


def describe_sound(name: str, video_stem: str = "", *, folder: str = "") -> AudioTrack:
    """As `describe`, of a sound file beside the video."""
    said, ending, behind = _said(name, video_stem, folder)
    kind = sound_kind(behind)
    return AudioTrack(
        codec=_CODECS.get(ending.lower(), ending.removeprefix(".").upper()),
        language=said.language,
        commentary=said.commentary or kind is SoundKind.COMMENTARY,
        external=True,
        description=kind is SoundKind.DESCRIPTION,
        other=kind is SoundKind.OTHER,
    )


def _said(name: str, video_stem: str, folder: str) -> tuple[Words, str, str]:
    """What the words say, the ending, and the words themselves."""
    stem, dot, ending = name.rpartition(".")
    behind = stem[len(video_stem) :] if stem.startswith(video_stem) else stem
    said = words_of(behind)
    if said.language is None and folder:
        said = said._replace(language=words_of(folder, alone=True).language)
    return said, dot + ending, behind
