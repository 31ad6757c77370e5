"""Ways of looking at two pictures of the same moment: pixel arithmetic, no screen.

Pictures have the shape (rows, columns, 3 or 4), uint8.
"""

from enum import Enum

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class ViewMode(Enum):
    """What the panes show."""

    SIDES = "side by side"
    FLIP = "one in the place of the other"
    SPLIT = "left half of a, right half of b"
    DIFFERENCE = "difference"
    CROP = "source pixels"

    @property
    def is_single(self) -> bool:
        """Whether there is one large picture instead of two."""
        return self in (ViewMode.FLIP, ViewMode.SPLIT, ViewMode.DIFFERENCE)


def split(a: Pixels, b: Pixels, share: float) -> Pixels:
    """a left of a line at `share` of the width, b right of it; the line itself is white."""
    column = int(a.shape[1] * share)
    both = np.where(np.arange(a.shape[1])[None, :, None] < column, a[..., :3], b[..., :3])
    both[:, max(0, column - 1) : column] = 255
    return both


def difference(a: Pixels, b: Pixels, gain: float) -> Pixels:
    """|a − b|, `gain` times as strong; black where they are alike."""
    apart = np.abs(a[..., :3].astype(np.int16) - b[..., :3].astype(np.int16))
    return np.minimum(apart * gain, 255).astype(np.uint8)


def luminance(picture: Pixels) -> NDArray[np.float32]:
    """Luma of ITU-R BT.709, 0–255."""
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    luma: NDArray[np.float32] = picture[..., :3].astype(np.float32) @ weights
    return luma


def histogram(picture: Pixels, bins: int) -> NDArray[np.float64]:
    """Share of the pixels in each of `bins` steps of luminance, black bars (a row or column of black) left out."""
    luma = luminance(picture)
    seen = luma[np.ix_(luma.max(1) > 20, luma.max(0) > 20)]
    counts = np.histogram(seen if seen.size else luma, bins, (0, 256))[0]
    shares: NDArray[np.float64] = counts / max(1, counts.sum())
    return shares


def with_histogram(picture: Pixels, share: float = 0.3) -> Pixels:
    """The picture with its luminance histogram over the lower part, dark left, bright right."""
    height, width = picture.shape[:2]
    room = max(4, int(height * share))
    counts = np.sqrt(histogram(picture, width))  # the root shows small shares too
    tall = (counts / max(counts.max(), 1e-9) * (room - 1)).astype(int)
    below = np.arange(room)[::-1, None] < tall[None, :]
    drawn = picture[..., :3].copy()
    part = drawn[height - room :]
    part[:] = np.where(below[..., None], np.array([255, 220, 80], np.uint8), part // 3)
    return drawn
