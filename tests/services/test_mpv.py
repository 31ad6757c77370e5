"""Real files in real libmpv: which frame each side shows is read from the pictures themselves."""

import os
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from counted import film, number
from duets import at_rest, mostly_together, shown, skews, still, together, until

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.player import News, Player
from mediavault_tui.services.mpv.synced_players import Duet, Side

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
def pair(films: dict[str, Path]) -> Iterator[Callable[..., Duet]]:
    opened: list[Duet] = []

    def build(a: str, b: str, offset: float = 0.0, speed: float = 1.0) -> Duet:
        duet = Duet(str(films[a]), str(films[b]), Pairing.of(offset, speed))
        opened.append(duet)
        for player in duet.players:
            player.resize(64, 36)
        assert until(lambda: duet.state.ready and all(p.picture for p in duet.players) and still(duet))
        return duet

    yield build
    for duet in opened:
        duet.close()


def test_it_opens_paused_at_the_start(pair: Callable[..., Duet]) -> None:
    duet = pair("plain", "plain")
    assert shown(duet) == (0, 0)
    assert duet.state.end_s == pytest.approx(12, abs=0.1)
    assert until(lambda: [p.state.fps for p in duet.players] == [24, 24])


@pytest.mark.parametrize(("b", "offset", "speed"), [("plain", 0, 1), ("later", 2, 1), ("pal", 0, PAL)])
def test_both_show_the_same_picture(pair: Callable[..., Duet], b: str, offset: float, speed: float) -> None:
    duet = pair("plain", b, offset, speed)
    for target in (5.0, 9.25, 1.5):
        duet.seek_to(target)
        assert until(lambda at=target: shown(duet) == (round(at * 24),) * 2), (target, shown(duet))
    duet.play()
    assert until(lambda: shown(duet)[0] > 42)
    assert mostly_together(skews(duet, 1.0))
    duet.pause()
    assert until(lambda: at_rest(duet) and together(duet)), shown(duet)
    for frames in (1, 1, -1, 1, -1, -1):
        before = shown(duet)[0]
        duet.step(frames)
        assert until(lambda was=before, by=frames: shown(duet) == (was + by,) * 2), (
            before,
            frames,
            shown(duet),
        )
        assert until(lambda: still(duet))


def test_speed_keeps_them_together(pair: Callable[..., Duet]) -> None:
    duet = pair("plain", "pal", 0, PAL)
    duet.set_speed(2.0)
    duet.play()
    assert until(lambda: shown(duet)[0] > 24)
    began, first = time.monotonic(), shown(duet)[0]
    assert mostly_together(skews(duet, 1.0))
    rate = (shown(duet)[0] - first) / (time.monotonic() - began)
    assert rate == pytest.approx(48, rel=0.25)
    duet.set_speed(0.5)
    time.sleep(0.3)
    assert mostly_together(skews(duet, 1.0))


def test_the_side_that_opens_first_does_not_move_the_start(films: dict[str, Path], tmp_path: Path) -> None:
    slow = tmp_path / "slow.mkv"  # opens when somebody writes to it
    os.mkfifo(slow)
    duet = Duet(str(slow), str(films["later"]), Pairing.of(2.0))
    try:
        assert until(lambda: duet.players[1].state.loaded)
        time.sleep(0.5)  # some ticks
        assert duet.state.position_s == 0.0
        duet.seek_by(5.0)
        assert until(lambda: duet.state.position_s == 5.0)
    finally:
        os.close(os.open(slow, os.O_RDWR | os.O_NONBLOCK))  # let go of who waits for it
        duet.close()


def test_many_seeks_in_a_row_end_at_the_last(pair: Callable[..., Duet]) -> None:
    duet = pair("plain", "later", 2)
    duet.play()
    for target in np.random.default_rng(1).uniform(0, 11, 40):
        duet.seek_to(float(target))
        time.sleep(0.01)
    duet.seek_to(3.0)
    duet.pause()
    assert until(lambda: still(duet) and shown(duet)[0] in range(72, 80) and together(duet)), shown(duet)


def test_key_presses_in_a_row_add_up(pair: Callable[..., Duet]) -> None:
    duet = pair("plain", "plain")
    for _ in range(4):
        duet.seek_by(2.0)
    duet.seek_by(-1.0)
    assert until(lambda: shown(duet) == (168, 168)), shown(duet)
    duet.seek_percent(50)
    assert until(lambda: shown(duet) == (144, 144)), shown(duet)


@pytest.mark.parametrize("nudge", [1 / 24, 0.1, 1.0])
def test_a_nudge_moves_b_only(pair: Callable[..., Duet], nudge: float) -> None:
    duet = pair("plain", "plain")
    duet.seek_to(5.0)
    assert until(lambda: shown(duet) == (120, 120))
    duet.nudge(nudge)
    assert until(lambda: shown(duet) == (120, 120 + round(nudge * 24))), shown(duet)
    duet.play()
    assert until(lambda: shown(duet)[0] > 130)
    assert mostly_together([skew + round(nudge * 24) for skew in skews(duet, 1.0)])


def test_a_nudge_while_playing_is_worked_off(pair: Callable[..., Duet]) -> None:
    duet = pair("plain", "plain")
    duet.play()
    assert until(lambda: shown(duet)[0] > 12)
    duet.nudge(3 / 24)
    assert until(lambda: together(duet, -3))
    time.sleep(0.5)
    assert mostly_together([skew + 3 for skew in skews(duet, 1.0)])


def test_two_pictures_are_declared_the_same_moment(pair: Callable[..., Duet]) -> None:
    duet = pair("plain", "later")
    duet.seek_to(4.0)
    assert until(lambda: shown(duet) == (96, 48))
    duet.move_alone(Side.B, 2.0)
    assert until(lambda: shown(duet) == (96, 96)), shown(duet)
    duet.meet()
    assert until(lambda: duet.state.pairing.offset_s == pytest.approx(2.0, abs=0.5 / 24)), (  # half a frame
        duet.state,
        [(p.state.position_s, [one.position_s for one in p.recent]) for p in duet.players],
    )
    duet.seek_to(7.0)
    assert until(lambda: shown(duet) == (168, 168)), shown(duet)


@pytest.mark.slow
def test_both_ends_are_handled(pair: Callable[..., Duet]) -> None:
    """b has two seconds that a lacks, and ends when a has eight more."""
    duet = pair("plain", "short", 2)
    assert duet.state.start_s == pytest.approx(-2.0, abs=0.1)
    duet.seek_to(-2.0)
    assert until(lambda: still(duet))
    duet.play()
    assert until(lambda: shown(duet)[1] > 24)
    assert shown(duet)[0] == 0  # waits for its turn
    assert until(lambda: shown(duet)[0] > 6)
    assert mostly_together([skew + 48 for skew in skews(duet, 0.6)])
    assert until(lambda: shown(duet)[0] > 72)  # goes on alone
    assert shown(duet)[1] == 95
    duet.seek_to(11.5)
    assert until(lambda: not duet.state.playing, 10)
    assert shown(duet) == (287, 95)


def test_a_loop_comes_round(pair: Callable[..., Duet]) -> None:
    duet = pair("plain", "plain")
    duet.seek_to(2.0)
    assert until(lambda: shown(duet) == (48, 48))
    duet.loop_mark()
    duet.seek_to(2.5)
    assert until(lambda: shown(duet) == (60, 60))
    duet.loop_mark()
    assert until(lambda: duet.state.loop is not None and duet.state.loop[1] is not None)
    duet.play()
    seen = {shown(duet)[0] for _ in range(150) if not time.sleep(0.015)}
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
    duet = Duet(str(films["plain"]), str(path))
    try:
        duet.players[0].resize(64, 36)
        assert until(lambda: duet.players[1].state.failure is not None)
        duet.play()  # the other side goes on
        assert until(
            lambda: duet.players[0].picture is not None and number(duet.players[0].picture.pixels) > 10
        )
    finally:
        duet.close()


def test_hostile_names_are_just_names(tmp_path: Path, films: dict[str, Path]) -> None:
    path = bytes(tmp_path) + b"/-\xff\x1b[31m[x]\n%d http:.mkv"
    Path(path.decode("utf-8", "surrogateescape")).write_bytes(films["short"].read_bytes())
    news: list[News] = []
    player = Player(path, lambda _player, what: news.append(what))
    try:
        assert until(lambda: News.LOADED in news), player.state
    finally:
        player.close()
