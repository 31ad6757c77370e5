"""Running a job for the command line: its events are shown, and a signal ends it cleanly."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable

from mediavault_tui.domain.events import Event

# A hang-up (SSH dropped) or a stop from systemd must end a job as cleanly as Ctrl-C does.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(job: AsyncGenerator[Event, None], show: Callable[[Event], None]) -> Event | None:
    """Run `job` to its end and return its last event. Raises KeyboardInterrupt when a signal ended it."""
    return asyncio.run(_run(job, show))


async def _run(job: AsyncGenerator[Event, None], show: Callable[[Event], None]) -> Event | None:
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(_listen(job, show))
    stopped: list[int] = []

    def stop(number: int) -> None:
        stopped.append(number)
        task.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)


async def _listen(job: AsyncGenerator[Event, None], show: Callable[[Event], None]) -> Event | None:
    last = None
    try:
        async for event in job:
            show(event)
            last = event
    finally:
        await job.aclose()
    return last
