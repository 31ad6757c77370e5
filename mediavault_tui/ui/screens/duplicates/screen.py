"""The duplicate groups: a list, the chosen group's files side by side, and one key for each decision."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import msgspec
from textual import events, on, work
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.domain.text import size
from mediavault_tui.store import groups, review_queries
from mediavault_tui.store.database import Connection
from mediavault_tui.store.review_queries import Detail, Reviewed, Row, Sort, Totals, View
from mediavault_tui.ui import actions
from mediavault_tui.ui.dialogs.choose import Choice as Line
from mediavault_tui.ui.dialogs.choose import Choose
from mediavault_tui.ui.dialogs.prompt import Prompt
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.screens.duplicates import decisions, group_labels
from mediavault_tui.ui.screens.duplicates.decisions import StoredDecision
from mediavault_tui.ui.screens.duplicates.filter_dialog import FilterDialog, describe_filter
from mediavault_tui.ui.screens.duplicates.group_pane import side_table
from mediavault_tui.ui.styling import Cell, say
from mediavault_tui.ui.widgets.side_by_side import SideBySide
from mediavault_tui.ui.widgets.table import Column, PagedTable

SORTS = {
    Sort.SIZE: ("size", "Most reclaimable first"),
    Sort.CONFIDENCE: ("confidence", "Surest first"),
    Sort.TITLE: ("title", "By title, season and episode"),
    Sort.FILES: ("files", "Most files first"),
    Sort.NEWEST: ("newest", "Found last first"),
}
PLACE = "duplicates"
WIDE, HUGE = 100, 160
"""Cells of the screen from which the list is wide, and from which it stands beside the files."""


class DuplicatesScreen(VaultScreen):
    """See the module."""

    ABOUT = (
        "Files that are the same film or episode, with what speaks for it and which copy is better. ▲ marks the"
        " better value, ▼ the worse, ≠ another one. Decisions only say what is to happen; no file is touched."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("duplicates")]

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        self.detail: Detail | None = None
        """The group under the cursor."""
        self.chosen = 0
        """Which of its files `keep this` would keep."""
        self._open: set[int] = set()
        self._skipped: set[int] = set()
        self._has_started = False

    def body(self) -> Iterable[Widget]:
        """Figures, list, files side by side, and what was just done."""
        yield Static(id="review-line", classes="line")
        table: PagedTable[int, Row] = PagedTable(
            self._columns(), self._draw, empty="No duplicates here.", id="groups"
        )
        left, right = Container(table, id="review-list"), Container(SideBySide(id="sides"), id="review-sides")
        left.add_class("pane")
        right.add_class("pane")
        left.border_title = say("Groups")
        yield Container(left, right, id="review")
        yield Static(id="told", classes="line")

    @property
    def table(self) -> PagedTable[int, Row]:
        """The list."""
        found: PagedTable[int, Row] = self.query_one("#groups", PagedTable)
        return found

    def _columns(self) -> list[Column]:
        sign = {sort: " ▾" if sort is self.view.sort else "" for sort in Sort}
        return [
            Column("", 10),
            Column("Sure", 12, sign=sign[Sort.CONFIDENCE]),
            Column("Same by", 19 if self._is_wide else 8, from_width=70),
            Column("Title", 0, sign=sign[Sort.TITLE] or sign[Sort.NEWEST]),
            Column("Files", 5, right=True, from_width=70, sign=sign[Sort.FILES]),
            Column("Frees", 9, right=True, sign=sign[Sort.SIZE]),
        ]

    def _draw(self, row: Row) -> Sequence[Cell]:
        kinds = group_labels.kinds(row.kinds if self._is_wide else row.kinds[:1])
        if len(row.kinds) > 1 and not self._is_wide:
            kinds.append((f" +{len(row.kinds) - 1}", "muted"))
        return [
            group_labels.standing(row),
            group_labels.confidence(row.confidence, self.vault_app.settings.match),
            kinds,
            group_labels.row_title(row),
            str(row.files),
            size(row.reclaimable) if row.reclaimable else ("–", "muted"),
        ]

    @property
    def _is_wide(self) -> bool:
        """Whether the list has room for all kinds of evidence: beside the files it has not."""
        return WIDE <= self.size.width < HUGE

    @on(events.Resize)
    def _resized(self) -> None:
        self.table.set_columns(self._columns())

    # -- loading ------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.table.focus()

    def catalogue_changed(self) -> None:
        """Look again; a list that only lost or gained decisions stays as it is."""
        if not self._has_started:
            self._has_started = True
            self._take_up()
        else:
            self.background(self._look_again, group="look")

    def _take_up(self) -> None:
        """Go on where the review was left."""
        place: Mapping[str, Any] = self.vault_app.places.get(PLACE) or {}
        try:
            self.view = msgspec.convert(place.get("view", {}), View)
        except msgspec.ValidationError:  # kept by a version with other filters
            self.view = View()
        self.background(partial(self._load, at=place.get("group")), group="load")

    async def _load(self, at: int | None = None) -> None:
        """Ask for the list anew."""
        ids = await self.ask(review_queries.order, self.view)
        self.table.set_columns(self._columns())
        self._show_figures(*await self.ask(_figures))
        self.table.show(ids, self._fetch, at=at)

    async def _fetch(self, ids: Sequence[int]) -> Mapping[int, Row]:
        return await self.ask(review_queries.rows, ids)

    async def _look_again(self) -> None:
        shown = self.table.keys
        everything = set(
            await self.ask(review_queries.order, msgspec.structs.replace(self.view, reviewed=Reviewed.ANY))
        )
        wanted = await self.ask(review_queries.order, self.view)
        stays = [group_id for group_id in shown if group_id in everything]
        is_new = not set(wanted) <= set(stays)
        self._show_figures(*await self.ask(_figures))
        self.table.show(wanted if is_new else stays, self._fetch)
        await self._load_detail(again=True)

    def _show_figures(self, totals: Totals, open_groups: set[int]) -> None:
        self._open = open_groups
        done = totals.groups - totals.open
        self.query_one("#review-line", Static).update(
            say(
                (f"{totals.groups:,}", "bold text"), f" group{'s' * (totals.groups != 1)}, ",
                (f"{done:,}", "good"), " decided, ",
                (f"{totals.open:,}", "bold warning" if totals.open else "good"), " open, ",
                (size(totals.reclaimable_open), "bold text"), " reclaimable",
                *describe_filter(self.view, self.vault_app.settings.match),
            )
        )  # fmt: skip

    @on(PagedTable.Highlighted, "#groups")
    def _moved(self) -> None:
        self.background(self._load_detail, group="detail")

    async def _load_detail(self, *, again: bool = False) -> None:
        group_id = self.table.cursor_key
        if group_id is None:
            self.detail = None
            self.query_one(SideBySide).show(SideBySide.EMPTY)
            return
        if not again and self.detail is not None and self.detail.group.id == group_id:
            return
        detail = await self.ask(review_queries.detail, group_id)
        is_same = detail is not None and self.detail is not None and self.detail.group.id == detail.group.id
        self.detail = detail
        if detail is not None and not is_same:
            self.chosen = _first_choice(detail)
        self._show_detail(keep_scroll=is_same)
        self._keep_place()

    def _show_detail(self, *, keep_scroll: bool = False) -> None:
        pane = self.query_one("#review-sides", Container)
        if self.detail is None:
            self.query_one(SideBySide).show(SideBySide.EMPTY)
            return
        pane.border_title = say(group_labels.title(self.detail.files))
        table = side_table(self.detail, self.chosen, self.vault_app.settings)
        self.query_one(SideBySide).show(table, keep_scroll=keep_scroll)
        self.refresh_bindings()

    def _keep_place(self) -> None:
        place = {"group": self.table.cursor_key, "view": msgspec.to_builtins(self.view)}
        self.vault_app.keep_place(PLACE, place)

    # -- moving -------------------------------------------------------------------------------------

    def action_left(self) -> None:
        """Choose the file on the left."""
        self._choose(self.chosen - 1)

    def action_right(self) -> None:
        """Choose the file on the right."""
        self._choose(self.chosen + 1)

    @on(SideBySide.Clicked)
    def _clicked(self, event: SideBySide.Clicked) -> None:
        self._choose(event.number)

    def _choose(self, number: int) -> None:
        if self.detail is not None:
            self.chosen = max(0, min(number, len(self.detail.files) - 1))
            self._show_detail(keep_scroll=True)

    def action_scroll_down(self) -> None:
        """Scroll the files down."""
        self.query_one(SideBySide).scroll_relative(y=3, animate=False)

    def action_scroll_up(self) -> None:
        """Scroll the files up."""
        self.query_one(SideBySide).scroll_relative(y=-3, animate=False)

    def action_next_open(self) -> None:
        """To the next group that waits for a decision."""
        self._go_to_next_open()

    def action_skip(self) -> None:
        """Skip this group for now."""
        if self.table.cursor_key is not None:
            self._skipped.add(self.table.cursor_key)
            self._tell(say(("→ ", "accent"), "left for later"))
            self._go_to_next_open()

    def _go_to_next_open(self) -> None:
        keys, here = self.table.keys, self.table.cursor
        around = [*keys[here + 1 :], *keys[:here]]
        waiting = [group_id for group_id in around if group_id in self._open]
        found = next((group_id for group_id in waiting if group_id not in self._skipped), None)
        if found is None and waiting:  # once round: now those that were left for later
            self._skipped.clear()
            found = waiting[0]
        if found is not None:
            self.table.move_to(found)
        elif self.table.cursor_key not in self._open:
            self._tell(say(("✓ ", "good"), "Nothing in this list waits for a decision."))

    # -- deciding -----------------------------------------------------------------------------------

    @work(exclusive=True, group="decide")
    async def action_keep(self) -> None:
        """Keep the selected file, archive the others."""
        if (detail := self.detail) is not None and detail.files:
            await self._taken(detail, await decisions.keep(self, detail, [detail.files[self.chosen].id]))

    @work(exclusive=True, group="decide")
    async def action_keep_all(self) -> None:
        """Keep all files of the group."""
        if (detail := self.detail) is not None:
            await self._taken(detail, await decisions.keep_all(self, detail))

    @work(exclusive=True, group="decide")
    async def action_apart(self) -> None:
        """Not duplicates."""
        if (detail := self.detail) is not None:
            files = [file.id for file in detail.files]
            await self._taken(detail, await decisions.mark_different(self, detail, files))

    async def _taken(self, detail: Detail, taken: StoredDecision | None) -> None:
        """Show that a decision was stored, and go on."""
        if taken is None:
            return
        self._open.discard(detail.group.id)
        title = group_labels.title(detail.files)
        self._tell(say(("✓ ", "good"), title, (": ", "muted"), taken.words, ("   u undoes it", "muted")))
        if self.table.cursor_key == detail.group.id:
            self._go_to_next_open()
        await self._look_again()

    def decided_elsewhere(self, detail: Detail, taken: StoredDecision) -> None:
        """The comparison over this screen stored a decision."""
        self.background(partial(self._taken, detail, taken), group="decided")

    def undone(self, group_ids: Sequence[int]) -> None:
        """Decisions were taken back: show the first of these groups."""
        self._skipped.difference_update(group_ids)
        self.background(partial(self._show_undone, group_ids[0]), group="undone")

    async def _show_undone(self, group_id: int) -> None:
        await self._look_again()
        self.table.move_to(group_id)
        await self._load_detail(again=True)

    @work(exclusive=True, group="decide")
    async def action_note(self) -> None:
        """Add a note to the decision."""
        detail = self.detail
        if detail is None or detail.group.decision is None:
            self._tell(say(("A note belongs to a decision: ", "muted"), "decide first."))
            return
        decision = detail.group.decision
        note = await self.app.push_screen_wait(Prompt("Note", value=decision.note))
        if note is not None:
            await self.write(groups.set_note, decision.id, note)
            await self._load_detail(again=True)

    def _tell(self, content: Any) -> None:
        self.query_one("#told", Static).update(content)

    # -- other views --------------------------------------------------------------------------------

    @work(exclusive=True, group="dialog")
    async def action_filter(self) -> None:
        """Choose what is listed."""
        view = await self.app.push_screen_wait(FilterDialog(self.view, self.vault_app.settings.match))
        if view is not None and view != self.view:
            await self._change_view(view)

    @work(exclusive=True, group="dialog")
    async def action_sort(self) -> None:
        """Choose the order."""
        choices = [Line(sort, label, about) for sort, (label, about) in SORTS.items()]
        answer = await self.app.push_screen_wait(Choose("Sort by", choices, current=self.view.sort))
        if answer is not None:
            await self._change_view(msgspec.structs.replace(self.view, sort=Sort(answer)))

    async def _change_view(self, view: View) -> None:
        self.view = view
        await self._load(at=self.table.cursor_key)
        self._keep_place()

    def step_back(self) -> bool:
        """`escape`: show everything again."""
        plain = View(sort=self.view.sort)
        if self.view == plain:
            return False
        self.background(partial(self._change_view, plain), group="load")
        return True

    def action_compare(self) -> None:
        """Open the comparison."""
        from mediavault_tui.ui.screens.comparison.screen import ComparisonScreen

        if self.detail is not None and len(self.detail.files) > 1:
            ids = tuple(file.id for file in self.detail.files)
            other = self.chosen if self.chosen else 1
            self.app.push_screen(ComparisonScreen((ids[0], ids[other]), group_id=self.detail.group.id))

    @on(PagedTable.Chosen, "#groups")
    def _opened(self) -> None:
        self.action_compare()

    def action_bulk(self) -> None:
        """Accept everything that is clear, after a preview."""
        from mediavault_tui.ui.screens.duplicates.bulk import BulkScreen

        self.app.push_screen(BulkScreen())

    def action_plan(self) -> None:
        """Show what the decisions come to."""
        from mediavault_tui.ui.screens.plan_preview import PlanPreviewScreen

        self.app.push_screen(PlanPreviewScreen())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to decide in an empty list."""
        if action in {"keep", "keep_all", "apart", "skip", "compare", "note", "left", "right"}:
            return self.detail is not None
        return True


def _figures(connection: Connection) -> tuple[Totals, set[int]]:
    return review_queries.totals(connection), review_queries.open_groups(connection)


def _first_choice(detail: Detail) -> int:
    """The file that was kept, or is suggested, or else the best."""
    decision = detail.group.decision
    kept = decision.keepers if decision else ()
    suggested = [member.file_id for member in detail.group.found.members if member.keep]
    for number, file in enumerate(detail.files):
        if file.id in (kept or suggested):
            return number
    return 0
