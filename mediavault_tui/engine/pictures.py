"""Comparing pictures: of pairs alike by name, and of those that a search of the whole library finds.

What a comparison found is kept, so each pair is looked at once as long as both files stay what they are.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import cast

from mediavault_tui.domain import picture_alignment
from mediavault_tui.domain.alignment import ALIGNMENT_VERSION, Alignment, Verdict, by_way_of, lengths
from mediavault_tui.domain.content_index import ContentIndex
from mediavault_tui.domain.duplicates import Evidence
from mediavault_tui.domain.events import Event, Phase, Progress
from mediavault_tui.domain.fingerprint import FINGERPRINT_VERSION, Fingerprint
from mediavault_tui.domain.picture_search import PictureSearch
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.file_times import modified_ns
from mediavault_tui.services.workers import Task
from mediavault_tui.store import catalogue, fingerprints
from mediavault_tui.store.database import Connection

Pair = tuple[int, int]
Compared = tuple[int, int, Alignment]
PAIRS_AT_A_TIME = 64


async def compare_pairs(
    vault: Vault,
    exact: Sequence[Evidence],
    by_title: Sequence[Evidence],
    alike: dict[Pair, Alignment],
) -> AsyncGenerator[Event, None]:
    """Fill `alike` with what comparing pictures says of pairs alike by name, and of those a search finds."""
    having = await vault.read(fingerprints.having)
    pairs = _named(by_title, exact, having)
    index, search = await vault.read(_searches)
    pairs |= await asyncio.to_thread(_found, index, search)
    pairs -= {(e.a, e.b) for e in exact}
    alike.update(
        {
            pair: known
            for pair, known in (await vault.read(fingerprints.comparisons, ALIGNMENT_VERSION)).items()
            if pair in pairs
        }
    )
    hubs: dict[int, int] = {}
    for (a, b), known in sorted(alike.items()):
        if known.verdict is Verdict.SAME:
            hubs.setdefault(b, a)
    waiting = sorted(pairs - alike.keys())
    for start in range(0, len(waiting), PAIRS_AT_A_TIME):
        portion = waiting[start : start + PAIRS_AT_A_TIME]
        shown = await vault.read(_fingerprints, portion)
        compared = await asyncio.to_thread(_compare, portion, shown)
        judged = await _refined(vault, compared, hubs, alike)
        await vault.write(fingerprints.save_comparisons, ALIGNMENT_VERSION, judged)
        alike.update({(a, b): found for a, b, found in judged})
        yield Progress(Phase.MATCH, start + len(portion), len(waiting))


def _named(by_title: Iterable[Evidence], exact: Iterable[Evidence], having: AbstractSet[int]) -> set[Pair]:
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


def _found(index: ContentIndex, search: PictureSearch) -> set[Pair]:
    indexed = {(min(pair.first, pair.second), max(pair.first, pair.second)) for pair in index.candidates()}
    return indexed | search.pairs()


def _searches(connection: Connection) -> tuple[ContentIndex, PictureSearch]:
    index, search = ContentIndex(), PictureSearch()
    for file_id, value in fingerprints.each(connection):
        fingerprint = Fingerprint.from_bytes(value)
        index.add(file_id, fingerprint)
        search.add(file_id, fingerprint)
    return index, search


def _fingerprints(connection: Connection, pairs: Iterable[Pair]) -> dict[int, Fingerprint]:
    wanted = {file_id for pair in pairs for file_id in pair}
    values = {file_id: fingerprints.one(connection, file_id, FINGERPRINT_VERSION) for file_id in wanted}
    return {file_id: Fingerprint.from_bytes(value) for file_id, value in values.items() if value}


def _compare(pairs: Sequence[Pair], known: Mapping[int, Fingerprint]) -> list[tuple[int, int, Alignment]]:
    return [
        (a, b, picture_alignment.compare(known[a], known[b])) for a, b in pairs if a in known and b in known
    ]


_LONG_S = 150.0
"""Up to this runtime a fingerprint holds all there is to see; of longer files a closer look takes much more."""


def refine(path_a: bytes, path_b: bytes, rough: Alignment) -> Alignment:
    """In a worker: offset and speed to about a frame, from the pictures themselves.

    A long pair that is unsure is looked at more closely first: few samples of two long films meet.
    """
    from mediavault_tui.services import frames

    if rough.verdict is Verdict.UNSURE and rough.overlap_s and max(lengths(rough)) > _LONG_S:
        rough = picture_alignment.compare(*(_thorough(path, _changed(path)) for path in (path_a, path_b)))
    return frames.refine(path_a, path_b, rough)


def _changed(path: bytes) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError as error:
        raise FileUnreadable(f"{os.fsdecode(path)}: {error.strerror}", "Check the name.") from error
    return status.st_size, modified_ns(status)


@lru_cache(maxsize=8)  # one file may have several partners
def _thorough(path: bytes, _changed: tuple[int, int]) -> Fingerprint:
    from mediavault_tui.services import frames

    return frames.fingerprint(path, thorough=True)


async def _refined(
    vault: Vault, compared: Iterable[Compared], hubs: dict[int, int], alike: Mapping[Pair, Alignment]
) -> list[Compared]:
    """Pairs that may be the same, with what looking at them frame by frame says.

    Of many copies of one thing, each is looked at beside one of them (its hub); the rest follows from that.
    """
    told: dict[Pair, Alignment] = {}
    open_: list[Compared] = []
    later: list[Compared] = []
    for a, b, rough in compared:
        if rough.verdict is Verdict.DIFFERENT:
            told[a, b] = rough
        elif rough.verdict is Verdict.SAME and hubs.get(a, a) == hubs.get(b, b):
            later.append((a, b, rough))
        else:
            open_.append((a, b, rough))
            if rough.verdict is Verdict.SAME:
                hubs.setdefault(b, a)
    async for a, b, found in _looked_at(vault, open_):
        told[a, b] = found
    known = {**alike, **told}
    left: list[Compared] = []
    for a, b, rough in later:
        to_a, to_b = known.get((hubs[a], a)), known.get((hubs[b], b))
        is_known = to_a and to_b and to_a.verdict is to_b.verdict is Verdict.SAME
        moved = by_way_of(rough, to_a, to_b) if to_a and to_b and is_known else None
        if moved is None:
            left.append((a, b, rough))
        else:
            told[a, b] = moved
    async for a, b, found in _looked_at(vault, left):
        told[a, b] = found
    return [(a, b, told[a, b]) for a, b, _ in compared]


async def _looked_at(vault: Vault, pairs: Sequence[Compared]) -> AsyncGenerator[Compared, None]:
    """Offset and speed frame by frame; a file that cannot be read now keeps the rough answer."""
    paths = await vault.read(_paths, {file_id for a, b, _ in pairs for file_id in (a, b)})

    async def tasks() -> AsyncIterator[Task]:
        for a, b, rough in pairs:
            yield Task((a, b, rough), (paths[a], paths[b], rough))

    async for outcome in vault.workers.map(refine, tasks(), vault.settings.scan.fingerprint_timeout_s):
        a, b, rough = cast(Compared, outcome.key)
        yield a, b, outcome.value if isinstance(outcome.value, Alignment) else rough


def _paths(connection: Connection, ids: set[int]) -> dict[int, bytes]:
    return {file.id: file.paths[0] for file in catalogue.some(connection, ids)}
