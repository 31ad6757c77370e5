"""Any key, any click, any size, on every screen: nothing breaks, and there is always a way back.

A failing seed is played again with: pytest tests/ui/test_monkey.py -k 'seed name'
"""

import contextlib
import random
from pathlib import Path

import msgspec
import pytest
from catalogues import make_tree
from driving import Driven, drive
from textual.pilot import OutOfBounds

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.settings import Scan, Settings, Ui
from mediavault_tui.engine.matching.match import match
from mediavault_tui.store.database import Connection
from mediavault_tui.ui.actions import ACTIONS, key_list
from mediavault_tui.ui.app import VaultApp
from mediavault_tui.ui.screens.comparison import pictures

LETTERS = {"a", "b", "x", "z", "0", "9", "space", "tab", "shift+tab"}
KEYS = sorted({key for action in ACTIONS for key in key_list(action.keys)} | LETTERS)
MAIN_KEYS = "123456"
SIZES = [(80, 24), (120, 35), (200, 50), (60, 20), (30, 8)]
ODD_NAMES = [
    "ブラジル (1985) [字幕].mkv".encode(),
    "Brazil 🎬🇧🇷 (1985).mkv".encode(),
    "ברזיל (1985) \u202egnp.mkv".encode(),
    b"Brazil (1985) \xff\xfe [b]bold[/b].mkv",
    b"Brazil\n(1985)\t\x1b]0;title\x07.mkv",
    b"Brazil (1985) " + b"very " * 40 + b"long.mkv",
    *(b"Brazil (1985) copy %d [@click=app.bell].mkv" % number for number in range(6)),
]


def add_twelve_copies(transaction: Connection) -> None:
    """One film twelve times, under names that must never act as markup or escape codes."""
    said = ReleaseName(kind=Kind.MOVIE, title="Brazil", year=1985)
    for number, name in enumerate(ODD_NAMES, 101):
        transaction.execute(
            "INSERT INTO files(id, device, inode, size, mtime_ns, ctime_ns, links, first_seen, mediainfo, fingerprint,"
            " hash) VALUES (?, 1, ?, ?, 1, 1, 1, 1, 1, 1, 1)",
            (number, number, 10**9 + number),
        )
        transaction.execute("INSERT INTO names VALUES (?, ?, 1, ?, NULL)", (number, number, name))
        transaction.execute(
            "INSERT INTO release_names VALUES (?, ?, ?, ?, NULL, ?)",
            (number, said.kind, said.title, said.year, msgspec.json.encode(said)),
        )
        transaction.execute(
            "INSERT INTO media(file_id, container, duration_s, bitrate_kbps, title, damage, video_codec, width, height,"
            " pixel_aspect, rotation, profile, fps, variable_fps, interlaced, bit_depth, hdr, video_kbps)"
            " VALUES (?, 'Matroska', 8000, 5000, NULL, NULL, 'H.264', ?, 1080, 1, 0, NULL, 25, 0, 0,"
            " 8, NULL, 4500)",
            (number, 1900 - number),
        )
    transaction.execute(
        "INSERT INTO roots VALUES (2, ?, 1, 1, 'not mounted', 1)", (b"/away/[red]\x1b[31m\xff",)
    )


@pytest.fixture
def harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans stay in a small folder, nothing leaves the program, no player is started."""
    tree, start = make_tree(tmp_path / "videos", 30), VaultApp.start_scan

    async def scan_here(app: VaultApp, *, full: bool = False, roots: tuple[str, ...] = ()) -> None:
        await start(app, full=full, roots=(str(tree),))

    async def stay(app: VaultApp, *, scan_on: bool = False) -> None:
        app.notify("stays")

    monkeypatch.setattr(VaultApp, "start_scan", scan_here)
    monkeypatch.setattr(VaultApp, "leave", stay)
    monkeypatch.setattr(pictures, "can_play", lambda: False)


async def act(driven: Driven, chance: random.Random) -> str:
    """Do one thing; what it was."""
    width, height = driven.app.size
    what = chance.random()
    if what < 0.15:
        x, y = chance.randrange(width), chance.randrange(height)
        with contextlib.suppress(OutOfBounds):
            await driven.pilot.click(offset=(x, y), times=chance.choice((1, 1, 2)))
        return f"click {x},{y}"
    if what < 0.18:
        size = chance.choice(SIZES)
        await driven.pilot.resize_terminal(*size)
        return f"size {size}"
    key = chance.choice(MAIN_KEYS) if what < 0.25 else chance.choice(KEYS)
    await driven.pilot.press(key)
    return key


async def back_to_dashboard(driven: Driven) -> None:
    """`escape`, as often as it takes, but not for ever."""
    for _ in range(12):
        if driven.app.current_mode == "dashboard" and len(driven.app.screen_stack) == 1:
            return
        await driven.press("escape")
    raise AssertionError(f"no way back from {driven.app.screen_stack}")


def play(home: Path, seed: int, steps: int) -> None:
    """Random keys, clicks and sizes."""
    chance = random.Random(seed)
    done: list[str] = []

    async def scenario(driven: Driven) -> None:
        await driven.app.vault.write(add_twelve_copies)
        async for _ in match(driven.app.vault):
            pass
        for _ in range(steps):
            done.append(await act(driven, chance))
            assert driven.app.bugs == [], done
            assert driven.app.is_running, done
        await back_to_dashboard(driven)

    settings = Settings(scan=Scan(roots=("/videos",), jobs=1, fingerprint="none"), ui=Ui(theme="harbour"))
    drive(home, scenario, size=chance.choice(SIZES), settings=settings)


@pytest.mark.usefixtures("harmless")
@pytest.mark.parametrize("seed", [1])
def test_a_few_random_keys(tmp_path: Path, seed: int) -> None:
    play(tmp_path, seed, 80)


@pytest.mark.slow
@pytest.mark.usefixtures("harmless")
@pytest.mark.parametrize("seed", range(10, 20))
def test_many_random_keys(tmp_path: Path, seed: int) -> None:
    play(tmp_path, seed, 400)
