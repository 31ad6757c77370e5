"""How far worker processes are, told through a small file: they cannot be asked while they read."""

import os
import struct
import tempfile
from collections.abc import Callable

_SLOT = struct.Struct("<Q")


class Counters:
    """One number for each task. Use as a context manager: the file goes with it."""

    def __init__(self) -> None:
        self._descriptor, self.path = tempfile.mkstemp(prefix="mediavault-progress-")

    def __enter__(self) -> "Counters":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)
        os.unlink(self.path)

    def value(self, slot: int) -> int:
        """What the task of this slot last told; 0 before it did."""
        data = os.pread(self._descriptor, _SLOT.size, slot * _SLOT.size)
        return int(_SLOT.unpack(data)[0]) if len(data) == _SLOT.size else 0


class CounterWriter:
    """In the worker: the way to tell a number. Use as a context manager."""

    def __init__(self, path: str, slot: int) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        self._offset = slot * _SLOT.size

    def __enter__(self) -> Callable[[int], None]:
        return self._tell

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def _tell(self, value: int) -> None:
        os.pwrite(self._descriptor, _SLOT.pack(value), self._offset)
