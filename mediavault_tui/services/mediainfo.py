"""What a file really holds, through libmediainfo.

`read` is meant for a worker process: a file that crashes or hangs the library must not take the program
down with it. ParseSpeed 0 looks at headers and indexes only; on the formats tried it leaves nothing out
that this program uses (the encoder's name and the open/closed GOP flag are what it costs).
"""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from pymediainfo import MediaInfo as Library

from mediavault_tui.domain.media import (
    RARELY_READ_EXTENSIONS,
    AudioTrack,
    Chapter,
    MediaInfo,
    SubtitleTrack,
    VideoTrack,
)
from mediavault_tui.errors import FileUnreadable, MediaDamaged
from mediavault_tui.services import container

Fields = dict[str, Any]

# libmediainfo's names → the names people use. MPEG Video is told apart by its version.
_VIDEO_CODECS = {
    "AVC": "H.264", "HEVC": "HEVC", "AV1": "AV1", "VP9": "VP9", "VP8": "VP8", "VVC": "VVC",
    "MPEG-4 Visual": "MPEG-4", "VC-1": "VC-1", "WMV": "WMV", "Theora": "Theora", "H.263": "H.263",
    "Sorenson Spark": "H.263", "ProRes": "ProRes", "DV": "DV", "JPEG": "MJPEG", "RealVideo 4": "RealVideo",
}  # fmt: skip
_MPEG_VIDEO = {"1": "MPEG-1", "2": "MPEG-2"}


class Answer(NamedTuple):
    """Media info and the bytes of the file that were read for it."""

    info: MediaInfo
    bytes_read: int


def read(path: bytes, size: int, mtime_ns: int) -> Answer:
    """Ask libmediainfo about `path`, which must still be as the catalogue knows it.

    Raises FileUnreadable if it is gone, cannot be opened or has changed since; MediaDamaged if the library does
    not look into such files.
    """
    before = bytes_read_so_far()
    try:
        # Opened by us and handed over by number: libmediainfo takes text, and a name is bytes.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    try:
        status = os.fstat(descriptor)
        if (status.st_size, status.st_mtime_ns) != (size, mtime_ns):
            raise FileUnreadable("changed since it was listed", "Scan again once it is complete.")
        if size == 0:
            return Answer(MediaInfo(damage="empty file (0 bytes)"), 0)
        if container.begins_with_zeros(descriptor):
            return Answer(
                MediaInfo(damage="not a video: it begins with zeros, as room kept for a download"), 0
            )
        tracks = _ask_library(descriptor, os.path.splitext(path)[1])
        info = describe(tracks, container.missing_end(descriptor, size))
        ending = os.fsdecode(os.path.splitext(path)[1]).lower()
        if info.video is None and ending in RARELY_READ_EXTENSIONS:
            raise MediaDamaged(f"not examined: {ending} is listed only")
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    finally:
        os.close(descriptor)
    return Answer(info, bytes_read_so_far() - before)


def _ask_library(descriptor: int, ending: bytes) -> list[Fields]:
    """The library's JSON tracks, through a link of our own making to the open file.

    A name is bytes where the library takes text; one ending in digits makes it look for a sequence of files;
    and without the ending it expects, it tries every parser in turn, reading a file ten times over.
    """
    suffix = container.usual_ending(descriptor) or os.fsdecode(ending).encode("ascii", "ignore").decode()
    with tempfile.TemporaryDirectory(prefix="mediavault-") as folder:
        link = f"{folder}/video{suffix}"
        os.symlink(f"/proc/self/fd/{descriptor}", link)
        answer = Library.parse(link, parse_speed=0, output="JSON", full=False)
    media = json.loads(answer).get("media") or {}
    tracks: list[Fields] = media.get("track", [])
    return tracks


def check_unchanged(path: bytes, size: int, mtime_ns: int) -> None:
    """Raise FileUnreadable unless `path` is still as the catalogue knows it."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    if (status.st_size, status.st_mtime_ns) != (size, mtime_ns):
        raise FileUnreadable("changed since it was listed", "Scan again once it is complete.")


def bytes_read_so_far() -> int:
    """Bytes this process has read by system calls; 0 where the system does not count them."""
    try:
        return int(Path("/proc/self/io").read_text().split()[1])
    except OSError:
        return 0


def describe(tracks: list[Fields], missing_end: str | None = None) -> MediaInfo:
    """libmediainfo's JSON tracks → our value. `missing_end` is what the container itself says is cut off."""
    general = next((track for track in tracks if track["@type"] == "General"), {})
    video = next((_video(track) for track in tracks if track["@type"] == "Video"), None)
    return MediaInfo(
        container=general.get("Format"),
        duration_s=_number(general.get("Duration")) or None,
        bitrate_kbps=_kilobits(general.get("OverallBitRate")),
        video=video,
        audio=tuple(_audio(track) for track in tracks if track["@type"] == "Audio"),
        subtitles=tuple(_subtitle(track) for track in tracks if track["@type"] == "Text"),
        chapters=_chapters(tracks),
        title=general.get("Title") or general.get("Movie"),
        damage=_damage(general, video, missing_end),
    )


def _damage(general: Fields, video: VideoTrack | None, missing_end: str | None) -> str | None:
    if not general.get("Format"):
        return "not a video: no known container format"
    if missing_end:
        return missing_end
    if general.get("IsTruncated") == "Yes":
        return "truncated: the file ends before its container says it should"
    if video is None:
        return "no video track"
    return None


def _video(track: Fields) -> VideoTrack:
    codec: str = track.get("Format", "unknown")
    if codec == "MPEG Video":
        codec = _MPEG_VIDEO.get(re.sub(r"\D", "", track.get("Format_Version", "")), "MPEG-2")
    return VideoTrack(
        codec=_VIDEO_CODECS.get(codec, codec),
        width=int(_number(track.get("Width")) or 0),
        height=int(_number(track.get("Height")) or 0),
        pixel_aspect=_number(track.get("PixelAspectRatio")) or 1.0,
        rotation=round(_number(track.get("Rotation")) or 0) % 360,
        profile=track.get("Format_Profile"),
        fps=_number(track.get("FrameRate")),
        variable_fps=track.get("FrameRate_Mode") == "VFR",
        interlaced=track.get("ScanType") in ("Interlaced", "MBAFF", "PAFF"),
        bit_depth=int(_number(track.get("BitDepth")) or 0) or None,
        hdr=_hdr(track),
        bitrate_kbps=_kilobits(track.get("BitRate") or track.get("BitRate_Nominal")),
    )


def _hdr(track: Fields) -> tuple[str, ...]:
    """The HDR kinds a display could use, best first.

    SMPTE ST 2086 is HDR10's mastering metadata, ST 2094 App 4 is HDR10+; PQ without either is HDR10's curve.
    """
    said = " / ".join(
        track.get(key, "")
        for key in (
            "HDR_Format",
            "HDR_Format_Compatibility",
            "HDR_Format_Commercial",
            "transfer_characteristics",
        )
    )
    found = []
    if "Dolby Vision" in said:
        found.append("Dolby Vision")
    if "HDR10+" in said or "2094 App 4" in said:
        found.append("HDR10+")
    if "HLG" in said:
        found.append("HLG")
    elif re.search(r"HDR10(?!\+)|ST 2086|\bPQ\b", said):
        found.append("HDR10")
    return tuple(found)


def _audio(track: Fields) -> AudioTrack:
    title = track.get("Title")
    return AudioTrack(
        codec=track.get("Format_Commercial_IfAny") or track.get("Format", "unknown"),
        channels=_channels(track),
        layout=track.get("ChannelLayout"),
        language=_language(track),
        title=title,
        commentary="comment" in (title or "").lower() or track.get("ServiceKind") == "Commentary",
        default=track.get("Default") == "Yes",
        bitrate_kbps=_kilobits(track.get("BitRate")),
    )


def _channels(track: Fields) -> int | None:
    """`Channels_Original` is what a lossless extension carries; several values are core and extension."""
    counts = re.findall(r"\d+", f"{track.get('Channels_Original', '')} {track.get('Channels', '')}")
    return max(map(int, counts)) if counts else None


def _subtitle(track: Fields) -> SubtitleTrack:
    title = track.get("Title")
    lowered = (title or "").lower()
    return SubtitleTrack(
        format=track.get("Format", "unknown"),
        language=_language(track),
        title=title,
        forced=track.get("Forced") == "Yes" or "forced" in lowered,
        hearing_impaired="sdh" in lowered.split() or "hearing" in lowered,
    )


def _language(track: Fields) -> str | None:
    """The language itself without its region; None for undetermined."""
    language = str(track.get("Language", "")).partition("-")[0].lower()
    return None if language in ("", "und", "zxx", "mis") else language


def _chapters(tracks: list[Fields]) -> tuple[Chapter, ...]:
    """Chapter marks stand in a Menu track's extra fields, as `_00_01_30_000: "en:Title"`."""
    found = []
    for track in tracks:
        if track["@type"] != "Menu":
            continue
        for key, title in (track.get("extra") or {}).items():
            if mark := re.fullmatch(r"_(\d+)_(\d\d)_(\d\d)_(\d{3})", key):
                hours, minutes, seconds, milliseconds = map(int, mark.groups())
                start = hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
                text = re.sub(r"^[a-z]{2,3}:", "", title) if isinstance(title, str) else ""
                found.append(Chapter(start, text or None))
        if found:
            break
    return tuple(sorted(found, key=lambda chapter: chapter.start_s))


def _number(text: object) -> float | None:
    match = re.search(r"\d+(\.\d+)?", str(text or ""))
    return float(match[0]) if match else None


def _kilobits(text: object) -> int | None:
    number = _number(text)
    return round(number / 1000) if number else None
