"""Which moment of one copy is which moment of the other, and what is done about drift."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain import playback_sync
from mediavault_tui.domain.content.alignment import Alignment, Verdict
from mediavault_tui.domain.content.stretches import Difference, Stretch, differences, turned
from mediavault_tui.domain.playback_sync import (
    Pairing,
    correction,
    frame_target,
    newest_together,
    next_mark,
    position_at,
)

PIECES = (Stretch(0.0, 5.0, 35.0), Stretch(65.0, 40.0, 20.0), Stretch(85.0, 70.0, 10.0))
"""b begins 5 s earlier, lacks a's 0:35–1:05 and has 10 s more at 1:00."""
PAL = 25 * 1001 / 24000
offsets = st.floats(-300, 300)
speeds = st.sampled_from([1.0, PAL, 1 / PAL, 1.001])
times = st.floats(0, 10000)


@given(offsets, speeds, times)
def test_the_same_moment_there_and_back(offset: float, speed: float, time_a: float) -> None:
    pairing = Pairing.of(offset, speed)
    assert pairing.in_a(pairing.in_b(time_a)) == pytest.approx(time_a, abs=1e-6)
    assert pairing.offset_s == pytest.approx(offset, abs=1e-6)


@given(offsets, speeds, times)
def test_it_is_the_alignment_the_content_gives(offset: float, speed: float, time_a: float) -> None:
    alignment = Alignment(Verdict.SAME, 100, offset_s=offset, speed=speed)
    assert Pairing.of(offset, speed).in_b(time_a) == pytest.approx(alignment.time_in_b(time_a), abs=1e-6)


@given(offsets, speeds, times, st.floats(-5, 5))
def test_a_nudge_moves_b_by_seconds_of_b(offset: float, speed: float, time_a: float, nudge: float) -> None:
    pairing = Pairing.of(offset, speed)
    assert pairing.nudged(nudge).in_b(time_a) - pairing.in_b(time_a) == pytest.approx(nudge, abs=1e-6)


def test_two_pictures_are_made_the_same_moment() -> None:
    pairing = Pairing.of(0.0, PAL).meeting(100.0, 42.0)
    assert pairing.in_b(100.0) == pytest.approx(42.0)
    assert pairing.in_b(100.0 + PAL) == pytest.approx(43.0)


@pytest.mark.parametrize(
    ("offset", "span", "overlap"),
    [(0.0, (0, 100), (0, 90)), (5.0, (-5, 100), (0, 85)), (-20.0, (0, 110), (20, 100))],
)
def test_both_ends(offset: float, span: tuple[float, float], overlap: tuple[float, float]) -> None:
    pairing = Pairing.of(offset)
    assert pairing.span(100, 90) == span
    assert pairing.overlap(100, 90) == overlap


@pytest.mark.parametrize(
    ("lead", "correcting", "trim", "jump"),
    [
        (0.0, False, "same", False),
        (0.010, False, "same", False),  # a quarter of a frame: leave it
        (0.010, True, "slower", False),  # but finish what was begun
        (0.003, True, "same", False),
        (0.020, False, "slower", False),
        (-0.020, False, "faster", False),
        (0.15, False, "slower", False),
        (0.8, False, "hold", False),
        (-0.3, True, "hold", False),
        (1.2, False, "same", True),
        (-40.0, True, "same", True),
    ],
)
def test_what_is_done_about_a_lead(lead: float, correcting: bool, trim: str, jump: bool) -> None:
    todo = correction(lead, 1 / 24, correcting=correcting)
    said = "hold" if todo.hold else "same" if todo.trim == 1 else "slower" if todo.trim < 1 else "faster"
    assert (said, todo.jump) == (trim, jump)


@given(st.floats(-playback_sync.HOLD_S, playback_sync.HOLD_S), st.sampled_from([1 / 24, 1 / 25, 1 / 60]))
def test_every_lead_is_worked_off_and_not_overdone(lead: float, frame: float) -> None:
    """Whatever it starts from, within 20 seconds it is less than a third of a frame, and stays there."""
    step, correcting = 0.1, False
    for _ in range(200):
        todo = correction(lead, frame, correcting=correcting)
        assert not todo.jump
        correcting = todo.trim != 1
        lead += (todo.trim - 1) * step
    assert abs(lead) <= frame * playback_sync.APART


def test_a_late_frame_does_not_move_the_clock() -> None:
    marks = [(10 + i / 24, 100 + i / 24 + (0.2 if i == 3 else 0)) for i in range(8)]
    assert position_at(marks, 1.0, 100.32, 1 / 24) == pytest.approx(10.32)
    assert position_at((), 1.0, 101.0, 1 / 24) is None


def test_a_film_that_stopped_is_where_it_stopped() -> None:
    marks = [(10 + i / 24, 100 + i / 24) for i in range(8)]
    assert position_at(marks, 1.0, 105.0, 1 / 24) == pytest.approx(marks[-1][0] + 2 / 24)


@given(st.integers(0, 100_000), st.sampled_from([23.976, 24, 25, 29.97, 50]), st.floats(-0.3, 0.3))
def test_the_nearest_frame_is_the_one_sought(index: int, fps: float, off: float) -> None:
    target = frame_target((index + off) / fps, 1 / fps) - playback_sync.SEEK_TOLERANCE_S
    assert index - 1 < target * fps <= index or index == 0


@pytest.mark.parametrize(
    ("at", "direction", "expected"),
    [(0, 1, 10), (10, 1, 20), (10.05, 1, 20), (25, 1, None), (25, -1, 20), (20.2, -1, 10), (5, -1, None)],
)
def test_next_and_previous_moment(at: float, direction: int, expected: float | None) -> None:
    assert next_mark([20, 10], at, direction) == expected


@pytest.mark.parametrize(
    ("a", "b", "places"),
    [
        ([1.0, 1.04, 1.08], [1.0, 1.04], (1, 1)),  # a is drawn first: what both have
        ([1.0], [0.9, 0.95, 1.01, 1.05], (0, 2)),
        ([9.0, 2.0, 2.04], [9.0, 2.0], (1, 1)),  # after a way back the old pictures are the older ones
        ([1.0, 1.04], [3.0], None),
        ([1.0, None], [None, 1.0], (0, 1)),
        ([], [1.0], None),
    ],
)
def test_the_newest_pictures_of_one_moment(
    a: list[float | None], b: list[float | None], places: tuple[int, int] | None
) -> None:
    assert newest_together(a, b, 0.025) == places


@pytest.mark.parametrize(
    ("a", "b"),
    [(-5, 0), (0, 5), (34, 39), (36, 40), (64, 40), (65, 40), (84, 59), (85, 70), (94, 79), (100, 85)],
)
def test_between_stretches_b_waits_and_what_it_has_besides_is_passed_over(a: float, b: float) -> None:
    assert Pairing.of(5.0, 1.0, PIECES).in_b(a) == pytest.approx(b)


@pytest.mark.parametrize(
    ("b", "a"), [(0, -5), (5, 0), (39, 34), (40, 65), (59, 84), (65, 85), (70, 85), (85, 100)]
)
def test_the_same_pieces_from_the_other_side(b: float, a: float) -> None:
    assert Pairing.of(5.0, 1.0, PIECES).in_a(b) == pytest.approx(a)


def test_other_pictures_in_the_same_place_are_played_beside_each_other() -> None:
    replaced = Pairing.of(2.0, 1.0, (Stretch(0.0, 2.0, 10.0), Stretch(20.0, 22.0, 10.0)))
    assert [replaced.in_b(at) for at in (9.0, 15.0, 21.0)] == [11.0, 17.0, 23.0]


def test_what_lies_between_stretches_is_told_for_both_files() -> None:
    assert differences(PIECES, 1.0) == (
        Difference((35.0, 65.0), (40.0, 40.0)),
        Difference((85.0, 85.0), (60.0, 70.0)),
    )


@given(speeds, times, st.floats(-5, 5))
def test_pieces_can_be_turned_and_nudged(speed: float, time_a: float, nudge: float) -> None:
    pieces = Pairing.of(5.0, speed, (*PIECES[:1], Stretch(65.0, 5.0 + 35.0 / speed, 20.0)))
    assert pieces.turned().turned().in_b(time_a) == pytest.approx(pieces.in_b(time_a), abs=1e-6)
    assert pieces.nudged(nudge).in_b(time_a) - pieces.in_b(time_a) == pytest.approx(nudge, abs=1e-6)
    assert turned(turned(PIECES, speed), 1 / speed)[1].b_s == pytest.approx(PIECES[1].b_s)
