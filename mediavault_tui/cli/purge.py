"""`mediavault purge`: the end of what has lain in the archive long enough."""

import asyncio
import re

import click

from mediavault_tui.cli import operations, output
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.archive.journal import JournalEntry
from mediavault_tui.domain.text import printable, size

_UNITS = {"h": 3600, "d": 86400, "w": 7 * 86400}


@click.command(
    name="purge",
    epilog="Examples:\n\n  mediavault purge\n\n  mediavault purge --older-than 30d --yes\n\n"
    "  mediavault purge --dry-run\n\n  mediavault purge --older-than 0d --now-really",
)
@click.option(
    "--older-than", metavar="AGE", help="As 90d, 12w or 36h; the default is archive.grace_days of the config."
)
@click.option(
    "--now-really", is_flag=True,
    help="Trust the clock: also purge what was archived within the last day, or after a possible clock jump.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Check everything, delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per step, each on a line.")
@click.pass_obj
def command(
    globals_: Globals, older_than: str | None, now_really: bool, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Erase archived files, each only while the copy kept for it is there and can be read.

    Nothing is erased within a day of being archived, nor when the program hardly ran since: a clock that
    jumped ahead makes everything look old.
    """
    from mediavault_tui.engine import jobs

    age_s = seconds(older_than) if older_than else globals_.settings.archive.grace_days * 86400.0
    files, ready = _candidates(globals_, age_s, now_really=now_really)
    if ready and not dry_run and not yes:
        for moved in ready:
            output.print_message(f"{size(moved.file.size):>10}  {printable(moved.place)}")
    if ready and not dry_run:
        total = sum(moved.file.size for moved in ready)
        operations.confirm(f"Erase these {len(ready):,} files, {size(total)} in all, for good?", yes=yes)
    job = jobs.purge(files, older_than_s=age_s, dry_run=dry_run, now_really=now_really)
    steps = operations.run(globals_, job, as_json=as_json)
    raise SystemExit(operations.exit_code(steps))


def _candidates(
    globals_: Globals, age_s: float, *, now_really: bool
) -> tuple[list[JournalEntry], list[JournalEntry]]:
    """What is old enough by the clock, and what of it can be believed to be."""
    from mediavault_tui.engine.archive import grace_period
    from mediavault_tui.engine.archive.purge import purgeable
    from mediavault_tui.engine.vault import Vault

    async def ask(vault: Vault) -> tuple[list[JournalEntry], list[JournalEntry]]:
        found = await purgeable(vault, age_s, now_really=now_really)
        if now_really:
            return found, found
        too_soon = await grace_period.too_recent(vault, found, age_s, ask_disks=False)
        return found, [moved for moved in found if moved.id not in too_soon]

    operations.require_catalogue(globals_)
    with Vault(globals_.database, globals_.settings) as vault:
        return asyncio.run(ask(vault))


def seconds(age: str) -> float:
    """`90d` → seconds; a bare number is days.

    >>> seconds("12h")
    43200.0
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([hdw]?)", age.strip())
    if match is None:
        raise click.BadParameter(f"{age} is no age; 90d, 12w and 36h are", param_hint="--older-than")
    return float(match[1]) * _UNITS[match[2] or "d"]
