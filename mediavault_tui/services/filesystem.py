"""Walking folders: what is there, as bytes, without opening a single file.

`walk` yields one `FoundFolder` per folder. It never raises for a folder that cannot be read, a link that
leads in circles or a file that vanishes: those become the listing's `trouble`.
"""

import fnmatch
import os
import re
import stat
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mediavault_tui.domain import transient
from mediavault_tui.domain.archive import manifest
from mediavault_tui.domain.found_files import FoundFolder, FoundNfo, FoundVideo
from mediavault_tui.domain.media import (
    AUDIO_EXTENSIONS,
    DISC_IMAGE_EXTENSIONS,
    SUBTITLE_EXTENSIONS,
    VIDEO_EXTENSIONS,
)
from mediavault_tui.errors import RootUnavailable
from mediavault_tui.services.file_times import changed_ns, modified_ns


class RootIdentity(NamedTuple):
    """Which filesystem a root is on."""

    device: int
    filesystem: int
    """statvfs f_fsid: stays when the kernel numbers devices anew; 0 where the system gives none."""


class WalkRules(NamedTuple):
    """What a walk takes in."""

    extensions: frozenset[bytes]
    ignored_names: frozenset[bytes]
    ignored_patterns: re.Pattern[bytes] | None
    one_filesystem: bool
    follow_symlinks: bool
    left_out: frozenset[bytes] = frozenset()
    """Paths of folders that are not entered."""

    @classmethod
    def of(
        cls,
        extra_extensions: Sequence[str],
        ignore: Sequence[str],
        *,
        one_filesystem: bool,
        follow_symlinks: bool,
    ) -> "WalkRules":
        """Rules from the settings; `ignore` holds name patterns with * and ?."""
        extra = {("." + ending.lstrip(".")).lower() for ending in extra_extensions}
        ignore = [
            os.fsdecode(os.fsencode(name).lower()) for name in ignore
        ]  # ASCII alone, as names are below
        # Most are plain names: asking a set costs a tenth of asking a pattern, and every file is asked.
        patterns = [pattern for pattern in ignore if set(pattern) & set("*?[")]
        translated = [fnmatch.translate(pattern).encode(errors="surrogateescape") for pattern in patterns]
        return cls(
            frozenset(os.fsencode(ending) for ending in VIDEO_EXTENSIONS | DISC_IMAGE_EXTENSIONS | extra),
            frozenset(os.fsencode(name) for name in ignore if name not in patterns),
            re.compile(b"|".join(translated)) if translated else None,
            one_filesystem,
            follow_symlinks,
        )

    def ignore(self, name: bytes) -> bool:
        """Whether a file or folder of this name is passed over, whatever the case of its letters."""
        name = name.lower()
        if name in self.ignored_names:
            return True
        return self.ignored_patterns is not None and self.ignored_patterns.match(name) is not None

    def has_video_ending(self, name: bytes) -> bool:
        """Whether a file of this name is a video or a whole disc, passed over or not."""
        return os.path.splitext(name)[1].lower() in self.extensions

    def is_video(self, name: bytes) -> bool:
        """Whether a walk takes a file of this name for a video."""
        return self.has_video_ending(name) and not self.ignore(name)


_TRACKS = frozenset(os.fsencode(ending) for ending in SUBTITLE_EXTENSIONS | AUDIO_EXTENSIONS)
_NEVER_ENTERED = frozenset({b".git"})
"""What git and git-annex keep there is theirs alone: in other hands it breaks."""
_MARKS = tuple(os.fsencode(mark) for mark in transient.MARKS)


def identify(root: bytes) -> RootIdentity:
    """The filesystem `root` is on. Raises RootUnavailable."""
    try:
        status = os.stat(root)
        if not stat.S_ISDIR(status.st_mode):
            raise RootUnavailable("is not a folder")
        return RootIdentity(status.st_dev, _signed(os.statvfs(root).f_fsid))
    except OSError as error:
        raise RootUnavailable(error.strerror or str(error)) from error


def _signed(number: int) -> int:
    """SQLite keeps 64 signed bits."""
    return (number & (2**64 - 1)) - 2**64 if number & 2**63 else number & (2**63 - 1)


def walk(root: bytes, rules: WalkRules) -> Iterator[FoundFolder]:
    """List `root` and every folder below it, each once."""
    try:
        status = os.stat(root)
    except OSError as error:
        yield FoundFolder(root, [], [], [(root, _reason(error))], [])
        return
    seen = {(status.st_dev, status.st_ino)}
    waiting = [root]
    while waiting:
        path = waiting.pop()
        if path != root and os.path.lexists(os.path.join(path, manifest.NAME)):
            continue  # an archive, be it another catalogue's
        listing, below = _list(path, rules)
        for folder in below:
            wanted = _enter(folder, status.st_dev, seen, rules, listing.trouble)
            if wanted is not None:
                waiting.append(wanted)
        yield listing


def _list(path: bytes, rules: WalkRules) -> tuple[FoundFolder, list[bytes]]:
    """One folder's videos, their tracks' files and links, and the folders below (symbolic links among them)."""
    videos: list[FoundVideo] = []
    subtitles: list[bytes] = []
    trouble: list[tuple[bytes, str]] = []
    below: list[bytes] = []
    links: list[tuple[bytes, bytes]] = []
    unfinished: dict[bytes, bytes] = {}
    names: list[bytes] = []
    nfos: list[FoundNfo] = []
    listing = FoundFolder(path, videos, subtitles, trouble, links, unfinished, nfos)
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                name = entry.name
                if rules.ignore(name):
                    continue
                names.append(name)
                ending = os.path.splitext(name)[1]
                try:
                    if entry.is_symlink():
                        # A link to a file is no copy of it; a link to a folder may be followed.
                        links.append((name, os.path.realpath(entry.path)))
                        if rules.follow_symlinks and entry.is_dir():
                            below.append(entry.path)
                    elif entry.is_dir(follow_symlinks=False):
                        if name not in _NEVER_ENTERED:
                            below.append(entry.path)
                    elif not ending or not entry.is_file(follow_symlinks=False):
                        continue
                    elif ending in rules.extensions or ending.lower() in rules.extensions:
                        found = entry.stat(follow_symlinks=False)
                        videos.append(
                            FoundVideo(
                                name,
                                _signed(found.st_dev),
                                _signed(found.st_ino),
                                found.st_size,
                                modified_ns(found),
                                changed_ns(found),
                                found.st_nlink,
                            )
                        )
                    else:
                        _take_beside(entry, ending.lower(), subtitles, nfos)
                except FileNotFoundError:
                    continue  # vanished between listing and looking: as if it had never been there
                except OSError as error:
                    trouble.append((entry.path, _reason(error)))
    except OSError as error:
        trouble.append((path, _reason(error)))
    marks = [name for name in names if name.lower().endswith(_MARKS)]
    unfinished.update(transient.being_written([video.name for video in videos], marks) if marks else {})
    below.sort(reverse=True)  # taken from the end: folders come in the order of their names
    return listing, below


def _take_beside(entry: os.DirEntry[bytes], ending: bytes, tracks: list[bytes], nfos: list[FoundNfo]) -> None:
    """Note a file that may belong to a video."""
    if ending in _TRACKS:
        tracks.append(entry.name)
    elif ending == b".nfo":
        found = entry.stat(follow_symlinks=False)
        nfos.append(FoundNfo(entry.name, found.st_size, modified_ns(found)))


def _enter(
    folder: bytes,
    root_device: int,
    seen: set[tuple[int, int]],
    rules: WalkRules,
    trouble: list[tuple[bytes, str]],
) -> bytes | None:
    """The path under which to walk `folder`, or None if it is to be left out."""
    try:
        status = os.stat(folder)
        if rules.follow_symlinks and os.path.islink(folder):
            # Files found behind a link are stored under their real path, so nothing is ever known twice.
            folder = os.path.realpath(folder)
    except OSError as error:
        trouble.append((folder, _reason(error)))
        return None
    identity = (status.st_dev, status.st_ino)
    if (
        folder in rules.left_out
        or identity in seen
        or (rules.one_filesystem and status.st_dev != root_device)
    ):
        return None
    seen.add(identity)
    return folder


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
