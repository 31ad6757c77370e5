"""Scanner."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.ui import actions
from mediavault_tui.ui.screens.base import VaultScreen


class ScannerScreen(VaultScreen):
    """To come."""

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("scanner")]

    def body(self) -> Iterable[Widget]:
        """What is between the bars."""
        yield Static("scanner")
