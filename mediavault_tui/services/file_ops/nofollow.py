"""Folders opened without following any symbolic link, so that nobody can steer a change elsewhere.

A path of the journal is a real path: where one of its folders has become a symbolic link, it leads to
another place. `openat2(RESOLVE_NO_SYMLINKS)` refuses that in one call (Linux 5.6, openat2(2)); where there
is none, or a container forbids it, each folder is opened from the one above it with O_NOFOLLOW.
"""

import ctypes
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from mediavault_tui.domain.text import printable

_OPENAT2 = 437  # the same number on every architecture, as all calls since Linux 5.1
_RESOLVE_NO_SYMLINKS = 0x04
_AT_FDCWD = -100
_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
# No such call; forbidden by a filter (systemd-nspawn and older Docker say EPERM, crun issue 545); flags it does not
# know; a race it cannot settle. Asked anew each time: EPERM may be about one folder.
_NOT_TO_BE_HAD = (errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.E2BIG, errno.EAGAIN)


class _How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def open_folder(path: bytes, flags: int = _FOLDER) -> int:
    """A descriptor of the folder; by default one that is good for nothing but starting from it.

    Raises OSError, with ELOOP where a folder of the path is a symbolic link.
    """
    if b".." in path.split(b"/"):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    descriptor, error = _openat2(path or b".", flags | os.O_DIRECTORY | os.O_CLOEXEC)
    if error in _NOT_TO_BE_HAD:
        return _step_by_step(path, flags | os.O_DIRECTORY | os.O_CLOEXEC)
    if error:
        raise OSError(error, os.strerror(error), path)
    return descriptor


def _openat2(path: bytes, flags: int) -> tuple[int, int]:
    """(descriptor, 0) or (-1, errno)."""
    how = _How(flags, 0, _RESOLVE_NO_SYMLINKS)
    system = ctypes.CDLL(None, use_errno=True)
    ctypes.set_errno(0)
    found = system.syscall(
        _OPENAT2, _AT_FDCWD, ctypes.c_char_p(path), ctypes.byref(how), ctypes.c_size_t(ctypes.sizeof(how))
    )
    return (found, 0) if found >= 0 else (-1, ctypes.get_errno())


def _step_by_step(path: bytes, flags: int) -> int:
    names = [name for name in path.split(b"/") if name not in (b"", b".")]
    here = os.open(b"/" if path.startswith(b"/") else b".", _FOLDER if names else flags)
    for number, name in enumerate(names, 1):
        wanted = flags if number == len(names) else _FOLDER
        try:
            below = os.open(name, wanted | os.O_NOFOLLOW, dir_fd=here)
        except OSError as error:
            if error.errno == errno.ENOTDIR and _is_link(name, here):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path) from error
            raise
        finally:
            os.close(here)
        here = below
    return here


def _is_link(name: bytes, folder: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


@contextmanager
def parent(path: bytes) -> Iterator[tuple[int, bytes]]:
    """(descriptor of the folder `path` lies in, its name there). Raises OSError as `open_folder`."""
    folder, name = os.path.split(path)
    descriptor = open_folder(folder)
    try:
        yield descriptor, name or b"."
    finally:
        os.close(descriptor)


def status(path: bytes) -> os.stat_result:
    """As lstat. Raises OSError, with ELOOP where one of its folders is a symbolic link."""
    with parent(path) as (folder, name):
        return os.stat(name, dir_fd=folder, follow_symlinks=False)


def open_file(path: bytes, flags: int) -> int:
    """As os.open, with O_NOFOLLOW for every part of the path. Raises OSError."""
    with parent(path) as (folder, name):
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)


def is_folder(path: bytes) -> bool:
    """Whether there is a folder. Raises OSError with ELOOP where it, or one above it, is a symbolic link."""
    try:
        found = status(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISLNK(found):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    return stat.S_ISDIR(found)


def diversion(path: bytes) -> str | None:
    """The first folder of `path` that is a symbolic link, in words; None if there is none."""
    here = b"/" if path.startswith(b"/") else b""
    for name in path.split(b"/"):
        here = os.path.join(here, name)
        try:
            if name not in (b"", b".") and os.path.islink(here):
                return (
                    f"its folder {printable(here)} is a symbolic link to {printable(os.readlink(here))} now"
                )
        except OSError:
            return None
    return None
