"""What joins two files of a group, and what doubts keep apart."""

from collections.abc import Callable

from mediavault_tui.domain.content.alignment import Alignment, Verdict, placed
from mediavault_tui.domain.content.coverage import Coverage, Side, coverage_of
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.duplicates import (
    Candidate,
    Doubt,
    Evidence,
    VetoKind,
    coverage_between,
    group,
    kinds_of_pairs,
    title_pairs,
)
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Match

Build = Callable[..., Candidate]
EXACT, TITLE, CONTENT = EvidenceKind.EXACT, EvidenceKind.TITLE, EvidenceKind.CONTENT
SETTINGS = Match()


def link(kind: EvidenceKind, a: int, b: int, coverage: Coverage | None = None) -> Evidence:
    return Evidence(kind, a, b, 99.0, coverage=coverage)


def test_a_kind_holds_along_a_chain_of_it_and_of_the_same_bytes_only() -> None:
    evidence = [link(EXACT, 1, 2), link(CONTENT, 2, 3), link(TITLE, 3, 4), link(TITLE, 1, 3)]
    found = kinds_of_pairs([1, 2, 3, 4], evidence)
    assert found[1, 2] == {EXACT}
    assert found[1, 3] == found[2, 3] == {CONTENT, TITLE}
    assert found[3, 4] == {TITLE}
    assert found[1, 4] == {TITLE}, "joined by way of a title, never the same pictures"


def test_same_bytes_bear_the_same_title_only_where_names_say_so() -> None:
    evidence = [link(EXACT, 1, 2), link(TITLE, 1, 2), link(EXACT, 1, 3)]
    found = kinds_of_pairs([1, 2, 3], evidence)
    assert found[1, 2] == {EXACT, TITLE}


def test_pictures_that_agree_in_a_part_join_nothing_but_what_they_alone_join() -> None:
    part = Coverage(60.0, 0.7)
    evidence = [link(CONTENT, 1, 2, part), link(TITLE, 1, 2), link(CONTENT, 1, 3, part)]
    found = kinds_of_pairs([1, 2, 3], evidence)
    assert found[1, 2] == {TITLE}
    assert found[1, 3] == {CONTENT}


def test_twins_have_the_same_in_common_with_a_third() -> None:
    coverage = Coverage(60.0, 1.0, Side(1.0), Side(2.0))
    evidence = [link(EXACT, 1, 2), link(CONTENT, 1, 3, coverage)]
    assert coverage_between(evidence, 2, 3) == coverage
    turned = coverage_between(evidence, 3, 2)
    assert turned is not None and (turned.a.before_s, turned.b.before_s) == (2.0, 1.0)
    assert coverage_between(evidence, 1, 2) is None


def shared(*runs: tuple[float, float, float], a_s: float = 100.0, b_s: float = 100.0) -> Coverage:
    """Two files that share these runs (start in a, start in b, length), at one speed."""
    stretches = tuple(Stretch(*run) for run in runs)
    return coverage_of(placed(Alignment(Verdict.SAME, 99, matched=1.0), 1.0, stretches, (a_s, b_s)))


def test_what_two_have_in_common_follows_from_a_third() -> None:
    cut, whole = shared((0, 0, 35), (35, 65, 35), a_s=70), shared((0, 10, 100), b_s=110)
    evidence = [link(CONTENT, 1, 2, cut), link(CONTENT, 2, 3, whole)]
    found = coverage_between(evidence, 1, 3)
    assert found is not None
    assert found.stretches == (Stretch(0, 10, 35), Stretch(35, 75, 35))
    assert (found.b.before_s, found.b.between) == (10.0, ((45.0, 75.0),))
    assert coverage_between(evidence, 3, 1) == found.turned()


def test_two_parts_of_a_third_file_are_no_copies_of_each_other(film: Build) -> None:
    files = [film(n, None, name=f"{n}.mkv", duration_s=100.0 if n == 3 else 50.0) for n in (1, 2, 3)]
    first, second = shared((0, 0, 50), a_s=50), shared((0, 50, 50), a_s=50)
    evidence = [link(CONTENT, 1, 3, first), link(CONTENT, 2, 3, second)]
    found = group(files, evidence, (), SETTINGS)
    assert [each.files for each in found.groups] == [(1, 3)]
    assert [(veto.a, veto.b, veto.kind) for veto in found.vetoes] == [(1, 2, VetoKind.CONTENT)]
    nothing = coverage_between(evidence, 1, 2)
    assert nothing is not None and (nothing.common_s, nothing.a.alone_s) == (0.0, 50.0)


def test_pictures_do_not_join_by_way_of_a_third_what_they_doubt(film: Build) -> None:
    """1 lies in 3 and 2 lies in 3, each with half of it: what 1 and 2 share is less than either."""
    files = [film(n, "Heat", year=1995, duration_s=100.0) for n in (1, 2, 3)]
    first, second = shared((0, 0, 70), a_s=70), shared((0, 30, 70), a_s=70)
    evidence = [
        *title_pairs(files, SETTINGS).evidence,
        link(CONTENT, 1, 3, first),
        link(CONTENT, 2, 3, second),
    ]
    for doubts in ([], [Doubt(1, 2, "match along 38 %")]):
        found = group(files, evidence, (), SETTINGS, doubts)
        sure = [each.files for each in found.groups if each.confidence >= SETTINGS.confident]
        assert not any({1, 2} <= set(each) for each in sure)


def test_a_doubt_caps_what_the_names_say(film: Build) -> None:
    files = [film(n, "Heat", year=1995) for n in (1, 2)]
    evidence = title_pairs(files, SETTINGS).evidence
    (found,) = group(files, evidence, (), SETTINGS, [Doubt(1, 2, "match along 38 %")]).groups
    assert SETTINGS.possible <= found.confidence < SETTINGS.confident
    assert any("38 %" in reason.text for reason in found.reasons)


def test_names_do_not_join_by_way_of_a_third_what_pictures_doubt(film: Build) -> None:
    files = [film(n, "Heat", year=1995) for n in (1, 2, 3)]
    evidence = title_pairs(files, SETTINGS).evidence
    found = group(files, evidence, (), SETTINGS, [Doubt(1, 2, "match along 38 %")])
    assert not any({1, 2} <= set(each.files) for each in found.groups)
    assert [(veto.a, veto.b, veto.kind) for veto in found.vetoes] == [(1, 2, VetoKind.UNSURE)]


def test_pictures_that_agree_join_what_two_others_doubt(film: Build) -> None:
    files = [film(n, "Heat", year=1995) for n in (1, 2, 3)]
    whole = Coverage(60.0, 1.0, stretches=(Stretch(0.0, 0.0, 60.0),))
    evidence = [
        *title_pairs(files, SETTINGS).evidence,
        link(CONTENT, 1, 3, whole),
        link(CONTENT, 2, 3, whole),
    ]
    found = group(files, evidence, (), SETTINGS, [Doubt(1, 2, "very dark")])
    assert [each.files for each in found.groups] == [(1, 2, 3)]
    assert found.groups[0].confidence >= SETTINGS.confident


def test_a_part_in_common_is_possible_at_most_whatever_the_title(film: Build) -> None:
    files = [film(n, "Heat", year=1995) for n in (1, 2)]
    evidence = [*title_pairs(files, SETTINGS).evidence, link(CONTENT, 1, 2, Coverage(60.0, 0.7))]
    (found,) = group(files, evidence, (), SETTINGS).groups
    assert found.confidence < SETTINGS.confident
