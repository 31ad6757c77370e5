"""The library's questions to the catalogue: filters, sorts, tree, search."""

import random
from pathlib import Path
from sqlite3 import Connection

import pytest
from catalogues import FILES, fill

from mediavault_tui.domain import quality
from mediavault_tui.domain.media import VideoTrack
from mediavault_tui.store import library_queries, overview, search, ui_state
from mediavault_tui.store.database import Database
from mediavault_tui.store.library_queries import Season, Sort, Title, View

RED_DWARF = Title("episode", "Red Dwarf", None)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(tmp_path / "catalogue.db")
    with made.transaction() as transaction:
        fill(transaction)
        while search.waiting(transaction):
            search.index_some(transaction, 0, 4)
    return made


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (View(), set(range(1, 12))),
        (View(kind="movie"), {8, 9, 10, 11}),
        (View(resolution="4K"), {8, 10}),
        (View(resolution="SD"), {9}),
        (View(codec="HEVC"), {7, 8, 10}),
        (View(hdr="any"), {8, 10}),
        (View(hdr="HDR10"), {8, 10}),
        (View(hdr="Dolby Vision"), {10}),
        (View(hdr="none"), {1, 2, 3, 4, 5, 6, 7, 9, 11}),
        (View(language="de"), {7}),
        (View(status="damaged"), {9}),
        (View(status="ok", kind="movie"), {8, 10, 11}),
        (View(status="missing"), set()),
        (View(status="offline"), set()),
        (View(text="amelie"), {8}),
        (View(text="AMÉLIE 2001"), {8}),
        (View(text="red dwarf e02"), {2, 5}),
        (View(text="downloads"), {7}),
        (View(text="e"), set(range(1, 12))),
        (View(text="%"), set()),
        (View(text="' OR 1"), set()),
        (View(text="\udcff"), set()),
    ],
)
def test_views(database: Database, view: View, found: set[int]) -> None:
    with database.reader() as connection:
        assert set(library_queries.files(connection, view)) == found
        assert set(library_queries.first_found(connection, view, 100)) == found
        assert {
            file
            for title in library_queries.titles(connection, view)
            for file in below(connection, title, view)
        } == found


def below(connection: Connection, title: Title, view: View) -> list[int]:
    found = library_queries.files_below(connection, title, view)
    assert library_queries.sum_below(connection, title, view).files == len(found)
    return found


def test_offline_roots(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute("UPDATE roots SET offline_reason = 'not mounted'")
    with database.reader() as connection:
        assert len(library_queries.files(connection, View(status="offline"))) == len(FILES)
        assert library_queries.files(connection, View(status="ok")) == []
        assert library_queries.lines(connection, [1])[1].status == "offline"


def test_sorts(database: Database) -> None:
    with database.reader() as connection:
        assert library_queries.files(connection, View(sort=Sort.SIZE, descending=True)) == list(
            range(11, 0, -1)
        )
        assert library_queries.files(connection, View(sort=Sort.TITLE, kind="movie")) == [11, 8, 9, 10]
        assert library_queries.titles(connection, View(sort=Sort.SIZE, descending=True))[0] == RED_DWARF


def test_tree(database: Database) -> None:
    with database.reader() as connection:
        assert library_queries.titles(connection, View())[-1] == RED_DWARF
        assert library_queries.seasons(connection, RED_DWARF, View()) == [
            Season("Red Dwarf", 1),
            Season("Red Dwarf", 2),
        ]
        assert library_queries.files_below(connection, Season("Red Dwarf", 1), View()) == [1, 7, 2, 3]
        assert library_queries.sum_below(connection, RED_DWARF, View()).seasons == 2
        assert [
            title.year for title in library_queries.titles(connection, View()) if title.title == "Dune"
        ] == [
            1984,
            2021,
        ]


def test_a_name_read_again_is_searched_by_its_new_title(database: Database) -> None:
    with database.transaction() as transaction:
        row = transaction.execute("SELECT * FROM release_names WHERE name_id = 9").fetchone()
        value = row[5].replace(b"Dune", b"Sand")
        transaction.execute(
            "INSERT OR REPLACE INTO release_names VALUES (9, 'movie', 'Sand', 1984, NULL, ?)", (value,)
        )
        assert search.waiting(transaction)
        assert search.index_some(transaction, 0, 100) is None
        assert not search.waiting(transaction)
        assert library_queries.files(transaction, View(text="sand")) == [9]


def test_tiers_are_those_of_the_domain(database: Database) -> None:
    rng = random.Random(1)
    frames = [(rng.randint(100, 4200), rng.randint(100, 2400)) for _ in range(2000)]
    frames += [
        (3840, 1600),
        (1920, 800),
        (1916, 796),
        (1280, 536),
        (720, 576),
        (704, 396),
        (656, 480),
        (1080, 1920),
    ]
    with database.reader() as connection:
        for width, height in frames:
            said = connection.execute(
                f"SELECT {library_queries.TIER} FROM (SELECT ? AS width, ? AS height)", (width, height)
            )
            assert said.fetchone()[0] == quality.tier(VideoTrack("H.264", width, height)), (width, height)


@pytest.mark.parametrize("field", ["kind", "resolution", "codec", "container", "hdr", "language", "status"])
def test_every_value_offered_can_be_filtered_by(database: Database, field: str) -> None:
    with database.reader() as connection:
        for value, count in library_queries.facet(connection, field):
            found = library_queries.files(connection, View(**{field: value}))
            assert count is None or len(found) == count, value


def test_overview_adds_up(database: Database) -> None:
    with database.reader() as connection:
        known = overview.overview(connection)
    assert known.files == len(FILES)
    assert known.bytes == sum(range(1, 12)) * 10**9
    assert known.damaged == 1
    assert known.kinds == {"episode": 7, "movie": 4}
    assert sum(known.tiers.values()) == len(FILES)
    assert known.decades == {"2020s": 1, "2000s": 2, "1980s": 1}
    assert known.roots[0].files == len(FILES)


def test_places(database: Database) -> None:
    with database.transaction() as transaction:
        ui_state.save(transaction, {"library": {"cursor": 3}, "screen": "library"})
        ui_state.save(transaction, {"screen": "scanner"})
        assert ui_state.load(transaction) == {"library": {"cursor": 3}, "screen": "scanner"}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Amélie_2001.MKV", "amelie 2001 mkv"),
        ("GRÖßE", "grosse"),
        ("Ōkami", "okami"),
        ("日本", "日本"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert search.fold(text) == folded
