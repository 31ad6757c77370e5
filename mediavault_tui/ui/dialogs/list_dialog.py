"""A long list to look through."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from mediavault_tui.ui.dialogs.base import Dialog
from mediavault_tui.ui.styling import Cell
from mediavault_tui.ui.widgets.table import Column, PagedTable


class Listing(Dialog[None]):
    """Rows under a title; only the visible ones are drawn."""

    def __init__(
        self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, empty: str
    ) -> None:
        super().__init__(title)
        self.columns = columns
        self.rows = rows
        self.empty = empty

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield PagedTable[int, Sequence[Cell]](self.columns, lambda row: row, empty=self.empty)

    def on_mount(self) -> None:
        """Show the rows."""
        self.add_class("large")
        table = self.query_one(PagedTable)
        table.show_rows(dict(enumerate(self.rows)))
        table.focus()
