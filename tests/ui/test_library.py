"""The library: tree, list, search, filter, marks; keys pressed, rows looked at."""

from pathlib import Path
from typing import cast

from driving import Driven, drive

from mediavault_tui.store.library_queries import Season, Title
from mediavault_tui.ui.labels import title_of
from mediavault_tui.ui.screens.library.screen import LibraryScreen
from mediavault_tui.ui.screens.library.tree import Node

RED_DWARF = Title("episode", "Red Dwarf", None)


def library(driven: Driven) -> LibraryScreen:
    return cast(LibraryScreen, driven.app.screen)


def titles(driven: Driven) -> list[str]:
    table = library(driven).table
    rows = [cast(Node, table.row(key)) for key in table.keys]
    return [
        title_of(row.line.name, row.line.path)
        if isinstance(row.key, int) and row.line
        else str(cast(Title, row.key).title)
        for row in rows
    ]


def test_tree_opens_and_closes(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2")
        screen = library(driven)
        assert [key.title for key in screen.table.keys if isinstance(key, Title)] == [
            "[red]\x1b[31mZebra[/]", "Amélie", "Dune", "Dune", "Red Dwarf",
        ]  # fmt: skip
        await driven.press("G", "enter")
        assert screen.table.cursor_key == RED_DWARF
        assert list(screen.table.keys)[-2:] == [Season("Red Dwarf", 1), Season("Red Dwarf", 2)]
        await driven.press("j", "l")
        files = [key for key in screen.table.keys if isinstance(key, int)]
        assert files == [
            1,
            7,
            2,
            3,
        ]  # the other spelling is the same show; both copies of its first episode together
        await driven.press("j", "j", "h")
        assert screen.table.cursor_key == Season("Red Dwarf", 1)
        await driven.press("h", "h")
        assert screen.table.cursor_key == RED_DWARF
        await driven.press("h")
        assert len(screen.table.keys) == 5

    drive(tmp_path, scenario)


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2")
        shown = driven.text()
        assert r"[red]\x1b[31mZebra[/] (2001)" in shown
        assert "\x1b" not in shown
        assert r"\xff\x0a[b] (2001).mkv" in shown  # in the details

    drive(tmp_path, scenario)


def test_search_as_you_type(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2", "slash")
        await driven.type("amelie")
        assert titles(driven) == ["Amélie (2001)"]
        await driven.press("ctrl+u")
        await driven.type("dwarf e02")
        assert titles(driven) == ["Red Dwarf S01E02", "Red Dwarf S02E02"]
        await driven.press("enter", "j")
        assert library(driven).table.cursor == 1
        await driven.press("escape")
        assert len(library(driven).table.keys) == 5

    drive(tmp_path, scenario)


def test_keys_that_arrive_together_keep_their_order(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2")
        await driven.pilot.press("slash", "d", "x", "backspace", "u", "n", "e", "enter")
        await driven.settle()
        assert titles(driven) == ["Dune (1984)", "Dune (2021)"]

    drive(tmp_path, scenario)


def test_filter_and_sort(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2", "t")
        screen = library(driven)
        await driven.press("f", "j", "enter", "j", "enter")
        assert screen.view.resolution == "4K"
        assert titles(driven) == ["Amélie (2001)", "Dune (2021)"]
        await driven.press("s", "j", "enter")
        assert screen.view.descending
        assert titles(driven) == ["Dune (2021)", "Amélie (2001)"]
        await driven.press("escape")
        assert not screen.view.is_filtered
        assert len(screen.table.keys) == 11

    drive(tmp_path, scenario)


def test_marking(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2", "t", "space", "j", "j", "v")
        table = library(driven).table
        assert list(table.marked) == list(table.keys[:4])
        await driven.press("escape")
        assert not table.marked

    drive(tmp_path, scenario)


def test_compare_needs_two(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2", "t", "c")
        assert len(driven.app.screen_stack) == 1

    drive(tmp_path, scenario)


def test_place_is_remembered(tmp_path: Path) -> None:
    async def leave(driven: Driven) -> None:
        await driven.press("2", "G", "enter", "j", "q")

    async def come_back(driven: Driven) -> None:
        await driven.until(
            lambda: isinstance(driven.app.screen, LibraryScreen) and driven.app.screen.table.keys
        )
        assert library(driven).table.cursor_key == Season("Red Dwarf", 1)

    drive(tmp_path, leave)
    drive(tmp_path, come_back)
