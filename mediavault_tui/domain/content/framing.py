"""How the frames of two files are looked at so that they show the same: which part of each, and which way round.

What a rough look told is tried first; where frames that should be alike are not, other crops are, and the
edges of the best are fitted. In a moving crop (pan and scan) each window has a look of its own.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content import picture_match
from mediavault_tui.domain.content.alignment import WHOLE, Alignment, Area
from mediavault_tui.domain.content.fingerprint import SIDE as COARSE
from mediavault_tui.domain.content.fingerprint import Grey, shrink
from mediavault_tui.domain.content.picture_match import Geometry, View

SIDE = 32
"""Finer than a fingerprint: a frame's worth of motion is a small part of its cells."""
_TRIED = 2
"""Crops whose edges are fitted."""
_AS_GOOD = 0.01
"""What a wider area may cost: fitting draws edges in that both files show."""

Matrix = NDArray[np.float32]


class Framing(msgspec.Struct, frozen=True):
    """The part of each file's picture that both show, as shares of it."""

    area_a: Area
    area_b: Area
    mirrored: bool = False
    upside_down: bool = False

    @classmethod
    def of(cls, rough: Alignment) -> "Framing":
        """As a rough look told."""
        return cls(rough.area_a, rough.area_b, rough.mirrored, rough.upside_down)

    def in_a(self, frames: Grey) -> Matrix:
        """Features of frames of a, shape (n, FRAME_SIDE, FRAME_SIDE)."""
        return picture_match.features(shrink(frames, self.area_a, SIDE))

    def in_b(self, frames: Grey) -> Matrix:
        """Features of frames of b, turned as a is."""
        return picture_match.features(self.upright(shrink(frames, self.area_b, SIDE)))

    def upright(self, pictures: Grey) -> Grey:
        """Pictures of b, turned as a is."""
        turned = pictures[:, ::-1] if self.upside_down else pictures
        return turned[:, :, ::-1] if self.mirrored else turned


def fitted(
    look: Framing, bars: tuple[Area, Area], frames_a: Grey, frames_b: Grey, places: NDArray[np.int64]
) -> Framing:
    """The look under which frames of a find frames of b most alike, by crops of the parts that are no bars.

    `places`, shape (slides, len(frames_a)): the frame of b that goes with each of a, for every slide tried.
    """
    small_a = View(shrink(frames_a, bars[0], COARSE))
    upright_b = look.upright(shrink(frames_b, bars[1], COARSE))
    small_b = View(upright_b)
    tried = []
    for geometry in dict.fromkeys((_geometry(look, bars), *picture_match.UPRIGHT)):
        similar = picture_match.similarity(small_a, small_b, geometry)
        along = similar[np.arange(len(frames_a)), places].mean(axis=1)
        tried.append((float(along.max()), places[int(along.argmax())], geometry))
    tried.sort(key=lambda each: -each[0])
    outcomes = []
    for _, at, geometry in tried[:_TRIED]:
        pairs = small_a, View(upright_b[at])
        outcomes.append((*picture_match.fit(*pairs, geometry), pairs))
    similar_by, geometry, pairs = max(outcomes, key=lambda each: each[0])
    return _look(_grown(*pairs, geometry, similar_by), look, bars)


def _grown(a: View, b: View, geometry: Geometry, similar: float) -> Geometry:
    """The same with each edge that is drawn in on both sides let out until one of them meets its border."""
    for edge in range(4):
        room = [area[edge] if edge % 2 == 0 else 1 - area[edge] for area in (geometry.a, geometry.b)]
        across = edge // 2 * 2
        sizes = [area[across + 1] - area[across] for area in (geometry.a, geometry.b)]
        by = min(room[0] / sizes[0], room[1] / sizes[1])
        outward = -by if edge % 2 == 0 else by
        area_a, area_b = [*geometry.a], [*geometry.b]
        area_a[edge], area_b[edge] = (
            round(min(1.0, max(0.0, area[edge] + outward * size)), 4)
            for area, size in zip((area_a, area_b), sizes, strict=True)
        )
        wider = geometry._replace(a=_area(area_a), b=_area(area_b))
        if by > 0 and picture_match.pair_similarity(a, b, wider) > similar - _AS_GOOD:
            geometry = wider
    return geometry


def _area(edges: Sequence[float]) -> Area:
    top, bottom, left, right = (float(edge) for edge in edges)
    return top, bottom, left, right


def _geometry(look: Framing, bars: tuple[Area, Area]) -> Geometry:
    """The look's areas as shares of the parts without bars, b's turned as a is."""
    inner_b = _inner(bars[1], look.area_b)
    return Geometry(_inner(bars[0], look.area_a), _turned(inner_b, look))


def _look(geometry: Geometry, look: Framing, bars: tuple[Area, Area]) -> Framing:
    return msgspec.structs.replace(
        look,
        area_a=_outer(bars[0], geometry.a),
        area_b=_outer(bars[1], _turned(geometry.b, look)),
    )


def _turned(area: Area, look: Framing) -> Area:
    top, bottom, left, right = area
    if look.upside_down:
        top, bottom = 1 - bottom, 1 - top
    if look.mirrored:
        left, right = 1 - right, 1 - left
    return top, bottom, left, right


def _inner(outer: Area, area: Area) -> Area:
    """An area as shares of a part it lies in."""
    if area == outer:
        return WHOLE
    high, wide = outer[1] - outer[0], outer[3] - outer[2]
    edges = (
        (area[0] - outer[0]) / high, (area[1] - outer[0]) / high,
        (area[2] - outer[2]) / wide, (area[3] - outer[2]) / wide,
    )  # fmt: skip
    top, bottom, left, right = (min(1.0, max(0.0, round(edge, 4))) for edge in edges)
    return top, bottom, left, right


def _outer(outer: Area, inner: Area) -> Area:
    high, wide = outer[1] - outer[0], outer[3] - outer[2]
    top, bottom = outer[0] + inner[0] * high, outer[0] + inner[1] * high
    return top, bottom, outer[2] + inner[2] * wide, outer[2] + inner[3] * wide


def common(looks: list[Framing]) -> Framing:
    """One for all windows: the median of each edge."""
    edges_a = np.median([each.area_a for each in looks], axis=0)
    edges_b = np.median([each.area_b for each in looks], axis=0)
    return msgspec.structs.replace(looks[0], area_a=_area(edges_a.tolist()), area_b=_area(edges_b.tolist()))
