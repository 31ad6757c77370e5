"""The scanner: folders, the scan under way phase by phase, earlier scans and what they passed over."""

import os
from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from mediavault_tui.domain.text import duration, printable
from mediavault_tui.engine.indexing.walk import absolute as engine_paths
from mediavault_tui.store import overview, scans
from mediavault_tui.store.database import Connection
from mediavault_tui.store.overview import RootSum
from mediavault_tui.store.scans import Scan
from mediavault_tui.ui import actions, labels
from mediavault_tui.ui.dialogs.ask import Confirm
from mediavault_tui.ui.dialogs.list_dialog import Listing
from mediavault_tui.ui.jobs import Job
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.screens.scanner.phases import Phases
from mediavault_tui.ui.styling import Cell
from mediavault_tui.ui.widgets.table import Column, PagedTable

SCANS_SHOWN = 200
ROOT_COLUMNS = (
    Column("Folder", 0), Column("Files", 9, right=True), Column("Last scan", 10, from_width=50), Column("State", 9),
)  # fmt: skip
SCAN_COLUMNS = (
    Column("Begun", 16),
    Column("How", 11),
    Column("Ended", 11),
    Column("Files", 9, right=True),
    Column("New", 8, right=True),
    Column("Gone", 7, right=True, from_width=102),
    Column("Skipped", 11, right=True, from_width=92),
    Column("Time", 8, right=True),
)
OUTCOMES = {"finished": "good", "interrupted": "warning", "failed": "bad", "running": "accent"}


class Known(NamedTuple):
    """What the screen shows from the catalogue."""

    roots: list[RootSum]
    scans: list[Scan]


def know(connection: Connection) -> Known:
    """Folders and the latest scans."""
    return Known(overview.roots(connection), scans.recent(connection, SCANS_SHOWN))


class ScannerScreen(VaultScreen):
    """See the module."""

    ABOUT = "Scans bring the catalogue in line with the disks. A scan that was stopped goes on where it was."
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("scanner")]

    def body(self) -> Iterable[Widget]:
        """Scan, folders, history."""
        with Vertical(id="now", classes="pane") as now:
            now.border_title = "Scan"
            yield Phases()
        with Horizontal(id="panes"):
            with Vertical(id="roots", classes="pane") as pane:
                pane.border_title = "Folders"
                yield PagedTable[str, RootSum](
                    ROOT_COLUMNS, self._root_cells, empty="None yet. Press f to choose some.", id="root-table"
                )
            with Vertical(id="history", classes="pane") as pane:
                pane.border_title = "Earlier scans"
                yield PagedTable[int, Scan](
                    SCAN_COLUMNS, self._scan_cells, empty="None yet.", id="scan-table"
                )

    def on_mount(self) -> None:
        """Start on the history."""
        self.scans.focus()
        self.query_one(Phases).show(self.vault_app.jobs.current)

    @property
    def scans(self) -> PagedTable[int, Scan]:
        """The history."""
        return self.query_one("#scan-table", PagedTable)

    @property
    def roots(self) -> PagedTable[str, RootSum]:
        """The folders."""
        return self.query_one("#root-table", PagedTable)

    async def load(self) -> None:
        """Folders and history."""
        known = await self.ask(know)
        scanned = {os.fsdecode(root.path): root for root in known.roots}
        for path in engine_paths(self.vault_app.roots):
            scanned.setdefault(os.fsdecode(path), RootSum(path, 0, 0, None, None))
        self.roots.show_rows(scanned)
        self.scans.show_rows({scan.id: scan for scan in known.scans})

    def job_changed(self, job: Job) -> None:
        """The phases move on."""
        self.query_one(Phases).show(job)
        self.refresh_bindings()

    # -- rows ---------------------------------------------------------------------------------------

    def _root_cells(self, root: RootSum) -> Sequence[Cell]:
        if root.offline_reason:
            state: Cell = ("offline", "bold warning")
        else:
            state = ("online", "good") if root.last_scan else ("new", "accent")
        last = labels.days(root.last_scan) if root.last_scan else ""
        return [printable(root.path), f"{root.files:,}", (last, "muted"), state]

    def _scan_cells(self, scan: Scan) -> Sequence[Cell]:
        outcome = scan.outcome
        job = self.vault_app.jobs.current
        if outcome == "running" and job is not None and job.state == "paused":
            outcome = "paused"
        return [
            labels.moment(scan.started_at),
            (scan.mode, "muted"),
            (outcome, OUTCOMES.get(outcome, "warning")),
            f"{scan.files_found:,}",
            f"{scan.files_new:,}" if scan.files_new else "",
            (f"{scan.files_missing:,}" if scan.files_missing else "", "warning"),
            (f"{scan.skipped:,}" if scan.skipped else "", "warning"),
            (duration(scan.seconds) if scan.finished_at else "", "muted"),
        ]

    # -- actions ------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Pausing only while something runs."""
        if action in {"pause", "cancel", "headless"}:
            return self.vault_app.jobs.is_busy
        if action in {"start", "full", "one"}:
            return not self.vault_app.jobs.is_busy
        return True

    async def action_start(self) -> None:
        """Scan all folders."""
        await self.vault_app.start_scan()

    async def action_full(self) -> None:
        """Scan all folders, reading everything again."""
        await self.vault_app.start_scan(full=True)

    async def action_one(self) -> None:
        """Scan the chosen folder."""
        root = self.roots.cursor_row
        if root is not None:
            await self.vault_app.start_scan(roots=(os.fsdecode(root.path),))

    def action_pause(self) -> None:
        """Pause, or go on."""
        job = self.vault_app.jobs.current
        if job is not None and job.state == "paused":
            job.resume()
        elif job is not None:
            job.pause()

    def action_cancel(self) -> None:
        """Cancel after asking."""
        text = "What is done is kept. The next scan goes on from there."
        self.app.push_screen(
            Confirm("Cancel the scan?", text, yes="Cancel the scan", no="Let it run"), self._cancel
        )

    def _cancel(self, answer: str | None) -> None:
        if answer == "yes":
            self.run_worker(self.vault_app.jobs.cancel())

    async def action_headless(self) -> None:
        """Leave, and let the scan go on."""
        await self.vault_app.leave(scan_on=True)

    def action_folders(self) -> None:
        """Choose folders."""
        self.vault_app.choose_folders()

    @on(PagedTable.Chosen, "#scan-table")
    def _chosen(self) -> None:
        self.background(self.action_errors)

    async def action_errors(self) -> None:
        """What the chosen scan passed over, with the reason and the file."""
        scan = self.scans.cursor_row
        if scan is None:
            return
        found = await self.ask(scans.errors, scan.id)
        job = self.vault_app.jobs.current
        if scan.outcome == "running" and job is not None:
            found = list(job.trouble)
        title = f"Skipped by the scan of {labels.moment(scan.started_at)}"
        columns = (Column("Phase", 11), Column("Reason", 34), Column("File", 0))
        rows: list[Sequence[Cell]] = [
            [(phase, "muted"), (reason, "warning"), printable(path)] for phase, path, reason in found
        ]
        await self.app.push_screen(Listing(title, columns, rows, empty="Nothing: every file could be read."))
