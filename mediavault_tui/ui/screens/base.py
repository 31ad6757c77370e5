"""What all main screens share: bars at top and bottom, the catalogue, and being told what changed."""

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget

from mediavault_tui.store.database import Connection
from mediavault_tui.ui.jobs import Job
from mediavault_tui.ui.widgets.bars import KeyBar, TitleBar

if TYPE_CHECKING:
    from mediavault_tui.store.review_queries import Detail
    from mediavault_tui.ui.app import VaultApp
    from mediavault_tui.ui.screens.duplicates.decisions import StoredDecision

P = ParamSpec("P")
T = TypeVar("T")
Work = Coroutine[Any, Any, None] | Callable[[], Coroutine[Any, Any, None]]


class VaultScreen(Screen[None]):
    """A screen. Subclasses give `ABOUT`, `BINDINGS = actions.bindings("…")`, `body` and `load`."""

    _wants_load = False
    _is_loading = False

    ABOUT: ClassVar[str] = ""
    """One or two sentences for the help."""

    def compose(self) -> ComposeResult:
        """Bar, body, bar."""
        yield TitleBar()
        yield from self.body()
        yield KeyBar()

    @abstractmethod
    def body(self) -> Iterable[Widget]:
        """What is between the bars."""

    @property
    def vault_app(self) -> "VaultApp":
        """The app, with its own type."""
        return cast("VaultApp", self.app)

    async def ask(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Read the catalogue off the event loop: `await self.ask(store_function, …)`."""
        return await self.vault_app.reading.ask(function, *args, **kwargs)

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write to the catalogue in one transaction, off the event loop."""
        return await self.vault_app.vault.write(function, *args, **kwargs)

    def background(
        self,
        work: Work,
        *,
        group: str = "default",
    ) -> None:
        """Run `work` (best not begun yet: `self._look`) beside the screen; a newer one of its group replaces it.

        Errors open a dialog.
        """
        self.run_worker(cast(Work, partial(self._unless_left, work)), exclusive=True, group=group)

    async def _unless_left(self, work: Work) -> None:
        """Of a screen that is closed meanwhile, the parts go before its jobs end: that is no error."""
        try:
            await (work() if callable(work) else work)
        except NoMatches:
            if self.display and self.is_attached:  # not so as soon as it, or the program, is about to end
                raise

    # -- called by the app; only while the screen is seen -------------------------------------------

    def catalogue_changed(self) -> None:
        """The catalogue differs from when this screen last looked (also called once at the start)."""
        self.reload()

    def reload(self) -> None:
        """Run `load` soon: one at a time, and never more than a fifth of the time."""
        self._wants_load = True
        if not self._is_loading:
            self._is_loading = True
            self.run_worker(self._unless_left(self._load_while_wanted), group="load")

    async def _load_while_wanted(self) -> None:
        try:
            while self._wants_load:
                self._wants_load = False
                started = time.monotonic()
                await self.load()
                if self._wants_load:
                    await asyncio.sleep(4 * (time.monotonic() - started))
        finally:
            self._is_loading = False

    async def load(self) -> None:
        """Read what the screen shows from the catalogue."""

    def job_changed(self, job: Job) -> None:
        """A job went on, paused or ended. Called no more often than the link bears."""

    def decided_elsewhere(self, detail: "Detail", taken: "StoredDecision") -> None:
        """A screen over this one stored a decision."""

    def undone(self, group_ids: Sequence[int]) -> None:
        """Decisions about these groups were taken back."""

    def remember(self) -> None:
        """Keep where the user is (`vault_app.keep_place`): called now and then, and before leaving."""

    def step_back(self) -> bool:
        """`escape`: close or clear the innermost open thing; False when nothing was open."""
        return False

    def on_screen_resume(self) -> None:
        """Look again if the catalogue changed, and a job went on, while another screen was seen."""
        self.vault_app.look_again()
        job = self.vault_app.jobs.current
        if job is not None:
            self.job_changed(job)
