"""Which pairs are looked at with several times as many pictures before their frames are compared."""

import msgspec
import pytest

from mediavault_tui.domain.content import picture_alignment
from mediavault_tui.domain.content.alignment import Alignment, Verdict, placed
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.engine import worker_tasks
from mediavault_tui.services import frames


def rough(
    runtime_s: float, common_s: float, verdict: Verdict = Verdict.SAME, matched: float = 1.0
) -> Alignment:
    found = Alignment(verdict, 80, matched=matched)
    return placed(found, 1.0, (Stretch(0.0, 0.0, common_s),), (runtime_s, runtime_s))


@pytest.mark.parametrize(
    ("given", "refined", "closer"),
    [
        (rough(5400, 5400), Verdict.SAME, False),
        (rough(5400, 5400), Verdict.UNSURE, True),
        (rough(5400, 4000), Verdict.SAME, True),
        (rough(5400, 5400, matched=0.8), Verdict.SAME, True),
        (rough(5400, 5400, Verdict.UNSURE), Verdict.SAME, True),
        (rough(5400, 5400, Verdict.DIFFERENT), Verdict.DIFFERENT, False),
        (rough(100, 60), Verdict.SAME, False),
        (rough(100, 60, Verdict.UNSURE), Verdict.UNSURE, False),
    ],
)
def test_long_pairs_that_do_not_agree_along_the_whole_are_looked_at_closely(
    monkeypatch: pytest.MonkeyPatch, tmp_path, given: Alignment, refined: Verdict, closer: bool
) -> None:
    for name in "ab":
        (tmp_path / name).touch()
    looked: list[bytes] = []
    found = rough(5400, 5300)
    monkeypatch.setattr(worker_tasks, "_thorough", lambda path, _changed: looked.append(path))
    monkeypatch.setattr(picture_alignment, "compare", lambda _a, _b: found)
    monkeypatch.setattr(
        frames, "refine", lambda _a, _b, told, **_every: msgspec.structs.replace(told, verdict=refined)
    )
    a, b = (bytes(tmp_path / name) for name in "ab")
    answer = worker_tasks.refine(a, b, given)
    assert looked == ([a, b] if closer else [])
    assert answer.stretches == (found if closer else given).stretches
