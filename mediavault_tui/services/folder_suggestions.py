"""Folders on this machine, for choosing which to scan."""

import glob
import itertools
import os
from collections.abc import Iterable
from typing import NamedTuple

from mediavault_tui.domain.media import VIDEO_EXTENSIONS

# Where collections usually are: Synology and QNAP volumes, TrueNAS and OpenMediaVault mounts, Unraid, desktops.
LIKELY = (
    "/volume[0-9]*/*", "/share/*", "/mnt/*", "/mnt/user/*", "/media/*", "/media/*/*", "/srv/*", "/data", "/videos",
    "~/Videos", "~/Movies", "~",
)  # fmt: skip
HIDDEN = frozenset({"proc", "sys", "dev", "run", "boot", "etc", "bin", "sbin", "lib", "lib64", "usr", "tmp"})
LOOKED_AT = 3000
"""Entries that are looked at for one folder at most: some are endless."""
DEPTH = 2
"""Levels below a folder in which videos are looked for: `Season 01` in a show in it."""


class Folder(NamedTuple):
    """A folder and what is in it."""

    path: str
    folders: int
    """Right inside it."""
    videos: int
    """In it and a little below."""
    error: str | None
    is_more: bool
    """There was more than was looked at."""


def likely() -> list[str]:
    """Folders of this machine that may hold a collection, and at last the root of everything."""
    found = [path for pattern in LIKELY for path in sorted(glob.glob(os.path.expanduser(pattern)))]
    return [*dict.fromkeys(path for path in found if os.path.isdir(path)), "/"]


def below(path: str) -> list[str]:
    """The folders in a folder, by name, without hidden and system ones. Raises OSError."""
    with os.scandir(path) as entries:
        names = [
            entry.name for entry in entries if entry.is_dir() and not entry.name.startswith((".", "@", "#"))
        ]
    if path == "/":
        names = [name for name in names if name not in HIDDEN]
    return [os.path.join(path, name) for name in sorted(names, key=str.casefold)]


def list_(path: str | None) -> list[str]:
    """What to show of a folder; likely places for None. Raises OSError."""
    return likely() if path is None else below(path)


def absolute(typed: str) -> str:
    """A typed path as it is stored."""
    return os.path.abspath(os.path.expanduser(typed))


def look(paths: Iterable[str]) -> dict[str, Folder]:
    """What is inside each of these folders."""
    return {path: _look(path) for path in paths}


def _look(path: str) -> Folder:
    """Level by level, so that what is nearest is seen before the patience ends."""
    folders = videos = seen = 0
    level, error = [path], None
    for depth in range(1 if path == "/" else DEPTH + 1):
        below: list[str] = []
        for folder in level:
            entries, trouble = _listed(folder, LOOKED_AT - seen)
            seen += len(entries)
            error = error if depth else trouble
            below += [entry.path for entry in entries if _is_folder(entry)]
            videos += sum(os.path.splitext(entry.name)[1].lower() in VIDEO_EXTENSIONS for entry in entries)
        folders = folders if depth else len(below)
        level = below
    return Folder(path, folders, videos, error, seen >= LOOKED_AT)


def _listed(folder: str, most: int) -> tuple[list["os.DirEntry[str]"], str | None]:
    """What is in a folder, or why that cannot be told."""
    try:
        with os.scandir(folder) as entries:
            return list(itertools.islice(entries, most)), None
    except OSError as error:
        return [], error.strerror or "cannot be read"


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Not a hidden or system one, and no link, which might lead in a circle."""
    return not entry.name.startswith((".", "@", "#")) and entry.is_dir(follow_symlinks=False)
