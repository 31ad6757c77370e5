"""Files that somebody has taken out of the archive without this program, as with a file manager.

They are where the user wants them: no rule takes them again, and nothing is looked for in the archive any more.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable

from mediavault_tui.domain.archive.journal import RECOVER, JournalEntry, State, Status, StepEnded
from mediavault_tui.domain.archive.operations import Op, Proof
from mediavault_tui.engine.archive import executor
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import Identity
from mediavault_tui.services.file_ops import atomic_moves, manifest_file
from mediavault_tui.store import catalogue, journal, moved_files
from mediavault_tui.store.database import Connection


async def notice(vault: Vault) -> AsyncGenerator[StepEnded, None]:
    """Note which files are in the library again; one event each. To be asked after a walk, with the lock held."""
    there = [moved for moved in await vault.read(journal.in_archive) if moved.is_kept]
    for moved in sorted(there, key=lambda each: not each.is_video):
        paths = await vault.read(catalogue.paths_of, moved.file) if moved.is_video else []
        found = await asyncio.to_thread(_where, moved, paths)
        if found is None or await vault.read(journal.is_under_way, moved.id):
            continue
        path, proof = found
        await vault.write_durably(_note, moved, path, proof)
        await executor.write_manifest_outcome(vault, moved.id)
        yield StepEnded(RECOVER, moved.place, path, Status.DONE, "was put back by hand", moved.id)
    await executor.end_manifests(moved.archive for moved in there)


def _where(moved: JournalEntry, paths: Iterable[bytes]) -> tuple[bytes, Proof] | None:
    """Where the file is that is in the archive no more, or None. Blocking."""
    # Without its manifest the archive may be on a disk that is away.
    if not os.path.lexists(manifest_file.path_in(moved.archive)):
        return None
    try:
        if atomic_moves.exists(moved.place):
            return None
        for path in dict.fromkeys((moved.origin, *paths)):
            found = atomic_moves.look(path)
            if found is not None and _is_it(moved, path, found):
                return path, found
    except (MoveFailed, FileUnreadable):
        return None
    return None


def _is_it(moved: JournalEntry, path: bytes, found: Proof) -> bool:
    if (found.size, found.mtime_ns) != (moved.file.size, moved.file.mtime_ns):
        return False
    if moved.op is Op.HARDLINK and found.inode != moved.file.inode:  # the link, equal byte for byte
        return False
    identity = Identity(found.device, found.inode, found.size, found.mtime_ns)
    return not moved.is_video or content_hash.sample(path, identity).value.hex() == moved.file.sample


def _note(transaction: Connection, moved: JournalEntry, path: bytes, found: Proof) -> None:
    journal.set_state(transaction, moved.id, State.RESTORED)
    if moved.is_video:
        moved_files.mark_put_back(transaction, path, found.inode)
