"""What a pair of players says of itself, and what it wants of each side."""

import time
from enum import IntEnum
from itertools import pairwise

import msgspec

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv.frame_skipping import LEVELS, REMEMBERED_S
from mediavault_tui.services.mpv.player import Player

LOST_S = 2.0
"""A side that shows nothing new for so long has nothing to show there (damage, a still) and is not waited for."""
STEP_S = 3.0
"""A step that shows no other frame by then will not do so any more."""
LONGEST_PICTURE_S = 2.0
"""Films of varying frame rate show one picture for so long, or longer."""
NEAR = 0.6
"""Within this share of a frame a picture is the one of a moment."""
PATIENCE_S = 8.0
"""A seek that has not arrived by then is not waited for any longer."""


class Side(IntEnum):
    """Which of the two."""

    A = 0
    B = 1

    @property
    def other(self) -> "Side":
        """The one beside it."""
        return Side(1 - self)


class SyncedState(msgspec.Struct, frozen=True):
    """A snapshot for the screen. Times in seconds of the line (`domain/playback_timeline`): a's, but where b
    has more.
    """

    ready: bool = False
    """Both files are open, or known not to be playable."""
    position_s: float = 0.0
    start_s: float = 0.0
    end_s: float = 0.0
    playing: bool = False
    seeking: bool = False
    speed: float = 1.0
    pairing: Pairing = Pairing()
    lead_s: float | None = None
    """How far the following side is ahead of where it should be; None where that cannot be told now."""
    loop: tuple[float, float | None] | None = None
    heard: Side | None = None
    waiting_for: Side | None = None
    """The side whose data does not arrive."""
    pictures_per_s: tuple[float | None, float | None] = (None, None)
    """How many pictures a side that leaves some out shows a second; None where all are shown."""


class SideControl:
    """What the pair of players wants of one side."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.running = False
        self.seeking_since: float | None = None
        self.stepping_since: float | None = None
        self.held_at: float | None = None
        """Waits there (its own time) until the clock comes by."""
        self.trim = 1.0
        self._ran_at = 0.0
        self._stepping_from: float | None = None
        self.level = self._opened_at = 0
        """What its decoder is to leave out, a place in `frame_skipping.LEVELS`; and at which level it was opened."""
        self._needed = (0, 0.0)
        """The level it had to be given last, and when."""

    def run(self) -> None:
        """Let it play."""
        self.player.marks.clear()
        self.player.play()
        self.running, self.held_at, self._ran_at = True, None, time.monotonic()

    def stand(self, held_at: float | None = None) -> None:
        """Hold it; with a time of its own, until the clock comes by there."""
        self.player.pause()
        self.running, self.held_at = False, held_at

    def is_lost(self, now: float) -> bool:
        """Whether it plays but shows nothing."""
        marks = tuple(self.player.marks)
        return self.running and now - (marks[-1][1] if marks else self._ran_at) > LOST_S

    @property
    def can_be_lightened(self) -> bool:
        """Whether its decoder can leave out more."""
        return self.level < len(LEVELS) - 1

    def set_frame_skipping(self, level: int, now: float) -> None:
        """Let its decoder leave out this much (0: nothing), from the next seek on."""
        self.level = level
        if level:
            self._needed = (level, now)

    def seek(self, own_s: float) -> None:
        """Go to the first frame at or after a time of its own."""
        self.seeking_since = time.monotonic()
        if self.level != self._opened_at:
            self._opened_at = self.level
            self.player.set_decoding(LEVELS[self.level])
        self.player.seek(own_s)

    def stands_at(self, own_s: float) -> bool:
        """Whether it stands, as it should be seen, on the picture of a time of its own."""
        state = self.player.state
        is_near = state.position_s is not None and abs(state.position_s - own_s) < NEAR * state.frame_s
        is_idle = not self.running and self.seeking_since is None and self.stepping_since is None
        return is_near and is_idle and state.paused and self.level == self._opened_at

    def step(self) -> None:
        """Show the next frame."""
        self.stepping_since, self._stepping_from = time.monotonic(), self.player.state.position_s
        self.player.step()

    def needed_before(self, now: float) -> int:
        """The level to begin with, from what was needed before."""
        level, when = self._needed
        return level if now - when < REMEMBERED_S else level - 1

    def forget_needs(self) -> None:
        """It has less to do from now on."""
        self._needed = (0, 0.0)

    @property
    def apart_s(self) -> float:
        """How far its pictures are apart at most: a frame, or more where some are left out, or last longer."""
        positions = [position for position, _ in tuple(self.player.marks)]
        gaps = [later - earlier for earlier, later in pairwise(positions)]
        return max(self.player.state.frame_s, min(max(gaps, default=0.0), LONGEST_PICTURE_S))

    @property
    def usable(self) -> bool:
        """Whether it is open and has pictures."""
        return self.player.state.loaded and self.player.state.failure is None

    def busy(self, now: float) -> bool:
        """Whether it has still to arrive somewhere, and there is hope that it will."""
        if self.stepping_since is not None:
            # What a seek just before has shown may be told only now.
            stepped = any(position != self._stepping_from for position, _ in tuple(self.player.marks))
            if not (stepped or self.player.state.ended) and now - self.stepping_since < STEP_S:
                return True
            self.stepping_since = None
        since = self.seeking_since
        return since is not None and self.held_at is None and now - since < PATIENCE_S and self.usable

    @property
    def duration(self) -> float:
        """Seconds; 0 while not known."""
        return self.player.state.duration_s or 0.0
