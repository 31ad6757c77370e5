"""`mediavault` without a command: the screens."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.errors import VaultError


@click.command(name="tui", epilog="Examples:\n\n  mediavault\n\n  mediavault /volume1/videos")
@click.argument("roots", metavar="[ROOT]…", nargs=-1, type=click.Path())
@click.pass_obj
def command(globals_: Globals, roots: tuple[str, ...]) -> None:
    """Open the screens, on ROOT… or else on the config's folders."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise VaultError(
            "the screens need a terminal",
            "Use `mediavault --headless` in scripts; `--help` lists the commands.",
        )
    raise SystemExit(_open(globals_, roots))


def open_comparison(globals_: Globals, a: bytes, b: bytes) -> int:
    """Open the screens on the comparison of two files; leaving it leaves the program. The exit code."""
    return _open(globals_, (), compare=(a, b))


def _open(globals_: Globals, roots: tuple[str, ...], compare: tuple[bytes, bytes] | None = None) -> int:
    from mediavault_tui import locations
    from mediavault_tui.engine.vault import Vault
    from mediavault_tui.ui.app import StartOptions, VaultApp

    settings = globals_.settings
    globals_.start_log()
    launch = StartOptions(
        settings=settings,
        config_file=globals_.config_file[0],
        log_file=globals_.log_file,
        roots=tuple(os.path.abspath(os.path.expanduser(root)) for root in roots),
        themes_folder=locations.themes_folder(),
        compare=compare,
    )
    with Vault(globals_.database, settings) as vault:
        app = VaultApp(vault, launch)
        with _stderr_to_log(launch.log_file):
            code = app.run()
        app.reading.close()
    if app.return_code and app.bugs:
        output.print_message(
            f"mediavault had to stop: {type(app.bugs[-1]).__name__}. Nothing is lost; start it again."
        )
        output.print_message(f"  The log says more: {launch.log_file}")
        return int(ExitCode.COULD_NOT_RUN)
    return code or int(ExitCode.DONE)


@contextmanager
def _stderr_to_log(log_file: os.PathLike[str]) -> Iterator[None]:
    """What C libraries write to stderr goes to the log instead of over the screens, which go on using the terminal."""
    terminal = os.dup(2)
    screen = os.fdopen(terminal, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    before, sys.__stderr__ = sys.__stderr__, screen  # type: ignore[misc]  # where Textual draws
    try:
        log = os.open(log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        log = os.open(os.devnull, os.O_WRONLY)
    os.dup2(log, 2)
    os.close(log)
    try:
        yield
    finally:
        screen.flush()
        os.dup2(terminal, 2)
        sys.__stderr__ = before  # type: ignore[misc]
        os.close(terminal)
