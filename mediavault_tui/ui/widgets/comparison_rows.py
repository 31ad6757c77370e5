"""What is known about files that are set side by side, and which of them has the better value in each line."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple

from mediavault_tui.domain import quality
from mediavault_tui.domain.media import AudioTrack, MediaInfo, SubtitleTrack
from mediavault_tui.domain.quality.score import layout_name
from mediavault_tui.domain.settings import Quality
from mediavault_tui.domain.text import duration, printable, size
from mediavault_tui.engine.conversions import copy_of
from mediavault_tui.services.file_times import is_beyond
from mediavault_tui.store.catalogue import FileRecord

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""What files side by side are called, in their order."""


class Mark(StrEnum):
    """How a value stands to those beside it."""

    PLAIN = "plain"
    """Is always another one, as a name is."""
    SAME = "same"
    DIFFERS = "differs"
    BETTER = "better"
    WORSE = "worse"


class Value(NamedTuple):
    """One cell."""

    lines: tuple[str, ...]
    mark: Mark
    points: float | None = None
    """What it adds to the quality score."""


class Fact(NamedTuple):
    """One line of the table: a value for each file."""

    label: str
    values: tuple[Value, ...]

    @property
    def is_same(self) -> bool:
        """Whether all files have this in common."""
        return all(value.mark is Mark.SAME for value in self.values)


class _Said(NamedTuple):
    """What one file says in one line, before it is compared."""

    lines: tuple[str, ...]
    rank: float | tuple[float, ...] | None = None
    """Where there is a better and a worse: more is better."""
    points: float | None = None


def letter(number: int) -> str:
    """a, b, … z, 27, 28, …"""
    return LETTERS[number] if number < len(LETTERS) else str(number + 1)


def facts(files: Sequence[FileRecord], weights: Quality) -> list[Fact]:
    """All lines for these files; what matters most comes first."""
    others = (_fact(label, files, say) for label, say in _OTHERS)
    return [*_names(files), *_quality(files, weights), *_links(files), *others]


def _compared(label: str, said: Sequence[_Said]) -> Fact:
    """Mark which is better, or that they differ."""
    ranks = [one.rank for one in said]
    if len({one.lines for one in said}) == 1:
        marks = [Mark.SAME] * len(said)
    elif None in ranks or len(set(ranks)) == 1:
        marks = [Mark.DIFFERS] * len(said)
    else:
        best = max(rank for rank in ranks if rank is not None)
        marks = [Mark.BETTER if rank == best else Mark.WORSE for rank in ranks]
    return Fact(
        label, tuple(Value(one.lines, mark, one.points) for one, mark in zip(said, marks, strict=True))
    )


def _fact(label: str, files: Sequence[FileRecord], say: Callable[[FileRecord], _Said]) -> Fact:
    return _compared(label, [say(file) for file in files])


def _names(files: Sequence[FileRecord]) -> list[Fact]:
    folders = _short([file.paths[0].rpartition(b"/")[0] for file in files])
    found = [
        Fact(
            "File",
            tuple(Value((printable(file.paths[0].rpartition(b"/")[2]),), Mark.PLAIN) for file in files),
        ),
        Fact("Folder", tuple(Value((folder,), Mark.PLAIN) for folder in folders)),
    ]
    if any(file.status != "ok" or file.whole_at is not None for file in files):
        found.append(_fact("Health", files, _health))
    return found


def _short(folders: Sequence[bytes]) -> list[str]:
    """Paths without what they have in common at their start (of a single one: all but its last three folders)."""
    parts = [folder.split(b"/") for folder in folders]
    if len(set(folders)) > 1:
        above = zip(*(part[:-1] for part in parts), strict=False)
        cut = sum(1 for _ in takewhile(lambda each: len(set(each)) == 1, above))
    else:
        cut = len(parts[0]) - 3
    return [
        printable(b"/".join(part)) if cut < 2 else "…/" + printable(b"/".join(part[cut:])) for part in parts
    ]


def _links(files: Sequence[FileRecord]) -> list[Fact]:
    """The other names of each file; nothing where no file has any."""
    if all(file.links == 1 for file in files):
        return []
    return [_fact("Links", files, _link_words)]


def _link_words(file: FileRecord) -> _Said:
    if file.links == 1:
        return _Said(("1 name",))
    outside = max(0, file.links - len(file.paths))
    told = f"{file.links} names" + (f", {outside} outside the folders" if outside else "")
    return _Said((told, *(f"also {printable(path)}" for path in file.paths[1:])))


def _health(file: FileRecord) -> _Said:
    if file.status == "ok":
        if file.whole_at is None:
            return _Said(("not read from end to end yet",), 1)
        return _Said((f"whole, read on {date.fromtimestamp(file.whole_at).isoformat()}",), 2)
    problem = f": {printable(file.problem)}" if file.problem else ""
    return _Said((f"{file.status}{problem}",), 0)


# The parts of the score, by the name of their reason.
_PARTS = (
    ("resolution", "Picture"),
    ("codec", "Codec"),
    ("bit rate", "Bit rate"),
    ("hdr", "HDR"),
    ("audio", "Sound"),
    ("audio tracks", "Tracks"),
    ("subtitles", "Subtitles"),
)


def _quality(files: Sequence[FileRecord], weights: Quality) -> list[Fact]:
    scores = [quality.score(copy_of(file), weights) for file in files]
    reasons = [{reason.name: reason for reason in score.reasons} for score in scores]
    found = [_compared("Score", [_Said((f"{score.total:g} of 200",), score.total) for score in scores])]
    for name, label in _PARTS:
        if any(name in own for own in reasons):
            said = [
                _Said((own[name].text,), own[name].points, own[name].points) if name in own else _NOTHING
                for own in reasons
            ]
            found.append(_compared(label, said))
    return found


_NOTHING = _Said(("–",), 0.0, 0.0)


def _length(file: FileRecord) -> _Said:
    seconds = file.info.duration_s
    return _Said((duration(seconds) if seconds else "unknown",))


def _video(told: Callable[[MediaInfo], str]) -> Callable[[FileRecord], _Said]:
    return lambda file: _Said((told(file.info) if file.info.video else "–",))


def _depth(file: FileRecord) -> _Said:
    bits = file.info.video.bit_depth if file.info.video else None
    return _Said((f"{bits} bit" if bits else "unknown",), bits or 0)


def _rate(info: MediaInfo) -> str:
    if info.video is None or not info.video.fps:
        return "unknown"
    return f"{info.video.fps:.6g} a second" + (", interlaced" if info.video.interlaced else "")


def _audio(file: FileRecord) -> _Said:
    return _Said(tuple(audio_words(track) for track in file.info.audio) or ("none",))


def audio_words(track: AudioTrack) -> str:
    """A track in words: `English 5.1 AC-3, commentary`."""
    language = quality.language_name(track.language) if track.language else "unknown language"
    channels = layout_name(track.channels) if track.channels else ""
    told = " ".join(word for word in (language, channels, track.codec) if word)
    notes = [quality.SOUND_NOTES[track.kind], "file beside it" if track.external else ""]
    return printable(", ".join((told, *filter(None, notes))))


def _subtitles(file: FileRecord) -> _Said:
    return _Said(tuple(subtitle_words(track) for track in file.info.subtitles) or ("none",))


def subtitle_words(track: SubtitleTrack) -> str:
    """A track in words: `German, forced, in a file beside it`."""
    language = quality.language_name(track.language) if track.language else "unknown language"
    notes = [quality.TEXT_NOTES[track.kind], "file beside it" if track.external else ""]
    return printable(", ".join((language, *filter(None, notes))))


def _changed(file: FileRecord) -> _Said:
    if is_beyond(file.mtime_ns):
        return _Said(("before 1678" if file.mtime_ns < 0 else "after 2261",))
    return _Said((time.strftime("%Y-%m-%d %H:%M", time.localtime(file.mtime_ns / 1e9)),))


def _chapters(file: FileRecord) -> _Said:
    return _Said((str(len(file.info.chapters) or "none"),), len(file.info.chapters))


_OTHERS: tuple[tuple[str, Callable[[FileRecord], _Said]], ...] = (
    ("Length", _length),
    ("Size", lambda file: _Said((size(file.size),))),
    ("Audio", _audio),
    ("Texts", _subtitles),
    ("Frames", _video(_rate)),
    ("Depth", _depth),
    ("Chapters", _chapters),
    ("Container", lambda file: _Said((printable(file.info.container or "unknown"),))),
    ("Release", lambda file: _Said((printable(file.name.release_group or "–"),))),
    ("Changed", _changed),
)
