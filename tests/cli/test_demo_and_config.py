"""`demo` and `config` as scripts and people use them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import cli, cli_json, put

from mediavault_tui.cli import demo as demo_command

# --- demo -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("demo") / "a new folder"
    return folder, cli_json("demo", folder)


def test_demo_makes_what_it_says(demo: tuple[Path, dict[str, Any]]) -> None:
    folder, said = demo
    assert {file["path"] for file in said["files"]} == {
        str(path) for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")
    }
    assert 1_000_000 < said["bytes"] < 10_000_000
    assert all(file["about"] for file in said["files"])


def test_demo_shows_every_kind_of_thing(demo: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, _ = demo
    database = tmp_path / "demo.db"
    cli("scan", folder, "--db", database, "--only", "walk,names,mediainfo,hash", code=1)
    files = {os.path.basename(file["path"]): file for file in cli_json("files", "--db", database)}
    assert {file["kind"] for file in files.values()} == {"movie", "episode", "extra"}
    hashes = [file["hash"] for file in files.values() if file["hash"]]
    assert len(hashes) > len(set(hashes)), "true duplicates"
    assert sorted(file["links"] for file in files.values())[-1] == 2
    damaged = {name for name, file in files.items() if file["status"] == "damaged"}
    assert damaged == {"the.quiet.orbit.2011.720p.mkv", "Harbour.Lights.S01E03.mp4"}
    film = files["The.Quiet.Orbit.2011.720p.BluRay.x264-NOVA.mkv"]
    assert [track["language"] for track in film["audio"]] == ["en", "de", "en"]
    assert {(track["language"], track["external"]) for track in film["subtitles"]} == {
        ("en", False), ("de", False), ("fr", True)
    }  # fmt: skip
    assert len({file["edition"] for file in files.values()}) == 2 or any(
        file["edition"] for file in files.values()
    )
    assert {1974, 2011} <= {file["year"] for file in files.values()}
    assert {file["video_codec"] for file in files.values()} >= {"H.264", "HEVC", "MPEG-4"}
    assert (files["02.mkv"]["title"], files["02.mkv"]["season"], files["02.mkv"]["episodes"]) == (
        "Harbour Lights", 1, [2]
    )  # fmt: skip


def test_demo_may_be_made_again_in_the_same_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    videos, after = demo_command.library()
    few = (videos[0], videos[6], videos[3]), after  # what links, copies and pieces are made of
    small = tuple(entry._replace(make=lambda where, _: where.write_bytes(b"video")) for entry in few[0])
    monkeypatch.setattr(demo_command, "library", lambda: (small, after))
    first = demo_command.demo(tmp_path / "demo", lambda _: None)
    put(tmp_path / "demo" / "TV" / "my own.txt", b"mine")
    assert demo_command.demo(tmp_path / "demo", lambda _: None) == first
    assert (tmp_path / "demo" / "TV" / "my own.txt").read_bytes() == b"mine"


def test_demo_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    put(tmp_path / "collection" / "film.mkv", b"mine")
    said = cli("demo", tmp_path / "collection", code=3).stderr.decode()
    assert "not empty" in said
    assert [path.name for path in (tmp_path / "collection").iterdir()] == ["film.mkv"]
    put(tmp_path / "file")
    assert "cannot build" in cli("demo", tmp_path / "file", code=3).stderr.decode()


# --- config -------------------------------------------------------------------------------------------


def test_config_sample_is_the_file_that_is_shipped() -> None:
    sample = Path(__file__).parents[2] / "sample_config.yaml"
    assert cli("config", "--sample").stdout.decode() == sample.read_text()


def test_config_shows_what_holds(tmp_path: Path) -> None:
    config = put(tmp_path / "config.yaml", b"scan:\n  jobs: 3\n")
    shown = cli_json("config", "--config", config, env={"MEDIAVAULT_SCAN_DISK": "ssd"})
    assert (shown["scan"]["jobs"], shown["scan"]["disk"]) == (3, "ssd")
    text = cli("config", "--config", config).stdout.decode()
    assert yaml.safe_load(text)["scan"]["jobs"] == 3


def test_config_errors_name_file_key_and_remedy(tmp_path: Path) -> None:
    config = put(tmp_path / "config.yaml", b"scan:\n  jbos: 3\n")
    for arguments in (("config",), ("files",), ("scan", tmp_path)):
        said = cli(*arguments, "--config", config, code=2).stderr.decode()
        assert str(config) in said and "line 2" in said and "`scan.jbos`" in said and "`scan.jobs`" in said


def test_the_program_runs_in_a_locale_that_is_not_utf8(tmp_path: Path) -> None:
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "mediavault_tui", "parse", "--json", "Amélie.2001.mkv"]
    result = subprocess.run(command, capture_output=True, env=env, check=True)
    assert json.loads(result.stdout)["year"] == 2001
    subprocess.run(
        [*command[:3], "doctor", "--db", tmp_path / "x.db"], capture_output=True, env=env, check=True
    )
