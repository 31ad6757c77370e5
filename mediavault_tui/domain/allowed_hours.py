"""Times of day at which heavy reading is allowed, as `23:00-07:00`."""

from collections.abc import Sequence


def minutes(clock: str) -> int:
    """`07:30` → minutes since midnight.

    >>> minutes("07:30")
    450
    """
    hour, _, minute = clock.partition(":")
    return 60 * int(hour) + int(minute)


def allows(windows: Sequence[str], now: int) -> bool:
    """Whether `now` (minutes since midnight) lies in one of the windows; always, where there are none.

    A window may pass midnight; it holds from its first minute up to, not including, its last.

    >>> allows(["23:00-07:00"], 60), allows(["23:00-07:00"], 420)
    (True, False)
    """
    if not windows:
        return True
    for window in windows:
        start, end = map(minutes, window.split("-"))
        if start == end or (start <= now < end if start < end else now >= start or now < end):
            return True
    return False


def spoken(windows: Sequence[str]) -> str:
    """The windows for people: `23:00–07:00, 12:00–13:00`."""
    return ", ".join(window.replace("-", "–") for window in windows) or "always"
