"""The folders that files were archived in, and which filesystem each was on."""

from typing import NamedTuple

import msgspec

from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.store.database import Connection


class ArchiveFolder(NamedTuple):
    """A folder as it was when something was last put there."""

    path: bytes
    device: int
    filesystem: int
    since: int


class Put(NamedTuple):
    """A file that was put into an archive folder."""

    place: bytes
    size: int


def find(connection: Connection, path: bytes) -> ArchiveFolder | None:
    """The folder at `path`, if anything was ever put there."""
    row = connection.execute(
        "SELECT path, device, filesystem, since FROM archive_folders WHERE path = ?", (path,)
    ).fetchone()
    return ArchiveFolder(*row) if row else None


def newest(connection: Connection, folder: bytes, limit: int) -> list[Put]:
    """The files last archived there that the journal says are there still."""
    known = find(connection, folder)
    rows = connection.execute(
        "SELECT place, file FROM moved WHERE state = 'moved' AND archive = ? AND id > ?"
        " AND (op = 'archive' OR (op = 'hardlink' AND place != keeper))"
        " ORDER BY id DESC LIMIT ?",
        (folder, known.since if known else 0, limit),
    )
    return [Put(place, msgspec.json.decode(file, type=Proof).size) for place, file in rows]


def note(transaction: Connection, path: bytes, device: int, filesystem: int) -> None:
    """Remember which filesystem the folder is on."""
    transaction.execute(
        "INSERT INTO archive_folders(path, device, filesystem, since) VALUES (?, ?, ?, 0)"
        " ON CONFLICT(path) DO UPDATE SET device = excluded.device, filesystem = excluded.filesystem",
        (path, device, filesystem),
    )


def accept(transaction: Connection, path: bytes, device: int, filesystem: int) -> None:
    """The user says that the folder is meant to be as it is now."""
    note(transaction, path, device, filesystem)
    transaction.execute(
        "UPDATE archive_folders SET since = (SELECT coalesce(max(id), 0) FROM moved) WHERE path = ?", (path,)
    )
