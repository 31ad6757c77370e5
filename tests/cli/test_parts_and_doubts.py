"""Parts of other files, pairs nobody can tell, and titles that pictures speak against: real videos, whole commands."""

import contextlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mediavault_tui.cli.main import main
from mediavault_tui.services.samples import Picture, Scene, Video, story, write

LONG_AGO = 1_500_000_000
LARGE, SMALL = (320, 180), (160, 90)
FILM, OTHER = story(1, 30), story(77, 30)
SHOWS: dict[str, Sequence[Scene]] = {
    "film": FILM,
    "other": OTHER,
    "clip": FILM[4:6],
    "cut": [*FILM[:4], *FILM[7:]],
    "both": [*FILM, *OTHER],
    "same opening": [*FILM[:3], *OTHER[3:]],
    "same credits": [*OTHER[:-3], *FILM[-3:]],
    "another order": [*FILM[5:], *FILM[:5]],
}
NAME = "Quiet Orbit (2011)/Quiet.Orbit.2011.{}.mkv"
Make = Callable[[str, tuple[int, int]], Path]


def black(path: Path, size: tuple[int, int]) -> None:
    """Six seconds of nothing, without sound."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for _ in range(48):
            output.mux(
                stream.encode(
                    av.VideoFrame.from_ndarray(np.full((size[1] * 3 // 2, size[0]), 128, np.uint8), "yuv420p")
                )
            )
        output.mux(stream.encode())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes a video once."""
    folder = tmp_path_factory.mktemp("made")

    def make(what: str, size: tuple[int, int]) -> Path:
        path = folder / f"{what} {size[0]}.mkv"
        if not path.exists():
            if what == "black":
                black(path, size)
            else:
                picture = Picture(width=size[0], height=size[1], rate=Fraction(8))
                write(path, Video(tuple(SHOWS[what]), picture))
        return path

    return make


@pytest.fixture
def put(root: Path, made: Make) -> Callable[[str, str, tuple[int, int]], Path]:
    """Puts a video into the library."""

    def put_(name: str, what: str, size: tuple[int, int]) -> Path:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(made(what, size), path)
        os.utime(path, (LONG_AGO, LONG_AGO))
        return path

    return put_


@pytest.fixture
def run(root: Path, database: Path) -> Callable[..., Any]:
    """Scans once, then runs commands; what they print as JSON."""
    scanned = []

    def call(*arguments: str) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), pytest.raises(SystemExit):
            main([*arguments, "--db", str(database)])
        return out.getvalue()

    def run_(*arguments: str) -> Any:
        if not scanned:
            scanned.append(call("scan", str(root), "-q", "--jobs", "1"))
        return json.loads(call(*arguments, "--json"))

    return run_


def names(paths: Sequence[str]) -> set[str]:
    return {os.path.basename(path) for path in paths}


@pytest.mark.parametrize("what", ["same opening", "same credits", "another order"])
def test_pictures_cap_a_title_and_nothing_is_proposed(put: Any, run: Any, what: str) -> None:
    put(NAME.format("1080p.BluRay"), "film", LARGE)
    put(NAME.format("240p"), what, SMALL)
    found = run("dupes")
    assert found["groups"] == []
    for group in found["possible"]:
        assert all(file["keep"] for file in group["files"]) and group["reclaimable_bytes"] == 0
    told = found["unsure"] + found["vetoed"] + [e for g in found["possible"] for e in g["evidence"]]
    assert any("pictures" in each["reason"] for each in told)
    for options in ((), ("--min-confidence", "0"), ("--group", "1")):
        assert run("plan", *options)["steps"] == []


def test_two_parts_of_a_third_file_never_answer_for_each_other(put: Any, run: Any) -> None:
    """All of one title; the third holds both, so either is a part of it."""
    put(NAME.format("a"), "film", LARGE)
    put(NAME.format("b"), "both", SMALL)
    put(NAME.format("c"), "other", LARGE)
    found = run("dupes")
    together = [names([file["path"] for file in group["files"]]) for group in found["groups"]]
    assert not any({"Quiet.Orbit.2011.a.mkv", "Quiet.Orbit.2011.c.mkv"} <= each for each in together)
    assert run("plan", "--min-confidence", "0")["steps"] == []


def test_a_clip_is_a_part_with_its_place_and_nothing_to_archive(put: Any, run: Any) -> None:
    whole, clip = put("whole.mkv", "film", LARGE), put("some clip.mkv", "clip", SMALL)
    found = run("dupes")
    begin = sum(scene.seconds for scene in FILM[:4])
    (part,) = found["contained"]
    assert (part["part"], part["whole"]) == (str(clip), str(whole))
    assert part["start_s"] == pytest.approx(begin, abs=0.3)
    assert part["end_s"] == pytest.approx(begin + sum(scene.seconds for scene in FILM[4:6]), abs=0.3)
    assert part["offset_s"] == pytest.approx(begin, abs=0.3) and part["speed"] == 1.0
    assert part["confidence"] > 85 and part["reasons"] and len(part["stretches"]) == 1
    (veto,) = found["vetoed"]
    assert veto["kind"] == "contains" and "a part of the other" in veto["reason"]
    assert found["groups"] == found["possible"] == []
    assert run("plan", "--min-confidence", "0")["steps"] == []


def test_a_cut_is_a_pair_with_its_place_and_the_whole_is_not_archived_for_it(put: Any, run: Any) -> None:
    put(NAME.format("1080p.BluRay"), "cut", LARGE)
    put(NAME.format("240p"), "film", SMALL)
    found = run("dupes")
    (group,) = found["groups"]
    begin, end = (sum(scene.seconds for scene in FILM[:at]) for at in (4, 7))
    (evidence,) = [each for each in group["evidence"] if each["kind"] == "content"]
    first, second = sorted(evidence["stretches"], key=lambda run_: run_["a_s"])
    assert first["length_s"] == pytest.approx(begin, abs=0.3)
    assert abs(second["b_s"] - second["a_s"]) == pytest.approx(end - begin, abs=0.3)
    assert f"lacks {round(end - begin)} s at 0:{round(begin):02d}" in evidence["reason"]
    lost = [text for file in group["files"] for text in file["would_lose"]]
    assert any("of pictures at" in text for text in lost)
    assert run("plan", "--group", "1")["steps"] == []


def test_an_episode_is_a_part_of_a_double_episode(put: Any, run: Any) -> None:
    put("Show/Show.S01E01.mkv", "film", LARGE)
    put("Show/Show.S01E01E02.mkv", "both", SMALL)
    found = run("dupes")
    (part,) = found["contained"]
    assert os.path.basename(part["part"]) == "Show.S01E01.mkv"
    assert part["start_s"] == pytest.approx(0, abs=0.3)
    assert [veto["kind"] for veto in found["vetoed"]] == ["contains"]


def test_what_shows_too_little_is_unsure_and_said_to_be(put: Any, run: Any) -> None:
    put(NAME.format("1080p"), "black", LARGE)
    put(NAME.format("240p"), "black", SMALL)
    found = run("dupes")
    assert found["groups"] == []
    (pair,) = found["unsure"]
    assert "too little to see" in pair["reason"]
    assert names(pair["paths"]) == {"Quiet.Orbit.2011.1080p.mkv", "Quiet.Orbit.2011.240p.mkv"}
    assert run("plan", "--group", "1")["steps"] == []


def mirrored(text: str) -> str:
    """The same said of the files changed."""
    first, against, second = text.partition(" against ")
    if against:
        name, _, first = first.partition(": ")
        return f"{name}: {second} against {first}"
    return re.sub(r"\b[ab]\b", lambda found: "ba"["ab".index(found[0])], text)


@pytest.mark.parametrize(("one", "other"), [("film", "cut"), ("film", "other"), ("film", "clip")])
def test_comparing_both_ways_round_says_the_same(put: Any, run: Any, one: str, other: str) -> None:
    a, b = str(put("one.mkv", one, LARGE)), str(put("other.mkv", other, SMALL))
    there, back = run("compare", a, b), run("compare", b, a)
    assert there["confidence"] == back["confidence"]
    assert there["verdict"] == {"a": "b", "b": "a"}.get(back["verdict"], back["verdict"])
    assert there["would_lose"] == {"a": back["would_lose"]["b"], "b": back["would_lose"]["a"]}
    assert sorted(there["vetoes"]) == sorted(back["vetoes"])
    assert sorted(map(mirrored, there["reasons"])) == sorted(back["reasons"])
    ours, theirs = there["pictures"], back["pictures"]
    assert (ours["verdict"], ours["score"], ours["measured"]) == (
        theirs["verdict"],
        theirs["score"],
        theirs["measured"],
    )
    assert len(ours["reasons"]) == len(theirs["reasons"])
    assert sorted(map(mirrored, ours["differences"])) == sorted(theirs["differences"])
    if there["offset_s"] is None:
        assert back["offset_s"] is None and there["stretches"] == back["stretches"] == []
        return
    assert there["offset_s"] == pytest.approx(-back["offset_s"], abs=0.005)
    assert there["speed"] == pytest.approx(1 / back["speed"])
    turned = [{"a_s": s["b_s"], "b_s": s["a_s"], "length_s": s["length_s"]} for s in back["stretches"]]
    for mine, yours in zip(there["stretches"], turned, strict=True):
        assert mine == pytest.approx(yours, abs=0.01)
