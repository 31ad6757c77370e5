"""Going to moments worth seeing. A part of PlayerPair: they are measured in the background from the start.

Where the files were cut is known without that.
"""

import asyncio

from mediavault_tui.domain import playback_timeline
from mediavault_tui.domain.content.notable_moments import Moment, outstanding
from mediavault_tui.domain.playback_sync import next_mark
from mediavault_tui.engine.matching import difference_sampling
from mediavault_tui.errors import VaultError
from mediavault_tui.services.frames.video import Cancelled
from mediavault_tui.ui.players.player_base import PlayerBase

_BEFORE_S = 3.0
"""The players come first."""
_WORDS = {"difference": "difference", "dark": "dark scene", "detail": "detailed scene", "motion": "motion"}


class MomentActions(PlayerBase):
    """Actions that go to what was found."""

    marks: tuple[float, ...] = ()
    """Moments of great difference, in seconds of a."""
    _moments: tuple[Moment, ...] = ()
    _is_gone = False
    _visited: tuple[str, int] = ("", -1)
    """What was last gone to: measure, and place in its order."""

    @property
    def marks_on_line(self) -> tuple[float, ...]:
        """The same in seconds of the line that is played."""
        return tuple(self.synced.line.position(0, mark) for mark in self.marks)

    def measure(self) -> None:
        """Look for them in the background; with another timing they are others."""
        self.run_worker(self._find_moments(), group="moments", exclusive=True, exit_on_error=True)

    async def _find_moments(self) -> None:
        """Measure, gently: beside playing pictures only now and then."""
        self.marks, self._moments = (), ()
        await asyncio.sleep(_BEFORE_S)
        pairing, found = self.synced.state.pairing, []
        try:
            async for moment in difference_sampling.moments(
                *self.paths, pairing, cancelled=lambda: self._is_gone
            ):
                found.append(moment)
                self._moments = tuple(found)
                self.marks = outstanding(found, "difference")
                if self._is_gone:
                    return
                await asyncio.sleep(0.5 if self.synced.state.playing else 0.02)
        except (VaultError, Cancelled):
            return  # the pane of that side says what is wrong with it

    def action_next_difference(self) -> None:
        """The next in time."""
        self._near(1)

    def action_previous_difference(self) -> None:
        """The one before."""
        self._near(-1)

    def _near(self, direction: int) -> None:
        state = self.synced.state
        cuts = playback_timeline.edges(self.parts, (state.start_s, state.end_s))
        marks = (*self.marks_on_line, *cuts)
        there = next_mark(marks, state.position_s, direction, tolerance_s=1.0 if state.playing else 0.3)
        if there is None:
            self.tell("no moment of great difference there" if marks else "still measuring the pictures…")
            return
        self.synced.seek_to(there)
        if there in cuts:
            part = next(part for part in self.parts if part.has(there))
            self.tell(part.words() or "from here on both show the same")

    def action_greatest_difference(self) -> None:
        """Best first, then the others."""
        self._next_best("difference")

    def action_darkest(self) -> None:
        """Best first, then the others."""
        self._next_best("dark")

    def action_detailed(self) -> None:
        """Best first, then the others."""
        self._next_best("detail")

    def action_moving(self) -> None:
        """Best first, then the others."""
        self._next_best("motion")

    def _next_best(self, measure: str) -> None:
        times = outstanding(self._moments, measure)
        if not times:
            self.tell("still measuring the pictures…")
            return
        number = (self._visited[1] + 1) % len(times) if self._visited[0] == measure else 0
        self._visited = (measure, number)
        self.synced.seek_to(self.synced.line.position(0, times[number]))
        self.tell(f"{_WORDS[measure]} {number + 1} of {len(times)}")
