"""Apply: ask again what planning asked, then carry out the plan, bundle by bundle, each file proven right before it is
touched.

The events are one `StepEnded` for each step and `OperationEnded` at the end. Closing the generator ends
the job between two steps. A plan applied twice does the rest of what the first time left undone.
"""

import asyncio
import contextlib
import os
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from mediavault_tui.domain.access import Access
from mediavault_tui.domain.archive.archive_paths import free
from mediavault_tui.domain.archive.journal import (
    Act,
    ActKind,
    FileAttributes,
    FileIdentity,
    JournalEntry,
    Status,
    StepEnded,
)
from mediavault_tui.domain.archive.operations import Op, Proof
from mediavault_tui.domain.archive.plan import Plan, Step
from mediavault_tui.domain.events import Event
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.archive import (
    archive_folders,
    empty_folders,
    free_names,
    protected_folders,
    provenance,
    verification,
)
from mediavault_tui.engine.archive.executor import Executor, LastLook, Outcome
from mediavault_tui.engine.archive.outcome_counts import Tally
from mediavault_tui.engine.archive.plan_recheck import PlanRecheck
from mediavault_tui.engine.archive.whole_copies import WholeCopies
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services.file_ops import atomic_moves, folders, permissions
from mediavault_tui.services.file_ops.write_lease import WriteLease
from mediavault_tui.store import journal

_LINKS = {Op.HARDLINK: ActKind.LINK, Op.REFLINK: ActKind.SHARE}


Doubts = Callable[[], Awaitable[Mapping[bytes, str]]]
"""Asked before each bundle: path of a step → why it is not to be taken."""


async def no_doubts() -> Mapping[bytes, str]:
    """For plans made and carried out in one go by whoever knows what they say."""
    return {}


async def apply(
    vault: Vault,
    plan: Plan,
    *,
    dry_run: bool = False,
    accept_new_device: bool = False,
    may_read: bool = True,
) -> AsyncGenerator[Event, None]:
    """Ask everything again that was asked when `plan` was made, and carry out what still stands.

    With `dry_run` every step is only proven, and nothing is written at all. `accept_new_device`: archive folders on
    another device than before, or emptied, are meant to be. `may_read`: copies that stay for others that are not
    their equals are read from end to end where that was not done yet; else such steps are refused. The last event
    is `OperationEnded`.

    Raises PlanRefused for a plan of another catalogue or machine, or one that leads out of what is known here.
    Acts that a crash left half done must have been settled before (`recover`).
    """
    await protected_folders.require(vault)
    asked = await provenance.refuse_foreign(vault, plan)
    if accept_new_device and plan.made is not None:
        asked = msgspec.structs.replace(asked, accept_new_device=True)
        plan = msgspec.structs.replace(plan, made=msgspec.structs.replace(plan.made, asked=asked))
    job = carry_out(
        vault, plan, PlanRecheck(vault, plan).doubts,
        dry_run=dry_run, accept_new_device=asked.accept_new_device, may_read=may_read,
    )  # fmt: skip
    async with contextlib.aclosing(job) as events:
        async for event in events:
            yield event


async def carry_out(
    vault: Vault,
    plan: Plan,
    doubts: Doubts = no_doubts,
    *,
    dry_run: bool = False,
    accept_new_device: bool = False,
    may_read: bool = True,
) -> AsyncGenerator[Event, None]:
    """As `apply`, with no other questions than `doubts` and what the disk can answer."""
    tally = Tally("apply", len(plan.steps), dry_run)
    operation = None if dry_run else await vault.write_durably(journal.begin, "apply")
    actor = Executor(vault, operation or 0, "apply")
    if accept_new_device:
        await _accept(actor, {step.archive for step in plan.steps if step.archive}, dry_run=dry_run)
    bundles: defaultdict[int, list[Step]] = defaultdict(list)
    for step in plan.steps:
        bundles[step.bundle].append(step)
    whole = WholeCopies(vault, may_read=may_read, keep=not dry_run)
    try:
        async with contextlib.aclosing(whole.read(await _unproven(actor, plan))) as reading:
            async for told in reading:
                yield told
        for bundle in bundles.values():
            job = _bundle(actor, bundle, whole, await doubts(), dry_run=dry_run)
            async with contextlib.aclosing(job) as events:
                async for event in events:
                    yield tally.ended(event)
    finally:
        if operation is not None:
            await vault.write(journal.end, operation)
    yield tally.summary(operation)


async def _unproven(actor: Executor, plan: Plan) -> list[tuple[bytes, Proof]]:
    """The copies that must have been read from end to end: those that stay for what is not their equal and is
    still there.
    """
    return [
        (keeper.path, keeper.proof)
        for step in plan.steps
        for keeper in step.rests_on
        if step.is_video
        and step.proven_by is not EvidenceKind.EXACT
        and await verification.as_planned(actor.vault, step.path, step.proof) is None
        and await verification.as_planned(actor.vault, keeper.path, keeper.proof) is None
    ]


async def _accept(actor: Executor, archives: Iterable[bytes], *, dry_run: bool) -> None:
    """Where the archive folders are now is right, from now on or only for this dry run."""
    if not dry_run:
        await archive_folders.accept(actor.vault, archives)
        return
    for folder in archives:
        actor.archives[folder] = await asyncio.to_thread(
            atomic_moves.device_below, os.path.join(folder, b"x")
        )


async def _bundle(
    actor: Executor, steps: Sequence[Step], whole: WholeCopies, doubts: Mapping[bytes, str], *, dry_run: bool
) -> AsyncGenerator[StepEnded, None]:
    """All videos are proven, and held quiet, before the first is touched; sidecars follow."""
    ended = [step async for step in _done_before(actor.vault, steps)]
    for event in ended:
        yield event
    done_before = {event.path for event in ended}
    todo = [step for step in steps if step.path not in done_before]
    videos = [step for step in todo if step.is_video]
    with _Held() as held:
        reasons = {step.path: doubts[step.path] for step in todo if step.path in doubts}
        if not any(step.path in reasons for step in videos):
            reasons |= await _prove(actor, videos, held, whole)
        obstacle = next((reasons[step.path] for step in videos if step.path in reasons), None)
        obstacle = obstacle or await _room(actor.vault, todo)
        obstacle = obstacle or await _unfit(actor, todo, dry_run=dry_run)
        if obstacle is None and not dry_run:
            went = {event.path: event.to for event in ended}
            try:
                todo = await asyncio.to_thread(free_names.under_free_names, todo, went)
            except MoveFailed as error:
                obstacle = f"cannot go: {error.message}"
        for step in todo:
            reason = reasons.get(step.path) or (obstacle and f"stays with its bundle: {obstacle}")
            if reason is None and not step.is_video:
                reason = await verification.why_not(actor.vault, step, actor.stop, whole)
                if reason is None and not dry_run:
                    reason = await asyncio.to_thread(_why_needed, step)
            if reason:
                yield _ended(step, Status.REFUSED, reason)
            elif dry_run:
                yield replace(_ended(step, Status.DONE, "would be done"), dry_run=True)
            else:
                event = await _take(actor, step, held)
                if step.is_video and event.status is not Status.DONE:
                    obstacle = event.reason
                yield event
    if not dry_run:
        await empty_folders.after(actor.vault, todo)


async def _done_before(vault: Vault, steps: Iterable[Step]) -> AsyncIterator[StepEnded]:
    """Steps that an earlier run of the same plan has taken."""
    for step in steps:
        if step.op in (Op.ARCHIVE, Op.MOVE, Op.OFFER) and await asyncio.to_thread(_is_there, step):
            continue
        moved = await vault.read(journal.taken_before, step.path, step.proof.inode)
        if moved is not None:
            event = _ended(step, Status.DONE, "was done before", moved.id)
            yield msgspec.structs.replace(event, to=moved.place, freed=0)


def _why_needed(sidecar: Step) -> str | None:
    """Why a sidecar stays: one of its videos did, perhaps one of another bundle."""
    for owner in sidecar.owners:
        try:
            if atomic_moves.exists(owner):
                return f"stays with {printable(os.path.basename(owner))}, which it belongs to as well"
        except MoveFailed as error:
            return error.message
    return None


def _is_there(step: Step) -> bool:
    with contextlib.suppress(MoveFailed):
        return atomic_moves.exists(step.path)
    return True


class _Held(contextlib.ExitStack):
    """Files that nobody can write to unnoticed until all steps of a bundle are taken."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[tuple[int, int], WriteLease] = {}

    def hold(self, step: Step) -> None:
        """Loser and keepers. Raises FileUnreadable if somebody is writing to one of them already."""
        if step.op is Op.REFLINK:  # we write to the loser ourselves, so to say
            with WriteLease(step.path, step.proof):
                pass
        else:
            self._hold(step.path, step.proof)
        for keeper in step.rests_on:
            try:
                self._hold(keeper.path, keeper.proof)
            except FileUnreadable as error:
                raise FileUnreadable(f"{verification.called(keeper)} {error.message}") from error

    def _hold(self, path: bytes, proof: Proof) -> None:
        if proof.identity not in self.files:
            self.files[proof.identity] = self.enter_context(WriteLease(path, proof))

    def is_quiet(self, step: Step) -> bool:
        """Whether nobody has wanted to write to any of the files since."""
        proofs = (step.proof, *(keeper.proof for keeper in step.rests_on))
        held = (self.files.get(proof.identity) for proof in proofs)
        return all(quiet is None or quiet.still() for quiet in held)


async def _prove(
    actor: Executor, videos: Sequence[Step], held: _Held, whole: WholeCopies
) -> dict[bytes, str]:
    """Why steps must not be taken."""
    reasons: dict[bytes, str] = {}
    for step in videos:
        try:
            await asyncio.to_thread(held.hold, step)
            reason = await verification.why_not(actor.vault, step, actor.stop, whole)
        except FileUnreadable as error:
            reason = error.message
        if reason:
            reasons[step.path] = reason
    return reasons


async def _room(vault: Vault, steps: Sequence[Step]) -> str | None:
    """Why the bundle has no place to go to: too little room, or the disk there is not the planned one."""
    needed: defaultdict[int, int] = defaultdict(int)
    places: dict[int, bytes] = {}
    try:
        for step in steps:
            device = await asyncio.to_thread(atomic_moves.device_below, step.to)
            if device != step.device:
                return "cannot go: the place it goes to is on another disk than planned; is it mounted?"
            if device != await asyncio.to_thread(atomic_moves.device_below, step.path):
                needed[device] += step.proof.size
                places[device] = step.to
        for device, size in needed.items():
            room = await asyncio.to_thread(atomic_moves.free_bytes, places[device])
            if room < size + vault.settings.archive.reserve_mb * 1_000_000:
                return f"cannot go: it needs {size:,} bytes where {room:,} are free"
    except MoveFailed as error:
        return f"cannot go: {error.message}"
    return None


async def _unfit(actor: Executor, steps: Sequence[Step], *, dry_run: bool) -> str | None:
    """Why nothing may be put into the archive folder. Asked again only when its filesystem is another one."""
    for folder in dict.fromkeys(step.archive for step in steps if step.archive):
        device = await asyncio.to_thread(atomic_moves.device_below, os.path.join(folder, b"x"))
        if actor.archives.get(folder) == device:
            continue
        reason = await archive_folders.why_not(actor.vault, folder)
        if reason is not None:
            return f"cannot go: {reason}"
        if not dry_run:
            await archive_folders.note(actor.vault, folder)
        actor.archives[folder] = device
    return None


async def _take(actor: Executor, step: Step, held: _Held) -> StepEnded:
    """Do what the step says. Everything has been proven; only what could change since is looked at again."""
    vault = actor.vault
    reason = await verification.as_planned(vault, step.path, step.proof)
    if reason is None and step.is_video:
        reason = await verification.keepers_as_planned(vault, step)
    if reason is None and not await asyncio.to_thread(held.is_quiet, step):
        reason = "was just opened for writing"
    if reason:
        return _ended(step, Status.REFUSED, reason)
    try:
        access = await asyncio.to_thread(_rights_of, step.path)
        home = await asyncio.to_thread(atomic_moves.device_below, step.path)
        to = await asyncio.to_thread(_place, step)
    except MoveFailed as error:
        return _ended(step, Status.FAILED, error.message)
    if to is None:
        return _ended(step, Status.REFUSED, "the copy to keep has a file of that name by now")
    moved = JournalEntry(
        origin=step.path, place=to, op=step.op, is_video=step.is_video, file=step.proof,
        keeper=step.keeper.path, keeper_proof=step.keeper.proof, proven_by=step.proven_by, group=step.group,
        bundle=step.bundle, root=step.root, archive=step.archive, reason=step.reason,
        origin_device=home, mode=access.mode, uid=access.uid, gid=access.gid, attributes=access.attributes,
        operation=actor.operation, owners=step.owners, keepers=step.keepers,
    )  # fmt: skip

    def last_look() -> None:
        if step.is_video:
            for keeper in step.rests_on:
                verification.require_unchanged(keeper.path, keeper.proof)
        if not held.is_quiet(step):
            raise FileUnreadable("was just opened for writing")

    outcome = await _act(actor, step, moved, last_look)
    if outcome.done:
        await _note_other_names(vault, step, held)
        found = await vault.read(journal.taken_before, step.path, step.proof.inode)
        event = _ended(step, Status.DONE, outcome.reason, found.id if found else None)
        return msgspec.structs.replace(event, to=step.to if step.op in _LINKS else to)
    return _ended(step, Status.FAILED, outcome.reason or "was taken back")


async def _note_other_names(vault: Vault, step: Step, held: _Held) -> None:
    """A file with further names has another change time now, and that is our own doing."""
    loser = held.files.get(step.proof.identity)
    if loser is not None and step.proof.links > 1:
        with contextlib.suppress(FileUnreadable):  # then its other names are refused, which is safe
            await vault.write(journal.touch, [await asyncio.to_thread(loser.look)])


async def _act(actor: Executor, step: Step, moved: JournalEntry, last_look: LastLook) -> Outcome:
    """Rename where that is possible, else copy; or link, or share."""
    file = FileIdentity.of(step.proof)
    if step.op in _LINKS:
        temporary = atomic_moves.temporary_name(step.path) if step.op is Op.HARDLINK else b""
        other = FileIdentity.of(step.keeper.proof)
        archived = moved.place if step.op is Op.HARDLINK else b""
        act = Act(_LINKS[step.op], step.path, step.to, file, temporary, archived=archived, other=other)
        return await actor.act(act, moved, last_look)
    same_disk = step.device == moved.origin_device
    return await relocate(
        actor, step.path, moved.place, file, moved,
        same_disk=same_disk, device=step.device, last_look=last_look,
    )  # fmt: skip


async def relocate(
    actor: Executor,
    source: bytes,
    target: bytes,
    file: FileIdentity,
    moved: JournalEntry,
    *,
    same_disk: bool,
    device: int,
    last_look: LastLook = atomic_moves.no_objection,
    dress: FileAttributes | None = None,
) -> Outcome:
    """Move a file to a filesystem: by renaming it on the same one, else by a verified copy, which looks like
    `dress` if that is given.
    """
    if same_disk:
        outcome = await actor.act(Act(ActKind.RENAME, source, target, file), moved, last_look)
        if outcome.done is not False or not outcome.crossed:
            return outcome
    temporary, aside = atomic_moves.temporary_name(target), atomic_moves.temporary_name(source)
    return await actor.act(
        Act(ActKind.COPY, source, target, file, temporary, aside=aside, device=device, dress=dress),
        moved,
        last_look,
    )


def _place(step: Step) -> bytes | None:
    """Where the file goes, under a name that is free; its folder is there afterwards."""
    if step.op is Op.REFLINK:
        return step.to
    if step.op is Op.OFFER and atomic_moves.exists(step.to):
        return None
    if atomic_moves.device_below(step.to) != step.device:
        raise MoveFailed("the disk it goes to was taken away")
    place = free(step.original_to or step.to, atomic_moves.exists)
    if step.op in (Op.ARCHIVE, Op.HARDLINK):
        folders.make_closed(os.path.dirname(place), step.archive, os.path.dirname(step.path), step.root)
    else:
        folders.make_folders(os.path.dirname(place))
    return place


def _rights_of(path: bytes) -> Access:
    with atomic_moves.translated(path):
        return permissions.of(path)


def _ended(step: Step, status: Status, reason: str, moved_id: int | None = None) -> StepEnded:
    freed = step.frees if status is Status.DONE else 0
    return StepEnded(step.op, step.path, step.to, status, reason, moved_id, freed=freed)
