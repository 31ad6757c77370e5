"""From files that go to steps: one for each of their names, and one for each sidecar that travels along."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from mediavault_tui.domain.archive import archive_paths, sidecars
from mediavault_tui.domain.archive.companions import Claim, CompanionKind, Videos, claim_at
from mediavault_tui.domain.archive.operations import Keeper, Op
from mediavault_tui.domain.archive.plan import (
    DecidedGroup,
    Entry,
    Facts,
    FileFacts,
    Folder,
    PlanOptions,
    Refused,
    Step,
)
from mediavault_tui.domain.archive.proof_summary import proofs
from mediavault_tui.domain.media import EvidenceKind, Kind
from mediavault_tui.domain.text import printable

_MOVES = (Op.ARCHIVE, Op.MOVE)
_OFFERED = frozenset({CompanionKind.SUBTITLE, CompanionKind.NFO, CompanionKind.ARTWORK})


class Companion(msgspec.Struct, frozen=True):
    """A file that belongs to one or more videos of a folder."""

    path: bytes
    entry: Entry
    claim: Claim


def companions_in(folder: Folder, *, films: bool) -> list[Companion]:
    """The files in and below `folder` that belong to any of its videos, in the order of the listing.

    `films`: the folder's own pictures and `movie.nfo` belong to its videos; in a season's folder they
    belong to the season.
    """
    videos = Videos(folder.videos)
    found = []
    for inner in (folder, *folder.below):
        # A folder for subtitles may hold videos of its own.
        own = Videos(inner.videos) if inner is not folder else None
        for entry in inner.files:
            path = os.path.join(inner.path, entry.name)
            if entry.name in inner.videos or (own is not None and own.claim(entry.name) is not None):
                continue
            claim = claim_at(path, folder.path, videos, films=films and not folder.is_shelf)
            if claim is not None:
                found.append(Companion(path, entry, claim))
    return found


class Draft(msgspec.Struct, frozen=True):
    """A loser, and the keeper that answers for it."""

    group: DecidedGroup
    loser: FileFacts
    keeper: FileFacts
    proven_by: EvidenceKind
    op: Op
    bundle: int = 0
    others: tuple[FileFacts, ...] = ()
    """Further keepers that hold what of the loser this one does not."""


def _at(draft: Draft, path: bytes) -> Draft:
    """The draft for that name of the loser."""
    return msgspec.structs.replace(draft, loser=draft.loser.at(path))


def steps_of(drafts: Sequence[Draft], facts: Facts, wishes: PlanOptions) -> list[Step]:
    """All steps, bundle by bundle, videos before what belongs to them."""
    return _Stepping(drafts, facts, wishes).steps()


class _Stepping:
    """One plan's steps: knows which places and sidecars are spoken for."""

    def __init__(self, drafts: Sequence[Draft], facts: Facts, wishes: PlanOptions) -> None:
        self.drafts = drafts
        self.facts = facts
        self.wishes = wishes
        self.taken: set[bytes] = set()
        self.stems: set[bytes] = set()
        """For MOVE: the names that are spoken for, without their endings."""
        self.renamed: dict[bytes, bytes] = {}
        """For MOVE: where each video goes."""
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
        proven = proofs(loser, draft.keeper, draft.group, draft.proven_by)
        for path in paths:
            step = self._step(_at(draft, path), path, frees, reason)
            yield msgspec.structs.replace(step, proven=proven)
            frees = 0  # further names of one file free nothing more

    def _step(self, draft: Draft, path: bytes, frees: int, reason: str, to: bytes = b"") -> Step:
        to = to or (self._place(draft, path) if draft.op in _MOVES else draft.keeper.paths[0])
        keepers = _keepers(draft)
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
            keeper=keepers[0],
            keepers=keepers,
            proven_by=draft.proven_by,
            root=draft.loser.root or b"",
            archive=self._archive(draft),
            original_to=self._archived(draft, path) if draft.op is Op.HARDLINK else b"",
            exact_proof=self.wishes.exact_proof,
            decided_by=draft.group.by,
        )

    def _archive(self, draft: Draft) -> bytes:
        if draft.op is Op.HARDLINK:
            return draft.loser.near_archive or b""
        return (self.wishes.into if draft.op is Op.MOVE else draft.loser.archive) or b""

    def _device(self, draft: Draft) -> int:
        if draft.op is Op.ARCHIVE:
            return draft.loser.archive_device
        return self.wishes.into_device if draft.op is Op.MOVE else draft.keeper.device

    def _place(self, draft: Draft, path: bytes) -> bytes:
        if draft.op is not Op.MOVE:
            return self._archived(draft, path)
        archive = self._archive(draft)
        name = self._free_stem(archive, path) + os.path.splitext(path)[1]
        self.renamed[path] = wanted = os.path.join(archive, name)
        return self._free(wanted)

    def _archived(self, draft: Draft, path: bytes) -> bytes:
        wishes = self.wishes
        return self._free(
            archive_paths.archived(
                self._archive(draft), wishes.layout, wishes.date, draft.loser.category, path
            )
        )

    def _free(self, wanted: bytes) -> bytes:
        place = archive_paths.free(wanted, self.taken.__contains__)
        self.taken.add(place)
        return place

    def _free_stem(self, folder: bytes, path: bytes) -> bytes:
        """A name no other video of this plan has in `folder`, whatever its ending: companions follow the name."""
        wanted = os.path.join(folder, os.path.basename(path))
        free = archive_paths.free(wanted, lambda each: os.path.splitext(each)[0].lower() in self.stems)
        self.stems.add(os.path.splitext(free)[0].lower())
        return os.path.splitext(os.path.basename(free))[0]

    def _companions(self, draft: Draft) -> Iterator[Step]:
        for path in draft.loser.paths:
            folder = self.facts.folders.get(os.path.dirname(path))
            if folder is None:
                continue
            for companion in self._companions_of(folder, draft.loser, path):
                if companion.path in self.travelling or companion.path in self.facts.linked:
                    continue
                owners = {os.path.join(folder.path, owner) for owner in companion.claim.owners}
                # What a copy that stays needs too, stays; what several need goes with the last of them.
                if owners <= self.going and path == max(owners, key=lambda each: self.order[each]):
                    offered = self._offer(draft, companion)
                    if offered is None and self._is_relied_on(draft, companion):
                        continue
                    self.travelling.add(companion.path)
                    step = self._travels(_at(draft, path), companion, path, offered)
                    yield msgspec.structs.replace(step, owners=tuple(sorted(owners)))

    def _is_relied_on(self, draft: Draft, companion: Companion) -> bool:
        """Whether the copy to keep should have got these subtitles, and cannot: then they stay where they are."""
        is_wanted = self.wishes.offer_sidecars and companion.claim.what is CompanionKind.SUBTITLE
        home = os.path.dirname(draft.keeper.paths[0])
        return is_wanted and home in self.facts.folders and self._is_lacking(draft, companion, home)

    def _companions_of(self, folder: Folder, video: FileFacts, path: bytes) -> list[Companion]:
        key = folder.path, video.kind is Kind.MOVIE
        if key not in self._known:
            owned: defaultdict[bytes, list[Companion]] = defaultdict(list)
            for companion in companions_in(folder, films=key[1]):
                for owner in companion.claim.owners:
                    owned[owner].append(companion)
            self._known[key] = owned
        return self._known[key].get(os.path.basename(path), [])

    def _travels(self, draft: Draft, companion: Companion, video: bytes, offered: bytes | None) -> Step:
        if offered is None:
            step = self._step(draft, companion.path, 0, "", self._follows(draft, companion, video))
            return msgspec.structs.replace(
                step,
                is_video=False,
                proof=companion.entry.proof,
                frees=companion.entry.proof.size if draft.op is Op.ARCHIVE else 0,
                reason=f"{companion.claim.what} of the copy that goes",
            )
        self.taken.add(offered)
        return msgspec.structs.replace(
            self._step(draft, companion.path, 0, "", offered),
            op=Op.OFFER,
            to=offered,
            device=draft.keeper.device,
            is_video=False,
            proof=companion.entry.proof,
            reason=f"{companion.claim.what} that the copy to keep lacks",
        )

    def _follows(self, draft: Draft, companion: Companion, video: bytes) -> bytes:
        """Where a companion goes: in the archive its own path, else beside its video under that's new name."""
        if draft.op is not Op.MOVE:
            return self._place(draft, companion.path)
        stem, (suffix, ending) = (
            os.path.splitext(self.renamed[video])[0],
            os.path.splitext(companion.claim.suffix),
        )
        wanted = stem + suffix
        place, number = wanted + ending, 1
        while place in self.taken:
            number += 1
            place = wanted + b".%d" % number + ending
        self.taken.add(place)
        return place

    def _offer(self, draft: Draft, companion: Companion) -> bytes | None:
        """Where the sidecar goes beside the keeper, if that lacks it."""
        if not self.wishes.offer_sidecars or companion.claim.what not in _OFFERED:
            return None
        keeper = draft.keeper.paths[0]
        home = self.facts.folders.get(os.path.dirname(keeper))
        if home is None or any(archive_paths.is_under(keeper, each) for each in self.wishes.protected):
            return None
        place = self._beside_keeper(keeper, companion)
        if place is None or not self._is_lacking(draft, companion, home.path):
            return None
        return place

    def _beside_keeper(self, keeper: bytes, companion: Companion) -> bytes | None:
        """A free name for a sidecar of the keeper; of subtitles a second in one language gets a number."""
        home, base = os.path.split(keeper)
        stem, (suffix, ending) = os.path.splitext(base)[0], os.path.splitext(companion.claim.suffix)
        is_pair = ending.lower() in (b".idx", b".sub")  # the two must keep one name
        counted = companion.claim.what is CompanionKind.SUBTITLE and suffix and not is_pair
        for number in range(1, 10 if counted else 2):
            name = stem + suffix + (b".%d" % number if number > 1 else b"") + ending
            place = os.path.join(home, name)
            if (
                len(name) <= archive_paths.NAME_MAX
                and name not in self._names[home]
                and place not in self.taken
            ):
                return place
        return None

    def _is_lacking(self, draft: Draft, companion: Companion, home: bytes) -> bool:
        claim = companion.claim
        if claim.what is CompanionKind.SUBTITLE:
            in_step = draft.loser.id not in draft.group.out_of_step
            track = sidecars.describe(claim.suffix.decode("utf-8", "surrogateescape"))
            return in_step and (track.language, track.kind) not in draft.keeper.subtitles
        beside = self._companions_of(self.facts.folders[home], draft.keeper, draft.keeper.paths[0])
        kept = [each.claim for each in beside if each.path not in self.travelling]
        if claim.what is CompanionKind.NFO:
            return not any(each.what is CompanionKind.NFO for each in kept)
        plain = claim.suffix.lower().rpartition(b".")[0]
        return not any(each.suffix.lower().rpartition(b".")[0] == plain for each in kept)


def _keepers(draft: Draft) -> tuple[Keeper, ...]:
    """The keeper that answers for the loser first, then those that its tracks rest on too."""
    held = draft.group.holds if draft.others else {}
    return tuple(
        Keeper(keeper.paths[0], keeper.proof, held.get((draft.loser.id, keeper.id), ()))
        for keeper in (draft.keeper, *draft.others)
    )


def left_in(drafts: Sequence[Draft], steps: Sequence[Step], facts: Facts) -> list[Refused]:
    """Files that stay although the video goes they are named after, or lie with: nobody knows that they belong.

    Other videos are no news: they are in the catalogue.
    """
    gone = {step.path for step in steps}
    left: dict[bytes, Refused] = {}
    for draft in drafts:
        for path in draft.loser.paths if draft.op in _MOVES else ():
            folder = facts.folders.get(os.path.dirname(path))
            if folder is None:
                continue
            is_last = all(os.path.join(folder.path, name) in gone for name in folder.videos)
            stem = os.path.splitext(os.path.basename(path))[0].lower()
            for inner in (folder, *(folder.below if is_last else ())):
                for entry in inner.files:
                    place = os.path.join(inner.path, entry.name)
                    is_near = (is_last and not folder.is_shelf) or entry.name.lower().startswith(stem)
                    if is_near and place not in gone and entry.name not in inner.videos:
                        reason = _why_left(place, facts)
                        left.setdefault(place, Refused(place, draft.group.id, reason))
    return list(left.values())


def _why_left(path: bytes, facts: Facts) -> str:
    if path in facts.linked:
        return "a symbolic link in the library leads to it"
    return "is not known to belong to this copy only"


def _reason(draft: Draft) -> str:
    known = {
        EvidenceKind.EXACT: "same content, byte for byte, as",
        EvidenceKind.TITLE: "same title as",
        EvidenceKind.CONTENT: "same pictures as",
    }[draft.proven_by]
    kept = printable(os.path.basename(draft.keeper.paths[0]))
    reason = f"{known} {kept}" + (f", which is kept: {draft.group.why}" if draft.group.why else "")
    if draft.op is Op.HARDLINK:
        reason += (
            "; both names will lead to one file, so a program that writes into one changes both"
            " (its own file stays in the archive until it is purged)"
        )
    return reason
