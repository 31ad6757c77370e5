"""Two files beside each other: their pictures at the same moment, what is known about both, and the decision."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from mediavault_tui.store import groups
from mediavault_tui.store.groups import Choice
from mediavault_tui.store.review_queries import Detail
from mediavault_tui.ui import actions
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.screens.comparison import loading, pictures
from mediavault_tui.ui.screens.comparison.facts import pair_table
from mediavault_tui.ui.screens.comparison.loading import Pair
from mediavault_tui.ui.screens.duplicates import decisions, group_labels
from mediavault_tui.ui.screens.duplicates.decisions import StoredDecision
from mediavault_tui.ui.styling import say
from mediavault_tui.ui.widgets import time_strip
from mediavault_tui.ui.widgets.side_by_side import SideBySide

VIEWS = ("both", "pictures", "facts")


class ComparisonScreen(VaultScreen):
    """Compares files of the catalogue by their numbers, or any two by their paths."""

    ABOUT = (
        "Both files at the same moment, and what is known about them: ▲ marks the better value, ▼ the worse,"
        " ≠ another one. A decision only says what is to happen; no file is touched."
        f" {time_strip.ABOUT} Where only one has something, the other stands and waits."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("comparison")]
    AUTO_FOCUS: ClassVar[str | None] = ""  # the pictures have the keys, once they are there

    def __init__(
        self,
        file_ids: Sequence[int] = (),
        *,
        paths: Sequence[bytes] = (),
        group_id: int | None = None,
    ) -> None:
        """The first two files are shown; those after them, and the others of the group, can be paged to."""
        super().__init__()
        self.wanted = loading.ComparisonRequest(tuple(file_ids), tuple(paths), group_id)
        self.pair: Pair | None = None
        self.is_busy = False
        """Whether the pictures are being compared."""
        self._seen: set[int] = set()
        self._view = 0
        self._wants_stills = not pictures.can_play()

    def body(self) -> Iterable[Widget]:
        """What is compared, pictures, facts, note, and what was just done."""
        yield Static(say("Reading both files and comparing their pictures…"), id="pair-line", classes="line")
        yield Container(id="pictures")
        sides = Container(SideBySide(id="sides"), id="pair-sides")
        sides.add_class("pane")
        yield sides
        note = Input(placeholder="a note, kept with the decision", id="note", compact=True)
        yield Horizontal(Static(say(("Note ", "muted")), id="note-label"), note, id="note-line")
        yield Static(id="told", classes="line")

    # -- loading ------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Read the two files."""
        if not pictures.can_play():
            self._tell(say(("Still frames only: ", "muted"), pictures.why_not()))
        self.background(self._load, group="load")

    def catalogue_changed(self) -> None:
        """A decision may have been taken back."""
        if self.pair is not None and self.pair.detail is not None:
            self.background(self._look_again, group="look")

    async def _look_again(self) -> None:
        if self.pair is not None and self.pair.detail is not None:
            detail = await loading.detail_of(self, self.pair.detail.group.id)
            self.pair = self.pair._replace(detail=detail)
            self._show_facts(keep_scroll=True)

    async def _load(self) -> None:
        """What the catalogue knows first, the comparison of pictures when it is there."""
        self.is_busy = True
        try:
            async for pair in loading.pairs(self, self.wanted):
                is_new = self.pair is None or [f.id for f in self.pair.files] != [f.id for f in pair.files]
                self.pair = pair
                await self._show(is_new=is_new)
        finally:
            self.is_busy = False
        self._show_line()

    async def _show(self, *, is_new: bool) -> None:
        assert self.pair is not None
        self._seen.update(file.id for file in self.pair.files)
        if is_new and self.pair.detail is not None and self.pair.detail.group.decision is not None:
            self.query_one("#note", Input).value = self.pair.detail.group.decision.note
        self._show_facts(keep_scroll=not is_new)
        await self._show_pictures()
        self._show_line()
        self.refresh_bindings()

    async def _show_pictures(self) -> None:
        assert self.pair is not None
        is_writing = isinstance(self.focused, Input)
        await pictures.show(
            self.query_one("#pictures", Container),
            self.pair,
            wants_stills=self._wants_stills,
            weights=self.vault_app.settings.quality,
            form=self.vault_app.settings.ui.pictures,
        )
        if not is_writing:
            self._focus_pictures()

    def _focus_pictures(self) -> None:
        for widget in self.query("#pictures > *"):
            widget.focus()

    @work(exclusive=True, group="stills")
    async def action_stills(self) -> None:
        """Still frames instead of moving pictures, and back."""
        if self.pair is not None:
            self._wants_stills = not self._wants_stills
            await self._show_pictures()

    def _show_facts(self, *, keep_scroll: bool) -> None:
        assert self.pair is not None
        self.query_one(SideBySide).show(
            pair_table(self.pair, self.vault_app.settings), keep_scroll=keep_scroll
        )
        self.refresh_bindings()

    def _show_line(self) -> None:
        if self.pair is None:
            return
        title = group_labels.title(self.pair.files)
        timing = "comparing the pictures…" if self.is_busy else self.pair.moments.words("a", "b")
        others = len(self.pair.detail.files) if self.pair.detail else len(self.pair.others) + 2
        self.query_one("#pair-line", Static).update(
            say(
                (title, "bold text"),
                *([(f"  {others} files, m shows the next", "muted")] if others > 2 else []),
                *([(f"  {timing}", "accent2")] if timing else []),
            )
        )

    # -- other files, other views -------------------------------------------------------------------

    def action_next_file(self) -> None:
        """The next file on the right."""
        self._page(1)

    def action_previous_file(self) -> None:
        """The file before on the right."""
        self._page(-1)

    def _page(self, by: int) -> None:
        if self.pair is None:
            return
        left, right = self.pair.files
        ids = [file_id for file_id in self.pair.all_ids if file_id != left.id]
        if len(ids) > 1:
            self._open(left.id, ids[(ids.index(right.id) + by) % len(ids)])

    def action_swap(self) -> None:
        """Left becomes right."""
        if self.pair is not None:
            left, right = self.pair.files
            if min(left.id, right.id) > 0:
                self._open(right.id, left.id)
            else:  # not in the catalogue
                self.wanted = self.wanted._replace(paths=(right.paths[0], left.paths[0]))
                self.background(self._load, group="load")

    def _open(self, left: int, right: int) -> None:
        assert self.pair is not None
        rest = tuple(file_id for file_id in self.pair.all_ids if file_id not in (left, right))
        self.wanted = self.wanted._replace(ids=(left, right, *rest))
        self.background(self._load, group="load")

    def action_view(self) -> None:
        """Pictures and facts, pictures only, facts only."""
        self._view = (self._view + 1) % len(VIEWS)
        for number, view in enumerate(VIEWS):
            self.set_class(number == self._view, f"-{view}")

    def action_scroll_down(self) -> None:
        """Scroll the facts down."""
        self.query_one(SideBySide).scroll_relative(y=3, animate=False)

    def action_scroll_up(self) -> None:
        """Scroll the facts up."""
        self.query_one(SideBySide).scroll_relative(y=-3, animate=False)

    # -- the note -----------------------------------------------------------------------------------

    @property
    def note(self) -> str:
        """The note as it stands."""
        return self.query_one("#note", Input).value.strip()

    def action_note(self) -> None:
        """Write a note."""
        self.query_one("#note", Input).focus()

    @on(Input.Submitted, "#note")
    def _note_written(self) -> None:
        self._leave_note()

    def _leave_note(self) -> None:
        self._focus_pictures()
        self.background(self._keep_note, group="note")

    async def _keep_note(self) -> None:
        """A decision that holds gets the new note; else it waits for the decision."""
        decision = self.pair.detail.group.decision if self.pair and self.pair.detail else None
        if decision is not None and decision.note != self.note:
            await self.write(groups.set_note, decision.id, self.note)
            self._tell(say(("✓ ", "good"), "the note is kept"))
            await self._look_again()

    def step_back(self) -> bool:
        """`escape`: out of the note."""
        if isinstance(self.focused, Input):
            self._leave_note()
            return True
        return False

    # -- deciding -----------------------------------------------------------------------------------

    def _gone(self, detail: Detail) -> set[int]:
        """Files that the decision so far archives: the copies of a large group are compared one by one."""
        decision = detail.group.decision
        if decision is None or decision.choice is not Choice.KEEP or detail.group.reopened:
            return set()
        return {file.id for file in detail.files} - set(decision.keepers)

    @work(exclusive=True, group="decide")
    async def action_keep_left(self) -> None:
        """Keep the left file, archive the right one."""
        await self._keep(0)

    @work(exclusive=True, group="decide")
    async def action_keep_right(self) -> None:
        """Keep the right file, archive the left one."""
        await self._keep(1)

    async def _keep(self, side: int) -> None:
        if self.pair is None or (detail := self.pair.detail) is None:
            return
        stays, goes = self.pair.files[side].id, self.pair.files[1 - side].id
        gone = self._gone(detail) - {stays} | {goes}
        await self._taken(detail, await decisions.keep(self, detail, _without(detail, gone), note=self.note))

    @work(exclusive=True, group="decide")
    async def action_keep_both(self) -> None:
        """Keep both."""
        if self.pair is None or (detail := self.pair.detail) is None:
            return
        gone = self._gone(detail) - {file.id for file in self.pair.files}
        if gone:
            taken = await decisions.keep(self, detail, _without(detail, gone), note=self.note)
        else:
            taken = await decisions.keep_all(self, detail, note=self.note)
        await self._taken(detail, taken)

    @work(exclusive=True, group="decide")
    async def action_apart(self) -> None:
        """Not duplicates."""
        if self.pair is not None and (detail := self.pair.detail) is not None:
            chosen = [file.id for file in self.pair.files]
            await self._taken(detail, await decisions.mark_different(self, detail, chosen, note=self.note))

    async def _taken(self, detail: Detail, taken: StoredDecision | None) -> None:
        """Show that a decision was stored; then the next file, or back to the list."""
        if taken is None:
            return
        for screen in self.app.screen_stack:
            if isinstance(screen, VaultScreen):
                screen.decided_elsewhere(detail, taken)
        await self._look_again()
        self._tell(say(("✓ ", "good"), taken.words, ("   u undoes it", "muted")))
        self._go_on(detail)

    def _go_on(self, detail: Detail) -> None:
        current = self.pair.detail if self.pair else None
        decision = current.group.decision if current else None
        waiting = [file.id for file in detail.files if file.id not in self._seen]
        if decision is not None and decision.choice is not Choice.NOT_DUPLICATES and waiting:
            stays = [file.id for file in self.pair.files if file.id in decision.keepers] if self.pair else []
            left = stays[0] if stays else detail.files[0].id
            self._open(left, waiting[0])
        elif not self.wanted.paths:  # opened from another screen
            self.dismiss()

    def _tell(self, content: Any) -> None:
        self.query_one("#told", Static).update(content)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Decisions are about groups; paging needs a third file."""
        detail = self.pair.detail if self.pair else None
        if action in {"keep_left", "keep_right", "keep_both", "apart", "note"}:
            return detail is not None
        if action == "stills":
            return pictures.can_play()
        if action in {"next_file", "previous_file"}:
            return self.pair is not None and len(self.pair.all_ids) > 2
        return True


def _without(detail: Detail, gone: set[int]) -> list[int]:
    return [file.id for file in detail.files if file.id not in gone]
