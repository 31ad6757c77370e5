"""Reading file content: a sample of head, middle and tail, or every byte.

Both give xxh3-128 digests. Reads are checked against the file's size and time before and after, so the
hash of a file that changes meanwhile is never believed; pages that were not in the system's cache before
are dropped from it again, so that a NAS keeps its cache for other things.
"""

import os
from collections.abc import Callable
from typing import NamedTuple

import xxhash

from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.file_times import modified_ns

CHUNK = 1 << 20
FORGET_EVERY = 64 << 20
# Three reads of one 16 KiB block each tell almost all same-size videos apart: containers begin with times and
# sizes, end with indexes, and a re-encode differs everywhere. Two files may still only be called equal by `content`.
SAMPLE = 16 * 1024
SAMPLED_ALL = 3 * SAMPLE
_NOWAIT: int = getattr(os, "RWF_NOWAIT", 0)


class Identity(NamedTuple):
    """What must still hold after reading for the result to be believed."""

    device: int
    inode: int
    size: int
    mtime_ns: int


class Digest(NamedTuple):
    """A hash and what it cost."""

    value: bytes
    bytes_read: int


class Cancelled(Exception):  # noqa: N818 - asked for, not an error
    """The job was told to stop while reading."""


def _never() -> bool:
    return False


def sample(path: bytes, expected: Identity, cancelled: Callable[[], bool] = _never) -> Digest:
    """Hash head, middle and tail (all of a file of up to 48 KiB). Raises as `content` does."""
    if cancelled():
        raise Cancelled
    with _Reader(path, expected) as reader:
        digest = xxhash.xxh3_128()
        if expected.size <= SAMPLED_ALL:
            digest.update(reader.read(0, expected.size))
        else:
            for offset in (0, expected.size // 2, expected.size - SAMPLE):
                digest.update(reader.read(offset, SAMPLE))
        return Digest(digest.digest(), reader.bytes_read)


def content(path: bytes, expected: Identity, cancelled: Callable[[], bool] = _never) -> Digest:
    """Hash every byte. Raises FileUnreadable, or Cancelled once `cancelled()` says so."""
    with _Reader(path, expected) as reader:
        digest = xxhash.xxh3_128()
        buffer = bytearray(min(CHUNK, expected.size))
        view = memoryview(buffer)
        offset = 0
        while offset < expected.size:
            if cancelled():
                raise Cancelled
            count = reader.read_into(view, offset)
            digest.update(view[:count])
            offset += count
            if not reader.was_cached and offset % FORGET_EVERY < count:
                reader.forget()
        return Digest(digest.digest(), reader.bytes_read)


def same_content(a: bytes, b: bytes, cancelled: Callable[[], bool] = _never) -> bool:
    """Compare two files byte by byte, up to the first difference. Raises as `content` does."""
    expected = [_identity(path) for path in (a, b)]
    if expected[0].size != expected[1].size:
        return False
    with _Reader(a, expected[0]) as one, _Reader(b, expected[1]) as other:
        for offset in range(0, expected[0].size, CHUNK):
            if cancelled():
                raise Cancelled
            length = min(CHUNK, expected[0].size - offset)
            if one.read(offset, length) != other.read(offset, length):
                return False
    return True


def _identity(path: bytes) -> Identity:
    try:
        status = os.stat(path)
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    return Identity(status.st_dev, status.st_ino, status.st_size, modified_ns(status))


class _Reader:
    """A file that must be the expected one from the first byte to the last."""

    def __init__(self, path: bytes, expected: Identity) -> None:
        self.expected = expected
        self.bytes_read = 0
        try:
            # A FIFO put in the file's place must not block us for ever.
            self.descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise FileUnreadable(error.strerror or str(error)) from error

    def __enter__(self) -> "_Reader":
        try:
            self._prove("since it was listed")
        except BaseException:
            os.close(self.descriptor)
            raise
        self.was_cached = self._is_cached()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if not self.was_cached:
                self.forget()
            if kind is None:
                self._prove("while it was read")
        finally:
            os.close(self.descriptor)

    def _prove(self, when: str) -> None:
        try:
            status = os.fstat(self.descriptor)
        except OSError as error:  # the disk, or the server it is on, has gone meanwhile
            raise FileUnreadable(error.strerror or str(error)) from error
        if (status.st_size, modified_ns(status)) != (self.expected.size, self.expected.mtime_ns):
            raise FileUnreadable(f"changed {when}", "Scan again once it is complete.")

    def _is_cached(self) -> bool:
        """Whether head, middle and tail are in the page cache, asked without reading from the disk.

        Asked once, before the first read: afterwards our own read-ahead would look like somebody's use.
        """
        if not _NOWAIT or not self.expected.size:
            return False
        probe = [bytearray(1)]
        try:
            return all(
                os.preadv(self.descriptor, probe, offset, _NOWAIT)
                for offset in (0, self.expected.size // 2, self.expected.size - 1)
            )
        except OSError:  # not cached, or a filesystem that cannot tell
            return False

    def forget(self) -> None:
        """Drop the file from the page cache."""
        os.posix_fadvise(self.descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def read(self, offset: int, length: int) -> bytes:
        buffer = bytearray(length)
        view = memoryview(buffer)
        done = 0
        while done < length:
            done += self.read_into(view[done:], offset + done)
        return bytes(buffer)

    def read_into(self, view: memoryview, offset: int) -> int:
        try:
            count = os.preadv(self.descriptor, [view], offset)
        except OSError as error:
            raise FileUnreadable(error.strerror or str(error)) from error
        if not count:
            raise FileUnreadable("became shorter while it was read", "Scan again once it is complete.")
        self.bytes_read += count
        return count
