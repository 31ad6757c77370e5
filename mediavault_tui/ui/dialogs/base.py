"""What all dialogs have in common: a box in the middle, closed by `escape` and `q` without doing anything."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.ui import actions
from mediavault_tui.ui.styling import say
from mediavault_tui.ui.widgets.bars import KeyBar

T = TypeVar("T")


class Dialog(ModalScreen[T | None]):
    """A box with a title, some text, and what `body` adds. Dismissed with None when closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *actions.bindings("dialog"),
        *actions.bindings_of({"go.back": "close", "go.close": "close", "go.quit": "close"}),
    ]

    def __init__(self, title: str, text: Content | str = "", *, kind: str = "") -> None:
        """`kind` is a role that colours the border: `bad`, `warning`, or nothing."""
        super().__init__()
        self.dialog_title = title
        self.text = say(text) if isinstance(text, str) else text
        self.kind = kind

    def compose(self) -> ComposeResult:
        """Title, text, body, keys."""
        with Vertical(classes=f"dialog {self.kind}") as box:
            box.border_title = say(self.dialog_title)
            if self.text.plain:
                with VerticalScroll(classes="dialog-text", can_focus=False):
                    yield Static(self.text)
            yield from self.body()
        yield KeyBar()

    def body(self) -> Iterable[Widget]:
        """What is below the text."""
        return ()

    def action_close(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for buttons only where there are buttons."""
        if action in {"yes", "no", "left", "right"}:
            return bool(self.query("Button"))
        return True
