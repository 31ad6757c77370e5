"""Decisions by rule."""

from typing import Any

import pytest

from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.policy import PolicyCopy, PolicyGroup, choose
from mediavault_tui.domain.settings import Policy, Rule

EXACT, PROVEN = frozenset({"exact"}), frozenset({"title", "content"})
RULES = (
    Rule(evidence=("exact",), do="hardlink"),
    Rule(evidence=("title", "content"), min_confidence=95, do="archive"),
)


def copy(number: int, **known: Any) -> PolicyCopy:
    return PolicyCopy(number, b"/v/%d/Film.mkv" % number, **known)


def policy_group(
    kinds: frozenset[str] = PROVEN, confidence: float = 97, *copies: PolicyCopy, **more: Any
) -> PolicyGroup:
    return PolicyGroup(kinds, confidence, copies or (copy(1), copy(2)), **more)


def kept(given: PolicyGroup, **policy: Any) -> list[int]:
    return list(choose(given, Policy(rules=RULES, **policy)).kept)


def test_the_first_rule_that_fits_counts() -> None:
    assert choose(policy_group(EXACT), Policy(rules=RULES)).op is Op.HARDLINK
    assert choose(policy_group(PROVEN), Policy(rules=RULES)).op is Op.ARCHIVE
    assert choose(policy_group(EXACT | PROVEN), Policy(rules=RULES[::-1])).op is Op.ARCHIVE


NOTHING: list[tuple[str, PolicyGroup, Policy]] = [
    ("no rule fits", policy_group(), Policy()),
    ("no rule fits", policy_group(PROVEN, 94), Policy(rules=RULES)),
    ("no rule fits", policy_group(frozenset({"title"}), 99), Policy(rules=RULES)),
    ("says: nothing", policy_group(), Policy(rules=(Rule(evidence=("title",), do="nothing"),))),
    ("too large", policy_group(needs_review=True), Policy(rules=RULES)),
    (
        "too close to call: 2 points",
        policy_group(verdict="too_close", verdict_reason="2 points"),
        Policy(rules=RULES),
    ),
]


@pytest.mark.parametrize(("words", "given", "policy"), NOTHING, ids=[row[0] for row in NOTHING])
def test_does_nothing_and_says_why(words: str, given: PolicyGroup, policy: Policy) -> None:
    choice = choose(given, policy)
    assert choice.op is None and words in choice.reason and choice.kept == {}


def test_a_rule_is_about_the_copies_its_evidence_joins() -> None:
    copies = copy(1), copy(2), copy(3)
    pairs = {(1, 2): EXACT, (1, 3): PROVEN, (2, 3): PROVEN}
    given = policy_group(EXACT | PROVEN, 97, *copies, pairs=pairs)
    first = choose(given, Policy(rules=RULES))
    assert (first.op, first.goes) == (Op.HARDLINK, {2})
    second = choose(given, Policy(rules=RULES), {3})
    assert (second.op, second.goes) == (Op.ARCHIVE, {3})
    assert choose(given, Policy(rules=RULES[:1]), {3}).op is None, "not the same bytes"


def test_what_is_only_possible_is_not_decided_by_rule() -> None:
    given = policy_group(PROVEN, 70, least=85)
    assert choose(given, Policy(rules=(Rule(evidence=("title",), do="archive"),))).op is None


def test_the_preferred_root_decides_between_equals_only() -> None:
    twins = policy_group(EXACT, 100, copy(1, content=b"x"), copy(2, content=b"x"))
    assert kept(twins) == [1]
    assert kept(twins, prefer_roots=("/v/2",)) == [2]
    assert kept(policy_group(), prefer_roots=("/v/2",)) == [1], "a better copy is not given up for its place"
    close = policy_group(verdict="too_close")
    assert kept(close, prefer_roots=("/v/9", "/v/2")) == [2]
    assert kept(close, prefer_roots=("/v/9",)) == []
    broken = policy_group(PROVEN, 97, copy(1), copy(2, setback="damaged"), verdict="too_close")
    assert kept(broken, prefer_roots=("/v/2",)) == []


def test_languages_and_resolutions_that_are_to_stay() -> None:
    german, english = frozenset({"de"}), frozenset({"en"})
    copies = (
        copy(1, tier="4K", languages=english),
        copy(2, tier="4K", languages=english),
        copy(3, tier="1080p", languages=english),
        copy(4, tier="1080p", languages=german | english),
        copy(5, tier="SD", languages=german, setback="damaged"),
    )
    given = policy_group(PROVEN, 97, *copies)
    assert kept(given) == [1]
    assert kept(given, keep_resolutions=("4K", "1080p")) == [1, 3]
    assert kept(given, keep_languages=("de", "en")) == [1, 4]
    assert kept(given, keep_resolutions=("1080p",), keep_languages=("de",)) == [1, 3, 4]
    assert kept(given, keep_resolutions=("SD",), keep_languages=("fr",)) == [1]
