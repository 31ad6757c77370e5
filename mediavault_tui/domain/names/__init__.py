"""Reads release names: what the name of a video, its folders and its neighbours say it is.

Three steps, so that the dear one runs once for each distinct string:

    read(text)              one string alone: guessit with explained corrections (milliseconds)
    place(folders, names)   all names of one folder, its folders and neighbours (microseconds each)
    parse(path_text)        both for a single name

What a string says is read in four moves: `finding` looks for episode notation (`marks`, `words`, `numbers`)
and puts a plain `S01E01` in its place; `engine` asks guessit, `steady` in its quicker form; `sifting` takes
back what guessit saw in numbers that are none; `titles` finds where the title ends, with `fronts`, `seasons`,
`tags`, `boxes` and `scripts`, and `dates` its day and year. `reading` holds these together. `extras`, `folders`
and `neighbours` know the conventions of collections, and `placing` joins everything into a `ReleaseName`.

Where projects disagree, the majority of them decided: an anime's absolute number is an episode without a
season, `Show S2 - 05` is season 2, `Show - Subtitle - 05` keeps its subtitle, `Show 2005 S01E01` gives up the
year and `The Office US S01E01` the country, a number behind a spaced dash is absolute (`Show - 107`) and one
between dots is not (`show.107.hdtv`), words behind a leading number are the episode's title, a broadcaster in
front (`BBC.Some.Title`) is none of it, and of two scripts the Latin one names the work.
"""

from mediavault_tui.domain.names.placing import parse, place
from mediavault_tui.domain.names.reading import PARSER_VERSION, Reading, read

__all__ = ["PARSER_VERSION", "Reading", "parse", "place", "read"]
