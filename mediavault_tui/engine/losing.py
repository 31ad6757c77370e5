"""What would be lost: the one place where match, plan, screens and comparison ask."""

from collections.abc import Iterable, Sequence

from mediavault_tui.domain import duplicates, quality
from mediavault_tui.domain.duplicates import Evidence
from mediavault_tui.engine.candidates import copy_of
from mediavault_tui.store.catalogue import FileRecord


def covered(
    losers: Iterable[FileRecord], keepers: Sequence[FileRecord], evidence: Sequence[Evidence]
) -> dict[int, quality.Covered]:
    """For each loser: what none of the kept copies has, and which of them the rest is safe with.

    `evidence` is that of their group.
    """
    kept = [copy_of(file) for file in keepers]
    return {
        file.id: quality.covered(
            copy_of(file), kept, coverage=lambda a, b: duplicates.coverage_between(evidence, a, b)
        )
        for file in losers
    }


def told(found: quality.Covered) -> tuple[str, ...]:
    """The losses as people read them."""
    return tuple(loss.words for loss in found.losses)


def only_held_by(
    loser: FileRecord, keeper: int, keepers: Sequence[FileRecord], evidence: Sequence[Evidence]
) -> tuple[str, ...]:
    """What of `loser` the keeper of that number holds and no other of `keepers`, in words."""
    others = [each for each in keepers if each.id != keeper]
    always = told(covered([loser], keepers, evidence)[loser.id])
    without = told(covered([loser], others, evidence)[loser.id]) if others else ()
    return tuple(what for what in without if what not in always)
