"""Made-up videos and sidecars of a few bytes, and what would be read from them."""

from typing import NamedTuple

from mediavault_tui.domain.media import AudioTrack, MediaInfo, VideoTrack


class Content(NamedTuple):
    """One encode of a film."""

    work: int
    number: int
    audio: tuple[tuple[str, int], ...]
    """(language, channels), one track for each language."""
    height: int

    @property
    def data(self) -> bytes:
        return f"film {self.work}, encode {self.number}; {self.audio}, {self.height}\n".encode() * 3

    @property
    def info(self) -> MediaInfo:
        video = VideoTrack("H.264", self.height * 16 // 9, self.height, fps=25.0)
        tracks = tuple(AudioTrack("AAC", channels, language=language) for language, channels in self.audio)
        return MediaInfo("Matroska", 6000.0, self.height, video, tracks)


class Sidecar(NamedTuple):
    """A file that belongs to videos, and the places of these when it was made."""

    data: bytes
    owners: frozenset[bytes]
