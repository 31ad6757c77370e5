"""Places whose files may be gone tomorrow, or are not whole yet: bins, snapshots, unfinished downloads, and what
systems and sync tools keep for themselves. Nothing in them is ever the copy to keep, and nothing in them is moved.

Names are compared without regard to case, as SMB and most NAS systems do. A hidden folder of no known meaning is
another matter: somebody may keep films there on purpose. It is never chosen by itself; the user may choose it.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import msgspec

from mediavault_tui.domain.media import VIDEO_EXTENSIONS
from mediavault_tui.domain.text import printable

# Sources: Samba's vfs_recycle and vfs_shadow_copy2; the manuals of Synology DSM, QNAP QTS, ASUSTOR ADM, TrueNAS,
# unRAID, OpenMediaVault and NetApp; the freedesktop.org trash specification; Apple's and Microsoft's names for what
# they keep on a volume; Syncthing, Resilio Sync, Nextcloud, Dropbox; SABnzbd, NZBGet, qBittorrent; tinyMediaManager.
_FOLDERS = {
    "a recycle bin": (
        ".Recycle.Bin", ".recycle", ".recycled", "#recycle", "@Recycle", "Recycle Bin", "Network Recycle Bin*",
        ".Trash*", "$RECYCLE.BIN", "RECYCLER", "RECYCLED", "Network Trash Folder",
        ".deletedByTMM", ".deleted", ".trashbin", "files_trashbin", "@sharebin",
    ),
    "a folder of old versions": (
        ".stversions", ".SyncArchive", ".sync", ".versions", "files_versions", "~snapshot", ".snapshot", ".snapshots",
        "#snapshot", "@snapshot", "@snapshots", "@sharesnap", "@Recently-Snapshot", ".zfs", ".ckpt", ".snap",
        "@GMT-*", ".timeshift", ".MobileBackups", ".MobileBackups.trash",
    ),
    "an unfinished download": (
        ".incomplete", "incomplete", "_UNPACK_*", "_FAILED_*", "__ADMIN__", ".unwanted", ".rsync-partial", ".rsync-tmp",
        ".~tmp~", "~tmp~", ".partial", ".part", ".@upload_cache",
    ),
    "a folder a system keeps for itself": (
        "@eaDir", "@tmp", "@database", "@appstore", "@Transcode", ".@__thumb", ".@__qini", ".@analytic", ".streams",
        ".wdmc", "System Volume Information", "lost+found", "found.[0-9][0-9][0-9]", "$WINDOWS.~BT", "$Extend",
        "Temporary Items", ".TemporaryItems", ".DocumentRevisions-V100", ".Spotlight-V100", ".fseventsd",
        ".AppleDouble", ".AppleDB", ".AppleDesktop", "__MACOSX", "TheVolumeSettingsFolder", ".git", ".svn", ".hg",
        ".bzr", ".stfolder*", ".nextcloudsync*", ".owncloudsync*", ".dropbox.cache",
        ".unionfs-fuse", ".unionfs", ".fuse_hidden*", ".nfs*", ".cache", ".thumbnails", ".mediavault-archive",
    ),
}  # fmt: skip

FOLDERS = tuple(dict.fromkeys(name for names in _FOLDERS.values() for name in names))
"""Names (with * and ?) of folders that are passed over, whatever the case of their letters."""
FILES = ("._*", ".trashed-*", ".pending-*", ".syncthing.*", "~syncthing~*")
"""Names of files that are none of the user's: resource forks, Android's bin and unfinished copies, Syncthing's."""
MARKS = (
    ".aria2", ".!qb", ".!ut", ".bc!", ".az!", ".jc!", ".!bt", ".!sync", ".part", ".partial", ".partial~", ".filepart",
    ".crdownload", ".opdownload", ".fdmdownload", ".download", ".downloading", ".xltd", ".td", ".ytdl", ".st",
    ".lftp-pget-status", ".part.met",
)  # fmt: skip
"""Endings of what download programs put beside the file they are still writing to, behind its whole name."""

_MARKED_VIDEOS = tuple(ending + mark for ending in VIDEO_EXTENSIONS for mark in MARKS)
_HIDDEN = re.compile(r"\.(?!\.)")
# `.45 (2006)`, `.hack//SIGN (2002)`: a title that begins with a dot hides nothing on purpose.
_TITLE = re.compile(r"\.\S.*\(\d{4}\)")


class Transient(msgspec.Struct, frozen=True):
    """Why a file's place does not make it a copy to keep."""

    what: str
    """What is said of the file: `lies in a recycle bin (#recycle)`."""
    by_choice: bool = False
    """The user may have put it there on purpose, and may decide for it."""


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    import fnmatch

    return re.compile("|".join(fnmatch.translate(name.lower()) for name in names))


_PATTERNS = [(what, _pattern(names)) for what, names in _FOLDERS.items()]
_FILE_PATTERN = _pattern(FILES)


def transient(path: bytes, roots: Sequence[bytes]) -> Transient | None:
    """Why the file at `path` lies in no lasting place, or None.

    Hidden folders count below the innermost of `roots` only: who names a hidden folder as a root means it. A bin
    stays a bin, also where it is itself the root.
    """
    folder, _, name = path.rpartition(b"/")
    inside = [root for root in roots if folder == root or folder.startswith(root.rstrip(b"/") + b"/")]
    found = _of_folder(folder, max(inside, key=len, default=b""))
    if found is None or found.by_choice:
        of_name = _of_name(name.decode("utf-8", "replace"))
        return of_name if of_name is not None and not of_name.by_choice else found or of_name
    return found


@lru_cache(maxsize=8192)
def _of_folder(folder: bytes, root: bytes) -> Transient | None:
    parts = folder.decode("utf-8", "replace").split("/")
    for part in parts:
        what = kind_of(part)
        if what is not None:
            return Transient(f"lies in {what} ({printable(part)})")
    below = parts[len(root.decode("utf-8", "replace").rstrip("/").split("/")) :]
    hidden = next((part for part in below if is_hidden(part)), None)
    return (
        None
        if hidden is None
        else Transient(f"lies in a hidden folder ({printable(hidden)})", by_choice=True)
    )


def _of_name(name: str) -> Transient | None:
    if _FILE_PATTERN.match(name.lower()):
        return Transient("is a file that some program keeps for itself")
    return Transient("is a hidden file", by_choice=True) if is_hidden(name) else None


@lru_cache(maxsize=8192)
def kind_of(folder: str) -> str | None:
    """What a folder of this name is, if files in it do not last: `a recycle bin`."""
    name = folder.lower()
    if name.endswith(_MARKED_VIDEOS):  # Safari keeps a download in a folder of such a name
        return "an unfinished download"
    return next((what for what, pattern in _PATTERNS if pattern.match(name)), None)


def is_hidden(name: str) -> bool:
    """Whether a name is hidden by its dot. `...And Justice for All` and `.45 (2006)` are titles."""
    return _HIDDEN.match(name) is not None and _TITLE.match(name) is None


def settled_first(paths: Iterable[bytes], roots: Sequence[bytes]) -> list[bytes]:
    """The names of one file, those in lasting places first, else in their order."""
    return sorted(paths, key=lambda path: transient(path, roots) is not None)


def of_all(paths: Sequence[bytes], roots: Sequence[bytes]) -> Transient | None:
    """Why a file with all these names lies in no lasting place; None when one of them does."""
    found = [transient(path, roots) for path in paths]
    if any(each is None for each in found):
        return None
    return next((each for each in found if each is not None and each.by_choice), None) or next(
        iter(found), None
    )


def downloading(mark: bytes) -> Transient:
    """Of a video with such a file beside it."""
    return Transient(f"is still being downloaded ({printable(mark)} lies beside it)")


def being_written(videos: Collection[bytes], others: Iterable[bytes]) -> dict[bytes, bytes]:
    """Of the videos in a folder, those that a download program is still writing to: video → the mark beside it.

    `others` are the names of the other files and folders there.
    """
    by_name = {name.lower(): name for name in videos}
    found = {}
    for other in others:
        lowered = other.lower()
        for mark in MARKS:
            if lowered.endswith(mark.encode()) and (video := by_name.get(lowered[: -len(mark)])) is not None:
                found[video] = other
    return found
