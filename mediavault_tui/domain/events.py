"""What jobs tell whoever listens: the screen, the command line, the log.

Progress events may replace each other in a queue; `FileSkipped` and `RootOffline` may not.
"""

from enum import StrEnum

import msgspec

from mediavault_tui.domain.wholeness import Wholeness


class Phase(StrEnum):
    """The stages of a scan, in order. Code, progress line, config and README use these words."""

    WALK = "walk"
    NAMES = "names"
    MEDIAINFO = "mediainfo"
    HASH = "hash"
    FINGERPRINT = "fingerprint"
    MATCH = "match"


class Event(msgspec.Struct, frozen=True):
    """Something a job reports."""


class Progress(Event, frozen=True):
    """How far a phase is. `total` is None while it is still being counted."""

    phase: Phase
    done: int
    total: int | None = None
    bytes_read: int = 0
    """Bytes of file content read in this phase so far."""


class FileSkipped(Event, frozen=True):
    """One file (or folder) could not be dealt with in this phase. `path` is the raw bytes."""

    phase: Phase
    path: bytes
    reason: str


class RootOffline(Event, frozen=True):
    """A root is not there, is empty where it had files, or is another device. Its rows stay untouched."""

    path: bytes
    reason: str


class FileNoted(Event, frozen=True):
    """Something about a file to be said once, when it is first seen. It is dealt with all the same."""

    path: bytes
    reason: str


class Finished(Event, frozen=True):
    """The last event of a scan."""

    files_found: int
    files_new: int
    files_updated: int
    files_missing: int
    files_damaged: int
    roots_offline: tuple[bytes, ...]
    skipped: int
    bytes_read: int
    seconds: float
    phases: dict[str, float]
    """Seconds per phase that ran."""


class FileDamaged(Event, frozen=True):
    """A file was found to be damaged, truncated or empty. It is in the catalogue, marked as such."""

    path: bytes
    reason: str


class FileRotten(Event, frozen=True):
    """A file's bytes differ from what was stored for it, although neither size nor time changed."""

    path: bytes
    reason: str


class CheckProgress(Event, frozen=True):
    """How far a check is."""

    done: int
    """Files."""
    total: int
    bytes_done: int
    bytes_total: int
    path: bytes = b""
    """The file being read, or one of them."""


class FileChecked(Event, frozen=True):
    """One file was read from end to end, or could not be."""

    path: bytes
    found: Wholeness
    seconds: float
    is_known: bool
    """It is in the catalogue, and so is what was found; otherwise it was only looked at."""


class CheckEnded(Event, frozen=True):
    """The last event of a check."""

    whole: int
    suspect: int
    damaged: int
    unreadable: int
    bytes_read: int
    seconds: float
    left: int = 0
    """Files not read because the hours for it are over."""
