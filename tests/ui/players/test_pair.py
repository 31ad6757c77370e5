"""The players on a screen: keys are pressed, and frame numbers read from the cells that are shown."""

import asyncio
import os
from pathlib import Path

import numpy as np
import pytest
from conftest import Open, seen, until

from mediavault_tui.services.mpv import loading
from mediavault_tui.services.terminal import cells
from mediavault_tui.services.terminal.capabilities import Depth
from mediavault_tui.ui.player_keys import KEYS
from mediavault_tui.ui.players.pair import PlayerPair
from mediavault_tui.ui.players.transport import Transport, clock
from mediavault_tui.ui.players.view_modes import ViewMode, difference, split, with_histogram

needs_mpv = pytest.mark.skipif(not loading.available(), reason="libmpv is not installed")
pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def true_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediavault_tui.services.terminal.capabilities.colours", lambda: Depth.TRUE)


def both(pair: PlayerPair) -> tuple[int, int]:
    return seen(pair, 0), seen(pair, 1)


async def test_both_panes_show_the_same_frame(players: Open) -> None:
    async with players() as (pair, pilot):
        assert await until(lambda: both(pair) == (0, 0)), both(pair)
        for keys, frame in (("l", 120), (".", 121), (".", 122), (",", 121), ("h", 1)):
            await pilot.press({".": "full_stop", ",": "comma"}.get(keys, keys))
            assert await until(lambda now=frame: both(pair) == (now, now)), (keys, both(pair))


async def test_space_plays_and_holds(players: Open) -> None:
    async with players() as (pair, pilot):
        await pilot.press("space")
        assert await until(lambda: seen(pair) > 20)
        assert abs(seen(pair, 0) - seen(pair, 1)) <= 2
        await pilot.press("space")
        assert await until(lambda: not pair.synced.state.playing and seen(pair, 0) == seen(pair, 1))
        held = both(pair)
        await asyncio.sleep(0.3)
        assert both(pair) == held


async def test_it_holds_while_nobody_sees_it(players: Open) -> None:
    async with players() as (pair, pilot):
        await pilot.press("space")
        assert await until(lambda: seen(pair) > 5)
        pair.display = False
        assert await until(lambda: not pair.synced.state.playing)
        pair.display = True
        assert await until(lambda: pair.synced.state.playing)


async def test_flip_shows_the_other_in_the_same_place(players: Open) -> None:
    async with players(offset=0.0) as (pair, pilot):  # not aligned: the frames tell which side it is
        await pilot.press("l")
        assert await until(lambda: both(pair) == (120, 96))
        await pilot.press("f")
        assert await until(lambda: pair.panes[0].size.width == 100 and seen(pair) == 120)
        await pilot.press("f")
        assert await until(lambda: seen(pair) == 96)
        await pilot.press("tab")
        assert await until(lambda: seen(pair) == 120)
        await pilot.press("enter")
        assert await until(lambda: pair.panes[0].size.width < 60 and both(pair) == (120, 96))


async def test_every_look_shows_something_and_comes_back(players: Open) -> None:
    async with players() as (pair, pilot):
        await pilot.press("l")
        for key, look in (("r", ViewMode.SPLIT), ("d", ViewMode.DIFFERENCE), ("z", ViewMode.CROP)):
            await pilot.press(key)
            assert await until(lambda wanted=look: pair.render_options.look is wanted)
            for move in ("shift+left", "shift+up", "shift+right", "shift+down"):
                await pilot.press(move)
            size = 100 if look.is_single else 49
            assert await until(lambda columns=size: pair.panes[0].picture.cells.size[0] == columns), look
        await pilot.press("H", "O", "I", "D", "enter", "D", "H")
        assert pair.render_options.look is ViewMode.SIDES
        assert await until(lambda: both(pair) == (120, 120)), both(pair)


async def test_timing_by_hand(players: Open) -> None:
    async with players(offset=0.0) as (pair, pilot):
        await pilot.press("l")
        assert await until(lambda: both(pair) == (120, 96))
        await pilot.press("right_curly_bracket")
        assert await until(lambda: both(pair) == (120, 120)), both(pair)
        await pilot.press("apostrophe")
        assert await until(lambda: both(pair) == (120, 121)), both(pair)
        await pilot.press("w", "h")
        assert await until(lambda: both(pair) == (0, 1)), both(pair)


async def test_a_side_that_fails_says_so_and_the_other_plays(players: Open) -> None:
    async with players(b="gone") as (pair, pilot):
        assert await until(lambda: "gone.mkv" in pair.panes[1]._message), pair.panes[1]._message
        await pilot.press("space")
        assert await until(lambda: seen(pair) > 10)


async def test_a_file_deleted_while_it_plays(players: Open, tmp_path: Path, clips: dict[str, Path]) -> None:
    doomed = tmp_path / "doomed.mkv"
    doomed.write_bytes(clips["a"].read_bytes())
    clips["doomed"] = doomed
    async with players(a="doomed") as (pair, pilot):
        await pilot.press("O", "space")
        assert await until(lambda: seen(pair) > 5)
        os.unlink(doomed)
        now = seen(pair)
        assert await until(lambda: seen(pair) > now + 12)  # the open file goes on
        assert await until(lambda: "deleted meanwhile" in str(pair.query_one("#facts-a").render()))


async def test_another_size_shows_the_same_frame(players: Open) -> None:
    async with players() as (pair, pilot):
        await pilot.press("l")
        assert await until(lambda: both(pair) == (120, 120)), (both(pair), pair.synced.state)
        await pilot.resize_terminal(60, 20)
        assert await until(lambda: pair.panes[0].picture.cells.size[0] == 29 and both(pair) == (120, 120))


async def test_clicking_into_the_progress_goes_there(players: Open) -> None:
    async with players() as (pair, pilot):
        await pilot.click(Transport, offset=(50, 0))
        assert await until(lambda: 3 < pair.synced.state.position_s < 7)


async def test_no_sound_over_ssh(players: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "1.2.3.4 5 6.7.8.9 22")
    async with players() as (pair, pilot):
        await pilot.press("s")
        assert "SSH" in pair.query_one(Transport).words
        assert pair.synced.state.heard is None


async def test_a_screenshot_holds_the_pictures(players: Open) -> None:
    async with players() as (pair, _):
        assert await until(lambda: both(pair) == (0, 0))
        assert pair.app.export_screenshot().count("▀") > 500


async def test_every_key_has_its_action() -> None:
    for key in KEYS:
        assert callable(getattr(PlayerPair, f"action_{key.verb}", None)), key.verb
    keys = [name for key in KEYS for name in key.keys.split(",")]
    assert len(keys) == len(set(keys))


async def test_looks_are_honest() -> None:
    a, b = np.full((4, 8, 3), 100, np.uint8), np.full((4, 8, 3), 110, np.uint8)
    assert (difference(a, b, 4) == 40).all()
    assert (difference(a, a, 64) == 0).all()
    halves = split(a, b, 0.5)
    assert (halves[:, :3] == 100).all()
    assert (halves[:, 4:] == 110).all()
    dark = np.zeros((40, 32, 3), np.uint8)
    dark[10:30] = 64
    shown = with_histogram(dark)[28:]
    assert shown.max(2)[-1].argmax() == 8  # one bar, a quarter of the way
    assert cells.paint(shown).size[0] == 32


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00.0"), (61.26, "1:01.2"), (3723.4, "1:02:03.4"), (-2.5, "-0:02.5")]
)
async def test_times_as_people_write_them(seconds: float, said: str) -> None:
    assert clock(seconds) == said


async def test_it_holds_under_another_screen(players: Open) -> None:
    from textual.screen import Screen

    async with players() as (pair, pilot):
        await pilot.press("space")
        assert await until(lambda: seen(pair) > 5)
        pair.app.push_screen(Screen())
        assert await until(lambda: not pair.synced.state.playing)
        pair.app.pop_screen()
        assert await until(lambda: pair.synced.state.playing)


async def test_both_pictures_are_saved_with_their_data(players: Open, tmp_path: Path) -> None:
    from PIL import Image

    async with players() as (pair, pilot):
        pair.pictures = tmp_path
        await pilot.press("l")
        assert await until(lambda: both(pair) == (120, 120)), (both(pair), pair.synced.state)
        await pilot.press("S")
        assert await until(
            lambda: list(tmp_path.glob("*.png")) and "saved" in pair.query_one(Transport).words
        )
        (saved,) = tmp_path.glob("*.png")  # noqa: ASYNC240 - a test may wait
        with Image.open(saved) as picture:
            assert "a.mkv" in picture.text["Left"]
            assert "0:06.0" in picture.text["Right"]
            pixels = np.asarray(picture)
        assert pixels.shape[1] == 320 + 640
        from counted import number

        assert number(pixels[90:270, :320]) == number(pixels[:360, 320:]) == 120


@pytest.mark.slow
async def test_moments_are_found_and_gone_to(players: Open) -> None:
    async with players() as (pair, pilot):
        assert await until(lambda: len(pair._moments) > 5, 15)
        await pilot.press("n")
        assert await until(lambda: pair.synced.state.position_s > 0.1), pair.query_one(Transport).words
        for key in ("asterisk", "7", "8", "9", "p"):
            await pilot.press(key)
            assert await until(lambda: not pair.synced.state.seeking)
