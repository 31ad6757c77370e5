"""Which files may be duplicates by content or name: found in a process of its own where the library is large.

Of 100,000 files the candidates and what comparing their titles needs fill some 300 MiB, and Python gives little of
that back; and the work keeps the interpreter busy for seconds. The screens should feel neither.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from mediavault_tui.domain.duplicates import Candidate, Evidence, Matches, exact_pairs, title_pairs
from mediavault_tui.domain.settings import Match
from mediavault_tui.engine.conversions import candidates_of
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import VaultError
from mediavault_tui.services.workers import Task, Workers
from mediavault_tui.store import catalogue
from mediavault_tui.store.database import Connection, reading

T = TypeVar("T")
APART_FROM = 10_000
"""Files from which a process of its own, which takes half a second to start, is worth it."""
LONGEST_S = 86_400.0


class CandidatePairs(NamedTuple):
    """What content and names say of the whole catalogue."""

    files: int
    exact: Sequence[Evidence]
    by_title: Matches


async def find(vault: Vault) -> CandidatePairs:
    """All pairs of the catalogue with the same content or related names."""
    return await _run(vault, _find)


async def candidate_files(vault: Vault) -> set[int]:
    """Files whose names say they may be duplicates; of files with the same content, one."""
    return await _run(vault, _worth_a_look)


async def _run(vault: Vault, function: Callable[[Connection, Match], T]) -> T:
    """Call `function` with a state of the catalogue. Cancelled, it ends at once (in a thread: when it is done)."""
    path, settings = vault.database.path, vault.settings.match
    if await vault.read(catalogue.count_present) < APART_FROM:
        return await asyncio.to_thread(_call, path, function, settings)

    async def task() -> AsyncIterator[Task]:
        yield Task(None, (path, function, settings))

    with Workers(1) as workers:
        async with contextlib.aclosing(workers.map(_call, task(), LONGEST_S)) as outcomes:
            outcome = await anext(outcomes)
    if outcome.error is not None:
        raise VaultError(
            f"Looking for duplicates {outcome.error.message}",
            "It needs about 4 KiB of memory for each file of the library.",
        )
    return cast(T, outcome.value)


def _call(path: Path, function: Callable[[Connection, Match], T], settings: Match) -> T:
    with reading(path) as connection:
        return function(connection, settings)


def _candidates(connection: Connection) -> list[Candidate]:
    return candidates_of(connection, catalogue.files(connection))


def _find(connection: Connection, settings: Match) -> CandidatePairs:
    files = _candidates(connection)
    return CandidatePairs(len(files), tuple(exact_pairs(files)), title_pairs(files, settings))


def _worth_a_look(connection: Connection, settings: Match) -> set[int]:
    files = _candidates(connection)
    first: dict[tuple[int, str], int] = {}
    stands_for = {
        file.id: first.setdefault((file.size, file.content_hash), file.id) if file.content_hash else file.id
        for file in files
    }
    pairs = ((stands_for[pair.a], stands_for[pair.b]) for pair in title_pairs(files, settings).evidence)
    return {file_id for a, b in pairs if a != b for file_id in (a, b)}
