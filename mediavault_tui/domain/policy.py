"""Decisions by rule: which copies of a group stay and why, without asking anybody.

Pure: the same group and policy always give the same choice. What comes out is only a wish; the planner
still refuses whatever is not safe.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.settings import Policy, Rule

_BETTER = "better"


class PolicyCopy(msgspec.Struct, frozen=True):
    """One copy of a group, as a rule needs to know it."""

    id: int
    path: bytes
    tier: str | None = None
    """Resolution tier; None when nobody has looked."""
    languages: frozenset[str] = frozenset()
    """Of its audio tracks, commentaries left out."""
    content: bytes | None = None
    """Hash of every byte, where it is known."""
    setback: str | None = None
    """Damaged, cut short, not examined."""
    would_lose: tuple[str, ...] = ()


class PolicyGroup(msgspec.Struct, frozen=True):
    """A group and its copies, the best first."""

    kinds: frozenset[str]
    confidence: float
    contenders: tuple[PolicyCopy, ...]
    verdict: str = _BETTER
    verdict_reason: str = ""
    needs_review: bool = False
    pairs: Mapping[tuple[int, int], AbstractSet[str]] = {}
    """(smaller id, larger id) → the kinds of evidence that join these two; empty: `kinds` join any two."""
    least: float = 0.0
    """Below this confidence nothing is decided by rule, whatever the rule says."""

    def joined_by(self, a: int, b: int) -> AbstractSet[str]:
        """The kinds of evidence between two copies, along the chain that joins them."""
        return self.pairs.get((min(a, b), max(a, b)), frozenset()) if self.pairs else self.kinds


class RuleChoice(msgspec.Struct, frozen=True):
    """What the rules make of a group."""

    op: Op | None
    """None: nothing is done, and `reason` says why."""
    reason: str
    kept: dict[int, str] = {}
    """File → why it stays; the best first."""
    allow_losses: bool = False
    goes: frozenset[int] = frozenset()
    """The files the rule is about: each is joined by its evidence to one that stays."""
    evidence: frozenset[str] = frozenset()
    """The kinds the rule asks for."""


def choose(policy_group: PolicyGroup, policy: Policy, asked: AbstractSet[int] | None = None) -> RuleChoice:
    """Apply the first rule that fits any of the copies `asked` about (all, if None)."""
    if policy_group.needs_review:
        return RuleChoice(None, "is too large a group to decide by rule")
    if policy_group.confidence < policy_group.least:
        return RuleChoice(
            None, f"is only possibly the same ({policy_group.confidence:.0f} %): decide yourself"
        )
    best, why = _best(policy_group, policy)
    kept = {(best or policy_group.contenders[0]).id: why}
    for policy_copy, reason in _also_kept(policy_group, best, policy) if best else ():
        kept.setdefault(policy_copy.id, reason)
    others = {each.id for each in policy_group.contenders if each.id not in kept}
    others &= others if asked is None else asked
    for rule in policy.rules:
        goes = frozenset(each for each in others if _fits(rule, policy_group, each, kept))
        if not goes:
            continue
        if rule.do == "nothing":
            return RuleChoice(None, f"the rule for {_name(rule)} says: nothing", goes=goes)
        if best is None:
            return RuleChoice(None, why, goes=goes)
        return RuleChoice(
            Op(rule.do), f"rule for {_name(rule)}", kept, rule.allow_losses, goes, frozenset(rule.evidence)
        )
    return RuleChoice(None, "no rule fits", goes=frozenset(others))


def _fits(rule: Rule, policy_group: PolicyGroup, copy: int, kept: Mapping[int, str]) -> bool:
    """Whether a copy is joined to one that stays by all the evidence the rule asks for."""
    joined = any(set(rule.evidence) <= policy_group.joined_by(copy, keeper) for keeper in kept)
    return joined and policy_group.confidence >= rule.min_confidence


def _name(rule: Rule) -> str:
    least = f" of {rule.min_confidence:g} or more" if rule.min_confidence else ""
    return " + ".join(rule.evidence) + least


def _best(policy_group: PolicyGroup, policy: Policy) -> tuple[PolicyCopy | None, str]:
    """The copy to keep. Where several are as good, the preferred root's."""
    first = policy_group.contenders[0]
    twins = [c for c in policy_group.contenders if c is first or (c.content and c.content == first.content)]
    whole = [c for c in policy_group.contenders if c.setback is None]
    twins = [c for c in twins if c is first or c.setback is None]  # not one in a bin or a hidden folder
    undecided = policy_group.verdict != _BETTER and len(twins) < len(policy_group.contenders)
    equals = whole if undecided else twins
    for root in policy.prefer_roots:
        for policy_copy in equals:
            if is_under(policy_copy.path, root.encode("utf-8", "surrogateescape")):
                return policy_copy, f"lies under {root}"
    if undecided:
        return None, f"too close to call: {policy_group.verdict_reason}"
    return first, policy_group.verdict_reason or "the best copy"


def _also_kept(
    policy_group: PolicyGroup, best: PolicyCopy, policy: Policy
) -> Sequence[tuple[PolicyCopy, str]]:
    """The best copy of each resolution that is to stay, and of each language nothing kept has."""
    found: list[tuple[PolicyCopy, str]] = []
    whole = [policy_copy for policy_copy in policy_group.contenders if policy_copy.setback is None]
    for tier in policy.keep_resolutions:
        if best.tier != tier:
            copy = next((each for each in whole if each.tier == tier), None)
            if copy is not None:
                found.append((copy, f"the best copy in {tier}"))
    for language in policy.keep_languages:
        if all(language not in each.languages for each in (best, *(copy for copy, _ in found))):
            copy = next((each for each in whole if language in each.languages), None)
            if copy is not None:
                found.append((copy, f"has audio in {language}"))
    return found
