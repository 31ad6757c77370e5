"""Changing the config file keeps its comments and refuses what is not allowed."""

from pathlib import Path

import pytest

from mediavault_tui import config
from mediavault_tui.errors import ConfigError
from mediavault_tui.ui import config_file

BEFORE = """\
# my collection
scan:
  # the big disk
  roots:
    - /volume1/videos  # films and shows
  jobs: 2
ui:
  theme: ember
"""


def test_a_change_leaves_everything_else(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(BEFORE)
    settings = config_file.change(path, "scan", "jobs", 3)
    assert settings.scan.jobs == 3
    assert path.read_text() == BEFORE.replace("jobs: 2", "jobs: 3")


def test_another_list_of_folders(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(BEFORE)
    config_file.change(path, "scan", "roots", ("/a", "/b # c"))
    assert config.load(path, required=True).scan.roots == ("/a", "/b # c")
    assert "# my collection" in path.read_text()
    assert "# the big disk" in path.read_text()


def test_back_to_the_default_takes_the_key_out(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(BEFORE)
    settings = config_file.change(path, "ui", "theme", None)
    assert settings.ui.theme == "auto"
    assert "theme" not in path.read_text()
    assert "jobs: 2" in path.read_text()


def test_a_new_file_in_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.yaml"
    assert config_file.change(path, "scan", "roots", ("/videos",)).scan.roots == ("/videos",)
    assert config.load(path, required=True).scan.roots == ("/videos",)
    assert (
        "# Folders to scan when the command line names none.\n  roots:\n    - /videos\n" in path.read_text()
    )


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "config.yaml"
    real.write_text(BEFORE)
    link.symlink_to(real)
    config_file.change(link, "scan", "jobs", 1)
    assert link.is_symlink()
    assert "jobs: 1" in real.read_text()


@pytest.mark.parametrize(
    ("key", "value"), [("jobs", -1), ("jobs", "many"), ("disk", "floppy"), ("roots", "/x")]
)
def test_a_value_that_is_not_allowed_changes_nothing(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(BEFORE)
    with pytest.raises(ConfigError):
        config_file.change(path, "scan", key, value)
    assert path.read_text() == BEFORE


def test_a_broken_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("scan: [")
    with pytest.raises(ConfigError):
        config_file.change(path, "scan", "jobs", 1)
    assert path.read_text() == "scan: ["
