"""Why a file is not to be touched: the questions every loser and keeper is asked, in order."""

from mediavault_tui.domain import discs
from mediavault_tui.domain.access import difference
from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import DecidedGroup, FileFacts, PlanOptions
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.text import printable

_UNFIT = {
    "damaged": "is damaged",
    "suspect": "is probably damaged",
    "unreadable": "cannot be read",
    "offline": "is on a disk that is not there",
    "missing": "is not there any more",
    "archived": "is in the archive",
    "purged": "was erased from the archive",
}
_NOT_THERE = frozenset({"offline", "missing", "archived", "purged"})


def why_no_keeper(file: FileFacts, *, by_user: bool = False, exact: bool = False) -> str | None:
    """Why `file` cannot answer for other copies, or None. `by_user`: the user said that it is to be kept.
    `exact`: for its equal, which is as good or as doubtful as itself.

    What lies in a bin, a snapshot or an unfinished download may be gone tomorrow by somebody else's doing, so it
    answers for nothing, whoever says so. A hidden folder may be a place of the user's own: his word counts.
    """
    if file.status != "ok" and not (exact and file.status == "suspect"):
        told = f": {file.problem}" if file.problem and file.status in ("damaged", "suspect") else ""
        return f"the copy to keep {_UNFIT.get(file.status, file.status)}{told}"
    if file.trouble:
        return f"the copy to keep: {file.trouble}"
    if file.root is None:
        return "the copy to keep lies outside the roots"
    if _is_archived(file):
        return "the copy to keep lies in the archive"
    if file.place is not None and not (by_user and file.place.by_choice):
        return f"the copy to keep {file.place.what}: it may not last"
    return "the copy to keep is empty" if file.proof.size <= 0 else None


def why_not(
    loser: FileFacts, keeper: FileFacts, group: DecidedGroup, wishes: PlanOptions, op: Op
) -> str | None:
    """Why `loser` must not go although `keeper` is a good copy, or None."""
    return (
        _about_the_file(loser, wishes)
        or _about_the_pair(loser, keeper, group)
        or _end(loser, keeper, wishes, op)
    )


def _about_the_file(loser: FileFacts, wishes: PlanOptions) -> str | None:
    if loser.status in _NOT_THERE:
        return _UNFIT[loser.status]
    if loser.trouble:
        return loser.trouble
    if any(loser.at(path).root is None for path in loser.paths):
        return "lies outside the roots"
    if _is_archived(loser):
        return "lies in the archive already"
    if loser.place is not None and not loser.place.by_choice:
        return f"{loser.place.what}: it is left alone"
    for path in (*loser.paths, *loser.aliases):
        shelter = next((folder for folder in wishes.protected if is_under(path, folder)), None)
        if shelter is not None:
            return f"lies in the protected folder {printable(shelter)}"
        if loser.on_disc or discs.is_part(path):
            return "is a part of a disc; its files are of use together only"
        if discs.is_image(path):
            return "is a disc image, which is not examined: nobody knows what is in it"
    if loser.annexed:
        return "is kept by git-annex: drop it there"
    if loser.links:
        return f"the symbolic link {printable(loser.links[0])} leads to it, and would lead nowhere"
    return None


def why_no_pair(loser: FileFacts, keeper: FileFacts, group: DecidedGroup) -> str | None:
    """Why the two are not two copies of one thing, or None."""
    if loser.proof.identity == keeper.proof.identity:
        return "is a hard link of the copy to keep: the same file, so nothing would be freed"
    veto = group.vetoes.get((min(loser.id, keeper.id), max(loser.id, keeper.id)))
    if veto:
        return f"is not the same as the copy to keep: {veto}"
    return None


def _about_the_pair(loser: FileFacts, keeper: FileFacts, group: DecidedGroup) -> str | None:
    reason = why_no_pair(loser, keeper, group)
    if reason is not None:
        return reason
    exact = is_exact(loser, keeper)
    kinds = group.joined_by(loser.id, keeper.id) | ({EvidenceKind.EXACT} if exact else set())
    if group.needs and not any(needed <= kinds for needed in group.needs):
        asked = " or ".join(sorted(" and ".join(sorted(needed)) for needed in group.needs))
        return f"is the same by {' and '.join(sorted(kinds)) or 'nothing'} only; asked for was {asked}"
    if exact:
        return None
    if loser.status == "unreadable":
        return "cannot be read: what it holds is not known"
    if keeper.on_disc or any(discs.is_part(path) for path in keeper.paths):
        return "the copy to keep is a part of a disc: it may be a piece of the film only"
    if not kinds - {EvidenceKind.EXACT}:
        return "its content is not that of the copy to keep"
    lost = group.would_lose.get(loser.id, ())
    if lost and not group.allowed_losses:
        return f"would lose {', '.join(lost)}"
    return None


def _end(loser: FileFacts, keeper: FileFacts, wishes: PlanOptions, op: Op) -> str | None:
    """Whether what is wished for can be done with these two."""
    if op in (Op.HARDLINK, Op.REFLINK):
        if not is_exact(loser, keeper):
            return f"only exact duplicates can be replaced by a {op}"
        if loser.proof.device != keeper.proof.device:
            return f"a {op} cannot reach to another filesystem"
        if op is Op.HARDLINK and (reason := _why_other_rights(loser, keeper)):
            return reason
        if op is Op.HARDLINK and any(loser.at(path).near_archive is None for path in loser.paths):
            return "there is no archive folder on its disk for what the link would replace"
    elif op is Op.ARCHIVE and any(loser.at(path).archive is None for path in loser.paths):
        return "there is no archive folder for it"
    for home in map(loser.at, loser.paths):
        place = {Op.ARCHIVE: home.archive, Op.MOVE: wishes.into, Op.HARDLINK: home.near_archive}.get(op)
        if place is not None and place in wishes.unfit:
            return wishes.unfit[place]
    return None


def _why_other_rights(loser: FileFacts, keeper: FileFacts) -> str | None:
    if loser.access is None or keeper.access is None:
        return None
    reason = difference(loser.access, keeper.access)
    return f"a link would change who may read it: {reason}" if reason else None


def is_exact(loser: FileFacts, keeper: FileFacts) -> bool:
    """Same size and same hash of every byte."""
    return (
        loser.content is not None
        and loser.content == keeper.content
        and loser.proof.size == keeper.proof.size > 0
    )


def _is_archived(file: FileFacts) -> bool:
    archives = {home.archive for home in map(file.at, file.paths) if home.archive is not None}
    return any(is_under(path, archive) for path in file.paths for archive in archives)
