"""What is proven of the copies of a step, and what is not, in words: shown before anybody is asked."""

import datetime

from mediavault_tui.domain.archive.plan import DecidedGroup, FileFacts, Proven
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.wholeness import Check

_PAIRS = {
    EvidenceKind.EXACT: (
        True,
        "same content: every byte had the same hash, and is compared again before it goes",
    ),
    EvidenceKind.CONTENT: (True, "the pictures of both were compared and agree"),
    EvidenceKind.TITLE: (False, "same by name; the pictures were not found to agree"),
}


def proofs(
    loser: FileFacts, keeper: FileFacts, group: DecidedGroup, proven_by: EvidenceKind
) -> tuple[Proven, ...]:
    """What speaks for taking `loser` away while `keeper` stays."""
    holds, text = _PAIRS[proven_by]
    found = [Proven("pair", holds, text)]
    if proven_by is not EvidenceKind.EXACT:
        found.append(_keeper(keeper))
        if loser.check is not None and not loser.changed_since_check:
            found.append(Proven("loser", True, f"the copy that goes: {_read(loser.check)}"))
    lost = group.would_lose.get(loser.id, ())
    if lost and proven_by is not EvidenceKind.EXACT:
        found.append(Proven("losses", False, f"would lose {', '.join(lost)}, as you agreed to"))
    else:
        found.append(Proven("losses", True, "nothing would be lost"))
    return tuple(found)


def _keeper(file: FileFacts) -> Proven:
    if file.check is None or not file.check.is_whole:
        return Proven("keeper", False, "the copy to keep: not read from end to end yet")
    if file.changed_since_check:
        return Proven(
            "keeper", False, f"the copy to keep: {_read(file.check)}, but changed since: to be read again"
        )
    return Proven("keeper", True, f"the copy to keep: {_read(file.check)}")


def _read(check: Check) -> str:
    """`whole, read on 2026-11-27`."""
    day = datetime.datetime.fromtimestamp(check.at).date().isoformat()
    how = "decoded throughout" if check.deep else "read"
    return f"{check.status}, {how} on {day}" + (f": {check.words}" if check.words else "")
