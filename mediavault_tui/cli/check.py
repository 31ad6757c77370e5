"""`mediavault check`: are files whole?"""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mediavault_tui.cli import job_runner, output
from mediavault_tui.cli.check_progress import CheckProgressLine
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.domain import allowed_hours, wholeness
from mediavault_tui.domain.events import CheckEnded, Event, FileChecked
from mediavault_tui.domain.text import duration, printable, size
from mediavault_tui.domain.wholeness import Health

if TYPE_CHECKING:
    from mediavault_tui.engine.vault import Vault


@click.command(
    name="check",
    epilog="Examples:\n\n  mediavault check\n\n  mediavault check /volume1/videos/Film.mkv --deep\n\n"
    "  mediavault check --due --json >> check.jsonl",
)
@click.argument("paths", metavar="[PATH]…", nargs=-1, type=click.Path())
@click.option("--deep", is_flag=True, help="Decode every frame, not only keyframes.")
@click.option(
    "--due", is_flag=True,
    help="Only files that were never checked or have changed since, and only within check.hours of the config.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="A JSON object per file, each on a line.")
@click.pass_obj
def command(globals_: Globals, paths: tuple[str, ...], deep: bool, due: bool, as_json: bool) -> None:
    """Read files from end to end: are they whole?

    Every packet is read and every key frame decoded; what is found is kept in the catalogue. PATH is a file or a
    folder; without one, everything in the catalogue is read. Files that are not in the catalogue are examined too,
    but nothing is kept.
    """
    from mediavault_tui.engine import jobs
    from mediavault_tui.engine.vault import Vault
    from mediavault_tui.store.database import exclusive

    job = jobs.check([os.fsencode(os.path.expanduser(path)) for path in paths], deep=deep, due=due)
    globals_.start_log()
    with contextlib.ExitStack() as stack:
        database = globals_.database
        if paths and not database.exists():  # none is made by looking at a file
            database = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "catalogue.db"
        elif not paths:
            from mediavault_tui.cli.operations import require_catalogue

            require_catalogue(globals_)
        stack.enter_context(exclusive(database, job.lock))
        vault = stack.enter_context(Vault(database, globals_.settings))
        show = _Show(as_json=as_json, quiet=globals_.quiet)
        if due and not _may_begin(vault):
            raise SystemExit(int(ExitCode.DONE))
        ended = job_runner.run(job.events(vault), show)
    assert isinstance(ended, CheckEnded)
    if not as_json and not globals_.quiet:
        _summary(ended)
    fine = not (ended.suspect or ended.damaged or ended.unreadable)
    raise SystemExit(int(ExitCode.DONE if fine else ExitCode.NEEDS_ATTENTION))


def _may_begin(vault: "Vault") -> bool:
    from mediavault_tui.engine.check import is_time

    if is_time(vault):
        return True
    allowed = allowed_hours.spoken(vault.settings.check.hours)
    output.print_message(
        f"nothing was read: it is {time.strftime('%H:%M')}, and check.hours allows {allowed}"
    )
    return False


def fields(event: FileChecked) -> dict[str, Any]:
    """A checked file for scripts."""
    found = event.found
    return {
        "path": output.path_text(event.path),
        "status": found.status,
        "findings": [
            {
                "kind": each.kind,
                "track": each.track,
                "start_s": _rounded(each.start_s),
                "end_s": _rounded(each.end_s),
                "detail": wholeness.said(each, ends_s(event)),
                "weight": each.weight,
            }
            for each in found.findings
        ],
        "bytes_read": found.bytes_read,
        "seconds": round(event.seconds, 3),
        "duration_s": _rounded(found.duration_s),
        "content_bytes": found.content_bytes,
        "key_frames": found.key_frames,
        "deep": found.deep,
        "stored": event.is_known,
    }


def ends_s(event: FileChecked) -> float | None:
    """Where the file ends, as measured."""
    return max((track.end_s or 0.0 for track in event.found.tracks), default=0.0) or None


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


class _Show:
    """Files on stdout, how far it is on stderr."""

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self._json, self._quiet = as_json, quiet
        self._line = CheckProgressLine(quiet=quiet)

    def __call__(self, event: Event) -> None:
        self._line(event)
        if not isinstance(event, FileChecked):
            return
        if self._json:
            output.json_line(fields(event))
        elif event.found.status is not Health.WHOLE or not self._quiet:
            said = wholeness.words(event.found) or "; ".join(wholeness.remarks(event.found))
            output.data(f"{event.found.status:<10} {printable(event.path)}" + (f": {said}" if said else ""))
        if not event.is_known and not self._quiet:
            output.print_message(f"not in the catalogue, so nothing is kept: {printable(event.path)}")


def _summary(ended: CheckEnded) -> None:
    counts = [
        f"{count:,} {word}"
        for word, count in (
            ("whole", ended.whole), ("suspect", ended.suspect), ("damaged", ended.damaged),
            ("unreadable", ended.unreadable),
        )
        if count or word == "whole"
    ]  # fmt: skip
    left = f"; {ended.left:,} left for later: check.hours" if ended.left else ""
    output.data(", ".join(counts) + f"; {size(ended.bytes_read)} read in {duration(ended.seconds)}{left}")
