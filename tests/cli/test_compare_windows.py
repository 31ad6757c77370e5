"""`compare A B --windows`: real windows on a display without a screen, and what it says where it cannot."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop import display, needs_display

from mediavault_tui.cli import compare_windows
from mediavault_tui.errors import VaultError
from mediavault_tui.services import samples
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.windows import Windows
from mediavault_tui.services.samples import Picture, Scene, Video, story

needs_mpv = pytest.mark.skipif(not loading.available(), reason="libmpv is not installed")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    folder, scenes = tmp_path_factory.mktemp("windows"), story(3, 20)
    samples.write(folder / "a.mkv", Video(scenes))
    samples.write(folder / "b.mp4", Video((Scene(77, 3.0), *scenes), picture=Picture(width=240, height=136)))
    return bytes(folder / "a.mkv"), bytes(folder / "b.mp4")


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with display() as name:
        monkeypatch.setenv("DISPLAY", name)
        yield


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Windows]:
    """The windows that the command has opened."""
    windows: list[Windows] = []

    class Noted(Windows):
        def __init__(self, a: bytes, b: bytes) -> None:
            super().__init__(a, b)
            windows.append(self)

    monkeypatch.setattr(compare_windows, "Windows", Noted)
    return windows


def until(condition: Callable[[], object], seconds: float = 40.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.02)
    return bool(condition())


def without_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch, films: tuple[bytes, bytes]) -> None:
    without_display(monkeypatch)
    with pytest.raises(VaultError, match="no display") as said:
        compare_windows.open_windows(*films)
    assert "DISPLAY" in said.value.remedy


@needs_mpv
def test_a_display_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, films: tuple[bytes, bytes]) -> None:
    without_display(monkeypatch)
    monkeypatch.setenv("DISPLAY", ":4321")
    with pytest.raises(VaultError, match="no window can be opened"):
        compare_windows.open_windows(*films)


@needs_mpv
@needs_display
@pytest.mark.usefixtures("desktop")
def test_both_open_find_their_timing_and_q_ends_it(
    films: tuple[bytes, bytes], opened: list[Windows], capsys: pytest.CaptureFixture[str]
) -> None:
    command = threading.Thread(target=compare_windows.open_windows, args=films)
    command.start()
    try:
        assert until(lambda: opened and opened[0].synced.state.ready)
        synced = opened[0].synced
        assert until(lambda: synced.state.pairing.offset_s == pytest.approx(3.0, abs=0.05)), (
            synced.state.pairing
        )
        synced.players[0].command("keypress", "RIGHT")
        assert until(lambda: round(synced.players[1].state.position_s or 0) == 8), synced.state
        synced.players[1].command("keypress", "q")
        assert until(lambda: not command.is_alive())
    finally:
        for windows in opened:
            windows.close()
        command.join(20)
    assert "3.00 s later" in capsys.readouterr().err


@needs_mpv
@needs_display
@pytest.mark.usefixtures("desktop")
def test_two_files_that_are_no_videos(tmp_path: Path, films: tuple[bytes, bytes]) -> None:
    no_film = tmp_path / "no film.mkv"
    no_film.write_bytes(b"words" * 1000)
    with pytest.raises(VaultError, match="nothing to show"):
        compare_windows.open_windows(bytes(no_film), bytes(no_film))
