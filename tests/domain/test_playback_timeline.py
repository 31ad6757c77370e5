"""The line along which two files are played: who runs and who stands, and the way there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.domain.playback_timeline import Shown, describe, edges, line_of, parts

PAL = 25 * 1001 / 24000
PIECES = (Stretch(0.0, 5.0, 35.0), Stretch(65.0, 40.0, 20.0), Stretch(85.0, 70.0, 10.0))
"""b begins 5 s earlier, lacks a's 0:35–1:05 and has 10 s more at 1:00."""
PAIRING = Pairing.of(5.0, 1.0, PIECES)
LINE = line_of(PAIRING)
SIDES = (95.0, 80.0)


@pytest.mark.parametrize(
    ("line", "a", "b"),
    [
        (-5, -5, 0), (0, 0, 5), (34, 34, 39),
        (36, 36, 40), (64, 64, 40),  # b stands
        (65, 65, 40), (84, 84, 59),
        (85, 85, 60), (90, 85, 65),  # a stands
        (95, 85, 70), (100, 90, 75), (120, 110, 95),
    ],
)  # fmt: skip
def test_where_both_are_along_the_line(line: float, a: float, b: float) -> None:
    assert (LINE.own(0, line), LINE.own(1, line)) == pytest.approx((a, b))


@given(st.floats(-5, 105))
def test_whoever_runs_tells_where_the_line_is(position: float) -> None:
    for side in (0, 1):
        if LINE.runs(side, position):
            own = LINE.own(side, position)
            assert LINE.position(side, own, position) == pytest.approx(position, abs=1e-6)


@given(st.floats(-300, 300), st.sampled_from([1.0, PAL, 1 / PAL]), st.floats(-100, 1000))
def test_without_cuts_the_line_is_a(offset: float, speed: float, time: float) -> None:
    pairing = Pairing.of(offset, speed)
    line = line_of(pairing)
    assert line.own(0, time) == line.position(0, time) == time
    assert line.own(1, time) == pytest.approx(pairing.in_b(time), abs=1e-6)
    assert line.position(1, pairing.in_b(time)) == pytest.approx(time, abs=1e-6)


@given(st.sampled_from([1.0, PAL, 1 / PAL]), st.integers(0, 5), st.floats(0, 19))
def test_what_both_have_stands_beside_its_like(speed: float, number: int, after: float) -> None:
    stretches = tuple(Stretch(30.0 * k, 40.0 * k / speed, 20.0) for k in range(6))
    line = line_of(Pairing.of(0.0, speed, stretches))
    position = line.position(0, 30.0 * number + after)
    assert line.own(0, position) == pytest.approx(30.0 * number + after)
    assert line.own(1, position) == pytest.approx((40.0 * number + after) / speed)
    assert line.position(1, (40.0 * number + after) / speed + 1e-9) == pytest.approx(position, abs=1e-6)


@pytest.mark.parametrize(
    ("side", "own", "near", "position"),
    [
        (0, 85.03, 84.9, 85.0),  # ran a picture past the cut: the line goes no further than to it
        (0, 84.97, 90.0, 90.0),  # stands at the cut, whatever the rounding
        (0, 85.0, 96.0, 95.0),
        (1, 70.02, 94.9, 95.0),
        (1, 39.98, 50.0, 50.0),
        (0, 20.0, 90.0, 20.0),  # far from there
        (1, 40.0, None, 65.0),
        (1, -3.0, -4.0, -8.0),
    ],
)
def test_at_a_cut_it_depends_on_where_one_was(
    side: int, own: float, near: float | None, position: float
) -> None:
    assert LINE.position(side, own, near) == pytest.approx(position)


def test_the_parts_that_are_shown_and_their_words() -> None:
    found = parts(LINE, SIDES)
    assert [(part.start_s, part.end_s, part.shown) for part in found] == [
        (-5.0, 0.0, Shown.B_ONLY),
        (0.0, 35.0, Shown.SAME),
        (35.0, 65.0, Shown.A_ONLY),
        (65.0, 85.0, Shown.SAME),
        (85.0, 95.0, Shown.B_ONLY),
        (95.0, 105.0, Shown.SAME),
    ]
    assert [part.words() for part in describe(found)] == [
        "a lacks 0:00–0:05 of b",
        "b lacks 0:35–1:05 of a",
        "a lacks 1:00–1:10 of b",
    ]
    assert edges(found, (-5.0, 105.0)) == (0.0, 35.0, 65.0, 85.0, 95.0)


def test_other_pictures_run_beside_each_other_then_the_longer_goes_on_alone() -> None:
    line = line_of(Pairing.of(0.0, 1.0, (Stretch(0.0, 0.0, 10.0), Stretch(20.0, 16.0, 10.0))))
    found = parts(line, (30.0, 26.0))
    assert [(part.start_s, part.end_s, part.shown) for part in found] == [
        (0.0, 10.0, Shown.SAME),
        (10.0, 16.0, Shown.OTHER),
        (16.0, 20.0, Shown.A_ONLY),
        (20.0, 30.0, Shown.SAME),
    ]
    assert found[1].words() == "other pictures: a 0:10–0:16, b 0:10–0:16"
    assert line.own(1, 13.0) == 13.0
    assert line.own(1, 18.0) == 16.0


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.3])
def test_what_is_less_than_a_cut_may_be_misplaced_gets_no_word(gap: float) -> None:
    stretches = (Stretch(0.0, 0.0, 10.0), Stretch(10.0 + gap, 10.0 + gap, 10.0))
    line = line_of(Pairing.of(0.0, 1.0, stretches))
    assert describe(parts(line, (20.0 + gap, 20.0 + gap))) == ()
    assert line.own(1, 15.0) == pytest.approx(15.0)


@pytest.mark.parametrize("durations", [(0.0, 0.0), (0.0, 80.0), (95.0, 0.0)])
def test_a_file_that_cannot_be_played_has_no_part(durations: tuple[float, float]) -> None:
    assert {part.shown for part in parts(LINE, durations)} <= {Shown.A_ONLY, Shown.B_ONLY, Shown.NOTHING}
