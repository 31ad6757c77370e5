"""Where a plan comes from, and whether it may be carried out here at all."""

import asyncio
import os
from collections.abc import Iterable

from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import Plan, Step
from mediavault_tui.domain.archive.plan_request import PlanOrigin, PlanRequest
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.archive import plan_inputs
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import MoveFailed, PlanRefused
from mediavault_tui.services import machine
from mediavault_tui.store import change_counters, roots

_REMEDY = "Make it again here with `mediavault plan`."


async def made(vault: Vault, asked: PlanRequest, date: str) -> PlanOrigin:
    """What a plan made now of this catalogue says of itself."""
    catalogue = await vault.read(change_counters.get, change_counters.CATALOGUE)
    return PlanOrigin(catalogue, machine.digest(), machine.name(), date, asked)


async def refuse_foreign(vault: Vault, plan: Plan) -> PlanRequest:
    """What the plan was asked for. Raises PlanRefused for one of another catalogue or machine, or with a step
    that leads out of the folders this catalogue knows.
    """
    if plan.made is None:
        raise PlanRefused("the plan does not say which catalogue it was made from", _REMEDY)
    here = await made(vault, plan.made.asked, plan.made.date)
    if plan.made.catalogue != here.catalogue:
        raise PlanRefused(
            f"the plan was made from another catalogue than {vault.database.path}",
            f"Name that with --db, or make it again with `mediavault plan`; it was made on {plan.made.host}.",
        )
    if plan.made.machine != here.machine:
        raise PlanRefused(f"the plan was made on another machine, {plan.made.host}", _REMEDY)
    known = [root.path for root in await vault.read(roots.all_roots)]
    reason = await asyncio.to_thread(_leads_out, plan.steps, plan.made.asked, known, vault.settings)
    if reason is not None:
        raise PlanRefused(reason, f"Nothing was touched. {_REMEDY}")
    return plan.made.asked


def _leads_out(
    steps: Iterable[Step], asked: PlanRequest, known: list[bytes], settings: Settings
) -> str | None:
    """Which step leads where no step of this catalogue can, or None. Blocking."""
    real: dict[bytes, bytes] = {}
    for step in steps:
        name = printable(step.path)
        if step.root not in known or not is_under(step.path, step.root):
            return f"a step is about {name}, which lies outside the folders that were scanned"
        for path in (step.path, step.original_to or step.to, *(keeper.path for keeper in step.rests_on)):
            folder = os.path.dirname(path)
            if real.setdefault(folder, os.path.realpath(folder)) != folder:
                return (
                    f"a step is about {name} and leads through a symbolic link:"
                    f" {printable(folder)} is {printable(real[folder])}"
                )
        if step.op in (Op.ARCHIVE, Op.MOVE, Op.HARDLINK):
            to, archive = step.original_to or step.to, _archive(step, asked, settings)
            if archive is None or step.archive != archive or not is_under(to, archive):
                return f"a step takes {name} to {printable(to)}, which is not in its archive folder now"
    return None


def _archive(step: Step, asked: PlanRequest, settings: Settings) -> bytes | None:
    """Where files from the step's place go to."""
    if step.op is Op.MOVE:
        return os.path.realpath(os.fsencode(os.path.expanduser(asked.into))) if asked.into else None
    try:
        return plan_inputs.archive_of(step.path, step.root, settings)
    except MoveFailed:
        return None
