"""Two tracks heard beside each other where one file was cut: each stretch along its own line, at any speed."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mediavault_tui.domain.audio_similarity import AudioSimilarity
from mediavault_tui.domain.content.stretches import Stretch, Stretches, turned
from mediavault_tui.services.frames.audio_comparison import listen
from mediavault_tui.services.samples import Picture, Scene, Video, write

Samples = NDArray[np.float32]
RATE = 16_000
SAME, DIFFERENT = AudioSimilarity.SAME, AudioSimilarity.DIFFERENT


def voice(seed: int, seconds: float) -> Samples:
    """Syllables of a fifth of a second, each a chord of its own."""
    random = np.random.default_rng(seed)
    long = RATE // 5
    time = np.arange(long) / RATE
    said = [
        random.uniform(0.02, 0.15)
        * np.sin(2 * np.pi * random.uniform(150, 1800, 5)[:, None] * time).sum(axis=0)
        for _ in range(round(seconds * 5))
    ]
    return np.concatenate(said).astype(np.float32)


def cut(samples: Samples, *pieces: tuple[float, float]) -> Samples:
    return np.concatenate([samples[round(start * RATE) : round(end * RATE)] for start, end in pieces])


ORIGINAL, DUB, OTHER = voice(1, 80), voice(2, 80), voice(3, 80)
SILENCE = np.zeros(80 * RATE, np.float32)
SHORT = cut(ORIGINAL, (0, 30), (50, 80))
WITHOUT_20S = (Stretch(0, 0, 30), Stretch(50, 30, 30))

Make = Callable[..., bytes]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A video with these tracks."""
    number = iter(range(9))

    def made(*tracks: Samples, coding: Sequence[str] = ("-c:a", "flac"), shown_s: float = 0) -> bytes:
        path = tmp_path / f"{next(number)}.mkv"
        pictures, longest = tmp_path / f"pictures {path.name}", max(len(each) for each in tracks) / RATE
        write(
            pictures,
            Video((Scene(1, shown_s or longest),), Picture(width=64, height=48, rate=Fraction(2)), ()),
        )
        words = ["ffmpeg", "-v", "error", "-i", str(pictures)]
        for at, each in enumerate(tracks):
            raw = tmp_path / f"{path.name} {at}.raw"
            raw.write_bytes(each.astype("<f4").tobytes())
            words += ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", str(raw)]
        maps = [word for at in range(len(tracks) + 1) for word in ("-map", str(at))]
        subprocess.run([*words, *maps, "-c:v", "copy", *coding, str(path)], check=True)
        return str(path).encode()

    if shutil.which("ffmpeg") is None:
        pytest.fail("ffmpeg is needed")
    return made


def both_ways(
    a: bytes, b: bytes, speed: float, stretches: Stretches, pairs: Sequence[tuple[int, int]] = ((0, 0),)
) -> list[AudioSimilarity]:
    """What is heard of each pair, the same whichever file comes first."""
    found = listen(a, b, speed, stretches, pairs)
    back = [(there, at) for at, there in pairs]
    other = listen(b, a, 1 / speed, turned(stretches, speed), back)
    assert [(at, there, told) for there, at, told in other] == found
    return [told for _, _, told in found]


def test_sound_behind_a_cut_is_the_same_and_a_dub_is_not(make: Make) -> None:
    long, short = make(ORIGINAL, DUB), make(SHORT, cut(OTHER, (0, 60)), coding=("-c:a", "libmp3lame"))
    pairs = [(0, 0), (1, 0), (0, 1), (0, 5)]
    assert both_ways(long, short, 1.0, WITHOUT_20S, pairs) == [
        SAME,
        DIFFERENT,
        DIFFERENT,
        AudioSimilarity.UNSURE,
    ]


def test_what_is_inserted_on_either_side_is_not_listened_to(make: Make) -> None:
    advertised = np.concatenate([OTHER[: 12 * RATE], cut(ORIGINAL, (0, 30)), OTHER[: 15 * RATE],
                                 cut(ORIGINAL, (30, 55)), OTHER[: 20 * RATE], cut(ORIGINAL, (55, 80))])  # fmt: skip
    recorded = (Stretch(0, 12, 30), Stretch(30, 57, 25), Stretch(55, 102, 25))
    assert both_ways(make(ORIGINAL), make(advertised), 1.0, recorded) == [SAME]


@pytest.mark.parametrize("dubbed", [0, 1])
def test_a_dub_that_is_the_original_in_one_stretch_is_another_sound(make: Make, dubbed: int) -> None:
    halves = [cut(ORIGINAL, (0, 30)), cut(ORIGINAL, (50, 80))]
    halves[dubbed] = cut(DUB, (0, 30))
    assert both_ways(make(ORIGINAL), make(np.concatenate(halves)), 1.0, WITHOUT_20S) == [DIFFERENT]


def test_a_short_stretch_with_another_sound_is_not_outweighed(make: Make) -> None:
    other_end = np.concatenate([cut(ORIGINAL, (0, 60)), cut(DUB, (70, 77))])
    stretches = (Stretch(0, 0, 60), Stretch(70, 60, 7))
    assert both_ways(make(ORIGINAL), make(other_end), 1.0, stretches) == [AudioSimilarity.UNSURE]
    same_end = cut(ORIGINAL, (0, 60), (70, 77))
    assert both_ways(make(ORIGINAL), make(same_end), 1.0, stretches) == [SAME]


@pytest.mark.parametrize("silent", [(0, 30), (30, 60)])
def test_a_stretch_in_which_one_file_is_silent_is_not_the_same(
    make: Make, silent: tuple[float, float]
) -> None:
    muted = SHORT.copy()
    muted[round(silent[0] * RATE) : round(silent[1] * RATE)] = 0
    assert both_ways(make(ORIGINAL), make(muted), 1.0, WITHOUT_20S) == [DIFFERENT]


def test_a_stretch_in_which_both_are_silent_says_nothing(make: Make) -> None:
    quiet = ORIGINAL.copy()
    quiet[50 * RATE :] = 0
    assert both_ways(make(quiet), make(cut(quiet, (0, 30), (50, 80))), 1.0, WITHOUT_20S) == [SAME]
    quiet_dub = cut(np.concatenate([DUB[: 50 * RATE], SILENCE]), (0, 30), (50, 80))
    assert both_ways(make(quiet), make(quiet_dub), 1.0, WITHOUT_20S) == [DIFFERENT]


def test_a_track_that_ends_early_or_begins_late_is_not_the_same(make: Make) -> None:
    long = make(ORIGINAL)
    late = np.concatenate([SILENCE[: 20 * RATE], SHORT[20 * RATE :]])
    for samples in (SHORT[: 40 * RATE], late):
        assert SAME not in both_ways(long, make(samples, shown_s=60), 1.0, WITHOUT_20S)


def test_many_stretches_shorter_than_a_window(make: Make) -> None:
    pieces = [(10.0 * at, 10.0 * at + 3) for at in range(8)]
    stretches = tuple(Stretch(10.0 * at, 3.0 * at, 3) for at in range(8))
    long = make(ORIGINAL)
    assert both_ways(long, make(cut(ORIGINAL, *pieces)), 1.0, stretches) == [SAME]
    assert both_ways(long, make(cut(DUB, *pieces)), 1.0, stretches) == [DIFFERENT]


def test_too_little_in_common_tells_nothing(make: Make) -> None:
    stretches = (Stretch(0, 0, 1), Stretch(50, 30, 1))
    assert both_ways(make(ORIGINAL), make(SHORT), 1.0, stretches) == [AudioSimilarity.UNSURE]


PAL = 25 / 24


@pytest.mark.parametrize("filters", [f"asetrate={RATE * PAL:.0f},aresample={RATE}", f"atempo={PAL}"])
def test_at_another_speed_with_and_without_its_pitch(make: Make, filters: str) -> None:
    """The second file of 24 frames a second, played at 25, with 20 s cut out."""
    lines = (Stretch(0, 0, 30), Stretch(50, 30 / PAL, 30))
    coding = ("-c:a", "flac", "-af", filters)
    long = make(ORIGINAL, DUB)
    assert both_ways(long, make(SHORT, coding=coding), PAL, lines, [(0, 0), (1, 0)]) == [SAME, DIFFERENT]


def test_each_stretch_may_be_a_little_late(make: Make) -> None:
    """Sound is cut between its own frames, not where the pictures are."""
    late = np.concatenate([cut(ORIGINAL, (0, 30)), SILENCE[: RATE * 16 // 100], cut(ORIGINAL, (50, 80))])
    assert both_ways(make(ORIGINAL), make(late), 1.0, WITHOUT_20S) == [SAME]
