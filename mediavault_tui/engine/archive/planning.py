"""Plan: the user's decisions, the ranking's or the rules' suggestions → groups → one safe plan."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.archive.plan import DecidedGroup, Facts, Plan, PlanOptions
from mediavault_tui.domain.archive.plan_changes import GroupStatus
from mediavault_tui.domain.archive.plan_request import PlanRequest
from mediavault_tui.domain.archive.planner import make_plan
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine.archive import archive_folders, plan_inputs, protected_folders, provenance
from mediavault_tui.engine.archive.keeper_choice import decided
from mediavault_tui.engine.archive.plan_inputs import Records
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import groups as group_store
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import Choice, GroupRecord


async def plan(vault: Vault, asked: PlanRequest) -> Plan:
    """Make a plan. Looks at the disks and touches nothing."""
    ground = await vault.read(_read, asked, vault.settings, None)
    facts = await asyncio.to_thread(plan_inputs.gather, ground.records, vault.settings)
    return await _plan(vault, asked, ground, facts, time.strftime("%Y-%m-%d"))


async def again(vault: Vault, old: Plan, taken: Mapping[bytes, Proof]) -> tuple[Plan, dict[int, GroupStatus]]:
    """The plan as it would be made now of the groups of `old`, and what became of each of these.

    `taken`: files that were carried away by `old` already; they are planned with as if still there.
    """
    assert old.made is not None
    asked = old.made.asked
    ground = await vault.read(_read, asked, vault.settings, {step.group for step in old.steps})
    # Whoever applies a plan once more wants again what it says, also of files put back since.
    for file_id, file in ground.records.files.items():
        ground.records.files[file_id] = msgspec.structs.replace(file, put_back_at=None)
    facts = await asyncio.to_thread(plan_inputs.gather, ground.records, vault.settings, taken)
    standing = {group.id: GroupStatus(_left_out(group, asked, vault.settings)) for group in ground.all}
    kept: defaultdict[int, set[bytes]] = defaultdict(set)
    for group in _decided(ground, facts, asked, vault.settings):
        kept[group.id].update(path for keeper in group.keepers for path in facts.files[keeper].paths)
        standing[group.id] = GroupStatus("", group.by, frozenset(kept[group.id]))
    return await _plan(vault, asked, ground, facts, old.made.date), standing


class _Ground(NamedTuple):
    """What the catalogue says, read in one go."""

    all: list[GroupRecord]
    wanted: list[GroupRecord]
    """Those of them that were asked for."""
    vetoes: Mapping[tuple[int, int], str]
    doubted: Mapping[tuple[int, int], str]
    """These, and pairs that only the user can tell to be the same."""
    records: Records

    def against(self, group: GroupRecord) -> Mapping[tuple[int, int], str]:
        """What speaks against pairs of a group: doubts do not undo what the user has decided."""
        return self.doubted if group.decision is None else self.vetoes


def _read(
    connection: Connection, asked: PlanRequest, settings: Settings, only: Collection[int] | None
) -> _Ground:
    # What is asked again of a plan under way may be about copies that it has archived itself.
    of = asked.groups if only is None else sorted(only)
    found = group_store.present(connection, of, with_archived=only is not None)
    wanted = [group for group in found if _is_asked_for(group, asked, settings)]
    vetoes = {(veto.a, veto.b): veto.reason for veto in group_store.vetoes(connection)}
    unsure = {(doubt.a, doubt.b): doubt.reason for doubt in group_store.unsure(connection)}
    ids = {member.file_id for group in wanted for member in group.found.members}
    return _Ground(found, wanted, vetoes, {**unsure, **vetoes}, plan_inputs.records(connection, ids))


async def _plan(vault: Vault, asked: PlanRequest, ground: _Ground, facts: Facts, date: str) -> Plan:
    protected = await protected_folders.require(vault)
    wishes = await asyncio.to_thread(_wishes, asked, vault.settings, date, protected)
    if not asked.accept_new_device:
        homes = (file.at(path) for file in facts.files.values() for path in file.paths)
        archives = (each for home in homes for each in (home.archive, home.link_archive))
        places = [each for each in (wishes.into, *archives) if each]
        wishes = msgspec.structs.replace(wishes, unfit=await archive_folders.unfit(vault, places))
    groups = _decided(ground, facts, asked, vault.settings)
    made = await asyncio.to_thread(make_plan, groups, facts, wishes)
    return msgspec.structs.replace(made, made=await provenance.made(vault, asked, date))


def _left_out(group: GroupRecord, asked: PlanRequest, settings: Settings) -> str:
    """Why nothing is planned for a group that something was planned for; empty if something would be."""
    if group.decision is not None and group.decision.choice is Choice.KEEP_ALL:
        return "you decided since to keep all copies of its group"
    if group.decision is not None and group.decision.choice is Choice.NOT_DUPLICATES:
        return "you said since that it is not a duplicate"
    if asked.undecided_only and group.decision is not None:
        return "you have decided about its group since"
    if not _is_asked_for(group, asked, settings):
        return f"its group is not what was asked for any more: {group.found.confidence:.0f} % sure now"
    return ""


def _is_asked_for(group: GroupRecord, asked: PlanRequest, settings: Settings) -> bool:
    if asked.undecided_only and group.decision is not None:
        return False
    if asked.kinds and not asked.kinds & set(group.found.kinds):
        return False
    if asked.groups is not None and asked.min_confidence is None:
        return True
    least = asked.min_confidence
    if least is None:
        least = 0.0 if group.reviewed else settings.match.confident
    return group.found.confidence >= least


def _wishes(asked: PlanRequest, settings: Settings, date: str, protected: tuple[bytes, ...]) -> PlanOptions:
    into = os.path.realpath(os.fsencode(os.path.expanduser(asked.into))) if asked.into else None
    archive = settings.archive
    return PlanOptions(
        date=date,
        op=asked.op,
        into=into,
        into_device=atomic_moves.device_below(os.path.join(into, b"x")) if into else 0,
        layout=archive.layout,
        protected=protected,
        offer_sidecars=archive.offer_sidecars,
        exact_proof=archive.exact_proof,
    )


def _decided(ground: _Ground, facts: Facts, asked: PlanRequest, settings: Settings) -> list[DecidedGroup]:
    return [
        each
        for group in ground.wanted
        for each in decided(group, ground.records, ground.against(group), facts, asked, settings)
    ]
