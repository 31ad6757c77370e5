"""Entries of `archive.protected`: what they stand for, and those that protect nothing."""

import os
import shutil
from pathlib import Path

import pytest

from mediavault_tui.domain.settings import Archive, Scan, Settings
from mediavault_tui.engine.archive import protected_folders
from mediavault_tui.store.database import Database
from tests.builders import cli, put, run, video_bytes, walk
from tests.engine.archive.archive_library import LONG_AGO
from tests.engine.archive.test_planning import PHASES


def settings(root: Path, *entries: str) -> Settings:
    filled = tuple(entry.replace("ROOT", os.fspath(root)) for entry in entries)
    return Settings(scan=Scan(jobs=1), archive=Archive(protected=filled))


def wrong(database: Path, root: Path, *entries: str) -> list[tuple[str, str]]:
    with Database(database) as opened, opened.reader() as reader:
        return [
            (each.problem, each.remedy)
            for each in protected_folders.unmatched(reader, settings(root, *entries))
        ]


@pytest.fixture
def scanned(database: Path, root: Path) -> Path:
    for name in ("Films/Keep/a.mkv", "Shows/Keep/b.mkv", "Shows/[x] & y/c.mkv"):
        put(root / name)
    walk(database, root)
    return root


@pytest.mark.parametrize(
    "entry", ["ROOT/Films", "ROOT/Films/Keep/a.mkv", "ROOT/*/Keep", "ROOT/Sh?ws", "ROOT/Shows/[x] & y"]
)
def test_what_is_there_is_taken(database: Path, scanned: Path, entry: str) -> None:
    assert wrong(database, scanned, entry) == []
    assert protected_folders.folders(settings(scanned, entry))


@pytest.mark.parametrize(
    ("entry", "problem", "remedy"),
    [
        ("ROOT/Flims/Keep", "is not there", "ROOT/Films?"),
        ("ROOT/films", "is not there", "ROOT/Films?"),
        ("ROOT/Films/Keeep", "is not there", "ROOT/Films/Keep?"),
        ("ROOT/*/Kept", "matches nothing", ""),
        ("Films", "is not a full path", ""),
    ],
)
def test_what_leads_nowhere_is_named_with_what_may_be_meant(
    database: Path, scanned: Path, entry: str, problem: str, remedy: str
) -> None:
    ((told, help_),) = wrong(database, scanned, "ROOT/Films", entry)
    assert problem in told and remedy.replace("ROOT", os.fspath(scanned)) in help_


def test_an_entry_whose_disk_is_away_is_believed(database: Path, scanned: Path) -> None:
    shutil.rmtree(scanned)
    for emptied in (False, True):
        if emptied:
            scanned.mkdir()
        assert wrong(database, scanned, "ROOT/Films", "ROOT/New", "ROOT/*/Keep") == []
        assert len(wrong(database, scanned, "/nowhere/at/all")) == 1


def test_a_pattern_shelters_also_what_is_not_there_any_more(scanned: Path) -> None:
    chosen = settings(scanned, "ROOT/*/Gone")
    assert protected_folders.shelter(os.fsencode(scanned / "Films/Gone/x.mkv"), chosen) is not None
    assert protected_folders.shelter(os.fsencode(scanned / "Films/Keep/x.mkv"), chosen) is None


def test_planning_waits_until_the_config_is_mended(database: Path, root: Path, tmp_path: Path) -> None:
    for name in ("A", "B"):
        put(root / name / "Alien (1979).mkv", video_bytes(), mtime=LONG_AGO)
    run(database, root, phases=PHASES)

    def call(entry: str, *words: str) -> tuple[int, str]:
        config = put(tmp_path / "config.yaml", f"archive: {{protected: ['{root}/{entry}']}}".encode())
        done = cli("--config", config, "--db", database, *words, code=None)
        return done.returncode, os.fsdecode(done.stdout) + os.fsdecode(done.stderr)

    plan_file = tmp_path / "plan.json"
    assert call("A", "plan", "-o", str(plan_file))[0] == 0
    for words in (["plan"], ["apply", str(plan_file), "--yes"], ["doctor"]):
        code, text = call("a", *words)
        assert code == (1 if words == ["doctor"] else 2)
        assert f"{root}/aisnotthere" in "".join(text.split())
    assert sorted(path.name for path in root.rglob("*.mkv")) == ["Alien (1979).mkv"] * 2
    code, text = call("*", "plan")
    assert code == 1 and "protected folder" in text
