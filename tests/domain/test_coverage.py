"""What two files have in common along their runtimes, in seconds and in words."""

import pytest

from mediavault_tui.domain.content.alignment import Alignment, Verdict, placed
from mediavault_tui.domain.content.coverage import (
    Coverage,
    Side,
    coverage_of,
    describe_beside,
    describe_pair,
    describe_places,
    tolerance,
    via_third_file,
)
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.domain.quality import Copy, longer_keeper, lost_pictures, subtitles_fit

Runs = tuple[tuple[float, float, float], ...]

CUT: Runs = ((0, 0, 35), (35, 65, 35))
"""a lacks 30 s at 0:35."""
TOLD = [
    (
        CUT,
        (70, 100),
        ("30 s missing at 0:35",),
        ("30 s inserted at 0:35",),
        ("a lacks 30 s at 0:35 (0:35–1:05 of b)",),
    ),
    (
        ((0, 0, 33), (48, 33, 40)),
        (88, 73),
        ("15 s inserted at 0:33",),
        ("15 s missing at 0:33",),
        ("b lacks 15 s at 0:33 (0:33–0:48 of a)",),
    ),
    (
        ((0, 0, 35), (65, 65, 35)),
        (100, 100),
        ("other pictures at 0:35–1:05",),
        ("other pictures at 0:35–1:05",),
        ("other pictures at 0:35–1:05 of a and 0:35–1:05 of b",),
    ),
    (
        ((0, 12, 100),),
        (100, 130),
        ("12 s missing at its start", "18 s missing at its end"),
        ("12 s more at its start", "18 s more at its end"),
        ("b has 0:12 before and 0:18 after the common part besides",),
    ),
    (((0, 0.3, 60),), (60, 60.6), (), (), ()),
    (((0, 0, 30), (30.4, 30, 30)), (60.4, 60), (), (), ()),
]


def shared(runs: Runs, seconds: tuple[float, float], speed: float = 1.0) -> Coverage:
    """Of two files of so many seconds that share these runs (start in a, start in b, length)."""
    stretches = tuple(Stretch(*run) for run in runs)
    return coverage_of(placed(Alignment(Verdict.SAME, 99, matched=1.0), speed, stretches, seconds))


@pytest.mark.parametrize(("runs", "seconds", "a_says", "b_says", "both"), TOLD)
def test_each_side_says_how_it_differs_from_the_other(
    runs: Runs,
    seconds: tuple[float, float],
    a_says: tuple[str, ...],
    b_says: tuple[str, ...],
    both: tuple[str, ...],
) -> None:
    found = shared(runs, seconds)
    assert describe_beside(found) == a_says
    assert describe_beside(found.turned()) == b_says
    assert describe_pair(found) == both


def test_the_words_of_a_pair_are_mirrored() -> None:
    found = shared(((5, 0, 20), (25, 40, 30), (75, 70, 10)), (100, 80))
    swapped = {text.translate(str.maketrans("ab", "ba")) for text in describe_pair(found.turned())}
    told = {text.replace("other pictures", "") for text in describe_pair(found)}
    assert len(swapped) == len(told)
    assert describe_pair(found.turned().turned()) == describe_pair(found)


def test_many_places_are_counted_not_listed() -> None:
    runs = tuple((20.0 * n, 10.0 * n, 10.0) for n in range(12))
    found = shared(runs, (230, 120))
    assert describe_beside(found)[-1] == "6 more places"
    assert describe_places(found.a.between).endswith("and 6 more places")
    assert describe_places([]) == ""


@pytest.mark.parametrize(
    ("runs", "seconds", "agrees"),
    [
        (CUT, (70, 100), True),  # a cut copy lies in the whole one
        (((0, 0, 33), (48, 33, 40)), (88, 73), True),  # with advertisements
        (((0, 0, 35), (65, 65, 35)), (100, 100), False),  # other pictures in the middle
        (((0, 0, 35), (38, 38, 62)), (100, 100), False),  # also of three seconds: no trimmed edge
        (((0, 0, 35), (35.5, 35.5, 64.5)), (100, 100), True),
        (((0, 40, 40),), (80, 80), False),  # a half
        (((0, 0, 7),), (10, 10), False),  # of ten seconds three are no edge
        (((0, 0, 9.5),), (10, 10), True),
        (((0, 0, 30), (60, 60, 40)), (130, 100), False),  # scenes in another order, in part
    ],
)
def test_one_file_lies_wholly_in_the_other_or_they_agree_in_a_part_only(
    runs: Runs, seconds: tuple[float, float], agrees: bool
) -> None:
    assert shared(runs, seconds).agrees is agrees
    assert shared(runs, seconds).turned().agrees is agrees


def test_what_is_trimmed_without_a_word_grows_with_the_runtime() -> None:
    assert [tolerance(length) for length in (4, 10, 60, 300, 7200)] == [1.0, 2.0, 4.0, 4.0, 14.4]


def copy(number: int) -> Copy:
    return Copy(number, MediaInfo(container="Matroska", duration_s=100.0), 1, f"1:{number}", 1, 1)


def test_a_cut_in_the_copy_to_keep_is_a_loss_with_its_place() -> None:
    whole = shared(CUT, (70, 100)).turned()
    assert lost_pictures(copy(1), copy(2), whole) == "0:30 of pictures at 0:35–1:05"
    assert longer_keeper(copy(1), copy(2), whole) is None


def test_advertisements_in_the_copy_to_keep_are_told() -> None:
    clean = shared(((0, 0, 33), (48, 33, 40)), (88, 73)).turned()
    assert lost_pictures(copy(1), copy(2), clean) is None
    told = longer_keeper(copy(1), copy(2), clean)
    assert told is not None and "15 s within it besides, at 0:33–0:48" in told


def test_subtitles_of_one_do_not_fit_the_other_across_a_cut() -> None:
    assert not subtitles_fit((0.0, 1.0), 70.0, 100.0, shared(CUT, (70, 100)))
    assert subtitles_fit((0.0, 1.0), 60.0, 60.0, shared(((0, 0, 60),), (60, 60)))


def test_speeds_multiply_by_way_of_a_third() -> None:
    pal = 25 * 1001 / 24000
    to_c = shared(((0, 0, 100),), (100, 100 / pal), pal)
    found = via_third_file(to_c, to_c.turned())
    assert found is not None and found.agrees
    assert found.speed == pytest.approx(1)
    assert (found.a, found.common_s) == (Side(), pytest.approx(100))
