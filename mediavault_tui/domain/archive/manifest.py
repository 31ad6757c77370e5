"""The manifest of an archive folder: what lies there and where it came from, told by the archive itself.

One JSON object a line, each complete in itself; lines are only ever added. The catalogue's journal can be
made again from it when the catalogue is lost.
"""

import json
import os
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from mediavault_tui.domain.archive.journal import JournalEntry, State

NAME = b".mediavault-manifest.jsonl"
VERSION = 1
LONGEST = 1 << 20
"""Bytes of a line; a longer one is none of ours. A path has 4,095 bytes, the attributes of a file rarely as many."""


class Line(msgspec.Struct, frozen=True):
    """One act with one file."""

    version: int
    at: int
    """Unix seconds."""
    state: State
    """What became of the file; `moving`: it is about to be put there."""
    place: str
    """Where it lies, seen from the archive folder; bytes that are not UTF-8 as surrogate escapes."""
    origin: str = ""
    """Where it came from; for people, `moved` says it exactly."""
    moved: JournalEntry | None = None
    """All that the journal knows of it (bytes in base64); not said again when it leaves."""


class Entry(NamedTuple):
    """A file that the manifest says is in the archive."""

    number: int
    """Of its last line."""
    moved: JournalEntry
    is_certain: bool
    """Whether its move was seen to end."""
    written_in: bytes = b""
    """Where the archive was then."""

    @property
    def place_then(self) -> bytes:
        """Where the file lay then."""
        return os.path.join(self.written_in, os.path.relpath(self.moved.place, self.moved.archive))


class Problem(NamedTuple):
    """A line that says nothing."""

    number: int
    reason: str


def written(moved: JournalEntry, archive: bytes, at: int) -> bytes:
    """The line about a file's present state, with its end."""
    leaves = moved.state not in (State.MOVING, State.MOVED)
    line = Line(
        version=VERSION,
        at=at,
        state=moved.state,
        place=_text(os.path.relpath(moved.place, archive)),
        origin=_text(moved.origin),
        moved=None if leaves else moved,
    )
    return json.dumps(msgspec.to_builtins(line)).encode("ascii") + b"\n"


def read(lines: Iterable[bytes], archive: bytes) -> tuple[list[Entry], list[Problem]]:
    """What is in the archive by the manifest's `lines`, and which lines cannot be understood.

    Nothing of a line is believed that leads out of the archive or names no plain path.
    """
    there: dict[str, Entry] = {}
    problems = []
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = msgspec.convert(json.loads(raw), Line)
            _check(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(number, _spoken(error)))
            continue
        if line.moved is None:
            there.pop(line.place, None)
            continue
        place = os.path.join(archive, _bytes(line.place))
        moved = msgspec.structs.replace(line.moved, place=place, archive=archive)
        there[line.place] = Entry(number, moved, line.state is State.MOVED, line.moved.archive)
    return list(there.values()), problems


def carried_along(entry: Entry) -> Entry | None:
    """The entry as it is now that a folder with its archive in it has another path, as of a disk that is mounted
    elsewhere; None where the archive is not where it would be then.
    """
    moved = entry.moved
    inside = entry.written_in[len(moved.root) :]
    if not moved.root or entry.written_in != moved.root + inside or inside[:1] != b"/":
        return None
    if not moved.archive.endswith(inside):
        return None
    root = moved.archive[: -len(inside)]

    def now(path: bytes) -> bytes:
        return root + path[len(moved.root) :] if path.startswith(moved.root + b"/") else path

    keepers = tuple(msgspec.structs.replace(each, path=now(each.path)) for each in moved.keepers)
    there = msgspec.structs.replace(
        moved, root=root, origin=now(moved.origin), keeper=now(moved.keeper), keepers=keepers,
        owners=tuple(map(now, moved.owners)),
    )  # fmt: skip
    return entry._replace(moved=there)


def _spoken(error: Exception) -> str:
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError)):
        return "is no JSON object: cut off, or damaged"
    if isinstance(error, msgspec.ValidationError):
        return f"is not as this program writes it: {error}"
    return str(error)


def _check(line: Line) -> None:
    """Raises ValueError for what no line of ours says."""
    if line.version != VERSION:
        raise ValueError(f"is of version {line.version}, not {VERSION}")
    if not _is_plain(b"/" + _bytes(line.place)):
        raise ValueError("leads out of the archive")
    if line.moved is None:
        if line.state in (State.MOVING, State.MOVED):
            raise ValueError("does not say where the file came from")
        return
    moved = line.moved
    paths = (moved.origin, moved.keeper, *filter(None, (moved.root,)), *moved.owners)
    if not all(map(_is_plain, paths)):
        raise ValueError("names a path that is none")


def _is_plain(path: bytes) -> bool:
    parts = path.split(b"/")
    return (
        parts[0] == b"" and len(parts) > 1 and not {b"", b".", b".."} & set(parts[1:]) and b"\0" not in path
    )


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
