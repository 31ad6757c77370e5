"""The crash matrix: a fault at every system call in turn, by `strace`, and what is left afterwards.

    python benchmarks/crash_matrix.py            everything (about an hour on one core)
    python benchmarks/crash_matrix.py --every 10 each tenth case of each row
    python benchmarks/crash_matrix.py --only apply-copy,purge

Each case runs a job on a fresh small library in a process of its own, whose N-th call of the system is
made to fail or is its last; or the process is stopped there while a file or a disk is taken from under it.
Then `recover` runs without faults, and it must hold that

- every content there was is still readable somewhere, right after the fault and after recovery (by hash
  over everything; what `purge` was told to remove must be equal to what is kept);
- journal and disk agree: nothing half done, no temporary file, every file where the journal says;
- a second run finishes the job.

Needs strace and the right to trace; mounting a second filesystem needs root. What is missing is named.
"""

import argparse
import asyncio
import hashlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, os.fspath(Path(__file__).parents[1]))

from mediavault_tui.domain.events import Event
from mediavault_tui.domain.moves import State, Status, StepEnded
from mediavault_tui.domain.steps import Op
from mediavault_tui.engine.apply import apply
from mediavault_tui.engine.purge import purge, purgeable
from mediavault_tui.engine.recover import recover
from mediavault_tui.engine.restore import restore
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import SETTINGS, Library, video, write

CHANGING = frozenset(
    {
        *(
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "unlink",
            "unlinkat",
            "mkdir",
            "mkdirat",
            "rmdir",
        ),
        *("fsync", "fdatasync", "write", "pwrite64", "ftruncate", "utimensat", "fchmod", "fchmodat", "chmod"),
        *("fchown", "fchownat", "chown", "fsetxattr"),
    }
)
LOOKING = frozenset({"openat", "newfstatat", "fstat", "read", "pread64", "preadv", "preadv2", "getdents64"})
_MOVES = frozenset({"rename", "renameat", "renameat2", "link", "linkat"})
_WRITES = frozenset({"mkdir", "mkdirat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "openat"})
_NAMES = frozenset(
    {"unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "openat", "newfstatat", "fchmod", "utimensat"}
)
ERRORS = {
    "EIO": CHANGING | LOOKING,
    "ENOSPC": _MOVES | _WRITES,
    "EACCES": _MOVES | _NAMES,
    "EXDEV": _MOVES,
}
DISTURBANCES = ("loser replaced", "loser written to", "loser gone", "keeper replaced", "keeper gone")


class Inline(ThreadPoolExecutor):
    """Runs everything at once in the calling thread, so that calls come in one order."""

    def submit(  # noqa: D102 - as its parent
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


Job = Callable[[Vault], AsyncGenerator[Event, None]]


class Row(NamedTuple):
    """One line of the matrix: what is done before, and the job the faults hit."""

    name: str
    op: Op = Op.ARCHIVE
    copies: bool = False
    """Between two filesystems."""
    job: str = "apply"
    before: tuple[str, ...] = ()
    crash: tuple[str, int] | None = None
    """Before: apply, killed at the n-th such call."""
    disturb: Sequence[str] = ()


ROWS = (
    Row("apply", disturb=DISTURBANCES),
    Row("apply-copy", copies=True, disturb=(*DISTURBANCES, "archive unmounted")),
    Row("apply-hardlink", Op.HARDLINK, disturb=DISTURBANCES),
    Row(
        "restore",
        job="restore",
        before=("apply",),
        disturb=("archived gone", "archived replaced", "origin taken"),
    ),
    Row(
        "restore-copy",
        copies=True,
        job="restore",
        before=("apply",),
        disturb=("archived replaced", "origin taken"),
    ),
    Row("restore-hardlink", Op.HARDLINK, job="restore", before=("apply",)),
    Row("purge", job="purge", before=("apply",), disturb=("archived gone", "archived replaced")),
    Row("recover-rename", job="recover", crash=("renameat2", 1)),
    Row("recover-copy-begun", copies=True, job="recover", crash=("fchmod", 1)),
    Row("recover-copy-verified", copies=True, job="recover", crash=("renameat2", 1)),
    Row("recover-copy-in-place", copies=True, job="recover", crash=("renameat2", 2)),
    Row("recover-copy-aside", copies=True, job="recover", crash=("unlink", 1)),
    Row("recover-link-exchanged", Op.HARDLINK, job="recover", crash=("unlink", 1)),
)


class Bench:
    """Where the libraries are built: an ext4 image and, for copies, another one."""

    def __init__(self, folder: Path) -> None:
        self.disk, self.other = folder / "disk", folder / "other"
        self.devices: dict[Path, str] = {}

    def __enter__(self) -> "Bench":
        for place in (self.disk, self.other):
            image = place.with_suffix(".image")
            with image.open("wb") as file:
                file.truncate(64 << 20)
            subprocess.run(["mkfs.ext4", "-q", image], check=True)
            attach = ["losetup", "--find", "--show", image]
            self.devices[place] = subprocess.run(
                attach, check=True, capture_output=True, text=True
            ).stdout.strip()
            place.mkdir()
            self.mount(place)
        return self

    def __exit__(self, *_: object) -> None:
        for place, device in self.devices.items():
            subprocess.run(["umount", "-l", place], check=False)
            subprocess.run(["losetup", "--detach", device], check=False)

    def mount(self, place: Path) -> None:
        """Raises CalledProcessError where that is not allowed."""
        subprocess.run(["mount", self.devices[place], place], check=True)

    def library(self, row: Row, template: Path) -> Library:
        """A fresh one: a film twice, the worse with subtitles the better lacks and an NFO of its own."""
        base = self.disk / "library"
        for old in (base, self.other / "archive"):
            shutil.rmtree(old, ignore_errors=True)
        base.mkdir()
        library = Library(base, self.other if row.copies else None)
        write(os.path.join(library.root, b"Better", b"Film.1080p.mkv"), video("film", 3000))
        library.loser = write(os.path.join(library.root, b"Worse", b"Film.mkv"), video("film", 3000))
        write(os.path.join(library.root, b"Worse", b"Film.de.srt"), b"subtitles")
        write(os.path.join(library.root, b"Worse", b"Film.nfo"), b"<movie/>")
        write(os.path.join(library.root, b"Better", b"Film.1080p.nfo"), b"<movie>better</movie>")
        library.database.parent.mkdir()
        shutil.copy(template, library.database)
        return library


class Case:
    """A library made ready for a row's job."""

    def __init__(self, bench: Bench, row: Row, template: Path) -> None:
        self.row = row
        self.library = bench.library(row, template)
        self.plan = self.library.plan_of([(b"Better/Film.1080p.mkv", b"Worse/Film.mkv")], row.op)
        for name in row.before:
            run(self.library, self.job(name))
        if row.crash is not None:
            call, number = row.crash
            struck(self.library, self.job("apply"), f"{call}:signal=KILL:when={number}")
        self.before = contents(self.library)

    def job(self, name: str) -> Job:
        """The job of that name on this library."""
        return {"apply": self._apply, "restore": _restore, "purge": _purge, "recover": recover}[name]

    def _apply(self, vault: Vault) -> AsyncGenerator[Event, None]:
        return apply(vault, self.plan)

    def again(self) -> Job:
        """What a user runs after a crash: the same again (after `recover`, the apply that it settled)."""
        return self.job("apply" if self.row.job == "recover" else self.row.job)


async def _restore(vault: Vault) -> AsyncGenerator[Event, None]:
    async for event in restore(vault, await vault.read(journal.in_archive)):
        yield event


async def _purge(vault: Vault) -> AsyncGenerator[Event, None]:
    async for event in purge(vault, await purgeable(vault, -1)):
        yield event


def run(library: Library, job: Job) -> list[StepEnded]:
    """Run a job in this thread."""

    async def collect() -> list[Event]:
        asyncio.get_running_loop().set_default_executor(Inline())
        with Vault(library.database, SETTINGS) as vault:
            vault._thread = Inline()
            return [event async for event in job(vault)]

    return [event for event in asyncio.run(collect()) if isinstance(event, StepEnded)]


CALLS = ",".join(sorted(CHANGING | LOOKING))


def struck(
    library: Library, job: Job, fault: str | None, meanwhile: Callable[[], None] | None = None
) -> list[str]:
    """Run a job in a child under strace; returns the trace. `meanwhile` runs while the child is stopped."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            select.select([reading], [], [])
            run(library, job)
        os._exit(0)
    log = library.base + b".trace"
    inject = ["-e", f"inject={fault}"] if fault else []
    tracer = subprocess.Popen(
        ["strace", "-f", "-y", "-o", log, "-e", f"trace={CALLS}", *inject, "-p", str(child)],
        stderr=subprocess.PIPE,
    )
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    if b"attached" not in line:
        os.kill(child, signal.SIGKILL)
        raise SystemExit(f"skipped: tracing is not allowed here ({line.decode().strip()})")
    os.close(reading)
    os.write(writing, b".")
    try:
        if meanwhile is not None:
            _while_stopped(child, Path(os.fsdecode(log)), meanwhile)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.waitpid(child, 0)
    os.close(writing)
    tracer.communicate(timeout=60)
    return Path(os.fsdecode(log)).read_text(errors="replace").splitlines()


def _while_stopped(child: int, log: Path, meanwhile: Callable[[], None]) -> None:
    for _ in range(5000):
        with suppress(FileNotFoundError):
            text = log.read_text(errors="replace")
            if "stopped by SIGSTOP" in text:
                meanwhile()
                os.kill(child, signal.SIGCONT)
                return
            if "exited with" in text:
                return
        time.sleep(0.002)
    raise AssertionError("the child neither stopped nor ended")


class Point(NamedTuple):
    """The n-th call of a name."""

    call: str
    number: int
    creates: bool


def points(case: Case) -> list[Point]:
    """Every call that concerns the library, from a run without faults."""
    counts: Counter[str] = Counter()
    found = []
    base = os.fsdecode(case.library.base)
    archive = os.fsdecode(case.library.archive)
    for line in struck(case.library, case.job(case.row.job), None):
        match = re.match(r"\d+ +(\w+)\(", line)
        if match is None:
            continue
        counts[match[1]] += 1
        if base in line or archive in line:
            found.append(Point(match[1], counts[match[1]], "O_CREAT" in line))
    return found


def faults(points_: Sequence[Point]) -> Iterator[tuple[str, str]]:
    """(what it is called, what strace is told) for every call and every fault that can hit it."""
    for point in points_:
        if point.call in CHANGING or point.creates:
            yield "kill -9", f"{point.call}:signal=KILL:when={point.number}"
        for error, calls in ERRORS.items():
            if point.call in calls and (error != "ENOSPC" or point.call != "openat" or point.creates):
                yield error, f"{point.call}:error={error}:when={point.number}"
        if point.call in CHANGING - {"write"}:
            yield "EIO from then on", f"{point.call}:error=EIO:when={point.number}+"
        if point.call in ("write", "pwrite64"):
            yield "disk full from then on", f"{point.call}:error=ENOSPC:when={point.number}+"


def disturbance(case: Case, bench: Bench, what: str) -> Callable[[], None]:
    """What somebody else does to the library while the job is stopped."""
    step = case.plan.steps[0]
    in_archive = next(iter(_archived(case)), step.to)
    whose = {"loser": step.path, "keeper": step.keeper.path, "archived": in_archive, "origin": step.path}
    subject, _, deed = what.partition(" ")

    def act() -> None:
        if deed == "unmounted":
            subprocess.run(["umount", "-l", bench.other], check=True)
        elif deed == "gone":
            with suppress(FileNotFoundError):
                os.unlink(whose[subject])
        elif deed in ("replaced", "taken"):
            with suppress(FileNotFoundError):
                place = whose[subject]
                os.replace(write(os.path.join(os.path.dirname(place), b"new"), b"somebody's"), place)
        elif deed == "written to":
            with suppress(FileNotFoundError, BlockingIOError):  # the lease keeps writers out
                descriptor = os.open(whose[subject], os.O_WRONLY | os.O_NONBLOCK)
                os.pwrite(descriptor, b"written", 100)
                os.close(descriptor)
        case.before = contents(case.library)

    return act


def contents(library: Library) -> dict[str, set[bytes]]:
    """What must not be lost. An empty file is no content: one is renamed for a trial before a copy is made."""
    found = library.contents()
    found.pop(hashlib.sha256().hexdigest(), None)
    return found


def _archived(case: Case) -> list[bytes]:
    return [
        path
        for path in case.library.names()
        if path.startswith(case.library.archive) and path.endswith(b".mkv")
    ]


def wrong(case: Case, *, disturbed: bool) -> Iterator[str]:
    """What does not hold after a case; nothing if all is well."""
    library, row = case.library, case.row
    videos = {
        digest for digest, paths in case.before.items() if any(path.endswith(b".mkv") for path in paths)
    }
    kept = videos if row.job == "purge" else set(case.before)
    if not kept <= set(library.contents()):
        yield "content lost right after the fault"
    settled = run(library, recover)
    if any(event.status is not Status.DONE for event in settled) and not disturbed:
        yield f"recover: {[event.reason for event in settled]}"
    if not kept <= set(library.contents()):
        yield "content lost by recovery"
    yield from disagreement(library, disturbed=disturbed)
    again = run(library, case.again())
    if not disturbed and any(event.status is not Status.DONE for event in again):
        yield f"second run: {[(event.status, event.reason) for event in again]}"
    if not kept <= set(library.contents()):
        yield "content lost by the second run"
    yield from disagreement(library, disturbed=disturbed)


def disagreement(library: Library, *, disturbed: bool) -> Iterator[str]:
    """Where journal and disk differ. A file somebody took or replaced is his doing, not the journal's."""
    with Vault(library.database, SETTINGS) as vault, vault.database.reader() as connection:
        open_acts = journal.under_way(connection)
        latest: dict[bytes, Any] = {}
        for moved in journal.history(connection):
            latest.setdefault(moved.origin, moved)
    if disturbed:
        return
    if open_acts:
        yield f"half done: {open_acts}"
    if any(name.endswith(b".part") for name in library.names()):
        yield "a temporary file is left"
    places = {moved.place for moved in latest.values() if moved.state is State.MOVED}
    strays = {name for name in library.names() if name.startswith(library.archive)} - places
    if strays:
        yield f"in the archive, but not in the journal: {strays}"
    for origin, moved in latest.items():
        there = moved.state is State.MOVED
        if moved.op is Op.HARDLINK:
            if os.path.samefile(origin, moved.keeper) != there:
                yield f"journal says {moved.state}, but the link is not so"
        elif os.path.exists(moved.place) != there or os.path.exists(origin) != (
            moved.state is State.RESTORED
        ):
            yield f"journal says {moved.state} of {origin!r}, the disk does not"


class Tally(NamedTuple):
    """How the cases of a row ended."""

    cases: Counter[str]
    wrong: list[str]


def matrix(bench: Bench, row: Row, template: Path, every: int, offset: int) -> Tally:
    """Run all cases of a row."""
    tally = Tally(Counter(), [])
    found = points(Case(bench, row, template))
    for name, fault in list(faults(found))[offset % every :: every]:
        case = Case(bench, row, template)
        struck(case.library, case.job(row.job), fault)
        tally.cases[name] += 1
        tally.wrong.extend(f"{row.name}, {name} at {fault}: {text}" for text in wrong(case, disturbed=False))
    stops = [
        point for point in found if point.call in CHANGING and point.call not in ("pwrite64", "fdatasync")
    ]
    for what in row.disturb:
        for point in stops[offset % every :: every]:
            case = Case(bench, row, template)
            fault = f"{point.call}:signal=STOP:when={point.number}"
            struck(case.library, case.job(row.job), fault, disturbance(case, bench, what))
            if what.endswith("unmounted") and not os.path.ismount(bench.other):
                bench.mount(bench.other)
            tally.cases[what] += 1
            text = f"{row.name}, {what} at {point.call} {point.number}: "
            tally.wrong.extend(text + each for each in wrong(case, disturbed=True))
    return tally


@contextmanager
def prepared() -> Iterator[tuple[Bench, Path]]:
    """A bench and an empty catalogue; ends the program with a word where they cannot be had."""
    if shutil.which("strace") is None:
        raise SystemExit("skipped: strace is not installed (on Debian: apt install strace)")
    if os.geteuid() != 0:
        raise SystemExit("skipped: mounting a filesystem for the tests needs root")
    with tempfile.TemporaryDirectory(prefix="mediavault-matrix-", dir=_memory()) as folder:
        try:
            with Bench(Path(folder)) as bench:
                template = Path(folder) / "empty.db"
                Vault(template, SETTINGS).close()
                yield bench, template
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"skipped: {error}") from error


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def main() -> None:
    """Print the matrix; exit code 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="run only each N-th case")
    parser.add_argument("--offset", type=int, default=0, help="which of the N")
    parser.add_argument("--only", help="rows, separated by commas")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else [row.name for row in ROWS]
    cases = failures = 0
    with prepared() as (bench, template):
        for row in (row for row in ROWS if row.name in names):
            started = time.monotonic()
            tally = matrix(bench, row, template, arguments.every, arguments.offset)
            total = sum(tally.cases.values())
            kinds = ", ".join(f"{name} {count}" for name, count in tally.cases.items())
            took = time.monotonic() - started
            print(
                f"{row.name:<24} {total:>5} cases, {len(tally.wrong)} wrong, {took:.0f} s  ({kinds})",
                flush=True,
            )
            for text in tally.wrong:
                print(f"  {text}", flush=True)
            cases, failures = cases + total, failures + len(tally.wrong)
    print(f"{cases} cases, {failures} wrong")
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
