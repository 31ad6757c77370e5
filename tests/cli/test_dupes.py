"""`dupes` and `compare` as scripts see them: the contract's fields, to the letter."""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import cli, cli_json, put, video

GROUP = {
    *("id", "kinds", "confidence", "title", "year", "season", "episodes"),
    *("reclaimable_bytes", "reviewed", "files", "evidence"),
}
FILE = {
    "path",
    "size",
    "links",
    "quality_score",
    "rank",
    "keep",
    "reasons",
    "would_lose",
    "offset_s",
    "speed",
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A catalogue of one episode twice and two films of one title."""
    folder = tmp_path_factory.mktemp("library")
    root = folder / "videos"
    first = video(root / "Show" / "Show.Name.S01E01.720p-GRP.mkv")
    put(root / "Show" / "show name 1x01.mkv", first.read_bytes())
    video(root / "Other.Film.2001.mkv", seed=2)
    video(root / "Other.Film.2011.mkv", seed=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        cli("--db", folder / "catalogue.db", "scan", root, "-q")
    yield folder / "catalogue.db"


def test_groups_have_the_promised_fields(scanned: Path) -> None:
    found = cli_json("--db", scanned, "dupes", "--json")
    assert set(found) >= {"groups", "vetoed"}
    (group,) = found["groups"]
    assert set(group) >= GROUP and all(set(file) >= FILE for file in group["files"])
    assert "exact" in group["kinds"] and group["confidence"] == 100
    assert (group["title"], group["season"], group["episodes"]) == ("Show Name", 1, [1])
    assert [file["rank"] for file in group["files"]] == [1, 2]
    assert sorted(file["keep"] for file in group["files"]) == [False, True]
    assert group["reclaimable_bytes"] == group["files"][1]["size"]
    assert {"kind", "score", "reason"} <= set(group["evidence"][0])


def test_pairs_that_look_alike_are_told_with_the_reason(scanned: Path) -> None:
    vetoed = cli_json("--db", scanned, "dupes", "--json")["vetoed"]
    assert [{os.path.basename(path) for path in veto["paths"]} for veto in vetoed] == [
        {"Other.Film.2001.mkv", "Other.Film.2011.mkv"}
    ]
    assert "year" in vetoed[0]["reason"]


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("--kind", "exact"), 1),
        (("--kind", "title"), 1),
        (("--kind", "content"), 0),
        (("--min-confidence", "100"), 1),
        (("--unreviewed",), 1),
    ],
)
def test_groups_can_be_narrowed(scanned: Path, arguments: tuple[str, ...], count: int) -> None:
    assert len(cli_json("--db", scanned, "dupes", "--json", *arguments)["groups"]) == count


def test_csv_has_a_row_for_each_file(scanned: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("--db", scanned, "dupes", "--csv").stdout.decode())))
    assert [row["keep"] for row in rows] == ["yes", "no"]


def test_the_table_says_what_to_keep_and_why(scanned: Path) -> None:
    shown = cli("--db", scanned, "dupes").stdout.decode()
    assert "keep" in shown and "same content, byte for byte" in shown and "another year" in shown


def compared(*arguments: Any) -> dict[str, Any]:
    found: dict[str, Any] = cli_json(*arguments, "--json")
    return found


def test_compare_needs_no_catalogue(root: Path, database: Path) -> None:
    a = video(root / "a.mkv")
    b = put(root / "b.mkv", a.read_bytes())
    found = compared("--db", database, "compare", a, b)
    assert (found["same_content"], found["confidence"], found["offset_s"], found["speed"]) == (
        True,
        100,
        0.0,
        1.0,
    )
    assert found["verdict"] == "too_close" and found["vetoes"] == []
    assert set(found["would_lose"]) == {"a", "b"}
    assert not database.exists(), "comparing writes nothing"


def test_compare_tells_other_pictures(root: Path, database: Path) -> None:
    found = compared("--db", database, "compare", video(root / "a.mkv"), video(root / "b.mkv", seed=2))
    assert found["same_content"] is False and found["confidence"] < 50
    assert found["offset_s"] is None


def test_compare_names_the_file_that_is_not_there(root: Path, database: Path) -> None:
    shown = cli("--db", database, "compare", root / "gone.mkv", video(root / "b.mkv"), code=3)
    assert b"gone.mkv" in shown.stderr and b"Traceback" not in shown.stderr
