"""From a scanned library to a plan: decisions, ranking, rules, and what lies on the disk."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mediavault_tui.domain.archive.journal import Status, StepEnded
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import Plan
from mediavault_tui.domain.events import Phase
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Archive, Policy, Rule, Scan, Settings
from mediavault_tui.engine.archive import plan_inputs
from mediavault_tui.engine.archive.apply import apply
from mediavault_tui.engine.archive.planning import PlanRequest, plan
from mediavault_tui.engine.archive.policy_run import apply_rules
from mediavault_tui.engine.archive.purge import purge, purgeable
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import catalogue, groups
from mediavault_tui.store.groups import Choice
from tests.builders import put, run, video_bytes
from tests.engine.archive.archive_library import LONG_AGO, collect

PHASES = frozenset(Phase) - {Phase.FINGERPRINT}
RULES = (Rule(evidence=("exact",)),)


@pytest.fixture
def library(database: Path, root: Path) -> Path:
    """The same episode three times over, byte for byte, and one alone."""
    for name in ("A/Show.Name.S01E01.mkv", "B/Show.Name.S01E01.mkv", "C/show name 1x01.mkv"):
        put(root / name, video_bytes(seed=1), mtime=LONG_AGO)
    put(root / "A/Show.Name.S01E02.mkv", video_bytes(seed=2), mtime=LONG_AGO)
    run(database, root, phases=PHASES)
    return root


def settings(**archive: Any) -> Settings:
    return Settings(scan=Scan(jobs=1), archive=Archive(**archive))


def ask(database: Path, chosen: Settings | None = None, **asked: Any) -> Plan:
    with Vault(database, chosen or settings()) as vault:
        return asyncio.run(plan(vault, PlanRequest(**asked)))


def decide(database: Path, choice: Choice, places: Sequence[int] = (), **options: bool) -> None:
    """About the one group; `places` are those of the keepers in the ranking."""
    with Vault(database, settings()) as vault, vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        keepers = [group.found.members[place].file_id for place in places]
        groups.decide(transaction, group.id, choice, keepers, **options)


def going(made: Plan) -> set[str]:
    return {os.fsdecode(step.path).split("/")[-2] for step in made.steps}


def test_without_a_decision_the_best_stays(database: Path, library: Path) -> None:
    made = ask(database)
    assert len(made.steps) == 2 and made.refused == ()
    assert {step.proven_by for step in made.steps} == {EvidenceKind.EXACT}
    assert made.reclaimable_bytes == 2 * len(video_bytes(seed=1))
    archive = os.fsencode(library / ".mediavault-archive")
    assert all(step.to.startswith(archive + b"/20") for step in made.steps)


def test_what_the_user_decided_counts(database: Path, library: Path) -> None:
    everything = going(ask(database)) | {"A", "B", "C"}
    decide(database, Choice.KEEP, [0, 1])
    assert len(going(ask(database))) == 1
    decide(database, Choice.KEEP, [2])
    assert len(going(ask(database))) == 2 and going(ask(database)) < everything
    decide(database, Choice.KEEP_ALL)
    assert ask(database).steps == ask(database).refused == ()
    decide(database, Choice.NOT_DUPLICATES)
    assert ask(database).steps == ()


def test_a_decision_about_files_that_changed_since_has_to_be_taken_again(
    database: Path, library: Path
) -> None:
    decide(database, Choice.KEEP, [0])
    put(library / "D/Show.Name.S01E01.mkv", video_bytes(seed=1), mtime=LONG_AGO)
    run(database, library, phases=PHASES)
    made = ask(database)
    assert made.steps == () and "taken again" in made.refused[0].reason


def test_asks_narrow_the_plan(database: Path, library: Path) -> None:
    assert ask(database, kinds=frozenset({EvidenceKind.CONTENT})).steps == ()
    assert ask(database, groups=(4711,)).steps == ()
    with Vault(database, settings()) as vault, vault.database.reader() as connection:
        (group,) = groups.present(connection)
    assert len(ask(database, groups=(group.id,)).steps) == 2
    assert len(ask(database, min_confidence=100.0).steps) == 2


def test_names_of_one_file_under_several_roots_each_go_to_the_archive_of_their_own(
    database: Path, tmp_path: Path
) -> None:
    """As where downloads are linked into the library, and both are scanned."""
    downloads, films = tmp_path / "downloads", tmp_path / "films"
    worse = put(downloads / "Show.Name.S01E01.mkv", video_bytes(seed=1), mtime=LONG_AGO)
    put(downloads / "Show.Name.S01E01.nfo", b"<a/>", mtime=LONG_AGO)
    link = films / "zz" / "Show Name 1x01.mkv"
    link.parent.mkdir(parents=True)
    link.hardlink_to(worse)
    put(films / "zz" / "Show Name 1x01.de.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", mtime=LONG_AGO)
    better = put(films / "a" / "Show.Name.S01E01.mkv", video_bytes(seed=1), mtime=LONG_AGO)
    run(database, [downloads, films], phases=PHASES)
    decide_for(database, better)
    chosen = settings(quiet_minutes=0, offer_sidecars=False)
    with Vault(database, chosen) as vault:
        made = asyncio.run(plan(vault, PlanRequest()))
        assert {os.fsdecode(step.path): os.fsdecode(step.archive) for step in made.steps} == {
            f"{worse}": f"{downloads}/.mediavault-archive",
            f"{worse.with_suffix('.nfo')}": f"{downloads}/.mediavault-archive",
            f"{link}": f"{films}/.mediavault-archive",
            f"{link.with_suffix('.de.srt')}": f"{films}/.mediavault-archive",
        }
        ended = [each for each in collect(apply(vault, made)) if isinstance(each, StepEnded)]
    assert {each.status for each in ended} == {Status.DONE}
    assert not worse.exists() and not link.exists() and better.exists()


def decide_for(database: Path, keeper: Path) -> None:
    with Vault(database, settings()) as vault, vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        found = catalogue.by_path(transaction, os.fsencode(keeper))
        assert found is not None
        groups.decide(transaction, group.id, Choice.KEEP, [found.id])


def test_a_file_seen_through_two_mounts_has_one_name(tmp_path: Path) -> None:
    """Mounting takes a superuser; a link to the folder does here."""
    films, view = os.fsencode(tmp_path / "films"), os.fsencode(tmp_path / "view")
    put(tmp_path / "films" / "A" / "Show.Name.S01E01.mkv", b"x")
    os.symlink(films, view)
    seen = os.path.join(films, b"A", b"Show.Name.S01E01.mkv")
    other = os.path.join(view, b"A", b"Show.Name.S01E01.mkv")
    assert plan_inputs._names((seen, other), 1) == ((seen,), (other,))
    upper = seen.replace(b"Show", b"SHOW")
    assert plan_inputs._names((seen, upper), 1) == ((seen,), (upper,)), "letters' case does not count there"
    assert plan_inputs._names((seen, upper), 2) == ((seen, upper), ())


def test_an_archive_folder_that_lost_what_was_put_there_gets_nothing_until_the_user_says_so(
    database: Path, library: Path, tmp_path: Path
) -> None:
    """As when its disk is away. Here somebody has emptied it, which looks the same."""
    chosen = settings(roots=(os.fspath(tmp_path / "archive"),), quiet_minutes=0)
    with Vault(database, chosen) as vault:
        made = asyncio.run(plan(vault, PlanRequest()))
        collect(apply(vault, msgspec.structs.replace(made, steps=made.steps[:1])))
    shutil.rmtree(tmp_path / "archive")
    made = ask(database, chosen)
    assert made.steps == () and "has none of what was last put there" in made.refused[0].reason
    meant = ask(database, chosen, accept_new_device=True)
    assert len(meant.steps) == 1
    assert ask(database, chosen).steps == (), "planning acknowledges nothing"
    with Vault(database, chosen) as vault:
        step, _ = collect(apply(vault, meant))
    assert isinstance(step, StepEnded) and step.status is Status.DONE


@pytest.mark.parametrize(
    ("layout", "folder"),
    [("{date}/{original path}", b"/20"), ("{category}/{date}/{original path}", b"/tv/20")],
)
def test_layouts(database: Path, library: Path, layout: str, folder: bytes) -> None:
    made = ask(database, settings(layout=layout, folder="old"))
    assert all(step.to.startswith(os.fsencode(library / "old") + folder) for step in made.steps)


def test_an_archive_of_ones_own_on_the_same_disk_wins(database: Path, library: Path, tmp_path: Path) -> None:
    places = ("/dev/shm/mediavault-none", os.fspath(tmp_path / "archive"))
    made = ask(database, settings(roots=places))
    assert all(step.to.startswith(os.fsencode(places[1])) for step in made.steps)
    assert all(step.device == step.proof.device for step in made.steps)


def test_protected_folders_and_changed_files_are_refused(database: Path, library: Path) -> None:
    first = ask(database).steps[0]
    home = os.path.dirname(os.fsdecode(first.path))
    made = ask(database, settings(protected=(home,)))
    assert len(made.steps) == 1 and "protected" in made.refused[0].reason
    os.chmod(first.path, 0o600)
    made = ask(database)
    assert len(made.steps) == 1 and "changed since the scan" in made.refused[0].reason
    os.chmod(first.keeper.path, 0o600)
    made = ask(database)
    assert made.steps == () and "the copy to keep: changed" in made.refused[-1].reason


def test_hard_links_free_nothing_and_are_left(database: Path, library: Path) -> None:
    first = ask(database).steps[0]
    os.unlink(first.path)
    os.link(first.keeper.path, first.path)
    run(database, library, phases=PHASES)
    assert len(ask(database).steps) == 1


def test_rules_decide_by_name_of_evidence_and_prefer_a_root(database: Path, library: Path) -> None:
    assert ask(database, by_policy=True).steps == ()
    assert ask(database, by_policy=True).refused[0].reason == "no rule fits"
    policy = Policy(rules=RULES, prefer_roots=(os.fspath(library / "C"),))
    made = ask(database, msgspec.structs.replace(settings(), policy=policy), by_policy=True)
    assert going(made) == {"A", "B"} and "lies under" in made.steps[0].reason
    linked = Policy(rules=(Rule(evidence=("exact",), do="hardlink"),))
    made = ask(database, msgspec.structs.replace(settings(), policy=linked), by_policy=True)
    assert {step.op for step in made.steps} == {Op.HARDLINK}


def test_headless_carries_rules_out_only_where_the_config_says_so(database: Path, library: Path) -> None:
    def unattended(*folders: str) -> list[StepEnded]:
        policy = Policy(
            rules=RULES,
            prefer_roots=(os.fspath(library / "A"),),
            headless_roots=tuple(os.fspath(library / folder) for folder in folders),
        )
        with Vault(database, msgspec.structs.replace(settings(), policy=policy)) as vault:
            events = collect(apply_rules(vault, [os.fsencode(library)]))
        return [event for event in events if isinstance(event, StepEnded)]

    assert unattended() == []
    assert unattended("elsewhere") == []
    assert [os.fsdecode(step.path) for step in unattended("B")] == [
        os.fspath(library / "B/Show.Name.S01E01.mkv")
    ]
    assert (library / "C/show name 1x01.mkv").exists()
    decide(database, Choice.KEEP_ALL)
    assert unattended("A", "B", "C") == [] and (library / "C/show name 1x01.mkv").exists()


def test_parts_of_one_work_are_planned_together(database: Path, root: Path) -> None:
    for place in ("one", "two"):
        for part in (1, 2):
            put(
                root / place / f"Some Film (2001) CD{part}.avi",
                video_bytes(".avi", seed=part),
                mtime=LONG_AGO,
            )
    run(database, root, phases=PHASES)
    made = ask(database)
    assert len(made.steps) == 2 and len({step.bundle for step in made.steps}) == 1
    os.chmod(made.steps[0].keeper.path, 0o600)
    made = ask(database)
    assert made.steps == () and any("other parts stay" in refused.reason for refused in made.refused)


@pytest.mark.parametrize(
    "chosen", [{"folder": "Old"}, {"roots": "Old"}, {}], ids=["folder", "roots", "ignore"]
)
def test_an_archive_inside_the_library_is_not_scanned(database: Path, library: Path, chosen: Any) -> None:
    """By whatever name, and also when the config has other names to ignore."""
    archive = {key: (str(library / name),) if key == "roots" else name for key, name in chosen.items()}
    used = settings(**archive, reserve_mb=0)
    used = msgspec.structs.replace(used, scan=Scan(jobs=1, ignore=()))
    with Vault(database, used) as vault:
        collect(apply(vault, asyncio.run(plan(vault, PlanRequest()))))
    for later in (used, Settings(scan=Scan(jobs=1, ignore=()))):  # the folder is known also to other settings
        finished = run(database, library, phases=PHASES, settings=later)[-1]
        assert finished.files_found == 2  # type: ignore[attr-defined]
        made = ask(database, later)
        assert made.steps == made.refused == ()


def test_what_was_archived_never_answers_for_the_library(database: Path, library: Path) -> None:
    """The archive itself is scanned as a library of its own, under settings that do not know it."""
    used = settings(roots=(str(library.parent / "old"),), reserve_mb=0)
    with Vault(database, used) as vault:
        collect(apply(vault, asyncio.run(plan(vault, PlanRequest()))))
    run(database, [library, library.parent / "old"], phases=PHASES)
    made = ask(database)
    assert made.steps == () and len(made.refused) == 2
    assert all("archived already" in each.reason for each in made.refused)


def test_an_archive_folder_behind_a_symbolic_link_is_named_when_planning(
    database: Path, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (library / ".mediavault-archive").symlink_to(tmp_path / "elsewhere")
    made = ask(database)
    assert made.steps == ()
    assert all(f"name {tmp_path / 'elsewhere'} under archive: roots:" in each.reason for each in made.refused)


def test_what_went_with_losses_that_are_agreed_to_no_more_is_not_erased(
    database: Path, library: Path
) -> None:
    chosen = settings(quiet_minutes=0)

    def purged(vault: Vault) -> list[StepEnded]:
        files = asyncio.run(purgeable(vault, -1))
        ended = collect(purge(vault, files, now_really=True))
        return [each for each in ended if isinstance(each, StepEnded)]

    decide(database, Choice.KEEP, [0, 1], allow_loss=True)
    with Vault(database, chosen) as vault:
        collect(apply(vault, asyncio.run(plan(vault, PlanRequest()))))
        with vault.database.transaction() as transaction:
            decision = groups.latest_decision(transaction)
            assert decision is not None
            groups.undo(transaction, decision.id)
        (refused,) = purged(vault)
        assert refused.status is Status.REFUSED and "took back the decision" in refused.reason
        with vault.database.transaction() as transaction:
            groups.decide(transaction, decision.group_id, Choice.KEEP, decision.keepers)
        (done,) = purged(vault)
        assert done.status is Status.DONE


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/x", "a\0b"])
def test_an_archive_folder_is_one_name(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"folder": name}, Archive)
    assert msgspec.convert({"folder": "..old"}, Archive).folder == "..old"
