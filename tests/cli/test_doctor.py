"""`doctor` as scripts and people use it: what it reports, what it finds wanting, what it says to do."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import cli, cli_json, put

from mediavault_tui.cli import doctor_remedies, doctor_report
from mediavault_tui.cli.doctor_findings import findings_of
from mediavault_tui.services import environment
from mediavault_tui.services.terminal.capabilities import Abilities, Depth

SYSTEMS = ["debian", "fedora", "arch", "alpine", "macos", "synology"]


def folder(path: str = "/videos", **changed: object) -> dict[str, Any]:
    """A folder with nothing wrong about it."""
    return {
        "path": path, "exists": True, "readable": True, "writable": True, "empty": False, "disk": "rotating",
        "filesystem": "btrfs", "free_bytes": 3 << 40, "size_bytes": 20 << 40, **changed,
    }  # fmt: skip


def report(**changed: object) -> dict[str, Any]:
    """A report with nothing wrong in it, but for `changed`."""
    fine = {
        "program": "0.1.0",
        "python": {"version": "3.13.5", "name": "DSM", "machine": "x86_64", "system": "Linux", "executable": "python3"},
        "packages": {"av": "18"},
        "libmediainfo": {"present": True, "version": "24.12", "problem": None},
        "libmpv": {"present": True, "version": "2.0", "problem": None},
        "ffmpeg": {"present": True, "libraries": {"libavcodec": "62"}, "missing_decoders": []},
        "sqlite": "3.46.1",
        "worker_processes": {"present": True, "version": None, "problem": None},
        "catalogue": catalogue(),
        "config_file": {"path": "/c.yaml", "exists": True},
        "log_file": "/l.log",
        "roots": [folder()],
        "archives": [],
        "terminal": terminal(),
    }  # fmt: skip
    return {**fine, **changed}


def catalogue(**changed: object) -> dict[str, Any]:
    return {
        "path": "/d/c.db", "exists": True, "size_bytes": 5 << 20, "schema": 5, "newest_schema": 5, "check": "ok",
        "files": 31204, "writable": True, "log_bytes": 0, "copies": [], "newest_copy": None, "roots_offline": {},
        "folder": folder("/d", disk="ssd"), **changed,
    }  # fmt: skip


def terminal(**changed: object) -> dict[str, Any]:
    return {
        "term": "xterm-256color", "name": None, "columns": 80, "rows": 24, "colours": "256", "utf8": True,
        "encoding": "UTF-8", "interactive": True, "multiplexer": None, "ssh": True, "pictures": [], "cell": None,
        "passthrough": None, **changed,
    }  # fmt: skip


# --- the command --------------------------------------------------------------------------------------


def test_it_reports_what_is_installed(tmp_path: Path) -> None:
    found = cli_json("doctor", "--db", tmp_path / "none.db")
    assert found["packages"]["guessit"]
    assert all(found["packages"].values())
    assert found["libmediainfo"]["present"] and found["libmediainfo"]["version"]
    assert found["ffmpeg"]["libraries"]["libavcodec"]
    assert found["ffmpeg"]["missing_decoders"] == []
    assert found["catalogue"]["exists"] is False
    assert {finding["about"] for finding in found["findings"] if finding["needs_attention"]} == set()


def test_it_examines_the_catalogue(root: Path, database: Path) -> None:
    put(root / "a.mkv")
    cli("scan", root, "--db", database, "--only", "walk")
    found = cli_json("doctor", "--db", database)["catalogue"]
    assert (found["check"], found["files"], found["writable"]) == ("ok", 1, True)
    assert found["schema"] == found["newest_schema"]
    wrong = put(database.with_name("wrong.db"), b"x" * 5000)
    said = cli_json("doctor", "--db", wrong, code=1)
    assert [it["about"] for it in said["findings"] if it["needs_attention"]] == ["catalogue"]
    assert wrong.read_bytes() == b"x" * 5000


def test_it_looks_at_the_folders(tmp_path: Path) -> None:
    put(tmp_path / "here" / "a.mkv")
    roots = yaml.safe_dump({"scan": {"roots": [str(tmp_path / "here"), str(tmp_path / "gone")]}})
    config = put(tmp_path / "config.yaml", roots.encode())
    found = cli_json("doctor", "--config", config, "--db", tmp_path / "none.db", code=1)
    here, gone = found["roots"]
    assert here["exists"] and here["free_bytes"] > 0 and not here["empty"]
    assert here["disk"] in ("rotating", "ssd", "network", "unknown")
    assert not gone["exists"]
    assert any(it["about"] == "folders" and "gone is offline" in it["what"] for it in found["findings"])


def test_it_tells_of_a_folder_that_the_last_scan_did_not_believe(root: Path, database: Path) -> None:
    film = put(root / "a.mkv")
    cli("scan", root, "--db", database, "--only", "walk")
    film.unlink()
    cli("scan", root, "--db", database, "--only", "walk", code=3)
    config = put(database.with_name("c.yaml"), yaml.safe_dump({"scan": {"roots": [str(root)]}}).encode())
    found = cli_json("doctor", "--config", config, "--db", database, code=1)
    (finding,) = [it for it in found["findings"] if it["about"] == "folders"]
    assert f"{root} was offline at the last scan" in finding["what"]


def test_it_survives_a_broken_config(tmp_path: Path) -> None:
    config = put(tmp_path / "config.yaml", b"scan:\n  jbos: 3\n")
    found = cli_json("doctor", "--config", config, code=1)
    (finding,) = [finding for finding in found["findings"] if finding["about"] == "config"]
    assert "line 2" in finding["what"]
    assert "scan.jobs" in finding["remedy"]


def test_it_fits_on_a_screen_and_says_what_to_do(tmp_path: Path) -> None:
    text = cli("doctor", "--db", put(tmp_path / "wrong.db", b"x" * 5000), code=1).stdout.decode()
    assert "! catalogue: no MediaVault catalogue" in text.replace("\n  ", " ")
    assert "  → " in text
    assert len(text.splitlines()) <= 24
    assert len(cli("doctor", "--all", "--db", tmp_path / "none.db").stdout.splitlines()) <= 50


def test_it_copies_the_catalogue_and_never_over_a_file(root: Path, database: Path, tmp_path: Path) -> None:
    put(root / "a.mkv")
    cli("scan", root, "--db", database, "--only", "walk")
    copy = tmp_path / "copy.db"
    cli("doctor", "--db", database, "--backup", copy)
    assert [Path(it["path"]).name for it in cli_json("files", "--db", copy)] == ["a.mkv"]
    before = copy.read_bytes()
    said = cli("doctor", "--db", database, "--backup", copy, code=3).stderr.decode()
    assert str(copy) in said and copy.read_bytes() == before
    assert (
        "nothing.db"
        in cli("doctor", "--db", tmp_path / "nothing.db", "--backup", tmp_path / "x", code=3).stderr.decode()
    )
    assert not (tmp_path / "x").exists()


def test_a_copy_beside_the_catalogue_is_found_and_offered_for_a_damaged_one(
    root: Path, database: Path
) -> None:
    for number in range(40):
        put(root / f"{number:03} {'long ' * 30}.mkv")
    cli("scan", root, "--db", database, "--only", "walk")
    copy = Path(f"{database}.2026-11-21.bak")
    cli("doctor", "--db", database, "--backup", copy)
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    broken = bytearray(database.read_bytes())
    broken[8192:-4096] = os.urandom(len(broken) - 12288)
    database.write_bytes(broken)
    found = cli_json("doctor", "--db", database, code=1)
    assert found["catalogue"]["copies"] == [str(copy)]
    (finding,) = [it for it in found["findings"] if it["about"] == "catalogue"]
    assert f"cp {copy} {database}" in finding["remedy"]


# --- what is found wanting ----------------------------------------------------------------------------


def test_nothing_is_wanting_in_a_good_report() -> None:
    assert findings_of(report()) == []


ABSENT = {"present": False, "version": None, "problem": "not found"}
WANTING = [
    ({"libmpv": ABSENT}, "libmpv", "stills instead of moving pictures", False),
    ({"libmediainfo": ABSENT}, "libmediainfo", "no media info", True),
    ({"ffmpeg": ABSENT}, "ffmpeg", "not found", True),
    ({"ffmpeg": {"present": True, "libraries": {}, "missing_decoders": ["av1"]}}, "ffmpeg", "av1", False),
    ({"packages": {"av": None}}, "packages", "av is missing", True),
    ({"worker_processes": {"problem": "/dev/shm cannot be used"}}, "worker processes", "/dev/shm", True),
    ({"catalogue": catalogue(check="row 3 missing from index i")}, "catalogue", "row 3", True),
    ({"catalogue": catalogue(schema=6)}, "catalogue", "newer", True),
    ({"catalogue": catalogue(writable=False)}, "catalogue", "cannot be written", True),
    ({"catalogue": catalogue(folder=folder(disk="network", filesystem="nfs4"))}, "catalogue", "nfs4", True),
    ({"catalogue": catalogue(folder=folder(free_bytes=1 << 20))}, "catalogue", "only 1.0 MiB free", True),
    ({"catalogue": catalogue(log_bytes=2 << 30)}, "catalogue", "2.0 GiB", False),
    ({"catalogue": catalogue(roots_offline={"/videos": "is empty"})}, "folders", "is empty", True),
    ({"roots": []}, "folders", "none in the config", False),
    ({"roots": [folder(exists=False)]}, "folders", "/videos is offline", True),
    ({"roots": [folder(readable=False)]}, "folders", "/videos cannot be read", True),
    ({"roots": [folder(empty=True)]}, "folders", "/videos is empty", False),
    ({"roots": [folder(writable=False)]}, "folders", "/videos is read-only", False),
    ({"archives": [folder("/archive", writable=False)]}, "archive", "/archive", True),
    ({"terminal": terminal(utf8=False, encoding="ANSI_X3.4-1968")}, "terminal", "ANSI_X3.4-1968", False),
    ({"terminal": terminal(columns=60, rows=20)}, "terminal", "60×20", False),
    ({"terminal": terminal(passthrough=False, name="kitty(0.41.1)")}, "terminal", "kitty(0.41.1)", False),
]


@pytest.mark.parametrize(("changed", "about", "what", "attention"), WANTING)
def test_what_is_wanting_is_named_with_a_remedy(
    changed: dict[str, Any], about: str, what: str, attention: bool
) -> None:
    (finding,) = findings_of(report(**changed))
    assert (finding.about, finding.needs_attention) == (about, attention)
    assert what in finding.what and finding.remedy


NO_ROW = ({"roots": []},)
"""What there is no line for in the report; below it, it is said all the same."""


@pytest.mark.parametrize("changed", [{}, *(it for it, *_ in WANTING if it not in NO_ROW)])
def test_the_row_of_what_is_wanting_is_marked(
    changed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings_of(report(**changed))
    doctor_report.show(report(**changed), found, everything=False)
    _, rows, *_ = capsys.readouterr().out.split("\n\n")
    marks = [line[0] for line in rows.splitlines() if line[0] != " "]
    assert ("!" in marks, "·" in marks) == (
        any(finding.needs_attention for finding in found),
        any(not finding.needs_attention for finding in found),
    )


def test_what_needs_attention_comes_first() -> None:
    found = findings_of(report(libmpv=ABSENT, roots=[folder(exists=False)]))
    assert [finding.needs_attention for finding in found] == [True, False]


@pytest.mark.parametrize("thing", doctor_remedies.INSTALL)
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_gets_its_own_command(thing: str, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "distribution", lambda: system)
    assert doctor_remedies.how_to_install(thing) == doctor_remedies.INSTALL[thing][system]
    monkeypatch.setattr(environment, "distribution", lambda: "")
    assert doctor_remedies.INSTALL[thing][system] in doctor_remedies.how_to_install(thing)


@pytest.mark.parametrize("system", SYSTEMS)
def test_this_system_is_listed_first(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "distribution", lambda: system)
    assert doctor_remedies.systems()[0] == system
    assert sorted(doctor_remedies.systems()) == sorted(SYSTEMS)


def test_all_lists_every_command_of_every_system(capsys: pytest.CaptureFixture[str]) -> None:
    doctor_report.show(report(), [], everything=True)
    text = capsys.readouterr().out
    for commands in doctor_remedies.INSTALL.values():
        assert set(commands) == set(doctor_remedies.SYSTEMS) == set(SYSTEMS)
        assert all(words in text for words in commands.values())


# --- the terminal -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "asked", "colours", "pictures"),
    [
        ({"TERM": "xterm-256color"}, Abilities(Depth.TRUE), "true colour", ()),
        ({"TERM": "tmux-256color"}, Abilities(Depth.INDEXED), "256", ()),
        ({"TERM": "xterm"}, Abilities(Depth.BASIC), "16", ()),
        ({"TERM": "dumb"}, Abilities(Depth.BASIC), "none", ()),
        ({}, Abilities(Depth.BASIC), "none", ()),
        ({"TERM": "xterm", "NO_COLOR": "1"}, Abilities(Depth.TRUE), "none", ()),
        ({"TERM": "xterm-kitty"}, Abilities(Depth.TRUE, kitty=True, placeholders=True), "true colour", ("kitty",)),
        ({"TERM": "xterm"}, Abilities(Depth.INDEXED, kitty=True), "256", ()),  # without placeholders: not for us
        ({"TERM": "foot"}, Abilities(Depth.TRUE, sixel=True), "true colour", ("sixel",)),
    ],
)  # fmt: skip
def test_the_terminal_is_known_by_its_answers(
    env: dict[str, str], asked: Abilities, colours: str, pictures: tuple[str, ...]
) -> None:
    found = environment.terminal(asked, env)
    assert (found.colours, found.pictures) == (colours, pictures)
