"""Grey frames of one file between any two times; what was decoded once is kept."""

import math

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.services.frames.video import Video

Window = tuple[NDArray[np.float64], NDArray[np.uint8]]
"""Times, and frames of shape (n, FRAME_SIDE, FRAME_SIDE)."""

WHOLE_S = 10.0
"""Files up to this long are read once: windows of their own, each from a keyframe on, would read them twice."""
MOST_KEPT = 6000
"""Frames kept: 100 MB."""


class Reader:
    """Frames of one file."""

    def __init__(self, video: Video, every: Window | None = None) -> None:
        """`every` frame of the file, where they are known already."""
        self.video = video
        self._kept: list[tuple[float, float, Window]] = [] if every is None else [(0.0, math.inf, every)]

    @property
    def duration_s(self) -> float | None:
        """As the file says."""
        return self.video.duration_s

    @property
    def frame_s(self) -> float:
        """How long a frame is shown."""
        return 1 / self.video.rate

    def between(self, start_s: float, end_s: float) -> Window:
        """Every frame from start to end."""
        start_s, end_s = max(0.0, start_s), max(0.0, end_s)
        for begin, end, window in self._kept:
            if begin <= start_s and end_s <= end:
                return _part(window, start_s, end_s)
        duration = self.video.duration_s
        if duration is not None and duration <= WHOLE_S:
            self._keep(0.0, math.inf, self.video.between(0.0, math.inf))
            return _part(self._kept[-1][2], start_s, end_s)
        window = self.video.between(start_s, end_s)
        self._keep(start_s, end_s, window)
        return window

    def _keep(self, start_s: float, end_s: float, window: Window) -> None:
        self._kept = [each for each in self._kept if not (start_s <= each[0] and each[1] <= end_s)]
        self._kept.append((start_s, end_s, window))
        while sum(len(each[2][0]) for each in self._kept) > MOST_KEPT and len(self._kept) > 1:
            del self._kept[0]

    def keyframe_before(self, at_s: float, least_s: float) -> float:
        """The time of the keyframe before a time, where it is no earlier than `least_s`; else that time."""
        duration = self.video.duration_s
        read_whole = any(end == math.inf for _, end, _ in self._kept)
        if read_whole or (duration is not None and duration <= WHOLE_S) or not self.video.seek(at_s):
            return at_s
        for count, packet in enumerate(self.video.packets()):
            shown_s = self.video.time(packet)
            if packet.is_keyframe and shown_s is not None:
                return shown_s if least_s <= shown_s <= at_s else at_s
            if count > 50:
                break
        return at_s


def _part(window: Window, start_s: float, end_s: float) -> Window:
    times, frames = window
    wanted = (times >= start_s) & (times <= end_s)
    return times[wanted], frames[wanted]
