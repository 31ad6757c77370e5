"""The videos that samples and tests are made of are what they are asked to be."""

import os
from pathlib import Path

import pytest

from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.services import mediainfo, samples
from mediavault_tui.services.samples import Picture, Scene, Sound, Text, Video, story


def made(path: Path, video: Video) -> MediaInfo:
    samples.write(path, video)
    status = path.stat()
    return mediainfo.read(os.fsencode(path), status.st_size, status.st_mtime_ns).info


def test_tracks_languages_and_chapters_come_back(tmp_path: Path) -> None:
    video = Video(
        story(1, 8),
        sounds=(Sound("ac3", "5.1", "eng"), Sound("aac", "mono", "deu", "Director's commentary")),
        texts=(Text("fra"), Text("eng", "Forced", forced=True)),
        chapters=("One", "Two"),
        title="A title",
    )
    info = made(tmp_path / "a.mkv", video)
    assert [(track.channels, track.language, track.commentary) for track in info.audio] == [
        (6, "en", False),
        (1, "de", True),
    ]
    assert [(track.language, track.forced) for track in info.subtitles] == [("fr", False), ("en", True)]
    assert [chapter.start_s for chapter in info.chapters] == [0.0, 4.0]
    assert info.title == "A title"
    assert info.duration_s == pytest.approx(8, abs=0.2)


def test_a_story_has_its_length_and_is_the_same_again() -> None:
    assert sum(scene.seconds for scene in story(3, 20.5)) == pytest.approx(20.5)
    assert story(3, 20) == story(3, 20)
    assert story(3, 20) != story(4, 20)


def test_a_percent_sign_in_the_name_is_no_pattern(tmp_path: Path) -> None:
    path = tmp_path / "100%d a:b [x].mkv"
    samples.write(path, Video((Scene(1, 1.0),)))
    assert path.stat().st_size > 1000


def test_scene_changes_keep_the_frame_grid(tmp_path: Path) -> None:
    scenes = (Scene(1, 0.33), Scene(2, 0.34), Scene(3, 1.33))
    info = made(tmp_path / "a.mp4", Video(scenes, Picture(), sounds=()))
    assert info.duration_s == pytest.approx(2.0, abs=0.001)
    assert info.audio == ()


def test_subtitle_lines_are_a_subtitle_file() -> None:
    text = samples.subtitle_lines(20, "eng")
    assert text.startswith("1\n00:00:00,000 --> 00:00:02,000\nLine 1 (eng)\n\n2\n00:00:04,000 -->")
