"""The filter of the duplicates: a few lines, each with values to go through."""

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

import msgspec
from textual.binding import BindingType
from textual.widget import Widget

from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Match
from mediavault_tui.store.review_queries import Reviewed, View
from mediavault_tui.ui import actions
from mediavault_tui.ui.dialogs.base import Dialog
from mediavault_tui.ui.styling import Cell, Part
from mediavault_tui.ui.widgets.table import Column, PagedTable


class Value(NamedTuple):
    """One value of a line: what it is called, and the fields of the view it sets."""

    label: str
    fields: dict[str, Any]


def _lines(match: Match) -> dict[str, list[Value]]:
    sure, possible = match.confident, match.possible
    return {
        "Same by": [Value("anything", {"kind": None}), *(Value(kind, {"kind": kind}) for kind in EvidenceKind)],
        "Confidence": [
            Value("any", {"least": 0.0, "below": 101.0}),
            Value("certain (100)", {"least": 99.5, "below": 101.0}),
            Value("at least 95", {"least": 95.0, "below": 101.0}),
            Value(f"sure (at least {sure:g})", {"least": sure, "below": 101.0}),
            Value(f"possible ({possible:g} to {sure:g})", {"least": possible, "below": sure}),
        ],
        "Reviewed": [
            Value("all", {"reviewed": Reviewed.ANY}),
            Value("open", {"reviewed": Reviewed.OPEN}),
            Value("decided", {"reviewed": Reviewed.DECIDED}),
            Value("to be decided again", {"reviewed": Reviewed.REOPENED}),
        ],
    }  # fmt: skip


def _at(view: View, values: list[Value]) -> int:
    """Which of the values the view has; the first for one that is none of them."""
    return next(
        (number for number, value in enumerate(values)
         if all(getattr(view, name) == wanted for name, wanted in value.fields.items())), 0
    )  # fmt: skip


def describe_filter(view: View, match: Match) -> list[Part]:
    """The filter in words, for the line above the list; nothing where everything is shown."""
    shown = [
        f"{title.lower()}: {values[number].label}"
        for title, values in _lines(match).items()
        if (number := _at(view, values))
    ]
    return [("   shown: ", "muted"), (", ".join(shown), "bold accent2")] if shown else []


class FilterDialog(Dialog[View]):
    """Gives back the view with another filter."""

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("filter")]

    def __init__(self, view: View, match: Match) -> None:
        super().__init__("Show", "")
        self.view = view
        self.lines = _lines(match)

    def body(self) -> Iterable[Widget]:
        """The lines."""
        table: PagedTable[str, str] = PagedTable(
            [Column("", 12), Column("", 0)], self._draw, id="filter-lines"
        )
        yield table

    def on_mount(self) -> None:
        """Show them."""
        table = self.query_one(PagedTable)
        table.show_rows({title: title for title in self.lines})
        table.focus()

    def _draw(self, title: str) -> list[Cell]:
        values = self.lines[title]
        number = _at(self.view, values)
        return [(title, "bold"), [("‹ ", "muted"), (values[number].label, "bold accent"), (" ›", "muted")]]

    def _step(self, by: int) -> None:
        table = self.query_one(PagedTable)
        if table.cursor_key is not None:
            values = self.lines[table.cursor_key]
            value = values[(_at(self.view, values) + by) % len(values)]
            self.view = msgspec.structs.replace(self.view, **value.fields)
            table.refresh()

    def action_left(self) -> None:
        """The value before."""
        self._step(-1)

    def action_right(self) -> None:
        """The next value."""
        self._step(1)

    def action_accept(self) -> None:
        """Apply the filter."""
        self.dismiss(self.view)

    def action_clear(self) -> None:
        """Show everything."""
        self.view = View(sort=self.view.sort)
        self.query_one(PagedTable).refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Left and right are values here."""
        return action not in {"yes", "no"}
