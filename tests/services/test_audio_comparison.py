"""Two tracks heard beside each other: codecs, loudness, mixing down, speed; and what is really another sound."""

from pathlib import Path

import numpy as np
import pytest

from mediavault_tui.domain.content.sound import RATE
from mediavault_tui.domain.content.sound_similarity import MARGIN_S, Window, track_similarity
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.quality import AudioSimilarity
from mediavault_tui.services.frames.audio_comparison import listen
from mediavault_tui.services.samples import Picture, Sound, Video, story, write

SMALL = Picture(width=64, height=48)
STAY = (1.0, (Stretch(0, 0, 16),))


def film(path: Path, *sounds: Sound, seed: int = 1) -> bytes:
    write(path, Video(story(seed, 16), SMALL, sounds))
    return str(path).encode()


def test_another_codec_and_layout_is_the_same_sound_and_another_voice_is_not(tmp_path: Path) -> None:
    ours = film(tmp_path / "a.mkv", Sound("ac3", "5.1"), Sound(voice=1))
    theirs = film(tmp_path / "b.mkv", Sound("libmp3lame", bitrate=48_000), Sound(voice=2))
    found = {(a, b): told for a, b, told in listen(ours, theirs, *STAY, [(0, 0), (0, 1), (1, 1), (0, 7)])}
    assert found == {
        (0, 0): AudioSimilarity.SAME,
        (0, 1): AudioSimilarity.DIFFERENT,
        (1, 1): AudioSimilarity.DIFFERENT,
        (0, 7): AudioSimilarity.UNSURE,
    }


def voice(seed: int, seconds: float) -> np.ndarray:
    """Noise in syllables: bands that rise and fall as speech does."""
    random = np.random.default_rng(seed)
    samples = np.zeros(int(seconds * RATE), np.float32)
    for at in range(0, len(samples) - 800, 800):
        time = np.arange(800) / RATE
        pitches = random.uniform(150, 1800, 5)
        samples[at : at + 800] = sum(np.sin(2 * np.pi * p * time) for p in pitches) * random.uniform(
            0.02, 0.2
        )
    return samples


LENGTH_S = 4.0


def windows(ours: np.ndarray, theirs: np.ndarray, speed: float = 1.0) -> list[Window]:
    """Windows of both; `theirs` runs faster without a change of pitch."""
    found = []
    for start in (1.0, 6.0, 11.0):
        first = round((start / speed - MARGIN_S) * RATE)
        length = round((LENGTH_S / speed + 2 * MARGIN_S) * RATE)
        found.append(Window(ours[round(start * RATE) :][: round(LENGTH_S * RATE)], theirs[first:][:length]))
    return found


def test_loudness_noise_and_lag_leave_a_sound_what_it_is() -> None:
    ours = voice(1, 20)
    noise = np.random.default_rng(5).normal(0, 0.002, len(ours)).astype(np.float32)
    late = np.concatenate([np.zeros(int(0.35 * RATE), np.float32), ours])[: len(ours)]
    for theirs in (ours, ours * 0.1, ours + noise, late):
        assert track_similarity(windows(ours, theirs)) is AudioSimilarity.SAME


def test_speech_over_the_same_music_is_another_sound() -> None:
    music, one, other = voice(1, 20), voice(2, 20), voice(3, 20)
    speaking = np.arange(20 * RATE) % (5 * RATE) < 3.5 * RATE
    ours, theirs = (np.where(speaking, 2 * each + 0.3 * music, music) for each in (one, other))
    assert (
        track_similarity(windows(ours.astype(np.float32), theirs.astype(np.float32)))
        is AudioSimilarity.DIFFERENT
    )


def test_silence_is_the_same_as_silence_only() -> None:
    silent = np.zeros(20 * RATE, np.float32)
    assert track_similarity(windows(silent, silent)) is AudioSimilarity.SAME
    assert track_similarity(windows(voice(1, 20), silent)) is AudioSimilarity.DIFFERENT


@pytest.mark.parametrize(
    ("pitch", "expected"), [(440, AudioSimilarity.SAME), (880, AudioSimilarity.DIFFERENT)]
)
def test_steady_tones_are_told_by_their_pitch(pitch: float, expected: AudioSimilarity) -> None:
    time = np.arange(20 * RATE) / RATE
    ours, theirs = (np.sin(2 * np.pi * each * time).astype(np.float32) / 4 for each in (440, pitch))
    assert track_similarity(windows(ours, theirs)) is expected


def test_nothing_to_hear_tells_nothing() -> None:
    assert track_similarity([]) is AudioSimilarity.UNSURE
    assert (
        track_similarity([Window(np.zeros(10, np.float32), np.zeros(10, np.float32))])
        is AudioSimilarity.UNSURE
    )
