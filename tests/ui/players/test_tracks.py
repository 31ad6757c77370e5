"""Chapters, sound and subtitles of real files, files that are in trouble, and the timing found on the spot."""

import os
import threading
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
from conftest import Open, seen, until
from counted import film

from mediavault_tui.services import samples
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.state import Track
from mediavault_tui.services.mpv.synced_players import Side, states
from mediavault_tui.services.samples import Picture, Scene, Sound, Text, Video, story
from mediavault_tui.services.terminal.capabilities import Depth
from mediavault_tui.ui.players.file_facts import facts
from mediavault_tui.ui.players.pair import PlayerPair
from mediavault_tui.ui.players.transport import Transport

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(not loading.available(), reason="libmpv is not installed"),
]


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal of true colour, at the machine itself."""
    resource_tracker.ensure_running()  # as the program does: not possible any more once Textual has the terminal
    monkeypatch.setattr("mediavault_tui.services.terminal.capabilities.colours", lambda: Depth.TRUE)
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def rich(clips: dict[str, Path]) -> dict[str, Path]:
    """A film with four chapters, two sound tracks and two of subtitles; and one with an intro, without all that."""
    folder, scenes = clips["a"].parent, story(5, 24)
    clips["rich"], clips["bare"] = folder / "rich.mkv", folder / "bare.mp4"
    sounds = Sound(language="eng"), Sound(language="ger", title="Kommentar")
    texts = Text(language="eng"), Text(language="fre", title="forcé")
    chapters = "One", "Two", "Three", "Four"
    samples.write(clips["rich"], Video(scenes, sounds=sounds, texts=texts, chapters=chapters))
    wide = Picture(width=240, height=136)
    samples.write(clips["bare"], Video((Scene(99, 3.0), *scenes), picture=wide, sounds=()))
    return clips


def said(pair: PlayerPair) -> str:
    return pair.query_one(Transport).words


def chosen(pair: PlayerPair, kind: str) -> Track | None:
    tracks = states(pair.synced)[Side.A].tracks
    return next((track for track in tracks if track.kind == kind and track.selected), None)


@pytest.mark.usefixtures("rich")
async def test_chapters_are_gone_to_one_by_one(players: Open) -> None:
    async with players(a="rich", b="bare", offset=3.0) as (pair, pilot):
        assert await until(lambda: len(states(pair.synced)[0].chapters) == 4)
        starts = states(pair.synced)[0].chapters
        for key, number in (("c", 1), ("c", 2), ("c", 3), ("C", 2)):
            await pilot.press(key)
            assert await until(
                lambda to=starts[number]: (
                    abs(pair.synced.state.position_s - to) < 0.2 and not pair.synced.state.seeking
                )
            ), (key, number, pair.synced.state)
        await pilot.press("c", "c")
        await pilot.press("c")
        assert await until(lambda: "no chapter there" in said(pair)), said(pair)


async def test_files_without_chapters_say_so(players: Open) -> None:
    async with players() as (pair, pilot):
        await pilot.press("c")
        assert await until(lambda: "neither file has chapters" in said(pair))


@pytest.mark.usefixtures("rich")
async def test_subtitles_are_chosen_in_turn(players: Open) -> None:
    async with players(a="rich", b="bare", offset=3.0) as (pair, pilot):
        assert await until(lambda: sum(t.kind == "sub" for t in states(pair.synced)[0].tracks) == 2)
        seen_languages = []
        for _ in range(3):
            before = chosen(pair, "sub")
            await pilot.press("t")
            assert await until(lambda was=before: chosen(pair, "sub") != was), said(pair)
            now = chosen(pair, "sub")
            seen_languages.append(now.language if now else None)
            assert (now.label if now else "none") in said(pair)
        assert set(seen_languages) == {"eng", "fre", None}
        await pilot.press("y")
        assert "the right file has no subtitles" in said(pair)


@pytest.mark.usefixtures("rich")
async def test_sound_is_chosen_on_the_side_that_is_heard(players: Open) -> None:
    async with players(a="rich", b="bare", offset=3.0) as (pair, pilot):
        assert await until(lambda: sum(t.kind == "audio" for t in states(pair.synced)[0].tracks) == 2)
        await pilot.press("a")
        assert "hear that side first" in said(pair)
        await pilot.press("s")
        assert "hearing the left file" in said(pair)
        assert await until(lambda: chosen(pair, "audio") is not None)
        first = chosen(pair, "audio")
        await pilot.press("a")
        assert await until(lambda: chosen(pair, "audio") not in (None, first)), said(pair)
        assert {first.language, chosen(pair, "audio").language} == {"eng", "ger"}  # type: ignore[union-attr]
        await pilot.press("s", "s")
        assert await until(lambda: pair.synced.state.heard is None and chosen(pair, "audio") is None)
        await pilot.press("A")
        assert "the right file has no audio track" in said(pair)


@pytest.mark.usefixtures("rich")
async def test_the_timing_is_found_from_the_pictures(players: Open) -> None:
    async with players(a="rich", b="bare", offset=0.0) as (pair, pilot):
        await pilot.press("F")
        assert "comparing the pictures" in said(pair)
        await pilot.press("l")  # meanwhile everything goes on
        assert await until(lambda: abs(pair.synced.state.position_s - 5) < 0.2)
        assert await until(lambda: pair.synced.state.pairing.offset_s == pytest.approx(3.0, abs=0.1), 60), (
            said(pair)
        )
        assert await until(lambda: "3.00 s later" in said(pair) and "% sure" in said(pair)), said(pair)


@pytest.mark.usefixtures("rich")
async def test_looking_for_the_timing_can_be_stopped(players: Open) -> None:
    async with players(a="rich", b="bare", offset=0.0) as (pair, pilot):
        await pilot.press("F")
        assert await until(lambda: pair._search is not None and pair._search.is_running)
        await pilot.press("F")
        assert await until(lambda: pair._search is not None and not pair._search.is_running)
        assert "stopped" in said(pair)
        assert pair.synced.state.pairing.offset_s == 0.0


async def test_other_pictures_leave_the_timing_alone(players: Open, rich: dict[str, Path]) -> None:
    rich["other"] = rich["a"].parent / "other.mkv"
    samples.write(rich["other"], Video(story(6, 24)))
    async with players(a="rich", b="other", offset=1.0) as (pair, pilot):
        await pilot.press("F")
        assert await until(lambda: "sure that both show the same" in said(pair), 60), said(pair)
        assert pair.synced.state.pairing.offset_s == 1.0


async def test_a_timing_set_by_hand_is_not_overwritten(players: Open) -> None:
    from mediavault_tui.domain.playback_sync import Pairing

    async with players(offset=0.0) as (pair, pilot):
        pair.offer(Pairing.of(2.0), 98)
        assert await until(lambda: pair.synced.state.pairing.offset_s == 2.0)
        assert "98 % sure" in said(pair)
        await pilot.press("right_curly_bracket")
        assert await until(lambda: pair.synced.state.pairing.offset_s == pytest.approx(3.0))
        pair.offer(Pairing.of(1.0), 98)
        assert "1.00 s later" in said(pair)
        assert "F uses that" in said(pair)
        assert pair.synced.state.pairing.offset_s == pytest.approx(3.0)


async def test_a_codec_nobody_knows_is_named(players: Open, clips: dict[str, Path], tmp_path: Path) -> None:
    strange = film(tmp_path / "strange.mkv", 2, 24)
    strange.write_bytes(strange.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/ZZZ"))
    clips["gone"] = strange  # as a side that shows nothing is not waited for
    async with players(b="gone") as (pair, pilot):
        assert await until(lambda: "cannot decode V_MPEG4/ISO/ZZZ" in pair.panes[1]._message, 40), pair.panes[
            1
        ]._message
        await pilot.press("space")
        assert await until(lambda: seen(pair) > 10)


@pytest.mark.slow
async def test_a_file_that_stalls_is_said_and_keys_work(
    players: Open, clips: dict[str, Path], tmp_path: Path
) -> None:
    pipe, data, more = tmp_path / "slow.mkv", clips["a"].read_bytes(), threading.Event()
    os.mkfifo(pipe)

    def feed() -> None:
        with pipe.open("wb", buffering=0) as out:
            try:
                out.write(data[: len(data) // 3])
                more.wait(60)
                out.write(data[len(data) // 3 :])
            except BrokenPipeError:
                pass  # closed meanwhile

    feeder = threading.Thread(target=feed)
    feeder.start()
    clips["slow"] = pipe
    try:
        async with players(a="a", b="slow", offset=0.0) as (pair, pilot):
            await pilot.press("space")
            assert await until(lambda: "the right file waits for data" in said(pair), 40), pair.synced.state
            await pilot.press("O")
            assert pair.has_class("-facts")
            await pilot.press("space")
            assert await until(lambda: not pair.synced.state.playing)
            more.set()
    finally:
        more.set()
        feeder.join(5)


@pytest.mark.usefixtures("rich")
async def test_skipped_frames_are_told(players: Open, clips: dict[str, Path]) -> None:
    async with players() as (pair, _):
        assert await until(lambda: states(pair.synced)[0].fps == 24)
        state = states(pair.synced)[0]
        told = facts(bytes(clips["a"]), state, "", 7.4)
        assert " skips frames: this machine decodes 7 of 24 pictures a second " in told
        assert not any("skips" in line for line in facts(bytes(clips["a"]), state))
