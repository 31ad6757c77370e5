"""Picture fingerprints and what comparing two of them gave. Bytes in, bytes out: their meaning is the domain's."""

from collections.abc import Iterator, Mapping

import msgspec

from mediavault_tui.domain.content.alignment import Alignment
from mediavault_tui.store import change_counters, stages
from mediavault_tui.store.database import Connection


class Comparison(msgspec.Struct, frozen=True):
    """What is known of a pair."""

    rough: Alignment
    """From both fingerprints."""
    close: Alignment | None = None
    """From the files themselves, where they were looked at side by side."""


def save(transaction: Connection, file_id: int, version: int, value: bytes) -> None:
    """Store a fingerprint and mark the stage done; comparisons with the old one go with it."""
    transaction.execute("DELETE FROM fingerprints WHERE file_id = ?", (file_id,))
    transaction.execute(
        "INSERT INTO fingerprints(file_id, version, value) VALUES (?, ?, ?)", (file_id, version, value)
    )
    transaction.execute(f"UPDATE files SET fingerprint = {stages.DONE} WHERE id = ?", (file_id,))
    transaction.execute("DELETE FROM problems WHERE file_id = ? AND phase = 'fingerprint'", (file_id,))
    change_counters.touch(transaction)


def forget_other_versions(transaction: Connection, version: int) -> None:
    """Fingerprints of another version cannot be compared with ours: have them taken again."""
    transaction.execute(
        "UPDATE files SET fingerprint = 0 WHERE id IN (SELECT file_id FROM fingerprints WHERE version <> ?)",
        (version,),
    )
    transaction.execute("DELETE FROM fingerprints WHERE version <> ?", (version,))


def each(connection: Connection) -> Iterator[tuple[int, bytes]]:
    """(file id, fingerprint) of every present file that has one, by id."""
    yield from connection.execute(
        "SELECT file_id, value FROM fingerprints JOIN files ON files.id = file_id"
        " WHERE missing_since IS NULL ORDER BY file_id"
    )


def one(connection: Connection, file_id: int, version: int) -> bytes | None:
    """The fingerprint of one file, if it has one of this version."""
    row = connection.execute(
        "SELECT value FROM fingerprints WHERE file_id = ? AND version = ?", (file_id, version)
    ).fetchone()
    return bytes(row[0]) if row else None


def with_pictures(connection: Connection) -> set[int]:
    """Ids of the files that media info found a picture track in."""
    rows = connection.execute("SELECT file_id FROM media WHERE width > 0 AND height > 0")
    return {row[0] for row in rows}


def with_fingerprint(connection: Connection) -> set[int]:
    """Ids of the files that have a fingerprint."""
    return {row[0] for row in connection.execute("SELECT file_id FROM fingerprints")}


def comparisons(connection: Connection, version: int) -> dict[tuple[int, int], Comparison]:
    """What is known of pairs (a < b)."""
    rows = connection.execute("SELECT a, b, value FROM comparisons WHERE version = ?", (version,))
    return {(a, b): msgspec.json.decode(value, type=Comparison) for a, b, value in rows}


def save_comparisons(
    transaction: Connection, version: int, found: Mapping[tuple[int, int], Comparison]
) -> None:
    """(a, b) → comparison, a < b."""
    transaction.executemany(
        "INSERT OR REPLACE INTO comparisons(a, b, version, value) VALUES (?, ?, ?, ?)",
        [(a, b, version, msgspec.json.encode(comparison)) for (a, b), comparison in found.items()],
    )
