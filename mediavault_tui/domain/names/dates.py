"""The day a daily show was on and the year of a work, as a name gives them."""

import re

from mediavault_tui.domain.names import title_bounds
from mediavault_tui.domain.names.episode_notation import Mark
from mediavault_tui.domain.names.guessit_adapter import Guess
from mediavault_tui.domain.names.title_bounds import Head

_ISO_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[\s._\-](0\d|1[0-2])[\s._\-]([0-2]\d|3[01])(?!\d)")

_SIX_DIGITS = re.compile(r"(?<=[^\W\d][\s._\-])([0-3]\d)(0\d|1[0-2])([0-2]\d|3[01])(?=[\s._\-]|$)")


def day_in(guess: Guess, asked: str) -> tuple[str, int] | None:
    """The day a daily show was on, as an ISO date, and where the name says so (`Show_140722` is a day too)."""
    if m := _SIX_DIGITS.search(asked):
        return f"20{m[1]}-{m[2]}-{m[3]}", m.start()
    if m := _ISO_DAY.search(asked):
        return f"{m[1]}-{m[2]}-{m[3]}", m.start()
    for found in guess.get("date", ()):
        return str(found.value), found.start
    return None


def date(guess: Guess, mark: Mark | None, asked: str) -> str | None:
    """The day; beside an episode mark only with its whole year (`S02E21 - 18-5-4` is a title)."""
    day = day_in(guess, asked)
    if day is None or (mark and not re.search(r"(?:19|20)\d\d", asked[day[1] :][:12])):
        return None
    return day[0]


# Forms guessit misses: a year that opens a list in brackets, and one behind `Completa`.
_YEAR_AND_MORE = re.compile(
    r"[\[(]((?:19|20)\d\d)(?:-(?:19|20)\d\d)?,|\bcompleta?[\s._]((?:19|20)\d\d)\b"
    r"|(?<=[\s._(\[])((?:19|20)\d\d)-(?:19|20)\d\d(?=[\s._)\]])",
    re.I,
)


def year(guess: Guess, asked: str, head: Head) -> int | None:
    """The last year is the work's: `2047 - Sights of Death (2014)`; of a show's span the first (`2015-2017`).

    guessit misses years in lists (`[2017, США, WEBRip]`) and behind some words.
    """
    years = [f for f in title_bounds.release_years(guess, asked) if str(f.value) != head.title]
    if not years:
        m = title_bounds.OLD_YEAR.search(asked) or _YEAR_AND_MORE.search(asked)
        return int(m[m.lastindex or 0]) if m else None
    span = len(years) > 1 and asked[years[-2].end : years[-1].start].strip() == "-"
    return int(years[-2 if span and guess.get("season") else -1].value)
