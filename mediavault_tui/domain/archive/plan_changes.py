"""A plan held against what would be planned now: which steps still stand, and what has changed for the others."""

import os
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

import msgspec

from mediavault_tui.domain.archive.operations import Op, Proof
from mediavault_tui.domain.archive.plan import Plan, Step
from mediavault_tui.domain.archive.plan_request import DecidedBy
from mediavault_tui.domain.text import printable


class GroupStatus(msgspec.Struct, frozen=True):
    """What has become of a group."""

    left_out: str = ""
    """Why nothing would be planned for it now; empty where something would."""
    by: DecidedBy = DecidedBy.RANKING
    kept: frozenset[bytes] = frozenset()
    """Paths of the copies that would stay."""


_AGAIN = "make the plan again"
_GONE = GroupStatus(f"its group is not there any more: scan, and {_AGAIN}")
_KEPT = {
    DecidedBy.YOU: "you decided since to keep it",
    DecidedBy.RULE: "the rules keep it now",
    DecidedBy.RANKING: "is the better copy now",
}


def what_changed(
    plan: Plan, now: Plan, groups: Mapping[int, GroupStatus], done: Container[bytes] = frozenset()
) -> dict[bytes, str]:
    """Path of a step → why it does not stand any more. `now` is made of the same groups as if nothing of the plan
    had been carried out yet; `done`: paths of steps that were.
    """
    fresh = {step.path: step for step in now.steps}
    refused = {each.path: each.reason for each in now.refused}
    ours, theirs = _together(plan.steps, done), _together(now.steps, done)
    changed = {}
    for step in (step for step in plan.steps if step.path not in done):
        found = fresh.get(step.path)
        if found is None:
            standing = groups.get(step.group, _GONE)
            reason: str | None = refused.get(step.path) or _missing(step, standing)
        elif ours.get(step.path) != theirs.get(step.path):
            reason = f"goes together with other files than planned: {_AGAIN}"
        else:
            reason = _differs(step, found)
        if reason:
            changed[step.path] = reason
    return changed


def _together(steps: Iterable[Step], done: Container[bytes]) -> dict[bytes, frozenset[bytes]]:
    """Each video's path → the paths of all videos that go with it: all of them, or none."""
    bundles: defaultdict[int, set[bytes]] = defaultdict(set)
    for step in steps:
        if step.is_video and step.path not in done:
            bundles[step.bundle].add(step.path)
    return {path: frozenset(paths) for paths in bundles.values() for path in paths}


def _missing(step: Step, standing: GroupStatus) -> str:
    if standing.left_out:
        return standing.left_out
    if not step.is_video:
        return "does not belong to what would go now"
    if step.path in standing.kept:
        return _KEPT[standing.by]
    return f"is not among what would go now: {_AGAIN}"


def _differs(step: Step, now: Step) -> str | None:
    """What is different about a step, were it planned now."""
    if step.group != now.group:
        return f"is in another group by now: {_AGAIN}"
    if step.decided_by is DecidedBy.YOU and now.decided_by is not DecidedBy.YOU:
        return "you took the decision back that it was planned by"
    if step.op is not now.op:
        return f"would now be done otherwise ({now.op}, not {step.op}): {_AGAIN}"
    ours, theirs = ([keeper.path for keeper in each.rests_on] for each in (step, now))
    if ours != theirs:
        return f"another copy would be kept for it now, {printable(_other(theirs, ours))}: {_AGAIN}"
    if step.proven_by is not now.proven_by:
        return f"what is known of the two has changed (planned: {step.proven_by}, now: {now.proven_by}): {_AGAIN}"
    if _file(step.proof) != _file(now.proof):
        return "is another file than planned, or was written to since it was planned"
    kept = zip(step.rests_on, now.rests_on, strict=True)
    if any(_file(ours.proof) != _file(theirs.proof) for ours, theirs in kept):
        return "the copy to keep is another file than planned, or was written to since it was planned"
    return _differs_in_place(step, now)


def _other(now: Sequence[bytes], planned: Sequence[bytes]) -> bytes:
    return next((path for path in now if path not in planned), now[0])


def _differs_in_place(step: Step, now: Step) -> str | None:
    places = [(each.root, each.archive, _folder(each)) for each in (step, now)]
    if places[0] != places[1]:
        return f"would now go to {printable(now.to)}: {_AGAIN}"
    if (step.is_video, step.owners) != (now.is_video, now.owners):
        return f"belongs to other videos than planned: {_AGAIN}"
    if now.exact_proof == "bytes" != step.exact_proof:
        return f"every byte is to be compared by now (archive.exact_proof): {_AGAIN}"
    return None


def _folder(step: Step) -> bytes:
    """Names there may be numbered: they depend on what went before."""
    if step.op is Op.HARDLINK:
        return os.path.dirname(step.original_to)
    return os.path.dirname(step.to) if step.op in (Op.ARCHIVE, Op.MOVE, Op.OFFER) else step.to


def _file(proof: Proof) -> tuple[int, int, int, int, str]:
    """The file as the catalogue knows it; its change time is looked at when the step is taken."""
    return (*proof.identity, proof.size, proof.mtime_ns, proof.sample)
