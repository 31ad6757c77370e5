"""`mediavault`: reads the command line, opens what a command needs, turns errors into exit codes.

Commands live one to a file beside this one and are imported only when called, so that `--version` and a
headless scan never load the screens.
"""

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from mediavault_tui import __version__
from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.errors import VaultError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# name → (module, first line of its help): what `--help` lists without importing anything else.
COMMANDS = {
    "init": ("init", "Find the folders with videos and write a first config."),
    "tui": ("tui", "Open the screens; the default when only folders are named."),
    "scan": ("scan", "Bring the catalogue in line with what is on the disks."),
    "check": ("check", "Read files from end to end: are they whole?"),
    "files": ("files", "List the catalogue."),
    "parse": ("parse", "Show shows how names are understood."),
    "dupes": ("dupes", "List duplicate groups: why they are, which copy to keep, what would be lost."),
    "compare": ("compare", "Compare two files."),
    "plan": ("plan", "Show what archiving would do; touch nothing."),
    "apply": ("apply", "Prove a plan again, step by step, and carry it out."),
    "history": ("history", "List what was moved, where from and where to."),
    "restore": ("restore", "Put files back where they were."),
    "purge": ("purge", "Erase archived files after their grace period."),
    "recover": ("recover", "Finish or take back what a crash left half done."),
    "stats": ("stats", "Figures about the collection."),
    "doctor": ("doctor", "What is installed, what is missing, and how to get it."),
    "config": ("config", "Show the effective settings."),
    "demo": ("demo", "Build a small sample library of real videos."),
    "completion": ("completion", "Print the completion script for a shell."),
    "manual": ("manual", "Print the manual as a man page."),
}

_FLAGS_WITH_VALUE = ("--config", "--db", "--log-file")
_FLAGS = ("-v", "-vv", "--verbose", "-q", "--quiet")


class LazyGroup(click.Group):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a day's work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mediavault_tui.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Commands and options, and what `normalize_arguments` makes of the rest: --headless, and folders."""
        from click.shell_completion import CompletionItem

        found = super().shell_complete(ctx, incomplete)
        if incomplete and "--headless".startswith(incomplete):
            found.append(CompletionItem("--headless", help="Scan and match without a screen."))
        if "/" in incomplete or incomplete.startswith((".", "~")):
            found.append(CompletionItem(incomplete, type="dir"))
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List names and first lines."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="[OPTIONS]",
    subcommand_metavar="[ROOT… | COMMAND …]",
    epilog="Examples:\n\n  mediavault --headless /volume1/videos\n\n  mediavault files --where kind=movie --json",
)
@click.option("--config", "config_file", metavar="FILE", help="Config file to use.")
@click.option("--db", "database", metavar="FILE", help="Catalogue to use.")
@click.option("--log-file", metavar="FILE", help="Where to write the log.")
@click.option("-v", "--verbose", count=True, help="More detail; twice for even more.")
@click.option("-q", "--quiet", is_flag=True, help="Show errors only.")
@click.version_option(__version__, prog_name="mediavault", message="%(prog)s %(version)s")
@click.pass_context
def group(
    ctx: click.Context,
    config_file: str | None,
    database: str | None,
    log_file: str | None,
    verbose: int,
    quiet: bool,
) -> None:
    """Find, compare and safely archive duplicate films and episodes.

    Without a command, ROOT… opens the screens on those folders; with --headless it scans and matches
    without a screen.
    """
    ctx.obj = Globals(config_file, database, log_file, verbose, quiet)


def normalize_arguments(arguments: Sequence[str]) -> list[str]:
    """Global options first, wherever they were given; then the command, `scan` for `--headless`.

    >>> arranged(["scan", "/videos", "--db", "x.db"])
    ['--db', 'x.db', 'scan', '/videos']
    >>> arranged(["--headless", "/videos"])
    ['scan', '/videos']
    >>> arranged(["/videos"])
    ['tui', '/videos']

    Raises a usage error for a word that is neither a command nor a folder.
    """
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        if word in _FLAGS_WITH_VALUE and waiting:
            front += [word, waiting.pop(0)]
        elif word in _FLAGS or word.startswith(tuple(flag + "=" for flag in _FLAGS_WITH_VALUE)):
            front.append(word)
        else:
            rest.append(word)
    return front + _with_command(rest)


def _with_command(rest: list[str]) -> list[str]:
    """The command in front: `scan` for `--headless`, the screens where only roots (or nothing) are named."""
    options = rest[: rest.index("--")] if "--" in rest else rest
    if "--headless" in options:
        rest.remove("--headless")
        return rest if rest[:1] == ["scan"] else ["scan", *rest]
    if not options:
        return ["tui", *rest]
    first = options[0]
    if first in COMMANDS or first.startswith("-"):
        return rest
    if os.sep not in first and not os.path.isdir(first):
        raise click.UsageError(f"there is no command and no folder {first!r}{_nearest(first)}")
    return ["tui", *rest]


def _nearest(word: str) -> str:
    import difflib

    found = difflib.get_close_matches(word, COMMANDS, n=1)
    return f"; did you mean `mediavault {found[0]}`?" if found else "; `mediavault --help` lists the commands"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit with one of `ExitCode`."""
    output.escape_what_cannot_be_shown()
    try:
        given = normalize_arguments(sys.argv[1:] if arguments is None else arguments)
        group.main(given, prog_name="mediavault", standalone_mode=False)
        code = int(ExitCode.DONE)
    except click.exceptions.Exit as end:
        code = end.exit_code
    except (click.Abort, KeyboardInterrupt):
        output.print_message("interrupted")
        code = int(ExitCode.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        code = int(ExitCode.USAGE)
    except VaultError as error:
        output.print_error(error.message, error.remedy)
        code = error.exit_code
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 128 + signal.SIGPIPE
    sys.stdout.flush()
    sys.exit(code)
