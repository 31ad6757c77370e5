"""`mediavault restore`: the way back."""

import sys
from typing import TYPE_CHECKING

import click

from mediavault_tui.cli import operations
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.archive.journal import Cause, StepEnded

if TYPE_CHECKING:
    from mediavault_tui.engine.archive.restore import OnCollision


@click.command(
    name="restore",
    epilog="Examples:\n\n  mediavault restore 17\n\n  mediavault restore op3 2030-01-31\n\n"
    "  mediavault restore --all",
)
@click.argument("ids", metavar="[ID]…", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything in the archive.")
@click.option(
    "--on-collision", type=click.Choice(["ask", "refuse", "rename"]), default="ask",
    help="If another file is at the original path: leave it in the archive, or restore under a new name.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would be done, change nothing.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per step, each on a line.")
@click.pass_obj
def command(
    globals_: Globals, ids: tuple[str, ...], everything: bool, on_collision: str, dry_run: bool, as_json: bool
) -> None:
    """Put files back where they were; nothing there now is overwritten.

    ID is a number of `mediavault history` (a video brings its subtitles, NFO and artwork), `op3` for all
    that one operation moved, or a day as 2030-01-31.
    """
    if bool(ids) == everything:
        raise click.UsageError("name what to restore, or say --all")
    ask = on_collision == "ask"
    first: OnCollision = "rename" if on_collision == "rename" else "refuse"
    steps = _run(globals_, ids, first, dry_run=dry_run, as_json=as_json)
    collided = _collided(steps)
    if ask and collided and sys.stdin.isatty() and not dry_run:
        question = f"{len(collided)} files have something else in their place. Put them beside it?"
        if click.confirm(question, default=False, err=True):
            again = tuple(str(step.id) for step in collided)
            others = [step for step in steps if step not in collided]
            steps = [*others, *_run(globals_, again, "rename", dry_run=False, as_json=as_json)]
    raise SystemExit(operations.exit_code(steps))


def _run(
    globals_: Globals, ids: tuple[str, ...], on_collision: "OnCollision", *, dry_run: bool, as_json: bool
) -> list[StepEnded]:
    from mediavault_tui.engine import jobs
    from mediavault_tui.engine.archive.restore import UnknownIdError

    job = jobs.restore(ids or None, on_collision=on_collision, dry_run=dry_run)
    try:
        return operations.run(globals_, job, as_json=as_json)
    except UnknownIdError as error:
        raise click.UsageError(f"nothing in the archive matches {error}; see `mediavault history`") from error


def _collided(steps: list[StepEnded]) -> list[StepEnded]:
    return [step for step in steps if step.cause is Cause.COLLISION]
