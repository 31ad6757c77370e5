"""Walking real folders into the catalogue: what stays the same file, what is new, what is gone."""

import os
import shutil
import socket
from pathlib import Path

import msgspec
import pytest
from builders import HASHED, WALK, finished, of_kind, put, records, run, sparse, video_bytes, walk

from mediavault_tui.domain.events import FileNoted, FileSkipped, RootOffline
from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.engine.indexing import walk as indexing_walk
from mediavault_tui.services import filesystem
from mediavault_tui.services.filesystem import RootIdentity
from mediavault_tui.store import library_queries, stages
from mediavault_tui.store.database import Database
from mediavault_tui.store.library_queries import View


def counts(database: Path, root: Path) -> tuple[int, int, int, int]:
    """(found, new, updated, missing)"""
    done = walk(database, root)
    return done.files_found, done.files_new, done.files_updated, done.files_missing


def with_settings(**scan: object) -> Settings:
    return Settings(scan=msgspec.structs.replace(Scan(jobs=1), **scan))


# --- what is taken in ---------------------------------------------------------------------------------


def test_videos_are_found_whatever_the_case_of_their_ending(database: Path, root: Path) -> None:
    wanted = ["a.mkv", "B.MP4", "c.Avi", "d.m2ts", "deep/er/still/e.vob", "f.ogv", "g.3gp", ".hidden.mkv"]
    for name in [*wanted, "x.txt", "y.mkv.part", "z", "mkv", "w.nfo", "v.jpg", "e.srt"]:
        put(root / name)
    walk(database, root)
    assert set(records(database)) == {os.path.basename(name) for name in wanted}


def test_extra_endings_and_ignored_names_come_from_the_settings(database: Path, root: Path) -> None:
    for name in ["a.rmvb", "b.DIVX", "c.mkv", "skip/d.mkv", "@eaDir/e.mkv", "note.mkv"]:
        put(root / name)
    settings = with_settings(extra_extensions=(".rmvb", "divx"), ignore=("sk*", "@eaDir", "not?.mkv"))
    walk(database, root, settings=settings)
    assert set(records(database)) == {"a.rmvb", "b.DIVX", "c.mkv"}


def test_system_folders_are_passed_over_by_default(database: Path, root: Path) -> None:
    for name in [
        "@eaDir/a.mkv/SYNOVIDEO.mkv",
        "#recycle/b.mkv",
        ".Trash-1000/files/c.mkv",
        "._d.mkv",
        "e.mkv",
    ]:
        put(root / name)
    walk(database, root)
    assert set(records(database)) == {"e.mkv"}


def test_fifo_socket_device_and_links_are_no_videos(database: Path, root: Path) -> None:
    put(root / "real.mkv")
    os.mkfifo(root / "fifo.mkv")
    (root / "link.mkv").symlink_to(root / "real.mkv")
    (root / "nowhere.mkv").symlink_to(root / "gone.mkv")
    (root / "device.mkv").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(os.path.relpath(root / "socket.mkv"))
        (root / "folder.mkv").mkdir()
        if os.geteuid() == 0:
            os.mknod(root / "null.mkv", 0o600 | 0o020000, os.makedev(1, 3))
        events = run(database, root)
    assert finished(events).files_found == 1
    assert not of_kind(events, FileSkipped)
    assert set(records(database)) == {"real.mkv"}


@pytest.mark.parametrize("follow", [False, True])
def test_links_to_folders_never_lead_in_circles_or_count_twice(
    database: Path, root: Path, follow: bool
) -> None:
    put(root / "show/a.mkv")
    put(root.parent / "elsewhere/b.mkv")
    (root / "show/again").symlink_to(root)
    (root / "show/self").symlink_to(".")
    (root / "twice").symlink_to(root / "show")
    (root / "out").symlink_to(root.parent / "elsewhere")
    (root / "round").symlink_to("round")
    done = walk(database, root, settings=with_settings(follow_symlinks=follow))
    assert done.files_found == (2 if follow else 1)
    again = walk(database, root, settings=with_settings(follow_symlinks=follow))
    assert (again.files_found, again.files_new, again.files_missing) == (done.files_found, 0, 0)


def test_hard_links_are_one_file_with_several_names(database: Path, root: Path) -> None:
    first = put(root / "films/a.mkv")
    (root / "torrents").mkdir()
    os.link(first, root / "torrents/b.mkv")
    assert counts(database, root) == (1, 1, 0, 0)
    (record,) = records(database).values()
    assert record.links == 2
    assert {os.path.basename(path) for path in record.paths} == {b"a.mkv", b"b.mkv"}
    assert counts(database, root) == (1, 0, 0, 0)


def test_losing_one_of_two_names_loses_no_file(database: Path, root: Path) -> None:
    first = put(root / "a.mkv")
    os.link(first, root / "b.mkv")
    walk(database, root)
    first.unlink()
    assert counts(database, root) == (1, 0, 0, 0)
    (record,) = records(database).values()
    assert (record.links, record.status) == (1, "ok")
    assert record.paths == (os.fsencode(root / "b.mkv"),)


def test_a_hard_link_made_later_is_another_name(database: Path, root: Path) -> None:
    first = put(root / "a.mkv")
    walk(database, root)
    os.link(first, root / "later.mkv")
    assert counts(database, root) == (1, 0, 0, 0)
    (record,) = records(database).values()
    assert len(record.paths) == 2


def test_nested_roots_are_walked_once(database: Path, root: Path) -> None:
    put(root / "a.mkv")
    put(root / "inner/b.mkv")
    done = walk(database, [root, root / "inner", root / "inner/..", root])
    assert (done.files_found, done.files_new) == (2, 2)


# --- the same file ------------------------------------------------------------------------------------


def identity(database: Path, name: str) -> tuple[int, bytes | None]:
    record = records(database)[name]
    return record.id, record.content_hash


def test_a_renamed_file_keeps_what_is_known_of_it(database: Path, root: Path) -> None:
    put(root / "old/a.mkv", b"same" * 100)
    put(root / "b.mkv", b"same" * 100)
    run(database, root, phases=HASHED)
    known = identity(database, "a.mkv")
    assert known[1] is not None
    (root / "new").mkdir()
    (root / "old/a.mkv").rename(root / "new/better name.mkv")
    events = run(database, root, phases=HASHED)
    done = finished(events)
    assert (done.files_found, done.files_new, done.files_updated, done.files_missing) == (2, 0, 0, 0)
    assert done.bytes_read == 0
    assert identity(database, "better name.mkv") == known
    assert "a.mkv" not in records(database, missing=True)


def test_a_renamed_folder_keeps_its_files(database: Path, root: Path) -> None:
    for number in range(20):
        put(root / f"Show/Season 1/{number:02d}.mkv", bytes([number]))
    walk(database, root)
    known = {name: record.id for name, record in records(database).items()}
    (root / "Show").rename(root / "The Show (2005)")
    assert counts(database, root) == (20, 0, 0, 0)
    assert {name: record.id for name, record in records(database).items()} == known


def test_names_swapped_between_two_files_follow_the_files(database: Path, root: Path) -> None:
    put(root / "a.mkv", b"one", mtime=1e9)
    put(root / "b.mkv", b"other", mtime=1e9 + 5)
    walk(database, root)
    a, b = (identity(database, name)[0] for name in ("a.mkv", "b.mkv"))
    (root / "a.mkv").rename(root / "x")
    (root / "b.mkv").rename(root / "a.mkv")
    (root / "x").rename(root / "b.mkv")
    assert counts(database, root) == (2, 0, 0, 0)
    assert (identity(database, "a.mkv")[0], identity(database, "b.mkv")[0]) == (b, a)


def test_a_replaced_file_is_another_file(database: Path, root: Path) -> None:
    put(root / "a.mkv", b"the first release")
    put(root / "keep.mkv", b"x")
    walk(database, root)
    old = identity(database, "a.mkv")[0]
    better = put(root.parent / "better.mkv", b"the second, longer release")
    better.replace(root / "a.mkv")
    done = walk(database, root)
    assert done.files_found == 2
    assert done.files_new + done.files_updated == 1
    new = records(database)["a.mkv"]
    assert new.size == 26
    if done.files_new:
        assert new.id != old


def test_a_file_written_to_is_read_again(database: Path, root: Path) -> None:
    put(root / "a.mkv", b"same" * 100)
    put(root / "b.mkv", b"same" * 100)
    run(database, root, phases=HASHED)
    assert identity(database, "a.mkv")[1] == identity(database, "b.mkv")[1] is not None
    with open(root / "a.mkv", "r+b") as file:
        file.write(b"other")
    os.utime(root / "a.mkv", ns=(1, 1))
    done = finished(run(database, root, phases=HASHED))
    assert (done.files_new, done.files_updated) == (0, 1)
    assert identity(database, "a.mkv")[1] != identity(database, "b.mkv")[1]


def test_a_file_that_is_gone_is_kept_as_missing_and_known_when_it_comes_back(
    database: Path, root: Path
) -> None:
    put(root / "a.mkv", b"same" * 100)
    put(root / "b.mkv", b"same" * 100)
    run(database, root, phases=HASHED)
    known = identity(database, "a.mkv")
    (root / "a.mkv").rename(root.parent / "aside")
    assert counts(database, root) == (1, 0, 0, 1)
    assert "a.mkv" not in records(database)
    assert records(database, missing=True)["a.mkv"].status == "missing"
    (root.parent / "aside").rename(root / "a.mkv")
    assert counts(database, root) == (2, 0, 0, 0)
    assert identity(database, "a.mkv") == known


def test_a_file_put_back_from_a_backup_is_known_though_its_inode_is_new(database: Path, root: Path) -> None:
    original = put(root / "a.mkv", b"same" * 100)
    put(root / "b.mkv", b"same" * 100)
    run(database, root, phases=HASHED)
    known = identity(database, "a.mkv")
    shutil.copy2(original, root.parent / "backup")
    original.unlink()
    sparse(root.parent / "in the way of the inode", 1)
    walk(database, root)
    shutil.copy2(root.parent / "backup", original)
    assert counts(database, root) == (2, 0, 0, 0)
    assert identity(database, "a.mkv") == known


def test_a_clock_going_backwards_loses_nothing(
    database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / "a.mkv", mtime=4e9)  # from the future, too
    put(root / "b.mkv", mtime=-1e6)
    run(database, root, phases=HASHED)
    monkeypatch.setattr(indexing_walk.time, "time", lambda: 1000.0)
    (root / "b.mkv").rename(root / "c.mkv")
    assert counts(database, root) == (2, 0, 0, 0)
    (root / "a.mkv").unlink()
    assert counts(database, root) == (1, 0, 0, 1)
    put(root / "a.mkv", mtime=4e9)
    assert counts(database, root)[3] == 0


# --- what cannot be looked at ---------------------------------------------------------------------------


def test_a_missing_root_is_offline_and_its_files_stay(database: Path, root: Path) -> None:
    put(root / "a.mkv")
    walk(database, root)
    root.rename(root.parent / "unplugged")
    events = run(database, root)
    assert [event.path for event in of_kind(events, RootOffline)] == [os.fsencode(root)]
    assert finished(events).roots_offline == (os.fsencode(root),)
    assert finished(events).files_missing == 0
    assert records(database)["a.mkv"].status == "offline"
    (root.parent / "unplugged").rename(root)
    assert counts(database, root) == (1, 0, 0, 0)
    assert records(database)["a.mkv"].status == "ok"


def test_a_root_that_is_empty_where_it_had_files_is_offline(database: Path, root: Path) -> None:
    put(root / "a.mkv")
    walk(database, root)
    root.rename(root.parent / "disk")
    root.mkdir()
    (event,) = of_kind(run(database, root), RootOffline)
    assert "empty" in event.reason
    assert records(database)["a.mkv"].status == "offline"


def test_a_new_empty_root_is_fine(database: Path, root: Path) -> None:
    assert counts(database, root) == (0, 0, 0, 0)
    put(root / "a.mkv")
    assert counts(database, root) == (1, 1, 0, 0)


def test_a_root_that_is_a_file_is_offline(database: Path, root: Path) -> None:
    (event,) = of_kind(run(database, put(root / "a.mkv")), RootOffline)
    assert "not a folder" in event.reason


def _on_device(monkeypatch: pytest.MonkeyPatch, device: int, filesystem_id: int) -> None:
    monkeypatch.setattr(filesystem, "identify", lambda _: RootIdentity(device, filesystem_id))


def test_a_root_on_another_device_is_offline_until_told_otherwise(
    database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / "a.mkv", b"the film")
    walk(database, root)
    root.rename(root.parent / "disk")
    put(root / "other.mkv", b"another disk's film, mounted in its place")
    with monkeypatch.context() as patched:
        _on_device(patched, 12345, 999)
        (event,) = of_kind(run(database, root), RootOffline)
        assert "another device" in event.reason
        assert set(records(database)) == {"a.mkv"}
        done = walk(database, root, accept_new_device=True)
    assert (done.files_new, done.files_missing) == (1, 1)


def test_a_renumbered_device_with_the_same_files_is_the_same_root(
    database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / "a.mkv", b"same" * 100)
    put(root / "b.mkv", b"same" * 100)
    run(database, root, phases=HASHED)
    known = identity(database, "a.mkv")
    _on_device(monkeypatch, 12345, 999)
    done = finished(run(database, root, phases=HASHED))
    assert done.roots_offline == ()
    assert (done.files_new, done.files_missing, done.bytes_read) == (0, 0, 0)
    assert identity(database, "a.mkv") == known


def test_one_of_two_roots_may_be_offline(database: Path, root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    put(root / "a.mkv")
    put(other / "b.mkv")
    walk(database, [root, other])
    shutil.rmtree(other)
    put(root / "new.mkv")
    done = walk(database, [root, other])
    assert (done.files_found, done.files_new, done.roots_offline) == (2, 1, (os.fsencode(other),))
    assert records(database)["b.mkv"].status == "offline"


def test_a_folder_without_permission_is_skipped_and_keeps_its_files(
    database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / "locked/deeper/a.mkv")
    put(root / "locked/b.mkv")
    put(root / "c.mkv")
    walk(database, root)
    real = os.scandir

    def refuse(path: bytes) -> object:  # root, whom tests may run as, would be let in
        if path.endswith(b"/locked"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(filesystem.os, "scandir", refuse)
    events = run(database, root, phases=WALK)
    skipped = of_kind(events, FileSkipped)
    assert [(event.path, event.reason) for event in skipped] == [
        (os.fsencode(root / "locked"), "Permission denied")
    ]
    assert finished(events).files_missing == 0
    assert {record.status for record in records(database).values()} == {"ok"}
    assert len(records(database)) == 3


def test_a_folder_that_vanishes_while_walked_is_reported_not_fatal(
    database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        put(root / name / "x.mkv", name.encode())
    real = filesystem._list

    def list_and_remove(path: bytes, rules: filesystem.WalkRules) -> object:
        if path.endswith(b"/a"):
            shutil.rmtree(root / "b")
        return real(path, rules)

    monkeypatch.setattr(filesystem, "_list", list_and_remove)
    events = run(database, root, phases=frozenset({indexing_walk.Phase.WALK}))
    assert finished(events).files_found == 2
    assert [event.reason for event in of_kind(events, FileSkipped)] == ["No such file or directory"]


def test_a_file_that_vanishes_before_it_is_hashed_is_skipped(
    database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / "a.mkv", b"same" * 100)
    put(root / "b.mkv", b"same" * 100)
    run(database, root, phases=frozenset({indexing_walk.Phase.WALK}))
    (root / "a.mkv").unlink()
    events = run(database, root, phases=frozenset({indexing_walk.Phase.HASH}))
    (skipped,) = of_kind(events, FileSkipped)
    assert skipped.path == os.fsencode(root / "a.mkv")
    assert records(database)["a.mkv"].content_hash is None


def test_a_file_that_grows_between_walk_and_hash_is_not_believed(database: Path, root: Path) -> None:
    put(root / "a.mkv", b"same" * 100)
    put(root / "b.mkv", b"same" * 100)
    run(database, root, phases=frozenset({indexing_walk.Phase.WALK}))
    with open(root / "a.mkv", "ab") as file:
        file.write(b"more")
    events = run(database, root, phases=frozenset({indexing_walk.Phase.HASH}))
    assert ["changed" in event.reason for event in of_kind(events, FileSkipped)] == [True]
    assert records(database)["a.mkv"].content_hash is None
    assert finished(run(database, root, phases=HASHED)).files_updated == 1


# --- bins, running downloads, far dates, several ways to one file -----------------------------------------


@pytest.mark.parametrize(
    "name", [".recycle.bin", "#Recycle", "$recycle.bin", "_UNPACK_film", "Incomplete", ".ZFS", "found.001"]
)
def test_bins_and_unfinished_downloads_are_passed_over_whatever_their_case(
    database: Path, root: Path, name: str
) -> None:
    put(root / name / "a.mkv")
    put(root / "b.mkv")
    walk(database, root)
    assert set(records(database)) == {"b.mkv"}


def test_a_bin_named_as_a_root_is_scanned_also_beside_the_root_around_it(database: Path, root: Path) -> None:
    put(root / "a.mkv")
    put(root / "incomplete" / "b.mkv")
    for _ in range(2):
        walk(database, [root, root / "incomplete"])
        found = records(database)
        assert set(found) == {"a.mkv", "b.mkv"}
        assert found["b.mkv"].transient is not None
    walk(database, root)
    assert set(records(database)) == {"a.mkv", "b.mkv"}


def test_a_running_download_is_known_until_its_mark_is_gone(database: Path, root: Path) -> None:
    put(root / "a.mkv")
    mark = put(root / "a.mkv.aria2")
    (note,) = of_kind(run(database, root, phases=WALK), FileNoted)
    assert "still being downloaded" in note.reason
    assert records(database)["a.mkv"].transient is not None
    assert of_kind(run(database, root, phases=WALK), FileNoted) == []
    mark.unlink()
    walk(database, root)
    assert records(database)["a.mkv"].transient is None


@pytest.mark.parametrize("year", [1500, 1969, 2300, 2400])
def test_a_far_date_is_noted_once_and_ends_nothing(database: Path, root: Path, year: int) -> None:
    seconds = int((year - 1970) * 365.2425 * 86400)
    put(root / "far.mkv", video_bytes())
    put(root / "near.mkv", video_bytes(seed=2))
    os.utime(root / "far.mkv", ns=(10**18, seconds * 10**9 + 5))
    if abs((root / "far.mkv").stat().st_mtime - seconds) > 2:
        pytest.skip("this filesystem does not know such dates")
    told = of_kind(run(database, root), FileNoted)
    assert len(told) == (year in (1500, 2300, 2400))
    found = records(database)
    assert {name: file.status for name, file in found.items()} == {"far.mkv": "ok", "near.mkv": "ok"}
    assert found["far.mkv"].info.video is not None
    done = run(database, root)
    assert of_kind(done, FileNoted) == [] and finished(done).files_updated == 0
    assert abs((root / "far.mkv").stat().st_mtime - seconds) < 2


def test_a_file_is_offline_only_if_all_its_names_are(database: Path, tmp_path: Path) -> None:
    library, downloads = tmp_path / "library", tmp_path / "downloads"
    put(downloads / "a.download.mkv")
    put(downloads / "b.mkv")
    library.mkdir()
    os.link(downloads / "a.download.mkv", library / "a.mkv")
    walk(database, [downloads, library])
    shutil.move(downloads, tmp_path / "elsewhere")
    downloads.mkdir()
    walk(database, [downloads, library])
    found = records(database)
    assert {name: file.status for name, file in found.items()} == {"a.mkv": "ok", "b.mkv": "offline"}
    with Database(database) as opened, opened.reader() as reader:
        for status, name in (("ok", b"a.mkv"), ("offline", b"b.mkv")):
            (number,) = library_queries.files(reader, View(status=status))
            assert library_queries.lines(reader, [number])[number].path.endswith(b"/" + name)
        assert {line.status for line in library_queries.lines(reader, [1, 2]).values()} == {"ok", "offline"}
        assert os.fsencode(library / "a.mkv") in {
            pending.path for pending in stages.pending(reader, "mediainfo", 0, 9)
        }


def test_an_archive_of_another_catalogue_is_no_part_of_the_library(database: Path, root: Path) -> None:
    put(root / "Film.mkv", video_bytes())
    put(root / "Old/2030-01-01/Film.mkv", video_bytes())
    put(root / "Old/.mediavault-manifest.jsonl", b"{}\n")
    assert walk(database, root).files_found == 1
    assert walk(database, root / "Old").files_found == 1, "unless somebody means just that"
