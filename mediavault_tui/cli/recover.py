"""`mediavault recover`: finish or take back what a crash left half done."""

import click

from mediavault_tui.cli import archiving, output, running
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.events import Event
from mediavault_tui.domain.moves import StepEnded


@click.command(name="recover", epilog="Example:\n\n  mediavault recover --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@click.pass_obj
def command(globals_: Globals, as_json: bool) -> None:
    """Finish or take back what a crash left half done, and say what was done.

    Every command that moves files does this first; after a power cut it is the one to run.
    """
    from mediavault_tui.engine.recover import recover
    from mediavault_tui.engine.vault import Vault
    from mediavault_tui.store.database import exclusive

    archiving.require_catalogue(globals_)
    steps: list[StepEnded] = []

    def show(event: Event) -> None:
        assert isinstance(event, StepEnded)
        steps.append(event)
        if not as_json:
            output.data(archiving.words(event))

    with exclusive(globals_.database, "recover is"), Vault(globals_.database, globals_.settings) as vault:
        running.run(recover(vault), show)
    if as_json:
        output.json_document([archiving.step_fields(step) for step in steps])
    elif not steps and not globals_.quiet:
        output.talk("nothing was left half done")
    raise SystemExit(archiving.exit_code(steps))
