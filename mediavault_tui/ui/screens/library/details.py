"""The library's details pane: everything that is known about the row under the cursor."""

from typing import NamedTuple

from textual.content import Content

from mediavault_tui.domain import quality
from mediavault_tui.domain.media import AudioTrack, Kind, MediaInfo, SubtitleTrack
from mediavault_tui.domain.text import duration, printable, size
from mediavault_tui.store import catalogue, containment, library_queries
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.containment import PartOf
from mediavault_tui.store.database import Connection
from mediavault_tui.store.library_queries import HistoryEntry, Season
from mediavault_tui.ui import labels
from mediavault_tui.ui.screens.library.tree import Node
from mediavault_tui.ui.styling import Part, lines, say

LABEL_WIDTH = 11
TRACKS_SHOWN = 12
PARTS_SHOWN = 4


class Known(NamedTuple):
    """A file, and what is kept elsewhere about it."""

    file: FileRecord
    history: list[HistoryEntry]
    groups: list[tuple[int, int]]
    parts: tuple[PartOf, ...] = ()


def know(connection: Connection, file_id: int) -> Known | None:
    """Everything about a file."""
    found = next(catalogue.some(connection, [file_id]), None)
    if found is None:
        return None
    return Known(
        found,
        library_queries.history(connection, file_id),
        library_queries.groups_of(connection, file_id),
        containment.about(connection, [file_id]),
    )


def of_node(node: Node) -> Content:
    """A show, a season, or a title with several files."""
    below, key = node.sum, node.key
    assert below is not None
    assert not isinstance(key, int)
    kind = "season" if isinstance(key, Season) else labels.KINDS[Kind(key.kind)]
    rows = [
        say((key.title or "No title", "bold accent")),
        say(("", "")),
        _row("Kind", kind),
        _row("Files", f"{below.files:,}"),
        _row("Size", size(below.bytes)),
    ]
    if not isinstance(key, Season) and key.kind == Kind.EPISODE:
        rows.append(_row("Seasons", str(below.seasons)))
    if below.duration_s:
        rows.append(_row("Runtime", labels.hours(below.duration_s)))
    return lines(*rows)


def of_file(known: Known) -> Content:
    """One file."""
    file = known.file
    status = (file.status, f"bold {labels.STATUS_ROLES[file.status]}")
    rows = [
        say((labels.title_of(file.name, file.paths[0]), "bold accent")),
        say((file.name.episode_title or "", "muted")),
        _row("Status", status, (f"  {file.problem}" if file.problem else "", "muted")),
        *(
            _row("Duplicate", (f"group {number} with {count - 1} other{'s' if count > 2 else ''}", "accent2"))
            for number, count in known.groups
        ),
        *_parts(known),
        *_names(file),
        *_media(file.info),
        *_tracks(file.info),
        *_history(known.history),
    ]
    return lines(*rows)


def _parts(known: Known) -> list[Content]:
    rows = []
    for each in known.parts[:PARTS_SHOWN]:
        is_part = each.found.part == known.file.id
        name = printable((each.whole if is_part else each.part).rpartition(b"/")[2])
        told = f"{each.place} of {name}" if is_part else f"{name}, at {each.place}"
        rows.append(_row("Part of" if is_part else "Has a part", (told, "accent2")))
    return rows


def _row(label: str, *parts: Part) -> Content:
    return say((label.ljust(LABEL_WIDTH), "muted"), *parts)


def _heading(text: str) -> Content:
    return lines(say(""), say((text, "bold")))


def _names(file: FileRecord) -> list[Content]:
    said = file.name
    rows = [_heading("File")]
    for path in file.paths:
        folder, _, name = path.rpartition(b"/")
        rows += [say(printable(name)), say((printable(folder) + "/", "muted"))]
    if file.links > 1:
        rows.append(_row("Hard links", str(file.links)))
    rows.append(_row("Size", f"{size(file.size)}  ", (f"{file.size:,} bytes", "muted")))
    for label, value in (("Edition", said.edition), ("Source", said.source), ("Group", said.release_group)):
        if value:
            rows.append(_row(label, value))
    return rows


def _media(info: MediaInfo) -> list[Content]:
    if info == MediaInfo():
        return [_heading("Media"), say(("not looked into yet", "muted"))]
    rows = [_heading("Media")]
    length = duration(info.duration_s) if info.duration_s else "?"
    rows.append(_row("Container", f"{info.container or '?'}  ", (length, "text")))
    video = info.video
    if video:
        hdr = ", ".join(video.hdr) or "SDR"
        depth = f"  {video.bit_depth} bit" if video.bit_depth else ""
        rows.append(_row("Picture", f"{video.width}×{video.height}  {video.codec}{depth}"))
        rows.append(_row("", f"{video.fps:g} fps  " if video.fps else "", hdr))
    if info.bitrate_kbps:
        rows.append(_row("Bit rate", f"{info.bitrate_kbps / 1000:.1f} Mb/s"))
    if info.chapters:
        rows.append(_row("Chapters", str(len(info.chapters))))
    return rows


def _tracks(info: MediaInfo) -> list[Content]:
    rows = []
    if info.audio:
        rows += [_heading(f"Audio ({len(info.audio)})"), *map(_audio, info.audio[:TRACKS_SHOWN])]
    if info.subtitles:
        rows += [
            _heading(f"Subtitles ({len(info.subtitles)})"),
            *map(_subtitle, info.subtitles[:TRACKS_SHOWN]),
        ]
        if len(info.subtitles) > TRACKS_SHOWN:
            rows.append(say((f"and {len(info.subtitles) - TRACKS_SHOWN} more", "muted")))
    return rows


CHANNELS = {1: "mono", 2: "stereo", 6: "5.1", 7: "6.1", 8: "7.1"}


def _audio(track: AudioTrack) -> Content:
    channels = CHANNELS.get(track.channels or 0, f"{track.channels} channels" if track.channels else "")
    notes = ", ".join(filter(None, [track.title, quality.SOUND_NOTES[track.kind]]))
    return say((f"{track.language or '??':<4}", "accent2"), f"{track.codec} {channels}  ", (notes, "muted"))


def _subtitle(track: SubtitleTrack) -> Content:
    notes = [track.title, quality.TEXT_NOTES[track.kind], "external file" if track.external else None]
    return say(
        (f"{track.language or '??':<4}", "accent2"),
        f"{track.format}  ",
        (", ".join(filter(None, notes)), "muted"),
    )


def _history(history: list[HistoryEntry]) -> list[Content]:
    return [_heading("History"), *(_row(labels.days(at), what) for at, what in history)]
