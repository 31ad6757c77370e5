"""The sound of an open video: all of a short file, a few seconds here and there of a long one.

Windows of a long file lie at whole multiples of their length. A file twice as long gets every other window
of the shorter one's, so that copies of unlike length or bit rate share their places. Which of two is kept
looks random: copies that are shifted against each other then meet at some windows at least.
"""

from collections.abc import Iterator

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.stream import Discard
from numpy.typing import NDArray

from mediavault_tui.domain.content.sound import NEEDED, RATE, Sound, from_samples, joined
from mediavault_tui.services.frames.video import GIVE_UP_AFTER, Cancelled, Video

WINDOW_S = 4.0
MOST_WINDOWS, FEWEST_WINDOWS = 12, 4
"""Decoding costs 2–4 ms a second of sound on one core."""
BUDGET_BYTES = 32e6
"""Read of a long file: its pictures lie between its sound and are read with it, from a keyframe on."""
_GROUP_S = 2.5
"""What has to be read before a window, on average."""
_SETTLE_S = 0.1
"""Decoded and thrown away: coders of sound need what came before."""
_GAP_S = 0.1


def hear(video: Video, duration_s: float) -> Sound:
    """What the first sound track sounds like; nothing where there is none or it does not decode.

    Leaves the file at another place, with its pictures discarded. Raises Cancelled.
    """
    track = next((each for each in video.container.streams.audio if _decodable(each)), None)
    step = _windows_apart(video, duration_s)
    if track is None or step is None:
        return joined([])
    video.stream.discard = Discard.all
    track.discard = Discard.default
    track.codec_context.thread_count = 1
    extra_s = NEEDED / RATE
    parts: list[Sound] = []
    for start, end in _stretches(duration_s, step):
        parts += [
            from_samples(samples, at_s) for at_s, samples in _decoded(video, track, start, end + extra_s)
        ]
    return joined(parts)


def _decodable(track: AudioStream) -> bool:
    return track.codec_context is not None and track.codec_context.sample_rate > 0


def _windows_apart(video: Video, duration_s: float) -> int | None:
    """How many windows' length there is from one window to the next, a power of two; None: too dear."""
    most = float(MOST_WINDOWS)
    if duration_s > WINDOW_S * MOST_WINDOWS:
        per_second = max(1, video.container.size) / duration_s
        most = min(most, BUDGET_BYTES / (per_second * (WINDOW_S + _GROUP_S)))
    step = 1
    while duration_s / (WINDOW_S * step) > most:
        step *= 2
    return step if step == 1 or duration_s / (WINDOW_S * step) >= FEWEST_WINDOWS - 1 else None


def _stretches(duration_s: float, step: int) -> list[tuple[float, float]]:
    """Start and end of what is listened to, in seconds; windows that touch are one."""
    found: list[tuple[float, float]] = []
    for cell in range(int(np.ceil(duration_s / WINDOW_S / step))):
        start = _place(cell, step) * WINDOW_S
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], start + WINDOW_S)
        elif start < duration_s:
            found.append((start, start + WINDOW_S))
    return found


def _place(cell: int, step: int) -> int:
    """The window chosen among the `step` windows of a cell: one of the two chosen at half the step."""
    while step > 1:
        step //= 2
        cell = 2 * cell + (cell * 0x9E3779B1 >> 16 & 1)  # multiplicative hashing, Knuth
    return cell


def _decoded(
    video: Video, track: AudioStream, start_s: float, end_s: float
) -> list[tuple[float, NDArray[np.float32]]]:
    """Mono samples at RATE with the time of the first, from start to end; several where the track has gaps."""
    if not video.seek(max(0.0, start_s - _SETTLE_S)):
        return []
    track.codec_context.flush_buffers()
    runs: list[tuple[float, list[NDArray[np.float32]]]] = []
    resampler, expected = AudioResampler("flt", "mono", RATE), -1.0
    for frame, at_s in _frames(video, track, start_s - _SETTLE_S, end_s):
        if abs(at_s - expected) > _GAP_S:
            resampler = AudioResampler("flt", "mono", RATE)
            runs.append((at_s, []))
        expected = at_s + frame.samples / frame.sample_rate
        frame.pts = None
        try:
            runs[-1][1].extend(each.to_ndarray()[0] for each in resampler.resample(frame))
        except (FFmpegError, ValueError):  # the layout or rate changed: what follows is a stretch of its own
            expected = -1.0
    return [(at_s, np.concatenate(samples)) for at_s, samples in runs if samples]


def _frames(
    video: Video, track: AudioStream, start_s: float, end_s: float
) -> Iterator[tuple[AudioFrame, float]]:
    """Decoded frames with their times in the file; ends quietly where the file breaks."""
    packets, vain = video.container.demux(track), 0
    while vain < GIVE_UP_AFTER:
        if video.cancelled():
            raise Cancelled
        try:
            packet = next(packets)
        except (StopIteration, FFmpegError):
            return
        at_s = video.time(packet)
        if at_s is not None and at_s > end_s:
            return
        vain += 1
        if packet.size and at_s is not None and at_s >= start_s:
            for frame in _decode(track, packet):
                shown_s = video.time(frame)
                if shown_s is not None and frame.samples:
                    vain = 0
                    yield frame, shown_s


def _decode(track: AudioStream, packet: "av.Packet[AudioStream]") -> list[AudioFrame]:
    try:
        return track.codec_context.decode(packet)
    except FFmpegError:
        return []
