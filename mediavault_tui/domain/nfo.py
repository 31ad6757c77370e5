"""Ids in metadata files (NFO) of Kodi, Jellyfin, Emby and other programs: found without trusting the XML.

Only the elements directly below the root count: actors, sets and collections have ids of their own. Nothing is
resolved or expanded, so a hostile file can do no more than be long, and a broken one still says what stands in it.
Element names: Kodi's wiki (NFO_files), Jellyfin's MediaBrowser.XbmcMetadata parsers.
"""

import html
import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from mediavault_tui.domain.names.ids import canonical


class Level(StrEnum):
    """What an id is the id of. Databases number films, shows and episodes apart."""

    FILM = "film"
    SHOW = "show"
    EPISODE = "episode"


class Id(msgspec.Struct, frozen=True, order=True):
    """One entry of a database."""

    level: Level
    provider: str
    """`tmdb`, `imdb`, `tvdb`, …"""
    value: str


_ROOTS = {"movie": Level.FILM, "tvshow": Level.SHOW, "episodedetails": Level.EPISODE}
_ELEMENTS = {
    **{"tmdbid": "tmdb", "imdbid": "imdb", "imdb_id": "imdb", "tvdbid": "tvdb", "imdb": "imdb"},
    **{"anidbid": "anidb", "anilistid": "anilist", "tvmazeid": "tvmaze"},
}
_TYPES = {
    "tmdb": "tmdb",
    "themoviedb": "tmdb",
    "imdb": "imdb",
    "tvdb": "tvdb",
    "thetvdb": "tvdb",
    "anidb": "anidb",
}
_NUMBERED = {Level.FILM: "tmdb", Level.SHOW: "tvdb", Level.EPISODE: "tvdb"}
"""Whose a plain number in `<id>` is: Kodi's default scraper for each."""
_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.\-]{0,64})((?:\s[^<>]{0,1024})?)>")
_TYPE = re.compile(r"""\btype\s*=\s*["']([^"']{1,32})["']""", re.IGNORECASE)
_URL = re.compile(
    r"imdb\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?title/(?P<imdb>tt\d{7,9})|themoviedb\.org/movie/(?P<film>\d{1,9})"
    r"|themoviedb\.org/tv/(?P<show>\d{1,9})|thetvdb\.com/[^\s\"'<>]{0,80}?[?&;]id=(?P<tvdb>\d{1,9})"
    r"|(?<![^\W_])(?P<bare>tt\d{7,8})(?![^\W_])",
    re.IGNORECASE,
)


def ids(text: str) -> tuple[Id, ...]:
    """The ids a metadata file gives; none of a provider of which it gives several.

    A file about several episodes gives those of its show at most. Text without XML, as release groups write
    it, gives the one film its links lead to.
    """
    plain = text
    for begin, end in (("<!--", "-->"), ("<?", "?>"), ("<!DOCTYPE", ">")):
        plain = _without(plain, begin, end)
    plain = _without(plain, "<![CDATA[", "]]>", keep=True)
    roots = [name for name, depth, _, _ in _elements(plain) if depth == 0 and name in _ROOTS]
    found: set[Id] = set()
    if roots:
        level = _ROOTS[roots[0]]
        if len(roots) == 1:
            found = {each for each in _of_elements(plain, level) if each is not None}
        if level is not Level.EPISODE and not found:
            found = _of_links(plain[plain.rfind(">") + 1 :], level)
    elif not _TAG.search(plain):
        found = _of_links(plain, Level.FILM)
    return tuple(sorted(each for each in found if _is_alone(each, found)))


def _without(text: str, begin: str, end: str, *, keep: bool = False) -> str:
    """Text without what stands between two marks, or (`keep`) with it as plain text; linear in its length."""
    parts, at = [], 0
    while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
        parts += [text[at:start], html.escape(text[start + len(begin) : stop]) if keep else " "]
        at = stop + len(end)
    return "".join([*parts, text[at:]])


def _is_alone(one: Id, found: set[Id]) -> bool:
    return all(each == one or (each.level, each.provider) != (one.level, one.provider) for each in found)


def _elements(text: str) -> Iterator[tuple[str, int, str, str]]:
    """(name, depth, attributes, text up to the next tag) of each element; missing closing tags are supplied."""
    open_: list[str] = []
    tags = list(_TAG.finditer(text))
    for at, tag in enumerate(tags):
        name, attributes = tag[2].lower(), tag[3]
        if tag[1]:
            if name in open_:
                del open_[len(open_) - 1 - open_[::-1].index(name) :]
            continue
        end = tags[at + 1].start() if at + 1 < len(tags) else len(text)
        if name in ("movies", "episodes", "xbmcmultiepisode") and not open_:
            continue
        yield name, len(open_), attributes, text[tag.end() : min(end, tag.end() + 256)]
        if not attributes.rstrip().endswith("/"):
            open_.append(name)
        if len(open_) > 64:
            return


def _of_elements(text: str, level: Level) -> Iterator[Id | None]:
    for name, depth, attributes, raw in _elements(text):
        if depth != 1:
            continue
        value = html.unescape(raw).strip()
        if name == "uniqueid":
            kind = _TYPE.search(attributes)
            yield _id(level, _TYPES.get(kind[1].lower()) if kind else None, value)
        elif name == "id":
            yield _id(level, "imdb" if value.lower().startswith("tt") else _NUMBERED[level], value)
        elif name in _ELEMENTS:
            yield _id(level, _ELEMENTS[name], value)


def _id(level: Level, provider: str | None, value: str) -> Id | None:
    known = canonical(provider, value) if provider else None
    return Id(level, provider, known) if provider and known else None


def _of_links(text: str, level: Level) -> set[Id]:
    found: set[Id | None] = set()
    for link in _URL.finditer(text[:65536]):
        found.add(_id(level, "imdb", link["imdb"] or link["bare"] or ""))
        found.add(_id(Level.FILM, "tmdb", link["film"] or ""))
        found.add(_id(Level.SHOW, "tmdb", link["show"] or ""))
        found.add(_id(Level.SHOW, "tvdb", link["tvdb"] or ""))
    return {each for each in found if each is not None}
