"""On which days the program ran, and on which something was seen to happen: witnesses of passing time."""

from mediavault_tui.store.database import Connection

_DAY_S = 86_400


def mark(transaction: Connection, now: int) -> None:
    """Note that the program runs today."""
    transaction.execute("INSERT OR IGNORE INTO days_run(day, first) VALUES (?, ?)", (now // _DAY_S, now))


def witnesses(connection: Connection) -> list[int]:
    """Unix seconds: of the first run on each day, and of a change to any known file on each day."""
    runs = connection.execute("SELECT first FROM days_run").fetchall()
    changes = connection.execute(
        "SELECT min(ctime_ns) / 1000000000 FROM files GROUP BY ctime_ns / ?", (_DAY_S * 1_000_000_000,)
    ).fetchall()
    return [row[0] for row in (*runs, *changes)]
