"""What pictures, runtimes and ids make of two copies, from files to plan: small real videos, whole commands."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mediavault_tui.cli.main import main
from mediavault_tui.services.samples import Picture, Scene, Video, story, write

LONG_AGO = 1_500_000_000
FILM = story(1, 48)
OTHER = story(77, 40)
PROGRAMME = [Scene(5000 + n, 4) for n in range(6)]
LARGE, SMALL = (1280, 720), (480, 270)
NAME = "Quiet Orbit (2011)/Quiet.Orbit.2011.{}.mkv"
BY_NAMES = ("--only", "walk,names,mediainfo,match")


def spread_in(film: Sequence[Scene], more: Sequence[Scene]) -> list[Scene]:
    """Other scenes between those of a film: one behind every fourth."""
    left = list(more)
    mixed: list[Scene] = []
    for at, scene in enumerate(film):
        mixed.append(scene)
        if at % 4 == 3 and left:
            mixed.append(left.pop(0))
    return mixed


SHOWS: dict[str, Sequence[Scene]] = {
    "film": FILM,
    "longer": spread_in(FILM, OTHER[:2]),
    "recording": [*PROGRAMME[:3], *FILM, *PROGRAMME[3:]],
    "same opening": [*FILM[:5], *OTHER],
    "other": OTHER,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, tuple[int, int]], Path]:
    """Makes a video once."""
    folder = tmp_path_factory.mktemp("made")

    def make(what: str, size: tuple[int, int]) -> Path:
        path = folder / f"{what} {size[0]}.mkv"
        if not path.exists():
            picture = Picture(width=size[0], height=size[1], rate=Fraction(5))
            write(path, Video(tuple(SHOWS[what]), picture))
        return path

    return make


class Library:
    """Folders with copies, and the program run on them in this process."""

    def __init__(self, base: Path, capture: pytest.CaptureFixture[str], made: Any) -> None:
        self.root, self.database, self.capture, self.made = base / "videos", base / "c.db", capture, made

    def put(self, name: str, what: str, size: tuple[int, int]) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.made(what, size), path)
        os.utime(path, (LONG_AGO, LONG_AGO))

    def text(self, name: str, content: str) -> None:
        (self.root / name).write_text(content)

    def run(self, *arguments: str) -> str:
        self.capture.readouterr()
        with pytest.raises(SystemExit):
            main([*arguments, "--db", str(self.database)])
        return self.capture.readouterr().out

    def scan(self, *options: str) -> None:
        self.run("scan", str(self.root), "-q", "--jobs", "1", *options)

    def dupes(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("dupes", "--min-confidence", "0", "--json"))
        return found

    def confidence(self) -> float:
        (group,) = self.dupes()["groups"]
        return float(group["confidence"])

    def would_lose(self) -> list[str]:
        (group,) = self.dupes()["groups"]
        return [text for file in group["files"] for text in file["would_lose"]]

    def planned(self, *options: str) -> tuple[list[str], str]:
        plan = json.loads(self.run("plan", "--json", *options))
        return [step["path"] for step in plan["steps"]], json.dumps(plan["refused"])


@pytest.fixture
def library(tmp_path: Path, capfd: pytest.CaptureFixture[str], made: Any) -> Library:
    return Library(tmp_path, capfd, made)


def test_a_plainly_worse_copy_goes(library: Library) -> None:
    library.put(NAME.format("720p"), "film", LARGE)
    library.put(NAME.format("270p"), "film", SMALL)
    library.scan()
    assert library.confidence() >= 99
    steps, _ = library.planned()
    assert [os.path.basename(path) for path in steps] == ["Quiet.Orbit.2011.270p.mkv"]


def test_by_names_a_longer_cut_is_possible_at_most_and_the_loss_is_named(library: Library) -> None:
    library.put(NAME.format("720p"), "film", LARGE)
    library.put(NAME.format("270p"), "longer", SMALL)
    library.scan(*BY_NAMES)
    assert library.confidence() < 85
    assert any(text.endswith("of pictures") for text in library.would_lose())
    for options in ((), ("--min-confidence", "0")):
        assert library.planned(*options)[0] == []


@pytest.mark.parametrize(("large", "small"), [("film", "longer"), ("longer", "film")])
def test_a_longer_cut_is_a_pair_by_its_pictures_and_neither_goes_for_the_other(
    library: Library, large: str, small: str
) -> None:
    library.put(NAME.format("720p"), large, LARGE)
    library.put(NAME.format("270p"), small, SMALL)
    library.scan()
    assert library.dupes()["vetoed"] == []
    if small == "longer":
        assert any("of pictures" in text for text in library.would_lose())
    for options in ((), ("--min-confidence", "0"), ("--group", "1")):
        steps, refused = library.planned(*options)
        assert steps == []
    assert ("would lose" if small == "longer" else "within it besides") in refused


def test_a_recording_with_programmes_at_its_ends_does_not_win_by_its_length(library: Library) -> None:
    library.put(NAME.format("270p"), "film", SMALL)
    library.put(NAME.format("720p"), "recording", LARGE)
    library.scan()
    (group,) = library.dupes()["groups"]
    assert not any("cut short" in (file["setback"] or "") for file in group["files"])
    assert "0:12 before and 0:12 after" in json.dumps(group["evidence"])
    steps, refused = library.planned()
    assert steps == [] and "0:12 before and 0:12 after" in refused


def test_a_clean_film_does_not_take_what_a_recording_has_besides_in_silence(library: Library) -> None:
    library.put(NAME.format("720p"), "film", LARGE)
    library.put(NAME.format("270p"), "recording", SMALL)
    library.scan()
    assert library.would_lose() == ["0:24 of pictures"]
    steps, refused = library.planned()
    assert steps == [] and "would lose 0:24 of pictures" in refused


def test_the_same_opening_is_not_the_same_film_whatever_the_title(library: Library) -> None:
    library.put(NAME.format("720p"), "film", LARGE)
    library.put(NAME.format("270p"), "same opening", SMALL)
    library.scan()
    found = library.dupes()
    assert not found["groups"] or library.confidence() < 85
    assert library.planned()[0] == []


def test_ids_in_names_tell_films_apart_and_say_which(library: Library) -> None:
    library.put("Quiet Orbit {tmdb-1111}.mkv", "film", LARGE)
    library.put("Quiet Orbit {tmdb-2222}.mkv", "film", SMALL)
    library.scan()
    found = library.dupes()
    assert found["groups"] == []
    assert [veto["reason"] for veto in found["vetoed"]] == ["TMDb 1111 and 2222"]


def test_ids_in_metadata_files_count_and_are_read_again_when_they_change(library: Library) -> None:
    for folder, size, number in (("a", LARGE, 1111), ("b", SMALL, 2222)):
        library.put(f"{folder}/Quiet Orbit (2011).mkv", "film", size)
        library.text(f"{folder}/Quiet Orbit (2011).nfo", f"<movie><tmdbid>{number}</tmdbid></movie>")
    library.scan(*BY_NAMES)
    assert library.dupes()["groups"] == []
    library.text("b/Quiet Orbit (2011).nfo", '<movie><uniqueid type="tmdb">1111</uniqueid></movie>')
    library.scan(*BY_NAMES)
    (group,) = library.dupes()["groups"]
    assert "TMDb 1111 on both sides" in json.dumps(group["evidence"])
    (library.root / "b/Quiet Orbit (2011).nfo").unlink()
    library.scan(*BY_NAMES)
    assert "TMDb" not in json.dumps(library.dupes())


def test_a_shows_metadata_file_speaks_for_its_episodes(library: Library) -> None:
    for folder, size, number in (("a", LARGE, 1), ("b", SMALL, 2)):
        library.put(f"{folder}/Harbour/Season 1/Harbour S01E01.mkv", "film", size)
        library.text(f"{folder}/Harbour/tvshow.nfo", f"<tvshow><tvdbid>{number}</tvdbid></tvshow>")
    library.scan(*BY_NAMES)
    found = library.dupes()
    assert found["groups"] == []
    assert [veto["reason"] for veto in found["vetoed"]] == ["another show: TheTVDB 1 and 2"]


def test_a_movie_nfo_among_several_films_is_about_none(library: Library) -> None:
    library.put("films/Quiet Orbit (2011).mkv", "film", LARGE)
    library.put("films/Loud Harbour (2012).mkv", "other", SMALL)
    library.text("films/movie.nfo", "<movie><tmdbid>1111</tmdbid></movie>")
    library.scan(*BY_NAMES)
    assert library.dupes()["groups"] == []


@pytest.mark.parametrize(
    "content", ["", "<movie", "\0" * 5000, "<movie>" * 9999, "\ud83d".encode("utf-8", "surrogatepass")]
)
def test_any_metadata_file_is_survived(library: Library, content: str | bytes) -> None:
    library.put("a/Quiet Orbit (2011).mkv", "film", SMALL)
    path = library.root / "a/Quiet Orbit (2011).nfo"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.mkfifo(library.root / "a/movie.nfo")
    library.scan(*BY_NAMES)
    assert library.dupes()["groups"] == []
