"""`mediavault parse`: shows how names are understood."""

import sys
from collections.abc import Iterator

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.schemas import name_fields
from mediavault_tui.domain.media import ReleaseName

NAMES_PER_TASK = 50
ENOUGH_FOR_WORKERS = 200  # below this, starting processes costs more than it saves


@click.command(
    name="parse",
    epilog="Examples:\n\n  mediavault parse RedDwarf_TVLab_s01e01.mkv\n\n"
    "  mediavault parse 'Show/Season 02/03.mkv' --json\n\n  ls | mediavault parse -",
)
@click.argument("names", metavar="NAME… [-]", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one per name, in order.")
def command(names: tuple[str, ...], as_json: bool) -> None:
    """Show shows how names are understood; `-` reads them from stdin, one per line. Folders in a NAME count."""
    for name, said in _read(list(_lines(names))):
        if as_json:
            output.json_line({"name": name, **name_fields(said)})
        else:
            output.data(_words(name, said))


def _lines(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name == "-":
            for line in sys.stdin.buffer:
                yield line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        else:
            yield name


def parse_all(names: list[str]) -> list[ReleaseName]:
    """In a worker: read each name."""
    from mediavault_tui.domain.names import parse

    return [parse(name) for name in names]


def _read(names: list[str]) -> Iterator[tuple[str, ReleaseName]]:
    if len(names) < ENOUGH_FOR_WORKERS:
        yield from zip(names, parse_all(names), strict=True)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from mediavault_tui.services.workers import available_cores

    portions = [names[at : at + NAMES_PER_TASK] for at in range(0, len(names), NAMES_PER_TASK)]
    with ProcessPoolExecutor(available_cores(), mp_context=get_context("spawn")) as pool:
        for portion, said in zip(portions, pool.map(parse_all, portions), strict=True):
            yield from zip(portion, said, strict=True)


def _words(name: str, said: ReleaseName) -> str:
    from mediavault_tui.domain.text import printable

    fields = {key: value for key, value in name_fields(said).items() if value not in (None, [], False)}
    listed = "  ".join(f"{key}={printable(str(value))}" for key, value in fields.items())
    return f"{printable(name)}\n    {listed}"
