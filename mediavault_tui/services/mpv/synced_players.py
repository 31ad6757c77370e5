"""Two players on one clock: what can be asked of both. How they are kept together: `sync_loop`."""

from functools import partial

from mediavault_tui.domain.playback_sync import TOGETHER, Pairing, newest_together
from mediavault_tui.services.mpv.side_control import Side, SyncedState
from mediavault_tui.services.mpv.state import Picture, State
from mediavault_tui.services.mpv.sync_loop import SyncLoop

__all__ = ["SPEEDS", "Side", "SyncedPlayers", "SyncedState", "states"]

_STEPS_AHEAD = 3
SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 4.0)
"""Offered for choosing; any other works as well."""


class SyncedPlayers(SyncLoop):
    """Both players in step. All requests return at once; `state` says what came of them."""

    def play(self) -> None:
        """Run both from where they are; from the start when at the end."""
        self._requests.put(partial(self._set_playing, True))

    def pause(self) -> None:
        """Hold both, on the same picture."""
        self._requests.put(partial(self._set_playing, False))

    def toggle(self) -> None:
        """Play or pause."""
        self._requests.put(lambda: self._set_playing(not self.state.playing))

    def seek_to(self, position_s: float) -> None:
        """Go to a moment of the line, both sides."""
        self._requests.put(partial(self._seek, position_s))

    def seek_by(self, seconds: float) -> None:
        """Go forward or back from here; several in a row add up."""
        self._requests.put(
            lambda: self._seek((self._now() if self._target is None else self._target) + seconds)
        )

    def seek_percent(self, percent: float) -> None:
        """Go to a share of all there is."""
        self._requests.put(lambda: self._seek(self._share(percent / 100)))

    def step(self, frames: int) -> None:
        """Pause, and go a frame forward (1) or back (-1)."""
        self._requests.put(partial(self._step, frames))

    def set_speed(self, speed: float) -> None:
        """Play both so many times as fast as a's own speed."""
        self._requests.put(partial(self._set_speed, speed))

    def nudge(self, seconds: float) -> None:
        """Let b show what comes so much later."""
        self._requests.put(lambda: self._pair(self.state.pairing.nudged(seconds)))

    def pair(self, pairing: Pairing) -> None:
        """Say anew which moments belong together."""
        self._requests.put(partial(self._pair, pairing))

    def move_alone(self, side: Side, seconds: float) -> None:
        """Move one side only, paused, until both show the same; then `meet`."""
        self._requests.put(partial(self._move_alone, side, seconds))

    def align_now(self) -> None:
        """The two pictures shown now are the same moment."""
        self._requests.put(self._meet)

    def loop_mark(self) -> None:
        """First call: loop from here. Second: to here. Third: no loop."""
        self._requests.put(self._loop_mark)

    def hear(self, side: Side | None) -> None:
        """Play the sound of one side, or of none."""
        self._requests.put(partial(self._hear, side))

    def close(self) -> None:
        """End both players; may take a moment, so use a thread."""
        self._requests.put(None)
        self._thread.join()
        for control in self._controls:
            control.player.close()

    def pictures(self) -> tuple[Picture | None, Picture | None]:
        """What both are to be seen with: the newest pictures of the same moment.

        While both play one is always drawn a little before the other, under load a few frames before. Where no
        two belong together (one side has nothing there, or is on its way) the last of each. Thread-safe.
        """
        a, b = (tuple(player.recent) for player in self.players)
        runs = all(self._runs(side, self.state.position_s) for side in Side)
        if self.state.playing and runs and not any(player.state.ended for player in self.players):
            times_a, times_b = (
                [None if p.position_s is None else self._common(side, p.position_s) for p in recent]
                for side, recent in zip(Side, (a, b), strict=True)
            )
            for apart_s in self._apart():
                found = newest_together(times_a, times_b, TOGETHER * apart_s)
                if found is not None:
                    return a[found[0]], b[found[1]]
        return (a[-1] if a else None), (b[-1] if b else None)

    def _apart(self) -> tuple[float, float]:
        """From one picture to the next on the side that has fewer: as filmed, and as some are left out."""
        a, b = self._controls
        speed = self.state.pairing.speed
        return (
            max(a.player.state.frame_s, b.player.state.frame_s * speed),
            max(a.apart_s, b.apart_s * speed),
        )

    # What requests do, in the thread of the sync loop.

    def _set_playing(self, playing: bool) -> None:
        position = self._now()
        self._set_clock(position)
        self._change(playing=playing)
        if not playing:
            for side in Side:
                self._hold(side)
            self._settled_at = None
        elif self._target is None:
            start, end = self._span()
            if position >= end - 0.1:
                self._seek(start)
            elif self._lighten_again():
                self._seek(position)
            else:
                self._start()

    def _step(self, frames: int) -> None:
        """Steps wait for one another; of a key held down only the last few count."""
        if self.state.playing:
            self._set_playing(False)
        self._steps = max(-_STEPS_AHEAD, min(_STEPS_AHEAD, self._steps + frames))

    def _set_speed(self, speed: float) -> None:
        position, is_less = self._now(), speed < self.state.speed
        self._set_clock(position)
        self._change(speed=speed)
        self._tempo.clear()
        for side in Side:
            control = self._controls[side]
            control.player.set_speed(self._speed_of(side))
            if is_less:
                control.forget_needs()
        if is_less and self._show_everything():
            self._seek(position)

    def _pair(self, pairing: Pairing) -> None:
        position = self._now()
        speed_changes = pairing.speed != self.state.pairing.speed
        own = self._own(Side.A, position)
        self._change(pairing=pairing)
        position = self.line.position(Side.A, own, position)  # what a shows stays
        if speed_changes:
            self._set_speed(self.state.speed)
        if not self.state.playing or speed_changes:
            self._seek(position)

    def _move_alone(self, side: Side, seconds: float) -> None:
        if self.state.playing:
            self._set_playing(False)
        own = self._controls[side].player.state.position_s
        if own is not None:
            self._alone = True
            self._send_seek(side, own + seconds)

    def _meet(self) -> None:
        """Once what was sought is there: before that nobody knows where it is."""
        self._meets = True

    def _loop_mark(self) -> None:
        loop, now = self.state.loop, self._now()
        if loop is None:
            self._change(loop=(now, None))
        elif loop[1] is None and now > loop[0] + 0.2:
            self._change(loop=(loop[0], now))
        else:
            self._change(loop=None)

    def _hear(self, heard: Side | None) -> None:
        self._change(heard=heard)
        for side in Side:
            self._controls[side].player.set("aid", "auto" if side is heard else "no")

    def _share(self, share: float) -> float:
        start, end = self._span()
        return start + (end - start) * share


def states(synced: SyncedPlayers) -> tuple[State, State]:
    """What is known about a and b."""
    return synced.players[0].state, synced.players[1].state
