"""Is an archive folder there, or only the mount point of a disk that is away?

What is put into a mount point is hidden once its disk is back. So a folder is believed when something that
was last put there is there, or, where nothing is known to be, when it is on the filesystem it was on.
"""

import asyncio
import os
from collections.abc import Iterable, Sequence

from mediavault_tui.domain.text import printable
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, RootUnavailable
from mediavault_tui.services import filesystem
from mediavault_tui.services.file_ops import atomic_moves, nofollow
from mediavault_tui.services.filesystem import RootIdentity
from mediavault_tui.store import archive_folders, roots
from mediavault_tui.store.archive_folders import ArchiveFolder, Put
from mediavault_tui.store.database import Connection

NEWEST = 20
"""Files that are looked for."""


async def unfit(vault: Vault, folders: Iterable[bytes]) -> dict[bytes, str]:
    """Archive folders that nothing may be put into now, and why."""
    found = {}
    for folder in dict.fromkeys(folders):
        reason = await why_not(vault, folder)
        if reason is not None:
            found[folder] = reason
    return found


async def why_not(vault: Vault, folder: bytes) -> str | None:
    """Why nothing may be put into `folder` now, or None."""
    known = await vault.read(archive_folders.find, folder)
    newest = await vault.read(archive_folders.newest, folder, NEWEST)
    reason = await asyncio.to_thread(_why_not, folder, known, newest)
    if (
        reason is not None
        and not newest
        and not await asyncio.to_thread(nofollow.diversion, folder)
        and await vault.read(_is_in_root, folder)
    ):
        return None  # the last scan has seen what it is on
    return reason


async def note(vault: Vault, folder: bytes) -> None:
    """Remember where `folder` is now, before something is put there."""
    now = await asyncio.to_thread(_identify, folder)
    known = await vault.read(archive_folders.find, folder)
    if known is None or (known.device, known.filesystem) != now:
        await vault.write(archive_folders.note, folder, now.device, now.filesystem)


async def accept(vault: Vault, folders: Iterable[bytes]) -> None:
    """The user says that these are on another device than before, or were emptied, and meant to be."""
    for folder in dict.fromkeys(folders):
        now = await asyncio.to_thread(_identify, folder)
        await vault.write(archive_folders.accept, folder, now.device, now.filesystem)


def _is_in_root(connection: Connection, folder: bytes) -> bool:
    try:
        device = _identify(folder).device
    except RootUnavailable:
        return False
    return any(
        root.offline_reason is None and root.device == device and roots.is_under(folder, [root.path])
        for root in roots.all_roots(connection)
    )


def _why_not(folder: bytes, known: ArchiveFolder | None, newest: Sequence[Put]) -> str | None:
    acknowledge = "is its disk mounted? (if that is right, plan with --accept-new-device)"
    name = printable(folder)
    if nofollow.diversion(folder) is not None:
        real = printable(os.path.realpath(folder))
        return f"the archive folder {name} is, or lies behind, a symbolic link: name {real} under archive: roots:"
    try:
        now = _identify(folder)
    except RootUnavailable as error:
        return f"the archive folder {name} cannot be looked at: {error.message}"
    if newest:
        if any(_is_there(each) for each in newest):
            return None
        return f"the archive folder {name} has none of what was last put there: {acknowledge}"
    if known is None or known.device == now.device:
        return None
    if now.filesystem and now.filesystem == known.filesystem:
        return None
    return f"the archive folder {name} is on another device than before: {acknowledge}"


def _identify(folder: bytes) -> RootIdentity:
    """The filesystem of the folder, or of the nearest one above it that is there. Raises RootUnavailable."""
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return filesystem.identify(folder)


def _is_there(put: Put) -> bool:
    try:
        found = atomic_moves.look(put.place)
    except FileUnreadable:
        return False
    return found is not None and found.size == put.size
