"""The real program in tmux: three groups reviewed, left, and taken up again where it was."""

import shutil
import time
from pathlib import Path

from reviewing import every_group, library
from test_real_terminal import PATIENCE_S, Terminal, pytestmark, terminal

from mediavault_tui.store import catalogue as files_of
from mediavault_tui.store.database import Database
from mediavault_tui.ui.screens.duplicates.group_labels import title

__all__ = ["pytestmark", "terminal"]


def decided(database: Path) -> int:
    return sum(group.reviewed for group in every_group(database).values())


def open_title(database: Path) -> str:
    """What the one group that waits is called."""
    (group,) = (group for group in every_group(database).values() if not group.reviewed)
    with Database(database) as opened, opened.reader() as connection:
        return title(list(files_of.some(connection, [member.file_id for member in group.found.members])))


def take_decision(terminal: Terminal, before: int) -> None:
    """Keep what is suggested; where that would lose something, say yes."""
    terminal.press("y")
    until = time.monotonic() + PATIENCE_S
    while decided(terminal.catalogue) == before:
        assert time.monotonic() < until, terminal.text()
        if "Something would be lost" in terminal.text():
            terminal.press("y")
            time.sleep(1)
        time.sleep(0.2)


def test_three_groups_are_reviewed_and_the_fourth_is_there_tomorrow(terminal: Terminal) -> None:
    terminal.catalogue.parent.mkdir(parents=True)
    shutil.copyfile(library() / "catalogue.db", terminal.catalogue)
    terminal.start()
    terminal.wait_for("Dashboard")
    terminal.press("3")
    terminal.wait_for("4 groups, 0 decided", "keeps this one")
    for before in range(3):
        take_decision(terminal, before)
        terminal.wait_for(f"{before + 1} decided", "u undoes it")
    waiting = f"─{open_title(terminal.catalogue)}─"  # the title of the pane with its files
    terminal.wait_for(waiting)
    terminal.press("q")
    terminal.wait_for_end()
    terminal.start()
    terminal.wait_for("Dashboard")
    terminal.press("3")
    terminal.wait_for("3 decided, 1 open", waiting)
    terminal.press("u")
    terminal.wait_for("2 decided, 2 open")
    terminal.press("q")
    terminal.wait_for_end()
    assert decided(terminal.catalogue) == 2
