"""Which moments stand out."""

import numpy as np
import pytest

from mediavault_tui.domain.content import notable_moments
from mediavault_tui.domain.content.notable_moments import Moment, measured, outstanding, spread

rng = np.random.default_rng(3)
SHARP = (rng.random((90, 160)) * 200 + 20).astype(np.float32)
BLURRED = ((SHARP + np.roll(SHARP, 1, 0) + np.roll(SHARP, 1, 1) + np.roll(SHARP, 2, 0)) / 4).astype(
    np.float32
)


def moment(time_s: float, **values: float) -> Moment:
    return Moment(time_s, **{"difference": 0, "luminance": 100, "detail": 0, "motion": 0, **values})


def test_brightness_alone_is_no_difference() -> None:
    assert notable_moments.difference(SHARP, SHARP + 10) == pytest.approx(0, abs=1e-3)
    assert notable_moments.difference(SHARP, BLURRED) > 10


def test_blur_has_less_detail() -> None:
    assert notable_moments.detail(BLURRED) < notable_moments.detail(SHARP) / 2


def test_a_timing_off_by_a_frame_is_no_difference() -> None:
    found = measured(5.0, SHARP, BLURRED, [BLURRED, SHARP, BLURRED])
    assert found is not None
    assert found.difference == pytest.approx(0, abs=1e-3)
    assert found.motion > 10
    assert measured(5.0, SHARP, None, []) is None


@pytest.mark.parametrize(
    ("measure", "best"), [("difference", 40.0), ("dark", 10.0), ("detail", 20.0), ("motion", 30.0)]
)
def test_what_stands_out(measure: str, best: float) -> None:
    found = [
        moment(0, luminance=3),  # black: nothing to see
        moment(10, luminance=30),
        moment(20, detail=9),
        moment(30, motion=9),
        moment(40, difference=9),
        moment(41, difference=8),  # the same scene
    ]
    times = outstanding(found, measure)
    assert times[0] == best
    assert 0 not in times
    assert not {40, 41} <= set(times)


def test_times_cover_the_runtime_at_every_stage() -> None:
    times = list(spread([(100, 200)], 60))
    assert all(100 < time < 200 for time in times)
    for stage in (8, 20, 60):
        assert max(np.diff([100, *sorted(times[:stage]), 200])) < 100 / stage * 2.7
