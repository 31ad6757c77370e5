"""Decoding the key frames as they go by, each on its own, or with `deep` everything.

The decoders are told to report what is wrong instead of hiding it. After each key frame they are emptied: what
comes next is then never judged by pictures that were left out on purpose.
"""

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.codec.context import CodecContext
from av.error import FFmpegError
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame

from mediavault_tui.domain.wholeness import Finding, FindingKind, Health, merged

_PLAIN = {"skip_loop_filter": "all"}
"""Smoothing block edges finds no damage, and takes a fifth of the time."""
_STRICT = {**_PLAIN, "err_detect": "crccheck+bitstream+buffer+explode"}
_HIDES = frozenset({"hevc"})
"""Decoders that give a picture for broken data without a mark, unless told to refuse. The others mark it as corrupt;
told to refuse they would also refuse stuffing, and references to pictures that were left out on purpose.
"""
_NEXT_S = 0.5


class KeyFrames:
    """The picture track's decoder, fed with key frames only."""

    def __init__(self, stream: Stream, track: str) -> None:
        self.decoder = stream.codec_context
        _prepare(self.decoder)
        self.decoded = 0
        self._track = track
        self._bad: list[tuple[float, float | None]] = []
        self._good = 0
        self._broken = False

    def add(self, packet: "av.Packet[Stream]", at_s: float | None) -> None:
        """Decode a key frame; nothing is asked of other packets."""
        if not packet.is_keyframe or not packet.size or packet.is_corrupt or packet.is_discard:
            return
        self.decoded += 1
        good = self._decodes(packet)
        if good:
            self._good += 1
            if self._broken and at_s is not None:
                self._bad[-1] = (self._bad[-1][0], at_s)
            self._broken = False
        elif good is False and at_s is not None and not self._broken:
            self._bad.append((at_s, None))
            self._broken = True

    def _decodes(self, packet: "av.Packet[Stream]") -> bool | None:
        """None: nothing came out, and so nothing can be said."""
        try:
            frames = [*_decoded(self.decoder, packet), *_decoded(self.decoder, None)]
            good = not any(map(_is_broken, frames)) if frames else None
        except FFmpegError:
            good = False
        self.decoder.flush_buffers()
        return good

    def findings(self, base_s: float, *, ragged: bool) -> list[Finding]:
        """Where the pictures cannot be decoded, up to the next key frame that can."""
        if self.decoded and not self._good:
            return [Finding(FindingKind.UNDECODABLE, Health.DAMAGED, self._track, 0.0, None)]
        bad = self._bad
        if ragged and bad and bad[-1][1] is None and self.decoded > 2:
            bad = bad[:-1]  # the recording ends within its last key frame
        return [
            Finding(
                FindingKind.UNDECODABLE, Health.DAMAGED, self._track, start - base_s,
                None if end is None else end - base_s,
            )
            for start, end in bad
        ]  # fmt: skip


class Everything:
    """The decoder of one track that is fed with all of it."""

    def __init__(self, stream: Stream, track: str, *, ragged: bool) -> None:
        self.decoder = stream.codec_context
        _prepare(self.decoder)
        self.decoded = 0
        self._track = track
        self._is_picture = stream.type == "video"
        self._begun = not self._is_picture
        # What a cut has left of the first group of pictures, or of the bytes a first sound needs, is nobody's damage.
        self._forgiven = int(ragged) if self._is_picture else 2
        self._bad: list[float] = []

    def add(self, packet: "av.Packet[Stream]", at_s: float | None) -> None:
        """Decode a packet. What comes before the first key frame cannot be decoded by anybody."""
        self._begun = self._begun or packet.is_keyframe
        if not self._begun or not packet.size:
            return
        self.decoded += packet.is_keyframe
        try:
            frames = _decoded(self.decoder, packet)
            bad = any(isinstance(frame, VideoFrame) and frame.is_corrupt for frame in frames)
        except FFmpegError:
            bad = True
        if bad and at_s is not None and self.decoded > self._forgiven:
            self._bad.append(at_s)

    def findings(self, base_s: float, *, ragged: bool) -> list[Finding]:
        """Where something does not decode."""
        found = [
            Finding(FindingKind.UNDECODABLE, Health.DAMAGED, self._track, at - base_s, at - base_s + _NEXT_S)
            for at in self._bad[: -1 if ragged else None]
        ]
        return merged(found)


def _prepare(decoder: CodecContext) -> None:
    decoder.options = dict(_STRICT if decoder.name in _HIDES else _PLAIN)
    decoder.thread_count = 1


def _is_broken(frame: VideoFrame | AudioFrame) -> bool:
    """Intra refresh calls pictures key frames that are none by themselves: nothing can be said of those."""
    return isinstance(frame, VideoFrame) and frame.is_corrupt and frame.pict_type == PictureType.I


def _decoded(decoder: CodecContext, packet: "av.Packet[Stream] | None") -> "list[VideoFrame | AudioFrame]":
    """PyAV's stubs name `decode` for each kind of decoder only."""
    assert isinstance(decoder, VideoCodecContext | AudioCodecContext)
    return list(decoder.decode(packet))


Decoder = KeyFrames | Everything
