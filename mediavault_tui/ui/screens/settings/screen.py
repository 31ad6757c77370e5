"""The settings: every key of the config file, changed in place and checked on the spot."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from mediavault_tui.domain.settings import Settings
from mediavault_tui.errors import ConfigError
from mediavault_tui.store.search import fold
from mediavault_tui.ui import actions, config_file
from mediavault_tui.ui.actions import keymap
from mediavault_tui.ui.dialogs.choose import Choice, Choose
from mediavault_tui.ui.dialogs.prompt import Prompt
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.screens.settings import rows
from mediavault_tui.ui.screens.settings.rows import Setting
from mediavault_tui.ui.styling import Cell, lines, say
from mediavault_tui.ui.widgets.table import Column, PagedTable
from mediavault_tui.ui.widgets.text_input import Line

COLUMNS = (Column("Setting", 30), Column("Value", 0))


class SettingsScreen(VaultScreen):
    """See the module."""

    ABOUT = (
        "Every setting. What is changed here is written to the config file, whose comments stay as they are."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("settings")]

    def body(self) -> Iterable[Widget]:
        """Search line, keys and values, what the chosen one is about."""
        yield Line(placeholder="part of a name or of what it is for…", id="search", compact=True)
        with Horizontal(id="panes"):
            with Vertical(id="keys", classes="pane") as pane:
                pane.border_title = "Settings"
                yield PagedTable[str, Setting](COLUMNS, self._cells, empty="No setting matches.")
            with Vertical(id="about", classes="pane") as pane:
                pane.border_title = "About it"
                yield Static(id="about-text")

    def on_mount(self) -> None:
        """Show them."""
        self._show()
        self.table.focus()

    @property
    def table(self) -> PagedTable[str, Setting]:
        """The list."""
        return self.query_one(PagedTable)

    def _cells(self, setting: Setting) -> Sequence[Cell]:
        name: Cell = [(f"{setting.section}.", "muted"), (setting.key, "bold" if setting.is_changed else "")]
        value = rows.shown(setting.value)
        return [name, (value, "bold accent" if setting.is_changed else "muted")]

    def _show(self) -> None:
        wanted = fold(self.query_one("#search", Line).value)
        found = {
            setting.id: setting
            for setting in rows.all_of(self.vault_app.settings)
            if wanted in fold(f"{setting.id} {setting.sentence}")
        }
        self.table.show_rows(found)

    @on(PagedTable.Highlighted)
    def _moved(self) -> None:
        setting = self.table.cursor_row
        if setting is None:
            return
        app = self.vault_app
        allowed = [say(("One of: ", "muted"), ", ".join(setting.choices))] if setting.choices else []
        self.query_one("#about-text", Static).update(
            lines(
                say((setting.id, "bold accent")),
                say(""),
                say(setting.sentence),
                say(""),
                *allowed,
                say(("Default: ", "muted"), rows.shown(setting.default) or "nothing"),
                say(("Environment: ", "muted"), f"MEDIAVAULT_{setting.section}_{setting.key}".upper()),
                say(""),
                say(("Config file: ", "muted"), str(app.launch.config_file)),
            )
        )

    # -- changing -----------------------------------------------------------------------------------

    @on(PagedTable.Chosen)
    def _chosen(self) -> None:
        self.action_change()

    @work(exclusive=True, group="change")
    async def action_change(self) -> None:
        """Ask for another value and set it."""
        setting = self.table.cursor_row
        if setting is None:
            return
        if setting.id == "ui.theme":
            await self._change_theme(setting)
            return
        if setting.choices:
            text = await self._choose(setting)
        else:
            text = await self.app.push_screen_wait(
                Prompt(
                    setting.id,
                    setting.sentence,
                    value=rows.shown(setting.value),
                    check=self._checker(setting),
                )
            )
        if text is not None:
            self._set(setting, rows.parsed(setting, text))

    async def _choose(self, setting: Setting) -> str | None:
        choices = [Choice(word, word) for word in setting.choices]
        dialog = Choose(setting.id, choices, current=rows.shown(setting.value), text=setting.sentence)
        return await self.app.push_screen_wait(dialog)

    async def _change_theme(self, setting: Setting) -> None:
        from mediavault_tui.ui.dialogs.theme import ThemeDialog

        theme = await self.app.push_screen_wait(ThemeDialog(self.vault_app.known_themes))
        if theme is not None:
            self._set(setting, theme)

    def _checker(self, setting: Setting) -> Any:
        def check(text: str) -> str | None:
            wrong = rows.wrong_with(setting, text)
            if wrong is None and setting.id == "ui.keys":
                return _wrong_keys(rows.parsed(setting, text))
            return wrong

        return check

    def _set(self, setting: Setting, value: Any) -> None:
        """Write to the config file and go on with it. Raises ConfigError."""
        settings = config_file.change(self.vault_app.launch.config_file, setting.section, setting.key, value)
        self._take(settings)

    def _take(self, settings: Settings) -> None:
        self.vault_app.take_settings(settings)
        self._show()

    def action_reset(self) -> None:
        """Take the key out of the config file."""
        setting = self.table.cursor_row
        if setting is not None:
            self._set(setting, None)

    def action_folders(self) -> None:
        """Choose folders."""
        self.vault_app.choose_folders()

    # -- search -------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Open the search line."""
        line = self.query_one("#search", Line)
        line.display = True
        self.set_focus(line)

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        self._show()

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.table.focus()

    def step_back(self) -> bool:
        """Close the search."""
        line = self.query_one("#search", Line)
        if not line.display:
            return False
        line.display = False
        line.value = ""
        self.table.focus()
        return True

    async def load(self) -> None:
        """The settings may have been changed elsewhere in the program."""
        self._show()


def _wrong_keys(keys: dict[str, str]) -> str | None:
    try:
        keymap(keys, "here")
    except ConfigError as error:
        return f"{error.message} {error.remedy}"
    return None
