"""Files that crash or hang the reader: they fail alone, are set aside, and are not tried again until they change."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import fakes
import pytest
from builders import ENDINGS, finished, of_kind, put, records, run, video_bytes, walk

from mediavault_tui.domain.events import Event, FileDamaged, FileSkipped, Phase
from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.engine.indexing import worker_stage
from mediavault_tui.engine.indexing.worker_stage import ReadingStage
from mediavault_tui.engine.vault import Vault
from mediavault_tui.engine.worker_tasks import Answer
from mediavault_tui.services import container
from mediavault_tui.services.workers import Task
from mediavault_tui.store import stages
from mediavault_tui.store.database import Connection


def save(transaction: Connection, file_id: int, info: object) -> None:
    assert isinstance(info, MediaInfo)
    stages.save_media(transaction, file_id, info)


def through_stage(
    database: Path, root: Path, function: Callable[..., Answer] = fakes.read, timeout_s: float = 5.0
) -> list[Event]:
    stage = ReadingStage(Phase.MEDIAINFO, "mediainfo", function, save, timeout_s)
    with Vault(database, Settings(scan=Scan(jobs=2))) as vault:

        async def collect() -> list[Event]:
            return [event async for event in worker_stage.run(vault, stage, [os.fsencode(root)])]

        return asyncio.run(collect())


def test_what_kills_or_holds_a_worker_is_set_aside_and_the_rest_is_read(database: Path, root: Path) -> None:
    bad = {
        "abort.mkv": "crashed the reader (SIGABRT)",
        "exit.mkv": "crashed the reader (exit code 7)",
        "hang.mkv": "took longer than 5 s to read",
        "memory.mkv": "needs more memory",
        "broken.mkv": "no frame decodes",
    }
    good = [f"{number}.mkv" for number in range(12)]
    for number, name in enumerate([*bad, *good, "gone.mkv"]):
        put(root / name, bytes(number + 1))
    walk(database, root)
    events = through_stage(database, root)  # a crash takes a busy machine over a second to be noticed
    damaged = {os.path.basename(event.path).decode(): event.reason for event in of_kind(events, FileDamaged)}
    assert {name: damaged[name][: len(reason)] for name, reason in bad.items()} == bad
    assert [os.path.basename(event.path) for event in of_kind(events, FileSkipped)] == [b"gone.mkv"]
    found = records(database)
    assert {name for name, record in found.items() if record.info.container == "fake"} == set(good)
    assert {found[name].status for name in bad} == {"unreadable"}
    assert found["abort.mkv"].problem == "crashed the reader (SIGABRT)"


def test_a_file_set_aside_is_not_tried_until_it_changes(database: Path, root: Path) -> None:
    put(root / "abort.mkv")
    put(root / "gone.mkv", b"2")
    walk(database, root)
    assert len(of_kind(through_stage(database, root), FileDamaged)) == 1
    again = through_stage(database, root)
    assert of_kind(again, FileDamaged) == []
    assert len(of_kind(again, FileSkipped)) == 1, "what was only not there is tried again"
    put(root / "abort.mkv", b"another content", mtime=1e9)
    walk(database, root)
    assert records(database)["abort.mkv"].problem is None
    assert len(of_kind(through_stage(database, root), FileDamaged)) == 1


def test_a_renamed_file_stays_set_aside(database: Path, root: Path) -> None:
    put(root / "abort.mkv")
    walk(database, root)
    through_stage(database, root)
    (root / "abort.mkv").rename(root / "abort again.mkv")
    walk(database, root)
    assert through_stage(database, root)[-1].total == 0  # type: ignore[attr-defined]


def test_a_full_scan_tries_again(database: Path, root: Path) -> None:
    put(root / "abort.mkv", video_bytes(".mkv"))
    walk(database, root)
    through_stage(database, root)
    assert records(database)["abort.mkv"].status == "unreadable"
    run(database, root, full=True, phases=frozenset({Phase.WALK, Phase.MEDIAINFO}))
    assert records(database)["abort.mkv"].status == "ok"


def test_a_bug_of_our_own_stays_loud(database: Path, root: Path) -> None:
    put(root / "a.mkv")
    walk(database, root)
    with pytest.raises(ZeroDivisionError):
        through_stage(database, root, fakes.read_with_a_bug)
    assert records(database)["a.mkv"].problem is None


def test_workers_end_at_once_whatever_they_are_doing(database: Path) -> None:
    async def tasks() -> AsyncIterator[Task]:
        for name in (b"hang", b"hang"):
            yield Task(name, (name, 0, 0))

    async def begin(vault: Vault) -> None:
        outcomes = vault.workers.map(fakes.read, tasks(), 60.0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(outcomes), 1.5)

    with Vault(database, Settings(scan=Scan(jobs=2))) as vault:
        asyncio.run(begin(vault))
        started = time.monotonic()
    assert time.monotonic() - started < 30, "not the ten minutes they had to go"


def fuzzed(content: bytes, seed: int) -> bytes:
    """Bytes overwritten, left out, doubled or zeroed, as bad memory, bad disks and bad luck do."""
    import random

    dice = random.Random(seed)
    mangled = bytearray(content)
    for _ in range(dice.choice([1, 4, 30])):
        at = dice.choice([dice.randrange(64), dice.randrange(4096), dice.randrange(len(mangled))])
        length = dice.choice([1, 4, 64, 5000])
        match dice.randrange(4):
            case 0:
                mangled[at : at + length] = dice.randbytes(length)
            case 1:
                del mangled[at : at + length]
            case 2:
                mangled[at:at] = mangled[at : at + length]
            case _:
                mangled[at : at + length] = bytes(length)
    return bytes(mangled)


def check_fuzzed(database: Path, root: Path, seeds: range) -> None:
    for ending in ENDINGS:
        for seed in seeds:
            put(root / f"{seed}{ending}", fuzzed(video_bytes(ending), seed))
    phases = frozenset({Phase.WALK, Phase.MEDIAINFO, Phase.HASH})
    events = run(database, root, phases=phases)
    assert finished(events).files_found == len(ENDINGS) * len(seeds)
    assert of_kind(events, FileSkipped) == []
    reported = {event.path for event in of_kind(events, FileDamaged)}
    for record in records(database).values():
        assert record.info.container or record.paths[0] in reported, "each is read or reported"
        # Changed bytes may say that a file is encrypted, or leave a doubt: the status says so, and nothing is amiss.
        is_odd = record.status == "suspect" or record.problem == container.PROTECTED
        assert is_odd or (record.status != "ok") == (record.paths[0] in reported)
    assert finished(run(database, root, phases=phases)).bytes_read == 0, "and none is tried again"


def test_mangled_files_of_every_container_are_read_or_reported(database: Path, root: Path) -> None:
    check_fuzzed(database, root, range(6))


@pytest.mark.slow
def test_many_mangled_files(database: Path, root: Path) -> None:
    check_fuzzed(database, root, range(100, 250))
