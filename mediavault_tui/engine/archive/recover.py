"""Recover: finish or take back what a crash left half done, and say what was done.

Runs at the start of everything that changes files; on a journal without open acts it costs one query.
"""

import asyncio
from collections.abc import AsyncGenerator

from mediavault_tui.domain.archive.journal import RECOVER, Act, Status, StepEnded
from mediavault_tui.engine.archive import crash_resolution, executor, grace_period
from mediavault_tui.engine.archive.crash_resolution import Resolution, resolve
from mediavault_tui.engine.archive.executor import Seen
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.store import journal


async def recover(vault: Vault) -> AsyncGenerator[StepEnded, None]:
    """Settle every act that was begun and not ended; one event each. Must hold the catalogue's lock."""
    await grace_period.mark_today(vault)
    for kind, act in await vault.read(journal.under_way):
        settled, seen = await asyncio.to_thread(_settle, act)
        if settled.done is None or seen is None:
            yield StepEnded(RECOVER, act.source, act.target, Status.FAILED, settled.reason, act.moved_id)
            continue
        reason = f"{kind} was cut off; " + (
            "finished" if settled.done else "taken back: the file is as it was"
        )
        await vault.write_durably(executor.end, kind, act, seen, done=settled.done, reason=reason)
        await executor.write_manifest_outcome(vault, act.moved_id)
        yield StepEnded(RECOVER, act.source, act.target, Status.DONE, reason, act.moved_id)


async def outlook(vault: Vault) -> AsyncGenerator[StepEnded, None]:
    """What `recover` would do, one event each; changes nothing."""
    for kind, act in await vault.read(journal.under_way):
        settled = await asyncio.to_thread(crash_resolution.outlook, act)
        reason = f"{kind} was cut off; it would be " + ("finished" if settled.done else "taken back")
        status = Status.FAILED if settled.done is None else Status.DONE
        reason = settled.reason if settled.done is None else reason
        yield StepEnded(RECOVER, act.source, act.target, status, reason, act.moved_id, dry_run=True)


def _settle(act: Act) -> tuple[Resolution, Seen | None]:
    settled = resolve(act)
    try:
        return settled, executor.look(act)
    except FileUnreadable as error:
        return (settled if settled.done is None else Resolution(None, error.message)), None
