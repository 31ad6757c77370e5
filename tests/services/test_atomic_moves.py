"""Moving files for real: nothing is ever overwritten, and what cannot be done safely is not done."""

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest

from mediavault_tui.domain.archive.journal import FileAttributes, FileIdentity
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services import disks
from mediavault_tui.services.content_hash import Cancelled
from mediavault_tui.services.file_ops import atomic_moves, copying, folders, reflinks, write_lease
from tests.builders import put

LONGEST = b"\xff" * 255


def seen(path: bytes) -> Proof:
    found = atomic_moves.look(path)
    assert found is not None
    return found


def full(folder: int, name: bytes) -> bytes:
    """The path of a name in an open folder."""
    return os.path.join(os.readlink(f"/proc/self/fd/{folder}".encode()), name)


@pytest.fixture
def place(tmp_path: Path) -> bytes:
    return os.fsencode(put(tmp_path / "one", b"content", mtime=1_500_000_000))


@pytest.fixture(params=["renameat2", "link and unlink"])
def renaming(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without a filesystem that can rename without replacing."""
    if request.param != "renameat2":
        monkeypatch.setattr(atomic_moves, "_renameat2", lambda *_: errno.EINVAL)


@pytest.mark.usefixtures("renaming")
def test_renames_and_never_replaces(place: bytes) -> None:
    before = seen(place)
    target = os.path.join(os.path.dirname(place), LONGEST)
    atomic_moves.rename(place, target)
    assert seen(target).inode == before.inode and atomic_moves.look(place) is None
    put(Path(os.fsdecode(place)), b"another")
    with pytest.raises(atomic_moves.NameTaken):
        atomic_moves.rename(place, target)
    assert seen(target).inode == before.inode and Path(os.fsdecode(place)).read_bytes() == b"another"
    os.symlink("nowhere", target[:-1])
    with pytest.raises(atomic_moves.NameTaken):
        atomic_moves.rename(place, target[:-1])
    with pytest.raises(MoveFailed):
        atomic_moves.rename(place, os.path.join(place, b"below a file"))


def test_a_filesystem_that_can_neither_rename_nor_link_is_refused(
    place: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(atomic_moves, "_renameat2", lambda *_: errno.EINVAL)
    monkeypatch.setattr(os, "link", cannot)
    with pytest.raises(MoveFailed, match="neither rename"):
        atomic_moves.rename(place, place + b".new")
    with pytest.raises(MoveFailed, match="cannot exchange"):
        atomic_moves.exchange(place, place)
    assert atomic_moves.look(place)


def test_removes_only_the_file_that_is_meant(place: bytes) -> None:
    aside = atomic_moves.temporary_name(place)
    with pytest.raises(MoveFailed, match="another file"):
        atomic_moves.remove(place, seen(place).inode + 1, aside)
    assert atomic_moves.look(place) and not atomic_moves.exists(aside)
    atomic_moves.remove(place, seen(place).inode, aside)
    assert not atomic_moves.exists(place) and not atomic_moves.exists(aside)


def test_looks_at_regular_files_only(tmp_path: Path, place: bytes) -> None:
    os.symlink(place, place + b".link")
    os.mkfifo(place + b".fifo")
    for path in (place + b".link", place + b".fifo", os.fsencode(tmp_path)):
        with pytest.raises(FileUnreadable, match="no regular file"):
            atomic_moves.look(path)
    assert atomic_moves.look(place + b"/below") is None is atomic_moves.look(place + b".none")
    assert [entry.name for entry in atomic_moves.entries(os.fsencode(tmp_path))] == [b"one"]


def test_finds_the_folders_a_move_left_empty(tmp_path: Path) -> None:
    deep = tmp_path / "root" / "a" / "b" / "c"
    deep.mkdir(parents=True)
    root = os.fsencode(tmp_path / "root")
    assert [os.path.basename(path) for path in folders.empty_folders(os.fsencode(deep), root)] == [
        b"c",
        b"b",
        b"a",
    ]
    put(tmp_path / "root" / "a" / "mine")
    assert [os.path.basename(path) for path in folders.empty_folders(os.fsencode(deep), root)] == [b"c", b"b"]
    assert folders.empty_folders(root, root) == [] == folders.empty_folders(os.fsencode(tmp_path), root)
    assert not folders.remove_folder(os.fsencode(tmp_path / "root" / "a"))


def test_copies_with_everything_that_belongs_to_a_file(place: bytes) -> None:
    os.chmod(place, 0o2640)
    if os.geteuid() == 0:
        os.chown(place, 12345, 23456)
        os.chmod(place, 0o2640)
    temporary = atomic_moves.temporary_name(place)
    copy, _, lost = copying.copy(place, temporary, FileIdentity.of(seen(place)), lambda: False)
    ours, theirs = os.stat(place), os.stat(temporary)
    for name in ("st_mode", "st_uid", "st_gid", "st_mtime_ns", "st_size"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert lost == [] and copy == seen(temporary)
    with pytest.raises(atomic_moves.NameTaken):
        copying.copy(place, temporary, FileIdentity.of(seen(place)), lambda: False)
    os.unlink(temporary)
    copying.copy(
        place, temporary, FileIdentity.of(seen(place)), lambda: False, FileAttributes(0o600, 0, 0, 5)
    )
    assert (os.stat(temporary).st_mode & 0o777, os.stat(temporary).st_mtime_ns) == (0o600, 5)


def test_a_copy_ends_when_told_to_and_refuses_another_file(place: bytes) -> None:
    with pytest.raises(Cancelled):
        copying.copy(place, atomic_moves.temporary_name(place), FileIdentity.of(seen(place)), lambda: True)
    with pytest.raises(FileUnreadable, match="changed"):
        copying.copy(place, atomic_moves.temporary_name(place), FileIdentity(1, 2, 3), lambda: False)


@pytest.mark.parametrize("leases", [True, False])
def test_knows_when_a_file_is_written_to(place: bytes, leases: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not leases:
        monkeypatch.setattr(write_lease.WriteLease, "_lease", lambda self: False)
    with open(place, "rb"), write_lease.WriteLease(place, seen(place)) as held:
        assert held.still()
    with open(place, "r+b"), pytest.raises(FileUnreadable, match="open for writing"):
        write_lease.WriteLease(place, seen(place))
    with pytest.raises(FileUnreadable, match="another file"):
        write_lease.WriteLease(place, Proof(1, 2, 3, 4, 5))


def test_notices_a_writer_that_comes_later(place: bytes) -> None:
    with write_lease.WriteLease(place, seen(place)) as held:
        if not held._leased:
            pytest.skip("this filesystem has no leases")
        writer = threading.Thread(target=lambda: open(place, "ab").close())
        writer.start()
        writer.join(0.3)
        assert writer.is_alive(), "it waits until we are done"
        assert not held.still()
    writer.join(10)
    assert not writer.is_alive()


def test_shares_blocks_or_says_why_not(place: bytes) -> None:
    other = os.fsencode(put(Path(os.fsdecode(place) + ".other"), b"content"))
    try:
        reflinks.share(other, place, 7)
    except MoveFailed as error:
        assert error.message
    assert Path(os.fsdecode(other)).read_bytes() == Path(os.fsdecode(place)).read_bytes() == b"content"


def test_a_filesystem_that_numbers_every_name_is_refused_and_nothing_is_lost(
    place: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As sshfs does, and mergerfs without use_ino: there nobody can tell which file went where."""

    def link(source: bytes, target: bytes, **options: int) -> None:
        old, new = full(options["src_dir_fd"], source), full(options["dst_dir_fd"], target)
        if atomic_moves.exists(new):
            raise OSError(errno.EEXIST, "taken")
        shutil.copy2(old, new)

    monkeypatch.setattr(atomic_moves, "_renameat2", lambda *_: errno.EINVAL)
    monkeypatch.setattr(os, "link", link)
    with pytest.raises(MoveFailed, match="another number"):
        atomic_moves.rename(place, place + b".new")
    with pytest.raises(MoveFailed, match="another number"):
        copying.copy(place, atomic_moves.temporary_name(place), FileIdentity.of(seen(place)), lambda: False)
    assert atomic_moves.look(place) and atomic_moves.look(place + b".new") is None


def test_a_file_swapped_in_while_a_link_is_made_keeps_its_name(
    place: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, ours = os.link, seen(place)

    def link(source: bytes, target: bytes, **options: bool) -> None:
        real(source, target, **options)
        os.replace(put(Path(os.fsdecode(place) + ".other"), b"somebody's"), place)

    monkeypatch.setattr(atomic_moves, "_renameat2", lambda *_: errno.EINVAL)
    monkeypatch.setattr(os, "link", link)
    with pytest.raises(MoveFailed, match="both were kept"):
        atomic_moves.rename(place, place + b".new")
    assert Path(os.fsdecode(place)).read_bytes() == b"somebody's"
    assert seen(place + b".new").inode == ours.inode


@pytest.mark.parametrize("name", [b"\xff" * 300, b"a/" * 3000 + b"b"])
def test_nothing_lies_where_no_such_name_can_be(tmp_path: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    assert atomic_moves.look(path) is None and not atomic_moves.exists(path)


def test_a_name_that_cannot_be_stored_is_found_out_before_anything_is_copied(
    place: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def no_question_marks(path: bytes, *arguments: int, **options: int) -> int:
        if b"?" in path:  # FAT's answer
            raise OSError(errno.EINVAL, "Invalid argument")
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", no_question_marks)
    monkeypatch.setattr(copying, "_pour", None)
    temporary = atomic_moves.temporary_name(os.path.join(os.path.dirname(place), b"What?.mkv"))
    with pytest.raises(MoveFailed, match=r"cannot hold the name .*What\?\.mkv"):
        copying.copy(place, temporary, FileIdentity.of(seen(place)), lambda: False)


@pytest.mark.parametrize("name", [b"a.mkv", b"b" * 143, LONGEST, "ü".encode() * 127])
def test_temporary_names_are_no_longer_than_they_must_be(name: bytes) -> None:
    temporary = os.path.basename(atomic_moves.temporary_name(b"/x/" + name))
    assert len(temporary) <= max(len(name), 100) and temporary.endswith(b".part")
    assert len(atomic_moves.second_name(temporary)) == len(temporary) != atomic_moves.second_name(temporary)
    if name[0] == 0xC3:
        temporary.decode()  # half a character is no name on FAT and NTFS


def test_what_a_filesystem_does_not_keep_is_said(place: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "FAT has no such thing")

    for name in ("fchown", "fchmod"):
        monkeypatch.setattr(os, name, cannot)
    _, _, lost = copying.copy(
        place, atomic_moves.temporary_name(place), FileIdentity.of(seen(place)), lambda: False
    )
    assert lost == ["owner", "mode"]


def test_nfs_without_a_delegation_is_not_taken_for_a_writer(
    place: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise OSError(errno.EAGAIN, "no delegation")

    monkeypatch.setattr(write_lease.fcntl, "fcntl", refused)
    with pytest.raises(FileUnreadable, match="open for writing"):
        write_lease.WriteLease(place, seen(place))
    monkeypatch.setattr(disks, "kind", lambda *_: disks.Disk.NETWORK)
    with write_lease.WriteLease(place, seen(place)) as held:
        assert held.still()
    with open(place, "ab"), pytest.raises(FileUnreadable, match="open for writing"):
        write_lease.WriteLease(place, seen(place))
