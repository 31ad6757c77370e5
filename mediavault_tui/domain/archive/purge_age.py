"""How long something has lain in the archive, told by more than one clock: what is erased too early is lost.

A clock that jumps ahead makes everything old at once. So the time that has passed is only believed as far as
the program ran on days in between, and every file stays for one day whatever the settings say.
"""

import itertools
from collections.abc import Iterable, Sequence

DAY_S = 86_400
FLOOR_S = DAY_S
"""Nothing is erased sooner, unless the user says to believe no clock at all."""
SHORT_GAP_S = 3 * DAY_S
"""A time without a run that is believed as it is: a long weekend."""
MOST_UNSEEN = 2 / 3
"""The share of the age asked for that may have passed in one go without a run."""
CLOCK_IS_SET = 1_735_689_600
"""2025-01-01, before this program was. A move noted as earlier was made while the clock was not set, as that of a
NAS without a battery after a power cut."""


def moved_at(noted: int, earlier: Iterable[int], now: float) -> int | None:
    """When a file was moved at the latest, unix seconds; None if no clock can tell.

    `noted` is what the clock said; `earlier` what it said of the moves before it in the journal, which cannot
    have happened later. What lies in the future is no witness.
    """
    if not CLOCK_IS_SET <= noted <= now:
        return None
    return max((noted, *(each for each in earlier if each <= now)))


def witnessed_s(since: float, now: float, runs: Iterable[int], asked_s: float) -> float:
    """How many seconds of the time from `since` to `now` are believed.

    `runs`: when the program ran first on each day. A longer time without any run counts for two
    thirds of `asked_s` at most: one jump of the clock is never enough.
    """
    moments = [since, *sorted(run for run in runs if since < run < now), now]
    gaps = (later - earlier for earlier, later in itertools.pairwise(moments))
    return sum(gap if gap <= SHORT_GAP_S else min(gap, asked_s * MOST_UNSEEN) for gap in gaps)


def why_not_yet(
    moved: int | None, clocks: Sequence[float], runs: Iterable[int], asked_s: float
) -> str | None:
    """Why a file that was moved at that time is not to be erased yet, or None.

    `clocks`: the time now by each clock there is (the system's, that of the archive's disk); the earliest
    counts.
    """
    if moved is None:
        return "stays: the clock was wrong when it was archived, so how long it has lain there is not known"
    now = min(clocks)
    age = now - moved
    if age < FLOOR_S:
        return f"stays: it was archived {_spoken(max(age, 0))} ago, and nothing is erased within a day"
    if age < asked_s:
        return f"stays: by the clock of the archive's disk it was archived {_spoken(age)} ago"
    asked_s = max(asked_s, FLOOR_S)
    believed = witnessed_s(moved, now, runs, asked_s)
    if believed < asked_s:
        return (
            f"stays: by the clock it was archived {_spoken(age)} ago, but the program hardly ran in between"
            f" ({_spoken(believed)} are certain); has the clock jumped?"
        )
    return None


def _spoken(seconds: float) -> str:
    """
    >>> _spoken(3), _spoken(7200), _spoken(3 * 86400)
    ('3 seconds', '2 hours', '3 days')
    """
    for unit, length in (("day", DAY_S), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count:,} {unit}{'s' * (count != 1)}"
    return f"{int(seconds)} seconds"
