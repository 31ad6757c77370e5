"""`mediavault scan`, also called as `mediavault --headless`."""

import contextlib
import logging

import click

from mediavault_tui.cli import job_runner, output, progress
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.domain.archive.journal import Status, StepEnded
from mediavault_tui.domain.events import Event, Finished, Phase
from mediavault_tui.domain.text import duration, size
from mediavault_tui.errors import RootUnavailable


@click.command(
    name="scan",
    epilog="Examples:\n\n  mediavault scan /volume1/videos\n\n  mediavault scan --only walk,names\n\n"
    "  mediavault --headless --json >> scan.jsonl",
)
@click.argument("roots", metavar="[ROOT]…", nargs=-1, type=click.Path())
@click.option("--full", is_flag=True, help="Read media info again, even of files that failed before.")
@click.option("--only", metavar="PHASE[,PHASE…]", help="Run these phases only: " + ", ".join(Phase) + ".")
@click.option("--jobs", metavar="N", type=click.IntRange(min=0), help="Worker processes; 0 is one per core.")
@click.option(
    "--hash-all", is_flag=True, help="Read every byte of every file and compare with its stored hash."
)
@click.option(
    "--accept-new-device",
    is_flag=True,
    help="Accept a folder that is on another disk than before.",
)
@click.option("--json", "as_json", is_flag=True, help="Events as JSON Lines on stdout.")
@click.pass_obj
def command(
    globals_: Globals,
    roots: tuple[str, ...],
    full: bool,
    only: str | None,
    jobs: int | None,
    hash_all: bool,
    accept_new_device: bool,
    as_json: bool,
) -> None:
    """Bring the catalogue in line with what is on the disks.

    Without ROOT the config's folders are scanned. A scan that was stopped goes on where it was; files that
    did not change are not read again.
    """
    import msgspec

    from mediavault_tui.engine import jobs as registry
    from mediavault_tui.engine.scan import ScanOptions
    from mediavault_tui.engine.vault import Vault
    from mediavault_tui.store.database import exclusive

    settings = globals_.settings
    if jobs is not None:
        settings = msgspec.structs.replace(settings, scan=msgspec.structs.replace(settings.scan, jobs=jobs))
    options = ScanOptions(
        roots=globals_.roots(roots),
        phases=phases(only),
        full=full,
        hash_all=hash_all,
        accept_new_device=accept_new_device,
    )
    job = registry.scan(options, with_rules=True)
    refused = False
    globals_.start_log()
    logging.getLogger("mediavault.scan").info("scan of %s", options.roots)
    with contextlib.ExitStack() as stack:
        stack.enter_context(exclusive(globals_.database, job.lock))
        vault = stack.enter_context(Vault(globals_.database, settings))
        show = stack.enter_context(progress.listener(as_json=as_json, quiet=globals_.quiet))

        def show_and_log(event: Event) -> None:
            nonlocal refused
            refused |= isinstance(event, StepEnded) and event.status is not Status.DONE
            show(event)
            progress.log_event(event)

        finished = job_runner.run(job.events(vault), show_and_log)
    assert isinstance(finished, Finished)
    code = max(_exit_code(finished, len(options.roots)), int(refused))
    if not as_json and not globals_.quiet:
        _summary(finished)
    raise SystemExit(code)


def phases(only: str | None) -> frozenset[Phase]:
    """The phases of `--only`, or all. Raises a usage error naming the unknown one."""
    if only is None:
        return frozenset(Phase)
    wanted = [word.strip() for word in only.split(",") if word.strip()]
    unknown = [word for word in wanted if word not in list(Phase)]
    if unknown or not wanted:
        known = ", ".join(Phase)
        raise click.BadParameter(
            f"no phase {', '.join(unknown) or 'given'}; there are {known}", param_hint="--only"
        )
    return frozenset(Phase(word) for word in wanted)


def _exit_code(finished: Finished, roots: int) -> int:
    if len(finished.roots_offline) == roots:
        raise RootUnavailable("no folder could be scanned", "Check its name, and that its disk is mounted.")
    attention = finished.skipped or finished.files_damaged or finished.roots_offline
    return int(ExitCode.NEEDS_ATTENTION if attention else ExitCode.DONE)


def _summary(finished: Finished) -> None:
    rows = [
        ("files", f"{finished.files_found:,}"),
        ("new", f"{finished.files_new:,}"),
        ("changed", f"{finished.files_updated:,}"),
        ("missing", f"{finished.files_missing:,}"),
        ("damaged", f"{finished.files_damaged:,}"),
        ("skipped", f"{finished.skipped:,}"),
        ("content read", size(finished.bytes_read)),
        ("time", duration(finished.seconds)),
        *((f"  {phase}", duration(seconds)) for phase, seconds in finished.phases.items()),
    ]
    for name, value in rows:
        output.data(f"{name:<14} {value:>12}")
