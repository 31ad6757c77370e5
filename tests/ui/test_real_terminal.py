"""The real program in tmux, from an empty home: first start, scan, quit, start again where one was."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from mediavault_tui.services import samples
from mediavault_tui.services.samples import Picture, Sound, Video, story
from mediavault_tui.store import scans
from mediavault_tui.store.database import reading

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]
PATIENCE_S = 90.0


class Terminal:
    """A tmux session of its own server, in which the program runs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.socket = home / "tmux"
        self.pid = 0

    def tmux(self, *arguments: str) -> str:
        """Run a tmux command; what it prints."""
        command = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self, *, size: tuple[int, int] = (80, 24), term: str = "screen") -> None:
        """Start the program."""
        environment = [
            f"HOME={self.home}",
            f"TERM={term}",
            "XDG_CONFIG_HOME=",
            "XDG_DATA_HOME=",
            "XDG_STATE_HOME=",
        ]
        self.tmux(
            "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]),
            "env", *environment, sys.executable, "-m", "mediavault_tui",
        )  # fmt: skip
        self.pid = int(self.tmux("list-panes", "-F", "#{pane_pid}"))

    def press(self, *keys: str) -> None:
        """Press keys, named as tmux does."""
        self.tmux("send-keys", *keys)

    def text(self) -> str:
        """What the terminal shows."""
        return self.tmux("capture-pane", "-p")

    def wait_for(self, *words: str) -> str:
        """Wait until all of `words` are to be seen."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            shown = self.text()
            if all(word in shown for word in words):
                return shown
            time.sleep(0.1)
        raise AssertionError(f"never saw {words}:\n{self.text()}")

    def wait_for_end(self) -> None:
        """Wait until the program is gone."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if not Path(f"/proc/{self.pid}").exists():
                return
            time.sleep(0.1)
        raise AssertionError(f"it did not end:\n{self.text()}")

    @property
    def catalogue(self) -> Path:
        """Where the program keeps its catalogue."""
        return self.home / ".local" / "share" / "mediavault" / "catalogue.db"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    home = tmp_path / "home"
    home.mkdir()
    terminal = Terminal(home)
    yield terminal
    subprocess.run(["tmux", "-S", str(terminal.socket), "kill-server"], check=False, capture_output=True)


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    picture = Picture(width=240, height=136, rate=Fraction(10))
    for number, name in enumerate(("Amber.S01E01.mkv", "amber.s01e01.720p-GRP.mkv", "Birch (1999).mkv")):
        folder.mkdir(exist_ok=True)
        samples.write(folder / name, Video(story(number // 2, 12.0), picture, (Sound(),)))
    return folder


def first_start(terminal: Terminal, videos: Path) -> None:
    terminal.start()
    terminal.wait_for("Which folders hold your films and shows?")
    terminal.press("/")
    terminal.wait_for("✓")  # the line begins with a folder that is there
    terminal.press("C-u")
    terminal.wait_for("✗")
    terminal.press("-l", str(videos))
    terminal.wait_for("✓")
    terminal.press("Enter")
    terminal.wait_for("●")
    terminal.press("s")
    terminal.wait_for("walk", "match")


def test_first_start_scan_quit_and_back_again(terminal: Terminal, videos: Path) -> None:
    first_start(terminal, videos)
    terminal.wait_for("✓ finished")
    terminal.press("2")
    terminal.wait_for("Amber", "Birch (1999)")
    terminal.press("G")
    terminal.press("q")
    terminal.wait_for_end()
    terminal.start(term="screen-256color")
    terminal.wait_for("Amber", "Birch (1999)")  # the library again
    terminal.press("d")
    terminal.wait_for("Birch (1999).mkv")  # the details of the last row
    terminal.press("q")
    terminal.wait_for_end()


def test_a_dropped_connection_loses_nothing(terminal: Terminal, videos: Path) -> None:
    for number in range(400):
        (videos / f"Show.S{number // 20 + 1:02d}E{number % 20:02d}.mkv").touch()
    first_start(terminal, videos)
    terminal.wait_for("Scan:")
    os.kill(terminal.pid, signal.SIGHUP)
    terminal.wait_for_end()
    until = time.monotonic() + PATIENCE_S
    outcomes: list[str] = []
    while time.monotonic() < until and outcomes[:1] != ["finished"]:
        time.sleep(0.3)
        with reading(terminal.catalogue) as connection:
            outcomes = [scan.outcome for scan in scans.recent(connection, 5)]
    # The one cut off, and the one that went on headless.
    assert outcomes in (["finished", "interrupted"], ["finished"])
