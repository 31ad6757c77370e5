"""What is known about one playing file at a moment, as libmpv last told it."""

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray


class Picture(NamedTuple):
    """One picture as it was drawn."""

    pixels: NDArray[np.uint8]
    """Shape (rows, columns, 4): RGB and an unused byte."""
    serial: int
    """Counts up with each picture drawn."""
    position_s: float | None
    """Its time in the film."""
    drawn_at: float
    """On the monotonic clock."""


class Track(msgspec.Struct, frozen=True):
    """A track that can be chosen."""

    number: int
    kind: str
    """`video`, `audio` or `sub`."""
    codec: str
    language: str | None
    title: str | None
    selected: bool

    @property
    def label(self) -> str:
        """For a menu or a corner of the screen."""
        return " ".join(part for part in (self.language, self.title, self.codec) if part) or str(self.number)


class State(msgspec.Struct, frozen=True):
    """A snapshot of one player. Times are seconds since the start of the file."""

    loaded: bool = False
    failure: str | None = None
    """Why no pictures come, in one sentence; None when they do or may still."""
    position_s: float | None = None
    duration_s: float | None = None
    paused: bool = True
    ended: bool = False
    seeking: bool = False
    starving: bool = False
    """Waits for data from the disk or the network."""
    speed: float = 1.0
    fps: float | None = None
    sides: tuple[int, int] | None = None
    """Width and height as coded, but with square pixels."""
    rotation: int = 0
    """Degrees clockwise by which the coded picture is turned to be upright."""
    codec: str | None = None
    pixel_format: str | None = None
    bitrate_bps: float | None = None
    """Of the pictures, at the moment."""
    dropped: int = 0
    """Frames left out because there was no time for them."""
    chapters: tuple[float, ...] = ()
    tracks: tuple[Track, ...] = ()

    @property
    def width(self) -> int | None:
        """As shown: upright, with square pixels."""
        return self.sides[self.rotation % 180 != 0] if self.sides else None

    @property
    def height(self) -> int | None:
        """As shown: upright, with square pixels."""
        return self.sides[self.rotation % 180 == 0] if self.sides else None

    @property
    def frame_s(self) -> float:
        """How long a frame lasts; a 25th of a second where the file does not say."""
        return 1 / self.fps if self.fps and self.fps > 1 else 0.04

    @property
    def pixels_per_s(self) -> float:
        """What its decoder has to do at normal speed."""
        return (self.width or 0) * (self.height or 0) / self.frame_s
