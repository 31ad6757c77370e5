"""Do two tracks sound the same along the same pictures? Told from windows of both, laid beside each other.

The measure is that of `domain/content/sound`: whether the levels of neighbouring bands rise or fall together, which
loudness, codecs and mixing down leave as it is. Dubbed versions share music and effects and differ where
somebody speaks, so *same* needs nearly all parts to agree, and a good share of parts that clearly do not makes
*different*. Steady tones and hums, whose rise and fall is noise, are compared by their spectra.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.audio_similarity import AudioSimilarity
from mediavault_tui.domain.content.sound import HOP, RATE, levels

Samples = NDArray[np.float32]
Parts = NDArray[np.float32]
"""Mean agreement and weight of each part, shape (n, 2)."""

MARGIN_S = 0.6
"""Sound runs this much early or late against the pictures in one release and not in the other, at most."""
_STEPS = 2
"""Shifts tried within a hop."""
_WINDOW, _APART = 1024, 3
_HANN = np.hanning(_WINDOW).astype(np.float32)
_LUMP = 4
_LOWEST, _HIGHEST = 16, 488
"""Lines of the spectrum that are looked at, 3.9 Hz each, and how many are one band."""
_QUIET = 1e-3
"""Root mean square (of 1) of what counts as silence: −60 dB."""
_STEADY_DB = 1.0
_ALIKE = 0.92
"""Spectra this alike (−1 to 1) are of one tone, whatever its noise does."""
_PART = 12
"""Frames of a part: a second, within which somebody speaks or nobody does."""
_LEAST_FRAMES = 10
_GOOD, _BAD = 0.35, 0.2
"""Mean agreement (0 by chance, 1 for equal) of parts that are the same and of parts that are not."""
_ALL, _SOME, _FEWEST = 0.85, 0.25, 3
"""Share of what was heard that must be good for SAME; that may be bad before it is DIFFERENT, and parts of it."""
_MOSTLY = 0.5
"""Share of one stretch that may be bad before all the others, however good they are, do not make it SAME."""
_SLIP = 3
"""Steps, 40 ms each, by which a stretch may be earlier or later than the whole: tools that cut without encoding cut
sound between packets, not where the pictures are. Without it, 0.16 s late behind a cut was another sound."""


class Window(NamedTuple):
    """The same moment of both: mono samples at RATE, full scale 1; b begins MARGIN_S earlier and ends so much later."""

    a: Samples
    b: Samples
    stretch: int = 0
    """Windows of one stretch of the pictures share their shift to a step."""


class _Compared(NamedTuple):
    """Agreement of each frame at each shift, and how much it counts, shape (shifts, frames)."""

    value: NDArray[np.float32]
    weight: NDArray[np.float32]


def track_similarity(windows: Iterable[Window], *, stretched: float = 1.0) -> AudioSimilarity:
    """What the windows show together. `stretched`: b was slowed down so much without changing its pitch."""
    by_stretch: defaultdict[int, list[_Compared]] = defaultdict(list)
    for window in windows:
        compared = _compared(window, stretched)
        if compared is not None:
            by_stretch[window.stretch].append(compared)
    every = [each for found in by_stretch.values() for each in found]
    if not every:
        return AudioSimilarity.UNSURE
    if not any(each.weight.any() for each in every):
        return AudioSimilarity.SAME  # silence in both all along
    shifts = min(len(each.weight) for each in every)  # windows of unlike length may have one more
    best = _best_shift(every, range(shifts))
    near = range(max(0, best - _SLIP), min(shifts, best + _SLIP + 1))
    return _judge([_parts_at(found, _best_shift(found, near)) for found in by_stretch.values()])


def _best_shift(found: Sequence[_Compared], among: range) -> int:
    shifts = slice(among.start, among.stop)
    weights = np.sum([each.weight[shifts].sum(axis=1) for each in found], axis=0)
    values = np.sum([(each.value * each.weight)[shifts].sum(axis=1) for each in found], axis=0)
    return among.start + int((values / np.maximum(weights, _LEAST_FRAMES)).argmax())


def _parts_at(found: Sequence[_Compared], shift: int) -> Parts:
    return np.concatenate([_parts(each.value[shift], each.weight[shift]) for each in found])


def _judge(stretches: Sequence[Parts]) -> AudioSimilarity:
    """What was heard of each stretch makes up the whole; one that is another sound is not outweighed."""
    parts = np.concatenate(stretches)
    total = parts[:, 1].sum()
    if total < _LEAST_FRAMES:
        return AudioSimilarity.UNSURE
    bad = parts[:, 0] < _BAD
    if parts[parts[:, 0] >= _GOOD, 1].sum() >= _ALL * total:
        return (
            AudioSimilarity.UNSURE if any(_is_another(each) for each in stretches) else AudioSimilarity.SAME
        )
    if parts[bad, 1].sum() >= _SOME * total and bad.sum() >= min(_FEWEST, len(parts)):
        return AudioSimilarity.DIFFERENT
    return AudioSimilarity.UNSURE


def _is_another(parts: Parts) -> bool:
    bad = parts[:, 0] < _BAD
    return bool(bad.sum() >= _FEWEST and parts[bad, 1].sum() > _MOSTLY * parts[:, 1].sum())


def _parts(value: NDArray[np.float32], weight: NDArray[np.float32]) -> Parts:
    count = max(1, round(len(value) / _PART))
    found = [
        ((v * w).sum() / max(float(w.sum()), 1e-6), w.sum())
        for v, w in zip(np.array_split(value, count), np.array_split(weight, count), strict=True)
        if w.sum() >= 6
    ]
    return np.array(found, np.float32).reshape(-1, 2)


def _compared(window: Window, stretched: float) -> _Compared | None:
    """Every frame of a beside those of b at all shifts within the margin."""
    hop = HOP / stretched
    count = (len(window.a) - _WINDOW) // HOP + 1
    shifts = int(2 * MARGIN_S * RATE / hop * _STEPS)
    places = np.round(np.arange(shifts + _STEPS * count) * hop / _STEPS).astype(int)
    places = places[places + _WINDOW <= len(window.b)]
    shifts = len(places) - _STEPS * (count - 1)
    if count <= _APART + 1 or shifts < 1:
        return None
    ours = _frames(window.a, np.arange(count) * HOP, _APART)
    theirs = _frames(window.b, places, _APART * _STEPS)
    value = np.zeros((shifts, count), np.float32)
    weight = np.zeros((shifts, count), np.float32)
    for shift in range(shifts):
        at = shift + _STEPS * np.arange(count)
        value[shift], weight[shift] = _agreement(ours, theirs, at)
    return _Compared(value[:, _APART:], weight[:, _APART:])


class _Frames(NamedTuple):
    signs: NDArray[np.float32]
    """Rise or fall of each difference of bands, ±1, shape (n, 32)."""
    shape: NDArray[np.float32]
    """Amplitudes from 60 to 1900 Hz, the root of the sum of their squares 1, shape (n, bands)."""
    loud: NDArray[np.bool_]
    steady: NDArray[np.bool_]


def _frames(samples: Samples, places: NDArray[np.int64], apart: int) -> _Frames:
    stretches = samples[places[:, None] + np.arange(_WINDOW)]
    decibels, power = levels(stretches)
    slopes = np.diff(decibels, axis=1)
    change = np.zeros_like(slopes)
    change[apart:] = slopes[apart:] - slopes[:-apart]
    spectrum = np.abs(np.fft.rfft(stretches * _HANN))[:, _LOWEST:_HIGHEST]
    spectrum = spectrum.reshape(len(spectrum), -1, _LUMP).sum(axis=2)
    shape = spectrum / np.maximum(np.linalg.norm(spectrum, axis=1, keepdims=True), 1e-12)
    return _Frames(
        np.where(change > 0, 1, -1).astype(np.float32),
        shape.astype(np.float32),
        power >= _QUIET**2,
        np.sqrt((change**2).mean(axis=1)) < _STEADY_DB,
    )


def _agreement(
    ours: _Frames, theirs: _Frames, at: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rises = (ours.signs * theirs.signs[at]).mean(axis=1)
    tones = 2 * (ours.shape * theirs.shape[at]).sum(axis=1) - 1
    told_by_tones = ours.steady | theirs.steady[at] | (tones > _ALIKE)
    value = np.where(told_by_tones, np.where(tones > _ALIKE, np.maximum(rises, tones), tones), rises)
    both = ours.loud & theirs.loud[at]
    return np.where(both, value, 0), (ours.loud | theirs.loud[at]).astype(np.float32)
