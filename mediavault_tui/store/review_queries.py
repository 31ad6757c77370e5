"""Duplicate groups as the review screen asks for them: numbers of all, rows of a page, one group in full.

The list is a list of group numbers, asked for once; rows come a page at a time. So a group that has just
been decided stays where it is until the user asks for another list.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from mediavault_tui.domain.media import EvidenceKind, ReleaseName
from mediavault_tui.store import catalogue, containment, groups
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.containment import PartOf
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import (
    IS_OPEN,
    OPEN_GROUPS,
    STANDING,
    WITH_DECISION,
    Choice,
    Decision,
    GroupRecord,
)


class Reviewed(StrEnum):
    """Which groups by what was decided about them."""

    ANY = "any"
    OPEN = "open"
    """No decision, or one that has to be taken again."""
    DECIDED = "decided"
    REOPENED = "reopened"
    """Decided once; since then a file joined or changed."""


class Sort(StrEnum):
    """The order of the list."""

    SIZE = "size"
    """Most reclaimable first."""
    CONFIDENCE = "confidence"
    TITLE = "title"
    FILES = "files"
    """Most files first."""
    NEWEST = "newest"
    """Found last first."""


class View(msgspec.Struct, frozen=True, omit_defaults=True):
    """Filter and sort of the list."""

    kind: EvidenceKind | None = None
    reviewed: Reviewed = Reviewed.ANY
    least: float = 0.0
    """Confidence from here …"""
    below: float = 101.0
    """… and below this."""
    sort: Sort = Sort.SIZE


class Row(msgspec.Struct, frozen=True):
    """A group as one line of the list."""

    id: int
    name: ReleaseName
    """Of the best copy whose name says anything."""
    file: bytes
    """The file name that says so, or that of the best copy if none does."""
    kinds: tuple[EvidenceKind, ...]
    confidence: float
    needs_review: bool
    verdict: str
    reclaimable: int
    files: int
    choice: Choice | None
    """What was decided last, whether it holds or not."""
    is_open: bool


class Totals(msgspec.Struct, frozen=True):
    """What all groups add up to, whatever the filter."""

    groups: int
    open: int
    reclaimable: int
    """Bytes freed by archiving all but the best of every group."""
    reclaimable_open: int


class Detail(msgspec.Struct, frozen=True):
    """One group with its files, best first."""

    group: GroupRecord
    files: tuple[FileRecord, ...]
    parts: tuple[PartOf, ...] = ()
    """What its files are parts of, and what is a part of them."""


_REVIEWED = {
    Reviewed.ANY: "1",
    Reviewed.OPEN: IS_OPEN,
    Reviewed.DECIDED: f"NOT {IS_OPEN}",
    Reviewed.REOPENED: "reopened",
}

# The number of the name that stands for a group.
_NAME = (
    "SELECT names.id FROM members"
    " JOIN names ON names.file_id = members.file_id AND names.missing_since IS NULL"
    " LEFT JOIN release_names ON release_names.name_id = names.id"
    " WHERE members.group_id = each.id ORDER BY title IS NULL, rank, names.id LIMIT 1"
)

_COPIES = "(SELECT count(*) FROM members JOIN files ON files.id = file_id WHERE group_id = each.id AND gone IS NULL)"

_ORDER = {
    Sort.SIZE: "reclaimable DESC, id",
    Sort.CONFIDENCE: "confidence DESC, reclaimable DESC, id",
    Sort.FILES: f"{_COPIES} DESC, reclaimable DESC, id",
    Sort.NEWEST: "first_seen DESC, id DESC",
    Sort.TITLE: (
        "title IS NULL, title COLLATE NOCASE, season, json_extract(CAST(value AS TEXT), '$.episodes[0]'), year, id"
    ),
}


def order(connection: Connection, view: View) -> list[int]:
    """The numbers of all groups that `view` shows, in its order."""
    named = f"LEFT JOIN release_names ON name_id = ({_NAME})" if view.sort is Sort.TITLE else ""
    rows = connection.execute(
        f"SELECT id FROM ({WITH_DECISION}) AS each {named} WHERE {_REVIEWED[view.reviewed]}"
        " AND confidence >= ? AND confidence < ? AND (? IS NULL OR instr(',' || kinds || ',', ',' || ? || ','))"
        f" ORDER BY {_ORDER[view.sort]}",
        (view.least, view.below, view.kind, view.kind),
    )
    return [row[0] for row in rows]


def rows(connection: Connection, ids: Sequence[int]) -> dict[int, Row]:
    """The lines of these groups."""
    found = connection.execute(
        "SELECT each.id, kinds, confidence, needs_review, verdict, reclaimable, choice, reopened,"
        f" {_COPIES}, said.name, release_names.value"
        f" FROM ({WITH_DECISION} AND groups.id IN (SELECT value FROM json_each(?))) AS each"
        f" LEFT JOIN names AS said ON said.id = ({_NAME})"
        " LEFT JOIN release_names ON release_names.name_id = said.id",
        (json.dumps(list(ids)),),
    )
    return {row[0]: _row(row) for row in found}


def _row(row: tuple[Any, ...]) -> Row:
    group_id, kinds, confidence, needs_review, verdict, reclaimable, choice, reopened, files, file, name = row
    return Row(
        id=group_id,
        name=msgspec.json.decode(name, type=ReleaseName) if name else ReleaseName(),
        file=file or b"",
        kinds=tuple(EvidenceKind(kind) for kind in kinds.split(",")),
        confidence=confidence,
        needs_review=bool(needs_review),
        verdict=verdict,
        reclaimable=reclaimable,
        files=files,
        choice=Choice(choice) if choice else None,
        is_open=choice is None or bool(reopened),
    )


def totals(connection: Connection) -> Totals:
    """Count everything."""
    row = connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {IS_OPEN}), coalesce(sum(reclaimable), 0),"
        f" coalesce(sum(reclaimable) FILTER (WHERE {IS_OPEN}), 0) FROM ({WITH_DECISION})"
    ).fetchone()
    return Totals(*row)


def open_groups(connection: Connection) -> set[int]:
    """The numbers of all groups that wait for a decision."""
    return {row[0] for row in connection.execute(OPEN_GROUPS)}


def detail(connection: Connection, group_id: int) -> Detail | None:
    """One group in full; None if it is there no more."""
    found = groups.present(connection, [group_id])
    if not found:
        return None
    ids = [member.file_id for member in found[0].found.members]
    files = {file.id: file for file in catalogue.some(connection, ids)}
    there = tuple(files[file_id] for file_id in ids if file_id in files)
    return Detail(found[0], there, containment.about(connection, ids))


def group_of(connection: Connection, files: Collection[int]) -> int | None:
    """The group all these files are in, if there is one."""
    row = connection.execute(
        f"SELECT group_id FROM members JOIN groups ON groups.id = group_id WHERE {STANDING}"
        " AND file_id IN (SELECT value FROM json_each(?)) GROUP BY group_id HAVING count(*) = ?",
        (json.dumps(list(files)), len(set(files))),
    ).fetchone()
    return int(row[0]) if row else None


# -- decisions in bulk ------------------------------------------------------------------------------


def clear(connection: Connection, least: float) -> list[int]:
    """Open groups at least so sure in which the suggestion is clear, most reclaimable first.

    Clear is: one copy stays, because it is better or because the others are the very same; all others are
    suggested for archiving, and nothing any of them has would be lost; nothing asks for a closer look.
    """
    rows_ = connection.execute(
        f"SELECT id FROM ({WITH_DECISION}) AS each WHERE {IS_OPEN} AND confidence >= ?"
        " AND NOT needs_review AND verdict IN ('better', 'too_close')"
        " AND NOT EXISTS (SELECT 1 FROM members JOIN files ON files.id = file_id WHERE group_id = each.id AND"
        "  (put_back_at IS NOT NULL OR (rank = 1 AND gone IS NOT NULL)))"
        " AND (SELECT sum(keep) = 1 AND count(*) > 1 AND sum(NOT keep AND would_lose <> '[]') = 0"
        "      AND sum(keep AND setback IS NOT NULL) = 0 FROM members WHERE group_id = each.id)"
        " ORDER BY reclaimable DESC, id",
        (least,),
    )
    return [row[0] for row in rows_]


class Suggestion(msgspec.Struct, frozen=True):
    """What accepting the suggestion of a group does, for the preview."""

    row: Row
    keeps: bytes
    """The path that stays."""
    archives: tuple[bytes, ...]
    """The paths that go, every name of every file."""


def suggestions(connection: Connection, ids: Sequence[int]) -> dict[int, Suggestion]:
    """What would happen to these groups."""
    lines = rows(connection, ids)
    members = {group.id: group.found.members for group in groups.present(connection, ids)}
    wanted = {member.file_id for found in members.values() for member in found}
    paths = {file.id: file.paths for file in catalogue.some(connection, wanted)}
    found = {}
    for group_id, its in members.items():
        stays = next((paths[m.file_id][0] for m in its if m.keep and m.file_id in paths), b"")
        goes = tuple(path for m in its if not m.keep for path in paths.get(m.file_id, ()))
        found[group_id] = Suggestion(lines[group_id], stays, goes)
    return found


def weight(connection: Connection, ids: Sequence[int]) -> tuple[int, int]:
    """Files that go when these suggestions are accepted, and bytes that frees."""
    wanted = json.dumps(list(ids))
    goes = connection.execute(
        "SELECT count(*) FROM json_each(?) JOIN members ON group_id = value JOIN files ON files.id = file_id"
        " WHERE NOT keep AND gone IS NULL",
        (wanted,),
    ).fetchone()[0]
    freed = connection.execute(
        "SELECT coalesce(sum(reclaimable), 0) FROM json_each(?) JOIN groups ON groups.id = value", (wanted,)
    ).fetchone()[0]
    return int(goes), int(freed)


def accept(transaction: Connection, ids: Iterable[int], least: float) -> list[int]:
    """Decide as suggested about those of `ids` that are still clear. Returns the groups decided."""
    still = set(clear(transaction, least))
    accepted = [group_id for group_id in ids if group_id in still]
    bulk = None
    for group_id in accepted:
        keepers = transaction.execute(
            "SELECT file_id FROM members WHERE group_id = ? AND keep ORDER BY rank", (group_id,)
        ).fetchall()
        decision = groups.decide(transaction, group_id, Choice.KEEP, [row[0] for row in keepers])
        bulk = bulk or decision
        transaction.execute("INSERT INTO bulk_decisions VALUES (?, ?)", (decision, bulk))
    return accepted


def undo_last(transaction: Connection) -> list[Decision]:
    """Take back what was decided last: one decision, or all that a bulk decided and that still hold."""
    last = groups.latest_decision(transaction)
    if last is None:
        return []
    together = transaction.execute(
        "SELECT decision_id FROM bulk_decisions WHERE bulk ="
        " (SELECT bulk FROM bulk_decisions WHERE decision_id = ?)",
        (last.id,),
    ).fetchall()
    ids = {row[0] for row in together} or {last.id}
    taken_back = [decision for decision in groups.holding(transaction).values() if decision.id in ids]
    for decision in taken_back:
        groups.undo(transaction, decision.id)
    return taken_back
