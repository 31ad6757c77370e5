"""What a duet says of itself, and what it wants of each side."""

from enum import IntEnum

import msgspec

from mediavault_tui.domain.sync import Pairing
from mediavault_tui.services.mpv.player import Player

AHEAD_S = 0.3
"""A side that lost touch seeks this far ahead and waits there; doubled each time that was not enough."""
STEP_S = 0.5
"""A step that shows no other frame by then is at the end."""
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


class DuetState(msgspec.Struct, frozen=True):
    """A snapshot for the screen. Times in seconds of a."""

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


class Course:
    """What the duet wants of one side."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.running = False
        self.seeking_since: float | None = None
        self.stepping_since: float | None = None
        self.held_at: float | None = None
        """Waits there (its own time) until the clock comes by."""
        self.trim = 1.0
        self.ahead_s = AHEAD_S

    @property
    def usable(self) -> bool:
        """Whether it is open and has pictures."""
        return self.player.state.loaded and self.player.state.failure is None

    def busy(self, now: float) -> bool:
        """Whether it has still to arrive somewhere, and there is hope that it will."""
        if self.stepping_since is not None:
            if not self.player.marks and now - self.stepping_since < STEP_S:
                return True
            self.stepping_since = None
        since = self.seeking_since
        return since is not None and self.held_at is None and now - since < PATIENCE_S and self.usable

    @property
    def duration(self) -> float:
        """Seconds; 0 while not known."""
        return self.player.state.duration_s or 0.0
