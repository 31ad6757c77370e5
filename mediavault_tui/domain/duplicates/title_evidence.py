"""How sure it is that two files with related titles are the same: points with reasons.

The score starts from the titles (0–100) and every further reason adds or takes points. Weights were set
so that a pair stays above 85 with one ordinary doubt, falls to "possible" with two, and out with more.
"""

import msgspec
from rapidfuzz import fuzz

from mediavault_tui.domain.content.coverage import clock
from mediavault_tui.domain.duplicates import distinguishing_words
from mediavault_tui.domain.duplicates.confidence import below_confident
from mediavault_tui.domain.duplicates.duration import runtime_reason, unexplained
from mediavault_tui.domain.duplicates.show_folders import country
from mediavault_tui.domain.duplicates.tag_scores import tag_points
from mediavault_tui.domain.duplicates.title_index import IndexedTitle, TitleIndex
from mediavault_tui.domain.duplicates.unparsed_tokens import remainder
from mediavault_tui.domain.duplicates.values import Candidate
from mediavault_tui.domain.duplicates.vetoes import is_film, numbering, provider_name
from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.nfo import Id, Level
from mediavault_tui.domain.settings import Match
from mediavault_tui.domain.titles import Reason, Title, fold, normalise, similarity

_AMBIGUOUS = -25.0
_ONE_ID = 25.0
"""An equal id outweighs one ambiguity: somebody looked both up."""
_BY_ID = 94.0


class TitleSimilarity(msgspec.Struct, frozen=True):
    """How alike two titles are, seen from the whole library."""

    score: float
    reasons: tuple[Reason, ...]
    titles: tuple[Title, Title]
    many_years: bool = False
    """The library holds works of this title from several years."""
    many_countries: bool = False


def title_similarity(
    one: IndexedTitle, other: IndexedTitle, library: TitleIndex, settings: Match
) -> TitleSimilarity:
    """Compare two titles with what the library knows of them; an entry with itself scores 100."""
    alike = similarity(one.title, other.title)
    reasons = list(alike.reasons)
    if alike.conflict:
        return TitleSimilarity(0.0, tuple(reasons), (one.title, other.title))
    if alike.extra:
        reasons += _about_extra_words(one, other, alike.extra, library, settings)
    elif alike.score < 100 and _both_recur(one, other, settings):
        reasons.append(Reason("library", -30, "both titles stand over many episodes"))
    years, countries = one.years | other.years, one.countries | other.countries
    return TitleSimilarity(
        sum(r.points for r in reasons),
        tuple(reasons),
        (one.title, other.title),
        max(years, default=0) - min(years, default=0) > 1,
        len(countries) > 1,
    )


def _both_recur(one: IndexedTitle, other: IndexedTitle, settings: Match) -> bool:
    return not one.film and min(len(one.units), len(other.units)) >= settings.recurring


def _about_extra_words(
    one: IndexedTitle, other: IndexedTitle, extra: tuple[str, ...], library: TitleIndex, settings: Match
) -> list[Reason]:
    longer, shorter = (one, other) if len(one.title.key) > len(other.title.key) else (other, one)
    points, text = tag_points(longer.title, extra, library.groups)
    reasons = [Reason("tag", points, text)]
    if _both_recur(one, other, settings):
        # A whole season under one tag makes a tag recur; plain words that recur are another show.
        told = "both titles stand over many episodes"
        reasons.append(Reason("library", -12.0 if points > 0 else -40.0, told))
    elif len(longer.units) == 1 and len(shorter.units) >= settings.recurring and not longer.film:
        reasons.append(Reason("library", 8, f"{longer.title.text} stands once, {shorter.title.text} often"))
    return reasons


def score_pair(
    a: Candidate, b: Candidate, likeness: TitleSimilarity, settings: Match
) -> tuple[float, tuple[Reason, ...]]:
    """Confidence 0–100 that two files, between which stands no veto, are the same; with all reasons."""
    reasons = [*likeness.reasons, *_alternative(a, b, likeness)]
    film = is_film(a.release)
    reasons += _unread(a, b)
    reasons += _film_reasons(a, b, likeness) if film else _episode_reasons(a, b, likeness)
    runtime = runtime_reason(a.duration_s, b.duration_s)
    if runtime and not (a.damaged or b.damaged):
        reasons.append(runtime)
    if likeness.score < 100:
        reasons += _folder_reasons(a, b, likeness)
    total = max(0.0, min(100.0, sum(r.points for r in reasons)))
    common = a.ids & b.ids
    if common:
        reasons.append(_same_id(min(common)))
        total = max(0.0, min(100.0, sum(r.points for r in reasons)))
    doubt = _needs_more_than_names(a, b)
    if doubt and below_confident(total, settings) < total:
        reasons.append(Reason("names alone", below_confident(total, settings) - total, doubt))
        total = below_confident(total, settings)
    return total, tuple(reasons)


def _same_id(given: Id, points: float = _ONE_ID) -> Reason:
    what = {Level.SHOW: "the show is", Level.EPISODE: "the episode is"}.get(given.level, "both are")
    return Reason("id", points, f"{what} {provider_name(given)} {given.value} on both sides")


def score_by_id(a: Candidate, b: Candidate, given: Id, settings: Match) -> tuple[float, tuple[Reason, ...]]:
    """Confidence that two files of one id are the same, whatever they are called."""
    reasons = [_same_id(given, _BY_ID), *_unread(a, b)]
    runtime = runtime_reason(a.duration_s, b.duration_s)
    if runtime and not (a.damaged or b.damaged):
        reasons.append(runtime)
    total = max(0.0, min(100.0, sum(r.points for r in reasons)))
    doubt = _needs_more_than_names(a, b)
    if doubt and below_confident(total, settings) < total:
        reasons.append(Reason("names alone", below_confident(total, settings) - total, doubt))
        total = below_confident(total, settings)
    return total, tuple(reasons)


def _needs_more_than_names(a: Candidate, b: Candidate) -> str | None:
    """Why names alone never make two files more than possibly the same."""
    ours, theirs = a.release, b.release
    one_id = any(given.level is not Level.SHOW for given in a.ids & b.ids)
    if is_film(ours) and ours.year and theirs.year and ours.year != theirs.year and not one_id:
        return "years one apart: only pictures or an id can say that it is the same film"
    difference = unexplained(a, b)
    if difference and not (a.damaged or b.damaged):
        return f"one runs {clock(difference)} longer: only pictures can say what that is"
    return None


def _alternative(a: Candidate, b: Candidate, likeness: TitleSimilarity) -> list[Reason]:
    """A title given beside the main one is less sure to be one; one that stands so on both sides even less."""
    keys = {key for title in likeness.titles for key in title.keys}
    beside = sum(keys.isdisjoint(normalise(x.release.title or "").keys) for x in (a, b))
    if not beside:
        return []
    points = -3.0 if beside == 1 else -16.0
    return [
        Reason("alternative title", points, f"by the alternative title of {'both' if beside > 1 else 'one'}")
    ]


def _film_reasons(a: Candidate, b: Candidate, likeness: TitleSimilarity) -> list[Reason]:
    left, right = a.release.year, b.release.year
    reasons = []
    words = distinguishing_words.words_not_read(a, b)
    if words:
        reasons.append(Reason("words", distinguishing_words.WORDS_NOT_READ, words))
    if Kind.OTHER in (a.release.kind, b.release.kind):
        reasons.append(Reason("kind", -4, "nothing in a name says that it is a film"))
    if left and right:
        if left != right:
            # Festival and cinema release; but where the title comes from several years, another film.
            reasons.append(
                Reason(
                    "year", _AMBIGUOUS if likeness.many_years else -12.0, f"years one apart: {left} / {right}"
                )
            )
        elif likeness.score < 100:
            reasons.append(Reason("year", 4, f"both of {left}"))
        return reasons
    if likeness.many_years and (left or right):
        return [
            *reasons,
            Reason("year", _AMBIGUOUS, "a year is missing, and there are several of this title"),
        ]
    points = -8.0 if left or right else -6.0
    if likeness.score < 100:
        points -= 12
    return [*reasons, Reason("year", points, "a year is missing")]


def _episode_reasons(a: Candidate, b: Candidate, likeness: TitleSimilarity) -> list[Reason]:
    ours, theirs = a.release, b.release
    reasons = [_numbering(a, b)]
    if bool(ours.year) != bool(theirs.year):
        points = _AMBIGUOUS if likeness.many_years else -4.0
        reasons.append(Reason("year", points, "the year of the show is missing on one side"))
    elif ours.year != theirs.year:
        reasons.append(Reason("year", -4, f"the year of the season on one side: {ours.year} / {theirs.year}"))
    if bool(country(a)) != bool(country(b)):
        # One told by its country and the other by its year: there are several shows of this title.
        several = likeness.many_countries or (bool(ours.year) != bool(theirs.year) and _each_told_apart(a, b))
        points = _AMBIGUOUS if several else -8.0
        reasons.append(Reason("country", points, "the country of the show is missing on one side"))
    return reasons + _episode_title(ours, theirs)


def _unread(a: Candidate, b: Candidate) -> list[Reason]:
    """Numbers that were not read may tell apart what was read alike.

    A season and episode on both sides are sure enough; beside them, numbers are part of an episode's title.
    """
    if a.release.season is not None and b.release.season is not None and a.release.episodes:
        return []
    ours, theirs = remainder(a), remainder(b)
    if ours is None or theirs is None or ours.numbers == theirs.numbers:
        return []
    if a.release.episodes and not (ours.numbers and theirs.numbers):
        return []
    told = f"{' '.join(ours.numbers) or 'none'} / {' '.join(theirs.numbers) or 'none'}"
    return [Reason("unread", -24.0, f"numbers that may mean something: {told}")]


def _each_told_apart(a: Candidate, b: Candidate) -> bool:
    return all(x.release.year or country(x) for x in (a, b))


def _numbering(a: Candidate, b: Candidate) -> Reason:
    ours, theirs = a.release, b.release
    if ours.date and theirs.date:
        return Reason("episode", 0, f"both of {ours.date}")
    if not ours.episodes or not theirs.episodes:
        if _same_season(a, b):
            return Reason("episode", -12, "a season under one name, and nothing else")
        named = bool(ours.episode_title) != bool(theirs.episode_title)
        return Reason("episode", -36.0 if named else -20.0, "no episode number")
    if ours.season != theirs.season and ours.episodes != theirs.episodes:
        text = "counted through the seasons before it, which are all here"
        return Reason("episode", -24, f"{numbering(ours)} is {numbering(theirs)}, {text}")
    if ours.season != theirs.season:
        return Reason("episode", -8, f"episode {ours.episodes[0]}, the season is missing on one side")
    return Reason("episode", 0, "same season and episode")


def _same_season(a: Candidate, b: Candidate) -> bool:
    """Whether two names without episodes say the same of the show and the season, and nothing that differs."""
    if (
        a.release.episodes
        or b.release.episodes
        or a.release.season is None
        or a.release.season != b.release.season
    ):
        return False
    ours, theirs = remainder(a), remainder(b)
    titles = (fold(x.release.episode_title or "") for x in (a, b))
    return ours is not None and ours == theirs and len(set(titles)) == 1


def _episode_title(ours: ReleaseName, theirs: ReleaseName) -> list[Reason]:
    a_whole_season = ours.season is not None and not ours.episodes
    if a_whole_season or not ours.episode_title or not theirs.episode_title:
        return []
    ratio = fuzz.token_set_ratio(fold(ours.episode_title), fold(theirs.episode_title))
    if ratio >= 80:
        return [Reason("episode title", 6, "same episode title")]
    # Specials are numbered differently by every database; a plain episode's title is often read badly.
    unsure = ours.season == 0 or not ours.episodes
    return [Reason("episode title", -20.0 if unsure and ratio < 60 else -3.0, "another episode title")]


def _folder_reasons(a: Candidate, b: Candidate, likeness: TitleSimilarity) -> list[Reason]:
    """Folders that bear one of the titles speak; all others are just places."""
    keys = {key for title in likeness.titles for key in title.keys}
    left, right = ({k for f in x.folders for k in normalise(f).keys} & keys for x in (a, b))
    if left & right:
        return [Reason("folder", 12, "both lie in the folder of the same show or film")]
    if left and right:
        return [Reason("folder", -25, "each lies in a folder of its own title")]
    return []
