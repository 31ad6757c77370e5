"""What one string says: guessit's answer, put right by `episode_notation` and `title_bounds`."""

import re
from typing import Any

import msgspec

from mediavault_tui.domain.media import SUBTITLE_EXTENSIONS, VIDEO_EXTENSIONS, Kind, ReleaseName
from mediavault_tui.domain.names import (
    dates,
    editions,
    episode_numbers,
    episode_search,
    episode_words,
    guessit_adapter,
    guessit_corrections,
    ids,
    masking,
    seasons,
    title_bounds,
)
from mediavault_tui.domain.names.episode_notation import Mark
from mediavault_tui.domain.names.extras import extra_sign
from mediavault_tui.domain.names.folder_roles import Role, disc_of, role_of, season_of
from mediavault_tui.domain.names.guessit_adapter import MAX_LENGTH, Guess
from mediavault_tui.domain.names.prefixes import without_day_of_upload
from mediavault_tui.domain.names.title_bounds import Head

PARSER_VERSION = 12
"""Part of the key under which readings are cached: goes up whenever a result could change."""


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one file name or one folder name says, by itself."""

    text: str
    """As given; bytes that are not UTF-8 (lone surrogates) stand as U+FFFD, so that JSON can carry it."""
    name: ReleaseName = ReleaseName()
    role: Role = Role.WORK
    """Of a folder; a file is always `work`."""
    extra: bool = False
    """The name itself has the sign of an extra."""
    head: str | None = None
    """What stands before the episode mark; None when nothing does."""
    tail: str | None = None
    """What stands after the mark and may be a title, when nothing stands before it."""
    loose: bool = False
    """The episode number is a bare number: neighbours may know better."""
    numbered: bool = False
    """An episode mark was found."""
    bare: bool = False
    """The name holds no title of its own: only numbers, a hash, `CD1`, `movie`, …"""
    camera: bool = False
    """A name a camera or recorder gave (`IMG_0001`, `VID_20190101_120000`): it says nothing at all."""
    terse: bool = False
    """A scene abbreviation (`wthd-cab`), which gives way to the name of its folder."""
    leads: int | None = None
    """A number the name begins with, which in a folder of a season is the episode's."""
    several_seasons: bool = False
    """A pack of seasons; `name.season` is the first of them."""


_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_KNOWN = VIDEO_EXTENSIONS | SUBTITLE_EXTENSIONS | {".divx", ".m2v", ".rmvb", ".iso", ".ogm", ".nfo", ".strm"}
_BARE = re.compile(
    r"^(?:movie|video|film|feature|main|title|index|vts|stream|untitled)?[\s._\-]*(?:t?\d{0,6}[\s._\-]*)*$"
    r"|^[0-9a-f]{16,}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[A-Za-z0-9]{24,}$|^(?:cd|dis[ck]|dvd|part|pt)[\s._\-]?\d{1,2}$",
    re.IGNORECASE,
)
_NUMBER_AND_YEAR = re.compile(r"^\d{1,4}[\s._]+[(\[]?(?:19[2-9]|20[0-3])\d[)\]]?$")  # `1917.2019`
_GIBBERISH = re.compile(r"^(?=[^_.\s]*\d)(?=[^_.\s]*[a-z])(?=[^_.\s]*[A-Z])[A-Za-z0-9]{12,}$|^\d{6}_\d{2}$")
_SAYS_NOTHING = re.compile(
    r"(?:the[\W_]*)?(?:(?:movie|video|film|feature|full|complete|main|title|file|clip|download(?:ed|s)?|output|stream|untitled|"
    r"unknown|noname|new|temp|tmp|copy|test|abc|abcd?ef?|xyz|asdf\w*|qwert\w*|foo|bar|encoded?|converted|final|"
    r"(?:dis[ck]|cd|dvd|part|t|title|track)[\W_]*\d{1,2})[\W_]*){1,3}\d{0,3}",
    re.IGNORECASE,
)
"""Words that programs and people call files by when they say nothing of what is in them."""
_SCRAMBLED = re.compile(
    r"(?=(?:[^\d]*\d){3})(?=(?:[a-z]*\d+[a-z]+){2,}|(?:\d*[a-z]+\d+){2,})[a-z0-9]{6,}"  # `a0b1c2d3`
    r"|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,15}"  # `7f3c09ab`
    r"|(?:[a-z0-9]{2,6}\.)*(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}"  # `abc.xyz.af6021c37f7852`
    r"|(?=[^aeiouy]{5}|[a-z]*[^aeiouy]{6})[a-z]{5,}",  # `xkjwqz`
    re.IGNORECASE,
)
_TERSE = re.compile(r"^[a-z0-9]{1,8}-[a-z0-9]+(?:[.\-](?:[a-z]+|\d{3,4}p|x26[45]))*$|^[a-z]+_[a-z]{2}$")
_CAMERA = re.compile(
    r"^(?:img|dscn?|dscf|gopr|gx|gh|gp|mvi|vid|pxl|mov|mah|cimg|dji|wp|whatsapp[\s_]video|screen[\s_]?recording|clip)"
    r"[\s_\-]?\d{3,}.*$",
    re.IGNORECASE,
)
_REVERSED = re.compile(r"\d\dE\d\dS(?![a-z])|(?<![a-z0-9])p(?:027|0801)(?!\d)")
_YEAR_WITH_WORD = re.compile(r"(?<!\d)((?:19|20)\d\d)г\.?(?![^\W_])")  # Russian: `2006г. BDRip`
_SEASON_DISC = re.compile(
    r"(?<=[\s._\-])(S\d{1,2})(?:(?:DVD|BD|DISC)|[\s._](?:DVD|BD|DISC)(?!(?:5|9|10|18|25|50|66|100)\b))(\d{1,2})(?![^\W_])",
    re.IGNORECASE,
)
"""`S04DVD7`, a disc of a season; but `S04 DVD9`, `S04 BD50` are kinds of discs."""
_SAID_TWICE = re.compile(r"[\s._]*\((S\d{1,2}E[\d\-]{1,7})\)(?= / .*\(\1\))", re.IGNORECASE)
"""`Босх: Спадок (S2E1) / Legacy (S2E1)`: the same mark behind both names of a show."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read(text: str, *, folder: bool = False) -> Reading:
    """Reads one file name (with its extension) or one folder name; never raises, whatever the string."""
    text = _SURROGATE.sub("\ufffd", text)
    text, found = ids.take(text)
    reading = _read_folder(text) if folder else _read_stem(text, *split_extension(text))
    if not found:
        return reading
    stem, extension = split_extension(text)
    if reading.bare and not folder and reading.name == ReleaseName() and len(stem) > 2:
        # Somebody looked it up: `Film {tmdb-1111}` is called so, unless its folder knows better.
        reading = msgspec.structs.replace(_combine(text, stem, extension, reading.extra), bare=True)
    return msgspec.structs.replace(reading, name=msgspec.structs.replace(reading.name, ids=found))


def split_extension(text: str) -> tuple[str, str]:
    """Stem and extension; only endings known as media files count (`Mr. Robot` has none)."""
    m = _EXTENSION.search(text)
    if m and m.start() > 0 and m[0].casefold() in _KNOWN:
        return text[: m.start()], m[0]
    return text, ""


def _read_folder(text: str) -> Reading:
    role = role_of(text)
    if role is Role.WORK:
        reading = _read_stem(text, text, "")
        if episode_words.season_part(text):  # `Show Season 4 Part 1`: half a season, no episode
            name = msgspec.structs.replace(reading.name, episodes=())
            return msgspec.structs.replace(reading, name=name)
        return reading
    return Reading(
        text=text, role=role, name=ReleaseName(season=season_of(text), part=disc_of(text)), bare=True
    )


def _read_stem(text: str, stem: str, extension: str) -> Reading:
    plain = _CONTROL.sub(" ", stem)[:MAX_LENGTH]
    extra = extra_sign(plain)
    if extra is not None:
        plain = (plain[: extra[0]] + plain[extra[1] :]).strip(" -._")
    if _CAMERA.match(plain):
        return Reading(text=text, extra=extra is not None, bare=True, camera=True)
    plain = without_day_of_upload(_YEAR_WITH_WORD.sub(r"\1", plain))
    plain = _SAID_TWICE.sub("", _SEASON_DISC.sub(r"\1D\2", plain))
    if _REVERSED.search(plain):
        plain = plain[::-1]
    bare = (
        _BARE.match(plain) and not episode_numbers.leading_number(plain) and not _NUMBER_AND_YEAR.match(plain)
    )
    if bare or _GIBBERISH.match(plain):
        return Reading(text=text, extra=extra is not None, bare=True, name=_bare_name(plain))
    return _combine(text, plain, extension, extra is not None)


_DISC_FILE = re.compile(r"^(?:vts_\d\d_(\d)|0*(\d{1,5}))$", re.IGNORECASE)


def _bare_name(stem: str) -> ReleaseName:
    """`CD2`, `VTS_01_2` and the `00003.m2ts` of a disc are parts of what the folder names."""
    m = _DISC_FILE.match(stem)
    return ReleaseName(part=int(m[1] or m[2]) if m else disc_of(stem))


def _combine(text: str, stem: str, extension: str, extra: bool) -> Reading:
    mark = episode_search.find(stem)
    asked, cut = _with_plain_mark(stem, mark)
    guess = masking.shown(guessit_adapter.guess(masking.hidden(asked) + extension))
    if mark is None:
        guess = guessit_corrections.sift(guess, asked)
    head = _head(asked, cut, guess)
    name = _release_name(guess, mark, head, asked)
    tail = _tail(guess) if mark and head.title is None else None
    return Reading(
        text=text,
        name=name,
        extra=extra,
        head=head.title if mark else None,
        tail=tail,
        loose=mark.loose if mark else False,
        numbered=mark is not None,
        bare=name.title is None and tail is None and not mark,
        leads=_leading(stem) if mark is None else None,
        terse=mark is None and (bool(_TERSE.match(stem)) or is_uninformative(stem, name)),
        several_seasons=bool(name.seasons),
    )


def is_uninformative(stem: str, name: ReleaseName) -> bool:
    """Whether a name is generic (`movie.1080p`, `download`) or scrambled (`a0b1c2d3`): its folder knows better."""
    if name.year or name.season is not None:
        return False
    return bool(_SCRAMBLED.fullmatch(stem) or _SAYS_NOTHING.fullmatch(name.title or ""))


def _leading(stem: str) -> int | None:
    m = re.match(r"(\d{1,3})[\s._]+(?=[^\W_])", stem)
    return int(m[1]) if m else None


def _head(asked: str, cut: int | None, guess: Guess) -> Head:
    """The head of a name; a title given in two languages is split."""
    head = _whole_head(asked, cut, guess)
    title, alias = editions.split_alias(head.title or "")
    return msgspec.structs.replace(head, title=title, alternative=alias) if alias else head


def _whole_head(asked: str, cut: int | None, guess: Guess) -> Head:
    """What the name says before its mark, else before its year, else guessit's title."""
    if cut is not None:
        return title_bounds.first_field(title_bounds.before(asked, cut, guess), asked[:cut])
    day = dates.day_in(guess, asked)
    if day is not None:
        return title_bounds.before(asked, day[1], guess)
    at = title_bounds.year_cut(guess, asked)
    if at is not None and not guess.get("season"):
        head = title_bounds.before(asked, at, guess, film=True)
        if head.title:
            return head
    head = title_bounds.without_sign(guess, asked)
    return head if head.title else title_bounds.year_as_title(guess, asked)


def _tail(guess: Guess) -> str | None:
    """With nothing before the mark, guessit takes what follows for the title; it is the episode's."""
    return _text(guess, "title") or _text(guess, "episode_title")


def _with_plain_mark(stem: str, mark: Mark | None) -> tuple[str, int | None]:
    """The text with its mark rewritten as `S01E01`, which guessit always understands, and where that stands."""
    if mark is None:
        return stem, None
    left = stem[: mark.start].rstrip(" ._-[({")
    left = episode_numbers.without_absolute(left, mark, stem[mark.start : mark.end])
    right = stem[mark.end :].lstrip("])}")
    glue = max(" ._", key=left.count)
    left = left + glue if left else ""
    if right and right[0] not in " ._-[({":
        right = glue + right
    return f"{left}S01E01{right}", len(left)


def _text(guess: Guess, key: str) -> str | None:
    found = guess.get(key, ())
    return str(found[0].value) if found and found[0].value else None


def _texts(guess: Guess, key: str) -> str | None:
    return ", ".join(dict.fromkeys(str(f.value) for f in guess.get(key, ()) if f.value)) or None


def _number(guess: Guess, key: str) -> int | None:
    found = [f.value for f in guess.get(key, ()) if isinstance(f.value, int)]
    return found[0] if found else None


def _numbers(guess: Guess, key: str) -> tuple[int, ...]:
    return tuple(sorted({f.value for f in guess.get(key, ()) if isinstance(f.value, int)}))


def _season_episodes(guess: Guess, mark: Mark | None, asked: str) -> tuple[int | None, tuple[int, ...]]:
    """Season and episodes: the mark's, else guessit's; numbers around a date are the date's."""
    if mark:
        return mark.season, mark.episodes
    seasons = _numbers(guess, "season")
    if dates.day_in(guess, asked) is not None and not seasons:
        return None, ()
    return (seasons[0] if seasons else None), _numbers(guess, "episode")


def _pack(mark: Mark | None, asked: str, season: int | None, episodes: tuple[int, ...]) -> tuple[int, ...]:
    """The seasons of a pack: said instead of an episode, or before all of them (`Сезон: 1-8 / Серии: 1-73`)."""
    if mark is None:
        several = seasons.pack(asked)
        return several if len(episodes) != 1 or set(episodes) <= set(several) else ()
    if mark.season is not None or len(mark.episodes) < 2:
        return ()
    return seasons.pack(asked[: asked.find("S01E01")])


def _release_name(guess: Guess, mark: Mark | None, head: Head, asked: str) -> ReleaseName:
    season, episodes = _season_episodes(guess, mark, asked)
    pack = _pack(mark, asked, season, episodes)
    if pack:
        season, episodes = pack[0], () if set(episodes) <= set(pack) else episodes
    values: dict[str, Any] = {
        "title": head.title,
        "alternative_titles": _alternatives(guess, head),
        "year": head.year or dates.year(guess, asked, head),
        "country": _text(guess, "country"),
        "season": head.season
        if season is None or (mark is None and head.season is not None and not pack)
        else season,
        "seasons": pack,
        "episodes": episodes,
        "episode_part": mark.piece if mark else None,
        "date": dates.date(guess, mark, asked),
        "episode_title": _text(guess, "episode_title"),
        "edition": _texts(guess, "edition") or editions.edition(asked),
        "part": _part(guess, head, asked),
        "release_group": _text(guess, "release_group"),
        "screen_size": _text(guess, "screen_size"),
        "source": _text(guess, "source"),
        "video_codec": _text(guess, "video_codec"),
        "three_d": editions.three_d(asked, head.title),
        "language": tuple(dict.fromkeys(str(f.value) for f in guess.get("language", ()))),
    }
    return ReleaseName(kind=_kind(values, guess, asked), **values)


def _season_disc(guess: Guess) -> int | None:
    """`Show.S01D03`: one disc of a season."""
    discs = guess.get("disc", ()) if guess.get("season") and not guess.get("episode") else ()
    return int(discs[0].value) if len(discs) == 1 else None


def _part(guess: Guess, head: Head, asked: str) -> int | None:
    """The number of a disc or part, unless the part belongs to the title (`Dune Part Two`)."""
    return (
        _number(guess, "cd")
        or editions.disc(asked)
        or _season_disc(guess)
        or (None if head.part_in_title else _number(guess, "part"))
    )


_LISTED = re.compile(r"\d{1,3}(?:\.|\s-)\s(\D.{2,})$")  # `01 - Some Film`: its place in a collection


def _alternatives(guess: Guess, head: Head) -> tuple[str, ...]:
    """Other titles given before the year; what guessit sees behind it are genres, languages and names."""
    year = min((f.start for f in guess.get("year", ())), default=MAX_LENGTH)
    found = [str(f.value) for f in guess.get("alternative_title", ()) if f.start < year]
    found += [head.alternative] if head.alternative else []
    others = [t for t in dict.fromkeys(found) if t not in (head.title or "") and not editions.is_claim(t)]
    listed = _LISTED.match(head.title or "")
    return (*others, listed[1]) if listed else tuple(others)


_COMPLETE = re.compile(
    r"(?<![^\W_])(?:complete[\s._](?:mini[\s._\-]?)?series|mini[\s._\-]?series|l?\W?int[ée]grale?|complete(?=[\s._]\d{3,4}p))(?![^\W_])",
    re.IGNORECASE,
)
"""A whole show in one place: `The.Wire.COMPLETE.SERIES`; a film's disc is `COMPLETE.BLURAY`."""


def _kind(values: dict[str, Any], guess: Guess, asked: str) -> Kind:
    if values["season"] is not None or values["episodes"] or values["date"] or guess.get("episode_details"):
        return Kind.EPISODE
    if any(found.value == "episode" for found in guess.get("type", ())) and _COMPLETE.search(asked):
        return Kind.EPISODE
    return Kind.MOVIE if values["title"] else Kind.OTHER
