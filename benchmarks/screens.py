"""How quickly the screens answer with a large catalogue: first paint, keys, search as you type, memory.

    python benchmarks/screens.py [FILES [GROUPS]]

Drives the real app on a terminal of 120×40. "Key to paint" is the time from a key's arrival to the first paint
after it that reaches the terminal; a search also waits until the table shows what it found. Then the same while
a scan of made-up files keeps the catalogue's writer and the worker processes busy. Beside the time on the clock
stands the processor time this process used for it (all its threads): what the clock shows on a machine that
has nothing else to do.
"""

import asyncio
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from large_catalogue import make
from textual import events

from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import search
from mediavault_tui.store.database import Database
from mediavault_tui.ui.app import StartOptions, VaultApp

SIZE = (120, 40)
SCANNED = 6_000
SCREENS: dict[str, tuple[str, list[str]]] = {
    "dashboard": ("1", ["?", "escape"] * 8),
    "library": ("2", [*["j"] * 15, *["k"] * 5, "G", "g", "ctrl+d", "ctrl+d", "ctrl+f", "enter", "j", "h", "t",
                      "j", "G", "t"]),
    "duplicates": ("3", [*["j"] * 15, *["k"] * 5, "G", "g", "ctrl+d", "l", "h"]),
    "scanner": ("4", ["j", "k", "tab", "j", "k", "tab"] * 3),
    "archive": ("5", ["j", "k"] * 5),
    "settings": ("6", [*["j"] * 20, "G", "g", "ctrl+d"]),
}  # fmt: skip
QUERIES = ("red dwarf", "amelie", "s01e0", "1080p")


GIVEN_UP_S = 1.5


class Taken(NamedTuple):
    """Milliseconds on the clock, and of processor time."""

    clock_ms: float
    work_ms: float


class Stopwatch:
    """Sends keys and waits for paint."""

    def __init__(self, app: VaultApp) -> None:
        self.app = app
        self.painted = self.worked = 0.0
        self.event = asyncio.Event()
        display = app._display

        def noted(screen: object, renderable: object) -> None:
            display(screen, renderable)  # type: ignore[arg-type]
            if renderable is None or app._batch_count or screen is not app.screen:
                return  # not shown
            self.painted, self.worked = time.perf_counter(), time.process_time()
            self.event.set()

        app._display = noted  # type: ignore[method-assign]

    async def press(self, key: str, until: Callable[[], bool] = lambda: True) -> Taken | None:
        """How long until something was painted and `until` holds; None if nothing was to be painted."""
        started, worked = time.perf_counter(), time.process_time()
        character = key if len(key) == 1 else " " if key == "space" else None
        self.app.post_message(events.Key({"/": "slash", "?": "question_mark"}.get(key, key), character))
        while self.painted < started or not until():
            self.event.clear()
            try:
                await asyncio.wait_for(self.event.wait(), GIVEN_UP_S)
            except TimeoutError:
                return None
        return Taken(1000 * (self.painted - started), 1000 * (self.worked - worked))


def report(name: str, times: list[Taken | None], target: float) -> None:
    """One line."""
    seen = [each for each in times if each is not None]
    clock, work = sorted(each.clock_ms for each in seen), sorted(each.work_ms for each in seen)
    ninety_five = int(0.95 * (len(seen) - 1))
    print(
        f"{name:<32} {len(seen):>4} keys   clock: median {statistics.median(clock):5.0f}"
        f"  p95 {clock[ninety_five]:5.0f} ms   processor: median {statistics.median(work):5.1f}"
        f"  p95 {work[ninety_five]:5.1f}  worst {work[-1]:5.1f} ms   target {target:.0f}",
        flush=True,
    )


async def settle(app: VaultApp) -> None:
    """Until nothing is being loaded."""
    await asyncio.sleep(0.3)
    while any(worker.is_running and worker.group in {"load", "rows", "index"} for worker in app.workers):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)


async def keys(app: VaultApp, watch: Stopwatch, target: float, note: str) -> None:
    """Every screen's keys, twice."""
    for name, (key, pressed) in SCREENS.items():
        if name not in app.main_screens:
            continue
        times = []
        for _ in range(2):
            await watch.press("1" if key != "1" else "2")
            await settle(app)
            times.append(await watch.press(key))
            await asyncio.sleep(0.4)
            for each in pressed:
                times.append(await watch.press(each))
                await asyncio.sleep(0.06)
        report(f"{name}{note}", times, target)


async def searching(app: VaultApp, watch: Stopwatch, target: float, note: str) -> None:
    """Type queries in the library, letter by letter, at a typist's pace."""
    await watch.press("2")
    await settle(app)
    library = app.screen
    times = []
    for query in QUERIES:
        await watch.press("/")
        await asyncio.sleep(0.2)
        for letter in query:
            shown = id(library.table.keys)  # type: ignore[attr-defined]
            times.append(await watch.press(letter, lambda shown=shown: id(library.table.keys) != shown))  # type: ignore[attr-defined,misc]
            await asyncio.sleep(0.15)
        await watch.press("escape")
        await asyncio.sleep(0.5)
    report(f"search as you type{note}", times, target)


def some_files(folder: Path) -> None:
    """Empty videos of many names, to be scanned."""
    for number in range(SCANNED):
        show = folder / f"Some Show {number // 100}" / f"Season {number // 10 % 10 + 1}"
        show.mkdir(parents=True, exist_ok=True)
        (
            show
            / f"Some.Show.{number // 100}.S{number // 10 % 10 + 1:02d}E{number % 10:02d}.720p.x264-GRP.mkv"
        ).touch()


async def drive(database: Path, folder: Path, started: float) -> None:
    """All measurements."""
    settings = Settings(scan=Scan(roots=(str(folder),)))
    with Vault(database, settings) as vault:
        app = VaultApp(vault, StartOptions(settings, folder / "config.yaml", folder / "log"))
        watch = Stopwatch(app)
        async with app.run_test(size=SIZE):
            while not watch.painted:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            print(f"{'first paint (imports excluded)':<34} {1000 * (watch.painted - started):.0f} ms")
            await settle(app)
            await keys(app, watch, 50, "")
            await searching(app, watch, 100, "")
            print(
                f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most (target 250)"
            )
            await app.start_scan()
            await keys(app, watch, 100, ", scan running")
            print(f"  the scan is {app.jobs.current and app.jobs.current.state}")
            await app.jobs.cancel()
        app.reading.close()
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most, with a scan")


FRESH = """
import time; started = time.perf_counter()
import asyncio, sys; from pathlib import Path
from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.engine.vault import Vault
from mediavault_tui.ui.app import StartOptions, VaultApp
from mediavault_tui.ui.widgets.charts import Facts

def say(what):
    print(f"{what}: {1000 * (time.perf_counter() - started):.0f} ms, processor {1000 * time.process_time():.0f} ms")

async def main():
    settings = Settings(scan=Scan(roots=("/volume1",)))
    with Vault(Path(sys.argv[1]), settings) as vault:
        app = VaultApp(vault, Launch(settings, Path("/nonexistent"), Path("/dev/null")))
        async with app.run_test(size=(120, 40)) as pilot:
            say("a fresh process to its first paint (target 1000)")
            while not [facts for facts in app.screen.query(Facts) if facts.facts]: await asyncio.sleep(0.01)
            say("    and to all figures on the dashboard")
        app.reading.close()
asyncio.run(main())
"""


def whole_start(database: Path) -> None:
    """Fresh processes until their first paint."""
    for _ in range(3):
        subprocess.run([sys.executable, "-c", FRESH, str(database)], check=True)


def main() -> None:
    """Make the catalogue, then measure."""
    logging.disable(logging.WARNING)  # the made-up files are empty, and said to be
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        database = folder / "catalogue.db"
        make(database, *map(int, sys.argv[1:]))
        with Database(database) as opened:
            after: int | None = 0
            while after is not None:
                with opened.transaction() as transaction:
                    after = search.index_some(transaction, after, 2000)
        some_files(folder / "videos")
        whole_start(database)
        asyncio.run(drive(database, folder / "videos", time.perf_counter()))


if __name__ == "__main__":
    main()
