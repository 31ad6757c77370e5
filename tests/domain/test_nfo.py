"""Ids in metadata files: what counts, and that nothing hostile does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.nfo import Level, ids

CASES = [
    ('<movie><uniqueid type="tmdb" default="true">603</uniqueid></movie>', ["film tmdb 603"]),
    ('<movie><uniqueid type="imdb">tt0133093</uniqueid><tmdbid>603</tmdbid></movie>',
     ["film imdb tt0133093", "film tmdb 603"]),
    ("<movie><id>tt0133093</id></movie>", ["film imdb tt0133093"]),
    ("<movie><id>603</id></movie>", ["film tmdb 603"]),
    ("<tvshow><tvdbid>81189</tvdbid><imdb_id>tt0903747</imdb_id></tvshow>",
     ["show imdb tt0903747", "show tvdb 81189"]),
    ('<episodedetails><uniqueid type="tvdb">349232</uniqueid></episodedetails>', ["episode tvdb 349232"]),
    ("<episodedetails><tvdbid>1</tvdbid></episodedetails>"
     "<episodedetails><tvdbid>2</tvdbid></episodedetails>", []),
    ("<movie><actor><name>A</name><tmdbid>12</tmdbid></actor><tmdbid>603</tmdbid></movie>", ["film tmdb 603"]),
    ("<movie><set><tmdbid>2344</tmdbid></set></movie>", []),
    ("<movie><!-- <tmdbid>1</tmdbid> --><tmdbid><![CDATA[603]]></tmdbid></movie>", ["film tmdb 603"]),
    ("<movie><tmdbid>1</tmdbid><tmdbid>2</tmdbid></movie>", []),
    ("<movie><title>Broken & <b>bold<tmdbid>9</tmdbid></title><tmdbid>603</tmdbid>", ["film tmdb 603"]),
    ("<movie><tmdbid>0</tmdbid><imdbid></imdbid><tvdbid>none</tvdbid></movie>", []),
    ("<movie><title>A</title></movie>\nhttps://www.themoviedb.org/movie/603-the-matrix", ["film tmdb 603"]),
    ("https://www.imdb.com/title/tt0133093/", ["film imdb tt0133093"]),
    ("Greetings\n imdb.com/title/tt0133093 \n imdb.com/title/tt0234215", []),
    ("Greetings, see tt0133093 and http://www.imdb.com/de/title/tt0133093/ratings", ["film imdb tt0133093"]),
    ('<!DOCTYPE movie [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie><tmdbid>&x;</tmdbid></movie>', []),
    ("no ids here", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_ids_of_a_metadata_file(text: str, expected: list[str]) -> None:
    assert [f"{each.level} {each.provider} {each.value}" for each in ids(text)] == expected


@pytest.mark.parametrize(
    "text", ["<movie>" * 50_000, "<!--" * 50_000, "<a b=" * 50_000, "<![CDATA[" * 50_000]
)
def test_what_only_begins_ends_soon(text: str) -> None:
    assert ids(text) == ()


@given(st.text(st.sampled_from(list("<>/!-[]=\"' tmdbi0123ov\n")), max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert all(each.level in Level for each in ids(f"<movie>{text}"))
