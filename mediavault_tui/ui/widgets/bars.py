"""The bars at the top and the bottom of every screen: where you are, and which keys work here."""

from abc import abstractmethod
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.keys import format_key
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from mediavault_tui.domain.text import printable
from mediavault_tui.ui.actions import ACTIONS, BY_ID, PLACES, Action

if TYPE_CHECKING:
    from mediavault_tui.ui.app import VaultApp

# What the key bar shows last and never leaves out.
ALWAYS_SHOWN = ("go.help", "go.close")
_ORDER = {action.id: number for number, action in enumerate(ACTIONS)}

Piece = tuple[str, str, str]
"""Text, role style, and the Textual action a click runs (or nothing)."""


class Bar(Widget, can_focus=False):
    """One line of pieces, some of which can be clicked."""

    DEFAULT_CSS = "Bar { height: 1; background: $panel; }"

    @abstractmethod
    def pieces(self, width: int) -> list[Piece]:
        """What to show in `width` cells."""

    @property
    def vault_app(self) -> "VaultApp":
        """The app."""
        return cast("VaultApp", self.app)

    def render_line(self, y: int) -> Strip:
        """The line."""
        base = self.rich_style
        styles = self.vault_app.roles
        segments = [
            Segment(text, base + styles.of(style) + (Style(meta={"@click": action}) if action else Style()))
            for text, style, action in self.pieces(self.size.width)
        ]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self.refresh()


class TitleBar(Bar):
    """The program's name, its screens, and what is running."""

    def pieces(self, width: int) -> list[Piece]:
        """Names where there is room, else numbers and the name of this screen."""
        status = self.vault_app.status()
        room = width - sum(cell_len(text) for text, _, _ in status)
        for names in (True, False):
            tabs = self._tabs(names=names)
            if sum(cell_len(text) for text, _, _ in tabs) <= room:
                break
        taken = sum(cell_len(text) for text, _, _ in tabs)
        return [*tabs, (" " * max(0, room - taken), "", ""), *status]

    @property
    def _over(self) -> str:
        """What lies over the main screen here: `Comparison`, …"""
        screen = self.screen
        return "" if screen in self.vault_app.main_screens_open else place_of(screen)

    def _tabs(self, *, names: bool) -> list[Piece]:
        here = self.vault_app.current_mode
        pieces: list[Piece] = [(" MediaVault ", "bold accent", "app.go_dashboard")] if names else []
        for mode, title in self.vault_app.main_screens.items():
            key = shown_key(self.vault_app.keys_of(BY_ID[f"go.{mode}"])[0])
            is_here = mode == here
            crumb = f" › {self._over}" if is_here and self._over else ""
            text = f" {key} {title}{crumb} " if names or is_here else f" {key} "
            pieces.append((text, "bold reverse accent" if is_here else "muted", f"app.go_{mode}"))
        return pieces


class KeyBar(Bar):
    """The keys that work here, as many as there is room for; the rest is behind `?`."""

    def on_mount(self) -> None:
        """Follow what has the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _: Screen[object]) -> None:
        self.refresh()

    def pieces(self, width: int) -> list[Piece]:
        """Keys and their labels."""
        live = live_actions(self.screen)
        last = [self._key(BY_ID[id_]) for id_ in ALWAYS_SHOWN if id_ in live]
        shown = [action for action in live.values() if action.footer and action.id not in ALWAYS_SHOWN]
        room = width - sum(_width(key) for key in last)
        pieces: list[Piece] = []
        for key in [self._key(action) for action in shown]:
            if _width(key) > room:
                break
            room -= _width(key)
            pieces += key
        return pieces + [piece for key in last for piece in key]

    def _key(self, action: Action) -> list[Piece]:
        key = shown_key(self.vault_app.keys_of(action)[0])
        label = self.vault_app.label_of(action)
        click = f"app.run({action.id!r})"
        return [(f" {key}", "bold accent", click), (f" {label} ", "muted", click)]


def _width(key: list[Piece]) -> int:
    return sum(cell_len(text) for text, _, _ in key)


def live_actions(screen: Screen[object]) -> dict[str, Action]:
    """The actions that do something on this screen as it is now, in the table's order."""
    ids = {
        active.binding.id
        for active in screen.active_bindings.values()
        if active.enabled and active.binding.id in BY_ID
    }
    return {id_: BY_ID[id_] for id_ in sorted((id_ for id_ in ids if id_), key=_ORDER.__getitem__)}


def place_of(screen: Screen[object]) -> str:
    """What the place is called whose keys work here first."""
    own = (action.where for action in live_actions(screen).values() if action.where not in {"go", "list"})
    return PLACES[next(own, "go")]


_SHOWN = {
    "enter": "⏎",
    "escape": "esc",
    "backspace": "⌫",
    "space": "space",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}


def shown_key(key: str) -> str:
    """A key as people write it: `/`, `^f`, `⏎`."""
    if key.startswith("ctrl+"):
        return "^" + shown_key(key[5:])
    return _SHOWN.get(key) or printable(format_key(key))
