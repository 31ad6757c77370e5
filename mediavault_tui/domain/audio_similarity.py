"""Listening to two audio tracks along the same pictures: where, and what it can tell."""

from enum import StrEnum
from typing import NamedTuple

from mediavault_tui.domain.content.alignment import ALIGNMENT_VERSION
from mediavault_tui.domain.content.stretches import Stretches

LISTENING_VERSION = 2
"""Goes up whenever listening to the same two tracks at the same places could come to another answer."""
HEARD_VERSION = 1000 * LISTENING_VERSION + ALIGNMENT_VERSION
"""Of what is kept: where to listen follows from the pictures, so another way to compare these counts too."""

WINDOW_S = 4.0
_LEAST_S = 1.0
_EDGE_S, _EDGE_SHARE = 1.5, 1 / 8
"""Kept away from both ends of a stretch, in seconds and at most as share of it: the ends are measured to less than
the first, and sound is looked for a little before and after its pictures."""


class AudioSimilarity(StrEnum):
    """Whether two tracks sound the same."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    UNPLACED = "unplaced"
    """Unsure, and heard where runtimes only guess: pictures may tell later where to listen."""


class Moment(NamedTuple):
    """A window of both files. Seconds, each file's own; b takes length_s / speed."""

    a_s: float
    b_s: float
    length_s: float
    stretch: int
    """Which of the stretches it lies in."""


def moments(stretches: Stretches, speed: float, most: int) -> list[Moment]:
    """Where to listen: at most `most` windows, spread over all stretches by their lengths, none near an edge.

    None of them overlap; stretches too short for a second of sound have none. `speed`: how much faster b runs.
    """
    edges = [min(_EDGE_S, _EDGE_SHARE * each.length_s) for each in stretches]
    rooms = [each.length_s - 2 * edge for each, edge in zip(stretches, edges, strict=True)]
    fit = [number for number, room in enumerate(rooms) if room >= _LEAST_S]
    count = dict.fromkeys(fit, 0)
    for _ in range(min(most, max(1, round(sum(rooms[each] for each in fit) / WINDOW_S))) if fit else 0):
        count[max(fit, key=lambda each: rooms[each] / (2 * count[each] + 1))] += 1  # Sainte-Laguë
    found = []
    for number in fit:
        apart = rooms[number] / max(1, count[number])
        length = min(WINDOW_S, apart)
        for place in range(count[number]):
            inside = edges[number] + apart * (place + 0.5) - length / 2
            stretch = stretches[number]
            found.append(Moment(stretch.a_s + inside, stretch.b_s + inside / speed, length, number))
    return found
