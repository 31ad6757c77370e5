"""Compare two files, in the catalogue or not: are they the same, on which moments, and which is better?"""

import asyncio
import os
from collections.abc import Iterable

import msgspec

from mediavault_tui.domain import duplicates, quality
from mediavault_tui.domain.content.alignment import Alignment, Verdict
from mediavault_tui.domain.content.coverage import Coverage, coverage_of
from mediavault_tui.domain.duplicates import Doubt, Evidence, Veto
from mediavault_tui.domain.media import EvidenceKind, MediaInfo
from mediavault_tui.domain.names import parse
from mediavault_tui.domain.quality import Copy
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.titles import Reason
from mediavault_tui.engine import worker_tasks
from mediavault_tui.engine.conversions import candidate_of, copy_of
from mediavault_tui.engine.matching import audio_comparison, expected_losses, timing
from mediavault_tui.engine.vault import Ask
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services import content_hash
from mediavault_tui.services.file_times import modified_ns
from mediavault_tui.services.workers import Workers
from mediavault_tui.store import catalogue, fingerprints
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.groups import GroupRecord

FOLDERS_READ = 3


class Comparison(msgspec.Struct, frozen=True):
    """Two files, `a` and `b`, set against each other."""

    a: FileRecord
    b: FileRecord
    same_content: bool
    confidence: float
    """0–100 that both are the same film or episode."""
    alignment: Alignment | None
    """None where pictures could not be compared."""
    verdict: str
    """`a`, `b` or `too_close`."""
    reasons: tuple[str, ...]
    would_lose_a: tuple[str, ...]
    """What archiving `a` and keeping `b` would lose."""
    would_lose_b: tuple[str, ...]
    vetoes: tuple[str, ...]
    coverage: Coverage | None = None
    """What both have in common by their pictures; None where these are not the same."""
    setbacks: tuple[str, ...] = ()
    """Of `reasons`, those that put a file behind whatever its points: `a is damaged: …`."""


async def compare(
    workers: Workers, settings: Settings, ask: Ask | None, path_a: bytes, path_b: bytes
) -> Comparison:
    """Set two files against each other; what the catalogue knows by `ask` is not read again.

    Raises FileUnreadable naming the file.
    """
    a, b = await sides(workers, settings, ask, path_a, path_b)
    same = await asyncio.to_thread(_same_content, a, b)
    found = None if same else await _align(workers, settings, ask, a, b)
    confidence, vetoes = _likeness(a, b, found, settings, same=same)
    sounds = None if same else await _heard(workers, settings, a, b, found)
    return judge(
        a, b, found, settings, same_content=same, confidence=confidence, vetoes=vetoes, sounds=sounds
    )


async def _heard(
    workers: Workers, settings: Settings, a: FileRecord, b: FileRecord, found: Alignment | None
) -> quality.AudioEvidence:
    """What the catalogue knows of their sound, else what listening to it now tells."""
    known = expected_losses.sounds((a, b))
    is_aligned = found is not None and found.verdict is Verdict.SAME and found.measured
    wanted = audio_comparison.audio_request(
        copy_of(a), copy_of(b), known, coverage_of(found) if found and is_aligned else None
    )
    return await audio_comparison.now(workers, settings, (a, b), wanted) if wanted else known


async def sides(
    workers: Workers, settings: Settings, ask: Ask | None, path_a: bytes, path_b: bytes
) -> tuple[FileRecord, FileRecord]:
    """What is known of each before their pictures are compared. Raises FileUnreadable naming the file."""
    return (
        await _side(workers, settings, ask, path_a, 1),
        await _side(workers, settings, ask, path_b, 2),
    )


def from_group(group: GroupRecord, a: FileRecord, b: FileRecord, settings: Settings) -> Comparison:
    """Two files of a group by what matching found out; `alignment` is None where pictures were not compared."""
    is_same = a.content_hash is not None and a.content_hash == b.content_hash
    alignment = None if is_same else _kept(group.found.evidence, a, b)
    return judge(
        a, b, alignment, settings, same_content=is_same, confidence=group.found.confidence, vetoes=()
    )


def _kept(evidence: Iterable[Evidence], a: FileRecord, b: FileRecord) -> Alignment | None:
    """How the pictures of both lie in time, as far as evidence says so."""
    for each in evidence:
        if each.kind is EvidenceKind.CONTENT and {each.a, each.b} == {a.id, b.id}:
            first, second = (a, b) if each.a == a.id else (b, a)
            found = duplicates.alignment_of(each, first.info.duration_s or 0.0, second.info.duration_s or 0.0)
            return found if each.a == a.id else found.turned()
    return None


def judge(
    a: FileRecord,
    b: FileRecord,
    found: Alignment | None,
    settings: Settings,
    *,
    same_content: bool,
    confidence: float,
    vetoes: tuple[str, ...],
    sounds: quality.AudioEvidence | None = None,
    coverage: Coverage | None = None,
) -> Comparison:
    """Which of both is better, and what would be lost. `sounds` is what the catalogue knows, if not given.

    `coverage` is what both have in common, where that is known otherwise than from `found`.
    """
    copies = copy_of(a), copy_of(b)
    sounds = expected_losses.sounds((a, b)) if sounds is None else sounds
    if coverage is None and found and found.verdict is Verdict.SAME and found.overlap_s > 0:
        coverage = coverage_of(found)
    compared = frozenset({a.id, b.id}) if coverage else frozenset[int]()
    ranking = quality.rank(copies, settings.quality, compared)
    decided = ranking.verdict is quality.Verdict.BETTER
    best = ranking.standings[0].id
    setbacks = _setbacks(ranking, a.id, b.id)
    return Comparison(
        a=a,
        b=b,
        same_content=same_content,
        confidence=confidence,
        alignment=Alignment(Verdict.SAME, 100, overlap_a=1.0, overlap_b=1.0) if same_content else found,
        verdict=("a" if best == a.id else "b") if decided else "too_close",
        reasons=(*_reasons(ranking, a.id, b.id), *setbacks, ranking.reason),
        setbacks=setbacks,
        would_lose_a=() if same_content else _lost(copies[0], copies[1], sounds, coverage),
        would_lose_b=()
        if same_content
        else _lost(copies[1], copies[0], sounds, coverage.turned() if coverage else None),
        vetoes=vetoes,
        coverage=coverage,
    )


def _lost(
    loser: Copy, keeper: Copy, sounds: quality.AudioEvidence, coverage: Coverage | None
) -> tuple[str, ...]:
    found = quality.would_lose(loser, [keeper], sounds, lambda *_: coverage)
    return tuple(loss.words for loss in found)


def _reasons(ranking: quality.Ranking, a: int, b: int) -> list[str]:
    standing = {s.id: s for s in ranking.standings}
    parts: dict[str, list[str]] = {}
    for side in (a, b):
        for reason in standing[side].reasons:
            parts.setdefault(reason.name, []).append(f"{reason.text} ({reason.points:g})")
    return [f"{name}: {' against '.join(texts)}" for name, texts in parts.items()]


def _setbacks(ranking: quality.Ranking, a: int, b: int) -> tuple[str, ...]:
    setback = {s.id: s.setback for s in ranking.standings}
    said = (("a", setback[a]), ("b", setback[b]))
    return tuple(f"{letter} is {each.text}" for letter, each in said if each)


async def _side(
    workers: Workers, settings: Settings, ask: Ask | None, path: bytes, number: int
) -> FileRecord:
    """The catalogue's record if it is up to date, else one made now (`number` stands for its id)."""
    real, status = await asyncio.to_thread(_look_at, path)
    known = await ask(catalogue.by_path, real) if ask else None
    state = (status.st_size, modified_ns(status))
    if known and (known.size, known.mtime_ns) == state and known.info != MediaInfo():
        return known
    info = await timing.in_worker(
        workers, settings.scan.mediainfo_timeout_s, worker_tasks.media_info, real, *state
    )
    assert info is None or isinstance(info, MediaInfo)
    text = real.decode("utf-8", "replace")
    return FileRecord(
        id=-number,
        paths=(real,),
        device=status.st_dev,
        inode=status.st_ino,
        size=status.st_size,
        mtime_ns=modified_ns(status),
        links=status.st_nlink,
        status="damaged" if info is None or info.damage else "ok",
        problem=info.damage if info else "cannot be read",
        name=parse("/".join(text.split("/")[-1 - FOLDERS_READ :])),
        info=info or MediaInfo(damage="cannot be read"),
        content_hash=None,
    )


def _look_at(path: bytes) -> tuple[bytes, os.stat_result]:
    real = os.path.realpath(path)
    try:
        return real, os.stat(real)
    except OSError as error:
        raise FileUnreadable(f"{os.fsdecode(path)}: {error.strerror}", "Check the name.") from error


def _same_content(a: FileRecord, b: FileRecord) -> bool:
    if (a.device, a.inode) == (b.device, b.inode):
        return True
    if a.size != b.size or a.size == 0:
        return False
    return content_hash.same_content(a.paths[0], b.paths[0])


async def _align(
    workers: Workers, settings: Settings, ask: Ask | None, a: FileRecord, b: FileRecord
) -> Alignment | None:
    prints = [await _fingerprint(workers, settings, ask, side) for side in (a, b)]
    timeout_s = settings.scan.fingerprint_timeout_s
    return await timing.aligned(workers, timeout_s, (a.paths[0], b.paths[0]), (prints[0], prints[1]))


async def _fingerprint(
    workers: Workers, settings: Settings, ask: Ask | None, side: FileRecord
) -> bytes | None:
    if ask and side.id > 0:
        from mediavault_tui.domain.content.fingerprint import FINGERPRINT_VERSION  # brings numpy in

        known = await ask(fingerprints.one, side.id, FINGERPRINT_VERSION)
        if known is not None:
            return known
    return await timing.fingerprint(workers, settings.scan.fingerprint_timeout_s, side.paths[0])


def _likeness(
    a: FileRecord, b: FileRecord, found: Alignment | None, settings: Settings, *, same: bool
) -> tuple[float, tuple[str, ...]]:
    """Confidence that both are the same, and what speaks against it whatever they look like."""
    pair = (min(a.id, b.id), max(a.id, b.id))
    candidates = [candidate_of(a), candidate_of(b)]
    evidence: list[Evidence] = list(duplicates.title_pairs(candidates, settings.match).evidence)
    vetoes: list[Veto] = []
    doubts: list[Doubt] = []
    if same:
        evidence.append(
            Evidence(
                EvidenceKind.EXACT, *pair, 100.0, (Reason("content", 100, "same content, byte for byte"),)
            )
        )
    finding = duplicates.content_finding(candidates[0], candidates[1], found) if found else None
    if isinstance(finding, Veto):
        vetoes.append(finding)
    elif isinstance(finding, Doubt):
        doubts.append(finding)
    elif finding is not None:
        evidence.append(finding)
    grouping = duplicates.group(candidates, evidence, vetoes, settings.match, doubts)
    name_veto = duplicates.name_veto(*candidates)
    told = tuple(veto.reason for veto in (*vetoes, *([name_veto] if name_veto else [])))
    if grouping.groups:
        return grouping.groups[0].confidence, () if same else told
    scores = [float(found.score)] if found else [e.score for e in evidence]
    return (min(scores, default=0.0) if told else max(scores, default=0.0)), told
