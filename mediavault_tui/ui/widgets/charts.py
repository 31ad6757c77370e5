"""Bars drawn with block characters: shares of a whole, and how far a job is."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from mediavault_tui.domain.text import printable
from mediavault_tui.ui.styling import Cell
from mediavault_tui.ui.widgets.table import pieces_of

if TYPE_CHECKING:
    from mediavault_tui.ui.app import VaultApp

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int) -> str:
    """A bar of `width` cells, filled to `share` (0–1), in steps of an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def line(share: float, width: int) -> str:
    """A thin bar of `width` cells, in steps of half a cell; never quite nothing."""
    halves = max(1, round(min(max(share, 0.0), 1.0) * width * 2))
    return ("━" * (halves // 2) + "╸" * (halves % 2)).ljust(width)


class Lines(Widget, can_focus=False):
    """A widget of lines that are drawn one by one; only those that changed are drawn again."""

    DEFAULT_CSS = "Lines { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: list[list[tuple[str, str]]] = []

    @abstractmethod
    def lines(self, width: int) -> list[list[tuple[str, str]]]:
        """Each line as (text, role)s, in `width` cells."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One per line."""
        return len(self.lines(width))

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        every = self.lines(width)
        base = self.rich_style
        styles = cast("VaultApp", self.app).roles
        pieces = every[y] if y < len(every) else []
        segments = [
            Segment(printable(text), base + styles.of(role) if role else base) for text, role in pieces
        ]
        line = Strip(segments)
        if line.cell_length > width > 0:
            line = Strip([*line.crop(0, width - 1), Segment("…", base + styles.of("muted"))])
        return line.adjust_cell_length(width, base)

    def changed(self) -> None:
        """Draw what differs from what is shown; lay out anew when there are more or fewer lines."""
        now = self.lines(self.size.width)
        before, self._shown = self._shown, now
        if len(now) != len(before):
            self.refresh(layout=True)
            return
        for y, (old, new) in enumerate(zip(before, now, strict=True)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self.refresh()


class Share(NamedTuple):
    """One bar of a chart."""

    label: str
    value: float
    text: str
    """What is written behind the bar."""


class BarChart(Lines):
    """Horizontal bars with labels, the longest filling the width."""

    LABEL_SHARE = 0.4

    def __init__(self, *, role: str = "accent2", most: int = 8, id: str | None = None) -> None:
        super().__init__(id=id)
        self.role = role
        self.most = most
        self.shares: Sequence[Share] = ()

    def show(self, shares: Sequence[Share]) -> None:
        """Other bars."""
        self.shares = shares
        self.changed()

    def lines(self, width: int) -> list[list[tuple[str, str]]]:
        """A line for each bar."""
        shown = self.shares[: self.most]
        if not shown:
            return [[("–", "muted")]]
        label = min(max(cell_len(share.label) for share in shown), int(width * self.LABEL_SHARE))
        text = max(cell_len(share.text) for share in shown)
        room = max(1, width - label - text - 2)
        highest = max(share.value for share in shown) or 1
        return [
            [
                (_cut(share.label, label) + " ", ""),
                (line(share.value / highest, room), self.role),
                (" " + share.text.rjust(text), "muted"),
            ]
            for share in shown
        ]


def _cut(text: str, width: int) -> str:
    text = printable(text)
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


class Facts(Lines):
    """Labels and values, one a line."""

    LABEL_WIDTH = 13

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.facts: Sequence[tuple[str, Cell]] = ()

    def show(self, facts: Sequence[tuple[str, Cell]]) -> None:
        """Other facts. One without a label is a line of its own."""
        self.facts = facts
        self.changed()

    def lines(self, width: int) -> list[list[tuple[str, str]]]:
        """A line for each."""
        return [
            [*([(label.ljust(self.LABEL_WIDTH), "muted")] if label else []), *pieces_of(value)]
            for label, value in self.facts
        ] or [[("…", "muted")]]
