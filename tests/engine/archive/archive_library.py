"""A small library on a real disk, plans for it, and what must be true of it whatever happens."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import msgspec

from mediavault_tui.domain.archive import manifest
from mediavault_tui.domain.archive.journal import Act, ActKind, FileIdentity, JournalEntry
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import DecidedGroup, Facts, FileFacts, Folder, Plan, PlanOptions, Step
from mediavault_tui.domain.archive.planner import make_plan
from mediavault_tui.domain.events import Event
from mediavault_tui.domain.media import EvidenceKind, Kind
from mediavault_tui.domain.settings import Archive, Scan, Settings
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import Identity
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import journal
from mediavault_tui.store.database import Connection

LONG_AGO = 1_500_000_000
HOSTILE = b"caf\xe9 [x]\n\x1b[31m"
LONGEST = b"n" * 251 + b".mkv"
SETTINGS = Settings(scan=Scan(jobs=1), archive=Archive(reserve_mb=0))


def write(path: bytes, content: bytes, age: int = LONG_AGO) -> bytes:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Path(os.fsdecode(path)).write_bytes(content)
    os.utime(path, (age, age))
    return path


def access_list(others: bytes) -> bytes:
    """A POSIX access list: all for the owner, user 1234 may read and write, the group nothing, `others` as given."""
    undefined = b"\xff\xff\xff\xff"
    entries = [
        (b"\x01\x00", b"\x07\x00", undefined),
        (b"\x02\x00", b"\x06\x00", (1234).to_bytes(4, "little")),
        (b"\x04\x00", b"\x00\x00", undefined),
        (b"\x10\x00", b"\x06\x00", undefined),
        (b"\x20\x00", others, undefined),
    ]
    return b"\x02\x00\x00\x00" + b"".join(b"".join(entry) for entry in entries)


def video(seed: str, size: int = 200_000) -> bytes:
    return hashlib.shake_128(seed.encode()).digest(size)


class Library:
    """Two films twice, with sidecars; `archive` may be on another filesystem."""

    def __init__(self, base: Path, archive: Path | None = None) -> None:
        self.base = os.fsencode(base)
        self.root = os.path.join(self.base, b"videos")
        self.archive = os.path.join(os.fsencode(archive or base), b"archive")
        self.near = self.archive if archive is None else os.path.join(self.base, b"archive-near")
        """The archive on the library's own disk, for what links replace."""
        self.database = base / "db" / "catalogue.db"
        os.makedirs(self.archive, exist_ok=True)

    def fill(self) -> None:
        """Film: a better copy, and a worse one with sidecars; Other: names that hurt."""
        better, worse, other = (os.path.join(self.root, name) for name in (b"Better", b"Worse", b"Other"))
        write(os.path.join(better, b"Film.1080p.mkv"), video("film"))
        self.loser = write(os.path.join(worse, b"Film.mkv"), video("film"))
        write(os.path.join(worse, b"Film.de.srt"), b"subtitles")
        write(os.path.join(worse, b"Film.nfo"), b"<movie/>")
        write(os.path.join(better, b"Film.1080p.nfo"), b"<movie>better</movie>")
        write(os.path.join(worse, b"Subs", b"2_English.srt"), b"english")
        write(os.path.join(other, LONGEST), video("other", 70_000))
        write(os.path.join(self.root, HOSTILE, HOSTILE + b".mkv"), video("other", 70_000))

    def plan(self, op: Op = Op.ARCHIVE, kinds: Iterable[EvidenceKind] = (EvidenceKind.EXACT,)) -> Plan:
        pairs = [
            (b"Better/Film.1080p.mkv", b"Worse/Film.mkv"),
            (b"Other/" + LONGEST, HOSTILE + b"/" + HOSTILE + b".mkv"),
        ]
        return self.plan_of(pairs, op, kinds)

    def plan_of(
        self,
        pairs: Iterable[tuple[bytes, bytes]],
        op: Op = Op.ARCHIVE,
        kinds: Iterable[EvidenceKind] = (EvidenceKind.EXACT,),
        **wishes: object,
    ) -> Plan:
        """A plan that keeps the first of each pair of paths below the root."""
        files: dict[int, FileFacts] = {}
        groups = []
        for keeper, loser in pairs:
            numbers = len(files) + 1, len(files) + 2
            for number, name in zip(numbers, (keeper, loser), strict=True):
                files[number] = self.facts(number, os.path.join(self.root, name))
            groups.append(DecidedGroup(numbers[0], (numbers[0],), (numbers[1],), frozenset(kinds)))
        folders = {os.path.dirname(path): self.folder(path) for file in files.values() for path in file.paths}
        device = atomic_moves.device_below(os.path.join(self.archive, b"x"))
        given = PlanOptions(date="2030-01-02", op=op, into=self.archive, into_device=device)
        return make_plan(groups, Facts(files, folders), msgspec.structs.replace(given, **wishes))

    def facts(self, number: int, path: bytes) -> FileFacts:
        proof = atomic_moves.look(path)
        assert proof is not None
        identity = Identity(proof.device, proof.inode, proof.size, proof.mtime_ns)
        return FileFacts(
            number,
            (path,),
            msgspec.structs.replace(proof, sample=content_hash.sample(path, identity).value.hex()),
            content=content_hash.content(path, identity).value.hex(),
            root=self.root,
            archive=self.archive,
            archive_device=atomic_moves.device_below(os.path.join(self.archive, b"x")),
            link_archive=self.near,
            home_device=atomic_moves.device_below(path),
            kind=Kind.MOVIE,
        )

    def folder(self, path: bytes) -> Folder:
        home = os.path.dirname(path)
        files = tuple(atomic_moves.entries(home))
        videos = frozenset(entry.name for entry in files if entry.name.endswith(b".mkv"))
        subs = os.path.join(home, b"Subs")
        below = (Folder(subs, tuple(atomic_moves.entries(subs))),) if os.path.isdir(subs) else ()
        return Folder(home, files, videos, below)

    def vault(self, settings: Settings = SETTINGS) -> Vault:
        return Vault(self.database, settings)

    def contents(self) -> dict[str, set[bytes]]:
        """Digest → where it is readable, over everything, temporary files too."""
        found: dict[str, set[bytes]] = {}
        for top in {self.root, self.archive, self.near}:
            for folder, _, names in os.walk(top):
                for name in set(names) - {manifest.NAME}:
                    path = os.path.join(folder, name)
                    digest = hashlib.sha256(Path(os.fsdecode(path)).read_bytes()).hexdigest()
                    found.setdefault(digest, set()).add(path)
        return found

    def names(self) -> set[bytes]:
        """Every file below the root and the archive."""
        return {path for paths in self.contents().values() for path in paths}


def collect(job: AsyncGenerator[Event, None]) -> list[Event]:
    """Run a job to its end."""

    async def run() -> list[Event]:
        return [event async for event in job]

    return asyncio.run(run())


def old(seconds: int) -> int:
    return int(time.time()) - seconds


def intend(transaction: Connection, step: Step, kind: ActKind) -> tuple[Act, JournalEntry]:
    """An act as it stands in the journal before it is begun."""
    operation = journal.begin(transaction, "apply")
    moved = JournalEntry(
        origin=step.path, place=step.to, op=step.op, is_video=True, file=step.proof, keeper=step.keeper.path,
        keeper_proof=step.keeper.proof, proven_by=step.proven_by, group=1, bundle=1, root=step.root,
        archive=step.archive, reason="", operation=operation,
    )  # fmt: skip
    temporary, aside = atomic_moves.temporary_name(step.to), atomic_moves.temporary_name(step.path)
    act = Act(
        kind, step.path, step.to, FileIdentity.of(step.proof), temporary, aside, step.device,
        moved_id=journal.add_moved(transaction, moved),
    )  # fmt: skip
    journal.intend(transaction, operation, act)
    return act, moved
