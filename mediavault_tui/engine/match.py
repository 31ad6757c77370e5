"""Match: evidence from content, names and pictures → groups, ranked, with what would be lost and freed.

Matching always looks at the whole catalogue, and not at all when nothing it looks at has changed.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from typing import NamedTuple, cast

import msgspec

from mediavault_tui.domain import alignment, duplicates, quality
from mediavault_tui.domain.alignment import Alignment
from mediavault_tui.domain.content_index import ContentIndex
from mediavault_tui.domain.duplicates import Candidate, Evidence, Group, Veto, VetoKind
from mediavault_tui.domain.events import Event, Phase, Progress
from mediavault_tui.domain.fingerprint import FINGERPRINT_VERSION, Fingerprint
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.names import PARSER_VERSION
from mediavault_tui.domain.quality import Copy
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine import pairing
from mediavault_tui.engine.candidates import candidate_of, copy_of, state_of
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services.workers import Task
from mediavault_tui.store import catalogue, fingerprints, groups, state
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import FoundGroup, Member

Pair = tuple[int, int]
PAIRS_AT_A_TIME = 64
GROUPS_AT_A_TIME = 500


class Library(NamedTuple):
    """What grouping looks at: only the files that anything speaks for."""

    candidates: list[Candidate]
    told_apart: list[Pair]


class Members(NamedTuple):
    """What ranking looks at: only of the files in groups, for a large library is mostly files without a twin."""

    copies: dict[int, Copy]
    states: dict[int, str]


async def match(vault: Vault) -> AsyncGenerator[Event, None]:
    """Make the groups of the catalogue anew, if anything has changed since they were made."""
    inputs = await vault.read(_inputs, vault.settings)
    if await vault.read(state.get, state.MATCHED) == inputs:
        yield Progress(Phase.MATCH, 0, 0)
        return
    yield Progress(Phase.MATCH, 0)
    found = await pairing.find(vault)
    alike: dict[Pair, Alignment] = {}
    async for event in _compare_pictures(vault, found.exact, found.by_title.evidence, alike):
        yield event
    evidence = [*found.exact, *found.by_title.evidence]
    library = await vault.read(_load, {*alike, *((e.a, e.b) for e in evidence)})
    grouping, vetoes = await asyncio.to_thread(
        _group, library, evidence, list(found.by_title.vetoes), alike, vault.settings
    )
    count = found.files
    del found, evidence, library, alike  # of a large library much; what is saved is made beside it otherwise
    ranked: list[FoundGroup] = []
    for start in range(0, len(grouping), GROUPS_AT_A_TIME):
        portion = grouping[start : start + GROUPS_AT_A_TIME]
        members = await vault.read(_members, {file_id for group in portion for file_id in group.files})
        ranked += await asyncio.to_thread(_ranked, portion, members, vault.settings)
    await vault.write(groups.save, ranked, vetoes, inputs)
    yield Progress(Phase.MATCH, count, count)


def _inputs(connection: Connection, settings: Settings) -> str:
    """What groups depend on, as a short text: equal texts, equal groups."""
    weights = msgspec.json.encode((settings.match, settings.quality)).decode()
    return f"{state.get(connection, state.CHANGES)} {PARSER_VERSION} {FINGERPRINT_VERSION} {weights}"


def _load(connection: Connection, pairs: set[Pair]) -> Library:
    ids = {file_id for pair in pairs for file_id in pair}
    candidates = [candidate_of(file) for file in catalogue.some(connection, ids)]
    return Library(candidates, groups.told_apart(connection))


def _members(connection: Connection, ids: set[int]) -> Members:
    files = list(catalogue.some(connection, ids))
    return Members({file.id: copy_of(file) for file in files}, {file.id: state_of(file) for file in files})


def _paths(connection: Connection, ids: set[int]) -> dict[int, bytes]:
    return {file.id: file.paths[0] for file in catalogue.some(connection, ids)}


async def _compare_pictures(
    vault: Vault,
    exact: Sequence[Evidence],
    by_title: Sequence[Evidence],
    alike: dict[Pair, Alignment],
) -> AsyncGenerator[Event, None]:
    """Fill `alike` with what comparing pictures says of pairs alike by name, and of those the index finds."""
    having = await vault.read(fingerprints.having)
    index = await vault.read(_index)
    pairs = {(e.a, e.b) for e in by_title if e.a in having and e.b in having}
    pairs |= await asyncio.to_thread(
        lambda: {_ordered(pair.first, pair.second) for pair in index.candidates()}
    )
    pairs -= {(e.a, e.b) for e in exact}
    alike.update(
        {
            pair: known
            for pair, known in (await vault.read(fingerprints.comparisons, FINGERPRINT_VERSION)).items()
            if pair in pairs
        }
    )
    waiting = sorted(pairs - alike.keys())
    for start in range(0, len(waiting), PAIRS_AT_A_TIME):
        portion = waiting[start : start + PAIRS_AT_A_TIME]
        known = await vault.read(_fingerprints, portion)
        compared = await asyncio.to_thread(_compare, portion, known)
        compared = [found async for found in _refined(vault, compared)]
        await vault.write(fingerprints.save_comparisons, FINGERPRINT_VERSION, compared)
        alike.update({(a, b): found for a, b, found in compared})
        yield Progress(Phase.MATCH, start + len(portion), len(waiting))


def _ordered(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)


def _index(connection: Connection) -> ContentIndex:
    index = ContentIndex()
    for file_id, value in fingerprints.each(connection):
        index.add(file_id, Fingerprint.from_bytes(value))
    return index


def _fingerprints(connection: Connection, pairs: Iterable[Pair]) -> dict[int, Fingerprint]:
    wanted = {file_id for pair in pairs for file_id in pair}
    values = {file_id: fingerprints.one(connection, file_id, FINGERPRINT_VERSION) for file_id in wanted}
    return {file_id: Fingerprint.from_bytes(value) for file_id, value in values.items() if value}


def _compare(pairs: Sequence[Pair], known: Mapping[int, Fingerprint]) -> list[tuple[int, int, Alignment]]:
    return [(a, b, alignment.compare(known[a], known[b])) for a, b in pairs if a in known and b in known]


def refine(path_a: bytes, path_b: bytes, rough: Alignment) -> Alignment:
    """In a worker: offset and speed to about a frame, from the pictures themselves."""
    from mediavault_tui.services import frames

    return frames.refine(path_a, path_b, rough)


async def _refined(
    vault: Vault, compared: Iterable[tuple[int, int, Alignment]]
) -> AsyncGenerator[tuple[int, int, Alignment], None]:
    """Pairs that may be the same, looked at frame by frame; a file that cannot be read now keeps the rough answer."""
    open_: list[tuple[int, int, Alignment]] = []
    for a, b, rough in compared:
        if rough.verdict is alignment.Verdict.DIFFERENT:
            yield a, b, rough
        else:
            open_.append((a, b, rough))

    paths = await vault.read(_paths, {file_id for a, b, _ in open_ for file_id in (a, b)})

    async def tasks() -> AsyncIterator[Task]:
        for a, b, rough in open_:
            yield Task((a, b, rough), (paths[a], paths[b], rough))

    async for outcome in vault.workers.map(refine, tasks(), vault.settings.scan.fingerprint_timeout_s):
        a, b, rough = cast(tuple[int, int, Alignment], outcome.key)
        yield a, b, outcome.value if isinstance(outcome.value, Alignment) else rough


def _group(
    library: Library,
    evidence: list[Evidence],
    name_vetoes: list[Veto],
    alike: Mapping[Pair, Alignment],
    settings: Settings,
) -> tuple[tuple[Group, ...], list[Veto]]:
    by_name = {(e.a, e.b) for e in evidence}
    vetoes = [Veto(a, b, VetoKind.USER, "told apart by you") for a, b in library.told_apart]
    by_id = {file.id: file for file in library.candidates}
    for (a, b), alignment_ in alike.items():
        finding = duplicates.content_finding(by_id[a], by_id[b], alignment_)
        if isinstance(finding, Veto):
            vetoes.append(finding)
        elif finding is not None:
            evidence.append(finding)
    grouping = duplicates.group(library.candidates, evidence, vetoes, settings.match)
    told = {(v.a, v.b): v for v in name_vetoes}
    told |= {(v.a, v.b): v for v in vetoes if (v.a, v.b) in by_name or v.kind is VetoKind.USER}
    told |= {(v.a, v.b): v for v in grouping.vetoes}
    return grouping.groups, [told[pair] for pair in sorted(told)]


def _ranked(grouping: Sequence[Group], members: Members, settings: Settings) -> list[FoundGroup]:
    return [ranked_group(group, members, settings) for group in grouping]


def ranked_group(group: Group, library: Members, settings: Settings) -> FoundGroup:
    """A group with its best copy first and what archiving the others would lose and free."""
    copies = {file_id: library.copies[file_id] for file_id in group.files}
    ranking = quality.rank(copies.values(), settings.quality)
    best = copies[ranking.standings[0].id]
    suggests = ranking.verdict is quality.Verdict.BETTER and not group.needs_review
    reclaim = quality.reclaimable([copy for copy in copies.values() if copy is not best], [best])
    twins = _twins(group, best.id)
    moments = _moments(group, twins)
    members = []
    for standing in ranking.standings:
        loss = [] if standing.id == best.id else quality.would_lose(copies[standing.id], best)
        offset_s, speed = moments.get(standing.id, (None, None))
        members.append(
            Member(
                file_id=standing.id,
                rank=standing.rank,
                score=standing.score,
                keep=not _is_spare(standing.id, best.id, twins, group, suggests=suggests and not loss),
                reasons=standing.reasons,
                setback=standing.setback,
                would_lose=tuple(loss),
                offset_s=None if offset_s is None else round(offset_s, 4),
                speed=speed,
                state=library.states[standing.id],
            )
        )
    return FoundGroup(
        kinds=group.kinds,
        confidence=group.confidence,
        needs_review=group.needs_review,
        verdict=ranking.verdict,
        verdict_reason=ranking.reason,
        reclaimable=reclaim.bytes,
        reclaim_notes=reclaim.notes,
        reasons=group.reasons,
        members=tuple(members),
        evidence=group.evidence,
    )


def _twins(group: Group, best: int) -> set[int]:
    """The best and the files with the very same content."""
    same = defaultdict(set)
    for e in group.evidence:
        if e.kind is EvidenceKind.EXACT:
            same[e.a].add(e.b)
            same[e.b].add(e.a)
    return {best, *same[best], *(twin for other in same[best] for twin in same[other])}


def _is_spare(file_id: int, best: int, twins: set[int], group: Group, *, suggests: bool) -> bool:
    """Whether archiving a file is suggested: it is the best once more, or clearly worse with nothing lost."""
    if file_id == best or group.needs_review:
        return False
    return suggests or file_id in twins


def _moments(group: Group, twins: set[int]) -> dict[int, tuple[float, float]]:
    """Offset and speed of each file against the best, where their pictures were compared."""
    moments = dict.fromkeys(twins, (0.0, 1.0))
    for e in group.evidence:
        if e.offset_s is None or e.speed is None:
            continue
        if e.a in twins:
            moments.setdefault(e.b, (e.offset_s, e.speed))
        elif e.b in twins:
            moments.setdefault(e.a, inverse(e.offset_s, e.speed))
    return moments


def inverse(offset_s: float, speed: float) -> tuple[float, float]:
    """Offset and speed of a against b, from those of b against a.

    The overlap starts at the same moment of both files, so its two times only change sides.
    """
    return -offset_s, 1 / speed
