"""Joins what a name, its folders and its neighbours say into one `ReleaseName` each."""

import re
from collections.abc import Sequence

import msgspec

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.names import neighbours
from mediavault_tui.domain.names.folders import Role
from mediavault_tui.domain.names.reading import Reading, read


class Context(msgspec.Struct, frozen=True):
    """What the folders above say, nearest first where they disagree."""

    name: ReleaseName | None = None
    season: int | None = None
    part: int | None = None
    extra: bool = False


def parse(path_text: str) -> ReleaseName:
    """Reads one name, possibly with folders in it (`Show/Season 02/03.mkv`)."""
    *folders, name = re.split(r"[/\\]", path_text) if "/" in path_text else [path_text]
    return place([read(folder, folder=True) for folder in folders if folder], [read(name)])[0]


def place(folders: Sequence[Reading], names: Sequence[Reading]) -> list[ReleaseName]:
    """All video names of one folder, with the readings of the folders above it, nearest last."""
    context = _context(folders)
    counted = neighbours.counting(names)
    shared = neighbours.shared_title(names)
    return [_place_one(name, context, counted.get(i), shared) for i, name in enumerate(names)]


def _context(folders: Sequence[Reading]) -> Context:
    season: int | None = None
    part: int | None = None
    extra = False
    for folder in reversed(folders):
        if folder.role is Role.WORK and folder.name.title:
            season = folder.name.season if season is None else season
            return Context(folder.name, season, part, extra)
        if folder.role is Role.SEASON and season is None:
            season = folder.name.season
        part = part or folder.name.part
        extra = extra or folder.role is Role.EXTRAS
    return Context(None, season, part, extra)


def _place_one(
    name: Reading, context: Context, counted: neighbours.Counted | None, shared: str | None
) -> ReleaseName:
    result = _count(name, counted) if counted else name.name
    result = _title_from(name, result, context, shared)
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


def _count(name: Reading, counted: neighbours.Counted) -> ReleaseName:
    """An episode by the neighbours' evidence."""
    return msgspec.structs.replace(
        name.name,
        kind=Kind.EPISODE,
        season=None,
        episodes=(counted.number,),
        title=counted.title,
        year=name.name.year if name.name.year != counted.number else None,
    )


def _title_from(name: Reading, result: ReleaseName, context: Context, shared: str | None) -> ReleaseName:
    """Fills title and year from the folders where the file's name has none of its own."""
    above = context.name
    if result.title is None and above is not None:
        return msgspec.structs.replace(
            result,
            title=above.title,
            year=result.year or above.year,
            episode_title=result.episode_title or name.tail,
        )
    if result.title is None and name.tail is not None:
        return msgspec.structs.replace(result, episode_title=result.episode_title or name.tail)
    if shared and result.title and name.numbered and result.title != shared and result.title in shared:
        return msgspec.structs.replace(result, title=shared)
    return result


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
