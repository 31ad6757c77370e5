"""The values the whole program talks about: what a name says, and what a file holds.

All are frozen `msgspec` structs, so they travel unchanged between worker processes, the catalogue
(as JSON) and the command line.
"""

from enum import StrEnum

import msgspec

MEDIAINFO_VERSION = 2
"""Goes up whenever more or something else is read out of a file: catalogues then read theirs again."""

# Product rule: these are videos; the config may add to them. Endings that Kodi's file lists and FFmpeg's demuxers
# know, without those that mostly are something else (`.dat`, `.bin`, `.mod`, `.rec`).
VIDEO_EXTENSIONS = frozenset(
    ".mkv .mk3d .webm .mp4 .m4v .mov .qt .3gp .3g2 .3gpp .3gp2 .f4v .ismv .hdmov .mj2 .insv"
    " .avi .divx .xvid .bivx .wmv .asf .wm .dvr-ms .wtv .flv .rm .rmvb .rmhd .ogv .ogm"
    " .ts .m2ts .mts .m2t .tp .trp .tod .ty .vdr .mpg .mpeg .mpe .mp2v .m1v .m2v .mpv .mpg2 .m2p .mpeg4"
    " .vob .vro .evo .pva .nuv .nsv .nut .amv .mxf .gxf .dv .dif .dav .y4m .ivf .obu"
    " .h264 .264 .avc .h265 .265 .hevc .vc1 .mjpg .mjpeg .bik .bk2 .fli .flc .viv .roq .smk".split()
)
RARELY_READ_EXTENSIONS = frozenset(
    ".wtv .amv .nut .mjpg .mjpeg .roq .smk .bik .bk2 .fli .flc .viv .nsv .nuv .ty .pva .dav .obu".split()
)
"""Videos libmediainfo often cannot look into: finding no picture says nothing about them."""
DISC_IMAGE_EXTENSIONS = frozenset(".iso .img .nrg .mdf .udf".split())
"""Whole discs in one file: listed, but not examined."""
DISC_IMAGE = "disc image: not examined"
"""Why nothing is known about one."""
SUBTITLE_EXTENSIONS = frozenset(
    ".srt .ass .ssa .sub .idx .sup .vtt .smi .sami .ttml .dfxp .usf .mks .lrc .sbv .mpl2".split()
)
# Sound beside a video that Kodi, Jellyfin or Plex play with it.
AUDIO_EXTENSIONS = frozenset(
    ".mka .ac3 .eac3 .ec3 .dts .dtshd .dtsma .thd .truehd .mlp .aac .m4a .mp3 .mp2 .flac .ogg .oga .opus .wav"
    " .wma .ape".split()
)


class EvidenceKind(StrEnum):
    """What speaks for two files being the same."""

    EXACT = "exact"
    TITLE = "title"
    CONTENT = "content"


class Kind(StrEnum):
    """What a video is to the collection."""

    MOVIE = "movie"
    EPISODE = "episode"
    EXTRA = "extra"  # sample, trailer, featurette, deleted scene, ...
    OTHER = "other"  # nothing in the name says what it is


class ReleaseName(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a file's name (and where that is silent, its folders) say.

    Nothing here is believed about the pictures themselves: `screen_size` and `video_codec` are claims.
    """

    kind: Kind = Kind.OTHER
    title: str | None = None
    """Of the film, or of the show for an episode. Never an empty string."""
    alternative_titles: tuple[str, ...] = ()
    """Other titles given beside it: in brackets, after `AKA`, in another script."""
    year: int | None = None
    country: str | None = None
    """ISO 3166 alpha-2, as in `The Office US`."""
    season: int | None = None
    """0 for specials."""
    seasons: tuple[int, ...] = ()
    """All seasons of a pack of several (`S01-S03`), ascending; `season` is the first of them."""
    episodes: tuple[int, ...] = ()
    """Ascending. Absolute numbers stand here too when there is no season."""
    episode_part: str | None = None
    """`a`, `b`, … of an episode cut into pieces (`S01E04a`); `.5` of what lies between two episodes (`12.5`)."""
    date: str | None = None
    """ISO date of a daily show's episode."""
    episode_title: str | None = None
    edition: str | None = None
    """`Director's Cut`, `Extended`, `Theatrical`, …; several are joined by `, `."""
    part: int | None = None
    """Part, CD or disc of one work spread over several files."""
    release_group: str | None = None
    screen_size: str | None = None
    source: str | None = None
    video_codec: str | None = None
    three_d: bool = False
    language: tuple[str, ...] = ()
    """ISO 639 codes claimed by the name."""
    ids: tuple[tuple[str, str], ...] = ()
    """(provider, value), as `("tmdb", "603")`, `("imdb", "tt0133093")`: of the film, or of the show for an episode."""


class SoundKind(StrEnum):
    """What an audio track is for."""

    MAIN = "main"
    COMMENTARY = "commentary"
    DESCRIPTION = "description"
    """What is to be seen, told for the blind."""
    OTHER = "other"
    """Another sound on purpose: isolated score, sing-along, riff."""


class TextKind(StrEnum):
    """What a subtitle track is for."""

    FULL = "full"
    FORCED = "forced"
    """Only what is spoken in another language than the film's."""
    SIGNS = "signs"
    """Only what is written in the picture, and songs."""
    SDH = "sdh"
    """For the deaf and hard of hearing: everything spoken, and sounds."""
    COMMENTARY = "commentary"


class AudioTrack(msgspec.Struct, frozen=True, omit_defaults=True):
    """One audio track."""

    codec: str
    channels: int | None = None
    layout: str | None = None
    language: str | None = None
    """ISO 639-1 where there is one, else ISO 639-2; None when undetermined."""
    title: str | None = None
    commentary: bool = False
    default: bool = False
    bitrate_kbps: int | None = None
    external: bool = False
    """In a file beside the video."""
    description: bool = False
    """Audio description for the blind."""
    other: bool = False
    """Isolated score, sing-along, karaoke, …"""

    @property
    def kind(self) -> SoundKind:
        """What it is for."""
        if self.commentary:
            return SoundKind.COMMENTARY
        if self.description:
            return SoundKind.DESCRIPTION
        return SoundKind.OTHER if self.other else SoundKind.MAIN


class SubtitleTrack(msgspec.Struct, frozen=True, omit_defaults=True):
    """One subtitle track, inside the container or in a file beside the video."""

    format: str
    language: str | None = None
    title: str | None = None
    forced: bool = False
    hearing_impaired: bool = False
    external: bool = False
    signs: bool = False
    """Signs and songs only."""
    commentary: bool = False

    @property
    def kind(self) -> TextKind:
        """What it is for."""
        if self.commentary:
            return TextKind.COMMENTARY
        if self.signs:
            return TextKind.SIGNS
        if self.forced:
            return TextKind.FORCED
        return TextKind.SDH if self.hearing_impaired else TextKind.FULL


class Chapter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chapter mark."""

    start_s: float
    title: str | None = None


class VideoTrack(msgspec.Struct, frozen=True, omit_defaults=True):
    """The main picture track."""

    codec: str
    """The field's name: `AV1`, `HEVC`, `VP9`, `H.264`, `MPEG-4`, `MPEG-2`, …"""
    width: int
    """Stored pixels, before rotation and pixel aspect."""
    height: int
    pixel_aspect: float = 1.0
    rotation: int = 0
    """Degrees clockwise: 0, 90, 180 or 270."""
    profile: str | None = None
    fps: float | None = None
    variable_fps: bool = False
    interlaced: bool = False
    bit_depth: int | None = None
    hdr: tuple[str, ...] = ()
    """Any of `Dolby Vision`, `HDR10+`, `HDR10`, `HLG`; empty for SDR."""
    bitrate_kbps: int | None = None
    stereo: str | None = None
    """How the pictures of both eyes are stored (`side by side`, `over and under`, …); None for 2D."""


class MediaInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is really inside a file."""

    container: str | None = None
    duration_s: float | None = None
    bitrate_kbps: int | None = None
    """Overall: all tracks together."""
    video: VideoTrack | None = None
    audio: tuple[AudioTrack, ...] = ()
    subtitles: tuple[SubtitleTrack, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    title: str | None = None
    damage: str | None = None
    """Why the file is not whole (truncated, no pictures, …); None when nothing is known against it."""
    doubt: str | None = None
    """Why it is probably not whole, where nothing proves it."""
    protected: str | None = None
    """Why its tracks cannot be decoded by anybody without a key. Kept as a problem of the file, not as media info."""
    fonts: tuple[str, ...] = ()
    """Names of attached fonts, which styled subtitles need."""
