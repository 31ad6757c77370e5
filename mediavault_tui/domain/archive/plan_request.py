"""What a plan was asked for and where it was made: `apply` asks the same again, of the same catalogue."""

import re
from enum import StrEnum

import msgspec

from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.media import EvidenceKind


class DecidedBy(StrEnum):
    """Whose word it is that a file goes."""

    YOU = "you"
    RULE = "rule"
    RANKING = "ranking"


class PlanRequest(msgspec.Struct, frozen=True):
    """Which groups to plan for, and what to do with their losers."""

    kinds: frozenset[EvidenceKind] = frozenset()
    """Only groups with one of these kinds of evidence; all if empty."""
    min_confidence: float | None = None
    """Only groups at least this sure. None: undecided ones need match.confident, decided ones nothing."""
    groups: tuple[int, ...] | None = None
    """Only these, however sure."""
    by_policy: bool = False
    """Let the config's rules decide what the user has not decided."""
    undecided_only: bool = False
    """Leave out what the user has decided."""
    op: Op = Op.ARCHIVE
    into: str | None = None
    """For MOVE: the folder."""
    below: tuple[bytes, ...] | None = None
    """Only files below these folders may go."""
    accept_new_device: bool = False
    """Archive folders that are on another device than before, or were emptied, are meant to be."""


class PlanOrigin(msgspec.Struct, frozen=True):
    """Where, when and for what a plan was made. Raises ValueError for a date that is none."""

    catalogue: str
    """The catalogue's random name; a copy of it keeps the name."""
    machine: str
    """A digest that only this machine gives."""
    host: str
    """Its name, for people."""
    date: str
    """ISO date, for the archive's folders."""
    asked: PlanRequest

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.date, re.ASCII):
            raise ValueError(f"{self.date!r} is no date")
