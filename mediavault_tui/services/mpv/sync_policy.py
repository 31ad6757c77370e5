"""What keeps two players together while they play.

The clock follows the side that leads: the one that is heard, else a, else b where a has nothing. The other
side is held to it: a small difference is worked off by playing a little faster or slower, at a larger one
the side that is ahead stops for a moment, and when they are hopelessly apart both seek. A side that cannot
be decoded fast enough leaves pictures out (`frame_skipping`).

Where only one side has something, it leads, and the other stands at its cut: sought once, to the picture with
which both go on.
"""

import time

from mediavault_tui.domain.playback_sync import correction, position_at
from mediavault_tui.services.mpv.clock import TICK_S, SharedClock
from mediavault_tui.services.mpv.frame_skipping import SLOW, next_level
from mediavault_tui.services.mpv.side_control import Side

_JUMPS_APART_S = 5.0
_LATE_S = 0.25
"""Starting takes less, unless the machine is busy."""
_WORTH_A_SEEK_S = 1.0
"""A seek may take so long: where both go on sooner, it would come too late."""


class SyncPolicy(SharedClock):
    """Both sides, kept in step."""

    _jumped_at = 0.0
    _section_starts = 0.0

    def _keep_in_step(self) -> float:
        if self.state.seeking:  # both have arrived
            self._change(seeking=False)
            self._start()
            return TICK_S
        position = self._now()
        self._note_cut(position)
        if self._starves() or self._lightened():
            return TICK_S
        leader = self._leader(position)
        if self._nobody_goes_on(leader, position):
            return TICK_S
        if leader is not None:
            position = self._follow_leader(leader, position)
        if self._at_an_end(position):
            return TICK_S
        waits = [self._hold_to_clock(side, position) for side in Side if side is not leader]
        return min([*waits, self._until_next(position)])

    def _note_cut(self, position_s: float) -> None:
        """A side that stops or starts there says nothing of how fast both can go."""
        starts = self.line.at(position_s).start_s
        if starts != self._section_starts:
            self._section_starts = starts
            self._tempo.clear()

    def _until_next(self, position_s: float) -> float:
        """How long to wait at most, so that nobody runs past a cut."""
        left = (self.line.at(position_s).end_s - position_s) / max(self.state.speed, 0.01)
        return min(TICK_S, max(left, 0.002))

    def _leader(self, position_s: float) -> Side | None:
        heard = self.state.heard
        order = (heard, heard.other) if heard is not None else (Side.A, Side.B)
        there = [side for side in order if self._within(side, position_s)]
        there = [side for side in there if self._runs(side, position_s)] or there
        now = time.monotonic()
        return next(
            (side for side in there if not self._controls[side].is_lost(now)), there[0] if there else None
        )

    def _nobody_goes_on(self, leader: Side | None, position_s: float) -> bool:
        """Pass over what only one side has where that cannot be played."""
        here = self.line.at(position_s)
        if all(here.runs(side) for side in Side) or position_s >= self._span()[1]:
            return False
        if leader is not None and here.runs(leader):
            control = self._controls[leader]
            if not (control.is_lost(time.monotonic()) or control.player.state.ended):
                return False
        self._seek(here.end_s)
        return True

    def _starves(self) -> bool:
        """Hold the clock while a side waits for its data."""
        starving = [
            side
            for side in Side
            if self._controls[side].running and self._controls[side].player.state.starving
        ]
        before = self.state.waiting_for
        if starving and before is None:
            self._set_clock(self._now())
            self._controls[starving[0].other].player.pause()
            self._change(waiting_for=starving[0])
        elif before is not None and not starving:
            self._change(waiting_for=None)
            self._set_clock(self._clock[0])
            self._start()
        return bool(starving)

    # Sides that are too slow.

    def _lightened(self) -> bool:
        """Whether a side had to be told to leave pictures out; both then meet again where the clock is."""
        self._watch_tempo()
        share, slow = self._tempo.share, Side(self._tempo.slower)
        if share >= SLOW:
            return False
        sides = [slow, slow.other] if self._is_as_heavy(slow.other, slow) else [slow]
        light = [control for side in sides if (control := self._controls[side]).can_be_lightened]
        for control in light:
            control.set_frame_skipping(next_level(control.level, share), time.monotonic())
        if light:
            self._seek(self._now())
        return bool(light)

    def _watch_tempo(self) -> None:
        a, b = self._controls
        leader = self._leader(self._now())
        if self._tempo.is_new and leader is not None and not self._controls[leader].player.marks:
            return  # how long it takes to start says nothing of how fast it goes
        idle = [control.held_at is not None or control.trim < 1.0 for control in self._controls]
        if leader is not None:
            idle[leader] |= self._leader_waits or self._controls[leader.other].trim > 1.0
        self._tempo.note(
            time.monotonic(),
            self._now(),
            self.state.speed,
            (a.player.shown, b.player.shown),
            (idle[0], idle[1]),
        )
        told = [self._tempo.pictures_per_s(side) if self._controls[side].level else None for side in Side]
        if self._tempo.pictures_per_s(0) is not None and (told[0], told[1]) != self.state.pictures_per_s:
            self._change(pictures_per_s=(told[0], told[1]))

    def _is_as_heavy(self, side: Side, other: Side) -> bool:
        """Whether a side gives its decoder about as much to do: it shares the machine, and its fate."""
        mine, others = (self._controls[s].player.state.pixels_per_s for s in (side, other))
        return mine > others / 2

    def _show_everything(self) -> bool:
        """While paused no picture is left out. Whether there was something to change."""
        light = [control for control in self._controls if control.level]
        for control in light:
            control.set_frame_skipping(0, time.monotonic())
        if light:
            leader = self._leader(self._clock[0])
            shown = None if leader is None else self._controls[leader].player.state.position_s
            self._change(pictures_per_s=(None, None))
            self._seek(self._clock[0] if leader is None or shown is None else self._common(leader, shown))
        return bool(light)

    def _lighten_again(self) -> bool:
        """Begin with what was needed before. Whether both have to be sought for that."""
        now = time.monotonic()
        known = [(control, level) for control in self._controls if (level := control.needed_before(now)) > 0]
        for control, level in known:
            control.set_frame_skipping(level, now)
        return bool(known)

    # The leader and the follower.

    def _follow_leader(self, leader: Side, position_s: float) -> float:
        """The clock is where the leader is."""
        control = self._controls[leader]
        if not control.running and not self._leader_waits:
            control.run()
        self._set_trim(control, leader, 1.0)
        if control.player.state.ended:
            return position_s
        own = control.player.state.position_s if self._leader_waits else self._actual(leader)
        # Before its first picture nobody knows where it is: until then the clock stands.
        position_s = self._clock[0] if own is None else self._common(leader, own)
        self._set_clock(position_s)
        return position_s

    def _actual(self, side: Side) -> float | None:
        control = self._controls[side]
        marks, now = tuple(control.player.marks), time.monotonic()
        return position_at(marks, self._speed_of(side), now, control.apart_s * self.state.speed)

    def _at_an_end(self, position_s: float) -> bool:
        loop, (_start, end) = self.state.loop, self._span()
        if loop is not None and loop[1] is not None and position_s >= loop[1]:
            self._seek(loop[0])
            return True
        running = [control for control in self._controls if control.usable and not control.player.state.ended]
        if position_s >= end or not running:
            self._set_clock(min(position_s, end))
            self._change(playing=False)
            return True
        return False

    def _hold_to_clock(self, side: Side, position_s: float) -> float:
        """Let the follower wait, run or trim. Returns when to look again, at most a tick."""
        control, own = self._controls[side], self._own(side, position_s)
        if control.usable and not self._runs(side, position_s):
            self._stand_at_cut(side, position_s)
            return TICK_S
        if not control.usable or own >= control.duration or control.player.state.ended:
            self._leader_waits = False
            return TICK_S
        if control.held_at is not None:
            return self._waiting(side, control.held_at - own)
        if not control.running:
            control.held_at = max(0.0, own)
            return 0.0
        actual = self._actual(side)
        if control.is_lost(time.monotonic()):
            self._leader_waits = False
            return TICK_S
        if actual is None:
            self._wait_for_start(side, own)
            return TICK_S / 4
        self._change(lead_s=actual - own)
        self._correct(side, actual, own)
        return TICK_S if not self._leader_waits else TICK_S / 4

    def _stand_at_cut(self, side: Side, position_s: float) -> None:
        """Hold a side where it goes on later; sought there once, if there is time for that."""
        control, own = self._controls[side], self._own(side, position_s)
        self._leader_waits = False
        if control.held_at == own:
            return
        self._hold(side)
        control.held_at = own
        if self.line.at(position_s).end_s - position_s > _WORTH_A_SEEK_S * self.state.speed:
            self._send_seek(side, own)

    def _wait_for_start(self, side: Side, own: float) -> None:
        """A side that takes long to show its first picture is not left behind."""
        control, leader = self._controls[side], self._controls[side.other]
        at = control.player.state.position_s
        late = at is not None and own - at > _LATE_S * self._speed_of(side)
        if late and leader.running and not self._leader_waits:
            leader.stand()
            self._leader_waits = True

    def _correct(self, side: Side, actual: float, own: float) -> None:
        control, leader = self._controls[side], self._controls[side.other]
        todo = correction(actual - own, control.player.state.frame_s, correcting=control.trim != 1.0)
        if todo.jump and self._may_jump():
            self._seek(self._now())
        elif (todo.hold or todo.jump) and actual > own:
            control.stand(held_at=actual)
        elif (todo.hold or todo.jump) and not self._leader_waits:
            leader.stand()
            self._leader_waits = True
        else:
            self._set_trim(control, side, todo.trim)
        if self._leader_waits and actual > own - control.player.state.frame_s:
            self._leader_waits = False

    def _may_jump(self) -> bool:
        """Files that cannot be sought well end up elsewhere: that is no reason to seek all the time."""
        now = time.monotonic()
        if now - self._jumped_at < _JUMPS_APART_S:
            return False
        self._jumped_at = now
        return True

    def _waiting(self, side: Side, early_s: float) -> float:
        """A side that waits for the clock: start it when its moment comes; seek both when that has passed."""
        control = self._controls[side]
        early_s /= max(self._speed_of(side), 0.01)
        if early_s > 0.002:
            return min(TICK_S, early_s)
        if early_s < -TICK_S and self._may_jump():
            self._seek(self._now())
        else:
            control.run()
        return TICK_S
