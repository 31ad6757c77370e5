"""Dashboard, scanner, settings, archive, folders, help: their keys, and what they lead to."""

import re
from pathlib import Path
from typing import cast

import pytest
from catalogues import make_tree
from driving import Driven, drive
from textual.widgets import Button

from mediavault_tui import config
from mediavault_tui.domain.events import Phase
from mediavault_tui.domain.settings import Scan, Settings, Ui
from mediavault_tui.errors import VaultError
from mediavault_tui.store import scans
from mediavault_tui.store.catalogue import count_present
from mediavault_tui.ui.dialogs.ask import Ask
from mediavault_tui.ui.dialogs.errors import BugDialog, ErrorDialog
from mediavault_tui.ui.dialogs.help import Help
from mediavault_tui.ui.screens.folders import FoldersScreen
from mediavault_tui.ui.screens.scanner.screen import ScannerScreen
from mediavault_tui.ui.screens.settings.screen import SettingsScreen

NO_FOLDERS = Settings(ui=Ui(theme="harbour"))


def scanning(folder: Path) -> Settings:
    return Settings(scan=Scan(roots=(str(folder),), jobs=1, fingerprint="none"), ui=Ui(theme="harbour"))


def test_dashboard_adds_up(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        shown = driven.text()
        for fact in ("Files        11", "Films        4", "Damaged      1", "1080p", "HEVC", "/videos"):
            assert fact in shown, fact

    drive(tmp_path, scenario)


def test_first_start_leads_from_folders_to_a_filled_library(tmp_path: Path) -> None:
    make_tree(tmp_path / "videos", 12)

    async def scenario(driven: Driven) -> None:
        await driven.until(lambda: isinstance(driven.app.screen, FoldersScreen))
        await driven.press("s")  # nothing chosen: nothing happens
        assert isinstance(driven.app.screen, FoldersScreen)
        await driven.press("slash", "ctrl+u")
        await driven.type(str(tmp_path / "videos"))
        await driven.press("enter", "s")
        await driven.until(lambda: driven.app.jobs.current and not driven.app.jobs.is_busy)
        assert driven.app.jobs.current is not None
        assert driven.app.jobs.current.state == "finished"
        assert isinstance(driven.app.screen, ScannerScreen)
        assert await driven.app.reading.ask(count_present) == 12
        await driven.press("1")
        await driven.until(lambda: "Files        12" in driven.text())

    drive(tmp_path, scenario, settings=NO_FOLDERS, files=False)
    assert config.load(tmp_path / "config.yaml", required=True).scan.roots == (str(tmp_path / "videos"),)


def test_leaving_the_folders_is_no_dead_end(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.until(lambda: isinstance(driven.app.screen, FoldersScreen))
        await driven.press("escape")
        assert "chooses the folders" in driven.text()
        await driven.press("f")
        assert isinstance(driven.app.screen, FoldersScreen)

    drive(tmp_path, scenario, settings=NO_FOLDERS, files=False)


def test_choosing_folders_by_looking_around(tmp_path: Path) -> None:
    (tmp_path / "films" / "a").mkdir(parents=True)
    (tmp_path / "films" / "b").mkdir()

    async def scenario(driven: Driven) -> None:
        await driven.press("4", "f")
        screen = cast(FoldersScreen, driven.app.screen)
        await screen._go(str(tmp_path))
        await driven.settle()
        screen.table.move_to(str(tmp_path / "films"))
        await driven.press("enter", "space")
        assert str(tmp_path / "films" / "a") in screen.chosen
        await driven.press("h", "space")  # the folder above takes the place of what is in it
        assert set(screen.chosen) == {"/videos", str(tmp_path / "films")}

    drive(tmp_path, scenario)


def test_scan_pauses_goes_on_and_is_cancelled(tmp_path: Path) -> None:
    make_tree(tmp_path / "videos", 3000)  # enough that the scan is not over before the key comes

    async def scenario(driven: Driven) -> None:
        await driven.press("4")
        await driven.pilot.press("s", "p")
        job = driven.app.jobs.current
        assert job is not None
        assert job.state == "paused"
        seen = job.version
        await driven.press("j")
        assert job.version == seen
        await driven.pilot.press("p")
        await driven.until(lambda: Phase.NAMES in job.progress)
        await driven.pilot.press("p", "x")
        dialog = driven.app.screen
        assert isinstance(dialog, Ask)
        await driven.until(lambda: dialog.focused)
        assert cast(Button, dialog.focused).id == "no"
        await driven.pilot.press("y")
        await driven.until(lambda: job.state == "cancelled")
        latest = (await driven.app.reading.ask(scans.recent, 1))[0]
        assert latest.outcome == "interrupted"

    drive(tmp_path, scenario, settings=scanning(tmp_path / "videos"), files=False)


def test_leaving_while_a_scan_runs_asks(tmp_path: Path) -> None:
    make_tree(tmp_path / "videos", 600)

    async def scenario(driven: Driven) -> None:
        await driven.press("4")
        await driven.pilot.press("s", "p", "q")
        await driven.until(lambda: isinstance(driven.app.screen, Ask))
        await driven.press("escape")
        assert driven.app.jobs.is_busy

    drive(tmp_path, scenario, settings=scanning(tmp_path / "videos"), files=False)


def test_what_a_scan_passed_over(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("4", "enter")
        assert "permission denied" in driven.text()
        assert r"\x1b[31m" in driven.text()
        await driven.press("q")
        assert isinstance(driven.app.screen, ScannerScreen)

    drive(tmp_path, scenario)


def test_settings_are_changed_in_the_file_and_at_once(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("# mine\nscan:\n  roots: [/videos]\n")

    async def scenario(driven: Driven) -> None:
        await driven.press("6", "slash")
        await driven.type("scan.jobs")
        await driven.press("enter", "enter", "ctrl+u", "x")
        assert "Expected `int`" in driven.text()
        await driven.press("enter")  # refused: still open
        await driven.press("ctrl+u", "3", "enter")
        assert isinstance(driven.app.screen, SettingsScreen)
        assert driven.app.settings.scan.jobs == 3
        await driven.press("backspace")
        assert driven.app.settings.scan.jobs == 0

    drive(tmp_path, scenario)
    assert (tmp_path / "config.yaml").read_text().startswith("# mine\n")


def test_theme_is_seen_at_once_and_closed_without_choosing(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("T", "g")
        assert driven.app.theme == "contrast"
        await driven.press("escape")
        assert driven.app.theme == "harbour"

    drive(tmp_path, scenario)


def test_help_lists_what_works_here(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2", "question_mark")
        assert isinstance(driven.app.screen, Help)
        listed = {action.id for action, _ in driven.app.screen.rows}
        assert {"library.search", "list.down", "go.close"} <= listed
        assert not any(action_id.startswith("scanner.") for action_id in listed)
        assert "Search titles and paths as you type" in driven.text()
        await driven.press("q")
        assert len(driven.app.screen_stack) == 1

    drive(tmp_path, scenario)


def test_own_keys_work_and_show(tmp_path: Path) -> None:
    settings = Settings(scan=Scan(roots=("/videos",)), ui=Ui(theme="harbour", keys={"go.library": "ctrl+g"}))

    async def scenario(driven: Driven) -> None:
        await driven.press("ctrl+g")
        assert driven.app.current_mode == "library"
        assert "^g Library" in driven.text()

    drive(tmp_path, scenario, settings=settings)


def test_palette_runs_an_action(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.press("2", "colon")
        await driven.type("tree and list")
        await driven.pilot.pause(0.5)
        await driven.press("enter")
        await driven.until(lambda: "11 files" in driven.text())

    drive(tmp_path, scenario)


def test_an_error_says_what_to_do(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        async def fail() -> None:
            raise VaultError("the disk is [full]", "Free some space.")

        driven.app.run_worker(fail())
        await driven.until(lambda: isinstance(driven.app.screen, ErrorDialog))
        assert "the disk is [full]" in driven.text()
        assert "Free some space." in driven.text()
        await driven.press("escape")

    drive(tmp_path, scenario)


def test_a_bug_shows_where_the_log_is_and_the_program_goes_on(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        async def fail() -> None:
            raise KeyError("oops")

        driven.app.run_worker(fail())
        await driven.until(lambda: isinstance(driven.app.screen, BugDialog))
        shown = driven.text()
        assert str(tmp_path / "log")[:30] in shown
        assert "Traceback" not in shown
        await driven.press("escape", "2")
        assert driven.app.current_mode == "library"
        driven.app.bugs.clear()

    drive(tmp_path, scenario)


def test_every_screen_fits_small_terminals(tmp_path: Path) -> None:
    async def scenario(driven: Driven) -> None:
        for key in "123456":
            await driven.press(key)
            for line in driven.text().split("\n"):
                assert len(line) <= 40
        await driven.pilot.resize_terminal(200, 60)
        await driven.settle()
        assert "MediaVault" in driven.text()

    drive(tmp_path, scenario, size=(40, 12))


def test_no_color_means_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def scenario(driven: Driven) -> None:
        for key in ("1", "2", "4", "6", "question_mark"):
            await driven.press(key)
            written = driven.app.screen._compositor.render_update(full=True).render_segments(
                driven.app.console
            )
            codes = {code for codes in re.findall(r"\x1b\[([\d;]*)m", written) for code in codes.split(";")}
            colours = {code for code in codes if re.fullmatch(r"3[0-8]|4[0-8]|9\d|10\d", code)}
            assert not colours
            assert "7" in codes or key in "1?"  # the cursor is seen all the same

    drive(tmp_path, scenario)
