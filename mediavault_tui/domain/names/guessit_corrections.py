"""Takes back what guessit saw in numbers that belong to a title, a year or a release group.

Only for names without an episode mark of our own finding. Each rule takes a guess and the text that was
asked, and returns the guess with the misreadings removed.
"""

import re

from mediavault_tui.domain.names import episode_words
from mediavault_tui.domain.names.guessit_adapter import Guess, GuessedProperty
from mediavault_tui.domain.names.title_bounds import OLD_YEAR
from mediavault_tui.domain.names.trailing_tags import TECHNICAL

_NUMBERING = ("season", "episode", "episode_count", "episode_title", "date")


def _without(guess: Guess, *keys: str) -> Guess:
    return {key: founds for key, founds in guess.items() if key not in keys}


def film_episode(guess: Guess, text: str) -> Guess:
    """`Star Wars Episode 4 A New Hope 1977` is a film whose title has a number; the year comes last."""
    year_at = episode_words.film_episode_year(text)
    if year_at is None:
        return guess
    year = GuessedProperty(int(text[year_at : year_at + 4]), year_at, year_at + 4)
    return {**_without(guess, *_NUMBERING), "year": (year,)}


_SPORT = re.compile(r"^(?:UFC|WWE|Bellator|WrestleMania)[\s._]", re.IGNORECASE)
_PAY_PER_VIEW = re.compile(r"[\s._]PPV(?![^\W_])", re.IGNORECASE)


def sport_event(guess: Guess, text: str) -> Guess:
    """`UFC.179.PPV` is the 179th event, not episode 79 of season 1; `UFC 185 Prelims` is not `UFC 185`."""
    if not (_SPORT.match(text) and guess.get("episode")):
        return guess
    number_end = guess["episode"][0].end
    tags = ("year", "date", "language", "container", *TECHNICAL)
    ends = [
        f.start
        for key in tags
        for f in guess.get(key, ())
        if f.start > number_end and f.value != "Pay-per-view"
    ]
    rest = _without(guess, *_NUMBERING)
    end = min(ends, default=_end_of_words(rest, text, number_end))
    title = _PAY_PER_VIEW.sub("", text[:end])
    return _stretch_title(rest, title, 0, len(title))


def _end_of_words(guess: Guess, text: str, at: int) -> int:
    """Where the words behind `at` end: before brackets, a release group or another property."""
    starts = [f.start for founds in guess.values() for f in founds if f.start > at]
    bracket = re.search(r"[\s._]*[\[({]", text[at:])
    return min([*starts, at + bracket.start() if bracket else len(text)])


_CLIP_TIME = re.compile(r"_\d_[0-5]\d$")


def clip_time(guess: Guess, text: str) -> Guess:
    """`big_buck_bunny_0_30`: minutes and seconds at the end of a clip's name are no episode."""
    m = _CLIP_TIME.search(text)
    return _stretch_title(_without(guess, *_NUMBERING), text, 0, m.start()) if m else guess


_SPACED_SEASON = re.compile(r"(?<![^\W_])S 0\d(?![^\W_])")


def spaced_season(guess: Guess, text: str) -> Guess:
    """`Show S 01 720p` is the first season; its number is no episode."""
    m = _SPACED_SEASON.search(text)
    return _without(guess, "episode") if m and not guess.get("season") else guess


_SEASON_OF_YEAR = re.compile(r"(?<=[\s._])S((?:19|20)\d\d)(?=[\s._]|$)")


def season_of_year(guess: Guess, text: str) -> Guess:
    """`Show.S2014.720p`: a season called by its year."""
    m = _SEASON_OF_YEAR.search(text)
    if m is None or guess.get("season"):
        return guess
    return {
        **_without(guess, "year", *_NUMBERING),
        "season": (GuessedProperty(int(m[1]), m.start(), m.end()),),
    }


def leading_number(guess: Guess, text: str) -> Guess:
    """`22.Jump.Street`, `1001 Nights`: a number that opens the name, and words right behind it, are title."""
    founds = guess.get("episode", ()) + guess.get("season", ())
    first = min((found.start for found in founds), default=-1)
    if (
        not guess.get("episode")
        or text[:first].strip(" ._([")
        or not re.match(r"\d+[ ._][^\W\d]", text[first:])
    ):
        return guess
    title = guess.get("title", ())
    end = title[0].end if title else first
    return _stretch_title(_without(guess, *_NUMBERING), text, first, end)


def _stretch_title(guess: Guess, text: str, start: int, end: int) -> Guess:
    """The guess with its title reaching from `start` to `end`."""
    spaced = re.sub(r"[\s._]+", " ", text[start:end]).strip()
    return {**guess, "title": (GuessedProperty(spaced, start, end),)} if spaced else guess


def group_season(guess: Guess, text: str) -> Guess:
    """`Show.2018.720p.WEB-S56`: behind the technical tags and a dash stands a release group."""
    season = guess.get("season", ())
    tags = [found.end for key in TECHNICAL for found in guess.get(key, ())]
    if len(season) == 1 and not guess.get("episode") and tags and season[0].start > min(tags):
        if re.search(r"[a-z0-9]-s\d+$", text[: season[0].end].rstrip(")]"), re.IGNORECASE) and guess.get(
            "year"
        ):
            return _without(guess, "season")  # `Film (1995) [E-AC3-S78]`
        raw = text[max(tags) : season[0].end]
        if re.fullmatch(r"-s\d+", raw, re.IGNORECASE):
            group = GuessedProperty(raw[1:], max(tags) + 1, season[0].end)
            return {**_without(guess, "season"), "release_group": (group,)}
    return guess


def year_season(guess: Guess, text: str) -> Guess:
    """`Show (2009) 04`: guessit takes the year for the season when an episode has none."""
    years = {found.value for found in guess.get("year", ())}
    seasons = tuple(found for found in guess.get("season", ()) if found.value not in years)
    return {**_without(guess, "season"), "season": seasons} if seasons else _without(guess, "season")


def number_before_year(guess: Guess, text: str) -> Guess:
    """`The 765 Keepers (2015)`: without a season, numbers before the year are the title's."""
    episodes, year = guess.get("episode", ()), guess.get("year", ())
    old = OLD_YEAR.search(text)
    if episodes and (old or (year and year[0].start > episodes[0].start and not guess.get("season"))):
        return _without(guess, *_NUMBERING)
    return guess


_NAMED_CUT = re.compile(
    r"(?<=[\W_])(?:final[\W_]+(?:cut|edition|version)|redux|black[\W_]+(?:and|&)[\W_]+chrome(?:[\W_]+edition)?)(?![^\W_])",
    re.IGNORECASE,
)


def named_cut(guess: Guess, text: str) -> Guess:
    """`Film 1982 The Final Cut`: cuts that guessit does not know, behind the year, are no last episode."""
    year = guess.get("year", ())
    found = _NAMED_CUT.search(text, year[0].end) if year else None
    if found is None:
        return guess
    cut = GuessedProperty(re.sub(r"[\W_]+", " ", found[0]).title(), found.start(), found.end())
    rest = _without(guess, "episode_details", "episode_title")
    kept = tuple(f for f in guess.get("alternative_title", ()) if f.end <= cut.start or cut.end <= f.start)
    return {**rest, "alternative_title": kept, "edition": (*guess.get("edition", ()), cut)}


_RULES = (
    film_episode,
    sport_event,
    clip_time,
    leading_number,
    group_season,
    spaced_season,
    year_season,
    season_of_year,
    number_before_year,
    named_cut,
)


def sift(guess: Guess, text: str) -> Guess:
    """Applies all rules, in order."""
    for rule in _RULES:
        guess = rule(guess, text)
    return guess
