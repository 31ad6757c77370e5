"""Keeping what is seen, and taking it to windows. A part of PlayerPair."""

import asyncio
import os
import time
from pathlib import Path

from mediavault_tui.domain.text import printable
from mediavault_tui.errors import VaultError
from mediavault_tui.services.mpv.synced_players import Side, states
from mediavault_tui.services.mpv.windows import Windows
from mediavault_tui.services.terminal import capabilities
from mediavault_tui.ui.players.file_facts import facts
from mediavault_tui.ui.players.player_base import PlayerBase
from mediavault_tui.ui.players.transport import clock


class ExportActions(PlayerBase):
    """Actions that leave the terminal."""

    pictures: Path | None
    _scores: tuple[str, str]
    _windows: Windows | None = None

    def action_save(self) -> None:
        """Both pictures of this moment, with their data, as a PNG."""
        self.synced.pause()
        self.run_worker(self._save(), group="save", exclusive=True)

    async def _save(self) -> None:
        from mediavault_tui.services import snapshot  # Pillow is needed for nothing else

        await asyncio.sleep(0.2)  # until both have come to a stand
        shots = [
            snapshot.Shot(self.paths[side], self._at(side), self._frame_size(side), self._words(side))
            for side in Side
        ]
        stem = printable(os.fsdecode(os.path.basename(self.paths[0]))).replace("/", "_")[:80]
        target = (self.pictures or Path.cwd()) / f"{stem} {time.strftime('%Y-%m-%d %H-%M-%S')}.png"
        self.tell("saving both pictures…")
        try:
            await asyncio.to_thread(snapshot.save, target, shots)
        except VaultError as error:
            self.tell(f"not saved: {error.message}")
        else:
            self.tell(f"saved {target}")

    def _at(self, side: Side) -> float:
        return states(self.synced)[side].position_s or 0.0

    def _frame_size(self, side: Side) -> tuple[int, int]:
        state = states(self.synced)[side]
        return state.width or 1280, state.height or 720

    def _words(self, side: Side) -> list[str]:
        about = facts(self.paths[side], states(self.synced)[side], self._scores[side])
        return [*(line.strip() for line in about), f"at {clock(self._at(side))}"]

    def action_windows(self) -> None:
        """Both in windows, from this moment on, with the same keys."""
        if capabilities.display() is None:
            self.tell("no display here: windows need DISPLAY or WAYLAND_DISPLAY")
            return
        self.synced.pause()
        self.close_windows()
        state = self.synced.state
        self._windows = Windows(*self.paths, state.pairing, start_s=state.position_s)
        self.tell("both are open in windows; q there closes them")

    def close_windows(self) -> None:
        """Close the windows that are open."""
        windows, self._windows = self._windows, None
        if windows is not None:
            windows.close()
