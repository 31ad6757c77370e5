"""Folders and neighbouring files as evidence."""

import pytest

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.names import place, read


def placed(folders: str, *names: str) -> list[ReleaseName]:
    above = [read(folder, folder=True) for folder in folders.split("/") if folder]
    return place(above, [read(name) for name in names])


def numbers(results: list[ReleaseName]) -> list[tuple[int | None, tuple[int, ...]]]:
    return [(r.season, r.episodes) for r in results]


def test_ascending_numbers_are_episodes_though_each_alone_looks_like_a_season() -> None:
    results = placed("Anime/One Piece", *[f"One.Piece.{n}.mkv" for n in (1078, 1079, 1080, 1081)])
    assert numbers(results) == [(None, (n,)) for n in (1078, 1079, 1080, 1081)]
    assert {r.title for r in results} == {"One Piece"}


def test_numbers_of_seasons_and_episodes_in_one_stay_split() -> None:
    results = placed("TV", *[f"show.name.{n}.hdtv-teal.mkv" for n in (101, 102, 103, 201, 202)])
    assert numbers(results) == [(1, (1,)), (1, (2,)), (1, (3,)), (2, (1,)), (2, (2,))]


@pytest.mark.parametrize(
    "names",
    [
        ("Rocky 1.mkv", "Rocky 2.mkv", "Rocky 3.mkv"),
        ("Rocky (1976).mkv", "Rocky 2 (1979).mkv", "Rocky 3 (1982).mkv", "Rocky 4 (1985).mkv"),
        ("Amber Harbour CD1.avi", "Amber Harbour CD2.avi", "Amber Harbour CD3.avi"),
        ("Harvest 2001.mkv", "Harvest 2002.mkv", "Harvest 2003.mkv"),
    ],
)
def test_films_of_a_series_and_discs_are_no_episodes(names: tuple[str, ...]) -> None:
    assert {r.kind for r in placed("Movies", *names)} == {Kind.MOVIE}


def test_parts_of_one_film_share_its_title_and_differ_in_part() -> None:
    results = placed("Movies/Amber Harbour (2014)", "CD1.avi", "CD2.avi")
    assert [(r.title, r.year, r.part) for r in results] == [
        ("Amber Harbour", 2014, 1),
        ("Amber Harbour", 2014, 2),
    ]


def test_camera_names_never_become_the_film_of_their_folder() -> None:
    results = placed("Holiday (2019)", "IMG_0001.MOV", "IMG_0002.MOV", "IMG_0003.MOV")
    assert all(r == ReleaseName(kind=Kind.OTHER) for r in results)


def test_the_same_episode_under_two_names_gets_the_same_title() -> None:
    first, second = placed("Downloads", "RedDwarf_TVLab_s01e01.mkv", "RedDwarf_s01e01_Wondercrew.mp4")
    assert (first.title, first.season, first.episodes) == (second.title, second.season, second.episodes)


def test_extras_folder_makes_extras_of_the_work_above() -> None:
    (result,) = placed("Copper Lane (2019)/Season 1/Featurettes", "The Set.mkv")
    assert (result.kind, result.title, result.episode_title) == (Kind.EXTRA, "Copper Lane", "The Set")


def test_shelves_give_no_title() -> None:
    for shelf in ("Downloads", "videos", "TV", "Movies", "volume1", "media", "complete", "4K"):
        (result,) = placed(shelf, "03.mkv")
        assert (result.title, result.episodes) == (None, (3,))


def test_a_pack_of_seasons_does_not_say_which_season_a_file_is_of() -> None:
    (result,) = placed("Copper Lane S01-S03 1080p", "05.mkv")
    assert (result.title, result.season, result.episodes) == ("Copper Lane", None, (5,))


def test_each_name_is_answered_in_order_and_order_does_not_matter() -> None:
    names = [f"Copper Lane - {n}.mkv" for n in (998, 999, 1000, 1001)] + ["Amber Harbour (2014).mkv"]
    forward = placed("Anime", *names)
    backward = placed("Anime", *reversed(names))
    assert forward == backward[::-1]


@pytest.mark.parametrize(
    "name",
    """abc.mkv a0b1c2d3.mkv 7f3c09ab.mkv 185d86a343e39f3341e35c4dad3ff159.mkv download.mkv full.mp4 movie.mkv video.mp4
    file.mkv 1080p.mkv movie.1080p.mkv video_1080p.mp4 Full.Movie.1080p.x264.mkv xkjwqz.mkv abc.xyz.af6021c37f7852.mkv
    bdc435cb-93c4-4902-97ea-ca00568c3887.mkv qrdSD3rYzWb7cPdVIGSn4E7.mkv 2018.mkv""".split(),
)
def test_scrambled_and_generic_names_give_way_to_their_folder(name: str) -> None:
    (result,) = placed("Films/Amber Harbour (2018)", name)
    assert (result.kind, result.title, result.year, result.episodes) == (
        Kind.MOVIE,
        "Amber Harbour",
        2018,
        (),
    )


@pytest.mark.parametrize("name", ["Se7en.mkv", "M3GAN.mkv", "S1m0ne.mkv", "Rhythm.mkv", "Upgrade.mkv"])
def test_odd_titles_are_kept(name: str) -> None:
    (result,) = placed("Collection of Ann", name)
    assert result.title == name.removesuffix(".mkv")


def test_a_film_folder_names_the_file_that_holds_its_title() -> None:
    (result,) = placed("Films/Amber Harbour (1989)", "Ann Bell - Amber Harbour (VHS).avi")
    assert (result.title, result.year) == ("Amber Harbour", 1989)
