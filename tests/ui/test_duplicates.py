"""The duplicates screen: keys pressed, decisions looked up in the catalogue."""

from pathlib import Path
from typing import Any

from reviewing import decisions, every_group, file_names, play, reviewed, until
from textual.pilot import Pilot
from textual.widgets import Button, Static

from mediavault_tui.store.groups import Choice
from mediavault_tui.store.review_queries import Sort
from mediavault_tui.ui.app import VaultApp
from mediavault_tui.ui.dialogs.ask import Confirm
from mediavault_tui.ui.screens.duplicates.bulk import BulkScreen
from mediavault_tui.ui.screens.duplicates.screen import DuplicatesScreen
from mediavault_tui.ui.widgets.side_by_side import SideBySide

__all__ = ["reviewed"]

TITLES = {"Amber", "Birch", "Cedar", "Dune Walk"}


def screen_of(app: VaultApp) -> DuplicatesScreen:
    assert isinstance(app.screen, DuplicatesScreen)
    return app.screen


async def at_group(app: VaultApp, pilot: Pilot[Any], title: str) -> DuplicatesScreen:
    """On the duplicates screen, with the cursor on a group and its files shown."""
    if not isinstance(app.screen, DuplicatesScreen):
        await pilot.press("3")
        await until(pilot, lambda: screen_of(app).table.keys and screen_of(app).detail, "the list")
    screen = screen_of(app)
    await until(pilot, lambda: all(screen.table.row(key) for key in screen.table.keys), "rows")
    await pilot.press("g")
    for _ in screen.table.keys:
        row = screen.table.cursor_row
        assert row is not None
        if row.name.title == title:
            break
        await pilot.press("j")
    await until(pilot, lambda: screen.detail and screen.detail.group.id == screen.table.cursor_key, title)
    return screen


def told(screen: DuplicatesScreen) -> str:
    return str(screen.query_one("#told", Static).content)


def test_the_list_says_what_each_group_is(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        rows = [screen.table.row(key) for key in screen.table.keys]
        assert {row.name.title for row in rows if row} == TITLES
        freed = [row.reclaimable for row in rows if row]
        assert freed == sorted(freed, reverse=True)
        shown = screen.query_one(SideBySide).text
        assert "a is better" in shown
        assert "Amber.2001.mkv" in shown
        assert "nothing would be lost" in shown
        assert "▲ 480p (854×480)" in shown
        assert "▼ SD (240×136)" in shown
        assert "3.0 s later" in shown

    play(reviewed, steps)


def test_keep_this_keeps_the_suggested_file_and_goes_on(reviewed: Path) -> None:
    names = file_names(reviewed)

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        group = screen.table.cursor_key
        await pilot.press("y")
        await until(pilot, lambda: screen.table.cursor_key != group, "the next group")
        assert "keep a, 1 file goes" in told(screen)
        await until(pilot, lambda: screen.table.row(group).choice is Choice.KEEP, "the row")  # type: ignore[union-attr]

    play(reviewed, steps)
    decision = decisions(reviewed)["Amber"]
    assert decision is not None
    assert (decision.choice, [names[keeper] for keeper in decision.keepers]) == (
        Choice.KEEP,
        ["Amber.2001.mkv"],
    )
    assert not decision.allow_loss


def test_another_file_can_be_chosen(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Cedar")
        await pilot.press("l")
        assert screen.chosen == 1
        await pilot.press("l")
        assert screen.chosen == 1
        await pilot.press("y")
        await until(pilot, lambda: told(screen), "the decision")

    names = file_names(reviewed)
    best = every_group(reviewed)["Cedar"].found.members
    play(reviewed, steps)
    decision = decisions(reviewed)["Cedar"]
    assert decision is not None
    assert [names[keeper] for keeper in decision.keepers] == [names[best[1].file_id]]


def test_a_loss_is_asked_about_and_no_is_where_it_starts(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Birch")
        assert "would lose German audio" in screen.query_one(SideBySide).text
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        assert isinstance(app.focused, Button)
        assert app.focused.id == "no"
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen, "back")
        assert decisions(reviewed)["Birch"] is None
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("y")
        await until(pilot, lambda: told(screen), "the decision")

    play(reviewed, steps)
    decision = decisions(reviewed)["Birch"]
    assert decision is not None
    assert decision.allow_loss


def test_keep_all_not_same_and_undo(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Birch")
        await pilot.press("b")
        await until(pilot, lambda: "keep all" in told(screen), "keep all")
        await at_group(app, pilot, "Amber")
        await pilot.press("n")
        await until(pilot, lambda: "not the same" in told(screen), "not the same")
        found = decisions(reviewed)
        assert found["Birch"] is not None
        assert found["Birch"].choice is Choice.KEEP_ALL
        assert found["Amber"] is not None
        assert found["Amber"].choice is Choice.NOT_DUPLICATES
        await pilot.press("4")  # undo works from anywhere
        await pilot.press("u")
        await until(pilot, lambda: decisions(reviewed)["Amber"] is None, "undo")
        await pilot.press("3")
        await until(pilot, lambda: screen.table.cursor_row.name.title == "Amber", "the group")  # type: ignore[union-attr]
        await pilot.press("u")
        await until(pilot, lambda: decisions(reviewed)["Birch"] is None, "undo")
        await pilot.press("u")  # nothing left: no harm
        await pilot.pause()

    play(reviewed, steps)
    assert set(decisions(reviewed).values()) == {None}


def test_of_three_files_one_can_be_told_apart(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Dune Walk")
        await pilot.press("n")
        await until(pilot, lambda: app.screen is not screen, "the question")
        await pilot.press("j", "j", "j", "enter")
        await until(pilot, lambda: told(screen), "the decision")

    last = every_group(reviewed)["Dune Walk"].found.members[2].file_id
    play(reviewed, steps)
    decision = decisions(reviewed)["Dune Walk"]
    assert decision is not None
    assert (decision.choice, decision.keepers) == (Choice.NOT_DUPLICATES, (last,))


def test_skipped_groups_come_last(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        keys = list(screen.table.keys)
        await pilot.press("g")
        seen = [screen.table.cursor_key]
        for _ in keys:
            await pilot.press("p")
            seen.append(screen.table.cursor_key)
        assert seen[: len(keys)] == keys
        assert seen[-1] == keys[0]  # once round, and from the start
        assert set(decisions(reviewed).values()) == {None}

    play(reviewed, steps)


def test_next_open_passes_over_what_is_decided(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        keys = list(screen.table.keys)
        await pilot.press("g", "j")
        await until(pilot, lambda: screen.detail and screen.detail.group.id == keys[1], "the second")
        await pilot.press("b")
        await until(pilot, lambda: screen.table.cursor_key == keys[2], "the third")
        await pilot.press("g", "o")
        assert screen.table.cursor_key == keys[2]

    play(reviewed, steps)


def test_filter_and_sort_change_the_list_and_escape_clears(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        titles = every_group(reviewed)
        await pilot.press("f")
        await until(pilot, lambda: app.screen is not screen, "the dialog")
        await pilot.press("l", "enter")  # same by: exact
        await until(pilot, lambda: list(screen.table.keys) == [titles["Cedar"].id], "the filter")
        assert "exact" in str(screen.query_one("#review-line", Static).content)
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.table.keys) == 4, "all")
        await pilot.press("s")
        await until(pilot, lambda: app.screen is not screen, "the dialog")
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: screen.view.sort is Sort.TITLE, "the order")
        await until(
            pilot, lambda: list(screen.table.keys) == [titles[title].id for title in sorted(TITLES)], "order"
        )

    play(reviewed, steps)


def test_a_decided_group_stays_in_the_list_of_open_ones_until_asked_for_again(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        await pilot.press("f")
        await until(pilot, lambda: app.screen is not screen, "the dialog")
        await pilot.press("j", "j", "l", "enter")  # reviewed: open
        await until(pilot, lambda: app.screen is screen and screen.view.reviewed == "open", "the filter")
        await at_group(app, pilot, "Cedar")
        await pilot.press("b")
        await until(pilot, lambda: told(screen), "the decision")
        assert len(screen.table.keys) == 4
        app.look_again()
        await pilot.pause(0.2)
        assert len(screen.table.keys) == 4

    play(reviewed, steps)


def test_the_place_is_kept_until_tomorrow(reviewed: Path) -> None:
    async def today(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Birch")
        await pilot.press("s")
        await until(pilot, lambda: app.screen is not screen, "the dialog")
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: screen.view.sort is Sort.TITLE, "the order")
        await pilot.pause(0.1)
        await app.leave()

    async def tomorrow(app: VaultApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: screen_of(app).detail, "the same screen again")
        assert screen_of(app).view.sort is Sort.TITLE
        await until(pilot, lambda: screen_of(app).table.cursor_row.name.title == "Birch", "the group")  # type: ignore[union-attr]

    play(reviewed, today)
    play(reviewed, tomorrow)


def test_bulk_accepts_what_its_preview_lists_and_one_undo_takes_it_back(reviewed: Path) -> None:
    names = file_names(reviewed)

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        await pilot.press("A")
        await until(
            pilot, lambda: isinstance(app.screen, BulkScreen) and app.screen.table.cursor_row, "preview"
        )
        bulk = app.screen
        assert isinstance(bulk, BulkScreen)
        listed = {bulk.table.row(key).row.name.title for key in bulk.table.keys}  # type: ignore[union-attr]
        assert listed == {"Amber", "Cedar", "Dune Walk"}  # not Birch: its German sound would be lost
        assert "3 groups" in str(bulk.query_one("#bulk-line", Static).content)
        assert "stays" in str(bulk.query_one("#bulk-detail", Static).content)
        assert set(decisions(reviewed).values()) == {None}
        await pilot.press("y")
        await until(pilot, lambda: app.screen is screen, "back")

    async def undo(app: VaultApp, pilot: Pilot[Any]) -> None:
        await at_group(app, pilot, "Amber")
        await pilot.press("u")
        await until(pilot, lambda: set(decisions(reviewed).values()) == {None}, "undo")

    play(reviewed, steps)
    found = decisions(reviewed)
    assert found["Birch"] is None
    kept = {title: [names[keeper] for keeper in it.keepers] for title, it in found.items() if it}
    assert kept["Amber"] == ["Amber.2001.mkv"]
    assert kept["Dune Walk"] == ["Dune.Walk.S01E01.mkv"]
    assert len(kept["Cedar"]) == 1
    play(reviewed, undo)


def test_a_threshold_of_the_bulk_can_be_moved(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        await at_group(app, pilot, "Amber")
        await pilot.press("A")
        await until(
            pilot, lambda: isinstance(app.screen, BulkScreen) and app.screen.table.cursor_row, "preview"
        )
        bulk = app.screen
        assert isinstance(bulk, BulkScreen)
        assert bulk.least == app.settings.match.confident
        await pilot.press("plus", "plus", "minus")
        assert bulk.least == app.settings.match.confident + 1
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen), "back")
        assert set(decisions(reviewed).values()) == {None}

    play(reviewed, steps)


def test_a_note_is_written_to_the_decision(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        await pilot.press("b")
        await until(pilot, lambda: told(screen), "the decision")
        await at_group(app, pilot, "Amber")
        await until(pilot, lambda: screen.detail.group.decision, "the decision")  # type: ignore[union-attr]
        await pilot.press("e")
        await until(pilot, lambda: app.screen is not screen, "the dialog")
        await pilot.press(*"both cuts", "enter")
        await until(pilot, lambda: "both cuts" in screen.query_one(SideBySide).text, "the note")

    play(reviewed, steps)
    decision = decisions(reviewed)["Amber"]
    assert decision is not None
    assert decision.note == "both cuts"


def test_everything_can_be_done_on_a_small_terminal(reviewed: Path) -> None:
    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        screen = await at_group(app, pilot, "Amber")
        assert screen.table.size.height >= 6
        assert screen.query_one(SideBySide).size.height >= 6
        await pilot.press("J", "K", "y")
        await until(pilot, lambda: "keep a" in told(screen), "the decision")

    play(reviewed, steps, size=(80, 24))
