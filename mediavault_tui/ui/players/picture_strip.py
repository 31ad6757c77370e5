"""A line of a picture as Textual wants it, without the cost of a style object for each cell.

Textual's own strips hold a list of segments, one for each pair of colours: nine thousand a frame for two
panes. Here the bytes are made for the whole picture at once, and segments only where somebody asks for
them: under a dialog, in a screenshot.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from mediavault_tui.services.terminal import cells as terminal_cells
from mediavault_tui.services.terminal import kitty
from mediavault_tui.services.terminal.capabilities import Depth
from mediavault_tui.services.terminal.cells import GLYPHS, Cells

BLANK = Style(color="white", bgcolor="black")


class Picture(Protocol):
    """What can be shown in a pane."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def written(self, row: int, start: int, end: int) -> str:
        """What to write for a row, from column `start` to before `end`; colours are reset after it."""

    def segments(self, row: int, start: int, end: int) -> list[Segment]:
        """The same as Textual's own strips hold it: slow but complete."""


class Painted(NamedTuple):
    """Cells and, for each row, what to write for all of it."""

    cells: Cells
    rows: Sequence[str]

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.cells.size

    def written(self, row: int, start: int, end: int) -> str:
        """See Picture."""
        if (start, end) == (0, self.cells.size[0]):
            return self.rows[row]
        part = self.cells.part(slice(row, row + 1))
        return terminal_cells.encode(part, np.array([start]), np.array([end]))[0]

    def segments(self, row: int, start: int, end: int) -> list[Segment]:
        """See Picture."""
        cells = self.cells
        return [
            Segment(
                GLYPHS[cells.glyphs[row, column]],
                Style(
                    color=_colour(cells.fore[row, column].tolist(), cells.depth),
                    bgcolor=_colour(cells.back[row, column].tolist(), cells.depth),
                ),
            )
            for column in range(start, end)
        ]


def painted(cells: Cells) -> Painted:
    """Encode a picture; thread-safe, and best done outside the event loop."""
    return Painted(cells, terminal_cells.encode(cells))


class Drawn(NamedTuple):
    """A picture of real pixels: the cells are only its place."""

    size: tuple[int, int]
    """Columns and rows."""
    number: int
    """Of a picture that shows in placeholders; 0 where the pixels lie over blanks."""
    parts: tuple[tuple[int, int, str], ...]
    """Column, row, and what draws that part of the picture when it is written there."""
    erased: Callable[[], object] = tuple
    """Called when blanks are written, which erases the pixels that lay over them."""

    def written(self, row: int, start: int, end: int) -> str:
        """See Picture."""
        if self.number:
            return kitty.placeholders(self.number, row, start, end)
        self.erased()
        return f"\x1b[40m{' ' * (end - start)}\x1b[0m"

    def segments(self, row: int, start: int, end: int) -> list[Segment]:
        """See Picture. Nothing can be laid over real pixels, and no screenshot holds them."""
        return [Segment(" " * (end - start), BLANK)]


class PictureStrip(Strip):
    """Part of one row of a picture."""

    __slots__ = ["_end", "_made", "_picture", "_row", "_start"]

    def __init__(self, picture: Picture, row: int, start: int, end: int) -> None:
        self._picture, self._row, self._start, self._end = picture, row, start, end
        self._made: list[Segment] | None = None
        super().__init__((), end - start)

    def render(self, console: Console) -> str:
        """The escape sequences and characters; Textual has moved the cursor already."""
        if self._render_cache is None:
            self._render_cache = self._picture.written(self._row, self._start, self._end)
        return self._render_cache

    def crop(self, start: int, end: int | None = None) -> Strip:
        """A shorter piece of it."""
        length = self._end - self._start
        stop = length if end is None else min(end, length)
        return PictureStrip(
            self._picture, self._row, self._start + max(0, start), self._start + max(start, stop, 0)
        )

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """The pieces between cuts."""
        pieces, begin = [], 0
        for cut in cuts:
            if cut <= self._end - self._start:
                pieces.append(self.crop(begin, cut))
                begin = cut
        return pieces

    @property
    def _segments(self) -> list[Segment]:
        """Textual reaches for these when it joins strips."""
        if self._made is None:
            self._made = self._picture.segments(self._row, self._start, self._end)
        return self._made

    @_segments.setter
    def _segments(self, _nothing: list[Segment]) -> None:
        """The base class has none to give."""

    def __iter__(self) -> Iterator[Segment]:
        return iter(self._segments)

    def __bool__(self) -> bool:
        return self._end > self._start

    def __len__(self) -> int:
        return len(self._segments)

    @property
    def text(self) -> str:
        """Characters without colours."""
        return "".join(segment.text for segment in self._segments)

    @property
    def cell_count(self) -> int:
        """Each character is one cell."""
        return self._end - self._start

    @property
    def link_ids(self) -> set[str]:
        """There are no links in a picture."""
        return set()

    def apply_style(self, style: Style) -> Strip:
        """A picture keeps its colours, whatever lies over it."""
        return self


def _colour(value: list[int], depth: Depth) -> Color:
    return Color.from_rgb(*value) if depth is Depth.TRUE else Color.from_ansi(value[0])
