"""What judging copies takes and gives."""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.domain.titles import Reason
from mediavault_tui.domain.transient import Transient


class Copy(msgspec.Struct, frozen=True):
    """One copy of a film or episode, as far as judging it needs to know it."""

    id: int
    media: MediaInfo | None = None
    """What is inside, with the sidecar subtitles; None while it has not been looked at."""
    size: int = 0
    inode: str = ""
    """Identity of the file on its disk (`device:inode`); empty when unknown: then it is a file of its own."""
    links: int = 1
    """Names the file system counts for the file."""
    names: int = 1
    """How many of them this row stands for; the rest lies in other rows or outside the library."""
    problem: str | None = None
    """Why it cannot be read or decoded, where that is so."""
    content: bytes | None = None
    """Hash of every byte, where it is known."""
    burned_in: bool = False
    """The name says that subtitles are part of the picture."""
    place: Transient | None = None
    """Why it lies in no lasting place."""
    path: bytes = b""
    """Settles ties: which of two equal copies was scanned first must decide nothing."""


def without_subtitle_files(copy: Copy) -> Copy:
    """The copy as it is judged where its subtitle files go to the one that stays: those are not lost."""
    if copy.media is None:
        return copy
    inside = tuple(track for track in copy.media.subtitles if not track.external)
    return msgspec.structs.replace(copy, media=msgspec.structs.replace(copy.media, subtitles=inside))


class Score(msgspec.Struct, frozen=True):
    """Points of one copy, 0–200, with one reason for each part."""

    id: int
    total: float
    reasons: tuple[Reason, ...]


class Verdict(StrEnum):
    """Whether the first copy of a ranking is the one to keep."""

    BETTER = "better"
    TOO_CLOSE = "too_close"
    ALL_DAMAGED = "all_damaged"


class SetbackKind(StrEnum):
    """What puts a copy behind others that have fewer points."""

    SET_ASIDE = "set_aside"
    """It lies in a place somebody chose for what does not count."""
    UNEXAMINED = "unexamined"
    CUT_SHORT = "cut_short"
    DOUBTFUL = "doubtful"
    """Probably damaged."""
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    TRANSIENT = "transient"
    """It lies in no lasting place: a bin, a snapshot, an unfinished download."""


class Setback(NamedTuple):
    """Why a copy stands behind others, in kind and for people."""

    kind: SetbackKind
    text: str


class RankedCopy(msgspec.Struct, frozen=True):
    """The place of one copy among the others."""

    id: int
    rank: int
    """1 is the best."""
    score: float
    reasons: tuple[Reason, ...]
    setback: Setback | None = None
    """Why it stands behind copies with fewer points."""
    place: Transient | None = None
    """Why it lies in no lasting place: then it is not the copy to keep."""


class Ranking(msgspec.Struct, frozen=True):
    """All copies, the best first."""

    standings: tuple[RankedCopy, ...]
    verdict: Verdict
    reason: str


class Reclaim(msgspec.Struct, frozen=True):
    """What archiving copies frees."""

    bytes: int
    notes: tuple[str, ...]
    """Why a copy frees nothing, as `2 links, 1 outside`."""
