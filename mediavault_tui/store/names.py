"""What names say: readings of single strings (a cache), and the release name of each file."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from mediavault_tui.domain.media import AudioTrack, ReleaseName, SubtitleTrack
from mediavault_tui.domain.names import Reading
from mediavault_tui.store import change_counters
from mediavault_tui.store.database import Connection


class NamedFile(NamedTuple):
    """A present name of a file."""

    name_id: int
    file_id: int
    name: bytes


class FolderNames(NamedTuple):
    """All names in one folder."""

    folder_id: int
    path: bytes
    videos: list[NamedFile]
    subtitles: list[bytes]


class Sidecar(NamedTuple):
    """A subtitle or sound file and the videos it belongs to: none, if that is not known."""

    name: bytes
    file_ids: tuple[int, ...]
    track: SubtitleTrack | AudioTrack


class Placed(NamedTuple):
    """What the names of one folder say."""

    folder_id: int
    release_names: list[tuple[int, ReleaseName]]
    """(name id, what it says)"""
    sidecars: list[Sidecar]


_TO_READ = "names_read <> ? AND id > ?"


def folders_to_read(connection: Connection, parser: int, after: int, limit: int) -> list[FolderNames]:
    """The next `limit` folders, by id behind `after`, with names that this version of the parser has not placed."""
    rows = connection.execute(
        f"SELECT id, path FROM folders WHERE {_TO_READ} ORDER BY id LIMIT ?", (parser, after, limit)
    ).fetchall()
    return [_folder(connection, folder_id, path) for folder_id, path in rows]


def names_to_read_count(connection: Connection, parser: int) -> int:
    """How many present names stand in folders that are to be read."""
    row = connection.execute(
        "SELECT count(*) FROM folders JOIN names ON names.folder_id = folders.id AND names.missing_since IS NULL"
        " WHERE names_read <> ?",
        (parser,),
    ).fetchone()
    return int(row[0])


def _folder(connection: Connection, folder_id: int, path: bytes) -> FolderNames:
    videos = connection.execute(
        "SELECT id, file_id, name FROM names WHERE folder_id = ? AND missing_since IS NULL ORDER BY name",
        (folder_id,),
    )
    subtitles = connection.execute(
        "SELECT name FROM sidecars WHERE folder_id = ? ORDER BY name", (folder_id,)
    )
    return FolderNames(folder_id, path, [NamedFile(*row) for row in videos], [row[0] for row in subtitles])


def videos_beside(connection: Connection, path: bytes) -> list[NamedFile]:
    """The present names in the folder at `path`."""
    rows = connection.execute(
        "SELECT names.id, file_id, name FROM folders JOIN names ON names.folder_id = folders.id"
        " WHERE path = ? AND names.missing_since IS NULL ORDER BY name",
        (path,),
    )
    return [NamedFile(*row) for row in rows]


def cached(
    connection: Connection, parser: int, texts: Iterable[tuple[str, bool]]
) -> dict[tuple[str, bool], Reading]:
    """The readings known for these (text, is a folder)."""
    found = {}
    for key in texts:
        row = connection.execute(
            "SELECT reading FROM readings WHERE text = ? AND folder = ? AND parser = ?", (*key, parser)
        ).fetchone()
        if row:
            found[key] = msgspec.json.decode(row[0], type=Reading)
    return found


def known(connection: Connection, parser: int, texts: Iterable[tuple[str, bool]]) -> set[tuple[str, bool]]:
    """Which of these (text, is a folder) have a reading."""
    return {
        key
        for key in texts
        if connection.execute(
            "SELECT 1 FROM readings WHERE text = ? AND folder = ? AND parser = ?", (*key, parser)
        ).fetchone()
    }


def save_readings(
    transaction: Connection, parser: int, readings: Sequence[tuple[tuple[str, bool], bytes]]
) -> None:
    """((text, is a folder), JSON of the reading)…"""
    transaction.executemany(
        "INSERT OR REPLACE INTO readings(text, folder, parser, reading) VALUES (?, ?, ?, ?)",
        [(text, folder, parser, reading) for (text, folder), reading in readings],
    )


def save_placed(transaction: Connection, parser: int, folders: Sequence[Placed]) -> None:
    """Store what the names of these folders say and mark the folders read."""
    for folder in folders:
        transaction.executemany(
            "INSERT OR REPLACE INTO release_names(name_id, kind, title, year, season, value)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (name_id, said.kind, said.title, said.year, said.season, msgspec.json.encode(said))
                for name_id, said in folder.release_names
            ],
        )
        for sidecar in folder.sidecars:
            _save_sidecar(transaction, folder.folder_id, sidecar)
    transaction.executemany(
        "UPDATE folders SET names_read = ? WHERE id = ?", [(parser, folder.folder_id) for folder in folders]
    )
    change_counters.touch(transaction)


def _save_sidecar(transaction: Connection, folder_id: int, sidecar: Sidecar) -> None:
    track = sidecar.track
    spoken: tuple[object, ...]
    if isinstance(track, AudioTrack):
        spoken = "audio", track.codec, track.language, False, False, track.commentary, track.kind
    else:
        spoken = (
            "subtitle",
            track.format,
            track.language,
            track.forced,
            track.hearing_impaired,
            track.commentary,
            track.kind,
        )
    (sidecar_id,) = transaction.execute(
        "UPDATE sidecars SET file_id = ?, kind = ?, format = ?, language = ?, forced = ?, hearing_impaired = ?,"
        " commentary = ?, purpose = ? WHERE folder_id = ? AND name = ? RETURNING id",
        (next(iter(sidecar.file_ids), None), *spoken, folder_id, sidecar.name),
    ).fetchone() or (None,)
    transaction.execute("DELETE FROM sidecar_owners WHERE sidecar_id = ?", (sidecar_id,))
    transaction.executemany(
        "INSERT INTO sidecar_owners(sidecar_id, file_id) VALUES (?, ?)",
        [(sidecar_id, file_id) for file_id in sidecar.file_ids if sidecar_id is not None],
    )
