"""Catalogues, configs and keys of the release before go on working.

`tests/data/catalogue_0.1.sql` is a catalogue that release 0.1 wrote: eight videos in four groups, one of them
archived, one archived and restored, two told apart, and a ninth that is gone.
"""

import sqlite3
from pathlib import Path

import pytest

from mediavault_tui import config
from mediavault_tui.domain.archive.journal import State
from mediavault_tui.domain.settings import Settings
from mediavault_tui.store import catalogue, fingerprints, groups, journal
from mediavault_tui.store.database import Database
from mediavault_tui.store.groups import Choice
from mediavault_tui.ui import actions

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def old(database: Path) -> Path:
    connection = sqlite3.connect(database)
    connection.executescript((DATA / "catalogue_0.1.sql").read_text())
    connection.close()
    return database


def test_every_file_is_still_there_with_what_was_known_of_it(old: Path) -> None:
    with Database(old) as opened, opened.reader() as connection:
        files = {
            file.paths[0].rpartition(b"/")[2]: file for file in catalogue.files(connection, missing=True)
        }
        assert len(files) == 9
        gamma = files[b"Gamma.2012.720p.mkv"]
        assert (gamma.status, gamma.name.title, gamma.name.year) == ("ok", "Gamma", 2012)
        assert files[b"Old.1999.mkv"].status == "missing"
        assert len(list(fingerprints.with_fingerprint(connection))) == 9


def test_decisions_and_the_journal_hold(old: Path) -> None:
    with Database(old) as opened, opened.reader() as connection:
        decisions = {decision.choice for decision in groups.holding(connection).values()}
        assert decisions == {Choice.KEEP, Choice.NOT_DUPLICATES}
        assert len(groups.marked_different(connection)) == 1
        assert [moved.origin.rpartition(b"/")[2] for moved in journal.in_archive(connection)] == [
            b"Alpha.2010.480p.mkv"
        ]
        states = [moved.state for moved in journal.history(connection)]
        assert sorted(states) == sorted([State.MOVED, State.RESTORED, State.RESTORED])


def test_a_copy_from_before_the_migration_is_kept(old: Path) -> None:
    with Database(old):
        pass
    copy = sqlite3.connect(f"{old}.schema6.bak")
    assert copy.execute("SELECT max(number) FROM migrations").fetchone() == (6,)
    assert copy.execute("SELECT count(*) FROM files").fetchone() == (9,)


def test_an_old_catalogue_gets_the_shape_of_a_new_one(old: Path, tmp_path: Path) -> None:
    def shape(path: Path) -> set[tuple[str, str, str]]:
        with Database(path) as opened, opened.reader() as connection:
            rows = connection.execute(
                "SELECT m.name, c.name, c.type FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c"
                " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
            )
            return {(table, column, kind) for table, column, kind in rows}

    assert shape(old) == shape(tmp_path / "new.db")


def test_the_config_of_the_release_before_means_what_it_meant() -> None:
    # Its values are the defaults of then; what it does not name has the defaults of today.
    loaded = config.load(DATA / "config_0.1.yaml", required=True, env={})
    assert loaded.match == Settings().match
    assert loaded.archive.grace_days == 90


def test_actions_keep_their_names() -> None:
    # Those that the help screen of release 0.1 lists: people may have given them other keys.
    named = (DATA / "keys_0.1.txt").read_text().split()
    assert [action for action in named if action not in actions.BY_ID] == []
