"""The library as its screen asks for it: numbers of all files, a tree opened level by level, rows of a page.

What is asked for at once is small: keys of a list, or the children of one node. Everything that is shown
of a file is read when it comes into view.
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.store import roots, search
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import OPEN_GROUPS, STANDING
from mediavault_tui.store.roots import join


class Sort(StrEnum):
    """The order of the list. What is equal stands by title."""

    TITLE = "title"
    SIZE = "size"
    NEWEST = "newest"
    LENGTH = "length"
    RESOLUTION = "resolution"
    BITRATE = "bit rate"


class View(msgspec.Struct, frozen=True, omit_defaults=True):
    """Filter and sort. Empty means anything."""

    kind: str = ""
    resolution: str = ""
    """`4K`, `1080p`, `720p`, `480p` or `SD`."""
    codec: str = ""
    container: str = ""
    hdr: str = ""
    """A kind of HDR, `any`, or `none`."""
    language: str = ""
    """Of an audio track; `unknown` when it says none."""
    status: str = ""
    """`ok`, `damaged`, `suspect`, `unreadable`, `offline`, `missing`, `archived`, `purged`, or
    `duplicate`: in a group that waits for a decision."""
    text: str = ""
    """Parts of title and path."""
    sort: Sort = Sort.TITLE
    descending: bool = False

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return any(
            (self.kind, self.resolution, self.codec, self.container, self.hdr, self.language, self.status)
        )


class Title(NamedTuple):
    """A show, a film, or what else shares a title. Shows have no year: one show may name several."""

    kind: str
    title: str | None
    year: int | None


class Season(NamedTuple):
    """One season of a show; None holds episodes that name no season."""

    title: str | None
    season: int | None


class Sum(NamedTuple):
    """What is below a node."""

    files: int
    bytes: int
    seasons: int
    duration_s: float
    first_file: int


class Line(msgspec.Struct, frozen=True):
    """A file as one line of a list."""

    id: int
    path: bytes
    name: ReleaseName
    size: int
    duration_s: float | None
    width: int | None
    height: int | None
    video_codec: str | None
    hdr: str | None
    container: str | None
    status: str
    in_group: bool


GONE = ("missing", "archived", "purged")
"""What becomes of files that are not there any more."""

# What domain.quality.tier says, for SQL; a test holds the two together.
_FRAMES = (("4K", 3840, 2160), ("1080p", 1920, 1080), ("720p", 1280, 720), ("480p", 720, 480))
TIER = (
    "CASE "
    + " ".join(
        f"WHEN (max(width, height) >= {0.9 * wide} OR min(width, height) >= {0.9 * high})"
        f" AND width * height >= {0.55 * wide * high} THEN '{name}'"
        for name, wide, high in _FRAMES
    )
    + " ELSE 'SD' END"
)

_ORDER = {
    Sort.TITLE: "release_names.title COLLATE NOCASE {0}",
    Sort.SIZE: "files.size {0}",
    Sort.NEWEST: "files.first_seen {0}",
    Sort.LENGTH: "media.duration_s {0}",
    Sort.RESOLUTION: "media.width * media.height {0}",
    Sort.BITRATE: "media.bitrate_kbps {0}",
}
_TITLE_ORDER = "release_names.title COLLATE NOCASE, release_names.season, names.name"
_EPISODE_ORDER = (
    "release_names.season IS NULL, release_names.season,"
    " json_extract(release_names.value, '$.episodes[0]'), names.name"
)
_FROM = (
    " FROM names JOIN files ON files.id = names.file_id"
    " LEFT JOIN release_names ON release_names.name_id = names.id"
    " LEFT JOIN media ON media.file_id = names.file_id"
)


def _where(connection: Connection, view: View) -> tuple[str, list[Any]]:
    """The conditions of a view, and their values."""
    conditions, values = ["names.missing_since IS NULL"], list[Any]()

    def add(condition: str, *bound: Any) -> None:
        conditions.append(condition)
        values.extend(bound)

    if view.kind:
        add("coalesce(release_names.kind, 'other') = ?", view.kind)
    if view.resolution:
        add(f"media.width IS NOT NULL AND {TIER} = ?", view.resolution)
    if view.codec:
        add("media.video_codec = ?", view.codec)
    if view.container:
        add("media.container = ?", view.container)
    _add_hdr(view.hdr, add)
    if view.language:
        add(
            "EXISTS (SELECT 1 FROM tracks WHERE file_id = names.file_id AND kind = 'audio' AND"
            " coalesce(language, 'unknown') = ?)",
            view.language,
        )
    _add_status(connection, view.status, conditions, add)
    if view.text:
        condition, words = _found_by(view)
        add(f"names.id IN (SELECT name_id FROM search_text WHERE {condition})", *words)
    return " AND ".join(conditions), values


def _found_by(view: View) -> tuple[str, list[str]]:
    """The condition on `search_text` of a view, and its values."""
    words = search.words(view.text)
    return " AND ".join(["instr(text, ?)"] * len(words)) or "1", words


def _add_hdr(hdr: str, add: Any) -> None:
    if hdr == "none":
        add("media.video_codec IS NOT NULL AND coalesce(media.hdr, '') = ''")
    elif hdr == "any":
        add("media.hdr <> ''")
    elif hdr:
        add("instr(', ' || media.hdr || ',', ', ' || ? || ',')", hdr)


def _add_status(connection: Connection, status: str, conditions: list[str], add: Any) -> None:
    problem = "EXISTS (SELECT 1 FROM problems WHERE problems.file_id = names.file_id)"
    doubt = "EXISTS (SELECT 1 FROM doubts WHERE doubts.file_id = names.file_id)"
    if status in GONE:
        conditions[0] = "names.missing_since IS NOT NULL AND files.missing_since IS NOT NULL"
        add("files.gone IS ?", None if status == "missing" else status)
    elif status == "damaged":
        add("media.damage IS NOT NULL")
    elif status == "unreadable":
        add(f"{problem} AND media.damage IS NULL")
    elif status == "suspect":
        add(f"{doubt} AND media.damage IS NULL AND NOT {problem}")
    elif status == "duplicate":
        add(f"names.file_id IN (SELECT file_id FROM members WHERE group_id IN ({OPEN_GROUPS}))")
    elif status == "ok":
        add(f"media.damage IS NULL AND NOT {problem} AND NOT {doubt}")
    if status in {"offline", "ok"}:
        add(f"{'' if status == 'offline' else 'NOT '}({_offline(connection)})")


def _offline(connection: Connection) -> str:
    """The condition that a file cannot be reached; none needs to be asked while every folder is there."""
    away = connection.execute("SELECT 1 FROM roots WHERE offline_reason IS NOT NULL").fetchone()
    return roots.offline("names.file_id") if away else "0"


def files(connection: Connection, view: View) -> list[int]:
    """The numbers of all files in a view, in its order; one with several names stands where its first does."""
    where, values = _where(connection, view)
    order = _ORDER[view.sort].format("DESC" if view.descending else "ASC")
    rows = connection.execute(
        f"SELECT names.file_id {_FROM} WHERE {where} ORDER BY {order}, {_TITLE_ORDER}", values
    )
    return list(dict.fromkeys(row[0] for row in rows))


def first_found(connection: Connection, view: View, limit: int) -> list[int]:
    """Up to `limit` files of a view, whichever are found first, in its order: quick where many would fit."""
    where, values = _where(connection, msgspec.structs.replace(view, text=""))
    condition, words = _found_by(view)
    # Text by text, and no further than needed: CROSS JOIN keeps SQLite from collecting every text that fits first.
    found = connection.execute(
        f"SELECT DISTINCT names.file_id {_FROM.replace('FROM', 'FROM search_text CROSS JOIN', 1)}"
        f" WHERE names.id = search_text.name_id AND {condition} AND {where} LIMIT ?",
        [*words, *values, limit],
    )
    ids = json.dumps([row[0] for row in found])
    order = _ORDER[view.sort].format("DESC" if view.descending else "ASC")
    rows = connection.execute(
        f"SELECT names.file_id {_FROM} WHERE names.file_id IN (SELECT value FROM json_each(?))"
        f" ORDER BY {order}, {_TITLE_ORDER}",
        [ids],
    )
    return list(dict.fromkeys(row[0] for row in rows))


# -- the tree -----------------------------------------------------------------------------------------

_TREE_ORDER = {
    Sort.TITLE: (
        "release_names.title IS NULL, release_names.title COLLATE NOCASE {0}, release_names.kind, release_names.year"
    ),
    Sort.SIZE: "sum(files.size) {0}",
    Sort.NEWEST: "max(files.first_seen) {0}",
    Sort.LENGTH: "sum(media.duration_s) {0}",
    Sort.RESOLUTION: "max(media.width * media.height) {0}",
    Sort.BITRATE: "max(media.bitrate_kbps) {0}",
}


def titles(connection: Connection, view: View) -> list[Title]:
    """The first level of the tree."""
    order = _TREE_ORDER[view.sort].format("DESC" if view.descending else "ASC")
    title = "release_names.title"  # media has a title too
    year = "CASE WHEN kind = 'movie' THEN year END"
    if view.sort is Sort.TITLE and not view.is_filtered and not view.text:
        # Without a filter the index alone answers.
        source = (
            " FROM release_names WHERE name_id NOT IN (SELECT id FROM names WHERE missing_since IS NOT NULL)"
        )
        values: list[Any] = []
    else:
        where, values = _where(connection, view)
        source = f"{_FROM} WHERE {where}"
    rows = connection.execute(
        f"SELECT coalesce(kind, 'other'), min({title}), {year} AS year {source}"  # min: capitals, where they differ
        f" GROUP BY kind, {title} COLLATE NOCASE, {year} ORDER BY {order}",
        values,
    )
    return [Title(*row) for row in rows]


def _below(node: Title | Season) -> tuple[str, list[Any]]:
    if isinstance(node, Season):
        return (
            "release_names.kind = 'episode' AND release_names.title IS ? COLLATE NOCASE AND release_names.season IS ?",
            [node.title, node.season],
        )
    condition = "coalesce(release_names.kind, 'other') = ? AND release_names.title IS ? COLLATE NOCASE"
    if node.kind != Kind.OTHER:  # plain equality lets the index help
        condition = "release_names.kind = ? AND release_names.title IS ? COLLATE NOCASE"
    if node.kind == Kind.MOVIE:
        return f"{condition} AND release_names.year IS ?", [node.kind, node.title, node.year]
    return condition, [node.kind, node.title]


def sum_below(connection: Connection, node: Title | Season, view: View) -> Sum:
    """Files, bytes, seasons and runtime below a node."""
    where, values = _where(connection, view)
    below, bound = _below(node)
    row = connection.execute(
        "SELECT count(DISTINCT names.file_id), coalesce(sum(files.size), 0), count(DISTINCT season),"
        f" coalesce(sum(media.duration_s), 0), coalesce(min(names.file_id), 0) {_FROM} WHERE {below} AND {where}",
        [*bound, *values],
    ).fetchone()
    return Sum(*row)


def seasons(connection: Connection, node: Title, view: View) -> list[Season]:
    """The seasons of a show."""
    where, values = _where(connection, view)
    below, bound = _below(node)
    rows = connection.execute(
        f"SELECT DISTINCT season {_FROM} WHERE {below} AND {where} ORDER BY season IS NULL, season",
        [*bound, *values],
    )
    return [Season(node.title, row[0]) for row in rows]


def files_below(connection: Connection, node: Title | Season, view: View) -> list[int]:
    """The files of a season, a film, …, in the order of their episodes."""
    where, values = _where(connection, view)
    below, bound = _below(node)
    rows = connection.execute(
        f"SELECT names.file_id {_FROM} WHERE {below} AND {where} ORDER BY {_EPISODE_ORDER}", [*bound, *values]
    )
    return list(dict.fromkeys(row[0] for row in rows))


# -- rows ---------------------------------------------------------------------------------------------


def lines(connection: Connection, ids: Sequence[int]) -> dict[int, Line]:
    """These files as lines, each under the first of its present names that says anything."""
    offline = _offline(connection)
    rows = connection.execute(
        "SELECT names.file_id, folders.path, names.name, release_names.value, files.size, media.duration_s,"
        " media.width, media.height, media.video_codec, media.hdr, media.container,"
        " CASE WHEN files.missing_since IS NOT NULL THEN coalesce(files.gone, 'missing')"
        f" WHEN {offline} THEN 'offline' WHEN media.damage IS NOT NULL THEN 'damaged'"
        " WHEN EXISTS (SELECT 1 FROM problems WHERE problems.file_id = names.file_id) THEN 'unreadable'"
        " WHEN EXISTS (SELECT 1 FROM doubts WHERE doubts.file_id = names.file_id) THEN 'suspect' ELSE 'ok' END,"
        f" files.gone IS NULL AND EXISTS (SELECT 1 FROM members JOIN groups ON groups.id = group_id AND {STANDING}"
        "  WHERE members.file_id = names.file_id)"
        " FROM json_each(?) AS wanted JOIN names ON names.file_id = wanted.value"
        " JOIN files ON files.id = names.file_id JOIN folders ON folders.id = names.folder_id"
        " LEFT JOIN release_names ON release_names.name_id = names.id"
        " LEFT JOIN media ON media.file_id = names.file_id"
        f" ORDER BY names.missing_since IS NOT NULL, {roots.away('names.folder_id')}, release_names.title IS NULL,"
        " names.id",
        [json.dumps(list(ids))],
    )
    found: dict[int, Line] = {}
    for row in rows:
        file_id, folder, name, value, *known = row
        if file_id not in found:
            said = msgspec.json.decode(value, type=ReleaseName) if value else ReleaseName()
            fields = [file_id, join(folder, name), said, *known[:-1], bool(known[-1])]
            found[file_id] = Line(**dict(zip(Line.__struct_fields__, fields, strict=True)))
    return found


# -- what there is to filter by -----------------------------------------------------------------------

_FACETS = {
    "kind": "SELECT kind, count(*) FROM release_names GROUP BY kind ORDER BY 2 DESC",
    "resolution": f"SELECT {TIER}, count(*) FROM media WHERE width IS NOT NULL GROUP BY 1 ORDER BY max(width) DESC",
    "codec": "SELECT video_codec, count(*) FROM media WHERE video_codec IS NOT NULL GROUP BY 1 ORDER BY 2 DESC",
    "container": "SELECT container, count(*) FROM media WHERE container IS NOT NULL GROUP BY 1 ORDER BY 2 DESC",
    "language": (
        "SELECT coalesce(language, 'unknown'), count(DISTINCT file_id) FROM tracks WHERE kind = 'audio'"
        " GROUP BY 1 ORDER BY 2 DESC"
    ),
}


def facet(connection: Connection, field: str) -> list[tuple[str, int | None]]:
    """The values a field of `View` can be filtered by, with how many files have them where that is known."""
    if field == "status":
        return [
            (status, None)
            for status in ("ok", "duplicate", "damaged", "suspect", "unreadable", "offline", *GONE)
        ]
    if field == "hdr":
        kinds = connection.execute(
            "SELECT hdr, count(*) FROM media WHERE hdr <> '' GROUP BY 1 ORDER BY 2 DESC"
        )
        counts: dict[str, int] = {}
        for kinds_of_file, count in kinds:
            for kind in kinds_of_file.split(", "):
                counts[kind] = counts.get(kind, 0) + count
        return [("any", None), *counts.items(), ("none", None)]
    return list(connection.execute(_FACETS[field]))


class HistoryEntry(NamedTuple):
    """Something that happened to a file."""

    at: int
    """Unix seconds."""
    what: str


def history(connection: Connection, file_id: int) -> list[HistoryEntry]:
    """What the catalogue remembers of a file, oldest first."""
    rows = connection.execute(
        "SELECT first_seen, 'first seen' FROM files WHERE id = ?1"
        " UNION ALL SELECT missing_since, coalesce(gone, 'gone') FROM files WHERE id = ?1 AND missing_since IS NOT NULL"
        " UNION ALL SELECT put_back_at, 'put back from the archive' FROM files WHERE id = ?1 AND put_back_at NOT NULL"
        " UNION ALL SELECT verified_at, 'every byte read and found right' FROM hashes"
        "  WHERE file_id = ?1 AND verified_at IS NOT NULL"
        " UNION ALL SELECT seen_at, phase || ': ' || reason FROM problems WHERE file_id = ?1"
        " UNION ALL SELECT decided_at, 'group ' || decisions.group_id || ' decided: ' || replace(choice, '_', ' ')"
        "  FROM members JOIN decisions ON decisions.group_id = members.group_id AND undone_at IS NULL"
        "  WHERE members.file_id = ?1"
        " ORDER BY 1",
        (file_id,),
    )
    return [HistoryEntry(*row) for row in rows]


def groups_of(connection: Connection, file_id: int) -> list[tuple[int, int]]:
    """(number, files) of the duplicate groups a file is in."""
    rows = connection.execute(
        "SELECT members.group_id, (SELECT count(*) FROM members AS all_ WHERE all_.group_id = members.group_id)"
        f" FROM members JOIN groups ON groups.id = members.group_id AND {STANDING} WHERE file_id = ?",
        (file_id,),
    )
    return list(rows)
