"""Accepting all clear suggestions in one go, after a list of exactly what that does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.domain.text import size
from mediavault_tui.store import review_queries
from mediavault_tui.store.review_queries import Suggestion
from mediavault_tui.ui import actions
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.screens.duplicates import group_labels
from mediavault_tui.ui.styling import Cell, lines, say
from mediavault_tui.ui.widgets.table import Column, PagedTable

PLACE = "duplicates.bulk"
SHOWN_PATHS = 4


class BulkScreen(VaultScreen):
    """The groups a bulk would decide, at least so sure; the threshold can be moved."""

    ABOUT = (
        "Accepts the suggestion of every group listed here. Listed are only groups in which one copy is clearly"
        " better, or all are the very same, and nothing any copy has would be lost. One undo takes all of it back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("bulk")]

    def __init__(self) -> None:
        super().__init__()
        self.least = 0.0
        self.frees = 0
        self.goes = 0
        self._has_started = False

    def body(self) -> Iterable[Widget]:
        """What would happen in all, group by group, and the paths of the one under the cursor."""
        yield Static(id="bulk-line", classes="line")
        table: PagedTable[int, Suggestion] = PagedTable(
            [
                Column("Sure", 12), Column("Title", 0), Column("Stays", 0, from_width=70),
                Column("Goes", 0), Column("Frees", 9, right=True),
            ],
            self._draw,
            empty="No open group is that sure and that clear.",
            id="bulk-list",
        )  # fmt: skip
        yield table
        yield Static(id="bulk-detail")

    @property
    def table(self) -> PagedTable[int, Suggestion]:
        """The list."""
        found: PagedTable[int, Suggestion] = self.query_one("#bulk-list", PagedTable)
        return found

    def _draw(self, row: Suggestion) -> Sequence[Cell]:
        first, *more = [path.rpartition(b"/")[2].decode("utf-8", "surrogateescape") for path in row.archives]
        return [
            group_labels.confidence(row.row.confidence, self.vault_app.settings.match),
            group_labels.row_title(row.row),
            (row.keeps.rpartition(b"/")[2].decode("utf-8", "surrogateescape"), "good"),
            [(first, "bad"), *([(f" +{len(more)}", "muted")] if more else [])],
            size(row.row.reclaimable) if row.row.reclaimable else ("–", "muted"),
        ]

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.table.focus()

    def catalogue_changed(self) -> None:
        """Look again."""
        if not self._has_started:
            self._has_started = True
            kept = self.vault_app.places.get(PLACE)
            self.least = kept if isinstance(kept, float) else self.vault_app.settings.match.confident
        self.background(self._load, group="load")

    async def _load(self) -> None:
        ids = await self.ask(review_queries.clear, self.least)
        self.table.show(ids, self._fetch)
        self.goes, self.frees = await self.ask(review_queries.weight, ids)
        self.query_one("#bulk-line", Static).update(self._summary(len(ids)))
        self._show_paths()
        self.refresh_bindings()

    async def _fetch(self, ids: Sequence[int]) -> Mapping[int, Suggestion]:
        return await self.ask(review_queries.suggestions, ids)

    def _summary(self, count: int) -> Content:
        groups = f"{count:,} group{'s' * (count != 1)}"
        return say(
            (f"{self.least:g} %", "bold accent"), " sure and clear: ", (groups, "bold text"),
            f", {self.goes:,} {'file goes' if self.goes == 1 else 'files go'}, ", (size(self.frees), "bold text"),
            " reclaimable; nothing is touched yet",
        )  # fmt: skip

    @on(PagedTable.Highlighted, "#bulk-list")
    def _show_paths(self) -> None:
        row = self.table.cursor_row
        told = []
        if row is not None:
            told = [say(("stays  ", "bold good"), row.keeps.decode("utf-8", "surrogateescape"))]
            told += [
                say(("goes   ", "bold bad"), path.decode("utf-8", "surrogateescape"))
                for path in row.archives[:SHOWN_PATHS]
            ]
            if len(row.archives) > SHOWN_PATHS:
                told.append(say((f"       and {len(row.archives) - SHOWN_PATHS} more", "muted")))
        self.query_one("#bulk-detail", Static).update(lines(*told))

    def action_lower(self) -> None:
        """A lower confidence is enough."""
        self._move(-1)

    def action_higher(self) -> None:
        """Ask for a higher confidence."""
        self._move(1)

    def _move(self, by: float) -> None:
        self.least = min(100.0, max(self.vault_app.settings.match.possible, self.least + by))
        self.vault_app.keep_place(PLACE, self.least)
        self.background(self._load, group="load")

    @work(exclusive=True, group="accept")
    async def action_accept(self) -> None:
        """Decide as listed."""
        ids = list(self.table.keys)
        accepted = await self.write(review_queries.accept, ids, self.least)
        more = "" if len(accepted) == len(ids) else f" {len(ids) - len(accepted)} had changed meanwhile."
        self.app.notify(
            f"{len(accepted):,} groups decided. u takes all of them back.{more}",
            title="Accepted",
            markup=False,
        )
        self.app.pop_screen()
        self.vault_app.look_again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is listed can be accepted."""
        return bool(self.table.keys) if action == "accept" and self.is_mounted else True
