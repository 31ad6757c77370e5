"""Others at work in the moment between the proof and the act, and disks that are not what they seem."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mediavault_tui.domain.archive.journal import Act, ActKind, FileIdentity, Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import Plan
from mediavault_tui.engine.archive.apply import carry_out as apply
from mediavault_tui.engine.archive.crash_resolution import resolve
from mediavault_tui.engine.archive.purge import purge
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.services import filesystem
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.services.file_ops.write_lease import WriteLease
from mediavault_tui.store import journal, roots
from tests.engine.archive.archive_library import Library, collect, video, write


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    made.fill()
    return made


def run(library: Library, plan: Plan) -> dict[bytes, StepEnded]:
    with library.vault() as vault:
        events = collect(apply(vault, plan))
    return {event.path: event for event in events if isinstance(event, StepEnded)}


def read(path: bytes) -> bytes:
    return Path(os.fsdecode(path)).read_bytes()


def keeper_of(library: Library) -> bytes:
    return os.path.join(library.root, b"Better", b"Film.1080p.mkv")


def before(monkeypatch: pytest.MonkeyPatch, name: str, path: bytes, interfere: Callable[[], None]) -> None:
    """Let `interfere` happen once, right before `services.file_ops.atomic_moves.NAME` is called about `path`."""
    real, pending = getattr(atomic_moves, name), [interfere]

    def disturbed(*arguments: bytes) -> None:
        if pending and path in arguments:
            pending.pop()()
        real(*arguments)

    monkeypatch.setattr(atomic_moves, name, disturbed)


def test_a_file_swapped_in_for_the_copy_to_keep_is_not_linked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keeper_of(library)

    def swap() -> None:
        os.rename(keeper, keeper + b".away")
        write(keeper, b"something else")

    before(monkeypatch, "link", keeper, swap)
    step = run(library, library.plan(Op.HARDLINK))[library.loser]
    assert step.status is Status.FAILED and "another file" in step.reason
    assert read(library.loser) == video("film") and read(keeper) == b"something else"
    assert not any(name.endswith(b".part") for name in library.names())


def test_links_compare_every_byte_also_where_moves_need_not(library: Library) -> None:
    """A flipped bit outside head, middle and tail, with the old times: only reading everything finds it."""
    plan = library.plan(Op.HARDLINK)
    keeper, film = keeper_of(library), video("film")
    status = os.stat(keeper)
    with open(keeper, "r+b") as file:
        file.seek(40_000)
        file.write(bytes([film[40_000] ^ 1]))
    os.utime(keeper, ns=(status.st_atime_ns, status.st_mtime_ns))
    found = atomic_moves.look(keeper)
    assert found is not None
    with library.vault() as vault, vault.database.transaction() as transaction:
        journal.touch(transaction, [found])  # as if the change time were our own doing
    steps = [msgspec.structs.replace(step, exact_proof="sample") for step in plan.steps]
    step = run(library, Plan(tuple(steps)))[library.loser]
    assert step.status is Status.REFUSED and "differs" in step.reason
    assert read(library.loser) == film


def test_one_file_seen_through_two_mounts_is_not_taken_for_two(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A folder under an overlay, and that overlay: other device numbers, and the same file."""
    upper, work, merged = (tmp_path / name for name in ("disk", "work", "pool"))
    for folder in (upper, work, merged, tmp_path / "lower"):
        folder.mkdir()
    options = f"lowerdir={tmp_path / 'lower'},upperdir={upper},workdir={work}"
    if subprocess.run(
        ["mount", "-t", "overlay", "overlay", "-o", options, merged], check=False, capture_output=True
    ).returncode:
        pytest.skip("no overlay can be mounted here")
    request.addfinalizer(lambda: subprocess.run(["umount", merged], check=True))
    for archive in (merged, Path("/dev/shm") / f"mediavault-{os.getpid()}-overlay"):
        request.addfinalizer(lambda folder=archive: shutil.rmtree(folder, ignore_errors=True))
        library = Library(tmp_path, archive)
        library.root = os.fsencode(tmp_path)
        only = write(os.fsencode(upper / "Film.mkv"), video("only"))
        seen_again = os.fsencode(merged / "Film.mkv")
        plan = library.plan_of([(b"disk/Film.mkv", b"pool/Film.mkv")])
        if not plan.steps or plan.steps[0].device not in (
            plan.steps[0].proof.device,
            atomic_moves.device_below(b"/dev/shm/x"),
        ):
            pytest.skip("this overlay cannot be told from what is below it, or not moved on")
        step = run(library, plan)[seen_again]
        assert step.status is Status.FAILED and "two mounts" in step.reason
        assert read(only) == read(seen_again) == video("only")
        assert not any(name.endswith(b".part") for name in library.names())
        with library.vault() as vault, vault.database.reader() as connection:
            assert journal.in_archive(connection) == [] == journal.under_way(connection)


def test_a_copy_to_keep_that_vanishes_while_the_other_is_copied_is_not_the_last(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keeper_of(library)
    before(monkeypatch, "rename", library.loser, lambda: os.rename(keeper, keeper + b".away"))
    step = run(library, library.plan())[library.loser]
    assert step.status is Status.FAILED and read(library.loser) == video("film")


def test_what_is_written_while_a_copy_takes_the_place_is_kept(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a network nobody tells us of writers: the file is looked at once more when it is set aside."""
    plain = atomic_moves._renameat2

    def rename(source: bytes, target: bytes, flags: int) -> int:
        crosses = (b"/archive/" in source) != (b"/archive/" in target)
        return errno.EXDEV if crosses else plain(source, target, flags)

    def late() -> None:
        with open(library.loser, "r+b") as file:
            file.write(b"the last words")

    monkeypatch.setattr(atomic_moves, "_renameat2", rename)
    monkeypatch.setattr(WriteLease, "_lease", lambda self: False)
    before(monkeypatch, "remove", library.loser, late)
    step = run(library, library.plan())[library.loser]
    assert "changed while it was copied" in step.reason
    assert read(library.loser).startswith(b"the last words")
    assert read(step.to) == video("film"), "the copy of what it was before is not thrown away either"
    assert not any(name.endswith(b".part") for name in library.names())


@pytest.mark.parametrize("what", ["a writer comes", "the copy to keep goes"])
def test_a_link_is_taken_back_while_the_old_file_is_still_there(
    library: Library, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    exchange, keeper, inode = atomic_moves.exchange, keeper_of(library), os.stat(library.loser).st_ino
    disturbed: list[bytes] = []

    def exchanged(one: bytes, other: bytes) -> None:
        exchange(one, other)
        if other == library.loser and not disturbed:
            disturbed.append(one)
            if what == "the copy to keep goes":
                os.rename(keeper, keeper + b".away")

    still = WriteLease.still

    def is_still(self: WriteLease) -> bool:
        return still(self) and not (disturbed and what == "a writer comes")

    monkeypatch.setattr(atomic_moves, "exchange", exchanged)
    monkeypatch.setattr(WriteLease, "still", is_still)
    step = run(library, library.plan(Op.HARDLINK))[library.loser]
    assert step.status is Status.FAILED and disturbed
    assert os.stat(library.loser).st_ino == inode and read(library.loser) == video("film")
    assert not any(name.endswith(b".part") for name in library.names())
    with library.vault() as vault, vault.database.reader() as connection:
        assert journal.under_way(connection) == []


@pytest.mark.parametrize("where", ["same", "other"])
def test_files_of_an_overlay_move_like_those_of_a_disk(
    tmp_path: Path, request: pytest.FixtureRequest, where: str
) -> None:
    """There files have other device numbers than the folders they lie in."""
    lower, upper, work, merged = (tmp_path / name for name in ("lower", "upper", "work", "merged"))
    for folder in (lower, upper, work, merged):
        folder.mkdir()
    # A lower layer on another filesystem makes the numbers differ.
    subprocess.run(["mount", "-t", "tmpfs", "none", lower], check=False, capture_output=True)
    request.addfinalizer(lambda: subprocess.run(["umount", lower], check=False, capture_output=True))
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    if subprocess.run(
        ["mount", "-t", "overlay", "overlay", "-o", options, merged], check=False, capture_output=True
    ).returncode:
        pytest.skip("no overlay can be mounted here")
    request.addfinalizer(lambda: subprocess.run(["umount", merged], check=True))
    elsewhere = tmp_path / "archived"
    library = Library(merged, elsewhere if where == "other" else None)
    library.database = tmp_path / "catalogue.db"
    library.fill()
    whole = library.contents()
    steps = run(library, library.plan())
    assert {step.status for step in steps.values()} == {Status.DONE}
    with library.vault() as vault:
        with vault.database.reader() as connection:
            files = journal.in_archive(connection)
        *back, _ = collect(restore(vault, files))
    assert [step.status for step in back if isinstance(step, StepEnded)] == [Status.DONE] * len(files)
    assert library.contents() == whole


def test_purging_looks_at_the_copy_once_more_before_the_end(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(library, library.plan())
    with library.vault() as vault:
        with vault.database.reader() as connection:
            film = next(each for each in journal.in_archive(connection) if each.origin == library.loser)
        keeper = keeper_of(library)
        before(monkeypatch, "rename", film.place, lambda: os.rename(keeper, keeper + b".away"))
        step, _ = collect(purge(vault, [film], now_really=True))
    assert isinstance(step, StepEnded) and step.status is Status.FAILED
    assert read(film.place) == video("film")


def test_a_link_becomes_a_file_of_its_own_also_when_the_copy_to_keep_has_moved_on(library: Library) -> None:
    run(library, library.plan(Op.HARDLINK))
    keeper = keeper_of(library)
    os.rename(keeper, keeper + b".renamed")
    with library.vault() as vault:
        with vault.database.reader() as connection:
            film = next(each for each in journal.in_archive(connection) if each.origin == library.loser)
        step, _ = collect(restore(vault, [film]))
    assert isinstance(step, StepEnded) and step.status is Status.DONE
    assert read(library.loser) == read(keeper + b".renamed") == video("film")
    assert not os.path.samefile(library.loser, keeper + b".renamed")


def test_nothing_is_put_back_into_a_mount_point_without_its_disk(
    library: Library, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Also where somebody else has put things there: they would be hidden once the disk is back."""
    os.rename(library.root, library.root + b".away")
    os.makedirs(os.path.join(library.root, b"Worse"))
    if subprocess.run(["mount", "-t", "tmpfs", "none", library.root], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    request.addfinalizer(lambda: subprocess.run(["umount", library.root], check=False, capture_output=True))
    library.fill()
    known = filesystem.identify(library.root)
    with library.vault() as vault:
        with vault.database.transaction() as transaction:
            roots.set_online(transaction, library.root, known.device, known.filesystem, 0)
        collect(apply(vault, library.plan()))
        with vault.database.reader() as connection:
            files = [each for each in journal.in_archive(connection) if each.is_video]
        subprocess.run(["umount", library.root], check=True)
        *steps, _ = collect(restore(vault, files))
    assert len(steps) == 2
    for step in steps:
        assert isinstance(step, StepEnded) and step.status is Status.REFUSED and "mounted" in step.reason
    assert all(os.path.exists(each.place) for each in files)


@pytest.mark.parametrize("name", ["aside", "temporary", "target"])
def test_a_file_cut_off_between_two_names_gets_its_own_again(library: Library, name: str) -> None:
    """NFS and mergerfs rename by a link and the removal of the old name; a crash may come between the two."""
    target = os.path.join(library.archive, b"Film.mkv")
    found = atomic_moves.look(library.loser)
    assert found is not None
    temporary, aside = atomic_moves.temporary_name(target), atomic_moves.temporary_name(library.loser)
    act = Act(ActKind.COPY, library.loser, target, FileIdentity.of(found), temporary, aside, found.device)
    if name == "aside":
        os.link(library.loser, aside)
    elif name == "temporary":
        os.link(write(temporary, b""), atomic_moves.second_name(temporary))
    else:
        os.link(write(temporary, video("film")), target)
        copy = atomic_moves.look(target)
        assert copy is not None
        act = msgspec.structs.replace(act, copy=FileIdentity.of(copy))
    assert resolve(act) == (name == "target", "")
    there = target if name == "target" else library.loser
    assert read(there) == video("film") and os.stat(there).st_nlink == 1
    assert not any(each.endswith(b".part") for each in library.names())
