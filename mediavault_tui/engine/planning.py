"""Plan: the user's decisions, the ranking's or the rules' suggestions → groups → one safe plan."""

import asyncio
import os
import time
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec

from mediavault_tui.domain import quality
from mediavault_tui.domain.plan import Asked, By, DecidedGroup, Facts, Plan, Standing, Wishes, make_plan
from mediavault_tui.domain.plan.places import is_under
from mediavault_tui.domain.policy import Choice as RuleChoice
from mediavault_tui.domain.policy import Contender, Contest, choose
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.steps import Proof
from mediavault_tui.domain.text import printable
from mediavault_tui.engine import archive_folders, provenance
from mediavault_tui.engine import facts as facts_of
from mediavault_tui.engine.candidates import copy_of
from mediavault_tui.engine.facts import Records
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services import moving
from mediavault_tui.store import groups as group_store
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import Choice, GroupRecord, Member

# Subtitles that run this much early or late, or at another speed, are of no use with the other copy.
_OFFSET_S, _SPEED, _DURATION_S = 0.3, 0.001, 1.0


async def plan(vault: Vault, asked: Asked) -> Plan:
    """Make a plan. Looks at the disks and touches nothing."""
    ground = await vault.read(_read, asked, vault.settings, None)
    facts = await asyncio.to_thread(facts_of.gather, ground.records, vault.settings)
    return await _plan(vault, asked, ground, facts, time.strftime("%Y-%m-%d"))


async def again(vault: Vault, old: Plan, taken: Mapping[bytes, Proof]) -> tuple[Plan, dict[int, Standing]]:
    """The plan as it would be made now of the groups of `old`, and what became of each of these.

    `taken`: files that were carried away by `old` already; they are planned with as if still there.
    """
    assert old.made is not None
    asked = old.made.asked
    ground = await vault.read(_read, asked, vault.settings, {step.group for step in old.steps})
    facts = await asyncio.to_thread(facts_of.gather, ground.records, vault.settings, taken)
    decided = [_decided(group, ground, facts, asked, vault.settings) for group in ground.wanted]
    standing = {group.id: Standing(_left_out(group, asked, vault.settings)) for group in ground.all}
    for group in decided:
        if group is not None:
            paths = (path for keeper in group.keepers for path in facts.files[keeper].paths)
            standing[group.id] = Standing("", group.by, frozenset(paths))
    return await _plan(vault, asked, ground, facts, old.made.date), standing


class _Ground(NamedTuple):
    """What the catalogue says, read in one go."""

    all: list[GroupRecord]
    wanted: list[GroupRecord]
    """Those of them that were asked for."""
    vetoes: Mapping[tuple[int, int], str]
    records: Records


def _read(connection: Connection, asked: Asked, settings: Settings, only: Collection[int] | None) -> _Ground:
    found = group_store.present(connection, asked.groups if only is None else sorted(only))
    wanted = [group for group in found if _is_asked_for(group, asked, settings)]
    vetoes = {(veto.a, veto.b): veto.reason for veto in group_store.vetoes(connection)}
    ids = {member.file_id for group in wanted for member in group.found.members}
    return _Ground(found, wanted, vetoes, facts_of.records(connection, ids))


async def _plan(vault: Vault, asked: Asked, ground: _Ground, facts: Facts, date: str) -> Plan:
    decided = [_decided(group, ground, facts, asked, vault.settings) for group in ground.wanted]
    wishes = await asyncio.to_thread(_wishes, asked, vault.settings, date)
    if not asked.accept_new_device:
        places = [each for each in (wishes.into, *(file.archive for file in facts.files.values())) if each]
        wishes = msgspec.structs.replace(wishes, unfit=await archive_folders.unfit(vault, places))
    groups = [group for group in decided if group is not None]
    made = await asyncio.to_thread(make_plan, groups, facts, wishes)
    return msgspec.structs.replace(made, made=await provenance.made(vault, asked, date))


def _left_out(group: GroupRecord, asked: Asked, settings: Settings) -> str:
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


def _is_asked_for(group: GroupRecord, asked: Asked, settings: Settings) -> bool:
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


def _wishes(asked: Asked, settings: Settings, date: str) -> Wishes:
    into = os.path.realpath(os.fsencode(os.path.expanduser(asked.into))) if asked.into else None
    archive = settings.archive
    return Wishes(
        date=date,
        op=asked.op,
        into=into,
        into_device=moving.device_below(os.path.join(into, b"x")) if into else 0,
        layout=archive.layout,
        protected=tuple(
            os.path.realpath(os.fsencode(os.path.expanduser(each))) for each in archive.protected
        ),
        offer_sidecars=archive.offer_sidecars,
        exact_proof=archive.exact_proof,
    )


def _decided(
    group: GroupRecord, ground: _Ground, facts: Facts, asked: Asked, settings: Settings
) -> DecidedGroup | None:
    """Who stays and who goes: as the user said, else by rule or ranking. None where nothing is to go."""
    records = ground.records
    ranked = [member.file_id for member in group.found.members if member.file_id in records.files]
    is_clear = group.found.verdict == quality.Verdict.BETTER
    kept, why = ranked[:1], group.found.verdict_reason if is_clear else ""
    undecided, allowed, op, by = dict[int, str](), False, None, By.RANKING
    if group.decision is not None:
        if group.decision.choice is not Choice.KEEP:
            return None
        kept = [file_id for file_id in ranked if file_id in group.decision.keepers]
        by, why, allowed = By.YOU, group.decision.note or "your decision", group.decision.allow_loss
        if group.reopened:
            again = f"the decision has to be taken again: {'; '.join(group.reopened)}"
            undecided = dict.fromkeys(ranked, again)
    elif asked.by_policy:
        choice = choose(_contest(group, records), settings.policy)
        by, why, allowed, op = By.RULE, _spoken(choice, records), choice.allow_losses, choice.op
        kept, undecided = _by_rule(choice, ranked)
    else:
        undecided = _by_ranking(group, facts)
    losers = [file_id for file_id in ranked if file_id not in kept and _may_go(file_id, facts, asked)]
    return DecidedGroup(
        id=group.id,
        keepers=tuple(kept),
        losers=tuple(losers),
        kinds=frozenset(group.found.kinds),
        would_lose=_losses(losers, kept, records),
        allowed_losses=allowed,
        vetoes=ground.vetoes,
        out_of_step=_out_of_step(group, kept, facts),
        undecided=undecided,
        op=op,
        why=why,
        by=by,
    )


def _by_rule(choice: RuleChoice, ranked: list[int]) -> tuple[list[int], dict[int, str]]:
    if choice.op is None:
        return ranked[:1], dict.fromkeys(ranked, choice.reason)
    return [file_id for file_id in choice.kept if file_id in ranked], {}


def _spoken(choice: RuleChoice, records: Records) -> str:
    """Why the best copy stays by which rule, and which others stay and why."""
    (_, best), *others = list(choice.kept.items()) or [(0, "")]
    also = (
        f"; {printable(os.path.basename(records.files[each].paths[0]))} stays too: {why}"
        for each, why in others
    )
    return f"{best} ({choice.reason})" + "".join(also)


def _by_ranking(group: GroupRecord, facts: Facts) -> dict[int, str]:
    """Copies the ranking does not suggest to archive, and why."""
    found = group.found
    reasons = {}
    for member in found.members[1:]:
        if not member.keep or _is_twin(member, group, facts):
            continue
        if found.needs_review:
            reasons[member.file_id] = (
                f"is one of {len(found.members)} copies, too many to choose from: decide yourself"
            )
        elif found.verdict != quality.Verdict.BETTER:
            reasons[member.file_id] = f"too close to call: {found.verdict_reason}"
        elif not member.would_lose:
            reasons[member.file_id] = "nothing suggests that it should go"
    return reasons


def _is_twin(member: Member, group: GroupRecord, facts: Facts) -> bool:
    best, other = (facts.files.get(file_id) for file_id in (group.found.members[0].file_id, member.file_id))
    if group.found.needs_review or best is None or other is None:
        return False
    return best.content is not None and best.content == other.content


def _may_go(file_id: int, facts: Facts, asked: Asked) -> bool:
    if facts.files[file_id].status == "missing":  # gone already; there is nothing to plan
        return False
    if asked.below is None:
        return True
    return all(any(is_under(path, folder) for folder in asked.below) for path in facts.files[file_id].paths)


def _losses(losers: Iterable[int], kept: Iterable[int], records: Records) -> dict[int, tuple[str, ...]]:
    """What each loser has that none of the kept copies has."""
    keepers = [copy_of(records.files[keeper]) for keeper in kept]
    lost = {}
    for loser in losers:
        found = [quality.would_lose(copy_of(records.files[loser]), keeper) for keeper in keepers]
        common = [what for what in found[0] if all(what in other for other in found[1:])] if found else []
        if common:
            lost[loser] = tuple(common)
    return lost


def _out_of_step(group: GroupRecord, kept: list[int], facts: Facts) -> frozenset[int]:
    """Copies whose subtitles would not fit the copy that stays."""
    if not kept:
        return frozenset()
    best = group.found.members[0].file_id
    late = set()
    for member in group.found.members:
        if kept[0] == best and member.offset_s is not None and member.speed is not None:
            fits = abs(member.offset_s) <= _OFFSET_S and abs(member.speed - 1) <= _SPEED
        else:
            ours, theirs = (facts.files[each].duration_s for each in (member.file_id, kept[0]))
            fits = ours is not None and theirs is not None and abs(ours - theirs) <= _DURATION_S
        if not fits:
            late.add(member.file_id)
    return frozenset(late)


def _contest(group: GroupRecord, records: Records) -> Contest:
    found = group.found
    contenders = [
        _contender(member, records.files[member.file_id])
        for member in found.members
        if member.file_id in records.files
    ]
    return Contest(
        frozenset(found.kinds),
        found.confidence,
        tuple(contenders),
        found.verdict,
        found.verdict_reason,
        found.needs_review,
    )


def _contender(member: Member, file: FileRecord) -> Contender:
    spoken = (track.language for track in file.info.audio if not track.commentary)
    return Contender(
        id=file.id,
        path=file.paths[0],
        tier=quality.tier(file.info.video) if file.info.video else None,
        languages=frozenset(language for language in spoken if language),
        content=file.content_hash,
        setback=member.setback,
        would_lose=member.would_lose,
    )
