"""Paints the pictures of a pair of players, in a thread: the event loop only has to show them.

It paints when there is a new picture, the last painting has been shown and the line has room for another;
what comes in between is skipped. So a slow terminal costs frames, never the sync, and never a key press.
"""

import threading
import time
from collections.abc import Callable

import msgspec

from mediavault_tui.services.mpv.state import Picture
from mediavault_tui.services.mpv.synced_players import Side, SyncedPlayers
from mediavault_tui.services.terminal.capabilities import Depth
from mediavault_tui.services.terminal.cells import paint
from mediavault_tui.services.terminal.graphics import Outlet
from mediavault_tui.services.terminal.kitty import new_numbers
from mediavault_tui.ui.players import view_modes
from mediavault_tui.ui.players.bandwidth import Detail
from mediavault_tui.ui.players.picture_strip import Drawn, Painted, painted
from mediavault_tui.ui.players.pixels import Drawer, Hole
from mediavault_tui.ui.players.view_modes import Pixels, ViewMode

_TOGETHER_S = 0.008
"""A new picture waits so long for the one of the other side: one painting instead of two."""
_MOST_PIXELS = 1_200_000
"""Of a pane. On larger screens each is shown larger: a core has to do with both panes 24 times a second."""


class RenderOptions(msgspec.Struct, frozen=True):
    """How to paint."""

    look: ViewMode = ViewMode.SIDES
    outlet: Outlet = Outlet()
    depth: Depth = Depth.TRUE
    detail: Detail = Detail()
    room: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    """Columns and rows of each pane; of a single picture only the first counts."""
    shown: Side = Side.A
    """Which side a flip shows."""
    divider: float = 0.5
    gain: float = 4.0
    histogram: bool = False
    holes: tuple[tuple[Hole, ...], tuple[Hole, ...]] = ((), ())
    """What lies over each pane, where that matters."""

    def pixels(self, side: Side) -> tuple[int, int]:
        """Width and height at which a side is to be drawn."""
        columns, rows = self.room[0 if self.look.is_single else side]
        if self.outlet.form.is_pixels:
            return self._real_pixels(columns, rows)
        coarse, grain = self.detail.coarse, self.outlet.form.grain
        return -(-columns // coarse) * grain.columns, -(-rows // coarse) * grain.rows

    def _real_pixels(self, columns: int, rows: int) -> tuple[int, int]:
        width, height = columns * self.outlet.cell[0], rows * self.outlet.cell[1]
        if not width * height:
            return 0, 0
        scale = min(self.detail.scale, (_MOST_PIXELS / (width * height)) ** 0.5)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def pixel_aspect(self, cell_aspect: float) -> float:
        """Width of a drawn pixel as a share of its height, in cells of this shape."""
        form = self.outlet.form
        return 1.0 if form.is_pixels else cell_aspect * form.grain.rows / form.grain.columns


class RenderedFrame(msgspec.Struct, frozen=True):
    """What goes onto the screen at once."""

    panes: tuple[Painted | Drawn | None, Painted | Drawn | None]
    """None: that pane stays as it is."""
    render_options: RenderOptions
    serials: tuple[int, int]
    """Of the pictures of both sides that went in."""


class FrameRenderer:
    """The painting thread of a pair of players."""

    def __init__(
        self,
        synced: SyncedPlayers,
        deliver: Callable[[RenderedFrame], None],
        may_paint: Callable[[], bool] = lambda: True,
    ) -> None:
        """`deliver` is called in this thread, and then nothing more is painted until `shown`."""
        self._synced, self._deliver, self._may_paint = synced, deliver, may_paint
        self.render_options = RenderOptions()
        self._drawer = Drawer(new_numbers())
        self._news = threading.Event()
        self._free = threading.Event()
        self._free.set()
        self._closing = False
        self._painted: tuple[int, int] = (0, 0)
        self._pictures: tuple[Picture | None, Picture | None] = (None, None)
        self._old_manner: RenderOptions | None = None
        self._thread = threading.Thread(target=self._run, name="frame renderer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new picture. Thread-safe."""
        self._news.set()

    def change(self, render_options: RenderOptions) -> None:
        """Paint in another manner from now on."""
        self.render_options = render_options
        self._news.set()

    def again(self) -> None:
        """Paint the same once more, as soon as there is room for it."""
        self._old_manner = None
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
        self._drawer.close()

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
        a, b = self._pictures = self._synced.pictures()
        return (a.serial if a else 0), (b.serial if b else 0)

    def _changed(self) -> int:
        """On how many sides there is another picture than the one painted last."""
        return sum(new != old for new, old in zip(self._serials(), self._painted, strict=True))

    def _paint(self) -> RenderedFrame | None:
        render_options, serials = self.render_options, self._serials()
        anew = render_options != self._old_manner
        if serials == self._painted and not anew:
            return None
        new = tuple(anew or now != before for now, before in zip(serials, self._painted, strict=True))
        a, b = (picture.pixels if picture else None for picture in self._pictures)
        panes: tuple[Painted | Drawn | None, Painted | Drawn | None]
        if render_options.look.is_single:
            panes = self._picture(self._one_of_two(render_options, a, b), render_options, 0), None
        else:
            panes = (
                self._picture(a, render_options, 0) if new[0] else None,
                self._picture(b, render_options, 1) if new[1] else None,
            )
        self._painted, self._old_manner = serials, render_options
        return RenderedFrame(panes, render_options, serials) if any(panes) else None

    @staticmethod
    def _one_of_two(render_options: RenderOptions, a: Pixels | None, b: Pixels | None) -> Pixels | None:
        if a is None or b is None or a.shape != b.shape:  # one is missing, or still drawn for another size
            return (
                b
                if a is None or (render_options.look is ViewMode.FLIP and render_options.shown is Side.B)
                else a
            )
        if render_options.look is ViewMode.SPLIT:
            return view_modes.split(a, b, render_options.divider)
        if render_options.look is ViewMode.DIFFERENCE:
            return view_modes.difference(a, b, render_options.gain)
        return a if render_options.shown is Side.A else b

    def _picture(
        self, pixels: Pixels | None, render_options: RenderOptions, pane: int
    ) -> Painted | Drawn | None:
        wanted = render_options.pixels(Side(pane))
        if pixels is None or (pixels.shape[1], pixels.shape[0]) != wanted:
            return None  # drawn for a size of before; the right one is on its way
        if render_options.histogram:
            pixels = view_modes.with_histogram(pixels)
        detail, room = render_options.detail, render_options.room[pane]
        if render_options.outlet.form.is_pixels:
            return self._drawer.draw(
                pixels, room, pane, render_options.outlet, detail, render_options.holes[pane]
            )
        cells = paint(
            pixels, render_options.outlet.form.grain, detail.depth(render_options.depth), bits=detail.bits
        )
        return painted(cells.enlarged(detail.coarse).part(slice(room[1]), slice(room[0])))
