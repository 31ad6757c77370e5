"""The phases of a running scan, each with how far it is."""

from mediavault_tui.domain.events import Phase, Progress
from mediavault_tui.domain.text import duration, size
from mediavault_tui.ui.jobs import Job
from mediavault_tui.ui.widgets.charts import Lines, bar

ABOUT = {
    Phase.WALK: "finding files",
    Phase.NAMES: "reading names",
    Phase.MEDIAINFO: "looking inside",
    Phase.HASH: "comparing content",
    Phase.FINGERPRINT: "comparing pictures",
    Phase.MATCH: "finding duplicates",
}
BAR_WIDTH = 24


class Phases(Lines):
    """One line a phase, and one about the whole."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.job: Job | None = None

    def show(self, job: Job | None) -> None:
        """The job as it is now."""
        self.job = job
        self.changed()

    def lines(self, width: int) -> list[list[tuple[str, str]]]:
        """See the class."""
        job = self.job
        if job is None:
            return [[("No scan is running. ", ""), ("Press s to start one.", "muted")]]
        return [self._about(job), *(self._phase(job, phase, width) for phase in Phase)]

    def _about(self, job: Job) -> list[tuple[str, str]]:
        words = {
            "running": ("▶ running", "bold good"),
            "paused": ("Ⅱ paused", "bold warning"),
            "finished": ("✓ finished", "bold good"),
            "cancelled": ("■ cancelled", "bold warning"),
            "failed": ("✗ failed", "bold bad"),
        }
        trouble = f"   {job.trouble_count:,} skipped or damaged" if job.trouble_count else ""
        return [words[job.state], (f"   {job.title}, {duration(job.seconds)}", "muted"), (trouble, "warning")]

    def _phase(self, job: Job, phase: Phase, width: int) -> list[tuple[str, str]]:
        progress = job.progress.get(phase)
        name = f"{phase:<12}"
        if progress is None:
            return [("  ", ""), (name, "muted"), (ABOUT[phase], "muted")]
        if phase is not job.phase or job.state == "finished":
            done = f"{progress.done:,}" + (
                f", {size(progress.bytes_read)} read" if progress.bytes_read else ""
            )
            return [("✓ ", "bold good"), (name, ""), (done, "muted")]
        return [("▸ ", "bold accent"), (name, "bold"), *self._live(job, progress, width)]

    def _live(self, job: Job, progress: Progress, width: int) -> list[tuple[str, str]]:
        if progress.total is None:
            return [(f"{progress.done:,} so far", ""), (self._rate(job), "muted")]
        share = progress.done / progress.total if progress.total else 1.0
        room = BAR_WIDTH if width > 90 else 10
        left = job.seconds_left
        return [
            (bar(share, room), "accent"),
            (f" {100 * share:3.0f} %", "bold"),
            (f"  {progress.done:,} of {progress.total:,}", ""),
            (self._rate(job), "muted"),
            (f"  {duration(left)} left" if left is not None and left > 1 else "", "muted"),
        ]

    def _rate(self, job: Job) -> str:
        return f"  {job.rate:,.0f}/s" if job.rate >= 1 and job.state == "running" else ""
