"""The whole collection at a glance, quickly enough to be asked again while a scan fills it."""

import msgspec

from mediavault_tui.store import review_queries, scans
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import STANDING
from mediavault_tui.store.library_queries import TIER
from mediavault_tui.store.review_queries import Totals
from mediavault_tui.store.roots import IN_ROOT, within
from mediavault_tui.store.scans import Scan

SCANS_SHOWN = 5


class RootSum(msgspec.Struct, frozen=True):
    """A folder that is scanned, and what is in it."""

    path: bytes
    files: int
    bytes: int
    offline_reason: str | None
    last_scan: int | None


class Overview(msgspec.Struct, frozen=True):
    """Present files only; hard links count once, except in what the names say."""

    files: int
    bytes: int
    duration_s: float
    missing: int
    archived: int
    archived_bytes: int
    damaged: int
    set_aside: int
    unread_names: int
    unread_media: int
    kinds: dict[str, int]
    tiers: dict[str, int]
    codecs: dict[str, int]
    decades: dict[str, int]
    roots: list[RootSum]
    groups: Totals
    group_kinds: dict[str, int]
    """exact, title, content: a group may be of several."""
    scans: list[Scan]


_NAMED = "JOIN names ON names.id = name_id AND names.missing_since IS NULL"
_PRESENT = "JOIN files ON files.id = media.file_id AND files.missing_since IS NULL"
_TIERS = ("4K", "1080p", "720p", "480p", "SD")


def overview(connection: Connection) -> Overview:
    """Count everything."""
    files, size, missing, archived, archived_bytes, unread_media = connection.execute(
        "SELECT count(*) FILTER (WHERE missing_since IS NULL),"
        " coalesce(sum(size) FILTER (WHERE missing_since IS NULL), 0),"
        " count(*) FILTER (WHERE missing_since IS NOT NULL AND gone IS NULL),"
        " count(*) FILTER (WHERE gone = 'archived'), coalesce(sum(size) FILTER (WHERE gone = 'archived'), 0),"
        " count(*) FILTER (WHERE mediainfo = 0 AND missing_since IS NULL) FROM files"
    ).fetchone()
    tiers, codecs, duration_s, damaged = _pictures(connection)
    return Overview(
        files=files,
        bytes=size,
        duration_s=duration_s,
        missing=missing,
        archived=archived,
        archived_bytes=archived_bytes,
        damaged=damaged,
        set_aside=_count(connection, "SELECT count(DISTINCT file_id) FROM problems"),
        unread_names=_count(
            connection, "SELECT (SELECT count(*) FROM names) - (SELECT count(*) FROM release_names)"
        ),
        unread_media=unread_media,
        kinds=dict(
            connection.execute(
                f"SELECT kind, count(*) FROM release_names {_NAMED} GROUP BY kind ORDER BY 2 DESC"
            )
        ),
        tiers={name: tiers[name] for name in _TIERS if name in tiers},
        codecs=dict(sorted(codecs.items(), key=lambda pair: -pair[1])),
        decades=dict(
            connection.execute(
                f"SELECT (year / 10 * 10) || 's', count(*) FROM release_names {_NAMED} WHERE year IS NOT NULL"
                " GROUP BY 1 ORDER BY 1 DESC"
            )
        ),
        roots=roots(connection),
        groups=review_queries.totals(connection),
        group_kinds=_group_kinds(connection),
        scans=scans.recent(connection, SCANS_SHOWN),
    )


def _count(connection: Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0] or 0)


def _pictures(connection: Connection) -> tuple[dict[str, int], dict[str, int], float, int]:
    """(files by tier, files by codec, seconds of runtime, damaged files), in one pass."""
    tiers: dict[str, int] = {}
    codecs: dict[str, int] = {}
    seconds, damaged = 0.0, 0
    for tier, codec, count, runtime, broken in connection.execute(
        f"SELECT CASE WHEN width IS NOT NULL THEN {TIER} END, video_codec, count(*), total(duration_s),"
        f" count(damage) FROM media {_PRESENT} GROUP BY 1, 2"
    ):
        seconds, damaged = seconds + runtime, damaged + broken
        if tier is not None:
            tiers[tier] = tiers.get(tier, 0) + count
        if codec is not None:
            codecs[codec] = codecs.get(codec, 0) + count
    return tiers, codecs, seconds, damaged


def roots(connection: Connection) -> list[RootSum]:
    """Every root ever scanned, with what is in it."""
    known = connection.execute("SELECT path, offline_reason, last_scan FROM roots ORDER BY path").fetchall()
    return [_root_sum(connection, *row) for row in known]


def _root_sum(
    connection: Connection, path: bytes, offline_reason: str | None, last_scan: int | None
) -> RootSum:
    files, size = connection.execute(
        "SELECT count(*), coalesce(sum(size), 0) FROM folders"
        " JOIN names ON names.folder_id = folders.id AND names.missing_since IS NULL"
        f" JOIN files ON files.id = names.file_id WHERE {IN_ROOT}",
        within(path),
    ).fetchone()
    return RootSum(path, files, size, offline_reason, last_scan)


def _group_kinds(connection: Connection) -> dict[str, int]:
    return {
        kind: _count(
            connection,
            f"SELECT count(*) FROM groups WHERE {STANDING} AND instr(',' || kinds || ',', ',{kind},')",
        )
        for kind in ("exact", "title", "content")
    }
