"""Every setting with its type and default, frozen.

`config.py` fills these from the config file, the environment and the flags; `sample_config.yaml` holds
the same keys with a sentence each, and a test compares the two.
"""

from typing import Annotated, Literal

import msgspec

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Points = Annotated[float, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]

# Folders that NAS systems and desktops fill for themselves: thumbnails, snapshots, recycle bins.
SYSTEM_FOLDERS = (
    "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", ".@__thumb", ".snapshot", ".snapshots",
    ".zfs", ".Trash", ".Trash-*", "$RECYCLE.BIN", "System Volume Information", "lost+found", ".AppleDouble",
    "._*",
)  # fmt: skip


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of the config file. Unknown keys are refused."""


class Scan(Section, frozen=True):
    """Which files are looked at, and how hard."""

    roots: tuple[str, ...] = ()
    """Folders to scan when the command line names none."""
    extra_extensions: tuple[str, ...] = ()
    """More file name endings that are videos, as `.rmvb`."""
    ignore: tuple[str, ...] = SYSTEM_FOLDERS
    """Names (with * and ?) of files and folders that are passed over."""
    one_filesystem: bool = False
    """Stay on the filesystem of the root; do not enter what is mounted below it."""
    follow_symlinks: bool = False
    """Also walk folders that symbolic links point to (each real folder once)."""
    jobs: Count = 0
    """Worker processes for names, media info and fingerprints; 0 is one per core."""
    disk: Literal["auto", "rotating", "ssd"] = "auto"
    """How files are read for hashing: one at a time (rotating), several at once (ssd), or as the device says."""
    mediainfo_timeout_s: Seconds = 30.0
    """A file that takes longer to open than this is set aside until it changes."""
    fingerprint: Literal["candidates", "all", "none"] = "candidates"
    """Which files get a picture fingerprint: those that may be duplicates by title or length, all, or none."""
    fingerprint_timeout_s: Seconds = 120.0
    """A file that takes longer to fingerprint than this is set aside until it changes."""


class Log(Section, frozen=True):
    """The log file."""

    file: str | None = None
    """Where it is written; empty means the platform's log folder."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least serious message that is written."""


class Settings(Section, frozen=True):
    """All settings of one run."""

    scan: Scan = Scan()
    log: Log = Log()
