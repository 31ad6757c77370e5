"""The catalogue after a file was moved or put back by us, so that nobody has to wait for the next scan."""

import os
import time

from mediavault_tui.domain.steps import Proof
from mediavault_tui.store import state
from mediavault_tui.store.database import Connection

_NAME = (
    "SELECT names.id, names.file_id FROM folders JOIN names ON folder_id = folders.id"
    " WHERE path = ? AND name = ? AND names.missing_since IS"
)


def left(transaction: Connection, path: bytes) -> None:
    """`path` is not there any more; its file is missing once all its names are."""
    row = transaction.execute(f"{_NAME} NULL", os.path.split(path)).fetchone()
    if row is None:
        return
    now = int(time.time())
    transaction.execute("UPDATE names SET missing_since = ? WHERE id = ?", (now, row[0]))
    transaction.execute(
        "UPDATE files SET missing_since = ? WHERE id = ? AND NOT EXISTS"
        " (SELECT 1 FROM names WHERE file_id = files.id AND missing_since IS NULL)",
        (now, row[1]),
    )
    state.touch(transaction)


def came_back(transaction: Connection, path: bytes, file: Proof) -> None:
    """The file that was at `path` is there again, perhaps as another inode."""
    row = transaction.execute(f"{_NAME} NOT NULL ORDER BY names.id DESC", os.path.split(path)).fetchone()
    present = transaction.execute(f"{_NAME} NULL", os.path.split(path)).fetchone()
    if row is None or present is not None:
        return
    transaction.execute("UPDATE names SET missing_since = NULL WHERE id = ?", (row[0],))
    transaction.execute(
        "UPDATE files SET missing_since = NULL, device = ?, inode = ? WHERE id = ?",
        (file.device, file.inode, row[1]),
    )
    state.touch(transaction)


def refreshed(transaction: Connection, file: Proof) -> None:
    """Our act changed a file's links and change time, nothing else."""
    transaction.execute(
        "UPDATE files SET ctime_ns = ?, links = ? WHERE device = ? AND inode = ? AND size = ? AND mtime_ns = ?",
        (file.ctime_ns, file.links, file.device, file.inode, file.size, file.mtime_ns),
    )
