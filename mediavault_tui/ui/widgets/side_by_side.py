"""Files side by side: a column for each, a line for each fact, differences marked by sign and colour."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mediavault_tui.domain.text import printable
from mediavault_tui.ui.styling import Styles
from mediavault_tui.ui.widgets.comparison_rows import Fact, Mark, Value

LABEL = 10
"""Cells of the first column."""
NARROWEST = 24
"""Cells a file has at least; with more files than fit, those around the chosen one are shown."""

SIGNS: dict[Mark, tuple[str, str, str]] = {
    Mark.PLAIN: (" ", "text", "text"),
    Mark.SAME: (" ", "muted", "muted"),
    Mark.DIFFERS: ("≠", "accent2", "text"),
    Mark.BETTER: ("▲", "bold good", "good"),
    Mark.WORSE: ("▼", "bad", "text"),
}
"""Mark → sign, role of the sign, role of the text."""

Pieces = list[tuple[str, str]]
"""(text, role)…"""


class Head(NamedTuple):
    """What stands above a column."""

    title: str
    word: str
    """What becomes of the file."""
    role: str
    """Of the word."""


class Verdict(NamedTuple):
    """A line under the heads: what choosing means for a file, in words."""

    text: str
    role: str


class Table(NamedTuple):
    """Everything the widget shows."""

    above: tuple[Pieces, ...]
    heads: tuple[Head, ...]
    verdicts: tuple[Verdict, ...]
    facts: tuple[Fact, ...]
    below: tuple[Pieces, ...]
    chosen: int | None


class SideBySide(ScrollView, can_focus=False):
    """See the module. `show` it a table; it scrolls up and down by itself where it is too long."""

    DEFAULT_CSS = """
    SideBySide { background: $surface; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: auto; }
    """
    EMPTY: ClassVar[Table] = Table((), (), (), (), (), None)

    class Clicked(Message):
        """A file's column was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table = self.EMPTY
        self._lines: list[list[Segment]] = []
        self._drawn_for: tuple[int, Styles | None] = (0, None)

    def show(self, table: Table, *, keep_scroll: bool = False) -> None:
        """Show another table."""
        self._table = table
        self._drawn_for = (0, None)
        self._draw()
        if not keep_scroll:
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.refresh()

    @property
    def text(self) -> str:
        """What is shown, as plain text."""
        self._draw()
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in self._lines)

    @property
    def _styles(self) -> Styles:
        styles: Styles = self.app.roles  # type: ignore[attr-defined]  # VaultApp; importing it would be a circle
        return styles

    # -- drawing ------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        self._draw()
        number = round(self.scroll_y) + y
        width, base = self.size.width, self.rich_style
        if number >= len(self._lines):
            return Strip.blank(width, base)
        line = [Segment(text, base + (style or Style())) for text, style, _ in self._lines[number]]
        return Strip(line).adjust_cell_length(width, base)

    def _draw(self) -> None:
        """Make the lines anew if the width or the theme is another one."""
        drawn_for = (self.size.width, self._styles)
        if self._drawn_for == drawn_for or not self.size.width:
            return
        self._drawn_for = drawn_for
        width = self.size.width - 2  # a blank before, and the scrollbar behind
        self._lines = [
            self._spread(pieces, width) for line in self._table.above for pieces in _wrapped(line, width)
        ]
        if self._table.heads:
            self._lines += self._columns(width)
        self._lines += [
            self._spread(pieces, width) for line in self._table.below for pieces in _wrapped(line, width)
        ]
        self.virtual_size = Size(self.size.width, len(self._lines))

    def _spread(self, pieces: Pieces, width: int) -> list[Segment]:
        segments = [Segment(" "), *(Segment(text, self._styles.of(role)) for text, role in pieces)]
        return list(Strip(segments).adjust_cell_length(width + 1))

    def _shown(self, width: int) -> tuple[range, int]:
        """Which files fit, and cells for each."""
        count = len(self._table.heads)
        room = width - LABEL
        fits = max(1, min(count, room // NARROWEST))
        first = min(max(0, (self._table.chosen or 0) - fits + 1), count - fits)
        return range(first, first + fits), room // fits

    def _columns(self, width: int) -> list[list[Segment]]:
        shown, each = self._shown(width)
        found = [self._heads(shown, each)]
        if self._table.verdicts:
            verdicts = [self._table.verdicts[number] for number in shown]
            cells = [[[("  " + text, one.role)] for text in _wrap(one.text, each - 3)] for one in verdicts]
            found += self._rows("", cells, shown, each)
        for fact in self._table.facts:
            cells = [self._value(fact.values[number], each) for number in shown]
            found += self._rows(fact.label, cells, shown, each)
        return found

    def _heads(self, shown: range, each: int) -> list[Segment]:
        count = len(self._table.heads)
        more = f"{shown[0] + 1}–{shown[-1] + 1} of {count}" if len(shown) < count else ""
        line = [Segment(set_cell_size(f" {more}", LABEL + 1), self._styles.of("muted"))]
        for number in shown:
            head = self._table.heads[number]
            is_chosen = number == self._table.chosen
            sign = "▶ " if is_chosen else "  "
            style = self._styles.of("bold reverse accent" if is_chosen else "bold accent")
            word = self._styles.of(f"bold {head.role}") + self._behind(number)
            title = f"{sign}{head.title} "
            line.append(Segment(title, style))
            line.append(Segment(set_cell_size(f" {head.word}", each - cell_len(title)), word))
        return line

    def _behind(self, number: int) -> Style:
        return self._styles.behind("panel") if number == self._table.chosen else Style()

    def _value(self, value: Value, each: int) -> list[Pieces]:
        """The lines of one cell: sign, text, and points at the right."""
        sign, sign_role, role = SIGNS[value.mark]
        points = f"{value.points:+g}" if value.points else ""
        texts = [
            part for line in value.lines for part in _wrap(line, each - 3 - (len(points) + 1) * bool(points))
        ]
        found = []
        for number, text in enumerate(texts or [""]):
            pieces = [(f"{sign} " if number == 0 else "  ", sign_role), (text, role)]
            if points and number == 0:
                fill = each - 3 - cell_len(text) - len(points)
                pieces += [(" " * fill, role), (points, "muted")]
            found.append(pieces)
        return found

    def _rows(
        self, label: str, cells: Sequence[list[Pieces]], shown: range, each: int
    ) -> list[list[Segment]]:
        """One fact: as many lines as its longest cell."""
        found = []
        for row in range(max(map(len, cells))):
            title = label if row == 0 else ""
            line = [Segment(set_cell_size(f" {title}", LABEL + 1), self._styles.of("muted"))]
            for number, cell in zip(shown, cells, strict=True):
                pieces = cell[row] if row < len(cell) else []
                behind = self._behind(number)
                segments = [Segment(text, self._styles.of(role) + behind) for text, role in pieces]
                line += Strip(segments).adjust_cell_length(each, behind)
            found.append(line)
        return found

    # -- scrolling, size, mouse ---------------------------------------------------------------------

    def on_resize(self, _: events.Resize) -> None:
        """Wrap anew."""
        self._draw()

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Tell which file was clicked."""
        if not self._table.heads:
            return
        shown, each = self._shown(self.size.width - 1)
        column = (event.x - LABEL - 1) // each
        if 0 <= column < len(shown):
            self.post_message(self.Clicked(shown[column]))


def _wrapped(pieces: Pieces, width: int) -> list[Pieces]:
    """A line of pieces as lines that fit; only the last piece is long enough to be broken."""
    if not pieces:
        return [[]]
    *lead, (text, role) = pieces
    taken = sum(cell_len(printable(part)) for part, _ in lead)
    first, *rest = _wrap(printable(text), max(10, width - taken))
    lead = [(printable(part), its) for part, its in lead]
    return [[*lead, (first, role)], *([(" " * taken + more, role)] for more in rest)]


def _wrap(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` cells, broken between words where there are any."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= width:
            lines[-1] = joined
            continue
        parts = chop_cells(word, max(1, width))
        if lines[-1]:
            lines.append("")
        lines[-1:] = parts or [""]
    return lines
