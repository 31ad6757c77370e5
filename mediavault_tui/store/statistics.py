"""Figures about the whole collection."""

import msgspec

from mediavault_tui.store.database import Connection


class Figures(msgspec.Struct, frozen=True):
    """What the collection adds up to. Present files only, hard links counted once."""

    files: int
    bytes: int
    duration_s: float
    missing: int
    """Gone from a folder that is there, and not by our doing."""
    archived: int
    archived_bytes: int
    purged: int
    purged_bytes: int
    damaged: int
    suspect: int
    """Probably damaged, not for sure; not counted among the damaged."""
    set_aside: int
    by_kind: dict[str, int]
    by_container: dict[str, int]
    by_video_codec: dict[str, int]
    by_height: dict[str, int]
    by_hdr: dict[str, int]
    by_decade: dict[str, int]
    audio_languages: dict[str, int]
    hashed: int
    to_do: dict[str, int]
    """Files that still need a stage."""


_PRESENT = "JOIN files ON files.id = media.file_id AND files.missing_since IS NULL"
_DURATION = f"SELECT coalesce(sum(duration_s), 0) FROM media {_PRESENT}"
_TO_DO = {
    "names": (
        "SELECT count(*) FROM names WHERE missing_since IS NULL AND id NOT IN (SELECT name_id FROM release_names)"
    ),
    "mediainfo": "SELECT count(*) FROM files WHERE mediainfo = 0 AND missing_since IS NULL",
}


def figures(connection: Connection) -> Figures:
    """Count everything."""

    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0] or 0)

    def counts(sql: str) -> dict[str, int]:
        return {str(key): count for key, count in connection.execute(sql) if key not in (None, "")}

    files, size, missing, archived, archived_bytes, purged, purged_bytes = connection.execute(
        "SELECT count(*) FILTER (WHERE missing_since IS NULL),"
        " coalesce(sum(size) FILTER (WHERE missing_since IS NULL), 0),"
        " count(*) FILTER (WHERE missing_since IS NOT NULL AND gone IS NULL),"
        " count(*) FILTER (WHERE gone = 'archived'), coalesce(sum(size) FILTER (WHERE gone = 'archived'), 0),"
        " count(*) FILTER (WHERE gone = 'purged'), coalesce(sum(size) FILTER (WHERE gone = 'purged'), 0)"
        " FROM files"
    ).fetchone()
    return Figures(
        files=files,
        bytes=size,
        missing=missing,
        archived=archived,
        archived_bytes=archived_bytes,
        purged=purged,
        purged_bytes=purged_bytes,
        duration_s=float(connection.execute(_DURATION).fetchone()[0]),
        damaged=one(f"SELECT count(*) FROM media {_PRESENT} WHERE damage IS NOT NULL"),
        suspect=one(
            f"SELECT count(DISTINCT media.file_id) FROM media {_PRESENT}"
            " JOIN doubts ON doubts.file_id = media.file_id WHERE damage IS NULL"
        ),
        set_aside=one("SELECT count(DISTINCT file_id) FROM problems"),
        by_kind=counts(
            "SELECT kind, count(DISTINCT names.file_id) FROM release_names"
            " JOIN names ON names.id = name_id AND names.missing_since IS NULL GROUP BY kind ORDER BY 2 DESC"
        ),
        by_container=counts(
            f"SELECT container, count(*) FROM media {_PRESENT} GROUP BY container ORDER BY 2 DESC"
        ),
        by_video_codec=counts(
            f"SELECT video_codec, count(*) FROM media {_PRESENT} GROUP BY video_codec ORDER BY 2 DESC"
        ),
        by_height=counts(
            f"SELECT height, count(*) FROM media {_PRESENT} GROUP BY height ORDER BY height DESC"
        ),
        by_hdr=counts(f"SELECT hdr, count(*) FROM media {_PRESENT} GROUP BY hdr ORDER BY 2 DESC"),
        by_decade=counts(
            "SELECT (year / 10 * 10) || 's', count(DISTINCT names.file_id) FROM release_names"
            " JOIN names ON names.id = name_id AND names.missing_since IS NULL"
            " WHERE year IS NOT NULL GROUP BY 1 ORDER BY 1"
        ),
        audio_languages=counts(
            "SELECT language, count(DISTINCT file_id) FROM tracks WHERE kind = 'audio'"
            " GROUP BY language ORDER BY 2 DESC"
        ),
        hashed=one("SELECT count(*) FROM hashes WHERE content IS NOT NULL"),
        to_do={stage: one(sql) for stage, sql in _TO_DO.items()},
    )
