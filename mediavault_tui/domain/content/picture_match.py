"""How alike the pictures of two fingerprints are, whatever was cropped from one of them.

Each picture becomes a vector of local contrast: what stands out from its surroundings, bounded, so that
brightness, contrast and colour do not matter and a logo or a subtitle weighs no more than its area.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content.alignment import WHOLE, Area
from mediavault_tui.domain.content.fingerprint import SIDE, Grey, resampling

Matrix = NDArray[np.float32]

_SURROUNDINGS = 2.5
"""Radius, in cells, of what a cell is compared with."""
_NOISE = 1.5
"""Grey levels that coding noise leaves in a cell."""


class Geometry(NamedTuple):
    """Which part of each picture shows the same: the one may be a crop of the other, mirrored or upside down."""

    a: Area = WHOLE
    b: Area = WHOLE
    mirrored: bool = False
    upside_down: bool = False


def _crops() -> tuple[Geometry, ...]:
    """Whole pictures first, in every orientation; then each side in turn cropped at the centre, and in the corners."""
    areas = [_centred(side, side) for side in (0.93, 0.86, 0.78, 0.68)]
    areas += [_centred(1.0, side) for side in (0.88, 0.75)] + [_centred(side, 1.0) for side in (0.88, 0.75)]
    areas += [(0.0, 1.0, 0.0, 0.75), (0.0, 1.0, 0.25, 1.0)]
    areas += [
        (y * (1 - side), y * (1 - side) + side, x * (1 - side), x * (1 - side) + side)
        for side in (0.86, 0.7)
        for y in (0, 1)
        for x in (0, 1)
    ]
    both = [
        Geometry(_centred(1.0, 0.76), _centred(0.76, 1.0)),
        Geometry(_centred(0.76, 1.0), _centred(1.0, 0.76)),
    ]
    one = [Geometry(a=area) for area in areas] + [Geometry(b=area) for area in areas]
    turned = [Geometry(mirrored=m, upside_down=u) for m, u in ((True, False), (False, True), (True, True))]
    smaller = _centred(0.86, 0.86)
    turned += [
        each._replace(a=area, b=other)
        for each in turned
        for area, other in ((smaller, WHOLE), (WHOLE, smaller))
    ]
    return (Geometry(), *turned, *one, *both)


def _centred(high: float, wide: float) -> Area:
    return (1 - high) / 2, (1 + high) / 2, (1 - wide) / 2, (1 + wide) / 2


CROPS = _crops()
"""Where the search begins: overscan, 4:3 out of 16:9 and back, a logo cropped away in a corner."""
UPRIGHT = tuple(each for each in CROPS if not (each.mirrored or each.upside_down))


@lru_cache(maxsize=4)
def _blur(size: int) -> Matrix:
    cells = np.arange(size)
    radius = _SURROUNDINGS * size / SIDE
    weight = np.exp(-((cells[:, None] - cells) ** 2) / (2 * radius**2))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True), np.float32)


def features(
    pictures: Grey, area: Area = WHOLE, *, mirrored: bool = False, upside_down: bool = False
) -> Matrix:
    """Unit vectors of local contrast of that part of each square picture, shape (n, side²)."""
    values: Matrix = pictures.astype(np.float32)
    if area != WHOLE:
        size = values.shape[1]
        values = np.asarray(_part(size, area[0], area[1]) @ values @ _part(size, area[2], area[3]).T)
    if mirrored:
        values = values[:, :, ::-1]
    if upside_down:
        values = values[:, ::-1]
    blur = _blur(values.shape[1])
    detail = values - blur @ values @ blur.T
    energy = np.sqrt(blur @ detail**2 @ blur.T)
    floor = 0.5 * np.sqrt((detail**2).mean(axis=(1, 2), keepdims=True)) + _NOISE
    bounded = np.clip(detail / (energy + floor), -1.5, 1.5).reshape(len(values), -1)
    length = np.linalg.norm(bounded, axis=1, keepdims=True)
    return np.asarray(bounded / np.maximum(length, 1e-6), np.float32)


@lru_cache(maxsize=2048)
def _part(size: int, start: float, end: float) -> Matrix:
    """Matrix (size, size) that stretches the part [start, end] of a line over the whole, linearly."""
    fine = resampling(size * 8, size, start, end)
    places = (np.arange(size * 8) + 0.5) / 8 - 0.5
    near = np.clip(1 - np.abs(places[:, None] - np.arange(size)), 0, None)
    near[places < 0, 0] = 1
    near[places > size - 1, -1] = 1
    return np.asarray(fine @ near, np.float32)


class View:
    """The pictures of one file as vectors, kept for every part and orientation asked for."""

    def __init__(self, pictures: Grey) -> None:
        self._pictures = pictures
        self._known: dict[tuple[Area, bool, bool], Matrix] = {}

    def of(self, area: Area, *, mirrored: bool = False, upside_down: bool = False) -> Matrix:
        """As `features`."""
        wanted = area, mirrored, upside_down
        if wanted not in self._known:
            self._known[wanted] = features(self._pictures, area, mirrored=mirrored, upside_down=upside_down)
        return self._known[wanted]


def _both(a: View, b: View, geometry: Geometry) -> tuple[Matrix, Matrix]:
    right = b.of(geometry.b, mirrored=geometry.mirrored, upside_down=geometry.upside_down)
    return a.of(geometry.a), right


def similarity(a: View, b: View, geometry: Geometry) -> Matrix:
    """Cosine of each picture of a with each of b, shape (len(a), len(b))."""
    left, right = _both(a, b, geometry)
    return np.asarray(left @ right.T, np.float32)


def partners(similar: Matrix, most: int = 16) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the pairs that are each other's most alike, the best of them first."""
    columns = similar.argmax(axis=1)
    mutual = np.flatnonzero(similar.argmax(axis=0)[columns] == np.arange(len(similar)))
    best = mutual[np.argsort(-similar[mutual, columns[mutual]])][:most]
    return best, columns[best]


def fit(a: View, b: View, geometry: Geometry) -> tuple[float, Geometry]:
    """Shift the edges of both areas while the pairs a[i], b[i] grow more alike: (mean similarity, areas)."""
    best = pair_similarity(a, b, geometry), geometry
    for step in (0.06, 0.02):
        improved = True
        while improved:
            improved = False
            for moved in _moved(best[1], step):
                value = pair_similarity(a, b, moved)
                if value > best[0] + 0.002:
                    best, improved = (value, moved), True
    return best


def pair_similarity(a: View, b: View, geometry: Geometry) -> float:
    """Mean cosine of the pairs a[i], b[i]."""
    left, right = _both(a, b, geometry)
    return float((left * right).sum(axis=1).mean())


def _moved(geometry: Geometry, step: float) -> list[Geometry]:
    """The neighbours: one edge of one area in or out, within the picture."""
    found = [geometry._replace(a=area) for area in _edges_moved(geometry.a, step)]
    found += [geometry._replace(b=area) for area in _edges_moved(geometry.b, step)]
    return [moved for moved in found if _plausible(moved)]


def _plausible(geometry: Geometry) -> bool:
    """Only one of two copies was cropped in height, and one in width; a little is left to chance."""
    high = min(geometry.a[1] - geometry.a[0], geometry.b[1] - geometry.b[0])
    wide = min(geometry.a[3] - geometry.a[2], geometry.b[3] - geometry.b[2])
    both_high = geometry.a[1] - geometry.a[0] + geometry.b[1] - geometry.b[0] - high
    both_wide = geometry.a[3] - geometry.a[2] + geometry.b[3] - geometry.b[2] - wide
    return min(high, wide) > 0.5 and min(both_high, both_wide) > 0.9


def _edges_moved(area: Area, step: float) -> list[Area]:
    found: list[Area] = []
    for edge in range(4):
        for by in (-step, step):
            edges = [*area]
            edges[edge] = round(min(1.0, max(0.0, edges[edge] + by)), 4)
            top, bottom, left, right = edges
            if edges[edge] != area[edge]:
                found.append((top, bottom, left, right))
    return found
