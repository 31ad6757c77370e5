"""Who may read what: not more in the archive than where it came from, and as it was when it comes back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediavault_tui.domain.access import ACCESS_LIST, DEFAULT_LIST
from mediavault_tui.domain.archive.journal import Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.engine.archive import empty_folders, restore
from mediavault_tui.engine.archive.apply import carry_out
from mediavault_tui.errors import MoveFailed
from mediavault_tui.services.file_ops import atomic_moves, copying, folders, nofollow, permissions
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import Library, access_list, collect, video, write

PAIR = [(b"Better/Film.mkv", b"Private/Deep/Film.mkv")]
ALICE, USERS = 12345, 23456


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    old = os.umask(0o022)
    yield
    os.umask(old)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    tmp_path.chmod(0o755)
    made = Library(tmp_path)
    write(made.root + b"/Better/Film.mkv", video("film"))
    made.loser = write(made.root + b"/Private/Deep/Film.mkv", video("film"))
    os.chmod(made.root + b"/Private", 0o700)
    return made


def run(library: Library, op: Op = Op.ARCHIVE) -> list[StepEnded]:
    plan = library.plan_of(PAIR, op)
    with library.vault() as vault:
        return [event for event in collect(carry_out(vault, plan)) if isinstance(event, StepEnded)]


def back(library: Library) -> list[StepEnded]:
    with library.vault() as vault:
        with vault.database.reader() as connection:
            files = journal.in_archive(connection)
        return [event for event in collect(restore.restore(vault, files)) if isinstance(event, StepEnded)]


def mode(path: bytes) -> int:
    return os.stat(path).st_mode & 0o7777


def chain(library: Library, place: bytes) -> list[bytes]:
    """The folders of the archive above a file, the nearest first."""
    found = [os.path.dirname(place)]
    while found[-1] != library.archive:
        found.append(os.path.dirname(found[-1]))
    return found


def may_read(path: bytes, user: int) -> bool:
    """Whether a process of that user can open the file."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            os.close(os.open(path, os.O_RDONLY))
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("op", [Op.ARCHIVE, Op.HARDLINK])
def test_a_private_folder_is_private_in_the_archive(library: Library, op: Op) -> None:
    run(library, op)
    with library.vault() as vault, vault.database.reader() as connection:
        (moved,) = journal.in_archive(connection)
    assert [mode(each) for each in chain(library, moved.place)[:2]] == [0o755, 0o700]
    assert all(mode(each) & 0o022 == 0 for each in chain(library, moved.place)), "nobody else can swap names"
    if os.geteuid() == 0:
        assert not may_read(moved.place, ALICE)


def test_owners_are_as_there(library: Library) -> None:
    if os.geteuid() != 0:
        pytest.skip("changing owners needs root")
    for path in (library.root, library.root + b"/Private"):
        os.chown(path, ALICE, USERS)
    os.chmod(library.root + b"/Private", 0o750)
    (step,) = run(library)
    deep, private, videos, *_ = chain(library, step.to)
    owners = [(os.stat(each).st_uid, os.stat(each).st_gid) for each in (deep, private, videos)]
    assert owners == [(0, 0), (ALICE, USERS), (ALICE, USERS)] and mode(private) == 0o750


def test_a_folder_of_the_archive_that_is_too_open_is_closed(library: Library) -> None:
    """It was made by an earlier version, or before the original was closed."""
    (first,) = run(library)
    back(library)
    private = chain(library, first.to)[1]
    os.makedirs(os.path.join(private, b"other"))
    os.chmod(private, 0o777)
    run(library)
    assert mode(private) == 0o700


def test_a_folder_that_cannot_be_closed_gets_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on FAT, where everybody may read everything."""

    def cannot(*_: object) -> None:
        raise PermissionError(1, "no such thing")

    real = os.mkdir
    monkeypatch.setattr(os, "fchmod", cannot)
    monkeypatch.setattr(os, "mkdir", lambda name, _, **options: real(name, 0o755, **options))
    before = library.contents()
    (step,) = run(library)
    assert step.status is Status.FAILED and "open it to more people" in step.reason
    assert library.contents() == before


def test_long_paths_and_flat_folders_are_as_closed(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    home.mkdir(parents=True)
    (tmp_path / "a").chmod(0o700)
    archive = tmp_path / "archive"
    archive.mkdir()
    place = os.fsencode(archive / "day" / "long-paths" / "digest")
    folders.make_closed(place, os.fsencode(archive), os.fsencode(home), os.fsencode(tmp_path))
    assert mode(place) == 0o700


def test_access_lists_of_folders_are_as_there(library: Library) -> None:
    private = library.root + b"/Private"
    listed = access_list(b"\x00\x00")
    try:
        os.setxattr(private, ACCESS_LIST, listed)
        os.makedirs(library.archive, exist_ok=True)
        os.setxattr(library.archive, DEFAULT_LIST, access_list(b"\x05\x00"))
    except OSError:
        pytest.skip("no access lists here")
    (step,) = run(library)
    assert os.getxattr(chain(library, step.to)[1], ACCESS_LIST) == listed
    assert ACCESS_LIST not in os.listxattr(chain(library, step.to)[0]), (
        "nothing is inherited from the archive"
    )


@pytest.mark.parametrize("crossing", [False, True])
def test_files_and_folders_come_back_with_rights_lists_and_attributes(
    library: Library, crossing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep, private = library.root + b"/Private/Deep", library.root + b"/Private"
    try:
        for path in (deep, library.loser):
            os.setxattr(path, ACCESS_LIST, access_list(b"\x00\x00"))
            os.setxattr(path, "user.comment", b"of " + os.path.basename(path))
        os.setxattr(private, DEFAULT_LIST, access_list(b"\x05\x00"))
    except OSError:
        pytest.skip("no access lists here")
    if os.geteuid() == 0:
        for path in (deep, library.loser):
            os.chown(path, ALICE, USERS)
    before = [permissions.of(path) for path in (deep, private, library.loser)]
    if crossing:
        apart(monkeypatch)
    (step,) = run(library)
    assert step.status is Status.DONE and not os.path.exists(private)
    if crossing:  # an archive on FAT keeps nothing of it
        for name in (ACCESS_LIST, "user.comment"):
            os.removexattr(step.to, name)
        os.chmod(step.to, 0o644)
    assert {event.status for event in back(library)} == {Status.DONE}
    assert [permissions.of(path) for path in (deep, private, library.loser)] == before


def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Library and archive as if on two filesystems."""
    import errno

    plain = atomic_moves._renameat2

    def rename(source: bytes, target: bytes, flags: int) -> int:
        if (b"/archive/" in source) != (b"/archive/" in target):
            return errno.EXDEV
        return plain(source, target, flags)

    monkeypatch.setattr(atomic_moves, "_renameat2", rename)


def test_removed_folders_are_noted_durably_before_they_go(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []
    real = folders.remove_folder

    def removed(folder: bytes) -> bool:
        with library.vault() as vault, vault.database.reader() as connection:
            order.append(journal.removed_folder(connection, folder) is not None)
        return real(folder)

    monkeypatch.setattr(empty_folders.folders, "remove_folder", removed)
    run(library)
    assert order and all(order)


def test_set_id_bits_are_not_given_to_a_copy_that_the_journal_describes(library: Library) -> None:
    from mediavault_tui.domain.archive.journal import FileAttributes, FileIdentity

    found = atomic_moves.look(library.loser)
    assert found is not None
    os.chmod(library.loser, 0o4755)
    os.setxattr(library.loser, "user.comment", b"mine")
    found = atomic_moves.look(library.loser)
    assert found is not None
    temporary = atomic_moves.temporary_name(library.loser)
    dress = FileAttributes(0o600, os.geteuid(), os.getegid(), 5, {"user.other": b"1"})
    copying.copy(library.loser, temporary, FileIdentity.of(found), lambda: False, dress)
    assert permissions.of(temporary).attributes == {"user.other": b"1"} and mode(temporary) == 0o600


def swapped(folder: bytes, elsewhere: bytes) -> None:
    os.rename(folder, folder + b".was")
    os.symlink(elsewhere, folder)


@pytest.mark.parametrize("stepwise", [False, True])
def test_nothing_is_restored_through_a_folder_that_became_a_link(
    library: Library, tmp_path: Path, stepwise: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stepwise:  # a kernel or a container without openat2
        monkeypatch.setattr(nofollow, "_openat2", lambda *_: (-1, 38))
    write(library.root + b"/Private/other.txt", b"stays")
    run(library)
    elsewhere = os.fsencode(tmp_path / "elsewhere")
    os.makedirs(elsewhere)
    swapped(library.root + b"/Private", elsewhere)
    before = library.contents()
    (step,) = back(library)
    assert step.status is Status.REFUSED and "is a symbolic link to" in step.reason
    assert os.listdir(elsewhere) == [] and library.contents() == before


@pytest.mark.parametrize("stepwise", [False, True])
def test_a_link_that_is_put_there_between_look_and_act_is_not_followed(
    library: Library, tmp_path: Path, stepwise: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stepwise:
        monkeypatch.setattr(nofollow, "_openat2", lambda *_: (-1, 38))
    run(library)
    victim = os.fsencode(tmp_path / "victim")
    os.makedirs(victim + b"/Deep")
    os.chmod(victim, 0o755)
    real = restore._folders

    async def then_swapped(*arguments: object) -> None:
        await real(*arguments)  # type: ignore[arg-type]
        swapped(library.root + b"/Private", victim)

    monkeypatch.setattr(restore, "_folders", then_swapped)
    (step,) = back(library)
    assert step.status is Status.FAILED and "symbolic link" in step.reason
    assert os.listdir(victim + b"/Deep") == [] and mode(victim) == 0o755


def test_no_rights_are_given_through_a_link_that_takes_a_new_folders_place(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is swapped right after it was made, before it gets its set-id bits."""
    os.chmod(library.root + b"/Private", 0o2777)
    run(library)
    victim = os.fsencode(tmp_path / "victim")
    os.makedirs(victim)
    os.chmod(victim, 0o700)
    real = os.mkdir

    def then_swapped(name: bytes, *arguments: int, dir_fd: int | None = None) -> None:
        real(name, *arguments, dir_fd=dir_fd)
        if name == b"Private":
            os.rmdir(name, dir_fd=dir_fd)
            os.symlink(victim, name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "mkdir", then_swapped)
    (step,) = back(library)
    assert step.status is Status.FAILED and mode(victim) == 0o700 and os.listdir(victim) == []


def test_every_way_of_changing_something_refuses_a_linked_folder(tmp_path: Path) -> None:
    real, link = os.fsencode(tmp_path / "real"), os.fsencode(tmp_path / "link")
    write(real + b"/a", b"content")
    os.symlink(real, link)
    inode = os.stat(real + b"/a").st_ino
    for change in (
        lambda: atomic_moves.rename(link + b"/a", real + b"/b"),
        lambda: atomic_moves.rename(real + b"/a", link + b"/b"),
        lambda: atomic_moves.exchange(link + b"/a", real + b"/a"),
        lambda: atomic_moves.link(link + b"/a", real + b"/b"),
        lambda: atomic_moves.link(real + b"/a", link + b"/b"),
        lambda: atomic_moves.remove(link + b"/a", inode),
        lambda: atomic_moves.sync_folder(link),
        lambda: atomic_moves.try_renaming(link + b"/b"),
        lambda: folders.make_folders(link + b"/b"),
        lambda: atomic_moves.exists(real + b"/../link/a"),
    ):
        with pytest.raises(MoveFailed, match=r"symbolic link|leads elsewhere"):
            change()
    assert (
        not folders.remove_folder(link + b"/a") and folders.empty_folders(link, os.fsencode(tmp_path)) == []
    )
    assert os.listdir(real) == [b"a"]
