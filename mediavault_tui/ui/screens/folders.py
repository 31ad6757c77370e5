"""Choosing the folders to scan: the way in on a first start, and later from dashboard, scanner and settings."""

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.domain.text import printable
from mediavault_tui.services import folder_suggestions
from mediavault_tui.services.folder_suggestions import Folder
from mediavault_tui.ui import actions, config_file
from mediavault_tui.ui.dialogs.prompt import Prompt
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.styling import Cell, lines, say
from mediavault_tui.ui.widgets.table import Column, PagedTable

COLUMNS = (Column("Folder", 0), Column("Folders", 8, right=True), Column("Videos", 8, right=True))


class FoldersScreen(VaultScreen):
    """Look around, choose with the space bar, start."""

    ABOUT = "Choose the folders that hold your films and shows. Everything below a chosen folder is scanned."
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("welcome")]

    def __init__(self) -> None:
        super().__init__()
        self.here: str | None = None
        """The folder that is looked into; None for the list of likely places."""
        self.chosen: dict[str, None] = {}

    def body(self) -> Iterable[Widget]:
        """What to do, where you are, what is chosen."""
        yield Static(self._greeting(), id="greeting")
        with Horizontal(id="panes"):
            with Vertical(id="look", classes="pane"):
                yield PagedTable[str, Folder](COLUMNS, self._cells, empty="No folders in here.")
            yield Static(id="chosen", classes="pane")

    def _greeting(self) -> Content:
        return lines(
            say(("Which folders hold your films and shows?", "bold accent")),
            say(
                ("Space", "bold"), " chooses the folder under the cursor, ", ("Enter", "bold"), " looks into it, ",
                ("s", "bold"), " starts. Nothing in them is changed.",
            ),
        )  # fmt: skip

    async def on_mount(self) -> None:
        """Start with likely places, and with what the config has."""
        self.chosen = dict.fromkeys(self.vault_app.roots)
        self.query_one("#chosen").border_title = "Chosen"
        self._show_chosen()
        await self._go(None)
        self.table.focus()

    @property
    def table(self) -> PagedTable[str, Folder]:
        """The list of folders."""
        return self.query_one(PagedTable)

    def _cells(self, folder: Folder) -> Sequence[Cell]:
        is_chosen = folder.path in self.chosen
        sign = ("● ", "bold good") if is_chosen else ("  ", "")
        name = folder.path if self.here is None else os.path.basename(folder.path)
        if folder.error:
            return [[sign, (name, "muted"), (f"  {folder.error}", "bad")], "", ""]
        more = "+" if folder.is_more else ""
        return [
            [sign, (name, "bold good" if is_chosen else "")],
            (f"{folder.folders:,}{more}" if folder.folders else "", "muted"),
            f"{folder.videos:,}{more}" if folder.videos else "",
        ]

    async def _go(self, path: str | None, *, at: str | None = None) -> None:
        found = await asyncio.to_thread(folder_suggestions.list_, path)
        self.here = path
        self.query_one("#look").border_title = say("Likely places" if path is None else path)

        async def fetch(keys: Sequence[str]) -> Mapping[str, Folder]:
            return await asyncio.to_thread(folder_suggestions.look, keys)

        self.table.show(found, fetch, at=at)
        if at is None:
            self.table.move(0)

    @on(PagedTable.Chosen)
    def _chosen(self) -> None:
        self.background(self.action_open)

    async def action_open(self) -> None:
        """Look into the folder under the cursor."""
        path = self.table.cursor_key
        if path is not None:
            try:
                await self._go(path)
            except OSError as error:
                self.notify(f"{printable(path)}: {error.strerror}", severity="warning", markup=False)

    async def action_up(self) -> None:
        """To the folder above; from the root to the likely places."""
        if self.here is None:
            return
        above = None if self.here == "/" else os.path.dirname(self.here)
        await self._go(above, at=self.here)

    def action_choose(self) -> None:
        """Choose the folder under the cursor, or not."""
        path = self.table.cursor_key
        if path is None:
            return
        if path in self.chosen:
            del self.chosen[path]
        else:
            # A folder brings everything below it.
            self.chosen = {
                other: None for other in self.chosen if not other.startswith(path.rstrip("/") + "/")
            }
            self.chosen[path] = None
        self._show_chosen()
        self.table.refresh()

    @work(exclusive=True)
    async def action_type(self) -> None:
        """Type a path."""

        def check(text: str) -> str | None:
            return None if os.path.isdir(os.path.expanduser(text)) else "There is no such folder."

        typed = await self.app.push_screen_wait(Prompt("Folder", value=self.here or "/", check=check))
        if typed:
            self.chosen[folder_suggestions.absolute(typed)] = None
            self._show_chosen()
            self.table.refresh()

    def _show_chosen(self) -> None:
        text = (
            lines(*(say(("● ", "good"), path) for path in self.chosen))
            if self.chosen
            else say(("None yet.", "muted"))
        )
        hint = say(("Press s to save them and start the scan.", "muted")) if self.chosen else say("")
        self.query_one("#chosen", Static).update(lines(text, say(""), hint))

    async def action_start(self) -> None:
        """Save the folders in the config and start the scan."""
        if not self.chosen:
            self.notify("Choose at least one folder with the space bar.", severity="warning")
            return
        app = self.vault_app
        settings = config_file.change(app.launch.config_file, "scan", "roots", tuple(self.chosen))
        app.take_settings(settings)
        self.dismiss()
        await app.start_scan()
