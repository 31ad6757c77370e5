"""What FFmpeg's demuxer knows of the tracks and libmediainfo does not tell.

Matroska's flags (commentary, for the blind, for the deaf), a frame rate where the header has none, and the
frame packing message by which an H.264 or HEVC stream says that it holds the pictures of two eyes. Headers and
the first packets are looked at; nothing is decoded.
"""

import os
import struct
from typing import NamedTuple

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

_LOOK_S, _LOOK_BYTES = 0, 1_000_000
"""Nothing is to be analysed, and this much read at most."""
_PACKETS = 4
_SEI_FRAME_PACKING = 45
"""ITU-T H.264 D.1.26 and H.265 D.2.16: frame packing arrangement."""
_PACKINGS = {
    3: "side by side",
    4: "over and under",
    5: "frame by frame",
    0: "checkerboard",
    1: "columns",
    2: "rows",
}


class Flags(NamedTuple):
    """What a track is marked as."""

    commentary: bool = False
    description: bool = False
    hearing_impaired: bool = False
    forced: bool = False
    other: bool = False


class Streams(NamedTuple):
    """Flags of the tracks of each kind, in their order."""

    audio: tuple[Flags, ...] = ()
    subtitles: tuple[Flags, ...] = ()
    fps: float | None = None
    stereo: str | None = None


NOTHING = Streams()


def read(descriptor: int) -> Streams:
    """Ask FFmpeg about an open file; nothing where it cannot read it."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    options = {"analyzeduration": str(_LOOK_S), "probesize": str(_LOOK_BYTES)}
    try:
        with av.open(f"/dev/fd/{descriptor}", metadata_errors="replace", options=options) as container:
            picture = next(iter(container.streams.video), None)
            return Streams(
                tuple(_flags(stream.disposition) for stream in container.streams.audio),
                tuple(_flags(stream.disposition) for stream in container.streams.subtitles),
                _rate(picture) if picture else None,
                _packing(container, picture) if picture else None,
            )
    except (FFmpegError, ValueError, OSError):
        return Streams()


def _flags(said: Disposition) -> Flags:
    return Flags(
        commentary=bool(said & Disposition.comment),
        description=bool(said & (Disposition.visual_impaired | Disposition.descriptions)),
        hearing_impaired=bool(said & (Disposition.hearing_impaired | Disposition.captions)),
        forced=bool(said & Disposition.forced),
        other=bool(said & (Disposition.lyrics | Disposition.karaoke | Disposition.clean_effects)),
    )


def _rate(stream: VideoStream) -> float | None:
    found = stream.average_rate or stream.guessed_rate
    return round(float(found), 3) if found and 1 <= found <= 1000 else None


def _packing(container: InputContainer, stream: VideoStream) -> str | None:
    """How the pictures of both eyes are packed, as the stream itself says."""
    codec = stream.codec_context.name if stream.codec_context else ""
    if codec not in ("h264", "hevc"):
        return None
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all
    for count, packet in enumerate(container.demux(stream)):
        found = packing_in(bytes(packet), hevc=codec == "hevc")
        if found or count >= _PACKETS or packet.is_keyframe:
            return found
    return None


def packing_in(packet: bytes, *, hevc: bool) -> str | None:
    """The frame packing message in one packet of H.264 or HEVC, with start codes or with lengths."""
    head = packet[:65_536]
    units = (
        _by_start_codes(head) if head[:4] in (b"\0\0\0\1",) or head[:3] == b"\0\0\1" else _by_lengths(head)
    )
    for unit in units:
        kind = unit[0] >> 1 & 0x3F if hevc else unit[0] & 0x1F
        if kind in ((39,) if hevc else (6,)):
            found = _message(unit[2 if hevc else 1 :])
            if found is not None:
                return found
    return None


def _by_start_codes(data: bytes) -> list[bytes]:
    return [unit for unit in data.split(b"\0\0\1")[1:] if unit]


def _by_lengths(data: bytes) -> list[bytes]:
    units, at = [], 0
    while at + 4 < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if not length:
            break
        units.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return units


def _message(payload: bytes) -> str | None:
    """The arrangement in a row of SEI messages (type, size, bytes)."""
    data, at = payload.replace(b"\0\0\3", b"\0\0"), 0
    while at + 2 < len(data):
        kind, at = _extended(data, at)
        size, at = _extended(data, at)
        if kind == _SEI_FRAME_PACKING:
            return _arrangement(data[at : at + size])
        at += size
    return None


def _extended(data: bytes, at: int) -> tuple[int, int]:
    """A number coded as bytes of 255 and a last one."""
    value = 0
    while at < len(data) and data[at] == 255:
        value, at = value + 255, at + 1
    return value + (data[at] if at < len(data) else 0), at + 1


def _arrangement(message: bytes) -> str | None:
    """Exp-Golomb id, a bit that takes an earlier message back, and seven bits of type."""
    bits = "".join(f"{byte:08b}" for byte in message[:12])
    zeros = len(bits) - len(bits.lstrip("0"))
    at = 2 * zeros + 1
    if len(bits) < at + 8 or bits[at] == "1":
        return None
    return _PACKINGS.get(int(bits[at + 1 : at + 8], 2))
