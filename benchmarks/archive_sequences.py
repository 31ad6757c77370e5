"""Random libraries and random sequences of plan, decide, apply, restore, purge, clock jumps, and what users do to files
meanwhile: does anything ever get lost? `tests/engine/archive/sequences.py` says what is made up and what is checked.

    python -m benchmarks.archive_sequences 10000 [--first SEED] [--jobs N]

Prints each sequence in which something was lost, with its seed and all that was done, then how many there were
and how their steps ended. The same seed gives the same sequence.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.engine.archive.sequences import Lost, play, template


def _some(seeds: range) -> tuple[int, Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    lost: list[str] = []
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        base = Path(folder)
        empty = template(base)
        for seed in seeds:
            try:
                counts += play(base / str(seed), empty, seed)
            except Lost as what:
                lost.append(str(what))
    return len(seeds), counts, lost


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(description="Is anything ever lost, whatever is done in whatever order?")
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    given = parser.parse_args()
    last = given.first + given.count
    portions = [range(start, min(start + 50, last)) for start in range(given.first, last, 50)]
    counts: Counter[str] = Counter()
    done, failed, started = 0, 0, time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        for number, some, lost in pool.imap_unordered(_some, portions):
            done, failed, counts = done + number, failed + len(lost), counts + some
            for what in lost:
                print(what, flush=True)
            print(f"{done:,} of {given.count:,}; something lost in {failed}", flush=True)
    print(f"{done:,} sequences in {time.perf_counter() - started:,.0f} s; something lost in {failed}")
    for what, number in sorted(counts.items()):
        print(f"{number:>9,}  {what}")


if __name__ == "__main__":
    main()
