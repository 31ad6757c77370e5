"""The manifest of an archive: a lost catalogue's journal comes back from it, whatever has become of its lines."""

import json
import os
import shutil
from pathlib import Path

import msgspec
import pytest

from mediavault_tui.domain.archive import manifest as archive_manifest
from mediavault_tui.domain.archive.journal import State, Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.engine.archive import link_reversal
from mediavault_tui.engine.archive.apply import carry_out as apply
from mediavault_tui.engine.archive.journal_rebuild import rebuild
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.errors import MoveFailed, RootUnavailable
from mediavault_tui.services.file_ops import atomic_moves, manifest_file
from mediavault_tui.store import journal
from tests.engine.archive.archive_library import HOSTILE, Library, collect, video, write


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    made.fill()
    return made


def carry_out(library: Library, op: Op = Op.ARCHIVE) -> list[StepEnded]:
    plan = library.plan(op)
    with library.vault() as vault:
        return [event for event in collect(apply(vault, plan)) if isinstance(event, StepEnded)]


def lose_catalogue(library: Library) -> None:
    shutil.rmtree(library.database.parent)


def learn(library: Library, *roots: bytes) -> list[StepEnded]:
    with library.vault() as vault:
        found = collect(rebuild(vault, library.archive, roots))
    return [event for event in found if isinstance(event, StepEnded)]


def put_all_back(library: Library) -> list[StepEnded]:
    with library.vault() as vault:
        with vault.database.reader() as connection:
            files = journal.in_archive(connection)
        return [event for event in collect(restore(vault, files)) if isinstance(event, StepEnded)]


@pytest.mark.parametrize("op", [Op.ARCHIVE, Op.HARDLINK])
def test_everything_comes_back_without_the_catalogue(library: Library, op: Op) -> None:
    before = library.contents()
    os.setxattr(library.loser, "user.comment", b"mine")
    carry_out(library, op)
    lose_catalogue(library)
    learned = learn(library)
    assert learned and {event.status for event in learned} == {Status.DONE}
    assert {event.status for event in put_all_back(library)} == {Status.DONE}
    after = library.contents()
    videos = {path for paths in before.values() for path in paths if path.endswith(b".mkv")}
    assert videos <= {path for paths in after.values() for path in paths}
    assert after.keys() >= before.keys()
    assert os.getxattr(library.loser, "user.comment") == b"mine"


def test_folders_are_no_more_open_for_a_lost_catalogue(library: Library) -> None:
    home = os.path.dirname(library.loser)
    os.chmod(home, 0o700)
    carry_out(library)
    assert not os.path.exists(home)
    lose_catalogue(library)
    learn(library)
    put_all_back(library)
    assert os.stat(home).st_mode & 0o777 == 0o700


def test_learning_twice_changes_nothing(library: Library) -> None:
    carry_out(library)
    assert learn(library) == [], "the journal knows it all"
    lose_catalogue(library)
    assert learn(library) and learn(library) == []


def test_an_archive_that_was_moved_is_learned_where_it_is(library: Library) -> None:
    carry_out(library)
    lose_catalogue(library)
    os.rename(library.archive, library.archive + b" moved")
    library.archive += b" moved"
    assert {event.status for event in learn(library)} == {Status.DONE}
    assert {event.status for event in put_all_back(library)} == {Status.DONE}
    assert Path(os.fsdecode(library.loser)).read_bytes() == video("film")


def test_long_paths_are_known_by_the_manifest_alone(library: Library) -> None:
    missing = 3850 - len(library.root + b"/Deep.mkv")
    deep = library.root + (b"/" + b"d" * 200) * (missing // 201) + b"/" + b"e" * max(1, missing % 201 - 1)
    os.makedirs(library.root + b"/keep", exist_ok=True)
    keeper = write(library.root + b"/keep/Deep.mkv", video("deep"))
    loser = write(deep + b"/Deep.mkv", video("deep"))
    plan = library.plan_of([(os.path.relpath(keeper, library.root), os.path.relpath(loser, library.root))])
    assert b"/long-paths/" in plan.steps[0].to
    with library.vault() as vault:
        collect(apply(vault, plan))
    lose_catalogue(library)
    learn(library)
    assert {event.status for event in put_all_back(library)} == {Status.DONE}
    assert atomic_moves.look(loser) is not None


def test_lines_that_say_nothing_are_named_and_the_rest_counts(library: Library) -> None:
    carry_out(library)
    lose_catalogue(library)
    path = Path(os.fsdecode(manifest_file.path_in(library.archive)))
    whole = path.read_bytes().splitlines(keepends=True)
    evil = json.loads(next(line for line in whole if b'"moved": {' in line))
    odd = [
        b"\xff\xfe\n", b"[" * 5000 + b"\n", b"{}\n", b"null\n", b'{"version": 1, "at": 1, "state": "moved"}\n',
        json.dumps(evil | {"place": "../../etc/passwd"}).encode() + b"\n",
        json.dumps(evil | {"place": "/etc/passwd"}).encode() + b"\n",
        json.dumps(evil | {"version": 9}).encode() + b"\n",
        json.dumps(evil | {"moved": evil["moved"] | {"origin": "Li4vLi4vZXRj"}}).encode() + b"\n",
        b"x" * (archive_manifest.LONGEST + 5) + b"\n",
    ]  # fmt: skip
    path.write_bytes(b"".join([*odd, *whole]) + whole[0][:50])
    learned = learn(library)
    assert len([event for event in learned if event.status is Status.FAILED]) == len(odd) + 1
    assert all("line " in event.reason for event in learned if event.status is Status.FAILED)
    assert any(HOSTILE in event.path for event in learned if event.status is Status.DONE)
    assert {event.status for event in put_all_back(library)} == {Status.DONE}


def test_files_go_back_below_the_folders_of_the_config_only(library: Library) -> None:
    carry_out(library)
    lose_catalogue(library)
    assert {event.status for event in learn(library, b"/somewhere/else")} == {Status.REFUSED}
    assert {event.status for event in learn(library, library.root)} == {Status.DONE}


def test_what_is_not_there_any_more_is_said(library: Library) -> None:
    (first, *_) = carry_out(library)
    lose_catalogue(library)
    os.unlink(first.to)
    assert [event.path for event in learn(library) if event.status is Status.REFUSED] == [first.path]


def test_a_line_after_one_that_was_cut_off_is_a_line_of_its_own(library: Library) -> None:
    carry_out(library)
    path = Path(os.fsdecode(manifest_file.path_in(library.archive)))
    with path.open("ab") as file:
        file.write(b'{"version": 1, "at')
    manifest_file.append(library.archive, path.read_bytes().splitlines(keepends=True)[0])
    entries, problems = archive_manifest.read(manifest_file.lines(library.archive), library.archive)
    assert entries and len(problems) == 1


def test_nothing_is_moved_that_cannot_be_noted(library: Library) -> None:
    os.makedirs(library.archive, exist_ok=True)
    os.symlink("/dev/null", manifest_file.path_in(library.archive))
    before = library.contents()
    steps = carry_out(library)
    assert Status.DONE not in {event.status for event in steps} and library.contents() == before
    assert any("the archive cannot note it" in event.reason for event in steps)


def test_a_full_disk_leaves_no_half_line(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out(library)
    before = Path(os.fsdecode(manifest_file.path_in(library.archive))).read_bytes()
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:10]))
    with pytest.raises(MoveFailed):
        manifest_file.append(library.archive, b"x" * 100 + b"\n")
    monkeypatch.undo()
    assert Path(os.fsdecode(manifest_file.path_in(library.archive))).read_bytes() == before


def test_a_folder_without_a_manifest_is_no_archive(library: Library) -> None:
    with pytest.raises(RootUnavailable):
        learn(library)


def test_the_manifest_tells_what_became_of_each_file_and_ends_with_the_last(library: Library) -> None:
    carry_out(library)
    assert os.stat(manifest_file.path_in(library.archive)).st_mode & 0o077 == 0
    with library.vault() as vault:
        with vault.database.reader() as connection:
            first, *_, last = journal.in_archive(connection)
        collect(restore(vault, [first]))
        lines = [json.loads(line) for line in manifest_file.lines(library.archive)]
        states = [line["state"] for line in lines if line["origin"] == os.fsdecode(first.origin)]
        assert states == [State.MOVING, State.MOVED, State.RESTORED]
        assert os.fsdecode(last.origin) in {line["origin"] for line in lines}
    put_all_back(library)
    assert os.listdir(library.archive) == []


def test_a_folder_that_was_renamed_with_its_archive_finds_its_files_again(tmp_path: Path) -> None:
    """As a disk that is mounted elsewhere; with the old catalogue, or none."""
    for lost in (False, True):
        library = Library(tmp_path / str(lost))
        library.archive = library.near = os.path.join(library.root, b".mediavault-archive")
        library.fill()
        before = {path: digest for digest, paths in library.contents().items() for path in paths}
        carry_out(library)
        if lost:
            lose_catalogue(library)
        old, new = library.root, library.root + b"-2"
        os.rename(old, new)
        library.archive = os.path.join(new, b".mediavault-archive")
        assert {event.status for event in learn(library, new)} == {Status.DONE}
        ended = put_all_back(library)
        assert {event.status for event in ended if event.path.startswith(library.archive)} == {Status.DONE}
        library.root, library.near = new, library.archive
        after = {path: digest for digest, paths in library.contents().items() for path in paths}
        videos = {
            path.replace(old, new, 1): digest for path, digest in before.items() if path.endswith(b".mkv")
        }
        assert videos.items() <= after.items()


def test_a_superuser_takes_no_rights_from_another_users_manifest(library: Library) -> None:
    if os.geteuid() != 0:
        pytest.skip("only a superuser can be led to give what is not his")
    carry_out(library)
    lose_catalogue(library)
    path = os.fsdecode(manifest_file.path_in(library.archive))
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    for line in lines:
        if line["moved"]:
            line["moved"] |= {"uid": 4711, "mode": 0o777, "attributes": {"security.capability": "AAAA"}}
    Path(path).write_text("".join(json.dumps(line) + "\n" for line in lines))
    os.chown(library.archive, 1234, 1234)
    os.chown(path, 1234, 1234)
    assert {event.status for event in learn(library)} == {Status.REFUSED}
    assert {event.status for event in learn(library, library.root)} == {Status.DONE}
    with library.vault() as vault, vault.database.reader() as connection:
        for moved in journal.in_archive(connection):
            assert (moved.uid, moved.mode, moved.attributes) == (0, 0o644, None)


def test_no_capabilities_are_given_to_what_is_a_copy(library: Library) -> None:
    carry_out(library)
    with library.vault() as vault, vault.database.reader() as connection:
        moved = journal.in_archive(connection)[0]
    noted = msgspec.structs.replace(moved, attributes={"security.capability": b"x", "user.note": b"y"})
    assert link_reversal.attributes_of(noted).attributes == {"user.note": b"y"}
