"""From scan to plan: what only one copy has is named, and the plain case is still proposed."""

import os
from pathlib import Path
from typing import Any

import pytest
from av.stream import Disposition

from mediavault_tui.services.samples import Picture, Sound, Text, Video, story, write
from tests.builders import cli, cli_json

LONG_AGO = 1_600_000_000
BIG, SMALL = Picture(width=1280, height=720), Picture(width=320, height=180)


class Case:
    """Two copies of one film: the first has the better picture."""

    def __init__(self, name: str, expected: list[str], better: dict[str, Any], worse: dict[str, Any]) -> None:
        self.name, self.expected, self.better, self.worse = name, expected, better, worse


def made(**more: Any) -> dict[str, Any]:
    return more


ENGLISH = Sound(language="eng")
CASES = [
    Case("Alder", [], made(), made()),
    Case("Birch", ["another sound track (language unknown)"], made(), made(sounds=(Sound(voice=1),))),
    Case("Cedar", [], made(sounds=(ENGLISH,)), made()),
    Case("Dahlia", ["another sound track (tagged English)"], made(sounds=(ENGLISH,)),
         made(sounds=(Sound(language="eng", voice=1),))),
    Case("Elder", ["German audio"], made(sounds=(ENGLISH,)), made(words="GERMAN.DUBBED", sounds=(Sound(voice=1),))),
    Case("Fern", ["English commentary"], made(sounds=(ENGLISH,)),
         made(sounds=(ENGLISH, Sound(language="eng", flags=Disposition.comment)))),
    Case("Gorse", ["English audio description"], made(sounds=(ENGLISH, Sound(language="eng", title="Commentary"))),
         made(sounds=(ENGLISH, Sound(language="eng", flags=Disposition.visual_impaired)))),
    Case("Hazel", ["German subtitles"], made(texts=(Text("ger", "Schilder"),)), made(texts=(Text("ger"),))),
    Case("Iris", ["chapters"], made(), made(chapters=("One", "Two"))),
    Case("Juniper", ["a picture without burned-in subtitles"], made(words="HC"), made()),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("library")
    for number, case in enumerate(CASES):
        for picture, height, told in ((BIG, "720p", case.better), (SMALL, "180p", case.worse)):
            more = dict(told)
            words = more.pop("words", "")
            path = (
                root / f"{case.name} (2010)" / f"{case.name}.2010.{words + '.' if words else ''}{height}.mkv"
            )
            path.parent.mkdir(exist_ok=True)
            write(path, Video(story(100 + number, 14), picture, **{"sounds": (Sound(),), **more}))
            os.utime(path, (LONG_AGO, LONG_AGO))
    database = tmp_path_factory.mktemp("catalogue") / "c.db"
    cli("--db", database, "scan", root)
    return root, database


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_only_the_worse_copy_has_is_named(library: tuple[Path, Path], case: Case) -> None:
    _, database = library
    groups = cli_json("--db", database, "dupes")["groups"]
    mine = [group for group in groups if f"{case.name} (2010)" in group["files"][0]["path"]]
    assert len(mine) == 1
    best, other = mine[0]["files"]
    assert "720p" in best["path"] and best["would_lose"] == []
    assert other["would_lose"] == case.expected
    assert other["keep"] is bool(case.expected)
    plan = cli_json("--db", database, "plan", "--group", str(mine[0]["id"]), code=None)
    gone = [step["path"] for step in plan["steps"]]
    assert gone == ([] if case.expected else [other["path"]])


def test_comparing_says_the_same(library: tuple[Path, Path]) -> None:
    root, database = library
    folder = root / "Birch (2010)"
    found = cli_json(
        "--db", database, "compare", folder / "Birch.2010.720p.mkv", folder / "Birch.2010.180p.mkv"
    )
    assert found["would_lose"]["b"] == ["another sound track (language unknown)"]
    apart = cli_json(
        "--db", database.parent / "none.db", "compare",
        root / "Alder (2010)" / "Alder.2010.720p.mkv", root / "Alder (2010)" / "Alder.2010.180p.mkv",
    )  # fmt: skip
    assert apart["would_lose"] == {"a": [], "b": []}
