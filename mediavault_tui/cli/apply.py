"""`mediavault apply`: carry out a plan."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediavault_tui.cli import operations
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.text import size

if TYPE_CHECKING:
    from mediavault_tui.domain.archive.plan import Plan


@click.command(
    name="apply",
    epilog="Examples:\n\n  mediavault plan -o plan.json && mediavault apply plan.json\n\n"
    "  mediavault apply plan.json --dry-run\n\n  mediavault apply plan.json --yes --json",
)
@click.argument("plan_file", metavar="PLAN", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Check every step, change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option(
    "--accept-new-device", is_flag=True,
    help="Accept an archive folder that is on another device than before, or empty.",
)  # fmt: skip
@click.option(
    "--check/--no-check", "may_read", default=True,
    help="Read each copy to be kept from end to end where that was not done yet (the default); else refuse its step.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="A JSON object per step, each on a line.")
@click.pass_obj
def command(
    globals_: Globals,
    plan_file: str,
    dry_run: bool,
    yes: bool,
    accept_new_device: bool,
    may_read: bool,
    as_json: bool,
) -> None:
    """Prove a plan again, step by step, and carry it out. PLAN is a file of `mediavault plan -o`, or -.

    A copy that stays for one that is not its exact equal must have been read from end to end since it last changed;
    what was not is read first (see `mediavault check`).

    Everything moved can be put back with `mediavault restore`. The same plan may be applied again: what is
    done stays done, the rest is tried.
    """
    from mediavault_tui.engine import jobs

    plan = _read(plan_file)
    if plan.steps and not dry_run:
        operations.confirm(
            f"Carry out {len(plan.steps):,} steps, {size(plan.reclaimable_bytes)} in all?", yes=yes
        )
    job = jobs.apply(plan, dry_run=dry_run, accept_new_device=accept_new_device, may_read=may_read)
    steps = operations.run(globals_, job, as_json=as_json)
    raise SystemExit(operations.exit_code(steps))


def _read(plan_file: str) -> "Plan":
    from mediavault_tui.domain.archive.serialization import from_json

    try:
        text = sys.stdin.read() if plan_file == "-" else Path(plan_file).read_text(encoding="utf-8")
        return from_json(json.loads(text))
    except OSError as error:
        raise click.UsageError(f"the plan {plan_file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise click.UsageError(f"{plan_file}: {error}") from error
