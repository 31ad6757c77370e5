"""The rows of the matrix: each a job, what is done before it, and what somebody else does meanwhile."""

from collections.abc import Sequence
from typing import NamedTuple

from mediavault_tui.domain.archive.operations import Op

DISTURBANCES = ("loser replaced", "loser written to", "loser gone", "keeper replaced", "keeper gone")


class Row(NamedTuple):
    """One line of the matrix: what is done before, and the job the faults hit."""

    name: str
    op: Op = Op.ARCHIVE
    copies: bool = False
    """Between two filesystems."""
    job: str = "apply"
    before: tuple[str, ...] = ()
    crash: tuple[str, int] | None = None
    """Before: apply, killed at the n-th such call."""
    disturb: Sequence[str] = ()


ROWS = (
    Row("apply", disturb=DISTURBANCES),
    Row("apply-copy", copies=True, disturb=(*DISTURBANCES, "archive unmounted")),
    Row("apply-hardlink", Op.HARDLINK, disturb=DISTURBANCES),
    Row(
        "restore",
        job="restore",
        before=("apply",),
        disturb=("archived gone", "archived replaced", "origin taken"),
    ),
    Row(
        "restore-copy",
        copies=True,
        job="restore",
        before=("apply",),
        disturb=("archived replaced", "origin taken"),
    ),
    Row(
        "restore-hardlink",
        Op.HARDLINK,
        job="restore",
        before=("apply",),
        disturb=("archived gone", "archived replaced", "origin taken"),
    ),
    Row("purge", job="purge", before=("apply",), disturb=("archived gone", "archived replaced")),
    Row("purge-hardlink", Op.HARDLINK, job="purge", before=("apply",), disturb=("archived gone",)),
    Row("recover-rename", job="recover", crash=("renameat2", 1)),
    # A copy begins with trials: the original is set aside and back, an empty file renamed twice and removed.
    Row("recover-copy-original-tried", copies=True, job="recover", crash=("renameat2", 2)),
    Row("recover-copy-tried", copies=True, job="recover", crash=("renameat2", 4)),
    Row("recover-copy-begun", copies=True, job="recover", crash=("fchmod", 1)),
    Row("recover-copy-verified", copies=True, job="recover", crash=("renameat2", 5)),
    Row("recover-copy-in-place", copies=True, job="recover", crash=("renameat2", 6)),
    Row("recover-copy-aside", copies=True, job="recover", crash=("unlinkat", 2)),
    Row("recover-link-exchanged", Op.HARDLINK, job="recover", crash=("renameat2", 2)),
    Row("recover-link-made", Op.HARDLINK, job="recover", crash=("renameat2", 1)),
)
