"""`mediavault compare A B --windows`: both in windows of the desktop, in step, until they are closed."""

import asyncio
import contextlib
import os

from mediavault_tui.cli import output
from mediavault_tui.domain.content.alignment import Verdict
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.matching import timing
from mediavault_tui.errors import VaultError
from mediavault_tui.services.mpv.windows import Windows
from mediavault_tui.services.terminal import capabilities

_LOOK_S = 0.1


def open_windows(a: bytes, b: bytes) -> None:
    """Returns once they are closed.

    Raises VaultError where there is no display or nothing of both can be shown, PlayerMissing without libmpv.
    """
    if capabilities.display() is None:
        raise VaultError(
            "there is no display to open windows on",
            "Run it from the desktop (DISPLAY or WAYLAND_DISPLAY is set there), or in a terminal without --windows.",
        )
    windows = Windows(a, b)
    try:
        output.print_message("Both open in windows: space plays, ← → go 5 s, q closes them.")
        asyncio.run(_until_closed(windows, a, b))
    finally:
        windows.close()


async def _until_closed(windows: Windows, a: bytes, b: bytes) -> None:
    search = asyncio.create_task(_find_timing(windows, a, b))
    said: set[bytes] = set()
    try:
        while not windows.closed.is_set():
            _say_what_fails(windows, (a, b), said)
            await asyncio.sleep(_LOOK_S)
    finally:
        search.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await search


def _say_what_fails(windows: Windows, paths: tuple[bytes, bytes], said: set[bytes]) -> None:
    """Each side once. Raises VaultError when neither can be shown."""
    failures = [player.state.failure for player in windows.synced.players]
    if all(failures):
        raise VaultError("nothing to show: " + "; ".join(printable(failure or "") for failure in failures))
    for path, failure in zip(paths, failures, strict=True):
        if failure and path not in said:
            said.add(path)
            output.print_message(f"{printable(os.fsdecode(path))}: {printable(failure)}")


async def _find_timing(windows: Windows, a: bytes, b: bytes) -> None:
    """Beside the playing: it takes seconds, and one may well want to look meanwhile."""
    try:
        found = await timing.align(a, b)
    except VaultError as error:
        words = f"no timing found: {error.message}"
    else:
        if found is None:
            words = "no timing found: one of both has no pictures that could be compared"
        elif found.verdict is not Verdict.SAME:
            words = f"only {found.score} % sure that both show the same: no timing found"
        elif not found.measured:
            words = "both show the same, but which moments cannot be told: they start at the same time"
        else:
            pairing = found.pairing
            windows.offer(pairing)
            words = f"{pairing.words('the left file', 'the right file')}, {found.score} % sure"
    windows.say(words)
    output.print_message(printable(words))
