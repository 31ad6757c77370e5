"""Asks guessit, and turns its answer into plain values with places."""

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import msgspec

MAX_LENGTH = 255
"""Longest text handed to guessit, in characters (its time grows faster than the length); a file name has
at most 255 bytes."""


class Found(msgspec.Struct, frozen=True):
    """One property guessit saw."""

    value: Any
    start: int
    end: int


Guess = Mapping[str, tuple[Found, ...]]


@lru_cache(maxsize=1)
def _api() -> Any:
    from guessit.api import GuessItApi  # slow to import

    api = GuessItApi()
    api.configure({})
    return api


def guess(text: str) -> Guess:
    """What guessit sees in one name, with character positions; nothing, when it fails inside."""
    from guessit.api import GuessitException

    try:
        raw = _api().guessit(text[:MAX_LENGTH], {"advanced": True})
    except GuessitException:
        return {}
    return {name: _founds(entry) for name, entry in cast("dict[str, Any]", raw).items()}


def _founds(entry: Any) -> tuple[Found, ...]:
    matches = entry if isinstance(entry, list) else [entry]
    return tuple(Found(_plain(match.value), match.start, match.end) for match in matches)


def _plain(value: Any) -> Any:
    """JSON-able form of a guessit value: languages and countries become codes, dates ISO texts."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, list):
        return [_plain(v) for v in value]
    alpha = getattr(value, "alpha2", None) or getattr(value, "alpha3", None)
    return str(alpha) if alpha else str(value)
