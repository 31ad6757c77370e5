"""How many bytes archiving copies frees, hard links counted rightly."""

from collections import defaultdict
from collections.abc import Iterable

from mediavault_tui.domain.quality.values import Copy, Reclaim


def reclaimable(losers: Iterable[Copy], keepers: Iterable[Copy] = ()) -> Reclaim:
    """What archiving `losers` frees while `keepers` stay.

    Copies of one inode are one file. It frees its size once, and only when every one of its names goes:
    a name outside the library, or one that is kept, holds the bytes.
    """
    kept = {_identity(copy) for copy in keepers}
    files: defaultdict[str, dict[int, Copy]] = defaultdict(dict)
    for copy in losers:
        files[_identity(copy)][copy.id] = copy
    freed = 0
    notes = []
    for identity, rows in files.items():
        links = max(copy.links for copy in rows.values())
        names = sum(copy.names for copy in rows.values())
        if identity in kept:
            notes.append("the same file as a copy that is kept")
        elif links > names:
            notes.append(f"{links} links, {links - names} outside")
        else:
            freed += max(copy.size for copy in rows.values())
    return Reclaim(freed, tuple(notes))


def _identity(copy: Copy) -> str:
    return copy.inode or f"file {copy.id}"
