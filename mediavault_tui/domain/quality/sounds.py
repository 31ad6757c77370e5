"""What is known of how tracks sound beside each other, and what kinds of coding a listener could tell."""

import re
from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Likeness(StrEnum):
    """What listening to two tracks along the same pictures shows."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


Track = tuple[int, int]
"""Id of a file, place of the track among its audio tracks."""


class Sounds(msgspec.Struct, frozen=True):
    """What listening has shown; pairs that nobody listened to are not in it."""

    heard: Mapping[tuple[Track, Track], Likeness] = {}
    """(smaller, larger track) → likeness."""

    def between(self, a: int, at: int, b: int, there: int) -> Likeness | None:
        """How two tracks sound beside each other; None where nothing is known or it could not be told."""
        one, other = sorted(((a, at), (b, there)))
        found = self.heard.get((one, other))
        return None if found is Likeness.UNSURE else found


# Names as libmediainfo has them, commercial where there is one. DTS-HD High Resolution is lossy.
_LOSSLESS = re.compile(
    r"\b(?:flac|pcm|alac|apple lossless|truehd|mlp|dts-hd master audio|dts-hd ma|xll|wavpack|tta|monkey|dst|dsd"
    r"|als|sls|lossless)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"atmos|joc|dts[:-]?x\b|dts:x|imax enhanced|mpeg-h|360 ?ra|auro", re.IGNORECASE)


def feature_of(codec: str) -> frozenset[str]:
    """What a codec keeps that others lose: `lossless`, `object`."""
    found = {"lossless"} if _LOSSLESS.search(codec) else set()
    return frozenset(found | ({"object"} if _OBJECT.search(codec) else set()))
