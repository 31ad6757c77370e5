"""`mediavault history`: the journal of what was moved, restored and purged."""

import time
from typing import TYPE_CHECKING, Any

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.text import printable, size

if TYPE_CHECKING:
    from mediavault_tui.domain.archive.journal import JournalEntry


@click.command(
    name="history", epilog="Examples:\n\n  mediavault history\n\n  mediavault history --in-archive --json"
)
@click.option("--in-archive", is_flag=True, help="Only what can be put back.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Only the newest N.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@click.pass_obj
def command(globals_: Globals, in_archive: bool, limit: int | None, as_json: bool) -> None:
    """List what was moved, where from and where to, newest first. The numbers are for `restore`."""
    from mediavault_tui.domain.archive.journal import State
    from mediavault_tui.store import journal
    from mediavault_tui.store.database import reading

    with reading(globals_.database) as connection:
        found = journal.history(connection)
    if in_archive:
        found = [moved for moved in found if moved.state is State.MOVED]
    found = found[:limit]
    if as_json:
        output.json_document([fields(moved, globals_.settings.archive.grace_days) for moved in found])
        return
    output.table(
        (">id", "when", "what", "state", ">size", "from", "now at"),
        (
            (
                moved.id, _moment(moved.moved_at), f"{moved.op} op{moved.operation}", moved.state,
                size(moved.file.size), printable(moved.origin),
                printable(moved.place) if moved.state is State.MOVED else "",
            )
            for moved in found
        ),
    )  # fmt: skip


def fields(moved: "JournalEntry", grace_days: int) -> dict[str, Any]:
    """A moved file for scripts."""
    return {
        "id": moved.id,
        "operation": moved.operation,
        "op": moved.op,
        "path": output.path_text(moved.origin),
        "to": output.path_text(moved.place),
        "bytes": moved.file.size,
        "group": moved.group,
        "bundle": moved.bundle,
        "video": moved.is_video,
        "state": moved.state,
        "reason": moved.reason,
        "keeper": output.path_text(moved.keeper),
        "moved_at": _moment(moved.moved_at),
        "ended_at": _moment(moved.ended_at) if moved.ended_at is not None else None,
        "purge_after": _moment(moved.moved_at + grace_days * 86400) if moved.is_kept else None,
    }


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds))
