"""What stands in for stages and parsers that go wrong: real functions, run in real worker processes."""

import os
import time

from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.engine.worker_tasks import Answer
from mediavault_tui.errors import FileUnreadable, MediaDamaged


def read(path: bytes, size: int, mtime_ns: int) -> Answer:
    """Does what the file's name says: crash, hang, … anything else is read in a moment."""
    name = os.path.basename(path)
    if name.startswith(b"abort"):
        os.abort()
    if name.startswith(b"exit"):
        os._exit(7)
    if name.startswith(b"hang"):
        time.sleep(600)
    if name.startswith(b"memory"):
        raise MemoryError
    if name.startswith(b"broken"):
        raise MediaDamaged("no frame decodes")
    if name.startswith(b"gone"):
        raise FileUnreadable("No such file or directory")
    if name.startswith(b"slow"):
        time.sleep(0.5)
    return Answer(MediaInfo(container="fake", title=os.fsdecode(name)), size, None)


def read_with_a_bug(path: bytes, size: int, mtime_ns: int) -> Answer:
    """A bug of our own, which must not pass as the file's fault."""
    raise ZeroDivisionError(os.fsdecode(path))
