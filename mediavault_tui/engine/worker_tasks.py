"""What workers are asked about single files and pairs of pictures.

A worker loads this module and no more of the program: what it imports is paid for by every worker, each time.
The program itself loads it too, to name what it wants: so numpy and FFmpeg come with the first task.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mediavault_tui.domain.audio_similarity import AudioSimilarity
from mediavault_tui.domain.content.alignment import Alignment, Verdict, lengths
from mediavault_tui.domain.content.stretches import Stretches
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.file_times import modified_ns

if TYPE_CHECKING:
    from mediavault_tui.domain.content.fingerprint import Fingerprint
    from mediavault_tui.services.frames.reader import Window

_LONG_S = 150.0
"""Up to this runtime a fingerprint holds all there is to see; of longer files a closer look takes much more."""

_ALL = 0.95


_PAIR = 2
_every: "dict[bytes, tuple[tuple[int, int], Window]]" = {}
"""Every frame of the short files looked at last, with their size and time of change."""


class Answer(NamedTuple):
    """What a worker found out about one file."""

    value: object
    bytes_read: int
    damage: str | None


def media_info(path: bytes, size: int, mtime_ns: int) -> Answer:
    """Media info of a file that must not have changed."""
    # Here, so that the program itself never loads the library whose crashes it guards against.
    from mediavault_tui.services import mediainfo

    info, bytes_read = mediainfo.read(path, size, mtime_ns)
    return Answer(info, bytes_read, info.damage)


def fingerprint(path: bytes, size: int, mtime_ns: int) -> Answer:
    """The fingerprint as bytes of a file that must not have changed."""
    from mediavault_tui.services import frames, mediainfo

    mediainfo.check_unchanged(path, size, mtime_ns)
    before = mediainfo.bytes_read_so_far()
    value = frames.fingerprint(path).to_bytes()
    return Answer(value, mediainfo.bytes_read_so_far() - before, None)


def first_look(path: bytes, size: int, mtime_ns: int) -> Answer:
    """The same of a file whose frames are asked for next: those of a short one stay with this worker."""
    from mediavault_tui.services import frames, mediainfo

    mediainfo.check_unchanged(path, size, mtime_ns)
    before = mediainfo.bytes_read_so_far()
    value, every = frames.fingerprint_and_frames(path)
    if every is not None:
        _every.pop(path, None)
        _every[path] = (size, mtime_ns), every
        while len(_every) > _PAIR:
            del _every[next(iter(_every))]
    return Answer(value.to_bytes(), mediainfo.bytes_read_so_far() - before, None)


def rough(print_a: bytes, print_b: bytes) -> Alignment:
    """How the pictures of two files lie to each other, from their fingerprints."""
    from mediavault_tui.domain.content import picture_alignment
    from mediavault_tui.domain.content.fingerprint import Fingerprint

    return picture_alignment.compare(Fingerprint.from_bytes(print_a), Fingerprint.from_bytes(print_b))


def refine(path_a: bytes, path_b: bytes, rough: Alignment) -> Alignment:
    """Offset and speed to about a frame, from the pictures themselves.

    A long pair that is unsure, or does not agree along the whole, is looked at more closely first, and so is one
    whose frames do not match after all: few samples of two long films meet.
    """
    from mediavault_tui.domain.content import picture_alignment
    from mediavault_tui.services import frames

    is_long = rough.verdict is not Verdict.DIFFERENT and rough.overlap_s > 0 and max(lengths(rough)) > _LONG_S
    if not is_long:
        return frames.refine(path_a, path_b, rough, every=(_frames_of(path_a), _frames_of(path_b)))
    if _agrees(rough):
        found = frames.refine(path_a, path_b, rough)
        if found.verdict is Verdict.SAME or not found.measured:
            return found
    closer = picture_alignment.compare(*(_thorough(path, _changed(path)) for path in (path_a, path_b)))
    return frames.refine(path_a, path_b, closer)


def _agrees(rough: Alignment) -> bool:
    """Whether the pictures of two files agree along all of one."""
    whole = max(rough.overlap_a, rough.overlap_b) >= _ALL
    return rough.verdict is Verdict.SAME and len(rough.stretches) == 1 and rough.matched >= _ALL and whole


def _frames_of(path: bytes) -> "Window | None":
    state, every = _every.get(path, (None, None))
    return every if state and state == _changed(path) else None


def _changed(path: bytes) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError as error:
        raise FileUnreadable(f"{os.fsdecode(path)}: {error.strerror}", "Check the name.") from error
    return status.st_size, modified_ns(status)


@lru_cache(maxsize=8)  # one file may have several partners
def _thorough(path: bytes, _changed: tuple[int, int]) -> "Fingerprint":
    from mediavault_tui.services import frames

    return frames.fingerprint(path, thorough=True)


def hear(
    path_a: bytes,
    path_b: bytes,
    speed: float,
    stretches: Stretches,
    pairs: Sequence[tuple[int, int]],
    is_aligned: bool,
) -> list[tuple[int, int, AudioSimilarity]]:
    """How each pair of audio tracks sounds; what differs tells nothing unless the pictures say where to listen."""
    from mediavault_tui.services.frames.audio_comparison import listen

    told = listen(path_a, path_b, speed, stretches, pairs)
    if is_aligned:
        return told
    return [
        (at, there, each if each is AudioSimilarity.SAME else AudioSimilarity.UNPLACED)
        for at, there, each in told
    ]
