"""The catalogue after a file was moved or put back by us, so that nobody has to wait for the next scan."""

import os
import time

from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.text import printable
from mediavault_tui.store import change_counters
from mediavault_tui.store.database import Connection

_NAME = (
    "SELECT names.id, names.file_id FROM folders JOIN names ON folder_id = folders.id"
    " WHERE path = ? AND name = ? AND names.missing_since IS"
)


def mark_moved_away(transaction: Connection, path: bytes) -> None:
    """`path` is not there any more; its file is archived once all its names are."""
    row = transaction.execute(f"{_NAME} NULL", os.path.split(path)).fetchone()
    if row is None:
        return
    now = int(time.time())
    transaction.execute("UPDATE names SET missing_since = ? WHERE id = ?", (now, row[0]))
    transaction.execute(
        "UPDATE files SET missing_since = ?, gone = 'archived', put_back_at = NULL WHERE id = ? AND NOT EXISTS"
        " (SELECT 1 FROM names WHERE file_id = files.id AND missing_since IS NULL)",
        (now, row[1]),
    )
    _weigh_groups(transaction, row[1])
    change_counters.touch(transaction)


def mark_put_back(transaction: Connection, origin: bytes, inode: int) -> int | None:
    """The user wants the file back that was moved from `origin`: no rule takes it again, and what was decided
    about it has to be decided anew. Returns its number; None if it is not in the catalogue.
    """
    file_id = _file_at(transaction, origin, inode)
    if file_id is None:
        return None
    now = int(time.time())
    transaction.execute("UPDATE files SET put_back_at = ?, gone = NULL WHERE id = ?", (now, file_id))
    day, name = time.strftime("%Y-%m-%d", time.localtime(now)), printable(os.path.basename(origin))
    transaction.execute(
        "UPDATE decisions SET reopened_why = ? WHERE undone_at IS NULL AND choice = 'keep' AND group_id IN"
        " (SELECT group_id FROM members WHERE file_id = ?)",
        (f"{name} was put back on {day}", file_id),
    )
    change_counters.touch(transaction)
    return file_id


def mark_restored(transaction: Connection, file_id: int, path: bytes, file: Proof) -> None:
    """The file lies at `path` again, where it was, perhaps as another inode."""
    present = transaction.execute(f"{_NAME} NULL", os.path.split(path)).fetchone()
    row = transaction.execute(
        f"{_NAME} NOT NULL AND names.file_id = ? ORDER BY names.id DESC", (*os.path.split(path), file_id)
    ).fetchone()
    if row is not None and present is None:
        transaction.execute("UPDATE names SET missing_since = NULL WHERE id = ?", (row[0],))
        transaction.execute(
            "UPDATE files SET missing_since = NULL, device = ?, inode = ? WHERE id = ?",
            (file.device, file.inode, file_id),
        )
        _reopen_group(transaction, file_id)
    _weigh_groups(transaction, file_id)


def mark_purged(transaction: Connection, origin: bytes, inode: int) -> None:
    """The file that was moved from `origin` is erased."""
    file_id = _file_at(transaction, origin, inode)
    transaction.execute("UPDATE files SET gone = 'purged' WHERE id = ? AND gone = 'archived'", (file_id,))


def _file_at(transaction: Connection, origin: bytes, inode: int) -> int | None:
    """The file of this inode that had this name; others may have had it since."""
    row = transaction.execute(
        "SELECT files.id FROM folders JOIN names ON folder_id = folders.id JOIN files ON files.id = file_id"
        " WHERE path = ? AND name = ? AND inode = ? ORDER BY gone IS NULL, files.id DESC",
        (*os.path.split(origin), inode),
    ).fetchone()
    return int(row[0]) if row else None


def _reopen_group(transaction: Connection, file_id: int) -> None:
    """The group that a scan ended while the file was away is there again, if nothing else took its place."""
    transaction.execute(
        "UPDATE groups SET gone_since = NULL WHERE gone_since IS NOT NULL"
        " AND id = (SELECT max(group_id) FROM members WHERE file_id = ?) AND (SELECT count(*) FROM members JOIN files"
        "  ON files.id = file_id WHERE group_id = groups.id AND files.missing_since IS NULL) > 1"
        " AND NOT EXISTS (SELECT 1 FROM members AS its JOIN members AS other ON other.file_id = its.file_id"
        "  JOIN groups AS now ON now.id = other.group_id AND now.gone_since IS NULL WHERE its.group_id = groups.id)",
        (file_id,),
    )


def _weigh_groups(transaction: Connection, file_id: int) -> None:
    """What the groups of a file that left or came back free now; matching weighs them anew in the next scan."""
    transaction.execute(
        "UPDATE groups SET reclaimable = coalesce((SELECT sum(size) FROM (SELECT size FROM members"
        "  JOIN files ON files.id = file_id WHERE group_id = groups.id AND gone IS NULL AND links <="
        "  (SELECT count(*) FROM names WHERE names.file_id = files.id AND names.missing_since IS NULL)"
        "  ORDER BY rank LIMIT -1 OFFSET 1)), 0)"
        " WHERE gone_since IS NULL AND id IN (SELECT group_id FROM members WHERE file_id = ?)",
        (file_id,),
    )


def update_stat(transaction: Connection, file: Proof) -> None:
    """Our act changed a file's links and change time, nothing else."""
    transaction.execute(
        "UPDATE files SET ctime_ns = ?, links = ? WHERE device = ? AND inode = ? AND size = ? AND mtime_ns = ?",
        (file.ctime_ns, file.links, file.device, file.inode, file.size, file.mtime_ns),
    )
