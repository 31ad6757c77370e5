"""Questions with buttons. A destructive one starts on "No"."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from mediavault_tui.ui.dialogs.base import Dialog


class Answer(NamedTuple):
    """One button."""

    id: str
    label: str
    is_dangerous: bool = False


class Ask(Dialog[str]):
    """Gives back the id of the button pressed, or None. The first button has the focus."""

    def __init__(self, title: str, text: Content | str, answers: Sequence[Answer], *, kind: str = "") -> None:
        super().__init__(title, text, kind=kind)
        self.answers = tuple(answers)

    def body(self) -> Iterable[Widget]:
        """The buttons."""
        yield Horizontal(
            *(
                Button(
                    Content(answer.label),
                    id=answer.id,
                    variant="error" if answer.is_dangerous else "default",
                    compact=True,
                )
                for answer in self.answers
            ),
            classes="buttons",
        )

    def on_mount(self) -> None:
        """Start on the first button."""
        self.query(Button).first().focus()

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id)

    def action_left(self) -> None:
        """To the button on the left."""
        self.focus_previous(Button)

    def action_right(self) -> None:
        """To the button on the right."""
        self.focus_next(Button)

    def action_yes(self) -> None:
        """Press "yes"."""
        self._press("yes")

    def action_no(self) -> None:
        """Press "no"."""
        self._press("no")

    def _press(self, answer: str) -> None:
        if answer in {known.id for known in self.answers}:
            self.dismiss(answer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`y` and `n` only where there are such answers."""
        if action in {"yes", "no"}:
            return action in {known.id for known in self.answers}
        return super().check_action(action, parameters)


class Confirm(Ask):
    """Yes or no. The dismissed value is "yes" only if the user really said so."""

    def __init__(
        self, title: str, text: Content | str, *, yes: str, no: str = "No", is_destructive: bool = True
    ) -> None:
        """`yes` names what will be done: "Archive 3 files"."""
        answers = [Answer("no", no), Answer("yes", yes, is_destructive)]
        if not is_destructive:
            answers.reverse()
        super().__init__(title, text, answers, kind="warning" if is_destructive else "")
