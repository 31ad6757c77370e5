"""The nothing-lost rule: what archiving a copy would take from the user.

A loss is a value; `Loss.words` is the one place that makes a sentence of it. Whatever the copy that goes has
must be covered by ONE track of ONE copy that stays, as good in everything: German 5.1 is not covered by
English 5.1 and German stereo. Several copies that stay may cover a loser together; then the result says which
copy each claim rests on, so that each of them can be proven before the loser goes.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import msgspec

from mediavault_tui.domain.audio_similarity import AudioSimilarity
from mediavault_tui.domain.content.coverage import Coverage
from mediavault_tui.domain.media import AudioTrack, MediaInfo, SoundKind, SubtitleTrack, TextKind
from mediavault_tui.domain.quality.audio_evidence import AudioEvidence, feature_of
from mediavault_tui.domain.quality.language_names import canonical, language_name
from mediavault_tui.domain.quality.running_time import lost_pictures
from mediavault_tui.domain.quality.score import layout_name
from mediavault_tui.domain.quality.values import Copy

# A stream of the newer kind plays as the older one where the newer is not understood.
_COVERS = {"HDR10": frozenset({"HDR10", "HDR10+"})}
_DOLBY_ONLY = ("Dolby Vision",)
_STYLED = frozenset({"ASS", "SSA"})


class LossKind(StrEnum):
    """What can be lost. One list for match, plan, screens, comparison, policy and JSON."""

    UNKNOWN = "unknown"
    """Nobody has looked into one of the copies."""
    EVERYTHING = "everything"
    """No copy that stays is worth anything."""
    SOUND = "sound"
    """All of it."""
    AUDIO = "audio"
    """A track in a language, or in an unknown one, or of another kind (commentary, description, …)."""
    LAYOUT = "layout"
    """More channels."""
    CODING = "coding"
    """Lossless or object sound."""
    SUBTITLES = "subtitles"
    PICTURES = "pictures"
    """Running time."""
    HDR = "hdr"
    PLAIN_PICTURE = "plain_picture"
    """A picture that displays without Dolby Vision can show."""
    THREE_D = "3d"
    CLEAN_PICTURE = "clean_picture"
    """A picture without burned-in subtitles."""
    CHAPTERS = "chapters"
    FONTS = "fonts"


class Loss(msgspec.Struct, frozen=True):
    """One thing that would be lost."""

    kind: LossKind
    language: str | None = None
    """ISO 639 code; None where unknown or beside the point."""
    track: SoundKind | TextKind | None = None
    """For audio and subtitles: what the track is for."""
    layout: int = 0
    """For LAYOUT: channels."""
    coding: str = ""
    """For CODING: `lossless`, `object`."""
    detail: str = ""
    """A codec's name, an HDR kind, a reason, as it is to be read."""
    count: int = 1
    differs: bool = False
    """For audio: a track of that language stays, but it sounds otherwise."""

    @property
    def words(self) -> str:
        """What a person reads."""
        return _WORDS[self.kind](self)


class Covered(msgspec.Struct, frozen=True):
    """What archiving a copy would mean."""

    losses: tuple[Loss, ...]
    rests_on: frozenset[int]
    """Ids of the copies that must stay for this to hold; empty where nothing had to be covered."""


Coverages = Callable[[int, int], Coverage | None]
"""What comparing the pictures of two files (the loser's id, a keeper's) said; the loser's side comes first."""


def would_lose(
    loser: Copy,
    keepers: Sequence[Copy],
    sounds: AudioEvidence | None = None,
    coverage: Coverages | None = None,
) -> tuple[Loss, ...]:
    """What `loser` has and none of `keepers` has; empty when nothing is lost.

    `sounds` is what listening to tracks has shown; None: nobody has listened, and untagged tracks count as
    the same. With `coverage` running time is judged too. A damaged copy, or one that nobody has looked into,
    covers nothing.
    """
    return covered(loser, keepers, sounds, coverage).losses


def covered(
    loser: Copy,
    keepers: Sequence[Copy],
    sounds: AudioEvidence | None = None,
    coverage: Coverages | None = None,
) -> Covered:
    """The losses, and which keepers the rest is safe with."""
    twin = next((each for each in keepers if _is_the_same(loser, each)), None)
    if twin is not None:
        return Covered((), frozenset({twin.id}))
    if loser.media is None:
        return Covered((Loss(LossKind.UNKNOWN, detail="the copy has not been examined yet"),), frozenset())
    if loser.media.container is None and loser.media.video is None and loser.media.damage:
        # Zeros, another container, something else: the bytes may be all there is of it.
        return Covered(
            (Loss(LossKind.UNKNOWN, detail=f"nobody can tell what is in it ({loser.media.damage})"),),
            frozenset(),
        )
    good = [each for each in keepers if each.media is not None and each.media.damage is None]
    judged = _Judge(loser, good, sounds, coverage).judge()
    if good:
        return judged
    nothing = Loss(LossKind.EVERYTHING, detail=_why_nothing(keepers))
    held = () if any(each.media is None for each in keepers) else judged.losses
    return Covered((nothing, *held), frozenset())


def _is_the_same(loser: Copy, keeper: Copy) -> bool:
    return loser.id == keeper.id or (
        loser.content is not None and (loser.content, loser.size) == (keeper.content, keeper.size)
    )


def _why_nothing(keepers: Sequence[Copy]) -> str:
    if not keepers:
        return "no copy is kept"
    media = keepers[0].media
    if media is None:
        return "the copy to keep has not been examined yet"
    return f"the copy to keep is damaged ({media.damage})"


class _Judge:
    """One loser against all that stay, while the losses and what the rest rests on are gathered."""

    def __init__(
        self, loser: Copy, keepers: Sequence[Copy], sounds: AudioEvidence | None, coverage: Coverages | None
    ) -> None:
        self.loser, self.keepers, self.sounds, self.coverage = loser, keepers, sounds, coverage
        self.media = _media(loser)
        self.losses: list[Loss] = []
        self.rests_on: set[int] = set()

    def judge(self) -> Covered:
        """Ask for everything, in the order it is to be read."""
        self._running_time()
        self._sound()
        self._subtitles()
        self._picture()
        self._needs(len(self.media.chapters) > 1, _has_chapters, Loss(LossKind.CHAPTERS))
        fonts = _fonts(self.loser)
        self._needs(bool(fonts), lambda copy: bool(_fonts(copy)), Loss(LossKind.FONTS, count=len(fonts)))
        return Covered(tuple(dict.fromkeys(self.losses)), frozenset(self.rests_on))

    def _needs(self, having: bool, has: Callable[[Copy], bool], loss: Loss) -> None:
        """What one copy must have as a whole; one that is needed anyway is asked first."""
        if not having:
            return
        able = [each for each in self.keepers if has(each)]
        if not able:
            self.losses.append(loss)
        elif not any(each.id in self.rests_on for each in able):
            self.rests_on.add(able[0].id)

    def _running_time(self) -> None:
        if self.coverage is None or not self.keepers:
            return
        missing = {
            each.id: lost_pictures(self.loser, each, self.coverage(self.loser.id, each.id))
            for each in self.keepers
        }
        whole = [file_id for file_id, lost in missing.items() if lost is None]
        if whole:
            self.rests_on.add(whole[0])
        else:
            self.losses.append(Loss(LossKind.PICTURES, detail=next(iter(missing.values())) or ""))

    def _sound(self) -> None:
        tracks = list(enumerate(self.media.audio))
        if tracks and not any(_media(each).audio for each in self.keepers):
            self.losses.append(Loss(LossKind.SOUND))
            tracks = [(at, track) for at, track in tracks if track.language]
        for kind in SoundKind:
            ours = [(at, track) for at, track in tracks if track.kind is kind]
            if kind is SoundKind.MAIN:
                for at, track in ours:
                    self._main(at, track)
            else:
                self._counted(kind, [track for _, track in ours])

    def _main(self, at: int, track: AudioTrack) -> None:
        """One ordinary track: it needs one that is as good in everything."""
        speaking = [
            (keeper, other)
            for keeper in self.keepers
            for there, other in enumerate(_media(keeper).audio)
            if other.kind is SoundKind.MAIN and self._speaks_for(keeper, there, other, at, track)
        ]
        if not speaking:
            self.losses.append(self._unspoken(at, track))
            return
        missing = [_missing(track, other) for _, other in speaking]
        best = min(range(len(missing)), key=lambda each: len(missing[each]))
        self.losses += missing[best]
        if not missing[best]:
            self.rests_on.add(speaking[best][0].id)

    def _speaks_for(self, keeper: Copy, there: int, other: AudioTrack, at: int, track: AudioTrack) -> bool:
        """Whether it is the same sound: as heard, else by language; unknown languages say nothing."""
        heard = self._heard(keeper, there, at)
        if heard is not None:
            return heard is AudioSimilarity.SAME
        if track.language is None or other.language is None:
            return self.sounds is None and track.language is None and self._as_many(keeper)
        return track.language == other.language

    def _as_many(self, keeper: Copy) -> bool:
        """As long as nobody has listened: do both have as many ordinary tracks?"""
        mine, theirs = (
            sum(each.kind is SoundKind.MAIN for each in _media(copy).audio) for copy in (self.loser, keeper)
        )
        return theirs >= mine

    def _heard(self, keeper: Copy, there: int, at: int) -> AudioSimilarity | None:
        return self.sounds.between(self.loser.id, at, keeper.id, there) if self.sounds else None

    def _unspoken(self, at: int, track: AudioTrack) -> Loss:
        differs = any(
            self._heard(keeper, there, at) is AudioSimilarity.DIFFERENT
            and (track.language is None or other.language in (None, track.language))
            for keeper in self.keepers
            for there, other in enumerate(_media(keeper).audio)
        )
        return Loss(LossKind.AUDIO, track.language, SoundKind.MAIN, differs=differs)

    def _counted(self, kind: SoundKind, ours: list[AudioTrack]) -> None:
        """Commentaries and the like: each is another one, so they are counted, in each language."""
        for code in dict.fromkeys(track.language for track in ours):
            mine = sum(track.language == code for track in ours)
            theirs = [(_count(_media(each).audio, kind, code), each) for each in self.keepers]
            most, keeper = max(theirs, key=lambda each: each[0], default=(0, None))
            if most >= mine and keeper is not None:
                self.rests_on.add(keeper.id)
            else:
                self.losses.append(Loss(LossKind.AUDIO, code, kind, count=mine - most))

    def _subtitles(self) -> None:
        ours = self.media.subtitles
        for code, kind in dict.fromkeys((track.language, track.kind) for track in ours):
            mine = sum((track.language, track.kind) == (code, kind) for track in ours)
            enough = mine if code is None else 1
            keeper = next(
                (each for each in self.keepers if _having(_media(each).subtitles, code, kind) >= enough), None
            )
            if keeper is not None:
                self.rests_on.add(keeper.id)
            else:
                self.losses.append(Loss(LossKind.SUBTITLES, code, kind))

    def _picture(self) -> None:
        video = self.media.video
        if video is None:
            return
        for kind in video.hdr:
            self._needs(True, _shows(_COVERS.get(kind, frozenset({kind}))), Loss(LossKind.HDR, detail=kind))
        if not any(each.media and each.media.video for each in self.keepers):
            return
        deep = video.stereo is not None
        self._needs(video.hdr != _DOLBY_ONLY, _is_plain, Loss(LossKind.PLAIN_PICTURE))
        self._needs(
            True, _is_deep if deep else _is_flat, Loss(LossKind.THREE_D, detail="3D" if deep else "2D")
        )
        self._needs(not self.loser.burned_in, _is_clean, Loss(LossKind.CLEAN_PICTURE))


def _shows(kinds: frozenset[str]) -> Callable[[Copy], bool]:
    return lambda copy: bool(copy.media and copy.media.video and kinds & set(copy.media.video.hdr))


def _is_plain(copy: Copy) -> bool:
    return bool(copy.media and copy.media.video and copy.media.video.hdr != _DOLBY_ONLY)


def _is_deep(copy: Copy) -> bool:
    return bool(copy.media and copy.media.video and copy.media.video.stereo is not None)


def _is_flat(copy: Copy) -> bool:
    return bool(copy.media and copy.media.video and copy.media.video.stereo is None)


def _is_clean(copy: Copy) -> bool:
    return bool(copy.media and copy.media.video) and not copy.burned_in


def _has_chapters(copy: Copy) -> bool:
    return copy.media is not None and len(copy.media.chapters) > 1


def _media(copy: Copy) -> MediaInfo:
    return _spelled(copy.media or MediaInfo())


def _missing(track: AudioTrack, other: AudioTrack) -> list[Loss]:
    """What `track` has and `other`, the same sound, has not. More channels count as having fewer too."""
    lost = []
    if (track.channels or 0) > (other.channels or 0):
        lost.append(
            Loss(
                LossKind.LAYOUT,
                track.language,
                layout=track.channels or 0,
                detail=layout_name(track.channels or 0),
            )
        )
    ours, theirs = feature_of(track.codec), feature_of(other.codec)
    return lost + [
        Loss(LossKind.CODING, track.language, coding=coding, detail=track.codec)
        for coding in sorted(ours - theirs)
    ]


def _count(tracks: Iterable[AudioTrack], kind: SoundKind, code: str | None) -> int:
    return sum(track.kind is kind and track.language == code for track in tracks)


def _having(tracks: Iterable[SubtitleTrack], code: str | None, kind: TextKind) -> int:
    return sum((track.language, track.kind) == (code, kind) for track in tracks)


def _fonts(copy: Copy) -> tuple[str, ...]:
    """Attached fonts, where subtitles need them."""
    media = copy.media or MediaInfo()
    return media.fonts if any(track.format in _STYLED for track in media.subtitles) else ()


def _spelled(media: MediaInfo) -> MediaInfo:
    """The same with one spelling for each language."""
    audio, subtitles = (
        tuple(msgspec.structs.replace(track, language=canonical(track.language)) for track in tracks)
        for tracks in (media.audio, media.subtitles)
    )
    return msgspec.structs.replace(media, audio=audio, subtitles=subtitles)


SOUND_NOTES = {
    SoundKind.MAIN: "",
    SoundKind.COMMENTARY: "commentary",
    SoundKind.DESCRIPTION: "audio description",
    SoundKind.OTHER: "other sound",
}
"""What is said of a track behind its language."""
TEXT_NOTES = {
    TextKind.FULL: "",
    TextKind.FORCED: "forced",
    TextKind.SIGNS: "signs and songs",
    TextKind.SDH: "SDH",
    TextKind.COMMENTARY: "commentary",
}
_TRACKS = {
    SoundKind.MAIN: "audio",
    SoundKind.COMMENTARY: "commentary",
    SoundKind.DESCRIPTION: "audio description",
    SoundKind.OTHER: "other sound (score, sing-along or the like)",
}
_TEXTS = {
    TextKind.FULL: "{} subtitles",
    TextKind.FORCED: "forced {} subtitles",
    TextKind.SIGNS: "{} signs and songs",
    TextKind.SDH: "{} subtitles for the hard of hearing",
    TextKind.COMMENTARY: "{} subtitles of a commentary",
}


def _audio_words(loss: Loss) -> str:
    name = language_name(loss.language) if loss.language else ""
    if loss.track is SoundKind.MAIN or loss.track is None:
        if loss.differs:
            return f"another sound track ({f'tagged {name}' if name else 'language unknown'})"
        return f"{name} audio" if name else "sound of unknown language"
    what = _TRACKS[loss.track]  # type: ignore[index]  # the kind of an audio track
    counted = f"{loss.count} × {what}" if loss.count > 1 else what
    return f"{name} {counted}" if name else counted


def _subtitle_words(loss: Loss) -> str:
    kind = loss.track if isinstance(loss.track, TextKind) else TextKind.FULL
    if loss.language:
        return _TEXTS[kind].format(language_name(loss.language))
    return f"{_TEXTS[kind].replace('{} ', '')} of unknown language"


def _of_language(loss: Loss) -> str:
    return f"{language_name(loss.language)} " if loss.language else ""


_WORDS: dict[LossKind, Callable[[Loss], str]] = {
    LossKind.UNKNOWN: lambda loss: f"unknown: {loss.detail}",
    LossKind.EVERYTHING: lambda loss: f"everything: {loss.detail}",
    LossKind.SOUND: lambda _: "sound",
    LossKind.AUDIO: _audio_words,
    LossKind.LAYOUT: lambda loss: f"{_of_language(loss)}{loss.detail} sound",
    LossKind.CODING: lambda loss: f"{_of_language(loss)}{loss.coding} sound ({loss.detail})",
    LossKind.SUBTITLES: _subtitle_words,
    LossKind.PICTURES: lambda loss: loss.detail,
    LossKind.HDR: lambda loss: loss.detail,
    LossKind.PLAIN_PICTURE: lambda _: "a picture for displays without Dolby Vision",
    LossKind.THREE_D: lambda loss: f"the {loss.detail} picture",
    LossKind.CLEAN_PICTURE: lambda _: "a picture without burned-in subtitles",
    LossKind.CHAPTERS: lambda _: "chapters",
    LossKind.FONTS: lambda loss: f"{loss.count} font{'s' * (loss.count != 1)} of the subtitles",
}
