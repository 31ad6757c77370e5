"""`mediavault config`: the effective settings, or a commented sample to start from."""

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals


@click.command(
    name="config",
    epilog="Examples:\n\n  mediavault config\n\n  mediavault config --sample > ~/.config/mediavault/config.yaml",
)
@click.option("--sample", is_flag=True, help="Print every setting with its default and what it is for.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def command(globals_: Globals, sample: bool, as_json: bool) -> None:
    """Show the effective settings: config file, then environment, then flags."""
    import msgspec
    import yaml

    from mediavault_tui.config_sample import sample_config

    if sample:
        output.data(sample_config().rstrip("\n"))
        return
    path, _ = globals_.config_file
    settings = msgspec.to_builtins(globals_.settings)
    if as_json:
        output.json_document({"config_file": str(path), "database": str(globals_.database), **settings})
        return
    output.data(f"# config file: {path}" + ("" if path.exists() else " (does not exist: defaults)"))
    output.data(f"# catalogue: {globals_.database}")
    output.data(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True).rstrip("\n"))
