"""Apply on a real disk: what moves, what is refused, and what the journal says."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from mediavault_tui.domain.access import ACCESS_LIST
from mediavault_tui.domain.archive.journal import OperationEnded, State, Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import DecidedGroup, Facts, Plan, PlanOptions
from mediavault_tui.domain.archive.planner import make_plan
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.engine.archive.apply import carry_out as apply
from mediavault_tui.engine.archive.recover import recover
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import (
    HOSTILE,
    LONGEST,
    SETTINGS,
    Library,
    access_list,
    collect,
    video,
    write,
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    made.fill()
    return made


@pytest.fixture(params=["same", "other"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Library:
    """With the archive on the same filesystem, and on another."""
    if request.param == "same":
        made = Library(tmp_path)
    else:
        other = Path("/dev/shm")
        if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("no second filesystem to be had here")
        folder = other / f"mediavault-{os.getpid()}-{tmp_path.name}"
        request.addfinalizer(lambda: shutil.rmtree(folder, ignore_errors=True))
        made = Library(tmp_path, folder)
    made.fill()
    return made


def run(library: Library, plan: Plan, **options: bool) -> tuple[list[StepEnded], OperationEnded]:
    with library.vault() as vault:
        *steps, last = collect(apply(vault, plan, **options))
    assert isinstance(last, OperationEnded)
    return [step for step in steps if isinstance(step, StepEnded)], last


def statuses(steps: list[StepEnded]) -> set[Status]:
    return {step.status for step in steps}


def in_journal(library: Library) -> list[tuple[bytes, State]]:
    with library.vault() as vault, vault.database.reader() as connection:
        return [(moved.origin, moved.state) for moved in journal.history(connection)]


def test_moves_the_bundle_offers_what_is_lacking_and_removes_only_empty_folders(anywhere: Library) -> None:
    before = anywhere.contents()
    write(os.path.join(anywhere.root, b"Worse", b"mine.txt"), b"not ours")
    steps, last = run(anywhere, anywhere.plan())
    assert statuses(steps) == {Status.DONE}
    assert (last.done, last.refused, last.failed, last.freed) == (5, 0, 0, 270_008)
    assert anywhere.contents().keys() > before.keys()
    root, archive = anywhere.root, os.path.join(anywhere.archive, b"2030-01-02") + anywhere.root
    assert anywhere.names() == {
        os.path.join(root, b"Better/Film.1080p.mkv"),
        os.path.join(root, b"Better/Film.1080p.nfo"),
        os.path.join(root, b"Better/Film.1080p.de.srt"),
        os.path.join(root, b"Better/Film.1080p.en.srt"),
        os.path.join(root, b"Worse/mine.txt"),
        os.path.join(root, b"Other", LONGEST),
        os.path.join(archive, b"Worse/Film.mkv"),
        os.path.join(archive, b"Worse/Film.nfo"),
        os.path.join(archive, HOSTILE, HOSTILE + b".mkv"),
    }
    assert os.path.isdir(os.path.join(root, b"Worse")) and not os.path.exists(
        os.path.join(root, b"Worse/Subs")
    )
    assert not os.path.exists(os.path.join(root, HOSTILE))


def test_keeps_mode_owner_times_and_attributes(anywhere: Library) -> None:
    os.chmod(anywhere.loser, 0o640)
    try:
        os.setxattr(anywhere.loser, "user.note", b"mine")
    except OSError:
        pytest.skip("no extended attributes here")
    before = os.stat(anywhere.loser)
    steps, _ = run(anywhere, anywhere.plan())
    place = next(step.to for step in steps if step.path == anywhere.loser)
    after = os.stat(place)
    for name in ("st_mode", "st_uid", "st_gid", "st_mtime_ns", "st_size"):
        assert getattr(after, name) == getattr(before, name)
    if "could not keep" not in next(step.reason for step in steps if step.path == anywhere.loser):
        assert os.getxattr(place, "user.note") == b"mine"


def test_a_second_run_finds_everything_done(anywhere: Library) -> None:
    plan = anywhere.plan()
    run(anywhere, plan)
    names = anywhere.names()
    steps, last = run(anywhere, plan)
    assert statuses(steps) == {Status.DONE} and {step.reason for step in steps} == {"was done before"}
    assert last.freed == 0 and anywhere.names() == names


def test_a_dry_run_touches_nothing(library: Library) -> None:
    before = {path: os.stat(path) for path in library.names()}
    steps, last = run(library, library.plan(), dry_run=True)
    assert statuses(steps) == {Status.DONE} and last.id is None
    assert {path: os.stat(path) for path in library.names()} == before and in_journal(library) == []


def changed(library: Library, path: bytes) -> None:
    Path(os.fsdecode(path)).write_bytes(video("something else"))


def touched(library: Library, path: bytes) -> None:
    os.chmod(path, 0o600)


def rotten(library: Library, path: bytes) -> None:
    """Other bytes, same size and time: only reading tells. The plan is told the new change time."""
    status = os.stat(path)
    with open(path, "r+b") as file:
        file.seek(100_000)
        file.write(b"rot")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def gone(library: Library, path: bytes) -> None:
    os.rename(path, path + b".away")


def replaced(library: Library, path: bytes) -> None:
    status = os.stat(path)
    os.rename(path, path + b".away")
    shutil.copy(path + b".away", path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


DISTURBANCES = [changed, touched, gone, replaced]


@pytest.mark.parametrize("disturb", DISTURBANCES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("whose", ["loser", "keeper"])
def test_refuses_what_is_not_as_planned(library: Library, disturb, whose: str) -> None:
    plan = library.plan()
    first = plan.steps[0]
    disturb(library, first.path if whose == "loser" else first.keeper.path)
    before = library.contents()
    steps, last = run(library, plan)
    film = [step for step in steps if b"Film" in step.path or b"Worse" in step.path]
    assert statuses(film) == {Status.REFUSED} and last.done == 1
    assert library.contents().keys() == before.keys()
    assert all(path in library.names() for step in film for path in [step.path] if disturb is not gone)


@pytest.mark.parametrize("whose", ["loser", "keeper"])
def test_compares_every_byte_before_an_exact_duplicate_goes(library: Library, whose: str) -> None:
    plan = library.plan()
    first = plan.steps[0]
    path = first.path if whose == "loser" else first.keeper.path
    rotten(library, path)
    new = atomic_moves.look(path)
    assert new is not None

    def believed(step):  # type: ignore[no-untyped-def]
        proofs = {"proof": step.proof, "keeper": step.keeper}
        if step.proof.inode == new.inode:
            proofs["proof"] = msgspec.structs.replace(step.proof, ctime_ns=new.ctime_ns)
        if step.keeper.proof.inode == new.inode:
            proof = msgspec.structs.replace(step.keeper.proof, ctime_ns=new.ctime_ns)
            proofs["keeper"] = msgspec.structs.replace(step.keeper, proof=proof)
            proofs["keepers"] = (proofs["keeper"],)
        return msgspec.structs.replace(step, **proofs)

    steps, _ = run(library, Plan(tuple(believed(step) for step in plan.steps)))
    assert steps[0].status is Status.REFUSED and "differs from the copy to keep" in steps[0].reason


def test_refuses_a_file_open_for_writing(library: Library) -> None:
    plan = library.plan()
    with open(library.loser, "ab"):
        steps, _ = run(library, plan)
    assert steps[0].status is Status.REFUSED and "open for writing" in steps[0].reason
    with open(plan.steps[0].keeper.path, "ab"):
        steps, _ = run(library, plan)
    assert steps[0].status is Status.REFUSED and "the copy to keep is open for writing" in steps[0].reason
    with open(library.loser, "rb"):
        steps, _ = run(library, plan)
    assert steps[0].status is Status.DONE


def test_refuses_a_file_written_to_just_now(library: Library) -> None:
    os.utime(library.loser)
    steps, _ = run(library, library.plan())
    assert steps[0].status is Status.REFUSED and "left alone for 5 minutes" in steps[0].reason


def test_a_taken_name_in_the_archive_is_solved_and_nothing_overwritten(library: Library) -> None:
    plan = library.plan()
    write(plan.steps[0].to, b"somebody else's")
    steps, _ = run(library, plan)
    assert steps[0].to.endswith(b"Film (2).mkv")
    assert Path(os.fsdecode(plan.steps[0].to)).read_bytes() == b"somebody else's"


def test_refuses_when_the_archive_is_on_another_disk_than_planned(library: Library) -> None:
    plan = library.plan()
    moved = Plan(tuple(msgspec.structs.replace(step, device=step.device + 1) for step in plan.steps))
    steps, _ = run(library, moved)
    assert statuses(steps) == {Status.REFUSED} and "is it mounted" in steps[0].reason


def test_checks_free_space_before_copying(anywhere: Library) -> None:
    """A rename needs none."""
    huge = msgspec.structs.replace(SETTINGS.archive, reserve_mb=10**12)
    plan = anywhere.plan()
    with anywhere.vault(msgspec.structs.replace(SETTINGS, archive=huge)) as vault:
        step = collect(apply(vault, plan))[0]
    assert isinstance(step, StepEnded)
    is_elsewhere = os.stat(anywhere.archive).st_dev != os.stat(anywhere.root).st_dev
    assert ("are free" in step.reason) == (step.status is Status.REFUSED) == is_elsewhere


def test_hard_links_replace_exact_duplicates_and_part_again(library: Library) -> None:
    before, inode = library.contents(), os.stat(library.loser).st_ino
    plan = library.plan(Op.HARDLINK)
    steps, _ = run(library, plan)
    assert statuses(steps) == {Status.DONE}
    assert all(os.path.samefile(step.path, step.keeper.path) for step in plan.steps)
    assert os.stat(plan.steps[0].original_to).st_ino == inode
    run_again, _ = run(library, plan)
    assert {step.reason for step in run_again} == {"was done before"}
    with library.vault() as vault:
        with vault.database.reader() as connection:
            files = journal.in_archive(connection)
        *restored, _ = collect(restore(vault, files))
    assert {event.status for event in restored} == {Status.DONE}
    assert not any(os.path.samefile(step.path, step.keeper.path) for step in plan.steps)
    assert library.contents() == before and os.stat(library.loser).st_ino == inode


def test_what_was_written_through_a_link_does_not_keep_the_original_from_coming_back(
    library: Library,
) -> None:
    original = Path(os.fsdecode(library.loser)).read_bytes()
    plan = library.plan_of([(b"Better/Film.1080p.mkv", b"Worse/Film.mkv")], Op.HARDLINK)
    assert "a program that writes into one changes both" in plan.steps[0].reason
    run(library, plan)
    with open(library.loser, "r+b") as file:
        file.write(b"written")
    with library.vault() as vault:
        with vault.database.reader() as connection:
            files = journal.in_archive(connection)
        restored, *_ = collect(restore(vault, files))
    assert isinstance(restored, StepEnded) and restored.status is Status.DONE, restored
    assert Path(os.fsdecode(library.loser)).read_bytes() == original
    keeper = Path(os.fsdecode(plan.steps[0].keeper.path))
    assert keeper.read_bytes().startswith(b"written") and keeper.stat().st_nlink == 1
    assert not os.path.exists(plan.steps[0].original_to)


def test_the_last_name_of_what_was_linked_is_not_removed(library: Library) -> None:
    """The kept copy's own name is gone: then the link is all there is of what was written to it."""
    plan = library.plan_of([(b"Better/Film.1080p.mkv", b"Worse/Film.mkv")], Op.HARDLINK)
    run(library, plan)
    os.unlink(plan.steps[0].keeper.path)
    with library.vault() as vault:
        with vault.database.reader() as connection:
            files = journal.in_archive(connection)
        refused, *_ = collect(restore(vault, files))
        assert isinstance(refused, StepEnded) and "another file is at the original path" in refused.reason
        beside, *_ = collect(restore(vault, files, on_collision="rename"))
    assert isinstance(beside, StepEnded) and beside.status is Status.DONE
    assert os.path.exists(library.loser) and os.path.exists(beside.to) and beside.to != library.loser


@pytest.mark.parametrize("what", ["mode", "owner", "attribute"])
def test_a_link_that_would_change_who_may_read_is_refused(library: Library, what: str) -> None:
    if what == "mode":
        os.chmod(library.loser, 0o600)
    elif what == "owner":
        if os.geteuid() != 0:
            pytest.skip("changing owners needs root")
        os.chown(library.loser, 12345, 23456)
    else:
        try:
            os.setxattr(library.loser, ACCESS_LIST, access_list(b"\x06\x00"))
        except OSError:
            pytest.skip("no access lists here")
    plan = library.plan_of([(b"Better/Film.1080p.mkv", b"Worse/Film.mkv")], Op.HARDLINK)
    before = library.contents()
    steps, _ = run(library, plan)
    assert steps[0].status is Status.REFUSED and "who may read it" in steps[0].reason
    assert library.contents() == before


def test_files_that_share_blocks_keep_their_names_where_the_filesystem_cannot(library: Library) -> None:
    """On ext4 and tmpfs it is refused with a word; on btrfs and XFS it is done."""
    before = library.contents()
    steps, _ = run(library, library.plan(Op.REFLINK))
    assert library.contents() == before
    for step in steps:
        assert step.status is Status.DONE or "cannot share" in step.reason or "not supported" in step.reason


def test_moves_to_a_folder_of_choice(library: Library) -> None:
    steps, last = run(library, library.plan(Op.MOVE))
    assert next(step.to for step in steps if step.path == library.loser) == library.archive + b"/Film.mkv"
    assert last.freed == 0


def test_a_copy_that_does_not_decode_answers_for_nothing(library: Library) -> None:
    """Title duplicates ask whether the better copy can be played; these are no videos at all."""
    write(library.loser, video("another encode"))
    steps, _ = run(library, library.plan(kinds=[EvidenceKind.TITLE]))
    assert steps[0].status is Status.REFUSED and "the copy to keep" in steps[0].reason


def test_a_read_only_filesystem_fails_cleanly(library: Library, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    place = tmp_path / "ro"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", place], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        before = library.contents()
        library.archive = os.fsencode(place)
        steps, _ = run(library, library.plan())
        videos = [step for step in steps if step.op == "archive"]
        assert Status.DONE not in statuses(videos) and "ead-only" in steps[0].reason
        assert library.contents() == before
    finally:
        subprocess.run(["umount", place], check=True)


def test_recover_has_nothing_to_do_after_a_clean_run(library: Library) -> None:
    run(library, library.plan())
    with library.vault() as vault:
        assert collect(recover(vault)) == []


def test_cancelling_between_steps_leaves_whole_files_and_a_second_run_finishes(anywhere: Library) -> None:
    plan = anywhere.plan()
    before = anywhere.contents().keys()

    async def one_step() -> None:
        with anywhere.vault() as vault:
            job = apply(vault, plan)
            await anext(job)
            await job.aclose()

    asyncio.run(one_step())
    assert anywhere.contents().keys() >= before
    steps, _ = run(anywhere, plan)
    assert statuses(steps) == {Status.DONE}


@pytest.mark.parametrize("op", [Op.ARCHIVE, Op.HARDLINK])
def test_all_names_of_one_file_go_together(anywhere: Library, op: Op) -> None:
    """Each one that goes changes the file's change time; that is nobody else's doing."""
    keeper, second = anywhere.root + b"/Better/Film.1080p.mkv", anywhere.root + b"/Worse/Second.mkv"
    os.link(anywhere.loser, second)
    loser = msgspec.structs.replace(anywhere.facts(2, anywhere.loser), paths=(anywhere.loser, second))
    group = DecidedGroup(1, (1,), (2,), frozenset({EvidenceKind.EXACT}))
    facts = Facts({1: anywhere.facts(1, keeper), 2: loser})
    before = anywhere.contents().keys()
    steps, _ = run(anywhere, make_plan([group], facts, PlanOptions(date="2030-01-02", op=op)))
    assert len(steps) == 2 and statuses(steps) == {Status.DONE}
    assert anywhere.contents().keys() == before
    for path in (anywhere.loser, second):
        assert os.path.samefile(path, keeper) if op is Op.HARDLINK else not os.path.exists(path)


@pytest.mark.parametrize("staying", [b"A", b"B"])
def test_a_picture_of_two_films_stays_when_one_of_them_does(library: Library, staying: bytes) -> None:
    """Both were to go, but one was written to since."""
    for name in (b"A", b"B"):
        for folder in (b"/Kept/", b"/Both/"):
            write(library.root + folder + name + b".mkv", video(name.decode()))
    poster = write(library.root + b"/Both/poster.jpg", b"picture")
    pairs = [(b"Kept/A.mkv", b"Both/A.mkv"), (b"Kept/B.mkv", b"Both/B.mkv")]
    plan = library.plan_of(pairs, offer_sidecars=False)
    write(library.root + b"/Both/" + staying + b".mkv", video("written to"))
    run(library, plan)
    assert os.path.exists(poster)
