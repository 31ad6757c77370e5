"""Decide first, then do: plans are inert values that the preview, the dry run, the JSON file and apply share."""

from mediavault_tui.domain.plan.asking import Asked, By, Made
from mediavault_tui.domain.plan.changes import Standing, what_changed
from mediavault_tui.domain.plan.making import make_plan
from mediavault_tui.domain.plan.shape import from_json, to_json
from mediavault_tui.domain.plan.values import (
    DecidedGroup,
    Entry,
    Facts,
    FileFacts,
    Folder,
    Plan,
    Proven,
    Refused,
    Step,
    UnsafePlan,
    Wishes,
)
from mediavault_tui.domain.steps import Keeper

__all__ = [
    "Asked",
    "By",
    "DecidedGroup",
    "Entry",
    "Facts",
    "FileFacts",
    "Folder",
    "Keeper",
    "Made",
    "Plan",
    "Proven",
    "Refused",
    "Standing",
    "Step",
    "UnsafePlan",
    "Wishes",
    "from_json",
    "make_plan",
    "to_json",
    "what_changed",
]
