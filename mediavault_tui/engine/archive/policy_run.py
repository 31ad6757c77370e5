"""Rules carried out without anybody there: only below the folders the config names for it."""

import os
from collections.abc import AsyncGenerator, Sequence

from mediavault_tui.domain.archive.plan_request import PlanRequest
from mediavault_tui.domain.events import Event
from mediavault_tui.engine.archive.apply import apply
from mediavault_tui.engine.archive.planning import plan
from mediavault_tui.engine.check import is_time
from mediavault_tui.engine.vault import Vault


def allowed_folders(vault: Vault, roots: Sequence[bytes]) -> tuple[bytes, ...]:
    """The folders of `policy.headless_roots` that are one of `roots` or lie below one, real paths."""
    named = (os.path.realpath(os.path.expanduser(each)) for each in vault.settings.policy.headless_roots)
    folders = [os.fsencode(each) for each in named]
    inside = [
        each
        for each in folders
        if any(each == root or each.startswith(root.rstrip(b"/") + b"/") for root in roots)
    ]
    outside = [root for root in roots if any(root.startswith(each.rstrip(b"/") + b"/") for each in folders)]
    return tuple(dict.fromkeys([*inside, *outside]))


async def apply_rules(vault: Vault, roots: Sequence[bytes]) -> AsyncGenerator[Event, None]:
    """Plan by the rules for what nobody has decided, and carry it out where the config allows it.

    Files elsewhere are never touched; without rules or allowed folders nothing happens. Must hold the lock,
    after `recover`.
    """
    folders = allowed_folders(vault, roots)
    if not folders or not vault.settings.policy.rules:
        return
    asked = PlanRequest(min_confidence=0.0, by_policy=True, undecided_only=True, below=folders)
    async for event in apply(vault, await plan(vault, asked), may_read=is_time(vault)):
        yield event
