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

_STRICT = {"err_detect": "crccheck+bitstream+buffer+explode", "skip_loop_filter": "all"}
"""Smoothing block edges finds no damage, and takes a fifth of the time."""
_DOUBTFUL = frozenset({"h264"})
"""Here FFmpeg also objects to references that a lone key frame has no use for; a patient decoder is asked again."""
_NEXT_S = 0.5


class KeyFrames:
    """The picture track's decoder, fed with key frames only."""

    def __init__(self, stream: Stream, track: str) -> None:
        self.decoder = stream.codec_context
        self.decoder.options = dict(_STRICT)
        self.decoder.thread_count = 1
        self.decoded = 0
        self._track = track
        self._bad: list[tuple[float, float | None]] = []
        self._good = 0
        self._broken = False

    def add(self, packet: "av.Packet[Stream]", at_s: float | None) -> None:
        """Decode a key frame; nothing is asked of other packets."""
        if not packet.is_keyframe or not packet.size or packet.is_corrupt:
            return
        self.decoded += 1
        if self._decodes(packet):
            self._good += 1
            if self._broken and at_s is not None:
                self._bad[-1] = (self._bad[-1][0], at_s)
            self._broken = False
        elif at_s is not None and not self._broken:
            self._bad.append((at_s, None))
            self._broken = True

    def _decodes(self, packet: "av.Packet[Stream]") -> bool:
        try:
            frames = [*_decoded(self.decoder, packet), *_decoded(self.decoder, None)]
            good = bool(frames) and (
                self.decoder.name in _DOUBTFUL or not any(getattr(f, "is_corrupt", False) for f in frames)
            )
        except FFmpegError:
            good = self.decoder.name in _DOUBTFUL and self._decodes_patiently(packet)
        self.decoder.flush_buffers()
        return good

    def _decodes_patiently(self, packet: "av.Packet[Stream]") -> bool:
        """Without objections to what is not there: nothing is concealed in the picture that comes out."""
        decoder = CodecContext.create(self.decoder.codec.name, "r")
        decoder.extradata = self.decoder.extradata
        decoder.thread_count = 1
        try:
            frames = [*_decoded(decoder, packet), *_decoded(decoder, None)]
        except FFmpegError:
            return False
        # Intra refresh calls pictures key frames that are none by themselves; alone they give nothing, and say nothing.
        return all(
            not getattr(frame, "is_corrupt", False) or getattr(frame, "pict_type", None) != PictureType.I
            for frame in frames
        )

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

    def __init__(self, stream: Stream, track: str) -> None:
        self.decoder = stream.codec_context
        self.decoder.options = dict(_STRICT)
        self.decoder.thread_count = 1
        self.decoded = 0
        self._track = track
        self._is_picture = stream.type == "video"
        self._begun = not self._is_picture
        self._bad: list[float] = []

    def add(self, packet: "av.Packet[Stream]", at_s: float | None) -> None:
        """Decode a packet. What comes before the first key frame cannot be decoded by anybody."""
        self._begun = self._begun or packet.is_keyframe
        if not self._begun or not packet.size:
            return
        self.decoded += packet.is_keyframe
        try:
            bad = any(
                getattr(frame, "is_corrupt", False) and self.decoder.name not in _DOUBTFUL
                for frame in _decoded(self.decoder, packet)
            )
        except FFmpegError:
            bad = True
        if bad and at_s is not None:
            self._bad.append(at_s)

    def findings(self, base_s: float, *, ragged: bool) -> list[Finding]:
        """Where something does not decode."""
        found = [
            Finding(FindingKind.UNDECODABLE, Health.DAMAGED, self._track, at - base_s, at - base_s + _NEXT_S)
            for at in self._bad[: -1 if ragged else None]
        ]
        return merged(found)


def _decoded(decoder: CodecContext, packet: "av.Packet[Stream] | None") -> "list[VideoFrame | AudioFrame]":
    """PyAV's stubs name `decode` for each kind of decoder only."""
    assert isinstance(decoder, VideoCodecContext | AudioCodecContext)
    return list(decoder.decode(packet))


Decoder = KeyFrames | Everything
