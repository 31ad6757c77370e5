"""What the runtimes of two files say about their being the same."""

from mediavault_tui.domain.content.coverage import tolerance
from mediavault_tui.domain.duplicates.values import Candidate
from mediavault_tui.domain.titles import Reason

# 25 pictures a second instead of 23.976: PAL discs run this much faster than film.
PAL_SPEED_UP = 25 * 1001 / 24000
_PAL_WITHIN = 0.006
_PAL_RATE = 25.0
_BY_NAMES_SHARE = 0.004
"""Releases of one film differ by logos and credits; two that differ by more need their pictures compared."""
_SHORT_S = 20.0  # differences below this are station idents and black frames, whatever the length


def unexplained(a: Candidate, b: Candidate) -> float:
    """Seconds by which the runtimes of two files differ so much that names alone say too little; 0 if they do not."""
    longest = max(a.duration_s or 0.0, b.duration_s or 0.0)
    more = unexplained_s((a.duration_s or 0.0, a.fps), (b.duration_s or 0.0, b.fps))
    return more if more > _BY_NAMES_SHARE * longest else 0.0


def unexplained_s(a: tuple[float, float | None], b: tuple[float, float | None]) -> float:
    """Seconds by which two runtimes differ beyond what speed and trimmed edges explain; 0 if they do not.

    Of both: runtime in seconds (0 if unknown), frames a second. Only what runs at 25 may be sped up; where
    both rates are known and say otherwise, a ratio like that of PAL is chance.
    """
    longer, shorter = (a, b) if a[0] >= b[0] else (b, a)
    difference = longer[0] - shorter[0]
    if shorter[0] <= 0 or difference <= tolerance(shorter[0]):
        return 0.0
    pal = abs(longer[0] / shorter[0] - PAL_SPEED_UP) <= _PAL_WITHIN
    return 0.0 if pal and _may_be_pal(longer[1], shorter[1]) else difference


def _may_be_pal(longer: float | None, shorter: float | None) -> bool:
    if shorter is None or longer is None:
        return True
    return _is_pal(shorter) and not _is_pal(longer)


def _is_pal(fps: float) -> bool:
    return any(abs(fps - rate) < 0.1 for rate in (_PAL_RATE, 2 * _PAL_RATE))


def runtime_reason(a_s: float | None, b_s: float | None) -> Reason | None:
    """A reason with points for two runtimes in seconds; None where one is unknown or nothing is to say."""
    if not a_s or not b_s or a_s <= 0 or b_s <= 0:
        return None
    longer, shorter = max(a_s, b_s), min(a_s, b_s)
    ratio = longer / shorter
    if ratio <= 1.015:
        return Reason("runtime", 3, "same runtime")
    if abs(ratio - PAL_SPEED_UP) <= 0.006:
        return Reason("runtime", 0, "runtimes differ by the PAL speed-up")
    percent = 100 * (ratio - 1)
    if longer - shorter <= _SHORT_S and ratio <= 1.5:
        return Reason("runtime", -2, f"runtimes differ by {longer - shorter:.0f} s")
    text = f"runtimes differ by {percent:.0f} %"
    if ratio <= 1.12:
        return Reason("runtime", -6, f"{text}: credits, recap or a cut")
    if ratio <= 1.3:
        return Reason("runtime", -20, f"{text}: more than credits explain")
    return Reason("runtime", -45, f"{text}: hardly the same")
