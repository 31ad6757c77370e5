"""`mediavault plan`: what archiving would do."""

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediavault_tui.cli import operations, output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.domain.text import printable, size

if TYPE_CHECKING:
    from mediavault_tui.domain.archive.plan import Plan
    from mediavault_tui.domain.archive.plan_request import PlanRequest


@click.command(
    name="plan",
    epilog="Examples:\n\n  mediavault plan\n\n  mediavault plan --kind exact -o plan.json\n\n"
    "  mediavault plan --group 7 --op hardlink --json",
)
@click.option(
    "--kind", type=click.Choice(["exact", "title", "content"]), multiple=True,
    help="Only groups with this kind of evidence; may be repeated.",
)  # fmt: skip
@click.option(
    "--min-confidence", metavar="N", type=click.FloatRange(0, 100),
    help="Lowest confidence; the default is match.confident for groups without a decision.",
)  # fmt: skip
@click.option(
    "--group", "groups", metavar="ID", type=int, multiple=True, help="Only this group; may be repeated."
)
@click.option(
    "--op", type=click.Choice(["archive", "move", "hardlink", "reflink"]), default="archive",
    help="What to do with the worse copies; links only replace exact duplicates.",
)  # fmt: skip
@click.option("--into", metavar="FOLDER", type=click.Path(), help="Target folder for --op move.")
@click.option(
    "--accept-new-device", is_flag=True,
    help="Accept an archive folder that is on another device than before, or empty.",
)  # fmt: skip
@click.option("--policy", is_flag=True, help="Let the rules of the config decide undecided groups.")
@click.option(
    "-o", "--output", "file", metavar="FILE", type=click.Path(), help="Write the plan here, for apply."
)
@click.option("--json", "as_json", is_flag=True, help="The plan as one JSON object.")
@click.pass_obj
def command(
    globals_: Globals,
    kind: tuple[str, ...],
    min_confidence: float | None,
    groups: tuple[int, ...],
    op: str,
    into: str | None,
    accept_new_device: bool,
    policy: bool,
    file: str | None,
    as_json: bool,
) -> None:
    """Show what archiving would do; touch nothing.

    Your decisions count first. Groups you have not decided keep their best copy, where that is clear.
    """
    from mediavault_tui.domain.archive.operations import Op
    from mediavault_tui.domain.archive.plan_request import PlanRequest
    from mediavault_tui.domain.archive.serialization import to_json
    from mediavault_tui.domain.media import EvidenceKind

    if (op == "move") != (into is not None):
        raise click.UsageError("--op move and --into FOLDER go together")
    asked = PlanRequest(
        kinds=frozenset(EvidenceKind(each) for each in kind),
        min_confidence=min_confidence,
        groups=groups or None,
        by_policy=policy,
        op=Op(op),
        into=into,
        accept_new_device=accept_new_device,
    )
    made = _make(globals_, asked)
    if file is not None:
        _write(Path(file), json.dumps(to_json(made), indent=1))
    if as_json:
        output.json_document(to_json(made))
    else:
        _show(made)
    raise SystemExit(int(ExitCode.NEEDS_ATTENTION if made.refused else ExitCode.DONE))


def _make(globals_: Globals, asked: "PlanRequest") -> "Plan":
    from mediavault_tui.engine.archive.planning import plan
    from mediavault_tui.engine.vault import Vault

    operations.require_catalogue(globals_)
    with Vault(globals_.database, globals_.settings) as vault:
        return asyncio.run(plan(vault, asked))


def _write(file: Path, text: str) -> None:
    """All of the plan or nothing: half a plan is never left behind."""
    beside = file.with_name(file.name + ".part")
    try:
        if file.exists() and not file.is_file():  # a device or a pipe is written to, never replaced
            file.write_text(text + "\n", encoding="ascii")
            return
        beside.write_text(text + "\n", encoding="ascii")
        os.replace(beside, file)
    except OSError as error:
        raise click.UsageError(f"the plan cannot be written to {file}: {error.strerror}") from error


def _show(made: "Plan") -> None:
    for step in made.steps:
        output.data(f"{step.op:<8} {size(step.frees):>10}  {printable(step.path)}")
        output.data(f"{'':<21}→ {printable(step.to)}")
        output.data(f"{'':<21}{printable(step.reason)}")
        for each in step.proven:
            output.data(f"{'':<21}{'proven' if each.holds else 'not proven'}: {printable(each.text)}")
    for refused in (*made.refused, *made.left):
        output.data(f"{'stays':<8} {'':>10}  {printable(refused.path)}")
        output.data(f"{'':<21}{printable(refused.reason)}")
    waiting = sum(not step.ready for step in made.steps)
    if waiting:
        output.data(
            f"{waiting:,} steps wait for a copy that stays to be read; `apply` does it, or `mediavault check`"
        )
    output.data(
        f"{len(made.steps):,} steps, {size(made.reclaimable_bytes)} reclaimable; {len(made.refused):,} refused"
    )
