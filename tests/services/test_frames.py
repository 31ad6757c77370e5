import io
import os
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from mediavault_tui.domain.content.alignment import Verdict
from mediavault_tui.domain.content.fingerprint import Fingerprint
from mediavault_tui.domain.content.picture_alignment import compare
from mediavault_tui.errors import FileUnreadable, MediaDamaged
from mediavault_tui.services import frames
from mediavault_tui.services.frames.video import Video, opened

sys.path.insert(0, str(Path(__file__).parents[1] / "content"))
import films
import variants

FILM = films.scenes(1, 20)
LONG = films.scenes(2, 240)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Paths of files by name, made once."""
    folder = tmp_path_factory.mktemp("videos")
    av.logging.set_level(None)
    kinds = {
        "plain.mkv": (FILM, variants.PLAIN),
        "cut.mp4": (FILM, variants.Variant(options=variants.X264, start=0.2)),
        "fast.avi": (FILM, variants.Variant("", "mpeg4", {"b": "400k"}, speed=25 / (24000 / 1001))),
        "stream.ts": (FILM, variants.VARIANTS["MPEG-2, TS"]),
        "far apart.ts": (
            FILM,
            variants.Variant("", "libx264", {"g": "90", "sc_threshold": "0", "preset": "veryfast"}, "ts"),
        ),
        "long.mkv": (LONG, variants.PLAIN),
    }
    for name, (film, variant) in kinds.items():
        variants.write(film, str(folder / name), variant)
    return folder


def test_a_short_file_is_seen_all_along(made):
    found = frames.fingerprint(os.fsencode(made / "plain.mkv"))
    assert found.duration_s == pytest.approx(20, abs=0.2)
    assert len(found.times) >= 75
    assert np.diff(found.times).max() < 0.6


def test_a_long_file_is_sought_all_along_and_little_of_it_read(made):
    found = frames.fingerprint(os.fsencode(made / "long.mkv"))
    assert found.duration_s == pytest.approx(240, abs=0.5)
    assert len(found.times) >= 15
    assert found.times[0] < 15
    assert found.times[-1] > 215


def test_the_fingerprint_fits_its_bytes(made):
    found = frames.fingerprint(os.fsencode(made / "plain.mkv"))
    again = Fingerprint.from_bytes(found.to_bytes())
    assert len(found.to_bytes()) < 32_000
    assert compare(found, again).verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("name", "offset", "speed"),
    [("cut.mp4", -4.0, 1.0), ("fast.avi", 0.0, 25 / (24000 / 1001)), ("stream.ts", 0.0, 1.0)],
)
def test_refining_is_exact_to_a_frame(made, name, offset, speed):
    plain, other = os.fsencode(made / "plain.mkv"), os.fsencode(made / name)
    rough = compare(frames.fingerprint(plain), frames.fingerprint(other))
    found = frames.refine(plain, other, rough)
    assert found.verdict is Verdict.SAME
    assert found.offset_s == pytest.approx(offset, abs=1 / films.RATE)
    assert found.speed == pytest.approx(speed, abs=0.001)


@pytest.mark.parametrize("name", ["cut.mp4", "stream.ts"])
def test_frames_decoded_for_the_fingerprint_are_not_decoded_again(made, name, monkeypatch):
    paths = os.fsencode(made / "plain.mkv"), os.fsencode(made / name)
    prints, every = zip(*(frames.fingerprint_and_frames(path) for path in paths), strict=True)
    assert [each.to_bytes() for each in prints] == [frames.fingerprint(path).to_bytes() for path in paths]
    rough = compare(*prints)
    decoded_again = frames.refine(*paths, rough)
    monkeypatch.setattr(Video, "between", None)
    found = frames.refine(*paths, rough, every=every)
    assert (found.verdict, len(found.stretches)) == (decoded_again.verdict, len(decoded_again.stretches))
    # A stream entered in the middle need not decode to the same bits.
    assert found.offset_s == pytest.approx(decoded_again.offset_s, abs=0.1 / films.RATE)
    assert found.speed == pytest.approx(decoded_again.speed, abs=1e-4)


def test_of_a_long_file_no_frames_are_kept(made):
    _, every = frames.fingerprint_and_frames(os.fsencode(made / "long.mkv"))
    assert every is None


@pytest.mark.parametrize("name", ["stream.ts", "far apart.ts"])
@pytest.mark.parametrize("start_s", [0.0, 0.5, 5.0, 7.4, 8.0, 14.5, 17.0])
def test_a_stream_without_an_index_is_entered_before_the_wanted_place(made, name, start_s):
    with opened(os.fsencode(made / name)) as video:
        every, _ = video.between(0.0, 30.0)
        times, _ = video.between(start_s, start_s + 2)
    assert len(every) == pytest.approx(20 * video.rate, abs=2)
    assert list(times) == [each for each in every if start_s <= each <= start_s + 2]


def test_a_name_that_is_no_text_is_only_a_name(made):
    hostile = os.fsencode(made) + b"/concat:\xff\n\x1b[2J|a.mkv"
    os.link(made / "plain.mkv", hostile)
    assert len(frames.fingerprint(hostile).times) > 50
    assert len(frames.fingerprint(os.fsdecode(hostile)).times) > 50


@pytest.mark.parametrize("content", [b"", b"FLV\x01\x05\0\0\0\x09\0\0\0\0", b"not a video" * 500])
def test_what_is_no_video_is_damaged(tmp_path, content):
    path = tmp_path / "a.mkv"
    path.write_bytes(content)
    with pytest.raises(MediaDamaged):
        frames.fingerprint(os.fsencode(path))


def test_what_cannot_be_opened_is_unreadable(tmp_path):
    os.mkfifo(tmp_path / "pipe.mkv")
    (tmp_path / "folder.mkv").mkdir()
    for name in ("missing.mkv", "pipe.mkv", "folder.mkv"):
        with pytest.raises(FileUnreadable):
            frames.fingerprint(os.fsencode(tmp_path / name))


def test_of_a_cut_off_file_the_rest_is_seen(made, tmp_path):
    data = (made / "plain.mkv").read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(data[: len(data) // 2])
    found = frames.fingerprint(os.fsencode(cut))
    assert 3 < found.times[-1] < 18
    whole = frames.fingerprint(os.fsencode(made / "plain.mkv"))
    assert compare(whole, found).verdict is Verdict.SAME


def test_holes_in_a_file_do_not_stop_it(made, tmp_path):
    data = bytearray((made / "plain.mkv").read_bytes())
    for at in range(len(data) // 3, len(data) // 2, 4000):
        data[at : at + 400] = bytes(400)
    holed = tmp_path / "holed.mkv"
    holed.write_bytes(data)
    assert len(frames.fingerprint(os.fsencode(holed)).times) >= 20


def test_an_audio_file_has_no_pictures(tmp_path):
    path = tmp_path / "sound.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4000), np.int16), "s16", "mono")
        frame.sample_rate, frame.pts = 8000, 0
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    with pytest.raises(MediaDamaged, match="picture"):
        frames.fingerprint(os.fsencode(path))


def test_it_stops_when_told(made):
    asked = iter([False] * 20 + [True] * 1000)
    with pytest.raises(frames.Cancelled):
        frames.fingerprint(os.fsencode(made / "plain.mkv"), lambda: next(asked))


def test_it_decodes_at_start_middle_and_end(made, tmp_path):
    assert frames.decodes_at(os.fsencode(made / "long.mkv"), [0.0, 0.5, 0.99]) == [True, True, True]
    data = (made / "long.mkv").read_bytes()
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(data[: len(data) // 3] + bytes(len(data) - len(data) // 3))
    assert frames.decodes_at(os.fsencode(broken), [0.0, 0.9]) == [True, False]


def test_a_still_is_the_frame_of_that_moment(made):
    shown = frames.still(os.fsencode(made / "plain.mkv"), 7.5, films.WIDTH, films.HEIGHT)
    assert shown.shape == (films.HEIGHT, films.WIDTH, 3)
    grey = shown.mean(axis=2)
    near = np.corrcoef(grey.ravel(), FILM.frame(7.5).ravel())[0, 1]
    later = np.corrcoef(grey.ravel(), FILM.frame(8.5).ravel())[0, 1]
    assert near > 0.97
    assert near >= later


def test_a_still_fits_the_box_and_keeps_its_shape(made):
    shown = frames.still(os.fsencode(made / "plain.mkv"), 1.0, 100, 100)
    assert shown.shape == (56, 100, 3)


def test_a_turned_video_is_shown_upright(tmp_path):
    path = tmp_path / "turned.mp4"
    picture = np.zeros((64, 96), np.uint8)
    picture[:, :48] = 230
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.set_display_rotation(90)
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(picture, "gray").reformat(format="yuv420p")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    shown = frames.still(os.fsencode(path), 0.3, 96, 96)
    assert shown.shape == (96, 64, 3)
    with av.open(str(path)) as container:
        turns = round(next(container.decode(video=0)).rotation / 90)
    expected = np.rot90(picture, turns)
    assert np.corrcoef(shown.mean(axis=2).ravel(), expected.ravel())[0, 1] > 0.95


def with_a_late_line(source: Path, target: Path, at_s: int) -> Path:
    """The same film with a line of subtitles long after its end."""
    begin, end = (f"{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d},000" for at in (at_s - 2, at_s))
    lines = io.BytesIO(f"1\n{begin} --> {end}\nThe end\n".encode())
    with (
        av.open(str(source)) as film,
        av.open(lines, format="srt") as texts,
        av.open(str(target), "w") as out,
    ):
        streams = [out.add_stream_from_template(each.streams[0]) for each in (film, texts)]
        for read, stream in zip((film, texts), streams, strict=True):
            for packet in read.demux(read.streams[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    return target


@pytest.mark.parametrize(("name", "seconds", "late"), [("plain.mkv", 20, 110), ("long.mkv", 240, 265)])
def test_a_line_after_the_film_makes_it_no_longer(made, tmp_path, name, seconds, late):
    longer = with_a_late_line(made / name, tmp_path / "late.mkv", late)
    with av.open(str(longer)) as container:
        assert container.duration / av.time_base > seconds + 20
    found = frames.fingerprint(os.fsencode(longer))
    assert found.duration_s == pytest.approx(seconds, abs=0.5)


def test_a_stream_without_a_length_is_measured_at_its_end(made, tmp_path):
    streamed = tmp_path / "streamed.mkv"
    with (
        av.open(str(made / "long.mkv")) as film,
        av.open(str(streamed), "w", format="matroska", options={"live": "1"}) as out,
    ):
        stream = out.add_stream_from_template(film.streams[0])
        for packet in film.demux(film.streams[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    with av.open(str(streamed)) as container:
        assert container.duration is None
    found = frames.fingerprint(os.fsencode(streamed))
    assert found.duration_s == pytest.approx(240, abs=0.5)
