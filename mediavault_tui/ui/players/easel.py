"""Paints the pictures of a duet as cells, in a thread: the event loop only has to show them.

It paints when there is a new picture, the last painting has been shown and the line has room for another;
what comes in between is skipped. So a slow terminal costs frames, never the sync, and never a key press.
"""

import threading
import time
from collections.abc import Callable

import msgspec

from mediavault_tui.services.mpv.duet import Duet, Side
from mediavault_tui.services.painting import Depth, Grain, paint
from mediavault_tui.ui.players import looks
from mediavault_tui.ui.players.looks import Look, Pixels
from mediavault_tui.ui.players.pace import Detail
from mediavault_tui.ui.players.strip import Painted, painted

_TOGETHER_S = 0.008
"""A new picture waits so long for the one of the other side: one painting instead of two."""


class Manner(msgspec.Struct, frozen=True):
    """How to paint."""

    look: Look = Look.SIDES
    grain: Grain = Grain.HALF
    depth: Depth = Depth.TRUE
    detail: Detail = Detail()
    room: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    """Columns and rows of each pane; of a single picture only the first counts."""
    shown: Side = Side.A
    """Which side a flip shows."""
    divider: float = 0.5
    gain: float = 4.0
    histogram: bool = False

    def pixels(self, side: Side) -> tuple[int, int]:
        """Width and height at which a side is to be drawn."""
        columns, rows = self.room[0 if self.look.is_single else side]
        coarse = self.detail.coarse
        return -(-columns // coarse) * self.grain.columns, -(-rows // coarse) * self.grain.rows


class Painting(msgspec.Struct, frozen=True):
    """What goes onto the screen at once."""

    panes: tuple[Painted | None, Painted | None]
    """None: that pane stays as it is."""
    manner: Manner
    serials: tuple[int, int]
    """Of the pictures of both sides that went in."""


class Easel:
    """The painting thread of a duet."""

    def __init__(
        self, duet: Duet, deliver: Callable[[Painting], None], may_paint: Callable[[], bool] = lambda: True
    ) -> None:
        """`deliver` is called in this thread, and then nothing more is painted until `shown`."""
        self._duet, self._deliver, self._may_paint = duet, deliver, may_paint
        self.manner = Manner()
        self._news = threading.Event()
        self._free = threading.Event()
        self._free.set()
        self._closing = False
        self._painted: tuple[int, int] = (0, 0)
        self._old_manner: Manner | None = None
        self._thread = threading.Thread(target=self._run, name="easel", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new picture. Thread-safe."""
        self._news.set()

    def change(self, manner: Manner) -> None:
        """Paint in another manner from now on."""
        self.manner = manner
        self._news.set()

    def shown(self) -> None:
        """The last painting is on the screen."""
        self._free.set()

    def close(self) -> None:
        """End the thread."""
        self._closing = True
        self._news.set()
        self._free.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._news.wait()
            self._free.wait()
            if self._closing:
                return
            if not self._may_paint():
                time.sleep(0.004)
                continue
            self._news.clear()
            if self._changed() == 1:
                self._news.wait(_TOGETHER_S)
            painting = self._paint()
            if painting is not None:
                self._free.clear()
                self._deliver(painting)

    def _serials(self) -> tuple[int, int]:
        a, b = (player.picture.serial if player.picture else 0 for player in self._duet.players)
        return a, b

    def _changed(self) -> int:
        """On how many sides there is another picture than the one painted last."""
        return sum(new != old for new, old in zip(self._serials(), self._painted, strict=True))

    def _paint(self) -> Painting | None:
        manner, serials = self.manner, self._serials()
        anew = manner != self._old_manner
        if serials == self._painted and not anew:
            return None
        new = tuple(anew or now != before for now, before in zip(serials, self._painted, strict=True))
        pictures = [player.picture for player in self._duet.players]
        a, b = (picture.pixels if picture else None for picture in pictures)
        panes: tuple[Painted | None, Painted | None]
        if manner.look.is_single:
            panes = self._cells(self._one_of_two(manner, a, b), manner, 0), None
        else:
            panes = (
                self._cells(a, manner, 0) if new[0] else None,
                self._cells(b, manner, 1) if new[1] else None,
            )
        self._painted, self._old_manner = serials, manner
        return Painting(panes, manner, serials) if any(panes) else None

    @staticmethod
    def _one_of_two(manner: Manner, a: Pixels | None, b: Pixels | None) -> Pixels | None:
        if a is None or b is None or a.shape != b.shape:  # one is missing, or still drawn for another size
            return b if a is None or (manner.look is Look.FLIP and manner.shown is Side.B) else a
        if manner.look is Look.SPLIT:
            return looks.split(a, b, manner.divider)
        if manner.look is Look.DIFFERENCE:
            return looks.difference(a, b, manner.gain)
        return a if manner.shown is Side.A else b

    @staticmethod
    def _cells(pixels: Pixels | None, manner: Manner, pane: int) -> Painted | None:
        wanted = manner.pixels(Side(pane))
        if pixels is None or (pixels.shape[1], pixels.shape[0]) != wanted:
            return None  # drawn for a size of before; the right one is on its way
        if manner.histogram:
            pixels = looks.with_histogram(pixels)
        detail = manner.detail
        cells = paint(pixels, manner.grain, detail.depth(manner.depth), bits=detail.bits)
        columns, rows = manner.room[pane]
        return painted(cells.enlarged(detail.coarse).part(slice(rows), slice(columns)))
