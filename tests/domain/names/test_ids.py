"""Ids in names, and the titles that are left without them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.names import parse
from mediavault_tui.domain.names.ids import take

CASES = [
    ("Quiet Orbit (2018) {tmdb-1111} [1080p].mkv", "Quiet Orbit", [("tmdb", "1111")]),
    ("Quiet Orbit [imdbid-tt0133093].mkv", "Quiet Orbit", [("imdb", "tt0133093")]),
    ("Quiet.Orbit.2018.tt1234567.1080p.mkv", "Quiet Orbit", [("imdb", "tt1234567")]),
    ("Quiet Orbit (2018) [tmdbid=1111]/movie.mkv", "Quiet Orbit", [("tmdb", "1111")]),
    ("Quiet Orbit (2018) {tmdb-1, imdb-tt0000005}.mkv", "Quiet Orbit",
     [("imdb", "tt0000005"), ("tmdb", "1")]),
    ("Harbour (2010) [tvdbid-81189]/Season 01/Harbour - S01E02 - Title.mkv", "Harbour", [("tvdb", "81189")]),
    ("Harbour (2010) {tvdb-81189}/Harbour S01E02.mkv", "Harbour", [("tvdb", "81189")]),
    ("Agent Collection {tmdb-645}/Goldfinger (1964).mkv", "Goldfinger", []),
    ("Film {tmdb-1111}.mkv", "Film", [("tmdb", "1111")]),
    ("Film {tmdb-1111}/Film.2010.720p.mkv", "Film", [("tmdb", "1111")]),
    ("Stille Bahn (2018) {tmdb-1111}/Quiet.Orbit.2018.1080p.mkv", "Quiet Orbit", [("tmdb", "1111")]),
    ("Quiet Orbit {tmdb-1} {tmdb-2}.mkv", "Quiet Orbit", []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "title", "expected"), CASES)
def test_ids_are_read_and_leave_the_title(name: str, title: str, expected: list[tuple[str, str]]) -> None:
    said = parse(name)
    assert (said.title, list(said.ids)) == (title, expected)


@given(st.text(max_size=80))
def test_text_without_ids_stays_as_it_is(text: str) -> None:
    rest, found = take(text)
    assert found or rest == text or "tt" in text.lower() or "db" in text.lower()
