"""Both players on the screen: panes, overlay, transport line, and what ties them to a pair of players."""

import asyncio
import time
from pathlib import Path
from typing import ClassVar

import msgspec
from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv.player import PlayerEvent
from mediavault_tui.services.mpv.synced_players import Side, SyncedPlayers, states
from mediavault_tui.services.terminal import capabilities
from mediavault_tui.services.terminal.graphics import Form, Outlet, best, forms
from mediavault_tui.ui import actions, driver
from mediavault_tui.ui.players import bandwidth
from mediavault_tui.ui.players.error_text import ErrorText
from mediavault_tui.ui.players.export_actions import ExportActions
from mediavault_tui.ui.players.file_facts import facts
from mediavault_tui.ui.players.moment_actions import MomentActions
from mediavault_tui.ui.players.pane import PlayerPane
from mediavault_tui.ui.players.pixels import Hole
from mediavault_tui.ui.players.playback_actions import PlaybackActions
from mediavault_tui.ui.players.renderer import FrameRenderer, RenderedFrame, RenderOptions
from mediavault_tui.ui.players.timing_actions import TimingActions
from mediavault_tui.ui.players.transport import Transport
from mediavault_tui.ui.players.view_actions import ViewActions

_REFRESH_S = 0.1
_SAID_S = 4.0
_LINE_WIDTH = 72
"""What the line takes is said in so many columns, so that changing figures do not move anything."""


class PlayerPair(
    PlaybackActions, TimingActions, MomentActions, ExportActions, ErrorText, ViewActions, can_focus=True
):
    """Two files, playing in step. Mount it where both are to be seen; give it the focus for its keys.

    Raises nothing when libmpv is missing: mount it only if `services.mpv.loading.available()`.
    """

    DEFAULT_CSS = """
    PlayerPair { width: 1fr; height: 1fr; layers: picture over; }
    PlayerPair #players { height: 1fr; }
    PlayerPair #player-b { margin-left: 1; }
    PlayerPair.-single #player-b, PlayerPair.-single #facts-b { display: none; }
    PlayerPair .facts { layer: over; width: auto; height: auto; background: black; color: white; display: none; }
    PlayerPair.-facts .facts { display: block; }
    PlayerPair #line-facts { layer: over; width: auto; height: 1; background: black; color: white; display: none; }
    PlayerPair.-pace #line-facts { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("player")]
    render_options: reactive[RenderOptions] = reactive(RenderOptions, init=False)
    """How the pictures are painted."""

    def __init__(
        self,
        a: bytes | str,
        b: bytes | str,
        pairing: Pairing = Pairing(),  # noqa: B008 - frozen
        *,
        scores: tuple[str, str] = ("", ""),
        pictures: Path | None = None,
        form: str = "auto",
        id: str | None = None,
    ) -> None:
        """`scores` are words about the quality of each, for the overlay; `pictures` is where saved ones go.

        `form` is how pictures are shown: `auto`, `kitty`, `sixel` or `cells`.
        """
        super().__init__(a, b, pairing, id=id)
        self._scores = scores
        self.pictures = pictures
        self._wanted_form = form
        self._form: Form | None = None
        """How pictures are shown, chosen by hand."""
        self._frame_renderer: FrameRenderer | None = None
        self.pace = bandwidth.BandwidthControl()
        self._was_playing = False
        self._stood_at: float | None = None

    # Life.

    def compose(self) -> ComposeResult:
        """Two panes, what lies over them, and the line below."""
        with Horizontal(id="players"):
            yield PlayerPane(id="player-a")
            yield PlayerPane(id="player-b")
        yield Transport(id="transport")
        yield Static(id="facts-a", classes="facts", markup=False)
        yield Static(id="facts-b", classes="facts", markup=False)
        yield Static(id="line-facts", markup=False)

    def on_mount(self) -> None:
        """Open both files."""
        loop = asyncio.get_running_loop()
        self._synced = SyncedPlayers(*self.paths, self.given, self._news)

        def deliver(painting: RenderedFrame) -> None:
            loop.call_soon_threadsafe(self._show, painting)

        self._frame_renderer = FrameRenderer(self._synced, deliver, self._may_paint)
        self._frame_renderer.start()
        self.set_reactive(PlayerPair.render_options, RenderOptions(depth=capabilities.colours()))
        self.set_interval(_REFRESH_S, self._look_after)
        self.measure()
        self.call_after_refresh(self._make_room)
        self.call_after_refresh(self._ask_terminal)

    async def on_unmount(self) -> None:
        """Leave nothing running."""
        synced, frame_renderer, self._frame_renderer, self._is_gone = (
            self._synced,
            self._frame_renderer,
            None,
            True,
        )
        await asyncio.to_thread(self.close_windows)
        if frame_renderer is not None:
            await asyncio.to_thread(frame_renderer.close)
        if synced is not None:
            await asyncio.to_thread(synced.close)

    def on_resize(self) -> None:
        """Another size needs other pictures."""
        terminal_driver = self.app._driver
        if isinstance(terminal_driver, driver.TerminalDriver):
            terminal_driver.ask_cell()
        self.call_after_refresh(self._make_room)

    def _mind_visibility(self) -> None:
        """Hold while nobody sees it, and go on after that. A dialog over it hides nothing."""
        top = self.app.screen
        seen = self.display and (top is self.screen or top.is_modal) and self.screen.is_attached
        if not seen and self._synced is not None and self.synced.state.playing:
            self._was_playing = True
            self.synced.pause()
        elif seen and self._was_playing:
            self._was_playing = False
            self.synced.play()

    # Pictures.

    def _news(self, _side: Side, news: PlayerEvent) -> None:
        """Called by the players' threads."""
        if news is PlayerEvent.PICTURE and self._frame_renderer is not None:
            self._frame_renderer.wake()

    def _may_paint(self) -> bool:
        """Called by the renderer's thread."""
        fps = states(self.synced)[0].fps or 25
        interval = 1 / (fps * self.synced.state.speed)
        return self.pace.may_send(time.monotonic(), interval, self._backlog())

    def _backlog(self) -> int:
        """Writes that wait in Textual's output thread; it has no public word for that."""
        terminal_driver = self.app._driver
        if not isinstance(terminal_driver, driver.TerminalDriver) or terminal_driver._writer_thread is None:
            return 0
        return terminal_driver._writer_thread._queue.qsize()

    def _show(self, painting: RenderedFrame) -> None:
        if not self.is_mounted or self._frame_renderer is None:
            return
        if painting.render_options.holes != self.render_options.holes:
            self._frame_renderer.shown()  # it would cover something; the next one is on its way
            return
        size, changed = 0, []
        for pane, picture in zip(self.panes, painting.panes, strict=True):
            if picture is not None:
                size += pane.show(picture, painting.render_options.detail.tolerance)
                changed.append(pane)
        self.call_after_refresh(self._frame_is_out, size, changed)

    def _frame_is_out(self, size: int, changed: list[PlayerPane]) -> None:
        if self._frame_renderer is None:
            return
        size += sum(pane.put() for pane in changed)
        self._ask_terminal(size)
        self._frame_renderer.shown()

    def _ask_terminal(self, size: int = 0) -> None:
        if not self.app.is_headless and self.app._driver is not None:
            self.app._driver.write(bandwidth.QUESTION)
        self.pace.sent(time.monotonic(), size)

    def terminal_answered(self) -> None:
        """The app got a CursorPosition event: the terminal has read a frame. See `bandwidth`."""
        self.pace.answered(time.monotonic())

    @property
    def panes(self) -> tuple[PlayerPane, PlayerPane]:
        """Left and right."""
        return self.query_one("#player-a", PlayerPane), self.query_one("#player-b", PlayerPane)

    def watch_render_options(self, _old: RenderOptions, new: RenderOptions) -> None:
        """Another way of looking."""
        self.set_class(new.look.is_single, "-single")
        self.call_after_refresh(self._make_room)

    def _make_room(self) -> None:
        """Tell players and renderer how large the panes are."""
        if self._frame_renderer is None:
            return
        sizes = [(pane.size.width, pane.size.height) for pane in self.panes]
        outlet = self._outlet()
        render_options = msgspec.structs.replace(
            self.render_options,
            room=(sizes[0], sizes[1]),
            detail=self.pace.detail,
            outlet=outlet,
            holes=self._holes(outlet),
        )
        self.set_reactive(PlayerPair.render_options, render_options)
        self._frame_renderer.change(render_options)
        aspect = render_options.pixel_aspect(capabilities.cell_aspect(driver.abilities(self.app).cell))
        for side in Side:
            width, height = render_options.pixels(side)
            self.synced.players[side].resize(width, height, aspect)
        self._aim_crop()

    def _outlet(self) -> Outlet:
        """Where pictures go now. Under another screen they are cells: that may lie over them, or dim them."""
        able = driver.abilities(self.app)
        form = self._form or best(able, self._wanted_form)
        if form.is_pixels and (self.app.screen is not self.screen or self.app.no_color):
            form = Form.HALF
        return Outlet(form, able.cell or (8, 16), able.shares_memory, able.multiplexer == "tmux")

    def _over(self) -> list[Widget]:
        """What may lie over the pictures on this screen."""
        over = [*self.query(".facts, #line-facts"), *self.screen.query("Toast, Tooltip")]
        return [widget for widget in over if widget.display and widget.region]

    def _holes(self, outlet: Outlet) -> tuple[tuple[Hole, ...], tuple[Hole, ...]]:
        """What lies over each pane, where sixels would cover it."""
        if outlet.form is not Form.SIXEL:
            return (), ()
        regions = [widget.region for widget in self._over()]
        a, b = (pane.holes(regions) for pane in self.panes)
        return a, b

    def _watch_screen(self) -> None:
        """The terminal may have answered, or something else may lie over the pictures than before."""
        outlet = self._outlet()
        if (outlet, self._holes(outlet)) != (self.render_options.outlet, self.render_options.holes):
            self._make_room()
            for widget in self._over():
                widget.refresh()  # the last pictures may lie over it
        elif self._frame_renderer is not None and any(pane.is_erased for pane in self.panes):
            self._frame_renderer.again()
        for pane in self.panes:
            if not pane.is_on_top:
                pane.take_away()

    # What the terminal is sent.

    def action_finer(self) -> None:
        """The next finer form the terminal can show; after the finest the coarsest."""
        known = forms(driver.abilities(self.app))
        now = self.render_options.outlet.form
        self._form = known[(known.index(now) + 1) % len(known)] if now in known else known[0]
        self._make_room()
        self.tell(self._form.value)

    def action_cheaper(self) -> None:
        """Step through the levels by hand, then leave it to the line again."""
        fixed = 0 if self.pace.fixed is None else self.pace.fixed + 1
        self.pace.fixed = fixed if fixed < len(bandwidth.LEVELS) else None
        self._make_room()
        self.tell(
            "as fine as the line allows" if self.pace.fixed is None else f"level {self.pace.fixed} by hand"
        )

    # Words.

    def _look_after(self) -> None:
        """Ten times a second: the line, the overlay, the pace."""
        if self._frame_renderer is None:
            return
        state = self.synced.state
        self._mind_visibility()
        self.query_one(Transport).show(state, self._look_words(), self.marks_on_line, self.parts)
        if self._said_at and time.monotonic() - self._said_at > _SAID_S:
            self._said_at = 0.0
            self.query_one(Transport).words = ""
        self._watch_screen()
        self._watch_pace()
        self._write_facts()
        self._watch_sides()

    def _watch_pace(self) -> None:
        now, state = time.monotonic(), self.synced.state
        moving = state.playing or state.seeking or state.position_s != self._stood_at
        self._stood_at = state.position_s
        if self.pace.stand(now, moving=moving):
            self._make_room()
        if not state.playing or state.seeking or state.waiting_for is not None:
            self.pace.rest(now)
        elif self.pace.judge(now, (states(self.synced)[0].fps or 25) * state.speed):
            self._make_room()
        if self.has_class("-pace"):
            words = f"{self.render_options.outlet.form.value} · {self.pace.words()}"
            _rewrite(self.query_one("#line-facts", Static), words.ljust(_LINE_WIDTH))

    def _write_facts(self) -> None:
        """The overlay lies over the corner of its pane."""
        for side, pane in zip(Side, self.panes, strict=True):
            place = self.query_one(f"#facts-{side.name.lower()}", Static)
            if self.has_class("-facts"):
                rate = self.synced.state.pictures_per_s[side]
                told = facts(self.paths[side], states(self.synced)[side], self._scores[side], rate)
                _rewrite(place, "\n".join(told))
                place.absolute_offset = pane.region.offset
        self.query_one("#line-facts", Static).absolute_offset = self.panes[0].region.bottom_left - (0, 1)

    def _watch_sides(self) -> None:
        """What is wrong stands in the pane it is wrong with."""
        for side, pane in zip(Side, self.panes, strict=True):
            pane.say(self.words_instead(side))
        waiting = self.synced.state.waiting_for
        if waiting is not None:
            which = ("left", "right")[waiting]
            self.tell(f"the {which} file waits for data: the disk or the network does not deliver")

    @on(Transport.Chosen)
    def _go_there(self, event: Transport.Chosen) -> None:
        self.synced.seek_percent(event.share * 100)


def _rewrite(place: Static, words: str) -> None:
    """Other words; the screen is laid out anew only if they take another room, since that draws all of it."""
    before = str(place.content)
    if words != before:
        place.update(words, layout=_extent(words) != _extent(before))


def _extent(words: str) -> tuple[int, int]:
    lines = words.split("\n")
    return max(map(cell_len, lines)), len(lines)
