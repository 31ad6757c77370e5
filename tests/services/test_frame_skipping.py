"""When pictures are left out: tables of what was seen, with time given in."""

import pytest

from mediavault_tui.services.mpv.frame_skipping import LEVELS, SLOW, SpeedMonitor, next_level


def watched(
    rate: float, *, speed: float = 1.0, seconds: float = 3.0, idle: tuple[bool, bool]
) -> SpeedMonitor:
    """A clock that goes at `rate` and should go at `speed`, looked at ten times a second."""
    tempo = SpeedMonitor()
    for look in range(round(seconds * 10) + 1):
        tempo.note(100 + look / 10, 5 + look / 10 * rate, speed, (look, 2 * look), idle)
    return tempo


@pytest.mark.parametrize(
    ("rate", "speed", "share"),
    [(1.0, 1.0, 1.0), (0.5, 1.0, 0.5), (0.5, 0.5, 1.0), (3.0, 4.0, 0.75), (0.0, 1.0, 0.0)],
)
def test_how_much_of_its_speed_is_reached(rate: float, speed: float, share: float) -> None:
    assert watched(rate, speed=speed, idle=(False, False)).share == pytest.approx(share)


def test_a_moment_says_nothing() -> None:
    tempo = watched(0.1, seconds=1.0, idle=(False, False))
    assert tempo.share == 1.0
    assert tempo.pictures_per_s(0) is None


def test_the_side_that_never_waits_is_the_slow_one() -> None:
    assert watched(0.5, idle=(True, False)).slower == 1
    assert watched(0.5, idle=(False, True)).slower == 0


def test_pictures_are_counted_for_each_side() -> None:
    tempo = watched(1.0, idle=(False, False))
    assert [tempo.pictures_per_s(side) for side in (0, 1)] == pytest.approx([10, 20])


def test_nothing_is_known_after_a_jump() -> None:
    tempo = watched(0.2, idle=(False, False))
    assert tempo.share < SLOW
    tempo.clear()
    assert tempo.share == 1.0


@pytest.mark.parametrize(
    ("level", "share", "then"), [(0, 0.8, 1), (0, 0.5, 2), (0, 0.1, 3), (1, 0.8, 2), (2, 0.1, 3), (3, 0.8, 3)]
)
def test_the_slower_the_more_is_left_out(level: int, share: float, then: int) -> None:
    assert next_level(level, share) == then
    assert then < len(LEVELS)
