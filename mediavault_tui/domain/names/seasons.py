"""Where a title gives way to its season: `Season 2`, `S02`, `2ª Temporada`, `第二季`."""

import re

import msgspec

_WORD = r"(?:season|saison|staffel|temporada|stagione|seizoen|sezon|сезон|sæson|säsong|sesong|évad)"
_SEASON = re.compile(
    r"[\s._(\[\-]+(?:(?:seasons?[\s._](?=s\d\d-s))?s(\d{1,2}|\s0\d|20\d\d)|(?:the[\s._]+)?(?:(?:complete|all)[\s._]+)?"
    r"(?:seasons?|saison|staffel|temporadas?|temp?|stagion[ei]|seizoen|sezon|сезон|sæson|säsong|sesong|kausi|évad|シーズン)[\s._:(№]{0,2}(?:s?o)?(\d{1,2})"
    r"|series[\s._](0?[1-9]\d?)(?=[\s._\-]*(?:$|\d{3,4}[pi]|dvd|complete|hdtv|[\[(]))"
    rf"|(\d{{1,2}})ª?[\s._](?:a|e|ao|to|-)[\s._]\d{{1,2}}ª?[\s._]{_WORD}"
    rf"|(\d{{1,2}})[\s._]?(?:st|nd|rd|th|ª|º|°|\.|-?(?:й|ый|ой|я))?[\s._]{_WORD}(?![\s._]*\d))(?![^\W_])",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\s._]*第[\s]?([一二三四五六七八九十]{1,3}|\d{1,2})[\s]?[季期][\s._]*")
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}


_S = r"(?:seasons?|series|saisons?|staffeln?|temporadas?|stagion[ei]|seizoen(?:en)?|sezon|сезон\w?|säsong|s)"
_TO = r"(?:--?|–|~|to|thru|through|bis|à|a|al|ao|по|(?:,[\s]*)?(?:and|&|\+|und|et|y|e)|,|/)"
_PACK = re.compile(
    rf"(?<![^\W_]){_S}[\s._:(]{{0,2}}(?P<one>\d{{1,2}})"
    rf"(?:[\s._]*{_TO}?[\s._]*{_S}[\s._]?\d{{1,2}}|[\s._]*{_TO}[\s._]*\d{{1,2}})+(?![^\W_]|[.,]\d(?!\d))"
    rf"|(?<![^\W_])(?P<two>\d{{1,2}})ª?(?:[\s._]*{_TO}[\s._]*\d{{1,2}}ª?)+[\s._]*"
    r"(?:сезон\w?|temporadas?|staffeln?)(?![^\W_])"
    r"|第[\s]?(?P<three>\d{1,2})-\d{1,2}[\s]?[季期]"
    r"|(?<![^\W_])(?:seasons|temporadas|saisons|staffeln)[\s._]*(?P<four>\d{1,2})[\s._]?:[\s._]?\d{1,2}(?![^\W_])",
    re.IGNORECASE,
)
_STEPS = re.compile(rf"(?:({_TO}|:)?[\s._ª]*(?:{_S}[\s._:(]{{0,2}})?)(\d{{1,2}})", re.IGNORECASE)
_LISTED = re.compile(r"^,|^(?:and|&|\+|und|et|y|e|/|)$")
_ROW = re.compile(
    rf"(?<![^\W_]){_S}[\s._:]{{1,2}}([1-9]\d?(?:[\s._][1-9]\d?){{2,}})(?=[\s._)\]]|$)", re.IGNORECASE
)


def pack(text: str) -> tuple[int, ...]:
    """The seasons of a pack of several: `S01-S03`, `Season 1-3`, `S01S02`, `Seasons 1 & 2`, `Temporada 1 a 3`."""
    if m := _ROW.search(text):
        return _row([int(number) for number in re.findall(r"\d+", m[1])])
    m = _PACK.search(text)
    if m is None:
        return ()
    found: list[int] = []
    for step in _STEPS.finditer(m[0].lstrip("第")):
        joint, number = (step[1] or "").casefold(), int(step[2])
        if not found or _LISTED.match(joint):
            found.append(number)
        else:
            found += range(found[-1] + 1, number + 1)
    return tuple(sorted(set(found))) if len(set(found)) > 1 else ()


def _row(numbers: list[int]) -> tuple[int, ...]:
    """`Season 1 2 3 4 1080p`: numbers beside each other are seasons as long as they count up by one."""
    count = next((i for i, n in enumerate(numbers) if n != numbers[0] + i), len(numbers))
    return tuple(numbers[:count]) if count > 2 else ()


class Season(msgspec.Struct, frozen=True):
    """A season and where its words stand."""

    number: int
    start: int
    end: int


def season_in(text: str) -> Season | None:
    """The first season named behind some words of a title."""
    m = _SEASON.search(text)
    if m is None or m.start() == 0:
        return None
    return Season(int(next(g for g in m.groups() if g)), m.start(), m.end())


def without_season(region: str, season: Season) -> str:
    """What stands before a season, and behind it where a second title follows (`名前 S2 / Show S2`)."""
    rest = re.match(r"[\s_]*/[\s_]*(?=[A-Za-z])", region[season.end :])
    if rest is None:
        return region[: season.start]
    return f"{region[: season.start]} / {_SEASON.split(region[season.end + rest.end() :], 1)[0]}"


def chinese_season(text: str) -> Season | None:
    """`打工吧 第二季 / Working`, `第10季`: it may stand in the middle, between two spellings of the title."""
    m = _CHINESE.search(text)
    return Season(_number(m[1]), m.start(), m.end()) if m else None


def _number(text: str) -> int:
    """`二` is 2, `十` 10, `十二` 12, `二十一` 21."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    value = _DIGITS.get(ones[-1:], 0)
    return value + (10 * _DIGITS.get(tens[-1:], 1) if ten else 0)
