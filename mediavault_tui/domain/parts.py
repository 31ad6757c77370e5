"""Parts of one work: `film.cd1.avi` and `film.cd2.avi`, in one folder or in `CD1` and `CD2`."""

import os
import re

from mediavault_tui.domain.media import ReleaseName

_FOLDER = re.compile(
    rb"(?:cd|dvd|dis[ck]|disque|disco|part|pt|teil|parte|partie|vol|volume)[ ._-]*(\d{1,2}|[a-d])",
    re.IGNORECASE,
)


def number(path: bytes, said: ReleaseName) -> int | None:
    """Which part of its work the file at `path` is, by its name or else by its folder's; None for a whole one."""
    return said.part if said.part is not None else folder_number(os.path.basename(os.path.dirname(path)))


def folder_number(name: bytes) -> int | None:
    """The part in a folder's name that says nothing else: `CD1`, `Disc B`."""
    match = _FOLDER.fullmatch(name.strip())
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else match[1].lower()[0] - ord("a") + 1
