"""From roles to what the terminal shows: text for panes, styles for table lines.

Whatever comes from a file name goes through `printable` here, so no screen can forget it.
"""

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color
from textual.content import Content

from mediavault_tui.domain.text import printable

Part = str | tuple[str, str]
"""Text, or (text, style): a role, or several words as `bold muted`."""
Cell = str | tuple[str, str] | list[tuple[str, str]]
"""A table cell: text, (text, role), or several such pieces."""

_ATTRIBUTES = frozenset({"bold", "dim", "italic", "underline", "strike", "reverse"})


def say(*parts: Part) -> Content:
    """Harmless text for a pane; its roles follow the theme even when that changes later.

    >>> str(say("a ", ("b[/]", "bold muted")))
    'a b[/]'
    """
    pieces = [(part, "") if isinstance(part, str) else part for part in parts]
    return Content.assemble(*((_lines(text), _css(style)) for text, style in pieces))


def lines(*each: Content) -> Content:
    """One under the other."""
    return Content("\n").join(each)


def _lines(text: str) -> str:
    return text if text.isascii() and text.isprintable() else "\n".join(map(printable, text.split("\n")))


def _css(style: str) -> str:
    return " ".join(word if word in _ATTRIBUTES else variable(word) for word in style.split())


def variable(role: str) -> str:
    """The stylesheet variable of a role."""
    return "$ink" if role == "text" else "$" + role.replace("_", "-")


class Styles:
    """Rich styles by role, for widgets that draw line by line. Made anew when the theme changes."""

    def __init__(self, roles: Mapping[str, str], *, colourless: bool) -> None:
        self._colours = {role: Color.parse(colour).rich_color for role, colour in roles.items()}
        self._colourless = colourless
        self._known: dict[str, Style] = {}

    def of(self, style: str) -> Style:
        """The style of a role, or of several words as `bold good`."""
        if style not in self._known:
            self._known[style] = self._make(style)
        return self._known[style]

    def _make(self, style: str) -> Style:
        attributes = " ".join(word for word in style.split() if word in _ATTRIBUTES)
        role = next((word for word in style.split() if word not in _ATTRIBUTES), "text")
        return Style(color=self._colours[role]) + Style.parse(attributes)

    def behind(self, role: str) -> Style:
        """A style that only sets the background to the role's colour."""
        return Style(bgcolor=self._colours[role])

    @property
    def cursor(self) -> Style:
        """What makes the row under the cursor stand out, also where there are no colours."""
        if self._colourless:
            return Style(reverse=True, bold=True)
        return Style(color=self._colours["cursor_text"], bgcolor=self._colours["cursor"])
