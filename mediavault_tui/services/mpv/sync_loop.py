"""The thread that keeps two players on one clock.

The clock counts seconds of the line of all that either has (`domain/playback_timeline`); how both are held to it while
they play says `sync_policy`.

Everything is decided in this one thread, fed by a queue; callers and libmpv's threads only put something in.
"""

import queue
import threading
import time
from collections.abc import Callable
from functools import partial

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv.clock import TICK_S
from mediavault_tui.services.mpv.player import Player, PlayerEvent
from mediavault_tui.services.mpv.side_control import NEAR, Side
from mediavault_tui.services.mpv.sync_policy import SyncPolicy


class SyncLoop(SyncPolicy):
    """Two players and their clock. `SyncedPlayers` adds what can be asked of them."""

    def __init__(
        self,
        a: str | bytes,
        b: str | bytes,
        pairing: Pairing = Pairing(),  # noqa: B008 - frozen
        listener: Callable[[Side, PlayerEvent], None] = lambda _side, _news: None,
        options: tuple[dict[str, str] | None, dict[str, str] | None] = (None, None),
    ) -> None:
        self._listener = listener
        self._requests: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._settled_at: float | None = None
        """Where both were brought together last, while paused."""
        self._steps = 0
        self._meets = False
        """Whether the two pictures shown are to be the same moment from now on."""
        super().__init__((a, b), pairing, self._heard_from, options)
        self._thread = threading.Thread(target=self._conduct, name="sync loop", daemon=True)
        self._thread.start()

    # The thread.

    def _conduct(self) -> None:
        wait = TICK_S
        while True:
            try:
                request = self._requests.get(timeout=wait)
            except queue.Empty:
                request = self._nothing
            if request is None:
                return
            request()
            wait = self._tick()

    @staticmethod
    def _nothing() -> None:
        """Time has passed, that is all."""

    def _heard_from(self, side: Side, _player: Player, news: PlayerEvent) -> None:
        if news is not PlayerEvent.PICTURE:
            self._requests.put(partial(self._take_note, side, news))
        self._listener(side, news)

    def _take_note(self, side: Side, news: PlayerEvent) -> None:
        control = self._controls[side]
        if news is PlayerEvent.SETTLED:
            control.seeking_since = None
        elif news is PlayerEvent.LOADED:
            control.player.set_speed(self._speed_of(side))
            self._seek(self._now() if self._target is None else self._target)

    # Steps.

    def _send_step(self) -> None:
        frames = 1 if self._steps > 0 else -1
        self._steps -= frames
        self._settle()
        leader = self._leader(self._clock[0])
        if leader is None:
            return
        frame_a, frame_b = (control.player.state.frame_s for control in self._controls)
        alike = abs(frame_b * self.state.pairing.speed / frame_a - 1) < 0.03
        frame = self._controls[leader].player.state.frame_s * (
            1 if leader is Side.A else self.state.pairing.speed
        )
        position = self._clock[0] + frames * frame
        going = [side for side in Side if self._runs(side, position)]
        here = self.line.at(position) is self.line.at(self._clock[0])
        able = alike or len(going) == 1
        if frames == 1 and here and able and all(self._within(side, position) for side in going):
            for side in going:
                self._controls[side].step()
        else:
            self._seek(position)

    # What time does.

    def _tick(self) -> float:
        """Keep both where they belong; returns how long to wait for the next time."""
        wait = 0.01 if self._steps else TICK_S
        if not self._busy():
            if self._meets:
                self._declare_same()
            if self._target is not None:
                self._send_seeks()
            elif self.state.playing:
                wait = self._keep_in_step()
            elif self._show_everything():
                wait = 0.0
            elif self._steps:
                self._send_step()
                wait = 0.01
            else:
                self._settle()
        start, end = self._span()
        position = self._target if self._target is not None else self._now()
        self._change(position_s=position, start_s=start, end_s=end, ready=self._both_open())
        return wait

    def _declare_same(self) -> None:
        """The pictures that are seen, not where the clock is, say what belongs together."""
        self._meets = False
        seen = [player.picture for player in self.players]
        a, b = (
            player.state.position_s if picture is None else picture.position_s
            for player, picture in zip(self.players, seen, strict=True)
        )
        if a is not None and b is not None:
            self._change(pairing=self.state.pairing.meeting(a, b))
            self._set_clock(self.line.position(Side.A, a))
            self._alone = False

    def _both_open(self) -> bool:
        """Whether both files are open, or known not to be playable."""
        return all(control.player.state.loaded or control.player.state.failure for control in self._controls)

    def _busy(self) -> bool:
        """Whether a seek or step of both is still on its way (not a seek of a side that catches up)."""
        return any(control.busy(time.monotonic()) for control in self._controls)

    def _settle(self) -> None:
        """While paused: the clock is at the leader's picture, and the other side at the frame nearest to it."""
        if self.state.seeking:
            self._change(seeking=False)
        for control in self._controls:  # a step that was overtaken by a seek leaves libmpv playing
            if control.usable and not control.player.state.paused:
                control.player.pause()
        leader = self._leader(self._clock[0])
        shown = self._controls[leader].player.state.position_s if leader is not None else None
        if leader is None or shown is None or not self._controls[leader].player.state.paused:
            return
        if not self._both_open():  # the one that opened first has no say in where both begin
            return
        self._set_clock(self._common(leader, shown))
        if self._clock[0] != self._settled_at and not self._alone:
            self._settled_at = self._clock[0]
            for side in (leader.other, leader):  # that too, where it has run past a cut
                self._bring_near(side)

    def _bring_near(self, side: Side) -> None:
        own, state = self._own(side, self._clock[0]), self._controls[side].player.state
        near = state.position_s is not None and abs(state.position_s - own) < NEAR * state.frame_s
        if not near and self._within(side, self._clock[0]):
            self._hold(side)
            self._send_seek(side, own)
