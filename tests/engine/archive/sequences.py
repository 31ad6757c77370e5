"""Random libraries and random sequences of what program and user do to them, watched by a checker of its own.

The engine, the catalogue and the files are real. Only what is slow is put there: the videos are a few bytes, and
what would be read from them (tracks, names, groups) is given to the catalogue by the functions that store it.

The checker knows every content there ever was and reads the disk: whatever is carried out, no content may vanish but
by purging, and by purging only while the library still holds every track of it, as good or better, in copies that
the user has not told apart from it.
"""

import asyncio
import contextlib
import json
import os
import random
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from unittest import mock

import msgspec

from mediavault_tui.domain import quality
from mediavault_tui.domain.archive import manifest
from mediavault_tui.domain.archive.journal import JournalEntry, Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import Plan, UnsafePlan
from mediavault_tui.domain.archive.plan_request import PlanRequest
from mediavault_tui.domain.archive.serialization import from_json, to_json
from mediavault_tui.domain.duplicates import Evidence
from mediavault_tui.domain.events import Event, FileChecked, Phase
from mediavault_tui.domain.media import (
    EvidenceKind,
    Kind,
    MediaInfo,
    ReleaseName,
)
from mediavault_tui.domain.names import PARSER_VERSION
from mediavault_tui.domain.settings import Archive, Scan, Settings
from mediavault_tui.domain.wholeness import Health, Wholeness
from mediavault_tui.engine import jobs
from mediavault_tui.engine.archive import verification, whole_copies
from mediavault_tui.engine.archive.apply import apply
from mediavault_tui.engine.archive.planning import plan
from mediavault_tui.engine.archive.purge import purge, purgeable
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.engine.check import Target
from mediavault_tui.engine.conversions import state_of
from mediavault_tui.engine.matching import expected_losses
from mediavault_tui.engine.scan import ScanOptions
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import PlanRefused
from mediavault_tui.store import catalogue, checks, groups, journal, names, stages
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection
from mediavault_tui.store.groups import Choice, FoundGroup, Member
from mediavault_tui.store.names import Placed
from tests.engine.archive.contents import Content, Sidecar

P = ParamSpec("P")
T = TypeVar("T")
LONG_AGO = 1_500_000_000
DAY_S = 86400
_SETTINGS = Settings(scan=Scan(jobs=1), archive=Archive(reserve_mb=0))
_LANGUAGES = ("en", "de", "fr")
_ENDINGS = (".mkv", ".mp4", ".avi")


class Lost(AssertionError):  # noqa: N818
    """Something that must never happen."""


class _InOneThread(Vault):
    """The catalogue without a thread of its own and with one connection: nothing runs beside a sequence, and changing
    threads and opening connections takes most of its time."""

    @contextlib.contextmanager
    def looking(self) -> Iterator[Connection]:
        yield self.database._writer

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        with self.looking() as connection:
            return function(connection, *args, **kwargs)

    async def _run(self, work: Callable[[], T]) -> T:
        return work()


class World:
    """A library, its catalogue, and everything that ever was in it."""

    def __init__(self, base: Path, template: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.base = base
        self.root, self.elsewhere = base / "videos", base / "elsewhere"
        self.archive = self.root / _SETTINGS.archive.folder
        for folder in (self.root, self.elsewhere):
            folder.mkdir(parents=True)
        shutil.copy(template, base / "catalogue.db")
        self.vault = _InOneThread(base / "catalogue.db", _SETTINGS)
        self.contents: dict[bytes, Content] = {}
        self.sidecars: dict[bytes, Sidecar] = {}
        self.known: dict[int, Content] = {}
        """Number in the catalogue → what the file held when it was scanned."""
        self.agreed: defaultdict[Content, set[tuple[str, int]]] = defaultdict(set)
        """Tracks whose loss the user has agreed to."""
        self.links: dict[tuple[Content, Content], EvidenceKind] = {}
        self.used: set[Path] = set()
        """Places that ever had a video."""
        self.plans: list[Plan] = []
        self.clock = 0.0
        self.trace: list[str] = []
        self.counts: Counter[str] = Counter()
        self.loop = asyncio.Runner()

    # -- the library ---------------------------------------------------------------------------------

    def fill(self) -> None:
        for work in range(self.random.randint(1, 2)):
            for number in range(self.random.randint(2, 5)):
                self.add(self.new_content(work, number))
            for _ in range(self.random.randint(0, 2)):
                self.add(self.random.choice([each for each in self.contents.values() if each.work == work]))
        for path in self.videos():
            if self.random.random() < 0.2:
                self.link(path)

    def new_content(self, work: int, number: int) -> Content:
        spoken = self.random.sample(_LANGUAGES, self.random.choice((1, 1, 2, 2, 3)))
        audio = tuple((language, self.random.choice((2, 6))) for language in sorted(spoken))
        made = Content(work, number, audio, self.random.choice((480, 720, 1080)))
        self.contents[made.data] = made
        return made

    def add(self, content: Content) -> None:
        """A video somewhere in the library, perhaps with sidecars, perhaps beside another of its stem."""
        folder = self.root / self.random.choice(("A", "B", "C")) / f"Film {content.work} (2000)"
        for _ in range(20):
            stem = f"Film {content.work} (2000) {self.random.choice(('x', 'y', 'z'))}"
            path = folder / (stem + self.random.choice(_ENDINGS))
            if path not in self.used:  # a sidecar in the archive belongs to what was there before
                self.used.add(path)
                self.write(path, content.data)
                break
        else:
            return
        for suffix in (".nfo", ".de.srt"):
            if self.random.random() < 0.4:
                self.add_sidecar(folder / (stem + suffix))

    def add_sidecar(self, path: Path) -> None:
        if not path.exists():
            stem = path.name.partition(".")[0]
            owners = [each for each in path.parent.iterdir() if each.stem == stem and each.suffix in _ENDINGS]
            made = Sidecar(f"{path} {len(self.sidecars)}".encode(), frozenset(map(os.fsencode, owners)))
            self.sidecars[made.data] = made
            self.write(path, made.data)

    def link(self, path: Path) -> None:
        other = self.root / self.random.choice(("D", "E")) / path.name
        if not other.exists():
            other.parent.mkdir(exist_ok=True)
            os.link(path, other)

    def write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # another file, as programs that replace one do
        path.write_bytes(data)
        os.utime(path, (LONG_AGO, LONG_AGO + self.random.randint(0, 1000)))

    def videos(self, top: Path | None = None) -> list[Path]:
        """Files with the ending of a video in the library, or below `top`."""
        found = sorted(path for path in (top or self.root).rglob("*") if path.suffix in _ENDINGS)
        return found if top else [path for path in found if self.archive not in path.parents]

    # -- what the disk says --------------------------------------------------------------------------

    def readable(self) -> dict[bytes, list[Path]]:
        """Content of every file anywhere."""
        found: defaultdict[bytes, list[Path]] = defaultdict(list)
        for path in (*self.root.rglob("*"), *self.elsewhere.rglob("*")):
            if path.is_file() and os.fsencode(path.name) != manifest.NAME:
                found[path.read_bytes()].append(path)
        return found

    def held(self) -> list[Content]:
        """What the library holds, the archive left out."""
        data = (path.read_bytes() for path in self.videos())
        return [self.contents[each] for each in data if each in self.contents]

    # -- the checker ---------------------------------------------------------------------------------

    def fail(self, what: str) -> None:
        raise Lost(f"seed {self.seed}: {what}\n  " + "\n  ".join(self.trace))

    @contextlib.contextmanager
    def watched(self, *, may_erase: bool = False) -> Iterator[None]:
        before = self.readable()
        wished = self.wished_for()
        yield
        after = self.readable()
        for data in before.keys() - after.keys():
            content = self.contents.get(data)
            if not may_erase:
                self.fail(f"{content or data!r} vanished")
            elif content is not None:
                self.check_covered(content)
            elif data in self.sidecars:
                self.check_owners(self.sidecars[data])
        for path in wished:
            if not may_erase and path not in {each for paths in after.values() for each in paths}:
                self.fail(f"{path} was to be kept and has gone")

    def check_covered(self, gone: Content) -> None:
        """What was erased for good must be there in copies that are as good in all it held."""
        apart = self.told_apart()
        fit = [each for each in self.held() if each.work == gone.work and (gone, each) not in apart]
        if not fit:
            self.fail(f"{gone} was erased and was the last copy")
        best = {
            language: channels
            for each in fit
            for language, channels in sorted(each.audio, key=lambda a: a[1])
        }
        for each in fit:
            for language, channels in each.audio:
                best[language] = max(best[language], channels)
        for language, channels in gone.audio:
            if best.get(language, 0) < channels and (language, channels) not in self.agreed[gone]:
                self.fail(f"{gone} was erased with the last {language} sound of {channels} channels")

    def check_owners(self, gone: Sidecar) -> None:
        """A sidecar is erased with the last of its videos only."""
        there = [os.fsencode(path) for path in (*self.videos(), *self.videos(self.archive))]
        for owner in gone.owners:
            if any(path.endswith(owner) for path in there):
                self.fail(f"{gone.data!r} was erased while {owner!r} is still there")

    def told_apart(self) -> set[tuple[Content, Content]]:
        with self.vault.looking() as connection:
            pairs = groups.marked_different(connection)
        known = self.known
        both = [(known[a], known[b]) for a, b in pairs if a in known and b in known]
        return {pair for a, b in both for pair in ((a, b), (b, a)) if a != b}

    def wished_for(self) -> list[Path]:
        """Files in the library that the user has said are to stay."""
        wished: list[Path] = []
        with self.vault.looking() as connection:
            for group in groups.present(connection):
                if group.decision is not None and not group.reopened:
                    kept = tuple(member.file_id for member in group.found.members)
                    if (
                        group.decision.choice is Choice.KEEP
                    ):  # a file written to since may be in no group any more
                        kept = tuple(each for each in kept if each in group.decision.keepers)
                    for file in catalogue.some(connection, kept):
                        if (
                            file.status == "missing"
                        ):  # another file may lie in its place: nothing was said of that
                            continue
                        wished += [Path(os.fsdecode(path)) for path in file.paths]
        return [path for path in wished if path.exists()]

    # -- what the program does -----------------------------------------------------------------------

    def run(self, job: AsyncGenerator[Event, None]) -> list[StepEnded]:
        async def collect() -> list[StepEnded]:
            return [event async for event in job if isinstance(event, StepEnded)]

        ended = self.loop.run(collect())
        for each in ended:
            self.counts[f"{each.op} {each.status}"] += 1
            self.trace.append(f"    {each.op} {each.status} {os.fsdecode(each.path)}: {each.reason}")
            if each.status is Status.FAILED:
                self.fail(f"{each.path!r} failed: {each.reason}")
        return ended

    def scan(self) -> None:
        options = ScanOptions((os.fspath(self.root),), frozenset({Phase.WALK, Phase.HASH}))
        self.run(jobs.scan(options).events(self.vault))
        with self.vault.database.transaction() as transaction:
            self._tell(transaction)
            apart = set(groups.marked_different(transaction))
            present = [file for file in catalogue.files(transaction) if file.status == "ok"]
            found = [each for work in range(3) for each in self._groups(present, work, apart)]
            groups.save(transaction, found, [], "")

    def _tell(self, transaction: Connection) -> None:
        """What the stages would have read from names and files."""
        placed: defaultdict[int, list[tuple[int, ReleaseName]]] = defaultdict(list)
        for folder in names.folders_to_read(transaction, PARSER_VERSION, 0, 1000):
            for video in folder.videos:
                said = ReleaseName(kind=Kind.MOVIE, title=os.fsdecode(video.name)[:6], year=2000)
                placed[folder.folder_id].append((video.name_id, said))
        names.save_placed(transaction, PARSER_VERSION, [Placed(*each, []) for each in placed.items()])
        for file in stages.pending(transaction, "mediainfo", 0, 1000):
            content = self.contents.get(Path(os.fsdecode(file.path)).read_bytes())
            info = content.info if content else MediaInfo(damage="is no video any more")
            stages.save_media(transaction, file.id, info)
            self.known.pop(file.id, None)
            if content is not None:
                self.known[file.id] = content
                whole = Wholeness(Health.WHOLE, duration_s=6000.0)
                checks.save(transaction, file.id, file.size, file.mtime_ns, whole, int(time.time()))

    def _groups(
        self, present: Iterable[FileRecord], work: int, apart: set[tuple[int, int]]
    ) -> Iterator[FoundGroup]:
        """Copies of a film that the user has not told apart, joined along a random chain."""
        members = [file for file in present if file.id in self.known and self.known[file.id].work == work]
        members.sort(key=lambda file: (-self.known[file.id].height, file.id))
        parts: list[list[FileRecord]] = []
        for file in members:
            for part in parts:
                if not any((min(file.id, each.id), max(file.id, each.id)) in apart for each in part):
                    part.append(file)
                    break
            else:
                parts.append([file])
        for part in parts:
            if len(part) > 1:
                yield self._group(part)

    def _group(self, files: list[FileRecord]) -> FoundGroup:
        evidence = []
        for number, file in enumerate(files[1:], 1):
            other = self.random.choice(files[:number])
            a, b = sorted((file.id, other.id))
            same = self.known[a] == self.known[b] and file.content_hash is not None
            kind = EvidenceKind.EXACT if same else EvidenceKind.CONTENT
            evidence.append(Evidence(kind, a, b, 98.0, (), 0.0, 1.0))
        found = expected_losses.covered(files, files[:1], evidence)
        lost = [expected_losses.describe(found[file.id]) for file in files]
        return FoundGroup(
            kinds=tuple(sorted({each.kind for each in evidence})),
            confidence=98.0,
            needs_review=False,
            verdict=quality.Verdict.BETTER,
            verdict_reason="more pixels",
            reclaimable=1,
            reclaim_notes=(),
            reasons=(),
            members=tuple(
                Member(file.id, rank, 100.0 - rank, rank == 1 or bool(lost[rank - 1]), (), None, lost[rank - 1],
                       0.0, 1.0, state_of(file))
                for rank, file in enumerate(files, 1)
            ),
            evidence=tuple(evidence),
        )  # fmt: skip

    def plan(self) -> None:
        asked = PlanRequest(
            kinds=frozenset(self.random.choice([(), (), (EvidenceKind.EXACT,), (EvidenceKind.CONTENT,)])),
            op=self.random.choice([Op.ARCHIVE, Op.ARCHIVE, Op.ARCHIVE, Op.HARDLINK, Op.MOVE]),
        )
        if asked.op is Op.MOVE:
            asked = msgspec.structs.replace(asked, into=os.fspath(self.elsewhere))
        self.plans.append(self.make_plan(asked))

    def make_plan(self, asked: PlanRequest = PlanRequest()) -> Plan:  # noqa: B008 - frozen
        """A plan as it comes out of its file."""
        made = self.loop.run(plan(self.vault, asked))
        self.trace.append(f"    {len(made.steps)} steps, {len(made.refused)} refused, {asked.op}")
        return from_json(json.loads(json.dumps(to_json(made))))

    def apply(self) -> None:
        if self.plans:
            with contextlib.suppress(PlanRefused, UnsafePlan):
                self.carry_out(self.random.choice(self.plans[-3:]))

    def carry_out(self, made: Plan) -> list[StepEnded]:
        with self.watched():
            return self.run(apply(self.vault, made))

    def decide(self) -> None:
        with self.vault.database.transaction() as transaction:
            present = groups.present(transaction)
            if not present:
                return
            group = self.random.choice(present)
            members = [member.file_id for member in group.found.members]
            choice = self.random.choice([Choice.KEEP] * 7 + [Choice.KEEP_ALL, Choice.NOT_DUPLICATES])
            kept = self.random.sample(members, min(self.random.choice((1, 1, 2, 2, 3)), len(members)))
            so_be_it = choice is Choice.KEEP and self.random.random() < 0.2
            groups.decide(
                transaction,
                group.id,
                choice,
                kept if choice is not Choice.KEEP_ALL else (),
                allow_loss=so_be_it,
            )
        self.trace.append(f"    {choice} {kept} of {members}{', whatever is lost' if so_be_it else ''}")
        if so_be_it:
            left = [self.known[each] for each in kept if each in self.known]
            best = {
                language: channels
                for each in left
                for language, channels in sorted(each.audio, key=lambda a: a[1])
            }
            for loser in set(members) - set(kept):
                if loser in self.known:
                    lost = {t for t in self.known[loser].audio if best.get(t[0], 0) < t[1]}
                    self.agreed[self.known[loser]] |= lost

    def undo(self) -> None:
        with self.vault.database.transaction() as transaction:
            latest = groups.latest_decision(transaction)
            if latest is not None:
                groups.undo(transaction, latest.id)

    def restore(self) -> None:
        there = self.archived()
        some = self.random.sample(there, self.random.randint(0, min(3, len(there))))
        with self.watched():
            on_collision = self.random.choice(["refuse", "rename"])
            self.run(restore(self.vault, some, on_collision=on_collision))  # type: ignore[arg-type]

    def put_back(self) -> list[StepEnded]:
        """Restore everything."""
        with self.watched():
            return self.run(restore(self.vault, self.archived()))

    def purge(self) -> None:
        """With and without regard to how long the files have lain there: the proof must hold by itself."""

        async def due() -> list[JournalEntry]:
            return await purgeable(self.vault, 30 * DAY_S)

        files = self.loop.run(due()) if self.random.random() < 0.3 else self.archived()
        if self.random.random() < 0.3:
            files = [each for each in files if self.random.random() < 0.5]
        self.erase(files)

    def erase(self, files: Iterable[JournalEntry] | None = None) -> list[StepEnded]:
        """Purge these files, or all, in the order that purging has."""
        there = [each for each in (self.archived() if files is None else files) if each.is_kept]
        ended = []
        for each in sorted(there, key=lambda each: (each.operation, each.bundle, not each.is_video, each.id)):
            with self.watched(may_erase=True):
                ended += self.run(purge(self.vault, [each], now_really=True))
        return ended

    def archived(self) -> list[JournalEntry]:
        with self.vault.looking() as connection:
            return journal.in_archive(connection)

    # -- what the user does --------------------------------------------------------------------------

    def delete(self) -> None:
        self._outside(lambda path: path.unlink())

    def delete_keeper(self) -> None:
        """A copy that an archived file rests on."""
        kept = {Path(os.fsdecode(each.path)) for moved in self.archived() for each in moved.rests_on}
        there = sorted(path for path in kept if path.exists())
        if there:
            chosen = self.random.choice(there)
            self.trace.append(f"    {chosen}")
            chosen.unlink()

    def tell_apart(self) -> None:
        """The user sees, after archiving, that two copies are not the same."""
        with self.vault.database.transaction() as transaction:
            gone = {
                file.id
                for file in catalogue.files(transaction, missing=True)
                if file.status not in ("ok", "damaged")
            }
            found = [
                group
                for group in groups.present(transaction)
                if gone & {member.file_id for member in group.found.members}
            ]
            if found:
                group = self.random.choice(found)
                members = [member.file_id for member in group.found.members]
                apart = self.random.sample(members, 1)
                groups.decide(transaction, group.id, Choice.NOT_DUPLICATES, apart)
                self.trace.append(f"    {apart} of {members}")

    def round(self) -> None:
        """What most users do most of the time."""
        self.decide()
        self.plans.append(self.make_plan())
        with contextlib.suppress(PlanRefused, UnsafePlan):
            self.carry_out(self.plans[-1])

    def delete_archived(self) -> None:
        there = self.videos(self.archive) if self.archive.exists() else []
        if there:
            self.random.choice(there).unlink()

    def spoil(self) -> None:
        """Other bytes: sometimes with the old size and time, as a bad disk leaves them."""

        def act(path: Path) -> None:
            status = path.stat()
            data = bytearray(path.read_bytes())
            data[self.random.randrange(len(data))] ^= 0xFF
            path.write_bytes(bytes(data))
            if self.random.random() < 0.5:
                os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

        self._outside(act)

    def rename(self) -> None:
        def act(path: Path) -> None:
            target = self.root / "F" / f"{self.random.randrange(10**6)}{path.suffix}"
            target.parent.mkdir(exist_ok=True)
            path.rename(target)

        self._outside(act)

    def replace(self) -> None:
        """A new encode, or a copy of another, in the place of a file."""
        content = self.random.choice(list(self.contents.values()))
        self._outside(lambda path: self.write(path, content.data))

    def arrive(self) -> None:
        work = self.random.randrange(3)
        self.add(self.new_content(work, len(self.contents)))

    def _outside(self, act: Callable[[Path], None]) -> None:
        there = self.videos()
        if there:
            chosen = self.random.choice(there)
            self.trace.append(f"    {chosen}")
            act(chosen)

    def jump(self) -> None:
        self.clock += self.random.choice([-400, -1, 1, 40, 400]) * DAY_S


_DEEDS: tuple[tuple[str, int], ...] = (
    ("scan", 6), ("plan", 3), ("apply", 4), ("round", 6), ("decide", 2), ("undo", 1), ("restore", 1), ("purge", 5),
    ("delete", 1), ("delete_keeper", 2), ("tell_apart", 2), ("delete_archived", 1),
    ("spoil", 1), ("rename", 1), ("replace", 1), ("arrive", 1), ("jump", 2),
)  # fmt: skip


async def _here(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """In the place of asyncio.to_thread."""
    return work(*args, **kwargs)


async def _reads_well(vault: Vault, path: bytes) -> str | None:
    """In the place of decoding: these are no videos."""
    data = await _here(Path(os.fsdecode(path)).read_bytes)
    return None if data.startswith(b"film ") else "the copy to keep does not decode"


async def _check(vault: Vault, files: Sequence[Target], *, keep: bool = True) -> AsyncGenerator[Event, None]:
    """In the place of reading a video from end to end: any other byte than it was made with is damage."""
    for file in files:
        data = await _here(Path(os.fsdecode(file.path)).read_bytes)
        whole = data == data[: len(data) // 3] * 3
        found = Wholeness(Health.WHOLE if whole else Health.DAMAGED, duration_s=6000.0)
        if keep and file.file_id is not None:
            now = int(time.time())
            await vault.write(checks.save, file.file_id, file.size, file.mtime_ns, found, now)
        yield FileChecked(file.path, found, 0.0, file.file_id is not None)


@contextlib.contextmanager
def made_up(world: World) -> Iterator[None]:
    """Videos that are none, and a clock that jumps."""
    real_time = time.time
    with (
        mock.patch.object(time, "time", lambda: real_time() + world.clock),
        mock.patch.object(verification, "decodes", _reads_well),
        mock.patch.object(whole_copies, "check", _check),
        mock.patch.object(asyncio, "to_thread", _here),
    ):
        yield


def template(folder: Path) -> Path:
    """An empty catalogue, to be copied."""
    path = folder / "template.db"
    Vault(path, _SETTINGS).close()
    return path


def play(base: Path, empty: Path, seed: int, deeds: int = 25) -> Counter[str]:
    """One random library and one random sequence. Raises Lost; returns how the steps ended, counted."""
    world = World(base, empty, seed)
    try:
        with made_up(world):
            world.fill()
            world.scan()
            kinds, weights = zip(*_DEEDS, strict=True)
            for deed in ["plan", "apply", *world.random.choices(kinds, weights, k=deeds), "scan", "purge"]:
                world.trace.append(deed)
                getattr(world, deed)()
    except Lost:
        raise
    except Exception as error:
        raise Lost(f"seed {seed}: {error!r}\n  " + "\n  ".join(world.trace)) from error
    finally:
        world.loop.close()
        world.vault.close()
        shutil.rmtree(base, ignore_errors=True)
    return world.counts
