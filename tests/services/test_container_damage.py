"""Truncated files of every container, made from real videos: a cut is noticed, a whole file is not blamed."""

import os
from pathlib import Path

import pytest
from builders import ENDINGS, cut_bytes, put, sparse, video_bytes

from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.services import mediainfo

CODECS = {
    ".mkv": "H.264", ".mp4": "H.264", ".m4v": "MPEG-4", ".mov": "H.264", ".3gp": "H.263", ".webm": "VP8",
    ".ogv": "Theora", ".avi": "MPEG-4", ".ts": "H.264", ".m2ts": "H.264", ".mpg": "MPEG-2", ".vob": "MPEG-2",
    ".flv": "H.263", ".wmv": "WMV2",
}  # fmt: skip


def read(path: Path) -> MediaInfo:
    status = path.stat()
    return mediainfo.read(os.fsencode(path), status.st_size, status.st_mtime_ns).info


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_whole_file_is_read_and_not_blamed(tmp_path: Path, ending: str) -> None:
    info = read(put(tmp_path / f"whole{ending}", video_bytes(ending)))
    assert info.damage is None
    assert info.video is not None
    assert info.video.codec == CODECS[ending]
    assert info.video.width > 0
    assert info.duration_s == pytest.approx(2.0 if ending != ".ogv" else 1.5, abs=0.1)
    assert len(info.audio) == 1


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.8, 0.95, 0.999])
def test_a_cut_is_noticed_wherever_it_is(tmp_path: Path, ending: str, share: float) -> None:
    info = read(put(tmp_path / f"cut{ending}", cut_bytes(ending, share)))
    assert info.damage is not None
    assert "truncated" in info.damage or "not a video" in info.damage or "no video" in info.damage


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_file_is_damaged(tmp_path: Path, ending: str) -> None:
    assert read(put(tmp_path / f"empty{ending}", b"")).damage == "empty file (0 bytes)"


@pytest.mark.parametrize(
    "content", [b"\0" * 100_000, b"hello\n" * 100, b"<html>" + b"x" * 5000, b"\x1aE\xdf\xa3"]
)
@pytest.mark.parametrize("ending", [".mkv", ".mp4", ".avi", ".ts"])
def test_what_is_no_video_is_said_to_be_none(tmp_path: Path, ending: str, content: bytes) -> None:
    assert read(put(tmp_path / f"rubbish{ending}", content)).damage


@pytest.mark.parametrize(
    ("ending", "really"), [(".avi", ".mkv"), (".mkv", ".mp4"), (".mp4", ".ts"), (".wmv", ".avi")]
)
def test_a_wrong_ending_does_not_matter(tmp_path: Path, ending: str, really: str) -> None:
    info = read(put(tmp_path / f"renamed{ending}", video_bytes(really)))
    assert info.damage is None
    assert info.video is not None


def test_rubbish_behind_the_end_is_no_damage(tmp_path: Path) -> None:
    for ending in (".mkv", ".mp4", ".avi"):
        assert read(put(tmp_path / f"more{ending}", video_bytes(ending) + b"\0" * 3000)).damage is None


def test_a_gigabyte_of_zeros_is_not_searched_for_a_video(tmp_path: Path) -> None:
    for ending in (".mkv", ".mp4", ".avi"):
        path = sparse(tmp_path / f"room for a download{ending}", 1 << 30)
        status = path.stat()
        answer = mediainfo.read(os.fsencode(path), status.st_size, status.st_mtime_ns)
        assert "zeros" in (answer.info.damage or "")
        assert answer.bytes_read < 100_000


def test_a_download_whose_end_is_not_there_yet_is_damaged(tmp_path: Path) -> None:
    """The room is kept, so the size is right; in containers with their index at the end that is all there is to see."""
    for ending in (".mp4", ".mov", ".flv", ".ogv"):
        whole = video_bytes(ending)
        kept = put(tmp_path / f"half{ending}", whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
        assert read(kept).damage
