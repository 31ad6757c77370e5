"""What the runtimes of two files say about their being the same."""

from mediavault_tui.domain.titles import Reason

# 25 pictures a second instead of 23.976: PAL discs run this much faster than film.
PAL_SPEED_UP = 25 * 1001 / 24000
_SHORT_S = 20.0  # differences below this are station idents and black frames, whatever the length


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
