"""Apply asks again what planning asked: what has changed since, and what no plan of this catalogue can say."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mediavault_tui.domain.archive.journal import Status, StepEnded
from mediavault_tui.domain.archive.plan import Plan, UnsafePlan
from mediavault_tui.domain.archive.plan_request import PlanRequest
from mediavault_tui.domain.archive.serialization import from_json, to_json
from mediavault_tui.domain.events import Phase
from mediavault_tui.domain.settings import Archive, Policy, Rule, Scan, Settings
from mediavault_tui.engine.archive.apply import apply
from mediavault_tui.engine.archive.planning import plan
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import PlanRefused
from mediavault_tui.services import machine
from mediavault_tui.store import groups
from mediavault_tui.store.groups import Choice
from tests.builders import put, run, video_bytes
from tests.engine.archive.archive_library import LONG_AGO, collect

SETTINGS = Settings(scan=Scan(jobs=1), archive=Archive(reserve_mb=0))
RULES = msgspec.structs.replace(SETTINGS, policy=Policy(rules=(Rule(evidence=("exact",)),)))
LOSERS = ("B/Show.Name.S01E01.mkv", "C/show name 1x01.mkv")


class Scanned:
    """A library that is only looked at: every test has a catalogue of its own."""

    def __init__(self, root: Path, database: Path) -> None:
        self.root, self.database = root, database

    def plan(self, settings: Settings = SETTINGS, **asked: Any) -> Plan:
        with Vault(self.database, settings) as vault:
            return asyncio.run(plan(vault, PlanRequest(**asked)))

    def try_out(self, made: Plan, settings: Settings = SETTINGS) -> dict[str, str]:
        """Path below the root → why the step is refused; empty where it would be done."""
        with Vault(self.database, settings) as vault:
            ended = [
                each for each in collect(apply(vault, made, dry_run=True)) if isinstance(each, StepEnded)
            ]
        root = os.fsencode(self.root) + b"/"
        return {
            os.fsdecode(each.path.removeprefix(root)): each.reason if each.status is Status.REFUSED else ""
            for each in ended
        }

    def execute(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement, values)

    def decide(self, choice: Choice, keep: str = "") -> int:
        with Vault(self.database, SETTINGS) as vault, vault.database.transaction() as transaction:
            (group,) = groups.present(transaction)
            rows = transaction.execute(
                "SELECT file_id FROM names JOIN folders ON folders.id = folder_id WHERE folders.path = ?",
                (os.fsencode(self.root / keep),),
            )
            return groups.decide(transaction, group.id, choice, [row[0] for row in rows])

    def tables(self) -> list[str]:
        with closing(sqlite3.connect(self.database)) as connection:
            return list(connection.iterdump())


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    base = tmp_path_factory.mktemp("reasking")
    root, database = base / "videos", base / "catalogue.db"
    put(root / "A/Show.Name.S01E01.mkv", video_bytes(seed=1), mtime=LONG_AGO)
    for name in LOSERS:
        put(root / name, video_bytes(seed=1), mtime=LONG_AGO)
        put((root / name).with_suffix(".nfo"), b"<episodedetails/>", mtime=LONG_AGO)
    run(database, root, phases=frozenset(Phase) - {Phase.FINGERPRINT})
    return Scanned(root, database)


@pytest.fixture
def library(original: Scanned, tmp_path: Path) -> Iterator[Scanned]:
    database = tmp_path / "copy.db"
    shutil.copy(original.database, database)
    yield Scanned(original.root, database)


def test_what_nobody_has_changed_is_done_also_from_a_copy_of_the_catalogue(
    original: Scanned, library: Scanned
) -> None:
    made = from_json(to_json(original.plan()))
    assert {step.path.rpartition(b".")[2] for step in made.steps} == {b"mkv", b"nfo"}
    assert set(library.try_out(made).values()) == {""}


def _keep_all(library: Scanned) -> None:
    library.decide(Choice.KEEP_ALL)


def _not_duplicates(library: Scanned) -> None:
    library.decide(Choice.NOT_DUPLICATES)


def _keep_the_other(library: Scanned) -> None:
    library.decide(Choice.KEEP, "B")


def _group_gone(library: Scanned) -> None:
    library.execute("UPDATE groups SET gone_since = 1")


def _veto(library: Scanned) -> None:
    library.execute(
        "INSERT INTO vetoes SELECT min(a.file_id, b.file_id), max(a.file_id, b.file_id), 'title', 'another cut'"
        " FROM members a JOIN members b ON a.rank = 1 AND b.rank > 1"
    )


def _unsure(library: Scanned) -> None:
    library.execute("UPDATE groups SET confidence = 12")


def _not_hashed(library: Scanned) -> None:
    library.execute("UPDATE hashes SET content = NULL")


def _damaged(library: Scanned) -> None:
    library.execute("UPDATE media SET damage = 'ends early'")


def _decision_reopened(library: Scanned) -> None:
    library.decide(Choice.KEEP, "A")
    library.execute("UPDATE members SET state = state || 'x'")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_keep_all, "you decided since to keep all copies"),
        (_not_duplicates, "not a duplicate"),
        (_keep_the_other, "you decided since to keep it"),
        (_group_gone, "its group is not there any more"),
        (_veto, "another cut"),
        (_unsure, "12 % sure now"),
        (_not_hashed, "would lose sound of unknown language"),
        (_damaged, "damaged"),
        (_decision_reopened, "has to be taken again"),
    ],
    ids=lambda each: each.__name__.strip("_") if callable(each) else "",
)
def test_what_has_changed_since_is_refused_with_its_reason(
    library: Scanned, change: Callable[[Scanned], None], reason: str
) -> None:
    made = library.plan()
    change(library)
    found = library.try_out(made)
    assert reason in found[LOSERS[0]]
    assert all(found.values()), "no step stands, nor a sidecar alone"


def test_folders_protected_since_and_rules_changed_since_are_honoured(library: Scanned) -> None:
    protecting = msgspec.structs.replace(SETTINGS, archive=Archive(protected=(str(library.root / "B"),)))
    found = library.try_out(library.plan(), protecting)
    assert "protected" in found[LOSERS[0]] and found[LOSERS[1]] == ""
    by_rule = library.plan(RULES, by_policy=True)
    assert set(library.try_out(by_rule, RULES).values()) == {""}
    assert library.try_out(by_rule)[LOSERS[0]] == "no rule fits"
    library.decide(Choice.KEEP_ALL)
    assert "keep all" in library.try_out(by_rule, RULES)[LOSERS[0]]


def test_a_decision_taken_back_takes_its_steps_with_it(library: Scanned) -> None:
    number = library.decide(Choice.KEEP, "A")
    made = library.plan()
    with Vault(library.database, SETTINGS) as vault, vault.database.transaction() as transaction:
        groups.undo(transaction, number)
    assert "took the decision back" in library.try_out(made)[LOSERS[0]]
    library.decide(Choice.KEEP, "A")
    assert set(library.try_out(made).values()) == {""}


def test_a_decision_taken_meanwhile_holds_for_what_is_left(library: Scanned) -> None:
    made = library.plan()

    async def job() -> list[StepEnded]:
        ended = []
        with Vault(library.database, SETTINGS) as vault:
            async for event in apply(vault, made, dry_run=True):
                if not ended:
                    await asyncio.to_thread(library.decide, Choice.KEEP_ALL)
                if isinstance(event, StepEnded):
                    ended.append(event)
        return ended

    first, *_, last = asyncio.run(job())
    assert first.status is Status.DONE and "keep all" in last.reason


Tree = dict[str, Any]


def _other_file(tree: Tree, root: str) -> None:
    tree["steps"][0]["path"] = f"{root}/A/unknown.txt"


def _other_keeper(tree: Tree, root: str) -> None:
    step = tree["steps"][0]
    other = next(each for each in tree["steps"] if each["is_video"] and each["path"] != step["path"])
    step["keeper"] = {"path": other["path"], "proof": other["proof"]}
    step["keepers"] = [step["keeper"]]
    tree["steps"] = [step]


def _less_proof(tree: Tree, root: str) -> None:
    for step in tree["steps"]:
        step["exact_proof"] = "sample"


def _ownerless(tree: Tree, root: str) -> None:
    for step in tree["steps"]:
        step["owners"] = []


def _other_proof(tree: Tree, root: str) -> None:
    tree["steps"][0]["proof"]["size"] += 1


def _torn(tree: Tree, root: str) -> None:
    for step in tree["steps"]:
        step["bundle"] = 1


@pytest.mark.parametrize("edit", [_other_file, _other_keeper, _less_proof, _ownerless, _other_proof, _torn])
def test_an_edited_step_is_refused(library: Scanned, edit: Callable[[Tree, str], None]) -> None:
    tree = to_json(library.plan())
    edit(tree, os.fspath(library.root))
    assert any(library.try_out(from_json(tree)).values())


def _to_another_place(tree: Tree, root: str) -> None:
    tree["steps"][0]["to"] = f"{root}/elsewhere.mkv"


def _to_another_archive(tree: Tree, root: str) -> None:
    tree["steps"][0] |= {"to": "/tmp/evil/elsewhere.mkv", "archive": "/tmp/evil"}


def _up_and_out(tree: Tree, root: str) -> None:
    tree["steps"][0]["path"] = f"{root}/B/../../outside.mkv"


def _doubled(tree: Tree, root: str) -> None:
    tree["steps"][0]["to"] = tree["steps"][0]["to"].replace("/B/", "//B/")


def _outside(tree: Tree, root: str) -> None:
    tree["steps"][0] |= {"path": "/tmp/outside.mkv", "root": "/tmp"}


def _through_a_link(tree: Tree, root: str) -> None:
    if not os.path.lexists(f"{root}/link"):
        os.symlink(f"{root}/B", f"{root}/link")
    tree["steps"][0]["path"] = f"{root}/link/{LOSERS[0][2:]}"


def _another_catalogue(tree: Tree, root: str) -> None:
    tree["catalogue"] = "0" * 32


@pytest.mark.parametrize(
    "edit",
    [
        _to_another_place,
        _to_another_archive,
        _up_and_out,
        _doubled,
        _outside,
        _through_a_link,
        _another_catalogue,
    ],
)
def test_a_plan_that_leads_elsewhere_is_refused_as_a_whole(
    library: Scanned, edit: Callable[[Tree, str], None]
) -> None:
    tree = to_json(library.plan())
    edit(tree, os.fspath(library.root))
    with pytest.raises((UnsafePlan, PlanRefused)):
        library.try_out(from_json(tree))


def test_another_machine_refuses_the_plan_and_names_its_own(
    library: Scanned, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = library.plan()
    monkeypatch.setattr(machine, "_known_by", lambda: "another")
    with pytest.raises(PlanRefused, match=f"another machine, {machine.name()}"):
        library.try_out(made)


def test_dry_runs_change_nothing(library: Scanned) -> None:
    before = library.tables()
    made = library.plan(accept_new_device=True)
    assert made.steps and set(library.try_out(made).values()) == {""}
    assert library.tables() == before
