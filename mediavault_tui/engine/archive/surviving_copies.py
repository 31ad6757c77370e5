"""Which copies answer for an archived file now, and do they still? Asked before it is erased for good.

A copy that was kept then and was archived itself since hands its duty to those it went for. What the user has said
since, and what is known of both files, is asked again: a pair that would not be made today is not proof enough.
"""

import asyncio
import itertools
import os
import threading
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from mediavault_tui.domain import transient
from mediavault_tui.domain.archive.journal import JournalEntry
from mediavault_tui.domain.archive.operations import Keeper, Proof
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.archive import plan_inputs, protected_folders, verification
from mediavault_tui.engine.archive.whole_copies import WholeCopies
from mediavault_tui.engine.matching import expected_losses
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import catalogue, groups, journal, roots
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import Choice

MOST_HOPS = 50
"""Keepers that were archived for better keepers, in a row."""
_RESTORE = "restore it?"


class SurvivingCopy(NamedTuple):
    """A copy that is there and answers for an archived file."""

    keeper: Keeper
    """Where it is now."""
    chain: tuple[JournalEntry, ...]
    """The moves that lead to it: the archived file, then the copies that answered before."""

    @property
    def is_exact(self) -> bool:
        """Whether all of them are the same, byte for byte."""
        return all(each.proven_by is EvidenceKind.EXACT for each in self.chain)


async def good_copies(
    vault: Vault, moved: JournalEntry, stop: threading.Event, whole: WholeCopies
) -> list[Keeper] | str:
    """The copies that answer for `moved`, each proven now, as they are now; or why it must stay.

    Raises FileUnreadable.
    """
    reason = await vault.read(_why_wished_for, moved, vault.settings)
    if reason is not None:
        return reason
    answers: list[SurvivingCopy] = []
    for keeper in moved.rests_on:
        found = await _follow(vault, keeper, (moved,))
        if isinstance(found, str):
            return found
        answers += found
    reason = await vault.read(_why_not_the_same, moved, answers)
    if reason is not None:
        return reason
    proven = []
    for answer in answers:
        copy = await _proven(vault, moved, answer, stop, whole)
        if isinstance(copy, str):
            return copy
        proven.append(copy)
    return proven


async def _follow(vault: Vault, keeper: Keeper, chain: tuple[JournalEntry, ...]) -> list[SurvivingCopy] | str:
    """The copies in place that `keeper` has handed its duty to; itself, if it is there."""
    place = await _where(vault, keeper)
    if place is not None:
        return [SurvivingCopy(msgspec.structs.replace(keeper, path=place), chain)]
    went = await vault.read(journal.carried_away, keeper)
    if went is None or went in chain or len(chain) > MOST_HOPS:
        return _gone(keeper)
    answers: list[SurvivingCopy] = []
    for each in went.rests_on:
        found = await _follow(vault, each, (*chain, went))
        if isinstance(found, str):
            return _gone(keeper) if keeper.holds else found
        answers += found
    return answers


async def _where(vault: Vault, keeper: Keeper) -> bytes | None:
    """Where the copy is: where it was, or where the last scan found it, if it was renamed."""
    if await asyncio.to_thread(_is_at, keeper.path, keeper.proof):
        return keeper.path
    for path in await vault.read(catalogue.paths_of, keeper.proof):
        if await asyncio.to_thread(_is_at, path, keeper.proof):
            return path
    if await vault.read(journal.carried_away, keeper) is not None:
        return None
    # Something else, if anything: what is wrong with it is found out when it is proven.
    return keeper.path if await asyncio.to_thread(os.path.lexists, keeper.path) else None


def _is_at(path: bytes, proof: Proof) -> bool:
    try:
        found = atomic_moves.look(path)
    except FileUnreadable:
        return False
    return found is not None and (found.size, found.mtime_ns) == (proof.size, proof.mtime_ns)


def _gone(keeper: Keeper) -> str:
    if keeper.holds:
        return f"the copy that kept its {' and '.join(keeper.holds)} is gone; {_RESTORE}"
    return f"the copy that was kept for it is gone; {_RESTORE}"


def _why_wished_for(connection: Connection, moved: JournalEntry, settings: Settings) -> str | None:
    """What the user has said since that speaks for keeping the file."""
    place = protected_folders.shelter(moved.origin, settings)
    if place is not None:
        return f"came from a folder that is protected by now, {printable(place)}; {_RESTORE}"
    file_id = catalogue.known_at(connection, moved.origin, moved.file)
    decision = groups.newest_about(connection, file_id) if file_id is not None else None
    if decision is None:
        if file_id is not None and groups.agreed_no_more(connection, file_id, moved.moved_at):
            return (
                f"you took back the decision that agreed to what is lost with it: decide again, or {_RESTORE}"
            )
        return None
    if decision.choice is Choice.KEEP_ALL:
        return f"you decided since to keep all copies of its group; {_RESTORE}"
    if decision.choice is Choice.KEEP and file_id in decision.keepers:
        return f"you decided since to keep it; {_RESTORE}"
    return None


def _why_not_the_same(
    connection: Connection, moved: JournalEntry, answers: Sequence[SurvivingCopy]
) -> str | None:
    """Why the archived file and the copies that answer for it would not be a pair today."""
    apart = {(veto.a, veto.b): veto.reason for veto in groups.vetoes(connection)}
    apart |= dict.fromkeys(groups.marked_different(connection), "you said so")
    for answer in answers:
        files = [catalogue.known_at(connection, each.origin, each.file) for each in answer.chain]
        files.append(catalogue.known_at(connection, answer.keeper.path, answer.keeper.proof))
        known = [catalogue.twins(connection, each) for each in files if each is not None]
        for ours, theirs in itertools.combinations(known, 2):
            pairs = ((min(a, b), max(a, b)) for a, b in itertools.product(ours, theirs))
            reason = next((apart[pair] for pair in pairs if pair in apart), None)
            if reason is not None:
                name = printable(os.path.basename(answer.keeper.path))
                return f"is not the same as {name}, which would answer for it: {reason}; {_RESTORE}"
    if all(len(answer.chain) == 1 or answer.is_exact for answer in answers):
        return None
    return _why_not_compared(connection, moved, [answer.keeper for answer in answers])


def _why_not_compared(connection: Connection, moved: JournalEntry, keepers: Sequence[Keeper]) -> str | None:
    """What would be lost with the copies that answer now, and was not with those that did when it went."""
    ours = catalogue.known_at(connection, moved.origin, moved.file)
    then = [catalogue.known_at(connection, each.path, each.proof) for each in moved.rests_on]
    now = [catalogue.known_at(connection, each.path, each.proof) for each in keepers]
    ids = {each for each in (ours, *then, *now) if each is not None}
    files = {file.id: file for file in catalogue.some(connection, ids)}
    if ours is None or ours not in files or any(each not in files for each in now):
        return f"was never compared with the copy that would answer for it now; {_RESTORE}"
    evidence = groups.evidence_of(connection, ours)
    lost = expected_losses.covered(
        [files[ours]], [files[each] for each in now if each is not None], evidence
    )[ours].losses
    if lost and all(each in files for each in then):  # what was agreed to then, is
        known = [files[each] for each in then if each is not None]
        agreed = expected_losses.covered([files[ours]], known, evidence)[ours].losses
        lost = tuple(each for each in lost if each not in agreed)
    if lost:
        return f"the copies that answer for it now lack its {' and '.join(each.words for each in lost)}; {_RESTORE}"
    return None


def _why_not_lasting(path: bytes, roots_now: Sequence[bytes]) -> str | None:
    """Why the copy lies where somebody else may remove it, or write to it."""
    place = transient.transient(path, roots_now)
    if place is None or place.by_choice:  # a hidden folder may be where the user wants it
        place = plan_inputs.being_downloaded([path])
    return place.what if place is not None else None


async def _proven(
    vault: Vault, moved: JournalEntry, answer: SurvivingCopy, stop: threading.Event, whole: WholeCopies
) -> Keeper | str:
    """The copy as it is now, its content proven; or why it is none."""
    keeper = answer.keeper
    roots_now = [root.path for root in await vault.read(roots.all_roots)]
    if reason := await asyncio.to_thread(_why_not_lasting, keeper.path, roots_now):
        return f"{verification.called(keeper)} {reason}: it may not last; {_RESTORE}"
    found = await asyncio.to_thread(atomic_moves.look, keeper.path)
    here = await asyncio.to_thread(atomic_moves.look, moved.place)
    if found is None or here is None:
        return _gone(keeper)
    if found.identity == here.identity:
        return "the copy that was kept is the same file by now"
    if (found.size, found.mtime_ns) != (keeper.proof.size, keeper.proof.mtime_ns):
        return f"{verification.called(keeper)} was written to since; {_RESTORE}"
    exact = answer.is_exact
    reason = await verification.good_copy(
        vault,
        moved.place,
        msgspec.structs.replace(here, sample=moved.file.sample),
        keeper.path,
        msgspec.structs.replace(found, sample=keeper.proof.sample),
        stop,
        by_bytes=exact,
        exact=exact,
        whole=whole,
    )
    return f"stays: {reason}" if reason else Keeper(keeper.path, found, keeper.holds)
