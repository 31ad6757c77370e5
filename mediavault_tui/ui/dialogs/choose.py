"""Pick one of several."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mediavault_tui.ui import actions
from mediavault_tui.ui.dialogs.base import Dialog
from mediavault_tui.ui.styling import say


class Choice(NamedTuple):
    """One line to pick."""

    id: str
    label: str
    about: str = ""


class Options(OptionList):
    """An option list with the keys of every other list."""

    BINDINGS = [  # noqa: RUF012 - Textual's own spelling
        *actions.bindings_of(
            {
                "list.down": "cursor_down",
                "list.up": "cursor_up",
                "list.page_down": "page_down",
                "list.page_up": "page_up",
                "list.top": "first",
                "list.bottom": "last",
            }
        )
    ]


class Choose(Dialog[str]):
    """Gives back the id of the line picked, or None; `moved` is called while the cursor moves."""

    def __init__(
        self, title: str, choices: Sequence[Choice], *, current: str | None = None, text: str = ""
    ) -> None:
        super().__init__(title, text)
        self.choices = tuple(choices)
        self.current = current

    def body(self) -> Iterable[Widget]:
        """The lines."""
        width = max((len(choice.label) for choice in self.choices), default=0)
        yield Options(*(Option(self._line(choice, width), id=choice.id) for choice in self.choices))

    def _line(self, choice: Choice, width: int) -> Content:
        sign = "● " if choice.id == self.current else "  "
        return say((sign, "marked"), choice.label.ljust(width + 2), (choice.about, "muted"))

    def on_mount(self) -> None:
        """Start on the current one."""
        options = self.query_one(Options)
        ids = [choice.id for choice in self.choices]
        options.highlighted = ids.index(self.current) if self.current in ids else 0
        options.focus()

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        if event.option.id is not None:
            self.moved(event.option.id)

    def moved(self, choice: str) -> None:
        """The cursor is on `choice`: for dialogs that show what it would be like."""

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)
