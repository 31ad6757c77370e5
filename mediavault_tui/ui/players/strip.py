"""A line of painted cells as Textual wants it, without the cost of a style object for each cell.

Textual's own strips hold a list of segments, one for each pair of colours: nine thousand a frame for two
panes. Here the bytes are made for the whole picture at once (`services/painting.encode`), and segments
only where somebody asks for them: under a dialog, in a screenshot.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from mediavault_tui.services import painting
from mediavault_tui.services.painting import GLYPHS, Cells, Depth


class Painted(NamedTuple):
    """Cells and, for each row, what to write for all of it."""

    cells: Cells
    rows: Sequence[str]


def painted(cells: Cells) -> Painted:
    """Encode a picture; thread-safe, and best done outside the event loop."""
    return Painted(cells, painting.encode(cells))


class CellStrip(Strip):
    """Part of one row of a painted picture."""

    __slots__ = ["_end", "_made", "_painted", "_row", "_start"]

    def __init__(self, picture: Painted, row: int, start: int, end: int) -> None:
        self._painted, self._row, self._start, self._end = picture, row, start, end
        self._made: list[Segment] | None = None
        super().__init__((), end - start)

    def render(self, console: Console) -> str:
        """The escape sequences and characters; Textual has moved the cursor already."""
        if self._render_cache is None:
            cells = self._painted.cells
            if (self._start, self._end) == (0, cells.size[0]):
                self._render_cache = self._painted.rows[self._row]
            else:
                part = cells.part(slice(self._row, self._row + 1))
                self._render_cache = painting.encode(part, np.array([self._start]), np.array([self._end]))[0]
        return self._render_cache

    def crop(self, start: int, end: int | None = None) -> Strip:
        """A shorter piece of it."""
        length = self._end - self._start
        stop = length if end is None else min(end, length)
        return CellStrip(
            self._painted, self._row, self._start + max(0, start), self._start + max(start, stop, 0)
        )

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """The pieces between cuts."""
        pieces, begin = [], 0
        for cut in cuts:
            if cut <= self._end - self._start:
                pieces.append(self.crop(begin, cut))
                begin = cut
        return pieces

    def segments(self) -> list[Segment]:
        """Slow but complete: what Textual's own strips hold."""
        cells, row = self._painted.cells, self._row
        return [
            Segment(
                GLYPHS[cells.glyphs[row, column]],
                Style(
                    color=_colour(cells.fore[row, column].tolist(), cells.depth),
                    bgcolor=_colour(cells.back[row, column].tolist(), cells.depth),
                ),
            )
            for column in range(self._start, self._end)
        ]

    @property
    def _segments(self) -> list[Segment]:
        """Textual reaches for these when it joins strips."""
        if self._made is None:
            self._made = self.segments()
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
