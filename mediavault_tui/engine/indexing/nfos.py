"""Metadata files: read once for the ids in them, and again when they change."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from mediavault_tui.domain.events import Event, FileSkipped, Phase
from mediavault_tui.domain.nfo import Id
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services import nfo_files
from mediavault_tui.store import nfos
from mediavault_tui.store.nfos import ToRead

READER_VERSION = 1
"""Raised when other ids are found in the same file."""
AT_A_TIME = 200


async def read_nfos(vault: Vault) -> AsyncGenerator[Event, None]:
    """Read every metadata file that this version of the reader has not."""
    while waiting := await vault.read(nfos.to_read, READER_VERSION, AT_A_TIME):
        read, unreadable = await asyncio.to_thread(_read, waiting)
        await vault.write(nfos.save, READER_VERSION, read)
        for event in unreadable:
            yield event


def _read(waiting: Sequence[ToRead]) -> tuple[list[tuple[int, tuple[Id, ...]]], list[FileSkipped]]:
    read, unreadable = [], []
    for nfo in waiting:
        found: tuple[Id, ...] = ()
        try:
            found = nfo_files.read(nfo.path)
        except FileUnreadable as error:
            unreadable.append(FileSkipped(Phase.NAMES, nfo.path, error.message))
        read.append((nfo.id, found))
    return read, unreadable
