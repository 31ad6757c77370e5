"""Which video a subtitle file belongs to, and what its name says about it.

The conventions are those of Plex, Jellyfin and Kodi: `Video Name.en.forced.srt` beside the video, or any
name in a `Subs` folder below it when there is only one video to belong to.
"""

import re
from collections.abc import Mapping, Sequence

from mediavault_tui.domain.media import SubtitleTrack

SUBTITLE_FOLDERS = frozenset({"subs", "sub", "subtitles", "subtitle", "vobsubs"})

_FORMATS = {
    ".srt": "SubRip", ".ass": "ASS", ".ssa": "SSA", ".sub": "VobSub", ".idx": "VobSub", ".sup": "PGS",
    ".vtt": "WebVTT", ".smi": "SAMI",
}  # fmt: skip

# ISO 639-1 with the three-letter codes and names that file names use. Source: the ISO 639-2 code list.
_LANGUAGES: dict[str, str] = {
    word: code
    for code, words in {
        "ar": "ara arabic", "bg": "bul bulgarian", "ca": "cat catalan", "cs": "cze ces czech",
        "da": "dan danish", "de": "ger deu german deutsch", "el": "gre ell greek",
        "en": "eng english", "es": "spa spanish español espanol castellano", "et": "est estonian",
        "fa": "per fas persian farsi", "fi": "fin finnish suomi", "fr": "fre fra french français francais",
        "he": "heb hebrew", "hi": "hin hindi", "hr": "hrv croatian", "hu": "hun hungarian magyar",
        "id": "ind indonesian", "is": "ice isl icelandic", "it": "ita italian italiano",
        "ja": "jpn japanese", "ko": "kor korean", "lt": "lit lithuanian", "lv": "lav latvian",
        "ms": "may msa malay", "nl": "dut nld dutch nederlands", "no": "nor norwegian norsk nb nob",
        "pl": "pol polish polski", "pt": "por portuguese português portugues",
        "ro": "rum ron romanian", "ru": "rus russian", "sk": "slo slk slovak", "sl": "slv slovenian",
        "sr": "srp serbian", "sv": "swe swedish svenska", "th": "tha thai", "tr": "tur turkish türkçe",
        "uk": "ukr ukrainian", "vi": "vie vietnamese", "zh": "chi zho chinese chs cht",
    }.items()
    for word in (code, *words.split())
}  # fmt: skip
_FORCED = frozenset({"forced", "foreign"})
_HEARING_IMPAIRED = frozenset({"sdh", "cc", "hi", "hearing"})


def owner(stem: str, video_stems: Mapping[str, int], *, in_subtitle_folder: bool) -> int | None:
    """The video (a value of `video_stems`) that a subtitle file's name belongs to, or None.

    The longest video name that begins the subtitle's name wins, so `Film 2.en` is not taken for `Film`'s.
    """
    fitting = [
        video
        for video in video_stems
        if stem == video or stem.startswith((video + ".", video + "-", video + "_", video + " "))
    ]
    if fitting:
        return video_stems[max(fitting, key=len)]
    files = set(video_stems.values())
    return files.pop() if in_subtitle_folder and len(files) == 1 else None


def describe(name: str, video_stem: str = "") -> SubtitleTrack:
    """What the name of a subtitle file says: format, language, forced, for the hearing impaired.

    Only the words behind the video's own name count, read from the end, so that a film called
    `The French Connection` has no French subtitles for it.
    """
    stem, dot, ending = name.rpartition(".")
    words = re.findall(r"[^\W_]+", stem[len(video_stem) :] if stem.startswith(video_stem) else stem)
    language = None
    forced = hearing_impaired = False
    for word in reversed([word.lower() for word in words]):
        if word in _FORCED:
            forced = True
        elif word in _HEARING_IMPAIRED and (language is None):
            hearing_impaired = True
        elif language is None and word in _LANGUAGES:
            language = _LANGUAGES[word]
    return SubtitleTrack(
        format=_FORMATS.get((dot + ending).lower(), ending.upper()),
        language=language,
        forced=forced,
        hearing_impaired=hearing_impaired,
        external=True,
    )


def language_codes(words: Sequence[str]) -> list[str]:
    """ISO 639-1 codes of the words that name a language, in order, without repeats."""
    return list(dict.fromkeys(_LANGUAGES[word.lower()] for word in words if word.lower() in _LANGUAGES))
