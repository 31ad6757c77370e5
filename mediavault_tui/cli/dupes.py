"""`mediavault dupes`: which files are the same thing, how sure that is and why."""

import csv
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.schemas import stretch_fields
from mediavault_tui.domain.content.coverage import describe_beside, place
from mediavault_tui.domain.text import printable, size

if TYPE_CHECKING:
    from mediavault_tui.domain.duplicates import Contained, Doubt, Veto
    from mediavault_tui.store.catalogue import FileRecord
    from mediavault_tui.store.groups import FoundGroup, GroupRecord, Member

Files = Mapping[int, "FileRecord"]


VETOES_SHOWN = 6
"""People want to know that there are some, and why; a large library has thousands."""


@click.command(
    name="dupes",
    epilog="Examples:\n\n  mediavault dupes\n\n  mediavault dupes --kind exact --json\n\n"
    "  mediavault dupes --min-confidence 65 --unreviewed",
)
@click.option(
    "--kind", type=click.Choice(["exact", "title", "content"]), multiple=True,
    help="Only groups with this kind of evidence; may be repeated.",
)  # fmt: skip
@click.option(
    "--min-confidence", metavar="N", type=click.FloatRange(0, 100),
    help="Lowest confidence to list; below match.confident (the default) a group is only possible.",
)  # fmt: skip
@click.option("--unreviewed", is_flag=True, help="Only undecided groups.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="A row per file.")
@click.pass_obj
def command(
    globals_: Globals,
    kind: tuple[str, ...],
    min_confidence: float | None,
    unreviewed: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List duplicate groups: why they are, which copy to keep, what would be lost."""
    from mediavault_tui.store import catalogue, groups
    from mediavault_tui.store.database import reading

    confident = globals_.settings.match.confident if min_confidence is None else min_confidence
    with reading(globals_.database) as connection:
        every = [
            group
            for group in groups.present(connection)
            if (not kind or set(kind) & set(group.found.kinds)) and not (unreviewed and group.reviewed)
        ]
        apart = Apart(groups.vetoes(connection), groups.contained(connection), groups.unsure(connection))
        wanted = {member.file_id for group in every for member in group.found.members}
        files = {file.id: file for file in catalogue.some(connection, wanted | apart.file_ids)}
    apart = apart.among(files)
    sure = [group for group in every if group.found.confidence >= confident]
    possible = [group for group in every if group.found.confidence < confident]
    if as_json:
        output.json_document(
            {
                "groups": [group_fields(group, files) for group in sure],
                "vetoed": [_veto_fields(veto, files) for veto in apart.vetoes],
                "possible": [group_fields(group, files) for group in possible],
                "contained": [_contained_fields(each, files) for each in apart.contained],
                "unsure": [_unsure_fields(each, files) for each in apart.unsure],
            }
        )
    elif as_csv:
        _csv(sure, files)
    else:
        _show(sure, possible, apart, files)


def group_fields(group: "GroupRecord", files: Files) -> dict[str, Any]:
    """A group for scripts."""
    found = group.found
    named = _most_telling(group, files)
    return {
        "id": group.id,
        "kinds": list(found.kinds),
        "confidence": round(found.confidence),
        "title": named.title,
        "year": named.year,
        "season": named.season,
        "episodes": list(named.episodes),
        "reclaimable_bytes": found.reclaimable,
        "reviewed": group.reviewed,
        "files": [
            _member_fields(member, files[member.file_id])
            for member in found.members
            if member.file_id in files
        ],
        "evidence": [
            {
                "kind": e.kind,
                "score": round(e.score),
                "reason": "; ".join(reason.text for reason in e.reasons),
                "paths": [output.path_text(files[i].paths[0]) for i in (e.a, e.b) if i in files],
                "offset_s": None if e.offset_s is None else round(e.offset_s, 4),
                "speed": e.speed,
                "stretches": stretch_fields(e.coverage.stretches)
                if e.coverage and e.offset_s is not None
                else [],
            }
            for e in found.evidence
        ],
        "verdict": found.verdict,
        "verdict_reason": found.verdict_reason,
        "needs_review": found.needs_review,
        "reclaim_notes": list(found.reclaim_notes),
        "reopened": list(group.reopened),
        "decision": {"choice": group.decision.choice, "note": group.decision.note}
        if group.decision
        else None,
    }


def _most_telling(group: "GroupRecord", files: Files) -> Any:
    """The release name that stands for the group: that of the best copy whose name says anything."""
    from mediavault_tui.domain.media import ReleaseName

    names = [files[m.file_id].name for m in group.found.members if m.file_id in files]
    return next((name for name in names if name.title), ReleaseName())


def _member_fields(member: "Member", file: "FileRecord") -> dict[str, Any]:
    return {
        "path": output.path_text(file.paths[0]),
        "size": file.size,
        "links": file.links,
        "quality_score": member.score,
        "rank": member.rank,
        "keep": _is_to_stay(member, file),
        "reasons": [reason.text for reason in member.reasons],
        "would_lose": list(member.would_lose),
        "offset_s": member.offset_s,
        "speed": member.speed,
        "id": file.id,
        "paths": [output.path_text(path) for path in file.paths],
        "links_outside": max(0, file.links - len(file.paths)),
        "setback": member.setback,
        "status": file.status,
        "points": [{"name": r.name, "points": r.points, "text": r.text} for r in member.reasons],
    }


def _is_to_stay(member: "Member", file: "FileRecord") -> bool:
    """Whether it is suggested to keep the file. One that cannot be read is suggested for nothing."""
    return member.keep and file.status != "unreadable"


class Apart(NamedTuple):
    """What is told of files besides the groups."""

    vetoes: Sequence["Veto"]
    contained: Sequence["Contained"]
    unsure: Sequence["Doubt"]

    @property
    def file_ids(self) -> set[int]:
        """All files it speaks of."""
        pairs = [(each.a, each.b) for each in self.vetoes]
        pairs += [(each.a, each.b) for each in self.unsure]
        pairs += [(each.part, each.whole) for each in self.contained]
        return {file_id for pair in pairs for file_id in pair}

    def among(self, files: Files) -> "Apart":
        """What speaks of these files only."""
        return Apart(
            [each for each in self.vetoes if each.a in files and each.b in files],
            [each for each in self.contained if each.part in files and each.whole in files],
            [each for each in self.unsure if each.a in files and each.b in files],
        )


def _contained_fields(each: "Contained", files: Files) -> dict[str, Any]:
    return {
        "part": output.path_text(files[each.part].paths[0]),
        "whole": output.path_text(files[each.whole].paths[0]),
        "start_s": round(each.start_s, 3),
        "end_s": round(each.end_s, 3),
        "offset_s": None if each.offset_s is None else round(each.offset_s, 4),
        "speed": each.speed,
        "confidence": round(each.score),
        "reasons": [reason.text for reason in each.reasons],
        "stretches": stretch_fields(each.stretches),
    }


def _unsure_fields(doubt: "Doubt", files: Files) -> dict[str, Any]:
    return {
        "paths": [output.path_text(files[doubt.a].paths[0]), output.path_text(files[doubt.b].paths[0])],
        "reason": doubt.reason,
    }


def _veto_fields(veto: "Veto", files: Files) -> dict[str, Any]:
    return {
        "paths": [output.path_text(files[veto.a].paths[0]), output.path_text(files[veto.b].paths[0])],
        "reason": veto.reason,
        "kind": veto.kind,
    }


def _csv(groups: Sequence["GroupRecord"], files: Files) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(
        ("group", "kinds", "confidence", "rank", "keep", "score", "size", "links", "path", "would_lose")
    )
    for group in groups:
        for member in group.found.members:
            file = files[member.file_id]
            writer.writerow(
                (
                    group.id, "+".join(group.found.kinds), round(group.found.confidence), member.rank,
                    "yes" if member.keep else "no", member.score, file.size, file.links,
                    printable(file.paths[0]), "; ".join(member.would_lose),
                )
            )  # fmt: skip


def _show(
    sure: Sequence["GroupRecord"], possible: Sequence["GroupRecord"], apart: Apart, files: Files
) -> None:
    for group in sure:
        _show_group(group, files)
    total = sum(group.found.reclaimable for group in sure)
    output.data(f"{len(sure)} duplicate groups, {size(total)} reclaimable")
    if possible:
        output.data(f"{len(possible)} possible ones, to be decided by hand (--min-confidence 0 lists them):")
        for group in possible:
            output.data(f"  {round(group.found.confidence)} %  {_heading(group, files)}")
    _show_contained(apart.contained, files)
    told = {frozenset((each.part, each.whole)) for each in apart.contained}
    told |= {frozenset((each.a, each.b)) for each in apart.unsure}
    vetoes = [veto for veto in apart.vetoes if frozenset((veto.a, veto.b)) not in told]
    _show_pairs("pairs that look alike and are not the same", vetoes, files)
    _show_pairs("pairs of which the pictures cannot tell", apart.unsure, files)


def _show_contained(contained: Sequence["Contained"], files: Files) -> None:
    if not contained:
        return
    output.data(f"{len(contained)} {'files are' if len(contained) > 1 else 'file is'} a part of another:")
    for each in contained[:VETOES_SHOWN]:
        output.data(f"  {printable(files[each.part].paths[0])}")
        at = place((each.start_s, each.end_s))
        output.data(f"    is {at} of {printable(files[each.whole].paths[0])}")
    _show_more(len(contained))


def _show_pairs(heading: str, pairs: Sequence["Veto | Doubt"], files: Files) -> None:
    if not pairs:
        return
    output.data(f"{len(pairs)} {heading}:")
    for pair in pairs[:VETOES_SHOWN]:
        for file_id in (pair.a, pair.b):
            output.data(f"  {printable(files[file_id].paths[0])}")
        output.data(f"    {printable(pair.reason)}")
    _show_more(len(pairs))


def _show_more(count: int) -> None:
    if count > VETOES_SHOWN:
        output.data(f"  … and {count - VETOES_SHOWN:,} more: --json lists them all")


def _heading(group: "GroupRecord", files: Files) -> str:
    name = _most_telling(group, files)
    title = printable(name.title or "untitled")
    if name.season is not None or name.episodes:
        season = f"S{name.season:02d}" if name.season is not None else ""
        title += f" {season}" + "".join(f"E{episode:02d}" for episode in name.episodes)
    return title + (f" ({name.year})" if name.year else "")


def _show_group(group: "GroupRecord", files: Files) -> None:
    found = group.found
    reviewed = ", reviewed" if group.reviewed else ""
    output.data(
        f"#{group.id} {_heading(group, files)}: {' + '.join(found.kinds)}, {found.confidence:.0f} % sure,"
        f" {size(found.reclaimable)} reclaimable{reviewed}"
    )
    if found.needs_review:
        output.data("   so many files that nothing is suggested: please look yourself")
    elif found.verdict == "too_close" and "exact" not in found.kinds:
        output.data(f"   too close to call: {found.verdict_reason}")
    for member in found.members:
        file = files[member.file_id]
        mark = "keep" if _is_to_stay(member, file) else "    "
        output.data(f"   {mark}  {member.score:5.1f}  {size(file.size):>10}  {printable(file.paths[0])}")
        if file.links > 1:
            outside = file.links - len(file.paths)
            output.data(
                f"               {file.links} links" + (f", {outside} outside" if outside > 0 else "")
            )
        beside = _beside_the_best(member, found)
        for text in (*([member.setback] if member.setback else []), *beside, *_losses(member)):
            output.data(f"               {printable(text)}")
    if group.reopened and group.decision is not None:
        output.data(f"   {printable(_to_decide_again(group, files))}")
    for reason in found.reasons:
        if reason.name != "common part":  # told beside each file
            output.data(f"   because {printable(reason.text)}")
    output.data()


def _beside_the_best(member: "Member", found: "FoundGroup") -> list[str]:
    """What it has or lacks along its runtime, as the pictures say."""
    from mediavault_tui.domain.duplicates import coverage_between

    best = found.members[0].file_id
    common = coverage_between(found.evidence, member.file_id, best) if member.file_id != best else None
    told = describe_beside(common) if common is not None else ()
    return [f"beside the best: {', '.join(told)}"] if told else []


def _to_decide_again(group: "GroupRecord", files: Files) -> str:
    """The old decision, and why it does not hold any more."""
    assert group.decision is not None
    kept = [
        printable(files[each].paths[0].rpartition(b"/")[2])
        for each in group.decision.keepers
        if each in files
    ]
    decided = f"you had decided to keep {', '.join(kept)}" if kept else "you had decided"
    return f"to be decided again: {decided}; {'; '.join(group.reopened)}"


def _losses(member: "Member") -> list[str]:
    return ["would lose " + ", ".join(member.would_lose)] if member.would_lose else []
