"""Groups across scans: which continues which, and when a decision has to be taken again."""

from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.duplicates import KnownGroup, reconcile, reopening, signature


def known(**groups: tuple[int, ...]) -> list[KnownGroup]:
    return [KnownGroup(int(name[1:]), files) for name, files in groups.items()]


def test_the_same_files_keep_their_id() -> None:
    assert reconcile(known(g7=(1, 2), g8=(3, 4)), [(3, 4), (1, 2)]).ids == (8, 7)


def test_a_group_that_grew_or_shrank_keeps_its_id() -> None:
    assert reconcile(known(g7=(1, 2)), [(1, 2, 3)]).ids == (7,)
    assert reconcile(known(g7=(1, 2, 3)), [(2, 3)]).ids == (7,)


def test_the_larger_part_of_a_split_keeps_the_id() -> None:
    found = reconcile(known(g7=(1, 2, 3, 4, 5)), [(1, 2), (3, 4, 5)])
    assert found.ids == (None, 7)
    assert found.ended == ()


def test_merged_groups_keep_the_id_of_the_larger() -> None:
    found = reconcile(known(g7=(1, 2), g8=(3, 4, 5)), [(1, 2, 3, 4, 5)])
    assert found.ids == (8,)
    assert found.ended == (7,)


def test_ties_go_to_the_older_group() -> None:
    assert reconcile(known(g9=(1, 2), g7=(3, 4)), [(1, 2, 3, 4)]).ids == (7,)


def test_new_groups_have_no_id_and_lost_ones_end() -> None:
    found = reconcile(known(g7=(1, 2)), [(3, 4)])
    assert (found.ids, found.ended) == ((None,), (7,))


def test_a_decision_holds_until_a_file_joins_or_changes() -> None:
    decided = {1: "a", 2: "b"}
    assert reopening(decided, {1: "a", 2: "b"}) == ()
    assert reopening(decided, {1: "a"}) == ()
    assert reopening(decided, {1: "a", 2: "b", 3: "c"}) == ("file 3 joined the group",)
    assert reopening(decided, {1: "a", 2: "x"}) == ("file 2 changed since the decision",)


states = st.dictionaries(st.integers(0, 50), st.text(max_size=4), max_size=5)


@given(states, states)
def test_signatures_tell_groups_apart_and_ignore_order(one: dict[int, str], other: dict[int, str]) -> None:
    assert signature(dict(reversed(one.items()))) == signature(one)
    assert (signature(one) == signature(other)) == (one == other)


partitions = st.lists(st.integers(0, 5), min_size=2, max_size=20).map(
    lambda homes: [tuple(f for f, h in enumerate(homes) if h == home) for home in sorted(set(homes))]
)


@given(partitions, partitions)
def test_every_old_id_is_used_once_or_ends(old: list[tuple[int, ...]], new: list[tuple[int, ...]]) -> None:
    groups = [KnownGroup(100 + n, files) for n, files in enumerate(old)]
    found = reconcile(groups, new)
    used = [i for i in found.ids if i is not None]
    assert sorted([*used, *found.ended]) == [g.id for g in groups]
