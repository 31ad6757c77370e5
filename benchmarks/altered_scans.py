"""What a scan of altered films comes to: `altered_films.py --scan` and `--together`.

`by_scan` gives each pair a library and a catalogue of its own, once under names that say nothing and once under one
title; the second file is added after the first, and the other way round, which must come to the same. `together` puts
all films into one library and sets every two of them against what they were cut from.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from altered_pairs import Expected, Pair, Workshop

UNRELATED = ("Grey Harbour Lantern", "Nine Copper Willows")
TITLED = ("The Quiet Orbit (2011) 720p", "The.Quiet.Orbit.2011.WEBRip")
WITHIN_S = 1 / 24 + 0.002
CONFIDENT, POSSIBLE = "group", "possible group"
SAME_WORK, PART_OF = 0.6, 0.9
"""Share of the shorter film that must be in the other for a group to be true, and for a part to be one."""


class Told(NamedTuple):
    """What is said of two files."""

    how: str
    """group, possible group, contained, unsure, or nothing."""
    said: str
    place_s: float | None = None
    """Of the first file's start in the other: an offset, or where a part begins."""
    part: str = ""
    """Which of both is contained."""


class Found(NamedTuple):
    """The answer of `dupes --json`, without what differs between two catalogues."""

    pairs: dict[frozenset[str], Told]
    vetoed: dict[frozenset[str], str]

    def of(self, one: str, other: str) -> Told:
        """Of two names."""
        return self.pairs.get(frozenset((one, other)), Told("nothing", "nothing is said"))


# --- each pair by itself ------------------------------------------------------------------------------


def by_scan(pairs: Iterable[Pair]) -> None:
    """Print for each pair its group, part, doubt or nothing; then how many were right."""
    count: Counter[str] = Counter()
    for pair in pairs:
        for how, names in (("unrelated names", UNRELATED), ("one title", TITLED)):
            files = [f"{name}{path.suffix}" for name, path in zip(names, (pair.a, pair.b), strict=True)]
            answers = [
                _scanned([(pair.a, names[0]), (pair.b, names[1])], order) for order in ((0, 1), (1, 0))
            ]
            told = answers[0].of(*files)
            faults = list(_faults(pair, files, told))
            if answers[0] != answers[1]:
                faults.append(f"scanned in the other order: {answers[1].of(*files).said}")
            unsure = not faults and told.how in ("unsure", "possible group") and _is_claim(pair.expected)
            mark = "✗" if faults else "?" if unsure else " "
            count["wrong" if faults else "unsure" if unsure else "right"] += 1
            count["claimed"] += told.how in ("group", "contained")
            count["claimed in vain"] += told.how in ("group", "contained") and not _may_be(pair.expected)
            count["true"] += _is_claim(pair.expected)
            count["found"] += _is_claim(pair.expected) and told.how in ("group", "contained")
            print(f"{mark} {pair.row:>2} {pair.name}, {how}: {pair.expected}: {told.said}")
            for fault in faults:
                print(f"      ✗ {fault}")
            sys.stdout.flush()
    precision = 1 - count["claimed in vain"] / max(1, count["claimed"])
    print(
        f"\n{count['right']} right, {count['wrong']} wrong, {count['unsure']} unsure; precision {precision:.4f}, "
        f"recall {count['found'] / max(1, count['true']):.4f} of {count['true']}"
    )


def _is_claim(expected: Expected) -> bool:
    return expected in (Expected.SAME, Expected.PART)


def _may_be(expected: Expected) -> bool:
    return expected not in (Expected.NOT_SAME, Expected.DIFFERENT)


def _faults(pair: Pair, files: Sequence[str], told: Told) -> Iterator[str]:
    """What is wrong. To be unsure is neither right nor wrong where the two belong together."""
    sure = told.how in ("group", "contained")
    if not _may_be(pair.expected):
        if sure:
            yield "taken for the same"
        return
    if pair.expected is Expected.UNSURE and sure:
        yield "more is said than can be seen"
    if told.how == "nothing":
        yield "nothing is said"
    if pair.expected is Expected.SAME and told.how == "contained" and pair.row != "1":
        yield "a copy is told as a part"
    if pair.expected is Expected.PART and told.how == "group":
        yield "a part is told as a copy"
    if told.part and pair.expected is Expected.PART and told.part != files[0]:
        yield "the other one is told as the part"
    if sure and pair.offset_s is not None and told.place_s is not None:
        wanted = -pair.offset_s if told.part == files[1] else pair.offset_s
        if abs(told.place_s - wanted) > WITHIN_S:
            yield f"at {told.place_s:+.3f} s, not {wanted:+.3f} s"


# --- all of them at once ------------------------------------------------------------------------------


def together(shop: Workshop, pairs: Iterable[Pair]) -> None:
    """Print what is said of any two films against what they were cut from, for two orders of scanning."""
    films = sorted({path for pair in pairs for path in (pair.a, pair.b)})
    names = [f"{_word(n)} {_word(n * 7 + 3)} {_word(n * 3 + 11)}" for n in range(len(films))]
    every = list(zip(films, names, strict=True))
    half = len(every) // 2
    places = list(range(len(every)))
    found = _scanned(every, (places[:half], places[half:]))
    turned = _scanned(every, (places[half:][::-1], places[:half][::-1]))
    called = {f"{name}{path.suffix}": path for path, name in every}
    count: Counter[str] = Counter()
    for (name, path), (other_name, other) in itertools.combinations(called.items(), 2):
        told, back = found.of(name, other_name), turned.of(name, other_name)
        if told != back:
            count["other by order"] += 1
            print(f"✗ {path.stem} / {other.stem}: {told.said}; scanned in the other order: {back.said}")
        shared = max(shop.share(path, other), shop.share(other, path))
        _count(count, told, shared, path, other)
    print(
        f"\n{len(films)} films, {len(films) * (len(films) - 1) // 2} pairs: precision "
        f"{1 - count['false'] / max(1, count['claimed']):.4f} of {count['claimed']}, recall "
        f"{count['found'] / max(1, count['true']):.4f} of {count['true']}; {count['unsure']} unsure, "
        f"{count['missed']} not told, {count['other by order']} other by the order of scanning"
    )


def _count(count: Counter[str], told: Told, shared: float, one: Path, other: Path) -> None:
    sure = told.how in ("group", "contained")
    is_true = shared >= SAME_WORK
    count["claimed"] += sure
    count["true"] += is_true
    count["found"] += is_true and sure
    if sure and shared < (SAME_WORK if told.how == "group" else PART_OF):
        count["false"] += 1
        print(f"✗ {one.stem} / {other.stem}: {shared:.0%} of the one in the other: {told.said}")
    elif is_true and not sure:
        count["missed" if told.how == "nothing" else "unsure"] += 1
        print(f"? {one.stem} / {other.stem}: {shared:.0%} of the one in the other: {told.said}")


_SYLLABLES = ("ba", "do", "fi", "ku", "le", "mo", "na", "pe", "ri", "so", "tu", "va")


def _word(number: int) -> str:
    """Made up, another for each number below 1,728."""
    return "".join(_SYLLABLES[number // 12**place % 12] for place in range(3)).capitalize()


# --- asking -------------------------------------------------------------------------------------------


def _scanned(files: Sequence[tuple[Path, str]], order: Iterable[int | Sequence[int]]) -> Found:
    """What `dupes` says of files under these names, scanned after each step of adding them."""
    with tempfile.TemporaryDirectory(dir=files[0][0].parent) as folder:
        library = Path(folder, "library")
        for step in order:
            for at in (step,) if isinstance(step, int) else step:
                source, name = files[at]
                own = library / name
                own.mkdir(parents=True)
                os.link(source, own / f"{name}{source.suffix}") if len(files) > 2 else shutil.copy2(
                    source, own / f"{name}{source.suffix}"
                )
            _mediavault(folder, "scan", str(library))
        return _read(json.loads(_mediavault(folder, "dupes", "--json")))


def _read(answer: dict[str, Any]) -> Found:
    pairs: dict[frozenset[str], Told] = {}
    for each in answer["unsure"]:
        pairs[_names(each["paths"])] = Told("unsure", f"unsure: {each['reason']}")
    for each in answer["contained"]:
        part = os.path.basename(each["part"])
        said = f"contained: {each['start_s']:.3f}–{each['end_s']:.3f} s, {each['confidence']} %"
        pairs[_names((each["part"], each["whole"]))] = Told("contained", said, each["offset_s"], part)
    for how, groups in ((CONFIDENT, answer["groups"]), (POSSIBLE, answer["possible"])):
        for group in groups:
            said = f"{how} {'+'.join(group['kinds'])} {group['confidence']} %"
            for one, other in itertools.combinations(sorted(each["path"] for each in group["files"]), 2):
                pairs[_names((one, other))] = Told(how, said, _offset(group, one, other))
    vetoed = {_names(each["paths"]): each["reason"] for each in answer["vetoed"]}
    for names, reason in vetoed.items():
        pairs.setdefault(names, Told("veto", f"veto: {reason}"))
    return Found(pairs, vetoed)


def _offset(group: dict[str, Any], one: str, other: str) -> float | None:
    """Of the first in the second, where their pictures were compared."""
    for each in group["evidence"]:
        if each["offset_s"] is not None and set(each["paths"]) == {one, other}:
            offset = float(each["offset_s"])
            return offset if each["paths"][0] == one else -offset
    return None


def _names(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(os.path.basename(path) for path in paths)


def _mediavault(folder: str, *words: str) -> str:
    command = [sys.executable, "-m", "mediavault_tui", "--db", f"{folder}/catalogue.db", "-q", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    if done.returncode > 1:
        raise RuntimeError(done.stderr)
    return done.stdout
