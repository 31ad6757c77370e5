"""Which files still need a stage, and where its results go. These queries are how a scan resumes."""

import json
import time
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.store import change_counters
from mediavault_tui.store.database import Connection
from mediavault_tui.store.roots import away, join

DONE, SET_ASIDE = 1, 2
Stage = Literal["mediainfo", "fingerprint"]


class PendingFile(NamedTuple):
    """A file that needs a stage, under its first present name."""

    id: int
    path: bytes
    device: int
    inode: int
    size: int
    mtime_ns: int


# The first present name that can be reached stands for the file wherever one path is enough.
_SELECT = f"""
SELECT files.id, folders.path, names.name, device, inode, size, mtime_ns FROM files
JOIN names ON names.id = (SELECT one.id FROM names AS one WHERE one.file_id = files.id AND one.missing_since IS NULL
    ORDER BY {away("one.folder_id")}, one.id LIMIT 1)
JOIN folders ON folders.id = names.folder_id
"""


def _pending(rows: Iterable[tuple[int, bytes, bytes, int, int, int, int]]) -> list[PendingFile]:
    return [PendingFile(row[0], join(row[1], row[2]), *row[3:]) for row in rows]


def pending(connection: Connection, stage: Stage, after: int, limit: int) -> list[PendingFile]:
    """The next `limit` files, by id behind `after`, that have not been through `stage`."""
    return _pending(
        connection.execute(
            f"{_SELECT} WHERE files.{stage} = 0 AND files.missing_since IS NULL AND files.id > ?"
            " ORDER BY files.id LIMIT ?",
            (after, limit),
        )
    )


def pending_count(connection: Connection, stage: Stage) -> int:
    """How many files have not been through `stage`."""
    row = connection.execute(
        f"SELECT count(*) FROM files WHERE {stage} = 0 AND missing_since IS NULL"
    ).fetchone()
    return int(row[0])


def set_aside(transaction: Connection, stage: Stage | Literal["hash"], file_id: int, reason: str) -> None:
    """Do not try this stage again until the file changes."""
    transaction.execute(f"UPDATE files SET {stage} = {SET_ASIDE} WHERE id = ?", (file_id,))
    transaction.execute(
        "INSERT OR REPLACE INTO problems(file_id, phase, reason, seen_at) VALUES (?, ?, ?, ?)",
        (file_id, stage, reason, int(time.time())),
    )


def retry_all(transaction: Connection) -> None:
    """A full scan: every stage that reads content is to be done again, set-aside files included."""
    transaction.execute(
        "UPDATE files SET mediainfo = 0, fingerprint = 0, hash = 0 WHERE missing_since IS NULL"
    )
    transaction.execute("DELETE FROM problems")
    transaction.execute("DELETE FROM hashes WHERE content IS NULL")


MEDIA_COLUMNS = (
    "file_id, container, duration_s, bitrate_kbps, title, damage, video_codec, width, height, pixel_aspect,"
    " rotation, profile, fps, variable_fps, interlaced, bit_depth, hdr, video_kbps, stereo, fonts"
)


def read_again(transaction: Connection, stage: Stage, key: str, version: int) -> None:
    """Have every file go through `stage` again that went through another version of it."""
    if change_counters.get(transaction, key) == str(version):
        return
    transaction.execute(f"UPDATE files SET {stage} = 0 WHERE {stage} = {DONE}")
    change_counters.put(transaction, key, str(version))


def save_media(transaction: Connection, file_id: int, info: MediaInfo) -> None:
    """Store media info and mark the stage done."""
    video = info.video
    row = (
        file_id, info.container, info.duration_s, info.bitrate_kbps, info.title, info.damage,
        *((video.codec, video.width, video.height, video.pixel_aspect, video.rotation, video.profile, video.fps,
           video.variable_fps, video.interlaced, video.bit_depth, ", ".join(video.hdr), video.bitrate_kbps,
           video.stereo)
          if video else (None,) * 13),
        json.dumps(info.fonts),
    )  # fmt: skip
    transaction.execute(
        f"INSERT OR REPLACE INTO media({MEDIA_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row
    )
    transaction.execute("DELETE FROM tracks WHERE file_id = ?", (file_id,))
    transaction.execute("DELETE FROM chapters WHERE file_id = ?", (file_id,))
    transaction.executemany(
        "INSERT INTO tracks(file_id, kind, position, codec, channels, layout, language, title, commentary,"
        " is_default, bitrate_kbps, purpose) VALUES (?, 'audio', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (file_id, position, track.codec, track.channels, track.layout, track.language, track.title,
             track.commentary, track.default, track.bitrate_kbps, track.kind)
            for position, track in enumerate(info.audio)
        ],
    )  # fmt: skip
    transaction.executemany(
        "INSERT INTO tracks(file_id, kind, position, codec, language, title, forced, hearing_impaired, purpose)"
        " VALUES (?, 'subtitle', ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                file_id,
                position,
                track.format,
                track.language,
                track.title,
                track.forced,
                track.hearing_impaired,
                track.kind,
            )
            for position, track in enumerate(info.subtitles)
        ],
    )
    transaction.executemany(
        "INSERT INTO chapters VALUES (?, ?, ?, ?)",
        [(file_id, position, mark.start_s, mark.title) for position, mark in enumerate(info.chapters)],
    )
    transaction.execute(f"UPDATE files SET mediainfo = {DONE} WHERE id = ?", (file_id,))
    transaction.execute(
        "DELETE FROM problems WHERE file_id = ? AND phase IN ('mediainfo', 'protected')", (file_id,)
    )
    transaction.execute("DELETE FROM doubts WHERE file_id = ?", (file_id,))
    if info.doubt:
        transaction.execute("INSERT INTO doubts VALUES (?, ?)", (file_id, info.doubt))
    if info.protected:
        transaction.execute(
            "INSERT OR REPLACE INTO problems(file_id, phase, reason, seen_at) VALUES (?, 'protected', ?, ?)",
            (file_id, info.protected, int(time.time())),
        )
    change_counters.touch(transaction)


_SHARED_SIZE = (
    "size IN (SELECT size FROM files WHERE missing_since IS NULL AND size > 0"
    " GROUP BY size HAVING count(*) > 1)"
)


def need_sample(connection: Connection) -> list[PendingFile]:
    """Files that share their size with another and have no sample yet."""
    return _pending(
        connection.execute(
            f"{_SELECT} WHERE files.missing_since IS NULL AND files.hash = 0 AND {_SHARED_SIZE}"
            " AND NOT EXISTS (SELECT 1 FROM hashes WHERE file_id = files.id AND sample IS NOT NULL)"
        )
    )


def need_content(connection: Connection) -> list[PendingFile]:
    """Files that share size and sample with another and have no full hash yet."""
    return _pending(
        connection.execute(
            f"{_SELECT} JOIN hashes ON hashes.file_id = files.id"
            " WHERE files.missing_since IS NULL AND files.hash = 0 AND hashes.content IS NULL AND hashes.sample IN"
            " (SELECT sample FROM hashes AS h JOIN files AS f ON f.id = h.file_id WHERE f.missing_since IS NULL"
            "  AND sample IS NOT NULL GROUP BY f.size, sample HAVING count(*) > 1)"
        )
    )


def save_samples(transaction: Connection, digests: Sequence[tuple[int, bytes]]) -> None:
    """(file id, sample digest)…"""
    transaction.executemany(
        "INSERT INTO hashes(file_id, sample) VALUES (?, ?)"
        " ON CONFLICT(file_id) DO UPDATE SET sample = excluded.sample",
        digests,
    )


def save_content(transaction: Connection, digests: Sequence[tuple[int, bytes]]) -> None:
    """(file id, digest of every byte)…, verified now."""
    now = int(time.time())
    transaction.executemany(
        "INSERT INTO hashes(file_id, content, verified_at) VALUES (?, ?, ?)"
        " ON CONFLICT(file_id) DO UPDATE SET content = excluded.content, verified_at = excluded.verified_at",
        [(file_id, digest, now) for file_id, digest in digests],
    )
    transaction.executemany(
        f"UPDATE files SET hash = {DONE} WHERE id = ?", [(file_id,) for file_id, _ in digests]
    )
    if digests:
        change_counters.touch(transaction)


def all_with_content_hash(connection: Connection) -> list[tuple[PendingFile, bytes | None]]:
    """Every present file and its stored full hash, for checking each byte."""
    rows = connection.execute(
        _SELECT.replace("mtime_ns FROM", "mtime_ns, hashes.content FROM")
        + " LEFT JOIN hashes ON hashes.file_id = files.id WHERE files.missing_since IS NULL"
    )
    return [(PendingFile(row[0], join(row[1], row[2]), *row[3:7]), row[7]) for row in rows]
