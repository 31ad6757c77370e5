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

from mediavault_tui.domain.content.fingerprint import SIDE, Fingerprint, Grey, contrast

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


class _Mixtures(NamedTuple):
    """How low frequencies become keys."""

    low: NDArray[np.float32]
    """Cosine transform to whitened low frequencies, shape (SIDE², frequencies)."""
    ways: NDArray[np.float32]
    """Signs of the frequencies of a picture as it is, mirrored, upside down and both, shape (4, frequencies)."""
    bits: NDArray[np.float32]
    """Random mixtures (fixed seed), shape (BANDS, frequencies, BITS)."""
    wide: NDArray[np.float32]
    """Of what only left and right change, a mixture for each band: its sign says which way round to read."""
    high: NDArray[np.float32]


def _mixtures() -> _Mixtures:
    cells = (np.arange(SIDE) + 0.5) * np.pi / SIDE
    every = [(high, wide) for high in range(_FREQUENCIES) for wide in range(_FREQUENCIES)]
    kept = np.array([each for each in every if 0 < sum(each) <= _FREQUENCIES])
    waves = [np.outer(np.cos(high * cells), np.cos(wide * cells)).ravel() for high, wide in kept]
    low = np.array(waves).T * np.hypot(*kept.T)  # natural pictures have amplitudes of 1/f
    odd_high, odd_wide = (kept % 2 == 1).T
    random = np.random.default_rng(20)
    bits = random.standard_normal((BANDS, len(kept), BITS))
    wide = random.standard_normal((len(kept), BANDS)) * (odd_wide & ~odd_high)[:, None]
    high = random.standard_normal((len(kept), BANDS)) * (odd_high & ~odd_wide)[:, None]
    across, over = np.where(odd_wide, -1, 1), np.where(odd_high, -1, 1)
    ways = np.stack([np.ones(len(kept)), across, over, across * over])
    return _Mixtures(*(each.astype(np.float32) for each in (low, ways, bits, wide, high)))


_MIXED = _mixtures()
_PLACES = (1 << np.arange(BITS)).astype(np.float32)


def keys(pictures: Grey) -> NDArray[np.uint32]:
    """BANDS keys of BITS bits for each picture, shape (n, BANDS); the same for its mirror image, and upside down.

    Each band turns a picture the way that gives two mixtures of its own a positive sign. A copy that is turned comes
    out alike, at the price of two signs more that have to agree.
    """
    low = pictures.reshape(len(pictures), SIDE * SIDE).astype(np.float32) @ _MIXED.low
    scale = np.sqrt((low**2).mean(axis=1, keepdims=True)) + 1e-6
    bounded = np.clip(low / scale, -1.5, 1.5)
    ways = bounded * _MIXED.ways[:, None]
    way = (bounded @ _MIXED.wide < 0) + 2 * (bounded @ _MIXED.high < 0)
    every = np.arange(len(pictures))
    found = np.empty((BANDS, len(pictures)), np.float32)
    for band in range(BANDS):  # one by one: arrays this small stay in the processor's cache
        found[band] = (ways[way[:, band], every] @ _MIXED.bits[band] > 0) @ _PLACES
    return np.asarray(found.T, np.uint32)


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
