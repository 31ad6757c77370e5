"""`mediavault recover`: finish or take back what a crash left half done."""

import os

import click

from mediavault_tui.cli import job_runner, operations, output
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.archive.journal import StepEnded
from mediavault_tui.domain.events import Event


@click.command(
    name="recover",
    epilog="Examples:\n\n  mediavault recover --json\n\n"
    "  mediavault recover --from-archive /volume1/videos/.mediavault-archive",
)
@click.option(
    "--from-archive", metavar="FOLDER", multiple=True, type=click.Path(),
    help="The catalogue is lost: rebuild the journal from this archive folder.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@click.pass_obj
def command(globals_: Globals, from_archive: tuple[str, ...], as_json: bool) -> None:
    """Finish or take back what a crash left half done, and say what was done.

    Every command that moves files does this first; after a power cut it is the one to run. With
    --from-archive the journal of another catalogue is made again from the manifest in an archive folder, so
    that `mediavault restore` can put everything back.
    """
    from mediavault_tui.engine import jobs
    from mediavault_tui.engine.archive.journal_rebuild import rebuild
    from mediavault_tui.engine.vault import Vault
    from mediavault_tui.store.database import exclusive

    if not from_archive:
        operations.require_catalogue(globals_)
    folders = [os.path.realpath(os.fsencode(os.path.expanduser(each))) for each in from_archive]
    roots = [os.path.realpath(os.fsencode(os.path.expanduser(each))) for each in globals_.settings.scan.roots]
    steps: list[StepEnded] = []

    def show(event: Event) -> None:
        assert isinstance(event, StepEnded)
        steps.append(event)
        if not as_json:
            output.data(operations.words(event))

    job = jobs.recover()
    with exclusive(globals_.database, job.lock), Vault(globals_.database, globals_.settings) as vault:
        job_runner.run(job.events(vault), show)
        for folder in folders:
            job_runner.run(rebuild(vault, folder, roots), show)
    if as_json:
        output.json_document([operations.step_fields(step) for step in steps])
    elif not steps and not globals_.quiet:
        output.print_message(
            "nothing new is in the archive" if from_archive else "nothing was left half done"
        )
    raise SystemExit(operations.exit_code(steps))
