"""What Matroska files say themselves at both ends, in a few small reads: tracks, and when each ends.

A file that was streamed has neither a length nor a duration in its head; its last cluster tells both. Source: RFC
9559 (Matroska) and RFC 8794 (EBML).
"""

import os
from collections.abc import Iterator
from typing import NamedTuple

SEGMENT, CLUSTER, TIMESTAMP, TRACKS, INFO = 0x18538067, 0x1F43B675, 0xE7, 0x1654AE6B, 0x1549A966
VOID, ATTACHMENTS = 0xEC, 0x1941A469
_BLOCK_GROUP, _BLOCK, _SIMPLE_BLOCK, _BLOCK_LENGTH = 0xA0, 0xA1, 0xA3, 0x9B
_ENTRY, _NUMBER, _TYPE, _FRAME_NS, _SCALE = 0xAE, 0xD7, 0x83, 0x23E383, 0x2AD7B1
_ENCRYPTION = (SEGMENT, TRACKS, _ENTRY, 0x6D80, 0x6240, 0x5035)
_CLUSTER_BYTES = CLUSTER.to_bytes(4, "big")
_TAILS = (1 << 18, 1 << 21, 1 << 24)
"""Bytes from the end in which the last pictures are looked for: writers begin a new cluster every few seconds or MB."""
_HEAD = 1 << 16
PICTURE, SOUND = 1, 2
"""Track types."""


class Element(NamedTuple):
    """One EBML element: `start` and `end` of its content; `end` is None where its size is not known."""

    identity: int
    start: int
    end: int | None


class Ends(NamedTuple):
    """How a file ends."""

    is_cut: bool
    """The last element is not all there."""
    seconds: dict[int, float]
    """By track number: when its last block ends."""


class TrackEntry(NamedTuple):
    """A track as the head describes it."""

    kind: int
    frame_s: float


def element_id(data: bytes, at: int) -> tuple[int | None, int]:
    """(id, offset behind it) of an EBML element; None where there is none."""
    if at >= len(data) or data[at] < 0x10:
        return None, at
    width = 9 - data[at].bit_length()
    return int.from_bytes(data[at : at + width], "big"), at + width


def element_size(data: bytes, at: int) -> tuple[int | None, int]:
    """(size or None for "unknown", offset behind it) of an EBML element."""
    if at >= len(data) or data[at] == 0:
        return None, at + 1
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    return (None if value == (1 << 7 * width) - 1 else value), at + width


def elements(data: bytes, at: int, end: int) -> Iterator[Element]:
    """The elements that follow one another in `data[at:end]`; the last may reach behind it."""
    while at < end:
        identity, behind = element_id(data, at)
        if identity is None:
            return
        size, start = element_size(data, behind)
        if start > end:
            yield Element(identity, start, start)
            return
        yield Element(identity, start, None if size is None else start + size)
        at = start + (size or 0)  # of unknown size: its children follow


def tracks(descriptor: int) -> tuple[float, dict[int, TrackEntry]]:
    """(seconds of one tick, tracks by number) from the head of the file."""
    head = os.pread(descriptor, _HEAD, 0)
    tick, found = 0.001, {}
    for element in elements(head, 0, len(head)):
        if element.identity == SEGMENT:
            for inner in elements(head, element.start, len(head)):
                end = min(inner.end or 0, len(head))
                if inner.identity == CLUSTER:
                    break
                if inner.identity == INFO:
                    tick = _number(head, inner.start, end, _SCALE, 1_000_000) / 1e9
                elif inner.identity == TRACKS:
                    for entry in elements(head, inner.start, end):
                        if entry.identity == _ENTRY and entry.end is not None:
                            number = _number(head, entry.start, entry.end, _NUMBER, 0)
                            frame = _number(head, entry.start, entry.end, _FRAME_NS, 0) / 1e9
                            found[number] = TrackEntry(_number(head, entry.start, entry.end, _TYPE, 0), frame)
            break
    return tick, found


def is_encrypted(descriptor: int) -> bool:
    """Whether a track is encrypted: TrackEntry → ContentEncodings → ContentEncoding → ContentEncryption."""
    head = os.pread(descriptor, _HEAD, 0)

    def has(start: int, end: int, path: tuple[int, ...]) -> bool:
        for element in elements(head, start, min(end, len(head))):
            if element.identity == CLUSTER:
                return False
            if element.identity == path[0]:
                inside = element.end if element.end is not None else len(head)
                if len(path) == 1 or has(element.start, inside, path[1:]):
                    return True
        return False

    return has(0, len(head), _ENCRYPTION)


def _number(data: bytes, start: int, end: int, identity: int, default: int) -> int:
    for element in elements(data, start, end):
        if element.identity == identity and element.end is not None:
            return int.from_bytes(data[element.start : element.end], "big")
    return default


def ends(descriptor: int, size: int) -> Ends | None:
    """How the last clusters end; None where none is found."""
    tick, known = tracks(descriptor)
    found: Ends | None = None
    for length in _TAILS:
        begin = max(0, size - length)
        data = os.pread(descriptor, size - begin, begin)
        first = _first_cluster(data)
        if first is not None:
            found = _follow(data, first, tick, known)
            if any(entry.kind == PICTURE and number in found.seconds for number, entry in known.items()):
                break
        if begin == 0:
            break
    return found


def _first_cluster(data: bytes) -> int | None:
    """The first place that is a cluster: its id, a size, and its time as its first element."""
    at = -1
    while (at := data.find(_CLUSTER_BYTES, at + 1)) >= 0:
        _, behind = element_size(data, at + 4)
        if any(data[behind + gap : behind + gap + 1] == b"\xe7" for gap in (0, 6)):  # a CRC-32 may come first
            return at
    return None


def _follow(data: bytes, at: int, tick: float, known: dict[int, TrackEntry]) -> Ends:
    """All elements up to the end: the last must be whole."""
    cluster, reached, seconds = 0, at, dict[int, float]()
    for element in _flat(data, at):
        reached = element.end if element.end is not None else element.start
        if reached > len(data):
            break
        if element.identity == TIMESTAMP and element.end is not None:
            cluster = int.from_bytes(data[element.start : element.end], "big")
        elif element.identity in (_SIMPLE_BLOCK, _BLOCK):
            number, behind = element_size(data, element.start)
            if number is not None:
                offset = int.from_bytes(data[behind : behind + 2], "big", signed=True)
                frame_s = known[number].frame_s if number in known else 0.0
                seconds[number] = max(seconds.get(number, 0.0), (cluster + offset) * tick + frame_s)
    return Ends(reached != len(data), seconds)


def _flat(data: bytes, at: int) -> Iterator[Element]:
    """Elements with the children of clusters and block groups, in the order of the file."""
    for element in elements(data, at, len(data)):
        if element.identity not in (CLUSTER, _BLOCK_GROUP) or element.end is None:
            yield element
        else:
            yield from _flat(data[: element.end], element.start)
            if element.end > len(data):
                yield Element(element.identity, element.start, element.end)
