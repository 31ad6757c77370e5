"""The clock of two copies of one film: which moment of one is which moment of the other, and what to do
when they have drifted apart.

`t_b = (t_a + shift) / speed` along each stretch that both files have, times in seconds since the start of
each file. All of it is arithmetic: the players are asked and told elsewhere.
"""

from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from mediavault_tui.domain.content.stretches import Stretches, time_in_b, turned

STEADY = 0.1
"""Within this share of a frame the two count as together; correcting stops here."""
APART = 0.3
"""From this share of a frame on it is worth correcting."""
TRIM = 0.06
"""At most this much faster or slower while correcting: pictures do not show it."""
STRONG_TRIM = 0.5
"""From NOTICED_S on there is something to see anyhow, and being together again counts for more."""
NOTICED_S = 0.1
TRIM_WITHIN_S = 0.7
"""The time in which a small lead is worked off."""
HOLD_S = 0.17
"""From here on the side that is ahead stops until the other is there: the same picture comes first."""
JUMP_S = 1.0
"""Further apart than this nobody waits: both are sought anew."""
TOGETHER = 0.6
"""Pictures no further apart than this share of a frame are of the same moment: one of them is the nearest."""
STALL_FRAMES = 2.0
"""No frame for so long: the film stands still."""
SEEK_TOLERANCE_S = 0.005
"""libmpv takes a frame that begins this much before the target for the one meant (player/video.c)."""


class Pairing(msgspec.Struct, frozen=True):
    """Which moment of b is which moment of a."""

    shift_s: float = 0.0
    """Of the first stretch."""
    speed: float = 1.0
    """How much faster b runs than a."""
    stretches: Stretches = ()
    """Where there is more than one: between them one file has what the other has not."""

    @classmethod
    def of(cls, offset_s: float, speed: float = 1.0, stretches: Stretches = ()) -> "Pairing":
        """From `t_b − t_a` of the same picture at the start of what both have, and what was measured besides."""
        if len(stretches) > 1:
            return cls(stretches[0].b_s * speed - stretches[0].a_s, speed, stretches)
        return cls(offset_s * speed if offset_s > 0 else offset_s, speed)

    @property
    def offset_s(self) -> float:
        """`t_b − t_a` of the same picture at the start of what both have."""
        return self.shift_s / self.speed if self.shift_s > 0 else self.shift_s

    def turned(self) -> "Pairing":
        """The same with the files changed."""
        return Pairing(-self.shift_s / self.speed, 1 / self.speed, turned(self.stretches, self.speed))

    def in_b(self, time_a: float) -> float:
        """The time of a's moment in b; negative before b begins."""
        if self.stretches:
            return time_in_b(self.stretches, self.speed, time_a)
        return (time_a + self.shift_s) / self.speed

    def in_a(self, time_b: float) -> float:
        """The time of b's moment in a; negative before a begins."""
        if self.stretches:
            return time_in_b(turned(self.stretches, self.speed), 1 / self.speed, time_b)
        return time_b * self.speed - self.shift_s

    def nudged(self, seconds: float) -> "Pairing":
        """b shows what comes so many seconds (of b) later."""
        moved = tuple(each.moved(seconds) for each in self.stretches)
        return Pairing(self.shift_s + seconds * self.speed, self.speed, moved)

    def meeting(self, time_a: float, time_b: float) -> "Pairing":
        """These two times show the same moment; the speed, and what lies between stretches, stay."""
        return self.nudged(time_b - self.in_b(time_a))

    def words(self, a: str, b: str) -> str:
        """What a person has to know about it, in few words."""
        told = []
        if abs(self.offset_s) >= 0.005:
            when = "later" if self.offset_s > 0 else "earlier"
            told.append(f"{b} shows the same {abs(self.offset_s):.2f} s {when}")
        if abs(self.speed - 1) > 0.0005:
            told.append(f"{b} runs {100 * (self.speed - 1):+.1f} %")
        return ", ".join([*told, *self.cuts_told]) or f"{a} and {b} show the same at the same time"

    @property
    def cuts_told(self) -> list[str]:
        """How many cuts and inserts there are; nothing where there are none."""
        count = max(0, len(self.stretches) - 1)
        return [f"{count} cut{'s' * (count > 1)} or insert{'s' * (count > 1)}"] if count else []

    def span(self, duration_a: float, duration_b: float) -> tuple[float, float]:
        """From the first moment either has to the last, in a's time."""
        return min(0.0, self.in_a(0.0)), max(duration_a, self.in_a(duration_b))

    def overlap(self, duration_a: float, duration_b: float) -> tuple[float, float]:
        """The moments both have, in a's time; the second is smaller than the first if there are none."""
        return max(0.0, self.in_a(0.0)), min(duration_a, self.in_a(duration_b))


class Correction(msgspec.Struct, frozen=True):
    """What to do with the side that follows."""

    trim: float = 1.0
    """Play it so many times as fast as it should."""
    hold: bool = False
    """Stop the side that is ahead until the other has come up to it."""
    jump: bool = False
    """Do not wait for that: seek both."""


def correction(lead_s: float, frame_s: float, *, correcting: bool) -> Correction:
    """What to do about a lead of the follower, in seconds of its own film (negative: it lags).

    `correcting` is whether it is being worked off already: starting late and ending early keeps the speed
    from being changed all the time.
    """
    if abs(lead_s) > JUMP_S:
        return Correction(jump=True)
    if abs(lead_s) > HOLD_S:
        return Correction(hold=True)
    if abs(lead_s) < frame_s * (STEADY if correcting else APART):
        return Correction()
    most = TRIM if abs(lead_s) < NOTICED_S else STRONG_TRIM
    trim = max(-most, min(most, lead_s / TRIM_WITHIN_S))
    return Correction(trim=1.0 - trim)


def position_at(
    marks: Sequence[tuple[float, float]], speed: float, now: float, frame_s: float
) -> float | None:
    """Where a film that runs at `speed` is at `now`, from (position, time it was shown) of its last frames.

    The median of what each frame says: one that came late, because the machine was busy, does not count.
    A film that has stopped is not believed to have gone on. None where nothing is known.
    """
    if not marks:
        return None
    said = median(position + speed * (now - shown) for position, shown in marks)
    return min(said, marks[-1][0] + STALL_FRAMES * frame_s)


def newest_together(
    times_a: Sequence[float | None], times_b: Sequence[float | None], within_s: float
) -> tuple[int, int] | None:
    """Places of the newest two pictures no more than `within_s` apart; None where there are none.

    Times in seconds of a, in the order in which the pictures came.
    """
    together = [
        (place_a + place_b, -abs(a - b), place_a, place_b)
        for place_a, a in enumerate(times_a)
        for place_b, b in enumerate(times_b)
        if a is not None and b is not None and abs(a - b) <= within_s
    ]
    return max(together)[2:] if together else None


def frame_target(position_s: float, frame_s: float) -> float:
    """Where to seek so that the frame nearest to a time is shown, given a player that rounds up."""
    return max(0.0, position_s - frame_s / 2 + SEEK_TOLERANCE_S)


def next_mark(
    marks: Iterable[float], position_s: float, direction: int, tolerance_s: float = 0.5
) -> float | None:
    """The nearest of some moments after (direction > 0) or before a position; None if there is none."""
    if direction > 0:
        return min((mark for mark in marks if mark > position_s + tolerance_s / 5), default=None)
    return max((mark for mark in marks if mark < position_s - tolerance_s), default=None)
