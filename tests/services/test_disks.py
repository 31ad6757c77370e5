"""Which disk a folder is on: by device number, and by the mount above it where numbers are not listed."""

import os
from pathlib import Path

import pytest

from mediavault_tui.services import disks
from mediavault_tui.services.disks import Disk, Mount

ROOT = Mount("8:1", "/", "ext4", "/dev/sda1")
VOLUME = Mount("0:40", "/volume1", "btrfs", "/dev/mapper/cachedev_0")
INNER = Mount("0:41", "/volume1/videos/on the server", "nfs4", "nas:/videos")


@pytest.mark.parametrize(
    ("device", "path", "mount"),
    [
        (os.makedev(8, 1), "/etc", ROOT),
        (os.makedev(0, 40), "/volume1", VOLUME),
        (os.makedev(0, 55), "/volume1/videos/TV", VOLUME),  # a subvolume: its number is listed nowhere
        (os.makedev(0, 55), b"/volume1/videos/\xff.mkv", VOLUME),
        (os.makedev(0, 55), "/volume10/videos", None),
        (os.makedev(0, 41), "/volume1/videos/on the server/TV", INNER),
        (os.makedev(0, 55), "/volume1/videos/on the server/TV", None),
        (os.makedev(0, 55), "", None),
    ],
)
def test_the_mount_of_a_folder(
    device: int, path: str | bytes, mount: Mount | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disks, "_mounts", lambda: iter([ROOT, VOLUME, INNER]))
    assert disks.mount_of(device, path) == mount


@pytest.mark.parametrize("filesystem", ["nfs4", "nfs", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_network_filesystems_are_known(filesystem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks, "_mounts", lambda: iter([Mount("0:41", "/mnt", filesystem, "nas:/")]))
    assert disks.kind(os.makedev(0, 41)) is Disk.NETWORK


def test_the_disk_under_a_subvolume_is_that_of_its_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.stat(tmp_path).st_dev
    monkeypatch.setattr(disks, "_block_device", lambda source: here if source == VOLUME.source else None)
    monkeypatch.setattr(disks, "_mounts", lambda: iter([ROOT, VOLUME]))
    assert disks.kind(os.makedev(0, 55), "/volume1/videos") is disks.kind(here)


def test_the_mounts_of_this_machine_are_read() -> None:
    if not Path("/proc/self/mountinfo").exists():
        pytest.skip("only Linux lists its mounts here")
    assert "/" in {mount.point for mount in disks._mounts()}
    assert disks._unescaped(r"/mnt/my\040films\134x") == r"/mnt/my films\x"
