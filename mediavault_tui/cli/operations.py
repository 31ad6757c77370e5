"""What the commands that move files share: one lock, recovery first, a line for each step, the exit code."""

import sys
from typing import TYPE_CHECKING, Any

import click

from mediavault_tui.cli import job_runner, output
from mediavault_tui.cli.check_progress import CheckProgressLine
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.domain.archive.journal import RECOVER, OperationEnded, Status, StepEnded
from mediavault_tui.domain.events import CheckEnded, CheckProgress, Event, FileChecked
from mediavault_tui.domain.text import printable, size

if TYPE_CHECKING:
    from mediavault_tui.engine.jobs import JobSpec

NOTHING = {
    "apply": "the plan has no steps: nothing to do",
    "restore": "the archive is empty: nothing to put back",
    "purge": "nothing has lain in the archive for so long: nothing to erase",
}


def run(globals_: Globals, job: "JobSpec", *, as_json: bool) -> list[StepEnded]:
    """Run `job` as the only one that changes files; returns how its steps ended. What recovery did is only said."""
    from mediavault_tui.engine.vault import Vault
    from mediavault_tui.store.database import exclusive

    require_catalogue(globals_)
    globals_.start_log()
    ended: list[StepEnded] = []
    reading = CheckProgressLine(quiet=globals_.quiet)

    def show(event: Event) -> None:
        if isinstance(event, CheckProgress | FileChecked | CheckEnded):
            reading(event)
        elif isinstance(event, StepEnded) and event.op == RECOVER:
            output.print_message(f"{'would recover first' if event.dry_run else 'recovered'}: {words(event)}")
        elif isinstance(event, StepEnded):
            ended.append(event)
            show_step(event, as_json=as_json)
        elif isinstance(event, OperationEnded) and not as_json and not globals_.quiet:
            output.data(summary(event))

    with exclusive(globals_.database, job.lock), Vault(globals_.database, globals_.settings) as vault:
        job_runner.run(job.events(vault), show)
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
    """A step for people: what was done to which file, and below it where it is now."""
    is_ready = event.dry_run and event.status is Status.DONE and event.op != RECOVER
    status, reason = ("ready", "") if is_ready else (event.status, printable(event.reason))
    line = f"{status:<8} {event.op} {printable(event.path)}" + (f": {reason}" if reason else "")
    return line + (f"\n         → {printable(event.to)}" if event.to and event.status is Status.DONE else "")


def summary(event: OperationEnded) -> str:
    """The last line for people."""
    if not event.done + event.refused + event.failed:
        return NOTHING[event.kind]
    if event.dry_run:
        return (
            f"{event.done:,} ready, {event.refused:,} refused, {event.failed:,} failed; nothing was touched"
        )
    shrunk = "freed" if event.kind == "purge" else "left the library"
    return (
        f"{event.done:,} done, {event.refused:,} refused, {event.failed:,} failed"
        + (f"; {size(event.freed)} {shrunk}" if event.freed else "")
        + (f"; operation op{event.id}" if event.id is not None else "")
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
        raise click.UsageError("no terminal to confirm on; pass --yes, or --dry-run to preview")
    if not click.confirm(question, default=False, err=True):
        raise click.Abort
