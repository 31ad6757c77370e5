"""Finding the timing from the pictures, while both are being looked at. A part of PlayerPair."""

from textual.worker import Worker

from mediavault_tui.domain.content.alignment import Verdict
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.engine.matching import timing
from mediavault_tui.errors import VaultError
from mediavault_tui.ui.players.player_base import PlayerBase


class TimingActions(PlayerBase):
    """Actions that say anew which moments belong together."""

    _search: Worker[None] | None = None

    def action_align(self) -> None:
        """Find the timing from the pictures; again: stop looking."""
        if self._search is not None and self._search.is_running:
            self._search.cancel()
            self.tell("stopped comparing the pictures; the timing is as it was")
            return
        self._search = self.run_worker(self._find_timing(), group="align", exclusive=True)
        self.tell("comparing the pictures to find the same moment…  F stops it")

    async def _find_timing(self) -> None:
        try:
            found = await timing.align(*self.paths)
        except VaultError as error:
            self.tell(f"no timing found: {error.message}")
            return
        if found is None:
            self.tell("no timing found: one of both has no pictures that could be compared")
        elif found.verdict is not Verdict.SAME:  # where an unsure one puts the moments is a guess
            self.tell(f"only {found.score} % sure that both show the same; the timing is as it was")
        elif not found.measured:
            self.tell("both show the same, but which moments cannot be told; the timing is as it was")
        else:
            self.take(found.pairing)
            self.tell(f"{self.given.words('left', 'right')}, {found.score} % sure")

    def take(self, pairing: Pairing) -> None:
        """Use a timing that was found."""
        self.given = pairing
        self.synced.pair(pairing)
        self.measure()

    def offer(self, pairing: Pairing, confidence: int | None = None) -> None:
        """A timing was found elsewhere: use it, unless one was set by hand since."""
        if pairing == self.given:
            return
        sure = "" if confidence is None else f", {confidence} % sure"
        if self.synced.state.pairing == self.given:
            self.take(pairing)
            self.tell(f"{pairing.words('left', 'right')}{sure}")
        else:
            self.tell(f"the pictures say: {pairing.words('left', 'right')}{sure}; F uses that")
