"""The history of scans: when, what was found, what went wrong."""

import json
import os
import time
from collections.abc import Sequence

import msgspec

from mediavault_tui.domain.events import FileSkipped, Finished
from mediavault_tui.store.database import Connection


class Scan(msgspec.Struct, frozen=True):
    """One scan of the past (or the one under way). Times are unix seconds."""

    id: int
    started_at: int
    finished_at: int | None
    mode: str
    outcome: str
    roots: tuple[str, ...]
    files_found: int
    files_new: int
    files_updated: int
    files_missing: int
    skipped: int
    bytes_read: int
    seconds: float


def begin(transaction: Connection, mode: str, roots: Sequence[bytes]) -> int:
    """Note a new scan; one that a crash left "running" is told interrupted. Returns its id."""
    transaction.execute("UPDATE scans SET outcome = 'interrupted' WHERE outcome = 'running'")
    cursor = transaction.execute(
        "INSERT INTO scans(started_at, mode, outcome, roots) VALUES (?, ?, 'running', ?)",
        (int(time.time()), mode, json.dumps([os.fsdecode(root) for root in roots]).encode()),
    )
    return int(cursor.lastrowid or 0)


def add_errors(transaction: Connection, scan_id: int, skipped: Sequence[FileSkipped]) -> None:
    """Keep what was skipped with the scan's history."""
    transaction.executemany(
        "INSERT INTO scan_errors(scan_id, phase, path, reason) VALUES (?, ?, ?, ?)",
        [(scan_id, skip.phase, skip.path, skip.reason) for skip in skipped],
    )


def end(transaction: Connection, scan_id: int, outcome: str, finished: Finished) -> None:
    """Note how a scan ended."""
    transaction.execute(
        "UPDATE scans SET finished_at = ?, outcome = ?, files_found = ?, files_new = ?, files_updated = ?,"
        " files_missing = ?, skipped = ?, bytes_read = ?, seconds = ? WHERE id = ?",
        (
            int(time.time()), outcome, finished.files_found, finished.files_new, finished.files_updated,
            finished.files_missing, finished.skipped, finished.bytes_read, finished.seconds, scan_id,
        ),
    )  # fmt: skip


def recent(connection: Connection, limit: int) -> list[Scan]:
    """The latest scans, newest first."""
    rows = connection.execute(
        "SELECT id, started_at, finished_at, mode, outcome, roots, files_found, files_new, files_updated,"
        " files_missing, skipped, bytes_read, seconds FROM scans ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    fields = Scan.__struct_fields__
    return [
        Scan(**dict(zip(fields, (*row[:5], tuple(json.loads(row[5])), *row[6:]), strict=True)))
        for row in rows
    ]


def errors(connection: Connection, scan_id: int) -> list[tuple[str, bytes, str]]:
    """(phase, path, reason) of what a scan skipped."""
    return connection.execute(
        "SELECT phase, path, reason FROM scan_errors WHERE scan_id = ? ORDER BY rowid", (scan_id,)
    ).fetchall()
