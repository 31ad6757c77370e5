"""How the screens read the catalogue: on threads of their own, never waiting for a running scan.

`vault.read` shares one thread with everything a scan writes; a key press must not queue behind that.
Readers in SQLite's WAL mode never wait for the writer, so each question here gets a connection and one
consistent state of its own. Two threads, so that slow sums of the dashboard do not hold up a list.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from mediavault_tui.engine.vault import Vault
from mediavault_tui.store.database import Connection

P = ParamSpec("P")
T = TypeVar("T")
THREADS = 2


class CatalogueQueries:
    """Asks the catalogue. Use as a context manager."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reading")

    def __enter__(self) -> "CatalogueQueries":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the questions under way end; forget those that wait."""
        self._threads.shutdown(cancel_futures=True)

    async def ask(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a store function `function(connection, ...)` and return its answer. Raises StoreError."""

        def work() -> T:
            with self._vault.database.reader() as connection:
                return function(connection, *args, **kwargs)

        return await asyncio.wrap_future(self._threads.submit(work))

    def version(self) -> tuple[int, ...]:
        """Differs from an earlier answer when the catalogue was written to since, by any process."""
        path = os.fspath(self._vault.database.path)
        return tuple(part for name in (path, path + "-wal") for part in _stamp(name))


def _stamp(name: str) -> tuple[int, int]:
    try:
        status = os.stat(name)
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
