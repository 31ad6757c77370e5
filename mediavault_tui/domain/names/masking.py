"""Hides from guessit what it would misread: words and numbers of a title that look like something else.

Hidden characters are moved to a private plane of Unicode, one for one, so that all positions stay; `shown`
moves them back in the answer.
"""

import re

import msgspec

from mediavault_tui.domain.names.guessit_adapter import Guess

_PLANE = 0xF0000
"""A private use area no file name brings along: macOS and SMB put their forbidden characters at U+F000."""

_COLLECTOR = re.compile(
    r"(?<![^\W_])(?<!edition[\s._])Collector(?!'?s|[\s._]+(?:edition|cut))(?![^\W_])", re.IGNORECASE
)
"""`The Bone Collector`: the edition is called Collector's, or has its word behind it."""
_FUTURE = re.compile(r"(?<=[^\W\d_][\s._])20[4-9]\d(?=[\s._]*(?:$|[(\[])|[\s._]+(?!\d{1,2}[\s._]))")
"""`Blade Runner 2049`: no year a work is of, and no season 20, episode 49."""
_CHANNELS = re.compile(r"(?<![a-z0-9.])[1-9]\.[0-2]x\d(?!\d)", re.IGNORECASE)
"""`5.1x2+2.0x3`: two tracks of sound with 5.1 channels, three with 2.0."""
_NAMED_BY_A_YEAR = re.compile(
    r"^(?:(?:19|20)\d\d(?=:\s)|2001(?=\W+a\W+space\W+odyssey)|2010(?=\W+the\W+year\W+we)|2012(?=\W+(?:doomsday|ice\W+age|supernova))"
    r"|2019(?=\W+after\W+the\W+fall)|2020(?=\W+texas)|2036(?=\W+origin)|1990(?=\W+(?:the\W+)?bronx)|1920(?=\W+(?:evil|london)))",
    re.IGNORECASE,
)
"""Films whose title begins with a year; before other words an unbracketed year is that of the release."""
_DECIMAL = re.compile(r"(?<=[A-Za-z][ _]\d)\.(?=\d{1,2}[ _](?:- )?[^\W\d])")
"""`Evangelion 3.33 You Can`: where words are not joined by dots, a dotted number belongs to the title."""


def channels(text: str, at: int) -> bool:
    """Whether what stands at or just before `at` are channels of sound, not season and episode."""
    return any(m.start() <= at < m.end() for m in _CHANNELS.finditer(text, max(at - 3, 0), at + 6))


_SHIELDED = (_COLLECTOR, _FUTURE, _CHANNELS, _NAMED_BY_A_YEAR, _DECIMAL)


def hidden(text: str) -> str:
    """The text with everything shielded that guessit is not to see; as long as before."""
    for pattern in _SHIELDED:
        text = pattern.sub(lambda m: "".join(chr(_PLANE + ord(c)) for c in m[0]), text)
    return text


def shown(guess: Guess) -> Guess:
    """The answer to a hidden text, with its values readable again."""
    return {
        key: tuple(
            msgspec.structs.replace(f, value=_readable(f.value)) if isinstance(f.value, str) else f
            for f in founds
        )
        for key, founds in guess.items()
    }


def _readable(value: str) -> str:
    if value.isascii():
        return value
    return "".join(chr(ord(c) - _PLANE) if _PLANE <= ord(c) < _PLANE + 0x10000 else c for c in value)
