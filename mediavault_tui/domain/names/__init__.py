"""Reads release names: what the name of a video, its folders and its neighbours say it is.

Three steps, so that the dear one runs once for each distinct string:

    read(text)              one string alone: guessit with explained corrections (milliseconds)
    place(folders, names)   all names of one folder, its folders and neighbours (microseconds each)
    parse(path_text)        both for a single name

What a string says is read in four moves: `episode_search` looks for episode notation (`episode_notation`,
`episode_words`, `episode_numbers`) and puts a plain `S01E01` in its place; `guessit_adapter` asks guessit,
`fast_guessit` in its quicker form; `guessit_corrections` takes back what guessit saw in numbers that are
none; `title_bounds` finds where the title ends, with `prefixes`, `seasons`, `trailing_tags`,
`bracket_titles` and `writing_systems`, and `dates` its day and year. `parser` holds these together.
`extras`, `folder_roles` and `siblings` know the conventions of collections, and `merge` joins everything
into a `ReleaseName`.

Where projects disagree, the majority of them decided: an anime's absolute number is an episode without a
season, `Show S2 - 05` is season 2, `Show - Subtitle - 05` keeps its subtitle, `Show 2005 S01E01` gives up the
year and `The Office US S01E01` the country, a number behind a spaced dash is absolute (`Show - 107`) and one
between dots is not (`show.107.hdtv`), words behind a leading number are the episode's title, a broadcaster in
front (`BBC.Some.Title`) is none of it, and of two scripts the Latin one names the work.
"""

from mediavault_tui.domain.names.merge import parse, place
from mediavault_tui.domain.names.parser import PARSER_VERSION, Reading, read

__all__ = ["PARSER_VERSION", "Reading", "parse", "place", "read"]
