"""The quality score: points for what a file holds, never for what its name claims."""

from mediavault_tui.domain.media import MediaInfo, VideoTrack
from mediavault_tui.domain.quality.values import Copy, Score
from mediavault_tui.domain.settings import Quality
from mediavault_tui.domain.titles import Reason

HIGHEST = 200.0
_BURNED_IN = 20.0
"""More than bit rate and codec usually part two copies of one tier by, less than a tier does."""

# Frame sizes of the tiers, landscape. 720×576 is of the 480p tier: PAL has more lines and fewer pictures.
_TIERS = (("4K", 3840, 2160), ("1080p", 1920, 1080), ("720p", 1280, 720), ("480p", 720, 480))
# One side may fall short by a tenth (DVD rips of 704 or 656, crops of a few lines). Bars cut above and below
# leave 0.64 of the frame at 2.76:1, bars cut left and right 0.75 at 4:3; half a frame is something else.
_SIDE_SHARE = 0.9
_AREA_SHARE = 0.55

# How many times its bit rate a codec is worth in H.264: Ohm et al., "Comparison of the Coding Efficiency of
# Video Coding Standards" (IEEE TCSVT 22-12, 2012) measured HEVC at 35.4 % less than H.264 for the same PSNR,
# and 63.7 % less than MPEG-4 ASP, 70.8 % less than MPEG-2. VP9 trails HEVC slightly; AV1 needs about 30 % less
# than VP9 (both by their makers' and streaming services' comparisons, rounded).
EFFICIENCY = {
    "AV1": 2.0,
    "HEVC": 1.55,
    "VP9": 1.45,
    "H.264": 1.0,
    "MPEG-4": 0.56,
    "MPEG-2": 0.45,
    "MS-MPEG4 v1": 0.5,
    "MS-MPEG4 v2": 0.5,
    "MS-MPEG4 v3": 0.56,
}


def tier(video: VideoTrack) -> str:
    """The resolution tier a picture belongs to: `4K`, `1080p`, `720p`, `480p` or `SD`.

    Cut-off bars, anamorphic pixels, rotation and portrait pictures do not change it.
    """
    width, height = max(video.width, video.height), min(video.width, video.height)
    for name, full_width, full_height in _TIERS:
        reaches = width >= _SIDE_SHARE * full_width or height >= _SIDE_SHARE * full_height
        if reaches and width * height >= _AREA_SHARE * full_width * full_height:
            return name
    return "SD"


def score(copy: Copy, settings: Quality) -> Score:
    """Judge one copy: a reason for every part, the sum capped at 200. Nothing known is 0 points."""
    media = copy.media
    if media is None:
        return Score(copy.id, 0.0, (Reason("media", 0, "not examined yet"),))
    reasons = (
        *_picture(media, copy.size, settings),
        *_sound(media, settings),
        _subtitles(media, settings),
        _hdr(media, settings),
        *((Reason("burned-in subtitles", -_BURNED_IN, "the name says so"),) if copy.burned_in else ()),
    )
    return Score(copy.id, round(min(HIGHEST, max(0.0, sum(r.points for r in reasons))), 1), reasons)


def _picture(media: MediaInfo, size: int, settings: Quality) -> tuple[Reason, ...]:
    video = media.video
    if video is None:
        return (Reason("resolution", 0, "no picture"),)
    return (
        _resolution(video, settings),
        _codec(video, settings),
        _bitrate(media, video, size, settings),
    )


def _resolution(video: VideoTrack, settings: Quality) -> Reason:
    name = tier(video)
    points: float = getattr(settings, f"resolution_{name.lower()}")
    return Reason("resolution", points, f"{name} ({video.width}×{video.height})")


def _codec(video: VideoTrack, settings: Quality) -> Reason:
    points = {
        "AV1": settings.codec_av1,
        "HEVC": settings.codec_hevc,
        "VP9": settings.codec_vp9,
        "H.264": settings.codec_h264,
        "MPEG-4": settings.codec_mpeg4,
        "MPEG-2": settings.codec_mpeg2,
    }.get(video.codec, settings.codec_other)
    return Reason("codec", points, video.codec or "unknown codec")


def video_kbps(media: MediaInfo, size: int) -> float | None:
    """Bit rate of the pictures in kb/s: as stated, else what the sound leaves of the whole; None if unknown."""
    if media.video and media.video.bitrate_kbps:
        return float(media.video.bitrate_kbps)
    whole = float(media.bitrate_kbps or 0)
    if not whole and media.duration_s and media.duration_s > 0:
        whole = size * 8 / 1000 / media.duration_s
    sound = sum(track.bitrate_kbps or 0 for track in media.audio)
    left = whole - sound
    return left if left > 0 else whole or None


def _bitrate(media: MediaInfo, video: VideoTrack, size: int, settings: Quality) -> Reason:
    kbps = video_kbps(media, size)
    if kbps is None:
        return Reason("bit rate", 0, "bit rate unknown")
    ideal = {
        "4K": settings.ideal_4k_mbps,
        "1080p": settings.ideal_1080p_mbps,
        "720p": settings.ideal_720p_mbps,
    }.get(tier(video), settings.ideal_other_mbps)
    factor = EFFICIENCY.get(video.codec, 1.0)
    share = min(1.0, kbps / 1000 * factor / ideal)
    worth = f", worth {kbps / 1000 * factor:.1f} in H.264" if factor != 1 else ""
    text = f"{kbps / 1000:.1f} Mb/s{worth}: {share:.0%} of {ideal:g}"
    return Reason("bit rate", round(settings.bitrate * share, 1), text)


def _sound(media: MediaInfo, settings: Quality) -> tuple[Reason, ...]:
    tracks = [track for track in media.audio if not track.commentary] or list(media.audio)
    if not tracks:
        return (Reason("audio", 0, "no sound"),)
    best = max(track.channels or 0 for track in tracks)
    points = settings.audio_mono
    if best >= 2:
        points = settings.audio_surround if best >= 6 else settings.audio_stereo
    reasons = [Reason("audio", points, layout_name(best) if best else "sound, channels unknown")]
    if len(tracks) > 1:
        more = min(settings.audio_tracks_max, settings.audio_track * (len(tracks) - 1))
        reasons.append(Reason("audio tracks", more, f"{len(tracks)} audio tracks"))
    return tuple(reasons)


def layout_name(channels: int) -> str:
    """What people call a number of channels: `mono`, `stereo`, `5.1`, `7.1`."""
    known = {1: "mono", 2: "stereo", 6: "5.1", 7: "6.1", 8: "7.1"}
    return known.get(channels, f"{channels}-channel")


def _subtitles(media: MediaInfo, settings: Quality) -> Reason:
    count = len(media.subtitles)
    points = min(settings.subtitles_max, settings.subtitle * count)
    return Reason(
        "subtitles", points, f"{count} subtitle track{'s' * (count != 1)}" if count else "no subtitles"
    )


def _hdr(media: MediaInfo, settings: Quality) -> Reason:
    kinds = media.video.hdr if media.video else ()
    return Reason("hdr", settings.hdr if kinds else 0.0, ", ".join(kinds) or "no HDR")
