"""Running a job of the engine so that its calls come in one order."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from mediavault_tui.domain.archive.journal import StepEnded
from mediavault_tui.domain.events import Event
from mediavault_tui.engine.vault import Vault
from tests.engine.archive.archive_library import SETTINGS, Library


class Inline(ThreadPoolExecutor):
    """Runs everything at once in the calling thread, so that calls come in one order."""

    def submit(  # noqa: D102 - as its parent
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


Job = Callable[[Vault], AsyncGenerator[Event, None]]


def run(library: Library, job: Job) -> list[StepEnded]:
    """Run a job in this thread."""

    async def collect() -> list[Event]:
        asyncio.get_running_loop().set_default_executor(Inline())
        with Vault(library.database, SETTINGS) as vault:
            vault._thread = Inline()
            return [event async for event in job(vault)]

    return [event for event in asyncio.run(collect()) if isinstance(event, StepEnded)]
