"""Which group of this scan is which group of the last one, and whether a decision still holds for it.

A group continues the one it shares most files with. A decision about a group was taken about certain files in
a certain state: it stands until a file joins the group or one of those files changes. Files that left
(archived, gone) do not reopen it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec


class KnownGroup(msgspec.Struct, frozen=True):
    """A group of an earlier scan."""

    id: int
    files: tuple[int, ...]


class Continuation(msgspec.Struct, frozen=True):
    """How new groups continue old ones."""

    ids: tuple[int | None, ...]
    """For each new group, in order, the id of the old group it continues; None for a new one."""
    ended: tuple[int, ...]
    """Old ids that nothing continues."""


def signature(states: Mapping[int, str]) -> str:
    """A short text that changes when a file joins, leaves, or changes; `states` maps file id to its state.

    The state is whatever changes with the file's content: its hash, or size and time of change.
    """
    digest = hashlib.blake2b(digest_size=12)
    for file in sorted(states):
        digest.update(f"{file}\0{states[file]}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def reconcile(old: Sequence[KnownGroup], new: Sequence[Sequence[int]]) -> Continuation:
    """Give each new group (its file ids) the id of the old group it continues.

    The pair that shares most files is settled first; ties go to the lower old id, then to the earlier new
    group. Each id is used once, so of a group that split the larger part keeps the id.
    """
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for known in old:
        for file in known.files:
            holders[file].append(known.id)
    shared: defaultdict[tuple[int, int], int] = defaultdict(int)
    for place, files in enumerate(new):
        for file in set(files):
            for known_id in holders[file]:
                shared[known_id, place] += 1
    ids: dict[int, int] = {}
    taken: set[int] = set()
    for known_id, place in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if known_id not in taken and place not in ids:
            ids[place] = known_id
            taken.add(known_id)
    ended = tuple(sorted({known.id for known in old} - taken))
    return Continuation(tuple(ids.get(place) for place in range(len(new))), ended)


def reopening(decided: Mapping[int, str], now: Mapping[int, str]) -> tuple[str, ...]:
    """Why a decision has to be taken again; empty while it holds.

    Both map file ids to states: of the files the decision was about, and of the group's files today.
    """
    joined = sorted(now.keys() - decided.keys())
    changed = sorted(file for file in now.keys() & decided.keys() if now[file] != decided[file])
    return (
        *(f"file {file} joined the group" for file in joined),
        *(f"file {file} changed since the decision" for file in changed),
    )
