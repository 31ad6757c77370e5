"""What travels with a real video, what stays, and how it comes back: through the command line."""

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from mediavault_tui.cli.main import main
from tests.builders import put, video_bytes

LONG_AGO = 1_500_000_000
PHASES = "walk,names,mediainfo,hash,match"
CONFIG = "archive:\n  reserve_mb: 0\n  offer_sidecars: {offer}\nscan:\n  jobs: 1\n"


class Library:
    """A folder of real videos, its catalogue, and the program run on them in this process."""

    def __init__(self, base: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.base, self.capture = base, capture
        self.root, self.database, self.plan_file = base / "videos", base / "c.db", base / "plan.json"
        self.config = base / "config.yaml"
        self.root.mkdir()
        self.config.write_text(CONFIG.format(offer="false"))

    def run(self, *arguments: str | Path, code: int | None = None) -> str:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(
                [
                    *map(os.fspath, arguments),
                    "--db",
                    os.fspath(self.database),
                    "--config",
                    os.fspath(self.config),
                ]
            )
        out, err = self.capture.readouterr()
        assert code is None or ended.value.code == code, err + out
        return out

    def lines(self, *arguments: str | Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    def film(self, *names: str, seed: int = 1) -> None:
        """The same video under several names."""
        for name in names:
            put(self.root / name, video_bytes(os.path.splitext(names[0])[1], seed=seed), mtime=LONG_AGO)

    def beside(self, *names: str) -> None:
        """Small files, each with its own name as content."""
        for name in names:
            put(self.root / name, name.encode(errors="surrogateescape"), mtime=LONG_AGO)

    def scan(self) -> None:
        self.run("scan", self.root, "-q", "--only", PHASES, "--jobs", "1")

    def plan(self, *options: str) -> dict[str, Any]:
        self.scan()
        tree: dict[str, Any] = json.loads(self.run("plan", "--json", "-o", self.plan_file, *options))
        return tree

    def goes(self, tree: dict[str, Any]) -> set[str]:
        return {os.path.relpath(step["path"], self.root) for step in tree["steps"]}

    def apply(self) -> list[dict[str, Any]]:
        return self.lines("apply", self.plan_file, "--yes")

    def names(self) -> set[str]:
        """What lies in the library now."""
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return {os.fspath(path) for path in found if ".mediavault-archive" not in path.parts}

    def purge(self) -> list[dict[str, Any]]:
        return self.lines("purge", "--older-than", "0d", "--now-really", "--yes")

    def files(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("files", "--json"))
        return found


@pytest.fixture
def library(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Library:
    return Library(tmp_path, capfd)


KEPT, HOME = "A/Alien (1979)/Alien.1979.1080p.mkv", "Z/Alien (1979)/"
LOSER = HOME + "Alien (1979).mkv"
OF_ALIEN = [
    "Alien (1979).en.srt", "Alien (1979).pt-BR.forced.srt", "Alien (1979).nfo", "Alien (1979)-poster.jpg",
    "Alien (1979)-320-10.bif", "Subs/2_English.srt", "rus/Alien (1979).srt", "poster.jpg", "movie.nfo",
    "Alien (1979).trickplay/320 - 10x10/0.jpg", "Alien (1979).trickplay/320 - 10x10/1.jpg",
]  # fmt: skip
OF_OTHERS = [
    "Alien (1979) - Resurrection.zip", "Alien (1979) 3.aria2", "Alien (1979) 3.mkv.part", "Alien (1979) 3.bc!",
    "Alien (1979) 3.filepart", "Alien (1979) 3.nfo", "Alien (1979).flac", "Alien (1979).x7.srt", "Alien (1979).rar",
    "Subs/Alien 3.en.srt", "notes.txt", "Alien (1979).bin",
]  # fmt: skip


def below(home: str, names: list[str]) -> set[str]:
    return {home + name for name in names}


def test_only_its_own_companions_go_and_what_stays_is_named(library: Library) -> None:
    library.film(KEPT, LOSER)
    library.beside(
        KEPT.replace(".mkv", ".nfo"),
        KEPT.replace(".mkv", ".en.srt"),
        *below("A/Alien (1979)/Subs/", ["2_English.srt", "3_Portuguese.forced.srt"]),
    )
    library.beside(
        *below("A/Alien (1979)/", ["rus/Alien.1979.1080p.srt"]), *below(HOME, OF_ALIEN + OF_OTHERS)
    )
    before = library.names()
    tree = library.plan()
    assert library.goes(tree) == {LOSER} | below(HOME, OF_ALIEN)
    left = {os.path.relpath(each["path"], library.root) for each in tree["left"]}
    assert left == below(HOME, OF_OTHERS)
    assert {line["status"] for line in library.apply()} == {"done"}
    assert library.names() == before - library.goes(tree)
    assert {line["status"] for line in library.lines("restore", "--all")} == {"done"}
    assert library.names() == before


def test_companions_are_erased_with_their_video(library: Library) -> None:
    library.film("A/Alien.720p.mkv", "F/Alien.mkv")
    library.beside("F/Alien.nfo", "F/Alien.trickplay/320 - 10x10/0.jpg", "F/Alien 3.nfo")
    assert len(library.goes(library.plan())) == 3
    library.apply()
    assert [line["status"] for line in library.purge()] == ["done"] * 3
    assert library.names() == {"A/Alien.720p.mkv", "F/Alien 3.nfo"}


@pytest.mark.parametrize(
    "work",
    [
        "Alien 3.iso",
        "Alien - Resurrection.divx",
        "Alien 3.mts",
        "Alien 3.rmvb",
        "Alien 3.ogm",
        "Alien 3.mk3d",
    ],
)
def test_another_work_never_goes_along(library: Library, work: str) -> None:
    library.film("A/Alien.720p.mkv", "F/Alien.mkv")
    library.beside("F/Alien.srt", "A/Alien.720p.srt")
    put(library.root / "F" / work, video_bytes(".avi", seed=2), mtime=LONG_AGO)
    tree = library.plan()
    assert library.goes(tree) == {"F/Alien.mkv", "F/Alien.srt"}
    library.apply()
    library.purge()
    assert (library.root / "F" / work).read_bytes() == video_bytes(".avi", seed=2)


def test_an_image_of_the_same_name_keeps_what_they_share(library: Library) -> None:
    library.film("A/Alien.720p.mkv", "F/Alien.mkv")
    library.beside("F/Alien.iso", "F/Alien.srt", "A/Alien.720p.srt")
    tree = library.plan()
    assert library.goes(tree) == {"F/Alien.mkv"}
    (image,) = (file for file in library.files() if file["path"].endswith(".iso"))
    assert (image["status"], image["problem"]) == ("unreadable", "disc image: not examined")


def test_a_loose_film_leaves_the_pictures_of_the_library(library: Library) -> None:
    library.film("A/Alien (1979)/Alien.1979.1080p.mkv", "Movies/Alien (1979).mkv")
    library.beside(
        "Movies/folder.jpg", "Movies/poster.jpg", "Movies/movie.nfo", "Movies/Alien (1979)-poster.jpg"
    )
    tree = library.plan()
    assert library.goes(tree) == {"Movies/Alien (1979).mkv", "Movies/Alien (1979)-poster.jpg"}


def test_the_pictures_of_a_folder_stay_with_a_video_that_is_not_looked_at(library: Library) -> None:
    library.film("A/Alien (1979)/Alien.1979.1080p.mkv", LOSER)
    library.beside(HOME + "Making of.iso", HOME + "poster.jpg")
    assert library.goes(library.plan()) == {LOSER}


def test_subtitles_of_episodes_in_folders_are_tracks_and_go_along(library: Library) -> None:
    for number in (1, 2):
        name = f"Show.S01E0{number}.720p-GRP"
        library.film(f"A/Show/Show.S01E0{number}.mkv", f"Z/Show/{name}.mkv", seed=number)
        library.beside(f"Z/Show/Subs/{name}/2_English.srt", f"Z/Show/rus/{name}.srt")
        library.beside(f"A/Show/Show.S01E0{number}.en.srt", f"A/Show/Show.S01E0{number}.ru.srt")
    tree = library.plan()
    assert len(library.goes(tree)) == 6 and all(path.startswith("Z/Show") for path in library.goes(tree))
    for file in library.files():
        assert sorted(track["language"] for track in file["subtitles"]) == ["en", "ru"], file["path"]


def test_samples_and_resource_forks_make_no_doubt_whose_subtitles_are(library: Library) -> None:
    library.film("A/Alien.1979.1080p.mkv", LOSER)
    library.film(HOME + "sample.mkv", seed=3)
    library.beside(HOME + "._Alien (1979).mkv", HOME + "Subs/2_English.srt", "A/Alien.1979.1080p.en.srt")
    assert library.goes(library.plan()) == {LOSER, HOME + "Subs/2_English.srt"}


def test_an_nfo_in_another_unicode_form_goes_with_its_video(library: Library) -> None:
    nfd, nfc = (unicodedata.normalize(form, "Z/Amélie") for form in ("NFD", "NFC"))
    library.film("A/Amelie.1080p.mkv", nfd + ".mkv")
    library.beside(nfc + ".nfo", "A/Amelie.1080p.nfo")
    assert library.goes(library.plan()) == {nfd + ".mkv", nfc + ".nfo"}


def test_sound_beside_a_video_is_a_track_of_it(library: Library) -> None:
    library.film("A/Film (2001).mkv", "Z/Film (2001).mkv")
    library.beside("Z/Film (2001).rus.mka")
    library.scan()
    sound = {file["path"]: file["audio"] for file in library.files()}
    (own, beside) = sound[os.fspath(library.root / "Z/Film (2001).mkv")]
    assert (own["external"], beside["external"], beside["language"]) == (False, True, "ru")
    assert len(sound[os.fspath(library.root / "A/Film (2001).mkv")]) == 1
    assert "Z/Film (2001).mkv" not in library.goes(library.plan())


def reasons(tree: dict[str, Any]) -> str:
    return "; ".join(each["reason"] for each in tree["refused"])


def test_a_disc_without_its_folder_is_not_torn(library: Library) -> None:
    for disc, seed in (("Film (2010) DVD", 2), ("Other (2011) DVD", 3)):
        library.film(f"{disc}/VTS_01_1.VOB".replace("VOB", "vob"), seed=seed)
    library.film("Film (2010) DVD/VIDEO_TS.vob", "Other (2011) DVD/VIDEO_TS.vob", seed=1)
    library.beside(
        "Film (2010) DVD/VIDEO_TS.IFO", "Other (2011) DVD/VIDEO_TS.IFO", "Other (2011) DVD/VIDEO_TS.BUP"
    )
    tree = library.plan()
    assert tree["steps"] == [] and "part of a disc" in reasons(tree)


@pytest.mark.parametrize(
    "names",
    [
        ("CD1/film.cd1.avi", "CD2/film.cd2.avi"),
        ("CD1.avi", "CD2.avi"),
        ("Disc 1/film.avi", "Disc 2/film.avi"),
    ],
)
def test_parts_in_sibling_folders_go_together_or_stay(library: Library, names: tuple[str, str]) -> None:
    for number, name in enumerate(names, 1):
        library.film(
            f"A/Some Film (2001)/Some Film (2001) CD{number}.avi", f"Z/Some Film (2001)/{name}", seed=number
        )
    both = {f"Z/Some Film (2001)/{name}" for name in names}
    tree = library.plan()
    assert library.goes(tree) == both and len({step["bundle"] for step in tree["steps"]}) == 1
    (library.root / "A/Some Film (2001)/Some Film (2001) CD2.avi").unlink()
    tree = library.plan()
    assert tree["steps"] == [] and "other parts stay" in reasons(tree)


def test_a_link_in_the_library_keeps_what_it_leads_to(library: Library) -> None:
    library.film("A/Alien (1979).mkv", "Z/Alien (1979).mkv")
    (library.root / "by year").mkdir()
    link = library.root / "by year/Alien.mkv"
    link.symlink_to("../Z/Alien (1979).mkv")
    tree = library.plan()
    assert tree["steps"] == [] and "by year/Alien.mkv" in reasons(tree)
    link.unlink()
    assert library.goes(library.plan()) == {"Z/Alien (1979).mkv"}
    link.symlink_to("../Z")  # its folder would be gone
    tree = library.plan()
    assert tree["steps"] == [] and "by year/Alien.mkv" in reasons(tree)


def test_what_git_annex_keeps_is_left_to_it(library: Library) -> None:
    library.film("A/Alien (1979).mkv", "annex/Alien (1979).mkv", "annex/.git/annex/objects/x/SHA-1.mkv")
    (library.root / "annex/locked.mkv").symlink_to(".git/annex/objects/x/SHA-1.mkv")
    tree = library.plan()
    assert {Path(file["path"]).parent.name for file in library.files()} == {"A", "annex"}
    assert tree["steps"] == [] and "git-annex" in reasons(tree)


SHARED = ["Z/X.en.srt", "Z/X-poster.jpg"]


def shared(library: Library) -> list[dict[str, Any]]:
    """X.mkv and X.mp4 share subtitles and a poster; both go."""
    library.film("A/X one.mkv", "Z/X.mkv", seed=1)
    library.film("B/X two.mp4", "Z/X.mp4", seed=2)
    for kept in ("A/X one", "B/X two"):
        library.beside(kept + ".en.srt")
    library.beside(*SHARED)
    assert library.goes(library.plan("--kind", "exact")) == {"Z/X.mkv", "Z/X.mp4", *SHARED}
    done = library.apply()
    assert {line["status"] for line in done} == {"done"}
    return done


@pytest.mark.parametrize("first", ["X.mkv", "X.mp4"])
def test_shared_companions_come_back_with_the_first_of_their_videos(library: Library, first: str) -> None:
    done = shared(library)
    (number,) = (line["id"] for line in done if line["path"].endswith(first))
    library.run("restore", str(number))
    assert {name for name in library.names() if name.startswith("Z/")} == {f"Z/{first}", *SHARED}


@pytest.mark.parametrize("first", ["A/X one.mkv", "B/X two.mp4"])
def test_shared_companions_are_erased_with_the_last_of_their_videos(library: Library, first: str) -> None:
    shared(library)
    keeper = library.root / first
    keeper.rename(keeper.with_suffix(".away"))
    ended = {Path(line["path"]).name: line["status"] for line in library.purge()}
    assert sorted(ended.values()) == ["done", "refused", "refused", "refused"], (
        "one video, and nothing they share"
    )
    keeper.with_suffix(".away").rename(keeper)
    assert {line["status"] for line in library.purge()} == {"done"}


def test_into_one_folder_companions_keep_to_their_video(library: Library) -> None:
    for number, home in enumerate(("one", "two"), 1):
        library.film(f"A{number}/Kept {number}.mkv", f"{home}/Film.mkv", seed=number)
        library.beside(f"A{number}/Kept {number}.en.srt", f"A{number}/Kept {number}.de.srt")
    library.beside("two/Film.en.srt", "two/Subs/3_German.srt")
    into = library.base / "into"
    library.plan("--op", "move", "--into", os.fspath(into), "--kind", "exact")
    assert {line["status"] for line in library.apply()} == {"done"}
    assert {path.name for path in into.iterdir()} == {
        "Film.mkv", "Film (2).mkv", "Film (2).en.srt", "Film (2).de.srt",
    }  # fmt: skip


def test_what_lies_in_the_folder_already_gets_no_foreign_subtitles(library: Library) -> None:
    library.film("A/Kept.mkv", "two/Film.mkv")
    library.beside("two/Film.en.srt", "A/Kept.en.srt")
    into = library.base / "into"
    put(into / "Film.mp4", b"somebody else's")
    library.plan("--op", "move", "--into", os.fspath(into))
    library.apply()
    assert {path.name for path in into.iterdir()} == {"Film.mp4", "Film (2).mkv", "Film (2).en.srt"}


def test_restored_beside_another_file_companions_follow_the_new_name(library: Library) -> None:
    library.film("A/Kept.mkv", "Z/Film.mkv")
    library.beside("Z/Film.en.srt", "Z/Subs/3_German.srt", "A/Kept.en.srt", "A/Kept.de.srt")
    library.plan()
    library.apply()
    library.film("Z/Film.mkv", seed=9)
    refused = library.lines("restore", "--all")
    assert {line["status"] for line in refused} == {"refused"}, "subtitles would be taken for the new file's"
    library.run("restore", "--all", "--on-collision", "rename")
    assert {name for name in library.names() if name.startswith("Z/")} == {
        "Z/Film.mkv", "Z/Film (2).mkv", "Z/Film (2).en.srt", "Z/Film (2).de.srt",
    }  # fmt: skip


def test_many_kinds_of_videos_are_scanned(library: Library) -> None:
    for ending, like in (
        (".divx", ".avi"),
        (".mts", ".ts"),
        (".mk3d", ".mkv"),
        (".f4v", ".mp4"),
        (".qt", ".mov"),
        (".asf", ".wmv"),
        (".tp", ".ts"),
        (".m2t", ".ts"),
    ):
        put(library.root / f"Film {ending[1:]}{ending}", video_bytes(like), mtime=LONG_AGO)
    for ending in (".iso", ".img", ".nrg", ".wtv", ".nut"):
        library.beside(f"Other{ending}")
    library.scan()
    found = {Path(file["path"]).suffix: file for file in library.files()}
    assert {ending for ending, file in found.items() if file["status"] == "ok"} == {
        ".divx", ".mts", ".mk3d", ".f4v", ".qt", ".asf", ".tp", ".m2t",
    }  # fmt: skip
    for ending in (".iso", ".img", ".nrg", ".wtv", ".nut"):
        assert found[ending]["status"] == "unreadable" and "not examined" in found[ending]["problem"]
