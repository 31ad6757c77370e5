"""What reading files from end to end found, and which files still have to be read.

Whoever lists damage asks `media.damage`, `doubts` and `problems`; `save` writes there what a check comes to.
"""

import json
from collections.abc import Collection

import msgspec

from mediavault_tui.domain import wholeness
from mediavault_tui.domain.wholeness import CHECK_VERSION, Check, Health, Wholeness
from mediavault_tui.store import change_counters
from mediavault_tui.store.database import Connection
from mediavault_tui.store.roots import join
from mediavault_tui.store.stages import PendingFile

_HOLDS = "checks.size = files.size AND checks.mtime_ns = files.mtime_ns"
_SELECT = f"""
SELECT files.id, folders.path, names.name, device, inode, files.size, files.mtime_ns FROM files
JOIN names ON names.id = (SELECT min(id) FROM names WHERE file_id = files.id AND missing_since IS NULL)
JOIN folders ON folders.id = names.folder_id
LEFT JOIN checks ON checks.file_id = files.id AND {_HOLDS}
WHERE files.missing_since IS NULL AND files.id > ?
"""


def pending(
    connection: Connection, after: int, limit: int, *, due: bool, deep: bool = False
) -> list[PendingFile]:
    """The next `limit` present files by id behind `after`; with `due` only those no check holds for."""
    wanted = (
        f" AND (checks.file_id IS NULL OR version < {CHECK_VERSION} OR deep < {int(deep)})" if due else ""
    )
    rows = connection.execute(f"{_SELECT}{wanted} ORDER BY files.id LIMIT ?", (after, limit))
    return [PendingFile(row[0], join(row[1], row[2]), *row[3:]) for row in rows]


def some(connection: Connection, ids: Collection[int]) -> dict[int, Check]:
    """The checks that hold for these files as they are known now."""
    rows = connection.execute(
        "SELECT files.id, version, checked_at, deep, status, words, checks.duration_s, content_bytes, checks.size,"
        " checks.mtime_ns FROM json_each(?) JOIN files ON files.id = json_each.value"
        f" JOIN checks ON checks.file_id = files.id AND {_HOLDS}",
        (json.dumps(list(ids)),),
    )
    return {
        row[0]: Check(Health(row[4]), row[2], bool(row[3]), row[5], row[6], row[7], row[1], row[8], row[9])
        for row in rows
    }


def number_of(connection: Connection, device: int, inode: int, size: int, mtime_ns: int) -> int | None:
    """The catalogue's number of a file as it lies there now."""
    row = connection.execute(
        "SELECT id FROM files WHERE inode = ? AND device = ? AND size = ? AND mtime_ns = ?"
        " ORDER BY missing_since IS NOT NULL, id",
        (inode, device, size, mtime_ns),
    ).fetchone()
    return int(row[0]) if row else None


def of_file(connection: Connection, device: int, inode: int, size: int, mtime_ns: int) -> Check | None:
    """The check that holds for a file as it lies there now, by today's rules."""
    file_id = number_of(connection, device, inode, size, mtime_ns)
    found = some(connection, [file_id]).get(file_id) if file_id is not None else None
    return found if found is not None and found.version == CHECK_VERSION else None


def details(connection: Connection, file_id: int) -> Wholeness | None:
    """Everything the check that holds for a file found."""
    row = connection.execute(
        f"SELECT value FROM files JOIN checks ON checks.file_id = files.id AND {_HOLDS} WHERE files.id = ?",
        (file_id,),
    ).fetchone()
    return msgspec.json.decode(row[0], type=Wholeness) if row else None


def save(transaction: Connection, file_id: int, size: int, mtime_ns: int, found: Wholeness, now: int) -> None:
    """Keep what a check came to, of the file as it was then, and show it wherever damage is shown."""
    before = transaction.execute("SELECT status, words FROM checks WHERE file_id = ?", (file_id,)).fetchone()
    words = wholeness.words(found)
    transaction.execute(
        "INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            file_id, CHECK_VERSION, size, mtime_ns, now, int(found.deep), found.status, words, found.duration_s,
            found.bytes_read, found.content_bytes, msgspec.json.encode(found),
        ),
    )  # fmt: skip
    if before is not None and before[0] == Health.DAMAGED:
        transaction.execute(
            "UPDATE media SET damage = NULL WHERE file_id = ? AND damage = ?", (file_id, before[1])
        )
    reflect(transaction, file_id, now)
    if before != (found.status, words) and (words or before):
        change_counters.touch(transaction)


def reflect(transaction: Connection, file_id: int, now: int) -> None:
    """Let the check that holds for a file, if there is one, say whether it is damaged: it has read all of it."""
    check = some(transaction, [file_id]).get(file_id)
    if check is None:
        return
    transaction.execute("DELETE FROM doubts WHERE file_id = ?", (file_id,))
    transaction.execute("DELETE FROM problems WHERE file_id = ? AND phase = 'check'", (file_id,))
    if check.status is Health.DAMAGED:
        transaction.execute("UPDATE media SET damage = ? WHERE file_id = ?", (check.words, file_id))
    elif check.status is Health.SUSPECT:
        transaction.execute("INSERT INTO doubts VALUES (?, ?)", (file_id, check.words))
    elif check.status is Health.UNREADABLE:
        transaction.execute(
            "INSERT INTO problems(file_id, phase, reason, seen_at) VALUES (?, 'check', ?, ?)",
            (file_id, check.words, now),
        )
