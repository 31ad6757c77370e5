"""Scans that are killed, stopped or started twice: the next one goes on and ends where an undisturbed one does."""

import contextlib
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from builders import ENDINGS, cli, cli_lines, cut_bytes, dump, kill, put, start, video_bytes

READING = ("--only", "walk,names,mediainfo,hash")


class Collection(NamedTuple):
    """A tree and what an undisturbed scan makes of it."""

    root: Path
    seconds: float
    catalogue: dict[str, list[Any]]


def build(root: Path) -> None:
    """Films, episodes, duplicates, hard links, subtitles, damage: something for every stage."""
    for number, ending in enumerate(ENDINGS):
        content = video_bytes(ending)
        put(
            root
            / f"films/Film {number} ({1990 + number})/Film.{number}.{1990 + number}.1080p.BluRay{ending}",
            content,
        )
        put(root / f"downloads/film {number}{ending}", content)
        put(root / f"broken/Cut.{number}{ending}", cut_bytes(ending, 0.5))
        put(
            root / f"films/Film {number} ({1990 + number})/Film.{number}.{1990 + number}.1080p.BluRay.de.srt",
            b"1",
        )
    for season in (1, 2):
        for episode in range(1, 16):
            content = video_bytes(".mkv") + bytes([season, episode])  # of one size, and each another
            put(
                root / f"tv/A Show/Season {season}/A.Show.S{season:02d}E{episode:02d}.720p.HDTV.x264-GRP.mkv",
                content,
            )
    (root / "torrents").mkdir()
    os.link(root / "downloads/film 0.mkv", root / "torrents/linked.mkv")


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("undisturbed")
    build(folder / "videos")
    started = time.monotonic()
    cli("scan", folder / "videos", "--db", folder / "catalogue.db", *READING, code=1)
    return Collection(folder / "videos", time.monotonic() - started, dump(folder / "catalogue.db"))


def wait_until_gone(group: int) -> None:
    """Wait for the workers of a killed program; they must not outlive it."""
    for _ in range(100):
        if not [pid for pid in os.listdir("/proc") if pid.isdigit() and _group_of(pid) == group]:
            return
        time.sleep(0.05)
    pytest.fail("workers of a killed scan are still there")


def _group_of(pid: str) -> int | None:
    try:
        fields = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[2])


def killed_then_finished(collection: Collection, database: Path, seed: int) -> None:
    dice = random.Random(seed)
    arguments = ("scan", collection.root, "--db", database, *READING)
    for _ in range(dice.choice([1, 1, 2, 3])):
        process = start(*arguments)
        time.sleep(dice.uniform(0.05, collection.seconds))
        kill(process)
        wait_until_gone(process.pid)
    cli(*arguments, code=None)
    found = dump(database)
    for table, rows in collection.catalogue.items():
        assert found[table] == rows, table
    last = cli_lines(*arguments, code=0)[-1]
    assert (last["files_new"], last["bytes_read"], last["skipped"]) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_scan_is_finished_by_the_next(collection: Collection, database: Path, seed: int) -> None:
    killed_then_finished(collection, database, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 124))
def test_a_killed_scan_is_finished_by_the_next_at_many_moments(
    collection: Collection, database: Path, seed: int
) -> None:
    killed_then_finished(collection, database, seed)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The sample library, whose pictures are looked at, and what all phases of an undisturbed scan make of it."""
    folder = tmp_path_factory.mktemp("watched")
    cli("demo", folder / "library")
    started = time.monotonic()
    cli("scan", folder / "library", "--db", folder / "catalogue.db", code=1)
    found = dump(folder / "catalogue.db")
    assert found["fingerprints"] and found["members"]
    return Collection(folder / "library", time.monotonic() - started, found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("phase", ["fingerprint", "match"])
def test_a_scan_killed_while_it_looks_at_pictures_or_matches_is_finished_by_the_next(
    watched: Collection, database: Path, phase: str, seed: int
) -> None:
    """Killed at the first sign of the phase, or some way into it, and once more after that."""
    arguments = ("scan", watched.root, "--db", database)
    dice = random.Random(seed)
    for share in (0.0, 0.3) if seed == 0 else (dice.random() * 0.5, dice.random()):
        process = start(*arguments, "--json")
        in_phase(process, phase)
        time.sleep(share * watched.seconds / 3)
        kill(process)
        wait_until_gone(process.pid)
    cli(*arguments, code=None)
    found = dump(database)
    for table, rows in watched.catalogue.items():
        assert found[table] == rows, table
    assert cli_lines(*arguments, code=0)[-1]["bytes_read"] == 0


def in_phase(process: "subprocess.Popen[bytes]", phase: str) -> bool:
    """Wait until the scan is in that phase; False if it came to its end without (all was done before)."""
    assert process.stdout is not None
    return any(json.loads(line).get("phase") == phase for line in process.stdout)


# --- stopping ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree whose names take many seconds to read."""
    root = tmp_path_factory.mktemp("busy")
    for number in range(1500):
        put(
            root
            / f"{number % 30}/Some.Film.No.{number}.{1950 + number % 70}.Extended.1080p.BluRay.x264-GRP{number}.mkv"
        )
    return root


def wait_for(process: "subprocess.Popen[bytes]", wanted: Callable[[dict[str, Any]], bool]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if wanted(json.loads(line)):
            return
    pytest.fail("the scan ended too early")


def reading_names(line: dict[str, Any]) -> bool:
    return bool(line.get("phase") == "names" and line["done"] > 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_scan_cleanly_and_soon(busy: Path, database: Path, number: signal.Signals) -> None:
    before = cpu_s_of_children()
    process = start("scan", busy, "--db", database, "--json")
    wait_for(process, reading_names)
    spent = cpu_s(process.pid)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    wait_until_gone(process.pid)
    assert process.returncode == 130
    # On an idle machine it ends within 2 s. On a busy one only the work it still does can be measured.
    assert cpu_s_of_children() - before - spent < 2
    assert b"Traceback" not in said, said.decode()
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT outcome, files_found FROM scans").fetchall() == [
            ("interrupted", 1500)
        ]
        read = connection.execute("SELECT count(*) FROM readings").fetchone()[0]
        assert read > 0, "what was read so far is kept"


def cpu_s(group: int) -> float:
    """Processor time that a process group has used so far, with what its ended children used."""
    total = 0
    for pid in os.listdir("/proc"):
        if pid.isdigit() and _group_of(pid) == group:
            with contextlib.suppress(OSError):
                fields = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
                total += sum(int(field) for field in fields[11:15])
    return total / os.sysconf("SC_CLK_TCK")


def cpu_s_of_children() -> float:
    """Processor time of all programs started here that have ended, with that of their children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", ["fingerprint", "match"])
def test_a_signal_ends_looking_at_pictures_and_matching(
    watched: Collection, database: Path, phase: str, number: signal.Signals
) -> None:
    before = cpu_s_of_children()
    process = start("scan", watched.root, "--db", database, "--json")
    assert in_phase(process, phase)
    spent = cpu_s(process.pid)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    wait_until_gone(process.pid)
    assert b"Traceback" not in said, said.decode()
    assert process.returncode == 130
    assert cpu_s_of_children() - before - spent < 2
    cli("scan", watched.root, "--db", database, code=None)
    found = dump(database)
    assert all(found[table] == rows for table, rows in watched.catalogue.items())


@pytest.mark.parametrize("after", [0.0, 0.1, 0.2, 0.4])
def test_ctrl_c_while_starting_is_no_traceback(busy: Path, database: Path, after: float) -> None:
    process = start("scan", busy, "--db", database)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    # Before our first line runs, Python itself is loading and says what it likes.
    assert b"mediavault_tui/" not in said, said.decode()
    assert process.returncode in (130, 1, -signal.SIGINT)


def test_a_second_scan_is_told_who_is_scanning(busy: Path, database: Path) -> None:
    first = start("scan", busy, "--db", database, "--json")
    wait_for(first, reading_names)
    result = cli("scan", busy, "--db", database, code=3)
    said = result.stderr.decode()
    assert "a scan is already running since 20" in said
    assert f"(pid {first.pid})" in said
    assert "--db" in said
    cli("files", "--db", database)  # looking is allowed meanwhile
    cli("scan", busy, "--db", database.with_name("another.db"), "--only", "walk")
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=20)
    cli("scan", busy, "--db", database, "--only", "walk")


def test_the_lock_goes_with_a_killed_scan(busy: Path, database: Path) -> None:
    first = start("scan", busy, "--db", database, "--json")
    wait_for(first, reading_names)
    kill(first)
    cli("scan", busy, "--db", database, "--only", "walk")


def test_a_reader_that_goes_away_is_no_traceback(busy: Path, database: Path) -> None:
    cli("scan", busy, "--db", database, "--only", "walk")
    for arguments in (("files", "--db", database), ("files", "--db", database, "--json")):
        process = start(*arguments)
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(timeout=20)


def test_a_rescan_of_unchanged_files_reads_none_of_them(collection: Collection, database: Path) -> None:
    arguments = ("scan", collection.root, "--db", database, *READING)
    first = cli_lines(*arguments, code=1)
    assert first[-1]["bytes_read"] > 0
    damaged = {os.path.basename(line["path"]) for line in first if line["event"] == "damaged"}
    assert damaged == {f"Cut.{number}{ending}" for number, ending in enumerate(ENDINGS)}
    again = cli_lines(*arguments, code=0)[-1]
    assert (again["bytes_read"], again["files_new"], again["files_updated"], again["files_missing"]) == (
        0,
        0,
        0,
        0,
    )
    assert again["files_found"] == first[-1]["files_found"]
