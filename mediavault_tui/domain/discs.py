"""Discs: files that are of use together only, whatever their folder is called, and whole discs in one file."""

import os
import re
from collections.abc import Collection

from mediavault_tui.domain.media import DISC_IMAGE_EXTENSIONS

# DVD, Blu-ray and AVCHD, HD DVD, DVD audio, video recorders, Video CD.
_FOLDERS = frozenset(
    {b"video_ts", b"bdmv", b"bdav", b"avchd", b"hvdvd_ts", b"audio_ts", b"dvd_rtav", b"mpegav"}
)
_DEPTH = 4
"""`AVCHD/BDMV/STREAM/SSIF`: how many folders above a file may be the disc's."""
_PIECE = re.compile(rb"(?:vts_\d\d_\d|video_ts|vr_movie)\.(?:vob|vro|evo)", re.IGNORECASE)
_STREAM = re.compile(rb"\d{5}\.(?:m2ts|mts|ssif)", re.IGNORECASE)
_PLAYED_BY_IFO = frozenset({b".vob", b".vro", b".evo"})
# What tells a player how a disc's streams belong together.
_INDEXES = frozenset({b".ifo", b".bup"})
_PLAYLISTS = frozenset({b".mpls", b".clpi", b".bdmv", b".mpl", b".cpi", b".bdm"})


def is_part(path: bytes, beside: Collection[bytes] = ()) -> bool:
    """Whether the file at `path` is a piece of a disc; `beside`: the names of all files in its folder."""
    *folders, name = path.split(b"/")
    above = [folder.lower() for folder in folders[-_DEPTH:]]
    if _FOLDERS & set(above):
        return True
    ending = os.path.splitext(name)[1].lower()
    endings = {os.path.splitext(each)[1].lower() for each in beside}
    if ending in _PLAYED_BY_IFO and endings & _INDEXES:
        return True
    if _PIECE.fullmatch(name):
        return sum(_PIECE.fullmatch(each) is not None for each in beside) > 1
    if _STREAM.fullmatch(name):
        several = ending == b".m2ts" and sum(_STREAM.fullmatch(each) is not None for each in beside) > 1
        return above[-1:] == [b"stream"] or several or bool(endings & _PLAYLISTS)
    return False


def is_image(path: bytes) -> bool:
    """Whether the file at `path` is a whole disc in one file: `Film.iso`."""
    return os.path.splitext(path)[1].lower().decode("latin-1") in DISC_IMAGE_EXTENSIONS
