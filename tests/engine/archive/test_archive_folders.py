"""Archive disks that are away: nothing is put into the mount point they leave behind."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediavault_tui.domain.archive.journal import Status, StepEnded
from mediavault_tui.domain.archive.plan import Plan
from mediavault_tui.engine.archive.apply import carry_out as apply
from mediavault_tui.engine.archive.purge import purge, purgeable
from mediavault_tui.engine.archive.recover import recover
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import archive_folders, journal
from tests.engine.archive.archive_library import Library, collect, video, write


class Disk:
    """A folder that a filesystem can be mounted on and taken from, with what is in it."""

    def __init__(self, place: Path, device: Path) -> None:
        self.place, self.device = place, device

    def mount(self) -> None:
        subprocess.run(["mount", "--bind", self.device, self.place], check=True)

    def umount(self) -> None:
        subprocess.run(["umount", self.place], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """The archive's disk, mounted: a filesystem in memory that keeps its files while it is away."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    device, place = tmp_path / "device", tmp_path / "mnt"
    device.mkdir()
    place.mkdir()
    made = ["mount", "-t", "tmpfs", "none", device]
    if subprocess.run(made, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        found = Disk(place, device)
        found.mount()
        yield found
    finally:
        for path in (place, device):
            subprocess.run(["umount", "-l", path], check=False, capture_output=True)


@pytest.fixture
def library(tmp_path: Path, disk: Disk) -> Library:
    made = Library(tmp_path, disk.place)
    for name in (b"One", b"Two"):
        write(made.root + b"/Good/" + name + b".mkv", video(name.decode()))
        write(made.root + b"/Bad/" + name + b".mkv", video(name.decode()))
    return made


def plan_for(library: Library, name: bytes) -> Plan:
    """Asked for with the archive as it is now, mounted or not."""
    return library.plan_of([(b"Good/" + name, b"Bad/" + name)])


def ended(library: Library, job: object) -> list[StepEnded]:
    with library.vault() as vault:
        events = collect(job(vault))  # type: ignore[operator]  # a job of the engine
    return [event for event in events if isinstance(event, StepEnded)]


def archive(library: Library, name: bytes, **options: bool) -> StepEnded:
    plan = plan_for(library, name)
    (step,) = ended(library, lambda vault: apply(vault, plan, **options))
    return step


async def everything_back(vault: Vault):  # type: ignore[no-untyped-def]
    async for event in restore(vault, await vault.read(journal.in_archive)):
        yield event


async def everything_out(vault: Vault):  # type: ignore[no-untyped-def]
    async for event in purge(vault, await purgeable(vault, -1), now_really=True):
        yield event


def test_nothing_goes_into_the_mount_point_of_an_archive_that_is_away(library: Library, disk: Disk) -> None:
    assert archive(library, b"One.mkv").status is Status.DONE
    disk.umount()
    step = archive(library, b"Two.mkv")
    assert step.status is Status.REFUSED
    assert "has none of what was last put there" in step.reason and "--accept-new-device" in step.reason
    assert os.fsdecode(library.archive) in step.reason
    assert list(disk.place.iterdir()) == []
    disk.mount()
    assert archive(library, b"Two.mkv").status is Status.DONE


def test_an_empty_archive_is_known_by_its_device(library: Library, disk: Disk) -> None:
    archive(library, b"One.mkv")
    assert [step.status for step in ended(library, everything_back)] == [Status.DONE]
    disk.umount()
    step = archive(library, b"One.mkv")
    assert step.status is Status.REFUSED and "on another device than before" in step.reason
    assert list(disk.place.iterdir()) == []


def test_restore_and_purge_say_that_the_disk_may_be_away(library: Library, disk: Disk) -> None:
    archive(library, b"One.mkv")
    disk.umount()
    for job in (everything_back, everything_out):
        (step,) = ended(library, job)
        assert step.status is Status.REFUSED
        assert f"the disk of {os.fsdecode(library.archive)} is not mounted" in step.reason
    disk.mount()
    assert [step.status for step in ended(library, everything_back)] == [Status.DONE]


def test_another_disk_can_be_accepted_once(library: Library, disk: Disk) -> None:
    archive(library, b"One.mkv")
    disk.umount()
    assert archive(library, b"Two.mkv", accept_new_device=True).status is Status.DONE
    write(library.root + b"/Bad/Two.mkv", video("Two"))
    assert archive(library, b"Two.mkv").status is Status.DONE


def test_an_archive_emptied_by_hand_is_asked_about(library: Library, disk: Disk) -> None:
    archive(library, b"One.mkv")
    shutil.rmtree(library.archive)
    assert "has none of what was last put there" in archive(library, b"Two.mkv").reason
    assert archive(library, b"Two.mkv", accept_new_device=True).status is Status.DONE


def test_a_dry_run_remembers_nothing(library: Library) -> None:
    archive(library, b"One.mkv", dry_run=True)
    with library.vault() as vault, vault.database.reader() as connection:
        assert archive_folders.find(connection, library.archive) is None


def test_a_copy_cut_off_is_settled_once_its_disk_is_back(
    library: Library, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the act would count as undone, and the copy come to light later with nobody knowing it."""
    plan = plan_for(library, b"One.mkv")

    class Cut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr("mediavault_tui.engine.archive.executor._put_copy", cut)
        with pytest.raises(Cut), library.vault() as vault:
            collect(apply(vault, plan))
    disk.umount()
    (step,) = ended(library, recover)
    assert step.status is Status.FAILED and "is the disk mounted?" in step.reason
    disk.mount()
    (step,) = ended(library, recover)
    assert step.status is Status.DONE and "taken back" in step.reason
    assert not [name for name in library.names() if name.endswith(b".part")]
    assert archive(library, b"One.mkv").status is Status.DONE
