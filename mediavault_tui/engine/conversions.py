"""Files of the catalogue as matching and judging need to know them."""

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache

from mediavault_tui.domain import quality
from mediavault_tui.domain.duplicates import Candidate
from mediavault_tui.domain.media import Kind, MediaInfo, ReleaseName
from mediavault_tui.domain.nfo import Id, Level
from mediavault_tui.domain.quality import Copy
from mediavault_tui.store import catalogue, nfos
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection

_SHOW_ABOVE = 3
"""Folders in which a show's `tvshow.nfo` is looked for: the episode's own, the season's, the show's."""


def candidates_of(connection: Connection, files: Iterable[FileRecord]) -> list[Candidate]:
    """For finding duplicates, with the ids of metadata files."""
    beside = nfos.given(connection)
    return [candidate_of(file, _ids_beside(file, beside) if beside else ()) for file in files]


def _ids_beside(file: FileRecord, beside: Mapping[bytes, Mapping[bytes, nfos.Ids]]) -> list[Id]:
    """The ids of the files named like the video, else of the `movie.nfo` beside it; of its show's above it."""
    found: list[Id] = []
    for path in file.paths:
        folder, _, name = path.rpartition(b"/")
        here = beside.get(folder, {})
        film = here.get(os.path.splitext(name)[0].lower() + b".nfo", here.get(b"movie.nfo", ()))
        found += [each for each in film if _is_about(each, file.name)]
        for _ in range(_SHOW_ABOVE if file.name.kind is Kind.EPISODE else 0):
            found += [
                each for each in beside.get(folder, {}).get(b"tvshow.nfo", ()) if each.level is Level.SHOW
            ]
            folder = folder.rpartition(b"/")[0]
    return found


def _is_about(given: Id, name: ReleaseName) -> bool:
    """Films have no ids of episodes: of a release group's text, a link says little about an episode."""
    return (given.level is Level.FILM) != (name.kind is Kind.EPISODE)


def candidate_of(file: FileRecord, beside: Iterable[Id] = ()) -> Candidate:
    """For finding duplicates; `beside` are the ids that metadata files give."""
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
        ids=_named(file.name) | frozenset(beside),
    )


def _named(name: ReleaseName) -> frozenset[Id]:
    level = Level.SHOW if name.kind is Kind.EPISODE else Level.FILM
    return frozenset(Id(level, *each) for each in name.ids)


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
        problem=file.problem if file.status == "unreadable" else None,
        path=file.paths[0],
    )


def state_of(file: FileRecord) -> str:
    """What changes when the file's content does: decisions hold for this state."""
    return catalogue.state_of(file.size, file.mtime_ns)
