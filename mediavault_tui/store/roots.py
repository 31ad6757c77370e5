"""The folders that are scanned, and whether they are there."""

from collections.abc import Iterable
from typing import NamedTuple

from mediavault_tui.store.database import Connection


class Root(NamedTuple):
    """A root as it was when last online."""

    path: bytes
    device: int
    filesystem: int
    offline_reason: str | None
    last_scan: int | None


class KnownFile(NamedTuple):
    """One present name, to be looked for again."""

    path: bytes
    inode: int
    size: int
    mtime_ns: int


def join(folder: bytes, name: bytes) -> bytes:
    """The path of a name. SQL's `||` would make text of it, and a path need not be text."""
    return folder.rstrip(b"/") + b"/" + name


def within(root: bytes) -> tuple[bytes, bytes, bytes]:
    """Bounds for `path = ? OR (path >= ? AND path < ?)`: the root itself and everything below it."""
    stem = root.rstrip(b"/")
    return root, stem + b"/", stem + b"0"  # "0" follows "/"


IN_ROOT = "(folders.path = ? OR (folders.path >= ? AND folders.path < ?))"


def away(folder_id: str) -> str:
    """The SQL condition that this folder lies under a root that is offline."""
    return (
        f"EXISTS (SELECT 1 FROM folders AS home, roots WHERE home.id = {folder_id} AND offline_reason IS NOT NULL"
        " AND (home.path = roots.path OR roots.path = x'2f' OR substr(home.path, 1, length(roots.path) + 1)"
        " = CAST(CAST(roots.path AS TEXT) || '/' AS BLOB)))"
    )


def offline(file_id: str) -> str:
    """The SQL condition that a file which is there cannot be reached: all its names are under offline roots."""
    return (
        f"NOT EXISTS (SELECT 1 FROM names AS way WHERE way.file_id = {file_id} AND way.missing_since IS NULL"
        f" AND NOT {away('way.folder_id')})"
    )


def all_roots(connection: Connection) -> list[Root]:
    """Every root ever scanned, by path."""
    rows = connection.execute(
        "SELECT path, device, filesystem, offline_reason, last_scan FROM roots ORDER BY path"
    )
    return [Root(*row) for row in rows]


def has_folder(connection: Connection, path: bytes) -> bool:
    """Whether videos were ever found at or below `path`."""
    row = connection.execute(f"SELECT 1 FROM folders WHERE {IN_ROOT} LIMIT 1", within(path)).fetchone()
    return row is not None


def find(connection: Connection, path: bytes) -> Root | None:
    """The root at `path`, if it was ever scanned."""
    row = connection.execute(
        "SELECT path, device, filesystem, offline_reason, last_scan FROM roots WHERE path = ?", (path,)
    ).fetchone()
    return Root(*row) if row else None


def some_known_files(connection: Connection, root: bytes, limit: int) -> list[KnownFile]:
    """Up to `limit` present names under `root`, with what identifies them."""
    rows = connection.execute(
        f"SELECT folders.path, names.name, inode, size, mtime_ns FROM folders"
        f" JOIN names ON names.folder_id = folders.id AND names.missing_since IS NULL"
        f" JOIN files ON files.id = names.file_id WHERE {IN_ROOT} LIMIT ?",
        (*within(root), limit),
    )
    return [KnownFile(join(folder, name), inode, size, mtime) for folder, name, inode, size, mtime in rows]


def set_online(transaction: Connection, path: bytes, device: int, filesystem: int, now: int) -> None:
    """Note that `path` is there and on which filesystem."""
    transaction.execute(
        "INSERT INTO roots(path, device, filesystem, last_scan) VALUES (?, ?, ?, ?) ON CONFLICT(path) DO UPDATE"
        " SET device = excluded.device, filesystem = excluded.filesystem, last_scan = excluded.last_scan,"
        " offline_reason = NULL",
        (path, device, filesystem, now),
    )


def set_offline(transaction: Connection, path: bytes, reason: str) -> None:
    """Note that a known root is not there; its files keep their rows."""
    transaction.execute("UPDATE roots SET offline_reason = ? WHERE path = ?", (reason, path))


def renumber_device(transaction: Connection, root: bytes, old: int, new: int) -> None:
    """The kernel gave the filesystem another number: the files are the same."""
    transaction.execute(
        f"UPDATE files SET device = ? WHERE device = ? AND id IN (SELECT names.file_id FROM folders"
        f" JOIN names ON names.folder_id = folders.id WHERE {IN_ROOT})",
        (new, old, *within(root)),
    )


def is_under(path: bytes, roots: Iterable[bytes]) -> bool:
    """Whether `path` is one of `roots` or below one."""
    return any(path == root or path.startswith(root.rstrip(b"/") + b"/") for root in roots)
