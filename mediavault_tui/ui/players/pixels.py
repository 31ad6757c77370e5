"""Draws pictures in real pixels: which rectangles of a pane they fill, and what to write for each."""

import numpy as np

from mediavault_tui.services.terminal import sixel
from mediavault_tui.services.terminal.graphics import Form, Outlet
from mediavault_tui.services.terminal.kitty import Sender
from mediavault_tui.ui.players.bandwidth import Detail
from mediavault_tui.ui.players.picture_strip import Drawn
from mediavault_tui.ui.players.view_modes import Pixels

_MOST_SIXELS = 960
"""xterm shows nothing of what is larger than 1000 pixels either way (its resource maxGraphicSize)."""
Hole = tuple[int, int, int, int]
"""Column, row, width and height of something that lies over a picture, in cells of its pane."""
Room = tuple[int, int]
"""Columns and rows."""


class Drawer:
    """Makes pictures of real pixels, one for each pane. Used by one thread; close it in the end."""

    def __init__(self, numbers: tuple[int, int]) -> None:
        """`numbers` are those of both panes' pictures."""
        self._numbers = numbers
        self._sender = Sender()

    def draw(
        self, pixels: Pixels, room: Room, pane: int, outlet: Outlet, detail: Detail, holes: tuple[Hole, ...]
    ) -> Drawn:
        """A picture that fills a pane. Only sixels need to leave out holes: they would cover what is there."""
        if outlet.form is Form.SIXEL:
            return Drawn(room, 0, _sixel_parts(pixels, room, outlet.cell, detail.bits, holes))
        number = self._numbers[pane]
        sent = self._sender.picture(
            number, pixels, room, bits=detail.bits, memory=outlet.memory, in_tmux=outlet.in_tmux
        )
        return Drawn(room, number, ((0, 0, sent),))

    def close(self) -> None:
        """Leave nothing in memory."""
        self._sender.close()


def _sixel_parts(
    pixels: Pixels, room: Room, cell: tuple[int, int], bits: int, holes: tuple[Hole, ...]
) -> tuple[tuple[int, int, str], ...]:
    whole = _enlarged(pixels, room[0] * cell[0], room[1] * cell[1])
    parts = []
    for column, row, columns, rows in _small_enough(rectangles(room, holes), cell):
        left, top = column * cell[0], row * cell[1]
        # A piece ends with whole bands of six: the row below, drawn later, hides what would be missing.
        deep = rows + (_is_free(column, row + rows, columns, room, holes) and rows * cell[1] % 6 > 0)
        cut = whole[top : top + deep * cell[1], left : left + columns * cell[0]]
        parts.append((column, row, sixel.sixels(cut, (columns, deep), cell, bits=bits)))
    return tuple(parts)


def _is_free(column: int, row: int, columns: int, room: Room, holes: tuple[Hole, ...]) -> bool:
    if row >= room[1]:
        return False
    return any(start <= column and column + columns <= end for start, end in _spans(room[0], row, holes))


def _small_enough(boxes: list[Hole], cell: tuple[int, int]) -> list[Hole]:
    """The same in pieces of no more than _MOST_SIXELS pixels each way."""
    across, down = (max(1, _MOST_SIXELS // size) for size in cell)
    return [
        (x, y, min(across, column + width - x), min(down, row + height - y))
        for column, row, width, height in boxes
        for y in range(row, row + height, down)
        for x in range(column, column + width, across)
    ]


def _enlarged(pixels: Pixels, width: int, height: int) -> Pixels:
    """Each pixel as a block: sixels have no scale of their own, but say what repeats in few characters."""
    if pixels.shape[:2] == (height, width):
        return pixels
    rows = np.arange(height) * pixels.shape[0] // height
    columns = np.arange(width) * pixels.shape[1] // width
    enlarged: Pixels = pixels[rows][:, columns]
    return enlarged


def rectangles(room: Room, holes: tuple[Hole, ...]) -> list[Hole]:
    """What is left of a pane around holes, as few rectangles (column, row, width, height) from top to bottom."""
    found: list[Hole] = []
    for row in range(room[1]):
        for start, end in _spans(room[0], row, holes):
            above = next(
                (
                    at for at, (x, y, width, height) in enumerate(found)
                    if (x, width) == (start, end - start) and y + height == row
                ),
                None,
            )  # fmt: skip
            if above is None:
                found.append((start, row, end - start, 1))
            else:
                x, y, width, height = found[above]
                found[above] = (x, y, width, height + 1)
    return found


def _spans(columns: int, row: int, holes: tuple[Hole, ...]) -> list[tuple[int, int]]:
    """Stretches of a row that nothing covers."""
    covered = sorted(
        (max(0, x), min(columns, x + width)) for x, y, width, height in holes if y <= row < y + height
    )
    free, at = [], 0
    for start, end in covered:
        if start > at:
            free.append((at, start))
        at = max(at, end)
    return [*free, (at, columns)] if at < columns else free
