"""Is what lies in the archive still what was put there? Asked before anything is put back or purged."""

import os

from mediavault_tui.domain.archive.journal import FileIdentity, JournalEntry
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.text import printable
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import Identity
from mediavault_tui.services.file_ops import atomic_moves


def find(moved: JournalEntry) -> Proof | str:
    """The archived file as it lies there now, or what is wrong with it. Blocking. Raises FileUnreadable."""
    found = atomic_moves.look(moved.place)
    if found is None:
        folder = printable(moved.archive or os.path.dirname(moved.place))
        return (
            f"is not where it was put: somebody moved or removed it, or the disk of {folder} is not mounted"
        )
    if FileIdentity.of(found) == FileIdentity.of(moved.file) or _is_known_again(moved, found):
        return found
    return "was changed or replaced by hand in the archive; it is left as it is"


def _is_known_again(moved: JournalEntry, found: Proof) -> bool:
    """Another inode, but the same file: FAT, exFAT and FUSE number files anew at every mount, and an
    archive may have been moved to another disk as a whole.
    """
    if found.size != moved.file.size:
        return False
    identity = Identity(found.device, found.inode, found.size, found.mtime_ns)
    same_sample = (
        not moved.is_video or content_hash.sample(moved.place, identity).value.hex() == moved.file.sample
    )
    if same_sample and found.mtime_ns == moved.file.mtime_ns:
        return True
    return (
        same_sample
        and bool(moved.content)
        and content_hash.content(moved.place, identity).value == moved.content
    )
