"""One opened video file: where it starts, how long it is, its decoder, and frames as small grey arrays."""

import os
import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import chain

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mediavault_tui.domain.content.fingerprint import FRAME_SIDE
from mediavault_tui.errors import FileUnreadable, MediaDamaged
from mediavault_tui.services import matroska
from mediavault_tui.services.container import declared_end

GIVE_UP_AFTER = 4000
"""Packets read in vain before a place counts as unreadable."""

LONGEST_GROUP_S = 30.0
"""A keyframe further back than this is not at the wanted place: the file breaks off before it."""

BEFORE_START_S = -1.0
"""Asked for its very start, FFmpeg enters an MPEG-TS file behind the first keyframe; a little before, at it."""

LONGEST_LINE_S = 10.0
"""How much later than it begins the last block of a file may end: a line of subtitles is shown that long."""


class Cancelled(Exception):  # noqa: N818 - asked for, not an error
    """The job was told to stop while decoding."""


def never() -> bool:
    """The answer of a job that nobody cancels."""
    return False


class Video:
    """The picture track of an open file. One decoding thread: the caller runs several files at once."""

    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        cancelled: Callable[[], bool],
        measured_end_s: float | None = None,
    ) -> None:
        """`measured_end_s`: when its last picture ends, by the container's clock, where that was looked up."""
        self.container = container
        self.stream = stream
        self.decoder = stream.codec_context
        self.cancelled = cancelled
        self._reformatter = VideoReformatter()
        self._skipping: bool | None = None
        self._start = (container.start_time or 0) / av.time_base
        self.duration_s = self._duration(measured_end_s)
        self.rate = float(stream.average_rate or stream.guessed_rate or 25)
        self.pixels = max(1, self.decoder.width * self.decoder.height)

    def _duration(self, measured_end_s: float | None) -> float | None:
        """How long the pictures run, else how long the longest track does: subtitles may go on behind them."""
        stated = self.container.duration / av.time_base if self.container.duration else None
        end_s = self._stated_end() if measured_end_s is None else measured_end_s
        length = None if end_s is None or end_s <= self._start else end_s - self._start
        if length is None or stated is None:
            return length or stated
        return min(length, stated) if measured_end_s is None else length

    def _stated_end(self) -> float | None:
        if not self.stream.duration or not self.stream.time_base:
            return None
        first = self.stream.start_time
        start_s = self._start if first is None else float(first * self.stream.time_base)
        return start_s + float(self.stream.duration * self.stream.time_base)

    def packets(self) -> Iterator["av.Packet[VideoStream]"]:
        """Packets of the picture track from here on, with a time; ends quietly where the file breaks."""
        packets = self.container.demux(self.stream)
        while True:
            if self.cancelled():
                raise Cancelled
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):
                return
            if packet.size:
                yield packet

    def decode(self, packet: "av.Packet[VideoStream] | None") -> list[VideoFrame]:
        """Frames that come out for a packet; None drains. What cannot be decoded gives no frame."""
        try:
            return [frame for frame in self.decoder.decode(packet) if not frame.is_corrupt]
        except FFmpegError:
            return []

    def seek(self, at_s: float) -> bool:
        """Go to the last keyframe at or before a time; False where the file does not let us."""
        try:
            self.container.seek(round((at_s + self._start) * av.time_base), backward=True)
        except FFmpegError:
            return False
        return True

    def from_keyframe(self, at_s: float) -> "Iterator[av.Packet[VideoStream]]":
        """Packets from a keyframe at or before a time on, where there is one.

        Without an index, as in MPEG-TS, FFmpeg goes to the packet of that time, and the next keyframe comes too late.
        """
        back = 0.0
        while self.seek(max(BEFORE_START_S, at_s - back)):
            packets = self.packets()
            met = list(self._up_to_keyframe(packets, at_s))
            shown_s = self.time(met[-1]) if met and met[-1].is_keyframe else None
            if shown_s is not None and shown_s <= at_s:
                return chain(met[-1:], packets)
            if back >= min(at_s - BEFORE_START_S, LONGEST_GROUP_S):
                return chain(met, packets)
            back = max(1.0, 2 * back)
        return iter(())

    def _up_to_keyframe(
        self, packets: "Iterator[av.Packet[VideoStream]]", at_s: float
    ) -> "Iterator[av.Packet[VideoStream]]":
        for packet in packets:
            yield packet
            shown_s = self.time(packet)
            if packet.is_keyframe or (shown_s is not None and shown_s > at_s):
                return

    def keyframe(self, at_s: float) -> tuple[VideoFrame | None, int]:
        """The keyframe a player would seek to for a time, None where none decodes; and the bytes decoded."""
        if not self.seek(at_s):
            return None, 0
        fed, coded = 0, 0
        for count, packet in enumerate(self.packets()):
            if fed or packet.is_keyframe:
                fed, coded = fed + 1, coded + packet.size
                frames = self.decode(packet)
                if not frames and fed == 1:
                    frames = self.decode(None)  # one packet is one picture: no need to feed the reordering
                    self.decoder.flush_buffers()
                if frames:
                    shown_s = self.time(frames[0])
                    there = shown_s is None or shown_s >= at_s - LONGEST_GROUP_S
                    return (frames[0] if there else None), coded
            if count > GIVE_UP_AFTER or fed > 8:
                break
        return None, coded

    def between(self, start_s: float, end_s: float) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Times and grey frames of every frame from start to end.

        On the way there only what later frames are made from is decoded.
        """
        times: list[float] = []
        frames: list[NDArray[np.uint8]] = []
        for packet in chain(self.from_keyframe(max(0.0, start_s)), (None,)):
            self._skip_before(start_s, packet)
            decoded = [(self.time(frame), frame) for frame in self.decode(packet)]
            for at_s, frame in decoded:
                if at_s is not None and start_s <= at_s <= end_s:
                    times.append(at_s)
                    frames.append(self.grey(frame))
            if any(at_s is not None and at_s > end_s for at_s, _ in decoded):
                break
        shape = (len(frames), FRAME_SIDE, FRAME_SIDE)
        return np.array(times), np.array(frames, np.uint8).reshape(shape)

    def _skip_before(self, start_s: float, packet: "av.Packet[VideoStream] | None") -> None:
        at_s = None if packet is None or packet.pts is None else self.time(packet)
        skipping = at_s is not None and at_s < start_s
        if skipping != self._skipping:
            self._skipping = skipping
            self.decoder.skip_frame = "NONREF" if skipping else "DEFAULT"

    def time(
        self, stamped: "VideoFrame | AudioFrame | av.Packet[VideoStream] | av.Packet[AudioStream]"
    ) -> float | None:
        """Seconds since the start of the file."""
        pts = stamped.pts if stamped.pts is not None else stamped.dts
        ticks = stamped.time_base or self.stream.time_base  # frames that came out by draining have none
        if pts is None or ticks is None:
            return None
        return pts * ticks.numerator / ticks.denominator - self._start  # several times as fast as fractions

    def grey(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """The frame as it is shown upright, shrunk to FRAME_SIDE × FRAME_SIDE grey values."""
        small = self._reformatter.reformat(
            frame, FRAME_SIDE, FRAME_SIDE, "gray", interpolation="AREA", threads=1
        )
        return np.rot90(small.to_ndarray(), round(frame.rotation / 90))


@contextmanager
def opened(
    path: bytes | str, cancelled: Callable[[], bool] = never, *, fast: bool = True
) -> Generator[Video, None, None]:
    """Open the picture track of a regular file. Raises FileUnreadable or MediaDamaged.

    `fast` leaves out the deblocking of H.264 and HEVC, which does not show in small pictures.

    FFmpeg gets the file by number: a name may be no UTF-8, or look like one of its protocols.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileUnreadable("not a regular file")
        try:
            container = av.open(f"/dev/fd/{descriptor}", metadata_errors="replace")
        except FFmpegError as error:
            raise MediaDamaged(f"not a video FFmpeg can open: {error.strerror}") from error
        with container:
            stream = _picture_track(container)
            if fast:
                stream.codec_context.options = {"skip_loop_filter": "all"}
            measured = _matroska_end(container, descriptor) if "matroska" in container.format.name else None
            yield Video(container, stream, cancelled, measured)
    finally:
        os.close(descriptor)


def _matroska_end(container: InputContainer, descriptor: int) -> float | None:
    """When the last picture of a Matroska file ends: its head tells the length of the longest track only.

    None where no track goes on as long as the head says: then the end is missing.
    """
    size = os.fstat(descriptor).st_size
    ends = matroska.ends(descriptor, declared_end(descriptor, size) or size)
    if ends is None:
        return None
    if container.duration and max(ends.seconds.values(), default=0.0) + LONGEST_LINE_S < (
        ((container.start_time or 0) + container.duration) / av.time_base
    ):
        return None
    _, known = matroska.tracks(descriptor)
    pictures = (number for number, entry in known.items() if entry.kind == matroska.PICTURE)
    return max((ends.seconds[number] for number in pictures if number in ends.seconds), default=None)


_IMAGES = frozenset({"mjpeg", "png", "bmp", "gif", "tiff", "webp", "jpeg2000"})


def _is_still(stream: VideoStream) -> bool:
    """A cover that was stored as a track: one picture, beside tracks of another codec."""
    if stream.frames == 1:
        return True
    others = (each for each in stream.container.streams.video if each is not stream)
    return (
        stream.codec_context is not None
        and stream.codec_context.name in _IMAGES
        and any(each.codec_context is None or each.codec_context.name not in _IMAGES for each in others)
    )


def _picture_track(container: InputContainer) -> VideoStream:
    """The first picture track that is no cover and no still; all other tracks are left unread."""
    covers = av.stream.Disposition.attached_pic
    tracks = [each for each in container.streams.video if not each.disposition & covers]
    films = [each for each in tracks if not _is_still(each)] or tracks
    stream = next((each for each in films if each.codec_context is not None), None)
    if stream is None and films:
        raise MediaDamaged("FFmpeg knows no decoder for its pictures")
    if stream is None:
        raise MediaDamaged("no picture track")
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all
    stream.codec_context.thread_count = 1
    return stream
