"""Which files of a small library, or of the short ones of a large one, may show the same.

`content_index` finds copies by keys that single pictures share; a clip of few pictures, cropped or with a
logo over it, may share none. Here every picture is set against every other, which costs the square of
their number, so only the files with the fewest pictures take part. Pairs are to be judged by
`alignment.compare`.
"""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content.fingerprint import Fingerprint, Grey, contrast, digest
from mediavault_tui.domain.content.picture_match import Matrix, features

MOST_PICTURES = 12_000
"""Of all files that take part: two and a half seconds on one core."""
ALIKE = 0.45
"""Least mean similarity of a file's better half of pictures to their best partners in the other: of 1,224
pairs of real clips and their changed copies 100 % reach it, of pairs of different clips 1 %."""
MOST_PARTNERS = 16
"""Of one file, the most alike: what looks like everything (one speaker, one room) is not compared with all."""
_FEW = 16
"""Pictures of a file that are also looked for mirrored, upside down and cropped."""
_UNTIL_CHANGED = 0.15
"""How much more alike these must be. Of some 100 s of real scenes, copies that were turned or cut down to a corner
come to 0.90 to 1, and what is turned that is not to 0.37 to 0.60."""
_CORNERS = tuple((y, y + 0.7, x, x + 0.7) for y in (0.0, 0.3) for x in (0.0, 0.3))
"""Areas: a logo or a strip of text cropped away. Other crops leave enough in its place to be found as they are."""
_FLAT = 4.0
_FEWEST, _UNTIL_FEW = 4, 0.15
"""Fewer pictures than this must be more alike."""
_PART, _UNTIL_PART, _EVERYWHERE = 3, 0.2, 8
"""Of a part of a much longer film few pictures meet: so many, that much more alike, and not what so many files show.
In 20 minutes, 20 s and 120 s of it come to 0.74 and 1, other films to 0.48."""
_MUCH_LONGER = 0.4
"""The shorter lasts this share of the longer at most: `alignment` expects as much in common of other pairs."""
_MOST_BLANK = 4
"""Others that a file is compared with of which, like of itself, there is nothing to see."""
_AS_LONG_S, _AS_LONG = 2.0, 0.05
"""Such files last as long: within the larger of these seconds and this share."""


class _File(NamedTuple):
    """In the order in which files leave when there are too many pictures: settled by what they show, never by ids."""

    fewer: int
    """Minus the number of pictures."""
    digest: bytes
    id: int
    duration_s: float
    pictures: Grey


class PictureSearch:
    """Collects fingerprints, then names the pairs worth comparing. The order of adding does not matter."""

    def __init__(self) -> None:
        self._files: list[_File] = []
        """A heap: who has the most pictures leaves first."""
        self._total = 0
        self._blank: list[tuple[float, bytes, int]] = []
        """Duration, digest, id of the files in which nothing is to be seen."""

    def add(self, file_id: int, fingerprint: Fingerprint) -> None:
        """Take in one file. Flat pictures are left out."""
        shown = fingerprint.pictures[contrast(fingerprint.pictures) >= _FLAT]
        if not len(shown):
            self._blank.append((fingerprint.duration_s, digest(fingerprint), file_id))
            return
        heapq.heappush(
            self._files, _File(-len(shown), digest(fingerprint), file_id, fingerprint.duration_s, shown)
        )
        self._total += len(shown)
        while self._total > MOST_PICTURES:
            first = heapq.heappop(self._files)
            self._total += first.fewer
            while self._files and self._files[0][:2] == first[:2]:  # those that are alike leave together
                self._total += heapq.heappop(self._files).fewer

    def pairs(self) -> set[tuple[int, int]]:
        """(id, id), the smaller first, of files that may show the same."""
        return self._alike() | self._of_one_length()

    def _of_one_length(self) -> set[tuple[int, int]]:
        """Files in which nothing is to be seen, each with the next few that last as long: sound may tell them apart."""
        found: set[tuple[int, int]] = set()
        files = sorted(self._blank)
        for at, (duration_s, _, one) in enumerate(files):
            for longer_s, _, other in files[at + 1 : at + 1 + _MOST_BLANK]:
                if longer_s - duration_s <= max(_AS_LONG_S, _AS_LONG * longer_s):
                    found.add((min(one, other), max(one, other)))
        return found

    def _alike(self) -> set[tuple[int, int]]:
        if len(self._files) < 2:
            return set()
        files = sorted(self._files, reverse=True)
        ids = [each.id for each in files]
        shown = [features(each.pictures) for each in files]
        every = np.concatenate(shown)
        starts = np.cumsum([0, *(-each.fewer for each in files[:-1])])
        partners = (np.maximum.reduceat(each @ every.T, starts, axis=1) for each in shown)
        lasts = np.array([each.duration_s for each in files])
        alike = np.array(
            [_likeness(each, file.duration_s, lasts) for each, file in zip(partners, files, strict=True)]
        )
        changed = np.array([_likeness_changed(each.pictures, every, starts) for each in files])
        alike = np.maximum(alike, changed)
        alike = np.maximum(alike, alike.T)  # a short one may be a part of a long one
        np.fill_diagonal(alike, 0.0)
        found: set[tuple[int, int]] = set()
        for one, row in enumerate(alike):
            best = np.argsort(-row, kind="stable")[:MOST_PARTNERS]
            found |= {(min(ids[one], ids[at]), max(ids[one], ids[at])) for at in best if row[at] >= ALIKE}
        return found


def _likeness(partners: Matrix, lasts_s: float, others_s: NDArray[np.float64]) -> NDArray[np.float32]:
    """How well the better half of a file's pictures is found again in each file, or a few in a much longer one.

    `partners` is how alike each picture's best partner in each file is, shape (pictures, files).
    """
    half = _of_better_half(partners) - _UNTIL_FEW * (len(partners) < _FEWEST)
    everywhere = (partners > ALIKE + _UNTIL_PART).sum(axis=1, keepdims=True) > _EVERYWHERE
    few = np.sort(np.where(everywhere, 0, partners), axis=0)[-_PART:].mean(axis=0) - _UNTIL_PART
    shorter = np.minimum(lasts_s, others_s) <= _MUCH_LONGER * np.maximum(lasts_s, others_s)
    return np.asarray(np.where(shorter, np.maximum(half, few), half), np.float32)


def _likeness_changed(pictures: Grey, every: Matrix, starts: NDArray[np.int64]) -> NDArray[np.float32]:
    """The same of a few pictures that are turned, or of which only a corner is left: the most of it."""
    few = pictures[np.linspace(0, len(pictures) - 1, min(_FEW, len(pictures))).astype(int)]
    turned = features(np.concatenate([few[:, ::-1], few[:, :, ::-1], few[:, ::-1, ::-1]]))
    views = np.concatenate([turned, *(features(few, corner) for corner in _CORNERS)])
    partners = np.maximum.reduceat(views @ every.T, starts, axis=1).reshape(-1, len(few), len(starts))
    best = np.max([_of_better_half(each) for each in partners], axis=0)
    return np.asarray(best - _UNTIL_CHANGED - _UNTIL_FEW * (len(few) < _FEWEST), np.float32)


def _of_better_half(partners: NDArray[np.float32]) -> NDArray[np.float32]:
    half = max(_FEWEST, len(partners) // 2)
    return np.asarray(np.sort(partners, axis=0)[-half:].mean(axis=0), np.float32)
