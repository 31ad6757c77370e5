"""Copying a file to another filesystem with everything that belongs to it, and proving the copy."""

import os
from collections.abc import Callable

import xxhash

from mediavault_tui.domain.access import Access, is_list
from mediavault_tui.domain.archive.journal import FileAttributes, FileIdentity
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import Cancelled, Identity
from mediavault_tui.services.file_ops import atomic_moves, permissions

CHUNK = 4 << 20


def copy(
    source: bytes,
    temporary: bytes,
    expected: FileIdentity,
    cancelled: Callable[[], bool],
    dress: FileAttributes | None = None,
) -> tuple[Proof, bytes, list[str]]:
    """Copy `source`, which must be the expected file, to the new file `temporary`, fsync and verify it.

    Returns the copy as it lies there, the xxh3-128 of its bytes as read back from the disk, and what could
    not be kept (owner, extended attributes). `dress`: what the copy is to look like, if not as the source.
    Raises FileUnreadable, MoveFailed or Cancelled; then
    `temporary` may be there and is worth nothing.
    """
    reading = atomic_moves.open_to_read(source)
    try:
        _prove(reading, expected)
        atomic_moves.try_renaming(temporary)
        with atomic_moves.translated(temporary):
            writing = atomic_moves.create(temporary)
        try:
            written = _pour(reading, writing, expected.size, cancelled)
            lost = _dress(reading, writing, dress)
            _prove(reading, expected)
            with atomic_moves.translated(temporary):
                os.fsync(writing)
                # What is read back must come from the disk, not from memory.
                os.posix_fadvise(writing, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(writing)
    finally:
        os.close(reading)
    atomic_moves.sync_folder(os.path.dirname(temporary))
    found = atomic_moves.open_and_look(
        temporary
    )  # SMB shows the time of the last write until it is opened again
    identity = Identity(found.device, found.inode, found.size, found.mtime_ns)
    verified = content_hash.content(temporary, identity, cancelled).value
    if verified != written or found.size != expected.size:
        raise MoveFailed("the copy differs from the original; the target disk cannot be trusted")
    return found, verified, lost


def _prove(descriptor: int, expected: FileIdentity) -> None:
    if FileIdentity.of(atomic_moves.look_at(descriptor)) != expected:
        raise FileUnreadable("changed while it was copied")


def _pour(reading: int, writing: int, size: int, cancelled: Callable[[], bool]) -> bytes:
    """Copy every byte; returns their xxh3-128."""
    digest = xxhash.xxh3_128()
    done = 0
    while True:
        if cancelled():
            raise Cancelled
        try:
            data = os.read(reading, CHUNK)
        except OSError as error:
            raise FileUnreadable(error.strerror or str(error)) from error
        if not data:
            break
        digest.update(data)
        view = memoryview(data)
        with atomic_moves.translated(b"the copy"):
            while view:
                view = view[os.write(writing, view) :]
        done += len(data)
    if done != size:
        raise FileUnreadable("changed while it was copied")
    return digest.digest()


def _dress(reading: int, writing: int, dress: FileAttributes | None) -> list[str]:
    """Give the copy the original's owner, mode, extended attributes and times; returns what could not be.

    `dress` says otherwise: then lists of rights are those it names or none, never those of the file that is
    read, which may be another's.
    """
    with atomic_moves.translated(b"the copy"):
        status, own = os.fstat(reading), permissions.of_open(reading)
        if dress is None:
            access, mtime_ns = own, status.st_mtime_ns
        else:
            plain = {name: value for name, value in own.attributes.items() if not is_list(name)}
            known = plain if dress.attributes is None else dress.attributes
            access, mtime_ns = Access(dress.mode, dress.uid, dress.gid, known), dress.mtime_ns
        return [
            *permissions.give(writing, access),
            *permissions.unless_given("time", os.utime, writing, ns=(status.st_atime_ns, mtime_ns)),
        ]
