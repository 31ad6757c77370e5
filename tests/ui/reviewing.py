"""A small real library with duplicates of every kind, scanned once, and the app opened on a copy of its catalogue."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from builders import run as scan_all
from textual.pilot import Pilot

from mediavault_tui.domain.events import Phase
from mediavault_tui.domain.settings import Scan, Settings, Ui
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services import samples
from mediavault_tui.services.samples import Picture, Sound, Video, story
from mediavault_tui.store import groups
from mediavault_tui.store.database import Database
from mediavault_tui.store.groups import Decision, GroupRecord
from mediavault_tui.ui.app import StartOptions, VaultApp

LARGE, SMALL = (
    Picture(width=854, height=480, rate=Fraction(10)),
    Picture(width=240, height=136, rate=Fraction(10)),
)
ENGLISH, GERMAN = Sound(language="eng"), Sound(language="deu")
PATIENCE_S = 20.0


@lru_cache
def library() -> Path:
    """A folder with `videos` and the `catalogue.db` of its scan. Made once for all tests of a process."""
    home = Path(mkdtemp(prefix="review"))
    videos = home / "videos"

    def make(name: str, seed: int, picture: Picture, *sounds: Sound, lead: int = 0) -> Path:
        path = videos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        scenes = (*(story(900, lead) if lead else ()), *story(seed, 20))
        samples.write(path, Video(scenes, picture, sounds))
        return path

    make("Amber.2001.mkv", 1, LARGE, ENGLISH)
    make("old/Amber (2001) [x].mp4", 1, SMALL, ENGLISH, lead=3)
    make("Birch.2002.mkv", 2, LARGE, ENGLISH)
    make("old/Birch.2002.dual.mkv", 2, SMALL, ENGLISH, GERMAN)
    cedar = make("Cedar.2003.mkv", 3, SMALL, ENGLISH)
    shutil.copyfile(cedar, videos / "old/Cedar.2003.copy.mkv")
    make("Dune.Walk.S01E01.mkv", 4, LARGE, ENGLISH)
    make("old/Dune.Walk.S01E01.mp4", 4, SMALL, ENGLISH)
    make(
        "older/Dune.Walk.1x01.avi",
        4,
        Picture("mpeg4", 200, 112, Fraction(10), options={"b": "90k"}),
        Sound("libmp3lame", language="eng"),
    )
    scan_all(home / "catalogue.db", videos, phases=frozenset(Phase))
    return home


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """A catalogue of its own for one test."""
    copy = tmp_path / "catalogue.db"
    shutil.copyfile(library() / "catalogue.db", copy)
    return copy


@asynccontextmanager
async def opened(
    database: Path, *, size: tuple[int, int] = (120, 40), settings: Settings | None = None
) -> AsyncIterator[tuple[VaultApp, Pilot[Any]]]:
    """The app in the middle of a test; a fault of the program fails the test."""
    chosen = settings or Settings(scan=Scan(roots=(str(library() / "videos"),)), ui=Ui(theme="harbour"))
    places = database.parent
    with Vault(database, chosen) as vault:
        app = VaultApp(
            vault,
            StartOptions(chosen, places / "config.yaml", places / "log", themes_folder=places / "themes"),
        )
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield app, pilot
        assert not app.bugs, app.bugs


async def until(pilot: Pilot[Any], holds: Callable[[], object], what: str = "") -> None:
    """Wait until something holds."""
    for _ in range(round(PATIENCE_S / 0.05)):
        await pilot.pause()
        try:
            if holds():
                return
        except Exception:  # a widget that is not there yet
            pass
        await asyncio.sleep(0.05)
    raise AssertionError(f"never came: {what or holds}")


def play(database: Path, steps: Callable[[VaultApp, Pilot[Any]], Awaitable[None]], **options: Any) -> None:
    """Open the app and carry out `steps`."""

    async def whole() -> None:
        async with opened(database, **options) as (app, pilot):
            await steps(app, pilot)

    asyncio.run(whole())


def every_group(database: Path) -> dict[str, GroupRecord]:
    """The groups, by the title of their first file."""
    from mediavault_tui.store import review_queries

    with Database(database) as catalogue, catalogue.reader() as connection:
        found = groups.present(connection)
        rows = review_queries.rows(connection, [group.id for group in found])
        return {rows[group.id].name.title or "": group for group in found}


def decisions(database: Path) -> dict[str, Decision | None]:
    """The decision that holds about each group."""
    return {title: group.decision for title, group in every_group(database).items()}


def file_names(database: Path) -> dict[int, str]:
    """File id → its name."""
    from mediavault_tui.store import catalogue as store

    with Database(database) as opened_, opened_.reader() as connection:
        return {file.id: file.paths[0].decode().rpartition("/")[2] for file in store.files(connection)}
