"""Fingerprints drawn directly: films of 1/f pictures, sampled at unlike times as two encodes are."""

import numpy as np
import pytest

from mediavault_tui.domain.content.alignment import (
    Alignment,
    Hypothesis,
    Verdict,
    along_a_line,
    placed,
    via_third_file,
)
from mediavault_tui.domain.content.alignment_evidence import PAL
from mediavault_tui.domain.content.fingerprint import Fingerprint
from mediavault_tui.domain.content.picture_alignment import compare

SHOT_S = 4.0


def pictures(seed, count):
    """1/f noise, as natural pictures have it."""
    random = np.random.default_rng(seed)
    radius = np.hypot(np.fft.fftfreq(32)[:, None], np.fft.rfftfreq(32)[None])
    radius[0, 0] = 1
    waves = np.exp(2j * np.pi * random.random((count, 32, 17))) / radius**1.3
    waves[:, 0, 0] = 0
    grey = np.fft.irfft2(waves, (32, 32))
    return grey / grey.std(axis=(1, 2), keepdims=True) * 45 + 120


def shots(seed, seconds):
    return pictures(seed, int(seconds / SHOT_S) + 1)


def sampled(film, seconds, times, speed=1.0, cut=0.0, seed=0, crop=0, noise=4):
    """The fingerprint of a film whose file starts `cut` seconds late and runs `speed` times as fast."""
    random = np.random.default_rng(seed)
    shown = film[np.minimum(((times * speed + cut) / SHOT_S).astype(int), len(film) - 1)]
    shown = shown[:, crop : 32 - crop, crop : 32 - crop] if crop else shown
    places = ((np.arange(16) + 0.5) * shown.shape[1] / 16).astype(int)
    grey = shown[:, places][:, :, places] * 0.9 + random.normal(0, noise, (len(times), 16, 16))
    return Fingerprint((seconds - cut) / speed, times, np.clip(grey, 0, 255).astype(np.uint8))


def grid(seconds, count, seed):
    """One time in each of `count` steps."""
    random = np.random.default_rng(seed)
    return (np.arange(count) + random.random(count)) * seconds / count


FILM_S = 1500.0
FILM = shots(1, FILM_S)
ORIGINAL = sampled(FILM, FILM_S, grid(FILM_S, 100, 1))


@pytest.mark.parametrize(("cut", "speed"), [(0, 1), (20, 1), (200, 1), (0, PAL), (35, PAL), (0, 1 / PAL)])
def test_a_copy_is_found_with_offset_and_speed(cut, speed):
    length = (FILM_S - cut) / speed
    found = compare(ORIGINAL, sampled(FILM, FILM_S, grid(length, 90, 2), speed, cut, seed=3))
    assert found.verdict is Verdict.SAME
    assert found.speed == pytest.approx(speed, abs=0.0025)
    assert found.offset_s == pytest.approx(-cut, abs=4)
    assert found.overlap_b > 0.98
    assert found.overlap_a == pytest.approx(1 - cut / FILM_S, abs=0.01)


def test_offset_is_the_other_way_round_from_the_other_side():
    copy = sampled(FILM, FILM_S, grid(FILM_S - 60, 90, 2), cut=60)
    assert compare(ORIGINAL, copy).offset_s == pytest.approx(-60, abs=4)
    assert compare(copy, ORIGINAL).offset_s == pytest.approx(60, abs=4)


def test_time_in_b_maps_the_overlap():
    copy = sampled(FILM, FILM_S, grid((FILM_S - 60) / PAL, 90, 2), PAL, 60)
    found = compare(ORIGINAL, copy)
    assert found.time_in_b(60) == pytest.approx(0, abs=4)
    assert found.time_in_b(1060) == pytest.approx(1000 / PAL, abs=4)


@pytest.mark.parametrize("crop", [2, 4])
def test_a_crop_is_found_and_told(crop):
    found = compare(ORIGINAL, sampled(FILM, FILM_S, grid(FILM_S, 90, 2), crop=crop))
    assert found.verdict is Verdict.SAME
    if crop == 4:  # a small one is matched without looking for it
        assert found.area_a[1] - found.area_a[0] == pytest.approx(0.75, abs=0.1)


def test_other_films_are_different():
    for seed in range(5, 10):
        other = sampled(shots(seed, FILM_S), FILM_S, grid(FILM_S, 90, seed))
        assert compare(ORIGINAL, other).verdict is Verdict.DIFFERENT


@pytest.mark.parametrize("shared_s", [60, 120])
def test_a_shared_intro_makes_no_pair(shared_s):
    start = int(shared_s / SHOT_S)
    other = shots(6, FILM_S)
    other[:start] = FILM[:start]
    found = compare(ORIGINAL, sampled(other, FILM_S, grid(FILM_S, 90, 2)))
    assert found.verdict is Verdict.DIFFERENT


def test_sharing_a_third_is_neither_same_nor_vetoed():
    other = shots(6, FILM_S)
    other[: len(other) * 2 // 5] = FILM[: len(FILM) * 2 // 5]
    assert compare(ORIGINAL, sampled(other, FILM_S, grid(FILM_S, 90, 2))).verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.zeros((1, 32, 32)), np.zeros((1, 32, 32))),
        (np.full((1, 32, 32), 200.0), np.full((1, 32, 32), 40.0)),
        (pictures(3, 1), pictures(3, 1)),
    ],
    ids=["black", "plain colours", "the same still"],
)
def test_what_shows_nothing_or_one_still_is_unsure(first, second):
    times = np.arange(0, 20, 0.5)
    a, b = sampled(first, 20, times, noise=1), sampled(second, 20, times, seed=9, noise=1)
    assert compare(a, b).verdict is Verdict.UNSURE


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_pictures_are_unsure(count):
    few = Fingerprint(1.0, np.arange(count) * 1.0, np.zeros((count, 16, 16), np.uint8))
    assert compare(few, ORIGINAL).verdict is Verdict.UNSURE
    assert compare(few, few).verdict is Verdict.UNSURE


def on_a_line(rough, hypothesis, durations):
    return placed(rough, hypothesis.speed, (along_a_line(hypothesis, durations),), durations)


@pytest.mark.parametrize(("speed_a", "shift_a"), [(1.0, 0.0), (25 / 24, -3.0), (1.0, -12.5)])
@pytest.mark.parametrize(("speed_b", "shift_b"), [(1.0, 2.0), (24 / 25, 0.0), (25 / 24, -60.0)])
def test_offset_by_way_of_a_third_copy(speed_a, shift_a, speed_b, shift_b):
    """t in a copy is (t in the third + shift) / speed: the moments of both copies must meet."""
    same = Alignment(Verdict.SAME, 99, overlap_s=720.0, overlap_a=0.8, overlap_b=0.8)
    to_a, to_b = (
        on_a_line(same, Hypothesis(speed, shift), (1000.0, 900.0))
        for speed, shift in ((speed_a, shift_a), (speed_b, shift_b))
    )
    found = via_third_file(same, to_a, to_b)
    for moment in (100.0, 700.0):
        assert found.time_in_b(to_a.time_in_b(moment)) == pytest.approx(to_b.time_in_b(moment), abs=1e-6)
    assert found.score == 99


def test_a_third_copy_that_ends_early_does_not_tell_of_the_rest():
    rough = Alignment(Verdict.SAME, 99, overlap_s=1000.0, overlap_a=1.0, overlap_b=1.0)
    to_a = on_a_line(rough, Hypothesis(1.0, 0.0), (400.0, 1000.0))
    assert via_third_file(rough, to_a, to_a) is None


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [(0.0, 0.0, True), (0.9, 0.0, True), (12.0, 0.0, False), (0.0, 12.0, False)],
)
def test_a_third_copy_does_not_tell_of_what_both_have_besides(before, after, is_told):
    """Two copies may each have another logo in front, or other credits, where the third has none."""
    length = 1000.0 + before + after
    rough = Alignment(Verdict.SAME, 99, overlap_s=length, overlap_a=1.0, overlap_b=1.0)
    to_a = on_a_line(rough, Hypothesis(1.0, before), (1000.0, length))
    found = via_third_file(rough, to_a, to_a)
    assert (found is not None) is is_told
    assert found is None or found.stretches[0].length_s == pytest.approx(length)
