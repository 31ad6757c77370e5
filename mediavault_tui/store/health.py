"""Is a catalogue file whole, and can it be used? Looks only; creates and migrates nothing."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from mediavault_tui.store import migrations
from mediavault_tui.store.database import Connection, connect_to_look


class Health(msgspec.Struct, frozen=True):
    """What was found out about a catalogue."""

    path: str
    exists: bool
    size_bytes: int = 0
    schema: int | None = None
    """The newest migration applied; None if it is no catalogue."""
    newest_schema: int = 0
    """The newest this program knows."""
    check: str | None = None
    """SQLite's quick check: `ok`, or what is wrong."""
    files: int | None = None
    writable: bool = False


def sqlite_version() -> str:
    """Of the library in use."""
    return sqlite3.sqlite_version


def health(path: Path) -> Health:
    """Examine the catalogue at `path`."""
    newest = migrations.scripts()[-1][0]
    name = os.fspath(path)
    if not path.exists():
        return Health(name, False, newest_schema=newest)
    found = Health(
        name,
        True,
        size_bytes=path.stat().st_size,
        newest_schema=newest,
        writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK),
    )
    try:
        with closing(connect_to_look(path)) as connection:
            return msgspec.structs.replace(
                found,
                check=str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]),
                schema=_number(connection, "SELECT max(number) FROM migrations"),
                files=_number(connection, "SELECT count(*) FROM files WHERE missing_since IS NULL"),
            )
    except sqlite3.DatabaseError as error:
        return msgspec.structs.replace(found, check=str(error))


def _number(connection: Connection, query: str) -> int | None:
    try:
        found: int | None = connection.execute(query).fetchone()[0]
    except sqlite3.OperationalError:  # no such table: not ours
        return None
    return found
