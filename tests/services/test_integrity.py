"""Real videos of every container, whole and damaged: damage is found wherever it is, a whole file is not blamed."""

import ctypes
import os
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from builders import ENDINGS, put, video_bytes

from mediavault_tui.domain import wholeness
from mediavault_tui.domain.wholeness import FindingKind, Health, Wholeness
from mediavault_tui.services import samples
from mediavault_tui.services.integrity import examine
from mediavault_tui.services.integrity.source import Run, Source
from mediavault_tui.services.samples import Picture, Sound, Text, Video, story

SECONDS = 6.0


def check(path: Path, *, deep: bool = False) -> Wholeness:
    status = path.stat()
    return examine(os.fsencode(path), status.st_size, status.st_mtime_ns, deep=deep)


def whole(ending: str) -> bytes:
    return video_bytes(ending, seconds=SECONDS)


# -- damage --------------------------------------------------------------------------------------------


def damaged(kind: str, content: bytes, chance: random.Random) -> bytes:
    """`content` with one kind of damage at a random place."""
    size, data = len(content), bytearray(content)
    at = chance.randrange(size // 50, size - size // 10)
    length = chance.randrange(4200, max(4300, min(size // 8, 40_000)))
    if kind == "cut":
        return bytes(data[: max(at, 1500)])
    if kind == "zeroed":
        at = min(at, size - length - 1)
        data[at : at + length] = bytes(length)
    elif kind == "padded":
        data[at:at] = bytes(length)
    elif kind == "never finished":
        data[at:] = bytes(size - at)
    elif kind == "taken out":
        at = min(at, size // 2)
        del data[at : at + size // 3]
    return bytes(data)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", ["cut", "zeroed", "padded", "never finished", "taken out"])
def test_damage_is_found_wherever_it_is(tmp_path: Path, ending: str, kind: str) -> None:
    chance = random.Random(f"{ending} {kind}")
    for _ in range(3):
        content = damaged(kind, whole(ending), chance)
        found = check(put(tmp_path / f"film{ending}", content))
        assert found.status is not Health.WHOLE, (len(content), found)
        assert wholeness.words(found)


@pytest.mark.parametrize("ending", [".mkv", ".mp4", ".avi", ".ts", ".mpg", ".ogv"])
def test_a_hole_is_found(tmp_path: Path, ending: str) -> None:
    path = put(tmp_path / f"film{ending}", whole(ending))
    blocks = path.stat().st_size // 4096
    with path.open("r+b") as file:
        punch = ctypes.CDLL(None, use_errno=True).fallocate
        at, length = ctypes.c_long(blocks // 3 * 4096), ctypes.c_long(8192)
        if punch(file.fileno(), 3, at, length):  # FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
            file.seek(at.value)
            file.write(bytes(8192))  # a filesystem without holes: the zeros alone must tell
    found = check(path)
    assert found.status is Health.DAMAGED
    assert any(each.kind in (FindingKind.HOLE, FindingKind.ZEROS) for each in found.findings)


def test_an_overwritten_place_is_told_with_its_time(tmp_path: Path) -> None:
    content = bytearray(whole(".mkv"))
    third = len(content) // 3
    content[third : 2 * third] = bytes(third)
    found = check(put(tmp_path / "film.mkv", bytes(content)))
    zeros = next(each for each in found.findings if each.kind is FindingKind.ZEROS)
    assert zeros.start_s == pytest.approx(SECONDS / 3, abs=0.6)
    assert zeros.end_s == pytest.approx(2 * SECONDS / 3, abs=0.6)
    assert "0:02–0:0" in wholeness.words(found) or "0:01–0:0" in wholeness.words(found)


def written(path: Path, picture_s: float, sound_s: float, *, live: bool = False) -> Path:
    """A Matroska file whose pictures and sound last that long; `live`: as it is streamed."""
    rate = 8000
    options = {"live": "1"} if live else {}
    with av.open(str(path), "w", format="matroska", options=options) as out:
        picture = out.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        picture.options = {"preset": "ultrafast", "g": "25"}
        sound = out.add_stream("pcm_s16le", rate=rate, layout="mono")
        noise = np.random.default_rng(1)
        for number in range(round(max(picture_s, sound_s) * 25)):
            if number < picture_s * 25:
                pixels = noise.integers(0, 255, (72, 64), dtype=np.uint8)
                frame = av.VideoFrame.from_ndarray(pixels, "yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                out.mux(picture.encode(frame))
            if number < sound_s * 25:
                wave = noise.integers(-9000, 9000, (1, rate // 25), dtype=np.int16)
                tone = av.AudioFrame.from_ndarray(wave, "s16", layout="mono")
                tone.sample_rate, tone.pts, tone.time_base = rate, number * rate // 25, Fraction(1, rate)
                out.mux(sound.encode(tone))
        out.mux(picture.encode())
        out.mux(sound.encode())
    return path


def test_sound_that_ends_before_the_pictures(tmp_path: Path) -> None:
    found = check(written(tmp_path / "film.mkv", 20, 8))
    assert found.status is Health.DAMAGED
    assert wholeness.words(found) == "sound missing from 0:08 on"


def test_pictures_that_end_before_the_sound(tmp_path: Path) -> None:
    found = check(written(tmp_path / "film.mkv", 8, 20))
    assert found.status is Health.DAMAGED
    assert wholeness.words(found) == "picture missing from 0:08 on"
    assert found.duration_s == pytest.approx(8, abs=0.1)


def test_a_little_less_sound_is_no_damage(tmp_path: Path) -> None:
    assert check(written(tmp_path / "film.mkv", 20, 18.5)).status is Health.WHOLE


def test_a_stream_without_length_is_measured_and_its_cut_end_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "film.mkv", 6, 6, live=True)
    found = check(path)
    assert found.status is Health.WHOLE
    assert found.duration_s == pytest.approx(6, abs=0.1)
    content = path.read_bytes()
    chance = random.Random(5)
    for _ in range(5):
        cut = put(tmp_path / "cut.mkv", content[: chance.randrange(len(content) // 2, len(content) - 3000)])
        assert check(cut).status is Health.DAMAGED


def test_what_is_no_video(tmp_path: Path) -> None:
    for content in (b"", b"\0" * 100_000, b"hello\n" * 100, b"<html>" + b"x" * 5000):
        assert check(put(tmp_path / "film.mkv", content)).status is Health.DAMAGED


# -- whole ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("deep", [False, True])
def test_a_whole_file_is_not_blamed(tmp_path: Path, ending: str, deep: bool) -> None:
    path = put(tmp_path / f"film{ending}", whole(ending))
    found = check(path, deep=deep)
    assert (found.status, wholeness.words(found)) == (Health.WHOLE, "")
    assert found.bytes_read >= path.stat().st_size
    assert found.content_bytes == path.stat().st_size
    assert found.key_frames > 0
    assert found.duration_s == pytest.approx(SECONDS if ending != ".ogv" else 1.5, abs=0.2)


@pytest.mark.parametrize("ending", [".mkv", ".webm", ".mp4", ".mov", ".avi", ".wmv", ".flv"])
def test_zeros_behind_a_whole_file_are_padding(tmp_path: Path, ending: str) -> None:
    content = whole(ending)
    found = check(put(tmp_path / f"film{ending}", content + bytes(300_000)))
    assert found.status is Health.WHOLE, wholeness.words(found)
    assert [each.kind for each in found.findings] == [FindingKind.PADDING]
    assert found.content_bytes == pytest.approx(len(content), abs=4)


@pytest.mark.parametrize("ending", [".ts", ".mpg"])
def test_zeros_where_nothing_says_how_long_the_file_is_leave_a_doubt(tmp_path: Path, ending: str) -> None:
    found = check(put(tmp_path / f"film{ending}", whole(ending) + bytes(300_000)))
    assert found.status is not Health.WHOLE


PICTURES = {
    "long groups with B-frames": Picture("libx264", 160, 90, Fraction(25), options={"preset": "fast", "g": "500"}),
    "open groups": Picture(
        "libx264", 160, 90, Fraction(25),
        options={"preset": "fast", "g": "12", "bf": "3", "x264-params": "open-gop=1"},
    ),
    "no key frames but the first": Picture(
        "libx264", 160, 90, Fraction(25), options={"preset": "ultrafast", "x264-params": "intra-refresh=1:keyint=20"}
    ),
    "time-lapse": Picture("libx264", 160, 90, Fraction(1, 5), options={"preset": "ultrafast"}),
    "interlaced": Picture("mpeg2video", 160, 96, Fraction(25), options={"flags": "+ilme+ildct", "b": "300k"}),
    "filled up with zeros to a constant bit rate": Picture(
        "mpeg2video", 720, 576, Fraction(25),
        options={"b": "8M", "minrate": "8M", "maxrate": "8M", "bufsize": "2M"},
    ),
    "HEVC": Picture(
        "libx265", 160, 96, Fraction(25), options={"preset": "ultrafast", "x265-params": "log-level=none"}
    ),
    "VP9": Picture("libvpx-vp9", 160, 90, Fraction(25), options={"deadline": "realtime", "cpu-used": "8"}),
    "raw": Picture("rawvideo", 64, 48, Fraction(10), options={}),
    "MJPEG": Picture("mjpeg", 160, 90, Fraction(10), "yuvj420p", options={}),
}  # fmt: skip


@pytest.mark.parametrize("what", PICTURES)
def test_pictures_of_many_kinds_are_whole(tmp_path: Path, what: str) -> None:
    path = tmp_path / "film.mkv"
    seconds = 60 if what == "time-lapse" else 6
    sounds = () if what == "time-lapse" else (Sound("aac"),)
    samples.write(path, Video(story(7, seconds), PICTURES[what], sounds, (Text("eng"),)))
    for deep in (False, True):
        found = check(path, deep=deep)
        assert (found.status, wholeness.words(found)) == (Health.WHOLE, "")


def frames(path: Path, times: list[float], *, sound_s: float = 0.0, black: bool = False) -> Path:
    """A video with a picture at each of these times, and silence for so long."""
    rate = 48_000
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=1000)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        picture.options = {"preset": "ultrafast"}
        picture.codec_context.time_base = Fraction(1, 1000)
        codec = "pcm_s16le" if path.suffix != ".mp4" else "aac"
        sound = out.add_stream(codec, rate=rate, layout="stereo") if sound_s else None
        for at in times:
            pixels = (
                np.zeros((72, 64), np.uint8) if black else np.full((72, 64), int(at * 37) % 255, np.uint8)
            )
            frame = av.VideoFrame.from_ndarray(pixels, "yuv420p")
            frame.pts, frame.time_base = round(at * 1000), Fraction(1, 1000)
            out.mux(picture.encode(frame))
        out.mux(picture.encode())
        if sound is not None:
            step = 1024 if codec == "aac" else rate // 2
            for first in range(0, round(sound_s * rate), step):
                shape, kind = ((2, step), np.float32) if codec == "aac" else ((1, 2 * step), np.int16)
                stored = "fltp" if codec == "aac" else "s16"
                silence = av.AudioFrame.from_ndarray(np.zeros(shape, kind), stored, layout="stereo")
                silence.sample_rate, silence.pts, silence.time_base = rate, first, Fraction(1, rate)
                out.mux(sound.encode(silence))
            out.mux(sound.encode())
    return path


SHOWS: dict[str, list[float]] = {
    "slide show": [0, 7, 12, 31, 40, 44],
    "screen recording with pauses": [
        *np.arange(0, 4, 0.04), *np.arange(9, 12, 0.05), *np.arange(30, 33, 0.033), *np.arange(40, 42, 0.04)
    ],
    "twelve, then sixty a second": [*np.arange(0, 20, 1 / 12), *np.arange(20, 40, 1 / 60)],
    "one picture": [0.0],
}  # fmt: skip


@pytest.mark.parametrize("ending", [".mkv", ".mp4"])
@pytest.mark.parametrize("black", [False, True])
@pytest.mark.parametrize("show", SHOWS)
def test_pauses_silence_and_black_are_no_damage(tmp_path: Path, ending: str, black: bool, show: str) -> None:
    found = check(frames(tmp_path / f"film{ending}", SHOWS[show], sound_s=44, black=black))
    assert (found.status, wholeness.words(found)) == (Health.WHOLE, "")


def test_uncompressed_silence_is_no_damage(tmp_path: Path) -> None:
    for ending in (".mkv", ".avi", ".mov"):
        found = check(frames(tmp_path / f"film{ending}", list(np.arange(0, 10, 0.04)), sound_s=10))
        assert (found.status, wholeness.words(found)) == (Health.WHOLE, ""), ending


# -- the source ----------------------------------------------------------------------------------------


def test_every_stretch_of_zeros_is_found_whatever_stands_around_it(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    for _ in range(20):
        data = chance.integers(0, 256, 5 << 20, dtype=np.uint8)
        wanted: list[Run] = []
        at = int(chance.integers(0, 500_000))
        while at < len(data):
            length = int(chance.integers(4096, 1_500_000 if chance.random() < 0.2 else 9000))
            end = min(at + length, len(data))
            data[at:end] = 0
            if at:
                data[at - 1] = 1
            if end < len(data):
                data[end] = 1
            if end - at >= 4096:
                wanted.append(Run(at, end))
            at = end + int(chance.integers(1, 700_000))
        path = put(tmp_path / "data", data.tobytes())
        descriptor = os.open(path, os.O_RDONLY)
        source = Source(descriptor, len(data), 4096)
        read = bytearray()
        while piece := source.read(int(chance.integers(1, 400_000))):
            read += piece
            if chance.random() < 0.1:
                place, look = source.tell(), int(chance.integers(0, len(data)))
                source.seek(look)
                assert source.read(1000) == data[look : look + 1000].tobytes()
                source.seek(place)
        source.finish()
        os.close(descriptor)
        assert bytes(read) == data.tobytes()
        assert source.runs == wanted
