"""Sounds made from a seed, changed as copies are, and heard again."""

import numpy as np
import pytest
import sounds
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.content.sound import HOP_S, RATE, Sound, agreement, from_samples, joined

SECONDS = 24.0


def lowered(sound):
    """Averaged down to the rate that fingerprints are taken at."""
    step = sounds.RATE // RATE
    return sound[: len(sound) // step * step].reshape(-1, step).mean(axis=1, dtype=np.float32)


def heard(sound, start_s=0.0):
    return from_samples(lowered(sound), start_s)


SPEECH, MUSIC = sounds.speech(1, SECONDS), sounds.music(2, SECONDS)
NOISE = np.random.default_rng(4).normal(0, 1, len(SPEECH)).astype(np.float32)
FADE = np.linspace(0.1, 1, len(SPEECH), dtype=np.float32)


@pytest.mark.parametrize("sound", [SPEECH, MUSIC], ids=["speech", "music"])
@pytest.mark.parametrize(
    "change",
    [
        lambda sound: sound * 0.05,
        lambda sound: sound * FADE,
        lambda sound: np.clip(sound * 2, -0.5, 0.5),
        lambda sound: sound + 0.003 * NOISE,
        lambda sound: np.convolve(sound, [0.5, 0.3, 0.2], "same"),
        lambda sound: -sound,
        lambda sound: sound[round(3.237 * sounds.RATE) :],
        lambda sound: sound[: len(sound) * 3 // 4],
    ],
    ids=["quiet", "fading in", "clipped", "noisy", "muffled", "inverted", "start cut", "end cut"],
)
def test_a_changed_copy_sounds_the_same(sound, change):
    copy = change(sound).astype(np.float32)
    found = agreement(heard(sound), heard(copy), SECONDS, len(copy) / sounds.RATE)
    assert found is not None
    assert found.share > 0.9
    cut = len(sound) != len(copy) and np.array_equal(copy, sound[-len(copy) :])
    assert found.shift_s == pytest.approx(-3.237 if cut else 0, abs=HOP_S)


STRANGERS = {
    "other speech": (SPEECH, sounds.speech(5, SECONDS)),
    "other music": (MUSIC, sounds.music(6, SECONDS)),
    "silence": (sounds.silence(SECONDS), sounds.silence(SECONDS)),
    "hiss": (0.0005 * NOISE, 0.0005 * NOISE),
    "one tone": (sounds.tone(SECONDS), sounds.tone(SECONDS)),
    "one loop": (sounds.loop(7, SECONDS), sounds.loop(7, SECONDS)),
    "sound and silence": (SPEECH, sounds.silence(SECONDS)),
    "three seconds": (SPEECH[: 3 * sounds.RATE], SPEECH[: 3 * sounds.RATE]),
    "too short for a frame": (SPEECH[:4000], SPEECH[:4000]),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_is_other_or_not_distinct_does_not_agree(name):
    one, other = STRANGERS[name]
    assert agreement(heard(one), heard(other), SECONDS, SECONDS) is None


def test_a_shared_beginning_is_a_small_share():
    theme = sounds.music(8, SECONDS / 2)
    one = np.concatenate([theme, sounds.speech(9, SECONDS / 2)])
    other = np.concatenate([theme, sounds.speech(10, SECONDS / 2)])
    found = agreement(heard(one), heard(other), SECONDS, SECONDS)
    assert found is None or found.share < 0.6


def test_windows_that_meet_are_enough():
    long, second = sounds.speech(11, 60), sounds.RATE
    parts = [heard(long[start * second : (start + 4) * second], start) for start in range(0, 60, 12)]
    copy = [heard(long[start * second : (start + 4) * second], start - 1.0) for start in range(1, 60, 12)]
    found = agreement(joined(parts), joined(copy), 60, 59)
    assert found is not None
    assert found.shift_s == pytest.approx(-1, abs=HOP_S)


def test_bytes_round_trip():
    whole = joined([heard(SPEECH), heard(MUSIC, 100.0)])
    again = Sound.from_bytes(whole.to_bytes())
    assert np.array_equal(again.places, whole.places)
    assert np.array_equal(again.bits, whole.bits)


@given(st.binary(max_size=60))
def test_foreign_bytes_are_refused_or_are_a_sound(data):
    try:
        found = Sound.from_bytes(data)
    except ValueError:
        return
    assert len(found.places) == len(found.bits)
