"""Metadata files (NFO) in the library's folders, and the ids they give."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from mediavault_tui.domain.found_files import FoundNfo
from mediavault_tui.domain.nfo import Id
from mediavault_tui.store import change_counters
from mediavault_tui.store.database import Connection
from mediavault_tui.store.roots import join


class ToRead(NamedTuple):
    """A metadata file that this version of the reader has not read."""

    id: int
    path: bytes


Ids = tuple[Id, ...]


def update_folder(transaction: Connection, folder_id: int, found: Sequence[FoundNfo]) -> bool:
    """Note what lies in a folder; whether one that gave ids is gone. What is new or written to is read again."""
    rows = transaction.execute(
        "SELECT name, size, mtime_ns, ids FROM nfos WHERE folder_id = ?", (folder_id,)
    ).fetchall()
    known = {name: (size, mtime_ns) for name, size, mtime_ns, _ in rows}
    here = {each.name for each in found}
    gone = [(folder_id, name) for name in known if name not in here]
    transaction.executemany("DELETE FROM nfos WHERE folder_id = ? AND name = ?", gone)
    transaction.executemany(
        "INSERT OR REPLACE INTO nfos(folder_id, name, size, mtime_ns) VALUES (?, ?, ?, ?)",
        [(folder_id, *each) for each in found if known.get(each.name) != each[1:]],
    )
    return any(ids and name not in here for name, _, _, ids in rows)


def to_read(connection: Connection, reader: int, limit: int) -> list[ToRead]:
    """Some that this version of the reader has not read."""
    rows = connection.execute(
        "SELECT nfos.id, path, name FROM nfos JOIN folders ON folders.id = folder_id WHERE reader <> ? LIMIT ?",
        (reader, limit),
    )
    return [ToRead(nfo_id, join(folder, name)) for nfo_id, folder, name in rows]


def save(transaction: Connection, reader: int, read: Iterable[tuple[int, Ids]]) -> None:
    """(number, ids)… as read by this version of the reader."""
    for nfo_id, ids in read:
        value = msgspec.json.encode(ids).decode() if ids else None
        changed = transaction.execute(
            "UPDATE nfos SET reader = ?, ids = ? WHERE id = ? RETURNING ids IS NOT NULL",
            (reader, value, nfo_id),
        ).fetchall()
        if changed:
            change_counters.touch(transaction)


def given(connection: Connection) -> Mapping[bytes, Mapping[bytes, Ids]]:
    """Folder → name in lower case → ids, of all that give some.

    A `movie.nfo` among several films is about nobody knows which, and left out.
    """
    found: defaultdict[bytes, dict[bytes, Ids]] = defaultdict(dict)
    rows = connection.execute(
        "SELECT path, name, ids FROM nfos JOIN folders ON folders.id = folder_id WHERE ids IS NOT NULL"
    )
    for folder, name, value in rows:
        found[folder][name.lower()] = msgspec.json.decode(value, type=Ids)
    for (folder,) in connection.execute(
        "SELECT path FROM nfos JOIN folders ON folders.id = nfos.folder_id"
        " JOIN names ON names.folder_id = folders.id AND missing_since IS NULL"
        " JOIN release_names ON release_names.name_id = names.id AND kind <> 'extra'"
        " WHERE ids IS NOT NULL AND lower(CAST(nfos.name AS TEXT)) = 'movie.nfo'"
        " GROUP BY nfos.folder_id HAVING count(DISTINCT title) > 1 OR count(DISTINCT year) > 1"
    ):
        found[folder].pop(b"movie.nfo", None)
    return found
