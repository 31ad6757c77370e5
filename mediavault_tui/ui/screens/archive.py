"""The archive: what was moved there, when and why; the way back, and the end."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.domain.archive.journal import JournalEntry, State
from mediavault_tui.domain.text import printable, size
from mediavault_tui.engine import jobs
from mediavault_tui.store import journal
from mediavault_tui.ui import actions, labels
from mediavault_tui.ui.dialogs.ask import Confirm
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.styling import Cell, lines, say
from mediavault_tui.ui.widgets.table import Column, PagedTable

COLUMNS = (
    Column("Moved", 10),
    Column("File", 0),
    Column("Size", 10, right=True),
    Column("State", 9),
    Column("Because", 26, from_width=100),
)
STATES = {State.MOVED: "good", State.MOVING: "warning", State.RESTORED: "muted", State.PURGED: "muted"}
DAY_S = 86_400


class ArchiveScreen(VaultScreen):
    """See the module."""

    ABOUT = "Copies that made room for a better one. Each can be put back until it is purged."
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("archive")]

    def __init__(self) -> None:
        super().__init__()
        self.everything = False
        """Also what is not in the archive any more."""

    def body(self) -> Iterable[Widget]:
        """A line about the whole, the list, the chosen file."""
        yield Static(id="archive-line", classes="line")
        with Horizontal(id="panes"):
            with Vertical(id="moved", classes="pane") as pane:
                pane.border_title = "Archive"
                yield PagedTable[int, JournalEntry](
                    COLUMNS,
                    self._cells,
                    empty="Nothing is in the archive. Decide about duplicates, then P there.",
                )
            yield Static(id="about", classes="pane")

    def on_mount(self) -> None:
        """Start on the list."""
        self.query_one("#about").border_title = "Details"
        self.table.focus()

    @property
    def table(self) -> PagedTable[int, JournalEntry]:
        """The list."""
        return self.query_one(PagedTable)

    def _cells(self, moved: JournalEntry) -> Sequence[Cell]:
        name = moved.origin.rpartition(b"/")[2]
        return [
            (labels.days(moved.moved_at), "muted"),
            ("" if moved.is_video else "  ") + printable(name),
            size(moved.file.size),
            (moved.state, STATES.get(moved.state, "warning")),
            (moved.reason, "muted"),
        ]

    async def load(self) -> None:
        """The journal, newest first."""
        found = await self.ask(journal.history)
        present = [moved for moved in found if moved.state is State.MOVED]
        shown = found if self.everything else present
        self.table.show_rows({moved.id: moved for moved in shown})
        self._say_what(present)

    def _say_what(self, present: Sequence[JournalEntry]) -> None:
        old = self._old(present)
        text = say(
            (
                f"{_count(present)}, {size(sum(moved.file.size for moved in present))} in the archive",
                "text",
            ),
            (f"  ·  {len(old):,} older than {self.vault_app.settings.archive.grace_days} days", "muted"),
        )
        self.query_one("#archive-line", Static).update(text)

    def _old(self, present: Sequence[JournalEntry]) -> list[JournalEntry]:
        from mediavault_tui.engine.archive.purge import old_enough

        return old_enough(present, self.vault_app.settings.archive.grace_days * DAY_S)

    @on(PagedTable.Highlighted)
    def _moved(self) -> None:
        moved = self.table.cursor_row
        self.query_one("#about", Static).update(_about(moved) if moved else say(""))
        self.refresh_bindings()

    # -- actions ------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Restoring only what is there."""
        if action == "restore":
            moved = self.table.cursor_row if self.is_mounted else None
            return moved is not None and moved.state is State.MOVED
        return True

    def action_all(self) -> None:
        """Everything ever moved, or what is there."""
        self.everything = not self.everything
        self.reload()

    def action_restore(self) -> None:
        """Put the chosen file back, with its sidecars."""
        moved = self.table.cursor_row
        if moved is not None:
            self.vault_app.start_job(jobs.restore([str(moved.id)]))

    @work(exclusive=True, group="purge")
    async def action_purge(self) -> None:
        """Erase what is old enough, after asking."""
        from mediavault_tui.engine.archive.purge import purgeable

        vault, days = self.vault_app.vault, self.vault_app.settings.archive.grace_days
        old = await purgeable(vault, days * DAY_S)
        if not old:
            self.notify(f"Nothing has lain in the archive for {days} days: nothing to erase.")
            return
        freed = size(sum(moved.file.size for moved in old))
        answer = await self.app.push_screen_wait(
            Confirm(
                "Erase for ever?",
                f"{_count(old)}, {freed}, in the archive for {days} days or more. Each is erased only"
                " if the better copy is still there and whole. This cannot be undone.",
                yes=f"Erase {_count(old)}",
            )
        )
        if answer == "yes":
            self.vault_app.start_job(jobs.purge(old))


def _count(files: Sequence[JournalEntry]) -> str:
    return f"{len(files):,} file{'s' * (len(files) != 1)}"


def _about(moved: JournalEntry) -> Content:
    rows = [
        say((printable(moved.origin.rpartition(b"/")[2]), "bold accent")),
        say(""),
        _row("State", moved.state),
        _row("Moved", labels.moment(moved.moved_at)),
        _row("Because", moved.reason),
        _row("Proven by", moved.proven_by),
        _row("Group", str(moved.group)),
        say(""),
        say(("Original path", "muted")),
        say(printable(moved.origin)),
        say(("Archive path", "muted")),
        say(printable(moved.place)),
        say(("Better copy", "muted")),
        say((printable(moved.keeper), "good")),
    ]
    return lines(*rows)


def _row(label: str, value: str) -> Content:
    return say((label.ljust(11), "muted"), value)
