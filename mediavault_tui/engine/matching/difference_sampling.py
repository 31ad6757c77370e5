"""Finds the moments at which two copies differ most, in the background, while both are being looked at."""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from itertools import chain

import numpy as np
from av.video.frame import VideoFrame

from mediavault_tui.domain import playback_timeline
from mediavault_tui.domain.content.notable_moments import Luma, Moment, measured, spread
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.domain.playback_timeline import Shown
from mediavault_tui.services.frames.video import GIVE_UP_AFTER, Video, never, opened

SIZE = (480, 270)
"""Pixels at which pictures are compared: enough to see blocks and blur, little enough to be quick."""
COUNT = 120
_EDGE_S = 0.2
_NICE = 15
"""Below the players, which must not stutter for it."""


async def moments(
    a: bytes, b: bytes, pairing: Pairing, *, count: int = COUNT, cancelled: Callable[[], bool] = never
) -> AsyncGenerator[Moment, None]:
    """Measure moments of what both have (not what lies between its stretches), spread over all of it.

    Raises FileUnreadable or MediaDamaged where a file cannot be opened, Cancelled once `cancelled` says so.
    Moments that do not decode are left out.
    """
    with opened(a, cancelled, fast=False) as video_a, opened(b, cancelled, fast=False) as video_b:
        shared = _shared(pairing, (video_a.duration_s or 0.0, video_b.duration_s or 0.0))
        if sum(end - start for start, end in shared) < 1.0:
            return
        for time_s in spread(shared, count):
            moment = await _finished(asyncio.to_thread(_measure, video_a, video_b, pairing, time_s))
            if moment is not None and any(start <= moment.time_s <= end for start, end in shared):
                yield moment


def _shared(pairing: Pairing, durations: tuple[float, float]) -> list[tuple[float, float]]:
    """Where both show the same, in a's time; not right at the cuts, which may be misplaced by some pictures."""
    parts = playback_timeline.parts(playback_timeline.line_of(pairing), durations)
    edges = [
        (part.own[0][0] + _EDGE_S, part.own[0][1] - _EDGE_S) for part in parts if part.shown is Shown.SAME
    ]
    return [(start, end) for start, end in edges if end > start]


async def _finished(work: Awaitable[Moment | None]) -> Moment | None:
    """Its result; when cancelled, only once the thread has let go of the files that are then closed."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _measure(video_a: Video, video_b: Video, pairing: Pairing, time_s: float) -> Moment | None:
    """The keyframe of a next to a time (cheap to reach), and the frames of b that may show the same."""
    with suppress(OSError):  # Linux has priorities for threads; elsewhere this is not for us to set
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
    pictures = _frames(video_a, time_s, 2, exact=False)
    if not pictures:
        return None
    at, first = pictures[0]
    following = pictures[1][1] if len(pictures) > 1 else None
    there = pairing.in_b(at) - 1.5 / video_b.rate
    others = [picture for _, picture in _frames(video_b, there, 3, exact=True)]
    return measured(at, first, following, others)


def _frames(video: Video, at_s: float, count: int, *, exact: bool) -> list[tuple[float, Luma]]:
    """(time, luma) of some frames in a row: from the keyframe before a time, or from the time on."""
    found: list[tuple[float, Luma]] = []
    if not video.seek(max(0.0, at_s)):
        return found
    for number, packet in enumerate(chain(video.packets(), (None,))):
        for frame in video.decode(packet):
            time_s = video.time(frame)
            if time_s is not None and (not exact or time_s >= at_s):
                found.append((time_s, _luma(frame)))
        if len(found) >= count or number > GIVE_UP_AFTER:
            break
    return found[:count]


def _luma(frame: VideoFrame) -> Luma:
    grey = frame.reformat(*SIZE, "gray", interpolation="AREA").to_ndarray()
    return np.asarray(grey, np.float32)
