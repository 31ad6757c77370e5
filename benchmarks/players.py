"""Two 1080p films in step: skew, seeks, what the terminal gets per way of looking, how quickly keys answer.

    python benchmarks/players.py [--films DIR] [--seconds 60] [--minutes 10] [--only sync,uhd,terminal,slow]

Makes two films of 1080p, 24 frames/s, H.264, whose frames carry their numbers (kept in DIR for the next
time), the second with three seconds of intro, and one of 4K, HEVC, 10 bits. First both play without a screen;
then the program runs in a terminal of 200 × 50 cells that is played by this script: it answers as a terminal
does, counts bytes, and can be as slow as a line of 2 Mbit/s. `--minutes` watches the memory for so long.
Prints a table, a row as soon as it is known. Figures depend on what else the machine does: so the load stands in
each row.
"""

import argparse
import os
import pty
import random
import re
import resource
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from fcntl import ioctl
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "content"))

from counted import film, number

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv.synced_players import SyncedPlayers

INTRO_S = 3
COLUMNS, ROWS = 200, 50


def films(folder: Path, seconds: float) -> tuple[Path, Path]:
    """Both films, made where they are not there yet."""
    a, b = folder / "hd.mkv", folder / "hd_later.mp4"
    size = (1920, 1080)
    if not a.exists():
        film(a, seconds + 15, 24, size, noise=7, preset="veryfast")
    if not b.exists():
        film(b, seconds + 15, 24, size, noise=4, preset="veryfast", first=-24 * INTRO_S)
    return a, b


def uhd(folder: Path) -> Path:
    """4K, HEVC, 10 bits, with pictures that no other refers to; takes minutes to make."""
    path = folder / "uhd_10bit.mkv"
    if not path.exists():
        making = path.with_name("making.mkv")
        film(making, 20, 24, (3840, 2160), codec="libx265", pixels="yuv420p10le", preset="superfast", noise=6)
        making.rename(path)
    return path


def row(what: str, figure: str) -> None:
    """A line of the table."""
    print(f"{what:44} {figure:62} {os.getloadavg()[0]:4.1f}", flush=True)


def until(condition: object, seconds: float = 20.0) -> bool:
    """Whether something came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.001)
    return False


def shown(synced: SyncedPlayers) -> tuple[int, int]:
    """Frame numbers of both sides."""
    a, b = (number(picture.pixels) if picture else -1 for picture in synced.pictures())
    return a, b


def opened(a: Path, b: Path, pairing: Pairing) -> SyncedPlayers:
    """Both, at the start."""
    synced = SyncedPlayers(str(a), str(b), pairing)
    for player in synced.players:
        player.resize(160, 90)
    if not until(lambda: synced.state.ready and all(player.picture for player in synced.players), 60):
        raise SystemExit(f"not opened: {synced.state}")
    synced.seek_to(0.0)
    until(lambda: shown(synced) == (0, 0), 60)
    return synced


def played(synced: SyncedPlayers, seconds: float, name: str) -> None:
    """Frame rates, skew and cost of a stretch."""
    synced.play()
    until(lambda: shown(synced)[0] > 12, 60)
    cpu, began, first, found = time.process_time(), time.monotonic(), shown(synced)[0], []
    seen: tuple[set[int], set[int]] = (set(), set())
    levels: set[tuple[float | None, float | None]] = set()
    while time.monotonic() - began < seconds:
        pictures = shown(synced)
        found.append(abs(pictures[0] - pictures[1]))
        for side in (0, 1):
            seen[side].add(pictures[side])
        levels.add(synced.state.pictures_per_s)
        time.sleep(0.01)
    took = time.monotonic() - began
    rates = " and ".join(f"{len(side) / took:.1f}" for side in seen)
    found.sort()
    row(f"{name}: pictures/s, left and right", rates)
    row(f"{name}: film seconds per second", f"{(shown(synced)[0] - first) / 24 / took:.2f}")
    row(f"{name}: processor", f"{100 * (time.process_time() - cpu) / took:.0f} % of a core")
    row(f"{name}: skew, frames, 95 of 100 / worst", f"{found[int(len(found) * 0.95)]} / {found[-1]}")
    skipping = [rate for rate in levels if rate != (None, None)]
    row(f"{name}: leaves pictures out", f"yes, decodes {skipping[-1]} a second" if skipping else "no")


def without_a_screen(a: Path, b: Path, seconds: float) -> None:
    """Skew over a stretch and after seeks, as the pictures shown have it."""
    synced = opened(a, b, Pairing.of(INTRO_S))
    played(synced, seconds, "1080p")
    _seeks(synced, random.Random(1), min(50, int(synced.state.end_s) - INTRO_S))
    synced.close()


def too_much(path: Path) -> None:
    """4K of 10 bits on both sides."""
    synced = opened(path, path, Pairing())
    until(lambda: not synced.state.seeking, 60)
    played(synced, 15, "4K HEVC 10 bit, both sides")
    synced.pause()
    began = time.monotonic()
    until(lambda: not synced.state.seeking and shown(synced)[0] == shown(synced)[1], 60)
    row("4K: all pictures again after a pause", f"{time.monotonic() - began:.1f} s, frames {shown(synced)}")
    synced.close()


def _seeks(synced: SyncedPlayers, chance: random.Random, end: int) -> None:
    synced.pause()
    taken, skews = [], []
    for _ in range(50):
        target = chance.randrange(1, end * 24 - 30)
        began = time.monotonic()
        synced.seek_to(target / 24)
        if until(lambda to=target: shown(synced) == (to, to), 10):  # type: ignore[misc]
            taken.append(time.monotonic() - began)
        skews.append(abs(shown(synced)[0] - shown(synced)[1]))
    taken.sort()
    row(
        "50 seeks: both right after, median / 9 of 10",
        f"{1000 * statistics.median(taken):.0f} / {1000 * taken[int(len(taken) * 0.9)]:.0f} ms",
    )
    row("50 seeks: skew in frames, worst; never arrived", f"{max(skews)}; {50 - len(taken)}")


class Terminal:
    """A terminal of 200 × 50 cells with the program in it."""

    def __init__(
        self, a: Path, b: Path, bytes_per_s: float = 0.0, answers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        """`bytes_per_s` is the speed of the line; 0 is as fast as can be. `answers`: what is answered to what."""
        self._answers = answers
        self.process, self._master = self._start(a, b)
        self.bytes_per_s = bytes_per_s
        self.total = 0
        self.seen = b""
        """The last output, for whoever looks for something in it."""
        self._closing = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @staticmethod
    def _start(a: Path, b: Path) -> tuple["subprocess.Popen[bytes]", int]:
        master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, COLUMNS * 8, ROWS * 16))
        environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environ.pop("TMUX", None)
        command = [sys.executable, __file__, "--app", str(a), str(b)]
        process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True
        )
        os.close(slave)
        return process, master

    def _read(self) -> None:
        budget, last, question = 65536.0, time.monotonic(), b""
        while not self._closing:
            size = 65536
            if self.bytes_per_s:
                now = time.monotonic()
                budget = min(budget + (now - last) * self.bytes_per_s, self.bytes_per_s / 20)
                last, size = now, int(budget)
                if size < 256:
                    time.sleep(0.002)
                    continue
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self._master, size)
            except OSError:
                return
            budget -= len(data)
            self.total += len(data)
            self.seen = (self.seen + data)[-400_000:]
            question = (question + data)[-(len(data) + 3) :]
            for _ in range(question.count(b"\x1b[6n")):
                self.key(b"\x1b[1;1R")
            for asked, answer in self._answers:
                if asked in data:
                    self.key(answer)
            question = question[-3:]

    def key(self, data: bytes) -> None:
        """Press a key."""
        os.write(self._master, data)

    def answer(self, data: bytes, sign: bytes, least: int = 0) -> float:
        """Seconds from a key to output that holds a sign (and is so large at least)."""
        self.seen, before, began = b"", self.total, time.monotonic()
        self.key(data)
        until(lambda: re.search(sign, self.seen) and self.total - before >= least, 5)
        return time.monotonic() - began

    def measure(self, seconds: float) -> tuple[float, float, float]:
        """(bytes/s, screen updates/s with pictures, share of a core)."""
        total, cpu, began = self.total, self._cpu(), time.monotonic()
        frames, self.seen = 0, b""
        while time.monotonic() - began < seconds:
            time.sleep(0.02)
            seen, self.seen = self.seen, b""
            frames += seen.count(b"\x1b[6n")
        passed = time.monotonic() - began
        return (self.total - total) / passed, frames / passed, (self._cpu() - cpu) / passed

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Resident memory of the program."""
        return (
            int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
        )

    def close(self) -> None:
        """End the program."""
        self.key(b"\x11")
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self._closing = True
        self._thread.join()
        os.close(self._master)


LOOKS = (
    ("side by side", b""),
    ("flip", b"f"),
    ("split", b"r"),
    ("difference", b"d"),
    ("source pixels", b"z"),
)


def in_a_terminal(a: Path, b: Path, minutes: float) -> None:
    """Bytes, frames and cost of each way of looking, and how quickly keys answer."""
    terminal = Terminal(a, b)
    time.sleep(4)
    terminal.key(b" ")
    time.sleep(3)
    for grain in ("half blocks", "quadrants"):
        for name, key in LOOKS:
            terminal.key(b"\r" + key)
            time.sleep(1.0)
            rate, frames, cpu = terminal.measure(4)
            row(
                f"{COLUMNS} × {ROWS}, {grain}, {name}",
                f"{frames:.1f} screens/s, {rate / 1e6:.2f} MB/s, {100 * cpu:.0f} % of a core",
            )
        terminal.key(b"D")
    terminal.key(b"\r")
    time.sleep(1)
    taken = _reactions(terminal, 10)
    row("key to reaction while playing", _quickness(taken))
    terminal.key(b" f")
    time.sleep(1.5)
    flips = sorted(terminal.answer(b"f", b"\xe2\x96\x80", 20_000) for _ in range(15))
    row("flip", _quickness(flips))
    if minutes:
        terminal.key(b"\r oG")  # play; what follows loops over the whole film
        _memory(terminal, minutes)
    terminal.close()


PIXELS = {
    "half blocks": (),
    "kitty graphics, a line": (
        (b"i=31", b"\x1b_Gi=31;OK\x1b\\"),
        (b"\x1b[>q", b"\x1bP>|kitty(0.41.1)\x1b\\"),
    ),
    "kitty graphics, memory": (
        (b"i=31", b"\x1b_Gi=31;OK\x1b\\\x1b_Gi=32;OK\x1b\\"),
        (b"\x1b[>q", b"\x1bP>|kitty(0.41.1)\x1b\\"),
    ),
    "sixel": ((b"\x1b[c", b"\x1b[?62;4c"),),
}


def in_real_pixels(a: Path, b: Path) -> None:
    """Cost of each form of picture, two of them in cells of 8 × 16 pixels, at best quality."""
    for form, answers in PIXELS.items():
        terminal = Terminal(a, b, answers=answers)
        time.sleep(4)
        terminal.key(b"@ ")  # always the best
        time.sleep(3)
        rate, frames, cpu = terminal.measure(5)
        row(
            f"{COLUMNS} × {ROWS}, {form}",
            f"{frames:.1f} screens/s, {rate / 1e6:.2f} MB/s, {rate / max(frames, 0.1) / 1e3:.0f} kB"
            f" and {1000 * cpu / max(frames, 0.1):.0f} ms of a core a screen",
        )
        terminal.close()


def _reactions(terminal: Terminal, times: int) -> list[float]:
    """Seconds from the key for the facts to the first of them on the screen, again and again."""
    taken = []
    for _ in range(times):
        taken.append(terminal.answer(b"O", "1920×1080".encode()))
        terminal.key(b"O")
        time.sleep(0.6)
    return taken


def _quickness(taken: list[float]) -> str:
    return f"{1000 * statistics.median(taken):.0f} ms (median), {1000 * max(taken):.0f} ms (worst of {len(taken)})"


def _memory(terminal: Terminal, minutes: float) -> None:
    sizes = []
    for _ in range(max(2, round(minutes * 4))):
        terminal.key(b"g")
        time.sleep(15)
        sizes.append(round(terminal.memory_mb()))
    half = len(sizes) // 2
    row(
        f"memory over {minutes:g} min",
        f"{sizes[0]:.0f} MB at first, {max(sizes[:half])} at most in the first half, {max(sizes[half:])} in the second",
    )


def on_a_slow_line(a: Path, b: Path) -> None:
    """What a line of 2 Mbit/s gets after it has been measured."""
    terminal = Terminal(a, b, 250_000)
    time.sleep(6)
    terminal.key(b" ")
    time.sleep(20)
    rate, frames, cpu = terminal.measure(10)
    answer = _reactions(terminal, 8)
    row(
        "line of 2 Mbit/s, adapted",
        f"{frames:.1f} screens/s, {rate / 1e3:.0f} kB/s, {100 * cpu:.0f} % of a core",
    )
    row("line of 2 Mbit/s, key to reaction", _quickness(answer))
    terminal.close()


def app(a: str, b: str) -> None:
    """The program under measurement: nothing but the pair."""
    from textual.app import App, ComposeResult

    from mediavault_tui.ui.driver import TerminalDriver
    from mediavault_tui.ui.players.pair import PlayerPair

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield PlayerPair(a, b, Pairing.of(INTRO_S))

        def on_mount(self) -> None:
            self.query_one(PlayerPair).focus()

        def on_cursor_position(self) -> None:
            self.query_one(PlayerPair).terminal_answered()

    Bare(driver_class=TerminalDriver).run()


def main() -> None:
    """See the module."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--films", type=Path, default=Path(tempfile.gettempdir()) / "mediavault-players")
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--minutes", type=float, default=0.0, help="watch the memory for so long")
    arguments.add_argument("--only", default="sync,uhd,terminal,pixels,slow", help="which parts, with commas")
    arguments.add_argument("--app", nargs=2, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.app:
        app(*chosen.app)
        return
    chosen.films.mkdir(parents=True, exist_ok=True)
    a, b = films(chosen.films, chosen.seconds)
    parts = {
        "sync": lambda: without_a_screen(a, b, chosen.seconds),
        "uhd": lambda: too_much(uhd(chosen.films)),
        "terminal": lambda: in_a_terminal(a, b, chosen.minutes),
        "pixels": lambda: in_real_pixels(a, b),
        "slow": lambda: on_a_slow_line(a, b),
    }
    print(f"{'what':44} {'figure':62} load on {os.cpu_count()} cores")
    for name in chosen.only.split(","):
        parts[name]()


if __name__ == "__main__":
    main()
