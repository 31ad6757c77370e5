"""Moving files so that nothing is ever overwritten or lost: each function is one step that can be repeated.

Names change by `renameat2(RENAME_NOREPLACE)`, or where the filesystem has no such thing by a hard link and
the removal of the old name; both fail rather than replace. No symbolic link is followed on the way to a file
(`nofollow`). After each change the folder is fsynced, so what was reported done stays done. Sources: Linux
renameat2(2), link(2), fsync(2).
"""

import ctypes
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mediavault_tui.domain.archive.archive_paths import cut
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.archive.plan import Entry
from mediavault_tui.domain.text import printable
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services.file_ops import nofollow
from mediavault_tui.services.file_times import changed_ns, modified_ns

_UNFINISHED = b".part"
_NOREPLACE, _EXCHANGE = 1, 2
_NOT_SUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
# What filesystems say of names they cannot hold (FAT of `?`, many of bytes that are no UTF-8): nothing lies there.
_NO_SUCH_NAME = (errno.ENOENT, errno.ENOTDIR, errno.EINVAL, errno.EILSEQ, errno.ENAMETOOLONG)
OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class CrossesFilesystems(MoveFailed):
    """Source and target are on different filesystems: the file must be copied."""


class NoRegularFile(FileUnreadable):
    """There is a folder, a link or a device where a file was looked for."""


class NameTaken(MoveFailed):
    """There is something at the target already."""


class Diverted(MoveFailed):
    """A folder on the way has become a symbolic link: the path leads elsewhere now."""


def signed(number: int) -> int:
    """A device or inode as the catalogue keeps it: 64 bits with a sign."""
    return (number & (2**64 - 1)) - 2**64 if number & 2**63 else number & (2**63 - 1)


def look(path: bytes) -> Proof | None:
    """What lies at `path`: None if nothing does. Raises FileUnreadable, also for what is no regular file."""
    try:
        status = nofollow.status(path)
    except OSError as error:
        if error.errno in _NO_SUCH_NAME:
            return None
        raise unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise NoRegularFile("is no regular file")
    return proof_of(status)


def look_at(descriptor: int) -> Proof:
    """An open file. Raises FileUnreadable."""
    try:
        return proof_of(os.fstat(descriptor))
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error


def open_and_look(path: bytes) -> Proof:
    """The file at `path`, opened: network filesystems may answer `look` from memory when it is gone.

    Raises FileUnreadable.
    """
    descriptor = open_to_read(path)
    try:
        return look_at(descriptor)
    finally:
        os.close(descriptor)


def open_to_read(path: bytes) -> int:
    """A descriptor of the file. Raises FileUnreadable."""
    try:
        return nofollow.open_file(path, OPEN_FLAGS)
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: bytes, error: OSError) -> FileUnreadable:
    """What the system said of a file, in words."""
    if error.errno == errno.ELOOP and (where := nofollow.diversion(os.path.dirname(path))):
        return FileUnreadable(where)
    return FileUnreadable(error.strerror or str(error))


def proof_of(status: os.stat_result) -> Proof:
    """The identity and state of a file."""
    return Proof(
        signed(status.st_dev),
        signed(status.st_ino),
        status.st_size,
        modified_ns(status),
        changed_ns(status),
        status.st_nlink,
    )


def exists(path: bytes) -> bool:
    """Whether there is anything at `path`, be it a dangling link. Raises MoveFailed if that cannot be told."""
    with translated(path):
        try:
            nofollow.status(path)
        except OSError as error:
            if error.errno in _NO_SUCH_NAME:
                return False
            raise
        return True


def entries(folder: bytes) -> list[Entry]:
    """The regular files of a folder with their state; empty if it cannot be listed."""
    try:
        with os.scandir(folder) as listing:
            found = [
                Entry(entry.name, proof_of(entry.stat(follow_symlinks=False)))
                for entry in listing
                if entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return []
    return sorted(found, key=lambda entry: entry.name)


def device_below(path: bytes) -> int:
    """The filesystem a file at `path` would be on: that of the nearest folder there is. Raises MoveFailed."""
    folder = os.path.dirname(path)
    while True:
        try:
            found = nofollow.status(folder)
            if stat.S_ISLNK(found.st_mode):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            return signed(found.st_dev)
        except FileNotFoundError:
            folder = os.path.dirname(folder)
        except OSError as error:
            raise _failed(folder, error) from error


def free_bytes(path: bytes) -> int:
    """Room left for a file at `path`, for this user. Raises MoveFailed."""
    folder = os.path.dirname(path)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    with translated(folder):
        room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def temporary_name(path: bytes) -> bytes:
    """A name beside `path` that nobody has: hidden, and ignored by scans since no video ends like it.

    It holds the name of `path`, so that a filesystem that cannot store that says so before anything is
    copied; it is never longer than that name where lengths could matter (eCryptfs takes 143 bytes).
    """
    folder, name = os.path.split(path)
    mark = b".mediavault-%s-" % secrets.token_hex(8).encode()
    kept = cut(name, max(len(name), 100) - len(mark) - len(_UNFINISHED))
    return os.path.join(folder, mark + kept + _UNFINISHED)


def second_name(temporary: bytes) -> bytes:
    """The other name that a temporary file may have for a moment (`try_renaming`)."""
    folder, name = os.path.split(temporary)
    return os.path.join(folder, name.replace(b"-", b"~", 1))


def rename(source: bytes, target: bytes) -> None:
    """Give the file at `source` the name `target`, durably. Never replaces anything.

    Raises NameTaken, CrossesFilesystems or MoveFailed; then nothing was changed, except that after a
    failed fsync the file may have either name.
    """
    error = _renameat2(source, target, _NOREPLACE)
    if error in _NOT_SUPPORTED:
        _link_and_unlink(source, target)
    elif error:
        diverted = error == errno.ELOOP and nofollow.diversion(os.path.dirname(source))
        raise _failed(source if diverted else target, OSError(error, os.strerror(error)))
    sync_folder(os.path.dirname(target))
    sync_folder(os.path.dirname(source))


def try_renaming(temporary: bytes) -> None:
    """Raises MoveFailed where such a name cannot be stored, or files not be renamed as they must be.

    Tried with an empty file that is gone afterwards: better now than with the finished copy.
    """
    with translated(temporary):
        os.close(create(temporary))
    other = second_name(temporary)
    for source, target in ((temporary, other), (other, temporary)):
        error = _renameat2(source, target, _NOREPLACE)
        if error in _NOT_SUPPORTED:
            _link_and_unlink(source, target)
        elif error:
            raise _failed(target, OSError(error, os.strerror(error)))
    _unlink(temporary)


def create(path: bytes) -> int:
    """A new file, open for writing. Raises OSError: EILSEQ where the filesystem cannot store the name."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with nofollow.parent(path) as (folder, name):
            return os.open(name, flags, 0o600, dir_fd=folder)
    except OSError as error:
        # FAT says EINVAL of characters like ? and :, exFAT on FUSE that there is no such file.
        missing = error.errno == errno.ENOENT and nofollow.is_folder(os.path.dirname(path))
        if missing or error.errno == errno.EINVAL:
            raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ)) from error
        raise


def exchange(one: bytes, other: bytes) -> None:
    """Let two names of one filesystem change places, durably. Raises MoveFailed."""
    error = _renameat2(one, other, _EXCHANGE)
    if error in _NOT_SUPPORTED:
        raise MoveFailed("this filesystem cannot exchange two names, so nothing can be replaced safely")
    if error:
        raise _failed(other, OSError(error, os.strerror(error)))
    sync_folder(os.path.dirname(one))
    if os.path.dirname(other) != os.path.dirname(one):
        sync_folder(os.path.dirname(other))


def link(source: bytes, name: bytes) -> None:
    """Give the file at `source` another name, durably. Raises NameTaken, CrossesFilesystems, MoveFailed."""
    with translated(name):
        try:
            _give_name(source, name)
        except OSError as error:
            if error.errno in (errno.EPERM, *_NOT_SUPPORTED):
                raise MoveFailed(
                    "this filesystem has no hard links, or none for files of other users"
                ) from error
            raise
    sync_folder(os.path.dirname(name))


def no_objection() -> None:
    """The last look of those who need none."""


def remove(path: bytes, inode: int, aside: bytes = b"", last_look: Callable[[], None] = no_objection) -> None:
    """Remove the name `path` of the file `inode`, durably. Raises MoveFailed, also when it is another file.

    `aside`: a name that only we know, in the same folder. The file is given it before it is looked at, so
    that what somebody puts at `path` in that moment is never removed in its stead. `last_look` is called
    while it is set aside; if that raises MoveFailed or FileUnreadable, the file gets its name again.
    """
    if aside:
        rename(path, aside)
    private = aside or path
    try:
        with translated(private):
            status = nofollow.status(private)
        if signed(status.st_ino) != inode or not stat.S_ISREG(status.st_mode):
            raise MoveFailed("another file has taken its place")
        last_look()
    except (MoveFailed, FileUnreadable):
        if aside:
            rename(aside, path)
        raise
    _unlink(private)
    sync_folder(os.path.dirname(path))


def _unlink(path: bytes) -> None:
    with translated(path), nofollow.parent(path) as (folder, name):
        os.unlink(name, dir_fd=folder)


def _give_name(source: bytes, name: bytes) -> None:
    """As link(2). Raises OSError."""
    with nofollow.parent(source) as (there, old), nofollow.parent(name) as (here, new):
        os.link(old, new, src_dir_fd=there, dst_dir_fd=here, follow_symlinks=False)


def sync_folder(folder: bytes) -> None:
    """Make names in `folder` durable, on filesystems that can. Raises MoveFailed."""
    with translated(folder):
        descriptor = nofollow.open_folder(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
                raise
        finally:
            os.close(descriptor)


def _link_and_unlink(source: bytes, target: bytes) -> None:
    """As `rename`, in two steps. Neither name is removed that does not lead to the file that was linked."""
    with translated(target):
        before = nofollow.status(source)
        try:
            _give_name(source, target)
        except OSError as error:
            if error.errno in (errno.EPERM, *_NOT_SUPPORTED):
                raise MoveFailed(
                    "this filesystem can neither rename without replacing nor link; nothing was moved"
                ) from error
            raise
        after = nofollow.status(source)
        if not os.path.samestat(before, after):
            raise MoveFailed("another file has taken its place; both were kept")
        if not os.path.samestat(after, nofollow.status(target)):
            _unlink(target)  # it is our link: its source is still what it was
            raise MoveFailed(
                "this filesystem gives every name of a file another number, so that no move can be proven;"
                " nothing was moved (if it is mergerfs, mount it with use_ino)"
            )
        sync_folder(os.path.dirname(target))
        _unlink(source)


def _renameat2(source: bytes, target: bytes, flags: int) -> int:
    """0 or an errno; ELOOP where a folder on the way is a symbolic link."""
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # an older libc
        return errno.ENOSYS
    try:
        with nofollow.parent(source) as (there, old), nofollow.parent(target) as (here, new):
            ctypes.set_errno(0)
            result = function(there, ctypes.c_char_p(old), here, ctypes.c_char_p(new), flags)
            return ctypes.get_errno() if result else 0
    except OSError as error:
        return error.errno or errno.EIO


@contextmanager
def translated(path: bytes) -> Iterator[None]:
    """Errors of the system become MoveFailed, NameTaken or CrossesFilesystems, speaking of `path`."""
    try:
        yield
    except OSError as error:
        raise _failed(path, error) from error


def _failed(path: bytes, error: OSError) -> MoveFailed:
    if error.errno == errno.EXDEV:
        return CrossesFilesystems("lies on another filesystem")
    if error.errno == errno.EEXIST:
        return NameTaken("there is something of that name already")
    if error.errno == errno.ELOOP:
        where = nofollow.diversion(path) or "its path leads elsewhere"
        return Diverted(f"{where}: it is not followed", "Put the folder back in its place and try again.")
    remedies = {
        errno.ENOSPC: "Free some space there and try again.",
        errno.EROFS: "The filesystem is read-only: mount it writable and try again.",
        errno.EACCES: "Give this user the right to write there and try again.",
        errno.EPERM: "Give this user the right to write there and try again.",
    }
    where = printable(os.path.basename(path))
    if error.errno in (errno.EILSEQ, errno.ENAMETOOLONG):
        return MoveFailed(f"the filesystem it goes to cannot hold the name {where}")
    return MoveFailed(f"{error.strerror}: {where}", remedies.get(error.errno or 0, ""))
