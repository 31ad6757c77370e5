"""Is a file whole? What reading it from end to end found, what that means, and how it is said.

Times are seconds since the first packet of the file. A file is `whole` only if every byte was read and nothing
speaks against it; a finding of the weight WHOLE is a remark and no damage.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from mediavault_tui.domain.text import duration, moment, size

CHECK_VERSION = 1
"""Raised when the check looks for more, or judges otherwise: files checked by an older one are due again."""

END_S, PICTURE_END_S, START_S, SHARE = 2.0, 5.0, 11.0, 0.01
"""Sound of a whole file ends within 2 s of the pictures or 1 % of the runtime: encoders stop at a packet of each. Music
may go on a little longer than the last picture that is stored. Recordings and cuts start anywhere in a group of
pictures, and those are up to 250 frames long (x264's default), 10 s.
"""
GAP_S, GAP_FRAMES = 1.0, 8
"""A pause between pictures counts when it is longer than a second and than eight usual ones."""
STEADY_SHARE, STEADY_FRAMES = 0.99, 25
"""Pictures are steady when 99 in 100 follow in the usual time; a pause in others (screen recordings, slide shows,
time-lapse, pulldown) is their habit."""
CLOCK_JUMP_S = 600.0
"""Time stamps that leap further begin anew, as where recordings were joined; nothing need be missing."""


class Health(StrEnum):
    """What a check comes to, the best first."""

    WHOLE = "whole"
    SUSPECT = "suspect"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"

    @property
    def rank(self) -> int:
        """0 for the best."""
        return list(Health).index(self)


class FindingKind(StrEnum):
    """What can be wrong with a file."""

    EMPTY = "empty"
    NOT_A_VIDEO = "not_a_video"
    NO_PICTURE = "no_picture"
    NOT_DECODABLE = "not_decodable"
    """Protected, or in a codec that nothing here decodes: nothing can be said of the pictures."""
    READ_ERROR = "read_error"
    TRUNCATED = "truncated"
    ZEROS = "zeros"
    HOLE = "hole"
    GAP = "gap"
    SOUND_MISSING = "sound_missing"
    PICTURE_MISSING = "picture_missing"
    SUBTITLES_MISSING = "subtitles_missing"
    UNDECODABLE = "undecodable"
    BROKEN_PACKETS = "broken_packets"
    PADDING = "padding"


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that reading a file found."""

    kind: FindingKind
    weight: Health = Health.DAMAGED
    """How bad it makes the file; WHOLE for a remark."""
    track: str | None = None
    """`picture`, `sound`, `sound 2`, …; None where it concerns all of them."""
    start_s: float | None = None
    end_s: float | None = None
    """None: to the end of the file."""
    detail: str = ""


class TrackKind(StrEnum):
    """What a track carries."""

    PICTURE = "picture"
    SOUND = "sound"
    SUBTITLES = "subtitles"
    OTHER = "other"


class TrackSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the packets of one track say: measured, not believed from a header."""

    name: str
    kind: TrackKind
    packets: int = 0
    start_s: float | None = None
    end_s: float | None = None
    gaps: tuple[tuple[float, float], ...] = ()
    """Stretches without a packet, beyond the habit of the track."""
    is_steady: bool = True
    """The packets follow one another evenly, but for the gaps."""

    @property
    def seconds(self) -> float:
        """From its first to its last moment."""
        return (self.end_s or 0.0) - (self.start_s or 0.0)


class Wholeness(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one check of one file came to."""

    status: Health
    findings: tuple[Finding, ...] = ()
    tracks: tuple[TrackSeen, ...] = ()
    duration_s: float | None = None
    """Length of the picture track, measured."""
    bytes_read: int = 0
    content_bytes: int = 0
    """The size without what is only padding behind the content."""
    key_frames: int = 0
    """Pictures decoded."""
    deep: bool = False
    """Everything was decoded, not the key frames only."""


def made(findings: Iterable[Finding], **known: object) -> Wholeness:
    """The outcome of these findings: as bad as the worst of them."""
    found = list(findings)
    if any(each.kind is FindingKind.TRUNCATED and each.weight is Health.DAMAGED for each in found):
        found = [
            each for each in found if each.kind is not FindingKind.TRUNCATED or each.weight is Health.DAMAGED
        ]
    ordered = tuple(sorted(found, key=lambda each: (-each.weight.rank, each.start_s or 0.0, each.kind)))
    status = max((each.weight for each in ordered), key=lambda each: each.rank, default=Health.WHOLE)
    return msgspec.structs.replace(Wholeness(status, ordered), **known)


# -- rules over what was measured ---------------------------------------------------------------------


def compare_tracks(tracks: Sequence[TrackSeen], announced_s: float | None = None) -> list[Finding]:
    """What is missing at the beginning, in the middle and at the end of tracks.

    Subtitles are sparse by nature: their length says nothing about the film, and nothing about them.
    `announced_s`: what the header says, where the container writes it when it is complete.
    """
    picture = next((track for track in tracks if track.kind is TrackKind.PICTURE and track.packets), None)
    sounds = [track for track in tracks if track.kind is TrackKind.SOUND and track.packets]
    found = [
        finding for track in [*([picture] if picture else ()), *sounds] for finding in _gaps(track, sounds)
    ]
    if picture is not None:
        found += _sounds(picture, sounds)
        found += _picture(picture, sounds)
    found += _shorter_than_announced(tracks, announced_s)
    return found


def _tolerance(picture: TrackSeen, least: float) -> float:
    return max(least, SHARE * picture.seconds)


def _sounds(picture: TrackSeen, sounds: Sequence[TrackSeen]) -> list[Finding]:
    """Sound that ends before the pictures do, or begins long after them."""
    assert picture.start_s is not None and picture.end_s is not None
    end, start = picture.end_s - _tolerance(picture, END_S), picture.start_s + _tolerance(picture, START_S)
    short = [track for track in sounds if (track.end_s or 0.0) < end]
    # A further track may be a comment on the beginning; when none is left, the film has lost its sound.
    weight = Health.DAMAGED if len(short) == len(sounds) else Health.SUSPECT
    found = [
        Finding(FindingKind.SOUND_MISSING, weight, track.name, track.end_s, picture.end_s) for track in short
    ]
    late = [track for track in sounds if (track.start_s or 0.0) > start]
    return found + [
        Finding(FindingKind.SOUND_MISSING, Health.SUSPECT, track.name, picture.start_s, track.start_s)
        for track in late
    ]


def _picture(picture: TrackSeen, sounds: Sequence[TrackSeen]) -> list[Finding]:
    """Pictures that end or begin within the sound. A still that is shown on and on is one picture, and no loss."""
    if not sounds or not picture.is_steady or picture.packets < STEADY_FRAMES:
        return []
    assert picture.start_s is not None and picture.end_s is not None
    end, start = max(track.end_s or 0.0 for track in sounds), min(track.start_s or 0.0 for track in sounds)
    found = []
    missing = end - picture.end_s
    if missing > max(PICTURE_END_S, SHARE * (end - start)):
        is_much = missing > 2 * PICTURE_END_S and missing > 0.1 * (end - start)
        weight = Health.DAMAGED if is_much else Health.SUSPECT
        found.append(Finding(FindingKind.PICTURE_MISSING, weight, picture.name, picture.end_s, end))
    if picture.start_s > start + max(START_S, SHARE * (end - start)):
        found.append(
            Finding(FindingKind.PICTURE_MISSING, Health.SUSPECT, picture.name, start, picture.start_s)
        )
    return found


def _gaps(track: TrackSeen, sounds: Sequence[TrackSeen]) -> list[Finding]:
    """A pause of pictures that do not come evenly only counts where the sound pauses too."""
    silent = [gap for sound in sounds for gap in sound.gaps]
    return [
        Finding(FindingKind.GAP, Health.SUSPECT, track.name, start, end, "no packets")
        for start, end in track.gaps
        if end - start < CLOCK_JUMP_S
        and (
            track.kind is TrackKind.SOUND
            or track.is_steady
            or any(begin < end and start < finish for begin, finish in silent)
        )
    ]


def _shorter_than_announced(tracks: Sequence[TrackSeen], announced_s: float | None) -> list[Finding]:
    ends = [track.end_s for track in tracks if track.end_s is not None]
    if not announced_s or not ends:
        return []
    begin, last = min(track.start_s or 0.0 for track in tracks if track.packets), max(ends)
    if last - min(begin, 0.0) >= announced_s - max(END_S, SHARE * announced_s):
        return []
    detail = f"the header says {duration(announced_s)}"
    return [Finding(FindingKind.TRUNCATED, Health.SUSPECT, None, last, announced_s, detail)]


def merged(findings: Sequence[Finding], within_s: float = 1.0) -> list[Finding]:
    """Findings of one kind and track that follow one another closely, as one."""
    found: list[Finding] = []
    for finding in sorted(findings, key=lambda each: (each.kind, each.track or "", each.start_s or 0.0)):
        last = found[-1] if found else None
        joins = (
            last is not None
            and (last.kind, last.track, last.weight) == (finding.kind, finding.track, finding.weight)
            and last.end_s is not None
            and finding.start_s is not None
            and finding.start_s <= last.end_s + within_s
        )
        if last is not None and joins:
            end = None if finding.end_s is None else max(last.end_s or 0.0, finding.end_s)
            found[-1] = msgspec.structs.replace(last, end_s=end)
        else:
            found.append(finding)
    return found


# -- how it is said -----------------------------------------------------------------------------------

_SAID = {
    FindingKind.EMPTY: "empty file (0 bytes)",
    FindingKind.NOT_A_VIDEO: "not a video",
    FindingKind.NO_PICTURE: "no pictures",
    FindingKind.NOT_DECODABLE: "the pictures cannot be decoded here",
    FindingKind.READ_ERROR: "cannot be read",
    FindingKind.TRUNCATED: "the end is missing",
    FindingKind.ZEROS: "picture and sound overwritten with zeros",
    FindingKind.HOLE: "picture and sound never written",
    FindingKind.GAP: "{track} missing",
    FindingKind.SOUND_MISSING: "{track} missing",
    FindingKind.PICTURE_MISSING: "{track} missing",
    FindingKind.SUBTITLES_MISSING: "{track} missing",
    FindingKind.UNDECODABLE: "{track} unreadable",
    FindingKind.BROKEN_PACKETS: "{track} damaged",
    FindingKind.PADDING: "padding behind the content",
}
_TO_THE_END = frozenset({FindingKind.SOUND_MISSING, FindingKind.PICTURE_MISSING, FindingKind.TRUNCATED})
MOST_SAID = 3
"""Findings that are spelled out; more are counted."""

# About as long as the longest packet of sound.
_PACKET_S = 0.05


def said(finding: Finding, ends_s: float | None = None) -> str:
    """A finding in words: what, where, and how it is known. `ends_s`: where the file ends.

    >>> said(Finding(FindingKind.SOUND_MISSING, track="sound", start_s=24, end_s=60), 60)
    'sound missing from 0:24 on'
    """
    text = _SAID[finding.kind].format(track=finding.track or "picture and sound")
    place = _place(finding, ends_s)
    return text + (f" {place}" if place else "") + (f": {finding.detail}" if finding.detail else "")


def _place(finding: Finding, ends_s: float | None) -> str:
    start, end = finding.start_s, finding.end_s
    if start is None:
        return "" if end is None else f"up to {_second(end)}"
    is_end = end is None or (ends_s is not None and end >= ends_s - 0.5) or finding.kind in _TO_THE_END
    if is_end and start > 0:
        return f"from {_second(start)} on"
    if end is None:
        return ""
    return f"{_second(start)}–{_second(end)}" if _second(start) != _second(end) else f"at {_second(start)}"


def _second(seconds: float) -> str:
    """The place, to the second; what ends a packet short of a full second ends there."""
    return moment(seconds + _PACKET_S)


def words(wholeness: Wholeness) -> str:
    """What speaks against the file, the worst first; empty when nothing does."""
    ends = max((track.end_s or 0.0 for track in wholeness.tracks), default=0.0) or None
    found = [each for each in wholeness.findings if each.weight is not Health.WHOLE]
    told = [said(each, ends) for each in found[:MOST_SAID]]
    more = len(found) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def remarks(wholeness: Wholeness) -> list[str]:
    """What is odd about the file without being damage."""
    return [said(each) for each in wholeness.findings if each.weight is Health.WHOLE]


def padding(file_bytes: int, content_bytes: int, weight: Health = Health.WHOLE) -> Finding:
    """Zeros behind the content. Of a container that does not say where it ends, they may be what was not written."""
    detail = f"{size(file_bytes - content_bytes)} of zeros"
    if weight is not Health.WHOLE:
        detail += "; padding, or a download that is not finished"
    return Finding(FindingKind.PADDING, weight, detail=detail)


class Check(msgspec.Struct, frozen=True):
    """What the catalogue keeps of the last check of a file, while that file is unchanged."""

    status: Health
    at: int
    """Unix seconds."""
    deep: bool = False
    words: str = ""
    """What speaks against the file."""
    duration_s: float | None = None
    """Length of the picture track, measured."""
    content_bytes: int = 0
    version: int = CHECK_VERSION
    size: int = 0
    mtime_ns: int = 0
    """The file it was done for."""

    def is_before(self, changed_ns: int) -> bool:
        """Whether something may have been done to the file since, last at that time; whole seconds are noted here."""
        return changed_ns > self.at * 1_000_000_000

    @property
    def is_whole(self) -> bool:
        """Whether the file was read from end to end and nothing speaks against it, by today's rules."""
        return self.status is Health.WHOLE and self.version == CHECK_VERSION
