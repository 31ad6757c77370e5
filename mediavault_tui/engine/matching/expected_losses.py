"""What would be lost: the one place where match, plan, screens and comparison ask."""

from collections.abc import Container, Iterable, Mapping, Sequence

from mediavault_tui.domain import duplicates, quality
from mediavault_tui.domain.duplicates import Evidence
from mediavault_tui.engine.conversions import copy_of, state_of
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.groups import Member


def covered(
    losers: Iterable[FileRecord],
    keepers: Sequence[FileRecord],
    evidence: Sequence[Evidence],
    giving: Container[int] = frozenset(),
) -> dict[int, quality.Covered]:
    """For each loser: what none of the kept copies has, and which of them the rest is safe with.

    `evidence` is that of their group; `giving`: losers whose subtitle files go to the copy that stays.
    """
    goes = list(losers)
    kept, heard = [copy_of(file) for file in keepers], sounds([*goes, *keepers])
    return {
        file.id: quality.covered(
            quality.without_subtitle_files(copy_of(file)) if file.id in giving else copy_of(file),
            kept,
            heard,
            lambda a, b: duplicates.coverage_between(evidence, a, b),
        )
        for file in goes
    }


def sounds(files: Sequence[FileRecord]) -> quality.AudioEvidence:
    """What listening to these files has shown, as far as they still are what they were then."""
    states = {file.id: state_of(file) for file in files}
    found: dict[tuple[tuple[int, int], tuple[int, int]], quality.AudioSimilarity] = {}
    for file in files:
        for pair in file.heard:
            if states.get(pair.other_id) == pair.other_state:
                for at, there, likeness in pair.told:
                    one, other = sorted(((pair.file_id, at), (pair.other_id, there)))
                    found[one, other] = likeness
    return quality.AudioEvidence(found)


def describe(found: quality.Covered) -> tuple[str, ...]:
    """The losses as people read them."""
    return tuple(loss.words for loss in found.losses)


def out_of_step(
    members: Sequence[Member],
    kept: Sequence[int],
    durations: Mapping[int, float | None],
    evidence: Sequence[Evidence] = (),
) -> frozenset[int]:
    """Copies whose subtitles would not fit the first of the `kept`. `members`: the best first."""
    if not kept:
        return frozenset()
    best = members[0].file_id
    late = set()
    for member in members:
        measured = kept[0] == best and member.offset_s is not None and member.speed is not None
        moment = (member.offset_s or 0.0, member.speed or 1.0) if measured else None
        coverage = duplicates.coverage_between(evidence, member.file_id, kept[0])
        if not quality.subtitles_fit(moment, durations[member.file_id], durations[kept[0]], coverage):
            late.add(member.file_id)
    return frozenset(late)


def only_held_by(
    loser: FileRecord, keeper: int, keepers: Sequence[FileRecord], evidence: Sequence[Evidence]
) -> tuple[str, ...]:
    """What of `loser` the keeper of that number holds and no other of `keepers`, in words."""
    others = [each for each in keepers if each.id != keeper]
    always = describe(covered([loser], keepers, evidence)[loser.id])
    without = describe(covered([loser], others, evidence)[loser.id]) if others else ()
    return tuple(what for what in without if what not in always)
