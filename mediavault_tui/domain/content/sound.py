"""What a video sounds like, in bits, and whether two files sound the same at one shift.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): 32 bits a frame, each
telling whether the difference between two neighbouring frequency bands grew. Loudness, equalisation and
codecs leave most bits as they are; half of the bits of unrelated sounds agree by chance. Here the levels
are taken in decibels, and frames are further apart, because a whole file is known and not three seconds.

Sound comes in stretches: all of a short file, windows of a long one. Frames stand at whole numbers of hops
from the start of the file, so that two files are compared by shifting numbers.
"""

import struct
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

RATE = 4000
"""Samples per second: voices and most of music lie below 2 kHz."""
HOP = 320
HOP_S = HOP / RATE
_WINDOW, _APART = 1024, 3
"""Samples that a spectrum is taken of, and hops between the two spectra a frame compares."""
NEEDED = _WINDOW + _APART * HOP
"""Samples that one frame takes."""
_BANDS = 33
_EDGES = np.round(np.geomspace(300, 1850, _BANDS + 1) / RATE * _WINDOW).astype(int)
_FLOOR = 1e-4
"""Share of the mean power below which a band holds nothing but coding noise."""
_QUIET = 1e-3
"""Root mean square (of 1) of what counts as silence: −60 dB."""
_STEADY_DB = 1.0
"""A frame whose bands change by less is a steady tone or hum, and its bits are noise."""
_MUTE = 0

_LEAST_FRAMES = 62
"""Five seconds that both have and that are no silence."""
_ALIKE, _PART_ALIKE = 0.5, 0.35
"""Correlation of bits (0 by chance, 1 for equal) for the whole and for each part; 0.7 is usual for copies."""
_RIVAL = 0.6
"""A loop or a beat fits at other shifts as well as this share of the best: then no shift is believed."""
_AROUND = 12
_PARTS, _LEAST_PARTS = 8, 4

_RUN = struct.Struct("<IH")
Bits = NDArray[np.uint32]


class Sound(msgspec.Struct, frozen=True, eq=False):
    """Frames of one file in the order of time; none where nothing was heard."""

    places: NDArray[np.int64]
    """When each frame begins, in hops from the start of the file, ascending, shape (n,)."""
    bits: Bits
    """Shape (n,); 0 for silence and steady tones."""

    def to_bytes(self) -> bytes:
        """Runs of frames without a gap: first place, count, bits."""
        runs = np.split(np.arange(len(self.places)), np.flatnonzero(np.diff(self.places) != 1) + 1)
        return b"".join(
            _RUN.pack(self.places[run[0]], len(run)) + self.bits[run].astype("<u4").tobytes()
            for run in runs
            if len(run)
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sound":
        """What `to_bytes` wrote. Raises ValueError for anything else."""
        parts, at = [], 0
        while at < len(data):
            if at + _RUN.size > len(data):
                raise ValueError("a run of frames is cut off")
            first, count = _RUN.unpack_from(data, at)
            at += _RUN.size
            if at + 4 * count > len(data):
                raise ValueError("a run of frames is cut off")
            bits = np.frombuffer(data, "<u4", count, at).astype(np.uint32)
            parts.append(cls(first + np.arange(count), bits))
            at += 4 * count
        return joined(parts)


class Agreement(NamedTuple):
    """Two files sound alike at one shift: t_b = t_a + shift_s."""

    shift_s: float
    alike: float
    """Correlation of the bits, up to 1."""
    share: float
    """Share of what either lets hear, where both were listened to, that agrees."""


def joined(parts: list[Sound]) -> Sound:
    """Stretches of one file put together; of frames known twice the first is kept."""
    if not parts:
        return Sound(np.zeros(0, np.int64), np.zeros(0, np.uint32))
    places, first = np.unique(np.concatenate([part.places for part in parts]), return_index=True)
    return Sound(places, np.concatenate([part.bits for part in parts])[first])


def from_samples(samples: NDArray[np.float32], start_s: float) -> Sound:
    """The frames of one stretch of mono sound at RATE, full scale 1, that begins at a time of the file."""
    place = max(0, int(np.ceil(start_s / HOP_S - 1e-6)))
    samples = samples[max(0, round((place * HOP_S - start_s) * RATE)) :]
    if len(samples) < NEEDED:
        return joined([])
    found, power = levels(np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::HOP])
    slopes = np.diff(found, axis=1)
    change = slopes[_APART:] - slopes[:-_APART]
    bits = np.packbits(change > 0, axis=1, bitorder="little").view("<u4")[:, 0].astype(np.uint32)
    bits = np.where(bits == _MUTE, np.uint32(1), bits)
    silent = np.minimum(power[_APART:], power[:-_APART]) < _QUIET**2
    steady = np.sqrt((change**2).mean(axis=1)) < _STEADY_DB
    bits[silent | steady] = _MUTE
    return Sound(place + np.arange(len(bits)), bits)


def levels(frames: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Decibels of each band of each frame of samples, shape (n, _BANDS), and the mean square of each frame."""
    shape = np.hanning(_WINDOW).astype(np.float32)
    bands = []
    for start in range(0, len(frames), 64):  # what fits the processor's cache
        spectrum = np.fft.rfft(frames[start : start + 64] * shape)
        power = spectrum.real**2 + spectrum.imag**2
        bands.append(np.add.reduceat(power, _EDGES, axis=1)[:, :_BANDS] / np.diff(_EDGES))
    powers = np.concatenate(bands).astype(np.float64)
    floor = _FLOOR * powers.mean(axis=1, keepdims=True) + 1e-9
    return 10 * np.log10(powers + floor), np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / _WINDOW


def agreement(a: Sound, b: Sound, duration_a: float, duration_b: float) -> Agreement | None:
    """The one shift at which both sound the same along their common runtime; None when there is none.

    None also for what fits at several shifts (a loop, a beat), for less than five seconds of sound, and
    where only a part of the common runtime agrees. Both files must run at the same speed.
    """
    if min(np.count_nonzero(a.bits), np.count_nonzero(b.bits)) < _LEAST_FRAMES:
        return None
    similar = _signs(a.bits) @ _signs(b.bits).T / 32
    shifts = b.places - a.places[:, None]
    audible = (a.bits != _MUTE)[:, None] & (b.bits != _MUTE)
    lowest = int(shifts.min())
    bins = (shifts - lowest).ravel()
    total = np.bincount(bins, similar.ravel())
    count = np.bincount(bins, audible.ravel())
    mean = np.where(count >= _LEAST_FRAMES, total / np.maximum(count, 1), 0.0)
    best = int((mean * np.sqrt(count)).argmax())
    away = np.abs(np.arange(len(mean)) - best) > _AROUND
    if mean[best] < _ALIKE or mean[away].max(initial=0.0) > _RIVAL * mean[best]:
        return None
    share = _share(a, b, best + lowest, duration_a, duration_b)
    return None if share is None else Agreement((best + lowest) * HOP_S, float(mean[best]), share)


def _signs(bits: Bits) -> NDArray[np.float32]:
    """−1 or 1 for each bit, 0 for all of a mute frame, shape (n, 32)."""
    unpacked = np.unpackbits(bits.astype("<u4").view(np.uint8).reshape(-1, 4), axis=1, bitorder="little")
    return np.asarray((unpacked * np.float32(2) - 1) * (bits != _MUTE)[:, None], np.float32)


def _share(a: Sound, b: Sound, shift: int, duration_a: float, duration_b: float) -> float | None:
    """Share of the parts of the common runtime that agree; None when they are few or only on one side.

    A frame that is mute in one file only speaks against it.
    """
    _, rows, columns = np.intersect1d(a.places + shift, b.places, return_indices=True)
    similar = (_signs(a.bits[rows]) * _signs(b.bits[columns])).sum(axis=1) / 32
    heard = (a.bits[rows] != _MUTE) | (b.bits[columns] != _MUTE)
    start = max(0.0, -shift * HOP_S)
    end = min(duration_a, duration_b - shift * HOP_S)
    times = a.places[rows] * HOP_S
    part = np.clip((times - start) / max(end - start, 1e-3) * _PARTS, 0, _PARTS - 1).astype(int)
    counts = np.bincount(part, heard, _PARTS)
    means = np.bincount(part, similar, _PARTS) / np.maximum(counts, 1)
    agreeing = np.flatnonzero((counts >= 4) & (means >= _PART_ALIKE))
    if len(agreeing) < _LEAST_PARTS or agreeing[-1] - agreeing[0] < _PARTS // 2:
        return None
    return float(counts[agreeing].sum() / counts.sum())
