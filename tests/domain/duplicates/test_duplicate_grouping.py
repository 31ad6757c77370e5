"""Groups: what evidence joins, and what never shares a group."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediavault_tui.domain.content.alignment import Alignment, Verdict, placed
from mediavault_tui.domain.content.coverage import Coverage, coverage_of
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.duplicates import (
    Candidate,
    Doubt,
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


@st.composite
def findings(draw: st.DrawFn) -> tuple[list[Candidate], list[Evidence | Veto | Doubt]]:
    """Files of one title or several, and whatever may be said of pairs of them."""
    count = draw(st.integers(2, 7))
    titles = st.sampled_from(["Show", "Show TVLab", None])
    files = [
        Candidate(n, ReleaseName(kind=Kind.MOVIE, title=draw(titles)), name=f"{n}.mkv", duration_s=100.0)
        for n in range(count)
    ]
    said: list[Evidence | Veto | Doubt] = []
    scores = st.sampled_from([70.0, 84.0, 90.0, 97.0])
    for a, b in combinations(range(count), 2):
        if draw(st.booleans()):
            said.append(Evidence(EvidenceKind.TITLE, a, b, draw(scores)))
        what = draw(st.sampled_from(["", "", "same", "part", "unsure", "different", "exact"]))
        start = draw(st.sampled_from([0.0, 0.0, 40.0]))
        stretch = Stretch(0.0, start, 100.0 - start)
        aligned = placed(Alignment(Verdict.SAME, 97, matched=1.0), 1.0, (stretch,), (100.0, 100.0))
        said += {
            "": [],
            "same": [Evidence(EvidenceKind.CONTENT, a, b, draw(scores), coverage=coverage_of(aligned))],
            "part": [Evidence(EvidenceKind.CONTENT, a, b, draw(scores), coverage=Coverage(60.0, 0.5))],
            "unsure": [Doubt(a, b, "unsure")],
            "different": [Veto(a, b, VetoKind.CONTENT, "different")],
            "exact": [Evidence(EvidenceKind.EXACT, a, b, 100.0)],
        }[what]
    return files, said


def grouped(files: list[Candidate], said: list[Evidence | Veto | Doubt]) -> Grouping:
    return group(
        files,
        [each for each in said if isinstance(each, Evidence)],
        [each for each in said if isinstance(each, Veto)],
        SETTINGS,
        [each for each in said if isinstance(each, Doubt)],
    )


def renumbered(each: Any, ids: list[int]) -> Any:
    """The same of files with other ids."""
    a, b = ids[each.a], ids[each.b]
    if a < b:
        return msgspec.structs.replace(each, a=a, b=b)
    if isinstance(each, Evidence) and each.coverage is not None:
        return msgspec.structs.replace(each, a=b, b=a, coverage=each.coverage.turned())
    return msgspec.structs.replace(each, a=b, b=a)


@settings(max_examples=400)
@given(findings(), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_which_file_was_scanned_first(
    found: tuple[list[Candidate], list[Evidence | Veto | Doubt]], random: Any
) -> None:
    files, said = found
    ids = list(range(len(files)))
    random.shuffle(ids)
    other = grouped(
        [msgspec.structs.replace(file, id=ids[file.id]) for file in files],
        [renumbered(each, ids) for each in said],
    )
    names = {ids[file.id]: file.id for file in files}

    def told(grouping: Grouping, names: dict[int, int]) -> Any:
        return (
            sorted((sorted(names[n] for n in g.files), g.kinds, g.confidence) for g in grouping.groups),
            sorted((sorted((names[v.a], names[v.b])), v.kind) for v in grouping.vetoes),
            sorted((sorted((names[e.a], names[e.b])), e.kind, e.score) for e in grouping.loose),
        )

    assert told(grouped(files, said), {n: n for n in range(len(files))}) == told(other, names)


@settings(max_examples=200)
@given(findings())
def test_whatever_joins_them_no_pair_is_sure_that_pictures_doubt(
    found: tuple[list[Candidate], list[Evidence | Veto | Doubt]],
) -> None:
    files, said = found
    kinds = {(e.a, e.b): e.kind for e in said if isinstance(e, Evidence)}
    twins = {(e.a, e.b) for e in said if isinstance(e, Evidence) and e.kind is EvidenceKind.EXACT}
    if twins:
        return  # bytes join whatever else is said
    apart = {(e.a, e.b) for e in said if isinstance(e, Veto)}
    part = {(e.a, e.b) for e in said if isinstance(e, Evidence) and e.partial}
    for each in grouped(files, said).groups:
        pairs = set(combinations(each.files, 2))
        assert not pairs & apart
        if each.confidence >= SETTINGS.confident:
            assert not pairs & part, kinds


@settings(max_examples=60)
@given(libraries, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_files(files: list[Candidate], random: object) -> None:
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    one, other = (
        group(order, title_pairs(order, SETTINGS).evidence, (), SETTINGS) for order in (files, shuffled)
    )
    assert [(g.files, g.confidence) for g in one.groups] == [(g.files, g.confidence) for g in other.groups]
