"""A pane that scrolls with the keys of every list."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll

from mediavault_tui.ui import actions


class Scrolling(VerticalScroll, inherit_bindings=False):
    """Scrolls by lines and pages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *actions.bindings_of(
            {
                "list.down": "scroll_down",
                "list.up": "scroll_up",
                "list.page_down": "page_down",
                "list.page_up": "page_up",
                "list.top": "scroll_home",
                "list.bottom": "scroll_end",
            }
        )
    ]
