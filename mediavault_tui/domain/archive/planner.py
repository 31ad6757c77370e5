"""From decisions to a plan: which files go, which are refused, and what travels with them."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from mediavault_tui.domain.archive import preconditions
from mediavault_tui.domain.archive.operations import TAKES_AWAY
from mediavault_tui.domain.archive.plan import DecidedGroup, Facts, FileFacts, Plan, PlanOptions, Refused
from mediavault_tui.domain.archive.plan_request import DecidedBy
from mediavault_tui.domain.archive.step_builder import Draft, left_in, steps_of
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.text import printable


def make_plan(groups: Sequence[DecidedGroup], facts: Facts, wishes: PlanOptions) -> Plan:
    """Plan what the decisions ask for; everything that is not safe is refused with its reason.

    The same input gives the same plan, whatever the order of the groups.
    """
    drafts: list[Draft] = []
    refused: list[Refused] = []
    kept = _kept(groups, facts)
    spoken_for: dict[int, int] = {}
    for group in sorted(groups, key=lambda each: each.id):
        for loser in dict.fromkeys(group.losers):
            outcome = _judge(group, facts, loser, kept, spoken_for, wishes)
            if isinstance(outcome, Draft):
                spoken_for[loser] = group.id
                drafts.append(outcome)
            elif loser in facts.files:
                refused += _refusals(facts.files[loser], group.id, outcome)
    drafts, incomplete = _whole_works_only(drafts, facts)
    for draft, reason in incomplete:
        refused += _refusals(draft.loser, draft.group.id, reason)
    drafts = _numbered(drafts)
    steps = steps_of(drafts, facts, wishes)
    return Plan(tuple(steps), tuple(refused), left=tuple(left_in(drafts, steps, facts)))


def _kept(groups: Iterable[DecidedGroup], facts: Facts) -> set[tuple[int, int]]:
    """Every file that any group wants to keep, also those that a mistake lists as a loser elsewhere."""
    return {
        facts.files[keeper].proof.identity
        for group in groups
        for keeper in group.keepers
        if keeper in facts.files
    }


def _judge(
    group: DecidedGroup,
    facts: Facts,
    loser_id: int,
    kept: set[tuple[int, int]],
    spoken_for: dict[int, int],
    wishes: PlanOptions,
) -> Draft | str:
    """The loser with the keeper that answers for it, or why it stays."""
    loser = facts.files.get(loser_id)
    if loser is None:
        return "is not in the catalogue"
    if loser_id in group.undecided:
        return group.undecided[loser_id]
    if loser_id in spoken_for:
        return f"goes with group {spoken_for[loser_id]} already"
    keepers = [facts.files[each] for each in group.keepers if each in facts.files and each != loser_id]
    if not keepers:
        return "is the last good copy: nothing else is kept"
    op = group.op or wishes.op
    reasons: list[str] = []
    # A copy with the very same bytes proves most; else the best one that nothing speaks against.
    for keeper in sorted(keepers, key=lambda each: not preconditions.is_exact(loser, each)):
        exact = preconditions.is_exact(loser, keeper)
        reason = preconditions.why_no_keeper(
            keeper, by_user=group.by is DecidedBy.YOU, exact=exact
        ) or preconditions.why_not(loser, keeper, group, wishes, op)
        if reason is None and loser.proof.identity in kept and op in TAKES_AWAY:
            reason = "another decision keeps this file"
        others = reason if reason is not None else _others(group, loser, keeper, keepers)
        if not isinstance(others, str):
            return Draft(group, loser, keeper, _proven_by(loser, keeper, group), op, others=tuple(others))
        reasons.append(others)
    return reasons[0]


def _others(
    group: DecidedGroup, loser: FileFacts, keeper: FileFacts, keepers: Sequence[FileFacts]
) -> list[FileFacts] | str:
    """The further keepers that hold what of the loser `keeper` does not, or why one of them cannot be relied on."""
    if preconditions.is_exact(loser, keeper):
        return []
    needed = group.rests_on.get(loser.id, frozenset())
    others = []
    for other in keepers:
        if other.id != keeper.id and other.id in needed:
            reason = preconditions.why_no_keeper(other) or preconditions.why_no_pair(loser, other, group)
            if reason:
                what = " and ".join(group.holds.get((loser.id, other.id), ())) or "something of it"
                return f"{what} would be kept in {printable(os.path.basename(other.paths[0]))} only: {reason}"
            others.append(other)
    return others


def _proven_by(loser: FileFacts, keeper: FileFacts, group: DecidedGroup) -> EvidenceKind:
    if preconditions.is_exact(loser, keeper):
        return EvidenceKind.EXACT
    joined = group.joined_by(loser.id, keeper.id)
    return EvidenceKind.CONTENT if EvidenceKind.CONTENT in joined else EvidenceKind.TITLE


def _refusals(file: FileFacts, group: int, reason: str) -> list[Refused]:
    return [Refused(path, group, reason) for path in file.paths]


def _whole_works_only(drafts: list[Draft], facts: Facts) -> tuple[list[Draft], list[tuple[Draft, str]]]:
    """Take out losers that are a part of a work of which another part stays, until none is left."""
    refused: list[tuple[Draft, str]] = []
    while True:
        going = {draft.loser.id for draft in drafts}
        torn = {
            draft.loser.id
            for draft in drafts
            if any(part not in going for part in _parts(draft.loser, facts))
        }
        if not torn:
            return drafts, refused
        reason = "is one part of a work whose other parts stay: decide on all of them together"
        refused += [(draft, reason) for draft in drafts if draft.loser.id in torn]
        drafts = [draft for draft in drafts if draft.loser.id not in torn]


def _parts(file: FileFacts, facts: Facts) -> list[int]:
    there = (part for part in file.parts if part in facts.files)
    return [part for part in there if facts.files[part].status != "missing"]


def _numbered(drafts: list[Draft]) -> list[Draft]:
    """Give the parts of one work the same bundle number, everything else one of its own."""
    numbers: dict[int, int] = {}
    counted: defaultdict[int, int] = defaultdict(int)
    numbered = []
    for draft in drafts:
        family = [numbers[part] for part in draft.loser.parts if part in numbers]
        number = family[0] if family else len(counted) + 1
        numbers[draft.loser.id] = number
        counted[number] += 1
        numbered.append(msgspec.structs.replace(draft, bundle=number))
    return numbered
