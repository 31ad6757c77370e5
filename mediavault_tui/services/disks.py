"""What kind of disk a folder is on: local or network, rotating or not. Linux tells in /sys and /proc."""

import os
from enum import StrEnum
from pathlib import Path


class Disk(StrEnum):
    """How a filesystem likes to be read."""

    ROTATING = "rotating"
    SSD = "ssd"
    NETWORK = "network"
    UNKNOWN = "unknown"


_NETWORK_TYPES = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "fuse.rclone", "ceph", "glusterfs", "afs")


def kind(device: int) -> Disk:
    """The kind of the disk behind a `st_dev`."""
    if any(filesystem_type(device).startswith(network) for network in _NETWORK_TYPES):
        return Disk.NETWORK
    # A partition has no queue of its own; its parent disk has.
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    for queue in (block / "queue", block / ".." / "queue"):
        try:
            return Disk.ROTATING if (queue / "rotational").read_text().strip() == "1" else Disk.SSD
        except OSError:
            continue
    return Disk.UNKNOWN


def filesystem_type(device: int) -> str:
    """`ext4`, `nfs4`, … of a mounted `st_dev`; "" if it is not listed."""
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = Path("/proc/self/mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        mount, _, filesystem = line.partition(" - ")
        if mount.split()[2] == number:
            return filesystem.split()[0]
    return ""
