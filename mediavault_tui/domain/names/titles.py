"""Where the title of a name stands: after the group in front, before the first sure sign that it ended.

guessit cuts titles at any word it knows (`The Good German`, `Johnny English`, `Saw 3D`, `Dune Part Two`).
When a sure sign follows (an episode mark or a year), everything before it is title.
"""

import re

from mediavault_tui.domain.names.engine import Guess

_GROUP_IN_FRONT = re.compile(r"^\s*(?:\[[^\[\]]*\]|【[^【】]*】|★|\{[^{}]*\})[\s._\-]*(?=\S)")
_SITE = re.compile(
    r"^\s*[\[({]?\s*(?:https?://)?(?:www[\s.]+[\w\-]+[\s.]+[a-z]{2,5}|[\w\-]+\.(?:com|org|net|tv))\b[\s\])}]*[\s._\-]*",
    re.IGNORECASE,
)
_TAG_IN_FRONT = frozenset({"screen_size", "source", "video_codec", "audio_codec", "release_group"})
_EDITION_END = re.compile(
    r"[\s(\[]+(?:(?:the[\s]+)?(?:extended|unrated|theatrical|special|collector'?s?|ultimate|limited|final|uncut|"
    r"director'?s?|criterion|anniversary|imax|\d+th[\s]anniversary)[\s]+(?:edition|cut|version|collection)|"
    r"extended|unrated|remastered|uncut|uncensored|custom|internal|integral|repack|proper|complete(?:[\s]+(?:series|collection|"
    r"version))?|collection|trilogy)\)?$",
    re.IGNORECASE,
)
_UPPER_TAG = re.compile(
    r"[\s(\[]+(?:FRENCH|TRUEFRENCH|GERMAN|ITALIAN|SPANISH|MULTI|VOSTFR|iTA|ITA|ENG|DUAL|NORDiC|SWEDISH|DUTCH|"
    r"iNTERNAL|INTERNAL|LIMITED|EXTENDED|UNRATED|PROPER|REPACK|DC|UNCUT|CUSTOM)\)?$"
)
_YEAR_END = re.compile(r"[\s(\[]+((?:19|20)\d\d)[\s)\]]*$")


def clean(text: str) -> str | None:
    """A readable title from raw text: separators become spaces, loose brackets and dashes at the ends go."""
    if "_" in text and " " not in text:
        text = text.replace("_", " ")
    text = text.replace("_", " ")
    if "." in text:
        text = _undot(text)
    text = re.sub(r"\s+", " ", text).strip(" -–,;:/|~+\t")
    text = _unbracket(text).strip(" -–,;:/|~+")
    return text or None


_INITIALS = re.compile(r"(?<![A-Za-z])((?:[A-Za-z]\.){2,})(?=\s|$|[A-Za-z0-9])")


def _undot(text: str) -> str:
    """Dots as spaces, but not those of initials (`S.H.I.E.L.D.`), nor in a text with spaces (`Dr. House`)."""
    if " " in text.strip():
        return text
    kept = _INITIALS.sub(lambda m: m[1][:-1].replace(".", "\0") + ".", text)
    return kept.replace(".", " ").replace("\0", ".")


def _unbracket(text: str) -> str:
    """Drops a bracket that lost its partner at an end."""
    for left, right in ("()", "[]", "{}", "【】"):
        if text.endswith(left):
            text = text[:-1]
        if text.count(left) > text.count(right) and text.startswith(left):
            text = text[1:]
        if text.count(left) != text.count(right):
            if text.endswith(right):
                text = text[:-1]
            cut = text.rfind(left)
            if text.count(left) > text.count(right) and cut > 0:
                text = text[:cut]
    return text.strip()


def skip_front(text: str) -> int:
    """Where the title may begin: behind release groups in brackets and addresses of sites."""
    at = 0
    while True:
        rest = text[at:]
        m = _SITE.match(rest) or _GROUP_IN_FRONT.match(rest)
        if m is None or m.end() == 0 or at + m.end() >= len(text):
            return at
        at += m.end()


def trim_end(title: str) -> tuple[str, int | None]:
    """Takes a year and tags (`Extended Edition`, `FRENCH`) off the end of a title; returns the year too."""
    year = None
    while True:
        if m := _YEAR_END.search(title):
            year, title = year or int(m[1]), title[: m.start()]
        elif m := (_EDITION_END.search(title) or _UPPER_TAG.search(title)):
            title = title[: m.start()]
        else:
            return title.strip(" -([{"), year


def before(text: str, cut: int) -> tuple[str | None, int | None]:
    """Title and year standing before position `cut`, from the front of the text."""
    start = skip_front(text[:cut]) if cut else 0
    cleaned = clean(text[start:cut])
    if cleaned is None:
        return None, None
    title, year = trim_end(cleaned)
    return clean(title) if title else None, year


def year_cut(guess: Guess, text: str) -> int | None:
    """Where the year stands that ends a film's title; None when there is none or it opens the name."""
    years = guess.get("year", ())
    if not years:
        return None
    at = years[0].start
    return at if text[:at].strip(" ._-([") else None
