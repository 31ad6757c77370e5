"""Lines through windows that were slid along each other."""

import numpy as np
import pytest

from mediavault_tui.domain.content.window_fit import Curve, runs

FRAME_S = 1 / 24


def window(at_s: float, shift_s: float, drop: float) -> Curve:
    """A window that is less alike by `drop` a quarter of a second beside its best place."""
    times = at_s + np.arange(-2, 2, FRAME_S / 4)
    away = np.abs(times - at_s - shift_s)
    return Curve(0, at_s, times, 0.95 - np.minimum(0.5, drop * (away / 0.25) ** 2), at_s + shift_s)


@pytest.mark.parametrize(
    ("drops", "lines"),
    [((0.2, 0.2), [0.0, 0.25]), ((0.2, 0.03), [0.0]), ((0.03, 0.2), [0.25]), ((0.2, 0.0), [0.0])],
    ids=["both in motion", "then a slow zoom", "first a slow zoom", "then a still"],
)
def test_a_step_counts_only_where_the_other_line_fits_neither_side(drops, lines) -> None:
    before = [window(at, 0.0, drops[0]) for at in (5, 15, 25)]
    after = [window(at, 0.25, drops[1]) for at in (45, 55, 65)]
    found = runs([*before, *after], 1.0, FRAME_S)
    assert [run.shift for run in found] == pytest.approx(lines, abs=0.05)
