"""The keys that work where you are."""

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.ui.actions import PLACES, Action
from mediavault_tui.ui.dialogs.base import Dialog
from mediavault_tui.ui.styling import lines, say
from mediavault_tui.ui.widgets.bars import shown_key
from mediavault_tui.ui.widgets.scroll_pane import Scrolling

# Told last: they are the same everywhere.
_SHARED = ("dialog", "list", "go")


class Help(Dialog[None]):
    """All live keys, by place. One for the whole program: `tell` it what to show before it is opened."""

    def __init__(self) -> None:
        super().__init__("")
        self.rows: list[tuple[Action, list[str]]] = []
        self.about = ""
        self._text = Static()

    def tell(self, rows: Iterable[tuple[Action, list[str]]], about: str) -> None:
        """`rows` are the live actions with their keys; `about` says what the screen is for."""
        self.rows = list(rows)
        self.about = about
        places = [action.where for action, _ in self.rows]
        self.dialog_title = "Keys: " + PLACES[next((place for place in places if place not in _SHARED), "go")]
        self._text.update(self._content())
        if self.is_mounted:
            self.query_one(".dialog").border_title = self.dialog_title
            self.query_one(".help").scroll_home(animate=False)

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield Scrolling(self._text, classes="help")

    def on_mount(self) -> None:
        """Scroll with the arrow keys."""
        self.query_one(".help").focus()

    def _content(self) -> Content:
        keys = [" ".join(map(shown_key, keys)) for _, keys in self.rows]
        width = max(map(len, keys), default=0)
        found = [say(self.about), say("")] if self.about else []
        own = [place for place in PLACES if place not in _SHARED]
        for place in (*own, *_SHARED):
            here = [
                (text, action)
                for text, (action, _) in zip(keys, self.rows, strict=True)
                if action.where == place
            ]
            if here:
                found += [
                    say((PLACES[place], "bold accent")),
                    *(_row(text.ljust(width), action) for text, action in here),
                ]
                found.append(say(""))
        found.append(
            say(("Keys can be changed under ui: keys: in the config file, by the names in grey.", "muted"))
        )
        return lines(*found)


def _row(keys: str, action: Action) -> Content:
    return say((f"  {keys}  ", "bold"), action.help, (f"  {action.id}", "muted"))
