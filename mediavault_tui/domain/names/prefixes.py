"""What stands before a title: release groups, addresses of sites, tags, numbers of a list."""

import re

from mediavault_tui.domain.names.guessit_adapter import Guess
from mediavault_tui.domain.names.trailing_tags import LOOSE

_GROUP = re.compile(r"\s*(?:[\[\]]+[^\[\]]*\]|【[^【】]*】|★(?:\d+月新番)?|\{[^{}]*\})[\s._\-]*(?=\S)")
_SITE = re.compile(
    r"\s*[\[({]?\s*(?:https?://)?"
    r"(?:w{2,3}[\s.,]+[\w\-]+(?:[\s.]+[a-z]{2,5}){1,2}|[\w\-]+\.(?:com|org|net|tv|info|to|cc|ws|me|io|pw|eu|biz|site|vip|mx|art|tel))\b"
    r"[\s\])}]*[\s._]*(?:-+[\s._]*|_(?=[a-z0-9]+-[a-z0-9]))",
    re.IGNORECASE,
)
_SITE_IN_BRACKETS = re.compile(
    r"\s*[\[({][\s\-]*(?:www\.)?[\w\-]+\.[a-z.]{2,6}[\s\-]*[\])}][\s._\-]*", re.IGNORECASE
)
_HEADLINE = re.compile(r"\s*HD\s\d{3,4}p:\s*")
_LISTED = re.compile(r"\(\d{1,2}\)(?=[^\W\d_])|\d{1,3}[\s._]+(?=\[[^\[\]]*\])")
"""`(1)Some Film`, `37 [Group] Show`."""
_DAY_OF_UPLOAD = re.compile(r"^(?:19|20)\d\d\.\d{1,2}\.\d{1,2}\.(?=[^\W\d_].*[\s._(](?:19|20)\d\d(?!\d))")
"""`2022.8.2.Some.Film.1995`: the day of a list, not of a show; the film's year comes later."""
_COUNTED_THROUGH = re.compile(r"(?:\d{2,4}-\d{2,4}|\d{2,4}(?=\.[^.]*[^\W\d_][^.]* ))\.(?=\S)")
"""`165-166.Some Show`, `165.Some Show`: a dot behind the number, where spaces part the words."""
_BROADCASTER = re.compile(
    r"(?:BBC|ITV|PBS|NHK|CH4|Ch(?:annel)?[\s._]?4)[\s._](?!Earth|News|Proms|Breakfast|Weekend|One|Two|Three|Four|Sport)"
    r"(?=[\s._\-]*[A-Z][^\W_]*[\s._]+[^\W_])"
)
_TAGS = ("release_group", "website", "screen_size", "video_codec", "audio_codec", "crc32")


def without_day_of_upload(text: str) -> str:
    """The text without a day in front that is no show's."""
    return _DAY_OF_UPLOAD.sub("", text, count=1) if text[:1] in {"1", "2"} else text


def front(text: str, guess: Guess, *, numbered: bool = False) -> int:
    """Where the title may begin; `numbered` when an episode mark follows, so that numbers in front are counts."""
    at = 0
    while True:
        m = (
            _HEADLINE.match(text, at)
            or _SITE_IN_BRACKETS.match(text, at)
            or _SITE.match(text, at)
            or _GROUP.match(text, at)
            or _LISTED.match(text, at)
            or _BROADCASTER.match(text, at)
            or (_COUNTED_THROUGH.match(text, at) if numbered else None)
        )
        step = m.end() if m else _tag_end(text, guess, at)
        if step <= at or not text[step:].strip(LOOSE):
            return at
        at = step


def _tag_end(text: str, guess: Guess, at: int) -> int:
    """End of a tag that stands at `at` (`h265 Volte Face`, `blow-how.to.be.single`), or `at`."""
    for key in _TAGS:
        for found in guess.get(key, ()):
            if found.end > found.start >= at and not text[at : found.start].strip(" ._-:[("):
                rest = text[found.end :]
                return found.end + len(rest) - len(rest.lstrip(" ._-:])"))
    return at
