"""`mediavault init`: the first config, from a few questions."""

import os
import sys
from pathlib import Path

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.domain.text import printable
from mediavault_tui.errors import ConfigError, RootUnavailable
from mediavault_tui.services import folder_suggestions


@click.command(
    name="init",
    epilog="Examples:\n\n  mediavault init\n\n  mediavault init --yes /volume1/videos /volume2/series",
)
@click.argument("roots", metavar="[ROOT]…", nargs=-1, type=click.Path())
@click.option("--yes", is_flag=True, help="Do not ask: use ROOT…, or every folder with videos.")
@click.pass_context
def command(ctx: click.Context, roots: tuple[str, ...], yes: bool) -> None:
    """Find the folders with videos, write a commented config, and offer the first scan.

    An existing config is never overwritten.
    """
    globals_ = ctx.find_object(Globals)
    assert globals_ is not None
    path = globals_.config_file[0]
    if path.exists():
        raise ConfigError(f"there is a config already: {path}", "Edit it, or name another with --config.")
    chosen = _checked(roots) if roots else _choose(yes=yes)
    _write(path, chosen)
    output.data(f"wrote {path}")
    if not yes and sys.stdin.isatty() and click.confirm("Scan now?", default=True, err=True):
        from mediavault_tui.cli.scan import command as scan

        ctx.invoke(scan, roots=tuple(chosen))
    else:
        output.data("next: mediavault scan")


def _checked(roots: tuple[str, ...]) -> list[str]:
    chosen = [folder_suggestions.absolute(root) for root in roots]
    for root in chosen:
        if not os.path.isdir(root):
            raise RootUnavailable(f"{root} is not a folder", "Check the name, and that its disk is mounted.")
    return chosen


def _choose(*, yes: bool) -> list[str]:
    """Show what was found and ask; Enter takes all."""
    found = found_folders()
    if yes or not sys.stdin.isatty():
        if not found:
            raise RootUnavailable(
                "no folder with videos was found", "Name the folders: mediavault init ROOT…"
            )
        return list(found)
    for number, (path, videos) in enumerate(found.items(), 1):
        output.print_message(f"{number:3}  {printable(path)}  ({videos} videos seen)")
    if not found:
        output.print_message("No folder with videos was found in the usual places.")
    question = "Folders to scan: numbers, paths, or Enter for all" if found else "Folder to scan"
    while True:
        answer = click.prompt(question, default="all" if found else None, err=True)
        try:
            return _answered(str(answer), list(found))
        except RootUnavailable as error:
            output.print_message(error.message)


def _answered(answer: str, found: list[str]) -> list[str]:
    """`1,3`, `all`, or a path. Raises RootUnavailable for what is neither."""
    if answer == "all":
        return found
    words = [word.strip() for word in answer.split(",") if word.strip()]
    numbers = [int(word) for word in words if word.isdigit()]
    if len(numbers) == len(words) and all(0 < number <= len(found) for number in numbers):
        return [found[number - 1] for number in numbers]
    return _checked(tuple(words))


def found_folders() -> dict[str, int]:
    """Likely folders with videos in them or a little below, and how many were seen; the outermost only."""
    found: dict[str, int] = {}
    for place in folder_suggestions.likely():
        if place == "/" or any(place == path or place.startswith(path + "/") for path in found):
            continue
        if videos := folder_suggestions.look([place])[place].videos:
            found[place] = videos
    return found


def _write(path: Path, roots: list[str]) -> None:
    from mediavault_tui.config_sample import first_config

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(first_config(Settings(scan=Scan(roots=tuple(roots)))))
    except OSError as error:
        raise ConfigError(
            f"config {path} cannot be written: {error.strerror}", "Name another place with --config."
        ) from error
