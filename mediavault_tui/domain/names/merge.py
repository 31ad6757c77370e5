"""Joins what a name, its folders and its neighbours say into one `ReleaseName` each."""

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.names import ids, siblings
from mediavault_tui.domain.names.folder_roles import Role, may_be_work
from mediavault_tui.domain.names.parser import Reading, read, split_extension


class Context(msgspec.Struct, frozen=True):
    """What the folders above say, nearest first where they disagree."""

    name: ReleaseName | None = None
    season: int | None = None
    part: int | None = None
    extra: bool = False
    number: int | None = None
    """The nearest folder's name, when it is only a number: a season, or a show (`24`)."""


def parse(path_text: str) -> ReleaseName:
    """Reads one name, possibly with folders in it (`Show/Season 02/03.mkv`)."""
    *folders, name = split_path(path_text)
    return place([read(folder, folder=True) for folder in folders if folder], [read(name)])[0]


_CJK = "\u3040-\u30ff\u3400-\u9fff"
_TWO_SCRIPTS = re.compile(rf"^[\[【][^/]*(?:[{_CJK}][!?！？～]*/(?=[A-Za-z])|[A-Za-z]/(?=[{_CJK}]))[^/]*$")
_SLASH = re.compile(r"(?<! )/(?! )(?![^\[\]]*\])(?![^()/]*(?:/[^()/]*)?\)[^/]*$)")


def split_path(path_text: str) -> list[str]:
    """Folders and name, also of a Windows path (`Season 2\\[Group] Show - 04.mkv`).

    A slash between spaces, within brackets or between two scripts behind a group belongs to a name
    (`A / B [720p/MKV]`, `[Group] 龙王/Ryuuou - 11`).
    """
    if re.match(r"[A-Za-z]:\\", path_text) or ("/" not in path_text and re.search(r"\w\\[\w\[(]", path_text)):
        return path_text.split("\\")
    return [path_text] if _TWO_SCRIPTS.match(path_text) else _SLASH.split(path_text)


def place(folders: Sequence[Reading], names: Sequence[Reading]) -> list[ReleaseName]:
    """All video names of one folder, with the readings of the folders above it, nearest last."""
    context = _context(folders)
    counted = siblings.counting(names)
    shared = siblings.shared_title(names)
    placed = [_place_one(name, context, counted.get(i), shared) for i, name in enumerate(names)]
    return [_with_ids(result, name, folders) for result, name in zip(placed, names, strict=True)]


def _with_ids(result: ReleaseName, name: Reading, folders: Sequence[Reading]) -> ReleaseName:
    """With its own ids, and those of the folders about it: a collection's id is not the film's."""
    above = [
        each.name.ids
        for distance, each in enumerate(reversed(folders))
        if each.name.ids and _is_about(each, result, is_nearest=distance == 0)
    ]
    found = ids.joined(name.name.ids, above)
    return msgspec.structs.replace(result, ids=found) if found != result.ids else result


def _is_about(folder: Reading, result: ReleaseName, *, is_nearest: bool) -> bool:
    """Whether a folder bears the title, also one that is a common word; the nearest may have it in another
    language, with the same year.
    """
    said = folder.name.title or ids.take(folder.text)[0]
    is_of_year = is_nearest and folder.name.year is not None and folder.name.year == result.year
    return is_of_year or _same(said, result.title or "")


def _context(folders: Sequence[Reading]) -> Context:
    """What the folders say, with the number the nearest may be named by."""
    nearest = folders[-1].text if folders else ""
    number = int(nearest) if nearest.isascii() and nearest.isdigit() else None
    return msgspec.structs.replace(_work_above(folders), number=number)


def _work_above(folders: Sequence[Reading]) -> Context:
    season: int | None = None
    part: int | None = None
    extra = False
    below: Role | None = None
    for folder in reversed(folders):
        above_season, below = below is Role.SEASON, folder.role
        if above_season and folder.role is Role.SHELF and may_be_work(folder.text):
            return Context(ReleaseName(title=folder.text), season, part, extra)
        if folder.role is Role.WORK and folder.name.title:
            if season is None and not folder.several_seasons:
                season = folder.name.season
            return Context(folder.name, season, part, extra)
        if folder.role is Role.SEASON and season is not None and folder.text.isdigit():
            return Context(ReleaseName(title=folder.text), season, part, extra)  # `24/Season 1`
        if folder.role is Role.SEASON and season is None:
            season = folder.name.season
        part = part or folder.name.part
        extra = extra or folder.role is Role.EXTRAS
    return Context(None, season, part, extra)


def _place_one(
    name: Reading, context: Context, counted: siblings.CountedName | None, shared: str | None
) -> ReleaseName:
    if name.camera:
        return ReleaseName(kind=Kind.EXTRA if name.extra or context.extra else Kind.OTHER)
    if counted is None and _number_is_title(name, context):
        return ReleaseName(kind=Kind.MOVIE, title=split_extension(name.text)[0])
    result = _count(name, counted) if counted else name.name
    if name.leads is not None and context.season is not None and not counted:
        result = _numbered_in_season(name, result)
    elif context.name is not None and counted is None and _recorded_by_number(name):
        result = _season_and_episode(name, result)
    result = _title_from(name, result, context, shared)
    if not result.episodes and (episode := _abbreviated(name, context)):
        result = msgspec.structs.replace(result, episodes=(episode,))
    result = _season_from(result, context)
    changes: dict[str, object] = {}
    if result.part is None and context.part is not None:
        changes["part"] = context.part
    if name.extra or context.extra:
        changes["kind"] = Kind.EXTRA
    elif result.episodes or result.season is not None or result.date:
        changes["kind"] = Kind.EPISODE
    elif result.kind is Kind.OTHER and result.title:
        changes["kind"] = Kind.MOVIE
    return msgspec.structs.replace(result, **changes) if changes else result


def _number_is_title(name: Reading, context: Context) -> bool:
    """`300.mkv` on a shelf, without neighbours that count on from it, is a film; `03.mkv` is an episode."""
    stem = split_extension(name.text)[0]
    lonely = context.name is None and context.season is None and not context.extra
    return lonely and stem.isascii() and stem.isdigit() and len(stem) in {3, 4} and stem[0] != "0"


def _count(name: Reading, counted: siblings.CountedName) -> ReleaseName:
    """An episode by the neighbours' evidence; season and episode in one number only where all look so."""
    split = counted.by_season and name.name.season == counted.number // 100
    return msgspec.structs.replace(
        name.name,
        kind=Kind.EPISODE,
        season=name.name.season if split else None,
        episodes=(counted.number % 100,) if split else (counted.number,),
        title=counted.title,
        part=None,
    )


def _numbered_in_season(name: Reading, result: ReleaseName) -> ReleaseName:
    """`Season 2/16 Some Title.avi` is episode 16."""
    own = (result.title or "").removeprefix(str(name.leads)).strip(" -._") or None
    return msgspec.structs.replace(
        result, title=None, season=None, episodes=(name.leads or 0,), episode_title=own
    )


_RECORDED = frozenset({"HDTV", "TV", "Digital TV", "Satellite"})


_SHORT_NUMBER = re.compile(r"[a-z]\.?(\d{1,2})(\d\d)$")


def _abbreviated(name: Reading, context: Context) -> int | None:
    """`Show.S02.720p-GRP/grp-sn203.avi`: the episode, where the number begins with the folder's season."""
    m = _SHORT_NUMBER.search(split_extension(name.text)[0]) if name.terse else None
    return int(m[2]) if m and context.season == int(m[1]) else None


def _recorded_by_number(name: Reading) -> bool:
    """`407.Some.Title.hdtv` in the folder of a show: season and episode in one number, recorded from television."""
    return (
        name.leads is not None and name.leads > 100 and name.name.source in _RECORDED and not name.name.year
    )


def _season_and_episode(name: Reading, result: ReleaseName) -> ReleaseName:
    season, episode = divmod(name.leads or 0, 100)
    own = _numbered_in_season(name, result)
    return msgspec.structs.replace(own, season=season, episodes=(episode,)) if episode else result


def _title_from(name: Reading, result: ReleaseName, context: Context, shared: str | None) -> ReleaseName:
    """Title and year: from the folders where the file's name has none of its own."""
    above = context.name
    if result.title is None and result.season is not None and context.number not in {None, result.season}:
        return msgspec.structs.replace(result, title=str(context.number))  # `24/8x21.mkv`
    if above is not None and above.title is not None:
        if _belongs_to(name, above):
            return _folder_speaks(result, above)
        if result.title is None:
            return _under(result, above, name.tail)
        if _same_episode(name, result, above) or _names_its_film(result, above):
            return msgspec.structs.replace(result, title=above.title, year=result.year or above.year)
        if context.extra and not name.numbered:
            return _under(result, above, result.title)
        if _same(result.title, above.title):
            return msgspec.structs.replace(result, title=above.title, year=result.year or above.year)
        if context.season is not None and not name.numbered and result.year is None:
            return _under(result, above, _after(result.title, above.title))
    if result.title is None and name.tail is not None:
        return _named_behind_number(name, result, name.tail)
    if shared and result.title and name.numbered and result.title != shared and result.title in shared:
        return msgspec.structs.replace(result, title=shared)
    return result


def _belongs_to(name: Reading, above: ReleaseName) -> bool:
    """Whether a file says nothing beside its folder: no title of its own, or a folder for this one episode.

    `Show.S01E01.720p-GROUP/abcdef.avi`; the file may hold loose numbers (`Show 10x12/1012 - Title.avi`).
    """
    if name.numbered and (not name.loose or (name.head and _same(name.head, above.title or ""))):
        return False
    return len(above.episodes) in {1, 2} or ((name.bare or name.terse) and not name.numbered)


def _named_behind_number(name: Reading, result: ReleaseName, tail: str) -> ReleaseName:
    """`01 - Title`, `003. Show - Episode`: with no folder to say otherwise, the words name the show.

    Behind a season they are the episode's title: `11-02 The Long Reply`.
    """
    if result.season is not None or result.date is not None:
        return msgspec.structs.replace(result, episode_title=result.episode_title or tail)
    show, dash, episode = tail.partition(" - ")
    episode_title = (episode if dash else None) or (
        result.episode_title if result.episode_title != tail else None
    )
    return msgspec.structs.replace(result, title=show.strip() or tail, episode_title=episode_title)


_GROUP_AND_DASH = re.compile(r"[a-z0-9]+-[a-z0-9]+\.")


def _same_episode(name: Reading, result: ReleaseName, above: ReleaseName) -> bool:
    """`Show.S08E16.720p-GRP/grp-sh.s08e16.mkv`: the file abbreviates what its folder spells out."""
    numbers = (result.season, result.episodes)
    spelled_out = bool(_GROUP_AND_DASH.match(name.text)) or _holds(result.title or "", above.title or "")
    return spelled_out and bool(above.episodes) and numbers == (above.season, above.episodes)


def _names_its_film(result: ReleaseName, above: ReleaseName) -> bool:
    """`Film (1989)/Director - Film (VHS).avi`: the folder's film, with more beside it behind a dash."""
    if result.year or not above.year or above.episodes or above.season is not None or result.episodes:
        return False
    return " - " in (result.title or "") and _holds(result.title or "", above.title or "")


def _holds(longer: str, shorter: str) -> bool:
    """Whether one of the dashed parts of a title is the other title."""
    return any(_same(part, shorter) for part in longer.split(" - "))


def _folder_speaks(result: ReleaseName, above: ReleaseName) -> ReleaseName:
    """A file called `movie.mkv` or by a hash is what its folder says, but for what it does say itself."""
    kept = _TITLE_FIELDS | {"season", "episodes"} if above.episodes else _TITLE_FIELDS
    own = {k: v for k, v in msgspec.structs.asdict(result).items() if v and k not in kept}
    return msgspec.structs.replace(above, **own)


_TITLE_FIELDS = frozenset({"kind", "title", "alternative_titles", "release_group", "episode_title"})


def _under(result: ReleaseName, above: ReleaseName, episode_title: str | None) -> ReleaseName:
    """An episode whose own words are its episode title; the show is the folder's."""
    return msgspec.structs.replace(
        result,
        title=above.title,
        year=result.year or above.year,
        country=result.country or above.country,
        episode_title=result.episode_title or episode_title,
    )


def _after(text: str, show: str) -> str:
    """`Show - Episode Name` without its show."""
    plain = text.casefold()
    return text[len(show) :].strip(" -") or text if plain.startswith(show.casefold()) else text


def _same(one: str, other: str) -> bool:
    """Whether two titles differ only in accents, case and punctuation."""
    return _folded(one) == _folded(other) != ""


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def _season_from(result: ReleaseName, context: Context) -> ReleaseName:
    """The season of a season folder: `Season 1/102.mkv` is episode 2 there, `Season 02/03.mkv` is 2×03."""
    season = context.season
    if season is None or result.season is not None or result.date:
        return result
    if not result.episodes and not result.title:
        return result
    episodes = result.episodes
    if season and episodes and all(e // 100 == season and e % 100 for e in episodes):
        episodes = tuple(e % 100 for e in episodes)
    return msgspec.structs.replace(result, season=season, episodes=episodes)
