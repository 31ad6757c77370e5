"""Draws pictures in real pixels: which rectangles of a pane they fill, and what to write for each."""

from mediavault_tui.services import graphics_sixel
from mediavault_tui.services.graphics import Form, Outlet
from mediavault_tui.services.graphics_kitty import Sender
from mediavault_tui.ui.players.looks import Pixels
from mediavault_tui.ui.players.pace import Detail
from mediavault_tui.ui.players.strip import Drawn

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
    height, width = pixels.shape[:2]
    across, down = width / room[0], height / room[1]
    parts = []
    for column, row, columns, rows in rectangles(room, holes):
        left, right = round(column * across), round((column + columns) * across)
        top, bottom = round(row * down), round((row + rows) * down)
        cut = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
        parts.append((column, row, graphics_sixel.sixels(cut, (columns, rows), cell, bits=bits)))
    return tuple(parts)


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
