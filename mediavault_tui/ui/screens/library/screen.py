"""The library: a tree by show, season and film, or a flat list; search, filters, details."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import msgspec
from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from mediavault_tui.store import library_queries, search
from mediavault_tui.store.database import Connection
from mediavault_tui.store.library_queries import Sort, Title, View
from mediavault_tui.ui import actions
from mediavault_tui.ui.dialogs.choose import Choice, Choose
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.screens.library import details, tree
from mediavault_tui.ui.screens.library.tree import Key, Node, Tree
from mediavault_tui.ui.styling import Part, say
from mediavault_tui.ui.widgets.table import PagedTable
from mediavault_tui.ui.widgets.text_input import Line

FIRST_FOUND = 500
"""So many results are shown at once; the full list follows when typing rests."""
FIRST_ROWS = 100
"""So many of them come with what their rows show: no terminal is higher."""
LISTS_KEPT = 4
REST_S = 0.3
DETAILS_AFTER_S = 0.06
NAMES_AT_A_TIME = 500
OPEN_KEPT = 50
FIELDS = {
    "kind": "Kind",
    "resolution": "Resolution",
    "codec": "Video codec",
    "container": "Container",
    "hdr": "HDR",
    "language": "Audio language",
    "status": "Status",
}


class LibraryScreen(VaultScreen):
    """See the module."""

    ABOUT = "Everything in the collection: by show, season and film, or as one list."
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("library")]

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        self.flat = False
        self.shelf = Tree()
        self._start_at: Key | None = None
        self._told: tuple[Node | None, details.Known | None] = None, None
        """What the details pane shows."""
        self._lists: dict[tuple[bool, View], list[Key]] = {}
        """Lists asked for since the catalogue last changed: the first level of the tree, or all files."""

    def body(self) -> Iterable[Widget]:
        """Search line, list, details."""
        yield Static(id="library-line")
        yield Line(placeholder="title or path…", id="search", compact=True)
        with Horizontal(id="panes"):
            with Vertical(id="list", classes="pane"):
                yield PagedTable[Key, Node](
                    tree.COLUMNS, self._cells, empty="Nothing here. A scan fills the library.", can_mark=True
                )
            yield VerticalScroll(Static(id="details-text"), id="details", classes="pane", can_focus=False)

    def on_mount(self) -> None:
        """Go to where the user was."""
        self.query_one("#details").border_title = "Details"
        place = self.vault_app.places.get("library") or {}
        self.flat = bool(place.get("flat"))
        self.view = _view_from(place.get("view"))
        opened = map(tree.key_from_json, place.get("open", ()))
        self.shelf.children = {key: [] for key in opened if key is not None}
        self._start_at = tree.key_from_json(place.get("cursor"))
        self.set_class(self.app.size.width < 100, "-hide-details")
        for table in self.query(PagedTable):  # none, where the program ends while this is mounted ahead
            table.focus()

    @property
    def table(self) -> PagedTable[Key, Node]:
        """The list."""
        return self.query_one(PagedTable)

    @property
    def is_flat(self) -> bool:
        """Whether rows are files only: by choice, or because something is searched."""
        return self.flat or bool(self.view.text)

    def _cells(self, node: Node) -> Sequence[Any]:
        return tree.cells(node, self.shelf, self.view.text, flat=self.is_flat)

    # -- what is listed -----------------------------------------------------------------------------

    def catalogue_changed(self) -> None:
        """Ask again."""
        self._lists = {}
        super().catalogue_changed()

    async def load(self) -> None:
        """The list, with what is open and the cursor as they are."""
        view = self.view
        if self.is_flat:
            keys = await self._list(view, flat=True)
        else:
            self.shelf.roots = await self._list(view, flat=False)
            for node in list(self.shelf.children):
                self.shelf.children[node] = await self.ask(tree.children_of, node, view)
            self.shelf.children = {node: below for node, below in self.shelf.children.items() if below}
            keys = self.shelf.rows()
        if view == self.view:
            self._show(keys)
        if await self.ask(search.waiting):
            self.background(self._index, group="index")

    async def _list(self, view: View, *, flat: bool) -> list[Key]:
        """All files of a view, or all its titles; from memory on the way back from a search or the other shape."""
        known = self._lists
        if (flat, view) not in known:
            asked: list[Key] = list(
                await self.ask(library_queries.files if flat else library_queries.titles, view)
            )
            if view.text:
                return asked
            if len(known) == LISTS_KEPT:
                del known[next(iter(known))]
            known[flat, view] = asked
        return known[flat, view]

    def _show(
        self, keys: list[Key], *, at: Key | None = None, loaded: Mapping[Key, Node] | None = None
    ) -> None:
        at, self._start_at = at or self._start_at, None
        self.table.show(keys, partial(self._fetch, self.view), at=at, loaded=loaded)
        self._say_what(len(keys))
        pane, title = self.query_one("#list"), self._list_title()
        if pane.border_title != title:
            pane.border_title = title

    async def _fetch(self, view: View, keys: Sequence[Key]) -> Mapping[Key, Node]:
        return await self.ask(tree.load_nodes, keys, view)

    async def _index(self) -> None:
        """Prepare names for the search, a few at a time, so that nothing waits."""
        after: int | None = 0
        while after is not None:
            after = await self.write(search.index_some, after, NAMES_AT_A_TIME)
            await asyncio.sleep(0)

    def _list_title(self) -> str:
        if self.view.text:
            return "Found"
        return "Files" if self.flat else "Shows and films"

    def _say_what(self, count: int) -> None:
        word = "files" if self.is_flat else "rows"
        parts: list[Part] = [(f"{count:,} {word}", "text")]
        for field, label in FIELDS.items():
            value = getattr(self.view, field)
            if value:
                parts += [("  ·  ", "muted"), (f"{label.lower()}: ", "muted"), (value, "bold match")]
        way = "▼" if self.view.descending else "▲"
        parts.append((f"  ·  by {self.view.sort} {way}", "muted"))
        marked = len(self.table.marked)
        if marked:
            parts.append((f"  ·  {marked} marked", "bold marked"))
        self.query_one("#library-line", Static).update(say(*parts), layout=False)

    # -- details ------------------------------------------------------------------------------------

    @on(PagedTable.Highlighted)
    def _moved(self) -> None:
        if not self.has_class("-hide-details"):
            self.background(self._show_details, group="details")

    async def _show_details(self) -> None:
        await asyncio.sleep(DETAILS_AFTER_S)
        node = self.table.cursor_row
        known = await self.ask(details.know, node.line.id) if node and node.line else None
        if (node, known) == self._told:
            return
        self._told = node, known
        text = details.of_file(known) if known else details.of_node(node) if node and node.sum else say("")
        self.query_one("#details-text", Static).update(text)

    def action_details(self) -> None:
        """Show or hide the details."""
        self.toggle_class("-hide-details")
        self._moved()

    # -- the tree -----------------------------------------------------------------------------------

    @on(PagedTable.Chosen)
    def _chosen(self) -> None:
        self.run_worker(self.action_open())

    async def action_open(self) -> None:
        """Open the node under the cursor; the details of a file."""
        node = self.table.cursor_row
        if node is None:
            return
        if node.line is not None:
            self.remove_class("-hide-details")
            self._moved()
        elif node.key in self.shelf.children:
            self.table.move(self.table.cursor + 1)
        else:
            self.shelf.children[node.key] = await self.ask(tree.children_of, node.key, self.view)
            self._show(self.shelf.rows(), at=node.key)

    def action_fold(self) -> None:
        """Close the node under the cursor, or go to the one it is in."""
        key = self.table.cursor_key
        if key is None or self.is_flat:
            return
        if key in self.shelf.children:
            del self.shelf.children[key]
            self._show(self.shelf.rows(), at=key)
            return
        above = self.shelf.parent(key)
        if above is not None:
            self.table.move_to(above)

    def action_fold_all(self) -> None:
        """Close everything."""
        key = self.table.cursor_key
        while key is not None and not isinstance(key, Title):
            key = self.shelf.parent(key)
        self.shelf.children.clear()
        self._show(self.shelf.rows(), at=key)

    def action_shape(self) -> None:
        """Tree or list."""
        self.flat = not self.flat
        self.reload()

    # -- search -------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Open the search line."""
        line = self.query_one("#search", Line)
        line.display = True
        self.set_focus(line)

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self.view = msgspec.structs.replace(self.view, text=event.value)
        self.background(self._search, group="search")

    async def _search(self) -> None:
        view = self.view
        if not search.words(view.text):
            await self.load()
            return
        first, loaded = await self.ask(_first_found, view)
        self._show(first, at=first[0] if first else None, loaded=loaded)
        if len(first) == FIRST_FOUND:
            await asyncio.sleep(REST_S)
            every = await self._list(view, flat=True)
            self._show(every, at=every[0] if self.table.cursor == 0 else None)

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.table.focus()

    def on_key(self, event: Any) -> None:
        """From the search line down into what it found."""
        if event.key == "down" and self.focused is self.query_one("#search"):
            event.stop()
            self.table.focus()

    def step_back(self) -> bool:
        """Clear the search, then the marks, then the filters."""
        line = self.query_one("#search", Line)
        if line.display:
            line.display = False
            self.table.focus()
            line.value = ""
            return True
        if self.table.unmark_all():
            return True
        if self.view.is_filtered:
            self._look_at(View(sort=self.view.sort, descending=self.view.descending))
            return True
        return False

    # -- filter and sort ----------------------------------------------------------------------------

    def _look_at(self, view: View) -> None:
        self.view = view
        self.reload()

    @work(exclusive=True, group="filter")
    async def action_filter(self) -> None:
        """Pick a field, then its value."""
        choices = [
            Choice(field, label, getattr(self.view, field) or "any") for field, label in FIELDS.items()
        ]
        if self.view.is_filtered:
            choices.append(Choice("clear", "Show everything again"))
        field = await self.app.push_screen_wait(Choose("Filter by", choices))
        if field == "clear":
            self._look_at(View(text=self.view.text, sort=self.view.sort, descending=self.view.descending))
        elif field:
            await self._filter_by(field)

    async def _filter_by(self, field: str) -> None:
        values = await self.ask(library_queries.facet, field)
        known = [
            Choice(value, _word(field, value), f"{count:,}" if count is not None else "")
            for value, count in values
        ]
        current = getattr(self.view, field)
        title = f"{FIELDS[field]}"
        value = await self.app.push_screen_wait(
            Choose(title, [Choice("*", "any"), *known], current=current or "*")
        )
        if value is not None:
            self._look_at(msgspec.structs.replace(self.view, **{field: "" if value == "*" else value}))

    @work(exclusive=True, group="filter")
    async def action_sort(self) -> None:
        """Pick an order; the same again turns it around."""
        choices = [Choice(sort, sort.capitalize()) for sort in Sort]
        picked = await self.app.push_screen_wait(
            Choose("Sort by", choices, current=self.view.sort, text="The same again: the other way round.")
        )
        if picked is not None:
            again = picked == self.view.sort
            descending = not self.view.descending if again else picked != Sort.TITLE
            self._look_at(msgspec.structs.replace(self.view, sort=Sort(picked), descending=descending))

    # -- comparing ----------------------------------------------------------------------------------

    @on(PagedTable.Marked)
    def _marked(self) -> None:
        self._say_what(len(self.table.keys))

    async def action_compare(self) -> None:
        """Open the marked files in the comparison."""
        chosen = [await self._files_of(key) for key in self.table.marked]
        here = self.table.cursor_key
        if len(chosen) < 2 and here is not None:
            chosen.append(await self._files_of(here))
        ids = tuple(dict.fromkeys(file for files in chosen for file in files))
        if len(ids) < 2:
            self.notify(
                "Mark one file with the space bar, go to another, press this key again.",
                title="Two files to compare",
            )
            return
        from mediavault_tui.ui.screens.comparison.screen import ComparisonScreen

        self.app.push_screen(ComparisonScreen(ids))

    async def _files_of(self, key: Key) -> list[int]:
        if isinstance(key, int):
            return [key]
        return await self.ask(library_queries.files_below, key, self.view)

    # -- where the user was -------------------------------------------------------------------------

    def on_screen_suspend(self) -> None:
        """Remember the place."""
        self.remember()

    def remember(self) -> None:
        """Keep view, open nodes and cursor."""
        self.vault_app.keep_place(
            "library",
            {
                "flat": self.flat,
                "view": msgspec.to_builtins(msgspec.structs.replace(self.view, text="")),
                "open": [tree.key_to_json(key) for key in list(self.shelf.children)[:OPEN_KEPT]],
                "cursor": tree.key_to_json(self.table.cursor_key),
            },
        )


def _first_found(connection: Connection, view: View) -> tuple[list[Key], dict[Key, Node]]:
    """What a search finds first, and the rows that are seen of it."""
    found: list[Key] = list(library_queries.first_found(connection, view, FIRST_FOUND))
    return found, tree.load_nodes(connection, found[:FIRST_ROWS], view)


KIND_WORDS = {
    "episode": "Episodes of shows",
    "movie": "Films",
    "extra": "Extras",
    "other": "Not recognised",
}


def _word(field: str, value: str) -> str:
    return KIND_WORDS.get(value, value) if field == "kind" else value


def _view_from(value: Any) -> View:
    try:
        return msgspec.convert(value or {}, View)
    except msgspec.ValidationError:  # kept by another version
        return View()
