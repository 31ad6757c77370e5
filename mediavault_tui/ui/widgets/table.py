"""A table that holds the keys of all rows and loads only the rows that are seen.

A list of 100,000 keys costs a few hundred kilobytes; the rows themselves come in portions from `fetch`
while they scroll into view. Lines are drawn one by one, so that moving the cursor redraws two of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mediavault_tui.domain.text import printable
from mediavault_tui.ui import actions
from mediavault_tui.ui.styling import Cell, Styles

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")
ROWS_KEPT = 2000
GAP = 2
HEADER_LINES = 1


class Column(NamedTuple):
    """One column."""

    title: str
    width: int
    """Cells; 0 takes what is left (divided among such columns)."""
    right: bool = False
    """Aligned to the right."""
    from_width: int = 0
    """Shown when the table has at least this many cells."""
    sign: str = ""
    """Behind the title: how the table is sorted."""


class PagedTable(ScrollView, Generic[K, R], can_focus=True):
    """See the module. Give it `columns` and `draw`, then `show` keys."""

    BINDINGS: ClassVar[list[BindingType]] = list(actions.bindings("list"))
    DEFAULT_CSS = """
    PagedTable { background: $surface; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: auto; }
    """

    class Highlighted(Message):
        """The cursor came to another row, or the row under it was loaded."""

        def __init__(self, table: "PagedTable[Any, Any]") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "PagedTable[Any, Any]":
            """The table, for `@on`."""
            return self.table

    class Chosen(Highlighted):
        """The row under the cursor was clicked again."""

    class Marked(Highlighted):
        """Other rows are marked now."""

    def __init__(
        self,
        columns: Sequence[Column],
        draw: Callable[[R], Sequence[Cell]],
        *,
        empty: str = "Nothing here.",
        can_mark: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.draw = draw
        self.empty = empty
        self.can_mark = can_mark
        self.marked: dict[K, None] = {}
        """Marked keys, in the order they were marked."""
        self._keys: Sequence[K] = ()
        self._fetch: Callable[[Sequence[K]], Awaitable[Mapping[K, R]]] | None = None
        self._rows: dict[K, R] = {}
        self._cursor = 0
        self._is_asking = False
        self._last_mark: int | None = None
        self._generation = 0

    # -- what is shown ------------------------------------------------------------------------------

    @property
    def keys(self) -> Sequence[K]:
        """The keys of all rows, in their order."""
        return self._keys

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor."""
        return self._cursor

    @property
    def cursor_key(self) -> K | None:
        """The key of the row under the cursor."""
        return self._keys[self._cursor] if self._cursor < len(self._keys) else None

    @property
    def cursor_row(self) -> R | None:
        """The row under the cursor; None while it is being loaded."""
        key = self.cursor_key
        return None if key is None else self._rows.get(key)

    def row(self, key: K) -> R | None:
        """A row, if it is loaded."""
        return self._rows.get(key)

    def show(
        self,
        keys: Sequence[K],
        fetch: Callable[[Sequence[K]], Awaitable[Mapping[K, R]]],
        *,
        at: K | None = None,
        loaded: Mapping[K, R] | None = None,
    ) -> None:
        """Show other rows. The cursor stays on its key (or goes to `at`), else at its place.

        `loaded` are rows the caller has already; none of them is fetched. Without, rows known from before are
        shown until the new ones come.
        """
        wanted = self.cursor_key if at is None else at
        self._generation += 1
        self._keys, self._fetch = keys, fetch
        if loaded is not None:
            self._rows = dict(loaded)
        index = _index(keys, wanted, self._cursor)
        self._cursor = min(index, max(0, len(keys) - 1))
        self._resize_content()
        self._keep_in_view()
        self.refresh()
        self._is_asking = False
        self._load(again=loaded is None)
        self.post_message(self.Highlighted(self))

    def show_rows(self, rows: Mapping[K, R], *, at: K | None = None) -> None:
        """Show few rows that are all there already."""
        loaded = dict(rows)

        async def fetch(keys: Sequence[K]) -> Mapping[K, R]:
            return {key: loaded[key] for key in keys if key in loaded}

        self.show(tuple(loaded), fetch, at=at, loaded=loaded)

    def move(self, index: int) -> None:
        """Put the cursor on the row at `index` (or the nearest there is)."""
        index = max(0, min(index, len(self._keys) - 1))
        if index == self._cursor or not self._keys:
            return
        before, self._cursor = self._cursor, index
        if not self._keep_in_view():
            self._refresh_row(before)
            self._refresh_row(index)
        self._load()
        self.post_message(self.Highlighted(self))

    def move_to(self, key: K) -> bool:
        """Put the cursor on the row of `key`; False if there is none."""
        index = _index(self._keys, key, -1)
        if index >= 0:
            self.move(index)
        return index >= 0

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns."""
        self.columns = tuple(columns)
        self.refresh()

    # -- loading ------------------------------------------------------------------------------------

    def _load(self, *, again: bool = False) -> None:
        """Fetch what is in view and a page on either side, unless that is under way."""
        if self._is_asking and not again:
            return
        missing = [key for key in self._around() if again or key not in self._rows]
        if missing and self._fetch is not None:
            self._is_asking = True
            ask: Callable[[], Awaitable[None]] = partial(self._ask, missing, self._generation)
            self.run_worker(ask, exclusive=True, group="rows")

    def _around(self) -> Sequence[K]:
        page = max(1, self.size.height)
        top = round(self.scroll_y)
        return self._keys[max(0, top - page) : top + 2 * page]

    async def _ask(self, keys: Sequence[K], generation: int) -> None:
        assert self._fetch is not None
        try:
            found = await self._fetch(keys)
        finally:
            if generation == self._generation:
                self._is_asking = False
        if generation != self._generation:
            return
        if len(self._rows) > ROWS_KEPT:
            near = set(self._around())
            self._rows = {key: row for key, row in self._rows.items() if key in near}
        changed = {key for key, row in found.items() if self._rows.get(key) != row}
        self._rows.update(found)
        self._refresh_rows(changed)
        if self.cursor_key in changed:
            self.post_message(self.Highlighted(self))
        if any(key not in self._rows for key in self._in_view() if key not in found):
            await asyncio.sleep(0)
            self._load()

    def _in_view(self) -> Sequence[K]:
        top = round(self.scroll_y)
        return self._keys[top : top + max(1, self.size.height)]

    # -- drawing ------------------------------------------------------------------------------------

    @property
    def _styles(self) -> Styles:
        styles: Styles = self.app.roles  # type: ignore[attr-defined]  # VaultApp; importing it would be a circle
        return styles

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width = self.size.width
        base = self.rich_style
        if y == 0:
            return self._header(width, base)
        index = round(self.scroll_y) + y - HEADER_LINES
        if index >= len(self._keys):
            text = self.empty if not self._keys and y == 2 else ""
            return Strip(
                [Segment(("  " + text)[:width].ljust(width), base + self._styles.of("muted"))], width
            )
        return self._line(index, width, base)

    def _header(self, width: int, base: Style) -> Strip:
        style = base + self._styles.of("bold muted")
        sizes = self._sizes(width)
        texts = [f"{column.title}{column.sign}" for column in self.columns]
        cells = [
            _fit(text, size, right=column.right)
            for text, size, column in zip(texts, sizes, self.columns, strict=True)
            if size
        ]
        line = " " * self._margin + (" " * GAP).join(cells)
        return Strip([Segment(set_cell_size(line, width), style)], width)

    @property
    def _margin(self) -> int:
        return 2 if self.can_mark else 1

    def _line(self, index: int, width: int, base: Style) -> Strip:
        key = self._keys[index]
        row = self._rows.get(key)
        is_marked = key in self.marked
        over = self._over(index)
        lead = ("●" if is_marked else " ").ljust(self._margin)
        segments = [Segment(lead, base + self._styles.of("marked"))]
        if row is None:
            segments.append(Segment("…", base + self._styles.of("muted")))
        else:
            segments += self._cells(self.draw(row), width, base)
        if over is not None:
            segments = [Segment(text, (style or base) + over) for text, style, _ in segments]
        fill = base + over if over is not None else base
        return Strip(segments).adjust_cell_length(width, fill).crop(0, width)

    def _over(self, index: int) -> Style | None:
        """The style laid over a line: the cursor, strong where the keys go, weaker elsewhere."""
        if index != self._cursor:
            return None
        if self.has_focus:
            return self._styles.cursor
        return self._styles.behind("panel")

    def _cells(self, cells: Sequence[Cell], width: int, base: Style) -> list[Segment]:
        segments: list[Segment] = []
        for cell, size, column in zip(cells, self._sizes(width), self.columns, strict=True):
            if not size:
                continue
            if segments:
                segments.append(Segment(" " * GAP, base))
            segments += self._cell(cell, size, column.right, base)
        return segments

    def _cell(self, cell: Cell, size: int, right: bool, base: Style) -> list[Segment]:
        if isinstance(cell, str):
            return [Segment(_fit(printable(cell), size, right=right), base)]
        pieces = [(printable(text), role) for text, role in pieces_of(cell)]
        segments = [Segment(text, base + self._styles.of(role) if role else base) for text, role in pieces]
        fitted = Strip(segments)
        if fitted.cell_length > size:
            cut = fitted.crop(0, size - 1)
            return [*cut, Segment("…", base + self._styles.of("muted"))]
        fill = Segment(" " * (size - fitted.cell_length), base)
        return [fill, *segments] if right else [*segments, fill]

    def _sizes(self, width: int) -> list[int]:
        """Cells for each column; 0 where there is no room for it."""
        shown = [column for column in self.columns if width >= column.from_width]
        flexible = sum(column.width == 0 for column in shown)
        fixed = sum(column.width for column in shown) + GAP * (len(shown) - 1) + self._margin + 1
        share, rest = divmod(max(0, width - fixed), flexible) if flexible else (0, 0)
        sizes = []
        for column in self.columns:
            if width < column.from_width:
                sizes.append(0)
            elif column.width:
                sizes.append(column.width)
            else:
                sizes.append(max(4, share + rest))
                rest = 0
        return sizes

    def _refresh_rows(self, keys: Collection[K]) -> None:
        top = round(self.scroll_y)
        for index, key in enumerate(self._in_view(), top):
            if key in keys:
                self._refresh_row(index)

    def _refresh_row(self, index: int) -> None:
        y = index - round(self.scroll_y) + HEADER_LINES
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # -- scrolling and size -------------------------------------------------------------------------

    def _resize_content(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._keys) + HEADER_LINES)

    def _keep_in_view(self) -> bool:
        """Scroll so that the cursor is in view; whether that was needed."""
        page = max(1, self.size.height - HEADER_LINES)
        top = round(self.scroll_y)
        wanted = min(max(top, self._cursor - page + 1), self._cursor)
        if wanted == top:
            return False
        self.scroll_to(y=wanted, animate=False, immediate=True, force=True)
        return True

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Load what came into view."""
        super().watch_scroll_y(old_value, new_value)
        self._load()

    def on_resize(self, _: events.Resize) -> None:
        """Keep the cursor in view."""
        self._resize_content()
        self._keep_in_view()
        self._load()

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self.refresh()

    # -- mouse --------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; again: choose."""
        index = round(self.scroll_y) + event.y - HEADER_LINES
        if event.y < HEADER_LINES or index >= len(self._keys):
            return
        if index == self._cursor and event.chain > 1:
            self.post_message(self.Chosen(self))
        else:
            self.move(index)

    # -- keys ---------------------------------------------------------------------------------------

    @property
    def _page(self) -> int:
        return max(1, self.size.height - HEADER_LINES - 1)

    def action_down(self) -> None:
        """One row down."""
        self.move(self._cursor + 1)

    def action_up(self) -> None:
        """One row up."""
        self.move(self._cursor - 1)

    def action_page_down(self) -> None:
        """A page down."""
        self.move(self._cursor + self._page)

    def action_page_up(self) -> None:
        """A page up."""
        self.move(self._cursor - self._page)

    def action_half_down(self) -> None:
        """Half a page down."""
        self.move(self._cursor + self._page // 2)

    def action_half_up(self) -> None:
        """Half a page up."""
        self.move(self._cursor - self._page // 2)

    def action_top(self) -> None:
        """To the first row."""
        self.move(0)

    def action_bottom(self) -> None:
        """To the last row."""
        self.move(len(self._keys) - 1)

    def action_mark(self) -> None:
        """Mark the row, or not, and go on."""
        key = self.cursor_key
        if key is None or not self.can_mark:
            return
        if key in self.marked:
            del self.marked[key]
        else:
            self.marked[key] = None
        self._last_mark = self._cursor
        self._refresh_row(self._cursor)
        self.post_message(self.Marked(self))
        self.move(self._cursor + 1)

    def action_mark_range(self) -> None:
        """Mark all rows from the last marked one to this one."""
        if not self.can_mark or not self._keys:
            return
        start = self._cursor if self._last_mark is None else self._last_mark
        first, last = sorted((start, self._cursor))
        self.marked.update(dict.fromkeys(self._keys[first : last + 1]))
        self._last_mark = self._cursor
        self.refresh()
        self.post_message(self.Marked(self))

    def unmark_all(self) -> bool:
        """Mark nothing; whether anything was."""
        had = bool(self.marked)
        self.marked.clear()
        self._last_mark = None
        if had:
            self.refresh()
            self.post_message(self.Marked(self))
        return had

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marking only where it means something."""
        return self.can_mark if action in {"mark", "mark_range"} else True


def pieces_of(cell: Cell) -> Sequence[tuple[str, str]]:
    """A cell as (text, role)s."""
    if isinstance(cell, str):
        return [(cell, "")]
    if isinstance(cell, tuple):
        return [cell]
    return cell


def _index(keys: Sequence[K], key: K | None, default: int) -> int:
    if key is None:
        return default
    try:
        return keys.index(key)
    except ValueError:
        return default


def _fit(text: str, size: int, *, right: bool) -> str:
    """`text` in exactly `size` cells, cut with an ellipsis."""
    length = cell_len(text)
    if length > size:
        return set_cell_size(text, size - 1) + "…"
    fill = " " * (size - length)
    return fill + text if right else text + fill
