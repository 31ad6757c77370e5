"""What the duplicates screen shows of one group: its files side by side, and what choosing one would mean."""

from collections.abc import Mapping

from mediavault_tui.domain.content.coverage import describe_beside
from mediavault_tui.domain.duplicates import coverage_between
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.text import printable
from mediavault_tui.store.groups import Choice
from mediavault_tui.store.review_queries import Detail
from mediavault_tui.ui.screens.duplicates import decisions, group_labels
from mediavault_tui.ui.widgets.comparison_rows import Fact, facts, letter
from mediavault_tui.ui.widgets.side_by_side import Head, Pieces, SideBySide, Table, Verdict

PARTS_SHOWN = 6


def side_table(detail: Detail, chosen: int, settings: Settings) -> Table:
    """The group as a table with a column for each file; `chosen` is the one `keep this` would keep."""
    if not detail.files:
        return SideBySide.EMPTY
    everything = facts(detail.files, settings.quality)
    same = [fact for fact in everything if fact.is_same]
    in_common = ", ".join(filter(None, map(_told, same)))
    below: list[Pieces] = []
    if in_common:
        below.append([("The same in all: ", "muted"), (in_common, "muted")])
    return Table(
        above=tuple(_above(detail, settings)),
        heads=tuple(_head(detail, number) for number in range(len(detail.files))),
        verdicts=tuple(_verdicts(detail, chosen, settings)),
        facts=tuple(fact for fact in everything if not fact.is_same),
        below=(*below, *_evidence(detail)),
        chosen=chosen,
    )


def _told(fact: Fact) -> str:
    """What all files have in common, in a few words; nothing where none of them says anything."""
    text = "; ".join(fact.values[0].lines)
    if text in {"none", "unknown", "–"}:
        return ""
    return text if text.startswith("no ") else f"{fact.label.lower()} {text}"


def _above(detail: Detail, settings: Settings) -> list[Pieces]:
    found = detail.group.found
    lines: list[Pieces] = [
        [
            group_labels.confidence(found.confidence, settings.match, " %"),
            (" by ", "muted"),
            *group_labels.kinds(found.kinds),
            ("  ", ""),
            group_labels.verdict(detail.group),
        ]
    ]
    if decided := group_labels.decided(detail):
        lines.append(decided)
    return lines


def _head(detail: Detail, number: int) -> Head:
    """Letter, and what was decided about the file, or is suggested."""
    file = detail.files[number]
    decision = detail.group.decision
    if decision is not None and not detail.group.reopened:
        if decision.choice is Choice.KEEP_ALL or file.id in decision.keepers:
            return Head(letter(number), "✓ kept", "good")
        if decision.choice is Choice.KEEP:
            return Head(letter(number), "✗ goes", "bad")
        return Head(letter(number), "≠ not the same", "muted")
    members = {member.file_id: member for member in detail.group.found.members}
    spare = [member for member in members.values() if not member.keep]
    if members[file.id].setback:
        return Head(letter(number), members[file.id].setback or "", "bad")
    if not spare:
        return Head(letter(number), "", "muted")
    return Head(
        letter(number),
        "best" if members[file.id].keep else "can go",
        "good" if members[file.id].keep else "muted",
    )


def _verdicts(detail: Detail, chosen: int, settings: Settings) -> list[Verdict]:
    """What keeping the chosen file and archiving the others means for each."""
    keeper = detail.files[chosen].id
    lost = decisions.losses(detail, [keeper], settings)
    found = []
    for file in detail.files:
        if file.id == keeper:
            found.append(Verdict("y keeps this one", "accent"))
        elif lost[file.id]:
            found.append(Verdict("would lose " + ", ".join(lost[file.id]), "bad"))
        else:
            found.append(Verdict("nothing would be lost", "good"))
    return found


def _evidence(detail: Detail) -> list[Pieces]:
    """Why they are taken for the same, and why a copy frees nothing."""
    said = [reason for reason in detail.group.found.reasons if reason.name != "common part"]
    lines: list[Pieces] = [
        [("Same because: " if number == 0 else "              ", "muted"), (reason.text, "text")]
        for number, reason in enumerate(said)
    ]
    letters = group_labels.names_of(detail)
    lines += _beside_the_best(detail, letters)
    for member in detail.group.found.members:
        if member.offset_s is not None and member.rank > 1 and abs(member.offset_s) >= 0.1:
            when = "later" if member.offset_s > 0 else "earlier"
            lines.append(
                [
                    ("Timing: ", "muted"),
                    (
                        f"{letters.get(member.file_id, '?')} shows the same {abs(member.offset_s):.1f} s {when}",
                        "text",
                    ),
                ]
            )
        if member.speed is not None and abs(member.speed - 1) > 0.0005:
            lines.append(
                [
                    ("Speed: ", "muted"),
                    (f"{letters.get(member.file_id, '?')} runs {100 * (member.speed - 1):+.1f} %", "text"),
                ]
            )
    lines += [[("Frees nothing: ", "muted"), (note, "text")] for note in detail.group.found.reclaim_notes]
    return lines + _parts(detail, letters)


def _beside_the_best(detail: Detail, letters: Mapping[int, str]) -> list[Pieces]:
    """What each copy has or lacks along its runtime, as the pictures say."""
    if not detail.files:
        return []
    best, lines = detail.files[0].id, list[Pieces]()
    for file in detail.files[1:]:
        common = coverage_between(detail.group.found.evidence, file.id, best)
        told = describe_beside(common) if common is not None else ()
        if told:
            label = f"{letters[file.id]} beside {letters[best]}: "
            lines.append([(label, "muted"), (", ".join(told), "warning")])
    return lines


def _parts(detail: Detail, letters: Mapping[int, str]) -> list[Pieces]:
    """What the files of the group are parts of, and what is a part of them."""
    lines: list[Pieces] = []
    for each in detail.parts[:PARTS_SHOWN]:
        if each.found.part in letters:
            told = f"{letters[each.found.part]} is {each.place} of {_name(each.whole)}"
            lines.append([("Part of: ", "muted"), (told, "text")])
        else:
            told = f"{_name(each.part)} is {each.place} of {letters[each.found.whole]}"
            lines.append([("Has a part: ", "muted"), (told, "text")])
    if len(detail.parts) > PARTS_SHOWN:
        lines.append([(f"and {len(detail.parts) - PARTS_SHOWN} more parts", "muted")])
    return lines


def _name(path: bytes) -> str:
    return printable(path.rpartition(b"/")[2])
