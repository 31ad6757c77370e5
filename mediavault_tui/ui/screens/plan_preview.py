"""What the decisions come to: every step shown before anything is touched, then carried out one by one."""

import asyncio
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.domain.archive.journal import RECOVER, OperationEnded, Status, StepEnded
from mediavault_tui.domain.archive.plan import Plan, Proven
from mediavault_tui.domain.archive.plan_request import PlanRequest
from mediavault_tui.domain.events import Event
from mediavault_tui.domain.text import printable, size
from mediavault_tui.engine import jobs
from mediavault_tui.store import review_queries
from mediavault_tui.store.review_queries import Reviewed, View
from mediavault_tui.ui import actions
from mediavault_tui.ui.dialogs.ask import Confirm
from mediavault_tui.ui.jobs import Job
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.styling import Cell, Part, lines, say
from mediavault_tui.ui.widgets.table import Column, PagedTable

ENDS = {
    Status.DONE: ("✓ done", "good"),
    Status.REFUSED: ("✗ refused", "warning"),
    Status.FAILED: ("✗ failed", "bad"),
}


class Row(NamedTuple):
    """A step of the plan, or a file that stays although it was decided that it should go."""

    op: str
    path: bytes
    to: bytes
    frees: int
    reason: str
    keeper: bytes
    proven: tuple[Proven, ...] = ()
    waits: bool = False
    """It is not done before the copy that stays is proven."""


class PlanPreviewScreen(VaultScreen):
    """The plan for everything decided, or for some groups."""

    ABOUT = (
        "What the decisions come to. Each file is proven again right before it is moved; moved files lie in the"
        " archive and can be put back from there. Nothing is touched before you say so."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("plan")]

    def __init__(self, groups: Sequence[int] | None = None) -> None:
        """`groups`: only these; None is every group with a decision that holds."""
        super().__init__()
        self.groups = groups
        self.plan: Plan | None = None
        self.ended: dict[bytes, StepEnded] = {}
        """How the steps carried out so far ended, by path."""
        self.summary: OperationEnded | None = None
        self._job: Job | None = None
        self._reading: Job | None = None
        """Reads copies that stay from end to end."""
        self._was_made_again = False
        self._is_stopping = False

    def body(self) -> Iterable[Widget]:
        """Totals, steps, and the one under the cursor in full."""
        yield Static(say("Looking at the disks…"), id="plan-line", classes="line")
        yield PagedTable(
            [
                Column("", 10),
                Column("File", 0),
                Column("Why", 0, from_width=70),
                Column("Frees", 9, right=True),
            ],
            self._draw,
            empty="Nothing to do: no decision says that a file should go.",
            id="plan-steps",
        )
        yield Static(id="plan-detail")

    @property
    def table(self) -> PagedTable[int, Row]:
        """The steps."""
        found: PagedTable[int, Row] = self.query_one("#plan-steps", PagedTable)
        return found

    def on_mount(self) -> None:
        """Make the plan."""
        self.table.focus()
        self.background(self._make, group="plan")

    async def _make(self) -> None:
        # Most of the first time is loading what moves files: not on the event loop.
        planning = await asyncio.to_thread(import_module, "mediavault_tui.engine.archive.planning")
        groups = self.groups
        if groups is None:
            groups = await self.ask(review_queries.order, View(reviewed=Reviewed.DECIDED))
        self.plan = await planning.plan(self.vault_app.vault, PlanRequest(groups=tuple(groups)))
        self._show()
        self._read_keepers()

    def _read_keepers(self) -> None:
        """Have copies that stay read, once, unless another job is under way."""
        assert self.plan is not None
        waiting = [keeper for step in self.plan.steps if not step.ready for keeper in step.rests_on]
        if waiting and self._reading is None and not self.vault_app.jobs.is_busy:
            files = [(keeper.path, keeper.proof) for keeper in waiting]
            self._reading = self.vault_app.start_job(jobs.check_keepers(files))

    def _show(self) -> None:
        assert self.plan is not None
        ready = {step.path for step in self.plan.only_ready().steps}
        steps = [
            Row(s.op, s.path, s.to, s.frees, s.reason, s.keeper.path, s.proven, s.path not in ready)
            for s in self.plan.steps
        ]
        staying = (*self.plan.refused, *self.plan.left)
        stays = [Row("stays", each.path, b"", 0, each.reason, b"") for each in staying]
        self.table.show_rows(dict(enumerate([*steps, *stays])))
        self._show_line()
        self.refresh_bindings()

    def _show_line(self) -> None:
        assert self.plan is not None
        steps, refused = len(self.plan.steps), len(self.plan.refused)
        parts: list[Part] = [
            (f"{steps:,}", "bold text"), f" step{'s' * (steps != 1)}, ",
            (size(self.plan.reclaimable_bytes), "bold text"), " leave the library",
        ]  # fmt: skip
        if refused:
            parts += [", ", (f"{refused:,} to stay", "warning")]
        self.query_one("#plan-line", Static).update(say(*parts, *self._state()))

    def _state(self) -> list[Part]:
        counts = [sum(end.status is status for end in self.ended.values()) for status in Status]
        told = f"{counts[0]:,} done, {counts[1]:,} refused, {counts[2]:,} failed"
        if self.summary is not None:
            return ["   ", ("✓ ended: " + told, "bold good")]
        if self._job is None:
            return [*self._readiness(), "   nothing is touched yet"]
        if self._job.is_live:
            return ["   ", (("stopping… " if self._is_stopping else "") + told, "bold accent")]
        return ["   ", (f"{self._job.state}: {told}", "bold warning")]

    def _readiness(self) -> list[Part]:
        """How many steps wait for a copy that stays to be read."""
        assert self.plan is not None
        waiting = len(self.plan.steps) - len(self.plan.only_ready().steps)
        if not waiting:
            return []
        if self._reading is None or not self._reading.is_live:
            return ["   ", (f"{waiting:,} not ready: the copy that stays has not been read", "warning")]
        now = self._reading.checking
        done = f", {size(now.bytes_done)} of {size(now.bytes_total)}" if now else ""
        return ["   ", (f"{waiting:,} not ready yet: reading the copies that stay{done}", "accent")]

    def _draw(self, row: Row) -> Sequence[Cell]:
        end = self.ended.get(row.path)
        waits = row.waits or row.op == "stays"
        state = ENDS[end.status] if end else (row.op, "warning" if waits else "accent")
        return [
            state,
            printable(row.path.rpartition(b"/")[2]),
            ((end.reason if end and end.status is not Status.DONE else row.reason), "muted"),
            size(row.frees) if row.frees else ("–", "muted"),
        ]

    @on(PagedTable.Highlighted, "#plan-steps")
    def _show_detail(self) -> None:
        row = self.table.cursor_row
        if row is None:
            return
        told = [say((f"{row.op:<8}", "bold accent"), printable(row.path))]
        told += [say(("to      ", "muted"), printable(row.to))] if row.to else []
        told += [say(("stays   ", "bold good"), printable(row.keeper))] if row.keeper else []
        told.append(say(("because ", "muted"), row.reason))
        for each in row.proven:
            mark = ("proven  ", "good") if each.holds else ("not yet ", "warning")
            told.append(say(mark, each.text))
        self.query_one("#plan-detail", Static).update(lines(*told))

    # -- carrying it out ----------------------------------------------------------------------------

    @work(exclusive=True, group="apply")
    async def action_apply(self) -> None:
        """Apply the plan (asks first)."""
        if not self.check_action("apply", ()) or self.plan is None:
            return
        plan = self.plan.only_ready()
        count, freed = len(plan.steps), size(plan.reclaimable_bytes)
        left = len(self.plan.steps) - count
        waits = f" {left:,} that are not ready are left out." if left else ""
        answer = await self.app.push_screen_wait(
            Confirm(
                "Carry out the plan?",
                f"{count:,} step{'s' * (count != 1)}, {freed} leave the library. Each file is proven again right before"
                f" it is moved, and can be put back from the archive.{waits}",
                yes=f"Do {count:,} step{'s' * (count != 1)}",
            )
        )
        if answer == "yes":
            # A step that was begun is ended.
            job = jobs.apply(plan, stop=lambda: self._is_stopping)
            self._job = self.vault_app.start_job(job, self._note)
            self.refresh_bindings()

    def _note(self, event: Event) -> None:
        if isinstance(event, StepEnded) and event.op != RECOVER:
            self.ended[event.path] = event
        elif isinstance(event, OperationEnded):
            self.summary = event

    def action_cancel(self) -> None:
        """Stop after the current step, or stop reading."""
        if self._job is None:
            self.run_worker(self.vault_app.jobs.cancel(), group="cancel")
            return
        self._is_stopping = True
        self._show_line()

    def job_changed(self, job: Job) -> None:
        """Show how far it is."""
        if job is self._job and self.plan is not None:
            self._show_line()
            self.table.refresh()
            self.refresh_bindings()
        elif job is self._reading and self.plan is not None and self._job is None:
            self._show_line()
            self.refresh_bindings()
            if not job.is_live and not self._was_made_again:
                self._was_made_again = True
                self.background(self._make, group="plan")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Apply once; cancel while it runs."""
        if action == "apply":
            return (
                self.plan is not None
                and bool(self.plan.only_ready().steps)
                and self._job is None
                and not self._is_reading
            )
        if action == "cancel" and self._job is None:
            return self._is_reading
        if action == "cancel":
            return self._job is not None and self._job.is_live and not self._is_stopping
        return True

    @property
    def _is_reading(self) -> bool:
        return self._reading is not None and self._reading.is_live
