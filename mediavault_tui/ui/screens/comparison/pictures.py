"""The pictures of the comparison: two players in step where libmpv is, else still frames of the same moments."""

from textual.containers import Container
from textual.widget import Widget

from mediavault_tui.domain import quality
from mediavault_tui.domain.settings import Quality
from mediavault_tui.engine.conversions import copy_of
from mediavault_tui.errors import PlayerMissing
from mediavault_tui.services.mpv import loading
from mediavault_tui.ui.players.pair import PlayerPair
from mediavault_tui.ui.screens.comparison.loading import Pair
from mediavault_tui.ui.widgets.stills import StillPair


def can_play() -> bool:
    """Whether there is a libmpv."""
    return loading.available()


def why_not() -> str:
    """Why nothing can be played, and what to do about it."""
    try:
        loading.load()
    except PlayerMissing as error:
        return f"{error.message}. {error.remedy}"
    return ""


async def show(place: Container, pair: Pair, *, wants_stills: bool, weights: Quality, form: str) -> None:
    """Show these two files in `place`; what is shown already is kept as far as it fits.

    `form` is the setting `ui.pictures`.
    """
    paths = (pair.files[0].paths[0], pair.files[1].paths[0])
    kind: type[Widget] = StillPair if wants_stills else PlayerPair
    shown = next(iter(place.children), None)
    if isinstance(shown, kind) and shown.paths == paths:  # type: ignore[attr-defined]  # both have paths
        _set_timing(shown, pair)
        return
    if isinstance(shown, StillPair) and wants_stills:
        shown.set_paths(paths, pair.moments)
        return
    await place.remove_children()
    if wants_stills:
        await place.mount(StillPair(paths, pair.moments))
    else:
        scores = [f"{quality.score(copy_of(file), weights).total:g} of 200 points" for file in pair.files]
        await place.mount(PlayerPair(*paths, pair.moments.pairing, scores=(scores[0], scores[1]), form=form))


def _set_timing(shown: Widget, pair: Pair) -> None:
    """The timing may have been found out since; one set by hand in the players stays."""
    if isinstance(shown, StillPair):
        shown.set_moments(pair.moments)
    elif isinstance(shown, PlayerPair) and shown.is_mounted:
        alignment = pair.comparison.alignment if pair.comparison else None
        shown.offer(pair.moments.pairing, alignment.score if alignment else None)
