"""The whole way from names to groups on a labelled set: the same figures that the benchmark prints."""

from itertools import combinations
from pathlib import Path

import pytest

from mediavault_tui.domain import names
from mediavault_tui.domain.duplicates import Candidate, group, title_pairs
from mediavault_tui.domain.settings import Match

LABELLED = Path(__file__).parent / "labelled_names.txt"


def labelled() -> list[tuple[str, int]]:
    """Names with the number of their work."""
    found, work = [], 0
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("== "):
            work += 1
        elif not line.startswith("#"):
            found.append((line, work))
    return found


@pytest.mark.slow
def test_names_are_grouped_as_labelled() -> None:
    files, works = [], {}
    for number, (text, work) in enumerate(labelled()):
        *folders, name = text.split("/")
        files.append(Candidate(number, names.parse(text), name, tuple(reversed(folders))))
        works[number] = work
    true = {(a, b) for a, b in combinations(works, 2) if works[a] == works[b]}
    settings = Match()
    groups = group(files, title_pairs(files, settings).evidence, (), settings).groups
    sure = [g for g in groups if g.confidence >= settings.confident]
    found = {pair for g in sure for pair in combinations(g.files, 2)}
    assert len(files) >= 300
    assert len(found & true) / len(found) >= 0.99
    assert len(found & true) / len(true) >= 0.97
