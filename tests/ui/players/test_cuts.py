"""Two files that were cut, on the screen: the line below the pictures, and the keys that go from edge to edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conftest import Bare, Opened, seen, until
from counted import film
from textual.app import App, ComposeResult

from mediavault_tui.domain import playback_timeline
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.synced_players import SyncedState
from mediavault_tui.services.terminal.capabilities import Depth
from mediavault_tui.ui.players.pair import PlayerPair
from mediavault_tui.ui.players.transport import Transport
from mediavault_tui.ui.widgets import time_strip

pytestmark = pytest.mark.asyncio
RATE, ELSE = 24, 60000
CUT = Pairing.of(0, 1, (Stretch(0, 0, 3), Stretch(5, 3, 2), Stretch(7, 7, 3)))
"""b lacks a's 3–5 s and has two seconds more at 5 s. The line: 0–3 both, 3–5 a, 5–7 both, 7–9 b, 9–12 both."""
OTHER = Pairing.of(0, 1, (Stretch(0, 0, 3), Stretch(5, 5, 5)))


class Line(App[None]):
    """Nothing but the line."""

    def compose(self) -> ComposeResult:
        yield Transport()


async def rendered(pairing: Pairing, position_s: float, width: int, words: str = "") -> tuple[str, ...]:
    parts = playback_timeline.parts(playback_timeline.line_of(pairing), (10.0, 10.0))
    state = SyncedState(
        ready=True, position_s=position_s, start_s=parts[0].start_s, end_s=parts[-1].end_s, pairing=pairing
    )
    app = Line()
    async with app.run_test(size=(width, 5)) as pilot:
        transport = app.query_one(Transport)
        transport.show(state, "", (1.5,), parts)
        transport.words = words
        await pilot.pause()
        assert transport.size.height == len(str(transport.render()).split("\n"))
        return tuple(str(transport.render()).split("\n"))


@pytest.mark.parametrize("width", [80, 160])
async def test_the_line_tells_by_its_characters_who_has_what(width: int) -> None:
    line, below = await rendered(CUT, 4.0, width)
    assert len(line) <= width
    assert line.startswith(" ⏸ a 0:04.0 b 0:03.0 ─")
    bar = line.split(" ")[6]
    kinds = [glyph for place, glyph in enumerate(bar) if not place or bar[place - 1] != glyph]
    assert "".join(kinds) == "─╪─▀●▀─▄─"
    assert abs(bar.count("▀") + 1 - bar.count("▄")) <= 1
    assert below.startswith(" b lacks 0:03–0:05 of a ")
    assert below.rstrip().endswith("▀ only a  ▄ only b")
    _, below = await rendered(CUT, 1.0, width)
    assert below.startswith(" b lacks 0:03–0:05 of a; a lacks 0:05–0:07 of b ")


async def test_other_pictures_and_what_was_just_done() -> None:
    line, below = await rendered(OTHER, 0.0, 80)
    assert "─≠≠" in line
    assert below.startswith(" other pictures: a 0:03–0:05, b 0:03–0:05 ")
    line, below = await rendered(OTHER, 0.0, 80, " saved")
    assert "─≠≠" in line
    assert below.startswith(" saved ")


async def test_without_cuts_there_is_one_line() -> None:
    (line,) = await rendered(Pairing.of(2.0), 0.0, 80)
    assert line.startswith(" ⏸ 0:00.0 ▄")
    assert "b +2.00 s" in line
    (line,) = await rendered(Pairing.of(2.0), 0.0, 80, " saved")
    assert "saved" in line


@pytest.mark.parametrize("width", [1, 10, 59])
async def test_the_shortest_cut_of_a_long_film_has_a_column(width: int) -> None:
    pairing = Pairing.of(0, 1, (Stretch(0, 0, 3000), Stretch(3001, 3000, 3000)))
    parts = playback_timeline.parts(playback_timeline.line_of(pairing), (6001.0, 6000.0))
    assert time_strip.cells(parts, (0.0, 6001.0), width).count("▀") == 1
    for start in (0.0, 5999.0):
        only = playback_timeline.Part(start, start + 1, playback_timeline.Shown.B_ONLY, ((0, 0), (0, 1)))
        assert time_strip.cells([only], (0.0, 6000.0), width).count("▄") == 1


async def test_no_room_is_no_fault() -> None:
    assert time_strip.cells((), (0.0, 0.0), 0) == []
    assert time_strip.runs([], 0) == []
    await rendered(CUT, 1.0, 20)


@pytest.fixture(scope="session")
def cut_clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if not loading.available():
        pytest.skip("libmpv is not installed")
    folder = tmp_path_factory.mktemp("cut")
    frames = [*range(72), *range(120, 168), *range(ELSE, ELSE + 48), *range(168, 240)]
    return (
        film(folder / "whole.mkv", 10, RATE, (320, 180), noise=4),
        film(folder / "cut.mp4", rate=RATE, size=(320, 180), numbers=frames, noise=4),
    )


@asynccontextmanager
async def opened(clips: tuple[Path, Path], pairing: Pairing) -> AsyncIterator[Opened]:
    pair = PlayerPair(*(bytes(clip) for clip in clips), pairing)
    app = Bare(pair)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: pair.synced.state.ready and all(pane.picture for pane in pair.panes))
        yield pair, pilot


@pytest.fixture(autouse=True)
def true_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediavault_tui.services.terminal.capabilities.colours", lambda: Depth.TRUE)


def both(pair: PlayerPair) -> tuple[int, int]:
    return seen(pair, 0), seen(pair, 1)


def said(pair: PlayerPair) -> str:
    return str(pair.query_one(Transport).render())


async def test_keys_go_from_edge_to_edge_and_both_show_what_belongs_there(
    cut_clips: tuple[Path, Path],
) -> None:
    async with opened(cut_clips, CUT) as (pair, pilot):
        for key, frames, words in (
            ("n", (72, 120), "b lacks 0:03–0:05 of a"),
            ("n", (120, 120), "both show the same"),
            ("n", (168, ELSE), "a lacks 0:05–0:07 of b"),
            ("n", (168, 168), "both show the same"),
            ("n", (168, 168), "no moment of great difference there"),
            ("p", (168, ELSE), "a lacks 0:05–0:07 of b"),
            ("p", (120, 120), "both show the same"),
            ("comma", (119, 120), "both show the same"),
            ("full_stop", (120, 120), "both show the same"),
            ("p", (72, 120), "b lacks 0:03–0:05 of a"),
            ("h", (0, 0), ""),
            ("l", (120, 120), ""),
        ):
            await pilot.press(key)
            assert await until(lambda frames=frames: both(pair) == frames), (key, frames, both(pair))
            assert words in said(pair)
            assert await until(lambda: not pair.synced.state.seeking)


async def test_a_click_goes_into_what_only_one_has(cut_clips: tuple[Path, Path]) -> None:
    async with opened(cut_clips, CUT) as (pair, pilot):
        assert await until(lambda: "▄" in said(pair))
        await pilot.click(Transport, offset=(said(pair).index("▄") + 1, 0))
        assert await until(lambda: seen(pair, 0) == 168 and seen(pair, 1) >= ELSE), both(pair)
        assert await until(lambda: "a lacks 0:05–0:07 of b" in said(pair))


async def test_a_timing_found_later_brings_the_line(cut_clips: tuple[Path, Path]) -> None:
    async with opened(cut_clips, Pairing()) as (pair, pilot):
        assert pair.query_one(Transport).size.height == 1
        await pilot.press("G")
        pair.offer(CUT, 93)
        assert await until(lambda: pair.query_one(Transport).size.height == 2)
        assert "2 cuts or inserts, 93 % sure" in said(pair)
        await pilot.press("g", "right_curly_bracket")  # b a second later, behind every cut
        assert await until(lambda: both(pair) == (0, 24)), both(pair)
        await pilot.press("n", "n")
        assert await until(lambda: both(pair) == (120, 144)), both(pair)
