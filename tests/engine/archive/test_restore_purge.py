"""The way back, and the end: restore and purge against a real disk."""

import os
import shutil
from pathlib import Path

import msgspec
import pytest

from mediavault_tui.domain.archive.journal import JournalEntry, State, Status, StepEnded
from mediavault_tui.domain.settings import Policy
from mediavault_tui.engine.archive.apply import carry_out as apply
from mediavault_tui.engine.archive.purge import purge, purgeable
from mediavault_tui.engine.archive.restore import matching, restore
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import HOSTILE, SETTINGS, Library, collect, video, write


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    made.fill()
    made.before = made.contents()  # type: ignore[attr-defined]  # the state everything goes back to
    with made.vault() as vault:
        collect(apply(vault, made.plan()))
    return made


def archived(library: Library) -> list[JournalEntry]:
    with library.vault() as vault, vault.database.reader() as connection:
        return journal.in_archive(connection)


def put_back(library: Library, files: list[JournalEntry], **options: str) -> list[StepEnded]:
    with library.vault() as vault:
        return [each for each in collect(restore(vault, files, **options)) if isinstance(each, StepEnded)]  # type: ignore[arg-type]


def remove(library: Library, older_than_s: float = -1) -> list[StepEnded]:
    with library.vault() as vault:

        async def job():  # type: ignore[no-untyped-def]
            async for event in purge(vault, await purgeable(vault, older_than_s), now_really=True):
                yield event

        return [event for event in collect(job()) if isinstance(event, StepEnded)]


def video_of(library: Library) -> JournalEntry:
    return next(moved for moved in archived(library) if moved.origin == library.loser)


def test_restoring_everything_gives_the_old_library_back_to_the_byte(library: Library) -> None:
    steps = put_back(library, archived(library))
    assert {step.status for step in steps} == {Status.DONE} and len(steps) == 5
    assert library.contents() == library.before  # type: ignore[attr-defined]
    assert archived(library) == []
    assert os.listdir(library.archive) == []


def test_removed_folders_come_back_with_their_mode(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.fill()
    subs = os.path.join(library.root, b"Worse", b"Subs")
    os.chmod(subs, 0o750)
    with library.vault() as vault:
        collect(apply(vault, library.plan()))
    assert not os.path.exists(os.path.dirname(subs))
    put_back(library, archived(library))
    assert os.stat(subs).st_mode & 0o777 == 0o750


def test_ids_name_a_file_with_its_sidecars_an_operation_or_a_day(library: Library) -> None:
    there = archived(library)
    film = video_of(library)
    assert {each.origin for each in matching(there, str(film.id))} == {
        each.origin for each in there if each.bundle == film.bundle
    }
    sidecar = next(each for each in there if not each.is_video)
    assert matching(there, str(sidecar.id)) == [sidecar]
    assert matching(there, f"op{film.operation}") == there
    assert matching(there, "1999-01-01") == [] == matching(there, "op99") == matching(there, "x")


def test_never_restores_over_something_else(library: Library) -> None:
    write(library.loser, b"new download")
    film = video_of(library)
    (step,) = put_back(library, [film])
    assert step.status is Status.REFUSED and step.reason.startswith("another file is at the original path")
    (step,) = put_back(library, [film], on_collision="rename")
    assert step.status is Status.DONE and step.to.endswith(b"Film (2).mkv")
    assert Path(os.fsdecode(library.loser)).read_bytes() == b"new download"
    assert Path(os.fsdecode(step.to)).read_bytes() == video("film")


def test_says_when_the_archive_was_edited_by_hand(library: Library) -> None:
    film = video_of(library)
    os.rename(film.place, film.place + b".moved")
    for steps in (put_back(library, [film]), remove(library)):
        assert steps[0].status is Status.REFUSED and "moved or removed it" in steps[0].reason
    write(film.place, video("another"))
    for steps in (put_back(library, [film]), remove(library)):
        assert steps[0].status is Status.REFUSED and "by hand" in steps[0].reason
    assert Path(os.fsdecode(film.place)).read_bytes() == video("another")


def test_an_archive_carried_to_another_disk_is_known_by_its_bytes(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("no second filesystem to be had here")
    elsewhere = Path("/dev/shm") / f"mediavault-{os.getpid()}-carried"
    request.addfinalizer(lambda: shutil.rmtree(elsewhere, ignore_errors=True))
    library = Library(tmp_path, elsewhere)
    library.fill()
    with library.vault() as vault:
        collect(apply(vault, library.plan()))
    film = video_of(library)
    if not film.content:
        pytest.skip("no second filesystem to be had here")
    os.rename(film.place, film.place + b".away")
    write(film.place, video("film"))
    (step,) = put_back(library, [film])
    assert step.status is Status.DONE and Path(os.fsdecode(library.loser)).read_bytes() == video("film")


def test_purges_only_what_is_old_enough(library: Library) -> None:
    assert remove(library, older_than_s=3600) == []
    steps = remove(library)
    assert {step.status for step in steps} == {Status.DONE}
    assert sum(step.freed for step in steps) == 270_008
    assert archived_states(library) == {State.PURGED, State.MOVED}  # what was offered stays with the keeper
    assert os.listdir(library.archive) == []
    assert {step.path for step in put_back(library, [])} == set()


def archived_states(library: Library) -> set[State]:
    with library.vault() as vault, vault.database.reader() as connection:
        return {moved.state for moved in journal.history(connection)}


def keeper_gone(keeper: bytes) -> None:
    os.rename(keeper, keeper + b".away")


def keeper_changed(keeper: bytes) -> None:
    write(keeper, video("rewritten"))


def keeper_rotten(keeper: bytes) -> None:
    status = os.stat(keeper)
    with open(keeper, "r+b") as file:
        file.seek(99_999)
        file.write(b"rot")
    os.utime(keeper, ns=(status.st_atime_ns, status.st_mtime_ns))


def keeper_unreadable(keeper: bytes) -> None:
    os.remove(keeper)
    os.mkfifo(keeper)


@pytest.mark.parametrize("disturb", [keeper_gone, keeper_changed, keeper_rotten, keeper_unreadable])
def test_nothing_is_purged_without_a_good_copy(library: Library, disturb) -> None:  # type: ignore[no-untyped-def]
    film = video_of(library)
    disturb(film.keeper)
    steps = {step.id: step for step in remove(library)}
    assert steps[film.id].status is Status.REFUSED and os.path.exists(film.place)
    bundle = [each for each in archived(library) if each.bundle == film.bundle and each.op == "archive"]
    assert len(bundle) == 2 and all(os.path.exists(each.place) for each in bundle)


def test_a_keeper_archived_for_a_better_one_hands_over_its_duty(library: Library) -> None:
    film = video_of(library)
    best = write(os.path.join(library.root, b"Best", b"Film.mkv"), video("film"))
    plan = library.plan_of([(b"Best/Film.mkv", b"Better/Film.1080p.mkv")])
    with library.vault() as vault:
        collect(apply(vault, plan))
    assert not os.path.exists(film.keeper)
    steps = {step.id: step for step in remove(library)}
    assert steps[film.id].status is Status.DONE
    assert os.listdir(os.path.dirname(best)) and video("film") == Path(os.fsdecode(best)).read_bytes()
    os.rename(best, best + b".away")
    put_back(library, archived(library))


def test_the_last_copy_in_the_archive_is_never_purged(library: Library) -> None:
    """The keeper went to the archive itself, and what it went for is gone: both stay."""
    write(os.path.join(library.root, b"Best", b"Film.mkv"), video("film"))
    plan = library.plan_of([(b"Best/Film.mkv", b"Better/Film.1080p.mkv")])
    with library.vault() as vault:
        collect(apply(vault, plan))
    os.remove(os.path.join(library.root, b"Best", b"Film.mkv"))
    before = library.contents()
    films = [step for step in remove(library) if b"Film" in step.path and step.path.endswith(b".mkv")]
    assert {step.status for step in films} == {Status.REFUSED} and len(films) == 2
    assert before.keys() - library.contents().keys() <= {  # the other film's copies are equal to its keeper
        digest for digest, paths in before.items() if all(b".mkv" not in path for path in paths)
    }


def test_sidecars_moved_by_a_second_run_still_belong_to_their_video(tmp_path: Path) -> None:
    """The first run was cut off right behind the video."""
    library = Library(tmp_path)
    library.fill()
    plan = library.plan()
    videos = tuple(step for step in plan.steps if step.is_video)
    with library.vault() as vault:
        collect(apply(vault, msgspec.structs.replace(plan, steps=videos)))
        collect(apply(vault, plan))
    film = video_of(library)
    sidecars = {each.origin for each in archived(library) if not each.is_video}
    assert len(sidecars) == 3 and sidecars < {
        each.origin for each in matching(archived(library), str(film.id))
    }
    put_back(library, [film])
    reasons = {step.path: step.reason for step in remove(library) if step.status is Status.REFUSED}
    assert [reason for path, reason in reasons.items() if path.endswith(b"Film.nfo")] == [
        "stays with its video"
    ]


def test_a_sidecar_without_any_video_is_never_purged(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.fill()
    plan = library.plan()
    with library.vault() as vault:
        sidecars = tuple(msgspec.structs.replace(each, owners=()) for each in plan.steps if not each.is_video)
        collect(apply(vault, msgspec.structs.replace(plan, steps=sidecars)))
    assert {step.status for step in remove(library)} == {Status.REFUSED}


def renumbered(path: bytes) -> None:
    """The same file under another inode number, as FAT and FUSE show it after every mount."""
    shutil.copy2(path, path + b".new")
    os.replace(path + b".new", path)


def test_files_that_were_numbered_anew_are_known_again(library: Library) -> None:
    for moved in archived(library):
        renumbered(moved.place)
    assert {step.status for step in put_back(library, archived(library))} == {Status.DONE}
    assert library.contents() == library.before  # type: ignore[attr-defined]


def test_files_that_were_numbered_anew_can_be_purged(library: Library) -> None:
    for moved in archived(library):
        renumbered(moved.place)
    assert [step.status for step in remove(library) if step.path.endswith(b".mkv")] == [Status.DONE] * 2


def test_another_file_of_the_same_size_and_time_is_not_taken_for_it(library: Library) -> None:
    film = video_of(library)
    status = os.stat(film.place)
    another = film.place + b".new"  # beside it first: a number that has come free may be given out again
    write(another, video("another"))
    os.utime(another, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(another, film.place)
    for steps in (put_back(library, [film]), remove(library)):
        step = next(step for step in steps if step.path == film.place)
        assert step.status is Status.REFUSED and "by hand" in step.reason
    assert Path(os.fsdecode(film.place)).read_bytes() == video("another")


def test_what_was_archived_while_the_clock_was_not_set_has_no_age(library: Library) -> None:
    with library.vault() as vault, vault.database.transaction() as transaction:
        transaction.execute("UPDATE moved SET moved_at = 86400")
    assert remove(library, older_than_s=90 * 86400) == [] == remove(library)
    assert {step.status for step in put_back(library, archived(library))} == {Status.DONE}


def test_a_copy_that_is_being_downloaded_anew_answers_for_nothing(library: Library) -> None:
    film = video_of(library)
    mark = write(film.keeper + b".!qB", b"")
    (step,) = (step for step in remove(library) if step.id == film.id)
    assert step.status is Status.REFUSED and "still being downloaded" in step.reason
    os.remove(mark)
    assert next(step for step in remove(library) if step.id == film.id).status is Status.DONE


def test_a_number_given_out_again_hands_over_no_duty(library: Library) -> None:
    """The keeper is gone; another film took its name and its inode's number, and was archived for its like."""
    film = video_of(library)
    os.remove(film.keeper)
    write(film.keeper, video("third", 150_000))
    write(os.path.join(library.root, b"Third", b"Third.mkv"), video("third", 150_000))
    plan = library.plan_of([(b"Third/Third.mkv", b"Better/Film.1080p.mkv")])
    with library.vault() as vault:
        collect(apply(vault, plan))
        with vault.database.transaction() as transaction:
            number = film.keeper_proof.inode
            transaction.execute("UPDATE moved SET inode = ? WHERE origin = ?", (number, film.keeper))
    (step,) = (step for step in remove(library) if step.id == film.id)
    assert step.status is Status.REFUSED and "is gone" in step.reason


def test_a_sidecar_stays_while_its_video_is_back_by_hand(library: Library) -> None:
    film = video_of(library)
    write(film.origin, video("film"))
    steps = {os.path.basename(step.path): step for step in remove(library)}
    assert steps[b"Film.mkv"].status is Status.DONE
    assert steps[b"Film.nfo"].status is Status.REFUSED and "is there again" in steps[b"Film.nfo"].reason
    os.remove(film.origin)
    assert {step.status for step in remove(library)} == {Status.DONE}


def test_folders_that_the_config_speaks_of_stay_though_they_are_empty(tmp_path: Path) -> None:
    """As the inbox that rules empty: whoever fills it must find it."""
    library = Library(tmp_path)
    library.fill()
    inbox = os.path.join(library.root, b"Worse")
    policy = Policy(headless_roots=(os.fsdecode(inbox),))
    with library.vault(msgspec.structs.replace(SETTINGS, policy=policy)) as vault:
        collect(apply(vault, library.plan()))
    assert os.listdir(inbox) == []
    assert not os.path.exists(os.path.join(library.root, HOSTILE)), "others go"
