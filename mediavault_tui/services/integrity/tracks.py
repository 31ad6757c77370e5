"""What the packets of each track say while they go by: first and last moment, pauses, and whether they are broken."""

from array import array

import av
import numpy as np
from av.stream import Stream

from mediavault_tui.domain.wholeness import (
    GAP_FRAMES,
    GAP_S,
    STEADY_SHARE,
    Finding,
    FindingKind,
    Health,
    TrackKind,
    TrackSeen,
    merged,
)

_STEADY_SLACK_S = 0.003
"""Containers with whole milliseconds round each time."""
_HEAD = 16
"""A picture whose first 16 bytes are zero is none in any codec but raw pixels."""

RAW = (
    "pcm_",
    "rawvideo",
    "adpcm",
    "v210",
    "v308",
    "v408",
    "v410",
    "yuv4",
    "r210",
    "dsd_",
    "wrapped",
    "s302m",
    "bmp",
)
"""Beginnings of codecs whose silence or black may be stored as zeros."""


def is_raw(stream: Stream) -> bool:
    """Whether zeros are usual content of the track."""
    name = stream.codec_context.name if stream.codec_context else ""
    return name.startswith(RAW)


class Track:
    """One track of the file under way. Times are seconds of the container, not yet counted from its start."""

    def __init__(self, name: str, kind: TrackKind, stream: Stream) -> None:
        self.name = name
        self.kind = kind
        self.packets = 0
        self.last_s: float | None = None
        self.codec = stream.codec_context.name if stream.codec_context else ""
        self._raw = is_raw(stream)
        self._tick = float(stream.time_base or 0)
        self._times = array("d")
        self._start: float | None = None
        self._end: float | None = None
        self._last_length = 0.0
        self._gaps: list[tuple[float, float]] = []
        self._broken: list[float] = []
        self._empty: list[float] = []
        self._first_packets = 0

    def add(self, packet: "av.Packet[Stream]") -> float | None:
        """Take a packet in; its time."""
        self.packets += 1
        stamp = packet.pts if packet.pts is not None else packet.dts
        length = (packet.duration or 0) * self._tick
        if stamp is None:
            self._end = None if self._end is None else self._end + length
            return self.last_s
        at = stamp * self._tick
        if self.kind is TrackKind.SOUND:
            self._add_sound(at, length)
        elif self.kind is TrackKind.PICTURE:
            self._times.append(at)
        self._start = at if self._start is None else min(self._start, at)
        self._end = at + length if self._end is None else max(self._end, at + length)
        self._last_length = length or self._last_length
        self.last_s = at
        if packet.is_corrupt:
            self._broken.append(at)
        elif self.kind is TrackKind.PICTURE and not self._raw and _begins_with_zeros(packet):
            self._empty.append(at)
        return at

    def _add_sound(self, at: float, length: float) -> None:
        least = GAP_S if length else 2 * GAP_S
        if self._end is not None and at - self._end > least:
            self._gaps.append((self._end, at))

    def seen(self, base_s: float) -> TrackSeen:
        """The track as measured, counted from `base_s`."""
        end, gaps, steady = self._end, self._gaps, True
        if self.kind is TrackKind.PICTURE and len(self._times) > 1:
            usual, gaps, steady = _pace(np.frombuffer(self._times, np.float64))
            end = max(self._end or 0.0, max(self._times) + (0 if self._last_length else usual))
        return TrackSeen(
            self.name,
            self.kind,
            self.packets,
            None if self._start is None else self._start - base_s,
            None if end is None else end - base_s,
            tuple((start - base_s, finish - base_s) for start, finish in gaps),
            steady,
        )

    def findings(self, base_s: float, *, ragged: bool) -> list[Finding]:
        """Broken packets. `ragged`: a stream that may begin and end in the middle of one, as recordings do."""
        broken = self._broken
        if ragged and broken and self._start is not None and self._end is not None:
            broken = [at for at in broken if self._start + 1 < at < self._end - 1]
        found = [
            Finding(FindingKind.BROKEN_PACKETS, Health.SUSPECT, self.name, at - base_s, at - base_s + 0.5)
            for at in broken
        ]
        found += [
            Finding(FindingKind.ZEROS, Health.DAMAGED, self.name, at - base_s, at - base_s + 0.5)
            for at in self._empty
        ]
        return merged(found)

    @property
    def start_s(self) -> float | None:
        """Its first moment, in the container's time."""
        return self._start


def _begins_with_zeros(packet: "av.Packet[Stream]") -> bool:
    return packet.size >= 4 * _HEAD and not any(memoryview(packet)[:_HEAD])


def _pace(
    times: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> tuple[float, list[tuple[float, float]], bool]:
    """(usual seconds from one picture to the next, pauses, whether all others are even)."""
    ordered = np.sort(times)
    steps = np.diff(ordered)
    moving = steps[steps > 0]
    if not len(moving):
        return 0.0, [], True
    usual = float(np.median(moving))
    longest = max(GAP_S, GAP_FRAMES * usual)
    paused = np.flatnonzero(steps > longest)
    gaps = [(float(ordered[at]) + usual, float(ordered[at + 1])) for at in paused]
    rest = steps[steps <= longest]
    even = np.count_nonzero(np.abs(rest - usual) <= 0.1 * usual + _STEADY_SLACK_S)
    return usual, gaps, bool(even >= STEADY_SHARE * len(steps))
