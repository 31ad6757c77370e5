"""Asks guessit, and turns its answer into plain values with places."""

import datetime
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

MAX_LENGTH = 255
"""Longest text handed to guessit, in characters (its time grows faster than the length); a file name has
at most 255 bytes."""


class GuessedProperty(msgspec.Struct, frozen=True):
    """One property guessit saw."""

    value: Any
    start: int
    end: int


Guess = Mapping[str, tuple[GuessedProperty, ...]]

_AV1 = re.compile(r"(?<![^\W_])AV1(?![^\W_])", re.IGNORECASE)
_KNOWN = "VP9"
"""guessit 3.8 knows no AV1 and takes it for a release group or a word of the title, so it is shown this instead."""


@lru_cache(maxsize=1)
def _steady() -> Callable[[str], dict[str, Any]]:
    from mediavault_tui.domain.names import fast_guessit  # brings guessit in, which is slow to import

    return fast_guessit.build()


@lru_cache(maxsize=4096)
def guess(text: str) -> Guess:
    """What guessit sees in one name, with character positions; nothing, when it fails inside.

    Remembered, because episodes of one season often differ in nothing but their mark, which is rewritten
    before guessit is asked.
    """
    text = text[:MAX_LENGTH]
    asked = text if _KNOWN in text.upper() else _AV1.sub(_KNOWN, text)
    try:
        raw = _steady()(asked)
    except (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return {}  # guessit trips over its own rules on some garbage; garbage says nothing
    found = {name: _founds(entry) for name, entry in raw.items()}
    if asked == text:
        return found
    return {name: tuple(_with_av1(one) for one in ones) for name, ones in found.items()}


def _with_av1(found: GuessedProperty) -> GuessedProperty:
    if not isinstance(found.value, str):
        return found
    return msgspec.structs.replace(found, value=found.value.replace(_KNOWN, "AV1"))


def _founds(entry: Any) -> tuple[GuessedProperty, ...]:
    matches = entry if isinstance(entry, list) else [entry]
    return tuple(GuessedProperty(plain(match.value), match.start, match.end) for match in matches)


def plain(value: Any) -> Any:
    """JSON-able form of a guessit value: languages and countries become codes, dates ISO texts."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, list):
        return [plain(v) for v in value]
    # Not every language has a code of two letters.
    codes = [getattr(value, name, None) for name in ("alpha2", "alpha3")]
    return next((str(code) for code in codes if code), str(value))
