"""The manifest file of an archive folder: lines are added durably, and read whatever has become of it."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mediavault_tui.domain.archive.manifest import LONGEST, NAME, read
from mediavault_tui.domain.text import printable
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services.file_ops import atomic_moves, nofollow, permissions

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_NONBLOCK


def path_in(archive: bytes) -> bytes:
    """Where the manifest of an archive folder is."""
    return os.path.join(archive, NAME)


def append(archive: bytes, line: bytes) -> None:
    """Add a line, durably. Raises MoveFailed: then nothing was added that would be taken for a line."""
    path = path_in(archive)
    with atomic_moves.translated(path), _held(path, archive) as descriptor:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise MoveFailed(f"{printable(path)} is no regular file: nothing can be noted there")
        _add(descriptor, line)


def drop_if_over(archive: bytes) -> None:
    """Remove a manifest by which nothing is in the archive any more. Raises MoveFailed, FileUnreadable."""
    path = path_in(archive)
    if atomic_moves.look(path) is None:
        return
    with atomic_moves.translated(path), _held(path, archive) as descriptor:
        entries, problems = read(lines(archive), archive)
        if not entries and not problems:
            atomic_moves.remove(path, atomic_moves.look_at(descriptor).inode)


@contextmanager
def _held(path: bytes, archive: bytes) -> Iterator[int]:
    """The manifest, opened and locked: a program with another catalogue may use the same archive. Raises OSError."""
    while True:
        descriptor = _open(path, archive)
        try:
            with suppress(OSError):  # a filesystem without locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:  # else the other one has removed it
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _open(path: bytes, archive: bytes) -> int:
    try:
        return nofollow.open_file(path, _FLAGS)
    except FileNotFoundError:
        descriptor = atomic_moves.create(path)
    try:  # it names files of folders that not everybody may list: for the archive's owner only
        owner = nofollow.status(archive)
        permissions.unless_given("owner", os.fchown, descriptor, owner.st_uid, owner.st_gid)
    finally:
        os.close(descriptor)
    atomic_moves.sync_folder(archive)
    return nofollow.open_file(path, _FLAGS)


def _add(descriptor: int, line: bytes) -> None:
    size = os.fstat(descriptor).st_size
    # A crash may have cut the last line off; what is added then must not become a part of it.
    is_whole = not size or os.pread(descriptor, 1, size - 1) == b"\n"
    data = line if is_whole else b"\n" + line
    try:
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def is_of_another(archive: bytes) -> bool:
    """Whether a superuser would believe somebody else by reading the manifest. Raises FileUnreadable."""
    descriptor = atomic_moves.open_to_read(path_in(archive))
    try:
        return os.geteuid() == 0 and os.fstat(descriptor).st_uid != 0
    finally:
        os.close(descriptor)


def lines(archive: bytes) -> Iterator[bytes]:
    """The lines of a manifest, without their ends; of one that is too long only the beginning.

    Raises FileUnreadable, also for a manifest of somebody who is neither this user nor root: what it says is
    where files go back to.
    """
    descriptor = atomic_moves.open_to_read(path_in(archive))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise FileUnreadable("is no regular file")
        if status.st_uid not in {0, os.geteuid(), os.stat(archive).st_uid}:
            raise FileUnreadable("belongs to another user than the archive folder")
    except BaseException:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        while line := file.readline(LONGEST):
            yield line.rstrip(b"\n")
            while not line.endswith(b"\n") and (line := file.readline(LONGEST)):
                continue
