"""Sounds to go with drawn films: syllables, tunes, loops, tones, all from a seed; mono at RATE, full scale 1.

`track` gives the sound of a film. It belongs to the shots, as the pictures do: episodes that share an intro
share its sound, and what is flat is silent.
"""

from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from films import Film

RATE = 16000
CODED_RATE = 48000


def speech(seed: int, seconds: float) -> np.ndarray:
    """Syllables of one voice, each with its pitch, vowel and hiss, and pauses between; over a quiet room."""
    random = np.random.default_rng(seed)
    sound = random.normal(0, 0.001, int(seconds * RATE))
    pitch, at = random.uniform(90, 240), 0.0
    while at < seconds:
        length = random.uniform(0.1, 0.35)
        syllable = _syllable(random, pitch * random.uniform(0.8, 1.3), length)
        start = int(at * RATE)
        syllable = syllable[: len(sound) - start]
        sound[start : start + len(syllable)] += syllable
        at += length + (random.uniform(0.2, 0.8) if random.random() < 0.2 else 0.02)
    return sound.astype(np.float32)


def _syllable(random: np.random.Generator, pitch: float, length: float) -> np.ndarray:
    times = np.arange(int(length * RATE)) / RATE
    glide = np.cumsum(pitch * (1 + random.uniform(-0.1, 0.1) * times / length)) / RATE
    first, second = random.uniform(280, 850), random.uniform(900, 2300)
    sound = random.normal(0, 0.02, len(times)) * random.uniform(0, 1)
    for overtone in range(1, int(3000 / pitch)):
        tone = overtone * pitch
        formants = np.exp(-(((tone - first) / 120) ** 2)) + 0.6 * np.exp(-(((tone - second) / 200) ** 2))
        sound += (0.02 + formants) / 4 * np.sin(2 * np.pi * overtone * glide)
    return sound * np.sin(np.pi * times / length) ** 0.5


def music(seed: int, seconds: float) -> np.ndarray:
    """Chords that change with the beat, a melody over them, and drums; nothing comes back exactly."""
    random = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE))
    beat = random.uniform(0.35, 0.6)
    for number in range(int(seconds / beat) + 1):
        notes = 110 * 2 ** (random.choice([0, 3, 5, 7, 10, 12, 15, 19, 24, 27, 31], 4) / 12)
        start = int(number * beat * RATE)
        times = np.arange(min(int(beat * RATE), len(sound) - start)) / RATE
        fade = np.exp(-times / random.uniform(0.1, 0.5))
        for note in notes:
            for overtone, strength in enumerate((0.12, 0.06, 0.03), 1):
                sound[start : start + len(times)] += (
                    strength * np.sin(2 * np.pi * note * overtone * times) * fade
                )
        sound[start : start + len(times)] += random.normal(0, 0.05, len(times)) * np.exp(-times / 0.03)
    return sound.astype(np.float32)


def loop(seed: int, seconds: float, bar_s: float = 2.0) -> np.ndarray:
    """One bar of music, again and again."""
    bar = music(seed, bar_s)
    return np.tile(bar, int(seconds / bar_s) + 1)[: int(seconds * RATE)]


def tone(seconds: float, frequency: float = 440.0) -> np.ndarray:
    """A steady tone."""
    return (0.3 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    """Nothing to hear."""
    return np.zeros(int(seconds * RATE), np.float32)


@lru_cache(maxsize=16)
def track(film: Film, dub: int = 0) -> np.ndarray:
    """The sound of a film; other voices with another `dub`."""
    parts = []
    for shot, start, end in zip(film.shots, film.starts, film.starts[1:], strict=False):
        count = int(end * RATE) - int(start * RATE)
        make = music if shot.still else speech
        made = (
            silence(shot.seconds + 1) if shot.flat is not None else make(shot.actors + dub, shot.seconds + 1)
        )
        parts.append(made[:count])
    return np.concatenate(parts)


def add_stream(
    output: "av.container.OutputContainer", codec: str, bit_rate: int, layout: str
) -> "av.AudioStream":
    """A sound track in a file being written."""
    stream = output.add_stream(codec, rate=CODED_RATE, layout=layout)
    stream.bit_rate = bit_rate
    return stream


def encode(output: "av.container.OutputContainer", stream: "av.AudioStream", sound: np.ndarray) -> None:
    """Write all of a sound into its track."""
    coder = stream.codec_context
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None], np.float32), "flt", "mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    resampler = av.AudioResampler(coder.format.name, coder.layout.name, CODED_RATE, coder.frame_size or 1024)
    for part in (*resampler.resample(frame), *resampler.resample(None)):
        output.mux(stream.encode(part))
    output.mux(stream.encode(None))
