"""Extras: samples, trailers, featurettes, … by the conventions of Plex, Jellyfin and the scene.

Plex: https://support.plex.tv/articles/local-files-for-trailers-and-extras/
Jellyfin: https://jellyfin.org/docs/general/server/media/movies/#movie-extras
"""

import re

EXTRA_FOLDERS = frozenset(
    {
        "extras", "extra", "featurettes", "featurette", "behind the scenes", "deleted scenes", "deleted",
        "interviews", "interview", "scenes", "shorts", "trailers", "trailer", "other", "others", "sample",
        "samples", "backdrops", "clips", "bonus", "bonus features", "bonus disc", "special features",
        "theme music", "proof",
    }
)  # fmt: skip

_KINDS = (
    r"trailers?|samples?|behind[\s._]?the[\s._]?scenes|deleted(?:[\s._]?scenes?)?|featurettes?|interviews?|"
    r"scenes?|shorts?|clips?|other|extras?|bonus|teaser|promo|theme|backdrop|proof"
)
_SUFFIX = re.compile(rf"\S[\s]?-[\s]?(?:{_KINDS})[\s._\-]?\d{{0,2}}$", re.IGNORECASE)
_GROUP_CALLED_SCENE = re.compile(r"(?:x26[45]|h\W?26[45]|xvid|divx|hevc|avc)-scene$", re.IGNORECASE)
_DOT_SUFFIX = re.compile(r"\S[._](?:trailer|sample)\d?$", re.IGNORECASE)
_SAMPLE = re.compile(r"(?:s\d{1,2}e\d{1,3}|(?:19|20)\d\d|\d{3,4}p|x26[45]).*\ssample$", re.IGNORECASE)
_BEHIND_YEAR = re.compile(
    r"(?:(?<=[\s._(\[](?:19|20)\d\d)[\s._)\]\-]+|(?<=[\s._]s\d\d)[\s._]+)"
    r"(?:extras|featurettes?|bonus[\s._](?:disc|dvd|features?|materials?)|deleted[\s._]scenes|"
    r"behind[\s._]the[\s._]scenes|(?:the[\s._])?making[\s._]of)(?![^\W_])(?!.*s\d{1,2}e\d)",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"^(?:trailer|sample|teaser|featurette|extras?|bonus|theme|backdrop)[\s._\-]?\d{0,2}$", re.IGNORECASE
)
_CREDITLESS = re.compile(
    r"(?<=[\s._\-])(?:nc[\s._]?(?:op|ed)|(?:op|ed)(?=\d)|creditless[\s._]\w+|clean[\s._](?:opening|ending))"
    r"[\s._]?\d{0,2}[a-z]?(?:v\d)?(?=[\s._]*(?:$|[\[(]))",
    re.IGNORECASE,
)
_FRONT = re.compile(
    r"^sample[\-._](?=\S)|^\[?sample\]?[\s._\-]+(?=.*(?:\d{3,4}p|x26[45]|xvid))", re.IGNORECASE
)


def is_extra_folder(name: str) -> bool:
    """Whether a folder's name alone says that it holds extras."""
    return re.sub(r"[\s._\-]+", " ", name).strip().casefold() in EXTRA_FOLDERS


def extra_sign(stem: str) -> tuple[int, int] | None:
    """The part of a file name that makes it an extra, as (start, end); None when there is none.

    `Heat (1995)-trailer`, `Film.2001.1080p-GRP-sample`, `sample-film`, `trailer`; but neither
    `The Interview (2014)` nor `Trailer Park Boys`: a sign stands at the end behind a dash, or alone. Behind a
    codec a dash brings the release group: `Bones.S03.x264-SCENE`. Openings and endings of anime stand before
    the tags: `[Group] Show - NCOP1 [1080p]`, `[Group] Show ED2`.
    """
    if m := _WHOLE.match(stem):
        return m.span()
    if _GROUP_CALLED_SCENE.search(stem):
        return None
    if m := (_SUFFIX.search(stem) or _DOT_SUFFIX.search(stem)):
        return m.start() + 1, m.end()
    if m := _SAMPLE.search(stem):
        return m.end() - len("sample"), m.end()
    if m := (
        _BEHIND_YEAR.search(stem) or _FRONT.match(stem) or (_CREDITLESS.search(stem) if "[" in stem else None)
    ):
        return m.span()
    return None
