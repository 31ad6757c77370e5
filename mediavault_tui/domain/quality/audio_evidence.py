"""What is known of how tracks sound beside each other, and what kinds of coding a listener could tell."""

import re
from collections import defaultdict
from collections.abc import Mapping

from mediavault_tui.domain.audio_similarity import AudioSimilarity
from mediavault_tui.domain.media import MediaInfo, SoundKind
from mediavault_tui.domain.quality.language_names import canonical

Track = tuple[int, int]
"""Id of a file, place of the track among its audio tracks."""


class AudioEvidence:
    """What listening has shown."""

    def __init__(self, heard: Mapping[tuple[Track, Track], AudioSimilarity] | None = None) -> None:
        """`heard`: pairs of tracks, in either order, that were listened to."""
        self._beside: defaultdict[Track, dict[Track, AudioSimilarity]] = defaultdict(dict)
        for (one, other), likeness in (heard or {}).items():
            self._beside[one][other] = self._beside[other][one] = likeness

    def between(self, a: int, at: int, b: int, there: int) -> AudioSimilarity | None:
        """How two tracks sound beside each other; None where nothing is known or it could not be told.

        What was not listened to follows from a third track that is the same as one of them.
        """
        one, other = self._beside.get((a, at), {}), self._beside.get((b, there), {})
        direct = one.get((b, there))
        if direct is not None:
            return direct if direct in (AudioSimilarity.SAME, AudioSimilarity.DIFFERENT) else None
        told = [{one[third], other[third]} for third in one.keys() & other.keys()]
        if {AudioSimilarity.SAME} in told:
            return AudioSimilarity.SAME
        return (
            AudioSimilarity.DIFFERENT if {AudioSimilarity.SAME, AudioSimilarity.DIFFERENT} in told else None
        )

    def knows(self, a: int, at: int, b: int, there: int, *, is_aligned: bool) -> bool:
        """Whether these were listened to, whatever came of it, or need not be.

        `is_aligned`: their pictures say now where to listen; what was unsure at a guess is then not known.
        """
        direct = self._beside.get((a, at), {}).get((b, there))
        if direct is AudioSimilarity.UNPLACED:
            return not is_aligned
        return direct is not None or self.between(a, at, b, there) is not None


_MOST_TRACKS = 4


def worth_hearing(a: MediaInfo, b: MediaInfo) -> list[tuple[int, int]]:
    """Pairs of ordinary tracks inside both files that may be the same by their languages, or whose tags are silent."""
    ours, theirs = (
        [
            (place, canonical(track.language))
            for place, track in enumerate(media.audio)
            if track.kind is SoundKind.MAIN and not track.external
        ][:_MOST_TRACKS]
        for media in (a, b)
    )
    return [(at, there) for at, one in ours for there, other in theirs if one is None or other in (None, one)]


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
