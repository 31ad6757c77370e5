"""The comparison: two real files side by side, their stills, and decisions looked up in the catalogue."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reviewing import decisions, every_group, file_names, library, play, reviewed, until
from textual.pilot import Pilot
from textual.widgets import Input, Static

from mediavault_tui.domain.content.alignment import Alignment, Verdict, placed
from mediavault_tui.domain.content.coverage import coverage_of
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.duplicates import Candidate, Evidence, alignment_of, content_finding
from mediavault_tui.domain.media import ReleaseName
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.errors import PlayerMissing
from mediavault_tui.services import samples
from mediavault_tui.services.mpv import loading
from mediavault_tui.services.samples import Video, story
from mediavault_tui.store.groups import Choice
from mediavault_tui.ui.app import VaultApp
from mediavault_tui.ui.dialogs.ask import Confirm
from mediavault_tui.ui.dialogs.errors import ErrorDialog
from mediavault_tui.ui.screens.comparison import facts, pictures
from mediavault_tui.ui.screens.comparison.screen import ComparisonScreen
from mediavault_tui.ui.screens.duplicates.screen import DuplicatesScreen
from mediavault_tui.ui.widgets.side_by_side import SideBySide
from mediavault_tui.ui.widgets.stills import Moments, StillPair

__all__ = ["reviewed"]


@pytest.fixture(autouse=True)
def no_players(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without libmpv: still frames."""
    monkeypatch.setattr(pictures.loading, "available", lambda: False)


async def comparing(app: VaultApp, pilot: Pilot[Any], *names: str, database: Path) -> ComparisonScreen:
    """The comparison of these files, opened as the library does it."""
    ids = {name: number for number, name in file_names(database).items()}
    screen = ComparisonScreen(tuple(ids[name] for name in names))
    app.push_screen(screen)
    await until(pilot, lambda: screen.pair and not screen.is_busy and screen.query(StillPair), "the pair")
    return screen


def told(screen: ComparisonScreen) -> str:
    return str(screen.query_one("#told", Static).content)


def means(stills: StillPair) -> list[float]:
    """How bright the two pictures shown now are."""
    keys = stills._keys()
    return [float(np.mean(stills._found[key])) for key in keys]  # type: ignore[arg-type]


def shows_both(stills: StillPair) -> bool:
    return all(not isinstance(stills._found.get(key), str | None) for key in stills._keys())


def test_both_stills_show_the_same_moment_and_step_together(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await comparing(app, pilot, "Amber.2001.mkv", "Amber (2001) [x].mp4", database=reviewed)
        stills = screen.query_one(StillPair)
        assert stills.moments.pairing.offset_s == pytest.approx(3, abs=0.2)
        assert "b starts the same picture 3.0 s later than a" in str(
            screen.query_one("#pair-line", Static).content
        )
        assert app.focused is stills
        seen = []
        for _ in range(4):
            await until(pilot, lambda: shows_both(stills), "both stills")
            left, right = means(stills)
            assert left == pytest.approx(right, abs=6)  # the same picture, whatever the size and the codec
            seen.append(left)
            await pilot.press("l", "l", "l")
        assert max(seen) - min(seen) > 8  # and not always the same one
        share = stills.share
        await pilot.press("h")
        assert stills.share == pytest.approx(share - 0.05)
        await pilot.press("g")
        assert stills.share == 0

    play(reviewed, steps)


def test_the_table_marks_the_better_value_and_says_what_is_lost(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await comparing(app, pilot, "Birch.2002.mkv", "Birch.2002.dual.mkv", database=reviewed)
        shown = screen.query_one(SideBySide).text
        assert "a is better" in shown
        assert "archiving it would lose nothing" in shown
        assert "archiving it would lose German audio" in shown
        assert "▲ 480p (854×480)" in shown
        assert "▼ SD (240×136)" in shown

    play(reviewed, steps)


@pytest.mark.parametrize(
    ("key", "choice", "kept"),
    [
        ("L", Choice.KEEP, ["Amber.2001.mkv"]),
        ("B", Choice.KEEP_ALL, []),
        ("N", Choice.NOT_DUPLICATES, []),
    ],
)
def test_one_key_decides_with_the_note(reviewed: Path, key: str, choice: Choice, kept: list[str]) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await comparing(app, pilot, "Amber.2001.mkv", "Amber (2001) [x].mp4", database=reviewed)
        await pilot.press("e", *"sharper", "enter")
        assert app.focused is screen.query_one(StillPair)
        await pilot.press(key)
        await until(pilot, lambda: app.screen is not screen, "back")

    names = file_names(reviewed)
    play(reviewed, steps)
    decision = decisions(reviewed)["Amber"]
    assert decision is not None
    assert (decision.choice, decision.note) == (choice, "sharper")
    assert [names[keeper] for keeper in decision.keepers] == kept


def test_a_loss_is_asked_about_first(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await comparing(app, pilot, "Birch.2002.mkv", "Birch.2002.dual.mkv", database=reviewed)
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen, "no")
        assert decisions(reviewed)["Birch"] is None
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("y")
        await until(pilot, lambda: decisions(reviewed)["Birch"], "the decision")

    play(reviewed, steps)
    decision = decisions(reviewed)["Birch"]
    assert decision is not None
    assert decision.allow_loss


def test_three_copies_are_compared_one_after_the_other(reviewed: Path) -> None:
    names = file_names(reviewed)
    members = [member.file_id for member in every_group(reviewed)["Dune Walk"].found.members]

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and app.screen.detail, "the list")
        duplicates = app.screen
        screen = await comparing(app, pilot, *(names[number] for number in members[:2]), database=reviewed)
        await pilot.press("m")
        await until(pilot, lambda: screen.pair and screen.pair.files[1].id == members[2], "the third")
        await pilot.press("m")
        await until(pilot, lambda: screen.pair and screen.pair.files[1].id == members[1], "the second again")
        screen._seen = set(members[:2])
        await until(pilot, lambda: not screen.is_busy, "quiet")
        await pilot.press("L")
        await until(pilot, lambda: screen.pair and screen.pair.files[1].id == members[2], "on to the third")
        first = decisions(reviewed)["Dune Walk"]
        assert first is not None
        assert set(first.keepers) == {members[0], members[2]}
        await until(pilot, lambda: not screen.is_busy, "quiet")
        await pilot.press("R")
        # No question: its sound has no language, but was heard to be the same.
        await until(pilot, lambda: app.screen is duplicates, "the list again")

    play(reviewed, steps)
    decision = decisions(reviewed)["Dune Walk"]
    assert decision is not None
    assert decision.keepers == (members[2],)


def test_any_two_files_can_be_compared_but_only_duplicates_decided(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await comparing(app, pilot, "Amber.2001.mkv", "Birch.2002.mkv", database=reviewed)
        shown = screen.query_one(SideBySide).text
        assert "nothing to decide" in shown
        await pilot.press("L", "B", "N")
        await pilot.pause(0.2)
        assert set(decisions(reviewed).values()) == {None}
        await pilot.press("x")
        await until(pilot, lambda: "Birch" in str(screen.pair and screen.pair.files[0].paths), "swapped")
        await pilot.press("v")
        assert screen.has_class("-pictures")
        await pilot.press("v")
        assert screen.has_class("-facts")
        assert not screen.query_one(StillPair).region

    play(reviewed, steps)


def test_a_note_can_be_changed_later(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await comparing(app, pilot, "Amber.2001.mkv", "Amber (2001) [x].mp4", database=reviewed)
        await pilot.press("e", *"soft", "enter", "B")
        await until(pilot, lambda: app.screen is not screen, "back")
        screen = await comparing(app, pilot, "Amber.2001.mkv", "Amber (2001) [x].mp4", database=reviewed)
        assert screen.query_one("#note", Input).value == "soft"
        await pilot.press("e", "end", *"er", "escape")
        await until(pilot, lambda: "note is kept" in told(screen), "the note")

    play(reviewed, steps)
    decision = decisions(reviewed)["Amber"]
    assert decision is not None
    assert decision.note == "softer"


def test_files_outside_the_catalogue_are_compared_by_path_off_the_event_loop(
    reviewed: Path, tmp_path: Path, sql_on_the_loop: list[str]
) -> None:
    stranger = tmp_path / "stranger.mkv"
    samples.write(stranger, Video(story(1, 20)))
    known = library() / "videos" / "Amber.2001.mkv"

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        sql_on_the_loop.clear()  # opening the catalogue for the test
        screen = ComparisonScreen(paths=(bytes(known), bytes(stranger)))
        app.push_screen(screen)
        await until(pilot, lambda: screen.pair and not screen.is_busy and screen.query(StillPair), "the pair")
        shown = screen.query_one(SideBySide).text
        assert "stranger.mkv" in shown
        assert "a is better" in shown
        assert sql_on_the_loop == []

    play(reviewed, steps)


def test_a_file_that_is_gone_is_said_and_nothing_breaks(reviewed: Path, tmp_path: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        app.push_screen(ComparisonScreen(paths=(bytes(tmp_path / "a.mkv"), bytes(tmp_path / "b.mkv"))))
        await until(pilot, lambda: isinstance(app.screen, ErrorDialog), "the dialog")
        await pilot.press("enter", "escape")
        await until(pilot, lambda: not isinstance(app.screen, ErrorDialog | ComparisonScreen), "back")

    play(reviewed, steps)


def test_without_libmpv_it_says_how_to_get_it(reviewed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise PlayerMissing("libmpv is not installed", loading.INSTALL_HINT)

    monkeypatch.setattr(pictures.loading, "load", missing)

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await comparing(app, pilot, "Amber.2001.mkv", "Amber (2001) [x].mp4", database=reviewed)
        assert "mediavault doctor" in told(screen)

    play(reviewed, steps, size=(80, 24))


@pytest.fixture
def with_players(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The players, where there is a libmpv."""
    monkeypatch.undo()
    if not loading.available():
        pytest.skip("no libmpv here")
    yield


@pytest.mark.usefixtures("with_players")
def test_with_libmpv_the_players_take_the_place_and_stills_are_a_key_away(reviewed: Path) -> None:
    from mediavault_tui.ui.players.pair import PlayerPair

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        ids = {name: number for number, name in file_names(reviewed).items()}
        screen = ComparisonScreen((ids["Amber.2001.mkv"], ids["Amber (2001) [x].mp4"]))
        app.push_screen(screen)
        await until(pilot, lambda: screen.query(PlayerPair) and not screen.is_busy, "the players")
        players = screen.query_one(PlayerPair)
        assert players.synced.state.pairing.offset_s == pytest.approx(3, abs=0.2)
        assert app.focused is players
        await pilot.press("i")
        await until(pilot, lambda: screen.query(StillPair) and not screen.query(PlayerPair), "stills")
        await until(pilot, lambda: app.focused is screen.query_one(StillPair), "the keys")
        await pilot.press("L")
        await until(pilot, lambda: app.screen is not screen, "the decision")

    play(reviewed, steps)
    decision = decisions(reviewed)["Amber"]
    assert decision is not None
    assert decision.choice is Choice.KEEP


@pytest.mark.parametrize(
    ("moments", "share", "times"),
    [
        (Moments(100, 100), 0.5, (50, 50)),
        (Moments(100, 112, Pairing.of(12)), 0.5, (50, 62)),
        (Moments(112, 100, Pairing.of(-12)), 0.5, (62, 50)),
        (Moments(100, 96, Pairing.of(0, 100 / 96)), 0.5, (50, 48)),
        (Moments(100, 40), 1.0, (40, 40)),
        (Moments(None, None), 0.5, (0, 0)),
    ],
)
def test_moments_pair_the_times_of_both_files(
    moments: Moments, share: float, times: tuple[float, float]
) -> None:
    assert moments.at(share) == pytest.approx(times)


CUT = (Stretch(0.0, 2.0, 35.0), Stretch(65.0, 37.0, 20.0), Stretch(85.0, 72.0, 15.0))


@pytest.mark.parametrize("swapped", [False, True])
def test_what_matching_found_out_is_the_timing_whichever_file_is_left(swapped: bool) -> None:
    """b begins 2 s earlier, lacks a's 0:35–1:05 and has 15 s more at 0:57; two seconds of black end it."""
    found = placed(Alignment(Verdict.SAME, 97, matched=1.0, blank_b=(0.0, 2.0)), 1.0, CUT, (100.0, 89.0))
    one, other = Candidate(1, ReleaseName(), duration_s=100.0), Candidate(2, ReleaseName(), duration_s=89.0)
    evidence = content_finding(one, other, found)
    assert isinstance(evidence, Evidence)
    told_by = alignment_of(evidence, 100.0, 89.0)
    kept, wanted = (told_by.turned(), found.turned()) if swapped else (told_by, found)
    assert kept.pairing == wanted.pairing
    assert coverage_of(kept) == coverage_of(wanted)
    words = " ".join(facts._differing(kept))
    first, second = ("b", "a") if swapped else ("a", "b")
    assert f"{second} lacks 30 s at 0:37 (0:35–1:05 of {first})" in words
    assert f"{first} lacks 15 s at 1:25 (0:57–1:12 of {second})" in words


def test_a_timing_that_was_not_measured_is_said() -> None:
    moments = Moments(100, 90, is_measured=False)
    assert moments.at(0.0) == (0, 0)
    assert moments.words("a", "b") == "timing not measured: both start together"
    assert facts._differing(Alignment(Verdict.SAME, 97, measured=False, stretches=CUT)) == ()


@pytest.mark.parametrize(
    ("share", "times"), [(0.0, (0, 2)), (0.4, (46, 37)), (0.83, (85, 67.45)), (1.0, (100, 87))]
)
def test_stills_step_through_what_either_has(share: float, times: tuple[float, float]) -> None:
    """The line has 35 s of both, 30 of a, 20 of both, 15 of b, 15 of both."""
    assert Moments(100, 87, Pairing.of(2.0, 1.0, CUT)).at(share) == pytest.approx(times)
