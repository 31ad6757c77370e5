"""Duplicate groups as matching found them, vetoes, and what the user decided."""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from mediavault_tui.domain.content.coverage import Coverage
from mediavault_tui.domain.duplicates import (
    Contained,
    Doubt,
    Evidence,
    KnownGroup,
    Veto,
    VetoKind,
    reconcile,
    reopening,
)
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.titles import Reason
from mediavault_tui.store import change_counters
from mediavault_tui.store.database import Connection


class Choice(StrEnum):
    """What can be decided about a group."""

    KEEP = "keep"
    """Keep the keepers, archive the others."""
    KEEP_ALL = "keep_all"
    NOT_DUPLICATES = "not_duplicates"
    """The keepers are not the same as the others (without keepers: none is the same as another)."""


class Member(msgspec.Struct, frozen=True):
    """A file in a group, as ranked."""

    file_id: int
    rank: int
    score: float
    keep: bool
    reasons: tuple[Reason, ...]
    setback: str | None
    would_lose: tuple[str, ...]
    offset_s: float | None
    speed: float | None
    state: str


class FoundGroup(msgspec.Struct, frozen=True):
    """A group as matching hands it over; members by rank."""

    kinds: tuple[EvidenceKind, ...]
    confidence: float
    needs_review: bool
    verdict: str
    verdict_reason: str
    reclaimable: int
    reclaim_notes: tuple[str, ...]
    reasons: tuple[Reason, ...]
    members: tuple[Member, ...]
    evidence: tuple[Evidence, ...]


STANDING = (
    "gone_since IS NULL AND (NOT EXISTS (SELECT 1 FROM members JOIN files ON files.id = members.file_id"
    " WHERE members.group_id = groups.id AND files.gone IS NOT NULL)"
    " OR (SELECT count(*) FROM members JOIN files ON files.id = members.file_id"
    " WHERE members.group_id = groups.id AND files.gone IS NULL) > 1)"
)
"""The condition that a group of matching is there, and that more than one of its copies was not archived."""

WITH_DECISION = (
    "SELECT groups.*, decision.choice AS choice,"
    " decision.id IS NOT NULL AND (decision.reopened_why IS NOT NULL OR EXISTS ("
    "  SELECT 1 FROM members WHERE members.group_id = groups.id"
    "  AND members.state IS NOT json_extract(decision.files, '$.\"' || members.file_id || '\"')"
    ")) AS reopened"
    " FROM groups LEFT JOIN decisions AS decision ON decision.id ="
    " (SELECT max(id) FROM decisions WHERE group_id = groups.id AND undone_at IS NULL)"
    f" WHERE {STANDING}"
)
"""All groups with the decision that holds about each (`choice`, if any), and whether it has to be taken again
(`reopened`): what domain.duplicates.group_identity.reopening says about one group in Python."""

IS_OPEN = "(choice IS NULL OR reopened)"
"""The condition on a row of WITH_DECISION that the group waits for a decision."""

OPEN_GROUPS = f"SELECT id FROM ({WITH_DECISION}) WHERE {IS_OPEN}"
"""The numbers of all groups that wait for a decision, of those never decided and of those reopened alike."""


class Decision(msgspec.Struct, frozen=True):
    """What was decided about a group."""

    id: int
    group_id: int
    choice: Choice
    keepers: tuple[int, ...]
    note: str
    allow_loss: bool
    files: dict[int, str]
    decided_at: int
    reopened_why: str = ""
    """Why it has to be taken again although no file joined or changed: one was put back."""


class GroupRecord(msgspec.Struct, frozen=True):
    """A group in the catalogue."""

    id: int
    found: FoundGroup
    decision: Decision | None
    reopened: tuple[str, ...]
    """Why the decision has to be taken again; empty while it holds."""

    @property
    def reviewed(self) -> bool:
        """Whether a decision holds."""
        return self.decision is not None and not self.reopened


def known(connection: Connection) -> list[KnownGroup]:
    """Every group there ever was, gone ones too: one may come back."""
    files: defaultdict[int, list[int]] = defaultdict(list)
    for group_id, file_id in connection.execute("SELECT group_id, file_id FROM members"):
        files[group_id].append(file_id)
    return [KnownGroup(group_id, tuple(members)) for group_id, members in files.items()]


def save(
    transaction: Connection,
    groups: Sequence[FoundGroup],
    vetoes: Sequence[Veto],
    inputs: str,
    contained: Sequence[Contained] = (),
    unsure: Sequence[Doubt] = (),
) -> None:
    """Replace the groups by these, keeping the number of each that continues an old one; and all else of matching."""
    now = int(time.time())
    files = [[member.file_id for member in group.members] for group in groups]
    continuation = reconcile(known(transaction), files)
    transaction.executemany(
        "UPDATE groups SET gone_since = ? WHERE id = ? AND gone_since IS NULL",
        [(now, group_id) for group_id in continuation.ended],
    )
    for group, group_id in zip(groups, continuation.ids, strict=True):
        _save_group(transaction, group, group_id, now)
    transaction.execute("DELETE FROM vetoes")
    transaction.executemany(
        "INSERT OR REPLACE INTO vetoes(a, b, kind, reason) VALUES (?, ?, ?, ?)",
        [(veto.a, veto.b, veto.kind, veto.reason) for veto in vetoes],
    )
    transaction.execute("DELETE FROM contained")
    transaction.executemany(
        "INSERT OR REPLACE INTO contained(part, whole, value) VALUES (?, ?, ?)",
        [(each.part, each.whole, msgspec.json.encode(each).decode()) for each in contained],
    )
    transaction.execute("DELETE FROM unsure")
    transaction.executemany(
        "INSERT OR REPLACE INTO unsure(a, b, reason) VALUES (?, ?, ?)",
        [(each.a, each.b, each.reason) for each in unsure],
    )
    change_counters.put(transaction, change_counters.MATCHED, inputs)


def _save_group(transaction: Connection, group: FoundGroup, group_id: int | None, now: int) -> None:
    values = (
        ",".join(group.kinds), group.confidence, group.needs_review, group.verdict, group.verdict_reason,
        group.reclaimable, json.dumps(group.reclaim_notes), _reasons_json(group.reasons),
    )  # fmt: skip
    if group_id is None:
        cursor = transaction.execute(
            "INSERT INTO groups(kinds, confidence, needs_review, verdict, verdict_reason, reclaimable,"
            " reclaim_notes, reasons, first_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, now),
        )
        group_id = int(cursor.lastrowid or 0)
    else:
        transaction.execute(
            "UPDATE groups SET kinds = ?, confidence = ?, needs_review = ?, verdict = ?, verdict_reason = ?,"
            " reclaimable = ?, reclaim_notes = ?, reasons = ?, gone_since = NULL WHERE id = ?",
            (*values, group_id),
        )
        transaction.execute("DELETE FROM members WHERE group_id = ?", (group_id,))
        transaction.execute("DELETE FROM evidence WHERE group_id = ?", (group_id,))
    transaction.executemany(
        "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (group_id, m.file_id, m.rank, m.score, m.keep, _reasons_json(m.reasons), m.setback,
             json.dumps(m.would_lose), m.offset_s, m.speed, m.state)
            for m in group.members
        ],
    )  # fmt: skip
    transaction.executemany(
        "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                group_id,
                e.kind,
                e.a,
                e.b,
                e.score,
                _reasons_json(e.reasons),
                e.offset_s,
                e.speed,
                msgspec.json.encode(e.coverage).decode() if e.coverage else None,
            )
            for e in group.evidence
        ],
    )


def _reasons_json(reasons: Iterable[Reason]) -> str:
    return msgspec.json.encode(list(reasons)).decode()


def _reasons(text: str) -> tuple[Reason, ...]:
    return msgspec.json.decode(text, type=tuple[Reason, ...])


def present(
    connection: Connection, group_ids: Sequence[int] | None = None, *, with_archived: bool = False
) -> list[GroupRecord]:
    """The groups there are now (of these ids only, if given), most reclaimable first.

    `with_archived`: as matching found them, with the copies that were archived since.
    """
    where, values = "gone_since IS NULL" if with_archived else STANDING, ()
    if group_ids is not None:
        where += " AND id IN (SELECT value FROM json_each(?))"
        values = (json.dumps(list(group_ids)),)  # type: ignore[assignment]
    rows = connection.execute(
        "SELECT id, kinds, confidence, needs_review, verdict, verdict_reason, reclaimable, reclaim_notes,"
        f" reasons FROM groups WHERE {where} ORDER BY reclaimable DESC, id",
        values,
    ).fetchall()
    ids = [row[0] for row in rows]
    members, evidence = _members(connection, ids, with_archived=with_archived), _evidence(connection, ids)
    decisions = holding(connection, None if group_ids is None else ids)
    return [_record(row, members[row[0]], evidence[row[0]], decisions.get(row[0])) for row in rows]


def _record(
    row: tuple[Any, ...], members: list[Member], evidence: list[Evidence], decision: Decision | None
) -> GroupRecord:
    group_id, kinds, confidence, needs_review, verdict, verdict_reason, reclaimable, notes, reasons = row
    found = FoundGroup(
        kinds=tuple(EvidenceKind(kind) for kind in kinds.split(",")),
        confidence=confidence,
        needs_review=bool(needs_review),
        verdict=verdict,
        verdict_reason=verdict_reason,
        reclaimable=reclaimable,
        reclaim_notes=tuple(json.loads(notes)),
        reasons=_reasons(reasons),
        members=tuple(members),
        evidence=tuple(evidence),
    )
    if members and members[0].rank > 1:  # the one that all others were set against was archived
        found = msgspec.structs.replace(
            found,
            verdict="too_close",
            verdict_reason="the best copy was archived: scan again",
            members=tuple(msgspec.structs.replace(member, keep=True) for member in members),
        )
    reopened = reopening(decision.files, {m.file_id: m.state for m in members}) if decision else ()
    if decision is not None and decision.reopened_why:
        reopened = (decision.reopened_why, *reopened)
    return GroupRecord(group_id, found, decision, reopened)


def _members(
    connection: Connection, ids: Sequence[int], *, with_archived: bool
) -> Mapping[int, list[Member]]:
    found: defaultdict[int, list[Member]] = defaultdict(list)
    there = "" if with_archived else " JOIN files ON files.id = file_id AND gone IS NULL"
    for row in connection.execute(
        f"SELECT members.* FROM json_each(?) JOIN members ON group_id = value{there} ORDER BY group_id, rank",
        (json.dumps(list(ids)),),
    ):
        group_id, file_id, rank, score, keep, reasons, setback, lose, offset_s, speed, state_ = row
        found[group_id].append(
            Member(
                file_id, rank, score, bool(keep), _reasons(reasons), setback, tuple(json.loads(lose)),
                offset_s, speed, state_,
            )
        )  # fmt: skip
    return found


def _evidence(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Evidence]]:
    found: defaultdict[int, list[Evidence]] = defaultdict(list)
    for group_id, kind, a, b, score, reasons, offset_s, speed, coverage in connection.execute(
        "SELECT evidence.* FROM json_each(?) JOIN evidence ON group_id = value ORDER BY evidence.rowid",
        (json.dumps(list(ids)),),
    ):
        common = msgspec.json.decode(coverage, type=Coverage) if coverage else None
        found[group_id].append(
            Evidence(EvidenceKind(kind), a, b, score, _reasons(reasons), offset_s, speed, common)
        )
    return found


def evidence_of(connection: Connection, file_id: int) -> list[Evidence]:
    """All evidence there is in the groups, present ones or not, that have any about this file."""
    rows = connection.execute("SELECT DISTINCT group_id FROM evidence WHERE ?1 IN (a, b)", (file_id,))
    found = _evidence(connection, [row[0] for row in rows])
    return [each for evidence in found.values() for each in evidence]


def vetoes(connection: Connection) -> list[Veto]:
    """Pairs that look alike and are not the same."""
    rows = connection.execute("SELECT a, b, kind, reason FROM vetoes ORDER BY a, b")
    return [Veto(a, b, VetoKind(kind), reason) for a, b, kind, reason in rows]


def contained(connection: Connection, file_ids: Iterable[int] | None = None) -> list[Contained]:
    """Files that show a part of another (where one of both is of these, if given)."""
    where, values = "", ()
    if file_ids is not None:
        ids = json.dumps(list(file_ids))
        each = "(SELECT value FROM json_each(?))"
        where, values = f" WHERE part IN {each} OR whole IN {each}", (ids, ids)  # type: ignore[assignment]
    rows = connection.execute(f"SELECT value FROM contained{where} ORDER BY whole, part", values)
    return [msgspec.json.decode(value, type=Contained) for (value,) in rows]


def unsure(connection: Connection) -> list[Doubt]:
    """Pairs whose pictures were compared and could not be told, in one group or not."""
    return [Doubt(*row) for row in connection.execute("SELECT a, b, reason FROM unsure ORDER BY a, b")]


_DECISION = "id, group_id, choice, keepers, note, allow_loss, files, decided_at, reopened_why"


def _decision(row: tuple[Any, ...]) -> Decision:
    decision_id, group_id, choice, keepers, note, allow_loss, files, decided_at, why = row
    states = {int(file_id): text for file_id, text in json.loads(files).items()}
    return Decision(
        decision_id, group_id, Choice(choice), tuple(json.loads(keepers)), note, bool(allow_loss), states, decided_at,
        why or "",
    )  # fmt: skip


def holding(connection: Connection, group_ids: Sequence[int] | None = None) -> dict[int, Decision]:
    """The newest decision about each group (of these only, if given) that was not undone."""
    where, values = "undone_at IS NULL", ()
    if group_ids is not None:
        where += " AND group_id IN (SELECT value FROM json_each(?))"
        values = (json.dumps(list(group_ids)),)  # type: ignore[assignment]  # empty above
    rows = connection.execute(f"SELECT {_DECISION} FROM decisions WHERE {where} ORDER BY id", values)
    return {row[1]: _decision(row) for row in rows}


def kept_by_user(connection: Connection) -> dict[int, int]:
    """Files the user decided to keep, and the group: what a decision says outlives the group it was about."""
    kept: dict[int, int] = {}
    for decision in holding(connection).values():
        if decision.choice is Choice.KEEP:
            kept.update(dict.fromkeys(decision.keepers, decision.group_id))
        elif decision.choice is Choice.KEEP_ALL:
            kept.update(dict.fromkeys(decision.files, decision.group_id))
    return kept


def newest_about(connection: Connection, file_id: int) -> Decision | None:
    """The newest decision that was taken about this file and not taken back."""
    row = connection.execute(
        f"SELECT {_DECISION} FROM decisions WHERE undone_at IS NULL AND instr(files, ?) ORDER BY id DESC LIMIT 1",
        (f'"{file_id}":',),
    ).fetchone()
    return _decision(row) if row else None


def agreed_no_more(connection: Connection, file_id: int, went_at: int) -> bool:
    """Whether the file went by a decision that agreed to losses, and that was taken back since."""
    row = connection.execute(
        "SELECT choice, keepers, undone_at, allow_loss FROM decisions WHERE instr(files, ?) AND decided_at <= ?"
        " AND (undone_at IS NULL OR undone_at >= ?) ORDER BY id DESC LIMIT 1",
        (f'"{file_id}":', went_at, went_at),
    ).fetchone()
    if row is None or row[0] != Choice.KEEP:
        return False
    return row[2] is not None and bool(row[3]) and file_id not in json.loads(row[1])


def latest_decision(connection: Connection) -> Decision | None:
    """The one that undo would take back."""
    row = connection.execute(
        f"SELECT {_DECISION} FROM decisions WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return _decision(row) if row else None


def decide(
    transaction: Connection,
    group_id: int,
    choice: Choice,
    keepers: Sequence[int] = (),
    *,
    note: str = "",
    allow_loss: bool = False,
) -> int:
    """Store a decision about a group as it is now. Returns the decision's number."""
    states = dict(
        transaction.execute("SELECT file_id, state FROM members WHERE group_id = ?", (group_id,)).fetchall()
    )
    cursor = transaction.execute(
        "INSERT INTO decisions(group_id, choice, keepers, note, allow_loss, files, decided_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (group_id, choice, json.dumps(list(keepers)), note, allow_loss, json.dumps(states), int(time.time())),
    )
    if choice is Choice.NOT_DUPLICATES:
        change_counters.touch(transaction)
    return int(cursor.lastrowid or 0)


def undo(transaction: Connection, decision_id: int) -> None:
    """Take a decision back; the one before it holds again."""
    transaction.execute(
        "UPDATE decisions SET undone_at = ? WHERE id = ? AND undone_at IS NULL",
        (int(time.time()), decision_id),
    )
    change_counters.touch(transaction)


class Moment(NamedTuple):
    """Two equal ones: nothing was decided or taken back in between."""

    newest: int
    undone: int


def moment(connection: Connection) -> Moment:
    """How far the decisions are."""
    row = connection.execute("SELECT coalesce(max(id), 0), count(undone_at) FROM decisions").fetchone()
    return Moment(*row)


def set_note(transaction: Connection, decision_id: int, note: str) -> None:
    """Change the note of a decision."""
    transaction.execute("UPDATE decisions SET note = ? WHERE id = ?", (note, decision_id))


def marked_different(connection: Connection) -> list[tuple[int, int]]:
    """Pairs (a < b) that the user said are not the same."""
    pairs: set[tuple[int, int]] = set()
    for decision in holding(connection).values():
        if decision.choice is Choice.NOT_DUPLICATES:
            apart = decision.keepers or tuple(decision.files)
            pairs.update((min(a, b), max(a, b)) for a in apart for b in decision.files if a != b)
    return sorted(pairs)
