"""Duplicate groups in words: titles, kinds, confidence, what was decided, and what keeping a copy would mean."""

from collections.abc import Mapping, Sequence

from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Match
from mediavault_tui.domain.text import size
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.groups import Choice, GroupRecord
from mediavault_tui.store.review_queries import Detail, Row
from mediavault_tui.ui.labels import title_of
from mediavault_tui.ui.widgets.comparison_rows import letter

Piece = tuple[str, str]
"""(text, role)"""
Losses = Mapping[int, Sequence[str]]
"""File → what archiving it would lose."""

KIND_ROLES = {EvidenceKind.EXACT: "good", EvidenceKind.TITLE: "accent2", EvidenceKind.CONTENT: "accent"}

_CHOICES = {
    Choice.KEEP: ("✓ kept one", "good"),
    Choice.KEEP_ALL: ("✓ kept all", "accent2"),
    Choice.NOT_DUPLICATES: ("≠ not same", "muted"),
}


def row_title(row: Row) -> str:
    """What a group is called."""
    return title_of(row.name, row.file)


def title(files: Sequence[FileRecord]) -> str:
    """What files that belong together are called: as the first whose name says anything."""
    told = next((file for file in files if file.name.title), files[0])
    return title_of(told.name, told.paths[0])


def confidence(value: float, match: Match, unit: str = "") -> Piece:
    """A number and a word; `unit` stands between them."""
    number = f"{value:.0f}{unit}" if unit else f"{value:3.0f}"
    if value >= 99.5:
        return f"{number} certain", "bold good"
    return (f"{number} sure", "good") if value >= match.confident else (f"{number} possible", "warning")


def kinds(row_kinds: Sequence[EvidenceKind]) -> list[Piece]:
    """`exact + title`, each in its colour."""
    pieces: list[Piece] = []
    for kind in row_kinds:
        pieces += [("+", "muted")] * bool(pieces) + [(str(kind), KIND_ROLES[kind])]
    return pieces


def standing(row: Row) -> Piece:
    """What was decided about a group, or that it waits."""
    if row.choice is None:
        return ("? look", "warning") if row.needs_review else ("○ open", "text")
    if row.is_open:
        return "↻ again", "warning"
    return _CHOICES[row.choice]


def names_of(detail: Detail) -> dict[int, str]:
    """File id → its letter."""
    return {file.id: letter(number) for number, file in enumerate(detail.files)}


def verdict(group: GroupRecord) -> Piece:
    """Which copy is better, if any."""
    found = group.found
    if found.needs_review:
        return "so many files that nothing is suggested: please look yourself", "warning"
    if found.verdict == "too_close" and EvidenceKind.EXACT in found.kinds:
        return "the same content: any copy will do", "good"
    if found.verdict == "too_close":
        return f"too close to call: {found.verdict_reason}", "warning"
    if found.verdict == "all_damaged":
        return found.verdict_reason, "bad"
    return f"a is better: {found.verdict_reason}", "good"


def decided(detail: Detail) -> list[Piece]:
    """What was decided, with its note; nothing if nothing was."""
    decision = detail.group.decision
    if decision is None:
        return []
    letters = names_of(detail)
    kept = ", ".join(letters[file_id] for file_id in decision.keepers if file_id in letters)
    goes = ", ".join(name for file_id, name in letters.items() if file_id not in decision.keepers)
    told = {
        Choice.KEEP: f"keep {kept}" + (f", archive {goes}" if goes else ""),
        Choice.KEEP_ALL: "keep all of them",
        Choice.NOT_DUPLICATES: f"{kept} is not the same" if kept else "not duplicates",
    }[decision.choice]
    pieces = [("Decided: ", "muted"), (told, "bold good")]
    if decision.allow_loss:
        pieces.append((", the loss is accepted", "warning"))
    if detail.group.reopened:
        pieces.append((" – to be decided again: " + "; ".join(detail.group.reopened), "warning"))
    if decision.note:
        pieces.append((f" – {decision.note}", "text"))
    return pieces


def describe(choice: Choice, kept: Sequence[str], gone: int, freed: int) -> str:
    """A decision just taken, for the line below."""
    if choice is Choice.KEEP_ALL:
        return "keep all"
    if choice is Choice.NOT_DUPLICATES:
        return "not the same"
    files = "1 file goes" if gone == 1 else f"{gone} files go"
    return f"keep {', '.join(kept)}, {files}" + (f", {size(freed)}" if freed else "")
