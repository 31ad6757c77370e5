"""Going to moments worth seeing. A part of PlayerPair: they are measured in the background from the start."""

import asyncio

from mediavault_tui.domain.scenes import Moment, outstanding
from mediavault_tui.domain.sync import next_mark
from mediavault_tui.engine import differences
from mediavault_tui.errors import VaultError
from mediavault_tui.services.frames.video import Cancelled
from mediavault_tui.ui.players.stage import Stage

_BEFORE_S = 3.0
"""The players come first."""
_WORDS = {"difference": "difference", "dark": "dark scene", "detail": "detailed scene", "motion": "motion"}


class FindActions(Stage):
    """Actions that go to what was found."""

    marks: tuple[float, ...] = ()
    """Moments of great difference, in seconds of a."""
    _moments: tuple[Moment, ...] = ()
    _is_gone = False
    _visited: tuple[str, int] = ("", -1)
    """What was last gone to: measure, and place in its order."""

    async def find_moments(self) -> None:
        """Measure, gently: beside playing pictures only now and then."""
        await asyncio.sleep(_BEFORE_S)
        pairing, found = self.duet.state.pairing, []
        try:
            async for moment in differences.moments(*self.paths, pairing, cancelled=lambda: self._is_gone):
                found.append(moment)
                self._moments = tuple(found)
                self.marks = outstanding(found, "difference")
                if self._is_gone:
                    return
                await asyncio.sleep(0.5 if self.duet.state.playing else 0.02)
        except (VaultError, Cancelled):
            return  # the pane of that side says what is wrong with it

    def action_next_difference(self) -> None:
        """The next in time."""
        self._near(1)

    def action_previous_difference(self) -> None:
        """The one before."""
        self._near(-1)

    def _near(self, direction: int) -> None:
        there = next_mark(self.marks, self.duet.state.position_s, direction, tolerance_s=1.0)
        if there is None:
            self.tell(
                "no moment of great difference there" if self.marks else "still measuring the pictures…"
            )
        else:
            self.duet.seek_to(there)

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
        self.duet.seek_to(times[number])
        self.tell(f"{_WORDS[measure]} {number + 1} of {len(times)}")
