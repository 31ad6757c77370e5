"""Nothing is ever lost, whatever is done in whatever order; and the cases that are worth naming."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediavault_tui.domain.archive.journal import Status, StepEnded
from mediavault_tui.engine.archive.restore import restore
from mediavault_tui.store import groups
from mediavault_tui.store.groups import Choice
from tests.engine.archive.contents import Content
from tests.engine.archive.sequences import World, made_up, play, template


@pytest.mark.parametrize(
    ("first", "number"), [(0, 20), (20, 20), pytest.param(40, 300, marks=pytest.mark.slow)]
)
def test_nothing_is_lost_in_random_sequences(tmp_path: Path, first: int, number: int) -> None:
    """`benchmarks/archive_sequences.py` runs as many as there is time for."""
    empty = template(tmp_path)
    counts: Counter[str] = Counter()
    for seed in range(first, first + number):
        counts += play(tmp_path / str(seed), empty, seed)
    for what in ("archive done", "purge done", "purge refused", "restore done", "archive refused"):
        assert counts[what], f"no {what}: these sequences show nothing"


ENGLISH = Content(0, 1, (("en", 6),), 1080)
GERMAN = Content(0, 2, (("de", 2),), 720)
LESS = Content(0, 3, (("de", 2),), 480)
BOTH = Content(0, 4, (("de", 2), ("en", 6)), 1080)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world", template(tmp_path), 1)
    with made_up(made):
        yield made
    made.loop.close()
    made.vault.close()


def lay_out(world: World, *contents: Content) -> list[Path]:
    """A folder for each content, scanned; one group."""
    paths = [world.root / str(number) / "Film 0 (2000).mkv" for number, _ in enumerate(contents)]
    for path, content in zip(paths, contents, strict=True):
        world.contents[content.data] = content
        world.write(path, content.data)
    world.scan()
    return paths


def keep(world: World, *kept: Path, choice: Choice = Choice.KEEP) -> None:
    with world.vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        ids = [
            number
            for number, content in world.known.items()
            if content.data in {p.read_bytes() for p in kept}
        ]
        groups.decide(transaction, group.id, choice, ids)


def archive(world: World) -> list[StepEnded]:
    ended = world.carry_out(world.make_plan())
    assert {each.status for each in ended} == {Status.DONE}
    return ended


def test_each_copy_that_holds_something_must_still_be_there(world: World) -> None:
    """English stays in one copy and German in another: a lesser German copy rests on both."""
    english, german, less = lay_out(world, ENGLISH, GERMAN, LESS)
    keep(world, english, german)
    made = world.make_plan()
    (step,) = made.steps
    assert [each.path for each in step.rests_on] == [bytes(english), bytes(german)]
    assert step.rests_on[1].holds == ("German audio",)
    german.rename(german.with_suffix(".away"))
    (refused,) = world.carry_out(made)
    assert refused.status is Status.REFUSED
    german.with_suffix(".away").rename(german)
    world.scan()
    archive(world)
    german.unlink()
    (refused,) = world.erase()
    assert refused.reason == "the copy that kept its German audio is gone; restore it?"
    (restored,) = world.put_back()
    assert restored.status is Status.DONE and less.read_bytes() == LESS.data


def test_a_copy_that_was_renamed_since_still_answers(world: World) -> None:
    english, german, _ = lay_out(world, ENGLISH, GERMAN, LESS)
    keep(world, english, german)
    archive(world)
    (world.root / "renamed").mkdir()
    german.rename(world.root / "renamed" / "Film (2000).mkv")
    world.scan()
    (erased,) = world.erase()
    assert erased.status is Status.DONE


def test_what_the_user_says_after_archiving_is_honoured(world: World) -> None:
    better, other, worse = lay_out(world, BOTH, ENGLISH, LESS)
    keep(world, better, other)
    archive(world)
    for choice, reason in (
        (
            Choice.NOT_DUPLICATES,
            "is not the same as Film 0 (2000).mkv, which would answer for it: you said so",
        ),
        (Choice.KEEP_ALL, "you decided since to keep all copies of its group"),
    ):
        keep(world, better, choice=choice)
        (refused,) = world.erase()
        assert refused.status is Status.REFUSED and refused.reason.startswith(reason)
    world.undo()
    world.undo()
    (erased,) = world.erase()
    assert erased.status is Status.DONE and not worse.exists()


def test_a_chain_holds_only_as_far_as_its_last_has_all_of_the_first(world: World) -> None:
    """Less went for BOTH, that for ENGLISH although its German was lost then: nobody has agreed for Less."""
    both, english, _ = lay_out(world, BOTH, ENGLISH, LESS)
    keep(world, both, english)
    archive(world)
    world.scan()
    with world.vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        kept = [number for number, content in world.known.items() if content == ENGLISH]
        groups.decide(transaction, group.id, Choice.KEEP, kept, allow_loss=True)
    world.agreed[BOTH].add(("de", 2))
    archive(world)
    first, second = world.erase()
    assert first.status is Status.REFUSED and "lack its German audio" in first.reason
    assert second.status is Status.DONE


def test_losses_agreed_to_hold_only_while_all_that_was_to_stay_is_there(world: World) -> None:
    """English and German were to stay, whatever else is lost; the German one is deleted before the rest goes."""
    _, german, both = lay_out(world, ENGLISH, GERMAN, BOTH)
    with world.vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        kept = [number for number, content in world.known.items() if content != BOTH]
        groups.decide(transaction, group.id, Choice.KEEP, kept, allow_loss=True)
    assert [step.path for step in world.make_plan().steps] == [bytes(both)]
    german.unlink()
    assert world.make_plan().steps == ()


def test_a_chain_of_copies_that_hold_all_is_believed(world: World) -> None:
    lay_out(world, BOTH, GERMAN, LESS)
    with world.vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        kept = [number for number, content in world.known.items() if content in (BOTH, GERMAN)]
        groups.decide(transaction, group.id, Choice.KEEP, kept)
    archive(world)
    world.undo()
    world.scan()
    archive(world)
    assert [each.status for each in world.erase()] == [Status.DONE, Status.DONE]


def test_a_sidecar_of_two_stays_while_the_one_that_went_first_can_be_put_back(world: World) -> None:
    folder = world.root / "two"
    for ending, content in ((".mkv", LESS), (".mp4", GERMAN)):
        world.contents[content.data] = content
        world.write(folder / f"Film 0 (2000){ending}", content.data)
    world.add_sidecar(folder / "Film 0 (2000).nfo")
    for number in "01":  # these lack nothing
        world.write(world.root / number / "Film 0 (2000).nfo", b"its own")
    lay_out(world, BOTH, ENGLISH)
    with world.vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        kept = [number for number, content in world.known.items() if content != LESS]
        groups.decide(transaction, group.id, Choice.KEEP, kept)
    archive(world)
    world.undo()
    archive(world)
    went = {each.origin[-3:]: each for each in world.archived()}
    assert went.keys() == {b"mkv", b"mp4", b"nfo"}
    erased = {each.path[-3:]: each for each in world.erase([went[b"mp4"], went[b"nfo"]])}
    assert erased[b"mp4"].status is Status.DONE and erased[b"nfo"].status is Status.REFUSED
    assert {each.status for each in world.erase()} == {Status.DONE}


def keep_all_but(world: World, *going: Content) -> None:
    with world.vault.database.transaction() as transaction:
        (group,) = groups.present(transaction)
        kept = [number for number, content in world.known.items() if content not in going]
        groups.decide(transaction, group.id, Choice.KEEP, kept)


def put(world: World, path: Path, content: Content) -> Path:
    world.contents[content.data] = content
    world.write(path, content.data)
    return path


def test_a_sidecar_of_two_stays_for_the_one_that_was_put_back(world: World) -> None:
    first = put(world, world.root / "two" / "Film 0 (2000).mkv", LESS)
    put(world, first.with_suffix(".mp4"), GERMAN)
    world.add_sidecar(first.with_suffix(".nfo"))
    world.write(world.root / "0" / "Film 0 (2000).nfo", b"its own")
    lay_out(world, BOTH)
    for going in ((LESS,), (LESS, GERMAN)):
        world.undo()
        keep_all_but(world, *going)
        archive(world)
    world.run(restore(world.vault, [each for each in world.archived() if each.origin == bytes(first)]))
    assert first.exists()
    erased = {each.path[-3:]: each for each in world.erase()}
    assert erased[b"mp4"].status is Status.DONE
    assert erased[b"nfo"].reason == "belongs to Film 0 (2000).mkv as well, which was put back; restore it?"


def test_a_sidecar_that_was_given_on_stays_with_its_first_video(world: World) -> None:
    """LESS gives its .nfo to GERMAN, which goes with it for BOTH."""
    less = put(world, world.root / "less" / "Film 0 (2000).mkv", LESS)
    put(world, world.root / "german" / "Film 0 (2000).mp4", GERMAN)
    world.add_sidecar(less.with_suffix(".nfo"))
    world.scan()
    keep_all_but(world, LESS)
    archive(world)
    assert not less.with_suffix(".nfo").exists()
    world.write(world.root / "0" / "Film 0 (2000).nfo", b"its own")
    lay_out(world, BOTH)
    keep_all_but(world, LESS, GERMAN)
    archive(world)
    later = [each for each in world.archived() if b"/german/" in each.origin]
    erased = {each.path[-3:]: each for each in world.erase(later)}
    assert erased[b"mp4"].status is Status.DONE
    assert erased[b"nfo"].reason == "was Film 0 (2000).nfo before, which stays with its video"
    assert {each.status for each in world.erase()} == {Status.DONE}


def test_a_copy_that_was_written_into_since_it_was_read_is_read_again(world: World) -> None:
    """Its size and time say nothing, and nobody has ever hashed it."""
    both, less = lay_out(world, BOTH, LESS)
    keep(world, both)
    before = both.stat()
    data = bytearray(both.read_bytes())
    data[-1] ^= 0xFF
    both.write_bytes(data)
    os.utime(both, ns=(before.st_atime_ns, before.st_mtime_ns))
    world.scan()
    (refused,) = world.carry_out(world.make_plan())
    assert refused.status is Status.REFUSED and "the copy to keep is damaged" in refused.reason
    assert less.exists()
