"""Is a catalogue file whole, and can it be used? Looks only; creates and migrates nothing."""

import glob
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
    log_bytes: int = 0
    """Size of the write-ahead log beside it: what is written, but not yet folded into the file."""
    copies: tuple[str, ...] = ()
    """Whole copies beside it (`*.bak`), the newest last."""
    newest_copy: float | None = None
    """When the newest copy was made, in Unix seconds."""
    roots_offline: dict[str, str] = {}
    """Folders that the last scan did not believe, and why."""


def sqlite_version() -> str:
    """Of the library in use."""
    return sqlite3.sqlite_version


def health(path: Path, *, thorough: bool = False) -> Health:
    """Examine the catalogue at `path`; `thorough` also compares every index with its table."""
    newest = migrations.scripts()[-1][0]
    name = os.fspath(path)
    if not path.exists():
        return Health(name, False, newest_schema=newest)
    copies = sorted(path.parent.glob(f"{glob.escape(path.name)}.*.bak"), key=os.path.getmtime)
    found = Health(
        name,
        True,
        size_bytes=path.stat().st_size,
        newest_schema=newest,
        writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK),
        log_bytes=_size(path.with_name(path.name + "-wal")),
        copies=tuple(map(os.fspath, copies)),
        newest_copy=copies[-1].stat().st_mtime if copies else None,
    )
    try:
        with closing(connect_to_look(path)) as connection:
            check = "integrity_check" if thorough else "quick_check"
            return msgspec.structs.replace(
                found,
                check=str(connection.execute(f"PRAGMA {check}(1)").fetchone()[0]),
                schema=_number(connection, "SELECT max(number) FROM migrations"),
                files=_number(connection, "SELECT count(*) FROM files WHERE missing_since IS NULL"),
                roots_offline=_offline(connection),
            )
    except sqlite3.DatabaseError as error:
        return msgspec.structs.replace(found, check=str(error))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _offline(connection: Connection) -> dict[str, str]:
    try:
        rows = connection.execute("SELECT path, offline_reason FROM roots WHERE offline_reason IS NOT NULL")
        return {os.fsdecode(path): reason for path, reason in rows}
    except sqlite3.OperationalError:  # not ours, or from before roots were kept
        return {}


def _number(connection: Connection, query: str) -> int | None:
    try:
        found: int | None = connection.execute(query).fetchone()[0]
    except sqlite3.OperationalError:  # no such table: not ours
        return None
    return found
