import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.content.fingerprint import (
    FRAME_SIDE,
    Fingerprint,
    NotAFingerprint,
    active_area,
    from_frames,
    shrink,
)

RANDOM = np.random.default_rng(7)


def scene(count=8):
    """Frames with coarse random structure, as pictures have it."""
    coarse = RANDOM.integers(30, 220, (count, 16, 16), dtype=np.uint8)
    return np.kron(coarse, np.ones((8, 8), np.uint8))


def test_bytes_round_trip():
    made = from_frames(np.arange(8) * 1.25, scene(), 10.5)
    again = Fingerprint.from_bytes(made.to_bytes())
    assert again.duration_s == 10.5
    assert np.array_equal(again.times, made.times)
    assert np.array_equal(again.pictures, made.pictures)
    assert again.area == pytest.approx(made.area, abs=1e-4)


@given(st.binary(max_size=400))
def test_foreign_bytes_are_refused(data):
    with pytest.raises(NotAFingerprint):
        Fingerprint.from_bytes(data)


def test_a_cut_or_longer_fingerprint_is_refused():
    data = from_frames(np.arange(8.0), scene(), 8).to_bytes()
    for wrong in (data[:-1], data + b"\0", b"MVxx" + data[4:], data[:4] + b"\xff" + data[5:]):
        with pytest.raises(NotAFingerprint):
            Fingerprint.from_bytes(wrong)


def barred(frames, top, left, value):
    """The frames squeezed into bars of one grey value: the picture keeps what is between."""
    small = frames[:, ::1, :].copy()
    small[:, :top] = small[:, FRAME_SIDE - top :] = value
    small[:, :, :left] = small[:, :, FRAME_SIDE - left :] = value
    return small


@pytest.mark.parametrize("value", [0, 2, 90, 255])
@pytest.mark.parametrize(("top", "left"), [(16, 0), (0, 24), (16, 16), (0, 0)])
def test_bars_of_any_colour_are_found(value, top, left):
    area = active_area(barred(scene(), top, left, value))
    expected = (top / 128, 1 - top / 128, left / 128, 1 - left / 128)
    assert area == pytest.approx(expected, abs=0.02)


def test_subtitles_in_a_bar_do_not_make_it_picture():
    frames = barred(scene(24), 20, 0, 0)
    frames[::3, 112:118, 30:98] = 235
    assert active_area(frames)[1] == pytest.approx(108 / 128, abs=0.02)


def test_black_frames_say_nothing_about_bars():
    frames = np.concatenate([np.zeros((30, 128, 128), np.uint8), scene(4)])
    assert active_area(frames) == (0.0, 1.0, 0.0, 1.0)


def test_shrinking_an_area_averages_it():
    frames = scene(2)
    whole = shrink(frames, (0.0, 1.0, 0.0, 1.0))
    assert np.array_equal(whole, frames[:, ::8, ::8])
