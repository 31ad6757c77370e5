"""Folders that moving files needs, or leaves behind empty."""

import os
from collections.abc import Callable
from contextlib import suppress

from mediavault_tui.services import moving


def make_folders(folder: bytes, dress: Callable[[bytes], tuple[int, int, int] | None] | None = None) -> None:
    """Make `folder` and what is missing above it, durably. Raises MoveFailed.

    `dress(path)` may give (permission bits, user, group) for a folder that is made anew.
    """
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for path in reversed(missing):
        with moving.translated(path), suppress(FileExistsError):
            os.mkdir(path)
            wanted = dress(path) if dress else None
            if wanted is not None:
                own(path, *wanted[1:])
                os.chmod(path, wanted[0])
        moving.sync_folder(os.path.dirname(path))


def own(path: bytes, user: int, group: int) -> bool:
    """Set owner and group; False where only root may."""
    try:
        os.chown(path, user, group, follow_symlinks=False)
    except PermissionError:
        return False
    return True


def empty_folders(folder: bytes, top: bytes) -> list[bytes]:
    """`folder` and those above it, below `top`, that hold nothing but one another; the lowest first."""
    found: list[bytes] = []
    while top and folder != top and folder.startswith(top.rstrip(b"/") + b"/"):
        try:
            names = os.listdir(folder)
        except OSError:
            break
        if names != [os.path.basename(found[-1])] if found else names:
            break
        found.append(folder)
        folder = os.path.dirname(folder)
    return found


def remove_folder(folder: bytes) -> bool:
    """Remove a folder if it is empty; False if it is not, or cannot be removed."""
    try:
        os.rmdir(folder)
    except OSError:
        return False
    return True
