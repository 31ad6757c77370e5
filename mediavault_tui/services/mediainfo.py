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
    SoundKind,
    SubtitleTrack,
    TextKind,
    VideoTrack,
)
from mediavault_tui.domain.track_purpose import sound_kind, text_kind
from mediavault_tui.errors import FileUnreadable, MediaDamaged
from mediavault_tui.services import container, headers, stream_flags
from mediavault_tui.services.file_times import modified_ns
from mediavault_tui.services.stream_flags import Flags, Streams

Fields = dict[str, Any]

# libmediainfo's names → the names people use. MPEG Video is told apart by its version.
_VIDEO_CODECS = {
    "AVC": "H.264", "HEVC": "HEVC", "AV1": "AV1", "VP9": "VP9", "VP8": "VP8", "VVC": "VVC",
    "MPEG-4 Visual": "MPEG-4", "VC-1": "VC-1", "WMV": "WMV", "Theora": "Theora", "H.263": "H.263",
    "Sorenson Spark": "H.263", "ProRes": "ProRes", "DV": "DV", "JPEG": "MJPEG", "V_MJPEG": "MJPEG",
    "RealVideo 4": "RealVideo",
}  # fmt: skip
_MPEG_VIDEO = {"1": "MPEG-1", "2": "MPEG-2"}
# Microsoft's codecs that are called MPEG-4 and are none, by their four letters.
_MS_MPEG4 = {
    **dict.fromkeys(("MPG4", "MP41", "DIV1"), "MS-MPEG4 v1"),
    **dict.fromkeys(("MP42", "DIV2"), "MS-MPEG4 v2"),
    **dict.fromkeys(("MP43", "DIV3", "DIV4", "DIV5", "DIV6", "AP41", "COL0", "COL1"), "MS-MPEG4 v3"),
}
_IMAGES = frozenset({"MJPEG", "JPEG", "PNG", "V_PNG", "BMP", "GIF", "TIFF", "WebP", "V_UNCOMPRESSED"})
# These know no other depth.
_EIGHT_BITS = frozenset(
    {"VP8", "Theora", "MPEG-4", "MPEG-1", "MPEG-2", "H.263", "MJPEG", "WMV", "VC-1", "RealVideo"}
    | set(_MS_MPEG4.values())
)
# The container's own word for what a track is for, where libmediainfo passes it on.
_SERVICES = {
    **dict.fromkeys(("C", "Commentary"), SoundKind.COMMENTARY),
    **dict.fromkeys(("VI", "Visually impaired"), SoundKind.DESCRIPTION),
    **dict.fromkeys(("ME", "Music and effects"), SoundKind.OTHER),
}


_AS_LONG, _STILL_S = 0.9, 0.2
"""Share of the longest picture track, and seconds that a still stored as a track lasts at most."""


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
        if (status.st_size, modified_ns(status)) != (size, mtime_ns):
            raise FileUnreadable("changed since it was listed", "Scan again once it is complete.")
        if size == 0:
            return Answer(MediaInfo(damage="empty file (0 bytes)"), 0)
        if container.begins_with_zeros(descriptor):
            return Answer(
                MediaInfo(damage="not a video: it begins with zeros, as room kept for a download"), 0
            )
        tracks = _ask_library(descriptor, os.path.splitext(path)[1])
        info = describe(tracks, container.missing_end(descriptor, size), _more(descriptor, tracks))
        info = headers.judged(info, tracks, descriptor, size)
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
    if (status.st_size, modified_ns(status)) != (size, mtime_ns):
        raise FileUnreadable("changed since it was listed", "Scan again once it is complete.")


def bytes_read_so_far() -> int:
    """Bytes this process has read by system calls; 0 where the system does not count them."""
    try:
        return int(Path("/proc/self/io").read_text().split()[1])
    except OSError:
        return 0


def _more(descriptor: int, tracks: list[Fields]) -> Streams:
    """What libmediainfo does not tell, where there can be any of it."""
    kinds = [track["@type"] for track in tracks]
    pictures = [track for track in tracks if track["@type"] == "Video"]
    marked = kinds.count("Audio") > 1 or "Text" in kinds
    packed = any(track.get("Format") in ("AVC", "HEVC") for track in pictures)
    dateless = any(not track.get("FrameRate") for track in pictures)
    found = stream_flags.read(descriptor) if marked or packed or dateless else Streams()
    return found._replace(stereo=found.stereo or container.stereo_box(descriptor))


def describe(
    tracks: list[Fields], missing_end: str | None = None, streams: Streams = stream_flags.NOTHING
) -> MediaInfo:
    """libmediainfo's JSON tracks and what FFmpeg adds → our value.

    `missing_end` is what the container itself says is cut off.
    """
    general = next((track for track in tracks if track["@type"] == "General"), {})
    video = _picture([track for track in tracks if track["@type"] == "Video"], streams)
    sounds, texts = ([track for track in tracks if track["@type"] == kind] for kind in ("Audio", "Text"))
    return MediaInfo(
        container=general.get("Format"),
        duration_s=_number(general.get("Duration")) or None,
        bitrate_kbps=_kilobits(general.get("OverallBitRate")),
        video=video,
        audio=tuple(_audio(*pair) for pair in _paired(sounds, streams.audio)),
        subtitles=tuple(_subtitle(*pair) for pair in _paired(texts, streams.subtitles)),
        chapters=_chapters(tracks),
        title=general.get("Title") or general.get("Movie"),
        damage=_damage(general, video, missing_end),
        fonts=_fonts(general),
    )


def _paired(tracks: list[Fields], flags: tuple[Flags, ...]) -> list[tuple[Fields, Flags]]:
    """Each track with its flags; without any where both libraries do not see the same tracks."""
    known = flags if len(flags) == len(tracks) else (Flags(),) * len(tracks)
    return list(zip(tracks, known, strict=True))


def _fonts(general: Fields) -> tuple[str, ...]:
    attached = str((general.get("extra") or {}).get("Attachments") or "").split(" / ")
    return tuple(sorted(name for name in attached if name.lower().endswith((".ttf", ".otf", ".ttc", ".otc"))))


def _picture(tracks: list[Fields], streams: Streams) -> VideoTrack | None:
    """The track that is the film: no cover, no still; the first of those that run as long as the longest."""
    films = [track for track in tracks if not _is_still(track)]
    if not films:
        films = [track for track in tracks if _codec(track) not in _IMAGES]
    if not films:
        return None
    longest = max(_number(track.get("Duration")) or 0.0 for track in films)
    track = next(
        track for track in films if (_number(track.get("Duration")) or longest) >= _AS_LONG * longest
    )
    return _video(track, streams if track is tracks[0] else Streams())


def _is_still(track: Fields) -> bool:
    """One picture: a cover that was stored as a track."""
    count = int(_number(track.get("FrameCount")) or 0)
    brief = (_number(track.get("Duration")) or 1.0) < _STILL_S
    return count == 1 or (_codec(track) in _IMAGES and (brief or track.get("Cover") == "Yes"))


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


def _codec(track: Fields) -> str:
    codec: str = track.get("Format", "unknown")
    if codec == "MPEG Video":
        return _MPEG_VIDEO.get(re.sub(r"\D", "", track.get("Format_Version", "")), "MPEG-2")
    if codec == "MPEG-4 Visual":
        return _MS_MPEG4.get(str(track.get("CodecID", "")).upper(), "MPEG-4")
    return _VIDEO_CODECS.get(codec, codec)


def _video(track: Fields, streams: Streams) -> VideoTrack:
    codec = _codec(track)
    return VideoTrack(
        codec=codec,
        width=int(_number(track.get("Width")) or 0),
        height=int(_number(track.get("Height")) or 0),
        pixel_aspect=_number(track.get("PixelAspectRatio")) or 1.0,
        rotation=round(_number(track.get("Rotation")) or 0) % 360,
        profile=track.get("Format_Profile"),
        fps=_number(track.get("FrameRate")) or streams.fps,
        variable_fps=track.get("FrameRate_Mode") == "VFR",
        interlaced=track.get("ScanType") in ("Interlaced", "MBAFF", "PAFF"),
        bit_depth=int(_number(track.get("BitDepth")) or 0) or (8 if codec in _EIGHT_BITS else None),
        hdr=_hdr(track),
        bitrate_kbps=_kilobits(track.get("BitRate") or track.get("BitRate_Nominal")),
        stereo=_stereo(track) or streams.stereo,
    )


def _stereo(track: Fields) -> str | None:
    """Two views: two pictures in one (Matroska's StereoMode), or two streams in one (MVC, MV-HEVC)."""
    layout = str(track.get("MultiView_Layout") or "").split(" (")[0].lower()
    several = (_number(track.get("MultiView_Count")) or 1) > 1
    return (layout or "two views") if several or layout not in ("", "mono") else None


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


def _audio(track: Fields, flags: Flags) -> AudioTrack:
    title = track.get("Title")
    named = _SERVICES.get(track.get("ServiceKind", "")) or sound_kind(title)
    marked = flags.commentary or flags.description or flags.other
    return AudioTrack(
        codec=_audio_codec(track),
        channels=_channels(track),
        layout=track.get("ChannelLayout"),
        language=_language(track),
        title=title,
        commentary=flags.commentary or (named is SoundKind.COMMENTARY and not marked),
        default=track.get("Default") == "Yes",
        bitrate_kbps=_kilobits(track.get("BitRate")),
        description=flags.description or (named is SoundKind.DESCRIPTION and not marked),
        other=flags.other or (named is SoundKind.OTHER and not marked),
    )


def _audio_codec(track: Fields) -> str:
    """The name people use: `MP3` for layer 3 of MPEG Audio, the commercial name where there is one."""
    name: str = track.get("Format_Commercial_IfAny") or track.get("Format", "unknown")
    layer = re.fullmatch(r"Layer (\d)", track.get("Format_Profile", ""))
    return f"MP{layer[1]}" if name == "MPEG Audio" and layer else name


def _channels(track: Fields) -> int | None:
    """`Channels_Original` is what a lossless extension carries; several values are core and extension."""
    counts = re.findall(r"\d+", f"{track.get('Channels_Original', '')} {track.get('Channels', '')}")
    return max(map(int, counts)) if counts else None


def _subtitle(track: Fields, flags: Flags) -> SubtitleTrack:
    title = track.get("Title")
    named = text_kind(title)
    forced = flags.forced or str(track.get("Forced", "")).startswith("Yes")
    return SubtitleTrack(
        format=track.get("Format", "unknown"),
        language=_language(track),
        title=title,
        forced=forced or named is TextKind.FORCED,
        hearing_impaired=flags.hearing_impaired or track.get("ServiceKind") == "HI" or named is TextKind.SDH,
        signs=named is TextKind.SIGNS,
        commentary=flags.commentary or track.get("ServiceKind") == "C" or named is TextKind.COMMENTARY,
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
