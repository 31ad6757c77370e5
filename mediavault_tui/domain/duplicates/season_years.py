"""Whose year a name gives: the show's (`Show (2015) S03E02`) or the season's (`Show.S03E02.2017`)."""

import re
from functools import lru_cache

from mediavault_tui.domain.duplicates.values import Candidate

_MARK = re.compile(r"s\d{1,4}[\W_]{0,3}e\d|(?<!\d)\d{1,2}x\d{2}(?!\d)", re.IGNORECASE)


def is_seasons(file: Candidate) -> bool:
    """Whether the year of an episode stands behind its number, where releases give the year it was shown."""
    release = file.release
    return bool(release.year and release.season and release.episodes) and _behind(
        file.name, str(release.year)
    )


@lru_cache(maxsize=16384)
def _behind(name: str, year: str) -> bool:
    mark = _MARK.search(name)
    return mark is not None and name.find(year) > mark.start()


def disagreement(a: Candidate, b: Candidate) -> str | None:
    """Why two different years of shows speak against one show; None where they can be of one."""
    ours, theirs = a.release.year, b.release.year
    if ours is None or theirs is None or ours == theirs:
        return None
    of_season = is_seasons(a), is_seasons(b)
    if of_season == (True, True):
        fits = abs(ours - theirs) == 1  # a season runs over new year
    elif any(of_season):
        shown, began = (ours, theirs) if of_season[0] else (theirs, ours)
        latest = began + 1 if a.release.season == 1 else shown
        fits = began <= shown <= latest
    else:
        fits = False
    return None if fits else f"another year: {ours} / {theirs}"
