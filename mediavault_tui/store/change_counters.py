"""Has anything changed that matching looks at, since matching last finished?"""

from mediavault_tui.store.database import Connection

CHANGES = "changes"
"""A counter: equal counters, equal catalogue."""
FINGERPRINTED = "fingerprinted"
"""The counter when every wanted file had its fingerprint."""
CATALOGUE = "catalogue"
"""A random name that this catalogue and its copies have, and no other."""
MATCHED = "matched"
"""The counter, versions and settings with which the groups were made."""

MEDIAINFO = "mediainfo"
"""The version of what is read as media info."""


def touch(transaction: Connection) -> None:
    """Note, together with a change, that groups must be made anew."""
    transaction.execute("UPDATE state SET value = CAST(value AS INTEGER) + 1 WHERE key = ?", (CHANGES,))


def get(connection: Connection, key: str) -> str:
    """The value of `key`; empty if it was never put."""
    row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def put(transaction: Connection, key: str, value: str) -> None:
    """Remember `value`."""
    transaction.execute("INSERT OR REPLACE INTO state(key, value) VALUES (?, ?)", (key, value))
