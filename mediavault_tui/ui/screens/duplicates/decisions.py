"""Taking decisions and taking them back: the same from the list of groups and from the comparison."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mediavault_tui.domain import quality
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.conversions import copy_of
from mediavault_tui.engine.matching import expected_losses
from mediavault_tui.store import groups, review_queries
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.groups import Choice
from mediavault_tui.store.review_queries import Detail
from mediavault_tui.ui.dialogs.ask import Confirm
from mediavault_tui.ui.dialogs.choose import Choice as Line
from mediavault_tui.ui.dialogs.choose import Choose
from mediavault_tui.ui.screens.duplicates import group_labels
from mediavault_tui.ui.styling import lines, say

if TYPE_CHECKING:
    from mediavault_tui.ui.app import VaultApp
    from mediavault_tui.ui.screens.base import VaultScreen


class StoredDecision(NamedTuple):
    """A decision that was stored."""

    id: int
    words: str


def losses(detail: Detail, keepers: Sequence[int], settings: Settings) -> dict[int, list[str]]:
    """For each file that is not kept: what it has and none of those that are kept has."""
    kept = [file for file in detail.files if file.id in keepers]
    if not kept:
        return {}
    goes = [file for file in detail.files if file.id not in keepers]
    durations = {file.id: file.info.duration_s for file in detail.files}
    late = expected_losses.out_of_step(detail.group.found.members, [file.id for file in kept], durations)
    giving = {file.id for file in goes} - late if settings.archive.offer_sidecars else set[int]()
    found = expected_losses.covered(goes, kept, detail.group.found.evidence, giving)
    return {file_id: list(expected_losses.describe(about)) for file_id, about in found.items()}


def freed(files: Sequence[FileRecord], keepers: Sequence[int]) -> int:
    """Bytes that archiving the others frees."""
    stays = [copy_of(file) for file in files if file.id in keepers]
    goes = [copy_of(file) for file in files if file.id not in keepers]
    return quality.reclaimable(goes, stays).bytes


async def keep(
    screen: "VaultScreen", detail: Detail, keepers: Sequence[int], *, note: str = ""
) -> StoredDecision | None:
    """Keep these, archive the others. Asks first where something would be lost; None if the answer is no."""
    lost = {
        file_id: told for file_id, told in losses(detail, keepers, screen.vault_app.settings).items() if told
    }
    if lost and not await _is_loss_accepted(screen, detail, lost):
        return None
    decision = await screen.write(
        groups.decide, detail.group.id, Choice.KEEP, keepers, note=note, allow_loss=bool(lost)
    )
    letters = group_labels.names_of(detail)
    gone = [file for file in detail.files if file.id not in keepers]
    kept = [letters[file_id] for file_id in keepers if file_id in letters]
    return StoredDecision(
        decision, group_labels.describe(Choice.KEEP, kept, len(gone), freed(detail.files, keepers))
    )


async def _is_loss_accepted(screen: "VaultScreen", detail: Detail, lost: group_labels.Losses) -> bool:
    letters = group_labels.names_of(detail)
    paths = {file.id: printable(file.paths[0].rpartition(b"/")[2]) for file in detail.files}
    told = [
        line
        for file_id, what in lost.items()
        for line in (
            say((f"{letters[file_id]}  {paths[file_id]}", "bold")),
            *(say(("   loses  ", "bad"), each) for each in what),
        )
    ]
    text = lines(say("The copy to keep does not have everything:"), say(""), *told)
    count = len(lost)
    answer = await screen.app.push_screen_wait(
        Confirm("Something would be lost", text, yes=f"Archive {'it' if count == 1 else 'them'} all the same")
    )
    return answer == "yes"


async def keep_all(screen: "VaultScreen", detail: Detail, *, note: str = "") -> StoredDecision:
    """Nothing goes."""
    decision = await screen.write(groups.decide, detail.group.id, Choice.KEEP_ALL, note=note)
    return StoredDecision(decision, group_labels.describe(Choice.KEEP_ALL, (), 0, 0))


async def mark_different(
    screen: "VaultScreen", detail: Detail, chosen: Sequence[int], *, note: str = ""
) -> StoredDecision | None:
    """Not duplicates. With more than two files it is asked which of them (`chosen` are offered) are not."""
    apart: tuple[int, ...] = ()
    if len(detail.files) > 2:
        letters = group_labels.names_of(detail)
        choices = [Line("all", "All of them", "none is the same as another")]
        choices += [
            Line(str(file_id), letters[file_id], "is not the same as the others") for file_id in chosen
        ]
        answer = await screen.app.push_screen_wait(Choose("Which files are different?", choices))
        if answer is None:
            return None
        apart = () if answer == "all" else (int(answer),)
    decision = await screen.write(groups.decide, detail.group.id, Choice.NOT_DUPLICATES, apart, note=note)
    return StoredDecision(decision, group_labels.describe(Choice.NOT_DUPLICATES, (), 0, 0))


async def undo_last(app: "VaultApp") -> None:
    """Take back what was decided last, wherever the user is, and say what it was."""
    taken_back = await app.vault.write(review_queries.undo_last)
    if not taken_back:
        app.notify("Nothing has been decided yet.", title="Nothing to undo")
        return
    ids = [decision.group_id for decision in taken_back]
    rows = await app.reading.ask(review_queries.rows, ids[:1])
    named = group_labels.row_title(rows[ids[0]]) if ids[0] in rows else f"group {ids[0]}"
    more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
    app.notify(f"{named}{more}: the decision is taken back.", title="Undone", markup=False)
    for screen in _every_screen(app):
        screen.undone(ids)
    app.look_again()


def _every_screen(app: "VaultApp") -> "list[VaultScreen]":
    """Those not seen now too: the list of groups shows the group when the user comes back to it."""
    from mediavault_tui.ui.screens.base import VaultScreen  # which needs this module's types

    found: list[VaultScreen] = []
    for mode in app.main_screens:
        with contextlib.suppress(KeyError):  # not opened yet
            found += [each for each in app.get_screen_stack(mode) if isinstance(each, VaultScreen)]
    return found
