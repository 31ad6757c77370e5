"""Folders that moving files needs, or leaves behind empty."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress

from mediavault_tui.domain import access
from mediavault_tui.domain.access import Access
from mediavault_tui.domain.text import printable
from mediavault_tui.errors import MoveFailed
from mediavault_tui.services.file_ops import atomic_moves, nofollow, permissions

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def make_folders(folder: bytes, dress: Callable[[bytes], Access | None] | None = None) -> None:
    """Make `folder` and what is missing above it, durably. Raises MoveFailed.

    `dress(path)` may give the rights of a folder that is made anew; until it has them nobody else can enter.
    """
    missing = []
    with atomic_moves.translated(folder):
        while not nofollow.is_folder(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
    for path in reversed(missing):
        with atomic_moves.translated(path), suppress(FileExistsError):
            _make(path, dress(path) if dress else None)
        atomic_moves.sync_folder(os.path.dirname(path))


def _make(path: bytes, wanted: Access | None) -> None:
    with nofollow.parent(path) as (above, name):
        os.mkdir(name, 0o777 if wanted is None else 0o700, dir_fd=above)
        if wanted is None:
            return
        descriptor = os.open(name, _OPEN, dir_fd=above)
    try:
        status = os.fstat(descriptor)
        # Whoever may write above could have put another folder there: only a new one of ours is given rights.
        if status.st_uid != os.geteuid() or os.listdir(descriptor):
            raise MoveFailed(f"somebody else's folder has taken the place of {printable(path)}")
        permissions.give(descriptor, wanted)
    finally:
        os.close(descriptor)


def make_closed(folder: bytes, archive: bytes, home: bytes, top: bytes) -> None:
    """Make `folder` below `archive` for a file of the folder `home` in the library `top`, no more open than that.

    Where the archive repeats the folders of the library, each gets the rights of its original, also one that
    is there already and is more open; a folder that stands for several gets what all of them allow. Raises
    MoveFailed where that cannot be done: then the file must not go there.
    """
    with atomic_moves.translated(folder):
        allowed = _allowed(folder, archive, home, top)
        make_folders(folder, lambda path: allowed[path] if path in allowed else _as_above(path))
        for path, most in allowed.items():
            narrower = access.narrowed(permissions.of(path), most)
            if narrower is not None:
                with suppress(PermissionError, MoveFailed):  # looked at below
                    permissions.close_to(path, narrower)
        _must_be_closed(folder, archive, home, allowed)


def _allowed(folder: bytes, archive: bytes, home: bytes, top: bytes) -> dict[bytes, Access]:
    """The folders below the archive that stand for folders of the library, and the most they may allow."""
    found: dict[bytes, Access] = {}
    original, path = home, folder
    while path not in (archive, b"/") and original != b"/":
        if os.path.basename(path) != os.path.basename(original):
            break
        inside = bool(top) and (original == top or original.startswith(top.rstrip(b"/") + b"/"))
        found[path] = access.mirrored(permissions.of(original), in_library=inside)
        path, original = os.path.dirname(path), os.path.dirname(original)
    if (
        original != b"/" and folder != archive
    ):  # the archive's path is shorter: its highest stands for the rest
        chain = [permissions.of(each) for each in reversed(_upwards(original))]
        highest = list(found)[-1] if found else folder
        last = [found[highest]] if found else []
        found[highest] = access.mirrored(access.combined([*chain, *last]), in_library=True)
    return found


def _upwards(folder: bytes) -> list[bytes]:
    """The folder and all above it."""
    found = [folder]
    while os.path.dirname(found[-1]) != found[-1]:
        found.append(os.path.dirname(found[-1]))
    return found


def _as_above(path: bytes) -> Access:
    """The rights of a new folder that stands for none: those of the one it is made in, and nobody else writes."""
    above = permissions.of(os.path.dirname(path))
    return Access(above.mode & 0o755 | 0o700, above.uid, above.gid, above.lists)


def _must_be_closed(folder: bytes, archive: bytes, home: bytes, allowed: dict[bytes, Access]) -> None:
    """Raises MoveFailed if anybody may enter `folder` who may not enter `home`."""
    modes = {path: stat.S_IMODE(nofollow.status(path).st_mode) for path in _upwards(folder)}
    everybody = all(mode & 0o001 for mode in modes.values())
    there = all(nofollow.status(path).st_mode & 0o001 for path in _upwards(home))
    for path, most in allowed.items():
        more = modes[path] & 0o010 and not most.mode & 0o011
        if (everybody and not there) or more:
            raise MoveFailed(
                f"the archive would open it to more people than its folder does: {printable(path)}",
                f"Close {printable(archive)} to others (chmod o-rx), or choose another archive folder.",
            )


def empty_folders(folder: bytes, top: bytes) -> list[bytes]:
    """`folder` and those above it, below `top`, that hold nothing but one another; the lowest first."""
    found: list[bytes] = []
    while top and folder != top and folder.startswith(top.rstrip(b"/") + b"/"):
        try:
            descriptor = nofollow.open_folder(folder, os.O_RDONLY)
            try:
                names = [os.fsencode(name) for name in os.listdir(descriptor)]
            finally:
                os.close(descriptor)
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
        with nofollow.parent(folder) as (above, name):
            os.rmdir(name, dir_fd=above)
    except OSError:
        return False
    return True
