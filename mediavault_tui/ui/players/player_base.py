"""What every part of PlayerPair stands on: two files, the pair of players that plays them, the word about
what was done.
"""

import os
import time
from abc import abstractmethod

from textual.containers import Vertical

from mediavault_tui.domain import playback_timeline
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.domain.playback_timeline import Part
from mediavault_tui.services.mpv.synced_players import SyncedPlayers, states
from mediavault_tui.ui.players.transport import Transport


class PlayerBase(Vertical):
    """Two files and their players. The actions of PlayerPair are spread over classes that extend this one."""

    def __init__(self, a: bytes | str, b: bytes | str, pairing: Pairing, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.given = pairing
        """The timing as it was found; by hand it can be changed from there."""
        self.paths = (os.fsencode(a), os.fsencode(b))
        self._synced: SyncedPlayers | None = None
        self._said_at = 0.0

    @property
    def synced(self) -> SyncedPlayers:
        """The two players; there while this widget is mounted."""
        assert self._synced is not None
        return self._synced

    @property
    def parts(self) -> tuple[Part, ...]:
        """What both files have along the line, and what only one has."""
        a, b = (0.0 if state.failure else state.duration_s or 0.0 for state in states(self.synced))
        return playback_timeline.parts(self.synced.line, (a, b))

    @abstractmethod
    def measure(self) -> None:
        """Look for moments worth seeing: see FindActions."""

    def tell(self, words: str) -> None:
        """Say what was just done, for a few seconds."""
        self._said_at = time.monotonic()
        self.query_one(Transport).words = f" {words}"
