"""Every setting with its type and default, frozen.

`config.py` fills these from the config file, the environment and the flags; `sample_config.yaml` holds
the same keys with a sentence each, and a test compares the two.
"""

from typing import Annotated, Literal

import msgspec

from mediavault_tui.domain import transient

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Points = Annotated[float, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
Megabits = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Hours = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
"""A stretch of the day, as `23:00-07:00`."""
FolderName = Annotated[str, msgspec.Meta(pattern=r"^(?!\.{1,2}$)[^/\x00]+$")]
"""One name, no path."""

# Bins, snapshots, unfinished downloads, thumbnails, resource forks; and our own archive.
SYSTEM_FOLDERS = (*transient.FOLDERS, *transient.FILES)


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of the config file. Unknown keys are refused."""


class Scan(Section, frozen=True):
    """Which files are looked at, and how hard."""

    roots: tuple[str, ...] = ()
    """Folders to scan when the command line names none."""
    extra_extensions: tuple[str, ...] = ()
    """More file name endings that are videos, as `.rmvb`."""
    ignore: tuple[str, ...] = SYSTEM_FOLDERS
    """Names (with * and ?) of files and folders that are passed over, whatever the case of their letters. Also where
    this list is shorter, nothing in a bin, snapshot or unfinished download is ever the copy to keep."""
    one_filesystem: bool = False
    """Stay on the filesystem of the root; do not enter what is mounted below it."""
    follow_symlinks: bool = False
    """Also walk folders that symbolic links point to (each real folder once)."""
    jobs: Count = 0
    """Worker processes for names, media info and fingerprints; 0 is one per core."""
    disk: Literal["auto", "rotating", "ssd"] = "auto"
    """How files are read for hashing: one at a time (rotating), several at once (ssd), or as the device says."""
    mediainfo_timeout_s: Seconds = 30.0
    """A file that takes longer to open than this is set aside until it changes."""
    fingerprint: Literal["auto", "candidates", "all", "none"] = "auto"
    """Which files get a picture fingerprint: those that may be duplicates by name (candidates), all, or none;
    auto is all in a small library and candidates in a large one."""
    fingerprint_all_up_to: Count = 2000
    """Up to this many files, auto means all."""
    fingerprint_timeout_s: Seconds = 120.0
    """A file that takes longer to fingerprint than this is set aside until it changes."""


class Check(Section, frozen=True):
    """Reading files from end to end, to see whether they are whole."""

    hours: tuple[Hours, ...] = ()
    """Times of day at which `check --due` and unattended runs may read whole files, as 23:00-07:00; empty is always."""


class Log(Section, frozen=True):
    """The log file."""

    file: str | None = None
    """Where it is written; empty means the platform's log folder."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least serious message that is written."""


class Match(Section, frozen=True):
    """When files count as the same film or episode."""

    confident: Percent = 85.0
    """A pair with at least this confidence is a duplicate."""
    possible: Percent = 65.0
    """A pair with at least this confidence is shown as a possible duplicate, to be decided by hand."""
    max_group: Count = 12
    """A group with more files than this is marked for review, and nothing is suggested for it."""
    recurring: Count = 3
    """A title that stands over this many different episodes is a show of its own, not a misread name."""


class Quality(Section, frozen=True):
    """What a better copy is: points for each part, 200 at most."""

    resolution_4k: Points = 100.0
    """A picture in the 4K tier."""
    resolution_1080p: Points = 75.0
    """A picture in the 1080p tier."""
    resolution_720p: Points = 50.0
    """A picture in the 720p tier."""
    resolution_480p: Points = 25.0
    """A picture in the 480p tier: DVD, NTSC and PAL."""
    resolution_sd: Points = 10.0
    """Anything smaller."""
    codec_av1: Points = 22.0
    """AV1 video."""
    codec_hevc: Points = 20.0
    """HEVC (H.265) video."""
    codec_vp9: Points = 18.0
    """VP9 video."""
    codec_h264: Points = 15.0
    """H.264 (AVC) video."""
    codec_mpeg4: Points = 5.0
    """MPEG-4 part 2 video: DivX, Xvid."""
    codec_mpeg2: Points = 3.0
    """MPEG-2 video."""
    codec_other: Points = 5.0
    """Any other video codec."""
    bitrate: Points = 30.0
    """A video bit rate at or above the ideal of its resolution; less gets its share."""
    ideal_4k_mbps: Megabits = 25.0
    """The ideal bit rate of H.264 video in the 4K tier, in Mb/s."""
    ideal_1080p_mbps: Megabits = 10.0
    """The ideal bit rate of H.264 video in the 1080p tier, in Mb/s."""
    ideal_720p_mbps: Megabits = 5.0
    """The ideal bit rate of H.264 video in the 720p tier, in Mb/s."""
    ideal_other_mbps: Megabits = 2.0
    """The ideal bit rate of H.264 video in the tiers below, in Mb/s."""
    audio_surround: Points = 15.0
    """The best audio track has 5.1 channels or more."""
    audio_stereo: Points = 10.0
    """The best audio track is stereo."""
    audio_mono: Points = 5.0
    """The best audio track is mono."""
    audio_track: Points = 3.0
    """Each further audio track that is no commentary."""
    audio_tracks_max: Points = 10.0
    """At most this for further audio tracks."""
    subtitle: Points = 2.0
    """Each subtitle track."""
    subtitles_max: Points = 10.0
    """At most this for subtitles."""
    hdr: Points = 15.0
    """High dynamic range of any kind."""
    margin: Points = 6.0
    """Two copies whose scores differ by less than this are too close to call."""


class Archive(Section, frozen=True):
    """Where worse copies go, and how sure of the better one the program has to be."""

    roots: tuple[str, ...] = ()
    """Archive folders; a file goes to the first on its own filesystem, else it is copied to the first of all."""
    folder: FolderName = ".mediavault-archive"
    """Without `roots`: the archive is a folder of this name at the top of the file's root (and filesystem)."""
    layout: Literal["{date}/{original path}", "{category}/{date}/{original path}"] = "{date}/{original path}"
    """How files are laid out in the archive; the categories are movies, tv and documentaries."""
    documentaries: tuple[str, ...] = ("docu*", "doku*")
    """Names (with * and ?) of folders that hold documentaries."""
    grace_days: Count = 90
    """An archived file can be purged after so many days."""
    quiet_minutes: Count = 5
    """A file that was written to within the last so many minutes is left alone."""
    exact_proof: Literal["bytes", "sample"] = "bytes"
    """What proves equal content again before a file is moved: every byte, or samples of head, middle and tail."""
    offer_sidecars: bool = True
    """Give the copy that stays the subtitles, NFO and artwork it lacks, instead of archiving them."""
    protected: tuple[str, ...] = ()
    """Folders nothing is ever moved out of, as full paths; * and ? stand for any part of one name. A path that leads
    nowhere is an error."""
    reserve_mb: Count = 256
    """Megabytes that copying to another filesystem leaves free there."""


class Rule(Section, frozen=True):
    """What to do with groups of one kind, without asking."""

    evidence: tuple[Literal["exact", "title", "content"], ...]
    """The group must have all of these kinds of evidence."""
    min_confidence: Percent = 0.0
    """And at least this confidence."""
    do: Literal["archive", "hardlink", "reflink", "nothing"] = "archive"
    """What becomes of all copies but those that are kept."""
    allow_losses: bool = False
    """Also of copies with a language, subtitles, channels or HDR that the kept ones lack."""


class Policy(Section, frozen=True):
    """Decisions by rule: `mediavault plan --policy` shows what they come to, and why."""

    rules: tuple[Rule, ...] = ()
    """The first rule that fits a group counts, as `{evidence: [title, content], min_confidence: 95, do: archive}`."""
    prefer_roots: tuple[str, ...] = ()
    """Folders whose copy is kept where copies are equal or too close to call; the first counts most."""
    keep_languages: tuple[str, ...] = ()
    """Languages (ISO 639, as de) kept wherever a copy has them; a further copy stays for its sake."""
    keep_resolutions: tuple[Literal["4K", "1080p", "720p", "480p", "SD"], ...] = ()
    """The best copy of each of these resolutions stays."""
    headless_roots: tuple[str, ...] = ()
    """Only below these folders `--headless` carries out what the rules say; elsewhere it only finds."""


class Ui(Section, frozen=True):
    """The screens."""

    theme: str = "auto"
    """A theme's name; `auto` takes the one that fits the number of colours the terminal has."""
    keys: dict[str, str] = {}
    """Own keys, as `library.search: "/, ctrl+f"`; the help screen lists every action."""
    scan_after_hangup: bool = True
    """When the connection drops in the middle of a scan, let it go on without the screens."""
    pictures: Literal["auto", "kitty", "sixel", "cells"] = "auto"
    """How the players show pictures: in real pixels by the kitty graphics protocol or as sixels, where the terminal
    has them (auto takes the better), or with characters (cells)."""


class Settings(Section, frozen=True):
    """All settings of one run."""

    scan: Scan = Scan()
    check: Check = Check()
    match: Match = Match()
    quality: Quality = Quality()
    archive: Archive = Archive()
    policy: Policy = Policy()
    log: Log = Log()
    ui: Ui = Ui()
