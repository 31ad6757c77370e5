"""What folder names mean: seasons, discs, extras, shelves (`Movies`), or the name of a work."""

import re
from enum import StrEnum

from mediavault_tui.domain.names.extras import is_extra_folder


class Role(StrEnum):
    """What a folder is for."""

    WORK = "work"  # named after a film, a show, or a release
    SEASON = "season"
    DISC = "disc"
    EXTRAS = "extras"
    SHELF = "shelf"  # says nothing about what is in it


SHELVES = frozenset(
    """
    downloads download downloaded complete completed incomplete incoming finished torrents torrent usenet
    nzb seeding video videos vids movie movies film films filme filmes tv tvshows tv shows tv series series
    serien show shows media mnt volume data storage share shared nas home users user root public library
    collection collections anime cartoons documentaries documentary docs kids new old unsorted sorted misc
    various versions temp tmp backup archive archives import imports inbox watch watched unwatched hd uhd 4k 1080p 720p
    sd dvd dvds bluray blu-ray blurays mkv mp4 avi files my videos my movies desktop documents plex jellyfin
    emby kodi content disk usb external subs subtitles subtitle
    """.split()
) | frozenset({"tv shows", "tv series", "my videos", "my movies", "video files", "home videos", "new folder"})

_WORKS_TOO = frozenset(
    """
    show home kids data share shared public root user users watch watched content archive archives library
    collection external old new various storage
    """.split()
)

_SHELF_NUMBERED = re.compile(
    r"^(?:volume|disk|drive|hdd|share|data|usb|sd[a-z]|movies?|tv|films?|videos?)[\s._\-]?\d{0,3}$"
)
_RANGE = re.compile(r"^(?:0\d*\s?-\s?\d{1,4}|\d{1,4}\s-\s\d{1,4})$")  # `001 - 033`: the episodes in it
_DRIVE = re.compile(r"^[a-z]:$")
_DISC = re.compile(
    r"^(?:cd|dvd|dis[ck]|part|pt|bd)[\s._\-]?(\d{1,2})$|^(?:video_ts|audio_ts|bdmv|stream|certificate|hvdvd_ts)$"
)
_SEASON = re.compile(
    r"^(?:(?:season|saison|staffel|temporada|stagione|seizoen|series|sezon|сезон|säsong|sesong|sæson|évad|book|s)"
    r"[\s._\-]*(\d{1,4})|(\d{1,4})[\s._]*(?:st|nd|rd|th|\.|ª|º)?[\s._]*(?:season|staffel|temporada|сезон|évad|sezon))"
    r"(?:[\s._\-]*(?:\(?(?:19|20)\d\d\)?|complete|\[.*\]|\(.*\)))?$"
)
_SPECIALS = re.compile(r"^(?:specials?|season[\s._]*0+|s00|ova|ovas)$")


def role_of(name: str) -> Role:
    """What a folder of this name is for."""
    plain = name.strip().casefold()
    if (
        not plain
        or plain in SHELVES
        or _SHELF_NUMBERED.match(plain)
        or _DRIVE.match(plain)
        or _RANGE.match(plain)
    ):
        return Role.SHELF
    if is_extra_folder(name):
        return Role.EXTRAS
    if season_of(name) is not None:
        return Role.SEASON
    return Role.DISC if _DISC.match(plain) else Role.WORK


def may_be_work(shelf: str) -> bool:
    """Whether a shelf's name can be a show's, when season folders are in it: `Home/Season 1`, but not `TV`."""
    return shelf.strip().casefold() in _WORKS_TOO


def season_of(name: str) -> int | None:
    """The season a folder is named after (`Season 02`, `2. Staffel`, `Specials` → 0), if by nothing else."""
    plain = name.strip().casefold()
    if _SPECIALS.match(plain):
        return 0
    if plain.isascii() and plain.isdigit() and len(plain) <= 2:
        return int(plain)
    m = _SEASON.match(plain)
    return int(m[1] or m[2]) if m else None


def disc_of(name: str) -> int | None:
    """The number of a `CD1`, `Disc 2` or `Part 3` folder."""
    m = _DISC.match(name.strip().casefold())
    return int(m[1]) if m and m[1] else None
