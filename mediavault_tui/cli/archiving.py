"""What the commands that move files share: one lock, recovery first, a line for each step, the exit code."""

import contextlib
import sys
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any

import click

from mediavault_tui.cli import output, running
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.domain.events import Event
from mediavault_tui.domain.moves import OperationEnded, Status, StepEnded
from mediavault_tui.domain.text import printable, size

if TYPE_CHECKING:
    from mediavault_tui.engine.vault import Vault

Job = Callable[["Vault"], AsyncGenerator[Event, None]]


def run(globals_: Globals, what: str, job: Job, *, as_json: bool) -> list[StepEnded]:
    """Run `job` as the only one that changes files; returns how its steps ended. `what` names it to others."""
    from mediavault_tui.engine.recover import recover
    from mediavault_tui.engine.vault import Vault
    from mediavault_tui.store.database import exclusive

    require_catalogue(globals_)
    globals_.start_log()
    ended: list[StepEnded] = []

    async def both(vault: "Vault") -> AsyncGenerator[Event, None]:
        async for settled in recover(vault):
            output.talk(f"recovered: {words(settled)}")
        async with contextlib.aclosing(job(vault)) as events:
            async for event in events:
                yield event

    def show(event: Event) -> None:
        if isinstance(event, StepEnded):
            ended.append(event)
            show_step(event, as_json=as_json)
        elif isinstance(event, OperationEnded) and not as_json and not globals_.quiet:
            output.data(summary(event))

    with exclusive(globals_.database, what), Vault(globals_.database, globals_.settings) as vault:
        running.run(both(vault), show)
    return ended


def require_catalogue(globals_: Globals) -> None:
    """Raises StoreError where there is no catalogue yet; none is made by asking for it."""
    from mediavault_tui.store.database import reading

    with reading(globals_.database):
        pass


def show_step(event: StepEnded, *, as_json: bool) -> None:
    """One step on stdout."""
    if as_json:
        output.json_line(step_fields(event))
    else:
        output.data(words(event))


def step_fields(event: StepEnded) -> dict[str, Any]:
    """A step for scripts."""
    return {
        "op": event.op,
        "path": output.path_text(event.path),
        "to": output.path_text(event.to) or None,
        "status": event.status,
        "reason": event.reason,
        "id": event.id,
    }


def words(event: StepEnded) -> str:
    """A step for people."""
    to = f" → {printable(event.to)}" if event.to and event.status is Status.DONE else ""
    reason = f": {printable(event.reason)}" if event.reason else ""
    return f"{event.status:<8} {event.op} {printable(event.path)}{to}{reason}"


def summary(event: OperationEnded) -> str:
    """The last line for people."""
    number = f"; operation op{event.id}" if event.id is not None else ""
    return (
        f"{event.done:,} done, {event.refused:,} refused, {event.failed:,} failed;"
        f" {size(event.freed)} freed{number}"
    )


def exit_code(steps: list[StepEnded]) -> int:
    """1 when a step was refused or failed."""
    fine = all(step.status is Status.DONE for step in steps)
    return int(ExitCode.DONE if fine else ExitCode.NEEDS_ATTENTION)


def confirm(question: str, *, yes: bool) -> None:
    """Ask, with No as the answer to a mere Enter. Raises Abort on No, a usage error where nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to ask: say --yes, or --dry-run to only look")
    if not click.confirm(question, default=False, err=True):
        raise click.Abort
