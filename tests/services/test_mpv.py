"""Real files in real libmpv: which frame each side shows is read from the pictures themselves."""

import os
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from counted import film, number
from synced_pairs import at_rest, mostly_together, shown, skews, still, together, until

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.player import Player, PlayerEvent
from mediavault_tui.services.mpv.synced_players import Side, SyncedPlayers

pytestmark = pytest.mark.skipif(not loading.available(), reason="libmpv is not installed")
PAL = 25 / 24


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {
        "plain": film(folder / "plain.mkv", 12, 24),
        "later": film(folder / "later [x264].mp4", 12, 24, (640, 360), first=-48),  # two seconds of intro
        "pal": film(folder / "pal.mp4", 12, 25, (352, 288), aspect=Fraction(16, 11)),
        "short": film(folder / "short.mkv", 4, 24),
    }


@pytest.fixture
def pair(films: dict[str, Path]) -> Iterator[Callable[..., SyncedPlayers]]:
    opened: list[SyncedPlayers] = []

    def build(a: str, b: str, offset: float = 0.0, speed: float = 1.0) -> SyncedPlayers:
        synced = SyncedPlayers(str(films[a]), str(films[b]), Pairing.of(offset, speed))
        opened.append(synced)
        for player in synced.players:
            player.resize(64, 36)
        assert until(lambda: synced.state.ready and all(p.picture for p in synced.players) and still(synced))
        return synced

    yield build
    for synced in opened:
        synced.close()


def test_it_opens_paused_at_the_start(pair: Callable[..., SyncedPlayers]) -> None:
    synced = pair("plain", "plain")
    assert shown(synced) == (0, 0)
    assert synced.state.end_s == pytest.approx(12, abs=0.1)
    assert until(lambda: [p.state.fps for p in synced.players] == [24, 24])


@pytest.mark.parametrize(("b", "offset", "speed"), [("plain", 0, 1), ("later", 2, 1), ("pal", 0, PAL)])
def test_both_show_the_same_picture(
    pair: Callable[..., SyncedPlayers], b: str, offset: float, speed: float
) -> None:
    synced = pair("plain", b, offset, speed)
    for target in (5.0, 9.25, 1.5):
        synced.seek_to(target)
        assert until(lambda at=target: shown(synced) == (round(at * 24),) * 2), (target, shown(synced))
    synced.play()
    assert until(lambda: shown(synced)[0] > 42)
    assert mostly_together(skews(synced, 1.0))
    synced.pause()
    assert until(lambda: at_rest(synced) and together(synced)), shown(synced)
    for frames in (1, 1, -1, 1, -1, -1):
        before = shown(synced)[0]
        synced.step(frames)
        assert until(lambda was=before, by=frames: shown(synced) == (was + by,) * 2), (
            before,
            frames,
            shown(synced),
        )
        assert until(lambda: still(synced))


def test_speed_keeps_them_together(pair: Callable[..., SyncedPlayers]) -> None:
    synced = pair("plain", "pal", 0, PAL)
    synced.set_speed(2.0)
    synced.play()
    assert until(lambda: shown(synced)[0] > 24)
    began, first = time.monotonic(), shown(synced)[0]
    assert mostly_together(skews(synced, 1.0))
    rate = (shown(synced)[0] - first) / (time.monotonic() - began)
    assert rate == pytest.approx(48, rel=0.25)
    synced.set_speed(0.5)
    time.sleep(0.3)
    assert mostly_together(skews(synced, 1.0))


def test_the_side_that_opens_first_does_not_move_the_start(films: dict[str, Path], tmp_path: Path) -> None:
    slow = tmp_path / "slow.mkv"  # opens when somebody writes to it
    os.mkfifo(slow)
    synced = SyncedPlayers(str(slow), str(films["later"]), Pairing.of(2.0))
    try:
        assert until(lambda: synced.players[1].state.loaded)
        time.sleep(0.5)  # some ticks
        assert synced.state.position_s == 0.0
        synced.seek_by(5.0)
        assert until(lambda: synced.state.position_s == 5.0)
    finally:
        os.close(os.open(slow, os.O_RDWR | os.O_NONBLOCK))  # let go of who waits for it
        synced.close()


def test_many_seeks_in_a_row_end_at_the_last(pair: Callable[..., SyncedPlayers]) -> None:
    synced = pair("plain", "later", 2)
    synced.play()
    for target in np.random.default_rng(1).uniform(0, 11, 40):
        synced.seek_to(float(target))
        time.sleep(0.01)
    synced.seek_to(3.0)
    synced.pause()
    assert until(lambda: still(synced) and shown(synced)[0] in range(72, 80) and together(synced)), shown(
        synced
    )


def test_key_presses_in_a_row_add_up(pair: Callable[..., SyncedPlayers]) -> None:
    synced = pair("plain", "plain")
    for _ in range(4):
        synced.seek_by(2.0)
    synced.seek_by(-1.0)
    assert until(lambda: shown(synced) == (168, 168)), shown(synced)
    synced.seek_percent(50)
    assert until(lambda: shown(synced) == (144, 144)), shown(synced)


@pytest.mark.parametrize("nudge", [1 / 24, 0.1, 1.0])
def test_a_nudge_moves_b_only(pair: Callable[..., SyncedPlayers], nudge: float) -> None:
    synced = pair("plain", "plain")
    synced.seek_to(5.0)
    assert until(lambda: shown(synced) == (120, 120))
    synced.nudge(nudge)
    assert until(lambda: shown(synced) == (120, 120 + round(nudge * 24))), shown(synced)
    synced.play()
    assert until(lambda: shown(synced)[0] > 130)
    assert mostly_together([skew + round(nudge * 24) for skew in skews(synced, 1.0)])


def test_a_nudge_while_playing_is_worked_off(pair: Callable[..., SyncedPlayers]) -> None:
    synced = pair("plain", "plain")
    synced.play()
    assert until(lambda: shown(synced)[0] > 12)
    synced.nudge(3 / 24)
    assert until(lambda: together(synced, -3))
    time.sleep(0.5)
    assert mostly_together([skew + 3 for skew in skews(synced, 1.0)])


def test_two_pictures_are_declared_the_same_moment(pair: Callable[..., SyncedPlayers]) -> None:
    synced = pair("plain", "later")
    synced.seek_to(4.0)
    assert until(lambda: shown(synced) == (96, 48))
    synced.move_alone(Side.B, 2.0)
    assert until(lambda: shown(synced) == (96, 96)), shown(synced)
    synced.align_now()
    assert until(lambda: synced.state.pairing.offset_s == pytest.approx(2.0, abs=0.5 / 24)), (  # half a frame
        synced.state,
        [(p.state.position_s, [one.position_s for one in p.recent]) for p in synced.players],
    )
    synced.seek_to(7.0)
    assert until(lambda: shown(synced) == (168, 168)), shown(synced)


@pytest.mark.slow
def test_both_ends_are_handled(pair: Callable[..., SyncedPlayers]) -> None:
    """b has two seconds that a lacks, and ends when a has eight more."""
    synced = pair("plain", "short", 2)
    assert synced.state.start_s == pytest.approx(-2.0, abs=0.1)
    synced.seek_to(-2.0)
    assert until(lambda: still(synced))
    synced.play()
    assert until(lambda: shown(synced)[1] > 24)
    assert shown(synced)[0] == 0  # waits for its turn
    assert until(lambda: shown(synced)[0] > 6)
    assert mostly_together([skew + 48 for skew in skews(synced, 0.6)])
    assert until(lambda: shown(synced)[0] > 72)  # goes on alone
    assert shown(synced)[1] == 95
    synced.seek_to(11.5)
    assert until(lambda: not synced.state.playing, 10)
    assert shown(synced) == (287, 95)


def test_a_loop_comes_round(pair: Callable[..., SyncedPlayers]) -> None:
    synced = pair("plain", "plain")
    synced.seek_to(2.0)
    assert until(lambda: shown(synced) == (48, 48))
    synced.loop_mark()
    synced.seek_to(2.5)
    assert until(lambda: shown(synced) == (60, 60))
    synced.loop_mark()
    assert until(lambda: synced.state.loop is not None and synced.state.loop[1] is not None)
    synced.play()
    seen = {shown(synced)[0] for _ in range(150) if not time.sleep(0.015)}
    assert min(seen) in range(47, 50)
    assert max(seen) <= 64


def test_source_pixels_are_shown_as_they_are(films: dict[str, Path]) -> None:
    """Magnified so that one source pixel is one drawn pixel, the middle is the middle of the frame."""
    player = Player(str(films["plain"]), lambda _player, _news: None)
    try:
        player.resize(32, 18)
        assert until(lambda: player.picture is not None and player.state.width is not None)
        player.seek(0x0660 / 24 if 0x0660 / 24 < 12 else 6 / 24)
        assert until(lambda: player.picture is not None and number(player.picture.pixels) == 6)
        player.look_at(0.625, 0.875, 1.0)  # the field of bit 2, which is set in 6
        assert until(
            lambda: player.picture is not None and float(player.picture.pixels[..., :3].mean()) > 150
        )
        player.look_at()
        assert until(lambda: player.picture is not None and number(player.picture.pixels) == 6)
    finally:
        player.close()


def test_pixels_that_are_not_square(films: dict[str, Path]) -> None:
    """352 × 288 with pixels 16:11 is a picture of 16:9: it fills a 16:9 buffer."""
    player = Player(str(films["pal"]), lambda _player, _news: None)
    try:
        player.resize(64, 36)
        assert until(lambda: player.picture is not None and player.state.width is not None)
        assert (player.state.width, player.state.height) == (512, 288)
        rims = [0, -1, 5, 5], [5, 5, 0, -1]
        assert until(lambda: bool((player.picture.pixels[..., :3].max(2)[rims] > 10).all()))  # no black rim
    finally:
        player.close()


def test_drawn_pixels_that_are_not_square(films: dict[str, Path]) -> None:
    """A film of 16:9 drawn with pixels half as wide as high fills a buffer of 32:9, without rims."""
    player = Player(str(films["plain"]), lambda _player, _news: None)
    try:
        player.resize(128, 36, 0.5)
        assert until(lambda: player.state.width is not None)
        player.seek(6 / 24)
        assert until(lambda: player.picture is not None and number(player.picture.pixels) == 6)
        assert (player.state.width, player.state.height) == (320, 180)
        rims = [0, -1, 18, 18], [64, 64, 0, -1]
        assert until(lambda: bool((player.picture.pixels[..., :3].max(2)[rims] > 10).all()))
    finally:
        player.close()


@pytest.mark.parametrize("name", ["no film.mkv", "gone.mkv", "sound only.mka"])
def test_what_cannot_be_shown_says_why(tmp_path: Path, films: dict[str, Path], name: str) -> None:
    path = tmp_path / name
    if name.startswith("no"):
        path.write_bytes(b"this is no film" * 100)
    if name.startswith("sound"):
        import av

        with av.open(str(path), "w") as out:
            track = out.add_stream("aac", rate=48000)
            for start in range(0, 48000, 1024):
                frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
                frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
                out.mux(track.encode(frame))
            out.mux(track.encode(None))
    synced = SyncedPlayers(str(films["plain"]), str(path))
    try:
        synced.players[0].resize(64, 36)
        assert until(lambda: synced.players[1].state.failure is not None)
        synced.play()  # the other side goes on
        assert until(
            lambda: synced.players[0].picture is not None and number(synced.players[0].picture.pixels) > 10
        )
    finally:
        synced.close()


def test_hostile_names_are_just_names(tmp_path: Path, films: dict[str, Path]) -> None:
    path = bytes(tmp_path) + b"/-\xff\x1b[31m[x]\n%d http:.mkv"
    Path(path.decode("utf-8", "surrogateescape")).write_bytes(films["short"].read_bytes())
    news: list[PlayerEvent] = []
    player = Player(path, lambda _player, what: news.append(what))
    try:
        assert until(lambda: PlayerEvent.LOADED in news), player.state
    finally:
        player.close()
