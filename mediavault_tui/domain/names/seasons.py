"""Where a title gives way to its season: `Season 2`, `S02`, `2ª Temporada`, `第二季`."""

import re

import msgspec

_WORD = r"(?:season|saison|staffel|temporada|stagione|seizoen|sezon|сезон|sæson|säsong|sesong|évad)"
_SEASON = re.compile(
    r"[\s._(\[\-]+(?:(?:seasons?[\s._](?=s\d\d-s))?s(\d{1,2}|\s0\d|20\d\d)|(?:the[\s._]+)?(?:(?:complete|all)[\s._]+)?"
    r"(?:seasons?|saison|staffel|temporadas?|temp?|stagion[ei]|seizoen|sezon|сезон|sæson|säsong|sesong|kausi|évad|シーズン)[\s._:(№]{0,2}(?:s?o)?(\d{1,2})"
    r"|series[\s._](\d{1,2})(?=[\s._\-]*(?:$|\d{3,4}[pi]|dvd|complete|hdtv|[\[(]))"
    rf"|(\d{{1,2}})ª?[\s._](?:a|e|ao|to|-)[\s._]\d{{1,2}}ª?[\s._]{_WORD}"
    rf"|(\d{{1,2}})[\s._]?(?:st|nd|rd|th|ª|º|°|\.|-?(?:й|ый|ой|я))?[\s._]{_WORD}(?![\s._]*\d))(?![^\W_])",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\s._]*第[\s]?([一二三四五六七八九十]{1,3}|\d{1,2})[\s]?[季期][\s._]*")
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}


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
