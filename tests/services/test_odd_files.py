"""Files as they come: turned, damaged, cut off, of varying frame rate, slow to arrive, too much for the machine."""

import os
import struct
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from counted import _frame, film, number
from synced_pairs import at_rest, mostly_together, shown, skews, still, together, until

from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.player import Player
from mediavault_tui.services.mpv.synced_players import Side, SyncedPlayers

pytestmark = pytest.mark.skipif(not loading.available(), reason="libmpv is not installed")
Open = Callable[..., SyncedPlayers]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10 s of 24 frames."""
    return film(tmp_path_factory.mktemp("odd") / "plain.mkv", 10, 24)


@pytest.fixture
def opened() -> Iterator[Open]:
    synced_pairs: list[SyncedPlayers] = []

    def build(a: Path, b: Path, options: dict[str, str] | None = None) -> SyncedPlayers:
        synced = SyncedPlayers(str(a), str(b), options=(None, options))
        synced_pairs.append(synced)
        for player in synced.players:
            player.resize(64, 36)
        return synced

    yield build
    for synced in synced_pairs:
        synced.close()


def ready(synced: SyncedPlayers) -> bool:
    return until(lambda: synced.state.ready and all(p.picture for p in synced.players) and still(synced))


def turned(path: Path) -> Path:
    """Write a copy of an MP4 that is to be shown turned clockwise by 90° (ISO/IEC 14496-12, track header)."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 44
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    path.with_name("turned.mp4").write_bytes(data)
    return path.with_name("turned.mp4")


def test_a_turned_film_is_shown_upright(tmp_path: Path) -> None:
    path = turned(film(tmp_path / "a.mp4", 3, 24))
    player = Player(str(path), lambda _player, _news: None)

    def upright() -> int:
        picture = player.picture
        if picture is None:
            return -1
        lit = picture.pixels[..., :3].max(2) > 12
        if lit.sum() < 1000:
            return -1
        return number(np.rot90(picture.pixels[np.ix_(lit.any(1), lit.any(0))]))

    try:
        player.resize(64, 64)
        assert until(lambda: player.state.loaded and player.state.width == 180)
        assert (player.state.height, player.state.rotation) == (320, 90)
        player.seek(1.0)
        assert until(lambda: upright() == 24), upright()
    finally:
        player.close()


@pytest.mark.parametrize(("ending", "codec"), [("mkv", b"V_MPEG4/ISO/AVC"), ("mp4", b"avc1")])
def test_a_codec_nobody_knows(opened: Open, plain: Path, tmp_path: Path, ending: str, codec: bytes) -> None:
    path = film(tmp_path / f"a.{ending}", 2, 24)
    path.write_bytes(path.read_bytes().replace(codec, codec[:-3] + b"zzz"))
    synced = opened(plain, path)
    assert until(lambda: synced.players[1].state.failure is not None)
    assert synced.players[1].state.failure == "cannot decode unknown codec"
    synced.play()
    assert until(lambda: shown(synced)[0] > 10)


@pytest.mark.slow
def test_a_file_that_breaks_off_lets_the_other_go_on(opened: Open, plain: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.mkv"
    short.write_bytes(plain.read_bytes()[: plain.stat().st_size // 2])
    synced = opened(plain, short)
    assert ready(synced)
    synced.seek_to(3.0)
    assert until(lambda: shown(synced) == (72, 72)), shown(synced)
    synced.play()
    assert until(lambda: shown(synced)[0] > 200, 40), (shown(synced), synced.state)
    assert 72 < shown(synced)[1] < 200


@pytest.mark.slow
def test_damage_in_the_middle_is_passed(opened: Open, plain: Path, tmp_path: Path) -> None:
    data = bytearray(plain.read_bytes())
    hurt = slice(len(data) * 4 // 10, len(data) * 5 // 10)
    data[hurt] = np.random.default_rng(1).bytes(len(data[hurt]))
    bad = tmp_path / "bad.mkv"
    bad.write_bytes(data)
    synced = opened(plain, bad)
    assert ready(synced)
    synced.seek_to(2.5)
    assert until(lambda: shown(synced)[0] == 60)
    synced.play()
    assert until(lambda: shown(synced)[0] > 200, 60), (shown(synced), synced.state)
    synced.seek_to(8.5)
    synced.pause()
    assert until(lambda: still(synced) and shown(synced)[0] > 190 and together(synced)), (
        shown(synced),
        synced.state,
    )


def varying(path: Path) -> Path:
    """Frames of 1/24 s, in the middle some that stand for a second; each carries the 24ths that have passed."""
    texture = np.random.default_rng(3).integers(-9, 10, (180, 640), dtype=np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "24"}
        stream.time_base = stream.codec_context.time_base = Fraction(1, 24)
        for at in [*range(48), *range(48, 144, 24), *range(144, 240)]:
            frame = _frame(at, texture, at, 320, 180)
            frame.pts, frame.time_base = at, Fraction(1, 24)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.slow
def test_frames_of_varying_length(opened: Open, tmp_path: Path) -> None:
    path = varying(tmp_path / "vfr.mkv")
    synced = opened(path, path)
    assert ready(synced)
    synced.seek_to(4.0)
    assert until(lambda: shown(synced) == (96, 96)), shown(synced)
    synced.seek_to(1.0)
    assert until(lambda: shown(synced) == (24, 24)), shown(synced)
    synced.play()
    assert until(lambda: shown(synced)[0] >= 150, 40), (shown(synced), synced.state)
    assert mostly_together(skews(synced, 1.0))


def test_data_that_does_not_arrive_is_waited_for(opened: Open, plain: Path, tmp_path: Path) -> None:
    """As from a network that stalls: a pipe in which nothing comes after the first part."""
    pipe, data, more = tmp_path / "slow.mkv", plain.read_bytes(), threading.Event()
    os.mkfifo(pipe)

    def feed() -> None:
        with pipe.open("wb", buffering=0) as out:
            try:
                out.write(data[: len(data) // 3])
                more.wait(60)
                out.write(data[len(data) // 3 :])
            except BrokenPipeError:
                pass  # closed meanwhile: that is how some of this ends

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        synced = opened(plain, pipe)
        assert until(lambda: synced.state.ready and all(p.picture for p in synced.players), 60), synced.state
        synced.play()
        assert until(lambda: synced.state.waiting_for is Side.B, 60), synced.state
        assert together(synced)  # the other waits with it
        synced.pause()
        assert until(lambda: not synced.state.playing)
        synced.play()
        assert until(lambda: synced.state.playing)
        more.set()
        assert until(lambda: synced.state.waiting_for is None and shown(synced)[0] > 150, 60), synced.state
        assert until(lambda: together(synced), 60), (shown(synced), synced.state)
    finally:
        more.set()
        feeder.join(5)


@pytest.mark.slow
def test_a_side_that_is_too_slow_leaves_pictures_out(opened: Open, tmp_path: Path) -> None:
    """A filter makes each picture of b dear; at four times the speed no machine is up to it."""
    path = film(tmp_path / "a.mkv", 40, 24, preset="veryfast")  # with frames that no other refers to
    dear = "lavfi=[scale=3840:2160,gblur=sigma=20:steps=3,scale=320:180]"
    synced = opened(path, path, {"vf": dear})
    assert ready(synced)
    synced.set_speed(4.0)
    synced.play()
    assert until(lambda: synced.state.pictures_per_s[1] is not None, 60), synced.state
    assert 0 < synced.state.pictures_per_s[1] < 96
    synced.pause()
    assert until(lambda: still(synced) and not any(control.level for control in synced._controls), 60)
    assert synced.state.pictures_per_s == (None, None)
    assert until(lambda: at_rest(synced) and together(synced), 60), shown(synced)
    for _ in range(3):  # and while paused none is left out
        before = shown(synced)[0]
        synced.step(1)
        assert until(lambda was=before: shown(synced) == (was + 1, was + 1), 60), (before, shown(synced))
        assert until(lambda: still(synced), 60)
