"""Asks all finders of episode notation, the surest first."""

import re
from collections.abc import Callable

from mediavault_tui.domain.names import marks, numbers, words
from mediavault_tui.domain.names.marks import Mark

Finder = Callable[[str], Mark | None]

SURE: tuple[Finder, ...] = (
    marks.season_episode,
    marks.cross,
    marks.rare,
    words.chapter,
    words.words,
    words.number_before_word,
    words.east_asian,
    words.number_with_word,
)
LIKELY: tuple[Finder, ...] = (
    words.season_then_number,
    numbers.dotted_pair,
    words.counted,
    words.parts,
    words.mini_series,
    words.episode_word,
    words.roman_episode,
    words.special,
    numbers.dashed_number,
    words.season_part,
    numbers.hyphened_pair,
    numbers.leading_number,
    numbers.hash_number,
    numbers.boxed_number,
    numbers.run_together,
    numbers.number_before_tags,
)
"""Surest first; in a name with a date these are not asked, its numbers are the date's."""
_DATE = re.compile(
    r"(?<![\d\-])(?:(?:0\d|1[0-2])([\-.])(?:1[3-9]|2\d|3[01])\1\d\d(?=$|[\s._]*[^\W\d_])|"
    r"(?:19|20)\d\d([\s._\-])[01]?\d\2[0-3]?\d|[0-3]?\d([\s._\-])[0-3]?\d\3(?:19|20)\d\d)(?!\d)"
)


def find(text: str) -> Mark | None:
    """The surest mark in a text without extension."""
    for finder in SURE if _DATE.search(text) else SURE + LIKELY:
        if mark := finder(text):
            return mark
    return None
