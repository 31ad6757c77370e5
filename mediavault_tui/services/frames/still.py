"""One frame at an exact time, in colour and as it is meant to be shown."""

from fractions import Fraction
from itertools import chain

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mediavault_tui.errors import MediaDamaged
from mediavault_tui.services.frames.video import Video, opened


def still(path: bytes | str, at_s: float, width: int, height: int) -> NDArray[np.uint8]:
    """The frame shown at a time, as large as fits into width × height, shape (rows, columns, 3), RGB.

    Upright, with square pixels. After the end: the last frame. Raises FileUnreadable, MediaDamaged.
    """
    with opened(path, fast=False) as video:
        frame = _frame_at(video, at_s)
        if frame is None:
            raise MediaDamaged(f"no frame decodes at {at_s:.1f} s")
        turns = round(frame.rotation / 90) % 4
        aspect = frame.width * float(_pixel_aspect(video)) / frame.height
        shown = 1 / aspect if turns % 2 else aspect
        columns, rows = _fit(shown, width, height)
        if turns % 2:
            columns, rows = rows, columns
        rgb = frame.reformat(columns, rows, "rgb24", interpolation="AREA").to_ndarray()
        return np.ascontiguousarray(np.rot90(rgb, turns))


def _pixel_aspect(video: Video) -> Fraction:
    return video.stream.sample_aspect_ratio or video.decoder.sample_aspect_ratio or Fraction(1)


def _fit(aspect: float, width: int, height: int) -> tuple[int, int]:
    columns = min(width, round(height * aspect))
    return max(1, columns), max(1, min(height, round(columns / aspect)))


def _frame_at(video: Video, at_s: float) -> VideoFrame | None:
    """The last frame that begins at or before a time (to a quarter frame), or the first there is."""
    latest = at_s + 0.25 / video.rate
    found: VideoFrame | None = None
    for packet in chain(video.from_keyframe(max(0.0, at_s)), (None,)):
        for frame in video.decode(packet):
            begins = video.time(frame)
            if found is not None and begins is not None and begins > latest:
                return found
            found = frame
    return found
