"""How alike the pictures of two fingerprints are, whatever was cropped from one of them.

Each picture becomes a vector of local contrast: what stands out from its surroundings, bounded, so that
brightness, contrast and colour do not matter and a logo or a subtitle weighs no more than its area.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.fingerprint import SIDE, Area, Grey, resampling

Matrix = NDArray[np.float32]

_SURROUNDINGS = 2.5
"""Radius, in cells, of what a cell is compared with."""
_NOISE = 1.5
"""Grey levels that coding noise leaves in a cell."""


class Geometry(NamedTuple):
    """Which part of each picture shows the same: the one may be a crop of the other, or mirrored."""

    a: Area = (0.0, 1.0, 0.0, 1.0)
    b: Area = (0.0, 1.0, 0.0, 1.0)
    mirrored: bool = False


def _crops() -> tuple[Geometry, ...]:
    whole = Geometry()
    found = [whole]
    for high, wide in (
        (0.93, 0.93), (0.86, 0.86), (0.78, 0.78), (0.68, 0.68),
        (1.0, 0.88), (1.0, 0.75), (0.88, 1.0), (0.75, 1.0),
    ):  # fmt: skip
        area = ((1 - high) / 2, (1 + high) / 2, (1 - wide) / 2, (1 + wide) / 2)
        found += [Geometry(a=area), Geometry(b=area)]
    found += [
        Geometry(a=(0, 1, 0.12, 0.88), b=(0.12, 0.88, 0, 1)),
        Geometry(a=(0.12, 0.88, 0, 1), b=(0, 1, 0.12, 0.88)),
    ]
    return (*found, Geometry(mirrored=True))


CROPS = _crops()
"""Geometries tried: centred crops of either side, of height, width or both (4:3 out of 16:9, overscan)."""


def _blur() -> Matrix:
    cells = np.arange(SIDE)
    weight = np.exp(-((cells[:, None] - cells) ** 2) / (2 * _SURROUNDINGS**2))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True), np.float32)


_BLUR = _blur()


def features(pictures: Grey, area: Area = (0.0, 1.0, 0.0, 1.0), *, mirrored: bool = False) -> Matrix:
    """Unit vectors of local contrast of that part of each picture, shape (n, SIDE²)."""
    values: Matrix = pictures.astype(np.float32)
    if area != (0.0, 1.0, 0.0, 1.0):
        values = np.asarray(_part(SIDE, area[0], area[1]) @ values @ _part(SIDE, area[2], area[3]).T)
    if mirrored:
        values = values[:, :, ::-1]
    detail = values - _BLUR @ values @ _BLUR.T
    energy = np.sqrt(_BLUR @ detail**2 @ _BLUR.T)
    floor = 0.5 * np.sqrt((detail**2).mean(axis=(1, 2), keepdims=True)) + _NOISE
    bounded = np.clip(detail / (energy + floor), -1.5, 1.5).reshape(len(values), -1)
    length = np.linalg.norm(bounded, axis=1, keepdims=True)
    return np.asarray(bounded / np.maximum(length, 1e-6), np.float32)


def _part(size: int, start: float, end: float) -> Matrix:
    """Matrix (size, size) that stretches the part [start, end] of a line over the whole, linearly."""
    fine = resampling(size * 8, size, start, end)
    places = (np.arange(size * 8) + 0.5) / 8 - 0.5
    near = np.clip(1 - np.abs(places[:, None] - np.arange(size)), 0, None)
    near[places < 0, 0] = 1
    near[places > size - 1, -1] = 1
    return np.asarray(fine @ near, np.float32)


def similarity(a: Grey, b: Grey, geometry: Geometry) -> Matrix:
    """Cosine of each picture of a with each of b, shape (len(a), len(b))."""
    left = features(a, geometry.a)
    right = features(b, geometry.b, mirrored=geometry.mirrored)
    return np.asarray(left @ right.T, np.float32)
