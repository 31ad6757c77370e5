"""The folders of `archive.protected`: where they really are, and which entries protect nothing.

An entry is a full path; `*`, `?` and `[…]` stand for parts of one name. One that leads nowhere is a mistake, as a typo
or letters of another case, and planning waits until it is mended: the user believes something protected that is not.
Only where its disk is away may an entry lead nowhere for now.
"""

import asyncio
import difflib
import fnmatch
import glob
import os
from collections.abc import Iterable

import msgspec

from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import ConfigError
from mediavault_tui.store import roots
from mediavault_tui.store.database import Connection


class Unmatched(msgspec.Struct, frozen=True):
    """An entry that protects nothing."""

    entry: str
    problem: str
    remedy: str


async def require(vault: Vault) -> tuple[bytes, ...]:
    """The protected folders, real paths. Raises ConfigError if an entry leads nowhere."""
    wrong = await vault.read(unmatched, vault.settings)
    if wrong:
        first = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise ConfigError(f"archive.protected: {first.entry} {first.problem}{more}", first.remedy)
    return await asyncio.to_thread(folders, vault.settings)


def folders(settings: Settings) -> tuple[bytes, ...]:
    """What the entries stand for now, real paths. Blocking."""
    return tuple(dict.fromkeys(place for entry in settings.archive.protected for place in _places(entry)))


def shelter(path: bytes, settings: Settings) -> bytes | None:
    """The protected folder that `path` lies in, whether it is there or not. Blocking."""
    found = next((place for place in folders(settings) if is_under(path, place)), None)
    if found is not None:
        return found
    for entry in settings.archive.protected:
        wanted = _full(entry).split(b"/")
        parts = path.split(b"/")[: len(wanted)]
        if len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted)):
            return b"/".join(parts)
    return None


def unmatched(connection: Connection | None, settings: Settings) -> list[Unmatched]:
    """The entries that protect nothing. Blocking; without a catalogue, only the config says which disks are away."""
    found = []
    for entry in settings.archive.protected:
        path = _full(entry)
        if not os.path.isabs(os.path.expanduser(entry)):
            problem, remedy = "is not a full path", f"Write it as {printable(path)}, or whatever you meant."
        elif _exists(entry) or _may_be_away(path, connection, settings):
            continue
        elif glob.has_magic(path):
            problem, remedy = "matches nothing", "Mend it in the config: * stands for a part of one name."
        else:
            problem, remedy = "is not there, so it protects nothing", _nearest(path)
        found.append(Unmatched(entry, problem, remedy))
    return found


def _full(entry: str) -> bytes:
    return os.path.abspath(os.fsencode(os.path.expanduser(entry)))


def _exists(entry: str) -> bool:
    path = _full(entry)
    return os.path.lexists(path) or (glob.has_magic(path) and bool(glob.glob(path, include_hidden=True)))


def _places(entry: str) -> Iterable[bytes]:
    path = _full(entry)
    if os.path.lexists(path) or not glob.has_magic(path):
        return [_as_listed(os.path.realpath(path))]
    return [os.path.realpath(each) for each in sorted(glob.glob(path, include_hidden=True))]


def _as_listed(path: bytes) -> bytes:
    """The path as its folders spell it: on some disks `FILMS` opens `Films`, and names are compared with the latter."""
    folder, name = os.path.split(path)
    if folder == path or not name:
        return path
    folder = _as_listed(folder)
    try:
        names = os.listdir(folder)
    except OSError:
        return os.path.join(folder, name)
    if name not in names:
        name = next((each for each in names if each.lower() == name.lower()), name)
    return os.path.join(folder, name)


def _may_be_away(path: bytes, connection: Connection | None, settings: Settings) -> bool:
    """Whether it lies under a root whose disk is not there, or where files were known once."""
    named = (os.path.realpath(os.fsencode(os.path.expanduser(root))) for root in settings.scan.roots)
    away = [root for root in named if not _has_anything(root)]
    if connection is not None:
        known = roots.all_roots(connection)
        away += [
            root.path for root in known if root.offline_reason is not None or not _has_anything(root.path)
        ]
        if roots.has_folder(connection, path):
            return True
    fixed = path
    while glob.has_magic(fixed):
        fixed = os.path.dirname(fixed)
    return any(is_under(fixed, root) for root in away)


def _has_anything(root: bytes) -> bool:
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _nearest(path: bytes) -> str:
    """What was meant, perhaps: the first part of the path that is not there, and names that look like it."""
    folder, name = os.path.split(path)
    while not os.path.isdir(folder):
        folder, name = os.path.split(folder)
    try:
        names = {os.fsdecode(each).casefold(): os.fsdecode(each) for each in os.listdir(folder)}
    except OSError:
        names = {}
    near = difflib.get_close_matches(os.fsdecode(name).casefold(), names, n=1)
    if not near:
        return "Mend it under archive: protected: in the config, or take it out."
    return f"Did you mean {printable(os.path.join(folder, os.fsencode(names[near[0]])))}?"
