"""Asks all finders of episode notation, the surest first."""

import re
from collections.abc import Callable

from mediavault_tui.domain.names import episode_notation, episode_numbers, episode_words
from mediavault_tui.domain.names.episode_notation import Mark

Finder = Callable[[str], Mark | None]

SURE: tuple[Finder, ...] = (
    episode_notation.season_episode,
    episode_notation.cross,
    episode_notation.rare,
    episode_words.chapter,
    episode_words.words,
    episode_words.number_before_word,
    episode_words.east_asian,
    episode_words.number_with_word,
)
LIKELY: tuple[Finder, ...] = (
    episode_words.season_then_number,
    episode_numbers.dotted_pair,
    episode_words.counted,
    episode_words.parts,
    episode_words.mini_series,
    episode_words.episode_word,
    episode_words.roman_episode,
    episode_words.special,
    episode_numbers.dashed_number,
    episode_words.season_part,
    episode_numbers.hyphened_pair,
    episode_numbers.leading_number,
    episode_numbers.hash_number,
    episode_numbers.boxed_number,
    episode_numbers.run_together,
    episode_numbers.number_before_tags,
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
