"""A machine that is against us: full disks, read-only catalogues, files that change. A clear message, nothing lost."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import cli, cli_json, cli_lines, command, dump, put, start, video_bytes

WALK = ("--only", "walk")


def check_whole(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def with_limit(limit: Callable[[], None], *arguments: str | Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        command(*arguments), capture_output=True, preexec_fn=limit, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough names for a catalogue of some megabytes."""
    root = tmp_path_factory.mktemp("many")
    for folder in range(30):
        (root / f"Show {folder}").mkdir()
        for number in range(200):
            (root / f"Show {folder}/Show.{folder}.S01E{number:03d}.{'x' * 150}.mkv").touch()
    return root


def test_a_file_that_may_not_grow_further_is_a_clear_message(many: Path, database: Path) -> None:
    """A quota, or a filesystem's largest file."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    result = with_limit(limit, "scan", many, "--db", database, *WALK)
    said = result.stderr.decode()
    assert result.returncode == 3, said
    assert "Traceback" not in said
    assert str(database) in said
    check_whole(database)
    assert cli_lines("scan", many, "--db", database, *WALK)[-1]["files_found"] == 6000
    assert len(dump(database)["files"]) == 6000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real filesystem of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small filesystem needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_loses_nothing(many: Path, small_disk: Path) -> None:
    database = small_disk / "catalogue.db"
    put(small_disk / "in the way", bytes(500_000))
    cli("scan", many / "Show 1", "--db", database, *WALK)
    before = dump(database)["files"]
    result = cli("scan", many, "--db", database, *WALK, code=3)
    assert "disk is full" in result.stderr.decode()
    assert "nothing is lost" in result.stderr.decode()
    cli("files", "--db", database)
    (small_disk / "in the way").unlink()
    subprocess.run(["mount", "-o", "remount,size=50m", small_disk], check=True)
    check_whole(database)
    cli("scan", many, "--db", database, *WALK)
    after = dump(database)["files"]
    assert len(after) == 6000
    assert [row for row in before if row not in after] == []


@pytest.fixture
def scanned(root: Path, database: Path) -> Path:
    put(root / "A Film (1999).mkv", video_bytes(".mkv"))
    put(root / "A Film 1999 copy.mkv", video_bytes(".mkv"))
    cli("scan", root, "--db", database, "--only", "walk,names,mediainfo,hash")
    return database


@pytest.fixture
def read_only(scanned: Path) -> Iterator[Path]:
    """The catalogue on a filesystem that cannot be written, for root either."""
    folder = scanned.parent / "read-only"
    folder.mkdir()
    kept = scanned.parent / "kept"
    kept.mkdir()
    shutil.copy(scanned, kept / "catalogue.db")
    mounted = subprocess.run(["mount", "--bind", kept, folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting a read-only filesystem needs root")
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    try:
        yield folder / "catalogue.db"
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_read_only_catalogue_can_be_looked_at(read_only: Path) -> None:
    assert len(cli_json("files", "--db", read_only)) == 2
    assert cli_json("stats", "--db", read_only)


def test_a_scan_of_a_read_only_catalogue_says_so(read_only: Path, root: Path) -> None:
    said = cli("scan", root, "--db", read_only, code=3).stderr.decode()
    assert "ead-only" in said
    assert "--db" in said


def test_a_log_that_cannot_be_written_stops_nothing(scanned: Path, root: Path) -> None:
    result = cli("scan", root, "--db", scanned, *WALK, "--log-file", "/proc/nowhere/log")
    assert "no log is written" in result.stderr.decode()


def test_a_catalogue_that_is_none(root: Path, tmp_path: Path) -> None:
    wrong = put(tmp_path / "wrong.db", b"x" * 10_000)
    for arguments in (("scan", root), ("files",), ("stats",)):
        said = cli(*arguments, "--db", wrong, code=3).stderr.decode()
        assert "no MediaVault catalogue" in said
    assert wrong.read_bytes() == b"x" * 10_000


def test_a_missing_root_named_by_the_user_is_an_error_and_one_of_two_is_attention(
    scanned: Path, root: Path
) -> None:
    missing = root.parent / "not there"
    assert "could be scanned" in cli("scan", missing, "--db", scanned, code=3).stderr.decode()
    last = cli_lines("scan", root, missing, "--db", scanned, *WALK, code=1)[-1]
    assert last["roots_offline"] == [str(missing)]
    assert last["files_found"] == 2
    (record, *_) = cli_json("files", "--db", scanned)
    assert record["status"] == "ok"


def test_a_vanished_root_keeps_its_files(scanned: Path, root: Path) -> None:
    root.rename(root.parent / "unplugged")
    lines = cli_lines("scan", root, "--db", scanned, code=3)
    assert lines[0]["event"] != "skipped"
    assert {record["status"] for record in cli_json("files", "--db", scanned)} == {"offline"}
    assert all(record["hash"] for record in cli_json("files", "--db", scanned))


def test_a_file_growing_while_scanned_is_taken_when_it_is_complete(root: Path, database: Path) -> None:
    whole = video_bytes(".mkv")
    put(root / "done.mkv", whole)
    growing = put(root / "growing.mkv", whole[:100])
    phases = ("--only", "walk,names,mediainfo,hash")
    process = start("scan", root, "--db", database, *phases, "--json")
    with growing.open("ab") as file:
        for at in range(100, len(whole), 2000):
            file.write(whole[at : at + 2000])
            file.flush()
            time.sleep(0.02)
    process.communicate(timeout=60)
    assert process.returncode in (0, 1)
    cli("scan", root, "--db", database, *phases)
    found = {os.path.basename(record["path"]): record for record in cli_json("files", "--db", database)}
    assert found["growing.mkv"]["status"] == "ok"
    assert found["growing.mkv"]["hash"] == found["done.mkv"]["hash"] is not None


def test_rotten_bytes_are_found_by_hash_all(scanned: Path, root: Path) -> None:
    phases = ("--hash-all", "--only", "walk,hash")
    assert cli_lines("scan", root, "--db", scanned, *phases)[-1]["bytes_read"] == 2 * len(video_bytes(".mkv"))
    victim = root / "A Film (1999).mkv"
    status = victim.stat()
    with victim.open("r+b") as file:
        file.seek(30_000)
        file.write(b"?")
    os.utime(victim, ns=(status.st_atime_ns, status.st_mtime_ns))
    lines = cli_lines("scan", root, "--db", scanned, *phases, code=1)
    assert [(line["event"], line["path"]) for line in lines if line["event"] == "rotten"] == [
        ("rotten", str(victim))
    ]
    assert [json.dumps(line) for line in lines if line["event"] == "skipped"] == []
