"""Still frames of two files at the same moment, stepping through the runtime together.

What is shown where moving pictures cannot be. Frames are decoded in worker processes of their own, so that
neither a damaged file nor a running scan holds up the screen.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from mediavault_tui.domain import playback_timeline
from mediavault_tui.domain.playback_sync import Pairing, next_mark
from mediavault_tui.domain.text import duration, printable
from mediavault_tui.services.frames import still
from mediavault_tui.services.workers import Task, Workers
from mediavault_tui.ui import actions
from mediavault_tui.ui.styling import Styles
from mediavault_tui.ui.widgets import time_strip

STEPS = 20
"""A step is this part of the runtime."""
PATIENCE_S = 30.0
KEPT = 24
GAP = 1
SHADES = " ░▒▓█"

Picture = NDArray[np.uint8]
Key = tuple[bytes, float, int, int]
"""What `still` is asked for: path, seconds, and the pixels there is room for."""


class Moments(NamedTuple):
    """Which moment of the right file is which moment of the left one."""

    left_s: float | None
    """Runtimes."""
    right_s: float | None
    pairing: Pairing = Pairing()
    is_known: bool = True
    """False while nobody has compared the pictures."""
    is_measured: bool = True
    """False where they are the same, but nothing in them tells which moment is which: then both just start together."""

    @property
    def line(self) -> playback_timeline.Line:
        """All that either has, in order."""
        return playback_timeline.line_of(self.pairing)

    @property
    def span(self) -> tuple[float, float]:
        """From where both have begun to where one ends, in seconds of the line."""
        long = self.left_s or 0.0, self.right_s or 0.0
        start = max(self.line.position(side, 0.0) for side in (0, 1))
        return start, max(start, min(self.line.position(side, long[side]) for side in (0, 1)))

    @property
    def shared_s(self) -> float:
        """How long that is."""
        start, end = self.span
        return end - start

    @property
    def parts(self) -> tuple[playback_timeline.Part, ...]:
        """What both have along the line, and what only one has."""
        return playback_timeline.parts(self.line, (self.left_s or 0.0, self.right_s or 0.0))

    def at(self, share: float) -> tuple[float, float]:
        """The times in both files, `share` (0–1) of the way from where both have begun to where one ends."""
        position = self.span[0] + share * self.shared_s
        return self.line.own(0, position), max(0.0, self.line.own(1, position))

    def words(self, left: str, right: str) -> str:
        """What a person has to know about the timing; empty if nothing."""
        if not self.is_known:
            return "timing not compared yet"
        if not self.is_measured:
            return "timing not measured: both start together"
        told = []
        offset_s = self.pairing.offset_s
        if abs(offset_s) >= 0.1:
            when = "later" if offset_s > 0 else "earlier"
            told.append(f"{right} starts the same picture {abs(offset_s):.1f} s {when} than {left}")
        if abs(self.pairing.speed - 1) > 0.0005:
            told.append(f"{right} runs {100 * (self.pairing.speed - 1):+.1f} %")
        told += self.pairing.cuts_told
        return ", ".join(told)


class StillPair(Widget, can_focus=True):
    """Two stills side by side and the time below them."""

    BINDINGS: ClassVar[list[BindingType]] = list(actions.bindings("stills"))
    DEFAULT_CSS = "StillPair { background: $background; height: 1fr; }"
    share: reactive[float] = reactive(0.3)
    """How far into what both share, 0–1."""

    def __init__(self, paths: tuple[bytes, bytes], moments: Moments, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.paths = paths
        self.moments = moments
        self._workers = Workers(2)
        self._found: OrderedDict[Key, Picture | str] = OrderedDict()
        self._lines: list[list[list[Segment]]] = [[], []]
        self._wake = asyncio.Event()
        self._is_closing = False
        self._decoding: asyncio.Task[None] | None = None

    def set_moments(self, moments: Moments) -> None:
        """The timing is known better now."""
        if moments != self.moments:
            self.moments = moments
            self._ask()

    def set_paths(self, paths: tuple[bytes, bytes], moments: Moments) -> None:
        """Other files."""
        self.paths, self.moments = paths, moments
        self._ask()

    # -- stepping -----------------------------------------------------------------------------------

    def action_forward(self) -> None:
        """A step on."""
        self.share = min(1.0, self.share + 1 / STEPS)

    def action_back(self) -> None:
        """A step back."""
        self.share = max(0.0, self.share - 1 / STEPS)

    def action_forward_second(self) -> None:
        """One second forward."""
        self._move_seconds(1)

    def action_back_second(self) -> None:
        """One second back."""
        self._move_seconds(-1)

    def action_start(self) -> None:
        """To the start."""
        self.share = 0.0

    def action_end(self) -> None:
        """To the end."""
        self.share = 1.0

    def action_next_difference(self) -> None:
        """To the next edge of a cut or insert."""
        self._go_to_cut(1)

    def action_previous_difference(self) -> None:
        """To the one before."""
        self._go_to_cut(-1)

    def _go_to_cut(self, direction: int) -> None:
        (start, _), whole = self.moments.span, self.moments.shared_s
        cuts = playback_timeline.edges(self.moments.parts, self.moments.span)
        there = next_mark(cuts, start + self.share * whole, direction, tolerance_s=0.3)
        if there is not None and whole:
            self.share = (there - start) / whole

    def _move_seconds(self, seconds: float) -> None:
        whole = self.moments.shared_s
        if whole:
            self.share = min(1.0, max(0.0, self.share + seconds / whole))

    def watch_share(self) -> None:
        """Another moment."""
        self._ask()

    # -- decoding -----------------------------------------------------------------------------------

    @property
    def _room(self) -> tuple[int, int]:
        """Pixels for each picture: a cell is one wide and two high."""
        return max(1, (self.size.width - GAP) // 2), max(2, 2 * (self.size.height - 1))

    def _keys(self) -> list[Key]:
        times = self.moments.at(self.share)
        return [(path, round(at, 3), *self._room) for path, at in zip(self.paths, times, strict=True)]

    def _ask(self) -> None:
        if self.is_mounted and self.size.height > 1:
            self.refresh()
            self._wake.set()

    def on_mount(self) -> None:
        """Begin to decode what is wished for."""
        self._decoding = asyncio.create_task(self._keep_decoding())
        self._decoding.add_done_callback(self._decoded)

    async def _keep_decoding(self) -> None:
        """One pair of pictures after the other; what was wished for meanwhile and is no longer is left out."""
        while not self._is_closing:
            await self._wake.wait()
            self._wake.clear()
            keys = self._keys()
            self._draw(keys)
            await self._decode([key for key in keys if key not in self._found])
            if keys == self._keys():
                self._draw(keys)

    async def _decode(self, missing: list[Key]) -> None:
        async def tasks() -> AsyncIterator[Task]:
            for key in missing:
                yield Task(key, key)

        async for outcome in self._workers.map(still, tasks(), PATIENCE_S):
            picture = outcome.error.message if outcome.error else outcome.value
            self._found[outcome.key] = picture  # type: ignore[index, assignment]  # what `still` was given and gave
        while len(self._found) > KEPT:
            self._found.popitem(last=False)

    def _decoded(self, task: "asyncio.Task[None]") -> None:
        """The end: the widget goes, or there was a fault of the program."""
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not self._is_closing:
            self.app.show_bug(fault)  # type: ignore[attr-defined]  # VaultApp; importing it would be a circle

    async def on_unmount(self) -> None:
        """No process is left behind."""
        self._is_closing = True
        if self._decoding is not None:
            self._decoding.cancel()
        await asyncio.to_thread(self._workers.stop)

    # -- drawing ------------------------------------------------------------------------------------

    @property
    def _styles(self) -> Styles:
        styles: Styles = self.app.roles  # type: ignore[attr-defined]  # VaultApp; importing it would be a circle
        return styles

    def _draw(self, keys: list[Key]) -> None:
        self._lines = [self._side(self._found.get(key)) for key in keys]
        self.refresh()

    def _side(self, picture: Picture | str | None) -> list[list[Segment]]:
        width, height = self._room
        if picture is None:
            return [[Segment("…".center(width), self._styles.of("muted"))]]
        if isinstance(picture, str):
            text = printable(picture)[:width].center(width)
            return [[]] * (height // 4) + [[Segment(text, self._styles.of("bad"))]]
        draw = _shaded if self.app.no_color else _half_blocks
        left = (width - picture.shape[1]) // 2
        top = (height - picture.shape[0]) // 4
        return [[]] * top + [[Segment(" " * left), *line] for line in draw(picture)]

    def render_line(self, y: int) -> Strip:
        """A line of both pictures, or the times below them."""
        width, base = self._room[0], self.rich_style
        if y == self.size.height - 1:
            return self._times(base)
        segments: list[Segment] = []
        for number, side in enumerate(self._lines):
            line = side[y] if y < len(side) else []
            line = [Segment(text, base + (style or Style())) for text, style, _ in line]
            segments += Strip(line).adjust_cell_length(width, base)
            segments += [Segment(" " * GAP, base)] if number == 0 else []
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _times(self, base: Style) -> Strip:
        """Where in the runtime: a rule with a knob and what only one has, and the time in both files."""
        times = [
            duration(max(at, 10)) if at >= 10 else f"0:{int(at):02d}" for at in self.moments.at(self.share)
        ]
        left, right = f" a {times[0]} ", f" b {times[1]} "
        room = max(0, self.size.width - len(left) - len(right))
        knob = round(self.share * max(0, room - 1))
        bold = base + self._styles.of("bold text")
        shown = time_strip.cells(self.moments.parts, self.moments.span, room)
        rule = [Segment(run.text, base + self._style_of(run)) for run in time_strip.runs(shown, knob)]
        return Strip([Segment(left, bold), *rule, Segment(right, bold)])

    def _style_of(self, run: time_strip.Run) -> Style:
        if run.text == time_strip.KNOB:
            return self._styles.of("bold accent")
        return self._styles.of("warning" if run.is_different else "accent" if run.is_past else "line")

    def on_resize(self, _: events.Resize) -> None:
        """Another size needs other pictures."""
        self._ask()

    def on_click(self, event: events.Click) -> None:
        """Go where the rule was clicked."""
        if event.y == self.size.height - 1 and self.size.width > 2:
            self.share = min(1.0, max(0.0, (event.x - 9) / max(1, self.size.width - 18)))


def _half_blocks(picture: Picture) -> list[list[Segment]]:
    """Two pixels a cell: the upper as the colour of ▀, the lower as what is behind it."""
    lines = []
    rows = picture[: len(picture) // 2 * 2]  # half a cell less rather than a line of another colour
    for upper, lower in zip(rows[::2].tolist(), rows[1::2].tolist(), strict=True):
        lines.append(
            [
                Segment("▀", Style.from_color(Color.from_rgb(*above), Color.from_rgb(*below)))
                for above, below in zip(upper, lower, strict=True)
            ]
        )
    return lines


def _shaded(picture: Picture) -> list[list[Segment]]:
    """Where there are no colours: how bright each cell is."""
    grey = picture.mean(axis=2)
    rows = grey[: len(grey) // 2 * 2].reshape(len(grey) // 2, 2, -1).mean(axis=1)
    shades = np.minimum(rows * len(SHADES) / 256, len(SHADES) - 1).astype(int)
    return [[Segment("".join(SHADES[shade] for shade in row))] for row in shades.tolist()]
