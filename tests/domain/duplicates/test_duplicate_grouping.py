"""Groups: what evidence joins, and what never shares a group."""

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediavault_tui.domain.duplicates import (
    Candidate,
    Evidence,
    Grouping,
    Veto,
    VetoKind,
    exact_pairs,
    group,
    name_veto,
    title_pairs,
)
from mediavault_tui.domain.media import EvidenceKind, Kind, ReleaseName
from mediavault_tui.domain.settings import Match

Build = Callable[..., Candidate]
SETTINGS = Match()


def by_names(*files: Candidate) -> Grouping:
    return group(files, title_pairs(files, SETTINGS).evidence, (), SETTINGS)


def content(a: int, b: int, score: float = 97.0) -> Evidence:
    return Evidence(EvidenceKind.CONTENT, a, b, score)


def members(grouping: Grouping) -> list[tuple[int, ...]]:
    return [g.files for g in grouping.groups]


def test_three_spellings_make_one_group(film: Build) -> None:
    found = by_names(
        *(film(n, t, year=1979) for n, t in enumerate(["Rocky II", "Rocky 2", "rocky ii"], start=1))
    )
    assert members(found) == [(1, 2, 3)]
    assert found.groups[0].confidence == 100
    assert found.groups[0].kinds == (EvidenceKind.TITLE,)


def test_no_chain_through_a_file_without_a_year(film: Build) -> None:
    found = by_names(film(1, "Dune", year=1984), film(2, "Dune"), film(3, "Dune", year=2021))
    assert all(not {1, 3} <= set(files) for files in members(found))
    assert all(g.confidence < SETTINGS.confident for g in found.groups)


def test_years_do_not_chain(film: Build) -> None:
    found = by_names(*(film(y, "Metropolis", year=y) for y in (2000, 2001, 2002)))
    assert members(found) == [(2000, 2001)]


def test_tags_do_not_chain_two_titles(episode: Build) -> None:
    files = [
        episode(1, "Red Dwarf TVLab", 1, 1),
        episode(2, "Red Dwarf", 1, 1),
        episode(3, "Red Dwarf xRG", 1, 1),
    ]
    assert len(by_names(*files).groups[0].files) == 2


def test_an_extended_cut_stays_out(film: Build) -> None:
    plain = [film(n, "Aliens", year=1986) for n in (1, 2)]
    assert members(by_names(*plain, film(3, "Aliens", year=1986, edition="Extended"))) == [(1, 2)]


def test_other_pictures_veto_a_pair_by_name(film: Build) -> None:
    files = [film(1, "Frozen", year=2013), film(2, "Frozen", year=2013)]
    veto = Veto(1, 2, VetoKind.CONTENT, "different pictures")
    found = group(files, title_pairs(files, SETTINGS).evidence, [veto], SETTINGS)
    assert found.groups == ()
    assert found.vetoes == (veto,)


def test_same_pictures_join_whatever_the_names(film: Build, episode: Build) -> None:
    files = [film(1, None), film(2, "Heat", year=1995)]
    assert members(group(files, [content(1, 2)], (), SETTINGS)) == [(1, 2)]
    files = [episode(1, "Lost", 1, 1), episode(2, "Lost", 1, 2)]
    (found,) = group(files, [content(1, 2)], (), SETTINGS).groups
    assert found.confidence < SETTINGS.confident
    assert "the names disagree" in found.reasons[-1].text


@pytest.mark.parametrize("difference", [{"edition": "Extended"}, {"part": 2}, {"three_d": True}])
def test_same_pictures_do_not_lift_another_edition_part_or_3d(
    film: Build, difference: dict[str, object]
) -> None:
    files = [film(1, "Avatar", year=2009), film(2, "Avatar", year=2009, **difference)]
    assert group(files, [content(1, 2)], (), SETTINGS).groups == ()


def test_the_same_bytes_join_whatever_else(film: Build) -> None:
    files = [
        film(1, "Avatar", three_d=True, content_hash="x", size=1),
        film(2, "Heat", content_hash="x", size=1),
    ]
    (found,) = group(files, exact_pairs(files), (), SETTINGS).groups
    assert (found.confidence, found.kinds) == (100, (EvidenceKind.EXACT,))


def test_kinds_of_evidence_confirm_each_other(film: Build) -> None:
    files = [film(1, "Heat", year=1995), film(2, "Heat")]
    names = title_pairs(files, SETTINGS).evidence
    (alone,) = group(files, names, (), SETTINGS).groups
    (both,) = group(files, [*names, content(1, 2, 90)], (), SETTINGS).groups
    assert both.confidence > max(alone.confidence, 90)
    assert both.kinds == (EvidenceKind.TITLE, EvidenceKind.CONTENT)


def test_possible_pairs_do_not_touch_a_confident_group(film: Build) -> None:
    files = [film(1, "Heat"), film(2, "Heat"), film(3, "Heart")]
    evidence = [Evidence(EvidenceKind.TITLE, 1, 2, 95), Evidence(EvidenceKind.TITLE, 2, 3, 70)]
    found = group(files, evidence, (), SETTINGS)
    assert members(found) == [(1, 2)]
    assert [(e.a, e.b) for e in found.loose] == [(2, 3)]


def test_a_large_group_is_marked_for_review(film: Build) -> None:
    small = Match(max_group=3)
    for count, marked in ((3, False), (4, True)):
        files = [film(n, "Heat", year=1995) for n in range(count)]
        (found,) = group(files, title_pairs(files, small).evidence, (), small).groups
        assert found.needs_review is marked


names = st.builds(
    ReleaseName,
    kind=st.sampled_from([Kind.MOVIE, Kind.EPISODE, Kind.EXTRA, Kind.OTHER]),
    title=st.sampled_from(["Show", "The Show", "Show TVLab", "Show 2", "Shows", None]),
    year=st.sampled_from([None, 2000, 2001, 2010]),
    country=st.sampled_from([None, "US", "GB"]),
    season=st.sampled_from([None, 1, 2]),
    episodes=st.sampled_from([(), (1,), (1, 2), (2,)]),
    edition=st.sampled_from([None, "Extended"]),
    part=st.sampled_from([None, None, 1, 2]),
)
libraries = st.lists(names, min_size=2, max_size=12).map(
    lambda releases: [Candidate(n, release) for n, release in enumerate(releases)]
)


@settings(max_examples=150)
@given(libraries, st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=6))
def test_no_group_holds_a_vetoed_pair_and_no_file_is_in_two(
    files: list[Candidate], different: set[tuple[int, int]]
) -> None:
    vetoes = [Veto(min(p), max(p), VetoKind.CONTENT, "other pictures") for p in different if len(set(p)) == 2]
    found = group(files, title_pairs(files, SETTINGS).evidence, vetoes, SETTINGS)
    forbidden = {(v.a, v.b) for v in vetoes}
    seen: set[int] = set()
    for one in found.groups:
        assert len(one.files) > 1
        assert seen.isdisjoint(one.files)
        seen |= set(one.files)
        for a, b in combinations(one.files, 2):
            assert (a, b) not in forbidden
            assert name_veto(files[a], files[b]) is None


@settings(max_examples=60)
@given(libraries, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_files(files: list[Candidate], random: object) -> None:
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    one, other = (
        group(order, title_pairs(order, SETTINGS).evidence, (), SETTINGS) for order in (files, shuffled)
    )
    assert [(g.files, g.confidence) for g in one.groups] == [(g.files, g.confidence) for g in other.groups]
