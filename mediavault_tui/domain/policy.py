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


class Contender(msgspec.Struct, frozen=True):
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


class Contest(msgspec.Struct, frozen=True):
    """A group and its copies, the best first."""

    kinds: frozenset[str]
    confidence: float
    contenders: tuple[Contender, ...]
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


class Choice(msgspec.Struct, frozen=True):
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


def choose(contest: Contest, policy: Policy, asked: AbstractSet[int] | None = None) -> Choice:
    """Apply the first rule that fits any of the copies `asked` about (all, if None)."""
    if contest.needs_review:
        return Choice(None, "is too large a group to decide by rule")
    if contest.confidence < contest.least:
        return Choice(None, f"is only possibly the same ({contest.confidence:.0f} %): decide yourself")
    best, why = _best(contest, policy)
    kept = {(best or contest.contenders[0]).id: why}
    for contender, reason in _also_kept(contest, best, policy) if best else ():
        kept.setdefault(contender.id, reason)
    others = {each.id for each in contest.contenders if each.id not in kept}
    others &= others if asked is None else asked
    for rule in policy.rules:
        goes = frozenset(each for each in others if _fits(rule, contest, each, kept))
        if not goes:
            continue
        if rule.do == "nothing":
            return Choice(None, f"the rule for {_name(rule)} says: nothing", goes=goes)
        if best is None:
            return Choice(None, why, goes=goes)
        return Choice(
            Op(rule.do), f"rule for {_name(rule)}", kept, rule.allow_losses, goes, frozenset(rule.evidence)
        )
    return Choice(None, "no rule fits", goes=frozenset(others))


def _fits(rule: Rule, contest: Contest, copy: int, kept: Mapping[int, str]) -> bool:
    """Whether a copy is joined to one that stays by all the evidence the rule asks for."""
    joined = any(set(rule.evidence) <= contest.joined_by(copy, keeper) for keeper in kept)
    return joined and contest.confidence >= rule.min_confidence


def _name(rule: Rule) -> str:
    least = f" of {rule.min_confidence:g} or more" if rule.min_confidence else ""
    return " + ".join(rule.evidence) + least


def _best(contest: Contest, policy: Policy) -> tuple[Contender | None, str]:
    """The copy to keep. Where several are as good, the preferred root's."""
    first = contest.contenders[0]
    twins = [c for c in contest.contenders if c is first or (c.content and c.content == first.content)]
    whole = [c for c in contest.contenders if c.setback is None]
    twins = [c for c in twins if c is first or c.setback is None]  # not one in a bin or a hidden folder
    undecided = contest.verdict != _BETTER and len(twins) < len(contest.contenders)
    equals = whole if undecided else twins
    for root in policy.prefer_roots:
        for contender in equals:
            if is_under(contender.path, root.encode("utf-8", "surrogateescape")):
                return contender, f"lies under {root}"
    if undecided:
        return None, f"too close to call: {contest.verdict_reason}"
    return first, contest.verdict_reason or "the best copy"


def _also_kept(contest: Contest, best: Contender, policy: Policy) -> Sequence[tuple[Contender, str]]:
    """The best copy of each resolution that is to stay, and of each language nothing kept has."""
    found: list[tuple[Contender, str]] = []
    whole = [contender for contender in contest.contenders if contender.setback is None]
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
