"""What tells two files apart, however alike their names look.

Each rule answers with a kind and a sentence, or with nothing. All are symmetric, and say nothing where one
side is silent, except for editions, parts and 3D, where silence means the plain version.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from mediavault_tui.domain.duplicates import distinguishing_words, season_years
from mediavault_tui.domain.duplicates.show_folders import country
from mediavault_tui.domain.duplicates.values import NAME_VETOES, Candidate, Veto, VetoKind
from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.nfo import Id, Level
from mediavault_tui.domain.titles import fold, normalise, number_conflict, numbers

# Editions that name another cut: other pictures, another length. All other words of an edition
# (`Remastered`, `Collector`, `Criterion`, `Limited`, …) name a package or a transfer of the same cut, and
# `Theatrical` is what a name without an edition means.
_CUTS = {
    **{"director": "director's cut", "extended": "extended", "unrated": "unrated", "uncut": "uncut"},
    **{"uncensored": "uncut", "final cut": "final cut", "ultimate": "ultimate", "redux": "redux"},
    **{"fan": "fan edit", "workprint": "workprint", "rekall": "rekall", "assembly": "assembly cut"},
    **{"alternative": "alternative cut", "alternate": "alternative cut", "imax": "imax"},
    **{
        "despeciali": "despecialized",
        "2in1": "two cuts in one",
        "open matte": "open matte",
        "festival": "festival cut",
    },
    **{"special": "special edition", "definitive": "definitive", "international": "international cut"},
    **{"tv cut": "tv cut", "roadshow": "roadshow", "black and white": "black and white"},
    **{"noir": "black and white", "black chrome": "black and white", "black and chrome": "black and white"},
}


# Words that make another version wherever they stand beside the title: of the picture, or of the sound on purpose.
_VERSIONS = tuple(
    (re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE), spelling)
    for words, spelling in (
        (r"colou?ri[sz](?:ed|ation)|colou?r[\W_]version", "colourised"),
        (r"b[\W_]?&[\W_]?w|black[\W_]+(?:and|&)[\W_]+white(?:[\W_]+(?:edition|version))?", "black and white"),
        (r"riff[\W_]?trax|mst3k|mystery[\W_]science[\W_]theat(?:er|re)(?:[\W_]3000)?", "RiffTrax"),
        (r"sing[\W_]?along", "sing-along"),
        (r"isolated[\W_]+(?:score|music)(?:[\W_]+track)?", "isolated score"),
        (r"fan[\W_]?edit|fan[\W_]?res", "fan edit"),
        (r"open[\W_]?matte", "open matte"),
        (r"work[\W_]?print", "workprint"),
        (r"tv[\W_]version|television[\W_]version", "tv cut"),
    )
)
# Words of titles as well: only behind the year, and not in one of the titles.
_BEHIND_YEAR = (
    (r"(?:in[\W_])?colou?r(?:ed)?", "colourised"),
    (r"b[\W_]?w|black[\W_]+white|noir|(?:black[\W_]+(?:and|&)[\W_]+)?chrome", "black and white"),
    (r"karaoke", "sing-along"),
    (r"(?:music|score)[\W_]only", "isolated score"),
    (r"censored", "censored"),
)
_YEAR_BEHIND = r"(?<!\d)(?:19|20)\d\d(?!\d).*"
_LATE_VERSIONS = tuple(
    (re.compile(rf"{_YEAR_BEHIND}(?<![^\W_])(?<!-)({words})(?![^\W_])", re.IGNORECASE), spelling)
    for words, spelling in _BEHIND_YEAR
)
# Stereo pictures in the words of discs and rips; a bare SBS or TAB only behind the year and in no broadcast.
_THREE_D = re.compile(
    r"(?<![^\W_])(?:3d[\W_]?bd|bd[\W_]?3d|3d|mvc|(?:h|half|f|full)[\W_]?(?:sbs|ou|tab)|mk3d"
    r"|(?:sbs|ou)3d|3d(?:sbs|ou|tab)|v3d|mv[\W_]?hevc|anaglyph(?:ic)?)(?![^\W_])",
    re.IGNORECASE,
)
_PACKED = re.compile(
    _YEAR_BEHIND + r"(?<![^\W_])(?:sbs|tab|ou|side[\W_]?by[\W_]?side|over[\W_]?(?:and[\W_]?)?under"
    r"|top[\W_]?(?:and[\W_]?)?bottom|red[\W_]?cyan|vr[\W_]?(?:180|360)|(?:180|360)[\W_]?vr)(?![^\W_])",
    re.IGNORECASE,
)
_BROADCAST = re.compile(r"(?<![^\W_])(?:hdtv|dvb|pdtv|satrip|tvrip|s\d+e\d+|e\d+)(?![^\W_])", re.IGNORECASE)


_WORD = re.compile(r"[^\W_]+")
_NAMED_CUT = re.compile(
    r"[^\W_]+(?:['’]s)?[\W_]+(?:cut|edition|version)\b"
    r"|\b(?:despeciali[sz]ed|fan[\W_]?edit|unrated|uncensored|imax|2in1|redux|black[\W_]+(?:and|&)[\W_]+chrome)\b",
    re.IGNORECASE,
)
# A cut that a parser left at the end of a title, whatever stands before it.
CLOSING_CUT = re.compile(
    r"(?<=[^\W_])(?<!^the)(?<!^a)(?:[\W_]+the)?(?:[\W_]+redux|[\W_]+despeciali[sz]ed"
    r"|[\W_]+black[\W_]+(?:and|&)[\W_]+chrome(?:[\W_]+edition)?"
    r"|(?:(?:[\W_]+(?:special|extended|director'?s|fan|theatrical|final|ultimate|unrated))+"
    r"[\W_]+(?:cut|edition|edit|version))+)[\W_]*$",
    re.IGNORECASE,
)


_UNKNOWN_CUT = re.compile(r"\b(?!theatrical|original|first|last)\w{3,} cut\b")


def cut(file: Candidate) -> frozenset[str]:
    """The cuts a name speaks of, in one spelling each; empty for the plain version.

    Beside the edition this reads what a film's name and folder say apart from the title: a parser may have
    taken `Final Cut` for something else.
    """
    return _cut(" / ".join([*file.folders[:1], file.name]), file.release)


@lru_cache(maxsize=16384)
def _cut(name: str, release: ReleaseName) -> frozenset[str]:
    said = [release.edition or ""]
    if is_film(release):
        title = _plain(CLOSING_CUT.sub("", release.title or ""))
        said += [text for text in _NAMED_CUT.findall(name) if _plain(text) not in title]
    text = _plain(" ".join(said))
    cuts = {spelling for word, spelling in _CUTS.items() if word in text}
    if not cuts and _UNKNOWN_CUT.search(text):
        cuts = {"another cut"}
    return frozenset(cuts | _versions(name, release))


def _versions(name: str, release: ReleaseName) -> set[str]:
    """Versions whose words stand in a name apart from its titles."""
    titles = _plain(
        " ".join(filter(None, [release.title, release.episode_title, *release.alternative_titles]))
    )
    found = {
        spelling
        for words, spelling in _VERSIONS
        if (said := words.search(name)) and _plain(said[0]) not in titles
    }
    late = {
        spelling
        for words, spelling in _LATE_VERSIONS
        if (said := words.search(name)) and _plain(said[1]).split()[-1] not in titles
    }
    return found | late


def three_d(file: Candidate) -> bool:
    """Whether the file, its name or its folder says that its pictures are those of two eyes."""
    name = " / ".join([*file.folders[:1], file.name])
    return file.stereo or file.release.three_d or _says_three_d(name, file.release.title or "")


@lru_cache(maxsize=16384)
def _says_three_d(name: str, title: str) -> bool:
    if len(_THREE_D.findall(name)) > len(_THREE_D.findall(title)):
        return _THREE_D.search(title) is None or len(set(_THREE_D.findall(name))) > 1
    return bool(_PACKED.search(name)) and not _BROADCAST.search(name)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def is_film(release: ReleaseName) -> bool:
    """Whether it is compared as a film; an unknown kind with a title counts as one."""
    return release.kind in (Kind.MOVIE, Kind.OTHER)


def name_veto(a: Candidate, b: Candidate) -> Veto | None:
    """The first reason in the names why two files are not the same; the cheapest questions come first."""
    if a.id > b.id:
        a, b = b, a
    for kind, rule in _RULES:
        reason = rule(a.release, b.release)
        if reason:
            return _firmer(Veto(a.id, b.id, kind, reason), a, b)
    for kind, rule_of_files in _RULES_OF_FILES:
        reason = rule_of_files(a, b)
        if reason:
            return _firmer(Veto(a.id, b.id, kind, reason), a, b)
    return None


def _firmer(veto: Veto, a: Candidate, b: Candidate) -> Veto:
    """Where pictures could lift a veto: the one of another version instead, which they cannot."""
    if veto.kind in NAME_VETOES:
        for kind, rule in ((VetoKind.EDITION, _edition), (VetoKind.THREE_D, _three_d)):
            reason = rule(a, b)
            if reason:
                return Veto(a.id, b.id, kind, reason)
    return veto


def _kind(a: ReleaseName, b: ReleaseName) -> str | None:
    return f"{a.kind} / {b.kind}" if is_film(a) != is_film(b) else None


def _extra(a: ReleaseName, b: ReleaseName) -> str | None:
    one_is_extra = (a.kind is Kind.EXTRA) != (b.kind is Kind.EXTRA)
    return f"{a.kind} / {b.kind}" if one_is_extra else None


def _episodes(a: ReleaseName, b: ReleaseName) -> str | None:
    if not a.episodes or not b.episodes or a.episodes == b.episodes or _count_otherwise(a, b):
        return None
    if _season(a, b) or not set(a.episodes) & set(b.episodes):
        return None
    ours, theirs = set(a.episodes), set(b.episodes)
    word = "contains" if ours > theirs or theirs > ours else "overlaps"
    longer, shorter = (a, b) if len(ours) >= len(theirs) else (b, a)
    return f"{numbering(longer)} {word} {numbering(shorter)}"


def _episode(a: ReleaseName, b: ReleaseName) -> str | None:
    if a.date and b.date and a.date != b.date:
        return f"another date: {a.date} / {b.date}"
    if _count_otherwise(a, b):
        return None
    if a.episodes and b.episodes and not set(a.episodes) & set(b.episodes):
        return f"another episode: {numbering(a)} / {numbering(b)}"
    if a.episodes and b.episodes and a.episode_part != b.episode_part:
        pieces = [f"{numbering(each)}{each.episode_part or ''}" for each in (a, b)]
        return f"another episode: {pieces[0]} / {pieces[1]}"
    if is_film(a) or a.date or b.date or bool(a.episodes) == bool(b.episodes):
        return None
    return f"an episode and a season: {numbering(a)} / {numbering(b)}"


def _count_otherwise(a: ReleaseName, b: ReleaseName) -> bool:
    """Whether one counts through all seasons and the other within a later one: the numbers cannot disagree."""
    return (a.season is None) != (b.season is None) and (a.season or b.season or 1) > 1


def _season(a: ReleaseName, b: ReleaseName) -> str | None:
    if a.season is not None and b.season is not None and a.season != b.season:
        return f"another season: {a.season} / {b.season}"
    return None


def _ids(a: Candidate, b: Candidate) -> str | None:
    """Ids of one kind of which none agrees; where one does, another that does not is a slip of one database."""
    if not a.ids or not b.ids or a.ids & b.ids:
        return None
    for one in sorted(a.ids):
        same_kind = (
            each for each in sorted(b.ids) if (each.level, each.provider) == (one.level, one.provider)
        )
        other = next(same_kind, None)
        if other is not None:
            what = {Level.SHOW: "another show: ", Level.EPISODE: "another episode: "}.get(one.level, "")
            values = sorted((one.value, other.value), key=lambda value: (len(value), value))
            return f"{what}{provider_name(one)} {' and '.join(values)}"
    return None


def provider_name(given: Id) -> str:
    """How the database calls itself."""
    names = {"tmdb": "TMDb", "imdb": "IMDb", "tvdb": "TheTVDB", "anidb": "AniDB", "anilist": "AniList"}
    return names.get(given.provider, given.provider)


def _year(a: Candidate, b: Candidate) -> str | None:
    ours, theirs = a.release.year, b.release.year
    if not is_film(a.release):
        return season_years.disagreement(a, b)
    if ours is None or theirs is None or abs(ours - theirs) <= 1:
        return None  # festival and cinema release, or the database of another country
    return f"another year: {ours} / {theirs}"


def _country(a: Candidate, b: Candidate) -> str | None:
    ours, theirs = country(a), country(b)
    if ours and theirs and ours != theirs:
        return f"another country: {ours} / {theirs}"
    return None


def _edition(a: Candidate, b: Candidate) -> str | None:
    if cut(a) == cut(b):
        return None
    names = [", ".join(sorted(cut(file))) or "plain version" for file in (a, b)]
    return f"another edition: {names[0]} / {names[1]}"


def _part(a: ReleaseName, b: ReleaseName) -> str | None:
    if a.part == b.part:
        return None
    if (a.episodes or b.episodes) and (a.part is None or b.part is None):
        return None  # the part belongs to the episode's title, and the episode number tells them apart
    names = [f"part {r.part}" if r.part is not None else "whole" for r in (a, b)]
    return f"another part: {names[0]} / {names[1]}"


def _three_d(a: Candidate, b: Candidate) -> str | None:
    return "3D on one side only" if three_d(a) != three_d(b) else None


def _sequel(a: ReleaseName, b: ReleaseName) -> str | None:
    if not a.title or not b.title:
        return None
    spellings = [[normalise(t) for t in (r.title, *r.alternative_titles) if t] for r in (a, b)]
    keys = [{k for t in side for k in t.keys} for side in spellings]
    ours, theirs = spellings[0][0], spellings[1][0]
    # An alternative title that both have does not make `01 - Making of` and `02 - Making of` one.
    both_numbered = numbers(ours) and numbers(theirs) and keys[0].isdisjoint(theirs.keys)
    if keys[0] & keys[1] and not (both_numbered and keys[1].isdisjoint(ours.keys)):
        return None
    return number_conflict(ours, theirs)


_RULES: tuple[tuple[VetoKind, Callable[[ReleaseName, ReleaseName], str | None]], ...] = (
    (VetoKind.EXTRA, _extra),
    (VetoKind.KIND, _kind),
    (VetoKind.SEASON, _season),
    (VetoKind.CONTAINS, _episodes),
    (VetoKind.EPISODE, _episode),
    (VetoKind.PART, _part),
    (VetoKind.SEQUEL, _sequel),
)


_RULES_OF_FILES: tuple[tuple[VetoKind, Callable[[Candidate, Candidate], str | None]], ...] = (
    (VetoKind.ID, _ids),
    (VetoKind.TITLE, distinguishing_words.apart),
    (VetoKind.YEAR, _year),
    (VetoKind.COUNTRY, _country),
    (VetoKind.EDITION, _edition),
    (VetoKind.THREE_D, _three_d),
)


def numbering(release: ReleaseName) -> str:
    """Season and episodes as people write them: `S01E02`, `E13`, `S02`."""
    season = "" if release.season is None else f"S{release.season:02d}"
    episodes = "".join(f"E{n:02d}" for n in release.episodes[:3])
    more = f"–E{release.episodes[-1]:02d}" if len(release.episodes) > 3 else ""
    return release.date or f"{season}{episodes}{more}"
