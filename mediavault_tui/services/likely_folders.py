"""Folders on this machine, for choosing which to scan."""

import glob
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
"""Entries of a folder that are counted at most: some folders are endless."""


class Folder(NamedTuple):
    """A folder and what is right inside it."""

    path: str
    folders: int
    videos: int
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
    folders = videos = seen = 0
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                seen += 1
                if seen > LOOKED_AT:
                    break
                if entry.is_dir():
                    folders += not entry.name.startswith((".", "@", "#"))
                elif os.path.splitext(entry.name)[1].lower() in VIDEO_EXTENSIONS:
                    videos += 1
    except OSError as error:
        return Folder(path, 0, 0, error.strerror or "cannot be read", False)
    return Folder(path, folders, videos, None, seen > LOOKED_AT)
