"""Counting how the steps of an operation ended."""

from dataclasses import dataclass, field

import msgspec

from mediavault_tui.domain.archive.journal import OperationEnded, Status, StepEnded


@dataclass
class Tally:
    """What an operation of `total` steps adds up."""

    kind: str
    total: int
    dry_run: bool = False
    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    freed: int = 0

    def ended(self, step: StepEnded) -> StepEnded:
        """Count a step; returns it with how far the operation is."""
        self.counts[step.status] += 1
        self.freed += step.freed
        return msgspec.structs.replace(step, done=sum(self.counts.values()), total=self.total)

    def summary(self, operation: int | None) -> OperationEnded:
        """The last event."""
        counts = self.counts
        begun = counts[Status.DONE] + counts[Status.FAILED] > 0
        return OperationEnded(
            self.kind,
            counts[Status.DONE],
            counts[Status.REFUSED],
            counts[Status.FAILED],
            self.freed,
            operation if begun else None,
            self.dry_run,
        )
