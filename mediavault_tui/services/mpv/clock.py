"""Two players and what is wanted of each: the clock's arithmetic, and holding, starting, seeking both.

`sync_policy` adds what happens while they play, `sync_loop` the thread in which all of it runs.
"""

import time
from collections.abc import Callable
from functools import partial

import msgspec

from mediavault_tui.domain.playback_sync import Pairing, frame_target
from mediavault_tui.domain.playback_timeline import Line, line_of
from mediavault_tui.services.mpv.frame_skipping import SpeedMonitor
from mediavault_tui.services.mpv.player import Player, PlayerEvent
from mediavault_tui.services.mpv.side_control import Side, SideControl, SyncedState

TICK_S = 0.1
PASSED_S = 0.7
"""A side that has run so far past a cut, because the machine was busy, is still taken to have come to it."""


class SharedClock:
    """Both sides, and where the clock is."""

    def __init__(
        self,
        paths: tuple[str | bytes, str | bytes],
        pairing: Pairing,
        heard_from: Callable[[Side, Player, PlayerEvent], None],
        options: tuple[dict[str, str] | None, dict[str, str] | None],
    ) -> None:
        self.state = SyncedState(pairing=pairing)
        self._clock = (0.0, time.monotonic())
        self._target: float | None = None
        self._tempo = SpeedMonitor()
        self._leader_waits = False
        """Whether the clock stands until the follower has caught up."""
        self._alone = False
        """Whether one side has been moved by itself, to find where they meet."""
        self._controls = [
            SideControl(Player(paths[s], partial(heard_from, s), options=options[s])) for s in Side
        ]

    @property
    def players(self) -> tuple[Player, Player]:
        """a and b."""
        return self._controls[0].player, self._controls[1].player

    def _change(self, **changes: object) -> None:
        self.state = msgspec.structs.replace(self.state, **changes)

    # Times: all but a side's own are those of the line.

    @property
    def line(self) -> Line:
        """What is played, in order. A side that fails has no part in it, so that nobody stands and waits for it."""
        pairing = self.state.pairing
        if pairing.stretches and any(control.player.state.failure for control in self._controls):
            pairing = Pairing(pairing.shift_s, pairing.speed)
        return line_of(pairing)

    def _own(self, side: Side, position_s: float) -> float:
        return self.line.own(side, position_s)

    def _common(self, side: Side, own_s: float) -> float:
        """Where the clock is when it is at a side's own time: of several places the one it is at already."""
        return self.line.position(side, own_s, self._clock[0], PASSED_S)

    def _runs(self, side: Side, position_s: float) -> bool:
        """Whether a side has something there, and does not stand at a cut."""
        return self.line.runs(side, position_s)

    def _span(self) -> tuple[float, float]:
        """Where something can be seen; a side that failed has no say."""
        usable = [side for side in Side if self._controls[side].usable and self._controls[side].duration]
        starts = [self.line.position(side, 0.0) for side in usable]
        ends = [self.line.position(side, self._controls[side].duration) for side in usable]
        return (min(starts), max(ends)) if usable else (0.0, 0.0)

    def _speed_of(self, side: Side) -> float:
        own = self.state.speed if side is Side.A else self.state.speed / self.state.pairing.speed
        return own * self._controls[side].trim

    def _now(self) -> float:
        position, at = self._clock
        held = self.state.waiting_for is not None or self._leader_waits or self.state.seeking
        moving = self.state.playing and self._target is None and not held
        return position + (time.monotonic() - at) * self.state.speed if moving else position

    def _set_clock(self, position_s: float) -> None:
        self._clock = (position_s, time.monotonic())

    def _within(self, side: Side, position_s: float) -> bool:
        control = self._controls[side]
        return control.usable and 0.0 <= self._own(side, position_s) < control.duration

    # Bringing both somewhere.

    def _hold(self, side: Side) -> None:
        control = self._controls[side]
        control.stand()
        self._set_trim(control, side, 1.0)

    def _start(self) -> None:
        """Let both go at the same instant, where they have something to show."""
        self._alone = self._leader_waits = False
        self._change(waiting_for=None)  # whoever still waits for data will be noticed again
        self._tempo.clear()
        position = self._clock[0]
        self._set_clock(position)
        for side in Side:
            control = self._controls[side]
            if self._within(side, position) and self._runs(side, position):
                control.run()
            elif control.usable and self._own(side, position) < control.duration:
                control.held_at = max(0.0, self._own(side, position))

    def _seek(self, position_s: float) -> None:
        """Both sides, held until both have arrived. While a seek is on its way only the target changes."""
        self._alone = False
        start, end = self._span()
        self._target = min(max(position_s, start), end) if end > start else position_s
        self._change(seeking=True)

    def _send_seeks(self) -> None:
        assert self._target is not None
        for side in Side:
            control = self._controls[side]
            own = self._own(side, self._target)
            if control.usable and (self._runs(side, self._target) or not control.stands_at(own)):
                self._hold(side)
                self._send_seek(side, own)
        self._set_clock(self._target)
        self._target = None

    def _send_seek(self, side: Side, own_s: float) -> None:
        control = self._controls[side]
        frame = control.player.state.frame_s
        last = max(0.0, control.duration - frame)
        control.seek(frame_target(min(max(own_s, 0.0), last), frame))

    def _set_trim(self, control: SideControl, side: Side, trim: float) -> None:
        if abs(trim - control.trim) > 0.004 or (trim == 1.0) != (control.trim == 1.0):
            control.trim = trim
            control.player.set_speed(self._speed_of(side))
