"""What sound may settle and what not, on fingerprints drawn directly."""

import msgspec
import numpy as np
import pytest
import sounds
from test_alignment import grid, pictures, sampled, shots
from test_sound import heard

from mediavault_tui.domain.content.alignment import Verdict
from mediavault_tui.domain.content.picture_alignment import compare
from mediavault_tui.domain.content.sound import joined

SECONDS = 40.0
FILM, OTHER = shots(21, SECONDS), shots(22, SECONDS)
FEW = grid(SECONDS, 6, 5), grid(SECONDS, 6, 15)
DENSE = np.arange(0, SECONDS, 0.5)
SPEECH, DUB = heard(sounds.speech(31, SECONDS)), heard(sounds.speech(32, SECONDS))
NONE = joined([])
STILL, OTHER_STILL, BLACK = pictures(23, 1), pictures(24, 1), np.zeros((1, 32, 32))


def judged(film_a, film_b, times, sound_a, sound_b):
    a = sampled(film_a, SECONDS, times[0], seed=1, noise=1)
    b = sampled(film_b, SECONDS, times[1], seed=2, noise=60 if times is FEW else 1)
    return compare(msgspec.structs.replace(a, sound=sound_a), msgspec.structs.replace(b, sound=sound_b))


@pytest.mark.parametrize("film", [STILL, BLACK], ids=["a still", "black"])
def test_the_same_sound_settles_what_pictures_leave_open(film):
    times = DENSE, DENSE
    for missing in ((NONE, SPEECH), (SPEECH, DUB), (NONE, NONE)):
        assert judged(film, film, times, *missing).verdict is Verdict.UNSURE
    found = judged(film, film, times, SPEECH, SPEECH)
    assert found.verdict is Verdict.SAME
    assert found.offset_s == pytest.approx(0, abs=0.1)
    assert any("the sound matches along 100%" in told for told in found.reasons)


@pytest.mark.parametrize(
    ("film", "other"),
    [(FILM, OTHER), (STILL, OTHER_STILL), (STILL, FILM), (BLACK, STILL), (BLACK, FILM)],
    ids=["two films", "two stills", "a still and a film", "black and a still", "black and a film"],
)
@pytest.mark.parametrize("times", [FEW, (DENSE, DENSE)], ids=["few", "dense"])
def test_the_same_sound_under_other_pictures_settles_nothing(film, other, times):
    assert judged(film, other, times, SPEECH, SPEECH).verdict is not Verdict.SAME


@pytest.mark.parametrize("sound", [NONE, DUB, SPEECH], ids=["missing", "dubbed", "the same"])
def test_pictures_that_are_the_same_stay_so(sound):
    without = judged(FILM, FILM, (DENSE, DENSE), NONE, NONE)
    assert without.verdict is Verdict.SAME
    assert judged(FILM, FILM, (DENSE, DENSE), SPEECH, sound) == without


def test_different_pictures_stay_different():
    film, other, times = shots(41, 600), shots(42, 600), grid(600, 60, 1)
    theme = heard(sounds.music(43, 20.0))
    a, b = (msgspec.structs.replace(sampled(each, 600, times), sound=theme) for each in (film, other))
    assert compare(a, b).verdict is Verdict.DIFFERENT


@pytest.mark.parametrize("shared", [0.5, 0.7])
def test_a_still_with_half_the_sound_shared_is_unsure(shared):
    theme = sounds.music(51, SECONDS * shared)
    one, other = (
        heard(np.concatenate([theme, sounds.speech(seed, SECONDS * (1 - shared))])) for seed in (52, 53)
    )
    for film in (STILL, BLACK):
        assert judged(film, film, (DENSE, DENSE), one, other).verdict is Verdict.UNSURE
