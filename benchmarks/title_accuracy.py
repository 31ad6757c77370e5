"""How well names are recognised as the same film or episode: precision, recall and F1 by kind of difficulty.

Compares this program, with its confident and its possible pairs, against a plain weighted formula and against
plain equality of what guessit reads, on one labelled set:

    python benchmarks/title_accuracy.py [NAMES.txt]

The format of the set is described at its top. Within a class every pair of names counts; pairs across classes
count in the last lines only, where all names lie in one library.
"""

import sys
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from guessit import guessit
from rapidfuzz import fuzz

from mediavault_tui.domain import names
from mediavault_tui.domain.duplicates import Candidate, group, title_pairs
from mediavault_tui.domain.media import Kind
from mediavault_tui.domain.nfo import Id, Level
from mediavault_tui.domain.settings import Match

DEFAULT_SET = Path(__file__).parent.parent / "tests/domain/duplicates/labelled_names.txt"
Pairs = set[tuple[int, int]]


class Labelled(NamedTuple):
    """One name with its labels."""

    text: str
    difficulty: str
    work: int


def load(path: Path) -> list[Labelled]:
    """Read a labelled set: `== class` lines, works separated by blank lines, `#` for comments."""
    found: list[Labelled] = []
    difficulty, work = "", 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            difficulty, work = line[3:], work + 1
        elif not line:
            work += 1
        elif not line.startswith("#"):
            found.append(Labelled(line, difficulty, work))
    return found


def true_pairs(labelled: list[Labelled]) -> Pairs:
    """All pairs of names of one work."""
    return {(i, j) for (i, a), (j, b) in combinations(enumerate(labelled), 2) if a.work == b.work}


def formula(texts: list[str]) -> Pairs:
    """Half title, 0.3 season and episode, a tenth each year and resolution; 85 and more, chained."""
    read = [guessit(text) for text in texts]

    def agree(a: Any, b: Any, *keys: str) -> bool:
        return all(a.get(key) == b.get(key) for key in keys)

    def score(a: Any, b: Any) -> float:
        title = fuzz.token_sort_ratio(str(a.get("title", "")), str(b.get("title", "")), processor=str.lower)
        numbers = 30 * agree(a, b, "season", "episode")
        return 0.5 * title + numbers + 10 * agree(a, b, "year") + 10 * agree(a, b, "screen_size")

    close = ((i, j) for i, j in combinations(range(len(read)), 2) if score(read[i], read[j]) >= 85)
    return chained(close, len(texts))


def equality(texts: list[str]) -> Pairs:
    """Same type, title, season, episode and year as guessit reads them."""
    keys = []
    for text in texts:
        read = guessit(text)
        title = "".join(c for c in str(read.get("title", "")).casefold() if c.isalnum())
        keys.append((title, *(str(read.get(k)) for k in ("type", "season", "episode", "year"))))
    return {(i, j) for i, j in combinations(range(len(texts)), 2) if keys[i] == keys[j] and keys[i][0]}


def ours(texts: list[str]) -> tuple[Pairs, Pairs]:
    """Pairs within confident groups, and within possible ones; all names in one library."""
    settings = Match()
    files = [_candidate(i, text) for i, text in enumerate(texts)]
    matches = title_pairs(files, settings)
    sure: Pairs = set()
    possible: Pairs = set()
    for found in group(files, matches.evidence, (), settings).groups:
        tier = sure if found.confidence >= settings.confident else possible
        tier |= set(combinations(found.files, 2))
    return sure, possible


def _candidate(number: int, text: str) -> Candidate:
    release = names.parse(text)
    level = Level.SHOW if release.kind is Kind.EPISODE else Level.FILM
    *folders, name = text.split("/")
    given = frozenset(Id(level, *each) for each in release.ids)
    return Candidate(number, release, name, tuple(reversed(folders)), ids=given)


def chained(close: Iterable[tuple[int, int]], count: int) -> Pairs:
    """All pairs that a chain of close ones connects."""
    home = list(range(count))
    for i, j in close:
        old, new = home[i], home[j]
        home = [new if h == old else h for h in home]
    return {(i, j) for i, j in combinations(range(count), 2) if home[i] == home[j]}


def figures(found: Pairs, true: Pairs) -> str:
    """Precision, recall and F1 in one column; a class without pairs to find says how many are wrong."""
    right = len(found & true)
    if not true:
        return f"{len(found):>11d} wrong "
    precision = right / len(found) if found else 1.0
    recall = right / len(true)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return f"{precision:5.2f} {recall:5.2f} {f1:5.2f} "


def main(path: Path) -> None:
    """Print the table."""
    labelled = load(path)
    texts = [item.text for item in labelled]
    true = true_pairs(labelled)
    sure, possible = ours(texts)
    columns = {
        "formula": formula(texts),
        "equality": equality(texts),
        "confident": sure,
        "with possible": sure | possible,
    }
    classes = list(dict.fromkeys(item.difficulty for item in labelled))
    print(f"{len(labelled)} names, {len(true)} true pairs; precision, recall, F1 of each")
    print(f"{'':36}" + "".join(f"{name:^19}" for name in columns))
    for difficulty in classes:
        inside = {i for i, item in enumerate(labelled) if item.difficulty == difficulty}
        cells = [_restrict(found, inside) for found in columns.values()]
        row = " ".join(figures(found, _restrict(true, inside)) for found in cells)
        print(f"{difficulty:36}{row}")
    print(f"{'all names in one library':36}" + " ".join(figures(found, true) for found in columns.values()))
    if "-v" in sys.argv:
        _tell_mistakes(texts, true, sure, possible)


def _restrict(pairs: Pairs, inside: set[int]) -> Pairs:
    return {(i, j) for i, j in pairs if i in inside and j in inside}


def _tell_mistakes(texts: list[str], true: Pairs, sure: Pairs, possible: Pairs) -> None:
    lists = {"wrong": sure - true, "possible, wrong": possible - true, "possible, right": possible & true}
    lists["missed"] = true - sure - possible
    for title, pairs in lists.items():
        for i, j in sorted(pairs):
            print(f"{title}: {texts[i]!r} {texts[j]!r}")


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]
    main(given[0] if given else DEFAULT_SET)
