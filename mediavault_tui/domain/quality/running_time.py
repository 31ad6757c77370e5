"""Running time that one copy has and another has not, beyond what speed and trimmed edges explain."""

from mediavault_tui.domain.content.coverage import Coverage, clock, describe, describe_places, seconds
from mediavault_tui.domain.duplicates.duration import unexplained_s
from mediavault_tui.domain.quality.values import Copy

# Subtitles that run this much early or late, or at another speed, are of no use with the other copy.
_OFFSET_S, _SPEED, _DURATION_S = 0.3, 0.001, 1.0


def lost_pictures(loser: Copy, keeper: Copy, coverage: Coverage | None) -> str | None:
    """`1:50 of pictures` that `loser` has and `keeper` has not; None where nothing is lost.

    `coverage` is what comparing the pictures of both said (a is the loser); what it found between the ends is
    named: `0:30 of pictures at 0:35–1:05`. Without it the runtimes decide.
    """
    if coverage is not None:
        alone = coverage.a.beyond_s(coverage.common_s)
        if not alone:
            return None
        places = describe_places(coverage.a.between)
        return f"{clock(alone)} of pictures" + (f" at {places}" if places else "")
    if loser.media is None or keeper.media is None or loser.media.damage or keeper.media.damage:
        return None
    ours, theirs = _runtime(loser), _runtime(keeper)
    more = unexplained_s(ours, theirs) if ours[0] > theirs[0] else 0.0
    return f"{clock(more)} of pictures" if more else None


def longer_keeper(loser: Copy, keeper: Copy, coverage: Coverage | None) -> str | None:
    """Why `keeper`, which has more before, after or between, is not sure to be the better one; None where it has not.

    The rest may be other programmes or advertisements of a recording as well as what `loser` was cut of; nobody
    but the user can tell. Damage that is known of tells.
    """
    if coverage is None or (loser.media and loser.media.damage):
        return None
    theirs = coverage.turned()
    alone = theirs.a.beyond_s(theirs.common_s)
    if not alone:
        return None
    ends, places = describe(theirs.a, "the copy to keep"), describe_places(theirs.a.between)
    inside = (
        f"the copy to keep has {seconds(theirs.a.inside_s)} within it besides, at {places}"
        if places
        else None
    )
    more = "; ".join(filter(None, [ends, inside])) or f"the copy to keep has {seconds(alone)} besides"
    return f"{more}: other programmes, or missing here? decide yourself"


def subtitles_fit(
    moment: tuple[float, float] | None,
    ours_s: float | None,
    theirs_s: float | None,
    coverage: Coverage | None = None,
) -> bool:
    """Whether the subtitles of one copy can be read with another: they start and run alike, without cuts between.

    `moment` is (offset in seconds, speed) as measured from the pictures; without it the runtimes decide.
    """
    if coverage is not None and max(coverage.a.inside_s, coverage.b.inside_s) > _OFFSET_S:
        return False
    if moment is not None:
        return abs(moment[0]) <= _OFFSET_S and abs(moment[1] - 1) <= _SPEED
    return ours_s is not None and theirs_s is not None and abs(ours_s - theirs_s) <= _DURATION_S


def _runtime(copy: Copy) -> tuple[float, float | None]:
    media = copy.media
    assert media is not None
    return media.duration_s or 0.0, media.video.fps if media.video else None
