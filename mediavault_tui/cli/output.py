"""Results go to stdout, messages to stderr; these are the only writers of either."""

import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from mediavault_tui.domain.text import printable

LONG_CELL = 28
"""A column with cells wider than this gets lines of its own where the whole does not fit."""


class ExitCode(IntEnum):
    """What scripts may rely on."""

    DONE = 0
    NEEDS_ATTENTION = 1
    USAGE = 2
    COULD_NOT_RUN = 3
    INTERRUPTED = 130


def escape_what_cannot_be_shown() -> None:
    """A terminal or pipe that is not UTF-8 gets escapes for what it has no letters for, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def path_text(path: bytes) -> str:
    """A path for JSON: bytes that are not UTF-8 travel as surrogate escapes."""
    return os.fsdecode(path)


def json_document(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(_json(value) + "\n")


def json_array(values: Iterable[Any]) -> None:
    """One JSON array on stdout, an element a line, without holding all of them."""
    separator = "["
    for value in values:
        sys.stdout.write(separator + "\n" + _json(value))
        separator = ","
    sys.stdout.write("[]\n" if separator == "[" else "\n]\n")


def json_line(value: Any) -> None:
    """One line of JSON Lines on stdout, at once."""
    sys.stdout.write(_json(value) + "\n")
    sys.stdout.flush()


def _json(value: Any) -> str:
    # ASCII only: a lone surrogate cannot be written as UTF-8, and \udcXX is what the reader expects.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def data(line: str = "") -> None:
    """A line of text for the user who asked for it, on stdout."""
    sys.stdout.write(line + "\n")


def print_message(line: str) -> None:
    """A line about what is going on, on stderr."""
    sys.stderr.write(line + "\n")


def print_error(message: str, remedy: str = "") -> None:
    """An error, with what to do about it."""
    print_message(f"mediavault: {printable(message)}" + (f"\n  {printable(remedy)}" if remedy else ""))


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout; cells are made harmless and never read as markup. `>` before a title: to the right.

    Where a terminal is too narrow for it, each row becomes a line of its short cells, and below it a line
    for each long one: a path broken over five lines cannot be read, and not be copied.
    """
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    titles = [title.lstrip(">") for title in header]
    widths = [max(map(_width, column)) for column in zip(titles, *cells, strict=True)]
    if sys.stdout.isatty() and sum(widths) + 2 * (len(widths) - 1) > shutil.get_terminal_size().columns:
        _stacked(cells, [width > LONG_CELL for width in widths])
        return
    to_the_right = [title.startswith(">") for title in header]
    in_bold = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    first = _line(titles, widths, to_the_right)
    data(f"\x1b[1m{first}\x1b[0m" if in_bold else first)
    for row in cells:
        data(_line(row, widths, to_the_right))


def _line(cells: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> str:
    parts = []
    for cell, width, right in zip(cells, widths, to_the_right, strict=True):
        space = " " * (width - _width(cell))
        parts.append(space + cell if right else cell + space)
    return "  ".join(parts).rstrip()


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _stacked(rows: Iterable[Sequence[str]], is_long: Sequence[bool]) -> None:
    for row in rows:
        short = [cell for cell, long in zip(row, is_long, strict=True) if cell and not long]
        first, *others = ["  ".join(short), *(cell for cell, long in zip(row, is_long, strict=True) if long)]
        data(first or others.pop(0))
        for cell in others:
            data("  " + cell)
