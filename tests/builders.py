"""What tests build their worlds from: real small videos, trees of files, scans of them, catalogues to compare."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mediavault_tui.domain.events import Event, Finished, Phase
from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.engine import jobs
from mediavault_tui.engine.scan import ScanOptions
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services import samples
from mediavault_tui.services.samples import Picture, Sound, Video, story
from mediavault_tui.store import catalogue
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Database

WALK = frozenset({Phase.WALK})
HASHED = frozenset({Phase.WALK, Phase.HASH})
READ = frozenset({Phase.WALK, Phase.NAMES, Phase.MEDIAINFO, Phase.HASH})

_X264, _FAST = {"preset": "ultrafast", "g": "10"}, {"b": "200k", "g": "10"}
_VPX = {"deadline": "realtime", "cpu-used": "8", "b": "200k", "g": "10"}
_AAC, _MP2, _OPUS = Sound("aac"), Sound("mp2"), Sound("libopus")
_THEORA = Path(__file__).parent / "data" / "theora.ogv"
ENDINGS = (".mkv", ".mp4", ".m4v", ".mov", ".3gp", ".webm", ".ogv", ".avi", ".ts", ".m2ts", ".mpg", ".vob",
           ".flv", ".wmv")  # fmt: skip


def _picture(codec: str, options: dict[str, str], width: int = 160, height: int = 90) -> Picture:
    return Picture(codec, width, height, Fraction(25), options=options)


# One usual content for each container. There is no Theora encoder: `.ogv` is a file beside the tests.
RECIPES: dict[str, tuple[Picture, Sound]] = {
    ".mkv": (_picture("libx264", _X264), _AAC),
    ".mp4": (_picture("libx264", _X264), _AAC),
    ".m4v": (_picture("mpeg4", _FAST), _AAC),
    ".mov": (_picture("libx264", _X264), _AAC),
    ".3gp": (_picture("h263", _FAST, 176, 144), _AAC),
    ".webm": (_picture("libvpx", _VPX), _OPUS),
    ".avi": (_picture("mpeg4", _FAST), Sound("libmp3lame")),
    ".ts": (_picture("libx264", _X264), _MP2),
    ".m2ts": (_picture("libx264", _X264), _MP2),
    ".mpg": (_picture("mpeg2video", _FAST), _MP2),
    ".vob": (_picture("mpeg2video", _FAST), _MP2),
    ".flv": (_picture("flv", _FAST), Sound("libmp3lame", rate=44100)),
    ".wmv": (_picture("wmv2", _FAST), Sound("wmav2", rate=44100, bitrate=64_000)),
}


@lru_cache
def video_bytes(ending: str = ".mkv", seed: int = 1, seconds: float = 2.0) -> bytes:
    """A real video of the kind its ending says; another seed is another video."""
    if ending == ".ogv":
        return _THEORA.read_bytes()
    picture, sound = RECIPES[ending]
    with TemporaryDirectory() as folder:
        path = Path(folder, "video" + ending)
        samples.write(path, Video(story(seed, seconds), picture, (sound,)))
        return path.read_bytes()


def cut_bytes(ending: str, share: float, seed: int = 1) -> bytes:
    """The beginning of a video, cut off where it can be told.

    Transport and program streams are rows of packets and say nowhere how many: a cut between two cannot be told.
    """
    whole = video_bytes(ending, seed)
    cut = int(len(whole) * share)
    packet = {".ts": 188, ".m2ts": 192, ".mpg": 2048, ".vob": 2048}.get(ending)
    return whole[: cut // packet * packet + packet // 3 if packet else cut]


def video(path: Path, seed: int = 1, ending: str | None = None) -> Path:
    """Put a video at `path`, in the container its name says."""
    return put(path, video_bytes(ending or path.suffix, seed))


def put(path: Path, content: bytes = b"not a video", *, mtime: float | None = None) -> Path:
    """A file with that content, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if mtime is not None:
        os.utime(path, (mtime, mtime))
    return path


def sparse(path: Path, size: int) -> Path:
    """A file of that size that takes no room."""
    put(path, b"")
    os.truncate(path, size)
    return path


# --- scanning in this process -----------------------------------------------------------------------


def run(
    database: Path, root: Path | Iterable[Path], *, settings: Settings | None = None, **options: Any
) -> list[Event]:
    """Scan and return every event. One worker, the reading phases only, unless told otherwise."""
    roots = [root] if isinstance(root, Path) else list(root)
    options.setdefault("phases", READ)
    chosen = ScanOptions(roots=tuple(os.fspath(path) for path in roots), **options)
    with Vault(database, settings or Settings(scan=Scan(jobs=1))) as vault:

        async def collect() -> list[Event]:
            return [event async for event in jobs.scan(chosen).events(vault)]

        return asyncio.run(collect())


def walk(database: Path, root: Path | Iterable[Path], **options: Any) -> Finished:
    """Only walk; what it found."""
    return finished(run(database, root, phases=WALK, **options))


def finished(events: Iterable[Event]) -> Finished:
    """The summary a scan ends with."""
    last = list(events)[-1]
    assert isinstance(last, Finished)
    return last


def of_kind(events: Iterable[Event], kind: type[Event]) -> list[Any]:
    """The events of that kind."""
    return [event for event in events if isinstance(event, kind)]


def records(database: Path, *, missing: bool = False) -> dict[str, FileRecord]:
    """What the catalogue knows, by the name of the file's first path."""
    with Database(database) as opened, opened.reader() as connection:
        found = list(catalogue.files(connection, missing=missing))
    return {os.fsdecode(os.path.basename(record.paths[0])): record for record in found}


# --- comparing catalogues ---------------------------------------------------------------------------

_WITHOUT_IDS = {
    "files": "SELECT (SELECT group_concat(hex(path || '/' || name), ' ') FROM (SELECT folders.path AS path, name"
    " FROM names JOIN folders ON folders.id = folder_id WHERE file_id = files.id ORDER BY 1, 2)),"
    " device, inode, size, mtime_ns, links, missing_since IS NULL, mediainfo, fingerprint, hash FROM files",
    "names": "SELECT folders.path, names.name, names.missing_since IS NULL, release_names.value FROM names"
    " JOIN folders ON folders.id = folder_id LEFT JOIN release_names ON name_id = names.id",
    "folders": "SELECT path, names_read FROM folders",
    "roots": "SELECT path, device, offline_reason FROM roots",
    "readings": "SELECT * FROM readings",
    "media": "SELECT inode, media.* FROM media JOIN files ON files.id = file_id",
    "tracks": "SELECT inode, tracks.* FROM tracks JOIN files ON files.id = file_id",
    "chapters": "SELECT inode, chapters.* FROM chapters JOIN files ON files.id = file_id",
    "sidecars": "SELECT path, sidecars.name, format, language, forced, hearing_impaired, inode FROM sidecars"
    " JOIN folders ON folders.id = folder_id LEFT JOIN files ON files.id = file_id",
    "hashes": "SELECT inode, sample, content FROM hashes JOIN files ON files.id = file_id",
    "fingerprints": "SELECT inode, version, value FROM fingerprints JOIN files ON files.id = file_id",
    "problems": "SELECT inode, phase, reason FROM problems JOIN files ON files.id = file_id",
    "members": "SELECT inode, rank, score, keep, confidence, kinds FROM members JOIN files ON files.id = file_id"
    " JOIN groups ON groups.id = group_id WHERE gone_since IS NULL",
}  # fmt: skip


def dump(database: Path) -> dict[str, list[Any]]:
    """All that a catalogue says of its files, without row numbers and times of day: for comparing two."""
    with Database(database) as opened, opened.reader() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        found = {}
        for table, query in _WITHOUT_IDS.items():
            cursor = connection.execute(query)
            ids = {number for number, column in enumerate(cursor.description) if column[0] == "file_id"}
            rows = ([value for at, value in enumerate(row) if at not in ids] for row in cursor)
            found[table] = sorted(rows, key=repr)
        return found


# --- the program as a process of its own ------------------------------------------------------------


def command(*arguments: str | bytes | Path) -> list[str | bytes | Path]:
    """How to start the program with these arguments."""
    return [sys.executable, "-m", "mediavault_tui", *arguments]


def cli(
    *arguments: str | bytes | Path,
    code: int | None = 0,
    env: dict[str, str] | None = None,
    timeout: float = 120,
) -> "subprocess.CompletedProcess[bytes]":
    """Run the program to its end; it must exit with `code` (None: with any but a traceback)."""
    result = subprocess.run(
        command(*arguments),
        capture_output=True,
        timeout=timeout,
        env={**os.environ, **(env or {})},
        check=False,
    )
    assert b"Traceback" not in result.stderr, result.stderr.decode(errors="replace")
    if code is not None:
        assert result.returncode == code, (result.returncode, result.stderr.decode(errors="replace"))
    return result


def cli_json(*arguments: str | bytes | Path, code: int | None = 0, **options: Any) -> Any:
    """Run a command with --json and return the document."""
    return json.loads(cli(*_as_json(arguments), code=code, **options).stdout)


def cli_lines(*arguments: str | bytes | Path, code: int | None = 0, **options: Any) -> list[Any]:
    """Run a command with --json and return its lines."""
    return [json.loads(line) for line in cli(*_as_json(arguments), code=code, **options).stdout.splitlines()]


def _as_json(arguments: tuple[str | bytes | Path, ...]) -> tuple[str | bytes | Path, ...]:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return (*arguments[:end], "--json", *arguments[end:])


def start(*arguments: str | bytes | Path) -> "subprocess.Popen[bytes]":
    """Start the program in a process group of its own."""
    return subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def kill(process: "subprocess.Popen[bytes]") -> None:
    """As the kernel does when memory is short: no last words. Its workers are not told."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
