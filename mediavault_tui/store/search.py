"""Search by parts of titles and paths, as one types.

Each name has a row of folded text: no case, no accents, dots and underscores as blanks, so that "red dwarf"
finds `Red.Dwarf` and "amelie" finds `Amélie`. Looking through the text of 100,000 names takes some
hundredths of a second; an index of trigrams would be quicker to ask but many times slower to fill, and of no use
for one or two letters.
"""

import unicodedata

import msgspec

from mediavault_tui.domain.media import ReleaseName
from mediavault_tui.store.database import Connection

_BLANKS = str.maketrans("._", "  ")


def fold(text: str) -> str:
    """What counts when comparing: `Amélie_2001` → `amelie 2001`."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.casefold().translate(_BLANKS)


def words(query: str) -> list[str]:
    """The folded words of a query; each must occur somewhere."""
    return fold(query.encode("utf-8", "replace").decode()).split()


def index_some(transaction: Connection, after: int, limit: int) -> int | None:
    """Fold up to `limit` names that have no text yet, by id behind `after`.

    Returns the last id looked at, to go on from; None when nothing is left.
    """
    rows = transaction.execute(
        "SELECT names.id, names.file_id, folders.path, names.name, release_names.value FROM names"
        " JOIN folders ON folders.id = names.folder_id"
        " LEFT JOIN release_names ON release_names.name_id = names.id"
        " WHERE names.id > ? AND NOT EXISTS (SELECT 1 FROM search_text WHERE name_id = names.id)"
        " ORDER BY names.id LIMIT ?",
        (after, limit),
    ).fetchall()
    transaction.executemany(
        "INSERT OR REPLACE INTO search_text(name_id, file_id, text) VALUES (?, ?, ?)",
        [(name_id, file_id, _text(folder, name, value)) for name_id, file_id, folder, name, value in rows],
    )
    return rows[-1][0] if len(rows) == limit else None


def waiting(connection: Connection) -> bool:
    """Whether there are names without text."""
    row = connection.execute(
        "SELECT 1 FROM names WHERE NOT EXISTS (SELECT 1 FROM search_text WHERE name_id = names.id) LIMIT 1"
    ).fetchone()
    return row is not None


def _text(folder: bytes, name: bytes, value: bytes | None) -> str:
    said = msgspec.json.decode(value, type=ReleaseName) if value else ReleaseName()
    titles = [said.title or "", *said.alternative_titles, said.episode_title or ""]
    path = (folder + b"/" + name).decode("utf-8", "replace")
    # Beginning with the titles: what most searches are for is found early in the text.
    return fold("\n".join([*filter(None, titles), path]))
