"""Episode notation with words, in several languages: `Season 1 Episode 2`, `Folge 3`, `[Cap.102]`."""

from mediavault_tui.domain.names.episode_notation import (
    PICTURE_HEIGHTS,
    YEAR_INSIDE,
    Mark,
    compiled,
    finish,
    span_numbers,
)

_SEASON_WORD = (
    r"(?:seasons?|saison|staffel|temporada|tem|temp|stagion[ei]|seizoen|sezon|sezóna|сезон|sn"
    r"|sæson|säsong|sesong|kausi|évad)"
)
_EPISODE_WORD = (
    r"(?:episodes?|épisodes?|epis[óo]dio|eps?|capitulo|cap|folge|aflevering|afl|odcinek|odc|avsnitt|afsnit"
    r"|jakso|epizoda|díl|серии|серия|эпизод)"
)
_WORDS = compiled(
    rf"""
    (?<![a-z0-9]) (?:(?:{_SEASON_WORD}|series)[\s._:№\-]{{0,4}}(\d{{1,4}}) | s[\s]?(\d{{1,3}}))
    [\s._,\-/:\[\]()]{{1,4}}
    (?:{_EPISODE_WORD}[\s._:#№\-]{{0,3}} | e[\s._]?) (\d{{1,4}}) (?!\d)
    """
)


def words(text: str) -> Mark | None:
    """`Season 01 Episode 1-4`, `S2 E 02`, `Saison 1 - Episode 3`, `Sn4 Ep14`, `Сезон: 2 / Серии: 1-5`."""
    if not (m := _WORDS.search(text)):
        return None
    return finish(text, m.start(), m.end(), int(m[1] or m[2]), m[3])


_SEASON_THEN_NUMBER = compiled(
    rf"""
    (?<![a-z0-9])
    (?: {_SEASON_WORD}[\s._]?(?!\d\d-\d\d(?!\d))(\d{{1,2}}) | s(?!\d\d-\d\d)(\d{{1,2}})
    | (\d{{1,2}})(?:st|nd|rd|th)[\s._]season )
    [\s._)\]]{{0,2}} (?:[\s._]-[\s._]*|[\s._]|-|[\s._]?[\[(]) [#]? (\d{{2,4}}) (?:v\d)?
    (?= [\s._]* (?:$|[\[(\])]|-|~) | [\s._](?!\d) )
    """
)


def season_then_number(text: str) -> Mark | None:
    """`Season 3 - 11`, `S2 - 07v2`, `3rd Season - 23`, `(S4-24)`, `S21 1000`; not the ranges `S1-7`, `S01-07`."""
    for m in _SEASON_THEN_NUMBER.finditer(text):
        number = int(m[4])
        if 1900 <= number <= 2099 or number in PICTURE_HEIGHTS or text[m.end(4) : m.end(4) + 1] in {"p", "i"}:
            continue
        return finish(text, m.start(), m.end(), int(m[1] or m[2] or m[3]), m[4])
    return None


_EPISODE = compiled(
    rf"""
    (?<![a-z0-9]) (?: {_EPISODE_WORD}[\s._\-]{{0,2}}[#]?[\s._]? | e(?=\d\d|\d-\d) ) (\d{{1,4}})
    (?! \d | [a-z]+\d | [e-u][a-z] )
    """
)


def episode_word(text: str) -> Mark | None:
    """`Episode 12`, `Ep24`, `E66`, `Cap-52`, `E1-200`: no season is said."""
    m = _EPISODE.search(text)
    return finish(text, m.start(), m.end(), None, m[1]) if m and film_episode_year(text) is None else None


_CHAPTER = compiled(r"(?<![a-z]) cap(?:itulo)?[\s._]? (\d{1,2})(\d\d) (?:[_\-](\d{1,2})(\d\d))? (?!\d)")


def chapter(text: str) -> Mark | None:
    """`[Cap.102]`, `[Cap.1503_1506]`: season and episode in one number, as Spanish releases write it."""
    if not (m := _CHAPTER.search(text)):
        return None
    numbers = [int(m[2])] + ([int(m[4])] if m[4] and m[3] == m[1] else [])
    return Mark(m.start(), m.end(), int(m[1]), span_numbers(numbers, True))


_FILM_EPISODE = compiled(
    r"(?<![a-z0-9])episode[\s._]+[1-9](?=[\s._(\[]+[^\W\d_](?:[^\W\d_]|').*?(?<!\d)((?:19|20)\d\d)(?![\dx]))"
)


def film_episode_year(text: str) -> int | None:
    """Where the year stands in `Star Wars Episode 4 A New Hope 1977`: an unpadded number, words, and a year."""
    m = _FILM_EPISODE.search(text)
    return m.start(1) if m else None


_COUNTER = "[话話集回화회]"  # of episodes, in Chinese, Japanese and Korean
_NUMBERED = compiled(rf"[第제][\s]?(\d{{1,4}}) (\.[1-9])? (?:[\-~][\s]?第?[\s]?(\d{{1,4}}))?[\s]?{_COUNTER}")
_COUNTED_ALL = compiled(rf"(?<=[\s._\[(【])[全共][\s]?()()(\d{{1,4}})[\s]?{_COUNTER}")
_NUMBER_ONLY = compiled(
    rf"(?<=[\s._\[(【]) (\d{{1,4}}) (\.[1-9])? (?:[\-~](\d{{1,4}}))?[\s]?{_COUNTER} (?=[\s._\])】]|$)"
)


def east_asian(text: str) -> Mark | None:
    """`第01话`, `第 7 集`, `第1-12集`, `[857集]`, `650회`, `全24集`: the episode, in a season that stands elsewhere."""
    m = _NUMBERED.search(text) or _COUNTED_ALL.search(text) or _NUMBER_ONLY.search(text)
    if not m:
        return None
    numbers = [int(n) for n in (m[1] or 1, m[3]) if n]
    return Mark(m.start(), m.end(), None, span_numbers(numbers, True), piece=m[2] or None)


_NUMBER_BEFORE_WORD = compiled(
    r"""
    (?<!\d)(\d{1,2})(?:-[йя])?[\s._\-]{0,2}(?:sezon[a-z]?|сезон|sez|temporada|staffel|évad)[\s._,]{1,3}
    (\d{1,4}) (?:-(\d{1,4})|-[йя])? [\s._]{0,2}
    (?:b[öo]l[üu]m|сери[яий]|ser(?:i[ijy]?a?)?|folge|episodio|r[ée]sz)(?![^\W_])
    """
)


def number_before_word(text: str) -> Mark | None:
    """`2.Sezon.7.Bölüm`, `8.sez.21.ser.iz.23`, `5-й сезон 09-я серия`: the numbers come before their words."""
    if not (m := _NUMBER_BEFORE_WORD.search(text)):
        return None
    numbers = [int(m[2])] + ([int(m[3])] if m[3] else [])
    return Mark(m.start(), m.end(), int(m[1]), span_numbers(numbers, True))


_MINI_SERIES = compiled(
    r"""
    (?<=[\s._\-]) (?:series[\s._](\d{1,2})[\s._]+)? (?:part|pt)[\s._]?
    (\d{1,2}|one|two|three|four|five|six|i{1,3}|iv|vi{0,3}|ix|x) (?![a-z0-9])
    (?= .*(?:hdtv|pdtv|dsr|tvrip|satrip|dvb) | \.\d{3,4}p(?!.*(?:blu|b[dr]rip|dvd|remux|web)) )
    """
)
_SEASON_GIVEN = compiled(r"(?<![a-z0-9])s\d{1,2}[\s._]+$")  # `Show.S05.Part1.1080p`: half a season
_ONE_TO_EIGHT = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


def mini_series(text: str) -> Mark | None:
    """`Some.Event.Part.Two.720p.HDTV`, `Some.Event.Part.2.720p-GRP`: parts without a year, and not from a disc.

    Such a series has one season; a film's release gives its year.
    """
    m = _MINI_SERIES.search(text)
    if m is None or YEAR_INSIDE.search(text, m.end()) or _SEASON_GIVEN.search(text, 0, m.start()):
        return None
    word = m[2].casefold()
    number = next((words.index(word) + 1 for words in (_ONE_TO_EIGHT, _ROMAN) if word in words), None)
    return Mark(m.start(), m.end(), int(m[1] or 1), (number or int(word),))


_PARTS = compiled(
    r"(?<=[\s._\-])(?:part|pt)[\s._]?(\d{1,2})[\s._]*(and|to|&|\+)[\s._]*(?:(?:part|pt)[\s._]?)?(\d{1,2})(?![^\W_])"
)


def parts(text: str) -> Mark | None:
    """`Show part 1 and part 2`, `Show part 1 to 4`: several parts in one file are episodes, not discs."""
    m = _PARTS.search(text)
    if m is None or int(m[3]) <= int(m[1]):
        return None
    return Mark(m.start(), m.end(), None, span_numbers([int(m[1]), int(m[3])], m[2] == "to"))


_ROMAN_EPISODE = compiled(
    r"(?<=[\s._\-])(?:ep|episode)[\s._]([ivx]{1,5})(?=$|[\s._]+(?:\d{3,4}p|hdtv|web|\[))"
)


def roman_episode(text: str) -> Mark | None:
    """`Show - Episode VIII`, where the name ends: `Star Wars Episode IV A New Hope` goes on."""
    m = _ROMAN_EPISODE.search(text)
    if m is None or m[1].casefold() not in _ROMAN:
        return None
    return Mark(m.start(), m.end(), None, (_ROMAN.index(m[1].casefold()) + 1,))


_SPECIAL = compiled(r"(?<=[\s._\-])sp[\s._]?(\d{1,2})(?:v\d)?(?=[\s._]*(?:$|[\[(]))")


def special(text: str) -> Mark | None:
    """`[Group] Show - SP01 [1080p]`: specials stand in season 0."""
    m = _SPECIAL.search(text) if "[" in text else None
    return Mark(m.start(), m.end(), 0, (int(m[1]),)) if m else None


_COUNTED = compiled(
    r"(?<![a-z0-9]) (?:(\d{1,2})\.)? (\d{1,4}) \.?[\s._]? (?: (?:seri[yj]a|serya|серия|b[öo]l[üu]m|blm) (?![^\W_]) )"
)
_OF_TOTAL = compiled(
    r"""
    (?<![a-z0-9])(?<!cd)(?<!part.)(?<!dis[ck].)(?<!season.)(?<!episode.)(?<!folge.)(?<!\d[-~])
    (\d{1,3})[\s._]?(?:of|iz|из|von)[\s._]?(\d{1,3})(?!\d)
    """
)


_SERIES_BEFORE = compiled(  # British for a season
    r"(?<=[\s._])(?:series[\s._](\d{1,2})|season[\s._](\d{1,2})of\d{1,2})[\s._,]+$"
)


def number_with_word(text: str) -> Mark | None:
    """`(08.seriya)`, `20.01.serya`, `60. Bölüm`: a number with the word for an episode behind it."""
    if not (m := _COUNTED.search(text)):
        return None
    return Mark(m.start(), m.end(), int(m[1]) if m[1] else None, (int(m[2]),))


def counted(text: str) -> Mark | None:
    """`3iz6`, `Series 1 5of9`: a number out of a total."""
    if (m := _OF_TOTAL.search(text)) and 0 < int(m[1]) <= int(m[2]) and m.start() > 0:
        series = _SERIES_BEFORE.search(text, 0, m.start())
        season = int(series[1] or series[2]) if series else None
        return Mark(series.start() if series else m.start(), m.end(), season, (int(m[1]),))
    return None


_SEASON_PART = compiled(
    rf"(?<![a-z0-9]){_SEASON_WORD}[\s._](\d{{1,2}})[\s._]+part[\s._](\d{{1,2}}|[ivx]{{1,4}})(?![a-z0-9])"
)


def season_part(text: str) -> Mark | None:
    """`Show Season 4 Part 1`, `Show.Season.3.Part.IV`: the part counts as the episode."""
    if not (m := _SEASON_PART.search(text)):
        return None
    word = m[2].casefold()
    number = int(word) if word.isdigit() else _ROMAN.index(word) + 1 if word in _ROMAN else None
    return None if number is None else Mark(m.start(), m.end(), int(m[1]), (number,))
