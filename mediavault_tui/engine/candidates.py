"""Files of the catalogue as matching and judging need to know them."""

import os
from functools import lru_cache

from mediavault_tui.domain import quality
from mediavault_tui.domain.duplicates import Candidate
from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.domain.quality import Copy
from mediavault_tui.store.catalogue import FileRecord


def candidate_of(file: FileRecord) -> Candidate:
    """For finding duplicates."""
    folder, _, name = file.paths[0].rpartition(b"/")
    return Candidate(
        id=file.id,
        release=file.name,
        name=os.fsdecode(name),
        folders=_parts(folder),
        size=file.size,
        duration_s=file.info.duration_s,
        fps=file.info.video.fps if file.info.video else None,
        content_hash=file.content_hash.hex() if file.content_hash else None,
        damaged=file.info.damage is not None,
        stereo=file.info.video is not None and file.info.video.stereo is not None,
    )


@lru_cache(maxsize=4096)
def _parts(folder: bytes) -> tuple[str, ...]:
    """The innermost first. Files of one folder share them: of a large library that is a good part of all memory."""
    return tuple(os.fsdecode(part) for part in reversed(folder.split(b"/")) if part)


def copy_of(file: FileRecord) -> Copy:
    """For judging quality."""
    said = os.fsdecode(file.paths[0].rpartition(b"/")[2])
    return Copy(
        id=file.id,
        media=None
        if file.info == MediaInfo()
        else quality.with_named_language(file.info, file.name.language, said),
        size=file.size,
        inode=f"{file.device}:{file.inode}",
        links=file.links,
        names=len(file.paths),
        content=file.content_hash,
        burned_in=quality.says_burned_in(said, has_subtitles=bool(file.info.subtitles)),
        place=file.transient,
    )


def state_of(file: FileRecord) -> str:
    """What changes when the file's content does: decisions hold for this state."""
    return f"{file.size}:{file.mtime_ns}"
