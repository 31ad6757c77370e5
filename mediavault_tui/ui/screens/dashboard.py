"""The dashboard: what the collection adds up to, what can be won, whether all is well, what runs."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mediavault_tui.domain.text import duration, printable, size
from mediavault_tui.store.overview import Overview, overview
from mediavault_tui.ui import actions, labels
from mediavault_tui.ui.jobs import Job
from mediavault_tui.ui.screens.base import VaultScreen
from mediavault_tui.ui.screens.scanner.phases import Phases
from mediavault_tui.ui.styling import Cell, lines, say
from mediavault_tui.ui.widgets.charts import BarChart, Facts, Share
from mediavault_tui.ui.widgets.scroll_pane import Scrolling

# id → title of the panes, in the order they are laid out.
FACTS = {"collection": "Collection", "winnings": "Duplicates", "health": "Health", "scans": "Scans"}
CHARTS = {"tiers": "Resolution", "codecs": "Video codec", "decades": "Decade", "roots": "Folders"}


class DashboardScreen(VaultScreen):
    """See the module."""

    ABOUT = (
        "What the collection adds up to. On a first start it leads to choosing folders and the first scan."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings("dashboard")]

    def body(self) -> Iterable[Widget]:
        """The way in, the running scan, facts, charts."""
        yield Static(id="way-in", classes="pane")
        with Scrolling(id="panes"):
            with Vertical(id="running", classes="pane") as pane:
                pane.border_title = "Scan"
                yield Phases()
            with Grid(id="facts"):
                for name, title in FACTS.items():
                    yield _pane(title, Facts(id=name))
            with Grid(id="charts"):
                for name, title in CHARTS.items():
                    yield _pane(title, BarChart(id=name, most=12))

    def on_mount(self) -> None:
        """Show what runs; on a first start, go and choose folders."""
        job = self.vault_app.jobs.current
        if job is not None:
            self.job_changed(job)
        if not self.vault_app.roots and self.vault_app.launch.compare is None:
            self.call_after_refresh(self._lead_in)

    async def _lead_in(self) -> None:
        known = await self.ask(overview)
        if not known.roots and not known.files:
            self.vault_app.choose_folders()

    async def load(self) -> None:
        """Count everything."""
        known = await self.ask(overview)
        is_empty = not known.files and not known.missing and not known.archived
        self.set_class(is_empty, "-empty")
        if is_empty:
            self.query_one("#way-in", Static).update(self._way_in())
        self._show_facts(known)
        self._show_charts(known)

    def _way_in(self) -> Content:
        if self.vault_app.jobs.is_busy:
            hint = say(
                "The scan is under way: ", ("4", "bold accent"), " watches it. What it finds shows up here."
            )
        elif self.vault_app.roots:
            hint = say("The catalogue is empty. ", ("s", "bold accent"), " starts the first scan.")
        else:
            hint = say(
                "No folders yet. ", ("f", "bold accent"), " chooses the folders that hold films and shows."
            )
        return lines(say(("Welcome to MediaVault", "bold accent")), say(""), hint)

    def _show_facts(self, known: Overview) -> None:
        self.query_one("#collection", Facts).show(_collection(known))
        self.query_one("#winnings", Facts).show(_winnings(known))
        self.query_one("#health", Facts).show(_health(known))
        self.query_one("#scans", Facts).show(_scans(known))

    def _show_charts(self, known: Overview) -> None:
        for name, counts in (("tiers", known.tiers), ("codecs", known.codecs), ("decades", known.decades)):
            shares = [Share(label, count, f"{count:,}") for label, count in counts.items()]
            self.query_one(f"#{name}", BarChart).show(shares)
        self.query_one("#roots", BarChart).show(
            [Share(printable(root.path), root.bytes, size(root.bytes)) for root in known.roots]
        )

    def job_changed(self, job: Job) -> None:
        """The running scan, live."""
        self.set_class(job.is_live, "-busy")
        self.query_one(Phases).show(job if job.is_live else None)
        if self.has_class("-empty"):
            self.query_one("#way-in", Static).update(self._way_in())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Reviewing only where duplicates can be reviewed."""
        return "duplicates" in self.vault_app.main_screens if action == "review" else True

    async def action_scan(self) -> None:
        """Scan all folders."""
        await self.vault_app.start_scan()

    def action_review(self) -> None:
        """On to the duplicates."""
        self.vault_app.go("duplicates")

    def action_folders(self) -> None:
        """Choose folders."""
        self.vault_app.choose_folders()


def _pane(title: str, inside: Widget) -> Widget:
    pane = Vertical(inside, classes="pane")
    pane.border_title = title
    return pane


def _collection(known: Overview) -> list[tuple[str, Cell]]:
    kinds = known.kinds
    return [
        ("Files", (f"{known.files:,}", "bold")),
        ("Size", (size(known.bytes), "bold")),
        ("Runtime", labels.hours(known.duration_s)),
        ("Episodes", f"{kinds.get('episode', 0):,}"),
        ("Films", f"{kinds.get('movie', 0):,}"),
        ("Other", (f"{kinds.get('extra', 0):,} extras, {kinds.get('other', 0):,} unknown", "muted")),
    ]


def _winnings(known: Overview) -> list[tuple[str, Cell]]:
    groups, kinds = known.groups, known.group_kinds
    return [
        ("Groups", (f"{groups.groups:,}", "bold")),
        ("Unreviewed", (f"{groups.open:,}", "bold warning" if groups.open else "good")),
        ("Reclaimable", (size(groups.reclaimable), "bold good")),
        ("Exact", f"{kinds['exact']:,}"),
        ("By title", f"{kinds['title']:,}"),
        ("By pictures", f"{kinds['content']:,}"),
    ]


def _health(known: Overview) -> list[tuple[str, Cell]]:
    offline = [root for root in known.roots if root.offline_reason]

    def count(number: int, role: str) -> Cell:
        return (f"{number:,}", f"bold {role}") if number else ("none", "good")

    to_do = known.unread_media
    rows: list[tuple[str, Cell]] = [
        ("Damaged", count(known.damaged, "bad")),
        ("Unreadable", count(known.set_aside, "bad")),
        ("Missing", count(known.missing, "warning")),
        (
            "In archive",
            (f"{known.archived:,}, {size(known.archived_bytes)}" if known.archived else "none", "muted"),
        ),
        ("Offline", count(len(offline), "warning")),
        ("Not read yet", count(to_do, "accent")),
    ]
    rows += [("", (f"{printable(root.path)}: {root.offline_reason}", "warning")) for root in offline[:1]]
    return rows


def _scans(known: Overview) -> list[tuple[str, Cell]]:
    if not known.scans:
        return [("", ("None yet. s starts one.", "muted"))]
    return [
        (
            labels.days(scan.started_at),
            [
                (f"{scan.files_new:,} new", "bold" if scan.files_new else "muted"),
                (f"  {scan.outcome}", "muted" if scan.outcome == "finished" else "warning"),
                (f"  {duration(scan.seconds)}" if scan.finished_at else "", "muted"),
            ],
        )
        for scan in known.scans
    ]
