"""What tells two files apart whatever their titles."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.duplicates import Candidate, VetoKind, name_veto
from mediavault_tui.domain.media import Kind, ReleaseName

Build = Callable[..., Candidate]

FILM_VETOES: list[tuple[VetoKind | None, dict[str, Any], dict[str, Any]]] = [
    (None, {"year": 2010}, {"year": 2010}),
    (None, {"year": 2010}, {}),
    (None, {"year": 2010}, {"year": 2011}),
    (VetoKind.YEAR, {"year": 2010}, {"year": 2012}),
    (VetoKind.EDITION, {}, {"edition": "Extended"}),
    (VetoKind.EDITION, {"edition": "Director's Cut"}, {"edition": "Extended"}),
    (None, {"edition": "Extended"}, {"edition": "Extended Edition"}),
    (None, {}, {"edition": "Theatrical"}),
    (None, {}, {"edition": "Remastered"}),
    (None, {"edition": "Criterion"}, {"edition": "Limited"}),
    (VetoKind.EDITION, {"edition": "Extended, Remastered"}, {"edition": "Remastered"}),
    (VetoKind.PART, {"part": 1}, {"part": 2}),
    (VetoKind.PART, {"part": 1}, {}),
    (None, {"part": 2}, {"part": 2}),
    (VetoKind.THREE_D, {"three_d": True}, {}),
    (VetoKind.EXTRA, {}, {"kind": Kind.EXTRA}),
    (VetoKind.KIND, {}, {"kind": Kind.EPISODE, "season": 1, "episodes": (1,)}),
    (VetoKind.SEQUEL, {"title": "Rocky"}, {"title": "Rocky II"}),
    (None, {"title": "Rocky 2"}, {"title": "Rocky II"}),
    (VetoKind.EDITION, {"name": "Film.2010.Final.Cut.mkv"}, {"name": "Film.2010.mkv"}),
    (VetoKind.EDITION, {"name": "Film 1977 (Despecialized).mkv"}, {}),
    (
        VetoKind.EDITION,
        {"folders": ("Film (2010) Extended Edition",), "name": "Film.mkv"},
        {"name": "Film.mkv"},
    ),
    (VetoKind.EDITION, {"name": "Film.2010.REDUX.mkv"}, {"name": "Film.2010.mkv"}),
    (VetoKind.EDITION, {"name": "Film (2010) Black & Chrome.mkv"}, {"name": "Film.2010.mkv"}),
    (None, {"name": "Film.2010.REDUX.mkv"}, {"name": "Film Redux (2010).mkv", "title": "Film Redux"}),
    (None, {"name": "Uncut.Gems.2019.mkv", "title": "Uncut Gems"}, {"title": "Uncut Gems"}),
    (None, {"name": "The.Final.Cut.2004.mkv", "title": "The Final Cut"}, {"title": "The Final Cut"}),
]


def _third(year: int, *, season: int = 3, behind: bool = False) -> dict[str, Any]:
    """An episode of a season whose name has a year before or behind its number."""
    number = f"S{season:02d}E01"
    name = f"Show.{number}.{year}.mkv" if behind else f"Show.{year}.{number}.mkv"
    return {"season": season, "episodes": (1,), "year": year, "name": name}


EPISODE_VETOES: list[tuple[VetoKind | None, dict[str, Any], dict[str, Any]]] = [
    (None, {"season": 1, "episodes": (1,)}, {"season": 1, "episodes": (1,)}),
    (VetoKind.EPISODE, {"season": 1, "episodes": (1,)}, {"season": 1, "episodes": (2,)}),
    (VetoKind.SEASON, {"season": 1, "episodes": (1,)}, {"season": 2, "episodes": (1,)}),
    (VetoKind.CONTAINS, {"season": 1, "episodes": (1, 2)}, {"season": 1, "episodes": (1,)}),
    (VetoKind.CONTAINS, {"season": 1, "episodes": (1, 2)}, {"season": 1, "episodes": (2, 3)}),
    (None, {"episodes": (5,)}, {"season": 1, "episodes": (5,)}),
    (VetoKind.EPISODE, {"season": 1}, {"season": 1, "episodes": (5,)}),
    (VetoKind.EPISODE, {"date": "2015-07-21"}, {"date": "2015-07-22"}),
    (None, {"date": "2015-07-21"}, {"date": "2015-07-21"}),
    (
        VetoKind.YEAR,
        {"year": 1978, "season": 1, "episodes": (1,)},
        {"year": 2004, "season": 1, "episodes": (1,)},
    ),
    (VetoKind.COUNTRY, {"country": "US", "episodes": (1,)}, {"country": "GB", "episodes": (1,)}),
    (None, {"country": "US", "episodes": (1,)}, {"episodes": (1,)}),
    (VetoKind.SEASON, {"season": 0, "episodes": (12,)}, {"season": 12, "episodes": (12,)}),
    (None, {"season": 1, "episodes": (1,), "part": 1}, {"season": 1, "episodes": (1,)}),
    # a year behind the number is the season's: it fits a show that began before
    (None, _third(2013), _third(2017, behind=True)),
    (VetoKind.YEAR, _third(2019), _third(2017, behind=True)),
    (VetoKind.YEAR, _third(2013), _third(2017)),
    (None, _third(2016, behind=True), _third(2017, behind=True)),
    (VetoKind.YEAR, _third(1963, behind=True), _third(2017, behind=True)),
    (None, _third(2014, season=1), _third(2015, season=1, behind=True)),
    (VetoKind.YEAR, _third(2005, season=1), _third(2015, season=1, behind=True)),
]


@pytest.mark.parametrize(("kind", "a", "b"), FILM_VETOES)
def test_films(film: Build, kind: VetoKind | None, a: dict[str, Any], b: dict[str, Any]) -> None:
    veto = name_veto(film(1, **{"title": "Film"} | a), film(2, **{"title": "Film"} | b))
    assert (veto.kind if veto else None) == kind


@pytest.mark.parametrize(("kind", "a", "b"), EPISODE_VETOES)
def test_episodes(kind: VetoKind | None, a: dict[str, Any], b: dict[str, Any]) -> None:
    one, other = (
        Candidate(
            number,
            ReleaseName(kind=Kind.EPISODE, title="Show", **{k: v for k, v in said.items() if k != "name"}),
            name=said.get("name", ""),
        )
        for number, said in enumerate((a, b))
    )
    veto = name_veto(one, other)
    assert (veto.kind if veto else None) == kind


def test_a_double_episode_says_that_it_contains_the_single_one(episode: Build) -> None:
    veto = name_veto(episode(1, "Show", 1, 1), episode(2, "Show", 1, 1, 2))
    assert veto
    assert veto.reason == "S01E01E02 contains S01E01"


releases = st.builds(
    ReleaseName,
    kind=st.sampled_from(Kind),
    title=st.sampled_from(["Show", "Show 2", None]),
    year=st.sampled_from([None, 2000, 2001, 2010]),
    country=st.sampled_from([None, "US", "GB"]),
    season=st.sampled_from([None, 0, 1, 2]),
    episodes=st.sampled_from([(), (1,), (1, 2), (2,)]),
    date=st.sampled_from([None, "2020-01-01", "2020-01-02"]),
    edition=st.sampled_from([None, "Extended", "Remastered"]),
    part=st.sampled_from([None, 1, 2]),
    three_d=st.booleans(),
)


@given(releases, releases)
def test_vetoes_are_symmetric(a: ReleaseName, b: ReleaseName) -> None:
    forward = name_veto(Candidate(1, a), Candidate(2, b))
    backward = name_veto(Candidate(1, b), Candidate(2, a))
    assert (forward and forward.kind) == (backward and backward.kind)


@given(releases)
def test_nothing_is_vetoed_against_its_own_name(release: ReleaseName) -> None:
    assert name_veto(Candidate(1, release), Candidate(2, release)) is None
