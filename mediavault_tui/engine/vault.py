"""The open house: catalogue, settings and worker processes, bundled for the jobs.

The store is plain blocking code. `write` and `read` run one of its functions on a thread of its own, so
that the event loop stays free, a transaction is never interleaved with another, and cancelling a job
waits for the commit or roll-back under way.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from mediavault_tui.domain.settings import Settings
from mediavault_tui.store.database import Connection, Database, reading

if TYPE_CHECKING:
    from mediavault_tui.services.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")


class Ask(Protocol):
    """Reads the catalogue off the event loop: `await ask(store_function, …)`."""

    async def __call__(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The answer of `function(connection, …)` to one consistent state. Raises StoreError."""
        ...


def asking(path: Path) -> Ask:
    """Asks an existing catalogue that no vault has open; an older one is brought to the present shape first."""

    async def ask(function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        def work() -> T:
            with reading(path) as connection:
                return function(connection, *args, **kwargs)

        return await asyncio.to_thread(work)

    return ask


class Vault:
    """What every job takes first. Use as a context manager."""

    def __init__(self, database: Path, settings: Settings) -> None:
        """Open the catalogue. Raises StoreError."""
        self.settings = settings
        self.database = Database(database)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="catalogue")

    def __enter__(self) -> "Vault":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def workers(self) -> "Workers":
        """Worker processes; imported when first asked for, which a scan of unchanged files never does."""
        from mediavault_tui.services.workers import Workers

        return Workers(self.settings.scan.jobs)

    def close(self) -> None:
        """Stop the workers, let a transaction under way end, close the catalogue."""
        if "workers" in self.__dict__:
            self.workers.stop()
        self._thread.shutdown()
        self.database.close()

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(transaction, ...)`; everything it wrote is there afterwards, or nothing of it."""

        def work() -> T:
            with self.database.transaction() as transaction:
                return function(transaction, *args, **kwargs)

        return await self._run(work)

    async def write_durably(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`; afterwards a power cut cannot undo it either."""

        def work() -> T:
            with self.database.transaction(durable=True) as transaction:
                return function(transaction, *args, **kwargs)

        return await self._run(work)

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, ...)` on one consistent state of the catalogue."""

        def work() -> T:
            with self.database.reader() as connection:
                return function(connection, *args, **kwargs)

        return await self._run(work)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._thread.submit(work))
