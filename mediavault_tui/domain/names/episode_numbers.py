"""Episode notation by bare numbers: `Show - 107`, `[04]`, `4-13`, `show.103.104`."""

import re

from mediavault_tui.domain.names.episode_notation import (
    PICTURE_HEIGHTS,
    YEAR_INSIDE,
    Mark,
    compiled,
    span_numbers,
)

_TAIL_OF_NUMBER = r"(?:v\d)?(?:[\s._]?(?:END|FINAL|FIN|\(END\)|（END）|完|话|話|集|回))?(?:[\s]?v\d)?"
_DASH_NUMBER = compiled(
    rf"""
    [\s._]-[\s._]+ [#]? (\d{{1,4}}) (?P<piece>[a-d](?=[\s._])|\.[1-9](?!\d))? {_TAIL_OF_NUMBER}
    (?: [\s._]*(?:[-~,&]|\b(?:ao|al|to|à)\b)[\s._]* (?:\d{{1,3}}-)? (?P<last>\d{{1,4}}) {_TAIL_OF_NUMBER} )?
    (?= [\s._]* (?: $ | [\[({{] | -[\s._] | [_\s.](?:\d{{3,4}}[pix]|dvd|bd|web|hd|vostfr|tv|x26|h26) ) )
    """
)
_PADDED_BEFORE = re.compile(r"[\s._](0\d{1,2})$")  # `Show 01 - 119 [Batch]` is a range


def dashed_number(text: str) -> Mark | None:
    """`One Piece - 1080`, `86 - 01 [720p]`, `Show - 01 ~ 12`, `Show - 215 ao 220`,
    `Show - 01-02-03 - Title`, `Show - 07.5`.

    The first number after a spaced dash counts.
    """
    best = None
    for m in _DASH_NUMBER.finditer(text):
        if not (len(m[1]) == 4 and 1900 <= int(m[1]) <= 2099):
            best = m
            break
    if best is None or not text[: best.start()].strip(" ._-"):
        return None
    first = _PADDED_BEFORE.search(text, 0, best.start())
    if first and int(first[1]) < int(best[1]) and best["last"] is None:
        return Mark(
            first.start(), best.end(), None, span_numbers([int(first[1]), int(best[1])], True), loose=True
        )
    return _loose(best)


_ABSOLUTE = compiled(r"[\s._]+(-[\s._]+)?(\d{3,4})[\s._\-]*$")
_SEASON_AND_EPISODE = compiled(r"[\[(]?(?:s\d{1,2}[\s._]?e|\d{1,2}x)\d")


def without_absolute(left: str, mark: Mark, written: str) -> str:
    """What stands before a mark, without the same episode's number in the other counting.

    That is behind a spaced dash (`Naruto - 154 - S07E12`), in a fansub's name (`[K-F] Show 214 10x14`), or as
    high as the seasons before make it (`Naruto 154 S07E12`; but `Room 104 - S02E03`, `The 4400 S03E01`).
    """
    m = _ABSOLUTE.search(left)
    if (
        m is None
        or not mark.season
        or not _SEASON_AND_EPISODE.match(written)
        or not left[: m.start()].strip(" ._-")
    ):
        return left
    number, seasons_before = int(m[2]), mark.season - 1
    plausible = seasons_before >= 4 and 12 <= number / seasons_before <= 80
    if 1900 <= number <= 2099 or not (m[1] or left.startswith("[") or plausible):
        return left
    return left[: m.start()]


_LEADING = compiled(
    r"(?:^|(?<=\]))[\s._]*(\d{1,4})(?:v\d|[a-d])?(?:-(\d{1,4}))?(?=$|\.\s|[\s._]+-[\s._]|-[\s._])"
)
_LEADING_PADDED = compiled(r"^[\s._]*(0\d{1,2})()(?=[\s._\-])")


def leading_number(text: str) -> Mark | None:
    """`03.mkv`, `03 - Some Title`, `611-612 - Some Title`; not the numbered film `08. Some Film 2014`."""
    m = _LEADING.match(text) or _LEADING_PADDED.match(text)
    if m is None or (len(m[1]) == 4 and not m[1].startswith("0")) or YEAR_INSIDE.search(text, m.end()):
        return None
    numbers = [int(m[1])]
    if m[2] and int(m[2]) > numbers[0]:
        numbers.append(int(m[2]))
    return Mark(m.start(1), m.end(), None, span_numbers(numbers, True), loose=True)


_BOXED = compiled(
    rf"""
    [\[(【{{] (?:第|tv[\s])? (\d{{1,4}}) (?P<piece>[a-c](?=\W)|\.5)? {_TAIL_OF_NUMBER}
    (?: [-~] (?P<last>\d{{1,4}}) {_TAIL_OF_NUMBER} )? [\])】}}]
    """
)
_TECHNICAL = re.compile(r"(?<![a-z0-9])(?:\d{3,4}p|x26[45]|h[.\s]?26[45])(?![a-z])", re.IGNORECASE)
_SEASONS_BEFORE = re.compile(r"\bseasons[\s._]*$", re.IGNORECASE)  # `All Seasons (1-8)`
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def boxed_number(text: str) -> Mark | None:
    """`[Group][Show][04][1080p]`, `Show (9)`, `【24（END）】`: a number alone in brackets, after a title.

    A letter behind it means half an episode, except `d`: `[3D]`.
    """
    for m in _BOXED.finditer(text):
        number = int(m[1])
        if 1870 <= number <= 2099 or number in PICTURE_HEIGHTS:
            continue
        tagged = _TECHNICAL.search(text, 0, m.start())
        if _SEASONS_BEFORE.search(text, 0, m.start()):
            continue
        if not tagged and _LETTERS.search(text, 0, m.start()) and not YEAR_INSIDE.search(text, m.end()):
            return _loose(m)
    return None


_BEFORE_TAGS = compiled(
    rf"""
    (?<=[^\W\d_!?'.)\]]|[!?'.)\]]) (?<![a-z]\.) (?<![\s._]s) [\s._]+
    (\d{{1,4}}) {_TAIL_OF_NUMBER} (?: (?:[-~]|[\s]~[\s]) (?P<last>\d{{2,4}}) {_TAIL_OF_NUMBER} )?
    (?= [\s._]* (?: $ | [\[(] | (vostfr) | gb[\s._] | big5 | ch[st][\s._] | dual[\s\-] | batch | \d{{3,4}}p ) )
    """
)
_HASH = compiled(r"(?<![a-z0-9])[#](\d{1,4})(?:[-~](?P<last>\d{1,4}))?(?!\d)")


def number_before_tags(text: str) -> Mark | None:
    """`[Group] Show 214 [720p]`, `Show_01_[DVD]`, `Show 1-13 (Dub)`: a fansub name without a dash."""
    grouped = text.startswith("[")
    for m in _BEFORE_TAGS.finditer(text):
        number = int(m[1])
        if number in PICTURE_HEIGHTS or (1900 <= number <= 2099 and (not m[2] or int(m[2]) <= 2099)):
            continue
        padded = m[1].startswith("0") and len(m[1]) <= 3
        if padded or ((grouped or m[3]) and number >= 10) or (m[2] and number < int(m[2])):
            return _loose(m)
    return None


def hash_number(text: str) -> Mark | None:
    """`Show #957 (1280x720)`, `Show #1-4`."""
    m = _HASH.search(text)
    return _loose(m) if m else None


def _loose(m: re.Match[str]) -> Mark:
    """A mark from a match: the first group is a number, `last` may be the range's end, `piece` what is behind."""
    groups = m.groupdict()
    last = int(groups["last"] or 0)
    numbers = [int(m[1])] + ([last] if last > int(m[1]) else [])
    return Mark(m.start(), m.end(), None, span_numbers(numbers, True), loose=True, piece=groups.get("piece"))


_RUN_TOGETHER = compiled(
    r"""
    (?<=[a-z][\s._])
    (?:
        (?: (\d{1,2})(\d\d)[._\s\-](\d{1,2})?(\d\d) | (0?\d|1\d)(\d\d)(\d\d) )
        (?= [\s._]+(?:\d{3,4}p|hdtv|pdtv|dvd|web|x264|xvid) )
    |   (\d{1,2})(\d\d)(?:[._]|(?<=\.\d\d\d)-)(\8)(\d\d) (?= $|[\s._]*[\[(] )  # `Naruto 154-155` is none
    )
    """
)


def run_together(text: str) -> Mark | None:
    """`the.show.103.104.hdtv`, `Show.103.104`, `show.10708.hdtv`: season and neighbouring episodes in digits."""
    for m in _RUN_TOGETHER.finditer(text):
        season, first, last = (
            (m[1], m[2], m[4]) if m[1] else (m[5], m[6], m[7]) if m[5] else (m[8], m[9], m[11])
        )
        same = m[3] is None or m[3] == m[1]
        if same and int(first) < int(last) <= int(first) + 4:
            return Mark(m.start(), m.end(), int(season), tuple(range(int(first), int(last) + 1)))
    return None


_HYPHENED_PAIR = compiled(r"(?: ^ | (?<=[\s._\-]) ) (\d{1,2}-|\d\d_)(\d\d) (?: $ | (?=[\s.]+[^\W\d]) )")
_DOTTED_END = compiled(r"(?<=[a-z]\.) (0?[1-9]|[1-3]\d)\.(\d\d) (?= \.F$ | $)")


def hyphened_pair(text: str) -> Mark | None:
    """`4-13 Cursed`, `11-02 Title`, `Show 03-20`, `show_03_19`, `Show.02.09` where nothing but words is beside it.

    Between underscores the season has two digits: `big_buck_bunny_0_30` is a clip cut out at a time.
    """
    m = _DOTTED_END.search(text)
    if m is None:
        m = _HYPHENED_PAIR.search(text)
        if m is None or (m.start() > 0 and m.end() < len(text) and text[m.end() :] != ".F"):
            return None
    if "[" in text or int(m[2]) == 0:
        return None
    return Mark(m.start(), m.end(), int(m[1].rstrip("-_")), (int(m[2]),))


_DOTTED_PAIR = compiled(
    r"""
    (?: ^\[? | [\s_]-[\s_] | [\s_]\[ | [\s]ep(?:isode)?[\s] ) (\d{1,2})\.(\d{2,3}) (?: \]? $ | \] | [\s_]-[\s_] )
    """
)


def dotted_pair(text: str) -> Mark | None:
    """` - 6.01 - `, `[5.134] `, `Episode 1.22`: season and episode with a dot, set apart from the words."""
    if not (m := _DOTTED_PAIR.search(text)):
        return None
    return Mark(m.start(), m.end(), int(m[1]), (int(m[2]),))
