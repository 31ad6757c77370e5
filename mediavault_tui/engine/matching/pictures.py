"""Comparing pictures: of pairs alike by name, and of those that a search of the whole library finds.

What a comparison found is kept, so each pair is looked at once as long as both files stay what they are.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, cast

from mediavault_tui.domain.content import picture_alignment
from mediavault_tui.domain.content.alignment import ALIGNMENT_VERSION, Alignment, Verdict, via_third_file
from mediavault_tui.domain.content.content_index import ContentIndex
from mediavault_tui.domain.content.fingerprint import FINGERPRINT_VERSION, Fingerprint, digest
from mediavault_tui.domain.content.picture_search import PictureSearch
from mediavault_tui.domain.duplicates import Evidence
from mediavault_tui.domain.events import Event, Phase, Progress
from mediavault_tui.engine.vault import Vault
from mediavault_tui.engine.worker_tasks import refine
from mediavault_tui.services.workers import Task
from mediavault_tui.store import catalogue, fingerprints
from mediavault_tui.store.database import Connection
from mediavault_tui.store.fingerprints import Comparison

Pair = tuple[int, int]
Known = dict[Pair, Comparison]
Order = Mapping[int, tuple[bytes, bytes]]
"""What a file shows, in a few bytes, and its path."""
PAIRS_AT_A_TIME = 16


async def compare_pairs(
    vault: Vault,
    exact: Sequence[Evidence],
    by_title: Sequence[Evidence],
    alike: dict[Pair, Alignment],
) -> AsyncGenerator[Event, None]:
    """Fill `alike` with what comparing pictures says of pairs alike by name, and of those a search finds."""
    having = await vault.read(fingerprints.with_fingerprint)
    pairs = named(by_title, exact, having)
    search = await vault.read(_searches)
    pairs |= await asyncio.to_thread(_found, search)
    pairs -= {(e.a, e.b) for e in exact}
    kept = await vault.read(fingerprints.comparisons, ALIGNMENT_VERSION)
    known = {pair: kept[pair] for pair in kept.keys() & pairs}
    async for event in _compared(vault, sorted(pairs - known.keys()), known):
        yield event
    doubtful = {
        file_id for pair, it in known.items() if it.rough.verdict is not Verdict.DIFFERENT for file_id in pair
    }
    paths = await vault.read(_paths, doubtful)
    order = {file_id: (search.digests[file_id], path) for file_id, path in paths.items()}
    hubs = _hubs((pair for pair, it in known.items() if it.rough.verdict is Verdict.SAME), order)
    async for event in _looked_at(vault, _to_be_seen(known, hubs), known, order):
        yield event
    left = [
        pair for pair, it in known.items() if it.close is None and _by_way_of_hub(pair, known, hubs) is None
    ]
    async for event in _looked_at(vault, [pair for pair in left if _may_be_same(known[pair])], known, order):
        yield event
    for pair, it in known.items():
        alike[pair] = _by_way_of_hub(pair, known, hubs) or it.close or it.rough


def named(by_title: Iterable[Evidence], exact: Iterable[Evidence], having: AbstractSet[int]) -> set[Pair]:
    """Pairs alike by name that have fingerprints. Of files of the same bytes one may have been looked at only."""
    twins: defaultdict[int, list[int]] = defaultdict(list)
    for e in exact:
        twins[e.a].append(e.b)
    seen: dict[int, int] = {file_id: file_id for file_id in having}
    for first, others in twins.items():
        same = [first, *others]
        known = next((file_id for file_id in same if file_id in having), None)
        if known is not None:
            for file_id in same:
                seen.setdefault(file_id, known)
    pairs = {(seen[e.a], seen[e.b]) for e in by_title if e.a in seen and e.b in seen}
    return {(min(a, b), max(a, b)) for a, b in pairs if a != b}


class _Searches(NamedTuple):
    by_keys: ContentIndex
    by_pictures: PictureSearch
    digests: dict[int, bytes]
    """What each file shows, in a few bytes."""


def _found(by: _Searches) -> set[Pair]:
    indexed = {
        (min(pair.first, pair.second), max(pair.first, pair.second)) for pair in by.by_keys.candidates()
    }
    return indexed | by.by_pictures.pairs()


def _searches(connection: Connection) -> _Searches:
    found = _Searches(ContentIndex(), PictureSearch(), {})
    for file_id, value in fingerprints.each(connection):
        fingerprint = Fingerprint.from_bytes(value)
        found.by_keys.add(file_id, fingerprint)
        found.by_pictures.add(file_id, fingerprint)
        found.digests[file_id] = digest(fingerprint)
    return found


async def _compared(vault: Vault, waiting: Sequence[Pair], known: Known) -> AsyncGenerator[Event, None]:
    """Set fingerprints against each other and keep what comes of it in `known`."""
    for start in range(0, len(waiting), PAIRS_AT_A_TIME):
        portion = waiting[start : start + PAIRS_AT_A_TIME]
        shown = await vault.read(_fingerprints, portion)
        found: Known = {}
        for at, (a, b) in enumerate(portion, start + 1):
            if a in shown and b in shown:
                rough = await asyncio.to_thread(picture_alignment.compare, shown[a], shown[b])
                found[a, b] = Comparison(rough)
            yield Progress(Phase.MATCH, at, len(waiting))
        await vault.write(fingerprints.save_comparisons, ALIGNMENT_VERSION, found)
        known |= found


def _fingerprints(connection: Connection, pairs: Iterable[Pair]) -> dict[int, Fingerprint]:
    wanted = {file_id for pair in pairs for file_id in pair}
    values = {file_id: fingerprints.one(connection, file_id, FINGERPRINT_VERSION) for file_id in wanted}
    return {file_id: Fingerprint.from_bytes(value) for file_id, value in values.items() if value}


def _hubs(same: Iterable[Pair], order: Order) -> dict[int, int]:
    """Of many copies of one thing, the one beside which each is looked at; the rest follows from that.

    The first by what it shows, then by its path; not by when it was found, for groups must not depend on that.
    """
    beside: dict[int, list[int]] = {}
    for a, b in same:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    hubs: dict[int, int] = {}
    for file_id in sorted(beside, key=lambda each: order[each]):
        if file_id not in hubs:
            hubs |= dict.fromkeys((file_id, *(each for each in beside[file_id] if each not in hubs)), file_id)
    return hubs


def _to_be_seen(known: Known, hubs: Mapping[int, int]) -> list[Pair]:
    """Pairs that are looked at in any case: unsure ones, each copy with its hub, and copies of two hubs."""
    return [
        (a, b)
        for (a, b), it in known.items()
        if _may_be_same(it) and (it.rough.verdict is Verdict.UNSURE or not _has_third(a, b, hubs))
    ]


def _may_be_same(it: Comparison) -> bool:
    return it.close is None and it.rough.verdict is not Verdict.DIFFERENT


def _has_third(a: int, b: int, hubs: Mapping[int, int]) -> bool:
    return hubs.get(a) == hubs.get(b) is not None and hubs[a] not in (a, b)


def _by_way_of_hub(pair: Pair, known: Known, hubs: Mapping[int, int]) -> Alignment | None:
    """What follows for two copies from what both are to their hub; None where they were to be looked at themselves.

    Even where they were, once, beside another hub: a catalogue made at one go would not know of it.
    """
    a, b = pair
    rough = known[pair].rough
    if rough.verdict is not Verdict.SAME or not _has_third(a, b, hubs):
        return None
    to_a, to_b = _from_hub(hubs[a], a, known), _from_hub(hubs[a], b, known)
    if to_a is None or to_b is None or not to_a.verdict is to_b.verdict is Verdict.SAME:
        return None
    return via_third_file(rough, to_a, to_b)


def _from_hub(hub: int, other: int, known: Known) -> Alignment | None:
    it = known.get((min(hub, other), max(hub, other)))
    if it is None or it.close is None:
        return None
    return it.close if hub < other else it.close.turned()


async def _looked_at(
    vault: Vault, pairs: Sequence[Pair], known: Known, order: Order
) -> AsyncGenerator[Event, None]:
    """Keep in `known` offset and speed frame by frame; of a file that cannot be read now, the rough answer.

    Which of two is looked at first is settled by the order, too.
    """
    paths = {file_id: path for file_id, (_, path) in order.items()}

    async def tasks() -> AsyncIterator[Task]:
        for a, b in pairs:
            rough = known[a, b].rough
            turned = order[a] > order[b]
            yield Task(
                (a, b), (paths[b], paths[a], rough.turned()) if turned else (paths[a], paths[b], rough)
            )

    done = 0
    async for outcome in vault.workers.map(refine, tasks(), vault.settings.scan.fingerprint_timeout_s):
        pair = cast(Pair, outcome.key)
        close = known[pair].rough
        if isinstance(outcome.value, Alignment):
            close = outcome.value.turned() if order[pair[0]] > order[pair[1]] else outcome.value
        known[pair] = Comparison(known[pair].rough, close)
        await vault.write(fingerprints.save_comparisons, ALIGNMENT_VERSION, {pair: known[pair]})
        done += 1
        yield Progress(Phase.MATCH, done, len(pairs))


def _paths(connection: Connection, ids: set[int]) -> dict[int, bytes]:
    return {file.id: file.paths[0] for file in catalogue.some(connection, ids)}
