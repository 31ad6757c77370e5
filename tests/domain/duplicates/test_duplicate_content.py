"""Alignments of pictures as evidence and as vetoes."""

from collections.abc import Callable

import pytest

from mediavault_tui.domain.alignment import Alignment, Verdict
from mediavault_tui.domain.duplicates import Candidate, Evidence, Veto, VetoKind, content_finding

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


def test_different_pictures_are_a_veto_and_unsure_ones_say_nothing(film: Build) -> None:
    veto = content_finding(film(2, "A"), film(1, "A"), aligned(Verdict.DIFFERENT))
    assert isinstance(veto, Veto)
    assert (veto.a, veto.b, veto.kind) == (1, 2, VetoKind.CONTENT)
    assert content_finding(film(1, "A"), film(2, "A"), aligned(Verdict.UNSURE)) is None


@pytest.mark.parametrize("damaged", [False, True])
def test_a_part_of_a_longer_file_is_no_copy_unless_it_is_truncated(film: Build, damaged: bool) -> None:
    whole, part = film(1, "A", duration_s=5400.0), film(2, "A", duration_s=2700.0, damaged=damaged)
    found = content_finding(whole, part, aligned(Verdict.SAME, 0.5, 1.0))
    assert isinstance(found, Evidence if damaged else Veto)


@pytest.mark.parametrize(("share", "kind"), [(0.5, Evidence), (0.3, Evidence), (0.2, Veto)])
def test_a_clip_may_be_trimmed_far_more_than_a_film(film: Build, share: float, kind: type) -> None:
    whole, part = film(1, "A", duration_s=60.0), film(2, "B", duration_s=60.0 * share)
    assert isinstance(content_finding(whole, part, aligned(Verdict.SAME, share, 1.0)), kind)
