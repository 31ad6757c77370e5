"""How well names are read: plain guessit against ours, per field and per class of difficulty.

    python -m benchmarks.names_accuracy [FILE] [--verbose]

FILE is in the form of `benchmarks/data/names.txt`, the default. That table was written together with the
corrections, so its score says that they do what they claim, not how they do on names nobody has seen;
give it a FILE of your own for that.
"""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from guessit import guessit

from mediavault_tui.domain.media import ReleaseName
from mediavault_tui.domain.names import parse

TABLE = Path(__file__).parent / "data" / "names.txt"
FIELDS = ("kind", "title", "year", "season", "episodes")


class Label(msgspec.Struct, frozen=True):
    """One line of the table: a name and how it is to be read."""

    group: str
    name: str
    kind: str
    title: str | None
    year: int | None
    season: int | None
    episodes: tuple[int, ...]


def labels(path: Path = TABLE) -> list[Label]:
    """All lines of a table."""
    found: list[Label] = []
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if " | " in line:
            found.append(_label(group, line))
        elif line.startswith("["):
            group = line.strip("[]")
    return found


def _label(group: str, line: str) -> Label:
    name, kind, title, year, season, episodes = (part.strip() for part in line.rsplit(" | ", 5))

    def number(text: str) -> int | None:
        return None if text == "-" else int(text)

    return Label(
        group, name, kind, None if title == "-" else title, number(year), number(season), _numbers(episodes)
    )


def _numbers(text: str) -> tuple[int, ...]:
    if text == "-":
        return ()
    first, dots, last = text.partition("..")
    return tuple(range(int(first), int(last) + 1)) if dots else tuple(map(int, text.split(",")))


def misread(label: Label, got: ReleaseName) -> dict[str, tuple[Any, Any]]:
    """Fields read otherwise than labelled, as {field: (wanted, got)}; titles by their letters and digits.

    The year of a daily show's day is not asked for.
    """
    wrong: dict[str, tuple[Any, Any]] = {}
    for field in FIELDS:
        want, have = getattr(label, field), getattr(got, field)
        same = _letters(want) == _letters(have) if field == "title" else want == have
        if not same and not (field == "year" and got.date):
            wrong[field] = (want, have)
    return wrong


def _letters(text: str | None) -> str:
    return "".join(c for c in (text or "").casefold() if c.isalnum())


def plain(name: str) -> ReleaseName:
    """What guessit says by itself, put into our form."""
    said: dict[str, Any] = guessit(name, {"no_user_config": True})

    def one(key: str) -> Any:
        value = said.get(key)
        return value[0] if isinstance(value, list) else value

    episode = said.get("episode", [])
    return ReleaseName(
        kind=one("type"),
        title=one("title"),
        year=one("year"),
        season=one("season"),
        episodes=tuple(sorted(episode if isinstance(episode, list) else [episode])),
        date=str(said["date"]) if "date" in said else None,
    )


def score(reader: Callable[[str], ReleaseName], table: list[Label], verbose: bool) -> Counter[str]:
    """Names read wholly right, per class and in all, and fields read right over all names."""
    right: Counter[str] = Counter()
    for label in table:
        wrong = misread(label, reader(label.name))
        right.update(f"field {field}" for field in FIELDS if field not in wrong)
        if set(wrong) <= {"kind"}:
            right.update([label.group, "all but kind"])
        if verbose and wrong:
            print(f"{label.name}: {wrong}", file=sys.stderr)
    return right


def main() -> None:
    """Prints the table."""
    arguments = [a for a in sys.argv[1:] if a != "--verbose"]
    table = labels(Path(arguments[0]) if arguments else TABLE)
    before = score(plain, table, verbose=False)
    after = score(parse, table, verbose="--verbose" in sys.argv)
    sizes = Counter(label.group for label in table)
    sizes.update({"all but kind": len(table)} | {f"field {field}": len(table) for field in FIELDS})
    print(f"{'':36}{'names':>6}{'guessit':>9}{'ours':>8}")
    for row, size in sizes.items():
        print(f"{row:36}{size:>6}{before[row] / size:>9.1%}{after[row] / size:>8.1%}")


if __name__ == "__main__":
    main()
