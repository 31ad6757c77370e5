"""The Textual app: its screens, themes and keys, the running job, and what happens when things go wrong."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from importlib import import_module
from multiprocessing import resource_tracker
from pathlib import Path, PurePath
from typing import Any, ClassVar, NamedTuple

from textual import events, work
from textual.app import App
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.filter import NoColor
from textual.screen import Screen
from textual.widget import AwaitMount
from textual.widgets import Input
from textual.worker import WorkerFailed

from mediavault_tui.domain.events import Event, Finished
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine import jobs
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import ConfigError, VaultError
from mediavault_tui.store import journal, ui_state
from mediavault_tui.ui import actions, headless, main_screens, output_pacing, themes
from mediavault_tui.ui.actions import Action
from mediavault_tui.ui.commands import ActionCommands
from mediavault_tui.ui.dialogs.ask import Answer, Ask
from mediavault_tui.ui.dialogs.errors import BugDialog, ErrorDialog
from mediavault_tui.ui.dialogs.help import Help
from mediavault_tui.ui.driver import TerminalDriver
from mediavault_tui.ui.jobs import Job, Jobs
from mediavault_tui.ui.main_screens import MAIN_SCREENS
from mediavault_tui.ui.queries import CatalogueQueries
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.styling import Styles
from mediavault_tui.ui.widgets.bars import Piece, TitleBar, live_actions

log = logging.getLogger("mediavault.ui")

LOOK_EVERY_S = 2.0
PREPARE_AFTER_S = 0.5
IDLE_S = 0.25
KEEP_PLACES_EVERY_S = 30.0
MAX_REPORTED_BUGS = 3
"""More faults of the program than this within a minute end it."""
_HERE = Path(__file__).parent


class StartOptions(NamedTuple):
    """What the command line opened the screens with."""

    settings: Settings
    config_file: Path
    log_file: Path
    roots: tuple[str, ...] = ()
    """Folders named on the command line; they stand for the config's."""
    themes_folder: Path = Path("/nonexistent")
    compare: tuple[bytes, bytes] | None = None
    """Two files to compare at once; leaving the comparison then leaves the program."""


class VaultApp(App[int]):
    """MediaVault on a terminal. Its result is the exit code."""

    TITLE = "MediaVault"
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        _HERE / "app.tcss",
        *sorted(_HERE.glob("*/**/*.tcss")),
    ]
    BINDINGS: ClassVar[list[BindingType]] = list(actions.bindings("go"))
    COMMANDS: ClassVar[set[Any]] = {ActionCommands}
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-huge")]  # noqa: RUF012 - as in Textual
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]  # noqa: RUF012

    def __init__(self, vault: Vault, launch: StartOptions) -> None:
        """Raises ConfigError for an unknown theme or wrong keys in the config."""
        self.roles = Styles(themes.load_all(Path("/nonexistent"))[0][themes.DEFAULT].roles, colourless=False)
        self.known_themes, self.wrong_themes = themes.load_all(launch.themes_folder)
        self.main_screens = {name: title for name, (title, _) in MAIN_SCREENS.items()}
        # Worker processes need it, and it cannot start once the terminal is ours: stderr has no descriptor then.
        resource_tracker.ensure_running()
        super().__init__(driver_class=TerminalDriver)
        if self.no_color:
            # Textual would turn colours into greys, which are colours too, and black on black for some.
            self._filters = [NoColor()]
        self.vault = vault
        self.launch = launch
        self.reading = CatalogueQueries(vault)
        self.jobs = Jobs(vault.database.path, self._job_ended)
        self.link = output_pacing.OutputPacing()
        self.places: dict[str, Any] = {}
        """Where the user was, by screen and list; kept in the catalogue. Change with `keep_place`."""
        self.bugs: list[BaseException] = []
        """Faults of the program met so far."""
        self._help = Help()
        self._own_keys = actions.keymap(launch.settings.ui.keys, str(launch.config_file))
        self._changed_places: dict[str, Any] = {}
        self._seen_versions: dict[int, tuple[int, ...]] = {}
        self._job_seen: tuple[Job | None, int] = (None, 0)
        self._last_key_at = 0.0
        self._is_leaving = False
        self._take_themes()
        self.install_screen(self._help, "help")  # stays mounted: no key is to be answered quicker
        self._main: dict[str, Screen[Any]] = {}
        self._ahead: AwaitMount | None = None
        for name in MAIN_SCREENS:
            self.add_mode(name, partial(self._main_screen, name))

    def _take_themes(self) -> None:
        for name in list(self.available_themes):
            self.unregister_theme(name)
        for key, theme in self.known_themes.items():
            self.register_theme(themes.to_textual(key, theme))
        self.theme = self._fitting_theme(self.launch.settings.ui.theme)

    def _fitting_theme(self, wanted: str) -> str:
        if self.no_color:
            return themes.SIXTEEN_COLOURS  # its states are signs, bold and reverse too
        return themes.pick(wanted, self.known_themes, self.console.color_system)

    def _main_screen(self, mode: str) -> Screen[Any]:
        if mode not in self._main:
            module, _, name = MAIN_SCREENS[mode][1].partition(":")
            screen = getattr(import_module(f"mediavault_tui.ui.screens.{module}"), name)()
            # Every stylesheet is loaded from the start; Textual would parse all of them anew, twice, for a new screen.
            screen._css_update_count = self._css_update_count
            self._main[mode] = screen
        return self._main[mode]

    async def _mount_ahead(self) -> None:
        """Import and mount what was not opened yet, bit by bit while no key is pressed: then opening it is quick."""
        await asyncio.to_thread(main_screens.import_all)
        ahead: list[Screen[Any]] = [self._help, *map(self._main_screen, self.main_screens)]
        for screen in ahead:
            while (rest := self._last_key_at + IDLE_S - time.monotonic()) > 0:  # noqa: ASYNC110 - keys put it off
                await asyncio.sleep(rest)
            if not screen.is_running:
                self._ahead = self._get_screen(screen)[1]
                await self._ahead

    async def _close_all(self) -> None:
        """As in Textual, but not while a screen is half mounted."""
        if self._ahead is not None:
            await self._ahead
        await super()._close_all()

    def delay_update(self, delay: float = 0.05) -> None:
        """As in Textual, but hardly: screens are mounted already when they are switched to."""
        super().delay_update(min(delay, 0.01))

    @property
    def main_screens_open(self) -> Collection[Screen[Any]]:
        """Those opened so far, or mounted ahead."""
        return self._main.values()

    @property
    def settings(self) -> Settings:
        """The settings as they are now; the settings screen may change them."""
        return self.vault.settings

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders to scan: those of the command line, else the config's."""
        return self.launch.roots or self.settings.scan.roots

    def take_settings(self, settings: Settings) -> None:
        """Go on with other settings: what the config file says now. Raises ConfigError before anything changes."""
        own_keys = actions.keymap(settings.ui.keys, str(self.launch.config_file))
        theme = self._fitting_theme(settings.ui.theme)
        if settings.ui.theme != self.settings.ui.theme:
            self.theme = theme
        if settings.scan.roots != self.settings.scan.roots:
            self.launch = self.launch._replace(roots=())  # chosen here: they count, not the command line's
        self._own_keys = own_keys
        self.set_keymap(own_keys)
        self.vault.settings = settings

    # -- jobs ---------------------------------------------------------------------------------------

    def start_job(self, spec: jobs.JobSpec, listen: Callable[[Event], None] | None = None) -> Job:
        """Run a job in the background; `listen` gets its events. Raises AlreadyRunning."""
        return self.jobs.start(spec.title, spec.events(self.vault), spec.lock, listen)

    async def start_scan(self, *, full: bool = False, roots: tuple[str, ...] = ()) -> None:
        """Scan `roots` (or all folders) in the background and show the scanner. Raises AlreadyRunning."""
        if not self.roots and not roots:
            self.choose_folders()
            return
        # Most of it is loading libraries: not on the event loop.
        engine = await asyncio.to_thread(import_module, "mediavault_tui.engine.scan")
        options = engine.ScanOptions(roots=roots or self.roots, full=full)
        self.start_job(jobs.scan(options))
        self.go("scanner")

    def choose_folders(self) -> None:
        """Open the screen on which the folders to scan are chosen."""
        from mediavault_tui.ui.screens.folders import FoldersScreen

        self.push_screen(FoldersScreen())

    # -- start and end ------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        """Open the screen the user left, and begin to look after jobs, catalogue and signals."""
        self.set_keymap(self._own_keys)
        self.theme_changed_signal.subscribe(self, lambda _: self._dress())
        self._dress()
        self._install_signal_handlers()
        self.places = await self.reading.ask(ui_state.load)
        await self.switch_mode(self._first_screen())
        if self.launch.compare is not None:
            from mediavault_tui.ui.screens.comparison.screen import ComparisonScreen

            await self.push_screen(ComparisonScreen(paths=self.launch.compare))
        self.set_interval(LOOK_EVERY_S, self.look_again)
        self.set_interval(KEEP_PLACES_EVERY_S, self._keep_places)
        self._tick()
        self.set_timer(PREPARE_AFTER_S, lambda: self.run_worker(self._mount_ahead(), group="prepare"))
        for error in self.wrong_themes:
            self.show_trouble(error)
        self.run_worker(self._check_protected(), group="protected")
        if await self.reading.ask(journal.under_way):
            self.start_job(jobs.recover())

    async def _check_protected(self) -> None:
        """What the user believes protected and is not, he is told at once."""
        if not self.settings.archive.protected:
            return
        from mediavault_tui.engine.archive import protected_folders

        try:
            await protected_folders.require(self.vault)
        except ConfigError as error:
            self.show_trouble(error)

    def on_cursor_position(self) -> None:
        """The terminal has answered: how long that took tells the players what the line takes."""
        from mediavault_tui.ui.players.pair import PlayerPair

        for pair in self.screen.query(PlayerPair):
            pair.terminal_answered()

    def _first_screen(self) -> str:
        last = self.places.get("screen")
        return last if last in self.main_screens and self.roots else "dashboard"

    def _install_signal_handlers(self) -> None:
        """A dropped connection or a stop from outside must leave everything in order."""
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_stop_signal, number)

    def _on_stop_signal(self, number: int) -> None:
        if not self._is_leaving:
            self._is_leaving = True
            self._ending = asyncio.create_task(self._end_without_terminal(number))

    async def _end_without_terminal(self, number: int) -> None:
        """The terminal may be gone: nothing may wait for it any more."""
        scan_on = self.jobs.is_busy and number == signal.SIGHUP and self.settings.ui.scan_after_hangup
        log.info("signal %d: leaving%s", number, ", the scan goes on headless" if scan_on else "")
        await self.jobs.cancel()
        await self._keep_places()
        self.reading.close()
        self.vault.close()
        if scan_on:
            self._scan_headless()
        if number == signal.SIGTERM:
            self.vault_is_closed = True
            self.exit(128 + number)
            return
        os._exit(128 + number)

    def _scan_headless(self) -> int:
        return headless.scan_on(
            self.vault.database.path, self.launch.config_file, self.launch.log_file, self.roots
        )

    async def leave(self, *, scan_on: bool = False) -> None:
        """Leave the program; with `scan_on` the running scan goes on without it."""
        self._is_leaving = True
        await self.jobs.cancel()
        await self._keep_places()
        if scan_on:
            self._scan_headless()
        self.exit(0)

    # -- where the user was -------------------------------------------------------------------------

    def keep_place(self, place: str, value: Any) -> None:
        """Remember `value` (JSON) for `place` beyond the end of the program."""
        if self.places.get(place) != value:
            self.places[place] = self._changed_places[place] = value

    async def _keep_places(self) -> None:
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, VaultScreen) and screen.is_mounted:
                    screen.remember()
        if self._changed_places:
            changed, self._changed_places = self._changed_places, {}
            await self.vault.write(ui_state.save, changed)

    # -- what changed -------------------------------------------------------------------------------

    def look_again(self) -> None:
        """Tell the screen that is seen when the catalogue differs from when it last looked."""
        screen = self.screen if self.screen_stack else None  # none while the program ends
        if not isinstance(screen, VaultScreen) or not screen.is_mounted:
            return
        version = self.reading.version()
        if self._seen_versions.get(id(screen)) != version:
            self._seen_versions[id(screen)] = version
            screen.catalogue_changed()

    def _tick(self) -> None:
        """Show how the job is getting on, at the pace the link bears."""
        job = self.jobs.current
        if job is not None and (job, job.version) != self._job_seen and not self._is_congested():
            self._job_seen = job, job.version
            self._show_job(job)
            self._ask_terminal()
        self.set_timer(self.link.interval_s, self._tick)

    def _show_job(self, job: Job) -> None:
        if not self.screen_stack:
            return
        for bar in self.screen.query(TitleBar):
            bar.refresh()
        if isinstance(self.screen, VaultScreen):
            self.screen.job_changed(job)

    def _is_congested(self) -> bool:
        return (
            not self.is_headless
            and sys.__stderr__ is not None
            and output_pacing.is_congested(sys.__stderr__.fileno())
        )

    def _ask_terminal(self) -> None:
        question = self.link.ask()
        if question and self._driver is not None and not self.is_headless:
            self._driver.write(question)

    def _on_terminal_supports_synchronized_output(self, message: Any) -> None:
        super()._on_terminal_supports_synchronized_output(message)
        self.link.answered()

    def _job_ended(self, job: Job, bug: BaseException | None) -> None:
        if self._is_leaving:
            return
        self._show_job(job)
        if isinstance(bug, Exception):
            self.show_bug(bug)
        elif job.error is not None:
            self.show_trouble(job.error)
        elif job.state == "finished" and isinstance(job.last, Finished):
            self.notify(
                f"{job.last.files_found:,} files found, {job.last.files_new:,} new.",
                title=f"{job.title}: done",
            )
        self.look_again()

    def status(self) -> list[Piece]:
        """What the title bar says at its right end."""
        job = self.jobs.current
        if job is None or not job.is_live:
            return []
        now = job.current
        done = f" {100 * now.done // now.total} %" if now and now.total else ""
        sign, role = ("Ⅱ", "warning") if job.state == "paused" else ("▶", "good")
        return [(f" {sign} {job.title}: {job.phase or 'starting'}{done} ", f"bold {role}", "app.go_scanner")]

    async def on_event(self, event: events.Event) -> None:
        """As in Textual, but a bound key acts before the next is looked at, however many arrive together."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._last_key_at = time.monotonic()
        if isinstance(event, events.Key) and not event.is_forwarded and not isinstance(self.focused, Input):
            for priority in (True, False):
                if await self._check_bindings(event.key, priority=priority):
                    return
        await super().on_event(event)

    # -- keys ---------------------------------------------------------------------------------------

    def keys_of(self, action: Action) -> list[str]:
        """The keys of an action, the user's own ones where there are any."""
        return actions.key_list(self._own_keys.get(action.id, action.keys))

    def label_of(self, action: Action) -> str:
        """The word for an action; `q` says what it does here."""
        if action.id == "go.close" and self._screens_open > 1:
            return "close"
        return action.label

    async def run_by_id(self, action_id: str) -> None:
        """Do what the action's key would do here."""
        for active in self.screen.active_bindings.values():
            if active.binding.id == action_id and active.enabled:
                await self.run_action(active.binding.action, active.node)
                return

    async def action_run(self, action_id: str) -> None:
        """Do what the action's key would do here: a click on the key bar."""
        await self.run_by_id(action_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only screens that are there can be gone to."""
        mode = action.removeprefix("go_")
        return mode in self.main_screens if mode in MAIN_SCREENS else True

    def go(self, mode: str) -> None:
        """Open a main screen."""
        self.switch_mode(mode)
        self.keep_place("screen", mode)

    def action_go_dashboard(self) -> None:
        """To the dashboard."""
        self.go("dashboard")

    def action_go_library(self) -> None:
        """To the library."""
        self.go("library")

    def action_go_duplicates(self) -> None:
        """To the duplicates."""
        self.go("duplicates")

    def action_go_scanner(self) -> None:
        """To the scanner."""
        self.go("scanner")

    def action_go_archive(self) -> None:
        """To the archive."""
        self.go("archive")

    def action_go_settings(self) -> None:
        """To the settings."""
        self.go("settings")

    def action_go_next(self) -> None:
        """To the next screen."""
        self._go_by(1)

    def action_go_previous(self) -> None:
        """To the screen before."""
        self._go_by(-1)

    def _go_by(self, step: int) -> None:
        names = list(self.main_screens)
        self.go(names[(names.index(self.current_mode) + step) % len(names)])

    @property
    def _screens_open(self) -> int:
        """How many lie over each other; a comparison from the command line counts as the lowest."""
        return len(self.screen_stack) - (self.launch.compare is not None)

    async def action_go_back(self) -> None:
        """`escape`: close what is open on the screen, else the screen over it, else go to the dashboard."""
        screen = self.screen
        if isinstance(screen, VaultScreen) and screen.step_back():
            return
        if self._screens_open > 1:
            self.pop_screen()
        elif self.current_mode != "dashboard" and not self.launch.compare:
            self.go("dashboard")

    def action_go_close(self) -> None:
        """`q`: leave the screen over a main screen, or else the program."""
        if self._screens_open > 1:
            self.pop_screen()
        else:
            self.action_go_quit()

    @work(exclusive=True, group="quit")
    async def action_go_quit(self) -> None:
        """Leave the program; a running scan is asked about first."""
        if not self.jobs.is_busy:
            await self.leave()
            return
        answer = await self.push_screen_wait(
            Ask(
                "A scan is running",
                "It can go on without the screens. Stopped, the next scan goes on where this one was.",
                [
                    Answer("on", "Leave, let it go on"),
                    Answer("stop", "Leave, stop it"),
                    Answer("stay", "Stay"),
                ],
            )
        )
        if answer in {"on", "stop"}:
            await self.leave(scan_on=answer == "on")

    @work(exclusive=True, group="undo")
    async def action_go_undo(self) -> None:
        """Take back the last decision."""
        from mediavault_tui.ui.screens.duplicates.decisions import undo_last

        await undo_last(self)

    def action_go_palette(self) -> None:
        """The command palette."""
        self.action_command_palette()

    def action_go_help(self) -> None:
        """The keys that work here."""
        screen = self.screen
        if any(self._help in stack for stack in self._screen_stacks.values()):
            return
        rows = [(action, self.keys_of(action)) for action in live_actions(screen).values()]
        self._help.tell(rows, screen.ABOUT if isinstance(screen, VaultScreen) else "")
        self.push_screen("help")

    def action_go_theme(self) -> None:
        """Choose a theme, seeing each while the cursor moves."""
        from mediavault_tui.ui.dialogs.theme import ThemeDialog

        self.push_screen(ThemeDialog(self.known_themes))

    def action_go_redraw(self) -> None:
        """Draw everything again."""
        self.refresh(layout=True, repaint=True)

    # -- themes -------------------------------------------------------------------------------------

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Stylesheet variables of the roles, until a theme of ours is set."""
        return themes.variables(self.known_themes[themes.DEFAULT].roles)

    def _dress(self) -> None:
        """Draw with the present theme's colours."""
        theme = self.known_themes[self.theme]
        self.roles = Styles(theme.roles, colourless=self.no_color)

    # -- trouble ------------------------------------------------------------------------------------

    def show_trouble(self, error: VaultError) -> None:
        """Say what went wrong and what to do about it."""
        log.warning("%s (%s)", error.message, error.remedy)
        self.push_screen(ErrorDialog(error))

    def show_bug(self, error: BaseException) -> None:
        """Say that the program has a fault and where the log is."""
        log.error("unexpected error", exc_info=error)
        self.bugs.append(error)
        self.push_screen(BugDialog(error, self.launch.log_file))

    async def run_action(
        self,
        action: Any,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """As in Textual; an error opens a dialog instead of ending the program."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except VaultError as error:
            self.show_trouble(error)
        except Exception as error:  # a bug: shown, logged, and the program goes on
            self.show_bug(error)
        return True

    def _handle_exception(self, error: Exception) -> None:
        """What a worker raised opens a dialog. A widget that failed cannot go on: the program ends in order."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, VaultError):
            self.show_trouble(cause)
        elif isinstance(error, WorkerFailed) and len(self.bugs) < MAX_REPORTED_BUGS:
            self.show_bug(cause)
        else:
            log.critical("unexpected error; leaving", exc_info=cause)
            self.bugs.append(cause)
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave without a traceback over the screen; the command line says where the log is."""
        with contextlib.suppress(RuntimeError):
            self._close_messages_no_wait()
