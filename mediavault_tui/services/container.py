"""Which container a file is by its first bytes, and whether it reaches the end its container announces.

A download that stopped or a copy that broke keeps a valid head. Each format says somewhere how long it
is; a few small reads find out, where libmediainfo does not tell. Sources: ISO/IEC 14496-12 (boxes),
Matroska RFC 9559 (segment size), RIFF/AVI, RFC 3533 (Ogg end-of-stream flag), ISO/IEC 13818-1 (188-byte
packets, packs and packet lengths), Adobe FLV 10.1 (previous tag sizes), Microsoft ASF (file properties).
"""

import os
import struct

from mediavault_tui.services import matroska

_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_LOCKED = frozenset({b"encv", b"enca", b"drms", b"drmi"})
"""Sample entries of encrypted tracks: ISO/IEC 14496-12 (Common Encryption), and Apple's FairPlay."""
_LONGEST_MOOV = 1 << 26
PROTECTED = "protected: its tracks are encrypted (DRM)"
_PACK = b"\0\0\1\xba"
_CUT = "truncated: {} of {} bytes are there"


def usual_ending(descriptor: int) -> str:
    """The file name ending its first bytes call for; "" where they are none we know."""
    head = os.pread(descriptor, 12, 0)
    if head[4:8] in _ISO_BOXES:
        return ".mp4"
    endings = {b"\x1aE\xdf\xa3": ".mkv", b"RIFF": ".avi", b"OggS": ".ogv", b"0&\xb2u": ".wmv", b"FLV": ".flv"}
    return next((ending for magic, ending in endings.items() if head.startswith(magic)), "")


def begins_with_zeros(descriptor: int) -> bool:
    """Whether nothing was written at the start: room kept for a download, or blocks a disk has lost.

    libmediainfo would read hundreds of megabytes of zeros in search of something it knows.
    """
    # The short read answers for nearly every file.
    return not any(os.pread(descriptor, length, 0).strip(b"\0") for length in (512, 65_536))


def missing_end(descriptor: int, size: int) -> str | None:
    """What is missing at the end of an open file of `size` bytes; None if nothing is known to be."""
    head = os.pread(descriptor, 4096, 0)
    if head[4:8] in _ISO_BOXES:
        return _iso_media(descriptor, size)
    if head[:4] == b"\x1aE\xdf\xa3":
        return _matroska(descriptor, head, size)
    if head[:4] == b"RIFF":
        return _riff(descriptor, head, size)
    if head[:4] == b"OggS":
        return _ogg(descriptor, size)
    if head[:3] == b"FLV":
        return _flash(descriptor, size)
    if head[:4] == b"0&\xb2u":
        return _asf(head, size)
    if head[:4] == _PACK:
        return _program_stream(descriptor, size)
    return _transport_stream(head, size)


def declared_end(descriptor: int, size: int) -> int | None:
    """Where the container says that it ends, at most `size`; None where it does not say."""
    head = os.pread(descriptor, 4096, 0)
    end: int | None = None
    if head[4:8] in _ISO_BOXES:
        end = _iso_end(descriptor, size)
    elif head[:4] == b"\x1aE\xdf\xa3":
        end = _matroska_end(head)
    elif head[:4] == b"RIFF":
        end = _riff_end(descriptor, head)
    elif head[:4] == b"0&\xb2u":
        end = _asf_end(head)
    return end if end is None else min(end, size)


def protection(descriptor: int, size: int) -> str | None:
    """Why nobody can decode the tracks without a key; None where nothing says so."""
    head = os.pread(descriptor, 16, 0)
    if head[4:8] in _ISO_BOXES:
        moov = _moov(descriptor, size)
        at = -1
        while (at := moov.find(b"stsd", at + 1)) >= 0:
            if moov[at + 16 : at + 20] in _LOCKED:
                return PROTECTED
    elif head[:4] == b"\x1aE\xdf\xa3" and matroska.is_encrypted(descriptor):
        return PROTECTED
    return None


def _moov(descriptor: int, size: int) -> bytes:
    """The box that describes the tracks; empty where there is none."""
    offset = 0
    while offset + 8 <= size:
        header = os.pread(descriptor, 16, offset)
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if header[4:8] == b"moov":
            return os.pread(descriptor, min(length or size - offset, _LONGEST_MOOV), offset)
        if length < 8:
            return b""
        offset += length
    return b""


def _iso_end(descriptor: int, size: int) -> int:
    offset = 0
    while offset + 8 <= size:
        header = os.pread(descriptor, 16, offset)
        length = int.from_bytes(header[:4], "big")
        if length == 0 and header[4:8].strip(b"\0"):  # reaches to the end of the file
            return size
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length < 8:
            break
        offset += length
    return offset


def _short(announced: int, size: int) -> str | None:
    return _CUT.format(f"{size:,}", f"{announced:,}") if announced > size else None


def _iso_media(descriptor: int, size: int) -> str | None:
    """Walk the top-level boxes; each begins with its length. Without `moov` there is nothing to play."""
    offset, kinds = 0, set()
    while offset + 8 <= size:
        header = os.pread(descriptor, 16, offset)
        length, kind = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:])[0]
        kinds.add(kind)
        if length == 0:  # reaches to the end of the file, however long that is
            break
        if length < 8:
            return None  # not a box: padding or rubbish after the last one, which players ignore
        if offset + length > size:
            return _short(offset + length, size)
        offset += length
    return None if b"moov" in kinds else "truncated: no index (moov box), the end of the file is missing"


def _matroska(descriptor: int, head: bytes, size: int) -> str | None:
    end = _matroska_end(head)
    if end is not None:
        return _short(end, size)
    ends = matroska.ends(descriptor, size)
    return "truncated: the last block is cut off" if ends is not None and ends.is_cut else None


def _matroska_end(head: bytes) -> int | None:
    """EBML header, then one Segment whose length says where the file ends (all ones: unknown, as in a stream)."""
    at = 4
    length, at = matroska.element_size(head, at)
    at += length or 0
    if head[at : at + 4] != b"\x18S\x80g":
        return None
    length, at = matroska.element_size(head, at + 4)
    return None if length is None else at + length


def _riff(descriptor: int, head: bytes, size: int) -> str | None:
    """RIFF chunks follow one another (OpenDML adds more of them after 1 GiB)."""
    return _short(_riff_end(descriptor, head), size)


def _riff_end(descriptor: int, head: bytes) -> int:
    offset = end = 0
    while head[:4] == b"RIFF":
        end = offset + 8 + int.from_bytes(head[4:8], "little")
        offset = end + end % 2
        head = os.pread(descriptor, 8, offset)
    return end


def _ogg(descriptor: int, size: int) -> str | None:
    """The last page of a whole stream carries the end-of-stream flag and all of its segments."""
    start = max(0, size - 70_000)  # a page is at most 65,307 bytes
    tail = os.pread(descriptor, size - start, start)
    page = tail.rfind(b"OggS")
    if page < 0 or page + 27 > len(tail):
        return "truncated: the last page is missing"
    segments = tail[page + 27 : page + 27 + tail[page + 26]]
    if len(segments) < tail[page + 26] or page + 27 + len(segments) + sum(segments) > len(tail):
        return "truncated: the last page is cut off"
    return None if tail[page + 5] & 4 else "truncated: the stream does not end where the file does"


def _flash(descriptor: int, size: int) -> str | None:
    """The last four bytes are the size of the tag before them."""
    if size < 24:
        return "truncated: nothing behind the header"
    last = int.from_bytes(os.pread(descriptor, 4, size - 4), "big")
    if not 11 <= last <= size - 17:
        return "truncated: the last tag is cut off"
    tag = os.pread(descriptor, 4, size - 4 - last)
    whole = tag[0] & 0x1F in (8, 9, 18) and int.from_bytes(tag[1:4], "big") + 11 == last
    return None if whole else "truncated: the last tag is cut off"


def _asf(head: bytes, size: int) -> str | None:
    end = _asf_end(head)
    return None if end is None else _short(end, size)


def _asf_end(head: bytes) -> int | None:
    """The file properties object holds the size of the whole file."""
    at = head.find(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"))
    if at < 0 or at + 48 > len(head):
        return None
    return int.from_bytes(head[at + 40 : at + 48], "little")


def _program_stream(descriptor: int, size: int) -> str | None:
    """Packs of packets that begin with their length: from the last pack on, the last packet must be whole."""
    start = max(0, size - 140_000)  # two packets at their longest
    tail = os.pread(descriptor, size - start, start)
    at = tail.rfind(_PACK)
    while 0 <= at < len(tail):
        code, header = tail[at : at + 4], tail[at : at + 14]
        if code == b"\0\0\1\xb9":  # the program's end
            return None
        if len(header) < 6 or (code == _PACK and len(header) < 14):
            return "truncated: the last packet is cut off"
        if code[:3] != b"\0\0\1":
            return None  # padding or rubbish, which players ignore
        if code != _PACK:
            at += 6 + int.from_bytes(header[4:6], "big")
        else:  # MPEG-2 packs begin with 14 bytes and stuffing, MPEG-1 packs with 12
            at += 14 + (header[13] & 7) if header[4] >> 6 == 1 else 12
    return "truncated: the last packet is cut off" if at > len(tail) else None


def _transport_stream(head: bytes, size: int) -> str | None:
    """Packets of 188 bytes (192 with a time code, as in .m2ts): the last one must be whole.

    More cannot be told: recordings begin and end anywhere.
    """
    for length, sync in ((188, 0), (192, 4)):
        marks = head[sync::length][:8]
        if len(marks) == 8 and marks == b"G" * 8:
            return (
                f"truncated: the last packet is cut off after {size % length} bytes"
                if size % length
                else None
            )
    return None


_STEREO_MODES = {1: "over and under", 2: "side by side", 3: "custom", 4: "side by side"}


def stereo_box(descriptor: int) -> str | None:
    """How an ISO media file says that its pictures are those of two eyes; None where it does not.

    `st3d` (Spherical Video V2: version, flags, mode) and `vexu` (Apple's stereo video) stand in the description of
    the pictures, which is a few hundred bytes long.
    """
    if os.pread(descriptor, 8, 0)[4:] not in _ISO_BOXES:
        return None
    size = os.fstat(descriptor).st_size
    for start, end in _boxes(descriptor, 0, size, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")):
        described = os.pread(descriptor, min(end - start, 65_536), start)
        at = described.find(b"st3d")
        if 0 <= at <= len(described) - 9 and described[at + 8]:
            return _STEREO_MODES.get(described[at + 8], "custom")
        if b"vexu" in described and b"eyes" in described:
            return "two views"
    return None


def _boxes(descriptor: int, start: int, end: int, path: tuple[bytes, ...]) -> list[tuple[int, int]]:
    """Start and end of what is inside the boxes that a path of names leads to."""
    if not path:
        return [(start, end)]
    found: list[tuple[int, int]] = []
    for _ in range(10_000):
        header = os.pread(descriptor, 16, start)
        if len(header) < 8 or start >= end:
            break
        length, kind = struct.unpack(">I4s", header[:8])
        inner = start + 8
        if length == 1 and len(header) == 16:
            length, inner = struct.unpack(">Q", header[8:])[0], start + 16
        length = length or end - start
        if length < 8:
            break
        if kind == path[0]:
            found += _boxes(descriptor, inner, min(start + length, end), path[1:])
        start += length
    return found
