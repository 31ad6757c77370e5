"""The review's questions, on a real catalogue with groups made by hand."""

from pathlib import Path

import msgspec
import pytest

from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.duplicates import Contained, Doubt
from mediavault_tui.domain.media import EvidenceKind, Kind, ReleaseName
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.titles import Reason
from mediavault_tui.store import groups, library_queries, review_queries
from mediavault_tui.store.database import Connection, Database
from mediavault_tui.store.groups import Choice, FoundGroup, Member
from mediavault_tui.store.review_queries import Reviewed, Sort, View
from mediavault_tui.ui.screens.duplicates.group_pane import side_table


def add_file(connection: Connection, number: int, name: ReleaseName, size: int = 100) -> None:
    connection.execute(
        "INSERT INTO files(id, device, inode, size, mtime_ns, ctime_ns, links, first_seen)"
        " VALUES (?, 1, ?, ?, 0, 0, 1, 0)",
        (number, number, size),
    )
    connection.execute("INSERT OR IGNORE INTO folders(id, path) VALUES (1, CAST('/v' AS BLOB))")
    connection.execute(
        "INSERT INTO names(id, file_id, folder_id, name) VALUES (?, ?, 1, ?)",
        (number, number, b"file-%d.mkv" % number),
    )
    connection.execute(
        "INSERT INTO release_names VALUES (?, ?, ?, ?, ?, ?)",
        (number, name.kind, name.title, name.year, name.season, msgspec.json.encode(name)),
    )


def member(
    file_id: int, rank: int, *, keep: bool, lose: tuple[str, ...] = (), setback: str | None = None
) -> Member:
    reasons = (Reason("resolution", 75, "1080p (1920×1080)"),)
    return Member(file_id, rank, 100 - rank, keep, reasons, setback, lose, 0.0, 1.0, "100:0")


def found(
    members: tuple[Member, ...],
    *,
    kinds: tuple[EvidenceKind, ...] = (EvidenceKind.TITLE,),
    confidence: float = 95,
    verdict: str = "better",
    reclaimable: int = 100,
    needs_review: bool = False,
) -> FoundGroup:
    return FoundGroup(
        kinds, confidence, needs_review, verdict, "12 points ahead", reclaimable, (), (), members, ()
    )


def pair(first: int, second: int, *, lose: tuple[str, ...] = (), **more: object) -> FoundGroup:
    return found((member(first, 1, keep=True), member(second, 2, keep=bool(lose), lose=lose)), **more)  # type: ignore[arg-type]


TITLES = ("Zebra", "apple", "Mango", "Mango", "Kiwi", "Fig")
EXACT, TITLE, CONTENT = EvidenceKind.EXACT, EvidenceKind.TITLE, EvidenceKind.CONTENT


@pytest.fixture
def catalogue(database: Path) -> Database:
    """Six pairs; groups 1–6 hold files (1, 2), (3, 4), …"""
    with Database(database) as opened:
        with opened.transaction() as transaction:
            for number, title in enumerate(TITLES):
                for file_id in (2 * number + 1, 2 * number + 2):
                    add_file(
                        transaction, file_id,
                        ReleaseName(kind=Kind.EPISODE, title=title, season=1, episodes=(9 - number,)),
                    )  # fmt: skip
            made = (
                pair(1, 2, kinds=(EXACT, TITLE), confidence=100, verdict="too_close", reclaimable=10),
                pair(3, 4, confidence=90, reclaimable=60),
                pair(5, 6, confidence=70, reclaimable=50),
                pair(7, 8, kinds=(TITLE, CONTENT), confidence=97, lose=("German audio",), reclaimable=40),
                pair(9, 10, kinds=(CONTENT,), confidence=88, needs_review=True, reclaimable=30),
                pair(11, 12, confidence=92, verdict="all_damaged", reclaimable=20),
            )
            groups.save(transaction, made, (), "1")
        yield opened  # type: ignore[misc]  # pytest unwraps it


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View(), [2, 3, 4, 5, 6, 1]),
        (View(sort=Sort.CONFIDENCE), [1, 4, 6, 2, 5, 3]),
        (View(sort=Sort.TITLE), [2, 6, 5, 4, 3, 1]),
        (View(sort=Sort.NEWEST), [6, 5, 4, 3, 2, 1]),
        (View(kind=EXACT), [1]),
        (View(kind=CONTENT), [4, 5]),
        (View(least=90), [2, 4, 6, 1]),
        (View(below=85), [3]),
        (View(reviewed=Reviewed.DECIDED), []),
        (View(reviewed=Reviewed.OPEN, kind=TITLE, least=92), [4, 6, 1]),
    ],
)
def test_the_list_is_filtered_and_sorted(catalogue: Database, view: View, expected: list[int]) -> None:
    with catalogue.reader() as connection:
        assert review_queries.order(connection, view) == expected


def test_a_decision_moves_a_group_from_open_to_decided_and_a_changed_file_reopens_it(
    catalogue: Database,
) -> None:
    with catalogue.transaction() as transaction:
        groups.decide(transaction, 2, Choice.KEEP_ALL)
    with catalogue.reader() as connection:
        assert review_queries.order(connection, View(reviewed=Reviewed.DECIDED)) == [2]
        assert review_queries.open_groups(connection) == {1, 3, 4, 5, 6}
        assert review_queries.totals(connection) == review_queries.Totals(6, 5, 210, 150)
        row = review_queries.rows(connection, [2])[2]
        assert (row.choice, row.is_open) == (Choice.KEEP_ALL, False)
    with catalogue.transaction() as transaction:
        transaction.execute("UPDATE members SET state = '200:1' WHERE file_id = 4")
    with catalogue.reader() as connection:
        assert review_queries.order(connection, View(reviewed=Reviewed.REOPENED)) == [2]
        assert review_queries.rows(connection, [2])[2].is_open
        assert groups.present(connection, [2])[0].reviewed is False


def test_the_library_and_the_review_mean_the_same_groups_by_open(catalogue: Database) -> None:
    """A group never decided, one decided, one reopened by a changed file, one by a file put back."""
    with catalogue.transaction() as transaction:
        for group_id in (2, 3, 4):
            groups.decide(transaction, group_id, Choice.KEEP_ALL)
        transaction.execute("UPDATE members SET state = '200:1' WHERE file_id = 6")
        transaction.execute("UPDATE decisions SET reopened_why = 'it was put back' WHERE group_id = 4")
    with catalogue.reader() as connection:
        assert review_queries.open_groups(connection) == {1, 3, 4, 5, 6}
        shown = library_queries.files(connection, library_queries.View(status="duplicate"))
    assert {(file_id + 1) // 2 for file_id in shown} == {1, 3, 4, 5, 6}


def test_a_file_that_joins_reopens_a_group_and_one_that_leaves_does_not(catalogue: Database) -> None:
    with catalogue.transaction() as transaction:
        groups.decide(transaction, 2, Choice.KEEP, [3])
        groups.decide(transaction, 3, Choice.KEEP, [5])
        transaction.execute("UPDATE members SET group_id = 2 WHERE file_id = 6")
    with catalogue.reader() as connection:
        assert review_queries.order(connection, View(reviewed=Reviewed.REOPENED)) == [2]
        assert review_queries.order(connection, View(reviewed=Reviewed.DECIDED)) == [3]


def test_rows_say_what_a_line_shows(catalogue: Database) -> None:
    with catalogue.reader() as connection:
        row = review_queries.rows(connection, [4, 99])
    assert list(row) == [4]
    assert (row[4].name.title, row[4].kinds, row[4].files) == ("Mango", (TITLE, CONTENT), 2)
    assert (row[4].confidence, row[4].verdict, row[4].reclaimable) == (97, "better", 40)


def test_a_group_in_full_has_its_files_best_first(catalogue: Database) -> None:
    with catalogue.reader() as connection:
        detail = review_queries.detail(connection, 1)
        assert detail is not None
        assert [file.paths[0] for file in detail.files] == [b"/v/file-1.mkv", b"/v/file-2.mkv"]
        assert review_queries.detail(connection, 99) is None
        assert review_queries.group_of(connection, (1, 2)) == 1
        assert review_queries.group_of(connection, (1, 3)) is None


@pytest.mark.parametrize(("least", "expected"), [(0, [2, 3, 1]), (85, [2, 1]), (100, [1]), (100.5, [])])
def test_only_clear_suggestions_are_accepted_in_bulk(
    catalogue: Database, least: float, expected: list[int]
) -> None:
    with catalogue.reader() as connection:
        assert review_queries.clear(connection, least) == expected


@pytest.mark.parametrize(
    "unclear",
    [
        (member(1, 1, keep=True), member(2, 2, keep=False), member(3, 3, keep=True, lose=("commentary",))),
        (member(1, 1, keep=True, setback="cut short"), member(2, 2, keep=False)),
        (member(1, 1, keep=True), member(2, 2, keep=False, lose=("French subtitles",))),
    ],
)
def test_three_copies_a_faulty_keeper_or_a_loss_are_not_clear(
    database: Path, unclear: tuple[Member, ...]
) -> None:
    with Database(database) as opened:
        with opened.transaction() as transaction:
            for number in (1, 2, 3):
                add_file(transaction, number, ReleaseName(title="Film"))
            groups.save(transaction, [found(unclear)], (), "1")
        with opened.reader() as connection:
            assert review_queries.clear(connection, 0) == []


def test_the_preview_says_exactly_what_a_bulk_does_and_undo_takes_all_of_it_back(catalogue: Database) -> None:
    with catalogue.transaction() as transaction:
        groups.decide(transaction, 6, Choice.KEEP_ALL)
        preview = review_queries.suggestions(transaction, [2, 1])
        assert (preview[2].keeps, preview[2].archives) == (b"/v/file-3.mkv", (b"/v/file-4.mkv",))
        # Group 4 is not clear and must not slip in; 3 was not asked for.
        assert review_queries.accept(transaction, [2, 1, 4], 85) == [2, 1]
    with catalogue.reader() as connection:
        holding = groups.holding(connection)
        assert {group: decision.keepers for group, decision in holding.items()} == {6: (), 2: (3,), 1: (1,)}
    with catalogue.transaction() as transaction:
        assert {decision.group_id for decision in review_queries.undo_last(transaction)} == {1, 2}
        assert [decision.group_id for decision in review_queries.undo_last(transaction)] == [6]
        assert review_queries.undo_last(transaction) == []
    with catalogue.reader() as connection:
        assert review_queries.totals(connection).open == 6


def test_a_later_decision_about_a_bulk_group_is_taken_back_alone(catalogue: Database) -> None:
    with catalogue.transaction() as transaction:
        review_queries.accept(transaction, [2, 1], 85)
        groups.decide(transaction, 2, Choice.KEEP_ALL)
        assert [decision.choice for decision in review_queries.undo_last(transaction)] == [Choice.KEEP_ALL]
        assert groups.holding(transaction)[2].keepers == (3,)


def test_a_group_tells_what_its_files_are_parts_of_and_what_is_a_part_of_them(catalogue: Database) -> None:
    run = (Stretch(0.0, 90.0, 30.0),)
    clip, whole = (
        Contained(5, 1, 90.0, 120.0, 99.0),
        Contained(1, 7, 3700.0, 3820.5, 99.0, (), 3700.0, 1.0, run),
    )
    with catalogue.transaction() as transaction:
        groups.save(transaction, [pair(1, 2)], (), "2", [clip, whole], [Doubt(3, 4, "too little to see")])
    with catalogue.reader() as connection:
        assert groups.contained(connection) == [clip, whole]
        assert groups.contained(connection, [7]) == [whole]
        assert groups.unsure(connection) == [Doubt(3, 4, "too little to see")]
        (group,) = groups.present(connection)
        detail = review_queries.detail(connection, group.id)
    assert detail is not None
    told = [(each.found.part, each.whole, each.place) for each in detail.parts]
    assert told == [(5, b"/v/file-1.mkv", "1:30–2:00"), (1, b"/v/file-7.mkv", "1:01:40–1:03:40")]
    below = ["".join(text for text, _ in line) for line in side_table(detail, 0, Settings()).below]
    assert "Has a part: file-5.mkv is 1:30–2:00 of a" in below
    assert "Part of: a is 1:01:40–1:03:40 of file-7.mkv" in below


def test_what_is_a_part_is_told_until_matching_says_otherwise(catalogue: Database) -> None:
    with catalogue.transaction() as transaction:
        groups.save(transaction, [], (), "2", [Contained(5, 1, 90.0, 120.0, 99.0)], [Doubt(3, 4, "dark")])
        groups.save(transaction, [], (), "3")
    with catalogue.reader() as connection:
        assert groups.contained(connection) == groups.unsure(connection) == []
