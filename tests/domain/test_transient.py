"""Which places are no lasting ones, whatever the case of their names, and which only look like it."""

import pytest

from mediavault_tui.domain.transient import FOLDERS, being_written, is_hidden, of_all, transient

ROOTS = [b"/data"]
BINS = """.Recycle.Bin .recycle .Trashes .Trash .Trash-1000 $RECYCLE.BIN #recycle @Recycle RECYCLER RECYCLED
    .deletedByTMM .stversions .sync ~snapshot .snapshot .snapshots #snapshot @Recently-Snapshot .zfs .ckpt @tmp
    .incomplete incomplete _UNPACK_Film.2010 _FAILED_Film found.000 found.017 lost+found .git .svn
    .stfolder .stfolder.removed-2023
    __MACOSX .AppleDouble .DocumentRevisions-V100 .Spotlight-V100 .fseventsd @eaDir .@__thumb .nextcloudsync.log
    .rsync-partial .~tmp~ .unionfs-fuse .unwanted .dropbox.cache Film.mkv.download Film.mkv.!qB""".split()


@pytest.mark.parametrize(
    "name", [*BINS, "Network Trash Folder", "Temporary Items", "System Volume Information"]
)
def test_nothing_in_a_bin_lasts_whatever_the_case_and_the_root(name: str) -> None:
    for spelled in (name, name.upper(), name.lower(), name.swapcase()):
        for path in (f"/data/{spelled}/Film.mkv", f"/data/Films/{spelled}/1000/files/Film.mkv"):
            found = transient(path.encode(), ROOTS)
            assert found is not None and not found.by_choice, path
    found = transient(f"/data/{name}/Film.mkv".encode(), [b"/data", f"/data/{name}".encode()])
    assert found is not None and not found.by_choice


@pytest.mark.parametrize(
    "path",
    [
        "/data/Film (2010)/Film.mkv",
        "/data/Trash Humpers (2009)/Trash Humpers.mkv",
        "/data/Snapshot (2020)/Snapshot.mkv",
        "/data/Incomplete (2012)/x.mkv",
        "/data/The Unwanted (2014)/x.mkv",
        "/data/...And Justice for All (1979)/x.mkv",
        "/data/.45 (2006)/.45 (2006).mkv",
        "/data/Git (2010)/x.mkv",
        "/data/Recycled Life (2006)/x.mkv",
        "/data/tmp/x.mkv",
        "/data/#Alive (2020)/#Alive.mkv",
        "/data/@Suicide Room/x.mkv",
    ],
)
def test_titles_that_only_look_like_it_are_lasting(path: str) -> None:
    assert transient(path.encode(), ROOTS) is None


@pytest.mark.parametrize(
    ("path", "roots", "by_choice"),
    [
        (b"/data/.films/x.mkv", [b"/data"], True),
        (b"/data/.films/x.mkv", [b"/data", b"/data/.films"], None),
        (b"/home/.media/Films/x.mkv", [b"/home/.media"], None),
        (b"/home/.media/.old/x.mkv", [b"/home/.media"], True),
        (b"/data/Films/.x.mkv", [b"/data"], True),
        (b"/data/Films/.trashed-1699999999-x.mkv", [b"/data"], False),
        (b"/data/Films/._x.mkv", [b"/data"], False),
        (b"/mnt/incomplete/x.mkv", [b"/mnt/incomplete"], False),
        (b"/data/\xff/x.mkv", [b"/"], None),
        (b"/.films/x.mkv", [b"/"], True),
    ],
)
def test_hidden_places_count_below_the_root_that_was_named(
    path: bytes, roots: list[bytes], by_choice: bool | None
) -> None:
    found = transient(path, roots)
    assert (found.by_choice if found else None) is by_choice


def test_one_lasting_name_is_enough() -> None:
    assert of_all([b"/data/#recycle/x.mkv", b"/data/Films/x.mkv"], ROOTS) is None
    assert of_all([b"/data/#recycle/x.mkv"], ROOTS) is not None


@pytest.mark.parametrize("mark", ["film.mkv.aria2", "Film.mkv.!qB", "Film.mkv.part", "FILM.MKV.crdownload"])
def test_a_running_download_is_known_by_what_lies_beside_it(mark: str) -> None:
    assert being_written([b"Film.mkv", b"Other.mkv"], [mark.encode(), b"x.part"]) == {
        b"Film.mkv": mark.encode()
    }


def test_names_beside_it_that_mean_nothing() -> None:
    assert (
        being_written([b"Film.mkv"], [b"Film.part", b"Film.mkv.srt", b"Film.mkv", b"Another Film.mkv.part"])
        == {}
    )


def test_hidden_is_what_begins_with_one_dot() -> None:
    assert [name for name in FOLDERS if name.startswith(".") and not is_hidden(name)] == []
