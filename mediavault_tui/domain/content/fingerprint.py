"""What a video looks and sounds like along its runtime, small enough to keep for every file of a library.

A `Fingerprint` is a row of small grey pictures, each with its time. Pictures rather than hash bits: a pair
that differs by a crop, a logo or its contrast can still be compared piece by piece (`domain/content/alignment`),
while `keys` reduces them to bits where a whole library is searched (`domain/content/content_index`).

Bars around the picture are measured over the whole file (`active_area`) and cut away before the picture is
shrunk, so that a letterboxed copy and its cropped sister give the same pictures.
"""

import hashlib
import struct

import msgspec
import numpy as np
from numpy.typing import NDArray

from mediavault_tui.domain.content.alignment import WHOLE, Area
from mediavault_tui.domain.content.sound import Sound, joined

FINGERPRINT_VERSION = 3

SIDE = 16
"""Rows and columns of a picture. The picture is stretched to a square: a squeezed copy gives the same."""

FRAME_SIDE = 128
"""Rows and columns of the grey frames that `from_frames` expects: fine enough to see a bar of 1 %."""

_MAGIC = b"MVfp"
_HEADER = struct.Struct("<4sBBHIHHHHI")  # magic, version, side, pictures, duration ms, area ×4, sound bytes
_STEADY = 5.0
"""Grey levels that the codec's ringing leaves within a bar."""
_FLAT = 5.0
"""Standard deviation in grey levels below which a frame is black, white or a plain colour."""

Grey = NDArray[np.uint8]


class NotAFingerprint(ValueError):  # noqa: N818 - says what the bytes are
    """The bytes are no fingerprint, or one of another version."""


class Fingerprint(msgspec.Struct, frozen=True, eq=False):
    """Small grey pictures of one file in the order of time, and its sound."""

    duration_s: float
    """Runtime that was really seen; the header may say otherwise."""
    times: NDArray[np.float64]
    """Seconds from the start of the file, ascending, shape (n,)."""
    pictures: Grey
    """Shape (n, SIDE, SIDE), of the active area only."""
    area: Area = WHOLE
    """Top, bottom, left, right of the active area as shares of the coded picture."""
    sound: Sound = joined([])
    """Taken only where the pictures say nothing (`domain/content/sound_evidence`)."""

    def to_bytes(self) -> bytes:
        """Bytes for the catalogue; `from_bytes` gives the fingerprint back (times to the millisecond)."""
        area = [round(edge * 65535) for edge in self.area]
        count = len(self.times)
        sound, duration_ms = self.sound.to_bytes(), round(self.duration_s * 1000)
        head = _HEADER.pack(_MAGIC, FINGERPRINT_VERSION, SIDE, count, duration_ms, *area, len(sound))
        times = np.round(self.times * 1000).astype("<u4").tobytes()
        return head + times + self.pictures.tobytes() + sound

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprint":
        """The fingerprint that `to_bytes` wrote. Raises `NotAFingerprint` for anything else."""
        if len(data) < _HEADER.size:
            raise NotAFingerprint("too short for a fingerprint")
        magic, version, side, count, duration_ms, *area, heard = _HEADER.unpack_from(data)
        if magic != _MAGIC or version != FINGERPRINT_VERSION or side != SIDE:
            raise NotAFingerprint("not a fingerprint of this version")
        seen = _HEADER.size + count * (4 + SIDE * SIDE)
        if len(data) != seen + heard:
            raise NotAFingerprint("a fingerprint of the wrong length")
        times = np.frombuffer(data, "<u4", count, _HEADER.size)
        pictures = np.frombuffer(data, np.uint8, count * SIDE * SIDE, _HEADER.size + 4 * count)
        top, bottom, left, right = (edge / 65535 for edge in area)
        return cls(
            duration_s=duration_ms / 1000,
            times=times / 1000,
            pictures=pictures.reshape(count, SIDE, SIDE),
            area=(top, bottom, left, right),
            sound=_sound(data[seen:]),
        )


def _sound(data: bytes) -> Sound:
    try:
        return Sound.from_bytes(data)
    except ValueError as error:
        raise NotAFingerprint(str(error)) from error


def from_frames(times: NDArray[np.float64], frames: Grey, duration_s: float) -> Fingerprint:
    """Build the fingerprint of grey frames, shape (n, FRAME_SIDE, FRAME_SIDE), at their times in seconds."""
    area = active_area(frames)
    return Fingerprint(
        duration_s=duration_s,
        times=np.asarray(times, np.float64),
        pictures=shrink(frames, area),
        area=area,
    )


def active_area(frames: Grey) -> Area:
    """Top, bottom, left, right (shares of the frame) of the part that is picture and not bar.

    A row or column is bar when most of it keeps one and the same value over all frames; so subtitles and
    logos inside a bar do not make it picture. Frames that are flat as a whole say
    nothing. When less than a third of either side would be left, the file is just dark: the whole counts.
    """
    telling = frames[frames.reshape(len(frames), -1).std(axis=1) > _FLAT] if len(frames) else frames
    if not len(telling):
        return WHOLE
    telling = telling[:: max(1, len(telling) // 64)]
    top, bottom = _inside(np.moveaxis(telling, 1, 0))
    left, right = _inside(np.moveaxis(telling, 2, 0))
    return top, bottom, left, right


def _inside(lines: Grey) -> tuple[float, float]:
    """First and past-last line (as shares) that is no bar; lines, shape (count, frames, across)."""
    flat = lines.reshape(len(lines), -1)
    low, high = np.percentile(flat, [10, 80], axis=1)
    inside = np.flatnonzero(high - low >= _STEADY)
    if not len(inside) or inside[-1] + 1 - inside[0] < len(lines) / 3:
        return 0.0, 1.0
    return float(inside[0] / len(lines)), float((inside[-1] + 1) / len(lines))


def shrink(frames: Grey, area: Area, side: int = SIDE) -> Grey:
    """Average the area of each frame down to side × side."""
    top, bottom, left, right = area
    rows = resampling(frames.shape[1], side, top, bottom)
    columns = resampling(frames.shape[2], side, left, right)
    small = rows @ frames.astype(np.float32) @ columns.T
    return np.clip(np.round(small), 0, 255).astype(np.uint8)


def resampling(size: int, cells: int, start: float, end: float) -> NDArray[np.float32]:
    """Matrix (cells, size) that averages the stretch [start, end] (shares of `size`) into `cells` cells.

    Parts outside the line are taken from its nearest edge.
    """
    edges = (start + (end - start) * np.arange(cells + 1) / cells) * size
    pixels = np.arange(size)
    low, high = edges[:-1, None], edges[1:, None]
    cover = np.clip(np.minimum(high, pixels + 1) - np.maximum(low, pixels), 0, None)
    cover[:, 0] += np.clip(np.minimum(high[:, 0], 0) - low[:, 0], 0, None)
    cover[:, -1] += np.clip(high[:, 0] - np.maximum(low[:, 0], size), 0, None)
    return np.asarray(cover / cover.sum(axis=1, keepdims=True), np.float32)


def digest(fingerprint: Fingerprint) -> bytes:
    """What a file shows, in 16 bytes: an order of files that does not depend on when they were found."""
    told = hashlib.blake2b(fingerprint.pictures.tobytes(), digest_size=16)
    told.update(np.asarray(fingerprint.times).tobytes())
    return told.digest()


def contrast(pictures: Grey) -> NDArray[np.float32]:
    """How much there is to see in each picture: the standard deviation in grey levels, shape (n,)."""
    return np.asarray(pictures.reshape(len(pictures), SIDE * SIDE).astype(np.float32).std(axis=1), np.float32)
