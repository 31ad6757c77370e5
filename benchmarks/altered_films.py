"""Do altered films come out right, both ways round? Twelve kinds of changes, and controls.

    python benchmarks/altered_films.py [--media DIR] [--without PATTERN] [--keep DIR] [--rows 1,2,N] [--only-make]
                                       [--scan | --together] [--long 20|90] [--cost]

Makes films with ffmpeg from the recordings of DIR (drawn scenes where there are none), sets them against each other as
(a, b) and as (b, a), and prints what should come out and what does: verdict, score, offset, speed, stretches, and
whether the two answers mirror each other. `--without` leaves recordings out, for one that is a copy of another.
`--keep` keeps the films for the next run. `--scan` asks the program itself, with a catalogue for each pair;
`--together` with one for all films, and holds every two of them against what they were cut from.
"""

import argparse
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "content"))

import av
from altered_pairs import ROWS, Expected, Pair, Workshop, long_pairs, short_pairs
from altered_scans import by_scan, together

from mediavault_tui.domain.content.alignment import Alignment
from mediavault_tui.domain.content.fingerprint import Fingerprint
from mediavault_tui.domain.content.picture_alignment import compare
from mediavault_tui.engine.worker_tasks import refine
from mediavault_tui.services import frames

FRAME_S = 1 / 24


class Answer(NamedTuple):
    """Both ways round."""

    forth: Alignment
    back: Alignment
    cpu_s: tuple[float, float]
    """Rough comparison, and frame by frame, of both together."""


def cpu_s() -> float:
    """Spent by this process and its children so far."""
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in each)


class Prints:
    """Fingerprints, each taken once."""

    def __init__(self) -> None:
        self.known: dict[Path, Fingerprint] = {}
        self.cpu_s: dict[Path, float] = {}

    def of(self, path: Path) -> Fingerprint:
        """The fingerprint of a file."""
        if path not in self.known:
            before = cpu_s()
            self.known[path] = frames.fingerprint(os.fsencode(path))
            self.cpu_s[path] = cpu_s() - before
        return self.known[path]


def asked(pair: Pair, prints: Prints) -> Answer:
    """Both answers, frame by frame where that is done, as the program asks for them."""
    one, two = prints.of(pair.a), prints.of(pair.b)
    before = cpu_s()
    rough = compare(one, two), compare(two, one)
    between = cpu_s()
    paths = os.fsencode(pair.a), os.fsencode(pair.b)
    forth, back = refine(*paths, rough[0]), refine(paths[1], paths[0], rough[1])
    return Answer(forth, back, (between - before, cpu_s() - between))


def faults(pair: Pair, answer: Answer) -> list[str]:
    """What is not as it should be."""
    found = []
    for name, got, turned in (("ab", answer.forth, False), ("ba", answer.back, True)):
        found += [f"{name}: {fault}" for fault in _faults(pair, got, turned=turned)]
    return [*found, *unlike(answer)]


def _faults(pair: Pair, got: Alignment, *, turned: bool) -> Iterator[str]:
    verdict = str(got.verdict)
    right = {
        Expected.SAME: verdict == "same",
        Expected.PART: verdict in ("same", "part"),
        Expected.UNSURE: verdict == "unsure",
        Expected.NOT_SAME: verdict not in ("same", "part"),
        Expected.NOT_DIFFERENT: verdict != "different",
        Expected.DIFFERENT: verdict == "different",
    }[pair.expected]
    if not right:
        yield f"is {verdict}, not {pair.expected}"
    if verdict not in ("same", "part") or pair.expected is Expected.NOT_SAME or pair.offset_s is None:
        return
    offset = got.offset_s if got.measured else None
    wanted = -pair.offset_s if turned else pair.offset_s
    speed = 1 / pair.speed if turned else pair.speed
    if offset is not None and abs(offset - wanted) > FRAME_S + 0.002:
        yield f"offset {offset:+.3f}, not {wanted:+.3f}"
    if abs(got.speed - speed) > 3e-4:
        yield f"speed {got.speed:.4f}, not {speed:.4f}"
    yield from _stretch_faults(pair, got, turned=turned)


def stretches(got: Alignment) -> list[tuple[float, float, float, float]]:
    """Start and end in a, start and end in b, of each stretch both have."""
    return [(each.a_s, each.end_a_s, each.b_s, each.end_b_s(got.speed)) for each in got.stretches]


def _stretch_faults(pair: Pair, got: Alignment, *, turned: bool) -> Iterator[str]:
    """Each expected stretch is told, its ends within a second and its place within a frame."""
    if len(pair.stretches) < 2:
        return
    told = stretches(got)
    if len(told) != len(pair.stretches):
        yield f"{len(told)} stretches, not {len(pair.stretches)}"
        return
    for (start, end, start_b), (t_start, t_end, t_start_b, _) in zip(pair.stretches, told, strict=True):
        wanted = (start_b, start_b + end - start, start) if turned else (start, end, start_b)
        if abs(t_start - wanted[0]) > 1.0 or abs(t_end - wanted[1]) > 1.0:
            yield f"stretch {t_start:.1f}–{t_end:.1f}, not {wanted[0]:.1f}–{wanted[1]:.1f}"
        shift = (t_start_b - t_start) - (wanted[2] - wanted[0])
        if abs(shift) > FRAME_S + 0.002:
            yield f"stretch at {t_start:.1f} is off by {shift:+.3f}"


def unlike(answer: Answer) -> list[str]:
    """In what the two answers do not mirror each other."""
    forth, back = answer.forth, answer.back
    found = []
    if forth.verdict is not back.verdict:
        found.append(f"turned: {forth.verdict} and {back.verdict}")
    if forth.score != back.score:
        found.append(f"turned: score {forth.score} and {back.score}")
    if forth.measured is not back.measured:
        found.append(f"turned: measured {forth.measured} and {back.measured}")
    elif abs(forth.offset_s + back.offset_s) > 1e-6:
        found.append(f"turned: offset {forth.offset_s:+.4f} and {back.offset_s:+.4f}")
    if abs(forth.speed * back.speed - 1) > 1e-9:
        found.append(f"turned: speed {forth.speed:.5f} and {back.speed:.5f}")
    one = [(c, d, a, b) for a, b, c, d in stretches(forth)]
    if [tuple(round(x, 6) for x in each) for each in one] != [
        tuple(round(x, 6) for x in each) for each in stretches(back)
    ]:
        found.append("turned: other stretches")
    return found


def told(got: Alignment) -> str:
    """An answer on one line."""
    offset = "not measured" if not got.measured else f"{got.offset_s:+.3f} s"
    parts = "".join(f" [{a:.1f}–{b:.1f} at {c:.1f}]" for a, b, c, _ in stretches(got))
    where = "" if str(got.verdict) == "different" else f" {offset} ×{got.speed:.4f}{parts}"
    return f"{got.verdict} {got.score}{where}"


def wanted(pair: Pair) -> str:
    """What should come out, on one line."""
    where = "" if pair.offset_s is None else f" {pair.offset_s:+.3f} s ×{pair.speed:.4f}"
    parts = "".join(f" [{a:.1f}–{b:.1f} at {c:.1f}]" for a, b, c in pair.stretches)
    return f"{pair.expected}{where}{parts}"


def by_comparison(pairs: Iterable[Pair], *, cost: bool) -> None:
    """Fingerprints and frames, without a catalogue."""
    prints = Prints()
    right = count = 0
    for pair in pairs:
        count += 1
        try:
            answer = asked(pair, prints)
        except Exception:  # a fault of one pair must not hide the others
            print(f"{pair.row:>3} {pair.name}: {traceback.format_exc().splitlines()[-1]}", flush=True)
            traceback.print_exc(limit=-3, file=sys.stderr)
            continue
        wrong = faults(pair, answer)
        right += not wrong
        print(f"{'  ' if not wrong else '✗ '}{pair.row:>2} {pair.name}: {wanted(pair)}")
        print(f"      ab: {told(answer.forth)}\n      ba: {told(answer.back)}")
        for fault in wrong:
            print(f"      ✗ {fault}")
        if cost:
            taken = [prints.cpu_s[path] for path in (pair.a, pair.b)]
            print(f"      CPU s: fingerprints {taken[0]:.2f} {taken[1]:.2f}, compare {answer.cpu_s[0] / 2:.2f}, "
                  f"refine {answer.cpu_s[1] / 2:.2f}")  # fmt: skip
        sys.stdout.flush()
    print(f"\n{right} of {count} pairs right both ways")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--media", type=Path, help="folder of recordings to cut from")
    parser.add_argument("--without", action="append", default=[], help="names in it to leave out, as PATTERN")
    parser.add_argument("--keep", type=Path, help="folder for the films made")
    parser.add_argument("--rows", help="only these rows")
    parser.add_argument("--long", type=int, metavar="MINUTES", help="films of that length, a multiple of ten")
    parser.add_argument("--scan", action="store_true", help="ask the program itself")
    parser.add_argument("--together", action="store_true", help="ask it about all films in one library")
    parser.add_argument("--only-make", action="store_true")
    parser.add_argument("--cost", action="store_true", help="print CPU seconds of each pair")
    options = parser.parse_args()
    av.logging.set_level(None)
    with tempfile.TemporaryDirectory() as temporary:
        shop = Workshop(options.keep or Path(temporary), options.media, tuple(options.without))
        rows = options.rows.split(",") if options.rows else ROWS
        made = long_pairs(shop, options.long) if options.long else short_pairs(shop, rows)
        pairs = [pair for pair in made if pair.row in rows]
        if options.scan:
            by_scan(pairs)
        elif options.together:
            together(shop, pairs)
        elif not options.only_make:
            by_comparison(pairs, cost=options.cost)


if __name__ == "__main__":
    main()
