"""Folders to choose from: what is said of each without looking for long."""

from pathlib import Path

import pytest
from builders import put

from mediavault_tui.services import folder_suggestions
from mediavault_tui.services.folder_suggestions import Folder, look


def test_videos_a_little_below_are_seen(tmp_path: Path) -> None:
    for path in ("film.mkv", "A Show/Season 01/e1.MKV", "A Show/Season 01/e1.srt", "a/b/c/too deep.mkv"):
        put(tmp_path / path)
    put(tmp_path / "@eaDir" / "thumbnail.mp4")
    (tmp_path / "round").symlink_to(tmp_path)
    assert look([str(tmp_path)]) == {str(tmp_path): Folder(str(tmp_path), 2, 2, None, False)}


def test_an_endless_folder_is_not_counted_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_suggestions, "LOOKED_AT", 10)
    for number in range(20):
        put(tmp_path / f"{number}.mkv")
    assert look([str(tmp_path)])[str(tmp_path)] == Folder(str(tmp_path), 0, 10, None, True)


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    assert look([gone])[gone] == Folder(gone, 0, 0, "No such file or directory", False)


def test_system_folders_are_not_listed(tmp_path: Path) -> None:
    for name in ("TV", "films", ".hidden", "@eaDir", "#recycle"):
        (tmp_path / name).mkdir()
    assert folder_suggestions.below(str(tmp_path)) == [str(tmp_path / "films"), str(tmp_path / "TV")]
