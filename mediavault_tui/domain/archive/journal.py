"""What the journal knows: files that were moved, acts under way, and what to make of an act that was cut off.

An act is one change of the disk. It is written down before it is begun and again when it has ended, so
after a crash `remedy` can tell from what lies where whether to finish it or to take it back. It is a pure
function: whoever calls it looks at the disk and does what it says.
"""

from enum import StrEnum

import msgspec

from mediavault_tui.domain.archive.operations import Keeper, Op, Proof
from mediavault_tui.domain.events import Event
from mediavault_tui.domain.media import EvidenceKind


class ActKind(StrEnum):
    """How an act changes the disk."""

    RENAME = "rename"
    """`source` becomes `target` on the same filesystem."""
    COPY = "copy"
    """`source` is copied to `temporary`, verified, renamed to `target`, and only then removed."""
    LINK = "link"
    """The name `source` becomes another name of the file `target`, by way of `temporary`; its own file goes to
    `archived`."""
    PART = "part"
    """The name `source`, a hard link of `target`, becomes a file of its own again, by way of `temporary`."""
    REPLACE = "replace"
    """The archived file `source` takes the place of the link at `target`, whose name is removed."""
    SHARE = "share"
    """The blocks of `source` are shared with `target`; no name and no byte changes."""
    REMOVE = "remove"
    """`source` is removed for good."""


class State(StrEnum):
    """What became of a moved file."""

    MOVING = "moving"
    MOVED = "moved"
    RESTORED = "restored"
    PURGED = "purged"
    UNDONE = "undone"
    """It never left: the act failed, or was rolled back after a crash."""


class FileIdentity(msgspec.Struct, frozen=True):
    """How a file is known again after a reboot, when devices may have other numbers."""

    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, proof: Proof) -> "FileIdentity":
        """The likeness of a file as it was seen."""
        return cls(proof.inode, proof.size, proof.mtime_ns)


class FileAttributes(msgspec.Struct, frozen=True):
    """Permission bits, owner and time of a file."""

    mode: int
    uid: int
    gid: int
    mtime_ns: int
    attributes: dict[str, bytes] | None = None
    """Extended attributes, lists of rights among them; None: not known, those of the source but no list."""


class Act(msgspec.Struct, frozen=True):
    """One change of the disk, as it was intended."""

    kind: ActKind
    source: bytes
    target: bytes
    file: FileIdentity
    """What lay at `source`."""
    temporary: bytes = b""
    aside: bytes = b""
    """For COPY and REMOVE: the name `source` gets for the moment before it is removed, which nobody else knows."""
    device: int = 0
    """For COPY: the filesystem the copy must come to lie on; another one means that a disk was taken away."""
    other: FileIdentity | None = None
    """For LINK, PART and REPLACE: what lay at `target`."""
    copy: FileIdentity | None = None
    """The verified copy, once there is one."""
    content: bytes = b""
    """xxh3-128 of every byte of the verified copy."""
    dress: "FileAttributes | None" = None
    """For PART: what the file looked like before it became a link. For COPY: what it is to look like, if not as
    it does at `source`."""
    archived: bytes = b""
    """For LINK: where the file that was at `source` goes. Empty in acts of before 0.2: it was removed."""
    id: int = 0
    moved_id: int = 0


class JournalEntry(msgspec.Struct, frozen=True):
    """A file that was moved, replaced or purged. Its row stays for ever."""

    origin: bytes
    """Where it was."""
    place: bytes
    """Where it lies now; the copy that stays, for files that share its blocks or were linked before 0.2."""
    op: Op
    is_video: bool
    file: Proof
    """The file as it is at `place`."""
    keeper: bytes
    keeper_proof: Proof
    proven_by: EvidenceKind
    group: int
    bundle: int
    root: bytes
    """Folders left empty were removed up to this one."""
    archive: bytes
    reason: str
    origin_device: int = 0
    """The filesystem of `origin`."""
    mode: int = 0
    uid: int = 0
    gid: int = 0
    attributes: dict[str, bytes] | None = None
    """Extended attributes at its origin, lists of rights among them; None where they were not noted."""
    content: bytes = b""
    """xxh3-128 of every byte, where it was read."""
    state: State = State.MOVING
    id: int = 0
    operation: int = 0
    moved_at: int = 0
    """Unix seconds."""
    ended_at: int | None = None
    """When it was restored or purged."""
    owners: tuple[bytes, ...] = ()
    """For a companion: where the videos were that it belongs to. Empty in journals of earlier versions."""
    keepers: tuple[Keeper, ...] = ()
    """All copies that it went for, `keeper` first; empty where it is that one alone."""

    @property
    def rests_on(self) -> tuple[Keeper, ...]:
        """Every copy that answers for it, never empty."""
        return self.keepers or (Keeper(self.keeper, self.keeper_proof),)

    @property
    def is_kept(self) -> bool:
        """Whether it lies in an archive of ours: archived, or replaced by a link that can be taken back."""
        return self.op is Op.ARCHIVE or (self.op is Op.HARDLINK and self.place != self.keeper)


class Operation(msgspec.Struct, frozen=True):
    """One run of apply, restore or purge."""

    id: int
    kind: str
    started_at: int
    finished_at: int | None


class Remedy(StrEnum):
    """What to do about an act that did not come to its end."""

    DONE = "done"
    """It was carried out; only the note is missing."""
    UNDONE = "undone"
    """Nothing was changed."""
    DROP_SOURCE = "drop_source"
    """Source and target are names of one file: remove the source's, then it is done."""
    COMPARE_AND_DROP_SOURCE = "compare_and_drop_source"
    """The verified copy is in place: remove the source if both are equal, byte for byte; then it is done."""
    DROP_TEMPORARY = "drop_temporary"
    """Remove the temporary file; then nothing was changed."""
    COMPARE_AND_DROP_COPY = "compare_and_drop_copy"
    """The source looks like itself, but has another number: remove the verified copy if both are equal, byte
    for byte; then nothing was changed."""
    KEEP_TEMPORARY = "keep_temporary"
    """The source is gone and the verified copy not yet in place: put it there, then it is done."""
    COMPARE_AND_DROP_TEMPORARY = "compare_and_drop_temporary"
    """The names were exchanged: remove the old file if both are equal, byte for byte; then it is done."""
    DROP_LINK = "drop_link"
    """The archived file is back, and the link has its name in the archive: remove that name; then it is done."""
    SWAP_BACK = "swap_back"
    """The archived file was exchanged with somebody's: let both change back; then nothing was changed."""
    EXCHANGE_BACK = "exchange_back"
    """Somebody's file was exchanged in the old one's stead: give it its name back; then nothing was changed."""
    UNCLEAR = "unclear"
    """Files are not where they must be: a disk is missing, or somebody moved them. Touch nothing."""


def remedy(act: Act, source: Proof | None, target: Proof | None, temporary: Proof | None) -> Remedy:
    """What to do about an act, from the files at its three paths now (None: no file)."""
    match act.kind:
        case ActKind.RENAME:
            return _rename(act, source, target)
        case ActKind.COPY:
            return _copy(act, source, target, temporary)
        case ActKind.LINK | ActKind.PART:
            return _exchange(act, source, temporary)
        case ActKind.REPLACE:
            return _replace(act, source, target)
        case ActKind.SHARE:
            return Remedy.UNDONE
        case ActKind.REMOVE:
            return Remedy.DONE if source is None else Remedy.UNDONE


def _rename(act: Act, source: Proof | None, target: Proof | None) -> Remedy:
    if source is not None and _is(source, act.file):
        if not _is(target, act.file):
            return Remedy.UNDONE
        # With one link only, both paths lead to the same name by way of a mount or a symbolic link.
        are_two = target is not None and source.identity == target.identity and source.links > 1
        return Remedy.DROP_SOURCE if are_two else Remedy.UNCLEAR
    if _is(target, act.file) or (source is None and _resembles(target, act.file)):
        return Remedy.DONE
    return Remedy.UNDONE if target is None and _was(source, act.file) else Remedy.UNCLEAR


def _copy(act: Act, source: Proof | None, target: Proof | None, temporary: Proof | None) -> Remedy:
    arrived = act.copy is not None and (
        _is(target, act.copy) or (temporary is None and _resembles(target, act.copy))
    )
    if source is not None and (_is(source, act.file) or _resembles(source, act.file)):
        if act.copy is not None and temporary is not None and not _is(source, act.file):
            return Remedy.COMPARE_AND_DROP_COPY if target is None else Remedy.UNCLEAR
        if target is not None and source.identity == target.identity:
            return Remedy.UNCLEAR  # one file, seen through two mounts
        if arrived:
            return Remedy.COMPARE_AND_DROP_SOURCE
        return Remedy.UNDONE if temporary is None else Remedy.DROP_TEMPORARY
    if arrived:
        return Remedy.DONE
    if target is None and _was(source, act.file):
        return Remedy.UNDONE if temporary is None else Remedy.DROP_TEMPORARY
    if act.copy is not None and _resembles(temporary, act.copy) and target is None:
        return Remedy.KEEP_TEMPORARY
    return Remedy.UNCLEAR


def _exchange(act: Act, source: Proof | None, temporary: Proof | None) -> Remedy:
    """LINK: file at `source`, link at `temporary`, exchanged. PART: the other way round."""
    new = act.other if act.kind is ActKind.LINK else act.copy
    if _is(source, act.file) or _is_written_to(source, temporary, act, new):
        return Remedy.UNDONE if temporary is None else Remedy.DROP_TEMPORARY
    if new is not None and _is(source, new):
        if temporary is None:
            return Remedy.DONE
        same = _is(temporary, act.file)
        return Remedy.COMPARE_AND_DROP_TEMPORARY if same else Remedy.EXCHANGE_BACK
    return Remedy.UNCLEAR


def _replace(act: Act, source: Proof | None, target: Proof | None) -> Remedy:
    if _is(source, act.file):
        return Remedy.UNDONE
    if not _is(target, act.file):
        return Remedy.UNCLEAR
    if source is None:
        return Remedy.DONE
    is_link = act.other is not None and source.inode == act.other.inode and source.links > 1
    return Remedy.DROP_LINK if is_link else Remedy.SWAP_BACK


def _is(found: Proof | None, known: FileIdentity) -> bool:
    return found is not None and FileIdentity.of(found) == known


def _is_written_to(source: Proof | None, link: Proof | None, act: Act, new: FileIdentity | None) -> bool:
    """Whether the old file has its name again, written to by somebody, and the link that was to replace it
    is one of several.
    """
    is_spare = link is not None and new is not None and _is(link, new) and link.links > 1
    return is_spare and source is not None and source.inode == act.file.inode


def _resembles(found: Proof | None, known: FileIdentity) -> bool:
    """Perhaps another inode: FAT, exFAT and most of FUSE number their files anew at every mount. Where it is
    taken for the file, nothing is removed, or only after a comparison of every byte.
    """
    return found is not None and (found.size, found.mtime_ns) == (known.size, known.mtime_ns)


def _was(found: Proof | None, known: FileIdentity) -> bool:
    """The file itself, whoever has written to it since; or one numbered anew."""
    return found is not None and (found.inode == known.inode or _resembles(found, known))


class Status(StrEnum):
    """How a step ended."""

    DONE = "done"
    REFUSED = "refused"
    """It was not begun: something is not as it must be."""
    FAILED = "failed"
    """It was begun and could not be ended; nothing was lost."""


class Cause(StrEnum):
    """Why a step was refused, where somebody can do something about it at once."""

    COLLISION = "collision"
    """Something else is where the file was: it can be put beside it under another name."""


RECOVER = "recover"
"""The `op` of a step that a crash had left half done, or that learns again what is in an archive."""


class StepEnded(Event, frozen=True):
    """A step of apply, restore, purge or recover came to its end."""

    op: str
    path: bytes
    to: bytes
    status: Status
    reason: str
    id: int | None = None
    """The moved file's number in the journal."""
    done: int = 0
    total: int = 0
    """Steps ended, this one included, and all steps; for a progress line."""
    freed: int = 0
    """Bytes the library shrank by."""
    dry_run: bool = False
    """Whether this is what would be done; nothing was."""
    cause: Cause | None = None


class OperationEnded(Event, frozen=True):
    """The last event of apply, restore and purge."""

    kind: str
    done: int
    refused: int
    failed: int
    freed: int
    id: int | None = None
    """The operation's number; None for a dry run."""
    dry_run: bool = False
    """Whether everything was only proven."""
