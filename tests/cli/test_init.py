"""The first config: written once, commented, and never over another."""

from pathlib import Path

import pytest

from mediavault_tui import config
from mediavault_tui.cli import init
from tests.builders import cli, video


def test_writes_a_config_that_loads_and_names_the_roots(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.yaml"
    cli("--config", path, "init", "--yes", root)
    assert config.load(path, required=True).scan.roots == (str(root),)
    assert "# " in path.read_text()


def test_never_overwrites(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("scan: {jobs: 3}\n")
    shown = cli("--config", path, "init", "--yes", root, code=2)
    assert str(path).encode() in shown.stderr
    assert path.read_text() == "scan: {jobs: 3}\n"


def test_refuses_what_is_no_folder(tmp_path: Path) -> None:
    shown = cli("--config", tmp_path / "config.yaml", "init", "--yes", tmp_path / "nowhere", code=3)
    assert b"nowhere" in shown.stderr and not (tmp_path / "config.yaml").exists()


def test_finds_folders_with_videos_outermost_first(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video(root / "films" / "A (2001).mkv")
    (root / "empty").mkdir()
    monkeypatch.setattr(
        init.folder_suggestions, "likely", lambda: [str(root / "empty"), str(root), str(root / "films"), "/"]
    )
    assert init.found_folders() == {str(root): 1}


@pytest.mark.parametrize(("answer", "chosen"), [("all", ["/a", "/b"]), ("2", ["/b"]), ("1, 2", ["/a", "/b"])])
def test_answers(answer: str, chosen: list[str]) -> None:
    assert init._answered(answer, ["/a", "/b"]) == chosen
