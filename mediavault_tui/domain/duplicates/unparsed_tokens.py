"""What a file name says beyond what was read of it.

Two names can be read alike because the reader missed what tells them apart: `Show Part 1 to 4`, `Concert
Vol. 3`, `Show Opening 2`. Numbers that stand in a name and in nothing that was read of it are the sign of that.
"""

import re
from functools import lru_cache

import msgspec

from mediavault_tui.domain.duplicates.values import Candidate
from mediavault_tui.domain.media import ReleaseName
from mediavault_tui.domain.titles import fold

_EXTENSION = re.compile(r"\.[a-z0-9]{2,4}$")
_CHECKSUM = re.compile(r"(?<![a-z0-9])(?=[0-9a-f]*\d)[0-9a-f]{8}(?![a-z0-9])")
_SITE = re.compile(
    r"(?<![^\W_])(?:www\.[\w-]+\.\w{2,6}|[a-z0-9-]{3,}\.(?:com|net|org|info|tv|io|me))(?![^\W_])"
)
# Where the description of the release begins; what follows speaks of the copy, not of the work.
_RELEASE = re.compile(
    r"(?<![^\W_])(?:"
    r"\d{3,4}[pi]\d{0,2}|480|576|720|1080|2160|vr[\W_]?(?:180|360)|\d{3,4}\s?[x×]\s?\d{3,4}|[48]k|uhd|hd|sd|fhd|[xh][\W_]?26[2345]|hevc|avc|av1|vp9|xvid|divx"
    r"|blu[\W_]?ray|b[dr]rip|bd(?:mv|remux)?|dvd(?:rip|scr|r|\d+)?|hd(?:tv|rip|dvd|cam|ts)|[pdst]{1,2}v?rip|[ps]dtv"
    r"|dsr|web(?:rip|dl)?|webdl|tvrip|vhs(?:rip)?|cam(?:rip)?|telesync|screener|r5|remux|ntsc|pal|ws|fs"
    r"|internal|proper|repack|rerip|real|limited|dubbed|subbed|dual|multi\w*|subs?|vost\w*|vf[fq]?|hdr(?:10)?|dv"
    r"|aac|ac3|e?ac3|ddp?\d?|dts|flac|mp3|opus|truehd|atmos|\d{1,2}bits?|hi10p?|\d+(?:\.\d+)?\s?[gm]i?b(?:ps)?"
    r"|amzn|nf|netflix|hulu|dsnp|hmax|atvp|itunes|bbc|hbo|abc|nbc|eng(?:lish)?|french|truefrench|german|ita(?:lian)?"
    r"|spanish|castellano|espanol|esp?|rus(?:sian)?|jap(?:anese)?|korean|hindi|tamil|telugu|dutch|nl|polish|pl|nordic"
    r"|swedish|danish|norwegian|finnish|portuguese|latino|v\d|\d+fps"
    r")(?![^\W_])"
)
_IDENTITY = re.compile(r"(?:tmdb|imdb|tvdb|anidb)(?:id)?[\W_]?(?:tt)?\d+|(?<![^\W_])tt\d{7,}")
_CHANNELS = re.compile(r"(?<!\d)[1-9][\W_][01](?!\d)")
# A number by itself or with what it counts: `7`, `s01e02`, `3x04`, `vol2`, `op1a`; `15th` and `x264` are none.
_NUMBER = re.compile(
    r"(?:(?:s|season|x|ep?|episode|(?:nc)?(?:op|ed)|pv|cm|ex|sp|ova|v|vol|part|pt|cd|d|dis[ck]|bonus|menu)?\d{1,5})+"
    r"[a-d]?"
)
_OF_TOTAL = re.compile(r"(\d+)[\W_]*(?:of|de|di|von|sur)[\W_]*\d+")
_VERSION = re.compile(r"(?<=\d)v\d$")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"[\[({【][^\[\](){}【】]*[\])}】]")
# Words that say how a season is packed, or stand before a number that was read.
_PLAIN = frozenset(
    {
        "season",
        "seasons",
        "saison",
        "staffel",
        "temporada",
        "stagione",
        "seizoen",
        "sezon",
        "series",
        "serie",
        "the",
    }
    | {
        "complete",
        "completa",
        "full",
        "pack",
        "tv",
        "s",
        "e",
        "x",
        "ep",
        "episode",
        "extended",
        "uncut",
        "and",
        "mini",
    }
    | {"miniseries", "part", "vol", "volume", "cd", "disc", "1of1"}
)


class UnparsedTokens(msgspec.Struct, frozen=True):
    """What is left of a name, up to the description of the release, without what was read of it."""

    numbers: tuple[str, ...]
    """Numbers, also with what they count before them (`vol2`, `op1`), ascending."""
    words: tuple[str, ...]
    """Words without digits, ascending."""
    behind: tuple[str, ...] = ()
    """Those of them that stand behind the title."""


def remainder(file: Candidate) -> UnparsedTokens | None:
    """What was not read of a file's own name; None where its title does not stand in it."""
    return _remainder(file.name, file.release)


@lru_cache(maxsize=16384)
def _remainder(name: str, release: ReleaseName) -> UnparsedTokens | None:
    text = fold(name)
    for plain in (_EXTENSION, _SITE, _CHECKSUM, _IDENTITY):
        text = plain.sub(" ", text)
    title = _WORD.findall(fold(release.title or ""))
    found = re.search(r"(?<![^\W_])" + r"[\W_]*".join(map(re.escape, title)), text) if title else None
    if found is None:
        return None
    after = _OF_TOTAL.sub(r"\1", _CHANNELS.sub(" ", text[found.end() :]))
    begin = _RELEASE.search(after)
    told = after[: begin.start()] if begin else after
    words = _WORD.findall(f"{_BRACKETS.sub(' ', text[: found.start()])} {told}")
    behind = set(_WORD.findall(told))
    for known in (*release.alternative_titles, release.episode_title or "", release.release_group or ""):
        words = _without(words, _WORD.findall(fold(known)))
    read = _numbers_read(release)
    rest = sorted(w for w in words if w not in _PLAIN and not _is_read(w, read))
    return UnparsedTokens(
        tuple(w for w in rest if _NUMBER.fullmatch(w)),
        tuple(w for w in rest if not any(map(str.isdigit, w))),
        tuple(w for w in rest if w in behind and not any(map(str.isdigit, w))),
    )


def describes_release(word: str) -> bool:
    """Whether a word, in lower case, describes a release: its source, codec, language, state."""
    return _RELEASE.fullmatch(word) is not None


def _without(words: list[str], known: list[str]) -> list[str]:
    rest = list(words)
    for word in known:
        if word in rest:
            rest.remove(word)
    return rest


def _is_read(word: str, read: frozenset[int]) -> bool:
    word = _VERSION.sub("", word)
    return bool(_NUMBER.fullmatch(word)) and read.issuperset(map(int, _DIGITS.findall(word)))


def _numbers_read(release: ReleaseName) -> frozenset[int]:
    season, episodes = release.season, release.episodes
    date = map(int, release.date.split("-")) if release.date else ()
    numbers = {*episodes, release.year, release.part, season, *date} - {None}
    glued = () if season is None else (100 * season + n for n in episodes)
    return frozenset(n for n in (*numbers, *glued) if n is not None)
