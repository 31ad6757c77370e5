"""The catalogue as it is read: whole files with everything known about them."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from mediavault_tui.domain import transient
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.audio_similarity import HEARD_VERSION
from mediavault_tui.domain.media import (
    AudioTrack,
    Chapter,
    Kind,
    MediaInfo,
    ReleaseName,
    SoundKind,
    SubtitleTrack,
    TextKind,
    VideoTrack,
)
from mediavault_tui.domain.transient import Transient
from mediavault_tui.domain.wholeness import CHECK_VERSION
from mediavault_tui.store import audio_comparisons, roots
from mediavault_tui.store.audio_comparisons import Heard
from mediavault_tui.store.database import Connection
from mediavault_tui.store.roots import is_under, join
from mediavault_tui.store.stages import MEDIA_COLUMNS


def state_of(size: int, mtime_ns: int) -> str:
    """What changes when a file's content does: what was decided or heard holds for this state."""
    return f"{size}:{mtime_ns}"


FILES_AT_A_TIME = 2000
SPARSE = 20  # of ids this far apart on average, each is asked for by itself

# A file may have several names; the one that says most stands for it.
_TELLING = {Kind.EPISODE: 0, Kind.MOVIE: 1, Kind.EXTRA: 2, Kind.OTHER: 3}


class _Name(NamedTuple):
    """One name of a file, and what it says."""

    path: bytes
    said: ReleaseName
    is_missing: bool


class _Places(NamedTuple):
    """The roots, and those of them that are away."""

    roots: list[bytes]
    offline: list[bytes]


class FileRecord(msgspec.Struct, frozen=True):
    """A file of the collection and all that is known about it."""

    id: int
    paths: tuple[bytes, ...]
    """Its names; the first stands for it: one that can be reached, in a lasting place, if there is one.
    A missing file has the names it had."""
    device: int
    inode: int
    size: int
    mtime_ns: int
    links: int
    status: str
    """`ok`, `damaged`, `suspect`, `unreadable`, `offline`; of a file that is gone `missing`, `archived` or `purged`."""
    problem: str | None
    """Why it is damaged, suspect or unreadable."""
    name: ReleaseName
    info: MediaInfo
    content_hash: bytes | None
    transient: Transient | None = None
    """Why its place does not make it a copy to keep."""
    put_back_at: int | None = None
    """When it was last put back from the archive, in unix seconds."""
    whole_at: int | None = None
    """When it was last read from end to end and found whole, in unix seconds; None: not since it changed."""
    heard: tuple[Heard, ...] = ()
    """What its audio tracks sound like beside those of others, as long as it is what it was then."""


def files(connection: Connection, *, missing: bool = False) -> Iterator[FileRecord]:
    """Every file, by id; with `missing`, also those that are gone."""
    places = _places(connection)
    after = 0
    where = "id > ?" if missing else "id > ? AND missing_since IS NULL"
    while True:
        ids = connection.execute(
            f"SELECT id FROM files WHERE {where} ORDER BY id LIMIT ?", (after, FILES_AT_A_TIME)
        ).fetchall()
        if not ids:
            return
        yield from _batch(connection, after + 1, ids[-1][0], {row[0] for row in ids}, places)
        after = ids[-1][0]


def some(connection: Connection, ids: Collection[int]) -> Iterator[FileRecord]:
    """These files, by id, whether present or not."""
    places = _places(connection)
    ordered = sorted(ids)
    for start in range(0, len(ordered), FILES_AT_A_TIME):
        wanted = ordered[start : start + FILES_AT_A_TIME]
        if len(wanted) * SPARSE < wanted[-1] - wanted[0]:
            for file_id in wanted:
                yield from _batch(connection, file_id, file_id, {file_id}, places)
        else:
            yield from _batch(connection, wanted[0], wanted[-1], set(wanted), places)


def by_path(connection: Connection, path: bytes) -> FileRecord | None:
    """The file that has this present path."""
    folder, _, name = path.rpartition(b"/")
    row = connection.execute(
        "SELECT file_id FROM folders JOIN names ON folder_id = folders.id"
        " WHERE path = ? AND name = ? AND missing_since IS NULL",
        (folder or b"/", name),
    ).fetchone()
    return next(some(connection, row), None) if row else None


def known_at(connection: Connection, path: bytes, proof: Proof) -> int | None:
    """The number of the file that is or was at `path`, if it is the very one that `proof` is of."""
    folder, _, name = path.rpartition(b"/")
    row = connection.execute(
        "SELECT files.id FROM folders JOIN names ON folder_id = folders.id JOIN files ON files.id = file_id"
        " WHERE path = ? AND name = ? AND size = ? AND mtime_ns = ?"
        " ORDER BY names.missing_since IS NULL DESC, names.id DESC LIMIT 1",
        (folder or b"/", name, proof.size, proof.mtime_ns),
    ).fetchone()
    return int(row[0]) if row else None


def twins(connection: Connection, file_id: int) -> list[int]:
    """The file itself, and all that are known to be the same byte for byte, present or not."""
    rows = connection.execute(
        "SELECT other.file_id FROM hashes JOIN hashes other ON other.content = hashes.content"
        " WHERE hashes.file_id = ? AND other.file_id != hashes.file_id",
        (file_id,),
    )
    return [file_id, *(row[0] for row in rows)]


def paths_of(connection: Connection, proof: Proof) -> list[bytes]:
    """Where the file that `proof` is of was last seen."""
    rows = connection.execute(
        "SELECT path, name FROM files JOIN names ON file_id = files.id JOIN folders ON folders.id = folder_id"
        " WHERE inode = ? AND size = ? AND mtime_ns = ? AND names.missing_since IS NULL ORDER BY names.id",
        (proof.inode, proof.size, proof.mtime_ns),
    )
    return [join(folder, name) for folder, name in rows]


def offline_roots(connection: Connection) -> list[bytes]:
    """Roots that are not there: nothing below them can be read now."""
    return [row[0] for row in connection.execute("SELECT path FROM roots WHERE offline_reason IS NOT NULL")]


def _places(connection: Connection) -> _Places:
    known = roots.all_roots(connection)
    return _Places(
        [root.path for root in known], [root.path for root in known if root.offline_reason is not None]
    )


def count_present(connection: Connection) -> int:
    """How many files are there."""
    return int(connection.execute("SELECT count(*) FROM files WHERE missing_since IS NULL").fetchone()[0])


def _batch(
    connection: Connection, first: int, last: int, wanted: set[int], places: _Places
) -> Iterator[FileRecord]:
    bounds = (first, last)
    named = _names(connection, bounds, places)
    downloads = _downloads(connection, bounds)
    media = _media(connection, bounds)
    listened = audio_comparisons.of(connection, bounds, HEARD_VERSION)
    rows = connection.execute(
        "SELECT files.id, device, inode, size, mtime_ns, links, missing_since IS NOT NULL, gone, put_back_at,"
        " hashes.content,"
        " (SELECT reason FROM problems WHERE file_id = files.id LIMIT 1),"
        " (SELECT checked_at FROM checks WHERE file_id = files.id AND version = ? AND status = 'whole'"
        "  AND (checks.size, checks.mtime_ns) = (files.size, files.mtime_ns))"
        " FROM files LEFT JOIN hashes ON hashes.file_id = files.id WHERE files.id BETWEEN ? AND ?",
        (CHECK_VERSION, *bounds),
    )
    for (
        file_id,
        device,
        inode,
        size,
        mtime_ns,
        links,
        is_missing,
        gone,
        put_back_at,
        content,
        problem,
        whole_at,
    ) in rows:
        if file_id not in wanted or file_id not in named:
            continue
        paths, name = named[file_id]
        info = media.get(file_id, MediaInfo())
        yield FileRecord(
            id=file_id,
            paths=paths,
            device=device,
            inode=inode,
            size=size,
            mtime_ns=mtime_ns,
            links=links,
            status=(gone or "missing") if is_missing else _status(paths, places.offline, info, problem),
            problem=info.damage or problem or info.doubt,
            name=name,
            info=info,
            content_hash=content,
            transient=downloads.get(file_id) or transient.of_all(paths, places.roots),
            put_back_at=put_back_at,
            whole_at=whole_at,
            heard=tuple(each for each in listened.get(file_id, ()) if each.state == state_of(size, mtime_ns)),
        )


def _status(paths: Sequence[bytes], offline: list[bytes], info: MediaInfo, problem: str | None) -> str:
    if all(is_under(path, offline) for path in paths):  # hard links and bind mounts: one way to it is enough
        return "offline"
    if info.damage:
        return "damaged"
    if problem:
        return "unreadable"
    return "suspect" if info.doubt else "ok"


def _downloads(connection: Connection, bounds: tuple[int, int]) -> dict[int, Transient]:
    rows = connection.execute(
        "SELECT file_id, mark FROM downloads JOIN names USING (folder_id, name)"
        " WHERE missing_since IS NULL AND file_id BETWEEN ? AND ?",
        bounds,
    )
    return {file_id: transient.downloading(mark) for file_id, mark in rows}


def _names(
    connection: Connection, bounds: tuple[int, int], places: _Places
) -> dict[int, tuple[tuple[bytes, ...], ReleaseName]]:
    """Paths and release name of each file: those that can be reached first, the most telling of them before."""
    rows = connection.execute(
        "SELECT names.file_id, folders.path, names.name, release_names.value, names.missing_since FROM names"
        " JOIN folders ON folders.id = names.folder_id"
        " LEFT JOIN release_names ON release_names.name_id = names.id"
        " WHERE names.file_id BETWEEN ? AND ? ORDER BY names.id",
        bounds,
    )
    found: dict[int, list[_Name]] = defaultdict(list)
    for file_id, folder, name, value, missing_since in rows:
        said = msgspec.json.decode(value, type=ReleaseName) if value else ReleaseName()
        found[file_id].append(_Name(join(folder, name), said, missing_since is not None))
    named = {}
    for file_id, names in found.items():
        there = [name for name in names if not name.is_missing] or names
        if len(there) > 1:
            there.sort(key=lambda name: (*_place(name.path, places), _TELLING[name.said.kind]))
        named[file_id] = tuple(name.path for name in there), there[0].said
    return named


def _place(path: bytes, places: _Places) -> tuple[bool, bool]:
    return is_under(path, places.offline), transient.transient(path, places.roots) is not None


def _media(connection: Connection, bounds: tuple[int, int]) -> dict[int, MediaInfo]:
    audio, subtitles = _audio(connection, bounds), _subtitles(connection, bounds)
    chapters: dict[int, list[Chapter]] = defaultdict(list)
    for file_id, start_s, title in connection.execute(
        "SELECT file_id, start_s, title FROM chapters WHERE file_id BETWEEN ? AND ? ORDER BY file_id, position",
        bounds,
    ):
        chapters[file_id].append(Chapter(start_s, title))
    doubts = dict(
        connection.execute("SELECT file_id, reason FROM doubts WHERE file_id BETWEEN ? AND ?", bounds)
    )
    found = {}
    for row in connection.execute(f"SELECT {MEDIA_COLUMNS} FROM media WHERE file_id BETWEEN ? AND ?", bounds):
        file_id, container, duration_s, bitrate, title, damage, *video, fonts = row
        found[file_id] = MediaInfo(
            container=container,
            duration_s=duration_s,
            bitrate_kbps=bitrate,
            video=_video(video) if video[0] is not None else None,
            audio=tuple(audio.get(file_id, ())),
            subtitles=tuple(subtitles.get(file_id, ())),
            chapters=tuple(chapters.get(file_id, ())),
            title=title,
            damage=damage,
            doubt=doubts.get(file_id),
            fonts=tuple(json.loads(fonts or "[]")),
        )
    return found


def _video(row: list[Any]) -> VideoTrack:
    codec, width, height, aspect, rotation, profile, fps, variable, interlaced, depth, hdr, kbps, stereo = row
    return VideoTrack(
        codec=codec,
        width=width,
        height=height,
        pixel_aspect=aspect,
        rotation=rotation,
        profile=profile,
        fps=fps,
        variable_fps=bool(variable),
        interlaced=bool(interlaced),
        bit_depth=depth,
        hdr=tuple(hdr.split(", ")) if hdr else (),
        bitrate_kbps=kbps,
        stereo=stereo,
    )


def _audio(connection: Connection, bounds: tuple[int, int]) -> dict[int, list[AudioTrack]]:
    """Tracks of the files, then those beside them."""
    found: dict[int, list[AudioTrack]] = defaultdict(list)
    rows = connection.execute(
        "SELECT file_id, codec, channels, layout, language, title, commentary, is_default, bitrate_kbps, purpose"
        " FROM tracks WHERE kind = 'audio' AND file_id BETWEEN ? AND ? ORDER BY file_id, position",
        bounds,
    )
    for file_id, codec, channels, layout, language, title, commentary, default, kbps, kind in rows:
        described, other = kind == SoundKind.DESCRIPTION, kind == SoundKind.OTHER
        track = AudioTrack(
            codec, channels, layout, language, title, bool(commentary), bool(default), kbps,
            description=described, other=other,
        )  # fmt: skip
        found[file_id].append(track)
    beside = connection.execute(
        "SELECT sidecar_owners.file_id, format, language, commentary, purpose FROM sidecar_owners"
        " JOIN sidecars ON sidecars.id = sidecar_id WHERE kind = 'audio' AND sidecar_owners.file_id BETWEEN ? AND ?"
        " ORDER BY sidecar_owners.file_id, sidecars.id",
        bounds,
    )
    for file_id, codec, language, commentary, kind in beside:
        described, other = kind == SoundKind.DESCRIPTION, kind == SoundKind.OTHER
        track = AudioTrack(
            codec, language=language, commentary=bool(commentary), external=True,
            description=described, other=other,
        )  # fmt: skip
        found[file_id].append(track)
    return found


def _subtitles(connection: Connection, bounds: tuple[int, int]) -> dict[int, list[SubtitleTrack]]:
    """Tracks of the files, then those beside them."""
    found: dict[int, list[SubtitleTrack]] = defaultdict(list)
    for file_id, codec, language, title, forced, impaired, external, kind in connection.execute(
        "SELECT file_id, codec, language, title, forced, hearing_impaired, 0, purpose FROM tracks"
        " WHERE kind = 'subtitle' AND file_id BETWEEN ? AND ?"
        " UNION ALL SELECT sidecar_owners.file_id, format, language, NULL, forced, hearing_impaired, 1, purpose"
        " FROM sidecar_owners JOIN sidecars ON sidecars.id = sidecar_id"
        " WHERE kind = 'subtitle' AND sidecar_owners.file_id BETWEEN ? AND ?",
        bounds * 2,
    ):
        signs, told = kind == TextKind.SIGNS, kind == TextKind.COMMENTARY
        found[file_id].append(
            SubtitleTrack(codec, language, title, bool(forced), bool(impaired), bool(external), signs, told)
        )
    return found
