"""Is anybody writing to a file? The kernel's leases know, and tell when somebody is about to.

A read lease (fcntl(2), F_SETLEASE) is only granted while nobody has the file open for writing, and a
writer who comes later has to wait until it is given up. Where leases do not exist (network filesystems) or
are not ours to take (files of other users), the open files of all processes are looked through instead.
"""

import errno
import fcntl
import os
import signal
from pathlib import Path

from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services import disks
from mediavault_tui.services.file_ops import atomic_moves

_WRITING = os.O_WRONLY | os.O_RDWR


class WriteLease:
    """A file that nobody writes to while it is held. Use as a context manager."""

    def __init__(self, path: bytes, expected: Proof) -> None:
        """Raises FileUnreadable if the file cannot be opened, is another one, or is open for writing."""
        self.path = path
        self.expected = expected
        self._descriptor = -1
        self._leased = False
        self._open()

    def __enter__(self) -> "WriteLease":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)  # gives up the lease

    def _open(self) -> None:
        self._descriptor = atomic_moves.open_to_read(self.path)
        try:
            if atomic_moves.look_at(self._descriptor).identity != self.expected.identity:
                raise FileUnreadable("another file has taken its place")
            self._leased = self._lease()
            if not self._leased and is_written_to(self.expected):
                raise FileUnreadable("is open for writing")
        except BaseException:
            os.close(self._descriptor)
            raise

    def look(self) -> Proof:
        """The file as it is now, whatever its names. Raises FileUnreadable."""
        return atomic_moves.look_at(self._descriptor)

    def still(self) -> bool:
        """Whether nobody has tried to open the file for writing since."""
        if not self._leased:
            return not is_written_to(self.expected)
        return fcntl.fcntl(self._descriptor, fcntl.F_GETLEASE) == fcntl.F_RDLCK

    def _lease(self) -> bool:
        try:
            # A writer's attempt is signalled; this signal is ignored unless asked for, SIGIO would end us.
            fcntl.fcntl(self._descriptor, _F_SETSIG, signal.SIGURG)
            fcntl.fcntl(self._descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EBUSY) and not self._is_on_network():
                raise FileUnreadable("is open for writing") from error
            return False
        return True

    def _is_on_network(self) -> bool:
        """NFS 4 refuses leases as a writer would, whenever the server has not delegated the file to us."""
        return disks.kind(os.fstat(self._descriptor).st_dev, self.path) is disks.Disk.NETWORK


_F_SETSIG = 10  # Linux, all architectures MediaVault runs on; Python does not name it


def is_written_to(file: Proof) -> bool:
    """Whether a process whose files this user may see has the file open for writing."""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            descriptors = list((process / "fd").iterdir())
        except OSError:  # ended, or not ours to see
            continue
        if any(_writes(process, descriptor, file) for descriptor in descriptors):
            return True
    return False


def _writes(process: Path, descriptor: Path, file: Proof) -> bool:
    try:
        status = os.stat(descriptor)
        if (atomic_moves.signed(status.st_dev), atomic_moves.signed(status.st_ino)) != file.identity:
            return False
        text = (process / "fdinfo" / descriptor.name).read_text()
    except OSError:
        return False
    flags = next((line.split()[1] for line in text.splitlines() if line.startswith("flags:")), "0")
    return bool(int(flags, 8) & _WRITING)
