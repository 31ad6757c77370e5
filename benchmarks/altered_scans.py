"""What a scan of two altered films comes to: `altered_films.py --scan`.

Each pair gets a library and a catalogue of its own, once under names that say nothing and once under one title. The
second file is added after the first, and the other way round, which must come to the same.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from altered_pairs import Expected, Pair

UNRELATED = ("Grey Harbour Lantern", "Nine Copper Willows")
TITLED = ("The Quiet Orbit (2011) 720p", "The.Quiet.Orbit.2011.WEBRip")


def by_scan(pairs: Iterable[Pair]) -> None:
    """Print for each pair its group, veto or nothing."""
    right = count = 0
    for pair in pairs:
        for how, names in (("unrelated names", UNRELATED), ("one title", TITLED)):
            found = [_found(pair, names, order) for order in ((0, 1), (1, 0))]
            wrong = _faults(pair, found, titled=names is TITLED)
            count, right = count + 1, right + (not wrong)
            print(
                f"{'  ' if not wrong else '✗ '}{pair.row:>2} {pair.name}, {how}: {pair.expected}: {_told(found[0])}"
            )
            for fault in wrong:
                print(f"      ✗ {fault}")
            sys.stdout.flush()
    print(f"\n{right} of {count} right")


def _found(pair: Pair, names: tuple[str, str], order: tuple[int, int]) -> dict[str, Any]:
    """The answer of `dupes --json`, without what differs between two catalogues."""
    with tempfile.TemporaryDirectory(dir=pair.a.parent) as folder:
        library = Path(folder, "library")
        for at in order:
            source = (pair.a, pair.b)[at]
            own = library / names[at]
            own.mkdir(parents=True)
            shutil.copy2(source, own / f"{names[at]}{source.suffix}")
            _mediavault(folder, "scan", str(library))
        answer = json.loads(_mediavault(folder, "dupes", "--json"))
    groups = [
        {
            "kinds": group["kinds"],
            "confidence": group["confidence"],
            "files": sorted(
                (os.path.basename(file["path"]), file["offset_s"], file["speed"], file["keep"], file["rank"])
                for file in group["files"]
            ),
        }
        for group in answer["groups"]
    ]
    vetoed = [
        (sorted(os.path.basename(path) for path in each["paths"]), each["reason"])
        for each in answer["vetoed"]
    ]
    return {"groups": groups, "vetoed": vetoed}


def _mediavault(folder: str, *words: str) -> str:
    command = [sys.executable, "-m", "mediavault_tui", "--db", f"{folder}/catalogue.db", "-q", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    if done.returncode > 1:
        raise RuntimeError(done.stderr)
    return done.stdout


def _faults(pair: Pair, found: list[dict[str, Any]], *, titled: bool) -> list[str]:
    wrong = []
    if found[0] != found[1]:
        wrong.append(f"scanned in the other order: {_told(found[1])}")
    groups, said = found[0]["groups"], bool(found[0]["vetoed"])
    sure = any(group["confidence"] >= 75 for group in groups)
    if pair.expected is Expected.SAME and not sure:
        wrong.append("no group")
    if pair.expected is Expected.NOT_SAME and sure:
        wrong.append("a group that is sure")
    if pair.expected in (Expected.PART, Expected.NOT_DIFFERENT, Expected.UNSURE) and not (groups or said):
        wrong.append("nothing is said")
    if titled and pair.title and sure:
        wrong.append("the title is believed against the pictures")
    return wrong


def _told(found: dict[str, Any]) -> str:
    groups = [f"group {'+'.join(each['kinds'])} {each['confidence']}" for each in found["groups"]]
    return "; ".join([*groups, *(f"veto: {reason}" for _, reason in found["vetoed"])]) or "nothing"
