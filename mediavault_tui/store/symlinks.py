"""Symbolic links that walks have met, and what they led to."""

from collections.abc import Iterable, Sequence

from mediavault_tui.store.database import Connection
from mediavault_tui.store.roots import join


def into(connection: Connection, folders: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Links to these folders or to something below them, by what they lead to."""
    found: dict[bytes, list[bytes]] = {}
    for folder in folders:
        prefix = folder.rstrip(b"/") + b"/"
        rows = connection.execute(
            "SELECT target, path, name FROM links JOIN folders ON folders.id = folder_id"
            " WHERE target = ?1 OR (target >= ?2 AND target < ?3) ORDER BY target, path, name",
            (folder, prefix, prefix[:-1] + b"0"),
        )
        for target, path, name in rows:
            links = found.setdefault(target, [])
            if (link := join(path, name)) not in links:
                links.append(link)
    return found


def replace_in_folder(transaction: Connection, folder_id: int, links: Sequence[tuple[bytes, bytes]]) -> None:
    """Replace what is known of the links in one folder by (name, target)…"""
    known = transaction.execute(
        "SELECT name, target FROM links WHERE folder_id = ? ORDER BY name", (folder_id,)
    ).fetchall()
    if known != sorted(links):
        transaction.execute("DELETE FROM links WHERE folder_id = ?", (folder_id,))
        transaction.executemany(
            "INSERT INTO links(folder_id, name, target) VALUES (?, ?, ?)",
            [(folder_id, name, target) for name, target in links],
        )
