"""What a walk finds: folders and the videos in them, as the directory and the inodes describe them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class FoundVideo(NamedTuple):
    """A video file. The fields behind the name are its identity and state; times are in nanoseconds."""

    name: bytes
    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    links: int


class FoundNfo(NamedTuple):
    """A metadata file beside videos, or above them."""

    name: bytes
    size: int
    mtime_ns: int


class FoundFolder(NamedTuple):
    """What one folder holds for us."""

    path: bytes
    videos: list[FoundVideo]
    subtitles: list[bytes]
    """Also sound files: what may be a track of a video beside it."""
    trouble: list[tuple[bytes, str]]
    """(path, reason) of what could not be looked at; the folder's own path when it could not be listed."""
    links: list[tuple[bytes, bytes]]
    """(name, real path it leads to) of symbolic links."""
    unfinished: Mapping[bytes, bytes] = {}
    """Of the videos, those a download program is still writing to, and the file beside each that says so."""
    nfos: Sequence[FoundNfo] = ()
    """Metadata files, which may give ids."""
