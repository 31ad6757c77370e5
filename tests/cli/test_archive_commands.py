"""`plan`, `apply`, `history`, `restore`, `purge` and `recover` as scripts see them: the contract, to the letter."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from mediavault_tui.cli.main import main
from mediavault_tui.store import groups
from mediavault_tui.store.database import Database, exclusive
from mediavault_tui.store.groups import Choice
from tests.builders import put, video, video_bytes

LONG_AGO = 1_500_000_000
STEP = {"op", "path", "to", "bytes", "group", "reason"}
PHASES = "walk,names,mediainfo,hash,match"


class Library:
    """A folder of videos, its catalogue, and the program run on them in this process."""

    def __init__(self, base: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.base, self.capture = base, capture
        self.root, self.database, self.plan_file = base / "videos", base / "c.db", base / "plan.json"

    def run(self, *arguments: str | Path, code: int | None = 0) -> str:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*map(os.fspath, arguments), "--db", os.fspath(self.database)])
        out, err = self.capture.readouterr()
        assert code is None or ended.value.code == code, err
        return out

    def json(self, *arguments: str | Path, code: int | None = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code))

    def lines(self, *arguments: str | Path, code: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json", code=code).splitlines()]

    def scan(self) -> None:
        self.run("scan", self.root, "-q", "--only", PHASES, "--jobs", "1", code=None)

    def plan(self, *options: str) -> dict[str, Any]:
        tree: dict[str, Any] = self.json("plan", "-o", self.plan_file, *options, code=None)
        assert json.loads(self.plan_file.read_text()) == tree
        return tree

    def apply(self, *options: str, code: int = 0) -> list[dict[str, Any]]:
        return self.lines("apply", self.plan_file, "--yes", *options, code=code)

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def decide(self, word: str, choice: Choice = Choice.KEEP) -> None:
        dupes = self.json("dupes", "--min-confidence", "0")
        group = next(group for group in dupes["groups"] if word in group["files"][0]["path"])
        with Database(self.database) as database, database.transaction() as transaction:
            groups.decide(transaction, group["id"], choice, [group["files"][0]["id"]], allow_loss=True)


@pytest.fixture
def library(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Library:
    """An episode twice, byte for byte, both with an NFO; and one film in two encodes."""
    made = Library(tmp_path, capfd)
    for name in ("Show/Show.Name.S01E01.720p-GRP", "new/show name 1x01"):
        put(made.root / f"{name}.mkv", video_bytes(seed=1), mtime=LONG_AGO)
        put(made.root / f"{name}.nfo", name.encode(), mtime=LONG_AGO)
    for name in ("Harbour Lights (2001).mkv", "Harbour.Lights.2001.WEBRip.avi"):
        os.utime(video(made.root / name, seed=2), (LONG_AGO, LONG_AGO))
    made.scan()
    return made


def test_from_plan_to_purge(library: Library) -> None:
    before = library.files()
    tree = library.plan("--kind", "exact")
    assert {"steps", "refused", "reclaimable_bytes"} <= set(tree)
    assert all(set(step) >= STEP for step in tree["steps"])
    film, nfo = tree["steps"]
    assert film["bytes"] == len(video_bytes(seed=1))
    assert tree["reclaimable_bytes"] == film["bytes"] + nfo["bytes"]
    assert library.files() == before, "planning touches nothing"
    assert {line["status"] for line in library.apply("--dry-run")} == {"done"}
    assert library.files() == before, "nor does a dry run"

    done = library.apply()
    assert [line["status"] for line in done] == ["done", "done"]
    assert set(done[0]) >= {"op", "path", "to", "status", "reason"}
    assert not os.path.exists(film["path"]) and Path(done[0]["to"]).read_bytes() == video_bytes(seed=1)
    assert [line["reason"] for line in library.apply()] == ["was done before"] * 2
    history = library.json("history")
    assert {moved["path"] for moved in history} == {line["path"] for line in done}
    assert {moved["state"] for moved in history} == {"moved"}

    restored = library.lines("restore", str(done[0]["id"]))
    assert [line["status"] for line in restored] == ["done", "done"] and library.files() == before
    library.apply()
    assert len(library.lines("restore", "--all")) == 2 and library.files() == before
    assert library.lines("restore", "--all") == []

    library.apply()
    assert library.lines("purge", "--yes") == [], "the grace period is not over"
    refused = library.lines("purge", "--older-than", "0d", "--yes", code=1)
    assert {line["status"] for line in refused} == {"refused"}
    assert all("nothing is erased within a day" in line["reason"] for line in refused)
    purged = library.lines("purge", "--older-than", "0d", "--now-really", "--yes")
    assert [line["status"] for line in purged] == ["done", "done"] and not Path(done[0]["to"]).exists()
    assert {moved["state"] for moved in library.json("history")} == {"restored", "purged"}
    assert library.json("recover") == []


def test_a_dry_run_of_what_was_done_before_says_that_nothing_was_touched(library: Library) -> None:
    library.plan("--kind", "exact")
    library.apply()
    said = library.run("apply", str(library.plan_file), "--dry-run")
    assert "nothing was touched" in said and "was done before" in said


def test_scans_pass_the_archive_over_and_know_what_came_back(library: Library) -> None:
    library.plan()
    library.apply()
    names = {file["path"] for file in library.json("files")}
    library.scan()
    assert {file["path"] for file in library.json("files")} == names
    assert library.plan()["steps"] == []
    library.run("restore", "--all")
    assert len(library.json("files")) == 4
    library.scan()
    assert len(library.json("files")) == 4


def test_decisions_are_followed_and_the_better_copy_must_play(library: Library) -> None:
    library.decide("Harbour")
    (film,) = (step for step in library.plan()["steps"] if "Harbour" in step["path"])
    assert film["proven_by"] == "title"
    done = {line["path"]: line for line in library.apply()}
    assert done[film["path"]]["status"] == "done"
    library.run("restore", "--all")

    library.decide("how", Choice.KEEP_ALL)
    assert library.plan()["steps"] == [], "what was put back is to be decided again"
    library.decide("Harbour")
    (film,) = library.plan()["steps"]
    keeper = Path(film["keeper"]["path"])
    os.truncate(keeper, keeper.stat().st_size // 2)
    os.utime(keeper, (LONG_AGO, LONG_AGO))
    (refused,) = library.apply(code=1)
    assert refused["status"] == "refused" and Path(film["path"]).exists()
    assert library.plan()["steps"] == []


def test_exit_codes(library: Library) -> None:
    (film, *_) = library.plan("--kind", "exact")["steps"]
    library.run("apply", library.plan_file, code=2)  # nobody there to say yes
    library.run("apply", library.base / "none.json", "--yes", code=2)
    odd = put(library.base / "odd.json", b'{"steps": [{"op": "erase"}], "version": 1}')
    library.run("apply", odd, "--yes", code=2)
    tree = json.loads(library.plan_file.read_text())
    odd.write_text(json.dumps({**tree, "catalogue": "0" * 32}))
    library.run("apply", odd, "--yes", code=2)
    odd.write_text(json.dumps({name: value for name, value in tree.items() if name != "machine"}))
    library.run("apply", odd, "--yes", code=2)
    library.run("plan", "--op", "move", code=2)
    library.run("restore", code=2)
    library.run("restore", "4711", code=2)
    library.run("purge", "--older-than", "soon", code=2)
    with exclusive(library.database, "a scan is"):
        library.run("apply", library.plan_file, "--yes", code=3)
    Path(film["path"]).write_bytes(b"written to")
    assert {line["status"] for line in library.apply(code=1)} == {"refused"}
    library.database = library.base / "none.db"
    for command in ("history", "recover", "plan"):
        library.run(command, code=3)
