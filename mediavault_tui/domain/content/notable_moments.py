"""Which moments of a film are worth looking at when two copies are compared.

A handful of moments all along the runtime are measured; those that stand out are offered one by one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.float32]


class Moment(msgspec.Struct, frozen=True):
    """One moment, measured. Luminance 0–255."""

    time_s: float
    """In a."""
    difference: float
    """Mean distance of the luminance of both pictures, their overall brightness apart."""
    luminance: float
    """Mean of the brighter copy."""
    detail: float
    """Standard deviation of the Laplacian of the sharper copy: how much fine structure there is."""
    motion: float
    """Mean change of luminance from one frame of a to the next."""


MEASURES: dict[str, Callable[[Moment], float]] = {
    "difference": lambda moment: moment.difference,
    "dark": lambda moment: -moment.luminance,
    "detail": lambda moment: moment.detail,
    "motion": lambda moment: moment.motion,
}
"""The larger, the more worth seeing."""
_BLACK = 18.0
"""A moment with a mean below is black, and shows nothing."""


def difference(a: Luma, b: Luma) -> float:
    """Mean absolute distance of two pictures of the same size, once both have the same mean."""
    return float(np.abs((a - a.mean()) - (b - b.mean())).mean())


def detail(picture: Luma) -> float:
    """Standard deviation of the 4-neighbour Laplacian, a usual measure of focus (Pech-Pacheco et al. 2000)."""
    middle = picture[1:-1, 1:-1]
    around = picture[:-2, 1:-1] + picture[2:, 1:-1] + picture[1:-1, :-2] + picture[1:-1, 2:]
    return float((around - 4 * middle).std())


def measured(time_s: float, a: Luma, following: Luma | None, b: Iterable[Luma]) -> Moment | None:
    """A moment from a's picture, the one after it, and those of b that may be the same; None without b.

    Of b's pictures the most similar counts: a timing that is off by a frame is no difference of quality.
    """
    others = list(b)
    if not others:
        return None
    nearest = min(others, key=lambda other: difference(a, other))
    return Moment(
        time_s,
        difference(a, nearest),
        max(float(a.mean()), float(nearest.mean())),
        max(detail(a), detail(nearest)),
        float(np.abs(following - a).mean()) if following is not None else 0.0,
    )


def spread(spans: Sequence[tuple[float, float]], count: int) -> Iterator[float]:
    """Times all along some spans (start, end), in an order that covers them evenly at every stage (golden section)."""
    share, whole = 0.5, sum(end - start for start, end in spans)
    for _ in range(count):
        left = whole * (0.02 + 0.96 * share)
        for start, end in spans:
            if left <= end - start:
                yield start + left
                break
            left -= end - start
        share = (share + 0.6180339887498949) % 1.0


def outstanding(
    moments: Iterable[Moment], measure: str, count: int = 8, apart_s: float = 3.0
) -> tuple[float, ...]:
    """Times of the moments that stand out by a measure, best first, none within `apart_s` of another."""
    found: list[float] = []
    for moment in sorted(moments, key=MEASURES[measure], reverse=True):
        if len(found) == count:
            break
        if moment.luminance >= _BLACK and all(abs(moment.time_s - other) >= apart_s for other in found):
            found.append(moment.time_s)
    return tuple(found)
