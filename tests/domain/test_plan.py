"""Plans: what is refused, what travels along, and that no plan can lose a group's last good copy."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.archive.archive_paths import NAME_MAX, PATH_MAX, archived, free
from mediavault_tui.domain.archive.operations import TAKES_AWAY, Keeper, Op, Proof
from mediavault_tui.domain.archive.plan import (
    DecidedGroup,
    Entry,
    Facts,
    FileFacts,
    Folder,
    Plan,
    PlanOptions,
    Step,
    UnsafePlan,
)
from mediavault_tui.domain.archive.plan_request import PlanOrigin, PlanRequest
from mediavault_tui.domain.archive.planner import make_plan
from mediavault_tui.domain.archive.serialization import from_json, to_json
from mediavault_tui.domain.media import EvidenceKind, Kind, TextKind

EXACT, TITLE = frozenset({EvidenceKind.EXACT}), frozenset({EvidenceKind.TITLE})
WISHES = PlanOptions(date="2030-01-02")


def proof(inode: int, size: int = 1000, links: int = 1, device: int = 1) -> Proof:
    return Proof(device, inode, size, 10, 20, links, "ab" * 16)


def a_file(number: int, **changes: object) -> FileFacts:
    given = {
        "id": number,
        "paths": (b"/v/%d/Film.mkv" % number,),
        "proof": proof(number),
        "content": "aa",
        "root": b"/v",
        "archive": b"/v/.mediavault-archive",
        "link_archive": b"/v/.mediavault-archive",
        "kind": Kind.MOVIE,
    }
    return FileFacts(**given | changes)  # type: ignore[arg-type]  # the table says what differs


def plan_of(loser: FileFacts, keeper: FileFacts, wishes: PlanOptions = WISHES, **group: object) -> Plan:
    given = {"id": 7, "keepers": (keeper.id,), "losers": (loser.id,), "kinds": EXACT}
    facts = Facts({loser.id: loser, keeper.id: keeper})
    return make_plan([DecidedGroup(**given | group)], facts, wishes)  # type: ignore[arg-type]


def test_the_loser_goes_to_the_archive_under_its_own_path() -> None:
    plan = plan_of(a_file(1), a_file(2))
    (step,) = plan.steps
    assert step.to == b"/v/.mediavault-archive/2030-01-02/v/1/Film.mkv"
    assert (step.keeper.path, step.proven_by, step.frees) == (b"/v/2/Film.mkv", EvidenceKind.EXACT, 1000)
    assert plan.refused == () and plan.reclaimable_bytes == 1000


def test_each_pair_is_called_by_what_joins_it() -> None:
    facts = Facts({n: a_file(n, content=None) for n in (1, 2, 3)})
    content = frozenset({EvidenceKind.CONTENT})
    pairs = {(1, 2): content | TITLE, (1, 3): TITLE, (2, 3): TITLE}
    group = DecidedGroup(7, (1,), (2, 3), content | TITLE, pairs=pairs)
    steps = make_plan([group], facts, WISHES).steps
    assert [step.proven_by for step in steps] == [EvidenceKind.CONTENT, EvidenceKind.TITLE]
    assert "same title as" in steps[1].reason
    asked = msgspec.structs.replace(group, needs=(content,))
    plan = make_plan([asked], facts, WISHES)
    assert [step.path for step in plan.steps] == [b"/v/2/Film.mkv"]
    assert "asked for was content" in plan.refused[0].reason


SEVERAL = {"would_lose": {}, "rests_on": {1: frozenset({2, 3})}, "holds": {(1, 3): ("German audio",)}}


def test_a_step_names_every_copy_it_rests_on() -> None:
    files = {1: a_file(1, content="aa"), 2: a_file(2, content="bb"), 3: a_file(3, content="cc")}
    group = DecidedGroup(7, (2, 3), (1,), TITLE, **SEVERAL)  # type: ignore[arg-type]
    (step,) = make_plan([group], Facts(files), WISHES).steps
    assert step.keeper.path == b"/v/2/Film.mkv" and step.keepers[0] == step.keeper
    assert [(each.path, each.holds) for each in step.rests_on[1:]] == [(b"/v/3/Film.mkv", ("German audio",))]
    tree = to_json(msgspec.structs.replace(make_plan([group], Facts(files), WISHES), made=MADE))
    assert [each["path"] for each in tree["steps"][0]["keepers"]] == ["/v/2/Film.mkv", "/v/3/Film.mkv"]
    assert from_json(json.loads(json.dumps(tree))).steps == (step,)
    twin = a_file(3, content="aa")
    (alone,) = make_plan([group], Facts({**files, 3: twin}), WISHES).steps
    assert [each.path for each in alone.rests_on] == [b"/v/3/Film.mkv"], "the same bytes hold everything"


@pytest.mark.parametrize(
    ("other", "group", "reason"),
    [
        (
            {"status": "damaged"},
            {},
            "German audio would be kept in Film.mkv only: the copy to keep is damaged",
        ),
        ({"trouble": "changed since the scan"}, {}, "changed since the scan"),
        ({}, {"vetoes": {(1, 3): "another cut"}}, "another cut"),
    ],
)
def test_no_step_rests_on_a_copy_that_cannot_be_relied_on(
    other: dict[str, object], group: dict[str, object], reason: str
) -> None:
    files = {1: a_file(1, content="aa"), 2: a_file(2, content="bb"), 3: a_file(3, content="cc", **other)}
    decided = DecidedGroup(7, (2, 3), (1,), TITLE, **SEVERAL, **group)  # type: ignore[arg-type]
    plan = make_plan([decided], Facts(files), WISHES)
    assert plan.steps == () and reason in plan.refused[0].reason


REFUSALS = [
    ("damaged", {}, {"status": "damaged"}, {}),
    ("not there", {}, {"status": "offline"}, {}),
    ("cannot be read", {}, {"status": "unreadable"}, {}),
    ("not there any more", {"status": "missing"}, {}, {}),
    ("changed since", {"trouble": "changed since the scan"}, {}, {}),
    ("changed since", {}, {"trouble": "changed since the scan"}, {}),
    ("outside the roots", {"root": None}, {}, {}),
    ("outside the roots", {}, {"root": None}, {}),
    ("archive already", {"paths": (b"/v/.mediavault-archive/x.mkv",)}, {}, {}),
    ("in the archive", {}, {"paths": (b"/v/.mediavault-archive/x.mkv",)}, {}),
    ("hard link", {"proof": proof(2, links=2)}, {"proof": proof(2, links=2)}, {}),
    ("part of a disc", {"paths": (b"/v/Film/VIDEO_TS/VTS_01_1.VOB",)}, {}, {}),
    ("protected", {"paths": (b"/v/keep/Film.mkv",)}, {}, {}),
    ("is empty", {"proof": proof(1, 0)}, {"proof": proof(2, 0)}, {}),
    ("not that of", {"content": "bb"}, {}, {}),
    (
        "would lose German audio",
        {"content": "bb"},
        {},
        {"kinds": TITLE, "would_lose": {1: ("German audio",)}},
    ),
    ("not the same", {}, {}, {"vetoes": {(1, 2): "another edition"}}),
    ("last good copy", {}, {}, {"keepers": ()}),
    ("last good copy", {}, {}, {"keepers": (1,)}),
    ("3 points apart", {}, {}, {"undecided": {1: "too close to call: 3 points apart"}}),
    ("whose other parts stay", {"parts": (2,)}, {}, {}),
]


@pytest.mark.parametrize(("words", "loser", "keeper", "group"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_refuses(words: str, loser: dict, keeper: dict, group: dict) -> None:
    wishes = msgspec.structs.replace(WISHES, protected=(b"/v/keep",))
    plan = plan_of(a_file(1, **loser), a_file(2, **keeper), wishes, **group)
    assert plan.steps == ()
    assert [words in refused.reason for refused in plan.refused] == [True]


def test_refuses_archive_folders_whose_disk_is_away() -> None:
    archive = a_file(1).archive
    assert archive is not None
    unfit = msgspec.structs.replace(WISHES, unfit={archive: "its disk is away"})
    assert [refused.reason for refused in plan_of(a_file(1), a_file(2), unfit).refused] == [
        "its disk is away"
    ]
    moved = msgspec.structs.replace(unfit, op=Op.MOVE, into=b"/elsewhere")
    assert len(plan_of(a_file(1), a_file(2), moved).steps) == 1
    moved = msgspec.structs.replace(moved, unfit={b"/elsewhere": "away"})
    assert plan_of(a_file(1), a_file(2), moved).steps == ()


def test_losses_that_were_allowed_are_no_obstacle() -> None:
    plan = plan_of(
        a_file(1, content=None), a_file(2), kinds=TITLE, would_lose={1: ("HDR10",)}, allowed_losses=True
    )
    assert [step.proven_by for step in plan.steps] == [EvidenceKind.TITLE]


def test_a_file_kept_by_one_group_is_not_taken_by_another() -> None:
    files = {number: a_file(number) for number in (1, 2, 3)}
    groups = [DecidedGroup(1, (1,), (2,), EXACT), DecidedGroup(2, (3,), (1,), EXACT)]
    plan = make_plan(groups, Facts(files), WISHES)
    assert [step.path for step in plan.steps] == [b"/v/2/Film.mkv"]
    assert "another decision keeps this file" in plan.refused[0].reason


def test_links_outside_the_library_free_nothing_and_say_so() -> None:
    (step,) = plan_of(a_file(1, proof=proof(1, links=3)), a_file(2)).steps
    assert step.frees == 0 and "3 links, 2 outside" in step.reason


def test_every_name_of_a_file_goes_and_its_size_counts_once() -> None:
    loser = a_file(1, paths=(b"/v/1/Film.mkv", b"/v/seed/film.mkv"), proof=proof(1, links=2))
    plan = plan_of(loser, a_file(2))
    assert [step.frees for step in plan.steps] == [1000, 0]


def test_parts_go_together_in_one_bundle() -> None:
    files = {1: a_file(1, parts=(2,)), 2: a_file(2, parts=(1,)), 3: a_file(3), 4: a_file(4)}
    groups = [DecidedGroup(1, (3,), (1,), EXACT), DecidedGroup(2, (4,), (2,), EXACT)]
    plan = make_plan(groups, Facts(files), WISHES)
    assert [step.bundle for step in plan.steps] == [1, 1]
    damaged = files | {4: a_file(4, status="damaged")}
    refused = make_plan(groups, Facts(damaged), WISHES)
    assert refused.steps == () and len(refused.refused) == 2


@pytest.mark.parametrize("op", [Op.HARDLINK, Op.REFLINK])
def test_links_replace_exact_duplicates_of_one_filesystem_only(op: Op) -> None:
    wishes = msgspec.structs.replace(WISHES, op=op)
    (step,) = plan_of(a_file(1), a_file(2), wishes).steps
    assert (step.op, step.to) == (op, b"/v/2/Film.mkv")
    assert plan_of(a_file(1, content=None), a_file(2), wishes, kinds=TITLE).steps == ()
    assert plan_of(a_file(1), a_file(2, proof=proof(2, device=9)), wishes).steps == ()


def folder(path: bytes, *names: bytes, subtitles: tuple[Folder, ...] = ()) -> Folder:
    entries = tuple(Entry(name, proof(hash((path, name)) & 0xFFFF)) for name in names)
    return Folder(path, entries, frozenset(name for name in names if name.endswith(b".mkv")), subtitles)


def bundle_plan(loser_folder: Folder, keeper_folder: Folder, **keeper: object) -> dict[bytes, Step]:
    loser = a_file(1, paths=(loser_folder.path + b"/Film.mkv",))
    kept = a_file(2, paths=(keeper_folder.path + b"/Better.mkv",), **keeper)
    group = DecidedGroup(7, (2,), (1,), EXACT)
    folders = {each.path: each for each in (loser_folder, keeper_folder)}
    plan = make_plan([group], Facts({1: loser, 2: kept}, folders), WISHES)
    assert plan.steps[0].is_video
    return {step.path: step for step in plan.steps}


def test_what_belongs_to_the_loser_travels_and_what_the_keeper_lacks_is_offered() -> None:
    subs = folder(b"/v/1/Subs", b"2_English.srt", b"notes.txt")
    names = (
        b"Film.mkv",
        b"Film.de.srt",
        b"Film.nfo",
        b"Film-poster.jpg",
        b"fanart.jpg",
        b"Film.part",
        b"x.txt",
    )
    steps = bundle_plan(
        folder(b"/v/1", *names, subtitles=(subs,)),
        folder(b"/v/2", b"Better.mkv", b"Better.nfo"),
        subtitles=frozenset({("en", TextKind.FULL)}),
    )
    archive = b"/v/.mediavault-archive/2030-01-02/v/1/"
    assert {path: step.to for path, step in steps.items()} == {
        b"/v/1/Film.mkv": archive + b"Film.mkv",
        b"/v/1/Film.de.srt": b"/v/2/Better.de.srt",
        b"/v/1/Film.nfo": archive + b"Film.nfo",
        b"/v/1/Film-poster.jpg": b"/v/2/Better-poster.jpg",
        b"/v/1/fanart.jpg": b"/v/2/Better-fanart.jpg",
        b"/v/1/Subs/2_English.srt": archive + b"Subs/2_English.srt",
    }


def test_several_subtitles_are_offered_under_names_of_their_own() -> None:
    below = (
        folder(b"/v/1/eng", b"Film.srt"),
        folder(b"/v/1/rus", b"Film.srt"),
        folder(b"/v/1/Subs", b"2_English.srt"),
    )
    steps = bundle_plan(folder(b"/v/1", b"Film.mkv", subtitles=below), folder(b"/v/2", b"Better.mkv"))
    assert {path: step.to for path, step in steps.items() if step.op is Op.OFFER} == {
        b"/v/1/eng/Film.srt": b"/v/2/Better.en.srt",
        b"/v/1/rus/Film.srt": b"/v/2/Better.ru.srt",
        b"/v/1/Subs/2_English.srt": b"/v/2/Better.en.2.srt",
    }


def test_subtitles_that_the_keeper_lacks_and_cannot_get_stay_where_they_are() -> None:
    long = b"B" * 249 + b".mkv"  # no room for `.de.srt` behind it
    loser = a_file(1, paths=(b"/v/1/Film.mkv",))
    kept = a_file(2, paths=(b"/v/2/" + long,))
    folders = {
        each.path: each for each in (folder(b"/v/1", b"Film.mkv", b"Film.de.srt"), folder(b"/v/2", long))
    }
    plan = make_plan([DecidedGroup(7, (2,), (1,), EXACT)], Facts({1: loser, 2: kept}, folders), WISHES)
    assert [step.path for step in plan.steps] == [b"/v/1/Film.mkv"]
    assert [each.path for each in plan.left] == [b"/v/1/Film.de.srt"]


def test_what_both_copies_share_stays() -> None:
    shared = folder(b"/v/1", b"Film.mkv", b"Better.mkv", b"poster.jpg", b"movie.nfo", b"Film.srt")
    steps = bundle_plan(shared, shared, subtitles=frozenset({(None, TextKind.FULL)}))
    assert set(steps) == {b"/v/1/Film.mkv", b"/v/1/Film.srt"}


def test_another_film_whose_name_begins_alike_keeps_its_files() -> None:
    crowded = folder(b"/v/1", b"Film.mkv", b"Film 2.mkv", b"Film 2.srt", b"Film.srt", b"poster.jpg")
    steps = bundle_plan(crowded, folder(b"/v/2", b"Better.mkv"))
    assert set(steps) == {b"/v/1/Film.mkv", b"/v/1/Film.srt"}


STATUS = st.sampled_from(["ok", "ok", "ok", "damaged", "unreadable", "offline", "missing"])
FILES = st.builds(
    lambda number, inode, status, content, root, trouble, size, parts: a_file(
        number,
        proof=proof(inode, size),
        status=status,
        content=content,
        root=root,
        trouble=trouble,
        parts=tuple(part for part in parts if part != number),
    ),
    number=st.just(0),
    inode=st.integers(1, 9),
    status=STATUS,
    content=st.sampled_from(["aa", "aa", "bb", None]),
    root=st.sampled_from([b"/v", b"/v", b"/v", None]),
    trouble=st.sampled_from([None, None, None, "changed since the scan"]),
    size=st.sampled_from([1000, 1000, 1000, 0]),
    parts=st.lists(st.integers(0, 8), max_size=1),
)
IDS = st.lists(st.integers(0, 8), max_size=4).map(tuple)
GROUPS = st.builds(
    lambda keepers, losers, kinds, allowed, undecided: DecidedGroup(
        0, keepers, losers, kinds, allowed_losses=allowed, undecided=undecided
    ),
    keepers=IDS,
    losers=IDS,
    kinds=st.sampled_from([EXACT, TITLE, EXACT | TITLE]),
    allowed=st.booleans(),
    undecided=st.sampled_from([{}, {}, {1: "too close to call"}]),
)


@given(
    st.lists(FILES, min_size=1, max_size=9),
    st.lists(GROUPS, max_size=5),
    st.sampled_from([Op.ARCHIVE, Op.MOVE, Op.HARDLINK, Op.REFLINK]),
)
def test_no_group_loses_its_last_good_copy(
    files: list[FileFacts], groups: list[DecidedGroup], op: Op
) -> None:
    """Any library, any decisions: carry the plan out on paper and count what is left."""
    library = {
        number: msgspec.structs.replace(file, id=number, paths=(b"/v/%d/Film.mkv" % number,))
        for number, file in enumerate(files)
    }
    decided = [msgspec.structs.replace(group, id=number) for number, group in enumerate(groups)]
    wishes = msgspec.structs.replace(WISHES, op=op, into=b"/elsewhere")
    plan = make_plan(decided, Facts(library), wishes)
    gone = {step.proof.identity for step in plan.steps if step.op in TAKES_AWAY}

    def good(file: FileFacts) -> bool:
        return file.status == "ok" and not file.trouble and file.proof.size > 0

    for group in decided:
        members = [library[each] for each in {*group.keepers, *group.losers} if each in library]
        if any(good(file) for file in members):
            assert any(good(file) and file.proof.identity not in gone for file in members)
    for step in plan.steps:
        keeper = next(file for file in library.values() if file.paths == (step.keeper.path,))
        assert good(keeper) and keeper.proof.identity not in gone


def test_an_unsafe_plan_cannot_be_constructed() -> None:
    here, there = Keeper(b"/v/1.mkv", proof(1)), Keeper(b"/v/2.mkv", proof(2))
    one = Step(Op.ARCHIVE, b"/v/1.mkv", b"/a/1.mkv", 1, 1, 1, "", 1, here.proof, there)
    other = Step(Op.ARCHIVE, b"/v/2.mkv", b"/a/2.mkv", 1, 1, 1, "", 2, there.proof, here)
    assert Plan((one,)).steps and Plan((other,)).steps
    for steps in ((one, other), (one, one)):
        with pytest.raises(UnsafePlan):
            Plan(steps)
    # A video edited into a sidecar would go without a proof, and be purged with the other.
    for changes in ({"keeper": here}, {"path": b"relative.mkv"}, {"to": b"/a/\0"}, {"is_video": False}):
        with pytest.raises(UnsafePlan):
            Plan((msgspec.structs.replace(one, **changes),))


@pytest.mark.parametrize("op", [Op.HARDLINK, Op.REFLINK])
def test_a_file_is_only_given_up_for_its_exact_duplicate(op: Op) -> None:
    """Also where somebody edited the plan: of what a link replaces nothing is left to put back."""
    step = Step(
        op, b"/v/1.mkv", b"/v/2.mkv", 1, 1, 1, "", 1, proof(1), Keeper(b"/v/2.mkv", proof(2)),
        original_to=b"/archive/1.mkv",
    )  # fmt: skip
    assert Plan((step,)).steps
    for changes in (
        *([{"original_to": b""}] if op is Op.HARDLINK else []),
        {"proven_by": EvidenceKind.TITLE},
        {"proof": proof(1, size=999)},
        {"to": b"/v/3.mkv"},
        {"is_video": False},
    ):
        with pytest.raises(UnsafePlan):
            Plan((msgspec.structs.replace(step, **changes),))


MADE = PlanOrigin(
    "cafe", "beef", "nas", "2030-01-02",
    PlanRequest(frozenset({EvidenceKind.EXACT}), 90.0, (1, 2), below=(b"/v/caf\xe9",), op=Op.MOVE, into="/w/\udce9"),
)  # fmt: skip


def test_a_plan_survives_json_and_a_dangerous_one_is_not_read() -> None:
    loser = a_file(1, paths=(b"/v/1/caf\xe9 \n [x].mkv",))
    plan = msgspec.structs.replace(plan_of(loser, a_file(2)), made=MADE)
    text = json.dumps(to_json(plan))
    assert from_json(json.loads(text)) == plan
    step = json.loads(text)["steps"][0]
    assert step["path"] == "/v/1/caf\udce9 \n [x].mkv"
    assert {"op", "path", "to", "bytes", "group", "reason"} <= set(step)
    tree = json.loads(text)
    tree["steps"][0]["keeper"] = {"path": tree["steps"][0]["path"], "proof": tree["steps"][0]["proof"]}
    with pytest.raises(UnsafePlan):
        from_json(tree)
    by_an_older_version = {name: value for name, value in json.loads(text).items() if name != "catalogue"}
    strange = {**json.loads(text), "date": "../2030"}
    for wrong in (
        {},
        [],
        {"steps": [{}], "version": 1},
        {"steps": [], "version": 99},
        by_an_older_version,
        strange,
    ):
        with pytest.raises(ValueError, match="plan"):
            from_json(wrong)


@given(st.binary(min_size=1, max_size=NAME_MAX).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_a_free_name_is_free_and_short_enough(name: bytes) -> None:
    taken = {b"/a/" + name}
    for _ in range(3):
        place = free(b"/a/" + name, taken.__contains__)
        assert place not in taken and len(place.rpartition(b"/")[2]) <= NAME_MAX
        taken.add(place)


def test_a_path_too_long_for_the_archive_gets_a_short_folder() -> None:
    path = b"/" + b"/".join([b"x" * 250] * 16) + b"/Film.mkv"
    place = archived(b"/archive", "{category}/{date}/{original path}", "2030-01-02", "tv", path)
    assert place.startswith(b"/archive/tv/2030-01-02/long-paths/") and place.endswith(b"/Film.mkv")
    assert len(place) < PATH_MAX
