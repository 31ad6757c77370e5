"""The nothing-lost rule: what archiving a copy would take from the user."""

from collections.abc import Iterable

import msgspec
from babelfish import Error, Language

from mediavault_tui.domain.media import AudioTrack, MediaInfo, SubtitleTrack
from mediavault_tui.domain.quality.score import layout_name
from mediavault_tui.domain.quality.values import Copy

# A stream of the newer kind plays as the older one where the newer is not understood.
_COVERS = {"HDR10": frozenset({"HDR10", "HDR10+"})}


def would_lose(loser: Copy, keeper: Copy) -> list[str]:
    """What `loser` has and `keeper` has not, in plain words; empty when nothing is lost.

    A damaged keeper, or one that nobody has looked into, counts as having nothing.
    """
    if loser.media is None:
        return ["unknown: the copy has not been examined yet"]
    if keeper.media is None:
        return ["everything: the copy to keep has not been examined yet"]
    if keeper.media.damage is not None:
        held = _lost(loser.media, MediaInfo())
        return [f"everything: the copy to keep is damaged ({keeper.media.damage})", *held]
    return _lost(loser.media, keeper.media)


def _lost(loser: MediaInfo, keeper: MediaInfo) -> list[str]:
    loser, keeper = _spelled(loser), _spelled(keeper)
    return [
        *_audio(_main(loser), _main(keeper)),
        *_commentary(loser.audio, keeper.audio),
        *_subtitles(loser.subtitles, keeper.subtitles),
        *_hdr(loser, keeper),
    ]


def _main(media: MediaInfo) -> list[AudioTrack]:
    return [track for track in media.audio if not track.commentary]


def _audio(ours: list[AudioTrack], theirs: list[AudioTrack]) -> list[str]:
    lost = [
        f"{language_name(code)} audio"
        for code in _codes(ours)
        if code not in {track.language for track in theirs}
    ]
    if any(track.language is None for track in ours) and len(theirs) < len(ours) and not lost:
        lost.append("audio of unknown language" if theirs else "sound")
    return lost + _layouts(ours, theirs)


def _layouts(ours: list[AudioTrack], theirs: list[AudioTrack]) -> list[str]:
    """More channels count as having fewer too: players mix down."""
    most = max((track.channels or 0 for track in theirs), default=0)
    best = max((track.channels or 0 for track in ours), default=0)
    if best > most:
        return [f"{layout_name(best)} sound"]
    lost = []
    for code in _codes(ours):
        kept = [track.channels or 0 for track in theirs if track.language == code]
        had = max(track.channels or 0 for track in ours if track.language == code)
        if kept and had > max(kept):
            lost.append(f"{language_name(code)} {layout_name(had)} sound")
    return lost


def _commentary(ours: Iterable[AudioTrack], theirs: Iterable[AudioTrack]) -> list[str]:
    left = sum(t.commentary for t in ours) - sum(t.commentary for t in theirs)
    return ["commentary"] if left > 0 else []


def _subtitles(ours: tuple[SubtitleTrack, ...], theirs: tuple[SubtitleTrack, ...]) -> list[str]:
    kept = {(track.language, track.forced) for track in theirs}
    lost = []
    for code, forced in sorted({(t.language, t.forced) for t in ours if t.language}):
        if (code, forced) not in kept:
            lost.append(f"{'forced ' * forced}{language_name(code)} subtitles")
    if any(track.language is None for track in ours) and len(theirs) < len(ours) and not lost:
        lost.append("subtitles of unknown language")
    return lost


def _hdr(loser: MediaInfo, keeper: MediaInfo) -> list[str]:
    ours = loser.video.hdr if loser.video else ()
    theirs = frozenset(keeper.video.hdr if keeper.video else ())
    return [kind for kind in ours if not theirs & _COVERS.get(kind, frozenset({kind}))]


def _spelled(media: MediaInfo) -> MediaInfo:
    """The same with one spelling for each language."""
    audio, subtitles = (
        tuple(msgspec.structs.replace(track, language=_canonical(track.language)) for track in tracks)
        for tracks in (media.audio, media.subtitles)
    )
    return msgspec.structs.replace(media, audio=audio, subtitles=subtitles)


def _canonical(code: str | None) -> str | None:
    """One spelling for a language that containers write as `de`, `deu` or `ger`."""
    plain, dash, region = (code or "").partition("-")
    language = _language(plain) if len(plain) == 3 else None
    return f"{language}{dash}{region}" if language else code


def _codes(tracks: Iterable[AudioTrack]) -> list[str]:
    return sorted({track.language for track in tracks if track.language})


def language_name(code: str) -> str:
    """The English name of an ISO 639 code, a region in brackets; the code itself if nobody knows it."""
    plain, _, region = code.partition("-")
    language = _language(plain)
    if language is None:
        return code
    name = str(language.name).split(" (")[0].split(",")[0]
    return f"{name} ({region})" if region else name


def _language(code: str) -> Language | None:
    """A language by its two-letter code, or either of its three-letter codes (`deu`, `ger`)."""
    readers = (Language.fromalpha2,) if len(code) == 2 else (Language, Language.fromalpha3b)
    for reader in readers:
        try:
            return reader(code.lower())
        except (Error, ValueError):
            continue
    return None
