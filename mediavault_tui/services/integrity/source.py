"""An open file that FFmpeg reads through us, so that each byte is read from the disk once and looked at for zeros.

FFmpeg reads mostly forwards. What it reads next is read in large pieces, and searched for stretches of zeros
before it is handed over. Looks elsewhere (an index at the end) go past this, and `finish` reads what FFmpeg never
asked for.
"""

import os
from collections import deque
from typing import NamedTuple

import numpy as np

PIECE = 1 << 20
KEPT = 8
"""Pieces kept for what is read a little behind: interleaved tracks."""
AHEAD = 16 * PIECE
"""A read this far before the front is a look elsewhere, not the next one."""


class Run(NamedTuple):
    """A stretch of zeros, as byte offsets: `start` up to, not including, `end`."""

    start: int
    end: int


class Source:
    """A file object for `av.open` on an open descriptor. Knows the zeros of all bytes before `front`."""

    def __init__(self, descriptor: int, length: int, least: int) -> None:
        """`least`: bytes of zeros from which on a stretch counts."""
        self.descriptor = descriptor
        self.length = length
        self.front = 0
        self.error: OSError | None = None
        """Why a read failed; the file ends there for FFmpeg."""
        self.failed_at = 0
        self.bytes_read = 0
        self.runs: list[Run] = []
        self._least = least
        self._stride = max(16, least // 8)
        self._position = 0
        self._pieces: deque[tuple[int, bytes]] = deque(maxlen=KEPT)
        self._open_run: int | None = None

    # -- what av.open asks for ---------------------------------------------------------------------

    def read(self, count: int) -> bytes:
        """The next bytes; none at the end, or where the disk fails."""
        at, end = self._position, min(self._position + count, self.length)
        if at >= end or self.error is not None:
            return b""
        if at <= self.front + AHEAD:
            while self.front < end and self.error is None:
                self._advance()
        data = self._from_pieces(at, end)
        if data is None:
            data = self._pread(end - at, at)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go elsewhere. 0x10000 asks for the size (FFmpeg's AVSEEK_SIZE)."""
        if whence & 0x10000:
            return self.length
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.length}[whence & 3]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Where the next read begins."""
        return self._position

    # -- ours ----------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Read the rest, so that every byte has been read once."""
        while self.front < self.length and self.error is None:
            self._advance()
        if self._open_run is not None:
            self._close_run(self.front)

    def read_on(self) -> None:
        """Read the next piece that nobody asked for."""
        self._advance()

    def _advance(self) -> None:
        data = self._pread(min(PIECE, self.length - self.front), self.front)
        if not data:
            if self.error is None:  # somebody cuts the file while we read it
                self.error, self.failed_at = OSError(0, "it became shorter while it was read"), self.front
            return
        self._pieces.append((self.front, data))
        self._search(data)
        self.front += len(data)

    def _from_pieces(self, start: int, end: int) -> bytes | None:
        parts = []
        for at, data in self._pieces:
            if at <= start < at + len(data):
                parts.append(data[start - at : end - at])
                start += len(parts[-1])
                if start == end:
                    return parts[0] if len(parts) == 1 else b"".join(parts)
        return None

    def _pread(self, count: int, offset: int) -> bytes:
        try:
            data = os.pread(self.descriptor, count, offset)
        except OSError as error:
            self.error, self.failed_at = error, offset
            return b""
        self.bytes_read += len(data)
        return data

    def _search(self, data: bytes) -> None:
        """Look at every few bytes only: in a long stretch of zeros all of those are zero."""
        view = np.frombuffer(data, np.uint8)
        at = 0
        if self._open_run is not None:
            at = self._end_of_zeros(view, 0)
            if at == len(data):
                return
            self._close_run(self.front + at)
        zero = view[:: self._stride] == 0
        if np.count_nonzero(zero) >= 4:
            edges = np.flatnonzero(np.diff(np.concatenate(([0], zero.view(np.int8), [0]))))
            for first, last in zip(edges[::2], edges[1::2], strict=True):
                begin = max(at, int(first) * self._stride)
                while last - first >= 4 and begin < int(last) * self._stride:
                    while begin > at and data[begin - 1] == 0:
                        begin -= 1
                    self._open_run, at = self.front + begin, self._end_of_zeros(view, begin)
                    if at == len(data):
                        return
                    self._close_run(self.front + at)
                    begin = -(-at // self._stride) * self._stride  # a sample may be zero by chance
        if not data[-1]:  # may go on in the next piece
            self._open_run = self.front + max(at, len(data.rstrip(b"\0")))

    @staticmethod
    def _end_of_zeros(view: "np.ndarray[tuple[int], np.dtype[np.uint8]]", begin: int) -> int:
        for at in range(begin, len(view), 1 << 16):
            found = np.flatnonzero(view[at : at + (1 << 16)])
            if len(found):
                return at + int(found[0])
        return len(view)

    def _close_run(self, end: int) -> None:
        start, self._open_run = self._open_run, None
        if start is not None and end - start >= self._least:
            self.runs.append(Run(start, end))


def holes(descriptor: int, length: int) -> list[Run]:
    """Stretches the filesystem has no blocks for. Where it cannot tell, there are none.

    Compressing filesystems need fewer blocks than bytes; only what `lseek` calls a hole is one.
    """
    found: list[Run] = []
    at = 0
    try:
        while at < length:
            start = os.lseek(descriptor, at, os.SEEK_HOLE)
            if start >= length:
                break
            try:
                end = min(os.lseek(descriptor, start, os.SEEK_DATA), length)
            except OSError:  # ENXIO: nothing but a hole up to the end
                end = length
            found.append(Run(start, end))
            at = end
    except OSError:
        return []
    return found
