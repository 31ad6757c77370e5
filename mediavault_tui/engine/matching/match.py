"""Match: evidence from content, names and pictures → groups, ranked, with what would be lost and freed.

Matching always looks at the whole catalogue, and not at all when nothing it looks at has changed.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import msgspec

from mediavault_tui.domain import duplicates, quality
from mediavault_tui.domain.audio_similarity import LISTENING_VERSION
from mediavault_tui.domain.content.alignment import ALIGNMENT_VERSION, Alignment
from mediavault_tui.domain.content.coverage import Coverage
from mediavault_tui.domain.content.fingerprint import FINGERPRINT_VERSION
from mediavault_tui.domain.duplicates import Candidate, Contained, Doubt, Evidence, Group, Veto, VetoKind
from mediavault_tui.domain.events import Event, Phase, Progress
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.names import PARSER_VERSION
from mediavault_tui.domain.quality import Copy
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine.conversions import candidates_of, copy_of, state_of
from mediavault_tui.engine.matching import audio_comparison, candidate_pairs, expected_losses, pictures
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import catalogue, change_counters, groups
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import FoundGroup, Member

Pair = tuple[int, int]
GROUPS_AT_A_TIME = 500


class Library(NamedTuple):
    """What grouping looks at: only the files that anything speaks for."""

    candidates: list[Candidate]
    told_apart: list[Pair]


class Members(NamedTuple):
    """What ranking looks at: only of the files in groups, for a large library is mostly files without a twin."""

    copies: dict[int, Copy]
    states: dict[int, str]
    sounds: quality.AudioEvidence = quality.AudioEvidence()


class Judged(NamedTuple):
    """What all evidence comes to."""

    groups: tuple[Group, ...]
    vetoes: list[Veto]
    """Those worth telling."""
    contained: list[Contained]
    unsure: list[Doubt]
    """Pairs whose pictures were compared and could not be told, as far as it is worth telling."""


async def match(vault: Vault) -> AsyncGenerator[Event, None]:
    """Make the groups of the catalogue anew, if anything has changed since they were made."""
    inputs = await vault.read(_inputs, vault.settings)
    if await vault.read(change_counters.get, change_counters.MATCHED) == inputs:
        yield Progress(Phase.MATCH, 0, 0)
        return
    yield Progress(Phase.MATCH, 0)
    found = await candidate_pairs.find(vault)
    alike: dict[Pair, Alignment] = {}
    async for event in pictures.compare_pairs(vault, found.exact, found.by_title.evidence, alike):
        yield event
    evidence = [*found.exact, *found.by_title.evidence]
    library = await vault.read(_load, {*alike, *((e.a, e.b) for e in evidence)})
    judged = await asyncio.to_thread(
        _judge, library, evidence, list(found.by_title.vetoes), alike, vault.settings
    )
    count = found.files
    del found, evidence, library, alike  # of a large library much; what is saved is made beside it otherwise
    ranked: list[FoundGroup] = []
    doubted = frozenset((doubt.a, doubt.b) for doubt in judged.unsure)
    for start in range(0, len(judged.groups), GROUPS_AT_A_TIME):
        portion = judged.groups[start : start + GROUPS_AT_A_TIME]
        members = await vault.read(_members, {file_id for group in portion for file_id in group.files})
        wanted = await asyncio.to_thread(_to_be_heard, portion, members, vault.settings)
        if wanted:
            async for event in audio_comparison.listen(vault, wanted):
                yield event
            members = await vault.read(_members, {file_id for group in portion for file_id in group.files})
        ranked += await asyncio.to_thread(_ranked, portion, members, vault.settings, doubted)
    await vault.write(groups.save, ranked, judged.vetoes, inputs, judged.contained, judged.unsure)
    yield Progress(Phase.MATCH, count, count)


def _inputs(connection: Connection, settings: Settings) -> str:
    """What groups depend on, as a short text: equal texts, equal groups."""
    weights = msgspec.json.encode(
        (settings.match, settings.quality, settings.archive.offer_sidecars)
    ).decode()
    versions = f"{PARSER_VERSION} {FINGERPRINT_VERSION} {ALIGNMENT_VERSION} {LISTENING_VERSION}"
    return f"{change_counters.get(connection, change_counters.CHANGES)} {versions} {weights}"


def _load(connection: Connection, pairs: set[Pair]) -> Library:
    ids = {file_id for pair in pairs for file_id in pair}
    candidates = candidates_of(connection, catalogue.some(connection, ids))
    return Library(candidates, groups.marked_different(connection))


def _members(connection: Connection, ids: set[int]) -> Members:
    files = list(catalogue.some(connection, ids))
    return Members(
        {file.id: copy_of(file) for file in files},
        {file.id: state_of(file) for file in files},
        expected_losses.sounds(files),
    )


def _judge(
    library: Library,
    evidence: list[Evidence],
    name_vetoes: list[Veto],
    alike: Mapping[Pair, Alignment],
    settings: Settings,
) -> Judged:
    by_name = {(e.a, e.b) for e in evidence}
    doubts: list[Doubt] = []
    vetoes = [Veto(a, b, VetoKind.USER, "marked as different by you") for a, b in library.told_apart]
    by_id = {file.id: file for file in library.candidates}
    for (a, b), alignment_ in alike.items():
        finding = duplicates.content_finding(by_id[a], by_id[b], alignment_)
        if isinstance(finding, Veto):
            vetoes.append(finding)
        elif isinstance(finding, Doubt):
            doubts.append(finding)
        else:
            evidence.append(finding)
    grouping = duplicates.group(library.candidates, evidence, vetoes, settings.match, doubts)
    homes = {file_id: group for group in grouping.groups for file_id in group.files}
    unsure = [each for each in doubts if _is_worth_telling(each, by_name, by_id, alike, homes, settings)]
    told = {(v.a, v.b): v for v in grouping.vetoes if v.kind is VetoKind.UNSURE}
    told |= {(d.a, d.b): Veto(d.a, d.b, VetoKind.UNSURE, d.reason) for d in unsure if _apart(d.a, d.b, homes)}
    told |= {(v.a, v.b): v for v in name_vetoes}
    always = {VetoKind.USER, VetoKind.CONTAINS}
    told |= {(v.a, v.b): v for v in vetoes if (v.a, v.b) in by_name or v.kind in always}
    told |= {(v.a, v.b): v for v in grouping.vetoes if v.kind is not VetoKind.UNSURE}
    parts = [
        part
        for (a, b), alignment_ in alike.items()
        if _apart(a, b, homes) and (part := duplicates.contained(by_id[a], by_id[b], alignment_))
    ]
    return Judged(grouping.groups, [told[pair] for pair in sorted(told)], parts, unsure)


def _apart(a: int, b: int, homes: Mapping[int, Group]) -> bool:
    """Whether two files are in no group together."""
    return a not in homes or homes[a] is not homes.get(b)


def _is_worth_telling(
    doubt: Doubt,
    by_name: set[Pair],
    files: Mapping[int, Candidate],
    alike: Mapping[Pair, Alignment],
    homes: Mapping[int, Group],
    settings: Settings,
) -> bool:
    """Of what a search finds, that there is too little to see, or nearly enough; not what shares a set or an intro.

    A pair that a third copy has settled is none.
    """
    pair = doubt.a, doubt.b
    if not _apart(*pair, homes) and homes[doubt.a].confidence >= settings.match.confident:
        return False
    if pair in by_name:
        return True
    found = alike[pair]
    little = not found.measured or found.overlap_s <= 0
    return (little or found.score >= settings.match.possible) and not duplicates.name_veto(
        files[doubt.a], files[doubt.b]
    )


def _to_be_heard(
    grouping: Sequence[Group], members: Members, settings: Settings
) -> list[audio_comparison.AudioRequest]:
    """Pairs of a best copy and another whose audio tracks have to be listened to before they are judged."""
    if settings.scan.fingerprint == "none":
        return []
    found = []
    for group in grouping:
        if group.needs_review:
            continue
        copies = {file_id: members.copies[file_id] for file_id in group.files}
        best = quality.rank(copies.values(), settings.quality, _compared(group)).standings[0].id
        measured = [e for e in group.evidence if e.kind is not EvidenceKind.CONTENT or e.offset_s is not None]
        for file_id in group.files:
            coverage = duplicates.coverage_between(measured, best, file_id)
            wanted = audio_comparison.audio_request(copies[best], copies[file_id], members.sounds, coverage)
            if wanted is not None:
                found.append(wanted)
    return found


def _ranked(
    grouping: Sequence[Group], members: Members, settings: Settings, doubted: AbstractSet[Pair]
) -> list[FoundGroup]:
    return [ranked_group(group, members, settings, doubted) for group in grouping]


def ranked_group(
    group: Group, library: Members, settings: Settings, doubted: AbstractSet[Pair] = frozenset()
) -> FoundGroup:
    """A group with its best copy first and what archiving the others would lose and free.

    Nothing is suggested of pairs whose pictures are `doubted` or agree in a part only: names do not outweigh them.
    """
    copies = {file_id: library.copies[file_id] for file_id in group.files}
    ranking = quality.rank(copies.values(), settings.quality, _compared(group))
    best = copies[ranking.standings[0].id]
    unlike = _doubted_beside(best.id, group, doubted)
    suggests = ranking.verdict is quality.Verdict.BETTER and not group.needs_review
    spare = [copy for copy in copies.values() if copy is not best and copy.id not in unlike]
    reclaim = _reclaimable(spare, best)
    twins = _twins(group, best.id)
    moments = _moments(group, twins)
    members = []
    least = ranking.standings[0].score - settings.quality.margin
    for standing in ranking.standings:
        offset_s, speed = moments.get(standing.id, (None, None))
        copy = copies[standing.id]
        coverage = None if copy is best else duplicates.coverage_between(group.evidence, copy.id, best.id)
        if settings.archive.offer_sidecars and _is_in_step(copy, best, moments.get(standing.id), coverage):
            copy = quality.without_subtitle_files(copy)
        loss, held = _set_against(copy, best, coverage, library.sounds)
        clear = suggests and not (held or copy.id in unlike or _is_wanted(standing, loss, least))
        members.append(
            Member(
                file_id=standing.id,
                rank=standing.rank,
                score=standing.score,
                keep=best.place is not None
                or not _is_spare(standing.id, best.id, twins, group, suggests=clear),
                reasons=standing.reasons,
                setback=standing.setback.text if standing.setback else None,
                would_lose=tuple(each.words for each in loss),
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


def _reclaimable(spare: Sequence[Copy], best: Copy) -> quality.Reclaim:
    """What lies in a bin or a download is left alone, so it frees nothing. What cannot be read is not known to be a
    copy of anything, nor to be one that could stay for another.
    """
    movable = [copy for copy in spare if _may_be_moved(copy) and not copy.problem]
    return quality.reclaimable(movable if best.place is None and not best.problem else [], [best])


def _doubted_beside(best: int, group: Group, doubted: AbstractSet[Pair]) -> set[int]:
    """Files whose pictures do not say that they show what the best shows, along the whole."""
    found = {e.a if e.b == best else e.b for e in group.evidence if e.partial and best in (e.a, e.b)}
    return found | {each for each in group.files if (min(each, best), max(each, best)) in doubted}


def _compared(group: Group) -> set[int]:
    """Files of which pictures said which part they have in common with another."""
    return {file_id for e in group.evidence if e.coverage is not None for file_id in (e.a, e.b)}


def _set_against(
    copy: Copy, best: Copy, coverage: Coverage | None, sounds: quality.AudioEvidence
) -> tuple[tuple[quality.Loss, ...], str | None]:
    """What archiving a copy would lose, and why the best may be no better although nothing is lost."""
    if copy.id == best.id:
        return (), None
    loss = quality.would_lose(copy, [best], sounds, coverage=lambda *_: coverage)
    return loss, quality.longer_keeper(copy, best, coverage)


def _is_in_step(
    copy: Copy, best: Copy, moment: tuple[float, float] | None, coverage: Coverage | None
) -> bool:
    ours, theirs = (each.media.duration_s if each.media else None for each in (copy, best))
    return quality.subtitles_fit(moment, ours, theirs, coverage)


def _is_wanted(standing: quality.RankedCopy, loss: Sequence[object], least: float) -> bool:
    """Whether a copy stays beside the best one: for what only it has, or as a good one in a hidden folder."""
    if standing.place is None:
        return bool(loss)
    return standing.place.by_choice and (bool(loss) or standing.score > least)


def _may_be_moved(copy: Copy) -> bool:
    return copy.place is None or copy.place.by_choice


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
