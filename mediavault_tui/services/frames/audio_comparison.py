"""The same moments of two files, heard beside each other: is it the same sound?

A few seconds here and there of every track asked for, decoded in one pass. Takes about half a second for a pair
of films, most of it reading.
"""

from collections.abc import Callable, Sequence

import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.stream import Discard
from numpy.typing import NDArray

from mediavault_tui.domain.audio_similarity import WINDOW_S, AudioSimilarity, Moment, moments
from mediavault_tui.domain.content.sound import RATE
from mediavault_tui.domain.content.sound_similarity import MARGIN_S, Window, track_similarity
from mediavault_tui.domain.content.stretches import Stretches, turned
from mediavault_tui.services.frames.video import Cancelled, Video, never, opened

MOST_WINDOWS, FEWEST_WINDOWS = 12, 5
BUDGET_BYTES = 64e6
"""Read of each file: its pictures lie between its sound and are read with it, from a keyframe on."""
_GROUP_S, _SETTLE_S, _GAP_S = 2.5, 0.1, 0.1
"""What has to be read before a window, on average; what coders need before they sound right; a hole in time."""
_REACHED = 0.75
"""Share of the windows that both files must let us go to: what lies behind a broken index may be another sound."""
_STRETCHED = 0.002
"""Speeds that differ by less are one speed."""

Samples = NDArray[np.float32]
Pairs = Sequence[tuple[int, int]]


def listen(
    path_a: bytes,
    path_b: bytes,
    speed: float,
    stretches: Stretches,
    pairs: Pairs,
    cancelled: Callable[[], bool] = never,
) -> list[tuple[int, int, AudioSimilarity]]:
    """For each pair of audio tracks (places among the audio tracks of a and of b): do they sound the same?

    Both show the same along the `stretches`, and b runs `speed` times as fast; only there is listened to. The
    files changed give the same, turned. Tracks that are missing or do not decode are UNSURE. Raises
    FileUnreadable, MediaDamaged, Cancelled.
    """
    with opened(path_a, cancelled) as a, opened(path_b, cancelled) as b:
        if _rank(path_a, a) <= _rank(path_b, b):
            return _listen(a, b, speed, stretches, pairs)
        other_way = [(theirs, ours) for ours, theirs in pairs]
        found = _listen(b, a, 1 / speed, turned(stretches, speed), other_way)
        return [(ours, theirs, told) for theirs, ours, told in found]


def _rank(path: bytes, video: Video) -> tuple[object, ...]:
    """Which file windows are laid along: told by the files, not by the order in which they came."""
    return round(video.duration_s or 0.0, 3), video.container.size, path


def _listen(
    a: Video, b: Video, speed: float, stretches: Stretches, pairs: Pairs
) -> list[tuple[int, int, AudioSimilarity]]:
    windows = moments(stretches, speed, _affordable(a, b))
    if not windows:
        return [(ours, theirs, AudioSimilarity.UNSURE) for ours, theirs in pairs]
    ours = _Heard(a, {one for one, _ in pairs}, 1.0, [(each.a_s, each.length_s) for each in windows])
    around = [(each.b_s - MARGIN_S, each.length_s / speed + 2 * MARGIN_S) for each in windows]
    theirs = _Heard(b, {other for _, other in pairs}, speed, around)
    found = {pair: _likeness(windows, ours, theirs, pair) for pair in pairs}
    unsure = [pair for pair, told in found.items() if told is not AudioSimilarity.SAME]
    if unsure and abs(speed - 1) > _STRETCHED:  # sped up without a change of pitch?
        theirs = _Heard(b, {other for _, other in unsure}, 1.0, around)
        again = {pair: _likeness(windows, ours, theirs, pair, stretched=speed) for pair in unsure}
        found |= {pair: told for pair, told in again.items() if told is AudioSimilarity.SAME}
    return [(*pair, told) for pair, told in found.items()]


def _affordable(a: Video, b: Video) -> int:
    """How many windows may be read of both."""
    per_second = max(each.container.size / (each.duration_s or 1.0) for each in (a, b))
    afford = int(BUDGET_BYTES / (max(1.0, per_second) * (WINDOW_S + _GROUP_S)))
    return min(max(afford, FEWEST_WINDOWS), MOST_WINDOWS)


def _likeness(
    windows: Sequence[Moment],
    ours: "_Heard",
    theirs: "_Heard",
    pair: tuple[int, int],
    *,
    stretched: float = 1.0,
) -> AudioSimilarity:
    a, b = ours.tracks.get(pair[0]), theirs.tracks.get(pair[1])
    if a is None or b is None:
        return AudioSimilarity.UNSURE
    heard = [
        Window(one, other, at.stretch)
        for at, one, other in zip(windows, a, b, strict=True)
        if len(one) and len(other)
    ]
    if len(heard) < _REACHED * len(windows):
        return AudioSimilarity.UNSURE
    return track_similarity(heard, stretched=stretched)


class _Heard:
    """Windows of several tracks of one file: mono samples, silence where nothing decodes."""

    def __init__(
        self, video: Video, wanted: set[int], speed: float, windows: Sequence[tuple[float, float]]
    ) -> None:
        """`windows`: start and length of each, in seconds of the file; it is slowed down by `speed`."""
        self.video = video
        self.rate = round(RATE * speed)
        streams = list(video.container.streams.audio)
        self.streams: dict[int, AudioStream] = {}
        for each in video.container.streams:
            each.discard = Discard.all
        for place in wanted:
            stream = streams[place] if place < len(streams) else None
            if (
                stream is not None
                and stream.codec_context is not None
                and stream.codec_context.sample_rate > 0
            ):
                stream.discard = Discard.default
                if not stream.codec_context.is_open:
                    stream.codec_context.thread_count = 1
                self.streams[stream.index] = stream
        self.tracks: dict[int, list[Samples]] = {streams.index(track): [] for track in self.streams.values()}
        for start, length in windows:
            heard = self._window(start, length) if self.streams else {}
            for place, samples in self.tracks.items():
                samples.append(heard.get(streams[place].index, np.zeros(0, np.float32)))

    def _window(self, start_s: float, length: float) -> dict[int, Samples]:
        if not self.video.seek(max(0.0, start_s - _SETTLE_S)):
            return {}
        takers = {index: _Taker(self, start_s, length) for index in self.streams}
        for stream in self.streams.values():
            stream.codec_context.flush_buffers()
        ended: set[int] = set()
        packets = self.video.container.demux(*self.streams.values())
        while len(ended) < len(takers):
            if self.video.cancelled():
                raise Cancelled
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):
                break
            at_s = self.video.time(packet)  # type: ignore[arg-type]  # only packets of sound come
            if at_s is None or not packet.size:
                continue
            index = packet.stream.index
            if at_s > start_s + length:
                ended.add(index)
            elif at_s >= start_s - _SETTLE_S and index not in ended:
                takers[index].take(packet)
        return {index: taker.samples for index, taker in takers.items()}


class _Taker:
    """Puts what one track decodes to at its places in a window."""

    def __init__(self, heard: _Heard, start_s: float, length: float) -> None:
        self.heard, self.start_s = heard, start_s
        self.samples = np.zeros(round(length * heard.rate), np.float32)
        self.resampler = AudioResampler("flt", "mono", heard.rate)
        self.expected = self.at = -1.0

    def take(self, packet: "object") -> None:
        """Decode a packet; what does not decode is silence."""
        try:
            frames = packet.stream.codec_context.decode(packet)  # type: ignore[attr-defined]
        except FFmpegError:
            return
        for frame in frames:
            shown_s = self.heard.video.time(frame)
            if shown_s is None or not frame.samples:
                continue
            if abs(shown_s - self.expected) > _GAP_S:
                self.resampler = AudioResampler("flt", "mono", self.heard.rate)
                self.at = (shown_s - self.start_s) * self.heard.rate
            self.expected = shown_s + frame.samples / frame.sample_rate
            frame.pts = None
            try:
                for each in self.resampler.resample(frame):
                    self._put(each.to_ndarray()[0])
            except (FFmpegError, ValueError):  # the layout or rate changed: what follows stands by itself
                self.expected = -1.0

    def _put(self, samples: Samples) -> None:
        first = round(self.at)
        self.at += len(samples)
        samples = samples[max(0, -first) :]
        first = max(0, first)
        if first < len(self.samples):
            part = samples[: len(self.samples) - first]
            self.samples[first : first + len(part)] = part
