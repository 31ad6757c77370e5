"""What listening to pairs of files has shown."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from mediavault_tui.domain.audio_similarity import AudioSimilarity
from mediavault_tui.store.database import Connection

Told = list[tuple[int, int, AudioSimilarity]]
"""(audio track of the file, of the other, likeness), tracks by their places."""


class Heard(NamedTuple):
    """One pair as it was listened to."""

    file_id: int
    other_id: int
    state: str
    other_state: str
    told: Told


def of(connection: Connection, bounds: tuple[int, int], version: int) -> dict[int, list[Heard]]:
    """For each file with its id in `bounds`: the pairs it is in, as this version of listening told them."""
    found: defaultdict[int, list[Heard]] = defaultdict(list)
    for file_id, other_id, state, other_state, value in connection.execute(
        "SELECT file_id, other_id, state, other_state, value FROM heard"
        " WHERE file_id BETWEEN ? AND ? AND version = ?",
        (*bounds, version),
    ):
        told = msgspec.json.decode(value, type=Told)
        found[file_id].append(Heard(file_id, other_id, state, other_state, told))
    return found


def save(transaction: Connection, version: int, found: Iterable[Heard]) -> None:
    """Store pairs, in both directions."""
    for each in found:
        turned = each._replace(
            file_id=each.other_id,
            other_id=each.file_id,
            state=each.other_state,
            other_state=each.state,
            told=[(there, at, likeness) for at, there, likeness in each.told],
        )
        transaction.executemany(
            "INSERT OR REPLACE INTO heard(file_id, other_id, version, state, other_state, value)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (one.file_id, one.other_id, version, one.state, one.other_state,
                 msgspec.json.encode(one.told).decode())
                for one in (each, turned)
            ],
        )  # fmt: skip
