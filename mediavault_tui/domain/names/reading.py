"""What one string says: guessit's answer, put right by `marks` and `titles`."""

import re
from typing import Any

import msgspec

from mediavault_tui.domain.media import SUBTITLE_EXTENSIONS, VIDEO_EXTENSIONS, Kind, ReleaseName
from mediavault_tui.domain.names import engine, marks, titles
from mediavault_tui.domain.names.engine import Guess
from mediavault_tui.domain.names.extras import extra_sign
from mediavault_tui.domain.names.folders import Role, disc_of, role_of, season_of

PARSER_VERSION = 1
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


_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_KNOWN = VIDEO_EXTENSIONS | SUBTITLE_EXTENSIONS | {".divx", ".m2v", ".rmvb", ".iso", ".ogm", ".nfo", ".strm"}
_BARE = re.compile(
    r"^(?:movie|video|film|feature|main|title|index|vts|stream|untitled)?[\s._\-]*(?:t?\d{0,6}[\s._\-]*)*$"
    r"|^[0-9a-f]{16,}$|^[A-Za-z0-9]{24,}$|^(?:cd|dis[ck]|dvd|part|pt)[\s._\-]?\d{1,2}$",
    re.IGNORECASE,
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read(text: str, *, folder: bool = False) -> Reading:
    """Reads one file name (with its extension) or one folder name; never raises, whatever the string."""
    text = _SURROGATE.sub("\ufffd", text)
    if folder:
        return _read_folder(text)
    return _read_stem(text, *split_extension(text))


def split_extension(text: str) -> tuple[str, str]:
    """Stem and extension; only endings known as media files count (`Mr. Robot` has none)."""
    m = _EXTENSION.search(text)
    if m and m.start() > 0 and m[0].casefold() in _KNOWN:
        return text[: m.start()], m[0]
    return text, ""


def _read_folder(text: str) -> Reading:
    role = role_of(text)
    if role is Role.WORK:
        return _read_stem(text, text, "")
    return Reading(
        text=text, role=role, name=ReleaseName(season=season_of(text), part=disc_of(text)), bare=True
    )


def _read_stem(text: str, stem: str, extension: str) -> Reading:
    plain = _CONTROL.sub(" ", stem)[: engine.MAX_LENGTH].replace("/", " ")
    extra = extra_sign(plain)
    if extra is not None:
        plain = (plain[: extra[0]] + plain[extra[1] :]).strip(" -._")
    if _BARE.match(plain) and not marks.leading_number(plain):
        return Reading(text=text, extra=extra is not None, bare=True, name=_bare_name(plain))
    return _combine(text, plain, extension, extra is not None)


def _bare_name(stem: str) -> ReleaseName:
    return ReleaseName(part=disc_of(stem))


def _combine(text: str, stem: str, extension: str, extra: bool) -> Reading:
    mark = marks.find(stem)
    asked, cut = _with_plain_mark(stem, mark)
    guess = engine.guess(asked + extension)
    head, tail, year = _title(asked, mark, cut, guess)
    name = _release_name(guess, mark, head, year)
    return Reading(
        text=text,
        name=name,
        extra=extra,
        head=head if mark else None,
        tail=tail,
        loose=mark.loose if mark else False,
        numbered=mark is not None,
        bare=name.title is None and tail is None,
    )


def _with_plain_mark(stem: str, mark: marks.Mark | None) -> tuple[str, int | None]:
    """The text with its mark rewritten as `S01E01`, which guessit always understands, and where that stands."""
    if mark is None:
        return stem, None
    left = stem[: mark.start].rstrip(" ._-[({")
    right = stem[mark.end :].lstrip("])}")
    glue = "." if "." in stem and " " not in stem else "_" if "_" in stem and " " not in stem else " "
    left = left + glue if left else ""
    if right and right[0] not in " ._-[({":
        right = glue + right
    return f"{left}S01E01{right}", len(left)


def _title(
    asked: str, mark: marks.Mark | None, cut: int | None, guess: Guess
) -> tuple[str | None, str | None, int | None]:
    """Title, text that may be a title when nothing stands before the mark, and year."""
    guessed = _text(guess, "title")
    if cut is not None:
        head, year = titles.before(asked, cut)
        return head, (guessed or _text(guess, "episode_title")) if head is None else None, year
    at = titles.year_cut(guess, asked)
    if at is not None:
        head, _ = titles.before(asked, at)
        return head or guessed, None, None
    return guessed, None, None


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


def _season_episodes(guess: Guess, mark: marks.Mark | None) -> tuple[int | None, tuple[int, ...]]:
    """Season and episodes: the mark's; else guessit's, but a year alone is no season."""
    if mark:
        return mark.season, mark.episodes
    seasons = _numbers(guess, "season")
    season = seasons[0] if len(seasons) == 1 else None
    if season is not None and season == _number(guess, "year"):
        season = None
    return season, _numbers(guess, "episode")


def _release_name(guess: Guess, mark: marks.Mark | None, title: str | None, year: int | None) -> ReleaseName:
    season, episodes = _season_episodes(guess, mark)
    others = [f.value for f in guess.get("other", ())]
    values: dict[str, Any] = {
        "title": title,
        "alternative_titles": tuple(str(f.value) for f in guess.get("alternative_title", ())),
        "year": year or _number(guess, "year"),
        "country": _text(guess, "country"),
        "season": season,
        "episodes": episodes,
        "date": _text(guess, "date"),
        "episode_title": _text(guess, "episode_title"),
        "edition": _texts(guess, "edition"),
        "part": _number(guess, "cd") or _number(guess, "part"),
        "release_group": _text(guess, "release_group"),
        "screen_size": _text(guess, "screen_size"),
        "source": _text(guess, "source"),
        "video_codec": _text(guess, "video_codec"),
        "three_d": "3D" in others,
        "language": tuple(dict.fromkeys(str(f.value) for f in guess.get("language", ()))),
    }
    return ReleaseName(kind=_kind(values, guess), **values)


def _kind(values: dict[str, Any], guess: Guess) -> Kind:
    if values["season"] is not None or values["episodes"] or values["date"]:
        return Kind.EPISODE
    if guess.get("type") and guess["type"][0].value == "episode" and not values["year"]:
        return Kind.EPISODE if guess.get("episode_details") or guess.get("episode") else Kind.MOVIE
    return Kind.MOVIE if values["title"] else Kind.OTHER
