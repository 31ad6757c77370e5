"""What belongs to a video: one rule for scanning, planning, archiving and putting back.

A companion has an ending that is known for it (subtitles, sound, NFO, pictures, previews), and the very name of
a video, followed by nothing or by words that are known for that ending: `Film.pt-BR.forced.srt`,
`Film-poster.jpg`, `Film-320-10.bif`. It lies beside the video, in a folder for subtitles, sound or a language
(`Subs/`, `Subs/<name of the video>/`, `RUS Sound/<studio>/`), or in `Film.trickplay/`. Pictures such as `poster.jpg`
belong to all videos of a film's own folder. Everything else belongs to nobody: `Alien 3.nfo` is not `Alien`'s,
and what can be a work of its own (a video, a disc image, an album, an archive, a download) never is a companion.

The conventions are those of Kodi, Jellyfin, Emby, Plex, tinyMediaManager and Bazarr.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from mediavault_tui.domain.archive import sidecars
from mediavault_tui.domain.archive.sidecars import Words
from mediavault_tui.domain.media import AUDIO_EXTENSIONS, SUBTITLE_EXTENSIONS
from mediavault_tui.domain.names.extras import extra_sign


class CompanionKind(StrEnum):
    """What a companion is to its video."""

    SUBTITLE = "subtitle"
    NFO = "nfo"
    ARTWORK = "artwork"
    AUDIO = "audio"
    PREVIEW = "preview"


class Claim(msgspec.Struct, frozen=True):
    """To which videos of a folder a file belongs, and as what."""

    what: CompanionKind
    owners: frozenset[bytes]
    """The names of the videos."""
    suffix: bytes
    """What would follow a video's name beside it: `.en.srt`, `-poster.jpg`, `.trickplay/320/0.jpg`."""
    words: Words = Words(known=True)
    """What the name, and where it is silent the folder, says about the track."""


_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tbn", ".gif", ".bmp", ".avif"})
# Formats of music: only with a language or a flag they are a track of a film.
_MUSIC = frozenset({".flac", ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".wma", ".ape", ".mp2", ".aac"})
_KINDS = {
    **dict.fromkeys(SUBTITLE_EXTENSIONS, CompanionKind.SUBTITLE),
    **dict.fromkeys(AUDIO_EXTENSIONS, CompanionKind.AUDIO),
    **dict.fromkeys(_PICTURES, CompanionKind.ARTWORK),
    ".nfo": CompanionKind.NFO,
    ".bif": CompanionKind.PREVIEW,
}
TRACKS = frozenset({CompanionKind.SUBTITLE, CompanionKind.AUDIO})
"""What a video has more of by its companions."""

# Kodi's, Jellyfin's, Emby's and Plex' names for pictures.
_ARTWORK = (
    "poster", "fanart", "folder", "cover", "default", "movie", "show", "banner", "logo", "clearlogo", "clearart",
    "disc", "discart", "cdart", "landscape", "thumb", "backdrop", "background", "art", "keyart", "characterart",
    "screenshot", "box", "boxrear", "primary", "small", "big",
)  # fmt: skip
_ART_NAME = re.compile(rf"(?:{'|'.join(_ARTWORK)})(?:[-_]?\d{{1,2}})?", re.IGNORECASE)
_ART_SUFFIX = re.compile(rf"(?:[-._]{_ART_NAME.pattern})?", re.IGNORECASE)
_PREVIEW_SUFFIX = re.compile(r"(?:-\d{2,4}-\d{1,4}|-(?:sd|hd|fhd|uhd))?", re.IGNORECASE)  # Emby, Plex, Roku
_SEPARATORS = frozenset(".-_ [(")

_KIND_OF_FOLDER = re.compile(
    r"(?<![^\W_])(?:vob)?(?:subs?|subtitles?|srt|ass|ssa|idx|untertitel|subtitulos|sounds?|audio|dubs?|voices?"
    r"|voiceover)(?![^\W_])",
    re.IGNORECASE,
)
_TRICKPLAY = ".trickplay"
DEPTH = 2
"""How far below a video's folder its companions lie: `Subs/<name>/2.srt`, `Film.trickplay/320 - 10x10/0.jpg`."""
_EPISODE = re.compile(
    r"(?<![^\W_])(?:s(\d{1,2})[ ._-]?e(\d{1,4})|(\d{1,2})x(\d{2,3}))(?![^\W_])", re.IGNORECASE
)
_MORE_EPISODES = re.compile(r"[ ._]*(?:[-+&][ ._]*\d|[-+&]?[ ._]*[ex]\d)", re.IGNORECASE)


def kind_of(name: bytes) -> CompanionKind | None:
    """What a file of this name could be to a video; None for what never travels with one."""
    return _KINDS.get(os.path.splitext(name)[1].lower().decode("latin-1"))


class Videos:
    """The works in one folder, to be asked for their companions. Names are compared as they are, then in one
    Unicode form (macOS writes another), then without case (SMB and Windows have none).
    """

    def __init__(self, names: Iterable[bytes]) -> None:
        self.names = frozenset(names)
        self._levels: list[dict[str, set[bytes]]] = [{}, {}, {}]
        for name in self.names:
            for text in {_text(os.path.splitext(name)[0]), _text(name)}:
                for level, key in zip(self._levels, _keys(text), strict=True):
                    level.setdefault(key, set()).add(name)

    def called(self, text: str) -> frozenset[bytes]:
        """The videos of this name; none where several names differ from it equally little."""
        for level, key in zip(self._levels, _keys(text), strict=True):
            if found := level.get(key):
                return (
                    frozenset(found)
                    if len({os.path.splitext(name)[0] for name in found}) == 1
                    else frozenset()
                )
        return frozenset()

    def only(self) -> frozenset[bytes]:
        """The videos, if all that are no sample, trailer or other extra have one name."""
        works = [name for name in self.names if extra_sign(_text(os.path.splitext(name)[0])) is None]
        return frozenset(works) if len({os.path.splitext(name)[0] for name in works}) == 1 else frozenset()

    def claim(self, name: bytes, within: Sequence[bytes] = ()) -> Claim | None:
        """To which of the videos the file `name` belongs that lies beside them, or `within` folders below."""
        what = kind_of(name)
        if what is None:
            return None
        if within and within[0].lower().endswith(os.fsencode(_TRICKPLAY)):
            return self._tile(name, within, what)
        if not within:
            return self._beside(name, what)
        if what not in TRACKS or not is_companion_folder(within[0]):
            return None
        folder = " ".join(_text(each) for each in within if is_companion_folder(each))
        claimed = self._beside(name, what, folder) or self._by_folder(name, what, within)
        return claimed or self._of_episode(name, what)

    def folder_claim(self, name: bytes) -> Claim | None:
        """As `claim`, of a film's own folder: `poster.jpg` and `movie.nfo` belong to all of its videos."""
        stem, ending = os.path.splitext(name)
        what, text = kind_of(name), _text(stem)
        if not self.names or self._beside(name, what) is not None:
            return None
        if what is CompanionKind.NFO and text.lower() == "movie":
            return Claim(what, self.names, ending)
        if what is CompanionKind.ARTWORK and _ART_NAME.fullmatch(text):
            return Claim(what, self.names, b"-" + name)
        return None

    def _beside(self, name: bytes, what: CompanionKind | None, folder: str = "") -> Claim | None:
        stem = _text(os.path.splitext(name)[0])
        for end in (len(stem), *(at for at in range(len(stem) - 1, 0, -1) if stem[at] in _SEPARATORS)):
            if owners := self.called(stem[:end]):
                # The longest name decides: what another video's name goes on with is no suffix.
                return _claim(name, stem[end:], what, owners, folder) if name not in self.names else None
        return None

    def _by_folder(self, name: bytes, what: CompanionKind, within: Sequence[bytes]) -> Claim | None:
        """`2_English.srt` in the folder of its video, or where there is only one video."""
        words = sidecars.words_of(_text(os.path.splitext(name)[0]), alone=True)
        if not (words.known and words.number):
            return None
        owners = self.called(_text(within[-1])) if len(within) > 1 else frozenset[bytes]()
        if not owners and all(is_companion_folder(each) for each in within):
            owners = self.only()
        if not owners:
            return None
        if words.language is None:
            folder = " ".join(_text(each) for each in within if is_companion_folder(each))
            words = words._replace(language=sidecars.words_of(folder, alone=True).language)
        return Claim(what, owners, _spoken(words) + os.path.splitext(name)[1], words)

    def _of_episode(self, name: bytes, what: CompanionKind) -> Claim | None:
        """The same show and episode as one of the videos, whatever release the file was made for."""
        stem = _text(os.path.splitext(name)[0])
        wanted = _episode(stem)
        same = [
            each for each in self.names if wanted and _episode(_text(os.path.splitext(each)[0])) == wanted
        ]
        same = [each for each in same if extra_sign(_text(os.path.splitext(each)[0])) is None]
        if len({os.path.splitext(each)[0] for each in same}) != 1:
            return None
        match = _EPISODE.search(stem)
        words = sidecars.words_of(stem[match.end() if match else 0 :])
        return Claim(what, frozenset(same), _spoken(words) + os.path.splitext(name)[1], words)

    def _tile(self, name: bytes, within: Sequence[bytes], what: CompanionKind) -> Claim | None:
        owners = self.called(_text(within[0])[: -len(_TRICKPLAY)])
        if not owners or what is not CompanionKind.ARTWORK:
            return None
        suffix = os.path.join(os.fsencode(_TRICKPLAY), *within[1:], name)
        return Claim(CompanionKind.PREVIEW, owners, suffix)


def is_companion_folder(name: bytes) -> bool:
    """Whether a folder of this name is for subtitles, sound or a language: `Subs`, `eng`, `RUS Sound`."""
    text = _text(name)
    rest, kinds = _KIND_OF_FOLDER.subn(" ", text)
    said = sidecars.words_of(rest, alone=True)
    if not said.known:
        return False
    # Two letters alone may be a title: `It`, `Us`.
    is_language = said.language is not None and (len(text) > 2 or text.islower())
    return is_language or kinds > 0


def is_preview_folder(name: bytes) -> bool:
    """Whether a folder of this name holds a video's preview pictures: `Film.trickplay`."""
    return name.lower().endswith(os.fsencode(_TRICKPLAY))


def may_belong(path: bytes, owners: Iterable[bytes]) -> bool:
    """Whether the file at `path` is, by its name and place, a companion of the videos at `owners`."""
    by_home: dict[bytes, set[bytes]] = {}
    for owner in owners:
        by_home.setdefault(os.path.dirname(owner), set()).add(os.path.basename(owner))
    return any(
        claim is not None and claim.owners <= names
        for home, names in by_home.items()
        for claim in (claim_at(path, home, Videos(names)),)
    )


def claim_at(path: bytes, home: bytes, videos: Videos, *, films: bool = True) -> Claim | None:
    """To which of the `videos` in the folder `home` the file at `path` belongs.

    `films`: `home` may be a film's own folder, whose pictures belong to its videos.
    """
    parts = _inside(path, home)
    if not parts or len(parts) > DEPTH + 1:
        return None
    claim = videos.claim(parts[-1], parts[:-1])
    if claim is None and films and len(parts) == 1:
        return videos.folder_claim(parts[-1])
    return claim


def _inside(path: bytes, home: bytes) -> list[bytes]:
    prefix = home.rstrip(b"/") + b"/"
    return path[len(prefix) :].split(b"/") if path.startswith(prefix) else []


def _claim(
    name: bytes, rest: str, what: CompanionKind | None, owners: frozenset[bytes], folder: str
) -> Claim | None:
    ending = os.path.splitext(name)[1]
    words = Words(known=False)
    if what is CompanionKind.NFO:
        words = Words(known=not rest)
    elif what is CompanionKind.ARTWORK:
        words = Words(known=_ART_SUFFIX.fullmatch(rest) is not None)
    elif what is CompanionKind.PREVIEW:
        words = Words(known=_PREVIEW_SUFFIX.fullmatch(rest) is not None)
    elif what is not None:
        words = sidecars.words_of(rest)
        if words.language is None and folder:
            words = words._replace(language=sidecars.words_of(folder, alone=True).language)
            # Beside another video nothing else would say it.
            rest = f".{words.language}{rest}" if words.language else rest
        is_music = ending.lower().decode("latin-1") in _MUSIC
        words = words._replace(
            known=words.known and (not is_music or bool(words.language or words.commentary))
        )
    if what is None or not words.known:
        return None
    return Claim(what, owners, rest.encode("utf-8", "surrogateescape") + ending, words)


def _spoken(words: Words) -> bytes:
    """`2_English` → `.en`."""
    said = [words.language, "forced" if words.forced else None, "sdh" if words.hearing_impaired else None]
    return b"".join(b"." + word.encode() for word in said if word)


def _episode(stem: str) -> tuple[str, int, int] | None:
    """(the show's letters, season, episode), where a name says so once."""
    found = list(_EPISODE.finditer(stem))
    if len(found) != 1 or _MORE_EPISODES.match(stem, found[0].end()):
        return None
    season, episode = (number for number in found[0].groups() if number)
    show = "".join(filter(str.isalnum, unicodedata.normalize("NFC", stem[: found[0].start()]).casefold()))
    return show, int(season), int(episode)


def _keys(text: str) -> tuple[str, str, str]:
    composed = unicodedata.normalize("NFC", text)
    return text, composed, unicodedata.normalize("NFC", composed.casefold())


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
