"""Clocks that are wrong: what they must not make old, and what they must not keep fresh for ever."""

import os
import time
from pathlib import Path

import msgspec
import pytest

from mediavault_tui.domain.archive.journal import Status, StepEnded
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.settings import Archive, Scan, Settings
from mediavault_tui.engine.archive import grace_period
from mediavault_tui.engine.archive.apply import carry_out
from mediavault_tui.engine.archive.purge import purge, purgeable
from mediavault_tui.engine.archive.recover import recover
from mediavault_tui.engine.archive.verification import recent_write_reason
from mediavault_tui.store import run_days
from tests.engine.archive.archive_library import Library, collect, video, write

DAY = 86_400
SETTINGS = Settings(scan=Scan(jobs=1), archive=Archive(reserve_mb=0, grace_days=0))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    for name in (b"/A/Film.mkv", b"/B/Film.mkv"):
        write(made.root + name, video("film"))
    with made.vault(SETTINGS) as vault:
        collect(carry_out(vault, made.plan_of([(b"A/Film.mkv", b"B/Film.mkv")])))
    return made


def ended(library: Library, older_than_s: float, **options: object) -> list[tuple[Status, str]]:
    with library.vault(SETTINGS) as vault:

        async def job():  # type: ignore[no-untyped-def]
            files = await purgeable(vault, older_than_s)
            async for event in purge(vault, files, older_than_s=older_than_s, **options):  # type: ignore[arg-type]
                yield event

        return [(each.status, each.reason) for each in collect(job()) if isinstance(each, StepEnded)]


def jump(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + seconds)


def files_below(folder: bytes) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))


@pytest.mark.parametrize("grace", [0, 0.5])
def test_nothing_is_erased_within_a_day(library: Library, grace: float) -> None:
    before = files_below(library.archive)
    ((status, reason),) = ended(library, -1 if not grace else 0)
    assert status is Status.REFUSED and "within a day" in reason and files_below(library.archive) == before


def test_now_really_is_now(library: Library) -> None:
    assert [status for status, _ in ended(library, 0, now_really=True)] == [Status.DONE]


@pytest.mark.parametrize("asked_days", [0, 1, 90])
def test_a_clock_that_jumps_ahead_makes_nothing_old(
    library: Library, asked_days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    jump(monkeypatch, 4000 * DAY)
    ((status, reason),) = ended(library, asked_days * DAY, dry_run=True)  # the disk's own clock not asked
    assert status is Status.REFUSED and "has the clock jumped?" in reason
    ((status, reason),) = ended(library, asked_days * DAY)
    assert status is Status.REFUSED, "the disk dates its files otherwise"


def test_days_on_which_the_program_ran_are_believed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grace_period, "_disk_clock", lambda _: [])
    for _ in range(4):
        jump(monkeypatch, 29 * DAY)
        with library.vault(SETTINGS) as vault:
            collect(recover(vault))
    assert [status for status, _ in ended(library, 90 * DAY)] == [Status.DONE]


def test_each_day_is_noted_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        with library.vault(SETTINGS) as vault:
            collect(recover(vault))
    with library.vault(SETTINGS) as vault, vault.database.reader() as connection:
        assert len(run_days.witnesses(connection)) == 1


@pytest.mark.parametrize(
    ("written", "changed", "is_fresh"),
    [
        (-3600, -3600, False),
        (-60, -60, True),
        (2, 2, True),
        (2, -1, True),
        (5000, -3600, False),
        (86_400 * 365 * 270, -3600, False),
        (86_400 * 365 * 270, -10, True),
        (5000, 5000, True),
    ],
)
def test_the_future_is_just_now_unless_the_last_change_is_long_ago(
    tmp_path: Path, written: int, changed: int, is_fresh: bool
) -> None:
    now = time.time()
    file = Proof(1, 2, 3, int((now + written) * 1e9), int((now + changed) * 1e9))
    with Library(tmp_path).vault() as vault:
        assert (recent_write_reason(vault, file) is not None) == is_fresh
        unhurried = msgspec.structs.replace(SETTINGS.archive, quiet_minutes=0)
        vault.settings = msgspec.structs.replace(SETTINGS, archive=unhurried)
        assert recent_write_reason(vault, file) is None
