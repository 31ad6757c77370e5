"""Which of several copies is the better one, and when that is too close to call."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from mediavault_tui.domain.quality.score import score
from mediavault_tui.domain.quality.values import Copy, RankedCopy, Ranking, Setback, SetbackKind, Verdict
from mediavault_tui.domain.settings import Quality
from mediavault_tui.domain.text import duration

# A copy shorter than this share of the longest whole one has lost its end or its beginning.
# The PAL speed-up leaves 0.959 of the runtime, credits and recaps cut away 0.9.
_WHOLE_SHARE = 0.85


def rank(copies: Iterable[Copy], settings: Quality, compared: AbstractSet[int] = frozenset()) -> Ranking:
    """Order copies, the best first; the order depends on the copies alone, not on how they come.

    Copies that are damaged, probably damaged or cut short, or cannot be read, stand last whatever their points, those
    not examined before them.
    Those `compared` by their pictures are judged by the part they have in common: the longest may be a
    recording with other programmes at its ends, and the shorter the clean film.
    The first is BETTER when it leads by at least `settings.margin` points or all others have a setback.
    """
    by_id = {copy.id: copy for copy in copies}
    longest = max((_runtime(c) for c in by_id.values() if not _is_doubtful(c)), default=0.0)
    judged = [
        (_setback(c, 0.0 if c.id in compared else longest), score(c, settings), c) for c in by_id.values()
    ]
    judged.sort(key=lambda j: (_behind(j[0]), -j[1].total, -j[2].size, j[2].path, j[2].id))
    standings = tuple(
        RankedCopy(points.id, place, points.total, points.reasons, setback, copy.place)
        for place, (setback, points, copy) in enumerate(judged, start=1)
    )
    return Ranking(standings, *_verdict(standings, settings))


def _damage(copy: Copy) -> str | None:
    return copy.media.damage if copy.media else None


def _is_doubtful(copy: Copy) -> bool:
    """Whether something speaks against the copy, so that others are not measured by it."""
    return copy.problem is not None or copy.media is None or bool(copy.media.damage or copy.media.doubt)


def _runtime(copy: Copy) -> float:
    return (copy.media.duration_s or 0.0) if copy.media else 0.0


def _setback(copy: Copy, longest: float) -> Setback | None:
    if copy.place is not None:
        kind = SetbackKind.SET_ASIDE if copy.place.by_choice else SetbackKind.TRANSIENT
        return Setback(kind, copy.place.what)
    damage = _damage(copy)
    if damage is not None:
        return Setback(SetbackKind.DAMAGED, f"damaged: {damage}")
    if copy.problem is not None:
        return Setback(SetbackKind.UNREADABLE, f"cannot be read: {copy.problem}")
    if copy.media is None:
        return Setback(SetbackKind.UNEXAMINED, "not examined yet")
    if copy.media.doubt:
        return Setback(SetbackKind.DOUBTFUL, f"probably damaged: {copy.media.doubt}")
    runtime = _runtime(copy)
    if 0 < runtime < _WHOLE_SHARE * longest:
        return Setback(SetbackKind.CUT_SHORT, f"cut short: {duration(runtime)} of {duration(longest)}")
    return None


# How far behind the others a copy stands, whatever its points.
_BEHIND = {
    SetbackKind.SET_ASIDE: 1,
    SetbackKind.UNEXAMINED: 2,
    SetbackKind.CUT_SHORT: 3,
    SetbackKind.DOUBTFUL: 3,
    SetbackKind.DAMAGED: 4,
    SetbackKind.UNREADABLE: 4,
    SetbackKind.TRANSIENT: 5,
}


def _behind(setback: Setback | None) -> int:
    return _BEHIND[setback.kind] if setback else 0


def _kind(standing: RankedCopy) -> SetbackKind | None:
    return standing.setback.kind if standing.setback else None


def _text(standing: RankedCopy) -> str:
    return standing.setback.text if standing.setback else ""


def _verdict(standings: Sequence[RankedCopy], settings: Quality) -> tuple[Verdict, str]:
    if not standings:
        return Verdict.TOO_CLOSE, "no copies"
    first, *others = standings
    if first.place is not None:
        return Verdict.TOO_CLOSE, f"even the best copy {first.place.what}"
    if first.setback and first.setback.kind is not SetbackKind.UNEXAMINED:
        return Verdict.ALL_DAMAGED, f"every copy has a fault; the best is {first.setback.text}"
    lasting = [s for s in others if s.place is None]
    if first.setback or (lasting and _kind(lasting[0]) is SetbackKind.UNEXAMINED):
        return Verdict.TOO_CLOSE, "a copy has not been examined yet"
    whole = [s for s in others if s.setback is None]
    if not whole:
        doubtful = next((s for s in others if _kind(s) is SetbackKind.DOUBTFUL), None)
        if doubtful is not None and doubtful.score >= first.score + settings.margin:
            return Verdict.TOO_CLOSE, f"the other would be better, but is {_text(doubtful)}; decide yourself"
        return Verdict.BETTER, _text(others[0]) if others else "the only copy"
    lead = first.score - whole[0].score
    if lead < settings.margin:
        return Verdict.TOO_CLOSE, f"{lead:g} points apart, less than {settings.margin:g}"
    return Verdict.BETTER, f"{lead:g} points ahead"
