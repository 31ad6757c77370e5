"""Two real windows on a display without a screen (Xvfb)."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from counted import film
from desktop import display, needs_display

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.windows import Windows

pytestmark = [
    pytest.mark.skipif(not loading.available(), reason="libmpv is not installed"),
    needs_display,
]


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with display() as name:
        monkeypatch.setenv("DISPLAY", name)
        yield


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.02)
    return condition()


@pytest.mark.usefixtures("desktop")
def test_keys_in_either_window_move_both(tmp_path: Path) -> None:
    path = str(film(tmp_path / "a.mkv", 20, 24))
    windows = Windows(path, path, Pairing.of(-2.0), start_s=5.0)

    def positions() -> list[float]:
        return [round(player.state.position_s or -1, 1) for player in windows.synced.players]

    try:
        assert until(lambda: positions() == [5.0, 3.0]), positions()
        windows.synced.players[1].command("keypress", "RIGHT")
        assert until(lambda: positions() == [10.0, 8.0]), positions()
        windows.synced.players[0].command("keypress", "SPACE")
        assert until(lambda: positions()[0] > 10.5 and windows.synced.state.playing)
        windows.synced.players[0].command("keypress", "q")
        assert windows.closed.wait(5)
    finally:
        windows.close()
