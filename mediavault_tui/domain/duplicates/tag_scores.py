"""Whether a word that one of two titles has besides is a tag of the release or part of the name.

`RedDwarf_TVLab_s01e01` is Red Dwarf with a tag; `Fear the Walking Dead` is another show. Letters alone cannot
tell; how the word is written, and what else the library holds, can.
"""

import re

from mediavault_tui.domain.titles import Title, fold

# What releases are marked with where a parser may take it for the title: stations, services, states of a
# release. Words of plain language that titles use (`Extended`, `Special`, `Live`) are left out.
_MARKS = frozenset(
    {
        "internal",
        "proper",
        "repack",
        "rerip",
        "hdtv",
        "pdtv",
        "dsr",
        "web",
        "webrip",
        "webdl",
        "bluray",
        "brrip",
    }
    | {
        "dvdrip",
        "hdrip",
        "xvid",
        "divx",
        "x264",
        "x265",
        "h264",
        "h265",
        "hevc",
        "ac3",
        "aac",
        "dts",
        "remux",
    }
    | {"bbc", "itv", "hbo", "nbc", "abc", "cbs", "pbs", "amzn", "nf", "hulu", "dsnp", "atvp", "itunes", "hd"}
    | {"uhd", "sd", "1080p", "720p", "480p", "2160p", "576p", "multi", "subbed", "dubbed", "ws", "fs"}
)
# Owners that some names put before the title and others leave out.
_OWNERS = frozenset({"marvel", "marvels", "dcs", "disney", "disneys", "pixars", "stephenkings", "tomclancys"})
_CUTS = frozenset({"redux", "extended", "uncut", "unrated", "uncensored", "theatrical", "despecialized"})
_GLUED = re.compile(r"[a-z][A-Z]|[A-Z]{2,}[a-z]|\d[a-z]|[a-z]\d")
_LONG_NAME = 8
_RAW_WORD = re.compile(r"[^\W_]+")


def tag_points(longer: Title, extra: tuple[str, ...], groups: set[str]) -> tuple[float, str]:
    """Points for the extra words being a tag, and why; 0 where they read like words of a title, less for a cut.

    `groups` holds the release groups the library knows.
    """
    if any(word in _CUTS for word in extra):
        return -40.0, f"{' '.join(extra)} names another cut"
    if "".join(extra) in _OWNERS and longer.words[: len(extra)] == extra:
        return 28.0, f"{' '.join(extra)} names the owner"
    if all(word in _MARKS for word in extra):
        return 28.0, f"{' '.join(extra)} marks a release"
    raw = [w for w in _RAW_WORD.findall(longer.text) if fold(w) in extra]
    like_a_tag = bool(raw) and all(_GLUED.search(w) for w in raw)
    if "".join(extra) in groups:
        # Short group names are often plain words (`FEAR`, `Killers`), and so are words of titles.
        sure = like_a_tag or len("".join(extra)) >= _LONG_NAME
        return 28.0 if sure else 14.0, f"{' '.join(extra)} is a release group elsewhere"
    if like_a_tag:
        return 27.0, f"{' '.join(raw)} is written like a tag"
    return 0.0, f"{' '.join(extra)} may be part of the name"
