"""Asking again, right before a plan is carried out, everything that was asked when it was made.

Decisions, vetoes, evidence, rules, protected folders and the disk may have changed since, and a plan is a file
that can be edited. So it is made anew of the same groups: what would not be planned now is not done.
"""

import asyncio
from collections.abc import Mapping, Sequence

from mediavault_tui.domain.archive.operations import Op, Proof
from mediavault_tui.domain.archive.plan import Plan, Step
from mediavault_tui.domain.archive.plan_changes import what_changed
from mediavault_tui.engine.archive import planning
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import MoveFailed
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import groups, journal
from mediavault_tui.store.database import Connection


class PlanRecheck:
    """The doubts about one plan; asked anew whenever something was decided meanwhile."""

    def __init__(self, vault: Vault, plan: Plan) -> None:
        self.vault = vault
        self.plan = plan
        self._doubts: Mapping[bytes, str] = {}
        self._asked_at: groups.Moment | None = None

    async def doubts(self) -> Mapping[bytes, str]:
        """Path of a step → why it does not stand any more."""
        moment = await self.vault.read(groups.moment)
        if moment != self._asked_at:
            taken = await _taken(self.vault, self.plan.steps)
            now, standing = await planning.again(self.vault, self.plan, taken)
            self._doubts = what_changed(self.plan, now, standing, taken.keys())
            self._asked_at = moment
        return self._doubts


async def _taken(vault: Vault, steps: Sequence[Step]) -> dict[bytes, Proof]:
    """Files that the plan has carried away already, in an earlier run or this one."""
    away = await asyncio.to_thread(lambda: [step for step in steps if _may_be_away(step)])
    return await vault.read(_those_taken, away)


def _may_be_away(step: Step) -> bool:
    try:
        return step.op in (Op.HARDLINK, Op.REFLINK) or not atomic_moves.exists(step.path)
    except MoveFailed:
        return False


def _those_taken(connection: Connection, steps: Sequence[Step]) -> dict[bytes, Proof]:
    return {
        step.path: step.proof
        for step in steps
        if journal.taken_before(connection, step.path, step.proof.inode) is not None
    }
