"""What can be done with time: playing, seeking, stepping, sound, tracks, timing. A part of PlayerPair."""

from mediavault_tui.domain.playback_sync import next_mark
from mediavault_tui.services.mpv.synced_players import SPEEDS, Side, states
from mediavault_tui.services.terminal import capabilities
from mediavault_tui.ui.players.player_base import PlayerBase


class PlaybackActions(PlayerBase):
    """Actions that go to the pair of players."""

    # Going about in time.

    def action_play(self) -> None:
        """Play or pause."""
        self.synced.toggle()

    def action_seek(self, seconds: float) -> None:
        """Go forward or back."""
        self.synced.seek_by(seconds)

    def action_percent(self, percent: float) -> None:
        """Go to a share of the whole."""
        self.synced.seek_percent(percent)

    def action_forward(self) -> None:
        """Five seconds on."""
        self.synced.seek_by(5)

    def action_back(self) -> None:
        """Five seconds back."""
        self.synced.seek_by(-5)

    def action_forward_minute(self) -> None:
        """A minute on."""
        self.synced.seek_by(60)

    def action_back_minute(self) -> None:
        """A minute back."""
        self.synced.seek_by(-60)

    def action_forward_tenth(self) -> None:
        """A tenth on."""
        self._tenth(1)

    def action_back_tenth(self) -> None:
        """A tenth back."""
        self._tenth(-1)

    def _tenth(self, by: int) -> None:
        state = self.synced.state
        self.synced.seek_by(by * (state.end_s - state.start_s) / 10)

    def action_start(self) -> None:
        """To the start."""
        self.synced.seek_percent(0)

    def action_end(self) -> None:
        """To the end."""
        self.synced.seek_percent(100)

    def action_next_frame(self) -> None:
        """A frame on."""
        self.synced.step(1)

    def action_previous_frame(self) -> None:
        """A frame back."""
        self.synced.step(-1)

    def action_next_chapter(self) -> None:
        """The next chapter of either."""
        self._chapter(1)

    def action_previous_chapter(self) -> None:
        """The chapter before."""
        self._chapter(-1)

    def _chapter(self, direction: int) -> None:
        a, b = states(self.synced)
        line = self.synced.line
        starts = {
            round(line.position(side, start), 3) for side, of in ((0, a), (1, b)) for start in of.chapters
        }
        there = next_mark(starts, self.synced.state.position_s, direction, tolerance_s=1.0)
        if there is None:
            self.tell("no chapter there" if starts else "neither file has chapters")
        else:
            self.synced.seek_to(there)

    # Speed and loop.

    def action_slower(self) -> None:
        """A speed less."""
        self._speed(-1)

    def action_faster(self) -> None:
        """A speed more."""
        self._speed(1)

    def _speed(self, by: int) -> None:
        nearest = min(range(len(SPEEDS)), key=lambda number: abs(SPEEDS[number] - self.synced.state.speed))
        self.synced.set_speed(SPEEDS[min(max(nearest + by, 0), len(SPEEDS) - 1)])

    def action_normal_speed(self) -> None:
        """As it was filmed."""
        self.synced.set_speed(1.0)

    def action_loop(self) -> None:
        """Loop from here, to here, no more."""
        self.synced.loop_mark()

    # Sound and tracks.

    def action_sound(self) -> None:
        """Left, right, none."""
        if capabilities.is_remote():
            self.tell("no sound over SSH: it would play at the machine the files are on")
            return
        heard = {None: Side.A, Side.A: Side.B, Side.B: None}[self.synced.state.heard]
        self.synced.hear(heard)
        self.tell("silent" if heard is None else f"hearing the {('left', 'right')[heard]} file")

    def action_audio_left(self) -> None:
        """The next audio track."""
        self._next_track(Side.A, "audio", "aid")

    def action_audio_right(self) -> None:
        """The next audio track."""
        self._next_track(Side.B, "audio", "aid")

    def action_subtitles_left(self) -> None:
        """The next subtitle track, or none."""
        self._next_track(Side.A, "sub", "sid")

    def action_subtitles_right(self) -> None:
        """The next subtitle track, or none."""
        self._next_track(Side.B, "sub", "sid")

    def _next_track(self, side: Side, kind: str, what: str) -> None:
        tracks = [track for track in states(self.synced)[side].tracks if track.kind == kind]
        word, where = {"audio": "audio track", "sub": "subtitles"}[kind], ("left", "right")[side]
        if not tracks:
            self.tell(f"the {where} file has no {word}")
            return
        current = next((number for number, track in enumerate(tracks) if track.selected), -1)
        following = tracks[current + 1] if current + 1 < len(tracks) else None
        if kind == "audio" and self.synced.state.heard is not side:
            self.tell(f"{where}: {len(tracks)} audio tracks; hear that side first")
            return
        self.synced.players[side].set(what, following.number if following else "no")
        self.tell(f"{where} {word}: {following.label if following else 'none'}")

    # Timing of the right file.

    def action_nudge(self, seconds: float) -> None:
        """Let the right file show what comes so much later."""
        self.synced.nudge(seconds)

    def _nudge_frames(self, frames: int) -> None:
        self.synced.nudge(frames * states(self.synced)[1].frame_s)

    def action_later_frame(self) -> None:
        """A frame later."""
        self._nudge_frames(1)

    def action_earlier_frame(self) -> None:
        """A frame earlier."""
        self._nudge_frames(-1)

    def action_later_tenth(self) -> None:
        """100 ms later."""
        self.synced.nudge(0.1)

    def action_earlier_tenth(self) -> None:
        """100 ms earlier."""
        self.synced.nudge(-0.1)

    def action_later_second(self) -> None:
        """A second later."""
        self.synced.nudge(1.0)

    def action_earlier_second(self) -> None:
        """A second earlier."""
        self.synced.nudge(-1.0)

    def action_alone_forward(self) -> None:
        """Only the right file, a frame on."""
        self.synced.move_alone(Side.B, states(self.synced)[1].frame_s)

    def action_alone_back(self) -> None:
        """Only the right file, a frame back."""
        self.synced.move_alone(Side.B, -states(self.synced)[1].frame_s)

    def action_meet(self) -> None:
        """These two pictures are the same moment."""
        self.synced.align_now()
        self.tell("from now on these two pictures are the same moment")
