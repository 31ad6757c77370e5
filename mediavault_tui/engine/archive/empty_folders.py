"""Removing folders that moving files has left empty, and only those."""

import asyncio
import os
from collections.abc import Iterable, Sequence

from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.plan import Step
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services.file_ops import folders, permissions
from mediavault_tui.store import journal
from mediavault_tui.store.journal import RemovedFolder


async def after(vault: Vault, steps: Sequence[Step]) -> None:
    """Remove what these steps left empty below the roots, and in the archive what they did not fill."""
    await remove_empty(vault, {(os.path.dirname(step.path), step.root) for step in steps})
    places = ((step.original_to or step.to, step.archive) for step in steps if step.archive)
    await remove_empty(vault, {(os.path.dirname(place), archive) for place, archive in places})


async def remove_empty(vault: Vault, left: Iterable[tuple[bytes, bytes]]) -> None:
    """For each (folder, top): remove the folder if it is empty, and so on upwards, below `top`.

    What each was like is remembered, so that restoring can make it again as it was.
    """
    named = await asyncio.to_thread(_named, vault.settings)
    for folder, root in sorted(left, reverse=True):  # Film/Subs before Film
        inner = (each for each in named if root and is_under(folder, each) and is_under(each, root))
        top = max(inner, key=len, default=root)
        empty = await asyncio.to_thread(folders.empty_folders, folder, top)
        if empty:
            await vault.write_durably(
                journal.add_removed_folders, await asyncio.to_thread(_remembered, empty)
            )
            for path in empty:
                if not await asyncio.to_thread(folders.remove_folder, path):
                    break


def _named(settings: Settings) -> list[bytes]:
    """Folders that the config speaks of: they stay, be they empty. Real paths."""
    policy = settings.policy
    names = (*settings.scan.roots, *policy.headless_roots, *policy.prefer_roots, *settings.archive.protected)
    return [os.path.realpath(os.fsencode(os.path.expanduser(each))) for each in names]


def _remembered(paths: Iterable[bytes]) -> list[RemovedFolder]:
    found = []
    for path in paths:
        try:
            found.append(RemovedFolder(path, permissions.of(path)))
        except OSError:  # somebody was faster; then there is nothing to remember
            continue
    return found
