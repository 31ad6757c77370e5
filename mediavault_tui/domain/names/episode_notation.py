"""Episode notation: what a mark is, and the sure ones (`S01E02`, `1x02`).

guessit knows the common notations, but stumbles over rarer ones (`3x11m720p`, `S01E22c`, `[5.134]`,
`S07E22 - 7x23`) and over titles that hold numbers (`86 - 01`). A `Mark` found here is put in front of
guessit as a plain `S01E01` and its numbers are taken from the mark.
"""

import re

import msgspec

from mediavault_tui.domain.names import masking

YEAR_INSIDE = re.compile(r"[\s._(\[](?:19|20)\d\d(?![\dx年])")
PICTURE_HEIGHTS = frozenset({360, 480, 540, 576, 720, 1080, 1440, 2160})
RANGE_LIMIT = 200
"""A longer range of episodes in one name is a misreading (years, dates)."""
WHOLE_SERIES_LIMIT = 998
"""The same for a range that begins with 1."""
FAR_RANGE_LIMIT = 30
"""The same, when spaces stand between: `S05E53 - Ep.129` gives one episode in two countings."""


class Mark(msgspec.Struct, frozen=True):
    """One place in a text that says which episode it is."""

    start: int
    end: int
    season: int | None
    episodes: tuple[int, ...]
    loose: bool = False
    """Only a bare number: neighbours may know better."""
    piece: str | None = None
    """`a`, `b`, … of an episode cut into pieces; `.5` of what lies between two episodes."""


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern in verbose form that ignores case."""
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


def span_numbers(numbers: list[int], joined_by_dash: bool) -> tuple[int, ...]:
    """Episodes meant by the numbers of a mark: two joined by a dash are a range, more are a list."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 2 and joined_by_dash and first < last <= _range_end(first):
        return tuple(range(first, last + 1))
    return tuple(sorted(set(numbers)))


def _range_end(first: int) -> int:
    """The last number a range from `first` may reach: whole series are numbered from 1 (`E1-291`)."""
    return first + (RANGE_LIMIT if first > 1 else WHOLE_SERIES_LIMIT)


_S_E = compiled(
    r"""
    (?:(?<![a-z0-9])|(?<=[a-z])(?=s\d\de\d\d))     # a word of its own, or glued: `zoos01e11`
    s[\s]?o?(\d{1,4}) [\s._\-\[\]]{0,3} (?:xe|ex|x|ep|e)[\s._(#]{0,2}(\d{1,5})
    """
)
_MORE_MARKED = compiled(
    r"[\s._]{0,3}(-|~|to|thru|through|bis|&|\+|,|and|et|al?|à)?[\s._]{0,3}(?:s(\d{1,4})[\s._]?)?(?:ep|e|x)[\s._]?(\d{1,5})(?!\d)"
)
_MORE_CROSS = compiled(r"[\s._]{0,3}([-~&+,])?[\s._]{0,3}()(?:(\d{1,4})x)(\d{1,3})(?!\d)")
_MORE_DASHED = compiled(
    r"[\s]?([-~&+])[\s]?(\d{1,5})(?!\d|(?:st|nd|rd|th|p)(?![a-z0-9]))"
)  # not `-31st_Century`
_MORE_IN_BRACKETS = compiled(r"\s-\s(\d{1,4})(?=[)\]])")  # `S01 (01 - 12)`
_MORE_NEXT = compiled(r"[._](\d{2,3})(?=[\s._\-\[(]|$)(?![\s._]\d)")


_UP_TO = frozenset({"-", "~", "to", "thru", "through", "bis", "a", "à", "al"})


def _continuation(text: str, at: int, season: int | None, numbers: list[int], width: int) -> tuple[int, bool]:
    """Reads further episodes standing right after position `at` into `numbers`; returns end and dash."""
    dashed = False
    while True:
        step = _one_more(text, at, season, numbers, width)
        if step is None:
            return at, dashed
        at, number, dash = step
        dashed = dashed or dash
        numbers.append(number)


def _one_more(
    text: str, at: int, season: int | None, numbers: list[int], width: int
) -> tuple[int, int, bool] | None:
    last = numbers[-1]
    if m := _MORE_MARKED.match(text, at):
        number = int(m[3])
        limit = RANGE_LIMIT if m.start(3) - m.start() <= 5 else FAR_RANGE_LIMIT
        glued = m.start(3) == at + 1
        if (m[2] is None or int(m[2]) == season) and (glued or last <= number <= last + limit):
            return m.end(), number, (m[1] or "").casefold() in _UP_TO
    if (m := _MORE_CROSS.match(text, at)) and int(m[3]) == season and int(m[4]) > last:
        return m.end(), int(m[4]), m[1] in {"-", "~"}
    if m := _MORE_DASHED.match(text, at):
        tight = m.end() - m.start() == 1 + len(m[2])
        fits = len(m[2]) <= max(width, 2) or (len(m[2]) == width + 1 and int(m[2]) < last + 50)
        fits = fits or (season is None and last == 1 and int(m[2]) not in PICTURE_HEIGHTS)
        if (tight or m[1] == "~") and fits and last < int(m[2]) <= _range_end(last):
            return m.end(), int(m[2]), m[1] in {"-", "~"}
    if (m := _MORE_IN_BRACKETS.match(text, at)) and last < int(m[1]) <= _range_end(last):
        return m.end(), int(m[1]), True
    if (m := _MORE_NEXT.match(text, at)) and int(m[1]) == last + 1 and len(m[1]) == width:
        return m.end(), int(m[1]), False
    return None


_TAIL = compiled(r"(?:([a-d])(?![a-z0-9])|v\d(?!\d))")  # piece of an episode, or the release's version
_BETWEEN = compiled(r"\.[1-9](?= $ | [\s_\-\[(\])] | \.(?:\d{3,4}[pi]|web|hdtv|bluray|bdrip|dvdrip) )")
"""`S01E11.5`, between two episodes; `S01E05.3.Days` goes on with its title."""


def finish(text: str, start: int, end: int, season: int | None, first: str) -> Mark:
    """The mark from `start`, read on behind `end` for further episodes after the `first`."""
    numbers = [int(first)]
    if m := _BETWEEN.match(text, end):
        return Mark(start, m.end(), season, (int(first),), piece=m[0])
    piece = None
    if m := _TAIL.match(text, end):
        end, piece = m.end(), m[1]
    end, dashed = _continuation(text, end, season, numbers, len(first))
    if m := _TAIL.match(text, end):
        end = m.end()
    return Mark(start, end, season, span_numbers(numbers, dashed), piece=piece if len(numbers) == 1 else None)


def season_episode(text: str) -> Mark | None:
    """`S01E02`, `s1.e2`, `S01xE02`, `S02E03-04-05`, `S07E22 - 7x23`, `S01E22c`, `S01E06v2`."""
    if not (m := _S_E.search(text)):
        return None
    start = m.start()
    return finish(text, start, m.end(), int(m[1]), m[2])


_CROSS = compiled(
    r"""
    (?:(?<![a-z0-9])|(?<=[a-z])(?=\dx\d\d\b))   # a word of its own, or glued: `Castle1x01`
    (?<![\s,(+]\d\.)                             # `5.1x2` are channels of sound
    (\d{1,2}|(?:19|20)\d\d) [\s]?[x×х][\s]? (\d{1,3}) (?!\d) (?!x\d{3})
    """
)


def cross(text: str) -> Mark | None:
    """`1x02`, `3x11m720p`, `06х01-08` (Cyrillic х), `2013x15 - 2013x16`; never a picture size."""
    for m in _CROSS.finditer(text):
        episode = int(m[2])
        if episode in {264, 265} or (len(m[1]) == 4 and episode > 366) or masking.channels(text, m.start()):
            continue
        return finish(text, m.start(), m.end(), int(m[1]), m[2])
    return None


_RARE = compiled(
    r"""
    (?<![a-z0-9]) (?: t(\d{1,2})x?e[\s._]?(\d{1,3}) | s(0\d)(\d\d) | (\d\d)e(\d\d) ) (?![a-z0-9])
    """
)


def rare(text: str) -> Mark | None:
    """`T02E22` (temporada), `S0615`, `01E06`."""
    if not (m := _RARE.search(text)):
        return None
    season, episode = (g for g in m.groups() if g)
    return finish(text, m.start(), m.end(), int(season), episode)
