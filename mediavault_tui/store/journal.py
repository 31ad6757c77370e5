"""The journal: acts before and after, moved files with where they came from, and tombstones.

Everything that allows or records a change of the disk is written in durable transactions
(`Vault.write_durably`).
"""

import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from mediavault_tui.domain.access import Access
from mediavault_tui.domain.archive.journal import Act, JournalEntry, Operation, State
from mediavault_tui.domain.archive.operations import Keeper, Op, Proof
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.store.database import Connection


class RemovedFolder(NamedTuple):
    """A folder that was removed because nothing was left in it."""

    path: bytes
    access: Access


def begin(transaction: Connection, kind: str) -> int:
    """Note a new operation; returns its number."""
    cursor = transaction.execute(
        "INSERT INTO operations(kind, started_at) VALUES (?, ?)", (kind, int(time.time()))
    )
    return int(cursor.lastrowid or 0)


def end(transaction: Connection, operation: int) -> None:
    """Note that an operation is over; one in which nothing was begun is forgotten."""
    transaction.execute("UPDATE operations SET finished_at = ? WHERE id = ?", (int(time.time()), operation))
    transaction.execute(
        "DELETE FROM operations WHERE id = ? AND NOT EXISTS (SELECT 1 FROM acts WHERE operation_id = ?)",
        (operation, operation),
    )


def close(transaction: Connection, operation: int) -> None:
    """Note that an operation is over that was taken over from elsewhere, without acts of its own."""
    transaction.execute("UPDATE operations SET finished_at = ? WHERE id = ?", (int(time.time()), operation))


def add_moved(transaction: Connection, moved: JournalEntry) -> int:
    """Note a file that is about to be moved; returns its number."""
    cursor = transaction.execute(
        "INSERT INTO moved(operation_id, bundle, group_id, op, is_video, origin, place, file, inode,"
        " origin_device, content, mode, uid, gid, keeper, keeper_proof, proven_by, root, archive, reason,"
        " state, moved_at, attributes, keepers)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            moved.operation, moved.bundle, moved.group, moved.op, moved.is_video, moved.origin, moved.place,
            msgspec.json.encode(moved.file), moved.file.inode, moved.origin_device, moved.content, moved.mode,
            moved.uid, moved.gid,
            moved.keeper, msgspec.json.encode(moved.keeper_proof), moved.proven_by, moved.root, moved.archive,
            moved.reason, moved.state, moved.moved_at or int(time.time()),
            None if moved.attributes is None else msgspec.json.encode(moved.attributes),
            msgspec.json.encode(moved.keepers),
        ),
    )  # fmt: skip
    moved_id = int(cursor.lastrowid or 0)
    transaction.executemany(
        "INSERT INTO moved_owners(moved_id, owner) VALUES (?, ?)", [(moved_id, each) for each in moved.owners]
    )
    return moved_id


def intend(transaction: Connection, operation: int, act: Act) -> int:
    """Note an act that is about to be done; returns its number."""
    cursor = transaction.execute(
        "INSERT INTO acts(operation_id, moved_id, value, state, intended_at) VALUES (?, ?, ?, 'intended', ?)",
        (operation, act.moved_id, msgspec.json.encode(act), int(time.time())),
    )
    return int(cursor.lastrowid or 0)


def revise(transaction: Connection, act: Act) -> None:
    """Note more about an act under way: its verified copy."""
    transaction.execute("UPDATE acts SET value = ? WHERE id = ?", (msgspec.json.encode(act), act.id))


def end_act(transaction: Connection, act: Act, *, done: bool, reason: str) -> None:
    """Note how an act ended."""
    transaction.execute(
        "UPDATE acts SET state = ?, reason = ?, ended_at = ? WHERE id = ?",
        ("done" if done else "undone", reason, int(time.time()), act.id),
    )


def act(connection: Connection, act_id: int) -> Act:
    """An act as it was last noted."""
    row = connection.execute("SELECT value FROM acts WHERE id = ?", (act_id,)).fetchone()
    return msgspec.structs.replace(msgspec.json.decode(row[0], type=Act), id=act_id)


def under_way(connection: Connection) -> list[tuple[str, Act]]:
    """(kind of operation, act) of every act that was begun and not ended, in their order."""
    rows = connection.execute(
        "SELECT acts.id, kind, value FROM acts JOIN operations ON operations.id = operation_id"
        " WHERE state = 'intended' ORDER BY acts.id"
    ).fetchall()
    return [
        (kind, msgspec.structs.replace(msgspec.json.decode(value, type=Act), id=act_id))
        for act_id, kind, value in rows
    ]


def is_under_way(connection: Connection, moved_id: int) -> bool:
    """Whether an act with this file was begun and not ended."""
    row = connection.execute(
        "SELECT 1 FROM acts WHERE moved_id = ? AND state = 'intended'", (moved_id,)
    ).fetchone()
    return row is not None


def set_state(transaction: Connection, moved_id: int, state: State) -> None:
    """Note what became of a moved file."""
    ended = None if state in (State.MOVING, State.MOVED) else int(time.time())
    transaction.execute("UPDATE moved SET state = ?, ended_at = ? WHERE id = ?", (state, ended, moved_id))


def set_place(transaction: Connection, moved_id: int, place: bytes, file: Proof, content: bytes) -> None:
    """Note where a moved file lies and what it is like there."""
    transaction.execute(
        "UPDATE moved SET place = ?1, file = ?2, content = CASE WHEN length(?3) THEN ?3 ELSE content END"
        " WHERE id = ?4",
        (place, msgspec.json.encode(file), content, moved_id),
    )


def followed(transaction: Connection, place_then: bytes, moved: JournalEntry) -> JournalEntry | None:
    """The archived file that the journal knows at `place_then`, from now on where `moved` says that it and all it
    has to do with are: its folder has another path by now. None if the journal knows none.
    """
    row = transaction.execute(
        "SELECT id FROM moved WHERE state = 'moved' AND place = ? AND place != ?", (place_then, moved.place)
    ).fetchone()
    if row is None:
        return None
    transaction.execute(
        "UPDATE moved SET origin = ?, place = ?, root = ?, archive = ?, keeper = ?, keepers = ? WHERE id = ?",
        (
            moved.origin, moved.place, moved.root, moved.archive, moved.keeper, msgspec.json.encode(moved.keepers),
            row[0],
        ),
    )  # fmt: skip
    transaction.execute("DELETE FROM moved_owners WHERE moved_id = ?", row)
    transaction.executemany(
        "INSERT INTO moved_owners(moved_id, owner) VALUES (?, ?)", [(row[0], each) for each in moved.owners]
    )
    return msgspec.structs.replace(moved, id=row[0])


_COLUMNS = (
    "id, operation_id, bundle, group_id, op, is_video, origin, place, file, content, mode, uid, gid, keeper,"
    " keeper_proof, proven_by, root, archive, reason, state, moved_at, ended_at, origin_device,"
    " (SELECT group_concat(hex(owner)) FROM moved_owners WHERE moved_id = moved.id), attributes, keepers"
)


def _moved(rows: Iterable[tuple[Any, ...]]) -> list[JournalEntry]:
    return [
        JournalEntry(
            id=row[0], operation=row[1], bundle=row[2], group=row[3], op=Op(row[4]), is_video=bool(row[5]),
            origin=row[6], place=row[7], file=msgspec.json.decode(row[8], type=Proof), content=row[9] or b"",
            mode=row[10], uid=row[11], gid=row[12], keeper=row[13],
            keeper_proof=msgspec.json.decode(row[14], type=Proof), proven_by=EvidenceKind(row[15]),
            root=row[16], archive=row[17], reason=row[18], state=State(row[19]), moved_at=row[20],
            ended_at=row[21], origin_device=row[22],
            owners=tuple(sorted(map(bytes.fromhex, row[23].split(",")))) if row[23] else (),
            attributes=msgspec.json.decode(row[24], type=dict[str, bytes]) if row[24] else None,
            keepers=msgspec.json.decode(row[25], type=tuple[Keeper, ...]) if row[25] else (),
        )
        for row in rows
    ]  # fmt: skip


def moved(connection: Connection, moved_id: int) -> JournalEntry | None:
    """One moved file by its number."""
    found = _moved(connection.execute(f"SELECT {_COLUMNS} FROM moved WHERE id = ?", (moved_id,)))
    return found[0] if found else None


def history(connection: Connection, limit: int = -1) -> list[JournalEntry]:
    """Every moved file, newest first; those that never left are left out."""
    return _moved(
        connection.execute(
            f"SELECT {_COLUMNS} FROM moved WHERE state != 'undone' ORDER BY id DESC LIMIT ?", (limit,)
        )
    )


def operations(connection: Connection) -> list[Operation]:
    """Every operation, newest first."""
    rows = connection.execute("SELECT id, kind, started_at, finished_at FROM operations ORDER BY id DESC")
    return [Operation(*row) for row in rows]


def in_archive(connection: Connection) -> list[JournalEntry]:
    """Every file that can be put back, in the order it was moved."""
    return _moved(connection.execute(f"SELECT {_COLUMNS} FROM moved WHERE state = 'moved' ORDER BY id"))


def moments(connection: Connection) -> list[tuple[int, int]]:
    """(number, when it was moved by the clock of that time) of everything ever moved, in its order."""
    return connection.execute("SELECT id, moved_at FROM moved ORDER BY id").fetchall()


def videos_from(connection: Connection, folder: bytes) -> list[JournalEntry]:
    """The videos that went out of a folder, or one below it, and can be put back."""
    stem = folder.rstrip(b"/")
    return _moved(
        connection.execute(
            f"SELECT {_COLUMNS} FROM moved WHERE state = 'moved' AND is_video AND origin >= ? AND origin < ?",
            (stem + b"/", stem + b"0"),  # "0" follows "/"
        )
    )


def videos_back_in(connection: Connection, folder: bytes) -> list[JournalEntry]:
    """The videos that went out of a folder, or one below it, and were put back since."""
    stem = folder.rstrip(b"/")
    return _moved(
        connection.execute(
            f"SELECT {_COLUMNS} FROM moved WHERE state = 'restored' AND is_video AND origin >= ? AND origin < ?",
            (stem + b"/", stem + b"0"),
        )
    )


def given_before(connection: Connection, companion: JournalEntry) -> JournalEntry | None:
    """The latest move that gave this very file, as a copy's own, the place that `companion` went from."""
    found = _moved(
        connection.execute(
            f"SELECT {_COLUMNS} FROM moved WHERE op = 'offer' AND state = 'moved' AND place = ? AND id < ?"
            " ORDER BY id DESC LIMIT 1",
            (companion.origin, companion.id),
        )
    )
    same = (companion.file.size, companion.file.mtime_ns)
    return next((each for each in found if (each.file.size, each.file.mtime_ns) == same), None)


def archives(connection: Connection) -> set[bytes]:
    """Every archive folder that holds files, whatever the settings say now."""
    rows = connection.execute(
        "SELECT DISTINCT archive FROM moved WHERE state = 'moved' AND length(archive)"
        " AND (op = 'archive' OR (op = 'hardlink' AND place != keeper))"
    )
    return {row[0] for row in rows}


def archived_places(connection: Connection) -> set[bytes]:
    """Where archived files lie."""
    rows = connection.execute(
        "SELECT place FROM moved WHERE state = 'moved'"
        " AND (op = 'archive' OR (op = 'hardlink' AND place != keeper))"
    )
    return {row[0] for row in rows}


def origin_inode(connection: Connection, moved_id: int) -> int:
    """The inode a moved file had where it came from."""
    row = connection.execute("SELECT inode FROM moved WHERE id = ?", (moved_id,)).fetchone()
    return int(row[0])


def taken_before(connection: Connection, origin: bytes, inode: int) -> JournalEntry | None:
    """The latest move of this very file from this place, if it has not come back since."""
    found = _moved(
        connection.execute(
            f"SELECT {_COLUMNS} FROM moved WHERE origin = ? AND inode = ? AND state = 'moved'"
            " ORDER BY id DESC LIMIT 1",
            (origin, inode),
        )
    )
    return found[0] if found else None


_COARSEST_NS = 2_000_000_001


def carried_away(connection: Connection, keeper: Keeper) -> JournalEntry | None:
    """The latest move of a copy that was kept then, into the archive; it may have been erased there since."""
    found = _moved(
        connection.execute(
            f"SELECT {_COLUMNS} FROM moved WHERE origin = ? AND inode = ? AND state IN ('moved', 'purged')"
            " AND op IN ('archive', 'move', 'hardlink') ORDER BY id DESC",
            (keeper.path, keeper.proof.inode),
        )
    )
    # Numbers of files that are gone are given out again; a copy may lie where times are kept to two seconds (FAT).
    same = (each for each in found if each.file.size == keeper.proof.size)
    return next(
        (each for each in same if abs(each.file.mtime_ns - keeper.proof.mtime_ns) < _COARSEST_NS), None
    )


def videos_of(connection: Connection, sidecar: JournalEntry) -> list[JournalEntry]:
    """The videos that `sidecar` travelled with, each as it was last moved.

    Where a run was cut off between the two, the videos were moved by an earlier run of the same plan.
    """
    videos = f"SELECT {_COLUMNS} FROM moved WHERE is_video AND state != 'undone' AND bundle = ?"
    together = connection.execute(f"{videos} AND operation_id = ?", (sidecar.bundle, sidecar.operation))
    found = _moved(together) or _moved(
        connection.execute(
            f"{videos} AND group_id = ? AND keeper = ? AND operation_id < ? ORDER BY id",
            (sidecar.bundle, sidecar.group, sidecar.keeper, sidecar.operation),
        )
    )
    return list({each.origin: each for each in found}.values())


def owners_of(connection: Connection, companion: JournalEntry) -> list[JournalEntry | None]:
    """The videos `companion` belongs to, each as it was last moved; None for one that never was."""
    if not companion.owners:
        return list[JournalEntry | None](videos_of(connection, companion))
    latest = (
        f"SELECT {_COLUMNS} FROM moved WHERE is_video AND state != 'undone' AND origin = ?"
        " ORDER BY id DESC LIMIT 1"
    )
    return [next(iter(_moved(connection.execute(latest, (owner,)))), None) for owner in companion.owners]


def touch(transaction: Connection, proofs: Iterable[Proof]) -> None:
    """Note that these files' change times are our own doing."""
    transaction.executemany(
        "INSERT OR REPLACE INTO touched(device, inode, ctime_ns) VALUES (?, ?, ?)",
        [(proof.device, proof.inode, proof.ctime_ns) for proof in proofs],
    )


def is_our_doing(connection: Connection, proof: Proof) -> bool:
    """Whether the file's change time is from our own last act with it."""
    row = connection.execute(
        "SELECT 1 FROM touched WHERE device = ? AND inode = ? AND ctime_ns = ?",
        (proof.device, proof.inode, proof.ctime_ns),
    ).fetchone()
    return row is not None


def add_removed_folders(transaction: Connection, folders: Sequence[RemovedFolder]) -> None:
    """Remember folders that are about to be removed."""
    transaction.executemany(
        "INSERT OR REPLACE INTO removed_folders(path, mode, uid, gid, attributes) VALUES (?, ?, ?, ?, ?)",
        [
            (path, access.mode, access.uid, access.gid, msgspec.json.encode(access.attributes))
            for path, access in folders
        ],
    )


def removed_folder(connection: Connection, path: bytes) -> Access | None:
    """The rights of a folder that we removed."""
    row = connection.execute(
        "SELECT mode, uid, gid, attributes FROM removed_folders WHERE path = ?", (path,)
    ).fetchone()
    if row is None:
        return None
    mode, uid, gid, attributes = row
    return Access(
        mode, uid, gid, msgspec.json.decode(attributes, type=dict[str, bytes]) if attributes else {}
    )
