"""Which frames of a file go into its fingerprint, and decoding just these.

Short files are read through: they may have a single keyframe. As much of each group of pictures is decoded
as the budget allows. Long files are sought: 20 to 120 keyframes, as many as the budget allows, on a grid of
absolute times whose steps are powers of two, so that copies of unlike length share their places.
"""

from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mediavault_tui.domain.content.fingerprint import Fingerprint, from_frames
from mediavault_tui.domain.content.sound_evidence import is_uninformative
from mediavault_tui.errors import MediaDamaged
from mediavault_tui.services.frames.audio import hear
from mediavault_tui.services.frames.reader import MOST_KEPT, Window
from mediavault_tui.services.frames.video import Video, never, opened

READ_THROUGH_S = 150.0
"""Files up to this long are read from start to end."""
MOST_PICTURES = 120
"""Kept of one file: 120 × 256 bytes are 30 KB."""
FINEST_STEP_S = 0.25
BUDGET_PIXELS = 300e6
"""Decoded of a short file; a core manages roughly 500 million pixels of H.264 a second."""
FRAME_PIXELS = 150e3
"""What handling a frame costs beside its pixels."""
FEWEST_SOUGHT = 20
"""Keyframes decoded of a long file at least, whatever they cost."""
BUDGET_MS, THOROUGH_MS = 700.0, 4000.0
"""Expected milliseconds on one core that finer sampling may reach."""
MS_PER_FRAME, MS_PER_BYTE, MS_PER_PIXEL = 0.7, 1 / 16e3, 1.7e-6
"""What a keyframe costs, roughly: seeking and shrinking, entropy decoding, prediction and transform."""


def fingerprint(
    path: bytes | str, cancelled: Callable[[], bool] = never, *, thorough: bool = False
) -> Fingerprint:
    """What the file looks like all along its runtime; what it sounds like where it shows nothing or a still.

    `thorough` takes several times as many pictures of a long file: for pairs that are left unsure.

    Raises FileUnreadable, MediaDamaged when not one frame decodes, Cancelled. Of a file that is damaged in
    places the fingerprint holds what is there.
    """
    collected = Collected(4 * MOST_PICTURES if thorough else MOST_PICTURES)
    return _fingerprint(path, collected, cancelled, thorough=thorough)


def fingerprint_and_frames(
    path: bytes | str, cancelled: Callable[[], bool] = never
) -> tuple[Fingerprint, Window | None]:
    """A fingerprint, and of a short file every frame, where all were decoded for it: no window need be again.

    Raises like `fingerprint`.
    """
    collected = Collected(MOST_PICTURES, keeps=True)
    return _fingerprint(path, collected, cancelled), collected.window()


def _fingerprint(
    path: bytes | str, collected: "Collected", cancelled: Callable[[], bool], *, thorough: bool = False
) -> Fingerprint:
    with opened(path, cancelled) as video:
        duration = video.duration_s
        if duration is not None and duration > READ_THROUGH_S:
            _seek_through(video, duration, collected, THOROUGH_MS if thorough else BUDGET_MS)
        if len(collected.frames) < 8:
            _read_through(video, collected)
        if not collected.frames:
            raise MediaDamaged("no frame decodes")
        times, frames = collected.ordered()
        seen = float(times[-1]) + 1 / video.rate
        if duration is None or collected.ends_early(duration):
            duration = seen
        duration = max(duration, seen)
        seen_only = from_frames(times, frames, duration)
        if not is_uninformative(seen_only):
            return seen_only
        return msgspec.structs.replace(seen_only, sound=hear(video, duration))


def decodes_at(path: bytes | str, fractions: list[float]) -> list[bool]:
    """Does a keyframe decode at each of these shares of the runtime? Raises FileUnreadable, MediaDamaged."""
    with opened(path) as video:
        duration = video.duration_s or 0.0
        return [video.keyframe(fraction * duration)[0] is not None for fraction in fractions]


class Collected:
    """Frames by time, at most one in each step; the step doubles whenever there are too many."""

    def __init__(self, most: int, *, keeps: bool = False) -> None:
        """`keeps` every frame beside them, as long as none is left out and `MOST_KEPT` hold them."""
        self.most = most
        self.every: list[tuple[float, NDArray[np.uint8]]] | None = [] if keeps else None
        self.frames: dict[int, tuple[float, NDArray[np.uint8]]] = {}
        self.step = FINEST_STEP_S
        self.missed_last = 0
        self.sought = False

    def wants(self, at_s: float) -> bool:
        """Is there no frame yet in the step of this time?"""
        return int(at_s / self.step) not in self.frames

    def add(self, at_s: float, frame: NDArray[np.uint8]) -> None:
        """Keep a frame; the first of its step wins."""
        self.frames.setdefault(int(at_s / self.step), (at_s, frame))
        if len(self.frames) > self.most:
            self.step *= 2
            kept = sorted(self.frames.values(), key=lambda pair: pair[0], reverse=True)
            self.frames = {int(at / self.step): (at, frame) for at, frame in kept}

    def take(self, at_s: float, grey: Callable[[], NDArray[np.uint8]]) -> None:
        """One decoded frame, in the order in which they are shown."""
        if self.every is None:
            if self.wants(at_s):
                self.add(at_s, grey())
            return
        frame = grey()
        self.every.append((at_s, frame))
        if len(self.every) > MOST_KEPT:
            self.every = None
        if self.wants(at_s):
            self.add(at_s, frame)

    def window(self) -> Window | None:
        """Every frame, if they were kept."""
        if not self.every:
            return None
        return np.array([at for at, _ in self.every]), np.stack([frame for _, frame in self.every])

    def ordered(self) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Times and frames, ascending."""
        pairs = sorted(self.frames.values(), key=lambda pair: pair[0])
        return np.array([at for at, _ in pairs]), np.stack([frame for _, frame in pairs])

    def ends_early(self, duration_s: float) -> bool:
        """Do the pictures stop well before the header says?"""
        return self.missed_last >= 4 and max(at for at, _ in self.frames.values()) < 0.9 * duration_s


def _seek_through(video: Video, duration_s: float, collected: Collected, budget_ms: float) -> None:
    """Keyframes on a grid of absolute times, made twice as fine as long as the budget lasts."""
    step = FINEST_STEP_S
    while duration_s / step > 2 * FEWEST_SOUGHT:
        step *= 2
    collected.step, collected.sought = FINEST_STEP_S, True
    spent = _seek_grid(video, duration_s, collected, step, 0.0)
    while 2 * spent <= budget_ms and step > 2 * FINEST_STEP_S and 2 * len(collected.frames) <= collected.most:
        spent += _seek_grid(video, duration_s, collected, step, step / 2)
        step /= 2


def _seek_grid(video: Video, duration_s: float, collected: Collected, step: float, first_s: float) -> float:
    """A keyframe near each `first_s + n · step`; the expected cost of decoding them all, in ms."""
    spent, missed = 0.0, 0
    for place in np.arange(first_s, duration_s, step):
        # Jittered by the golden ratio: a copy shifted by half a step would meet no sample otherwise.
        at_s = float(place + 0.25 * step * (1 + place / FINEST_STEP_S * 0.618034 % 1))
        frame, coded_bytes = video.keyframe(min(at_s, duration_s - 1))
        spent += MS_PER_FRAME + coded_bytes * MS_PER_BYTE + video.pixels * MS_PER_PIXEL
        shown_s = None if frame is None else video.time(frame)
        missed = missed + 1 if shown_s is None else 0
        if frame is not None and shown_s is not None and shown_s >= 0 and collected.wants(shown_s):
            collected.add(shown_s, video.grey(frame))
    collected.missed_last = max(collected.missed_last, missed)
    return spent


def _read_through(video: Video, collected: Collected) -> None:
    """Every frame, or the beginning of each group of pictures when all would take too long."""
    if collected.sought:
        video.seek(0)  # only then: in a transport stream even this may skip the first frames
    share = 1.0
    if video.duration_s:
        cost = video.duration_s * video.rate * (video.pixels + FRAME_PIXELS)
        video.decoder.skip_frame = "NONREF" if cost > BUDGET_PIXELS else "DEFAULT"
        share = min(1.0, 2 * BUDGET_PIXELS / cost)
        if cost > BUDGET_PIXELS:
            collected.every = None  # some are left out
    slack = int(0.2 * BUDGET_PIXELS / video.pixels) + 1
    decoding, decoded = False, 0
    for seen, packet in enumerate(video.packets()):
        within = decoded <= share * seen + slack
        decoding = within and (decoding or packet.is_keyframe)
        if decoding:
            decoded += 1
            _keep(video, video.decode(packet), collected)
    _keep(video, video.decode(None), collected)


def _keep(video: Video, frames: list[VideoFrame], collected: Collected) -> None:
    for frame in frames:
        at_s = video.time(frame)
        if at_s is not None:
            collected.take(max(at_s, 0.0), partial(video.grey, frame))
