"""Cuts, inserts and what looks like them: drawn fingerprints in pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_alignment import SHOT_S, grid, shots

from mediavault_tui.domain.content.alignment import Verdict
from mediavault_tui.domain.content.alignment_evidence import PAL
from mediavault_tui.domain.content.fingerprint import Fingerprint
from mediavault_tui.domain.content.picture_alignment import compare

LENGTH_S = 120.0
FILM, OTHER = shots(1, LENGTH_S), shots(77, LENGTH_S)
F, X = 0, 1


def assembled(parts, seed, speed=1.0, step_s=1.0):
    """A file of (film, from, to) in seconds, sampled once in every step."""
    total = sum(end - start for _, start, end in parts) / speed
    times = grid(total, max(2, round(total / step_s)), seed)
    drawn = np.zeros((len(times), 32, 32))
    at = 0.0
    for film, start, end in parts:
        here = (times * speed >= at) & (times * speed < at + end - start)
        places = ((times[here] * speed - at + start) / SHOT_S).astype(int)
        drawn[here] = (FILM, OTHER)[film][np.minimum(places, len(FILM) - 1)]
        at += end - start
    noise = np.random.default_rng(seed).normal(0, 4, (len(times), 16, 16))
    return Fingerprint(total, times, np.clip(drawn[:, 1::2, 1::2] * 0.9 + noise, 0, 255).astype(np.uint8))


WHOLE = assembled([(F, 0, LENGTH_S)], 1)
PIECES = {
    "30 s missing": ([(F, 0, 35), (F, 65, 120)], [(0, 0), (65, 35)]),
    "15 s and 20 s inserted": (
        [(F, 0, 33), (X, 0, 15), (F, 33, 80), (X, 30, 50), (F, 80, 120)],
        [(0, 0), (33, 48), (80, 115)],
    ),
    "one missing, one inserted": (
        [(F, 0, 30), (F, 50, 90), (X, 0, 12), (F, 90, 120)],
        [(0, 0), (50, 30), (90, 82)],
    ),
    "start and middle missing": ([(F, 10, 50), (F, 70, 120)], [(10, 0), (70, 40)]),
    "other pictures in one place": ([(F, 0, 40), (X, 40, 60), (F, 60, 120)], [(0, 0), (60, 60)]),
}


@pytest.mark.parametrize("name", PIECES)
def test_cuts_and_inserts_are_found_with_their_places(name):
    parts, expected = PIECES[name]
    found = compare(WHOLE, assembled(parts, 5))
    assert found.verdict is Verdict.SAME and found.speed == 1.0
    assert [each.a_s for each in found.stretches] == pytest.approx([a for a, _ in expected], abs=3)
    assert [each.b_s for each in found.stretches] == pytest.approx([b for _, b in expected], abs=3)


def test_a_cut_in_a_copy_at_another_speed():
    """Of short runs the speed shows frame by frame only."""
    found = compare(WHOLE, assembled([(F, 0, 35), (F, 65, 120)], 5, PAL))
    assert found.verdict is Verdict.SAME
    assert [each.a_s for each in found.stretches] == pytest.approx([0, 65], abs=3)


NO_PAIRS = {
    "one opening": [(F, 0, 36), (X, 36, 120)],
    "one ending": [(X, 0, 96), (F, 96, 120)],
    "opening and ending": [(F, 0, 20), (X, 20, 100), (F, 100, 120)],
    "other order": [(F, 60, 90), (F, 0, 30), (F, 90, 120), (F, 30, 60)],
    "something else": [(X, 0, 120)],
    "a quarter here and there": [(F, 0, 15), (X, 15, 60), (F, 60, 75), (X, 75, 120)],
}


@pytest.mark.parametrize("name", NO_PAIRS)
def test_what_is_shared_in_part_or_in_another_order_makes_no_pair(name):
    assert compare(WHOLE, assembled(NO_PAIRS[name], 5)).verdict is not Verdict.SAME


def turning(seconds, period_s, phase_s, seed):
    """Something that goes round in so many seconds, at several brightnesses along the way."""
    times = grid(seconds, round(2 * seconds), seed)
    round_ = shots(3, 8 * SHOT_S)[:8]
    at = (times + phase_s) / period_s % 1 * len(round_)
    low, share = at.astype(int), (at % 1)[:, None, None]
    drawn = round_[low] * (1 - share) + round_[(low + 1) % len(round_)] * share
    return Fingerprint(seconds, times, np.clip(drawn[:, 1::2, 1::2], 0, 255).astype(np.uint8))


def test_what_goes_round_and_round_is_unsure_of_its_place():
    found = compare(turning(60.0, 6.0, 0.0, 1), turning(60.0, 6.0, 2.0, 2))
    assert found.verdict is Verdict.UNSURE
    assert not found.measured
    assert "repeat themselves" in found.reasons[0]


@pytest.mark.parametrize("parts", [*(parts for parts, _ in PIECES.values()), *NO_PAIRS.values()])
@pytest.mark.parametrize("speed", [1.0, PAL])
def test_both_ways_round_the_answers_are_mirror_images(parts, speed):
    copy = assembled(parts, 9, speed)
    there, back = compare(WHOLE, copy), compare(copy, WHOLE)
    assert (back.verdict, back.score, back.reasons) == (there.verdict, there.score, there.reasons)
    assert back.offset_s == pytest.approx(-there.offset_s, abs=1e-9)
    assert back.speed == pytest.approx(1 / there.speed)
    mirrored = [pytest.approx((each.a_s, each.b_s, each.length_s)) for each in there.turned().stretches]
    assert [(each.a_s, each.b_s, each.length_s) for each in back.stretches] == mirrored


@settings(max_examples=25)
@given(st.lists(st.integers(4, 100), min_size=2, max_size=4, unique=True), st.integers(0, 10))
def test_stretches_never_overlap_and_lie_within_both_files(edges, seed):
    first, *rest = sorted(edges)
    parts = [(F, 0, first), *((F if at % 2 else X, edge, 120) for at, edge in enumerate(rest))]
    copy = assembled(parts, seed)
    found = compare(WHOLE, copy)
    end_a = end_b = -1e-6
    for each in found.stretches:
        assert each.a_s >= end_a and each.b_s >= end_b and each.length_s > 0
        end_a, end_b = each.end_a_s - 1e-6, each.end_b_s(found.speed) - 1e-6
    if found.verdict is Verdict.SAME:
        assert end_a <= WHOLE.duration_s and end_b <= copy.duration_s
