"""The program under test in a terminal: nothing but a pair of players. Arguments: left, right, offset, form."""

import sys
from multiprocessing import resource_tracker

from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Label

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.ui.driver import TerminalDriver
from mediavault_tui.ui.players.pair import PlayerPair


class Over(ModalScreen[None]):
    CSS = "Over { align: center middle; } Label { background: blue; padding: 2 8; }"
    BINDINGS = [("x", "dismiss", "close")]  # noqa: RUF012 - as in Textual

    def compose(self) -> ComposeResult:
        yield Label("something lies over it")


class Bare(App[None]):
    BINDINGS = [("m", "over", "a dialog"), ("f5", "toast", "a toast")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        a, b, offset, form = sys.argv[1:]
        yield PlayerPair(a, b, Pairing.of(float(offset)), form=form)

    def on_mount(self) -> None:
        self.query_one(PlayerPair).focus()

    def on_cursor_position(self) -> None:
        self.query_one(PlayerPair).terminal_answered()

    def action_over(self) -> None:
        self.push_screen(Over())

    def action_toast(self) -> None:
        self.notify("a toast", timeout=2)


if __name__ == "__main__":
    resource_tracker.ensure_running()  # as the program does: worker processes need it before the terminal is taken
    Bare(driver_class=TerminalDriver).run()
