"""What tests ask of two players: which frames they show, read from the pictures themselves."""

import time
from collections.abc import Callable

from counted import number

from mediavault_tui.services.mpv.synced_players import SyncedPlayers


def until(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Whether something came true in time; the time is generous, it is not what is tested."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


def shown(synced: SyncedPlayers) -> tuple[int, int]:
    """The numbers of the frames both show; −1 where there is none."""
    a, b = (number(picture.pixels) if picture else -1 for picture in synced.pictures())
    return a, b


def still(synced: SyncedPlayers) -> bool:
    """Whether both have arrived where they were sent."""
    return not synced.state.seeking and not any(control.seeking_since for control in synced._controls)


def at_rest(synced: SyncedPlayers) -> bool:
    """Whether both have come to stand, with all pictures, on the same moment."""
    controls = synced._controls
    return (
        not synced.state.playing
        and still(synced)
        and all(
            control.player.state.paused and control.level == control._opened_at == 0 for control in controls
        )
        and synced._settled_at == synced._clock[0]
    )


def together(synced: SyncedPlayers, later: int = 0) -> bool:
    """Whether both show the same frame, or b one that is so many later."""
    a, b = shown(synced)
    return a == b + later


def skews(synced: SyncedPlayers, seconds: float) -> list[int]:
    """Differences in frames between the sides, read again and again while playing."""
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        a, b = shown(synced)
        found.append(a - b)
        time.sleep(0.015)
    return found


def mostly_together(found: list[int]) -> bool:
    """Between two frames the sides change a moment apart, so single readings may differ by one."""
    return max(map(abs, found)) <= 2 and found.count(0) > len(found) * 0.5
