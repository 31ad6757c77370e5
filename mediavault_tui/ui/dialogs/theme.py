"""Choose a theme and see it at once."""

from collections.abc import Mapping

from mediavault_tui.ui.dialogs.choose import Choice, Choose
from mediavault_tui.ui.themes import Theme


class ThemeDialog(Choose):
    """The whole program wears the theme under the cursor; closed without choosing, it wears the old one again."""

    def __init__(self, known: Mapping[str, Theme]) -> None:
        super().__init__(
            "Theme", [Choice(key, theme.name, theme.about) for key, theme in known.items()],
            current=None,
        )  # fmt: skip

    def on_mount(self) -> None:
        """Start on the present theme."""
        self.before = self.current = self.app.theme
        super().on_mount()

    def moved(self, choice: str) -> None:
        """Try it on."""
        self.app.theme = choice

    def action_close(self) -> None:
        """Take the old one back."""
        self.app.theme = self.before
        super().action_close()
