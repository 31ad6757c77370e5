"""Ids of databases in names: `{tmdb-1111}`, `[imdbid-tt0133093]`, `tvdbid=81189`, a bare `tt0133093`."""

import re
from collections.abc import Sequence

_PROVIDERS = {
    **{"tmdb": "tmdb", "themoviedb": "tmdb", "moviedb": "tmdb", "tvdb": "tvdb", "thetvdb": "tvdb"},
    **{"imdb": "imdb", "anidb": "anidb", "anilist": "anilist", "tvmaze": "tvmaze"},
}
_NAMED = re.compile(
    rf"(?<![^\W_])(?P<provider>{'|'.join(sorted(_PROVIDERS, key=len, reverse=True))})(?:[\s._\-]?id)?"
    r"(?:[\-=:_.]|\s?[\-=:]\s?)(?P<value>tt\d{1,9}|\d{1,9})(?![^\W_])",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![^\W_])tt\d{7,9}(?![^\W_])", re.IGNORECASE)
_EMPTY = re.compile(r"\s*(?:\[[\s,;|&+\-]*\]|\{[\s,;|&+\-]*\}|\([\s,;|&+\-]*\))")

Ids = tuple[tuple[str, str], ...]
"""(provider, value) pairs, ascending; each provider once."""


def take(text: str) -> tuple[str, Ids]:
    """A name without the ids in it, and these. Two ids of one provider say nothing: neither is given."""
    found: dict[str, set[str]] = {}

    def named(match: re.Match[str]) -> str:
        provider = _PROVIDERS[match["provider"].lower()]
        value = canonical(provider, match["value"])
        if value is not None:
            found.setdefault(provider, set()).add(value)
        return ""

    def bare(match: re.Match[str]) -> str:
        found.setdefault("imdb", set()).add(canonical("imdb", match[0]) or "")
        return ""

    rest = _BARE.sub(bare, _NAMED.sub(named, text))
    if rest == text:
        return text, ()
    stripped = _EMPTY.sub("", rest)
    stripped = re.sub(r"[\s._\-]+(?=\.[A-Za-z0-9]{1,5}$)|[\s._\-]+$", "", stripped)
    return stripped or rest, tuple(
        sorted((provider, next(iter(values))) for provider, values in found.items() if len(values) == 1)
    )


def canonical(provider: str, value: str) -> str | None:
    """One spelling of an id; None where it is none (`0`, text where a number belongs)."""
    digits = value.strip().lower().removeprefix("tt")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9 or int(digits) == 0:
        return None
    return f"tt{int(digits):07d}" if provider == "imdb" else str(int(digits))


def joined(own: Ids, above: Sequence[Ids]) -> Ids:
    """Own ids, and those of the folders (nearest first) of providers that are not among them."""
    known = dict(own)
    for ids in above:
        for provider, value in ids:
            known.setdefault(provider, value)
    return tuple(sorted(known.items()))
