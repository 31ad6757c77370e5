"""Which files of a whole library may show the same, without comparing each with each.

Every picture of a fingerprint is reduced to a few keys: signs of random mixtures of its low frequencies,
cut into bands (locality-sensitive hashing after Charikar 2002, banded as by Indyk and Motwani 1998). Two
pictures of one shot agree in some band far more often than two unrelated ones. A key that many files share
belongs to a studio logo, an intro or a card, and is left out. Pairs of files that agree in several places
are candidates, to be judged by `alignment.compare`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.fingerprint import SIDE, Fingerprint, Grey, contrast

BANDS, BITS = 10, 24
MOST_SHARING = 32
"""A key in more samples than this says nothing about any two files."""
ENOUGH = 2.0
"""Places two files must agree in; a place in a much shared key counts for less."""
_OWNERS = (1 << 28) - 1
_WHOLE = 128
"""The weight of a key that just two files have; shared among the partners of a file otherwise."""
_FLAT = 4.0
_FREQUENCIES = 8


class Candidate(NamedTuple):
    """Two files (ids as given to `add`, first < second in the order of adding) and how strongly they agree."""

    first: int
    second: int
    strength: float


def _projection() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosine transform to whitened low frequencies, and random mixtures of these (fixed seed)."""
    cells = (np.arange(SIDE) + 0.5) * np.pi / SIDE
    waves, weights = [], []
    for high in range(_FREQUENCIES):
        for wide in range(_FREQUENCIES):
            if 0 < high + wide <= _FREQUENCIES:
                waves.append(np.outer(np.cos(high * cells), np.cos(wide * cells)).ravel())
                weights.append(np.hypot(high, wide))  # natural pictures have amplitudes of 1/f
    low = np.array(waves) * np.array(weights)[:, None]
    mixtures = np.random.default_rng(20).standard_normal((len(low), BANDS * BITS))
    return low.T.astype(np.float32), mixtures.astype(np.float32)


_LOW, _MIXTURES = _projection()
_PLACES = (1 << np.arange(BITS)).astype(np.float32)


def keys(pictures: Grey) -> NDArray[np.uint32]:
    """BANDS keys of BITS bits for each picture, shape (n, BANDS)."""
    low = pictures.reshape(len(pictures), SIDE * SIDE).astype(np.float32) @ _LOW
    scale = np.sqrt((low**2).mean(axis=1, keepdims=True)) + 1e-6
    bits = np.clip(low / scale, -1.5, 1.5) @ _MIXTURES > 0
    found = bits.reshape(len(pictures), BANDS, BITS).astype(np.float32) @ _PLACES
    return np.asarray(found, np.uint32)


class ContentIndex:
    """Collects fingerprints, then names the pairs worth comparing."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._keys: list[NDArray[np.uint32]] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, file_id: int, fingerprint: Fingerprint) -> None:
        """Take in one file. Flat pictures are left out."""
        self._ids.append(file_id)
        self._keys.append(keys(fingerprint.pictures[contrast(fingerprint.pictures) >= _FLAT]))

    def candidates(self) -> list[Candidate]:
        """Pairs that may show the same, the strongest first."""
        if not self._keys:
            return []
        table = np.concatenate(self._keys).astype(np.uint64) << np.uint64(32)
        owner = np.repeat(np.arange(len(self._keys)), [len(each) for each in self._keys]).astype(np.uint64)
        found = np.concatenate([_collisions(table[:, band] | owner) for band in range(BANDS)])
        if not len(found):
            return []
        found.sort()
        codes = found >> np.uint64(8)
        starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
        strength = np.add.reduceat((found & np.uint64(255)).astype(np.float64) / _WHOLE, starts)
        strong = np.flatnonzero(strength >= ENOUGH)
        strong = strong[np.argsort(-strength[strong], kind="stable")]
        return [
            Candidate(self._ids[code >> 28], self._ids[code & _OWNERS], float(strength[at]))
            for at, code in zip(strong.tolist(), codes[starts[strong]].tolist(), strict=True)
        ]


def _collisions(keyed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Pairs of owners that share a key: first << 36 | second << 8 | weight. `keyed` is key << 32 | owner.

    Everything is packed into single integers because sorting these is by far the fastest.
    """
    # A still repeats one key many times in one file: each owner counts once per key.
    keyed = np.sort(keyed)
    keyed = keyed[np.flatnonzero(np.diff(keyed, prepend=~keyed[:1]))]
    key, owner = keyed >> np.uint64(32), keyed & np.uint64(_OWNERS)
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    sizes = np.diff(starts, append=len(key))
    telling = (sizes > 1) & (sizes <= MOST_SHARING)
    starts, sizes = starts[telling], sizes[telling]
    found = [np.zeros(0, np.uint64)]
    for apart in range(1, MOST_SHARING):
        # Members of a group stand 1, 2, … places apart.
        starts, sizes = starts[sizes > apart], sizes[sizes > apart]
        count = sizes - apart
        first = np.repeat(starts, count) + _running(count)
        weight = np.repeat(np.ceil(_WHOLE / (sizes - 1)).astype(np.uint64), count)
        found.append((owner[first] << np.uint64(36)) | (owner[first + apart] << np.uint64(8)) | weight)
    return np.concatenate(found)


def _running(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, … for each of the counts in turn."""
    return np.asarray(np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts), np.int64)
