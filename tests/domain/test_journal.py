"""What to make of an act that was cut off: every combination of what lies where."""

import pytest

from mediavault_tui.domain.archive.journal import Act, ActKind, FileIdentity, Remedy, remedy
from mediavault_tui.domain.archive.operations import Proof


def at(inode: int, mtime_ns: int = 5) -> Proof:
    return Proof(1, inode, 100, mtime_ns, 7)


OURS, COPY, KEEPER, OTHER = at(1), at(2), at(3), at(9, 8)
WRITTEN_TO = at(1, 6)
RENUMBERED = at(10)  # as all files of FAT and FUSE are after every mount
SPARE = Proof(1, 3, 100, 5, 7, links=2)
LINKED, ELSEWHERE = Proof(1, 1, 100, 5, 7, links=2), Proof(2, 1, 100, 5, 7, links=2)
FILE, COPIED, KEPT = (FileIdentity.of(proof) for proof in (OURS, COPY, KEEPER))
RENAME = Act(ActKind.RENAME, b"/s", b"/t", FILE)
BEGUN = Act(ActKind.COPY, b"/s", b"/t", FILE, b"/p")
VERIFIED = Act(ActKind.COPY, b"/s", b"/t", FILE, b"/p", copy=COPIED)
SAME_NUMBER = Act(ActKind.COPY, b"/s", b"/t", FILE, b"/p", copy=FILE)
LINK = Act(ActKind.LINK, b"/s", b"/t", FILE, b"/p", other=KEPT)
PART = Act(ActKind.PART, b"/s", b"/t", FILE, b"/p", copy=COPIED)
REMOVE = Act(ActKind.REMOVE, b"/s", b"", FILE)
SHARE = Act(ActKind.SHARE, b"/s", b"/t", FILE)

CASES = [
    # act, at the source, at the target, at the temporary name → what to do
    (RENAME, OURS, None, None, Remedy.UNDONE),
    (RENAME, OURS, OTHER, None, Remedy.UNDONE),
    (RENAME, None, OURS, None, Remedy.DONE),
    (RENAME, OTHER, OURS, None, Remedy.DONE),
    (RENAME, LINKED, LINKED, None, Remedy.DROP_SOURCE),
    (RENAME, OURS, OURS, None, Remedy.UNCLEAR),
    (RENAME, LINKED, ELSEWHERE, None, Remedy.UNCLEAR),
    (SAME_NUMBER, OURS, OURS, None, Remedy.UNCLEAR),
    (SAME_NUMBER, OURS, ELSEWHERE, None, Remedy.COMPARE_AND_DROP_SOURCE),
    (RENAME, None, None, None, Remedy.UNCLEAR),
    (RENAME, OTHER, None, None, Remedy.UNCLEAR),
    (RENAME, None, OTHER, None, Remedy.UNCLEAR),
    (RENAME, WRITTEN_TO, None, None, Remedy.UNDONE),
    (RENAME, RENUMBERED, None, None, Remedy.UNDONE),
    (RENAME, None, RENUMBERED, None, Remedy.DONE),
    (RENAME, RENUMBERED, RENUMBERED, None, Remedy.UNCLEAR),
    (BEGUN, OURS, None, None, Remedy.UNDONE),
    (BEGUN, OURS, None, COPY, Remedy.DROP_TEMPORARY),
    (BEGUN, OURS, COPY, None, Remedy.UNDONE),
    (BEGUN, None, None, COPY, Remedy.UNCLEAR),
    (BEGUN, WRITTEN_TO, None, COPY, Remedy.DROP_TEMPORARY),
    (VERIFIED, OURS, None, COPY, Remedy.DROP_TEMPORARY),
    (VERIFIED, OURS, COPY, None, Remedy.COMPARE_AND_DROP_SOURCE),
    (VERIFIED, None, COPY, None, Remedy.DONE),
    (VERIFIED, None, None, COPY, Remedy.KEEP_TEMPORARY),
    (VERIFIED, OTHER, None, COPY, Remedy.KEEP_TEMPORARY),
    (VERIFIED, WRITTEN_TO, None, COPY, Remedy.DROP_TEMPORARY),
    (VERIFIED, None, OTHER, COPY, Remedy.UNCLEAR),
    (BEGUN, RENUMBERED, None, COPY, Remedy.DROP_TEMPORARY),
    (VERIFIED, RENUMBERED, None, COPY, Remedy.COMPARE_AND_DROP_COPY),
    (VERIFIED, RENUMBERED, None, RENUMBERED, Remedy.COMPARE_AND_DROP_COPY),
    (VERIFIED, RENUMBERED, OTHER, COPY, Remedy.UNCLEAR),
    (VERIFIED, RENUMBERED, COPY, None, Remedy.COMPARE_AND_DROP_SOURCE),
    (VERIFIED, OURS, RENUMBERED, None, Remedy.COMPARE_AND_DROP_SOURCE),
    (VERIFIED, None, RENUMBERED, None, Remedy.DONE),
    (VERIFIED, None, None, RENUMBERED, Remedy.KEEP_TEMPORARY),
    (VERIFIED, None, None, None, Remedy.UNCLEAR),
    (LINK, OURS, KEEPER, None, Remedy.UNDONE),
    (LINK, OURS, KEEPER, KEEPER, Remedy.DROP_TEMPORARY),
    (LINK, KEEPER, KEEPER, OURS, Remedy.COMPARE_AND_DROP_TEMPORARY),
    (LINK, KEEPER, KEEPER, None, Remedy.DONE),
    (LINK, KEEPER, KEEPER, OTHER, Remedy.EXCHANGE_BACK),
    (LINK, OTHER, KEEPER, KEEPER, Remedy.UNCLEAR),
    (LINK, WRITTEN_TO, SPARE, SPARE, Remedy.DROP_TEMPORARY),
    (LINK, WRITTEN_TO, None, KEEPER, Remedy.UNCLEAR),
    (PART, OURS, OURS, COPY, Remedy.DROP_TEMPORARY),
    (PART, COPY, OURS, OURS, Remedy.COMPARE_AND_DROP_TEMPORARY),
    (PART, COPY, OURS, None, Remedy.DONE),
    (REMOVE, None, None, None, Remedy.DONE),
    (REMOVE, OURS, None, None, Remedy.UNDONE),
    (REMOVE, OTHER, None, None, Remedy.UNDONE),
    (SHARE, OURS, KEEPER, None, Remedy.UNDONE),
]


@pytest.mark.parametrize(("act", "source", "target", "temporary", "expected"), CASES)
def test_remedy(
    act: Act, source: Proof | None, target: Proof | None, temporary: Proof | None, expected: Remedy
) -> None:
    assert remedy(act, source, target, temporary) is expected


@pytest.mark.parametrize(
    "act", [RENAME, BEGUN, VERIFIED, LINK, PART, REMOVE, SHARE], ids=lambda act: act.kind
)
def test_a_remedy_never_removes_the_only_file_there_is(act: Act) -> None:
    """Whatever combination of files lies there: what is removed has an equal that stays."""
    there = [None, OURS, LINKED, COPY, KEEPER, SPARE, OTHER, WRITTEN_TO, RENUMBERED]
    for source in there:
        for target in there:
            for temporary in there:
                decided = remedy(act, source, target, temporary)
                if decided is Remedy.DROP_SOURCE:
                    assert source == LINKED and target in (OURS, LINKED)
                elif decided is Remedy.COMPARE_AND_DROP_SOURCE:
                    assert looks_like(FILE, source) and looks_like(COPIED, target)
                elif decided is Remedy.DROP_TEMPORARY:
                    assert source is not None
                    is_worthless = act.kind is ActKind.COPY and act.copy is None and looks_like(FILE, source)
                    assert source.inode == OURS.inode or is_worthless
                elif decided is Remedy.COMPARE_AND_DROP_COPY:
                    assert looks_like(FILE, source) and target is None and act.kind is ActKind.COPY
                elif decided is Remedy.COMPARE_AND_DROP_TEMPORARY:
                    assert source in (COPY, KEEPER, SPARE) and temporary in (OURS, LINKED)


def looks_like(known: FileIdentity, found: Proof | None) -> bool:
    return found is not None and (found.size, found.mtime_ns) == (known.size, known.mtime_ns)
