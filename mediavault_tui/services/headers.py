"""What the headers of a file say of its length and wholeness, held against the file itself; cheap enough for a scan.

A header's overall duration is that of the longest track, a subtitle line after the film included; the overall bit
rate comes from the size, padding included. What is only likely is a doubt; `services/integrity` reads everything.
"""

import os
from typing import Any

import msgspec

from mediavault_tui.domain import wholeness
from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.domain.text import size as size_text
from mediavault_tui.domain.wholeness import FindingKind, TrackKind, TrackSeen
from mediavault_tui.services import container, matroska
from mediavault_tui.services.integrity import zeros
from mediavault_tui.services.integrity.source import Run, holes

Fields = dict[str, Any]

_EXACT = frozenset({"Matroska", "WebM", "MPEG-4", "QuickTime", "AVI"})
"""Containers in which the length of each track is written down; elsewhere it is guessed from a few packets."""
_BLOCK = 512
"""Bytes of what `st_blocks` counts (stat(2))."""


def judged(info: MediaInfo, tracks: list[Fields], descriptor: int, size: int) -> MediaInfo:
    """`info`, as libmediainfo's `tracks` gave it, with the length of the pictures, true bit rates, doubts and locks."""
    if info.video is None:
        return info
    seen = _lengths(info, tracks, descriptor, size)
    picture = next((track for track in seen if track.kind is TrackKind.PICTURE), None)
    length = picture.end_s if picture is not None else None
    info = _with_length(info, length, descriptor, size)
    return msgspec.structs.replace(
        info,
        doubt=_holes(descriptor, size) or (None if info.damage else _short_sound(info, seen)),
        protected=_locked(tracks) or container.protection(descriptor, size),
    )


def _with_length(info: MediaInfo, length: float | None, descriptor: int, size: int) -> MediaInfo:
    """The pictures' length as the film's, and bit rates of the content instead of the file."""
    stated, content = info.duration_s, container.declared_end(descriptor, size) or size
    length = min(length or stated or 0.0, stated or length or 0.0) or None
    is_padded = content < 0.99 * size
    is_longer = bool(length and stated and abs(stated - length) > wholeness.END_S + wholeness.SHARE * length)
    if not length or not (is_padded or is_longer or info.bitrate_kbps is None):
        return msgspec.structs.replace(info, duration_s=length)
    video = info.video and msgspec.structs.replace(info.video, bitrate_kbps=None)
    return msgspec.structs.replace(
        info, duration_s=length, bitrate_kbps=round(content * 8 / 1000 / length) or None, video=video
    )


def _lengths(info: MediaInfo, tracks: list[Fields], descriptor: int, size: int) -> list[TrackSeen]:
    """Picture and sound tracks with their ends, as the headers say; where those leave a doubt, as the end says."""
    seen = [
        TrackSeen(name, kind, 1, _seconds(track, "Delay") or 0.0, (_seconds(track, "Delay") or 0.0) + length)
        for kind, name, track in _named(tracks)
        if (length := _seconds(track, "Duration"))
    ]
    if info.container not in ("Matroska", "WebM"):
        return seen
    picture = next((track for track in seen if track.kind is TrackKind.PICTURE), None)
    agrees = info.duration_s and picture and abs((picture.end_s or 0.0) - info.duration_s) <= wholeness.END_S
    if agrees and not wholeness.compare_tracks(seen):
        return seen
    return _measured(seen, descriptor, size)


def _named(tracks: list[Fields]) -> list[tuple[TrackKind, str, Fields]]:
    """The longest picture track, of which a cover is none, and all sound tracks."""
    pictures = [track for track in tracks if track["@type"] == "Video"]
    pictures = [max(pictures, key=lambda track: _seconds(track, "Duration") or 0.0)] if pictures else []
    sounds = [track for track in tracks if track["@type"] == "Audio"]
    return [
        *((TrackKind.PICTURE, "picture", track) for track in pictures),
        *(
            (TrackKind.SOUND, f"sound {number}" if number > 1 else "sound", track)
            for number, track in enumerate(sounds, 1)
        ),
    ]


def _measured(seen: list[TrackSeen], descriptor: int, size: int) -> list[TrackSeen]:
    """As `seen`, with the times of the last blocks. What has none near the end keeps what the header says."""
    ends = matroska.ends(descriptor, container.declared_end(descriptor, size) or size)
    if ends is None:
        return seen
    _, known = matroska.tracks(descriptor)
    by_name = {track.name: track for track in seen}
    pictures, sounds = (
        [number for number, entry in known.items() if entry.kind == kind]
        for kind in (matroska.PICTURE, matroska.SOUND)
    )
    film = max(pictures, key=lambda number: ends.seconds.get(number, 0.0), default=0)
    named = [
        (film, TrackKind.PICTURE, "picture"),
        *(
            (number, TrackKind.SOUND, f"sound {count}" if count > 1 else "sound")
            for count, number in enumerate(sounds, 1)
        ),
    ]
    for number, kind, name in named:
        end = ends.seconds.get(number)
        if end is not None:
            start = by_name[name].start_s if name in by_name else 0.0
            by_name[name] = TrackSeen(name, kind, 1, start, end)
    return list(by_name.values())


def _short_sound(info: MediaInfo, seen: list[TrackSeen]) -> str | None:
    """Sound that ends before the pictures do, as far as the headers can be trusted with it."""
    if info.container not in _EXACT:
        return None
    found = [each for each in wholeness.compare_tracks(seen) if each.kind is FindingKind.SOUND_MISSING]
    ending = [each for each in found if each.start_s]
    return wholeness.words(wholeness.made(ending)) or None


def _holes(descriptor: int, size: int) -> str | None:
    """What was never written, of a file that takes less room than it is long."""
    if os.fstat(descriptor).st_blocks * _BLOCK >= size:
        return None
    kind, end = zeros.layout(descriptor), container.declared_end(descriptor, size)
    lost = 0
    for hole in holes(descriptor, size):
        run = Run(hole.start, min(hole.end, end) if end is not None else hole.end)
        if run.end - run.start >= zeros.LEAST and not zeros.belongs(descriptor, kind, run, size):
            lost += run.end - run.start
    return f"{size_text(lost)} of it were never written: is the download finished?" if lost else None


def _locked(tracks: list[Fields]) -> str | None:
    locked = any(track["@type"] in ("Video", "Audio") and track.get("Encryption") for track in tracks)
    return container.PROTECTED if locked else None


def _seconds(track: Fields, field: str) -> float | None:
    try:
        return float(track.get(field) or 0) or None
    except ValueError:
        return None
