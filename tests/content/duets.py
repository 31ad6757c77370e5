"""What tests ask of two players: which frames they show, read from the pictures themselves."""

import time
from collections.abc import Callable

from counted import number

from mediavault_tui.services.mpv.synced_players import Duet


def until(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Whether something came true in time; the time is generous, it is not what is tested."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


def shown(duet: Duet) -> tuple[int, int]:
    """The numbers of the frames both show; −1 where there is none."""
    a, b = (number(picture.pixels) if picture else -1 for picture in duet.pictures())
    return a, b


def still(duet: Duet) -> bool:
    """Whether both have arrived where they were sent."""
    return not duet.state.seeking and not any(course.seeking_since for course in duet._courses)


def at_rest(duet: Duet) -> bool:
    """Whether both have come to stand, with all pictures, on the same moment."""
    courses = duet._courses
    return (
        not duet.state.playing
        and still(duet)
        and all(course.player.state.paused and course.level == course._opened_at == 0 for course in courses)
        and duet._settled_at == duet._clock[0]
    )


def together(duet: Duet, later: int = 0) -> bool:
    """Whether both show the same frame, or b one that is so many later."""
    a, b = shown(duet)
    return a == b + later


def skews(duet: Duet, seconds: float) -> list[int]:
    """Differences in frames between the sides, read again and again while playing."""
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        a, b = shown(duet)
        found.append(a - b)
        time.sleep(0.015)
    return found


def mostly_together(found: list[int]) -> bool:
    """Between two frames the sides change a moment apart, so single readings may differ by one."""
    return max(map(abs, found)) <= 2 and found.count(0) > len(found) * 0.5
