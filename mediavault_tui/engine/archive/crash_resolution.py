"""Bringing an act that did not come to its end to one, after a failure or a crash.

`domain.archive.journal.remedy` says what to do; here the disk is looked at and it is done. Every step can be
repeated, so a crash in the middle of settling is settled the next time.
"""

import os
from collections.abc import Callable
from typing import NamedTuple

from mediavault_tui.domain.archive.journal import Act, ActKind, Remedy, remedy
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import Identity
from mediavault_tui.services.file_ops import atomic_moves

_UNCLEAR = "its file is neither where it was nor where it goes; is the disk mounted?"


class Resolution(NamedTuple):
    """How an act ended."""

    done: bool | None
    """Carried out, or taken back; None while that cannot be told: then nothing was touched."""
    reason: str
    """Why it cannot be told."""


def resolve(act: Act) -> Resolution:
    """Finish the act or take it back. Blocking; safe to repeat."""
    try:
        return _settle(act)
    except (MoveFailed, FileUnreadable) as error:
        return Resolution(None, error.message)


_ENDS = {
    Remedy.DONE: True,
    Remedy.DROP_SOURCE: True,
    Remedy.COMPARE_AND_DROP_SOURCE: True,
    Remedy.KEEP_TEMPORARY: True,
    Remedy.COMPARE_AND_DROP_TEMPORARY: True,
    Remedy.DROP_LINK: True,
    Remedy.SWAP_BACK: False,
    Remedy.UNDONE: False,
    Remedy.DROP_TEMPORARY: False,
    Remedy.COMPARE_AND_DROP_COPY: False,
    Remedy.EXCHANGE_BACK: False,
}


def outlook(act: Act) -> Resolution:
    """How `resolve` would end the act, as far as looking can tell. Blocking; changes nothing."""
    try:
        source, target, temporary = _look(act)
        if source is None and act.aside:
            source = atomic_moves.look(act.aside)
        if temporary is None and act.temporary:
            temporary = atomic_moves.look(atomic_moves.second_name(act.temporary))
        if away := _what_is_away(act, source, target or temporary):
            return Resolution(None, f"{away} is not there; is the disk mounted?")
        if act.kind is ActKind.COPY and temporary and target and temporary.identity == target.identity:
            temporary = None  # two names of one file, for a moment
        done = _ENDS.get(remedy(act, source, target, temporary))
        return Resolution(done, _UNCLEAR if done is None else "")
    except (MoveFailed, FileUnreadable) as error:
        return Resolution(None, error.message)


def _settle(act: Act) -> Resolution:
    _put_back(act)
    source, target, temporary = _look(act)
    if away := _what_is_away(act, source, target or temporary):
        return Resolution(None, f"{away} is not there; is the disk mounted?")
    what = remedy(act, source, target, temporary)
    if what is Remedy.UNDONE:
        return Resolution(False, "")
    if what is Remedy.UNCLEAR:
        return Resolution(None, _UNCLEAR)
    return _REMEDIES[what](act)


def _done(act: Act) -> Resolution:
    if act.archived and atomic_moves.look(act.archived) is None:
        return Resolution(None, "what the link replaced is not in the archive; is its disk mounted?")
    _sync(act)
    return Resolution(True, "")


def _drop_name(act: Act) -> Resolution:
    atomic_moves.remove(act.source, act.file.inode)
    return Resolution(True, "")


def _drop_link(act: Act) -> Resolution:
    assert act.other is not None
    atomic_moves.remove(act.source, act.other.inode)
    return Resolution(True, "")


def _swap_back(act: Act) -> Resolution:
    atomic_moves.exchange(act.source, act.target)
    return Resolution(False, "")


def _drop_unfinished(act: Act) -> Resolution:
    found = atomic_moves.look(act.temporary)
    if found is not None:
        atomic_moves.remove(act.temporary, found.inode)
    return Resolution(False, "")


def _put_back(act: Act) -> None:
    """What was just about to be removed gets its name again; then everything is judged as if that had not begun."""
    if act.aside:
        _rename_back(act.aside, act.source)
    if act.temporary:
        _rename_back(atomic_moves.second_name(act.temporary), act.temporary)
    if act.kind is ActKind.COPY:
        _drop_passing(act.temporary, act.target)
    if act.archived:
        _drop_passing(act.temporary, act.archived)


def _rename_back(passing: bytes, name: bytes) -> None:
    """Give the file at the `passing` name its own `name` again."""
    if atomic_moves.exists(passing) and not _drop_passing(passing, name):
        atomic_moves.rename(passing, name)


def _drop_passing(passing: bytes, name: bytes) -> bool:
    """Remove the `passing` name if the file has `name` as well: where renaming takes two steps, one was missing."""
    ours, there = atomic_moves.look(passing), atomic_moves.look(name)
    if ours is None or there is None or ours.identity != there.identity or ours.links < 2:
        return False
    atomic_moves.remove(passing, ours.inode)
    return True


def _look(act: Act) -> tuple[Proof | None, Proof | None, Proof | None]:
    temporary = atomic_moves.look(act.temporary) if act.temporary else None
    return atomic_moves.look(act.source), atomic_moves.look(act.target) if act.target else None, temporary


def _sync(act: Act) -> None:
    """What a crash left done may not be on the disk yet."""
    for folder in {os.path.dirname(path) for path in (act.target, act.source, act.archived) if path}:
        if os.path.isdir(folder):
            atomic_moves.sync_folder(folder)


def _what_is_away(act: Act, source: Proof | None, copied: Proof | None) -> str | None:
    """What a disk that is not there now hides: all of these folders were there when the act was begun."""
    if act.kind is ActKind.REMOVE and source is None and not os.path.isdir(os.path.dirname(act.source)):
        return "its folder"
    if act.kind is ActKind.COPY and copied is None and not os.path.isdir(os.path.dirname(act.target)):
        return "the folder it goes to" if atomic_moves.device_below(act.target) != act.device else None
    return None


def _drop_source(act: Act) -> Resolution:
    source = atomic_moves.look(act.source)
    if source is None or not content_hash.same_content(act.source, act.target):
        return Resolution(None, "the copy is not equal to the original; both were kept")
    atomic_moves.remove(act.source, source.inode, act.aside)
    return Resolution(True, "")


def _drop_copy(act: Act) -> Resolution:
    found = atomic_moves.look(act.temporary)
    if found is None or not content_hash.same_content(act.source, act.temporary):
        return Resolution(None, "the copy is not equal to the original; both were kept")
    atomic_moves.remove(act.temporary, found.inode)
    return Resolution(False, "")


def _keep_temporary(act: Act) -> Resolution:
    assert act.copy is not None
    found = atomic_moves.look(act.temporary)
    if found is None:
        return Resolution(None, "the verified copy vanished")
    identity = Identity(found.device, found.inode, found.size, found.mtime_ns)
    if content_hash.content(act.temporary, identity).value != act.content:
        return Resolution(None, "the original is gone and the copy is damaged; it was kept as it is")
    atomic_moves.rename(act.temporary, act.target)
    return Resolution(True, "")


def _drop_temporary(act: Act) -> Resolution:
    """The exchanged old file goes if the one in its place is equal; else they change back."""
    if not content_hash.same_content(act.source, act.temporary):
        return _exchange_back(act)
    if not act.archived:
        atomic_moves.remove(act.temporary, act.file.inode)
        return Resolution(True, "")
    try:
        atomic_moves.rename(act.temporary, act.archived)
    except MoveFailed:  # its place is taken or gone
        return _exchange_back(act)
    return Resolution(True, "")


def _exchange_back(act: Act) -> Resolution:
    atomic_moves.exchange(act.temporary, act.source)
    found = atomic_moves.look(act.temporary)
    if found is not None:
        atomic_moves.remove(act.temporary, found.inode)
    return Resolution(False, "")


_REMEDIES: dict[Remedy, Callable[[Act], Resolution]] = {
    Remedy.DONE: _done,
    Remedy.DROP_SOURCE: _drop_name,
    Remedy.COMPARE_AND_DROP_SOURCE: _drop_source,
    Remedy.DROP_TEMPORARY: _drop_unfinished,
    Remedy.COMPARE_AND_DROP_COPY: _drop_copy,
    Remedy.KEEP_TEMPORARY: _keep_temporary,
    Remedy.COMPARE_AND_DROP_TEMPORARY: _drop_temporary,
    Remedy.EXCHANGE_BACK: _exchange_back,
    Remedy.DROP_LINK: _drop_link,
    Remedy.SWAP_BACK: _swap_back,
}
