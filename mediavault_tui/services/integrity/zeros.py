"""Which stretches of zeros belong into a file, by the rules of its container.

Room left on purpose (EBML Void, `free` boxes, JUNK), a table that happens to be zero, silence that is not
compressed, stuffing before a start code: none of it is damage. Sources: RFC 9559 and RFC 8794 (EBML), ISO/IEC
14496-12, RIFF/AVI, ISO/IEC 13818-1, Microsoft ASF.
"""

import os
from enum import StrEnum

from mediavault_tui.services.integrity.source import Run
from mediavault_tui.services.matroska import ATTACHMENTS, SEGMENT, VOID, element_id, element_size

LEAST = 4096
"""Bytes of zeros from which on a stretch counts. Silent frames of AC-3 and DTS hold up to 2 KB of them."""
LEAST_IN_PACKETS = 512
"""In a transport stream: each packet of 188 bytes begins with 0x47."""


class Layout(StrEnum):
    """Kinds of containers, as far as zeros are concerned."""

    ISO = "iso"
    MATROSKA = "matroska"
    RIFF = "riff"
    OGG = "ogg"
    FLASH = "flash"
    ASF = "asf"
    TRANSPORT = "transport"
    PROGRAM = "program"
    OTHER = "other"


def layout(descriptor: int) -> Layout:
    """The container by its first bytes."""
    head = os.pread(descriptor, 4096, 0)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return Layout.ISO
    known = {b"\x1aE\xdf\xa3": Layout.MATROSKA, b"RIFF": Layout.RIFF, b"OggS": Layout.OGG, b"FLV": Layout.FLASH,
             b"0&\xb2u": Layout.ASF, b"\0\0\1\xba": Layout.PROGRAM}  # fmt: skip
    for magic, kind in known.items():
        if head.startswith(magic):
            return kind
    if any(len(m := head[sync::length][:8]) == 8 and m == b"G" * 8 for length, sync in ((188, 0), (192, 4))):
        return Layout.TRANSPORT
    return Layout.OTHER


def belongs(descriptor: int, kind: Layout, run: Run, length: int) -> bool:
    """Whether the container itself has these zeros. Those inside of packets are not asked about here."""
    judge = {
        Layout.ISO: _in_iso,
        Layout.MATROSKA: _in_matroska,
        Layout.RIFF: _in_riff,
        Layout.ASF: _in_asf,
        Layout.PROGRAM: _in_program_stream,
    }.get(kind)
    return judge is not None and judge(descriptor, run, length)


# -- ISO base media ------------------------------------------------------------------------------------

_HOLDERS = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"edts", b"mvex", b"dinf"}
)
_NEEDED = frozenset(
    {
        b"stco",
        b"co64",
        b"stsz",
        b"stz2",
        b"stts",
        b"ctts",
        b"stsc",
        b"stsd",
        b"stss",
        b"trun",
        b"tfhd",
        b"mdat",
    }
)
"""Boxes without which pictures or sound are lost. `mdat` only where a packet lies: the caller knows."""


def _in_iso(descriptor: int, run: Run, length: int) -> bool:
    """Inside of a box that is not needed for playing: `free`, a thumbnail, an all-zero `sdtp`."""
    offset, end = 0, length
    while offset + 8 <= end:
        header = os.pread(descriptor, 16, offset)
        size, kind, begins = int.from_bytes(header[:4], "big"), header[4:8], offset + 8
        if size == 1:
            size, begins = int.from_bytes(header[8:16], "big"), offset + 16
        size = size or end - offset
        if size < 8:
            return False
        if run.start < begins:
            return False
        if run.start < offset + size:
            if kind not in _HOLDERS:
                return kind not in _NEEDED and run.end <= offset + size + 8
            offset, end = begins, min(end, offset + size)
        else:
            offset += size
    return False


def box_at(descriptor: int, offset: int, length: int) -> bytes:
    """The kind of the top-level box that holds `offset`; empty where there is none."""
    at = 0
    while at + 8 <= length:
        header = os.pread(descriptor, 16, at)
        size = int.from_bytes(header[:4], "big")
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        size = size or length - at
        if size < 8:
            return b""
        if offset < at + size:
            return header[4:8]
        at += size
    return b""


# -- Matroska ------------------------------------------------------------------------------------------


def _in_matroska(descriptor: int, run: Run, length: int) -> bool:
    """A Void element's content, or something inside of an attachment."""
    return _is_void(descriptor, run) or _level_one(descriptor, run, length) in (VOID, ATTACHMENTS)


def _is_void(descriptor: int, run: Run) -> bool:
    """Whether a Void element begins right before the zeros and ends with them (its size may end in zeros too)."""
    start = max(0, run.start - 10)
    before = os.pread(descriptor, run.start - start + 9, start)
    for at in range(len(before) - 9):
        if before[at] != VOID:
            continue
        size, behind = element_size(before, at + 1)
        if size is not None and 0 <= run.end - (start + behind + size) < 1 and start + behind >= run.start:
            return True
    return False


def _level_one(descriptor: int, run: Run, length: int) -> int | None:
    """The id of the element of the Segment that the zeros lie in; None where that cannot be followed."""
    at = 0
    while at < length:
        head = os.pread(descriptor, 16, at)
        identity, behind = element_id(head, 0)
        size, behind = element_size(head, behind) if identity is not None else (None, 0)
        if identity is None:
            return None
        if identity == SEGMENT:
            at += behind
            continue
        if size is None:
            return None
        if run.start < at + behind:
            return None
        if run.start < at + behind + size:
            return identity if run.end <= at + behind + size else None
        at += behind + size
    return None


# -- RIFF, ASF, MPEG -----------------------------------------------------------------------------------


def _in_riff(descriptor: int, run: Run, length: int) -> bool:
    """Inside of one chunk of the headers (room for an index), or of a JUNK or index chunk that holds all of it."""
    at = 12
    while at + 12 <= min(run.start + 8, length):
        head = os.pread(descriptor, 12, at)
        size = int.from_bytes(head[4:8], "little")
        if head[:4] == b"LIST" and head[8:12] == b"movi":
            break
        if head[:4] == b"LIST" and head[8:12] in (b"hdrl", b"strl", b"odml"):
            at += 12
            continue
        if at + 8 <= run.start and run.end <= at + 8 + size + size % 2:
            return True
        at += 8 + size + size % 2
    start = max(0, run.start - 64)
    before = os.pread(descriptor, run.start - start + 8, start)
    for at in range(len(before) - 8):
        if before[at : at + 4] in (b"JUNK", b"JUNQ", b"indx") or before[at : at + 2] == b"ix":
            size = int.from_bytes(before[at + 4 : at + 8], "little")
            if start + at + 8 + size + size % 2 >= run.end and size < length:
                return True
    return False


def _in_asf(descriptor: int, run: Run, _length: int) -> bool:
    """Data packets have one size and are filled up with zeros."""
    head = os.pread(descriptor, 1 << 16, 0)
    data = head.find(bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c"))
    properties = head.find(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"))
    if properties < 0 or data < 0:
        return False
    packet = int.from_bytes(head[properties + 92 : properties + 96], "little")
    first = data + 50
    if run.end <= first:
        return True
    if packet <= 0 or run.start < first:
        return False
    begin = first + (run.start - first) // packet * packet
    return begin < run.start and run.end == begin + packet


def _in_program_stream(descriptor: int, run: Run, _length: int) -> bool:
    """All inside of one packet, whose header before it says so."""
    if run.end - run.start > 0xFFFF:
        return False
    start = max(0, run.start - 0x10000)
    before = os.pread(descriptor, run.start - start, start)
    at = len(before)
    while (at := before.rfind(b"\0\0\1", 0, at)) >= 0:
        if at + 6 <= len(before) and before[at + 3] >= 0xBB:
            return start + at + 6 + int.from_bytes(before[at + 4 : at + 6], "big") >= run.end
    return False
