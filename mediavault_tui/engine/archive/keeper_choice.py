"""Who stays and who goes in a group: as the user said, else by the rules, else by the ranking."""

import os
import time
from collections.abc import Mapping

import msgspec

from mediavault_tui.domain import duplicates, quality
from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.plan import DecidedGroup, Facts
from mediavault_tui.domain.archive.plan_request import DecidedBy, PlanRequest
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.policy import PolicyCopy, PolicyGroup, RuleChoice, choose
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.text import printable
from mediavault_tui.engine.archive.plan_inputs import Records
from mediavault_tui.engine.conversions import copy_of
from mediavault_tui.engine.matching import expected_losses
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.groups import Choice, GroupRecord, Member

Vetoes = Mapping[tuple[int, int], str]


def decided(
    group: GroupRecord, records: Records, vetoes: Vetoes, facts: Facts, asked: PlanRequest, settings: Settings
) -> list[DecidedGroup]:
    """Who stays and who goes: as the user said, else by rule or ranking. Empty where nothing is to go.

    Where several rules are about copies of one group, each gives a group of its own.
    """
    ranked = [member.file_id for member in group.found.members if member.file_id in records.files]
    pairs = duplicates.kinds_of_pairs(ranked, group.found.evidence)
    plain = DecidedGroup(
        id=group.id,
        keepers=tuple(ranked[:1]),
        losers=(),
        kinds=frozenset(group.found.kinds),
        pairs=pairs,
        needs=tuple(frozenset({kind}) for kind in sorted(asked.kinds)),
        vetoes=vetoes,
    )
    if group.decision is not None:
        made = [_by_user(plain, group, ranked, facts)] if group.decision.choice is Choice.KEEP else []
    elif asked.by_policy:
        made = _by_rules(plain, group, ranked, pairs, records, settings)
    else:
        made = [_by_ranking(plain, group, ranked, records, facts, asked, settings)]
    # Who names the groups himself has looked at them: that is a decision of his own.
    by_hand = asked.groups is not None and not asked.by_policy
    made = [_without_wished(each, group, records, facts, settings, by_hand=by_hand) for each in made]
    return [_with_losses(each, group, records, facts, asked, settings) for each in made]


def _without_wished(
    made: DecidedGroup,
    group: GroupRecord,
    records: Records,
    facts: Facts,
    settings: Settings,
    *,
    by_hand: bool,
) -> DecidedGroup:
    """With what neither a rule nor the ranking may take."""
    if made.by is DecidedBy.YOU:
        return made
    wished = {} if by_hand else _wished_to_stay(group, records)
    held = {**wished, **_hidden_and_good(group, facts, settings)}
    return msgspec.structs.replace(made, undecided={**made.undecided, **held})


def _wished_to_stay(group: GroupRecord, records: Records) -> dict[int, str]:
    """Files that the user wants here, because he said so once: only a new decision of his takes them."""
    reasons = {}
    for member in group.found.members:
        file = records.files.get(member.file_id)
        if file is not None and file.put_back_at is not None:
            day = time.strftime("%Y-%m-%d", time.localtime(file.put_back_at))
            reasons[file.id] = (
                f"was put back from the archive on {day}: it goes again only if you decide so, or name its group"
                f" (--group {group.id})"
            )
        elif file is not None and file.id in records.kept:
            reasons[file.id] = f"is kept by your decision about group {records.kept[file.id]}"
    return reasons


def _hidden_and_good(group: GroupRecord, facts: Facts, settings: Settings) -> dict[int, str]:
    """Copies in hidden folders that may well be the better ones; no rule chooses between the two."""
    best = group.found.members[0]
    reasons = {}
    for member in group.found.members[1:]:
        file = facts.files.get(member.file_id)
        if file is None or file.place is None or _is_twin(member, group, facts):
            continue
        if member.score > best.score - settings.quality.margin:
            reasons[file.id] = (
                f"{file.place.what}, and is no worse than the best of the others: decide yourself"
            )
    return reasons


def _with_losses(
    made: DecidedGroup,
    group: GroupRecord,
    records: Records,
    facts: Facts,
    asked: PlanRequest,
    settings: Settings,
) -> DecidedGroup:
    """With the losers that may go, and what each would take along."""
    kept = made.keepers
    losers = [file_id for file_id in made.losers if file_id not in kept and _may_go(file_id, facts, asked)]
    keepers = [records.files[each] for each in kept]
    durations = {each: file.duration_s for each, file in facts.files.items()}
    late = expected_losses.out_of_step(group.found.members, kept, durations, group.found.evidence)
    giving = frozenset(losers) - late if settings.archive.offer_sidecars else frozenset()
    found = expected_losses.covered(
        [records.files[each] for each in losers], keepers, group.found.evidence, giving
    )
    return msgspec.structs.replace(
        made,
        losers=tuple(losers),
        would_lose={each: expected_losses.describe(about) for each, about in found.items() if about.losses},
        rests_on={each: about.rests_on for each, about in found.items()},
        holds={
            (each, keeper): expected_losses.only_held_by(
                records.files[each], keeper, keepers, group.found.evidence
            )
            for each, about in found.items()
            for keeper in (about.rests_on if len(kept) > 1 else ())
        },
        out_of_step=late,
    )


_NOT_THERE = frozenset({"missing", "archived", "purged", "offline"})


def _by_user(plain: DecidedGroup, group: GroupRecord, ranked: list[int], facts: Facts) -> DecidedGroup:
    decision = group.decision
    assert decision is not None
    # The losses that were agreed to are those beside all copies that were to stay.
    stay = [facts.files.get(file_id) for file_id in decision.keepers]
    all_stay = all(file is not None and file.status not in _NOT_THERE and not file.trouble for file in stay)
    again = f"the decision has to be taken again: {'; '.join(group.reopened)}"
    return msgspec.structs.replace(
        plain,
        keepers=tuple(file_id for file_id in ranked if file_id in decision.keepers),
        losers=tuple(ranked),
        why=decision.note or "your decision",
        by=DecidedBy.YOU,
        allowed_losses=decision.allow_loss and all_stay,
        undecided=dict.fromkeys(ranked, again) if group.reopened else {},
    )


def _by_rules(
    plain: DecidedGroup,
    group: GroupRecord,
    ranked: list[int],
    pairs: Mapping[tuple[int, int], frozenset[EvidenceKind]],
    records: Records,
    settings: Settings,
) -> list[DecidedGroup]:
    """A group for each rule, with the copies it is about."""
    policy_group = _contest(group, records, pairs, settings)
    plain = msgspec.structs.replace(plain, by=DecidedBy.RULE)
    held = _held(group, ranked[0], records) if ranked else {}
    left = set(ranked)
    made: list[DecidedGroup] = []
    while left and len(made) < len(ranked):
        choice = choose(policy_group, settings.policy, left)
        if choice.op is None:
            goes = choice.goes or frozenset(left)
            about = msgspec.structs.replace(
                plain, losers=tuple(ranked), undecided=dict.fromkeys(goes, choice.reason)
            )
        else:
            goes = choice.goes
            about = msgspec.structs.replace(
                plain,
                keepers=tuple(file_id for file_id in choice.kept if file_id in ranked),
                why=_spoken(choice, records),
                allowed_losses=choice.allow_losses,
                op=choice.op,
                needs=(frozenset(EvidenceKind(kind) for kind in choice.evidence),),
                undecided=held,
            )
        made.append(msgspec.structs.replace(about, losers=tuple(each for each in ranked if each in goes)))
        left -= goes | set(choice.kept)
        if not choice.goes:
            break
    return made


def _spoken(choice: RuleChoice, records: Records) -> str:
    """Why the best copy stays by which rule, and which others stay and why."""
    (_, best), *others = list(choice.kept.items()) or [(0, "")]
    also = (
        f"; {printable(os.path.basename(records.files[each].paths[0]))} stays too: {why}"
        for each, why in others
    )
    return f"{best} ({choice.reason})" + "".join(also)


def _by_ranking(
    plain: DecidedGroup,
    group: GroupRecord,
    ranked: list[int],
    records: Records,
    facts: Facts,
    asked: PlanRequest,
    settings: Settings,
) -> DecidedGroup:
    undecided = _not_suggested(group, facts)
    undecided |= _held(group, ranked[0], records) if ranked else {}
    if group.found.confidence < settings.match.confident and asked.groups is None:
        possible = f"is only possibly the same ({group.found.confidence:.0f} %): decide yourself"
        undecided = dict.fromkeys(ranked, possible)
    is_clear = group.found.verdict == quality.Verdict.BETTER
    return msgspec.structs.replace(
        plain,
        losers=tuple(ranked),
        undecided=undecided,
        why=group.found.verdict_reason if is_clear else "",
    )


def _held(group: GroupRecord, best: int, records: Records) -> dict[int, str]:
    """Copies beside which the best has more at its ends or between, and what."""
    reasons = {}
    for member in group.found.members:
        if member.file_id == best or member.file_id not in records.files or best not in records.files:
            continue
        copies = copy_of(records.files[member.file_id]), copy_of(records.files[best])
        coverage = duplicates.coverage_between(group.found.evidence, member.file_id, best)
        reason = quality.longer_keeper(*copies, coverage)
        if reason:
            reasons[member.file_id] = reason
    return reasons


def _not_suggested(group: GroupRecord, facts: Facts) -> dict[int, str]:
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


def _may_go(file_id: int, facts: Facts, asked: PlanRequest) -> bool:
    if facts.files[file_id].status in (
        "missing",
        "archived",
        "purged",
    ):  # gone already; there is nothing to plan
        return False
    if asked.below is None:
        return True
    return all(any(is_under(path, folder) for folder in asked.below) for path in facts.files[file_id].paths)


def _contest(
    group: GroupRecord,
    records: Records,
    pairs: Mapping[tuple[int, int], frozenset[EvidenceKind]],
    settings: Settings,
) -> PolicyGroup:
    found = group.found
    contenders = [
        _contender(member, records.files[member.file_id])
        for member in found.members
        if member.file_id in records.files
    ]
    return PolicyGroup(
        frozenset(found.kinds),
        found.confidence,
        tuple(contenders),
        found.verdict,
        found.verdict_reason,
        found.needs_review,
        pairs,
        settings.match.confident,
    )


def _contender(member: Member, file: FileRecord) -> PolicyCopy:
    spoken = (track.language for track in file.info.audio if not track.commentary)
    return PolicyCopy(
        id=file.id,
        path=file.paths[0],
        tier=quality.tier(file.info.video) if file.info.video else None,
        languages=frozenset(language for language in spoken if language),
        content=file.content_hash,
        setback=member.setback,
        would_lose=member.would_lose,
    )
