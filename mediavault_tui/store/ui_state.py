"""Where the user was on each screen, so that tomorrow goes on from there."""

from collections.abc import Mapping
from typing import Any

import msgspec

from mediavault_tui.store.database import Connection


def load(connection: Connection) -> dict[str, Any]:
    """Every place and what was kept for it."""
    rows = connection.execute("SELECT place, value FROM places")
    return {place: msgspec.json.decode(value) for place, value in rows}


def save(transaction: Connection, places: Mapping[str, Any]) -> None:
    """Keep these values (anything JSON can hold) for these places."""
    transaction.executemany(
        "INSERT INTO places(place, value) VALUES (?, ?) ON CONFLICT(place) DO UPDATE SET value = excluded.value",
        [(place, msgspec.json.encode(value)) for place, value in places.items()],
    )
