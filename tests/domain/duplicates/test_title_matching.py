"""Pairs by name: what is confident, what is possible, what is neither."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from mediavault_tui.domain.duplicates import Candidate, VetoKind, exact_pairs, title_pairs
from mediavault_tui.domain.duplicates.duration import runtime_reason
from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.settings import Match

Build = Callable[..., Candidate]
SETTINGS = Match()


def tiers(files: Sequence[Candidate]) -> dict[tuple[int, int], str]:
    found = title_pairs(files, SETTINGS).evidence
    return {(e.a, e.b): "confident" if e.score >= SETTINGS.confident else "possible" for e in found}


def tier(a: Candidate, b: Candidate, *others: Candidate) -> str | None:
    return tiers([a, b, *others]).get((a.id, b.id))


def test_the_same_episode_under_two_spellings(episode: Build) -> None:
    assert tier(episode(1, "RedDwarf", 1, 1), episode(2, "Red Dwarf", 1, 1)) == "confident"


def test_a_release_tag_read_as_part_of_the_title(episode: Build) -> None:
    assert tier(episode(1, "RedDwarf TVLab", 1, 1), episode(2, "RedDwarf", 1, 1)) == "confident"


def test_a_known_release_group_in_front_of_the_title(episode: Build) -> None:
    other = episode(3, "Lost", 1, 1, release_group="Wondercrew")
    pair = episode(1, "wondercrew red dwarf", 1, 1), episode(2, "red dwarf", 1, 1)
    assert tier(*pair, other) == "confident"
    assert tier(*pair) != "confident"


def test_a_spin_off_is_never_confident(episode: Build) -> None:
    pair = episode(1, "The Walking Dead", 1, 1), episode(2, "Fear the Walking Dead", 1, 1)
    assert tier(*pair) != "confident"


def test_two_shows_that_both_recur_are_not_even_possible(episode: Build) -> None:
    one = [episode(n, "The Walking Dead", 1, n, duration_s=2700.0) for n in range(1, 5)]
    other = [episode(10 + n, "Fear the Walking Dead", 1, n, duration_s=2700.0) for n in range(1, 5)]
    assert tiers([*one, *other]) == {}


def test_folders_of_their_own_part_similar_titles(episode: Build) -> None:
    a = episode(1, "Killing", 1, 1, folders=("Season 1", "The Killing"), duration_s=2700.0)
    b = episode(2, "Killing Field", 1, 1, folders=("Season 1", "The Killing Field"), duration_s=2700.0)
    assert tier(a, b) is None


def test_a_shared_folder_joins_a_title_with_a_tag(episode: Build) -> None:
    a = episode(1, "red dwarf tvlab", 1, 1, folders=("Red Dwarf",))
    b = episode(2, "red dwarf", 1, 1, folders=("Red Dwarf",))
    assert tier(a, b) == "possible"


def test_films_need_the_same_year_or_a_missing_one(film: Build) -> None:
    assert tier(film(1, "Dune", year=2021), film(2, "Dune", year=2021)) == "confident"
    assert tier(film(1, "Dune", year=2021), film(2, "Dune")) == "confident"
    assert tier(film(1, "Dune", year=2021), film(2, "Dune", year=2020)) == "possible"
    assert tier(film(1, "Dune", year=2021), film(2, "Dune", year=1984)) is None


def test_years_one_apart_and_other_runtimes_are_only_possible(film: Build) -> None:
    a, b = film(1, "Primer", year=2004, duration_s=4600.0), film(2, "Primer", year=2005, duration_s=5100.0)
    assert tier(a, b) == "possible"


def test_a_missing_year_is_ambiguous_among_remakes(film: Build) -> None:
    found = tiers([film(1, "Dune", year=1984), film(2, "Dune", year=2021), film(3, "Dune")])
    assert found == {(1, 3): "possible", (2, 3): "possible"}


def test_a_film_never_pairs_with_an_episode(film: Build, episode: Build) -> None:
    assert tier(film(1, "Fargo"), episode(2, "Fargo", 1, 1)) is None


def test_extras_never_pair(film: Build) -> None:
    extra = film(1, "Jaws", year=1975, kind=Kind.EXTRA)
    assert tier(extra, film(2, "Jaws", year=1975)) is None
    assert tier(extra, film(2, "Jaws", year=1975, kind=Kind.EXTRA)) is None


@pytest.mark.parametrize("title", [None, "VTS 01 1", "title t00", "movie", "00000", "track 1"])
def test_files_without_a_telling_title_never_pair(film: Build, title: str | None) -> None:
    assert tier(film(1, title), film(2, title)) is None


def test_an_episode_without_title_pairs_with_nothing(episode: Build) -> None:
    assert tier(episode(1, None, 1, 1), episode(2, None, 1, 1)) is None


def test_countries(episode: Build) -> None:
    us, uk = (episode(n, "The Office", 1, 2, country=c) for n, c in ((1, "US"), (2, "GB")))
    plain = episode(3, "The Office", 1, 2)
    assert tiers([us, uk]) == {}
    assert tiers([us, plain]) == {(1, 3): "confident"}
    assert tiers([us, uk, plain]) == {(1, 3): "possible", (2, 3): "possible"}


def test_countries_by_folder(episode: Build) -> None:
    us, uk = (
        episode(n, "The Office", 1, 2, folders=("Season 1", f))
        for n, f in ((1, "Office (US)"), (2, "The.Office.UK"))
    )
    assert tiers([us, uk]) == {}
    assert tiers([us, episode(3, "The Office", 1, 2, country="US")]) == {(1, 3): "confident"}


def test_a_whole_season_under_a_tag_is_possible(episode: Build) -> None:
    tagged = [episode(n, "RedDwarf TVLab", 1, n) for n in range(1, 7)]
    plain = [episode(10 + n, "Red Dwarf", 1, n) for n in range(1, 7)]
    assert tiers([*tagged, *plain]) == {(n, 10 + n): "possible" for n in range(1, 7)}


def test_a_title_that_stands_once_beside_one_that_recurs_is_possible(episode: Build) -> None:
    plain = [episode(10 + n, "Red Dwarf", 1, n) for n in range(1, 7)]
    assert tiers([episode(1, "red dwarf tvlab", 1, 1), *plain]) == {(1, 11): "possible"}


def test_a_country_that_is_the_last_word_of_the_title(episode: Build) -> None:
    assert tier(episode(1, "This Is", 1, 1, country="US"), episode(2, "This Is Us", 1, 1)) == "confident"


def test_alternative_titles(film: Build) -> None:
    a = film(1, "Sen to Chihiro", alternative_titles=("Spirited Away",), year=2001)
    assert tier(a, film(2, "Spirited Away", year=2001)) == "confident"
    assert (
        tier(film(3, "Sen to Chihiro AKA Spirited Away", year=2001), film(4, "Spirited Away")) == "confident"
    )


def test_an_alternative_title_behind_aka(film: Build) -> None:
    a = film(1, "Sen to Chihiro", alternative_titles=("aka Spirited Away",), year=2001)
    assert tier(a, film(2, "Spirited Away", year=2001)) == "confident"
    assert tier(a, film(2, "AKA", year=2001)) is None


def test_an_edition_left_in_the_title(film: Build) -> None:
    a = film(1, "Prometheus Special Edition", year=2012, edition="Special")
    assert tier(a, film(2, "Prometheus", year=2012, edition="Special")) == "confident"


def test_titles_in_two_scripts(film: Build) -> None:
    a = film(1, "Солярис Solaris", year=1972)
    assert tier(a, film(2, "Solaris", year=1972)) == "confident"


def test_a_mark_in_brackets_is_no_alternative_title(film: Build) -> None:
    a, b = (film(n, t, alternative_titles=("HC",), year=2014) for n, t in ((1, "Lucy"), (2, "Annabelle")))
    assert tier(a, b) is None


def test_absolute_numbers_are_of_the_first_season(episode: Build) -> None:
    absolute = episode(1, "Steins Gate", None, 5)
    assert tier(absolute, episode(2, "Steins Gate", 1, 5)) == "confident"
    assert tier(absolute, episode(2, "Steins Gate", 2, 5)) is None


def test_absolute_numbers_reach_later_seasons_only_past_whole_ones(episode: Build) -> None:
    first = [episode(n, "Naruto", 1, n) for n in range(1, 13)]
    later, absolute = episode(20, "Naruto", 2, 1), episode(21, "Naruto", None, 13)
    assert tiers([*first, later, absolute]) == {(20, 21): "possible"}
    assert tiers([*first[:5], *first[6:], later, absolute]) == {}
    assert tiers([later, absolute]) == {}


def test_an_absolute_number_with_the_same_episode_title_and_runtime_is_confident(episode: Build) -> None:
    first = [episode(n, "Naruto", 1, n) for n in range(1, 13)]
    known = {"episode_title": "A New Start", "duration_s": 1400.0}
    assert tiers(
        [*first, episode(20, "Naruto", 2, 1, **known), episode(21, "Naruto", None, 13, **known)]
    ) == {(20, 21): "confident"}


def test_daily_shows_go_by_date(episode: Build) -> None:
    a, b, c = (
        episode(n, "Conan", date=d) for n, d in ((1, "2014-04-04"), (2, "2014-04-04"), (3, "2014-04-05"))
    )
    assert tiers([a, b, c]) == {(1, 2): "confident"}


def test_specials_with_other_titles_are_only_possible(episode: Build) -> None:
    a = episode(1, "Sherlock", 0, 10, episode_title="The Abominable Bride")
    b = episode(2, "Sherlock", 0, 10, episode_title="Unlocking Sherlock")
    assert tier(a, b) == "possible"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (5400.0, 5420.0, "confident"),
        (5400.0, 5400.0 / (25 * 1001 / 24000), "confident"),
        (5400.0, 5380.0, "confident"),
        (5400.0, 5370.0, "possible"),
        (5400.0, 5000.0, "possible"),
        (5400.0, 4400.0, "possible"),
        (5400.0, 2700.0, None),
    ],
)
def test_runtimes_lower_confidence(film: Build, a: float, b: float, expected: str | None) -> None:
    one, other = (film(n, "Heat", year=1995, duration_s=s) for n, s in ((1, a), (2, b)))
    assert tier(one, other) == expected


@pytest.mark.parametrize(
    ("fps", "expected"),
    [((23.976, 25.0), "confident"), ((24.0, 24.0), "possible"), ((25.0, 25.0), "possible")],
)
def test_only_what_runs_at_25_is_sped_up(film: Build, fps: tuple[float, float], expected: str) -> None:
    runtimes = 5400.0, 5400.0 / (25 * 1001 / 24000)
    one, other = (
        film(n, "Heat", year=1995, duration_s=s, fps=rate)
        for n, s, rate in zip((1, 2), runtimes, fps, strict=True)
    )
    assert tier(one, other) == expected


def test_a_truncated_file_is_not_judged_by_its_runtime(film: Build) -> None:
    whole = film(1, "Heat", year=1995, duration_s=10_000.0)
    assert tier(whole, film(2, "Heat", year=1995, duration_s=900.0, damaged=True)) == "confident"


@pytest.mark.parametrize(("a", "b"), [(None, 10.0), (10.0, None), (0.0, 10.0), (-1.0, 10.0)])
def test_unknown_runtimes_say_nothing(a: float | None, b: float | None) -> None:
    assert runtime_reason(a, b) is None


def test_telling_vetoes_are_reported_and_others_are_not(film: Build, episode: Build) -> None:
    files = [
        film(1, "Aliens", year=1986),
        film(2, "Aliens", year=1986, edition="Special Edition"),
        episode(3, "Lost", 1, 1),
        episode(4, "Lost", 1, 1, 2),
        episode(5, "Lost", 1, 2),
    ]
    vetoes = {(v.a, v.b): v.kind for v in title_pairs(files, SETTINGS).vetoes}
    contains = VetoKind.CONTAINS
    assert vetoes == {(1, 2): VetoKind.EDITION, (3, 4): contains, (4, 5): contains}


def test_every_score_is_the_sum_of_its_reasons_within_bounds(film: Build) -> None:
    files = [film(n, t, year=y) for n, (t, y) in enumerate([("Dune", 2021), ("Dune", None), ("Duné", 2020)])]
    for e in title_pairs(files, SETTINGS).evidence:
        assert e.score == max(0, min(100, sum(r.points for r in e.reasons)))


def test_many_files_of_one_name_do_not_meet_each_with_each() -> None:
    name = ReleaseName(Kind.MOVIE, "Holiday")
    found = title_pairs([Candidate(n, name) for n in range(3000)], SETTINGS).evidence
    assert 2999 <= len(found) < 10_000


def test_exact_pairs_share_size_and_hash(film: Build) -> None:
    files = [
        film(1, "A", content_hash="x", size=10),
        film(2, None, content_hash="x", size=10),
        film(3, "C", content_hash="x", size=11),
        film(4, "D", content_hash="y", size=10),
        film(5, "E", content_hash="x", size=10),
        film(6, "F", content_hash="z", size=0),
        film(7, "G", content_hash="z", size=0),
        film(8, "H", size=10),
    ]
    assert [(e.a, e.b) for e in exact_pairs(files)] == [(1, 2), (1, 5)]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"title": "Daredevil"}, {"title": "Marvels Daredevil"}, "confident"),
        ({"title": "Daredevil"}, {"title": "Daredevil Marvels"}, None),
        ({"title": "Law and Order SVU"}, {"title": "Law & Order: Special Victims Unit"}, "confident"),
        ({"title": "CSI"}, {"title": "CSI Crime Scene Investigation"}, "confident"),
        ({"title": "CSI"}, {"title": "CSI Miami"}, None),
        ({"title": "The Bridge", "country": "US"}, {"title": "The Bridge", "year": 2011}, "possible"),
        ({"title": "The Bridge", "country": "US"}, {"title": "The Bridge"}, "confident"),
    ],
)
def test_owners_initials_and_what_tells_shows_apart(
    episode: Build, a: dict[str, Any], b: dict[str, Any], expected: str | None
) -> None:
    assert tier(episode(1, a.pop("title"), 1, 1, **a), episode(2, b.pop("title"), 1, 1, **b)) == expected


def test_films_a_year_apart_are_others_where_a_title_recurs(film: Build) -> None:
    a, b, c = (film(n, "Holiday", year=year) for n, year in ((1, 2010), (2, 2011), (3, 2014)))
    assert tier(a, b) == "possible"
    assert tiers([a, b, c]) == {(1, 2): "possible"}


def test_a_short_release_group_may_be_a_word_of_a_title(episode: Build) -> None:
    other = episode(3, "Lost", 1, 1, release_group="FEAR")
    pair = episode(1, "Fear the Walking Dead", 1, 1), episode(2, "The Walking Dead", 1, 1)
    assert tier(*pair, other) != "confident"


def test_years_of_seasons_do_not_make_several_shows(episode: Build) -> None:
    named = [
        episode(n, "Copper Lane", n, 1, year=2014 + n, name=f"Copper.Lane.S0{n}E01.{2014 + n}.mkv")
        for n in range(1, 5)
    ]
    plain = episode(9, "Copper Lane", 3, 1, name="Copper Lane - 3x01.avi")
    assert tiers([*named, plain]) == {(3, 9): "confident"}


def test_packs_of_several_seasons_pair_where_their_names_say_the_same(episode: Build) -> None:
    one = episode(1, "Copper Lane", 1, name="Copper.Lane.S01-S10.COMPLETE.720p.BluRay.mkv")
    same = episode(2, "Copper Lane", 1, name="Copper Lane S01-S10 COMPLETE 1080p WEB-DL.mkv")
    shorter = episode(3, "Copper Lane", 1, name="Copper.Lane.S01-S09.COMPLETE.720p.BluRay.mkv")
    assert tier(one, same) == "confident"
    assert tier(one, shorter) != "confident"


def test_an_unnumbered_special_needs_the_same_title(episode: Build) -> None:
    def special(number: int, title: str) -> Candidate:
        name = f"Copper.Lane.S06.{title.replace(' ', '.')}.{number}080p.mkv"
        return episode(number, "Copper Lane", 6, episode_title=title, name=name)

    assert tier(special(1, "Winter Tin"), special(2, "Winter Tin")) == "confident"
    assert tier(special(1, "Winter Tin"), special(2, "Summer Tin")) != "confident"
