"""Reads release names: what the name of a video, its folders and its neighbours say it is.

Three steps, so that the dear one runs once for each distinct string:

    read(text)              one string alone: guessit with explained corrections (milliseconds)
    place(folders, names)   all names of one folder, its folders and neighbours (microseconds each)
    parse(path_text)        both for a single name

`marks` finds episode notation, `titles` finds where a title ends, `engine` asks guessit, `reading` puts
them together; `folders`, `extras` and `neighbours` know the conventions of collections; `placing` joins
everything into a `ReleaseName`.
"""

from mediavault_tui.domain.names.placing import parse, place
from mediavault_tui.domain.names.reading import PARSER_VERSION, Reading, read

__all__ = ["PARSER_VERSION", "Reading", "parse", "place", "read"]
