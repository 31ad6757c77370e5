"""A whole copy of a catalogue, also while a scan writes to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from mediavault_tui.errors import StoreError
from mediavault_tui.store.database import connect_to_look


def back_up(path: Path, target: Path) -> int:
    """Copy the catalogue at `path` to the new file `target`; its size in bytes. Never replaces a file.

    Raises StoreError if there is no catalogue, or no place for the copy.
    """
    if not path.exists():
        raise StoreError(f"there is no catalogue at {path} to copy", "Name it with --db.")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(
            f"the copy {target} cannot be made: {error.strerror}",
            "Name a new file in a folder that is there.",
        ) from error
    try:
        with closing(connect_to_look(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        target.unlink()
        raise StoreError(
            f"catalogue {path} cannot be copied to {target}: {error}", "Run `mediavault doctor`."
        ) from error
    return target.stat().st_size
