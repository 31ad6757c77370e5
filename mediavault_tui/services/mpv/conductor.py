"""The thread that keeps two players on one clock.

The clock counts seconds of a (`domain/sync.Pairing` turns them into b's) and follows the side that leads:
the one that is heard, else a, else b where a has nothing. The other side is held to it: a small difference
is worked off by playing a little faster or slower, at a larger one the side that is ahead stops for a
moment, and a side that is hopelessly behind seeks ahead and waits there.

Everything is decided in this one thread, fed by a queue; callers and libmpv's threads only put something in.
"""

import queue
import threading
import time
from collections.abc import Callable
from functools import partial

import msgspec

from mediavault_tui.domain.sync import Pairing, correction, frame_target, position_at
from mediavault_tui.services.mpv.course import AHEAD_S, Course, DuetState, Side
from mediavault_tui.services.mpv.player import News, Player

_TICK_S = 0.1


class Conductor:
    """Two players and their clock. `Duet` adds what can be asked of them."""

    def __init__(
        self,
        a: str | bytes,
        b: str | bytes,
        pairing: Pairing = Pairing(),  # noqa: B008 - frozen
        listener: Callable[[Side, News], None] = lambda _side, _news: None,
        options: tuple[dict[str, str] | None, dict[str, str] | None] = (None, None),
    ) -> None:
        self._listener = listener
        self._requests: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self.state = DuetState(pairing=pairing)
        self._clock = (0.0, time.monotonic())
        self._target: float | None = None
        self._settled_at: float | None = None
        """Where both were brought together last, while paused."""
        self._steps = 0
        self._leader_waits = False
        """Whether the clock stands until the follower has caught up."""
        self._alone = False
        """Whether one side has been moved by itself, to find where they meet."""
        paths = (a, b)
        self._courses = [
            Course(Player(paths[s], partial(self._heard_from, s), options=options[s])) for s in Side
        ]
        self._thread = threading.Thread(target=self._conduct, name="duet", daemon=True)
        self._thread.start()

    @property
    def players(self) -> tuple[Player, Player]:
        """a and b."""
        return self._courses[0].player, self._courses[1].player

    # The thread.

    def _conduct(self) -> None:
        wait = _TICK_S
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

    def _heard_from(self, side: Side, _player: Player, news: News) -> None:
        if news is not News.PICTURE:
            self._requests.put(partial(self._take_note, side, news))
        self._listener(side, news)

    def _take_note(self, side: Side, news: News) -> None:
        course = self._courses[side]
        if news is News.SETTLED:
            course.seeking_since = None
        elif news is News.LOADED:
            course.player.set_speed(self._speed_of(side))
            self._seek(self._now() if self._target is None else self._target)

    def _change(self, **changes: object) -> None:
        self.state = msgspec.structs.replace(self.state, **changes)

    # Times.

    def _own(self, side: Side, position_s: float) -> float:
        return position_s if side is Side.A else self.state.pairing.in_b(position_s)

    def _common(self, side: Side, own_s: float) -> float:
        return own_s if side is Side.A else self.state.pairing.in_a(own_s)

    def _span(self) -> tuple[float, float]:
        """Where something can be seen; a side that failed has no say."""
        usable = [side for side in Side if self._courses[side].usable and self._courses[side].duration]
        starts = [self._common(side, 0.0) for side in usable]
        ends = [self._common(side, self._courses[side].duration) for side in usable]
        return (min(starts), max(ends)) if usable else (0.0, 0.0)

    def _speed_of(self, side: Side) -> float:
        own = self.state.speed if side is Side.A else self.state.speed / self.state.pairing.speed
        return own * self._courses[side].trim

    def _now(self) -> float:
        position, at = self._clock
        held = self.state.waiting_for is not None or self._leader_waits
        moving = self.state.playing and self._target is None and not held
        return position + (time.monotonic() - at) * self.state.speed if moving else position

    def _set_clock(self, position_s: float) -> None:
        self._clock = (position_s, time.monotonic())

    def _within(self, side: Side, position_s: float) -> bool:
        course = self._courses[side]
        return course.usable and 0.0 <= self._own(side, position_s) < course.duration

    # Bringing both somewhere.

    def _hold(self, side: Side) -> None:
        course = self._courses[side]
        course.player.pause()
        course.running, course.held_at = False, None
        self._set_trim(course, side, 1.0)

    def _start(self) -> None:
        """Let both go at the same instant, where they have something to show."""
        self._alone = self._leader_waits = False
        position = self._clock[0]
        self._set_clock(position)
        for side in Side:
            course = self._courses[side]
            course.player.marks.clear()
            if self._within(side, position):
                course.player.play()
                course.running, course.held_at = True, None
            elif course.usable and self._own(side, position) < 0:
                course.held_at = 0.0

    def _seek(self, position_s: float) -> None:
        """Both sides, held until both have arrived. While a seek is on its way only the target changes."""
        self._alone = False
        start, end = self._span()
        self._target = min(max(position_s, start), end) if end > start else position_s
        self._change(seeking=True)

    def _send_seeks(self) -> None:
        assert self._target is not None
        for side in Side:
            course = self._courses[side]
            if course.usable:
                course.player.pause()
                course.running, course.held_at = False, None
                self._set_trim(course, side, 1.0)
                self._send_seek(side, self._own(side, self._target))
        self._set_clock(self._target)
        self._target = None

    def _send_seek(self, side: Side, own_s: float) -> None:
        course = self._courses[side]
        frame = course.player.state.frame_s
        last = max(0.0, course.duration - frame)
        course.seeking_since = time.monotonic()
        course.player.seek(frame_target(min(max(own_s, 0.0), last), frame))

    def _send_step(self) -> None:
        frames = 1 if self._steps > 0 else -1
        self._steps -= frames
        self._settle()
        leader = self._leader(self._clock[0])
        if leader is None:
            return
        frame_a, frame_b = (course.player.state.frame_s for course in self._courses)
        alike = abs(frame_b * self.state.pairing.speed / frame_a - 1) < 0.03
        frame = self._courses[leader].player.state.frame_s * (
            1 if leader is Side.A else self.state.pairing.speed
        )
        position = self._clock[0] + frames * frame
        if frames == 1 and alike and all(self._within(side, position) for side in Side):
            for course in self._courses:
                course.stepping_since = time.monotonic()
                course.player.step()
        else:
            self._seek(position)

    # What time does.

    def _tick(self) -> float:
        """Keep both where they belong; returns how long to wait for the next time."""
        wait = 0.01 if self._steps else _TICK_S
        if not self._busy():
            if self._target is not None:
                self._send_seeks()
            elif self.state.playing:
                wait = self._keep_in_step()
            elif self._steps:
                self._send_step()
                wait = 0.01
            else:
                self._settle()
        start, end = self._span()
        position = self._target if self._target is not None else self._now()
        self._change(position_s=position, start_s=start, end_s=end, ready=self._both_open())
        return wait

    def _both_open(self) -> bool:
        """Whether both files are open, or known not to be playable."""
        return all(course.player.state.loaded or course.player.state.failure for course in self._courses)

    def _busy(self) -> bool:
        """Whether a seek or step of both is still on its way (not a seek of a side that catches up)."""
        return any(course.busy(time.monotonic()) for course in self._courses)

    def _leader(self, position_s: float) -> Side | None:
        heard = self.state.heard
        order = (heard, heard.other) if heard is not None else (Side.A, Side.B)
        return next((side for side in order if self._within(side, position_s)), None)

    def _keep_in_step(self) -> float:
        if self.state.seeking:  # both have arrived
            self._change(seeking=False)
            self._start()
            return _TICK_S
        if self._starves():
            return _TICK_S
        position = self._now()
        leader = self._leader(position)
        if leader is not None:
            position = self._follow_leader(leader, position)
        if self._at_an_end(position):
            return _TICK_S
        waits = [self._hold_to_clock(side, position) for side in Side if side is not leader]
        return min(waits, default=_TICK_S)

    def _starves(self) -> bool:
        """Hold the clock while a side waits for its data."""
        starving = [
            side for side in Side if self._courses[side].running and self._courses[side].player.state.starving
        ]
        before = self.state.waiting_for
        if starving and before is None:
            self._set_clock(self._now())
            self._courses[starving[0].other].player.pause()
            self._change(waiting_for=starving[0])
        elif before is not None and not starving:
            self._change(waiting_for=None)
            self._set_clock(self._clock[0])
            self._start()
        return bool(starving)

    def _follow_leader(self, leader: Side, position_s: float) -> float:
        """The clock is where the leader is."""
        course = self._courses[leader]
        if not course.running and not self._leader_waits:
            course.player.play()
            course.running, course.held_at = True, None
        self._set_trim(course, leader, 1.0)
        own = course.player.state.position_s if self._leader_waits else self._actual(leader)
        if own is not None and not course.player.state.ended:
            position_s = self._common(leader, own)
            self._set_clock(position_s)
        return position_s

    def _actual(self, side: Side) -> float | None:
        player = self._courses[side].player
        return position_at(
            tuple(player.marks),
            self._speed_of(side),
            time.monotonic(),
            player.state.frame_s * self.state.speed,
        )

    def _at_an_end(self, position_s: float) -> bool:
        loop, (_start, end) = self.state.loop, self._span()
        if loop is not None and loop[1] is not None and position_s >= loop[1]:
            self._seek(loop[0])
            return True
        running = [course for course in self._courses if course.usable and not course.player.state.ended]
        if position_s >= end or not running:
            self._set_clock(min(position_s, end))
            self._change(playing=False)
            return True
        return False

    def _hold_to_clock(self, side: Side, position_s: float) -> float:
        """Let the follower wait, run, trim or jump. Returns when to look again, at most a tick."""
        course, own = self._courses[side], self._own(side, position_s)
        if not course.usable or own >= course.duration:
            return _TICK_S
        if course.held_at is not None:
            return self._waiting(side, course.held_at - own)
        if not course.running:
            course.held_at = max(0.0, own)
            return 0.0
        actual = self._actual(side)
        if actual is None:
            return _TICK_S
        self._change(lead_s=actual - own)
        self._correct(side, actual, own)
        return _TICK_S if not self._leader_waits else _TICK_S / 4

    def _correct(self, side: Side, actual: float, own: float) -> None:
        course, leader = self._courses[side], self._courses[side.other]
        todo = correction(actual - own, course.player.state.frame_s, correcting=course.trim != 1.0)
        if todo.jump and actual < own:
            self._jump_ahead(side, own)
        elif (todo.hold or todo.jump) and actual > own:
            course.player.pause()
            course.running, course.held_at = False, actual
        elif todo.hold and not self._leader_waits:
            leader.player.pause()
            leader.running, self._leader_waits = False, True
        else:
            self._set_trim(course, side, todo.trim)
        if self._leader_waits and (actual > own - course.player.state.frame_s or todo.jump):
            self._leader_waits = False

    def _waiting(self, side: Side, early_s: float) -> float:
        """A side that waits for the clock: start it when its moment comes, jump again when that has passed."""
        course = self._courses[side]
        arrived = course.seeking_since is None
        early_s /= max(self._speed_of(side), 0.01)
        if arrived and early_s <= 0.002:
            if early_s < -_TICK_S:
                course.ahead_s = min(course.ahead_s * 2, 4.0)
                self._jump_ahead(side, self._own(side, self._now()))
                return _TICK_S
            course.player.marks.clear()
            course.player.play()
            course.running, course.held_at, course.ahead_s = True, None, AHEAD_S
        return min(_TICK_S, max(0.002, early_s)) if arrived else 0.02

    def _jump_ahead(self, side: Side, own_s: float) -> None:
        course = self._courses[side]
        course.player.pause()
        course.running = False
        self._set_trim(course, side, 1.0)
        course.held_at = own_s + course.ahead_s * self.state.speed
        if course.held_at < course.duration:
            self._send_seek(side, course.held_at)

    def _set_trim(self, course: Course, side: Side, trim: float) -> None:
        if abs(trim - course.trim) > 0.004 or (trim == 1.0) != (course.trim == 1.0):
            course.trim = trim
            course.player.set_speed(self._speed_of(side))

    def _settle(self) -> None:
        """While paused: the clock is at the leader's picture, and the other side at the frame nearest to it."""
        if self.state.seeking:
            self._change(seeking=False)
        leader = self._leader(self._clock[0])
        shown = self._courses[leader].player.state.position_s if leader is not None else None
        if leader is None or shown is None or not self._courses[leader].player.state.paused:
            return
        if not self._both_open():  # the one that opened first has no say in where both begin
            return
        self._set_clock(self._common(leader, shown))
        if self._clock[0] != self._settled_at and not self._alone:
            self._settled_at = self._clock[0]
            self._bring_near(leader.other)

    def _bring_near(self, side: Side) -> None:
        own, state = self._own(side, self._clock[0]), self._courses[side].player.state
        near = state.position_s is not None and abs(state.position_s - own) < 0.6 * state.frame_s
        if not near and self._within(side, self._clock[0]):
            self._send_seek(side, own)
