"""The place on the screen where a picture is shown.

Painted pictures are cells, which Textual draws. Those of real pixels are written past Textual, after it has
drawn their place: placeholders, or blanks that sixels then lie over.
"""

from collections.abc import Iterable

import numpy as np
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from mediavault_tui.services.terminal import cells
from mediavault_tui.ui.driver import TerminalDriver
from mediavault_tui.ui.players.picture_strip import Drawn, Painted, PictureStrip
from mediavault_tui.ui.players.pixels import Hole


class PlayerPane(Widget):
    """Shows the last picture it was given, or words in its place."""

    DEFAULT_CSS = "PlayerPane { width: 1fr; height: 1fr; background: black; color: white; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: Painted | Drawn | None = None
        self._message = ""
        self._is_written_over = False

    @property
    def picture(self) -> Painted | Drawn | None:
        """What is shown."""
        return self._picture

    def show(self, picture: Painted | Drawn | None, tolerance: int = 0) -> int:
        """Show another picture; only rows that differ by more than `tolerance` are written again.

        Returns about how many bytes that takes. One of real pixels is seen when it has been `put`.
        """
        if isinstance(picture, Drawn):
            picture = picture._replace(erased=self._erased)
        if not isinstance(picture, Drawn):
            self.take_away()
        before, self._picture = self._picture, picture
        if isinstance(picture, Drawn) and isinstance(before, Drawn) and picture[:2] == before[:2]:
            return 0
        if not (isinstance(picture, Painted) and isinstance(before, Painted)):
            self.refresh()
            return 0
        changed = cells.differing(before.cells, picture.cells, tolerance)
        if not changed.all():
            rows = [new if differs else old for new, old, differs in _three(picture, before, changed)]
            self._picture = Painted(_mixed(before, picture, changed), rows) if tolerance else picture
        written = changed.nonzero()[0].tolist()
        self._refresh_rows(written)
        return sum(len(picture.rows[row]) for row in written)

    def put(self) -> int:
        """Write the pixels of the picture, if it has such, after Textual has drawn. Returns how many bytes."""
        self._is_written_over = False
        driver, picture = self.app._driver, self._picture
        if not isinstance(picture, Drawn) or driver is None or not self.is_on_top:
            return 0
        left, top = self.region.offset
        moves = "" if picture.number else "\x1b[{};{}H"
        drawn = "".join(
            moves.format(top + row + 1, left + column + 1) + data for column, row, data in picture.parts
        )
        if isinstance(driver, TerminalDriver) and picture.number:
            driver.images.add(picture.number)
        driver.write(f"\x1b[?2026h\x1b7{drawn}\x1b8\x1b[?2026l")
        return len(drawn)

    def take_away(self) -> None:
        """Let the terminal forget a picture in placeholders."""
        driver, picture = self.app._driver, self._picture
        if isinstance(driver, TerminalDriver) and isinstance(picture, Drawn):
            driver.forget(picture.number)

    def on_unmount(self) -> None:
        """Leave nothing in the terminal."""
        self.take_away()

    @property
    def is_erased(self) -> bool:
        """Whether a picture of real pixels is not there any more and is to be drawn again."""
        driver, picture = self.app._driver, self._picture
        if not isinstance(picture, Drawn) or not self.is_on_top:
            return False
        if picture.number:
            return isinstance(driver, TerminalDriver) and picture.number not in driver.images
        return self._is_written_over

    def _erased(self) -> None:
        self._is_written_over = True

    def holes(self, regions: Iterable[Region]) -> tuple[Hole, ...]:
        """Which parts of the pane these regions of the screen cover, in cells of the pane."""
        mine = self.region
        shared = [mine.intersection(region) for region in regions if mine.overlaps(region)]
        return tuple((part.x - mine.x, part.y - mine.y, part.width, part.height) for part in shared)

    @property
    def is_on_top(self) -> bool:
        """Whether it is seen, and no other screen lies over it: pixels would cover that."""
        return self.is_attached and self.display and self.app.screen is self.screen

    def _refresh_rows(self, rows: list[int]) -> None:
        width, height = self.size
        if len(rows) >= height:
            self.refresh()
        elif rows:
            self.refresh(*(Region(0, row, width, 1) for row in rows if row < height))

    def say(self, message: str) -> None:
        """Words in the middle, where there is no picture."""
        if message != self._message:
            self._message = message
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a part of the pane, straight from the picture."""
        return [self._line(y).crop(crop.x, crop.right) for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """One row."""
        return self._line(y)

    def _line(self, y: int) -> Strip:
        picture, width = self._picture, self.size.width
        if picture is None or y >= picture.size[1]:
            words = self._message.splitlines()
            row = y - max(0, (self.size.height - len(words)) // 2)
            text = (
                words[row][:width].center(width) if 0 <= row < len(words) and picture is None else " " * width
            )
            return Strip([Segment(text, self.rich_style)], width)
        columns = picture.size[0]
        strip: Strip = PictureStrip(picture, y, 0, min(columns, width))
        if columns < width:
            strip = Strip([*strip, Segment(" " * (width - columns), self.rich_style)], width)
        return strip


def _three(new: Painted, old: Painted, changed: cells.Flags) -> Iterable[tuple[str, str, bool]]:
    return zip(new.rows, old.rows, changed.tolist(), strict=True)


def _mixed(old: Painted, new: Painted, changed: cells.Flags) -> cells.Cells:
    """The new cells where they are written, else the old ones, which stay on the screen."""
    where = changed[:, None, None]
    return cells.Cells(
        np.where(changed[:, None], new.cells.glyphs, old.cells.glyphs),
        np.where(where, new.cells.fore, old.cells.fore),
        np.where(where, new.cells.back, old.cells.back),
        new.cells.depth,
    )
