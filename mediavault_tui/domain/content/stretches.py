"""The stretches of two files that show the same, and what lies between them: cuts, inserts, other pictures."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec


class Stretch(msgspec.Struct, frozen=True):
    """A run of both files that shows the same. Seconds, each file's own, but for the length."""

    a_s: float
    b_s: float
    length_s: float
    """In a's time; b, which runs `speed` times as fast, takes length_s / speed."""

    @property
    def end_a_s(self) -> float:
        """Where it ends in a."""
        return self.a_s + self.length_s

    def end_b_s(self, speed: float) -> float:
        """Where it ends in b."""
        return self.b_s + self.length_s / speed

    def turned(self, speed: float) -> "Stretch":
        """The same with the files changed."""
        return Stretch(self.b_s, self.a_s, self.length_s / speed)

    def moved(self, seconds: float) -> "Stretch":
        """The same run of a, so many seconds later in b."""
        return Stretch(self.a_s, self.b_s + seconds, self.length_s)


Stretches = tuple[Stretch, ...]
"""In the order of both files, without overlap in either."""


class Difference(msgspec.Struct, frozen=True):
    """What lies between two stretches: (start, end) in each file's own seconds.

    Where it is empty in b, b lacks what a has there; where in a, b has something inserted; else other pictures
    stand in its place.
    """

    a: tuple[float, float]
    b: tuple[float, float]


def turned(stretches: Sequence[Stretch], speed: float) -> Stretches:
    """All of them with the files changed."""
    return tuple(each.turned(speed) for each in stretches)


def differences(stretches: Sequence[Stretch], speed: float) -> tuple[Difference, ...]:
    """What lies between them."""
    return tuple(
        Difference((one.end_a_s, other.a_s), (one.end_b_s(speed), other.b_s))
        for one, other in pairwise(stretches)
    )


def time_in_b(stretches: Sequence[Stretch], speed: float, time_a: float) -> float:
    """The moment of b that goes with a's. Before the first stretch and after the last their lines go on.

    Between two, b goes on with what it has of its own and then waits for the next; what it has beyond the time a
    takes is passed over.
    """
    after = next((at for at, each in enumerate(stretches) if each.a_s > time_a), len(stretches))
    here = stretches[max(0, after - 1)]
    on = here.b_s + (time_a - here.a_s) / speed
    return min(on, stretches[after].b_s) if 0 < after < len(stretches) and time_a > here.end_a_s else on
