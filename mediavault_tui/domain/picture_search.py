"""Which files of a small library, or of the short ones of a large one, may show the same.

`content_index` finds copies by keys that single pictures share; a clip of few pictures, cropped or with a
logo over it, may share none. Here every picture is set against every other, which costs the square of
their number, so only the files with the fewest pictures take part. Pairs are to be judged by
`alignment.compare`.
"""

import heapq

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.fingerprint import Fingerprint, Grey, contrast
from mediavault_tui.domain.picture_match import features

MOST_PICTURES = 12_000
"""Of all files that take part: some three seconds on one core."""
ALIKE = 0.45
"""Least mean similarity of a file's better half of pictures to their best partners in the other: of 1,224
pairs of real clips and their changed copies 100 % reach it, of pairs of different clips 1 %."""
MOST_PARTNERS = 16
"""Of one file, the most alike: what looks like everything (one speaker, one room) is not compared with all."""
_FLAT = 4.0
_FEWEST = 4


class PictureSearch:
    """Collects fingerprints, then names the pairs worth comparing."""

    def __init__(self) -> None:
        self._files: list[tuple[int, int, Grey]] = []
        """A heap of (−pictures, id, pictures): who has the most leaves first."""
        self._total = 0

    def add(self, file_id: int, fingerprint: Fingerprint) -> None:
        """Take in one file. Flat pictures are left out."""
        shown = fingerprint.pictures[contrast(fingerprint.pictures) >= _FLAT]
        if len(shown) < _FEWEST:
            return
        heapq.heappush(self._files, (-len(shown), file_id, shown))
        self._total += len(shown)
        while self._total > MOST_PICTURES:
            self._total += heapq.heappop(self._files)[0]

    def pairs(self) -> set[tuple[int, int]]:
        """(id, id), the smaller first, of files that may show the same."""
        files = sorted((file_id, features(shown)) for _, file_id, shown in self._files)
        if len(files) < 2:
            return set()
        ids = [file_id for file_id, _ in files]
        every = np.concatenate([each for _, each in files])
        starts = np.cumsum([0, *(len(each) for _, each in files[:-1])])
        alike = np.array([_likeness(each, every, starts) for _, each in files])
        alike = np.maximum(alike, alike.T)  # a short one may be a part of a long one
        np.fill_diagonal(alike, 0.0)
        found: set[tuple[int, int]] = set()
        for one, row in enumerate(alike):
            best = np.argsort(-row)[:MOST_PARTNERS]
            found |= {(min(ids[one], ids[at]), max(ids[one], ids[at])) for at in best if row[at] >= ALIKE}
        return found


def _likeness(
    one: NDArray[np.float32], every: NDArray[np.float32], starts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """How well the better half of a file's pictures is found again in each file, shape (files,)."""
    partners = np.maximum.reduceat(one @ every.T, starts, axis=1)
    half = max(_FEWEST, len(one) // 2)
    return np.asarray(np.sort(partners, axis=0)[-half:].mean(axis=0), np.float32)
