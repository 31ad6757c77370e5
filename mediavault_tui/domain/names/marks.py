"""Episode notation: where a name says its season and episodes, and what it says.

guessit knows the common notations, but stumbles over rarer ones (`3x11m720p`, `S01E22c`, `[5.134]`,
`S07E22 - 7x23`) and over titles that hold numbers (`86 - 01`). A `Mark` found here is put in front of
guessit as a plain `S01E01` and its numbers are taken from the mark.
"""

import re
from collections.abc import Callable

import msgspec

SEP = r"[\s._\-]"
PICTURE_HEIGHTS = frozenset({360, 480, 540, 576, 720, 1080, 1440, 2160})
RANGE_LIMIT = 200
"""A longer range of episodes in one name is a misreading (years, dates)."""
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


Finder = Callable[[str], Mark | None]


def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


def span_numbers(numbers: list[int], joined_by_dash: bool) -> tuple[int, ...]:
    """Episodes meant by the numbers of a mark: two joined by a dash are a range, more are a list."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 2 and joined_by_dash and first < last <= first + RANGE_LIMIT:
        return tuple(range(first, last + 1))
    return tuple(sorted(set(numbers)))


# --- S01E02 -------------------------------------------------------------------------------------

_S_E = _rx(
    r"""
    (?:(?<![a-z0-9])|(?<=[a-z])(?=s\d\de\d\d))     # a word of its own, or glued: `zoos01e11`
    s[\s]?(\d{1,4}) [\s._\-\[\]]{0,3} (?:xe|ex|x|ep|e)[\s._(#]{0,2}(\d{1,5})
    """
)
_MORE_MARKED = _rx(
    r"[\s._]{0,3}(-|~|to|&|\+|,|and|et|al?)?[\s._]{0,3}(?:s(\d{1,4})[\s._]?)?(?:ep|e|x)[\s._]?(\d{1,5})(?!\d)"
)
_MORE_CROSS = _rx(r"[\s._]{0,3}([-~&+,])?[\s._]{0,3}()(?:(\d{1,4})x)(\d{1,3})(?!\d)")
_MORE_DASHED = _rx(r"[\s]?([-~&+])[\s]?(\d{1,5})(?![\d])(?!p\b)")
_MORE_NEXT = _rx(r"[._](\d{2,3})(?=[\s._\-\[(]|$)(?![\s._]\d)")


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
            return m.end(), number, (m[1] or "") in {"-", "~", "to", "a", "al"}
    if (m := _MORE_CROSS.match(text, at)) and int(m[3]) == season and int(m[4]) > last:
        return m.end(), int(m[4]), m[1] in {"-", "~"}
    if m := _MORE_DASHED.match(text, at):
        tight = m.end() - m.start() == 1 + len(m[2])
        fits = len(m[2]) <= max(width, 2) or (len(m[2]) == width + 1 and int(m[2]) < last + 50)
        if (tight or m[1] == "~") and fits and last < int(m[2]) <= last + RANGE_LIMIT:
            return m.end(), int(m[2]), m[1] in {"-", "~"}
    if (m := _MORE_NEXT.match(text, at)) and int(m[1]) == last + 1 and len(m[1]) == width:
        return m.end(), int(m[1]), False
    return None


_TAIL = _rx(r"(?:[a-d](?![a-z0-9])|v\d(?!\d))")  # half of an episode, or the release's version


def _finish(text: str, start: int, end: int, season: int | None, first: str) -> Mark:
    numbers = [int(first)]
    if m := _TAIL.match(text, end):
        end = m.end()
    end, dashed = _continuation(text, end, season, numbers, len(first))
    if m := _TAIL.match(text, end):
        end = m.end()
    return Mark(start, end, season, span_numbers(numbers, dashed))


def season_episode(text: str) -> Mark | None:
    """`S01E02`, `s1.e2`, `S01xE02`, `S02E03-04-05`, `S07E22 - 7x23`, `S01E22c`, `S01E06v2`."""
    if not (m := _S_E.search(text)):
        return None
    start = m.start()
    return _finish(text, start, m.end(), int(m[1]), m[2])


_CROSS = _rx(
    r"""
    (?:(?<![a-z0-9])|(?<=[a-z])(?=\dx\d\d\b))   # a word of its own, or glued: `Castle1x01`
    (\d{1,2}|(?:19|20)\d\d) [\s]?[x×х][\s]? (\d{1,3}) (?!\d) (?!x\d{3})
    """
)


def cross(text: str) -> Mark | None:
    """`1x02`, `3x11m720p`, `06х01-08` (Cyrillic х), `2013x15 - 2013x16`; never a picture size."""
    for m in _CROSS.finditer(text):
        episode = int(m[2])
        if episode in {264, 265} or (len(m[1]) == 4 and episode > 366):
            continue
        return _finish(text, m.start(), m.end(), int(m[1]), m[2])
    return None


# --- words --------------------------------------------------------------------------------------

_SEASON_WORD = r"(?:seasons?|saison|staffel|temporada|tem|temp|stagione|seizoen|sezon|сезон|sn)"
_EPISODE_WORD = r"(?:episodes?|épisodes?|epis[óo]dio|eps?|capitulo|cap|folge|aflevering|серии|серия)"
_WORDS = _rx(
    rf"""
    (?<![a-z0-9]) (?:(?:{_SEASON_WORD}|series)[\s._:\-]{{0,3}}(\d{{1,4}}) | s[\s]?(\d{{1,3}}))
    [\s._,\-/:\[\]()]{{1,4}}
    (?:{_EPISODE_WORD}[\s._:#\-]{{0,3}} | e[\s._]?) (\d{{1,4}}) (?!\d)
    """
)


def words(text: str) -> Mark | None:
    """`Season 01 Episode 1-4`, `S2 E 02`, `Saison 1 - Episode 3`, `Sn4 Ep14`, `Сезон: 2 / Серии: 1-5`."""
    if not (m := _WORDS.search(text)):
        return None
    return _finish(text, m.start(), m.end(), int(m[1] or m[2]), m[3])


_SEASON_THEN_NUMBER = _rx(
    rf"""
    (?<![a-z0-9])
    (?:{_SEASON_WORD}[\s._]?(\d{{1,2}}) | s(\d{{1,2}}) | (\d{{1,2}})(?:st|nd|rd|th)[\s._]season)
    [\s._)\]]{{0,2}} (?:[\s._]-[\s._]*|[\s._]|-|[\s._]?[\[(]) [#]? (\d{{2,4}}) (?:v\d)?
    (?= [\s._]* (?:$|[\[(\])]|-|~) | [\s._](?!\d) )
    """
)


def season_then_number(text: str) -> Mark | None:
    """`Season 3 - 11`, `S2 - 07v2`, `3rd Season - 23`, `(S4-24)`, `S21 1000`; not the range `S1-7`."""
    for m in _SEASON_THEN_NUMBER.finditer(text):
        number = int(m[4])
        if 1900 <= number <= 2099 or number in PICTURE_HEIGHTS or text[m.end(4) : m.end(4) + 1] in {"p", "i"}:
            continue
        return _finish(text, m.start(), m.end(), int(m[1] or m[2] or m[3]), m[4])
    return None


_EPISODE = _rx(
    rf"""
    (?<![a-z0-9]) (?: {_EPISODE_WORD}[\s._]{{0,2}}[#]?[\s._]? | e(?=\d\d) ) (\d{{1,4}})
    (?! \d | [a-z]+\d | [e-u][a-z] )
    """
)


def episode_word(text: str) -> Mark | None:
    """`Episode 12`, `Ep24`, `E66`: no season is said."""
    for m in _EPISODE.finditer(text):
        if not _film_episode(text, m):
            return _finish(text, m.start(), m.end(), None, m[1])
    return None


_CHAPTER = _rx(r"(?<![a-z]) cap(?:itulo)?[\s._]? (\d{1,2})(\d\d) (?:[_\-](\d{1,2})(\d\d))? (?!\d)")


def chapter(text: str) -> Mark | None:
    """`[Cap.102]`, `[Cap.1503_1506]`: season and episode in one number, as Spanish releases write it."""
    if not (m := _CHAPTER.search(text)):
        return None
    numbers = [int(m[2])] + ([int(m[4])] if m[4] and m[3] == m[1] else [])
    return Mark(m.start(), m.end(), int(m[1]), span_numbers(numbers, True))


_YEAR_LATER = re.compile(r"[\s._(\[]+[^\W\d_]{2,}.*?(?<!\d)(?:19|20)\d\d(?!\d)")


def _film_episode(text: str, m: re.Match[str]) -> bool:
    """`Star Wars Episode 4 A New Hope 1977`: words and a year after an unpadded number make a film."""
    return not m[1].startswith("0") and len(m[1]) == 1 and bool(_YEAR_LATER.match(text, m.end()))


# --- bare numbers -------------------------------------------------------------------------------

_TAIL_OF_NUMBER = r"(?:v\d)?(?:[\s._]?(?:END|FINAL|FIN|\(END\)|（END）|完|话|話))?"
_DASH_NUMBER = _rx(
    rf"""
    [\s._]-[\s._]+ [#]? (\d{{1,4}}) (?:[a-d](?=[\s._]))? {_TAIL_OF_NUMBER}
    (?: [\s._]*[-~,&][\s._]* (\d{{1,4}}) {_TAIL_OF_NUMBER} )?
    (?= [\s._]* (?: $ | [\[({{] | -[\s._] | [_\s.](?:\d{{3,4}}[pix]|dvd|bd|web|hd|vostfr|tv|x26|h26) ) )
    """
)


_PADDED_BEFORE = re.compile(r"[\s._](0\d{1,2})$")  # `Show 01 - 119 [Batch]` is a range


def dashed_number(text: str) -> Mark | None:
    """`One Piece - 1080`, `86 - 01 [720p]`, `Show - 01 ~ 12`: the last number after a spaced dash."""
    best = None
    for m in _DASH_NUMBER.finditer(text):
        if not (len(m[1]) == 4 and 1900 <= int(m[1]) <= 2099):
            best = m
            break
    if best is None or not text[: best.start()].strip(" ._-"):
        return None
    first = _PADDED_BEFORE.search(text, 0, best.start())
    if first and int(first[1]) < int(best[1]) and best[2] is None:
        return Mark(
            first.start(), best.end(), None, span_numbers([int(first[1]), int(best[1])], True), loose=True
        )
    return _loose(best)


_LEADING = _rx(r"(?:^|(?<=\]))[\s._]*(\d{1,4})(?:v\d|[a-d])?(?:-(\d{1,4}))?(?=$|\.\s|[\s._]+-[\s._]|-[\s._])")
_LEADING_PADDED = _rx(r"^[\s._]*(0\d{1,2})()(?=[\s._\-])")
_YEAR_INSIDE = re.compile(r"[\s._(\[](?:19|20)\d\d(?!\d)")


def leading_number(text: str) -> Mark | None:
    """`03.mkv`, `03 - Some Title`, `611-612 - Some Title`; not the numbered film `08. Some Film 2014`."""
    m = _LEADING.match(text) or _LEADING_PADDED.match(text)
    if m is None or (len(m[1]) == 4 and not m[1].startswith("0")) or _YEAR_INSIDE.search(text, m.end()):
        return None
    numbers = [int(m[1])]
    if m[2] and int(m[2]) > numbers[0]:
        numbers.append(int(m[2]))
    return Mark(m.start(1), m.end(), None, span_numbers(numbers, True), loose=True)


_NUMBER_BEFORE_WORD = _rx(
    r"""
    (?<!\d)(\d{1,2})[\s._\-]{0,2}(?:sezon[a-z]?|сезон|sez|temporada|staffel|évad)[\s._,]{1,3}
    (\d{1,4}) (?:-(\d{1,4}))? [\s._]{0,2}(?:b[öo]l[üu]m|сери[яий]|ser(?:i[ijy]?a?)?|folge|episodio|r[ée]sz)(?![^\W_])
    """
)


def number_before_word(text: str) -> Mark | None:
    """`2.Sezon.7.Bölüm`, `8.sez.21.ser.iz.23`: the numbers come before their words."""
    if not (m := _NUMBER_BEFORE_WORD.search(text)):
        return None
    numbers = [int(m[2])] + ([int(m[3])] if m[3] else [])
    return Mark(m.start(), m.end(), int(m[1]), span_numbers(numbers, True))


_DOTTED_PAIR = _rx(
    r"""
    (?: ^\[? | [\s_]-[\s_] | [\s_]\[ | [\s]ep(?:isode)?[\s] ) (\d{1,2})\.(\d{2,3}) (?: \]? $ | \] | [\s_]-[\s_] )
    """
)


def dotted_pair(text: str) -> Mark | None:
    """` - 6.01 - `, `[5.134] `, `Episode 1.22`: season and episode with a dot, set apart from the words."""
    if not (m := _DOTTED_PAIR.search(text)):
        return None
    return Mark(m.start(), m.end(), int(m[1]), (int(m[2]),))


_HYPHENED_PAIR = _rx(r"(?: ^ | (?<=[\s._\-]) ) (\d{1,2})[\-_](\d\d) (?: $ | (?=[\s.]+[^\W\d]) )")
_DOTTED_END = _rx(r"(?<=[a-z]\.) (0?[1-9]|[1-3]\d)\.(\d\d) (?= \.F$ | $)")


def hyphened_pair(text: str) -> Mark | None:
    """`4-13 Cursed`, `11-02 Title`, `Show 03-20`, `show_03_19`, `Show.02.09` where nothing but words is beside it."""
    m = _DOTTED_END.search(text)
    if m is None:
        m = _HYPHENED_PAIR.search(text)
        if m is None or (m.start() > 0 and m.end() < len(text) and text[m.end() :] != ".F"):
            return None
    if "[" in text or int(m[2]) == 0:
        return None
    return Mark(m.start(), m.end(), int(m[1]), (int(m[2]),))


_BOXED = _rx(
    rf"[\[(【{{] 第? (\d{{1,4}}) (?:[a-d](?=\W))? {_TAIL_OF_NUMBER} (?: [-~] (\d{{1,4}}) {_TAIL_OF_NUMBER} )? [\])】}}]"
)
_TECHNICAL = re.compile(r"(?<![a-z0-9])(?:\d{3,4}p|x26[45]|h[.\s]?26[45])(?![a-z])", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def boxed_number(text: str) -> Mark | None:
    """`[Group][Show][04][1080p]`, `Show (9)`, `【24（END）】`: a number alone in brackets, after a title."""
    for m in _BOXED.finditer(text):
        number = int(m[1])
        if 1870 <= number <= 2099 or number in PICTURE_HEIGHTS:
            continue
        tagged = _TECHNICAL.search(text, 0, m.start())
        if not tagged and _LETTERS.search(text, 0, m.start()) and not _YEAR_INSIDE.search(text, m.end()):
            return _loose(m)
    return None


_BEFORE_TAGS = _rx(
    rf"""
    (?<=[^\W\d_!?'.)\]]|[!?'.)\]]) (?<![a-z]\.) [\s._]+
    (\d{{1,4}}) {_TAIL_OF_NUMBER} (?: [-~] (\d{{2,4}}) {_TAIL_OF_NUMBER} )?
    (?= [\s._]* (?: $ | [\[(] | vostfr | dual[\s\-] | batch | \d{{3,4}}p ) )
    """
)
_HASH = _rx(r"(?<![a-z0-9])[#](\d{1,4})(?:[-~](\d{1,4}))?(?!\d)")


def number_before_tags(text: str) -> Mark | None:
    """`[Group] Show 214 [720p]`, `Show_01_[DVD]`, `Show 1-13 (Dub)`: a fansub name without a dash."""
    grouped = text.startswith("[")
    for m in _BEFORE_TAGS.finditer(text):
        number = int(m[1])
        if number in PICTURE_HEIGHTS or (1900 <= number <= 2099 and not m[2]):
            continue
        padded = m[1].startswith("0") and len(m[1]) <= 3
        if padded or (grouped and number >= 10) or (m[2] and number < int(m[2])):
            return _loose(m)
    return None


def hash_number(text: str) -> Mark | None:
    """`Show #957 (1280x720)`, `Show #1-4`."""
    m = _HASH.search(text)
    return _loose(m) if m else None


def _loose(m: re.Match[str]) -> Mark:
    """A mark from a match whose groups are the first and, maybe, the last number."""
    numbers = [int(m[1])] + ([int(m[2])] if m[2] and int(m[2]) > int(m[1]) else [])
    return Mark(m.start(), m.end(), None, span_numbers(numbers, True), loose=True)


_MINI_SERIES = _rx(
    r"""
    (?<=[\s._\-]) (?:series[\s._](\d{1,2})[\s._]+)? (?:part|pt)[\s._]?
    (\d{1,2}|one|two|three|four|five|six|i{1,3}|iv|vi{0,3}) (?![a-z0-9])
    (?= .*(?:hdtv|pdtv|dsr|tvrip|satrip|dvb) )
    """
)
_ONE_TO_EIGHT = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")


def mini_series(text: str) -> Mark | None:
    """`Some.Event.Part.Two.720p.HDTV`: what was recorded from television in parts and has no year after it.

    Such a series has one season.
    """
    m = _MINI_SERIES.search(text)
    if m is None or _YEAR_INSIDE.search(text, m.end()):
        return None
    word = m[2].casefold()
    number = next((words.index(word) + 1 for words in (_ONE_TO_EIGHT, _ROMAN) if word in words), None)
    return Mark(m.start(), m.end(), int(m[1] or 1), (number or int(word),))


_COUNTED = _rx(
    r"(?<![a-z0-9]) (?:(\d{1,2})\.)? (\d{1,3}) [\s._]? (?: (?:seri[yj]a|serya|серия|bölüm|bolum) (?![^\W_]) )"
)
_OF_TOTAL = _rx(
    r"(?<![a-z0-9])(?<!cd)(?<!part.)(?<!dis[ck].)(?<!\d[-~])(\d{1,3})[\s._]?(?:of|iz|из|von)[\s._]?(\d{1,3})(?!\d)"
)


def counted(text: str) -> Mark | None:
    """`(08.seriya)`, `20.01.serya`, `3iz6`, `5of9`: a number with its word behind it, or out of a total."""
    if m := _COUNTED.search(text):
        return Mark(m.start(), m.end(), int(m[1]) if m[1] else None, (int(m[2]),))
    if (m := _OF_TOTAL.search(text)) and 0 < int(m[1]) <= int(m[2]) and m.start() > 0:
        return Mark(m.start(), m.end(), None, (int(m[1]),))
    return None


_RUN_TOGETHER = _rx(
    r"""
    (?<=[a-z][\s._]) (?: (\d{1,2})(\d\d)[._\s\-](\d{1,2})?(\d\d) | (0?\d|1\d)(\d\d)(\d\d) )
    (?= [\s._]+(?:\d{3,4}p|hdtv|pdtv|dvd|web|x264|xvid) )
    """
)


def run_together(text: str) -> Mark | None:
    """`the.show.103.104.hdtv`, `show.10708.hdtv`: season and two neighbouring episodes in digits alone."""
    for m in _RUN_TOGETHER.finditer(text):
        season, first, last = (m[1], m[2], m[4]) if m[1] else (m[5], m[6], m[7])
        same = m[3] is None or m[3] == m[1]
        if same and int(first) < int(last) <= int(first) + 4:
            return Mark(m.start(), m.end(), int(season), tuple(range(int(first), int(last) + 1)))
    return None


_SEASON_PART = _rx(
    rf"(?<![a-z0-9]){_SEASON_WORD}[\s._](\d{{1,2}})[\s._]+part[\s._](\d{{1,2}}|[ivx]{{1,4}})(?![a-z0-9])"
)


def season_part(text: str) -> Mark | None:
    """`Show Season 4 Part 1`, `Show.Season.3.Part.IV`: the part counts as the episode."""
    if not (m := _SEASON_PART.search(text)):
        return None
    word = m[2].casefold()
    number = int(word) if word.isdigit() else _ROMAN.index(word) + 1 if word in _ROMAN else None
    return None if number is None else Mark(m.start(), m.end(), int(m[1]), (number,))


SURE: tuple[Finder, ...] = (season_episode, cross, chapter, words, number_before_word)
LIKELY: tuple[Finder, ...] = (
    season_then_number,
    dotted_pair,
    counted,
    mini_series,
    episode_word,
    dashed_number,
    season_part,
    hyphened_pair,
    leading_number,
    hash_number,
    boxed_number,
    number_before_tags,
    run_together,
)
"""Surest first; in a name with a date these are not asked, its numbers are the date's."""
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([\s._\-])[01]?\d\1[0-3]?\d|[0-3]?\d([\s._\-])[0-3]?\d\2(?:19|20)\d\d)(?!\d)"
)


def find(text: str) -> Mark | None:
    """The surest mark in a text without extension."""
    for finder in SURE if _DATE.search(text) else SURE + LIKELY:
        if mark := finder(text):
            return mark
    return None
