"""Letting two files with the same bytes share their blocks, where the filesystem can (btrfs, XFS, …).

FIDEDUPERANGE (ioctl_fideduperange(2)) compares and shares in one step inside the kernel, so bytes that
differ are never touched, and the file keeps its inode, its times and everybody who has it open.
"""

import fcntl
import os
import struct

from mediavault_tui.errors import MoveFailed
from mediavault_tui.services.file_ops import atomic_moves, nofollow

_FIDEDUPERANGE = 0xC0189436  # _IOWR(0x94, 54, struct file_dedupe_range)
# struct file_dedupe_range with one file_dedupe_range_info; the last field but one is the status.
_RANGE = struct.Struct("=QQHHIqQQiI")
_AT_ONCE = 16 << 20  # most filesystems share no more in one call
_DIFFERS = 1


def share(loser: bytes, keeper: bytes, size: int) -> None:
    """Let `loser` use the blocks of `keeper`. Raises MoveFailed; the bytes of neither ever change."""
    with atomic_moves.translated(loser):
        source = nofollow.open_file(keeper, atomic_moves.OPEN_FLAGS)
        try:
            target = nofollow.open_file(loser, os.O_RDWR)
            try:
                _share(source, target, size)
            finally:
                os.close(target)
        finally:
            os.close(source)


def _share(source: int, target: int, size: int) -> None:
    offset = 0
    while offset < size:
        length = min(_AT_ONCE, size - offset)
        request = bytearray(_RANGE.pack(offset, length, 1, 0, 0, target, offset, 0, 0, 0))
        fcntl.ioctl(source, _FIDEDUPERANGE, request)
        *_, shared, status, _ = _RANGE.unpack(request)
        if status == _DIFFERS:
            raise MoveFailed("the files differ")
        if status < 0:
            raise MoveFailed(f"{os.strerror(-status)}: this filesystem cannot share blocks")
        if not shared:
            raise MoveFailed("the filesystem shared nothing")
        offset += shared
