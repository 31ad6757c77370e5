"""Alignments of pictures as evidence and as vetoes."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from mediavault_tui.domain.content.alignment import Alignment, Verdict, placed
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.duplicates import (
    Candidate,
    Doubt,
    Evidence,
    Veto,
    VetoKind,
    contained,
    content_finding,
)

Build = Callable[..., Candidate]


def aligned(verdict: Verdict, overlap_a: float = 0.98, overlap_b: float = 0.97) -> Alignment:
    return Alignment(verdict, 96, 2.5, 1.25, 60.0, overlap_a, overlap_b)


def test_same_pictures_are_evidence_with_offset_and_speed(film: Build) -> None:
    found = content_finding(film(1, "A"), film(2, "B"), aligned(Verdict.SAME))
    assert isinstance(found, Evidence)
    assert (found.a, found.b, found.score, found.offset_s, found.speed) == (1, 2, 96, 2.5, 1.25)


def test_the_order_of_the_files_turns_offset_and_speed_around(film: Build) -> None:
    found = content_finding(film(2, "B"), film(1, "A"), aligned(Verdict.SAME))
    assert isinstance(found, Evidence)
    assert (found.a, found.b, found.offset_s, found.speed) == (1, 2, -2.5, 0.8)


def test_different_pictures_are_a_veto_and_unsure_ones_a_doubt(film: Build) -> None:
    veto = content_finding(film(2, "A"), film(1, "A"), aligned(Verdict.DIFFERENT))
    assert isinstance(veto, Veto)
    assert (veto.a, veto.b, veto.kind) == (1, 2, VetoKind.CONTENT)
    doubt = content_finding(film(2, "A"), film(1, "A"), aligned(Verdict.UNSURE))
    assert isinstance(doubt, Doubt)
    assert (doubt.a, doubt.b) == (1, 2)


def test_what_the_common_part_leaves_out_is_said_in_minutes(film: Build) -> None:
    clean, recording = film(1, "A", duration_s=300.0), film(2, "A", duration_s=324.0)
    found = content_finding(
        clean, recording, Alignment(Verdict.SAME, 100, 12.0, 1.0, 300.0, 1.0, 300 / 324, 1.0)
    )
    assert isinstance(found, Evidence) and found.coverage is not None
    assert found.coverage.agrees, "one lies in the other"
    assert [round(t, 3) for t in (found.coverage.b.before_s, found.coverage.b.after_s)] == [12.0, 12.0]
    assert "b has 0:12 before and 0:12 after" in found.reasons[1].text


@pytest.mark.parametrize(
    ("changes", "agrees"),
    [
        ({}, True),
        ({"matched": 0.8}, False),
        ({"stretches": (Stretch(0.0, 0.0, 35.0), Stretch(65.0, 65.0, 235.0))}, False),
        ({"offset_s": -30.0, "overlap_s": 270.0, "overlap_a": 0.9, "overlap_b": 0.9}, False),
        ({"offset_s": -30.0, "overlap_s": 270.0, "overlap_a": 0.9, "overlap_b": 1.0}, True),
        ({"offset_s": -3.0, "overlap_s": 297.0, "overlap_a": 0.99, "overlap_b": 0.99}, True),
        ({"speed": 25 * 1001 / 24000, "overlap_b": 1.0}, True),
    ],
)
def test_pictures_agree_along_the_whole_of_one_file_or_in_a_part_only(
    film: Build, changes: dict[str, Any], agrees: bool
) -> None:
    alignment = Alignment(Verdict.SAME, 100, 0.0, 1.0, 300.0, 1.0, 1.0, 1.0)
    found = content_finding(film(1, "A"), film(2, "B"), msgspec.structs.replace(alignment, **changes))
    assert isinstance(found, Evidence)
    assert found.partial is not agrees


def test_black_at_the_ends_is_nothing_to_miss(film: Build) -> None:
    alignment = Alignment(Verdict.SAME, 100, 20.0, 1.0, 300.0, 1.0, 300 / 340, 1.0, blank_b=(19.0, 18.5))
    found = content_finding(film(1, "A"), film(2, "A"), alignment)
    assert isinstance(found, Evidence) and found.coverage is not None
    assert [round(t, 3) for t in (found.coverage.b.before_s, found.coverage.b.after_s)] == [1.0, 1.5]


@pytest.mark.parametrize("damaged", [False, True])
def test_a_part_of_a_longer_file_is_no_copy_unless_it_is_truncated(film: Build, damaged: bool) -> None:
    whole, part = film(1, "A", duration_s=5400.0), film(2, "A", duration_s=2700.0, damaged=damaged)
    found = content_finding(whole, part, aligned(Verdict.SAME, 0.5, 1.0))
    assert isinstance(found, Evidence if damaged else Veto)


@pytest.mark.parametrize(("share", "kind"), [(0.5, Evidence), (0.3, Evidence), (0.2, Veto)])
def test_a_clip_may_be_trimmed_far_more_than_a_film(film: Build, share: float, kind: type) -> None:
    whole, part = film(1, "A", duration_s=60.0), film(2, "B", duration_s=60.0 * share)
    assert isinstance(content_finding(whole, part, aligned(Verdict.SAME, share, 1.0)), kind)


def test_a_part_is_told_with_its_place_in_the_whole(film: Build) -> None:
    clip, whole = film(2, "A", duration_s=30.0), film(1, "B", duration_s=600.0)
    alignment = placed(
        Alignment(Verdict.SAME, 99, matched=1.0), 1.0, (Stretch(0.0, 90.0, 30.0),), (30.0, 600.0)
    )
    for found in (contained(clip, whole, alignment), contained(whole, clip, alignment.turned())):
        assert found is not None
        assert (found.part, found.whole, found.start_s, found.end_s) == (2, 1, 90.0, 120.0)
        assert (found.offset_s, found.speed) == (90.0, 1.0)
        assert found.reasons[-1].text == "all of it is 5% of the other: 1:30–2:00"
    veto = content_finding(clip, whole, alignment)
    assert isinstance(veto, Veto) and veto.kind is VetoKind.CONTAINS
    assert veto.reason == "the same pictures, but one is a part of the other: 5% of it, 1:30–2:00"


@pytest.mark.parametrize(
    ("stretches", "seconds", "pieces"),
    [
        ([(0, 100, 20), (20, 300, 20)], (40, 600), ", in 2 pieces"),  # a trailer, an episode in a compilation
        ([(0, 0, 300)], (300, 310), None),  # nearly all of it
        ([(0, 300, 200)], (300, 600), None),  # a part of the part only
    ],
)
def test_what_lies_wholly_in_another_is_a_part_also_in_pieces(
    film: Build, stretches: list[tuple[float, float, float]], seconds: tuple[float, float], pieces: str | None
) -> None:
    runs = tuple(Stretch(*each) for each in stretches)
    alignment = placed(Alignment(Verdict.SAME, 99, matched=1.0), 1.0, runs, seconds)
    files = film(1, "A", duration_s=seconds[0]), film(2, "B", duration_s=seconds[1])
    found = contained(*files, alignment)
    assert (found is None) == (pieces is None)
    if found is not None and pieces is not None:
        assert found.reasons[-1].text.endswith(pieces)
        assert len(found.stretches) == len(runs)


def test_an_offset_that_was_not_measured_is_not_told(film: Build) -> None:
    guess = msgspec.structs.replace(aligned(Verdict.SAME), measured=False)
    found = content_finding(film(1, "A"), film(2, "B"), guess)
    assert isinstance(found, Evidence)
    assert (found.offset_s, found.speed) == (None, None)
    assert contained(film(1, "A"), film(2, "B"), guess) is None
