"""The archive screen on real files: putting back, and what comes first."""

import os
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from mediavault_tui.domain.archive.journal import ActKind
from mediavault_tui.domain.settings import Archive, Scan, Settings, Ui
from mediavault_tui.engine.archive.apply import carry_out
from mediavault_tui.store import journal
from mediavault_tui.ui.app import VaultApp
from mediavault_tui.ui.screens.archive import ArchiveScreen
from tests.engine.archive.archive_library import HOSTILE, Library, collect, intend
from tests.ui.reviewing import play, until


def test_what_a_crash_left_half_moved_is_settled_before_a_file_is_put_back(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.fill()
    other = os.path.join(library.root, HOSTILE, HOSTILE + b".mkv")
    plan = library.plan_of([(b"Other/" + b"n" * 251 + b".mkv", HOSTILE + b"/" + HOSTILE + b".mkv")])
    half_moved = library.plan().steps[0]
    with library.vault() as vault:
        collect(carry_out(vault, plan))
    assert not os.path.exists(other)

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        await pilot.press("5")
        await until(
            pilot, lambda: isinstance(app.screen, ArchiveScreen) and app.screen.table.cursor_row, "it"
        )
        with app.vault.database.transaction() as transaction:  # by a program that was killed meanwhile
            intend(transaction, half_moved, ActKind.RENAME)
        await pilot.press("r")
        await until(pilot, lambda: os.path.exists(other), "the file")
        await until(pilot, lambda: not app.jobs.is_busy, "the end")
        assert await app.reading.ask(journal.under_way) == []

    settings = Settings(
        scan=Scan(roots=(os.fsdecode(library.root),)), ui=Ui(theme="harbour"), archive=Archive(reserve_mb=0)
    )
    play(library.database, steps, settings=settings)
