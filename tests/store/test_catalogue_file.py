"""The catalogue as a file: transactions, migrations, and everything that can be wrong with it."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from mediavault_tui.errors import AlreadyRunning, StoreError
from mediavault_tui.store import database as opening
from mediavault_tui.store import migrations
from mediavault_tui.store.database import Database


def roots(database: Database) -> list[bytes]:
    with database.reader() as connection:
        return [row[0] for row in connection.execute("SELECT path FROM roots ORDER BY path")]


def add_root(connection: sqlite3.Connection, path: bytes) -> None:
    connection.execute("INSERT INTO roots(path, device, filesystem) VALUES (?, 1, 1)", (path,))


# --- transactions -----------------------------------------------------------------------------------


def test_a_transaction_is_there_as_a_whole_or_not_at_all(database: Path) -> None:
    with Database(database) as opened:
        with opened.transaction() as transaction:
            add_root(transaction, b"/a")
        with pytest.raises(KeyboardInterrupt), opened.transaction() as transaction:
            add_root(transaction, b"/b")
            raise KeyboardInterrupt
        with opened.transaction() as transaction:
            add_root(transaction, b"/c")
        assert roots(opened) == [b"/a", b"/c"]


def test_a_reader_sees_one_state_and_cannot_write(database: Path) -> None:
    with Database(database) as opened, opened.reader() as connection:
        assert connection.execute("SELECT count(*) FROM roots").fetchone() == (0,)
        with opened.transaction() as transaction:
            add_root(transaction, b"/a")
        assert connection.execute("SELECT count(*) FROM roots").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            add_root(connection, b"/b")


def test_wrong_sql_is_a_bug_and_stays_loud(database: Path) -> None:
    with Database(database) as opened:
        with pytest.raises(sqlite3.OperationalError), opened.transaction() as transaction:
            transaction.execute("SELECT * FROM no_such_table")
        with pytest.raises(sqlite3.IntegrityError), opened.transaction() as transaction:
            add_root(transaction, b"/a")
            add_root(transaction, b"/a")


def test_what_a_caller_does_meanwhile_is_not_blamed_on_the_catalogue(database: Path) -> None:
    with Database(database) as opened, pytest.raises(BrokenPipeError), opened.reader():
        raise BrokenPipeError


def test_names_that_mean_something_to_sqlite_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "100% #1?mode=memory&x.db"
    Database(path).close()
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != "own"] == [path.name]


# --- migrations -------------------------------------------------------------------------------------


def shape(path: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        return sorted(
            connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        )


@pytest.mark.parametrize("count", range(1, len(migrations.scripts()) + 1))
def test_every_earlier_shape_grows_into_the_present_one(tmp_path: Path, count: int) -> None:
    number, newest = migrations.scripts()[count - 1][0], migrations.scripts()[-1][0]
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    connection = sqlite3.connect(old, isolation_level=None)
    migrations.version(connection)
    for have, script in migrations.scripts()[:count]:
        connection.executescript(f"{script}\nINSERT INTO migrations(number) VALUES ({have})")
    add_root(connection, b"/a")
    connection.close()
    Database(new).close()
    with Database(old) as opened:
        assert roots(opened) == [b"/a"]
        with opened.reader() as reader:
            assert migrations.version(reader) == newest
    assert shape(old) == shape(new)
    backup = tmp_path / f"old.db.schema{number}.bak"
    assert backup.exists() == (number < newest)
    if backup.exists():
        with sqlite3.connect(backup) as copy:
            assert copy.execute("SELECT path FROM roots").fetchall() == [(b"/a",)]
            assert copy.execute("SELECT max(number) FROM migrations").fetchone() == (number,)


def test_a_migration_that_fails_leaves_the_catalogue_as_it_was(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database(database).close()
    before = shape(database)
    scripts = migrations.scripts()
    broken = (scripts[-1][0] + 1, "CREATE TABLE half(done) STRICT;\nCREATE TABLE roots(x);")
    monkeypatch.setattr(migrations, "scripts", lambda: [*scripts, broken])
    with pytest.raises(sqlite3.OperationalError):
        Database(database)
    assert shape(database) == before


def test_no_two_migrations_have_one_number() -> None:
    numbers = [number for number, _ in migrations.scripts()]
    assert sorted(set(numbers)) == numbers


def test_a_migration_that_was_passed_over_is_applied_too(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = migrations.scripts()
    late, newest = (scripts[-1][0] + number for number in (1, 2))
    monkeypatch.setattr(
        migrations, "scripts", lambda: [*scripts, (newest, "CREATE TABLE newest(x INTEGER) STRICT;")]
    )
    Database(database).close()
    with_late = [*scripts, (late, "CREATE TABLE late(x INTEGER) STRICT;"), (newest, "SELECT 1;")]
    monkeypatch.setattr(migrations, "scripts", lambda: with_late)
    Database(database).close()
    assert "late" in dict(shape(database))


def test_a_newer_catalogue_is_refused_and_left_alone(database: Path) -> None:
    Database(database).close()
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO migrations(number) VALUES (999)")
    with pytest.raises(StoreError, match="newer MediaVault") as caught:
        Database(database)
    assert "Update" in caught.value.remedy


# --- what is no catalogue -----------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_refused_and_left_alone(database: Path) -> None:
    database.write_bytes(b"my holiday pictures\n" * 1000)
    with pytest.raises(StoreError) as caught:
        Database(database)
    assert "no MediaVault catalogue" in caught.value.remedy
    assert database.read_bytes() == b"my holiday pictures\n" * 1000


def test_another_programs_database_is_refused_and_left_alone(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE bookmarks(url)")
    with pytest.raises(StoreError, match="no MediaVault catalogue"):
        Database(database)
    assert shape(database) == [("bookmarks", "CREATE TABLE bookmarks(url)")]


def test_a_damaged_catalogue_says_what_to_do(database: Path) -> None:
    with Database(database) as opened, opened.transaction() as transaction:
        for number in range(2000):
            add_root(transaction, b"/%d" % number)
    with open(database, "r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096 * 20))
    with pytest.raises(StoreError) as caught, Database(database) as opened:
        roots(opened)
    assert "restore it from a copy" in caught.value.remedy


def test_a_place_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        Database(tmp_path / "file" / "catalogue.db")
    assert "--db" in caught.value.remedy
    with pytest.raises(StoreError):
        Database(tmp_path)


def test_reading_needs_a_catalogue(database: Path) -> None:
    with pytest.raises(StoreError, match="there is no catalogue") as caught, opening.reading(database):
        pass
    assert "mediavault scan" in caught.value.remedy
    assert not database.exists()


# --- one at a time --------------------------------------------------------------------------------------

HOLD = """
import sys; from pathlib import Path; from mediavault_tui.store.database import exclusive
with exclusive(Path(sys.argv[1]), "a scan is"):
    print("held", flush=True); sys.stdin.read()
"""


def test_only_one_job_holds_the_catalogue(database: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(AlreadyRunning) as caught, opening.exclusive(database, "another is"):
        pass
    expected = rf"a scan is already running since 20\d\d-.* \(pid {holder.pid}\)"
    assert re.search(expected, caught.value.message)
    holder.kill()
    holder.communicate()
    with opening.exclusive(database, "another is"):
        pass
    with opening.exclusive(database, "and again is"):
        pass
