"""Where the title of a name stands: after the group in front, before the first sure sign that it ended.

guessit cuts titles at any word it knows (`The Good German`, `Johnny English`, `Saw 3D`, `Dune Part Two`)
and at spaced dashes. When a sure sign follows (an episode mark or a year), what stands before it is title,
except for tags at its very end (`Casablanca [Ultimate Collector's Edition].1942`).
"""

import re

import msgspec

from mediavault_tui.domain.names.bracket_titles import BOXES, boxed_title
from mediavault_tui.domain.names.guessit_adapter import Guess, GuessedProperty
from mediavault_tui.domain.names.prefixes import front
from mediavault_tui.domain.names.seasons import chinese_season, season_in, without_season
from mediavault_tui.domain.names.trailing_tags import LOOSE, LOOSE_NO_DOT, TECHNICAL, tag_at_end
from mediavault_tui.domain.names.writing_systems import not_latin, prefer_latin

_TAIL_WORDS = re.compile(
    r"[\s._(\[\-]+(?:(?:the[\s._]+)?complete(?:[\s._]+(?:mini[\s._\-]?)?(?:series|collection|version|seasons?))?|"
    r"dis[ck][\s._\-]?\d{1,2}|\d{1,2}x?(?:dvd|cd)s?\d?|despeciali[sz]ed(?:[\s._]edition)?|"
    r"(?:movie[\s._]+)?collection|trilogy|duology|quadrilogy|anthology|custom|integrale?|"
    r"(?:the[\s._]+)?(?:international|final|extended|unrated|uncut|special|anniversary|\w+th[\s._]anniversary)[\s._]+(?:cut|edition|version)|"
    r"\w+th[\s._]anniversary|scr|audio[\s._]latino|全集|本篇|"
    r"ep(?:isode)?|\d{2,4}-\d{2,4})[\s._)\]\-]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[\s._(\[\-]+((?:19\d|20[0-3])\d)(?:[\s._]*-[\s._]*(?:19|20)\d\d)?[\s._)\]\-]*$")
_SQUARE = re.compile(r"[\s._]*\[[^\[\]]*\][\s._\-]*$")
_BRACKETS = re.compile(r"[\s._]*(?:\([^()]*\)|\[[^\[\]]*\])[\s._\-]*$")
_ARTICLE_LAST = re.compile(r"^(.{2,}), (the|a|an|le|la|les|der|die|das|el|los|il)$", re.IGNORECASE)
_INITIALS = re.compile(r"(?<![A-Za-z])((?:[A-Za-z]\.){2,})(?=\s|$|[A-Za-z0-9])")


class Head(msgspec.Struct, frozen=True):
    """What stands before a sure sign."""

    title: str | None = None
    year: int | None = None
    season: int | None = None
    alternative: str | None = None
    part_in_title: bool = False


def clean(text: str) -> str | None:
    """A readable title from raw text: separators become spaces, loose brackets and dashes at the ends go."""
    text = text.replace("_", " ")
    if "." in text:
        text = _undot(text)
    text = re.sub(r"\s+", " ", text).strip(LOOSE_NO_DOT)
    text = _unbracket(text).strip(LOOSE_NO_DOT)
    if m := _ARTICLE_LAST.match(text):
        text = f"{m[2]} {m[1]}"
    return text or None


def _undot(text: str) -> str:
    """Dots as spaces, but not those of initials (`S.H.I.E.L.D.`), nor in a text with spaces (`Dr. House`)."""
    if " " in text.strip(LOOSE) and ".-." not in text:
        return text.rstrip(" .") if text.rstrip().endswith(" .") else text
    kept = _INITIALS.sub(lambda m: m[1][:-1].replace(".", "\0") + ".", text)
    return kept.replace(".", " ").replace("\0", ".")


def _unbracket(text: str) -> str:
    """Drops a bracket that lost its partner."""
    for left, right in ("()", "[]", "{}", "【】"):
        if text.count(left) > text.count(right):
            cut = text.rfind(left)
            text = text[:cut] + text[cut + 1 :] if cut <= 0 or cut == len(text) - 1 else text[:cut]
        elif text.count(right) > text.count(left):
            text = text.removesuffix(right) if text.endswith(right) else text.split(right, 1)[1]
    return text.strip()


def before(text: str, cut: int, guess: Guess, *, film: bool = False) -> Head:
    """Title, year and season standing before position `cut`; `film` when a year stands at `cut`."""
    if boxed := boxed_title(text[:cut]):
        head, elsewhere = _from_box(boxed), chinese_season(text[:cut])
        return (
            head if head.season or not elsewhere else msgspec.structs.replace(head, season=elsewhere.number)
        )
    start = front(text[:cut], guess, numbered=not film)
    region = text[start:cut]
    season = None
    if not film and (found := season_in(region)):
        season, region = found.number, without_season(region, found)
    elif film and (m := _BRITISH_SEASON.search(region)):
        season, region = int(m[1]), region[: m.start()]
    region = _cut_at_technical(region, start, guess, film)
    region, year, alternative = _trim(region, start, text, guess, film)
    title = clean(region)
    if title:
        named = _named(f"{title} / {alternative}" if alternative and not_latin(title) else title)
        title, alternative = named.title, named.alternative or alternative
        season = named.season or season
        if (
            film
            and title
            and _LONE_NUMBER.fullmatch(title)
            and (box := BOXES.fullmatch(text[:start].strip(LOOSE)))
        ):
            title = f"{box[0]} {title}"
    part = any(start <= f.start < start + len(region) for f in guess.get("part", ()))
    return Head(title, year, season, alternative, part)


_BRITISH_SEASON = re.compile(r"[\s._]+-[\s._]+series[\s._](\d{1,2})[\s._(\[]*$", re.IGNORECASE)

_LONE_NUMBER = re.compile(r"\d")  # `[REC] 2 (2009)`: what stands in brackets before it is no group


def _from_box(boxed: str) -> Head:
    """The head of a name made of brackets only, whose title may end in its season."""
    text = clean(boxed) or boxed
    found = season_in(text)
    head = _named(text[: found.start] if found else text)
    return msgspec.structs.replace(head, season=found.number) if found else head


def _named(title: str) -> Head:
    """Title, its other script and the season between them, of `打工吧 第二季 / Working Devil`."""
    season = chinese_season(title)
    if season and (title[: season.start] + title[season.end :]).strip(LOOSE):
        title = f"{title[: season.start]} {title[season.end :]}".strip(LOOSE_NO_DOT)
    else:
        season = None
    latin, other = prefer_latin(title)
    latin = (clean(latin) or latin) if other else latin
    return Head(latin, season=season.number if season else None, alternative=other)


_WORDS_TOO = frozenset({"Cam", "Dvd", "DVD", "Screener", "Ts", "Tv", "Web"})


def _cut_at_technical(region: str, start: int, guess: Guess, film: bool) -> str:
    """`Show - Temporada 1 720p HDTV [Cap.102]`: a title ends where resolution, source or codec begin.

    Some sources are words of titles as well: `Madame Web (2024)`, and of films also `The.Cam.Girl.2018`.
    """
    words = _WORDS_TOO if film else {"Web"}
    starts = [
        f.start - start
        for key in TECHNICAL[:4]
        for f in guess.get(key, ())
        if region[max(f.start - start, 0) : f.end - start].strip(LOOSE + "([") not in words
    ]
    inside = [at for at in starts if 0 < at < len(region) and region[:at].strip(LOOSE + "([")]
    if not inside:
        return region
    at = min(inside)
    rest = region[at:].strip(LOOSE + ")]")
    return region[:at] if rest else region


def _trim(region: str, start: int, text: str, guess: Guess, film: bool) -> tuple[str, int | None, str | None]:
    """Takes years, tags and bracketed asides off the end of a region that begins at `start` of `text`."""
    year: int | None = None
    alternative: str | None = None
    while region.strip(LOOSE):
        end = start + len(region.rstrip(LOOSE + ")]}"))
        if not film and year is None and (m := _YEAR.search(region)) and m.start() > 0:
            year, shorter = int(m[1]), region[: m.start()]
        elif (tag := tag_at_end(guess, text, end)) and tag.start > start:
            shorter = region[: tag.start - start]
        elif (m := _TAIL_WORDS.search(region)) and m.start() > 0 and not (film and _SPAN.search(region)):
            shorter = region[: m.start()]
        elif film and (m := _BRACKETS.search(region)) and m.start() > 0:
            alternative = alternative or clean(m[0].strip(" ._-()[]"))
            shorter = region[: m.start()]
        elif (m := _SQUARE.search(region)) and m.start() > 0:
            shorter = region[: m.start()]
        else:
            break
        if shorter.strip(LOOSE + "[(").casefold() in {"", "the", "a"}:  # `The Collection (2012)`
            break
        region = shorter.rstrip(" ._-([{")
    return region, year, alternative


OLD_YEAR = re.compile(r"(?<=[\s._])\((18[7-9]\d|190\d|191\d)\)")
"""guessit knows years from 1920 on; films are older."""


_SPAN = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:19|20)\d\d[\s._)\]]*$")
_AFTER_SPAN = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:19|20)\d\d[\s._(]+((?:19|20)\d\d)(?!\d)")
_LAST_YEAR = 2039  # `Blade Runner 2049`, `Tokyo 2040`: later years are words of titles


def release_years(guess: Guess, text: str) -> list[GuessedProperty]:
    """The years a work can be of, in order: `Let It Fall 1982-1992 2017` is of 2017."""
    if m := _AFTER_SPAN.search(text):
        return [GuessedProperty(int(m[1]), m.start(1), m.end(1))]
    return [f for f in guess.get("year", ()) if isinstance(f.value, int) and f.value <= _LAST_YEAR]


def year_cut(guess: Guess, text: str) -> int | None:
    """Where the year stands that ends a film's title; None when there is none or it opens the name."""
    years = [f for f in release_years(guess, text) if text[: f.start].strip(LOOSE + "([")]
    if years:
        return years[-1].start
    m = OLD_YEAR.search(text)
    return m.start() if m and m.start() else None


_ASIDE = re.compile(
    r"[\s_]?(?:\([A-Za-z]+\)|\[(?:Not|not)\])[\s_][A-Za-z][^\[\](){}]*?(?=\s+v\d\b|[\s_]*[\[(])"
)  # `You Are (Not) Alone [`
_SUBTITLE = re.compile(r"\s+-\s+[^\[\](){}]*?(?=\s+v\d\b|\s*(?:[\[(]|$))")


def without_sign(guess: Guess, text: str) -> Head:
    """The title when neither mark nor year ends it: guessit's, but whole where it split at a dash.

    `Ella Fitzgerald - Just One of Those Things MP4` is one title.
    """
    if boxed := boxed_title(text):
        return _from_box(boxed)
    if found := season_in(text):
        head = before(text, found.start, guess)
        if head.title:
            return msgspec.structs.replace(head, season=found.number)
    titles = guess.get("title", ())
    if not titles or not isinstance(titles[0].value, str):
        m = BOXES.fullmatch(text)
        return Head(clean(m["text"])) if m else Head()
    at = front(text, guess)
    if titles[0].end <= at:  # `example.ws - Before Sunset 1080p`: guessit took the site for the title
        stop = min((f.start for founds in guess.values() for f in founds if f.start > at), default=len(text))
        return _named(clean(text[at:stop]) or "")
    end, part = _whole_end(guess, text, titles[0])
    start = at if titles[0].start < at < end else titles[0].start
    whole = end == titles[0].end and start == titles[0].start
    title = clean(str(titles[0].value) if whole else text[start:end])
    if title is None:
        return Head()
    shorter = clean(_TAIL_WORDS.sub("", title) or "")
    title = shorter if shorter and shorter.casefold() not in {"the", "a"} else title
    if text.startswith("["):
        title = _VOLUMES.sub("", title) or title
    return msgspec.structs.replace(_named(title), part_in_title=part)


_VOLUMES = re.compile(
    r"[\s\-]+Vol(?:ume)?\.?[\s]?\d{1,2}(?:v\d)?(?:[\s,&+]+(?:Vol\.?[\s]?)?\d{1,2}(?:v\d)?)*$", re.I
)
"""The discs of a fansub release: `[Group] Show Vol. 1 & Vol. 2`."""


def _whole_end(guess: Guess, text: str, title: GuessedProperty) -> tuple[int, bool]:
    """Where a title ends when what guessit took for another title or a part is counted in."""
    end, part = title.end, False
    for key in ("alternative_title", "episode_title", "part"):
        for found in guess.get(key, ()):
            between = text[end : found.start]
            detail = str(found.value).casefold() in {"pilot", "pv", "ova", "special"}
            if found.end > end and between.strip(" ._-") == "" and len(between) < 5 and not detail:
                end, part = found.end, part or key == "part"
    if m := _ASIDE.match(text, end):
        return m.end(), part
    if end == title.end and (m := _SUBTITLE.match(text, end)) and not _holds_tag(guess, m.start(), m.end()):
        end = m.end()
    return end, part


def _holds_tag(guess: Guess, start: int, end: int) -> bool:
    """Whether guessit saw anything but titles between two positions."""
    return any(
        start < found.end and found.start < end
        for key, founds in guess.items()
        if key
        not in {"title", "alternative_title", "episode_title", "type", "part", "mimetype", "release_group"}
        for found in founds
        if found.start < found.end
    )


def year_as_title(guess: Guess, text: str) -> Head:
    """`2012.720p.BluRay`: a name that is nothing but a year and tags is called so."""
    years = guess.get("year", ())
    opens = len(years) == 1 and not text[: years[0].start].strip(LOOSE + "([")
    return Head(str(years[0].value)) if opens else Head()


_GLUED = re.compile(r"(?=.*[a-z])[A-Z][^\W_]*[A-Z][^\W_]*")


def first_field(head: Head, text: str) -> Head:
    """`RedDwarf_TVLab_s01e01`: where words are glued by capitals, underscores part fields, not words."""
    fields = text.strip(LOOSE).split("_")
    if len(fields) == 2 and all(_GLUED.fullmatch(field) for field in fields):
        return msgspec.structs.replace(head, title=fields[0])
    return head
