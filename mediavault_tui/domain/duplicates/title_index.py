"""The titles of a whole library: which files bear which, and which titles could mean the same work.

Titles are compared, not files: 30,000 episodes have some hundred titles between them. Each title only meets
titles it can resemble: one that is a beginning or an end of it, its neighbours in alphabetical order (read
forwards and backwards), and those that share one of its rarest words. So the work grows with the number of
titles, not with its square.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from mediavault_tui.domain.duplicates.season_years import is_seasons
from mediavault_tui.domain.duplicates.show_folders import country
from mediavault_tui.domain.duplicates.values import Candidate
from mediavault_tui.domain.duplicates.vetoes import CLOSING_CUT, is_film
from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.nfo import Id, Level
from mediavault_tui.domain.titles import Title, fold, normalise

# A title that is part of another one by more words than this is not the same title with a tag.
_MOST_EXTRA_WORDS = 3
_NEIGHBOURS = 3
_RARE_WORDS = 2
_MOST_SHARING = 24  # a word that more titles share says nothing
# A file that claims more episodes is a whole season; its units are its ends.
_MOST_EPISODES = 40

# What discs, cameras and programs call their files. It says nothing about the work.
_EMPTY_TITLE = re.compile(
    r"(?:vts|title|track|stream|chapter|movie|video|film|clip|untitled|unknown|img|dscn?|mvi|vid|gopr|pxl|new"
    r"|output|test|feature|main|disc|cd|dvd|bdmv|rec|capture|screen ?recording)(?:[\W_]*t?\d+)*[\W_]*"
    r"|0\d*|\d{5,}"
)

_ALSO_KNOWN_AS = re.compile(r"\s+a\.?k\.?a\.?\s+", re.IGNORECASE)
_KNOWN_AS_FIRST = re.compile(r"^a\.?k\.?a\.?\s+(?=\S)", re.IGNORECASE)
_LATIN = r"\u0000-\u024f\u1e00-\u1eff\u2000-\u206f"
_ONE_SCRIPT = re.compile(rf"[{_LATIN}]*[A-Za-z][{_LATIN}]{{3,}}|[^{_LATIN}][^A-Za-z]*")
_CLOSING_BRACKET = re.compile(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]\s*$")

Unit = tuple[str, object, object]


class IndexedTitle:
    """One title of films, or of shows, and the files that bear it."""

    __slots__ = ("absolute", "countries", "files", "film", "seasons", "title", "units", "years")

    def __init__(self, title: Title, film: bool) -> None:
        self.title = title
        self.film = film
        self.files = 0
        self.units: defaultdict[Unit, list[Candidate]] = defaultdict(list)
        self.years: set[int] = set()
        self.countries: set[str] = set()
        self.seasons: defaultdict[int, set[int]] = defaultdict(set)
        """The episodes whose season is given."""
        self.absolute: list[Candidate] = []
        """Files with one number and no season."""

    def add(self, file: Candidate) -> None:
        """Note that a file bears this title."""
        self.files += 1
        for unit in units(file):
            self.units[unit].append(file)
        release = file.release
        if release.year and not (is_seasons(file) and (release.season or 0) > 1):
            self.years.add(release.year)
        where = country(file)
        if where:
            self.countries.add(where)
        if release.season is not None:
            self.seasons[release.season].update(release.episodes)
        elif len(release.episodes) == 1:
            self.absolute.append(file)

    def resolve_absolute_numbers(self) -> None:
        """Give absolute numbers their place in later seasons, where whole seasons before them lie here.

        With episodes 1 to 12 of the first season in the library, 13 may be S02E01.
        """
        passed = 0
        for season in range(1, max(self.seasons, default=0)):
            numbers = self.seasons.get(season)
            if not numbers or len(numbers) != max(numbers):
                return
            passed += len(numbers)
            for file in self.absolute:
                number = file.release.episodes[0] - passed
                if number in self.seasons.get(season + 1, ()):
                    self.units["episode", season + 1, number].append(file)


class TitleIndex:
    """All entries, found by spelling."""

    def __init__(self, files: Iterable[Candidate]) -> None:
        self.entries: dict[tuple[bool, str], IndexedTitle] = {}
        self.by_id: defaultdict[tuple[Id, object, object], list[Candidate]] = defaultdict(list)
        """Files by an id that says what they are, alone or with season and episodes."""
        self.groups: set[str] = set()
        """Release groups known from names, in one spelling."""
        for file in sorted(files, key=lambda file: file.order):  # whatever was scanned first
            self._add(file)
        for entry in self.entries.values():
            if entry.absolute:
                entry.resolve_absolute_numbers()

    def _add(self, file: Candidate) -> None:
        release = file.release
        if release.release_group:
            self.groups.add(normalise(release.release_group).key)
        if release.kind is Kind.EXTRA:
            return
        film = is_film(release)
        for given in file.ids:
            if given.level is not Level.SHOW:
                self.by_id[given, None, None].append(file)
            elif release.episodes and release.season is not None:
                self.by_id[given, release.season, release.episodes].append(file)
        for title in titles(file):
            entry = self.entries.get((film, title.key))
            if entry is None:
                entry = self.entries[film, title.key] = IndexedTitle(title, film)
            entry.add(file)

    def related(self) -> Iterator[tuple[IndexedTitle, IndexedTitle]]:
        """Pairs of different entries that are worth comparing, each once."""
        seen: set[tuple[int, int]] = set()
        for film in (True, False):
            entries = [e for (kind, _), e in self.entries.items() if kind is film]
            for a, b in self._worth_comparing(entries):
                pair = (id(a), id(b)) if id(a) < id(b) else (id(b), id(a))
                if a is not b and pair not in seen:
                    seen.add(pair)
                    yield a, b

    def _worth_comparing(
        self, entries: Sequence[IndexedTitle]
    ) -> Iterator[tuple[IndexedTitle, IndexedTitle]]:
        by_spelling: defaultdict[str, list[IndexedTitle]] = defaultdict(list)
        for entry in entries:
            for key in {*entry.title.keys, *entry.title.loose_keys}:
                by_spelling[key].append(entry)
        for sharing in by_spelling.values():
            for i, entry in enumerate(sharing[:_MOST_SHARING]):
                yield from ((entry, other) for other in sharing[i + 1 : _MOST_SHARING])
        for entry in entries:
            for key in ends(entry.title):
                yield from ((entry, other) for other in by_spelling.get(key, ())[:_MOST_SHARING])
        yield from _neighbours(entries)
        yield from _sharing_rare_words(entries)


def titles(file: Candidate) -> tuple[Title, ...]:
    """The titles a file bears, its own first; none when it has none that says anything."""
    release = file.release
    if not release.title or _is_empty(release):
        return ()
    return _titles(release.title, release.alternative_titles, release.country)


@lru_cache(maxsize=4096)  # the episodes of a show come one after the other
def _titles(title: str, alternatives: tuple[str, ...], where: str | None) -> tuple[Title, ...]:
    beside = map(normalise, [*(_KNOWN_AS_FIRST.sub("", text) for text in alternatives), *_inside(title)])
    found = [normalise(title), *(t for t in beside if _telling(t))]
    if where:
        # `This Is Us`: what was read as a country may be the title's last word.
        found.append(normalise(f"{title} {where}"))
    distinct: dict[str, Title] = {}
    for given in found:
        distinct.setdefault(given.key, given)
    return tuple(given for given in distinct.values() if given.keys)


def _inside(title: str) -> list[str]:
    """The titles that one text gives: around `AKA`, around a closing bracket, in each script, before an edition."""
    bracket = _CLOSING_BRACKET.match(title)
    given = [*bracket.groups()] if bracket else []
    known_as = _ALSO_KNOWN_AS.split(title)
    scripts = [] if title.isascii() else [run.strip() for run in _ONE_SCRIPT.findall(title)]
    given += [text for texts in (known_as, scripts) if len(texts) > 1 for text in texts]
    edition = CLOSING_CUT.search(title)
    return [*given, title[: edition.start()]] if edition else given


def _is_empty(release: ReleaseName) -> bool:
    """Whether a film's title is only what a machine named the file."""
    if release.year or not release.title or not is_film(release):
        return False
    return _EMPTY_TITLE.fullmatch(fold(release.title)) is not None


def _telling(title: Title) -> bool:
    """Whether an alternative title is long enough to be one, and not a mark of the release in brackets."""
    return len(title.key) >= (4 if title.key.isascii() else 2)


def units(file: Candidate) -> list[Unit]:
    """What of a title a file can be; two files can only be the same if they share one.

    An episode without a season counts as one of the first season: absolute numbers start there.
    """
    release = file.release
    if is_film(release):
        return [("film", None, None)]
    dated: list[Unit] = [("date", release.date, None)] if release.date else []
    if dated and not release.episodes:
        return dated
    season = 1 if release.season is None else release.season
    if len(release.episodes) > _MOST_EPISODES:
        return [*dated, *(("episode", season, n) for n in (release.episodes[0], release.episodes[-1]))]
    if release.episodes:
        return [*dated, *(("episode", season, n) for n in release.episodes)]
    if release.season is not None:
        return [("season", release.season, release.part)]
    return [("named", normalise(release.episode_title).key, None)] if release.episode_title else []


def ends(title: Title) -> Iterator[str]:
    """Beginnings and ends of a title that leave out at most a few words."""
    words = title.words
    for left_out in range(1, min(_MOST_EXTRA_WORDS + 1, len(words))):
        yield "".join(words[:-left_out])
        yield "".join(words[left_out:])


def _neighbours(entries: Sequence[IndexedTitle]) -> Iterator[tuple[IndexedTitle, IndexedTitle]]:
    for backwards in (False, True):
        step = -1 if backwards else 1
        ordered = sorted(entries, key=lambda e: e.title.key[::step])
        for distance in range(1, _NEIGHBOURS + 1):
            yield from zip(ordered, ordered[distance:], strict=False)


def _sharing_rare_words(entries: Sequence[IndexedTitle]) -> Iterator[tuple[IndexedTitle, IndexedTitle]]:
    bearers: defaultdict[str, list[IndexedTitle]] = defaultdict(list)
    for entry in entries:
        for word in set(entry.title.words):
            bearers[word].append(entry)
    for entry in entries:
        rarest = sorted(set(entry.title.words), key=lambda w: (len(bearers[w]), w))
        for word in rarest[:_RARE_WORDS]:
            if len(bearers[word]) <= _MOST_SHARING:
                yield from ((entry, other) for other in bearers[word])
