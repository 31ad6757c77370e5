"""The crash matrix: a fault at every system call in turn, by `strace`, and what is left afterwards.

    python benchmarks/crash_matrix               everything (half an hour to an hour on one core)
    python benchmarks/crash_matrix --every 10    each tenth case of each row
    python benchmarks/crash_matrix --only apply-copy,purge

Each case runs a job on a fresh small library in a process of its own, whose N-th call of the system is
made to fail or is its last; or the process is stopped there while a file or a disk is taken from under it.
Then `recover` runs without faults, and it must hold that

- every content there was is still readable somewhere, right after the fault and after recovery (by hash
  over everything; what `purge` was told to remove must be equal to what is kept);
- journal and disk agree: nothing half done, no temporary file, every file where the journal says;
- a second run finishes the job.

Needs strace and the right to trace; mounting a second filesystem needs root. What is missing is named.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, os.fspath(Path(__file__).parents[2]))

from benchmarks.crash_matrix.bench import Bench, prepared
from benchmarks.crash_matrix.cases import Case, disturbance
from benchmarks.crash_matrix.faults import CHANGING, faults, points
from benchmarks.crash_matrix.judging import wrong
from benchmarks.crash_matrix.rows import ROWS, Row
from benchmarks.crash_matrix.tracing import struck


class Tally(NamedTuple):
    """How the cases of a row ended."""

    cases: Counter[str]
    wrong: list[str]


def matrix(bench: Bench, row: Row, template: Path, every: int, offset: int) -> Tally:
    """Run all cases of a row."""
    tally = Tally(Counter(), [])
    first = Case(bench, row, template)
    trace = struck(first.library, first.job(row.job), None)
    found = points(trace, [os.fsdecode(first.library.base), os.fsdecode(first.library.archive)])
    for name, fault in list(faults(found))[offset % every :: every]:
        case = Case(bench, row, template)
        struck(case.library, case.job(row.job), fault)
        tally.cases[name] += 1
        tally.wrong.extend(f"{row.name}, {name} at {fault}: {text}" for text in wrong(case, disturbed=False))
    stops = [
        point for point in found if point.call in CHANGING and point.call not in ("pwrite64", "fdatasync")
    ]
    for what in row.disturb:
        for point in stops[offset % every :: every]:
            case = Case(bench, row, template)
            fault = f"{point.call}:signal=STOP:when={point.number}"
            struck(case.library, case.job(row.job), fault, disturbance(case, bench, what))
            if what.endswith("unmounted") and not os.path.ismount(bench.other):
                bench.mount(bench.other)
            tally.cases[what] += 1
            text = f"{row.name}, {what} at {point.call} {point.number}: "
            tally.wrong.extend(text + each for each in wrong(case, disturbed=True))
    return tally


def main() -> None:
    """Print the matrix; exit code 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="run only each N-th case")
    parser.add_argument("--offset", type=int, default=0, help="which of the N")
    parser.add_argument("--only", help="rows, separated by commas")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else [row.name for row in ROWS]
    cases = failures = 0
    with prepared() as (bench, template):
        for row in (row for row in ROWS if row.name in names):
            started = time.monotonic()
            tally = matrix(bench, row, template, arguments.every, arguments.offset)
            total = sum(tally.cases.values())
            kinds = ", ".join(f"{name} {count}" for name, count in tally.cases.items())
            took = time.monotonic() - started
            print(
                f"{row.name:<24} {total:>5} cases, {len(tally.wrong)} wrong, {took:.0f} s  ({kinds})",
                flush=True,
            )
            for text in tally.wrong:
                print(f"  {text}", flush=True)
            cases, failures = cases + total, failures + len(tally.wrong)
    print(f"{cases} cases, {failures} wrong")
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
