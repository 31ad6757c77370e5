"""Ask for one line of text, checked while it is typed."""

from collections.abc import Callable, Iterable

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from mediavault_tui.ui.dialogs.base import Dialog
from mediavault_tui.ui.styling import say
from mediavault_tui.ui.widgets.text_input import Line


class Prompt(Dialog[str]):
    """Gives back the text, or None when closed."""

    def __init__(
        self,
        title: str,
        text: Content | str = "",
        *,
        value: str = "",
        check: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        """`check` says what is wrong with a text, or None when it may be taken."""
        super().__init__(title, text)
        self.value = value
        self.check = check

    def body(self) -> Iterable[Widget]:
        """The line, and what is wrong with it."""
        yield Line(self.value, compact=True, select_on_focus=False)
        yield Static(classes="wrong")

    def on_mount(self) -> None:
        """Start typing at once."""
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        wrong = self.check(event.value)
        self.query_one(".wrong", Static).update(say((f"✗ {wrong}", "bad")) if wrong else say(("✓", "good")))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if self.check(event.value) is None:
            self.dismiss(event.value)
