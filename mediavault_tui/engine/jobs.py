"""The jobs that commands, screens and schedules start: what each is called, what holds the catalogue, what comes first.

Whoever starts one takes the lock (`store.database.exclusive(path, spec.lock)`) and listens to `spec.events(vault)`.
What a job needs is imported when it runs, away from the event loop.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from mediavault_tui.domain.events import Event, Finished
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import journal

if TYPE_CHECKING:
    from mediavault_tui.domain.archive.journal import JournalEntry
    from mediavault_tui.domain.archive.operations import Proof
    from mediavault_tui.domain.archive.plan import Plan
    from mediavault_tui.engine.archive.restore import OnCollision
    from mediavault_tui.engine.scan import ScanOptions

Events = AsyncGenerator[Event, None]


async def _load(*modules: str) -> None:
    """Import modules on a thread: it takes a while, and the event loop must not stand still."""
    for name in modules:
        await asyncio.to_thread(import_module, name)


async def _recover(vault: Vault) -> Events:
    """What a crash left half done is settled; that the program runs today is noted, which purging asks for."""

    await _load("mediavault_tui.engine.archive.recover")
    from mediavault_tui.engine.archive.recover import recover as run

    async for event in run(vault):
        yield event


async def _recover_if_needed(vault: Vault) -> Events:
    """The same, without loading what moves files where nothing is half done."""
    if await vault.read(journal.under_way):
        async for event in _recover(vault):
            yield event


async def _recovery_outlook(vault: Vault) -> Events:
    """How it would be settled; nothing is changed."""
    from mediavault_tui.engine.archive.recover import outlook

    async for event in outlook(vault):
        yield event


async def _nothing(_: Vault) -> Events:
    return
    yield


@dataclass(frozen=True)
class JobSpec:
    """A job to be started."""

    title: str
    """For people, as the name of what goes on."""
    lock: str
    """What other programs are told, before "already running since …"."""
    make: Callable[[Vault], Events]
    before: Callable[[Vault], Events] = _recover
    """Recovery, unless the job does no harm to what is half done."""

    async def events(self, vault: Vault) -> Events:
        """Everything that happens, recovery first. Must hold the catalogue's lock."""
        for job in (self.before, self.make):
            async with contextlib.aclosing(job(vault)) as events:
                async for event in events:
                    yield event


def scan(options: "ScanOptions", *, with_rules: bool = False) -> JobSpec:
    """A scan; `with_rules`: then archiving by rule below the folders that the config names for it, if any."""

    async def make(vault: Vault) -> Events:
        await _load("mediavault_tui.engine.scan")
        from mediavault_tui.engine.scan import scan as run

        policy = vault.settings.policy
        async with contextlib.aclosing(run(vault, options)) as events:
            async for event in events:
                if isinstance(event, Finished) and with_rules and policy.rules and policy.headless_roots:
                    async with contextlib.aclosing(_apply_rules(vault, options.roots)) as steps:
                        async for step in steps:
                            yield step
                yield event

    return JobSpec("Full scan" if options.full else "Scan", "a scan is", make, _recover_if_needed)


async def _apply_rules(vault: Vault, roots: Sequence[str]) -> Events:
    from mediavault_tui.engine.archive.policy_run import apply_rules
    from mediavault_tui.engine.indexing.walk import absolute

    async for event in apply_rules(vault, absolute(roots)):
        yield event


def apply(
    plan: "Plan",
    *,
    dry_run: bool = False,
    accept_new_device: bool = False,
    may_read: bool = True,
    stop: Callable[[], bool] = lambda: False,
) -> JobSpec:
    """Carry a plan out; `stop` is asked between two steps. See `engine.archive.apply.apply`."""

    async def make(vault: Vault) -> Events:
        await _load("mediavault_tui.engine.archive.apply")
        from mediavault_tui.engine.archive.apply import apply as run

        job = run(vault, plan, dry_run=dry_run, accept_new_device=accept_new_device, may_read=may_read)
        async with contextlib.aclosing(job) as events:
            async for event in events:
                yield event
                if stop():
                    return

    return JobSpec("Archiving", "an apply is", make, _before(dry_run=dry_run))


def restore(
    ids: Sequence[str] | None, *, on_collision: "OnCollision" = "refuse", dry_run: bool = False
) -> JobSpec:
    """Put back what `ids` name, or everything in the archive. The job raises UnknownIdError. See
    `engine.archive.restore`.
    """

    async def make(vault: Vault) -> Events:
        await _load("mediavault_tui.engine.archive.restore")
        from mediavault_tui.engine.archive.restore import restore as run
        from mediavault_tui.engine.archive.restore import wanted

        files = await vault.read(journal.in_archive) if ids is None else await wanted(vault, ids)
        async for event in run(vault, files, on_collision=on_collision, dry_run=dry_run):
            yield event

    return JobSpec("Restore", "a restore is", make, _before(dry_run=dry_run))


def purge(
    files: Sequence["JournalEntry"],
    *,
    older_than_s: float | None = None,
    dry_run: bool = False,
    now_really: bool = False,
) -> JobSpec:
    """Erase `files` (as `engine.archive.purge.purgeable` gives them)."""

    async def make(vault: Vault) -> Events:
        await _load("mediavault_tui.engine.archive.purge")
        from mediavault_tui.engine.archive.purge import purge as run

        async for event in run(
            vault, files, dry_run=dry_run, older_than_s=older_than_s, now_really=now_really
        ):
            yield event

    return JobSpec("Purge", "a purge is", make, _before(dry_run=dry_run))


def _before(*, dry_run: bool) -> Callable[[Vault], Events]:
    return _recovery_outlook if dry_run else _recover


def recover() -> JobSpec:
    """Finish or take back what a crash left half done, and nothing else."""
    return JobSpec("Recovery", "a recovery is", _recover, _nothing)


def check(paths: Sequence[bytes], *, deep: bool = False, due: bool = False) -> JobSpec:
    """Read files from end to end. See `engine.check`."""

    async def make(vault: Vault) -> Events:
        from mediavault_tui.domain.events import CheckEnded
        from mediavault_tui.engine import check as checking

        files = await checking.targets(vault, tuple(paths), due=due, deep=deep)
        async with contextlib.aclosing(checking.check(vault, files, deep=deep, in_hours=due)) as events:
            async for event in events:
                if isinstance(event, CheckEnded):
                    await checking.rank_again(vault)
                yield event

    return JobSpec("Check", "a check is", make, _nothing)


def check_keepers(files: Sequence[tuple[bytes, "Proof"]]) -> JobSpec:
    """Read copies that stay from end to end, so that a plan's steps become ready."""

    async def make(vault: Vault) -> Events:
        await _load("mediavault_tui.engine.check", "mediavault_tui.engine.archive.whole_copies")
        from mediavault_tui.engine.archive.whole_copies import WholeCopies
        from mediavault_tui.engine.check import rank_again

        async with contextlib.aclosing(WholeCopies(vault).read(files)) as events:
            async for event in events:
                yield event
        await rank_again(vault)

    return JobSpec("Reading copies that stay", "a check is", make, _nothing)
