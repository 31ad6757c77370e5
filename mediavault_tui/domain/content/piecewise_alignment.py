"""Cuts and inserts: the runs of two files that lie on different lines, in one order.

Along each line that samples vote for, the parts with most evidence are found (Kadane's maximal sum, again on both
sides of it), and of these the chain with most evidence that goes forward in both files, as collinear chaining does
for genomes (Abouelhoda and Ohlebusch 2005). Another line costs evidence, so a chain is preferred only where it
explains clearly more.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content.alignment import Hypothesis, overlap
from mediavault_tui.domain.content.alignment_evidence import Gains, Likelihood, Side, gains, unmatched, within
from mediavault_tui.domain.content.stretches import Stretch, Stretches

LEAST = 6.0
"""Evidence (natural log) a run must bring: more than the best of many lines makes out of nothing."""
JUMP = 5.0
"""Evidence it takes to believe in one cut or insert more."""
_NEAREST_S = 0.4
"""Lines closer than this are one, measured twice."""
_MOST_RUNS = 48


class Run(NamedTuple):
    """Consecutive samples of a on one line."""

    hypothesis: Hypothesis
    rows: NDArray[np.int64]
    gain: NDArray[np.float64]

    @property
    def total(self) -> float:
        """Evidence of them all."""
        return float(self.gain.sum())


class Chain(NamedTuple):
    """Runs that go forward in both files, and their evidence less what the jumps cost."""

    runs: tuple[Run, ...]
    total: float


def best_chain(lines: Sequence[Gains], a: Side) -> Chain:
    """The chain with most evidence of lines at one speed; of a single run where no jump is worth it."""
    runs = sorted((run for line in lines for run in _runs(line)), key=lambda run: -run.total)[:_MOST_RUNS]
    if not runs:
        return Chain((), 0.0)
    speed = runs[0].hypothesis.speed
    runs.sort(key=lambda run: (a.times[run.rows[0]], a.times[run.rows[0]] + run.hypothesis.shift, -run.total))
    best, before = [run.total for run in runs], [-1] * len(runs)
    for at, run in enumerate(runs):
        for earlier in range(at):
            gained = best[earlier] - JUMP
            if gained <= 0 or gained + run.total <= best[at]:
                continue
            trimmed = _trimmed(runs[earlier], run, a.times)
            if trimmed is None:
                continue
            total = gained + run.total - (runs[earlier].total + run.total - sum(r.total for r in trimmed))
            if total > best[at]:
                best[at], before[at] = total, earlier
    at = int(np.argmax(best))
    total, chosen = best[at], []
    while at >= 0:
        chosen.append(runs[at])
        at = before[at]
    assert all(run.hypothesis.speed == speed for run in chosen)
    return Chain(tuple(_settled(chosen[::-1], a.times)), total)


def _runs(line: Gains) -> Iterator[Run]:
    """The parts of a line with most evidence."""
    waiting = [(0, len(line.rows))]
    while waiting:
        start, end = waiting.pop()
        total = np.concatenate([[0.0], np.cumsum(line.gain[start:end])])
        lowest = np.minimum.accumulate(total)
        last = int((total - lowest).argmax())
        if total[last] - lowest[last] < LEAST:
            continue
        first = int(total[: last + 1].argmin())
        yield Run(
            line.hypothesis, line.rows[start + first : start + last], line.gain[start + first : start + last]
        )
        waiting += [(start, start + first), (start + last, end)]


def _trimmed(one: Run, other: Run, times: NDArray[np.float64]) -> tuple[Run, Run] | None:
    """Both without what they claim twice, cut where most evidence stays; None where they do not follow."""
    back = one.hypothesis.shift - other.hypothesis.shift
    if abs(back) < _NEAREST_S:
        return None
    ends, starts = times[one.rows], times[other.rows]
    first = np.searchsorted(starts, ends + max(0.0, back) + 1e-6)
    kept = np.cumsum(one.gain)
    rest = np.concatenate([[0.0], np.cumsum(other.gain)])
    value = kept + rest[-1] - rest[first]
    cut = int(value.argmax())
    left = Run(one.hypothesis, one.rows[: cut + 1], one.gain[: cut + 1])
    right = Run(other.hypothesis, other.rows[first[cut] :], other.gain[first[cut] :])
    return (left, right) if min(left.total, right.total) >= LEAST else None


def _settled(chosen: list[Run], times: NDArray[np.float64]) -> list[Run]:
    """Trimmed one after another; one that is left with too little goes."""
    found = chosen[:1]
    for run in chosen[1:]:
        pair = _trimmed(found[-1], run, times)
        if pair is not None:
            found[-1:] = pair
    return found


class Pieces(NamedTuple):
    """A chain with its edges."""

    stretches: Stretches
    matched: float
    """Share of the length of the runs that matches."""
    power: float
    """Samples expected to match in them."""


def pieces(similar: NDArray[np.float32], chain: Sequence[Run], a: Side, b: Side) -> Pieces:
    """What the runs cover.

    An edge lies between the last sample of one run and the first of the next, so it is known to a sample's step.
    """
    known = Likelihood(similar, b.times)
    found: list[Stretch] = []
    whole = power = 0.0
    for run, (start, end) in zip(chain, _edges(chain, a, b), strict=True):
        whole += end - start
        at = start
        line = within(gains(known, run.hypothesis, a, b), a, (start, end))
        power += float(line.power.sum())
        for gap_start, gap_end in (*unmatched(line, a), (end, end)):
            if gap_start > at:
                speed, shift = run.hypothesis
                found.append(Stretch(at, (at + shift) / speed, gap_start - at))
            at = gap_end
    return Pieces(tuple(found), sum(each.length_s for each in found) / max(whole, 1e-6), power)


def _edges(chain: Sequence[Run], a: Side, b: Side) -> list[tuple[float, float]]:
    """(start, end) of each run in a's time."""
    start, _ = overlap(chain[0].hypothesis, a.duration, b.duration)
    _, finish = overlap(chain[-1].hypothesis, a.duration, b.duration)
    found = []
    for one, other in pairwise(chain):
        last, first = float(a.times[one.rows[-1]]), float(a.times[other.rows[0]])
        alone_s = max(0.0, one.hypothesis.shift - other.hypothesis.shift)
        """What only a has."""
        common = max(0.0, first - last - alone_s)
        found.append((start, last + common / 2))
        start = last + common / 2 + alone_s
    return [*found, (start, finish)]
