"""`mediavault check` as scripts see it: files, folders, what is due, what is not in the catalogue, and the hours."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from builders import cli, cli_json, cli_lines, put, video, video_bytes

FIELDS = {"path", "status", "findings", "bytes_read", "seconds"}
FINDING = {"kind", "track", "start_s", "end_s", "detail"}


@pytest.fixture
def library(root: Path, database: Path) -> Path:
    """Two whole films and one with zeros in the middle, scanned."""
    video(root / "Alder (2001)" / "Alder.2001.mkv", seed=1)
    video(root / "Birch (2002)" / "Birch.2002.mp4", seed=2)
    content = bytearray(video_bytes(".mkv", seed=3))
    content[len(content) // 2 : len(content) // 2 + 9000] = bytes(9000)
    put(root / "Cedar (2003)" / "Cedar.2003.mkv", bytes(content))
    cli("scan", root, "--db", database, "-q", "--jobs", "1", "--only", "walk,names,mediainfo")
    return root


def names(lines: list[dict[str, Any]]) -> dict[str, str]:
    return {os.path.basename(line["path"]): line["status"] for line in lines}


def test_everything_then_only_what_is_due(library: Path, database: Path) -> None:
    lines = cli_lines("check", "--db", database, code=1)
    assert names(lines) == {"Alder.2001.mkv": "whole", "Birch.2002.mp4": "whole", "Cedar.2003.mkv": "damaged"}
    assert all(set(line) >= FIELDS for line in lines)
    (bad,) = (line for line in lines if line["status"] == "damaged")
    assert all(set(finding) >= FINDING for finding in bad["findings"])
    assert bad["findings"][0]["kind"] in ("zeros", "undecodable")
    assert bad["bytes_read"] >= os.path.getsize(bad["path"])
    assert cli_lines("check", "--due", "--db", database) == []
    later = time.time() - 3600
    os.utime(library / "Birch (2002)" / "Birch.2002.mp4", (later, later))
    cli("scan", library, "--db", database, "-q", "--jobs", "1", "--only", "walk,names,mediainfo")
    assert names(cli_lines("check", "--due", "--db", database)) == {"Birch.2002.mp4": "whole"}
    assert len(cli_lines("check", "--due", "--deep", "--db", database, code=1)) == 3
    assert cli_lines("check", "--due", "--deep", "--db", database) == []


def test_what_was_found_shows_in_the_catalogue(library: Path, database: Path) -> None:
    before = {os.path.basename(file["path"]): file["status"] for file in cli_json("files", "--db", database)}
    assert before["Cedar.2003.mkv"] == "ok"
    cli("check", "--db", database, code=1)
    files = {os.path.basename(file["path"]): file for file in cli_json("files", "--db", database)}
    assert files["Cedar.2003.mkv"]["status"] == "damaged"
    assert "0:0" in files["Cedar.2003.mkv"]["problem"]
    assert files["Alder.2001.mkv"]["status"] == "ok"
    cli("scan", library, "--db", database, "-q", "--full", "--jobs", "1", "--only", "walk,names,mediainfo")
    again = {os.path.basename(file["path"]): file["status"] for file in cli_json("files", "--db", database)}
    assert again["Cedar.2003.mkv"] == "damaged", "a full scan looks at heads only"


def test_named_files_and_folders(library: Path, database: Path, tmp_path: Path) -> None:
    assert names(cli_lines("check", library / "Alder (2001)", "--db", database)) == {
        "Alder.2001.mkv": "whole"
    }
    one = library / "Birch (2002)" / "Birch.2002.mp4"
    assert names(cli_lines("check", one, one, "--db", database)) == {"Birch.2002.mp4": "whole"}
    stray = video(tmp_path / "elsewhere" / "Stray.avi", seed=4)
    (line,) = cli_lines("check", stray, "--db", database)
    assert (line["status"], line["stored"]) == ("whole", False)
    told = cli("check", stray.parent, "--db", database)
    assert b"not in the catalogue" in told.stderr
    assert len(cli_json("files", "--db", database)) == 3


def test_without_a_catalogue_a_file_is_only_looked_at(tmp_path: Path) -> None:
    stray = video(tmp_path / "Stray.mkv", seed=4)
    (line,) = cli_lines("check", stray, "--db", tmp_path / "none.db")
    assert line["status"] == "whole"
    assert not (tmp_path / "none.db").exists()
    cli("check", "--db", tmp_path / "none.db", code=3)


def test_names_that_lead_nowhere_are_told(library: Path, database: Path) -> None:
    told = cli("check", library / "Nothing.mkv", "--db", database, code=3)
    assert b"Nothing.mkv" in told.stderr


def test_the_hours(library: Path, database: Path) -> None:
    now = time.localtime()
    hour = (now.tm_hour + 2) % 24
    later = {"MEDIAVAULT_CHECK_HOURS": f'["{hour:02d}:00-{(hour + 1) % 24:02d}:00"]'}
    told = cli("check", "--due", "--db", database, env=later)
    assert b"check.hours" in told.stderr
    assert not told.stdout
    assert len(cli_lines("check", "--db", database, env=later, code=1)) == 3, "what is asked for is done"
    wrong = cli("check", "--due", "--db", database, env={"MEDIAVAULT_CHECK_HOURS": '["7 to 9"]'}, code=2)
    assert b"check.hours" in wrong.stderr
