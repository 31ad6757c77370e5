"""Numbered scripts in `schema/` bring a catalogue to the present shape.

Each script is applied together with its own row in `migrations`, in one transaction; before the first of
them touches an existing catalogue, a copy is made beside it.
"""

import re
import sqlite3
from importlib import resources
from pathlib import Path

from mediavault_tui.errors import StoreError


def scripts() -> list[tuple[int, str]]:
    """(number, SQL) in order."""
    folder = resources.files("mediavault_tui.store").joinpath("schema")
    return sorted(
        (int(entry.name[:4]), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if re.fullmatch(r"\d{4}_\w+\.sql", entry.name)
    )


def version(connection: sqlite3.Connection) -> int:
    """The number of the newest script applied; 0 for a new catalogue."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY,"
        " applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT"
    )
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0])


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing. Raises StoreError for a catalogue newer than this program, or another program's file."""
    _refuse_foreign(connection, path)
    have, available = version(connection), scripts()
    applied = {row[0] for row in connection.execute("SELECT number FROM migrations")}
    newest = available[-1][0]
    if have > newest:
        raise StoreError(
            f"catalogue {path} was written by a newer MediaVault (schema {have}, this program knows {newest})",
            "Update MediaVault, or name another catalogue with --db.",
        )
    missing = [(number, script) for number, script in available if number not in applied]
    if have and missing:
        _back_up(connection, path, have)
    for number, script in missing:
        # executescript commits what is open first, so the transaction is spelled out in the script.
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\nINSERT INTO migrations(number) VALUES ({number});\nCOMMIT;"
        )


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Another program's SQLite file must not get our tables."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "migrations" not in tables:
        raise StoreError(f"{path} is a database, but no MediaVault catalogue", "Name another with --db.")


def _back_up(connection: sqlite3.Connection, path: Path, have: int) -> None:
    copy = path.with_name(f"{path.name}.schema{have}.bak")
    copy.unlink(missing_ok=True)
    target = sqlite3.connect(copy)
    try:
        connection.backup(target)
    finally:
        target.close()
