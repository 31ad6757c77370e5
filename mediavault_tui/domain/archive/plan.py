"""What planning takes and gives: decided groups and facts in, inert steps and refusals out.

Paths are bytes. Times are nanoseconds, sizes bytes. Devices and inodes are signed 64-bit numbers, as the
catalogue keeps them.
"""

import os
from collections.abc import Mapping

import msgspec

from mediavault_tui.domain.access import Access
from mediavault_tui.domain.archive import companions
from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.operations import GIVES_UP, TAKES_AWAY, Keeper, Op, Proof
from mediavault_tui.domain.archive.plan_request import DecidedBy, PlanOrigin
from mediavault_tui.domain.media import VIDEO_EXTENSIONS, EvidenceKind, Kind, TextKind
from mediavault_tui.domain.text import printable
from mediavault_tui.domain.transient import Transient
from mediavault_tui.domain.wholeness import Check


class Entry(msgspec.Struct, frozen=True):
    """A regular file in a folder."""

    name: bytes
    proof: Proof


class Folder(msgspec.Struct, frozen=True):
    """What lies in a folder, and in the folders below it that are for its videos' companions."""

    path: bytes
    files: tuple[Entry, ...] = ()
    videos: frozenset[bytes] = frozenset()
    """Which of the files are videos or whole discs, scanned or not; without what scans pass over."""
    below: tuple["Folder", ...] = ()
    """`Subs`, `Subs/English`, `Film.trickplay/320 - 10x10`, …: all of them, however deep."""
    is_shelf: bool = False
    """It is no film's own: its pictures are those of a library, a show or a season."""


class Home(msgspec.Struct, frozen=True):
    """Where one name of a file lies; the fields are those of `FileFacts`."""

    root: bytes | None
    archive: bytes | None
    archive_device: int
    link_archive: bytes | None
    home_device: int


class FileFacts(msgspec.Struct, frozen=True):
    """A file of the catalogue, as it lies on the disk now. Root, archive and devices are those of its first name."""

    id: int
    paths: tuple[bytes, ...]
    """All names known in the library."""
    proof: Proof
    content: str | None = None
    """xxh3-128 of every byte in hex, where it is known."""
    status: str = "ok"
    """`ok`, `damaged`, `suspect`, `unreadable`, `offline`, `missing`, `archived` or `purged`."""
    problem: str | None = None
    """Why it is damaged, suspect or unreadable."""
    check: Check | None = None
    """What reading it from end to end found, if that was done since it was last written to."""
    changed_since_check: bool = False
    """Something was done to it after that, be it only its name or rights: nobody knows what."""
    trouble: str | None = None
    """Why the disk and the catalogue disagree about it, as "changed since the scan"."""
    root: bytes | None = None
    """The root it lies under; None outside all of them."""
    archive: bytes | None = None
    """The archive folder files of its filesystem go to."""
    archive_device: int = 0
    """The filesystem that is on."""
    link_archive: bytes | None = None
    """The archive folder on its own filesystem, for what a link replaces."""
    access: Access | None = None
    """Who may do what with it; None where that was not looked at."""
    home_device: int = 0
    """The filesystem of the folder it lies in; in an overlay its files have other numbers."""
    kind: Kind = Kind.OTHER
    category: str = "movies"
    """`movies`, `tv` or `documentaries`: the archive's folder, where the layout has one."""
    parts: tuple[int, ...] = ()
    """The other parts (CD, disc) of the same work beside it."""
    on_disc: bool = False
    """It is one of the files of a disc: of use together only."""
    links: tuple[bytes, ...] = ()
    """Symbolic links in the library that lead to it."""
    annexed: bool = False
    """git-annex keeps it."""
    duration_s: float | None = None
    subtitles: frozenset[tuple[str | None, TextKind]] = frozenset()
    """(language, what it is for) of every subtitle track, inside and beside it."""
    place: Transient | None = None
    """Why it lies in no lasting place."""
    homes: Mapping[bytes, Home] = {}
    """Where its further names lie, if not under the root of the first."""
    aliases: tuple[bytes, ...] = ()
    """Paths that lead to one of its names by way of another mount."""

    def at(self, path: bytes) -> "FileFacts":
        """The file by that name of it: with the root and the archive of the folder this name lies in."""
        home = self.homes.get(path)
        return self if home is None else msgspec.structs.replace(self, **msgspec.structs.asdict(home))

    @property
    def near_archive(self) -> bytes | None:
        """The archive folder a file can be renamed into: what a link replaces stays on its disk."""
        return self.link_archive or (self.archive if self.archive_device == self.device else None)

    @property
    def device(self) -> int:
        """The filesystem that files beside this one are on."""
        return self.home_device or self.proof.device


class DecidedGroup(msgspec.Struct, frozen=True):
    """A group of copies and what is to become of each, by the user, a rule or the ranking."""

    id: int
    keepers: tuple[int, ...]
    """Files that stay, the best first."""
    losers: tuple[int, ...]
    """Files that are to go."""
    kinds: frozenset[EvidenceKind]
    pairs: Mapping[tuple[int, int], frozenset[EvidenceKind]] = {}
    """(smaller id, larger id) → the kinds of evidence that join these two; empty: `kinds` join any two."""
    needs: tuple[frozenset[EvidenceKind], ...] = ()
    """What was asked for: a loser and its keeper must be joined by all kinds of one of these. Empty: by any."""
    would_lose: Mapping[int, tuple[str, ...]] = {}
    """What archiving a loser loses, in words; empty or absent when nothing is."""
    rests_on: Mapping[int, frozenset[int]] = {}
    """Keepers that together have what a loser has: each of them must stay for nothing to be lost."""
    holds: Mapping[tuple[int, int], tuple[str, ...]] = {}
    """(loser, keeper) → what of the loser no other keeper holds, in words."""
    allowed_losses: bool = False
    """The user has seen what is lost, and wants it so."""
    vetoes: Mapping[tuple[int, int], str] = {}
    """(smaller id, larger id) → why these two are not the same."""
    out_of_step: frozenset[int] = frozenset()
    """Losers whose subtitles would run early or late on the keeper (another start or speed)."""
    undecided: Mapping[int, str] = {}
    """Losers nobody can tell to be the worse copy, and why; they stay."""
    op: Op | None = None
    """What is to be done with the losers, if not what is wished for all."""
    why: str = ""
    """Why the keeper is the one to keep."""
    by: DecidedBy = DecidedBy.RANKING
    """Who says so."""

    def joined_by(self, a: int, b: int) -> frozenset[EvidenceKind]:
        """The kinds of evidence between two files of the group, along the chain that joins them."""
        return self.pairs.get((min(a, b), max(a, b)), frozenset()) if self.pairs else self.kinds


class Facts(msgspec.Struct, frozen=True):
    """What the planner may look at."""

    files: Mapping[int, FileFacts]
    folders: Mapping[bytes, Folder] = {}
    """The folders the losers and keepers lie in."""
    linked: Mapping[bytes, bytes] = {}
    """What symbolic links in the library lead to, and one such link each."""


class PlanOptions(msgspec.Struct, frozen=True):
    """What the user wants done with losers."""

    date: str
    """ISO date, for the archive's folders."""
    op: Op = Op.ARCHIVE
    into: bytes | None = None
    """For MOVE: the folder."""
    into_device: int = 0
    """The filesystem that is on."""
    unfit: Mapping[bytes, str] = {}
    """Archive folders that nothing may be put into now, and why."""
    layout: str = "{date}/{original path}"
    protected: tuple[bytes, ...] = ()
    """Folders nothing is moved out of."""
    offer_sidecars: bool = True
    exact_proof: str = "bytes"


class Proven(msgspec.Struct, frozen=True):
    """Something that was proven of the copies of a step, or was not."""

    about: str
    """`keeper`, `loser`, `pair` or `losses`."""
    holds: bool
    text: str


class Step(msgspec.Struct, frozen=True):
    """One thing to be done with one name of one file. Inert: carrying it out needs it and the disk only."""

    op: Op
    path: bytes
    to: bytes
    """Where it goes; the copy that stays for HARDLINK and REFLINK."""
    device: int
    """The filesystem `to` is on. Another one there means that a disk is not mounted."""
    frees: int
    """Bytes the library shrinks by."""
    group: int
    reason: str
    bundle: int
    """Steps of one number belong together: all videos are proven before the first is touched."""
    proof: Proof
    keeper: Keeper
    is_video: bool = True
    """Otherwise a sidecar that follows the videos of its bundle."""
    owners: tuple[bytes, ...] = ()
    """For a companion: the videos it belongs to. While one of them is there, it stays."""
    proven_by: EvidenceKind = EvidenceKind.EXACT
    root: bytes = b""
    """Folders left empty are removed up to this one."""
    archive: bytes = b""
    """The archive folder it goes to; removed folders are tidied up to this one."""
    original_to: bytes = b""
    """For HARDLINK: where in the archive the file goes whose name becomes a link."""
    exact_proof: str = "bytes"
    decided_by: DecidedBy = DecidedBy.RANKING
    keepers: tuple[Keeper, ...] = ()
    """All copies that what is said of the loser rests on, `keeper` first; empty if it is that one alone."""

    proven: tuple[Proven, ...] = ()
    """What was proven of both copies when the plan was made, and what was not. For a video; empty for companions."""

    @property
    def rests_on(self) -> tuple[Keeper, ...]:
        """Every copy that must stay, never empty."""
        return self.keepers or (self.keeper,)

    @property
    def ready(self) -> bool:
        """Whether the copy that stays is proven to be whole, or is the very same."""
        return all(each.holds for each in self.proven if each.about == "keeper")


def _is_replaced_by_its_equal(step: Step) -> bool:
    return (
        step.is_video
        and step.proven_by is EvidenceKind.EXACT
        and step.proof.size == step.keeper.proof.size
        and step.to == step.keeper.path
    )


def _is_plain(path: bytes) -> bool:
    """Absolute, and leading where it says: nothing empty, `.` or `..` in between."""
    parts = path[1:].split(b"/") if path != b"/" else []
    return path.startswith(b"/") and b"\0" not in path and not {b"", b".", b".."}.intersection(parts)


def _leads_astray(step: Step) -> str | None:
    """Which path of the step is not one that a plan can have, or None."""
    kept = (step.keeper.path, *(keeper.path for keeper in step.keepers))
    optional = filter(None, (step.root, step.archive, step.original_to))
    if not all(map(_is_plain, (step.path, step.to, *kept, *step.owners, *optional))):
        return "a path of the step is not absolute, or has empty parts, `.` or `..`"
    if step.root and not is_under(step.path, step.root):
        return "it lies outside the folder it is said to be in"
    if step.op in (Op.ARCHIVE, Op.MOVE) and step.archive and not is_under(step.to, step.archive):
        return "it would go elsewhere than into its archive folder"
    if step.op is Op.HARDLINK and not step.original_to:
        return "it has no place in the archive for what the link replaces: plan again"
    if step.op is Op.HARDLINK and step.archive and not is_under(step.original_to, step.archive):
        return "what the link replaces would go elsewhere than into its archive folder"
    if step.op is Op.OFFER and not is_under(step.to, os.path.dirname(step.keeper.path)):
        return "it would go elsewhere than beside the copy to keep"
    return None


def _is_named_like_a_video(path: bytes) -> bool:
    return os.path.splitext(path)[1].lower().decode("latin-1") in VIDEO_EXTENSIONS


def _is_companion(step: Step) -> bool:
    if companions.kind_of(step.path) is None:
        return False
    return not step.owners or companions.may_belong(step.path, step.owners)


class Refused(msgspec.Struct, frozen=True):
    """A file that stays where it is, and why."""

    path: bytes
    group: int
    reason: str


class UnsafePlan(ValueError):  # noqa: N818 - the name says what is wrong with it
    """Steps that would take a last good copy away. No such plan can be made or read."""


class Plan(msgspec.Struct, frozen=True):
    """What is to be done, and what was refused. Raises UnsafePlan rather than be dangerous."""

    steps: tuple[Step, ...] = ()
    refused: tuple[Refused, ...] = ()
    made: PlanOrigin | None = None
    """Where and for what; None while it is being made."""
    left: tuple[Refused, ...] = ()
    """Files beside a video that goes which are not known to belong to it, so they stay."""

    def __post_init__(self) -> None:
        taken = {step.proof.identity for step in self.steps if step.is_video and step.op in TAKES_AWAY}
        paths = {step.path for step in self.steps}
        for step in self.steps:
            if astray := _leads_astray(step):
                raise UnsafePlan(f"{printable(step.path)}: {astray}")
            for keeper in (step.keeper, *step.keepers):
                if keeper.proof.identity in taken or keeper.path in paths:
                    raise UnsafePlan(f"{keeper.path!r} would be kept and taken away by the same plan")
                if step.is_video and keeper.proof.size <= 0:
                    raise UnsafePlan(f"{keeper.path!r} is empty and nobody's good copy")
                if step.is_video and keeper.proof.identity == step.proof.identity:
                    raise UnsafePlan(f"{step.path!r} is the very file that is to be kept")
            if step.keepers and step.keepers[0] != step.keeper:
                raise UnsafePlan(f"{step.path!r}: the first of its keepers is not its keeper")
            if not step.is_video and any(map(_is_named_like_a_video, (step.path, step.to))):
                raise UnsafePlan(f"{step.path!r} is a video: it goes on its own proof, or not at all")
            if not step.is_video and not _is_companion(step):
                raise UnsafePlan(f"{step.path!r} is not known to belong to a video that goes")
            if step.op in GIVES_UP and not _is_replaced_by_its_equal(step):
                raise UnsafePlan(
                    f"{step.path!r} would be given up for a file that is not its exact duplicate"
                )
        if len(paths) < len(self.steps):
            raise UnsafePlan("one file is in several steps")

    def only_ready(self) -> "Plan":
        """Without the bundles in which a copy that stays is not proven."""
        waiting = {step.bundle for step in self.steps if not step.ready}
        return msgspec.structs.replace(
            self, steps=tuple(step for step in self.steps if step.bundle not in waiting)
        )

    @property
    def reclaimable_bytes(self) -> int:
        """What the library shrinks by. Archived files still take room until they are purged."""
        return sum(step.frees for step in self.steps)
