"""What real files say of their tracks: kinds by flags and names, the real picture, 3D, codecs and depths."""

import os
from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.stream import Disposition

from mediavault_tui.domain.media import MediaInfo, SoundKind, TextKind
from mediavault_tui.services import container, mediainfo, stream_flags
from mediavault_tui.services.samples import Picture, Sound, Text, Video, story, write

SMALL = Picture(width=64, height=48)


def told(path: Path) -> MediaInfo:
    status = path.stat()
    return mediainfo.read(os.fsencode(path), status.st_size, status.st_mtime_ns).info


@pytest.mark.parametrize("ending", [".mkv", ".mp4"])
def test_flags_of_the_container_tell_tracks_apart(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"film{ending}"
    sounds = (
        Sound(language="eng"),
        Sound(language="eng", flags=Disposition.comment),
        Sound(language="eng", flags=Disposition.visual_impaired),
    )
    texts = (
        Text("eng"),
        Text("eng", flags=Disposition.hearing_impaired),
        Text("eng", forced=True),
        Text("eng", "Signs & Songs"),
        Text("eng", "Commentary"),
    )
    write(path, Video(story(1, 2), SMALL, sounds, texts if ending == ".mkv" else ()))
    found = told(path)
    assert [track.kind for track in found.audio] == [
        SoundKind.MAIN,
        SoundKind.COMMENTARY,
        SoundKind.DESCRIPTION,
    ]
    if ending == ".mkv":
        kinds = [TextKind.FULL, TextKind.SDH, TextKind.FORCED, TextKind.SIGNS, TextKind.COMMENTARY]
        assert [track.kind for track in found.subtitles] == kinds


def _with_cover(path: Path, film: Path) -> None:
    """The film with a large still as its first picture track."""
    with av.open(str(film)) as source, av.open(str(path), "w") as output:
        still = output.add_stream("mjpeg", rate=25)
        still.width, still.height, still.pix_fmt = 400, 600, "yuvj420p"
        tracks = {stream.index: output.add_stream_from_template(stream) for stream in source.streams}
        output.mux(still.encode(av.VideoFrame(400, 600, "yuvj420p")))
        output.mux(still.encode())
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = tracks[packet.stream.index]
                output.mux(packet)


@pytest.mark.parametrize("ending", [".mkv", ".mp4"])
def test_a_still_as_first_picture_track_is_no_film(tmp_path: Path, ending: str) -> None:
    film, covered = tmp_path / "film.mkv", tmp_path / f"covered{ending}"
    write(film, Video(story(1, 2), SMALL))
    _with_cover(covered, film)
    info = told(covered)
    found = info.video
    assert found is not None
    assert (found.codec, found.width, found.height) == ("H.264", 64, 48)
    assert info.duration_s == pytest.approx(2, abs=0.3)
    assert info.bitrate_kbps is not None and info.bitrate_kbps < 1000


def test_a_lone_still_is_no_picture_track(tmp_path: Path) -> None:
    path = tmp_path / "still.mkv"
    with av.open(str(path), "w") as output:
        still = output.add_stream("mjpeg", rate=25)
        still.width, still.height, still.pix_fmt = 64, 48, "yuvj420p"
        output.mux(still.encode(av.VideoFrame(64, 48, "yuvj420p")))
        output.mux(still.encode())
    assert told(path).video is None


def _coded(path: Path, codec: str, pixels: str = "yuv420p", **options: str) -> None:
    usual = {"preset": "ultrafast"} if codec == "libx264" else {}
    write(path, Video(story(1, 1), Picture(codec, 64, 48, Fraction(24), pixels, {**usual, **options}), ()))


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "expected"),
    [
        ("a.mkv", "libvpx", "yuv420p", ("VP8", 8, 24.0)),
        ("a.mkv", "mpeg4", "yuv420p", ("MPEG-4", 8, 24.0)),
        ("a.avi", "msmpeg4v2", "yuv420p", ("MS-MPEG4 v2", 8, 24.0)),
        ("a.avi", "msmpeg4", "yuv420p", ("MS-MPEG4 v3", 8, 24.0)),
        ("a.mkv", "libx264", "yuv420p10le", ("H.264", 10, 24.0)),
    ],
)
def test_codec_depth_and_rate(
    tmp_path: Path, name: str, codec: str, pixels: str, expected: tuple[str, int, float]
) -> None:
    _coded(tmp_path / name, codec, pixels)
    found = told(tmp_path / name).video
    assert found is not None
    assert (found.codec, found.bit_depth, found.fps) == expected


@pytest.mark.parametrize("ending", [".mkv", ".mp4", ".ts"])
def test_the_stream_says_that_its_pictures_are_packed(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"film{ending}"
    _coded(path, "libx264", **{"x264opts": "frame-packing=3"})
    found = told(path).video
    assert found is not None and found.stereo == "side by side"
    plain = tmp_path / f"plain{ending}"
    _coded(plain, "libx264")
    flat = told(plain).video
    assert flat is not None and flat.stereo is None


def test_matroska_says_that_its_pictures_are_packed(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain.mkv", tmp_path / "film.mkv"
    _coded(plain, "libvpx")
    with av.open(str(plain)) as source, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        stream.metadata["stereo_mode"] = "left_right"
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                output.mux(packet)
    found = told(path).video
    assert found is not None and found.stereo == "side by side"


@pytest.mark.parametrize(("mode", "expected"), [(0, None), (1, "over and under"), (2, "side by side")])
def test_a_stereo_box_says_so_too(tmp_path: Path, mode: int, expected: str | None) -> None:
    def box(kind: bytes, *inner: bytes) -> bytes:
        content = b"".join(inner)
        return (8 + len(content)).to_bytes(4, "big") + kind + content

    described = box(b"avc1", b"\0" * 78, box(b"st3d", b"\0\0\0\0", bytes([mode])))
    tree = box(b"stsd", b"\0" * 8, described)
    for kind in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        tree = box(kind, tree)
    path = tmp_path / "film.mp4"
    path.write_bytes(box(b"ftyp", b"isom\0\0\0\0") + tree)
    with path.open("rb") as file:
        assert container.stereo_box(file.fileno()) == expected


def test_what_is_no_video_has_no_flags(tmp_path: Path) -> None:
    path = tmp_path / "x.mkv"
    path.write_bytes(os.urandom(5000))
    with path.open("rb") as file:
        assert stream_flags.read(file.fileno()) == stream_flags.NOTHING
    assert stream_flags.packing_in(os.urandom(500), hevc=True) is None
