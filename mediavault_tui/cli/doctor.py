"""`mediavault doctor`: what is installed, what is missing, and how to get it, on one screen."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from mediavault_tui import __version__
from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.doctor_findings import Finding, findings_of
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.errors import ConfigError, VaultError

if TYPE_CHECKING:
    from mediavault_tui.engine.archive.protected_folders import Unmatched


@click.command(
    name="doctor",
    epilog="Examples:\n\n  mediavault doctor\n\n  mediavault doctor --all\n\n"
    "  mediavault doctor --backup /volume2/backup/catalogue.db",
)
@click.option("--all", "everything", is_flag=True, help="Every package, and how to install on every system.")
@click.option("--backup", metavar="FILE", type=click.Path(path_type=Path), help="Copy the catalogue to FILE.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def command(globals_: Globals, everything: bool, backup: Path | None, as_json: bool) -> None:
    """What is installed, what is missing, and how to get it.

    Exit code 1 when something needs attention; what is merely missing for some comfort is a hint.
    With --all, the catalogue's indexes are checked too, which takes a while for a large one.
    """
    from mediavault_tui.cli import doctor_report

    if backup is not None:
        _back_up(globals_, backup)
    report, findings = examine(globals_, thorough=everything)
    if as_json:
        output.json_document({**report, "findings": msgspec.to_builtins(findings)})
    else:
        doctor_report.show(report, findings, everything=everything)
    attention = any(finding.needs_attention for finding in findings)
    raise SystemExit(int(ExitCode.NEEDS_ATTENTION if attention else ExitCode.DONE))


def _back_up(globals_: Globals, target: Path) -> None:
    from mediavault_tui.domain.text import size
    from mediavault_tui.store.backup import back_up

    target = target.expanduser()
    copied = back_up(globals_.database, target)
    output.print_message(f"copied the catalogue to {target} ({size(copied)})")


def examine(globals_: Globals, *, thorough: bool = False) -> tuple[dict[str, Any], list[Finding]]:
    """All there is to report, and what of it is not as it could be."""
    from mediavault_tui.services import environment
    from mediavault_tui.services.terminal import capabilities
    from mediavault_tui.store import health

    config, roots, archives = _configuration(globals_)
    report = {
        "program": __version__,
        "python": environment.python(),
        "packages": environment.packages(),
        "libmediainfo": environment.mediainfo(),
        "libmpv": environment.mpv(),
        "ffmpeg": environment.ffmpeg(),
        "sqlite": health.sqlite_version(),
        "worker_processes": environment.worker_processes(),
        "catalogue": {
            **msgspec.to_builtins(health.health(globals_.database, thorough=thorough)),
            "folder": environment.folder(str(globals_.database.parent)),
        },
        **config,
        "roots": [environment.folder(path) for path in roots],
        "archives": [environment.folder(path) for path in archives],
        "protected": _protected(globals_),
        "terminal": environment.terminal(capabilities.ask()),
    }
    built: dict[str, Any] = msgspec.to_builtins(report)
    return built, findings_of(built)


def _configuration(globals_: Globals) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    """Where config and log are, what is wrong with the config, the folders to scan and to archive to."""
    path, _ = globals_.config_file
    config: dict[str, Any] = {"config_file": {"path": str(path), "exists": path.exists()}, "log_file": None}
    try:
        settings, config["log_file"] = globals_.settings, str(globals_.log_file)
    except ConfigError as error:
        config["config_file"] |= {"problem": error.message, "remedy": error.remedy}
        return config, (), ()
    return config, _absolute(settings.scan.roots), _absolute(settings.archive.roots)


def _protected(globals_: Globals) -> "list[Unmatched]":
    """Entries of `archive.protected` that protect nothing."""
    from mediavault_tui.engine.archive import protected_folders
    from mediavault_tui.store.database import reading

    try:
        settings = globals_.settings
    except ConfigError:
        return []  # told already
    try:
        with reading(globals_.database) as connection:
            return protected_folders.unmatched(connection, settings)
    except VaultError:  # no catalogue yet, or none that can be read
        return protected_folders.unmatched(None, settings)


def _absolute(folders: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(Path(folder).expanduser()) for folder in folders)
