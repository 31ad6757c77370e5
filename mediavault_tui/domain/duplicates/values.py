"""What the search for duplicates takes and gives: files, evidence, vetoes, groups."""

from enum import StrEnum

import msgspec

from mediavault_tui.domain.content.coverage import Coverage
from mediavault_tui.domain.content.stretches import Stretches
from mediavault_tui.domain.media import EvidenceKind, ReleaseName
from mediavault_tui.domain.nfo import Id
from mediavault_tui.domain.titles import Reason


class Candidate(msgspec.Struct, frozen=True):
    """One file (one inode, whatever its names) as far as finding duplicates needs to know it."""

    id: int
    """The catalogue's number of the file; stays the same across rescans."""
    release: ReleaseName
    name: str = ""
    """File name without folders."""
    folders: tuple[str, ...] = ()
    """Names of the folders it lies in, nearest first, up to the root."""
    size: int = 0
    duration_s: float | None = None
    fps: float | None = None
    content_hash: str | None = None
    """Hash of the full content, where it was needed."""
    damaged: bool = False
    stereo: bool = False
    """The file itself says that its pictures are those of two eyes (3D)."""
    ids: frozenset[Id] = frozenset()
    """Of databases, by the name, the folders and metadata files."""

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts files by what they are: which was scanned first must decide nothing."""
        where = self.folders[::-1], self.name, self.size, self.content_hash or "", self.duration_s or 0.0
        return (*where, self.id)


class Evidence(msgspec.Struct, frozen=True):
    """One kind of evidence that files `a` and `b` (`a` < `b`) are the same, 0–100, with its reasons."""

    kind: EvidenceKind
    a: int
    b: int
    score: float
    reasons: tuple[Reason, ...] = ()
    offset_s: float | None = None
    """For content: time of a picture in `b` minus its time in `a`, where the overlap starts."""
    speed: float | None = None
    """For content: how much faster `b` runs."""
    coverage: Coverage | None = None
    """For content: what both have in common along their runtimes, and what each has besides."""

    @property
    def partial(self) -> bool:
        """Whether the pictures agree in a part only: then nothing makes the pair more than possible."""
        return self.coverage is not None and not self.coverage.agrees


class Doubt(msgspec.Struct, frozen=True):
    """Files `a` and `b` (`a` < `b`) were compared by their pictures, and these do not agree along the whole.

    Whatever their names say, they are possibly the same at most.
    """

    a: int
    b: int
    reason: str
    details: str = ""
    """What follows the reason where nothing else tells it."""

    @property
    def words(self) -> str:
        """All of it."""
        return f"{self.reason}: {self.details}" if self.details else self.reason


class Contained(msgspec.Struct, frozen=True):
    """File `part` shows what `whole` shows too, from one end to the other, and `whole` much more."""

    part: int
    whole: int
    start_s: float
    """Where in the whole it begins …"""
    end_s: float
    """… and ends."""
    score: float
    """0–100."""
    reasons: tuple[Reason, ...] = ()
    offset_s: float | None = None
    """Time of a picture in the whole minus its time in the part; None where it was not measured."""
    speed: float | None = None
    """How much faster the whole runs."""
    stretches: Stretches = ()
    """The runs both have; a is the part."""


class VetoKind(StrEnum):
    """What speaks against two files being the same, whatever they look like."""

    EXTRA = "extra"
    """One is an extra: a trailer shows the film's pictures and is no copy of it."""
    KIND = "kind"
    TITLE = "title"
    SEQUEL = "sequel"
    YEAR = "year"
    COUNTRY = "country"
    SEASON = "season"
    EPISODE = "episode"
    CONTAINS = "contains"
    EDITION = "edition"
    PART = "part"
    THREE_D = "3d"
    RUNTIME = "runtime"
    CONTENT = "content"
    UNSURE = "unsure"
    """The pictures were compared and agree in a part only, which names alone do not outweigh."""
    ID = "id"
    USER = "user"
    """The user said so."""


# Names may be wrong about what a file is; pictures that agree over the whole runtime prove so. They
# cannot prove that two cuts, parts or a 3D version are one: there the pictures agree and still differ.
NAME_VETOES = frozenset(
    {
        *(VetoKind.KIND, VetoKind.TITLE, VetoKind.SEQUEL, VetoKind.YEAR, VetoKind.COUNTRY),
        *(VetoKind.SEASON, VetoKind.EPISODE, VetoKind.RUNTIME),
    }
)


class Veto(msgspec.Struct, frozen=True):
    """Why files `a` and `b` (`a` < `b`) are not the same."""

    a: int
    b: int
    kind: VetoKind
    reason: str


class Matches(msgspec.Struct, frozen=True):
    """What comparing a library by names gives."""

    evidence: tuple[Evidence, ...]
    """Confident and possible pairs; the score tells them apart."""
    vetoes: tuple[Veto, ...]
    """Pairs that look alike and are not the same."""


class Group(msgspec.Struct, frozen=True):
    """Files that are the same film or episode."""

    files: tuple[int, ...]
    """Ascending."""
    kinds: tuple[EvidenceKind, ...]
    confidence: float
    """0–100: of the weakest link that holds the group together."""
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]
    needs_review: bool = False
    """Too large to suggest anything."""
    id: int | None = None
    """The catalogue's number, once it has one."""


class Grouping(msgspec.Struct, frozen=True):
    """All groups of a library."""

    groups: tuple[Group, ...]
    vetoes: tuple[Veto, ...]
    """The vetoes that kept files apart which evidence would have joined."""
    loose: tuple[Evidence, ...] = ()
    """Possible pairs between a confident group and other files; they never join groups."""
