"""From files that go to steps: one for each of their names, and one for each sidecar that travels along."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from mediavault_tui.domain import sidecars
from mediavault_tui.domain.bundle import Belonging, Companion, companions
from mediavault_tui.domain.media import EvidenceKind, Kind
from mediavault_tui.domain.plan import places
from mediavault_tui.domain.plan.values import DecidedGroup, Facts, FileFacts, Folder, Keeper, Step, Wishes
from mediavault_tui.domain.steps import Op
from mediavault_tui.domain.text import printable

_MOVES = (Op.ARCHIVE, Op.MOVE)


class Draft(msgspec.Struct, frozen=True):
    """A loser, and the keeper that answers for it."""

    group: DecidedGroup
    loser: FileFacts
    keeper: FileFacts
    proven_by: EvidenceKind
    op: Op
    bundle: int = 0


def steps_of(drafts: Sequence[Draft], facts: Facts, wishes: Wishes) -> list[Step]:
    """All steps, bundle by bundle, videos before what belongs to them."""
    return _Stepping(drafts, facts, wishes).steps()


class _Stepping:
    """One plan's steps: knows which places and sidecars are spoken for."""

    def __init__(self, drafts: Sequence[Draft], facts: Facts, wishes: Wishes) -> None:
        self.drafts = drafts
        self.facts = facts
        self.wishes = wishes
        self.taken: set[bytes] = set()
        self.going = {path for draft in drafts if draft.op in _MOVES for path in draft.loser.paths}
        self.order: dict[bytes, int] = {}
        """When each loser goes."""
        self.travelling: set[bytes] = set()
        self._known: dict[tuple[bytes, bool], dict[bytes, list[Companion]]] = {}
        self._names = {
            folder.path: {entry.name for entry in folder.files} for folder in facts.folders.values()
        }

    def steps(self) -> list[Step]:
        by_bundle: defaultdict[int, list[Draft]] = defaultdict(list)
        for draft in self.drafts:
            by_bundle[draft.bundle].append(draft)
        in_order = (path for drafts in by_bundle.values() for draft in drafts for path in draft.loser.paths)
        self.order = {path: place for place, path in enumerate(in_order)}
        found: list[Step] = []
        for drafts in by_bundle.values():
            for draft in drafts:
                found += self._videos(draft)
            for draft in drafts:
                if draft.op in _MOVES:
                    found += self._companions(draft)
        return found

    def _videos(self, draft: Draft) -> Iterator[Step]:
        loser = draft.loser
        outside = loser.proof.links - len(loser.paths)
        frees = loser.proof.size if outside <= 0 and draft.op is not Op.MOVE else 0
        reason = _reason(draft)
        if outside > 0:
            reason += f"; frees nothing: {loser.proof.links} links, {outside} outside the library"
        paths = loser.paths[:1] if draft.op is Op.REFLINK else loser.paths
        for path in paths:
            yield self._step(draft, path, frees, reason)
            frees = 0  # further names of one file free nothing more

    def _step(self, draft: Draft, path: bytes, frees: int, reason: str) -> Step:
        to = self._place(draft, path) if draft.op in _MOVES else draft.keeper.paths[0]
        return Step(
            op=draft.op,
            path=path,
            to=to,
            device=self._device(draft),
            frees=frees,
            group=draft.group.id,
            reason=reason,
            bundle=draft.bundle,
            proof=draft.loser.proof,
            keeper=Keeper(draft.keeper.paths[0], draft.keeper.proof),
            proven_by=draft.proven_by,
            root=draft.loser.root or b"",
            archive=self._archive(draft),
            exact_proof=self.wishes.exact_proof,
            decided_by=draft.group.by,
        )

    def _archive(self, draft: Draft) -> bytes:
        return (self.wishes.into if draft.op is Op.MOVE else draft.loser.archive) or b""

    def _device(self, draft: Draft) -> int:
        if draft.op is Op.ARCHIVE:
            return draft.loser.archive_device
        return self.wishes.into_device if draft.op is Op.MOVE else draft.keeper.device

    def _place(self, draft: Draft, path: bytes) -> bytes:
        archive = self._archive(draft)
        if draft.op is Op.MOVE:
            wanted = os.path.join(archive, os.path.basename(path))
        else:
            wanted = places.archived(
                archive, self.wishes.layout, self.wishes.date, draft.loser.category, path
            )
        place = places.free(wanted, self.taken.__contains__)
        self.taken.add(place)
        return place

    def _companions(self, draft: Draft) -> Iterator[Step]:
        for path in draft.loser.paths:
            folder = self.facts.folders.get(os.path.dirname(path))
            if folder is None:
                continue
            for companion in self._companions_of(folder, draft.loser, path):
                if companion.path in self.travelling:
                    continue
                owners = {os.path.join(folder.path, owner) for owner in companion.owners}
                # What a copy that stays needs too, stays; what several need goes with the last of them.
                if owners <= self.going and path == max(owners, key=lambda each: self.order[each]):
                    self.travelling.add(companion.path)
                    step = self._travels(draft, companion)
                    yield msgspec.structs.replace(step, owners=tuple(sorted(owners)))

    def _companions_of(self, folder: Folder, video: FileFacts, path: bytes) -> list[Companion]:
        key = folder.path, video.kind is Kind.MOVIE
        if key not in self._known:
            owned: defaultdict[bytes, list[Companion]] = defaultdict(list)
            for companion in companions(folder, films=key[1]):
                for owner in companion.owners:
                    owned[owner].append(companion)
            self._known[key] = owned
        return self._known[key].get(os.path.basename(path), [])

    def _travels(self, draft: Draft, companion: Companion) -> Step:
        offered = self._offer(draft, companion)
        step = self._step(draft, companion.path, 0, "")
        if offered is None:
            return msgspec.structs.replace(
                step,
                is_video=False,
                proof=companion.entry.proof,
                frees=companion.entry.proof.size if draft.op is Op.ARCHIVE else 0,
                reason=f"{companion.what} of the copy that goes",
            )
        self.taken.discard(step.to)
        self.taken.add(offered)
        return msgspec.structs.replace(
            step,
            op=Op.OFFER,
            to=offered,
            device=draft.keeper.device,
            is_video=False,
            proof=companion.entry.proof,
            reason=f"{companion.what} that the copy to keep lacks",
        )

    def _offer(self, draft: Draft, companion: Companion) -> bytes | None:
        """Where the sidecar goes beside the keeper, if that lacks it."""
        if not self.wishes.offer_sidecars or companion.what is Belonging.OTHER:
            return None
        keeper = draft.keeper.paths[0]
        home = self.facts.folders.get(os.path.dirname(keeper))
        if home is None or any(places.is_under(keeper, each) for each in self.wishes.protected):
            return None
        name = os.path.splitext(os.path.basename(keeper))[0] + companion.suffix
        place = os.path.join(home.path, name)
        if len(name) > places.NAME_MAX or name in self._names[home.path] or place in self.taken:
            return None
        return place if self._is_lacking(draft, companion, home.path) else None

    def _is_lacking(self, draft: Draft, companion: Companion, home: bytes) -> bool:
        if companion.what is Belonging.SUBTITLE:
            track = sidecars.describe(companion.suffix.decode("utf-8", "surrogateescape"))
            in_step = draft.loser.id not in draft.group.out_of_step
            return in_step and (track.language, track.forced) not in draft.keeper.subtitles
        beside = self._companions_of(self.facts.folders[home], draft.keeper, draft.keeper.paths[0])
        kept = [each for each in beside if each.path not in self.travelling]
        if companion.what is Belonging.NFO:
            return not any(each.what is Belonging.NFO for each in kept)
        plain = companion.suffix.lower().rpartition(b".")[0]
        return not any(each.suffix.lower().rpartition(b".")[0] == plain for each in kept)


def _reason(draft: Draft) -> str:
    known = {
        EvidenceKind.EXACT: "same content, byte for byte, as",
        EvidenceKind.TITLE: "same title as",
        EvidenceKind.CONTENT: "same pictures as",
    }[draft.proven_by]
    kept = printable(os.path.basename(draft.keeper.paths[0]))
    return f"{known} {kept}" + (f", which is kept: {draft.group.why}" if draft.group.why else "")
