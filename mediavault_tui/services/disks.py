"""What kind of disk a folder is on: local or network, rotating or not. Linux tells in /sys and /proc."""

import os
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Disk(StrEnum):
    """How a filesystem likes to be read."""

    ROTATING = "rotating"
    SSD = "ssd"
    NETWORK = "network"
    UNKNOWN = "unknown"


_NETWORK_TYPES = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "fuse.rclone", "ceph", "glusterfs", "afs")
_SEVERAL_DEVICES = ("btrfs", "bcachefs")
"""Filesystems that give each subvolume a device number of its own."""


class Mount(NamedTuple):
    """Where a filesystem stands in the tree of folders."""

    device: str
    """`major:minor` of the filesystem, as in `8:1`."""
    point: str
    filesystem: str
    """`ext4`, `nfs4`, …"""
    source: str
    """What is mounted: a device, a server's share, or only a name."""


def kind(device: int, path: str | bytes = b"") -> Disk:
    """The kind of the disk behind a `st_dev`.

    Every subvolume of btrfs has a `st_dev` of its own that is listed nowhere; the `path` of something on it
    then leads to the mount.
    """
    mount = mount_of(device, path)
    if mount is not None:
        if mount.filesystem.startswith(_NETWORK_TYPES):
            return Disk.NETWORK
        if os.major(device) == 0:
            device = _block_device(mount.source) or device
    # A partition has no queue of its own; its parent disk has.
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    for queue in (block / "queue", block / ".." / "queue"):
        try:
            return Disk.ROTATING if (queue / "rotational").read_text().strip() == "1" else Disk.SSD
        except OSError:
            continue
    return Disk.UNKNOWN


def mount_of(device: int, path: str | bytes = b"") -> Mount | None:
    """The mount with this `st_dev`, or else, of those of filesystems with several, the one above `path`."""
    mounts = list(_mounts())
    number = f"{os.major(device)}:{os.minor(device)}"
    for mount in mounts:
        if mount.device == number:
            return mount
    place = os.path.join(os.path.realpath(os.fsdecode(path)), "") if path else ""
    above = [mount for mount in mounts if place.startswith(os.path.join(mount.point, ""))]
    nearest = max(above, key=lambda mount: len(mount.point), default=None)
    return nearest if nearest and nearest.filesystem in _SEVERAL_DEVICES else None


def _mounts() -> Iterator[Mount]:
    """What is mounted, as proc(5) tells it: spaces in names are written as octal numbers."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        mount, _, kind_and_source = line.partition(" - ")
        _, _, device, _, point, *_ = mount.split()
        filesystem, source, *_ = kind_and_source.split()
        yield Mount(device, _unescaped(point), filesystem, _unescaped(source))


def _unescaped(name: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), name)


def _block_device(source: str) -> int | None:
    """The number of a device file; None for a source that is none."""
    try:
        return os.stat(source).st_rdev or None
    except OSError:
        return None
