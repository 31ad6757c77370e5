"""What was archived, put back or erased, as every list and figure tells it; and wishes that no rule overrules."""

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from mediavault_tui.domain.archive.journal import StepEnded
from mediavault_tui.domain.events import Phase
from mediavault_tui.domain.settings import Archive, Policy, Rule, Scan, Settings
from mediavault_tui.engine.archive.apply import apply
from mediavault_tui.engine.archive.planning import PlanRequest, plan
from mediavault_tui.engine.archive.policy_run import apply_rules
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import (
    catalogue,
    groups,
    journal,
    library_queries,
    migrations,
    moved_files,
    overview,
    review_queries,
)
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection, Database
from mediavault_tui.store.groups import Choice
from mediavault_tui.store.library_queries import View
from mediavault_tui.store.statistics import figures
from tests.builders import put, run, video_bytes
from tests.engine.archive.archive_library import LONG_AGO, collect

PHASES = frozenset(Phase) - {Phase.FINGERPRINT}
SETTINGS = Settings(scan=Scan(jobs=1))


@pytest.fixture
def library(database: Path, root: Path) -> Path:
    """Two films, each twice, byte for byte."""
    for seed, name in ((1, "Alien (1979)"), (2, "Gravity (2013)")):
        for folder in ("A", "B"):
            put(root / folder / f"{name}.mkv", video_bytes(seed=seed), mtime=LONG_AGO)
    run(database, root, phases=PHASES)
    return root


def with_rules(root: Path) -> Settings:
    policy = Policy(rules=(Rule(evidence=("exact",)),), headless_roots=(os.fspath(root),))
    return Settings(scan=Scan(jobs=1), archive=Archive(quiet_minutes=0), policy=policy)


def archive(database: Path, **asked: object) -> list[StepEnded]:
    with Vault(database, SETTINGS) as vault:
        made = asyncio.run(plan(vault, PlanRequest(**asked)))  # type: ignore[arg-type]
        return [event for event in collect(apply(vault, made)) if isinstance(event, StepEnded)]


def put_back(database: Path) -> None:
    with Vault(database, SETTINGS) as vault:
        collect(restore(vault, asyncio.run(vault.read(journal.in_archive))))


def by_path(connection: Connection) -> dict[str, FileRecord]:
    found = catalogue.files(connection, missing=True)
    return {"/".join(os.fsdecode(file.paths[0]).split("/")[-2:]): file for file in found}


def decide_all(database: Path) -> None:
    with Database(database) as opened, opened.transaction() as transaction:
        for group in groups.present(transaction):
            groups.decide(transaction, group.id, Choice.KEEP, [group.found.members[0].file_id])


def test_archived_is_a_state_of_its_own_at_once_and_after_a_scan(database: Path, library: Path) -> None:
    ended = archive(database)
    assert [step.status for step in ended] == ["done", "done"]
    for scanned in (False, True):
        if scanned:
            assert run(database, library, phases=PHASES)[-1].files_missing == 0  # type: ignore[attr-defined]
        with Database(database) as opened, opened.reader() as reader:
            assert sorted(file.status for file in by_path(reader).values()) == [
                "archived",
                "archived",
                "ok",
                "ok",
            ]
            told, seen = figures(reader), overview.overview(reader)
            assert (told.files, told.missing, told.archived) == (2, 0, 2)
            assert seen.kinds == told.by_kind and sum(seen.kinds.values()) == 2
            assert (seen.missing, seen.archived, seen.archived_bytes) == (0, 2, told.archived_bytes)
            assert seen.groups.groups == seen.groups.reclaimable == sum(seen.group_kinds.values()) == 0
            assert groups.present(reader) == [] and review_queries.order(reader, review_queries.View()) == []
            assert len(library_queries.files(reader, View(status="archived"))) == 2
            assert (
                library_queries.files(reader, View(status="missing"))
                == library_queries.files(reader, View(status="duplicate"))
                == []
            )
            lines = library_queries.lines(reader, library_queries.files(reader, View(status="archived")))
            assert {(line.status, line.in_group) for line in lines.values()} == {("archived", False)}
    (library / "A" / "Alien (1979).mkv").unlink()
    run(database, library, phases=PHASES)
    with Database(database) as opened, opened.reader() as reader:
        assert by_path(reader)["A/Alien (1979).mkv"].status == "missing"


@pytest.mark.parametrize("scanned", [False, True])
def test_a_file_that_is_put_back_opens_its_group_again(database: Path, library: Path, scanned: bool) -> None:
    decide_all(database)
    archive(database)
    if scanned:
        run(database, library, phases=PHASES)
    put_back(database)
    with Database(database) as opened, opened.reader() as reader:
        assert {file.status for file in by_path(reader).values()} == {"ok"}
        found = groups.present(reader)
        assert len(found) == 2 and all(group.decision and not group.reviewed for group in found)
        assert all("was put back on" in group.reopened[0] and group.found.reclaimable > 0 for group in found)
        assert (
            len(review_queries.order(reader, review_queries.View(reviewed=review_queries.Reviewed.REOPENED)))
            == 2
        )
        assert review_queries.clear(reader, 0.0) == []
    assert archive(database) == []
    decide_all(database)
    assert [step.status for step in archive(database)] == ["done", "done"]


def test_no_rule_and_no_ranking_takes_what_was_put_back(database: Path, library: Path) -> None:
    rules = with_rules(library)
    for _ in range(2):
        with Vault(database, rules) as vault:
            collect(apply_rules(vault, [os.fsencode(library)]))
            taken = asyncio.run(vault.read(journal.in_archive))
            if taken:
                collect(restore(vault, taken))
        run(database, library, phases=PHASES)
    with Vault(database, rules) as vault:
        assert len(asyncio.run(vault.read(journal.history))) == 2
        for asked in (PlanRequest(), PlanRequest(by_policy=True), PlanRequest(min_confidence=0.0)):
            made = asyncio.run(plan(vault, asked))
            assert made.steps == () and {"put back" in each.reason for each in made.refused} == {True}


def test_what_a_decision_keeps_outlives_its_group(database: Path, library: Path) -> None:
    with Database(database) as opened, opened.transaction() as transaction:
        for group in groups.present(transaction):
            groups.decide(transaction, group.id, Choice.KEEP_ALL)
        transaction.execute("UPDATE groups SET gone_since = 1")
        transaction.execute("DELETE FROM members")
        transaction.execute("UPDATE state SET value = '999' WHERE key = 'changes'")
    run(database, library, phases=PHASES)
    with Vault(database, with_rules(library)) as vault:
        for asked in (PlanRequest(), PlanRequest(by_policy=True)):
            made = asyncio.run(plan(vault, asked))
            assert made.steps == () and {"your decision" in each.reason for each in made.refused} == {True}


def test_another_files_record_does_not_get_the_inode_of_what_is_put_back(
    database: Path, library: Path
) -> None:
    archive(database)
    with Database(database) as opened, opened.reader() as reader:
        gone = {path: file for path, file in by_path(reader).items() if file.status == "archived"}
    path, old = next(iter(gone.items()))
    put(library / path, video_bytes(seed=3), mtime=LONG_AGO)
    run(database, library, phases=PHASES)
    (library / path).unlink()
    run(database, library, phases=PHASES)
    put_back(database)
    with Database(database) as opened, opened.reader() as reader:
        records = {file.id: file for file in catalogue.files(reader, missing=True)}
        assert records[old.id].status == "ok" and records[old.id].inode == (library / path).stat().st_ino
        (other,) = (file for file in records.values() if file.status == "missing")
        assert other.size != old.size and other.inode != records[old.id].inode


def test_an_old_catalogue_learns_from_its_journal_what_is_archived(database: Path, library: Path) -> None:
    decide_all(database)
    archive(database)
    with Vault(database, SETTINGS) as vault:
        collect(restore(vault, asyncio.run(vault.read(journal.in_archive))[:1]))
    script = dict(migrations.scripts())[10]
    updates = "CREATE TEMP TABLE" + script.split("CREATE TEMP TABLE", 1)[1]
    with sqlite3.connect(database) as connection:
        before = connection.execute("SELECT id, gone, put_back_at IS NULL FROM files").fetchall()
        connection.execute("UPDATE files SET gone = NULL, put_back_at = NULL")
        connection.execute("UPDATE decisions SET reopened_why = NULL")
        connection.executescript(updates)
        assert connection.execute("SELECT id, gone, put_back_at IS NULL FROM files").fetchall() == before
        assert connection.execute("SELECT count(reopened_why) FROM decisions").fetchone() == (1,)


def test_what_was_erased_is_told_apart_from_what_is_archived(database: Path, library: Path) -> None:
    archive(database)
    with Database(database) as opened, opened.transaction() as transaction:
        moved = journal.in_archive(transaction)[0]
        moved_files.mark_purged(transaction, moved.origin, journal.origin_inode(transaction, moved.id))
        told = figures(transaction)
        assert (told.archived, told.purged, told.missing) == (1, 1, 0)


@pytest.mark.parametrize("where", ["A", "C"])
def test_what_was_taken_out_of_the_archive_by_hand_is_back_and_stays(
    database: Path, library: Path, where: str
) -> None:
    """With a file manager: where it was, or elsewhere in the library."""
    rules = with_rules(library)
    with Vault(database, rules) as vault:
        collect(apply_rules(vault, [os.fsencode(library)]))
        away = asyncio.run(vault.read(journal.in_archive))
    assert len(away) == 2
    moved = next(each for each in away if b"Alien" in each.place)
    (library / where).mkdir(exist_ok=True)
    back = library / where / "Alien (1979).mkv"
    if back.exists():
        back = library / "B" / "Alien (1979).mkv"
        back.parent.mkdir(exist_ok=True)
    os.rename(moved.place, back)
    events = run(database, library, phases=PHASES)
    assert [event.reason for event in events if isinstance(event, StepEnded)] == ["was put back by hand"]
    with Vault(database, rules) as vault:
        assert [each.id for each in asyncio.run(vault.read(journal.in_archive))] == [
            each.id for each in away if each != moved
        ]
        collect(apply_rules(vault, [os.fsencode(library)]))
    assert back.exists(), "no rule takes it again"
    events = run(database, library, phases=PHASES)
    assert not any(isinstance(event, StepEnded) for event in events)


def test_an_archive_on_a_disk_that_is_away_was_not_emptied_by_hand(database: Path, library: Path) -> None:
    """A copy was made by hand, and the archive is away: it is still in the archive, for all one knows."""
    archive(database)
    with Vault(database, SETTINGS) as vault:
        moved, _ = asyncio.run(vault.read(journal.in_archive))
    os.makedirs(os.path.dirname(moved.origin), exist_ok=True)
    shutil.copy2(moved.place, moved.origin)
    os.rename(moved.archive, moved.archive + b"-away")
    run(database, library, phases=PHASES)
    with Vault(database, SETTINGS) as vault:
        assert len(asyncio.run(vault.read(journal.in_archive))) == 2
