"""Who may do what with a file or folder: permission bits, owner, and lists of rights."""

import msgspec

ACCESS_LIST = "system.posix_acl_access"
DEFAULT_LIST = "system.posix_acl_default"
CAPABILITIES = "security.capability"
"""What a program may do beyond its user's rights (capabilities(7))."""


class Access(msgspec.Struct, frozen=True):
    """The rights of one file or folder, with everything else that is attached to it."""

    mode: int
    """Permission bits, set-id and sticky bits."""
    uid: int
    gid: int
    attributes: dict[str, bytes] = {}
    """Extended attributes by their names; lists of rights are among them (acl(5), xattr(7))."""

    @property
    def lists(self) -> dict[str, bytes]:
        """The attributes that say who may do what."""
        return {name: value for name, value in self.attributes.items() if is_list(name)}


def is_list(name: str) -> bool:
    """Whether the attribute is a list of rights: POSIX, NFS 4, a NAS maker's own, or Samba's.

    >>> is_list("system.posix_acl_access"), is_list("user.comment")
    (True, False)
    """
    return name.startswith("system.") or name.lower().endswith(".ntacl")


def difference(ours: Access, theirs: Access) -> str | None:
    """What of the rights of one file is otherwise with another, in words; None if both are open to the same."""
    if ours.uid != theirs.uid or ours.gid != theirs.gid:
        return f"it belongs to {ours.uid}:{ours.gid}, the copy to keep to {theirs.uid}:{theirs.gid}"
    if (ours.mode ^ theirs.mode) & 0o777:
        return f"its mode is {ours.mode & 0o777:04o}, that of the copy to keep {theirs.mode & 0o777:04o}"
    if ours.lists != theirs.lists:
        return "its access list is not that of the copy to keep"
    return None


def without_group(mode: int) -> int:
    """The mode with no more for the group than for everybody: for a file whose group cannot be kept.

    >>> oct(without_group(0o750)), oct(without_group(0o775))
    ('0o700', '0o755')
    """
    return (mode & ~0o070) | ((mode & (mode << 3)) & 0o070)


def mirrored(origin: Access, *, in_library: bool) -> Access:
    """The rights of the folder of an archive that stands for the folder `origin`: no more open than that.

    Its owner can always enter and change it; `in_library`: the group may as well where it could, above the
    library nobody else can.
    """
    mode = origin.mode & (0o775 if in_library else 0o755) | 0o700
    return Access(mode, origin.uid, origin.gid, {k: v for k, v in origin.lists.items() if k != DEFAULT_LIST})


def narrowed(own: Access, allowed: Access) -> Access | None:
    """What a folder that is there already must become to be no more open than `allowed`; None if it is not."""
    mode = own.mode & (allowed.mode | 0o7700)
    foreign = {name for name, value in own.lists.items() if allowed.lists.get(name) != value}
    same_group = own.gid == allowed.gid or mode == without_group(mode)
    if mode == own.mode and same_group and not foreign:
        return None
    if foreign:
        mode = without_group(mode)
    kept = {name: value for name, value in own.lists.items() if name not in foreign}
    return Access(mode, allowed.uid, allowed.gid, kept)


def combined(folders: list[Access]) -> Access:
    """The rights of the last of `folders` for whoever has to come through all of them."""
    *above, last = folders
    mode = last.mode
    if any(not each.mode & 0o001 for each in above):
        mode &= ~0o007
    if any(not each.mode & 0o010 and not each.mode & 0o001 for each in above):
        mode &= ~0o070
    return Access(mode, last.uid, last.gid, last.attributes)
