"""How long something has lain in the archive: what a clock says is not enough to erase it."""

import pytest

from mediavault_tui.domain.archive.purge_age import DAY_S, moved_at, why_not_yet

NOW = 1_900_000_000


def ago(days: float) -> int:
    return int(NOW - days * DAY_S)


def every(step: int, first: int) -> list[int]:
    return [ago(day) for day in range(first, 0, -step)]


@pytest.mark.parametrize(
    ("moved", "runs", "asked_days", "refused"),
    [
        (ago(0.01), [], 0, "within a day"),
        (ago(0.9), every(1, 30), 0, "within a day"),
        (ago(1.1), [], 0, None),
        (ago(2.5), [], 1, None),
        (ago(91), every(1, 90), 90, None),
        (ago(91), every(7, 90), 90, None),
        (ago(91), every(30, 60), 90, None),
        (ago(91), [ago(40)], 90, None),
        (ago(91), [], 90, "hardly ran"),
        (ago(3650), [ago(3651)], 90, "hardly ran"),
        (ago(3650), [ago(3651)], 1, "hardly ran"),
        (ago(3650), [ago(1.1)], 0, None),
        (ago(3650), [ago(3650), ago(1)], 90, "hardly ran"),
        (ago(3650), [ago(3650), *every(1, 20)], 90, "hardly ran"),
        (ago(3650), [ago(3650), *every(1, 40)], 90, None),
        (None, every(1, 90), 0, "clock was wrong"),
        (ago(-5), every(1, 90), 0, "within a day"),
    ],
)
def test_time_is_believed_as_far_as_the_program_ran(
    moved: int | None, runs: list[int], asked_days: float, refused: str | None
) -> None:
    reason = why_not_yet(moved, [NOW], runs, asked_days * DAY_S)
    assert (reason is None) == (refused is None), reason
    assert refused is None or refused in str(reason)


def test_the_earliest_clock_counts() -> None:
    assert why_not_yet(ago(100), [NOW], every(1, 100), 90 * DAY_S) is None
    reason = why_not_yet(ago(100), [NOW, ago(95)], every(1, 100), 90 * DAY_S)
    assert reason is not None and "5 days" in reason
    assert why_not_yet(ago(100), [NOW, ago(100.5)], every(1, 100), 0) is not None


def test_what_was_moved_later_is_no_older() -> None:
    assert moved_at(ago(200), [ago(100)], NOW) == ago(100)
    assert moved_at(ago(100), [ago(200)], NOW) == ago(100)
    assert moved_at(ago(100), [ago(-300)], NOW) == ago(100), "the future is no witness"
    assert moved_at(86_400, [], NOW) is None is moved_at(ago(-1), [], NOW)
