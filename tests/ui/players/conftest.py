"""Small films, and an app that holds nothing but a pair of players."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from counted import film, number
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv import loading
from mediavault_tui.ui.players.pair import PlayerPair

Opened = tuple[PlayerPair, Pilot[None]]
Open = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    if not loading.available():
        pytest.skip("libmpv is not installed")
    folder = tmp_path_factory.mktemp("clips")
    return {
        "a": film(folder / "a.mkv", 10, 24, (320, 180), noise=4),
        "b": film(folder / "b [1080p].mp4", 10, 24, (640, 360), first=-24, noise=4),
        "gone": folder / "gone.mkv",
    }


class Bare(App[None]):
    def __init__(self, pair: PlayerPair) -> None:
        super().__init__()
        self.pair = pair

    def compose(self) -> ComposeResult:
        yield self.pair

    def on_mount(self) -> None:
        self.pair.focus()


@pytest.fixture
def players(clips: dict[str, Path]) -> Open:
    @asynccontextmanager
    async def opened(a: str = "a", b: str = "b", offset: float = 1.0) -> AsyncIterator[Opened]:
        pair = PlayerPair(bytes(clips[a]), bytes(clips[b]), Pairing.of(offset))
        app = Bare(pair)
        async with app.run_test(size=(100, 30)) as pilot:
            await until(
                lambda: pair.synced.state.ready and (b == "gone" or all(pane.picture for pane in pair.panes))
            )
            yield pair, pilot

    return opened


async def until(condition: Callable[[], object], seconds: float = 8.0) -> bool:
    """Whether something came true in time; the time is generous, it is not what is tested."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        await asyncio.sleep(0.02)
    return bool(condition())


def seen(pair: PlayerPair, pane: int = 0) -> int:
    """The number of the frame that stands on the screen, read from the cells of a pane."""
    import numpy as np

    picture = pair.panes[pane].picture
    if picture is None:
        return -1
    cells = picture.cells
    rows = np.empty((cells.size[1] * 2, cells.size[0], 3), np.uint8)
    inked = cells.glyphs[..., None] > 0
    fore, back = (_rgb(colours) for colours in (cells.fore, cells.back))
    rows[0::2], rows[1::2] = np.where(inked, fore, back), back
    lit = rows.max(2) > 8  # black bars round a picture that does not fit
    return number(rows[np.ix_(lit.any(1), lit.any(0))])


def _rgb(colours: "object") -> "object":
    import numpy as np

    from mediavault_tui.services.terminal import cells

    array = np.asarray(colours)
    return array if array.shape[-1] == 3 else cells._BASIC[array[..., 0] % 16].astype(np.uint8)
