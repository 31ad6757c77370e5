"""Which of several copies is the better one, and when that is too close to call."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from mediavault_tui.domain.quality.score import score
from mediavault_tui.domain.quality.values import Copy, Ranking, Standing, Verdict
from mediavault_tui.domain.settings import Quality
from mediavault_tui.domain.text import duration
from mediavault_tui.domain.transient import Transient

# A copy shorter than this share of the longest whole one has lost its end or its beginning.
# The PAL speed-up leaves 0.959 of the runtime, credits and recaps cut away 0.9.
_WHOLE_SHARE = 0.85

_DOUBTFUL = "probably damaged"


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
    judged.sort(key=lambda j: (_weight(j[0], j[2].place), -j[1].total, -j[2].size, j[2].path, j[2].id))
    standings = tuple(
        Standing(points.id, place, points.total, points.reasons, setback, copy.place)
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


def _setback(copy: Copy, longest: float) -> str | None:
    if copy.place is not None:
        return copy.place.what
    damage = _damage(copy)
    if damage is not None:
        return f"damaged: {damage}"
    if copy.problem is not None:
        return f"cannot be read: {copy.problem}"
    if copy.media is None:
        return "not examined yet"
    if copy.media.doubt:
        return f"{_DOUBTFUL}: {copy.media.doubt}"
    runtime = _runtime(copy)
    if 0 < runtime < _WHOLE_SHARE * longest:
        return f"cut short: {duration(runtime)} of {duration(longest)}"
    return None


def _weight(setback: str | None, place: Transient | None) -> float:
    if setback is None:
        return 0
    if place is not None:
        return 0.5 if place.by_choice else 4
    if setback.startswith(("damaged", "cannot be read")):
        return 3
    return 2 if setback.startswith(("cut short", _DOUBTFUL)) else 1


def _verdict(standings: Sequence[Standing], settings: Quality) -> tuple[Verdict, str]:
    if not standings:
        return Verdict.TOO_CLOSE, "no copies"
    first, *others = standings
    if first.place is not None:
        return Verdict.TOO_CLOSE, f"even the best copy {first.place.what}"
    if first.setback and _weight(first.setback, None) > 1:
        return Verdict.ALL_DAMAGED, f"every copy has a fault; the best is {first.setback}"
    lasting = [s for s in others if s.place is None]
    if first.setback or (lasting and _weight(lasting[0].setback, None) == 1):
        return Verdict.TOO_CLOSE, "a copy has not been examined yet"
    whole = [s for s in others if s.setback is None]
    if not whole:
        doubtful = next((s for s in others if (s.setback or "").startswith(_DOUBTFUL)), None)
        if doubtful is not None and doubtful.score >= first.score + settings.margin:
            return Verdict.TOO_CLOSE, f"the other would be better, but is {doubtful.setback}; decide yourself"
        return Verdict.BETTER, others[0].setback or "" if others else "the only copy"
    lead = first.score - whole[0].score
    if lead < settings.margin:
        return Verdict.TOO_CLOSE, f"{lead:g} points apart, less than {settings.margin:g}"
    return Verdict.BETTER, f"{lead:g} points ahead"
