"""Proving right before a step that the file to go and the copy to keep are what the plan saw."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from mediavault_tui.domain.access import difference
from mediavault_tui.domain.archive.operations import GIVES_UP, Keeper, Op, Proof
from mediavault_tui.domain.archive.plan import Step
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.engine.archive.whole_copies import WholeCopies
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, VaultError
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import Identity
from mediavault_tui.services.file_ops import atomic_moves, permissions
from mediavault_tui.services.frames import decodes_at
from mediavault_tui.services.workers import Task
from mediavault_tui.store import journal

T = TypeVar("T")

PLACES = (0.01, 0.5, 0.97)
"""Shares of the runtime at which a copy must decode to count as good: start, middle, end."""


async def why_not(vault: Vault, step: Step, stop: threading.Event, whole: WholeCopies) -> str | None:
    """Why the step must not be taken now, or None. Reads both files as far as the kind of proof asks."""
    reason = await as_planned(vault, step.path, step.proof) or recent_write_reason(vault, step.proof)
    if reason or not step.is_video:
        return reason
    if step.op is Op.HARDLINK and (reason := await asyncio.to_thread(_why_other_rights, step)):
        return reason
    reason = await keepers_as_planned(vault, step)
    if reason:
        return reason
    for other in step.rests_on[1:]:
        reason = await still_good(vault, other, stop, whole)
        if reason:
            return reason
    return await good_copy(
        vault, step.path, step.proof, step.keeper.path, step.keeper.proof, stop,
        # The setting speaks of moves; a link gives up the only other copy of these bytes.
        by_bytes=step.proven_by is EvidenceKind.EXACT and (step.exact_proof == "bytes" or step.op in GIVES_UP),
        exact=step.proven_by is EvidenceKind.EXACT,
        whole=whole,
    )  # fmt: skip


def _why_other_rights(step: Step) -> str | None:
    try:
        reason = difference(permissions.of(step.path), permissions.of(step.keeper.path))
    except OSError as error:
        return error.strerror or str(error)
    return f"a link would change who may read it: {reason}" if reason else None


async def keepers_as_planned(vault: Vault, step: Step) -> str | None:
    """What is different about one of the copies that must stay, or None."""
    for keeper in step.rests_on:
        reason = await as_planned(vault, keeper.path, keeper.proof)
        if reason:
            return f"{called(keeper)} {reason}"
    return None


def called(keeper: Keeper) -> str:
    """How a copy that must stay is spoken of."""
    return f"the copy to keep with its {' and '.join(keeper.holds)}" if keeper.holds else "the copy to keep"


async def still_good(vault: Vault, keeper: Keeper, stop: threading.Event, whole: WholeCopies) -> str | None:
    """Why a copy that holds a part of what goes cannot be trusted, or None."""
    try:
        found = await _in_thread(content_hash.sample, keeper.path, _identity(keeper.proof), stop=stop)
    except FileUnreadable as error:
        return f"{called(keeper)}: {error.message}"
    if found.value.hex() != keeper.proof.sample:
        return f"{called(keeper)} has other bytes than planned"
    reason = await whole.why_not(keeper.path, keeper.proof)
    return reason if reason or whole.was_read(keeper.proof) else await decodes(vault, keeper.path)


async def as_planned(vault: Vault, path: bytes, planned: Proof) -> str | None:
    """What is different about the file at `path`, or None."""
    try:
        found = await asyncio.to_thread(atomic_moves.look, path)
    except FileUnreadable as error:
        return error.message
    if found is None:
        return "is not there any more"
    if found.identity != planned.identity:
        return "is another file than planned: something has taken its place"
    if (found.size, found.mtime_ns) != (planned.size, planned.mtime_ns):
        return "was written to since it was planned"
    if found.ctime_ns != planned.ctime_ns and not await vault.read(journal.is_our_doing, found):
        return "was changed since it was planned"
    return None


def recent_write_reason(vault: Vault, file: Proof) -> str | None:
    """Why a file is too fresh to be touched.

    A network disk's clock may be ahead of ours, so a time in the future is just now. Only where the file was
    left as it is for that long by the time of its last change, which nobody can choose, is it a made-up date.
    """
    minutes = vault.settings.archive.quiet_minutes
    now = time.time()
    written = file.mtime_ns / 1e9
    if written > now:
        written = min(file.ctime_ns / 1e9, now)
    if now - written < minutes * 60:
        return f"was written to {now - written:.0f} s ago; files are left alone for {minutes} minutes"
    return None


async def good_copy(
    vault: Vault,
    loser: bytes,
    loser_proof: Proof,
    keeper: bytes,
    keeper_proof: Proof,
    stop: threading.Event,
    *,
    by_bytes: bool,
    exact: bool,
    whole: WholeCopies,
) -> str | None:
    """Why `keeper` cannot be trusted to be as good as `loser`, or None. `exact`: their content must be equal;
    otherwise it must have been read from end to end.
    """
    try:
        if by_bytes:
            same = await _in_thread(content_hash.same_content, loser, keeper, stop=stop)
            return None if same else "differs from the copy to keep, although the catalogue says otherwise"
        ours = await _in_thread(content_hash.sample, loser, _identity(loser_proof), stop=stop)
        theirs = await _in_thread(content_hash.sample, keeper, _identity(keeper_proof), stop=stop)
    except FileUnreadable as error:
        return error.message
    if (ours.value.hex(), theirs.value.hex()) != (loser_proof.sample, keeper_proof.sample):
        return "its bytes or those of the copy to keep are not what was planned with"
    if exact:
        return None if ours.value == theirs.value else "differs from the copy to keep"
    reason = await whole.why_not(keeper, keeper_proof)
    return reason if reason or whole.was_read(keeper_proof) else await decodes(vault, keeper)


def require_unchanged(keeper: bytes, seen: Proof) -> None:
    """Raises FileUnreadable if `keeper` cannot be opened any more, or is another file than was `seen`.

    To be asked when the file to go has lost its name and can get it back: where a pool and its disks, or a
    folder and a network's view of it, are both scanned, one file looks like two, and goes with its twin.
    """
    try:
        found = atomic_moves.open_and_look(keeper)
    except FileUnreadable as error:
        raise FileUnreadable(
            f"the copy to keep went with it, or cannot be read any more ({error.message});"
            " are both one file, seen through two mounts?"
        ) from error
    if (*found.identity, found.size, found.mtime_ns) != (*seen.identity, seen.size, seen.mtime_ns):
        raise FileUnreadable("the copy to keep is another file by now")


async def _in_thread(work: Callable[..., T], *arguments: object, stop: threading.Event) -> T:
    """A blocking read that ends soon after the job is cancelled."""
    try:
        return await asyncio.to_thread(work, *arguments, stop.is_set)
    except asyncio.CancelledError:
        stop.set()
        raise


def _identity(proof: Proof) -> Identity:
    return Identity(proof.device, proof.inode, proof.size, proof.mtime_ns)


async def decodes(vault: Vault, path: bytes) -> str | None:
    """Why the copy to keep is not readable as a video at its start, middle and end, or None."""

    async def task() -> AsyncIterator[Task]:
        yield Task(path, (path, list(PLACES)))

    async for outcome in vault.workers.map(decodes_at, task(), vault.settings.scan.fingerprint_timeout_s):
        if isinstance(outcome.error, VaultError):
            return f"the copy to keep: {outcome.error.message}"
        if not (isinstance(outcome.value, list) and all(outcome.value)):
            return "the copy to keep does not decode everywhere"
    return None
