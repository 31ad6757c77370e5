"""Two real files, one of them cut and with something inserted: the frames shown are read from the pictures."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from counted import film
from synced_pairs import at_rest, mostly_together, shown, still, until

from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.side_control import SideControl
from mediavault_tui.services.mpv.synced_players import Side, SyncedPlayers

pytestmark = pytest.mark.skipif(not loading.available(), reason="libmpv is not installed")
RATE, ELSE = 24, 60000
"""Frames a second; the first number of pictures that a has not."""


def frames(start_s: float, end_s: float, first: int = 0) -> list[int]:
    return [first + number for number in range(round(start_s * RATE), round(end_s * RATE))]


B = [*frames(0, 5), *frames(8, 12), *frames(0, 3, ELSE), *frames(12, 20)]
CUT = (Stretch(0, 0, 5), Stretch(8, 5, 4), Stretch(12, 12, 8))
"""b lacks a's 5–8 s and has three seconds more at 9 s. The line: 0–5 both, 5–8 a, 8–12 both, 12–15 b, 15–23 both."""
CASES = [(2, 2, 2), (4.75, 4.75, 4.75), (5, 5, 8), (6.5, 6.5, 8), (8, 8, 8), (11.5, 11.5, 11.5)]
BEYOND = [(12, 12, None), (13, 12, None), (15, 12, 12), (20, 17, 17)]


class Made(NamedTuple):
    synced: SyncedPlayers
    seeks: list[tuple[Side, float]]
    """Which side was sought, and where to."""


@pytest.fixture(scope="session")
def cut_films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("cut")
    other = [*frames(0, 5), *frames(0, 2, ELSE), *frames(8, 20)]
    return {
        "whole": film(folder / "whole.mkv", 20, RATE, (160, 90), noise=4),
        "cut": film(folder / "cut.mp4", rate=RATE, size=(160, 90), numbers=B, noise=4),
        "other": film(folder / "other.mkv", rate=RATE, size=(160, 90), numbers=other, noise=4),
    }


@pytest.fixture
def made(cut_films: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Made]]:
    opened: list[SyncedPlayers] = []

    def build(pairing: Pairing, a: str = "whole", b: str = "cut") -> Made:
        synced = SyncedPlayers(str(cut_films[a]), str(cut_films[b]), pairing)
        opened.append(synced)
        seeks: list[tuple[Side, float]] = []
        seek = SideControl.seek

        def counting(control: SideControl, own_s: float) -> None:
            if control in synced._controls:
                seeks.append((Side(synced._controls.index(control)), round(own_s, 3)))
            seek(control, own_s)

        monkeypatch.setattr(SideControl, "seek", counting)
        for player in synced.players:
            player.resize(64, 36)
        assert until(lambda: synced.state.ready and all(p.picture for p in synced.players) and still(synced))
        seeks.clear()
        return Made(synced, seeks)

    yield build
    for synced in opened:
        synced.close()


def shows(synced: SyncedPlayers, a_s: float, b_s: float | None, b_else: float = 0.0) -> bool:
    """Whether both show these moments of a's story; None: b shows what a has not, so many seconds into it."""
    there = ELSE + round(b_else * RATE) if b_s is None else round(b_s * RATE)
    return shown(synced) == (round(a_s * RATE), there)


def test_a_seek_lands_on_the_same_picture_on_both_sides_of_a_cut(made: Callable[..., Made]) -> None:
    synced = made(Pairing.of(0, 1, CUT)).synced
    for at, a, b in [*CASES, *BEYOND, *reversed(CASES)]:
        synced.seek_to(at)
        there = at - 12
        assert until(lambda a=a, b=b, t=there: shows(synced, a, b, t)), (at, shown(synced))
        assert until(lambda: at_rest(synced))
        assert synced.state.position_s == pytest.approx(at, abs=0.02)


def test_the_same_from_the_other_side(made: Callable[..., Made]) -> None:
    pairing = Pairing.of(0, 1, CUT).turned()
    synced = made(pairing, "cut", "whole").synced
    synced.hear(Side.B)  # and the right one leads
    for at, a, b in [*CASES, *BEYOND]:
        synced.seek_to(at)
        number = ELSE + round((at - 12) * RATE) if b is None else round(b * RATE)
        assert until(lambda n=number, a=a: shown(synced) == (n, round(a * RATE))), (at, shown(synced))


def test_frame_by_frame_across_both_cuts_and_back(made: Callable[..., Made]) -> None:
    synced, seeks = made(Pairing.of(0, 1, CUT))
    for start, by, expected in (
        (5 - 2 / RATE, 1, [(119, 119), (120, 192), (121, 192)]),
        (5 + 1 / RATE, -1, [(120, 192), (119, 119), (118, 118)]),
        (8 - 2 / RATE, 1, [(191, 192), (192, 192), (193, 193)]),
        (8 + 1 / RATE, -1, [(192, 192), (191, 192)]),
        (12 - 2 / RATE, 1, [(287, 287), (288, ELSE), (288, ELSE + 1), (288, ELSE + 2)]),
        (15 - 2 / RATE, 1, [(288, ELSE + 71), (288, 288), (289, 289)]),
        (15 + 1 / RATE, -1, [(288, 288), (288, ELSE + 71), (288, ELSE + 70)]),
        (12 + 1 / RATE, -1, [(288, ELSE), (287, 287)]),
    ):
        synced.seek_to(start)
        assert until(lambda at=start: abs(synced.state.position_s - at) < 0.01 and at_rest(synced))
        for pair in expected:
            synced.step(by)
            assert until(lambda pair=pair: shown(synced) == pair), (start, by, pair, shown(synced))
            assert until(lambda: at_rest(synced))
    assert len(seeks) < 50


def test_playing_over_a_cut_the_other_waits_and_both_go_on(made: Callable[..., Made]) -> None:
    synced, seeks = made(Pairing.of(0, 1, CUT))
    synced.seek_to(4.0)
    assert until(lambda: shows(synced, 4.0, 4.0) and at_rest(synced))
    seeks.clear()
    synced.play()
    assert until(lambda: shown(synced)[0] > 5.5 * RATE)
    waiting = [shown(synced) for _ in range(60) if not time.sleep(0.02)]
    assert {b for _, b in waiting} == {8 * RATE}  # the picture with which both go on
    assert len({a for a, _ in waiting}) > 10
    assert until(lambda: shown(synced)[0] > 8.8 * RATE)
    assert mostly_together([a - b for a, b in (shown(synced) for _ in range(60) if not time.sleep(0.015))])
    assert seeks == [(Side.B, pytest.approx(5.0, abs=0.02))]


@pytest.mark.parametrize("heard", [None, Side.A, Side.B])
def test_playing_what_only_b_has_a_waits(made: Callable[..., Made], heard: Side | None) -> None:
    synced, seeks = made(Pairing.of(0, 1, CUT))
    synced.hear(heard)
    synced.seek_to(11.0)
    assert until(lambda: shows(synced, 11.0, 11.0) and at_rest(synced))
    seeks.clear()
    synced.play()
    assert until(lambda: shown(synced)[1] > ELSE + 12)
    waiting = [shown(synced) for _ in range(60) if not time.sleep(0.02)]
    assert {a for a, _ in waiting} == {12 * RATE}
    assert len({b for _, b in waiting}) > 10
    assert until(lambda: shown(synced)[0] > 12.8 * RATE)
    assert mostly_together([a - b for a, b in (shown(synced) for _ in range(60) if not time.sleep(0.015))])
    assert seeks == [(Side.A, pytest.approx(12.0, abs=0.02))]


def test_it_can_be_held_where_one_waits(made: Callable[..., Made]) -> None:
    synced, _ = made(Pairing.of(0, 1, CUT))
    synced.seek_to(4.5)
    assert until(lambda: shows(synced, 4.5, 4.5) and at_rest(synced))
    synced.play()
    assert until(lambda: shown(synced)[0] > 6 * RATE)
    synced.pause()
    assert until(lambda: at_rest(synced))
    held = shown(synced)
    assert held[0] in range(6 * RATE, 8 * RATE)
    assert held[1] == 8 * RATE
    synced.play()
    assert until(lambda: shown(synced)[0] > 9 * RATE)
    synced.pause()
    assert until(lambda: at_rest(synced) and shown(synced)[0] == shown(synced)[1]), shown(synced)


def test_a_nudge_and_a_declared_moment_hold_behind_every_cut(made: Callable[..., Made]) -> None:
    synced, _ = made(Pairing.of(0, 1, CUT))
    synced.seek_to(3.0)
    assert until(lambda: shows(synced, 3, 3))
    synced.nudge(2 / RATE)
    for at, a in ((3, 3), (10, 10), (18, 15)):
        synced.seek_to(at)
        assert until(lambda a=a: shown(synced) == (a * RATE, a * RATE + 2)), (at, shown(synced))
    synced.move_alone(Side.B, -2 / RATE)
    assert until(lambda: shows(synced, 15, 15))
    synced.align_now()
    assert until(lambda: synced.state.pairing.stretches[1].b_s == pytest.approx(5.0, abs=0.5 / RATE))
    synced.seek_to(4.0)
    assert until(lambda: shows(synced, 4, 4)), shown(synced)


def test_other_pictures_play_beside_each_other(made: Callable[..., Made]) -> None:
    """a has three seconds where b has two others: these two run together, then b waits a second."""
    stretches = (Stretch(0, 0, 5), Stretch(8, 7, 12))
    synced, seeks = made(Pairing.of(0, 1, stretches), b="other")
    synced.seek_to(4.5)
    assert until(lambda: shows(synced, 4.5, 4.5) and at_rest(synced))
    seeks.clear()
    synced.play()
    assert until(lambda: shown(synced)[1] > ELSE + 6)
    beside = [shown(synced) for _ in range(30) if not time.sleep(0.015)]
    assert mostly_together([a - 5 * RATE - (b - ELSE) for a, b in beside])
    assert until(lambda: shown(synced)[0] > 8.6 * RATE)
    assert mostly_together([a - b for a, b in (shown(synced) for _ in range(40) if not time.sleep(0.015))])
    assert len(seeks) <= 1


def test_a_timing_that_is_found_later_leaves_what_is_seen_on_the_left(made: Callable[..., Made]) -> None:
    synced, _ = made(Pairing())
    synced.seek_to(16.0)
    assert until(lambda: shown(synced)[0] == 16 * RATE)
    synced.pair(Pairing.of(0, 1, CUT))
    assert until(lambda: shows(synced, 16, 16)), shown(synced)
    assert until(lambda: (synced.state.position_s, synced.state.end_s) == pytest.approx((19, 23), abs=0.1))


def test_a_side_that_fails_leaves_the_other_to_play_through(
    made: Callable[..., Made], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(b"this is no film" * 100)
    synced = made(Pairing.of(0, 1, CUT)).synced  # for its films
    alone = SyncedPlayers(synced.players[0].path, str(broken), Pairing.of(0, 1, CUT))
    try:
        alone.players[0].resize(64, 36)
        assert until(lambda: alone.players[1].state.failure is not None)
        alone.seek_to(11.5)
        assert until(lambda: shown(alone)[0] == 11.5 * RATE)
        alone.play()
        assert until(lambda: shown(alone)[0] > 12.5 * RATE), alone.state
    finally:
        alone.close()
