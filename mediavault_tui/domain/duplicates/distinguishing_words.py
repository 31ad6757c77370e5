"""Words of names that tell two works of one title apart: parts of an event, pilots nobody showed, other folders."""

import re
from functools import lru_cache

from mediavault_tui.domain.duplicates.unparsed_tokens import UnparsedTokens, describes_release, remainder
from mediavault_tui.domain.duplicates.values import Candidate
from mediavault_tui.domain.media import ReleaseName
from mediavault_tui.domain.titles import fold, normalise

# Whatever stands before them: the event and its prelims, the episode and its recap, are two.
_APART = frozenset(
    """
    unaired prelims prelim preliminary preliminaries undercard weighin weighins kickoff preshow postshow aftershow
    recap qualifying qualification practice warmup highlights countdown rifftrax
    redcarpet pressconference behindthescenes
    """.split()
)
_TWO_WORDS = re.compile(
    r"\b(weigh|pre|post|after|kick|warm|red|press)[\W_]+(ins?|show|off|up|carpet|conference)\b|\b(behind)[\W_]+(the)[\W_]+(scenes)\b"
)
# Say how a film was packed, in which language, or by whom; not which film it is.
_PACKING = frozenset(
    """
    collection edition editions collectors criterion
    remastered remaster restored anniversary limited special version theatrical
    original uncensored unrated uncut extended directors director cut final ultimate a an the of and with in by dvd disc
    rip hq lq sub subs subtitle subtitles dub audio english german french italian spanish russian japanese korean hindi
    tamil telugu chinese portuguese polish dutch swedish norwegian danish finnish czech hungarian greek turkish arabic
    eng ger deu fre fra ita spa rus jpn kor chi por pol nld swe nor dan fin cze hun gre tur ara vo vf vost dl read nfo
    complete movie film full open matte fullscreen widescreen imax scan sample proof nuked readnfo oar retail
    hsbs hou htab sbs half side tab anaglyph aka
    """.split()
)
_MARK = re.compile(r"(?<![^\W_])(?:s\d{1,4}[\W_]{0,3}e\d|\d{1,2}x\d{2}(?!\d))")
_FOLDER = re.compile(r"(.+?)[\s._]*[(\[](?:19|20)\d\d[)\]]")
_NOT_READ = -18.0


def apart(a: Candidate, b: Candidate) -> str | None:
    """Why words tell two names of one title apart for sure, or None."""
    ours, theirs = _marks(a.name, a.release), _marks(b.name, b.release)
    if ours != theirs:
        return f"{' '.join(sorted(ours ^ theirs))} on one side only"
    one, other = _before_number(a), _before_number(b)
    if one is not None and other is not None and one != other:
        told = " / ".join(" ".join(sorted(words)) or "nothing" for words in (one, other))
        return f"other words before the number: {told}"
    return _other_folders(a, b)


def signs(file: Candidate) -> object:
    """What `apart` looks at: files that agree in it are told apart from the same files."""
    return _marks(file.name, file.release), _before_number(file), _film_folder(file)


def words_not_read(a: Candidate, b: Candidate) -> str | None:
    """Words of films, behind title and year, that only one name has; None where there are none to speak of."""
    left, right = remainder(a), remainder(b)
    if left is None or right is None:
        return None
    ours, theirs = _plain_words(left), _plain_words(right)
    if ours == theirs:
        return None
    return f"words that may mean something: {' '.join(sorted(ours ^ theirs))}"


WORDS_NOT_READ = _NOT_READ
"""Enough to leave a pair that nothing else speaks against below confident."""


def _plain_words(rest: UnparsedTokens) -> frozenset[str]:
    return frozenset(word for word in rest.behind if word not in _PACKING and len(word) > 1)


@lru_cache(maxsize=16384)
def _marks(name: str, release: ReleaseName) -> frozenset[str]:
    text = fold(" ".join([name, release.title or "", release.episode_title or ""]))
    joined = _TWO_WORDS.sub(lambda m: "".join(part for part in m.groups() if part), text)
    return _APART & {*re.findall(r"[^\W_]+", joined)}


def _before_number(file: Candidate) -> frozenset[str] | None:
    """Words between a show's title and its season and number; None where these are not so written."""
    return _between(file.name, file.release)


@lru_cache(maxsize=16384)
def _between(name: str, release: ReleaseName) -> frozenset[str] | None:
    text, title = fold(name), re.findall(r"[^\W_]+", fold(release.title or ""))
    mark = _MARK.search(text)
    if mark is None or not title or release.season is None:
        return None
    found = re.match(r"[\W_]*" + r"[\W_]*".join(map(re.escape, title)) + r"(?![^\W_])", text)
    if found is None or found.end() > mark.start():
        return None
    between = re.sub(r"[\[({][^\[\](){}]*[\])}]", " ", text[found.end() : mark.start()])
    known = {fold(word) for each in release.alternative_titles for word in re.findall(r"[^\W_]+", each)}
    words = (word for word in re.findall(r"[^\W_]+", between) if not any(map(str.isdigit, word)))
    return frozenset(
        w for w in words if len(w) > 3 and w not in known | _BEFORE_NUMBER and not describes_release(w)
    )


_BEFORE_NUMBER = frozenset("season series staffel saison temporada episode tvlab part hdtv complete".split())


def _other_folders(a: Candidate, b: Candidate) -> str | None:
    """`abc.mkv` in the folders of two films is each of these, whatever `abc` is."""
    if a.release.year or b.release.year or a.release.season is not None or a.release.episodes:
        return None
    ours, theirs = _film_folder(a), _film_folder(b)
    if not ours or not theirs or ours & theirs:
        return None
    own = set(normalise(a.release.title or "").keys) | set(normalise(b.release.title or "").keys)
    if own & (ours | theirs):
        return None
    return f"each lies in the folder of another film: {a.folders[0]} / {b.folders[0]}"


def _film_folder(file: Candidate) -> frozenset[str]:
    found = _FOLDER.match(file.folders[0]) if file.folders else None
    return frozenset(normalise(found[1]).keys) if found else frozenset()
