"""Where two files are listened to, and when what was heard is known."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain import quality
from mediavault_tui.domain.audio_similarity import AudioSimilarity, moments
from mediavault_tui.domain.content.alignment import PAL
from mediavault_tui.domain.content.coverage import Coverage
from mediavault_tui.domain.content.stretches import Stretch, Stretches, turned
from mediavault_tui.domain.media import AudioTrack, MediaInfo
from mediavault_tui.domain.quality import AudioEvidence, Copy
from mediavault_tui.engine.matching.audio_comparison import audio_request


@pytest.mark.parametrize(
    ("lengths", "most", "expected"),
    [
        ((6000,), 12, [12]),
        ((3000, 3000), 12, [6, 6]),
        ((4000, 1500, 500), 12, [8, 3, 1]),
        ((5900, 100), 12, [12, 0]),
        ((100, 100, 100), 5, [2, 2, 1]),
        ((8, 600), 12, [0, 12]),
        ((8, 8), 12, [2, 1]),
        ((3, 3, 3), 12, [1, 1, 0]),
        ((1.4, 40), 12, [0, 10]),
        ((1.4,), 12, [1]),
        ((1.2,), 12, [0]),
    ],
)
def test_windows_are_spread_by_length(lengths: tuple[float, ...], most: int, expected: list[int]) -> None:
    found = moments(side_by_side(lengths, 1.0), 1.0, most)
    assert [sum(each.stretch == at for each in found) for at in range(len(lengths))] == expected


def side_by_side(lengths: tuple[float, ...], speed: float, cut_s: float = 30.0) -> Stretches:
    """Stretches of these lengths, with a cut in b between each two."""
    found, a, b = [], 0.0, 5.0
    for length in lengths:
        found.append(Stretch(a, b, length))
        a, b = a + length + cut_s, b + length / speed
    return tuple(found)


SPEEDS = st.sampled_from([1.0, 25 / 24, 24 / 25, 1.001])


@given(st.lists(st.floats(0.01, 4000), max_size=20).map(tuple), SPEEDS, st.integers(1, 12))
def test_no_window_is_near_an_edge_or_meets_another(
    lengths: tuple[float, ...], speed: float, most: int
) -> None:
    stretches = side_by_side(lengths, speed)
    found = moments(stretches, speed, most)
    assert len(found) <= most
    assert bool(found) == any(length >= 4 / 3 + 1e-6 for length in lengths) or any(
        abs(length - 4 / 3) < 1e-5 for length in lengths
    )
    for each in found:
        home = stretches[each.stretch]
        off = min(1.5, home.length_s / 8) - 1e-6
        assert each.a_s >= home.a_s + off and each.a_s + each.length_s <= home.end_a_s - off
        assert each.b_s - home.b_s == pytest.approx((each.a_s - home.a_s) / speed, abs=1e-6)
        assert 0.5 <= each.length_s <= 4.0 + 1e-9
    for one, other in pairwise(found):
        assert one.a_s + one.length_s <= other.a_s + 1e-6


@given(st.lists(st.integers(2, 4000), min_size=1, max_size=20).map(tuple))
def test_at_one_speed_the_files_changed_are_heard_at_the_same_moments(lengths: tuple[int, ...]) -> None:
    stretches = side_by_side(lengths, 1.0)
    found, back = moments(stretches, 1.0, 12), moments(turned(stretches, 1.0), 1.0, 12)
    assert [(each.b_s, each.a_s) for each in found] == [pytest.approx((each.a_s, each.b_s)) for each in back]


def copy(number: int, duration_s: float) -> Copy:
    return Copy(number, MediaInfo(duration_s=duration_s, audio=(AudioTrack("AAC"),)))


STRETCHES = (Stretch(0, 0, 300), Stretch(330, 300, 270))
COVERAGE = Coverage(570, 1.0, stretches=STRETCHES)


def test_where_the_pictures_say_where_sound_that_differs_tells() -> None:
    asked = audio_request(copy(1, 600), copy(2, 570), AudioEvidence(), COVERAGE)
    assert asked is not None and asked.is_aligned
    assert (asked.speed, asked.stretches, asked.pairs) == (1.0, STRETCHES, ((0, 0),))


@pytest.mark.parametrize(
    ("durations", "speed", "length"), [((600, 570), 1.0, 570), ((6000, 6000 / PAL), PAL, 6000)]
)
def test_without_pictures_the_runtimes_guess(
    durations: tuple[float, float], speed: float, length: float
) -> None:
    asked = audio_request(copy(1, durations[0]), copy(2, durations[1]), AudioEvidence())
    assert asked is not None and not asked.is_aligned
    assert asked.speed == pytest.approx(speed) and asked.stretches[0].length_s == pytest.approx(length)


@pytest.mark.parametrize(
    ("told", "again", "again_aligned"),
    [
        (AudioSimilarity.SAME, False, False),
        (AudioSimilarity.DIFFERENT, False, False),
        (AudioSimilarity.UNSURE, False, False),
        (AudioSimilarity.UNPLACED, False, True),
    ],
)
def test_what_was_unsure_at_a_guess_is_asked_again_once_the_pictures_say_where(
    told: AudioSimilarity, again: bool, again_aligned: bool
) -> None:
    known = AudioEvidence({((1, 0), (2, 0)): told})
    both = copy(1, 600), copy(2, 570)
    assert bool(audio_request(*both, known)) is again
    assert bool(audio_request(*both, known, COVERAGE)) is again_aligned
    is_told = told in (AudioSimilarity.SAME, AudioSimilarity.DIFFERENT)
    assert known.between(1, 0, 2, 0) == (told if is_told else None)
    assert bool(quality.would_lose(both[0], [both[1]], known)) is (told is not AudioSimilarity.SAME)
