"""Reading and giving the rights and attributes of files and folders, on descriptors."""

import errno
import os
import stat
from collections.abc import Callable

from mediavault_tui.domain.access import Access, is_list, without_group
from mediavault_tui.errors import MoveFailed
from mediavault_tui.services.file_ops import nofollow

# What FAT, FUSE and network filesystems answer where there is no such thing, and all to those who are not root.
NOT_TO_BE_HAD = (errno.EPERM, errno.EACCES, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS)
# ext4 says of an attribute that is larger than a block that there is no space.
_TOO_LARGE = (errno.ENOSPC, errno.E2BIG, errno.ERANGE)


def of(path: bytes) -> Access:
    """The rights and attributes of what lies at `path`. Raises OSError."""
    status = nofollow.status(path)
    return Access(stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, _attributes(path))


def of_open(descriptor: int) -> Access:
    """The same of an open file or folder."""
    status = os.fstat(descriptor)
    return Access(stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, _attributes(descriptor))


def _attributes(what: bytes | int) -> dict[str, bytes]:
    options = {} if isinstance(what, int) else {"follow_symlinks": False}
    found = {}
    try:
        for name in os.listxattr(what, **options):
            try:
                found[name] = os.getxattr(what, name, **options)
            except OSError:  # gone meanwhile, or not ours to read
                continue
    except OSError:  # a filesystem without them
        return {}
    return found


def give(descriptor: int, access: Access) -> list[str]:
    """Give an open file or folder the rights and attributes of `access`; returns what could not be given.

    Owner first, for that takes set-id bits away; then the mode; then the lists, whose mask is a part of it.
    Where owner, group or list cannot be kept, the group gets no more than everybody. Raises OSError.
    """
    lost = unless_given("owner", os.fchown, descriptor, access.uid, access.gid)
    if lost:  # the group alone may be ours to give
        unless_given("group", os.fchown, descriptor, -1, access.gid)
    mode = access.mode & ~0o6000 if lost else access.mode
    if os.fstat(descriptor).st_gid != access.gid:
        mode = without_group(mode)
    there = _attributes(descriptor)
    for name in there:
        if is_list(name) and name not in access.attributes:
            unless_given(name, os.removexattr, descriptor, name)  # inherited from the folder
    lost += unless_given("mode", os.fchmod, descriptor, mode)
    unlisted = False
    for name, value in access.attributes.items():
        if there.get(name) == value and not is_list(name):
            continue
        if (mode ^ access.mode) & 0o777 and is_list(name):
            lost.append(f"attribute {name}")  # it would give the group its rights again
            continue
        failed = unless_given(f"attribute {name}", os.setxattr, descriptor, name, value)
        lost += failed
        unlisted = unlisted or (bool(failed) and is_list(name))
    if not lost and (os.fstat(descriptor).st_mode ^ mode) & 0o7000:  # a list took set-id or sticky bits away
        lost += unless_given("mode", os.fchmod, descriptor, mode)
    if unlisted:
        lost += unless_given("mode", os.fchmod, descriptor, without_group(mode))
    return lost


def unless_given(what: str, do: Callable[..., None], *arguments: object, **options: object) -> list[str]:
    """Do it; returns `what` where the filesystem or our rights do not allow it. Raises OSError otherwise."""
    try:
        do(*arguments, **options)
    except OSError as error:
        if error.errno not in (*NOT_TO_BE_HAD, *_TOO_LARGE, errno.ENODATA):
            raise
        if error.errno in _TOO_LARGE and not what.startswith("attribute"):
            raise
        return [what]
    return []


def close_to(path: bytes, access: Access) -> None:
    """Give the folder at `path` these rights. Raises OSError, and MoveFailed if it keeps others."""
    with nofollow.parent(path) as (folder, name):
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, dir_fd=folder)
    try:
        if set(give(descriptor, access)) - {"owner"}:
            raise MoveFailed("its rights cannot be changed")
    finally:
        os.close(descriptor)
