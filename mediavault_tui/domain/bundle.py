"""What belongs to a video: subtitles, NFO, artwork and other files named after it, or after its folder.

The conventions are those of Kodi, Jellyfin and Plex. A file named after a video begins with the video's
own name (`Film.en.srt`, `Film-poster.jpg`); files such as `poster.jpg` belong to all films in the folder.
Other videos never belong to a video: only a decision moves them.
"""

import os
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from mediavault_tui.domain import sidecars
from mediavault_tui.domain.media import SUBTITLE_EXTENSIONS
from mediavault_tui.domain.plan.values import Entry, Folder

# What Kodi, Jellyfin and Plex look for in a film's own folder.
_FOLDER_ARTWORK = frozenset(
    {
        *("poster", "fanart", "folder", "cover", "default", "movie", "show", "banner", "logo", "clearlogo"),
        *("clearart", "disc", "discart", "cdart", "landscape", "thumb", "backdrop", "background", "art"),
        *("keyart", "characterart"),
    }
)
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tbn", ".gif", ".bmp"})
# What download clients call a file that is still being written.
_UNFINISHED = frozenset({b".part", b".!qb", b".!ut", b".crdownload", b".partial", b".tmp"})


class Belonging(StrEnum):
    """What a file beside a video is to it."""

    SUBTITLE = "subtitle"
    NFO = "nfo"
    ARTWORK = "artwork"
    OTHER = "other"


class Companion(msgspec.Struct, frozen=True):
    """A file that belongs to one or more videos of a folder."""

    path: bytes
    entry: Entry
    what: Belonging
    owners: frozenset[bytes]
    """Names of the videos it belongs to."""
    suffix: bytes
    """What follows the video's name: `.en.srt`, `-poster.jpg`. For a folder's picture, `-` and its name."""


def companions(folder: Folder, *, films: bool) -> list[Companion]:
    """The files of `folder` that belong to any of its videos, in the order of the listing.

    `films`: the folder's own pictures and `movie.nfo` belong to its videos; in a season's folder they
    belong to the season.
    """
    stems: dict[str, list[bytes]] = {}
    for video in sorted(folder.videos):
        stems.setdefault(_text(os.path.splitext(video)[0]), []).append(video)
    return [
        *_named(folder, stems, films=films),
        *(each for below in folder.subtitles for each in _below(below, stems)),
    ]


def _named(folder: Folder, stems: dict[str, list[bytes]], *, films: bool) -> Iterator[Companion]:
    for entry in folder.files:
        stem, ending = os.path.splitext(entry.name)
        if entry.name in folder.videos or ending.lower() in _UNFINISHED:
            continue
        path = os.path.join(folder.path, entry.name)
        owner = _owner(_text(stem), stems)
        if owner is not None:
            suffix = entry.name[len(_raw(owner)) :]
            yield Companion(path, entry, _what(ending), frozenset(stems[owner]), suffix)
        elif films and folder.videos and _is_of_folder(_text(stem).lower(), ending):
            suffix = ending if ending.lower() == b".nfo" else b"-" + entry.name
            yield Companion(path, entry, _what(ending), folder.videos, suffix)


def _below(folder: Folder, stems: dict[str, list[bytes]]) -> Iterator[Companion]:
    """Files of a subtitle folder: by name, or all of them when there is one video only."""
    only = next(iter(stems)) if len(stems) == 1 else None
    for entry in folder.files:
        stem, ending = os.path.splitext(entry.name)
        if ending.lower().decode("latin-1") not in SUBTITLE_EXTENSIONS:
            continue
        owner = _owner(_text(stem), stems)
        path = os.path.join(folder.path, entry.name)
        if owner is not None:
            suffix = entry.name[len(_raw(owner)) :]
            yield Companion(path, entry, Belonging.SUBTITLE, frozenset(stems[owner]), suffix)
        elif only is not None:
            yield Companion(
                path, entry, Belonging.SUBTITLE, frozenset(stems[only]), _spoken_suffix(entry.name)
            )


def _spoken_suffix(name: bytes) -> bytes:
    """`2_English.srt` → `.en.srt`."""
    track = sidecars.describe(_text(name))
    ending = os.path.splitext(name)[1]
    words = [track.language, "forced" if track.forced else None, "sdh" if track.hearing_impaired else None]
    return b"".join(b"." + word.encode() for word in words if word) + ending


def _owner(stem: str, stems: dict[str, list[bytes]]) -> str | None:
    """The longest video name that the stem is, or begins with up to a separator."""
    ends = (len(stem), *(at for at in range(len(stem) - 1, 0, -1) if stem[at] in ".-_ "))
    return next((stem[:end] for end in ends if stem[:end] in stems), None)


def _is_of_folder(stem: str, ending: bytes) -> bool:
    if ending.lower() == b".nfo":
        return stem == "movie"
    plain = stem.rstrip("0123456789")
    return ending.lower().decode("latin-1") in _PICTURES and plain in _FOLDER_ARTWORK


def _what(ending: bytes) -> Belonging:
    ending_text = ending.lower().decode("latin-1")
    if ending_text in SUBTITLE_EXTENSIONS:
        return Belonging.SUBTITLE
    if ending_text == ".nfo":
        return Belonging.NFO
    return Belonging.ARTWORK if ending_text in _PICTURES else Belonging.OTHER


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
