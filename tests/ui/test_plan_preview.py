"""From a decision through the plan to a file in the archive, by keys."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

from builders import run as scan_all
from builders import video
from reviewing import decisions, play, until
from textual.pilot import Pilot
from textual.widgets import Static

from mediavault_tui.domain.archive.journal import Status
from mediavault_tui.domain.events import Phase
from mediavault_tui.domain.settings import Scan, Settings, Ui
from mediavault_tui.ui.app import VaultApp
from mediavault_tui.ui.dialogs.ask import Confirm
from mediavault_tui.ui.screens.duplicates.screen import DuplicatesScreen
from mediavault_tui.ui.screens.plan_preview import PlanPreviewScreen


def line(screen: PlanPreviewScreen) -> str:
    return str(screen.query_one("#plan-line", Static).content)


def test_nothing_is_touched_before_yes_and_then_the_copy_lies_in_the_archive(
    database: Path, root: Path
) -> None:
    kept = video(root / "Cedar (2003)" / "Cedar.2003.mkv", seed=3)
    (root / "downloads").mkdir()
    copy = Path(shutil.copyfile(kept, root / "downloads" / "cedar.2003.mkv"))
    long_ago = time.time() - 86_400  # what was written just now is left alone
    for path in (kept, copy):
        os.utime(path, (long_ago, long_ago))
    scan_all(
        database, root, phases=frozenset({Phase.WALK, Phase.NAMES, Phase.MEDIAINFO, Phase.HASH, Phase.MATCH})
    )
    settings = Settings(scan=Scan(roots=(str(root),)), ui=Ui(theme="harbour"))

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and app.screen.detail, "the list")
        assert isinstance(app.screen, DuplicatesScreen)
        assert app.screen.detail is not None
        stays, goes = (Path(os.fsdecode(file.paths[0])) for file in app.screen.detail.files)
        await pilot.press("y")
        await until(pilot, lambda: all(decisions(database).values()), "the decision")
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PlanPreviewScreen) and app.screen.plan, "the plan")
        preview = app.screen
        assert isinstance(preview, PlanPreviewScreen)
        assert "1 step" in line(preview)
        assert "nothing is touched yet" in line(preview)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("enter")  # it starts on "No"
        await until(pilot, lambda: app.screen is preview, "no")
        assert goes.exists()
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("y")
        await until(pilot, lambda: preview.summary, "the end")
        assert [ended.status for ended in preview.ended.values()] == [Status.DONE]
        assert stays.exists()
        assert not goes.exists()
        await until(pilot, lambda: "1 done" in line(preview), "the line")

    play(database, steps, settings=settings)
    assert [path.name for path in (root / ".mediavault-archive").rglob("*edar.2003.mkv")]


def test_copies_that_stay_are_read_before_the_plan_is_ready(database: Path, root: Path) -> None:
    long_ago = time.time() - 86_400
    for name in ("Birch (2004).mkv", "Birch.2004.WEBRip.avi"):
        os.utime(video(root / name, seed=5), (long_ago, long_ago))
    phases = frozenset({Phase.WALK, Phase.NAMES, Phase.MEDIAINFO, Phase.HASH, Phase.MATCH})
    scan_all(database, root, phases=phases)
    settings = Settings(scan=Scan(roots=(str(root),), jobs=1), ui=Ui(theme="harbour"))

    async def steps(app: VaultApp, pilot: Pilot[Any]) -> None:
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and app.screen.detail, "the list")
        await pilot.press("y")
        await until(pilot, lambda: all(decisions(database).values()), "the decision")
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PlanPreviewScreen) and app.screen.plan, "the plan")
        preview = app.screen
        assert isinstance(preview, PlanPreviewScreen)
        assert preview.plan is not None
        if not preview.plan.steps[0].ready:
            assert not preview.check_action("apply", ())
        await until(
            pilot, lambda: preview.plan is not None and preview.plan.steps[0].ready, "the copy to be read"
        )
        await until(pilot, lambda: preview.check_action("apply", ()), "the plan to be ready")
        assert "not ready" not in line(preview)

    play(database, steps, settings=settings)
