"""Ids of databases for and against a pair."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from mediavault_tui.domain.duplicates import Candidate, VetoKind, group, title_pairs
from mediavault_tui.domain.nfo import Id, Level
from mediavault_tui.domain.settings import Match

Build = Callable[..., Candidate]
SETTINGS = Match()
ONE, TWO = Id(Level.FILM, "tmdb", "1111"), Id(Level.FILM, "tmdb", "2222")
IMDB = Id(Level.FILM, "imdb", "tt0133093")
SHOW, OTHER_SHOW = Id(Level.SHOW, "tvdb", "1"), Id(Level.SHOW, "tvdb", "2")
EPISODE, OTHER_EPISODE = Id(Level.EPISODE, "tvdb", "7"), Id(Level.EPISODE, "tvdb", "8")


def with_ids(file: Candidate, *ids: Id) -> Candidate:
    return msgspec.structs.replace(file, ids=frozenset(ids))


FILMS: list[tuple[dict[str, Any], tuple[Id, ...], dict[str, Any], tuple[Id, ...], str]] = [
    ({"title": "Heat", "year": 1995}, (ONE,), {"title": "Heat", "year": 1995}, (TWO,), "vetoed"),
    ({"title": "Heat", "year": 1995}, (ONE,), {"title": "Heat", "year": 1995}, (ONE,), "sure"),
    ({"title": "Heat", "year": 1995}, (ONE,), {"title": "Heat", "year": 1995}, (IMDB,), "sure"),
    ({"title": "Heat", "year": 1995}, (ONE, IMDB), {"title": "Heat", "year": 1995}, (TWO, IMDB), "sure"),
    ({"title": "Heat", "year": 1995}, (), {"title": "Heat", "year": 1996}, (), "possible"),
    ({"title": "Heat", "year": 1995}, (ONE,), {"title": "Heat", "year": 1996}, (ONE,), "sure"),
    ({"title": "Le Voyage", "year": 1995}, (ONE,), {"title": "The Journey", "year": 1995}, (ONE,), "sure"),
    ({"title": "Heat", "year": 1995}, (ONE,), {"title": "Heat", "year": 2001}, (ONE,), "nothing"),
]


@pytest.mark.parametrize(("one", "ids_one", "other", "ids_other", "expected"), FILMS)
def test_films_by_their_ids(
    film: Build,
    one: dict[str, Any],
    ids_one: tuple[Id, ...],
    other: dict[str, Any],
    ids_other: tuple[Id, ...],
    expected: str,
) -> None:
    files = [with_ids(film(1, **one), *ids_one), with_ids(film(2, **other), *ids_other)]
    assert outcome(files) == expected


def outcome(files: list[Candidate]) -> str:
    found = title_pairs(files, SETTINGS)
    groups = group(files, found.evidence, (), SETTINGS).groups
    if groups:
        return "sure" if groups[0].confidence >= SETTINGS.confident else "possible"
    return "vetoed" if any(veto.kind is VetoKind.ID for veto in found.vetoes) else "nothing"


def test_differing_ids_say_which(film: Build) -> None:
    files = [with_ids(film(n, "Heat", year=1995), given) for n, given in ((1, ONE), (2, TWO))]
    assert [veto.reason for veto in title_pairs(files, SETTINGS).vetoes] == ["TMDb 1111 and 2222"]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (((SHOW,), (SHOW,)), "sure"),
        (((SHOW,), (OTHER_SHOW,)), "vetoed"),
        (((SHOW, EPISODE), (SHOW, EPISODE)), "sure"),
        (((EPISODE,), (OTHER_EPISODE,)), "vetoed"),
    ],
)
def test_episodes_by_the_ids_of_show_and_episode(
    episode: Build, ids: tuple[tuple[Id, ...], tuple[Id, ...]], expected: str
) -> None:
    files = [with_ids(episode(n, "Harbour", 1, 1), *given) for n, given in zip((1, 2), ids, strict=True)]
    assert outcome(files) == expected


def test_one_show_by_two_names_is_joined_by_its_id(episode: Build) -> None:
    files = [with_ids(episode(1, "La Casa", 1, 1), SHOW), with_ids(episode(2, "Money Heist", 1, 1), SHOW)]
    assert outcome(files) == "sure"
    files[1] = with_ids(episode(2, "Money Heist", 1, 2), SHOW)
    assert outcome(files) == "nothing"
