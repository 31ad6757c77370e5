"""Where the title of a name stands: after the group in front, before the first sure sign that it ended.

guessit cuts titles at any word it knows (`The Good German`, `Johnny English`, `Saw 3D`, `Dune Part Two`)
and at spaced dashes. When a sure sign follows (an episode mark or a year), what stands before it is title,
except for tags at its very end (`Casablanca [Ultimate Collector's Edition].1942`).
"""

import re

import msgspec

from mediavault_tui.domain.names.engine import Found, Guess
from mediavault_tui.domain.names.scripts import prefer_latin

_GROUP_IN_FRONT = re.compile(r"\s*(?:\[+[^\[\]]*\]|【[^【】]*】|★|\{[^{}]*\})[\s._\-]*(?=\S)")
_SITE = re.compile(
    r"\s*[\[({]?\s*(?:https?://)?"
    r"(?:www[\s.]+[\w\-]+(?:[\s.]+[a-z]{2,5}){1,2}|[\w\-]+\.(?:com|org|net|tv|info|to|cc))\b[\s\])}]*[\s._]*-+[\s._]*",
    re.IGNORECASE,
)
_SITE_IN_BRACKETS = re.compile(
    r"\s*[\[({][\s\-]*(?:www\.)?[\w\-]+\.[a-z.]{2,6}[\s\-]*[\])}][\s._\-]*", re.IGNORECASE
)
TECHNICAL = ("screen_size", "source", "video_codec", "audio_codec", "frame_rate", "streaming_service")
"""Properties that never stand inside a title."""
_TAGS = ("edition", "other", "cd", "cd_count", "color_depth", "video_profile", "audio_channels", *TECHNICAL)
_FRONT_TAGS = ("release_group", "website", "screen_size", "video_codec", "audio_codec", "crc32")
_TAIL_WORDS = re.compile(
    r"[\s._(\[\-]+(?:(?:the[\s._]+)?complete(?:[\s._]+(?:mini[\s._\-]?)?(?:series|collection|version|seasons?))?|"
    r"(?:movie[\s._]+)?collection|trilogy|duology|quadrilogy|anthology|custom|integrale?|"
    r"(?:international|final|extended|unrated|special|anniversary|\w+th[\s._]anniversary)[\s._]+(?:cut|edition|version)|"
    r"ep(?:isode)?|season|\d{2,4}-\d{2,4})[\s._)\]\-]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[\s._(\[\-]+((?:19|20)\d\d)(?:[\s._]*-[\s._]*(?:19|20)\d\d)?[\s._)\]\-]*$")
_BRACKETS = re.compile(r"[\s._]*(?:\([^()]*\)|\[[^\[\]]*\])[\s._\-]*$")
_SEASON = re.compile(
    r"[\s._(\[\-]+(?:s(\d{1,2})|(?:the[\s._]+)?(?:complete[\s._]+)?"
    r"(?:seasons?|saison|staffel|temporadas?|temp?|stagione|seizoen|sezon|сезон)[\s._:]{0,2}(\d{1,2})"
    r"|(\d{1,2})[\s._]?(?:st|nd|rd|th|ª|º|\.)?[\s._](?:season|saison|staffel|temporada|stagione|sezon|сезон))(?![^\W_])",
    re.IGNORECASE,
)
_ARTICLE_LAST = re.compile(r"^(.{2,}), (the|a|an|le|la|les|der|die|das|el|los|il)$", re.IGNORECASE)
_STEREO = re.compile(r"(?<![a-z])(?:h(?:alf)?[\s._\-]?)?(?:sbs|ou|tab)(?![a-z])|complete", re.IGNORECASE)
_INITIALS = re.compile(r"(?<![A-Za-z])((?:[A-Za-z]\.){2,})(?=\s|$|[A-Za-z0-9])")
_LOOSE = " -–—,;:/|~+\t."


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
    text = re.sub(r"\s+", " ", text).strip(_LOOSE.replace(".", ""))
    text = _unbracket(text).strip(_LOOSE.replace(".", ""))
    if m := _ARTICLE_LAST.match(text):
        text = f"{m[2]} {m[1]}"
    return text or None


def _undot(text: str) -> str:
    """Dots as spaces, but not those of initials (`S.H.I.E.L.D.`), nor in a text with spaces (`Dr. House`)."""
    if " " in text.strip(_LOOSE):
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


def front(text: str, guess: Guess) -> int:
    """Where the title may begin: behind release groups, tags and addresses of sites."""
    at = 0
    while True:
        m = _SITE_IN_BRACKETS.match(text, at) or _SITE.match(text, at) or _GROUP_IN_FRONT.match(text, at)
        step = m.end() if m else _front_tag_end(text, guess, at)
        if step <= at or not text[step:].strip(_LOOSE):
            return at
        at = step


def _front_tag_end(text: str, guess: Guess, at: int) -> int:
    """End of a tag that stands at `at` (`h265 Volte Face`, `blow-how.to.be.single`), or `at`."""
    for key in _FRONT_TAGS:
        for found in guess.get(key, ()):
            if found.end > found.start >= at and not text[at : found.start].strip(" ._-:[("):
                rest = text[found.end :]
                return found.end + len(rest) - len(rest.lstrip(" ._-:])"))
    return at


def before(text: str, cut: int, guess: Guess, *, film: bool = False) -> Head:
    """Title, year and season standing before position `cut`; `film` when a year stands at `cut`."""
    start = front(text[:cut], guess)
    region = text[start:cut]
    season = None
    if not film and (m := _SEASON.search(region)) and m.start() > 0:
        season, region = int(next(g for g in m.groups() if g)), region[: m.start()]
    region = _cut_at_technical(region, start, guess)
    region, year, alternative = _trim(region, start, text, guess, film)
    title = clean(region)
    if title:
        title, other = prefer_latin(title)
        alternative = alternative or other
    part = any(start <= f.start < start + len(region) for f in guess.get("part", ()))
    return Head(title, year, season, alternative, part)


def _cut_at_technical(region: str, start: int, guess: Guess) -> str:
    """`Show - Temporada 1 720p HDTV [Cap.102]`: a title ends where resolution, source or codec begin."""
    starts = [f.start - start for key in TECHNICAL[:4] for f in guess.get(key, ())]
    inside = [at for at in starts if 0 < at < len(region) and region[:at].strip(_LOOSE + "([")]
    if not inside:
        return region
    at = min(inside)
    rest = region[at:].strip(_LOOSE + ")]")
    return region[:at] if rest else region


def _trim(region: str, start: int, text: str, guess: Guess, film: bool) -> tuple[str, int | None, str | None]:
    """Takes years, tags and bracketed asides off the end of a region that begins at `start` of `text`."""
    year: int | None = None
    alternative: str | None = None
    while region.strip(_LOOSE):
        end = start + len(region.rstrip(_LOOSE + ")]}"))
        if not film and year is None and (m := _YEAR.search(region)) and m.start() > 0:
            year, shorter = int(m[1]), region[: m.start()]
        elif (tag := _tag_at_end(guess, text, end)) and tag.start > start:
            shorter = region[: tag.start - start]
        elif (m := _TAIL_WORDS.search(region)) and m.start() > 0:
            shorter = region[: m.start()]
        elif film and (m := _BRACKETS.search(region)) and m.start() > 0:
            alternative = alternative or clean(m[0].strip(" ._-()[]"))
            shorter = region[: m.start()]
        else:
            break
        region = shorter.rstrip(" ._-([{")
    return region, year, alternative


def _tag_at_end(guess: Guess, text: str, end: int) -> Found | None:
    """A property of guessit's that ends at `end` and is a tag, not the last word of the title."""
    for key in _TAGS:
        for found in guess.get(key, ()):
            if found.start < found.end == end and not (found.value == "3D" and _title_is_3d(text, found)):
                return found
    for found in guess.get("country", ()):
        if found.start < found.end == end:
            return found
    for found in guess.get("language", ()):
        if found.start < found.end == end and _language_is_tag(guess, text, found):
            return found
    return None


def _title_is_3d(text: str, found: Found) -> bool:
    """`Saw.3D.2010.1080p` has no other sign of stereo pictures, `… 3D (2012) [3D …]` says it again."""
    rest = text[found.end :]
    return bool(re.search(r"(?<![a-z0-9])3D(?![a-z0-9])", rest)) or not _STEREO.search(rest)


def _language_is_tag(guess: Guess, text: str, found: Found) -> bool:
    """`Noah.German.2014.LD` is a tag; `The Good German (2006)`, `La.French.2014.FRENCH` are titles.

    In capitals it is a tag. Otherwise it is one when an unbracketed year follows and no other language does;
    `English` never (`Johnny.English.2003`).
    """
    raw = text[found.start : found.end]
    if raw.isupper() and not text[: found.start].isupper():
        return True
    later = any(f.start > found.end for f in guess.get("language", ()) + guess.get("subtitle_language", ()))
    return raw.casefold() != "english" and not later and text[found.end : found.end + 1] == "."


def year_cut(guess: Guess, text: str) -> int | None:
    """Where the year stands that ends a film's title; None when there is none or it opens the name."""
    years = [f for f in guess.get("year", ()) if text[: f.start].strip(_LOOSE + "([")]
    return years[-1].start if years else None


def without_sign(guess: Guess, text: str) -> Head:
    """The title when neither mark nor year ends it: guessit's, but whole where it split at a dash.

    `Ella Fitzgerald - Just One of Those Things MP4` is one title.
    """
    titles = guess.get("title", ())
    if not titles or not isinstance(titles[0].value, str):
        return Head()
    first, last = titles[0], titles[0]
    part = False
    for key in ("alternative_title", "part"):
        for found in guess.get(key, ()):
            between = text[last.end : found.start]
            if found.end > last.end and between.strip(" ._-") == "" and len(between) < 5:
                last, part = found, part or key == "part"
    if last is first:
        title = clean(str(first.value))
        return Head(title) if title is None else Head(*_latin(title))
    title = clean(text[first.start : last.end])
    return Head(title, part_in_title=part)


def _latin(title: str) -> tuple[str, None, None, str | None]:
    latin, other = prefer_latin(title)
    return latin, None, None, other
