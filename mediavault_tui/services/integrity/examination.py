"""One file read from end to end: every byte, every packet, every key frame, in one go and without seeking.

Meant for a worker process. A seek would land on the next good key frame and hide the damage before it.
"""

import os
import stat
from bisect import bisect_right
from collections.abc import Callable, Iterator

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream

from mediavault_tui.domain import wholeness
from mediavault_tui.domain.text import size as size_text
from mediavault_tui.domain.wholeness import Finding, FindingKind, Health, TrackKind, TrackSeen, Wholeness
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services import container as ends
from mediavault_tui.services.file_times import modified_ns
from mediavault_tui.services.integrity import zeros
from mediavault_tui.services.integrity.decoding import Decoder, Everything, KeyFrames
from mediavault_tui.services.integrity.source import PIECE, Run, Source, holes
from mediavault_tui.services.integrity.tracks import Track, is_raw
from mediavault_tui.services.integrity.zeros import Layout

_KINDS = {"video": TrackKind.PICTURE, "audio": TrackKind.SOUND, "subtitle": TrackKind.SUBTITLES}
_RAGGED = frozenset({Layout.TRANSPORT, Layout.PROGRAM})
"""Streams that begin and end anywhere, as what was recorded from the air."""
_ANNOUNCING = frozenset({Layout.MATROSKA, Layout.ISO, Layout.FLASH, Layout.RIFF, Layout.ASF})
"""Containers whose header gives a length that FFmpeg does not guess."""
_STILLS = frozenset({"mjpeg", "png", "bmp", "gif", "webp", "tiff"})
_MPEG_VIDEO = frozenset({"mpeg1video", "mpeg2video", "mpeg4", "vc1"})
"""Codecs that may be stuffed with zeros before a start code."""
_IN_ONE_PIECE = frozenset({Layout.ISO, Layout.MATROSKA, Layout.RIFF, Layout.FLASH, Layout.OTHER})
"""Containers in which the bytes of a packet lie together, from its position on."""
_SLACK = 64
"""Bytes of headers that stand around a packet's own."""
_TELL_EVERY = 256

Tell = Callable[[int], None]


def examine(
    path: bytes, size: int, mtime_ns: int, *, deep: bool = False, tell: Tell | None = None
) -> Wholeness:
    """Read `path`, which must still be as it was listed. `tell` is given the bytes done, now and then.

    Raises FileUnreadable if it is gone, may not be read or has changed. What is wrong with its content is a finding.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise FileUnreadable("not a regular file")
        if (status.st_size, modified_ns(status)) != (size, mtime_ns):
            raise FileUnreadable("changed since it was listed", "Scan again once it is complete.")
        if size == 0:
            return wholeness.made([Finding(FindingKind.EMPTY)], deep=deep)
        found = _Examination(descriptor, size, deep, tell or (lambda _bytes: None)).run()
        after = os.fstat(descriptor)
        if (after.st_size, modified_ns(after)) != (size, mtime_ns):
            raise FileUnreadable("was written to while it was read", "Check it again once it is complete.")
        return found
    finally:
        os.close(descriptor)


class _Stretch:
    """A run of zeros, and what the packets around it say of it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.before_s: float | None = None
        self.after_s: float | None = None
        self.touched = 0
        """Bytes of it that lie in packets."""
        self.usual = 0
        """Bytes of it that are usual content where they lie: silence, stuffing."""


class _Examination:
    def __init__(self, descriptor: int, size: int, deep: bool, tell: Tell) -> None:
        self.descriptor = descriptor
        self.size = size
        self.deep = deep
        self.tell = tell
        self.layout = zeros.layout(descriptor)
        least = zeros.LEAST_IN_PACKETS if self.layout is Layout.TRANSPORT else zeros.LEAST
        self.source = Source(descriptor, size, least)
        self.stretches: list[_Stretch] = []
        self.starts: list[int] = []
        self.tracks: dict[int, Track] = {}
        self.decoders: dict[int, Decoder] = {}
        self.findings: list[Finding] = []
        self.announced_s: float | None = None

    def run(self) -> Wholeness:
        try:
            opened = av.open(self.source, "r", buffer_size=PIECE // 4, metadata_errors="replace")
        except (FFmpegError, OSError) as error:
            self.findings.append(_cannot_open(error))
        else:
            with opened:
                self._read(opened)
        self._finish()
        return self._outcome()

    # -- reading -------------------------------------------------------------------------------------

    def _read(self, opened: InputContainer) -> None:
        self._prepare(opened)
        if locked := ends.protection(self.descriptor, self.size):
            self.decoders.clear()
            self.findings.append(Finding(FindingKind.NOT_DECODABLE, Health.UNREADABLE, detail=locked))
        if self.layout in _ANNOUNCING and opened.duration:
            self.announced_s = opened.duration / av.time_base
        raw = {stream.index for stream in opened.streams if is_raw(stream)}
        for number, packet in enumerate(self._packets(opened)):
            index = packet.stream_index
            track = self.tracks.get(index)
            if track is None or not packet.size:
                continue
            at_s = track.add(packet)
            decoder = self.decoders.get(index)
            if decoder is not None:
                decoder.add(packet, at_s)
            if self.source.runs:
                self._place(packet, at_s, track, is_raw_track=index in raw)
            if number % _TELL_EVERY == 0:
                self.tell(self.source.front)

    def _packets(self, opened: InputContainer) -> "Iterator[av.Packet[Stream]]":
        packets = opened.demux()
        while True:
            try:
                yield next(packets)
            except (StopIteration, EOFError):
                return
            except IndexError:  # of a track that turned up on the way, which PyAV has no name for
                packets = opened.demux()
            except (FFmpegError, OSError) as error:
                if self.source.error is None:
                    self.findings.append(
                        Finding(
                            FindingKind.BROKEN_PACKETS, Health.DAMAGED, None, self._last_s(), None,
                            f"the container cannot be followed further ({getattr(error, 'strerror', error)})",
                        )
                    )  # fmt: skip
                return

    def _prepare(self, opened: InputContainer) -> None:
        """Name the tracks and choose what is decoded."""
        counted: dict[TrackKind, int] = {}
        picture = _picture_track(opened)
        for stream in opened.streams:
            kind = _KINDS.get(stream.type, TrackKind.OTHER)
            if kind is TrackKind.PICTURE and stream is not picture:
                kind = TrackKind.OTHER
            counted[kind] = number = counted.get(kind, 0) + 1
            name = str(kind) + (f" {number}" if number > 1 else "")
            self.tracks[stream.index] = Track(name, kind, stream)
            if stream.codec_context is None:
                if stream is picture:
                    self.findings.append(Finding(FindingKind.NOT_DECODABLE, Health.UNREADABLE, name))
            elif stream is picture:
                self.decoders[stream.index] = (
                    Everything(stream, name, ragged=self.layout in _RAGGED)
                    if self.deep
                    else KeyFrames(stream, name)
                )
            elif self.deep and kind is TrackKind.SOUND:
                self.decoders[stream.index] = Everything(stream, name, ragged=self.layout in _RAGGED)
        if picture is None:
            self.findings.append(Finding(FindingKind.NO_PICTURE))

    def _place(
        self, packet: "av.Packet[Stream]", at_s: float | None, track: Track, *, is_raw_track: bool
    ) -> None:
        """Hold a packet against the stretches of zeros around it."""
        while len(self.stretches) < len(self.source.runs):
            run = self.source.runs[len(self.stretches)]
            self.stretches.append(_Stretch(run))
            self.starts.append(run.start)
        begin = packet.pos
        if begin is None or begin < 0:
            return
        end = begin + (packet.size if self.layout in _IN_ONE_PIECE else 0) + _SLACK
        at = bisect_right(self.starts, begin)
        last = self.stretches[at - 1] if at else None
        if last is not None and last.after_s is None and last.run.end <= begin + _SLACK:
            last.after_s = at_s
        if at < len(self.stretches) and at_s is not None and self.starts[at] >= end:
            self.stretches[at].before_s = at_s
        for stretch in self.stretches[max(0, at - 1) :]:
            if stretch.run.start >= end or self.layout not in _IN_ONE_PIECE:
                break
            shared = min(stretch.run.end, end) - max(stretch.run.start, begin)
            if shared > 0:
                stretch.touched += shared
                if is_raw_track or (
                    track.codec in _MPEG_VIDEO and self._is_stuffing(stretch.run, begin, end)
                ):
                    stretch.usual += shared

    def _is_stuffing(self, run: Run, begin: int, end: int) -> bool:
        """Zeros behind the beginning of a packet, up to its end or to a start code (00 00 01)."""
        if run.start < begin + 2 * _SLACK or run.end > end:
            return False
        return run.end >= end - 2 * _SLACK or os.pread(self.descriptor, 1, run.end) == b"\x01"

    def _last_s(self) -> float | None:
        times = [track.last_s for track in self.tracks.values() if track.last_s is not None]
        return max(times, default=0.0) - self._base() if times else None

    def _base(self) -> float:
        starts = [
            track.start_s
            for track in self.tracks.values()
            if track.kind in (TrackKind.PICTURE, TrackKind.SOUND) and track.start_s is not None
        ]
        return min(starts, default=0.0)

    # -- judging -------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Read what FFmpeg had no use for."""
        source = self.source
        while source.front < source.length and source.error is None:
            source.read_on()
            self.tell(source.front)
        source.finish()
        for run in source.runs[len(self.stretches) :]:
            self.stretches.append(_Stretch(run))
        if source.error is not None:
            detail = f"{source.error.strerror or source.error} at byte {source.failed_at:,}"
            self.findings.append(
                Finding(FindingKind.READ_ERROR, Health.DAMAGED, None, self._last_s(), None, detail)
            )

    def _outcome(self) -> Wholeness:
        base = self._base()
        ragged = self.layout in _RAGGED
        tracks = tuple(
            track.seen(base) for track in self.tracks.values() if track.kind is not TrackKind.OTHER
        )
        content = self._judge_zeros(base, tracks)
        self._judge_end(content)
        if any(track.packets for track in tracks):
            self.findings += wholeness.compare_tracks(tracks, self.announced_s)
        elif not self.findings:
            self.findings.append(Finding(FindingKind.NOT_A_VIDEO, detail="it holds no packets"))
        for track in self.tracks.values():
            self.findings += track.findings(base, ragged=ragged)
        for decoder in self.decoders.values():
            self.findings += decoder.findings(base, ragged=ragged)
        picture = next((track for track in tracks if track.kind is TrackKind.PICTURE), None)
        return wholeness.made(
            self.findings,
            tracks=tracks,
            duration_s=picture.seconds if picture and picture.packets else None,
            bytes_read=self.source.bytes_read,
            content_bytes=content,
            key_frames=sum(
                decoder.decoded
                for index, decoder in self.decoders.items()
                if self.tracks[index].kind is TrackKind.PICTURE
            ),
            deep=self.deep,
        )

    def _judge_zeros(self, base: float, tracks: tuple[TrackSeen, ...]) -> int:
        """Findings for zeros that do not belong there. Returns the bytes of the content without padding."""
        never_written = holes(self.descriptor, self.size)
        content, found, lost = self.size, [], 0
        for stretch in self.stretches:
            run = stretch.run
            if run.end == self.size:
                content = self._padding(run, tracks)
                run = Run(run.start, content)
                if run.end - run.start < zeros.LEAST:
                    continue
            if stretch.usual >= run.end - run.start - 2 * _SLACK:
                continue
            if self._is_unused(stretch) or zeros.belongs(self.descriptor, self.layout, run, self.size):
                continue
            is_hole = any(hole.start < run.end and run.start < hole.end for hole in never_written)
            lost += run.end - run.start
            found.append(
                Finding(
                    FindingKind.HOLE if is_hole else FindingKind.ZEROS, Health.DAMAGED, None,
                    (stretch.before_s - base) if stretch.before_s is not None else 0.0,
                    None if stretch.after_s is None else stretch.after_s - base,
                )
            )  # fmt: skip
        detail = f"{size_text(lost)} of zeros"
        self.findings += [
            Finding(each.kind, each.weight, each.track, each.start_s, each.end_s, detail)
            for each in wholeness.merged(found)
        ]
        return content

    def _is_unused(self, stretch: _Stretch) -> bool:
        """In media data of which no packet is made: what an editor left behind."""
        return (
            self.layout is Layout.ISO
            and not stretch.touched
            and any(track.packets for track in self.tracks.values())
            and zeros.box_at(self.descriptor, stretch.run.start, self.size) == b"mdat"
        )

    def _padding(self, run: Run, tracks: tuple[TrackSeen, ...]) -> int:
        """Where the content ends, of a file that ends in zeros. Says what they are."""
        end = ends.declared_end(self.descriptor, self.size)
        if end is not None:
            end = min(max(end, 0), self.size)
            if self.size - end > 0:
                self.findings.append(wholeness.padding(self.size, end))
            return end
        reached = self.announced_s is not None and not wholeness.compare_tracks(tracks, self.announced_s)
        weight = Health.WHOLE if reached else Health.SUSPECT
        self.findings.append(wholeness.padding(self.size, run.start, weight))
        return run.start

    def _judge_end(self, content: int) -> None:
        """Does the container reach the end it announces?"""
        cut = ends.missing_end(self.descriptor, content)
        if cut and content < self.size:  # what ends the content may be zeros itself
            cut = (
                all(ends.missing_end(self.descriptor, content + more) for more in range(1, 4)) and cut
            ) or None
        if cut:
            detail = cut.removeprefix("truncated: ")
            self.findings.append(
                Finding(FindingKind.TRUNCATED, Health.DAMAGED, None, self._last_s(), None, detail)
            )


def _cannot_open(error: Exception) -> Finding:
    return Finding(
        FindingKind.NOT_A_VIDEO, detail=getattr(error, "strerror", "") or "no known container format"
    )


def _picture_track(opened: InputContainer) -> Stream | None:
    """The film's pictures: no cover, and a still only where nothing else is there."""
    tracks = [each for each in opened.streams.video if not each.disposition & Disposition.attached_pic]
    moving = [each for each in tracks if each.codec_context is None or each.codec_context.name not in _STILLS]
    return next(iter(moving or tracks), None)
