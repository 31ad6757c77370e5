"""Screens on a real catalogue, driven by keys."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from catalogues import fill
from textual.pilot import Pilot

from mediavault_tui.domain.settings import Scan, Settings, Ui
from mediavault_tui.engine.vault import Vault
from mediavault_tui.ui.app import StartOptions, VaultApp

PATIENCE_S = 20.0


class Driven(NamedTuple):
    """The app under test and who presses its keys."""

    app: VaultApp
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as somebody who waits for the screen."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type text."""
        await self.press(*text)

    async def settle(self) -> None:
        """Wait until nothing is being loaded."""
        await self.pilot.pause()
        for _ in range(1000):
            busy = [worker for worker in self.app.workers if worker.is_running and worker.group in LOADING]
            if not busy:
                break
            await self.pilot.pause(0.01)
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until `holds()` is true."""
        for _ in range(int(PATIENCE_S / 0.02)):
            if holds():
                await self.settle()
                return
            await self.pilot.pause(0.02)
        raise AssertionError("it never came to that")

    def text(self) -> str:
        """Everything on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)


LOADING = {"load", "rows", "search", "details", "index"}
Scenario = Callable[[Driven], Awaitable[None]]


def drive(
    home: Path,
    scenario: Scenario,
    *,
    size: tuple[int, int] = (120, 40),
    settings: Settings = Settings(scan=Scan(roots=("/videos",)), ui=Ui(theme="harbour")),  # noqa: B008 - frozen
    files: bool = True,
) -> None:
    """Open the screens on a catalogue in `home` (with the files of `catalogues`) and play a scenario."""

    async def play() -> None:
        with Vault(home / "catalogue.db", settings) as vault:
            if files:
                await vault.write(fill)
            launch = StartOptions(settings, home / "config.yaml", home / "log", themes_folder=home / "themes")
            app = VaultApp(vault, launch)
            async with app.run_test(size=size) as pilot:
                driven = Driven(app, pilot)
                await driven.settle()
                await scenario(driven)
                await app.jobs.cancel()
            app.reading.close()
            assert app.bugs == []

    asyncio.run(play())
