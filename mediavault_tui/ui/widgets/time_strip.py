"""A rule that shows which parts of two files are the same, and which only one of them has."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from mediavault_tui.domain.playback_timeline import Part, Shown

GLYPHS = {
    Shown.SAME: "─",
    Shown.A_ONLY: "▀",
    Shown.B_ONLY: "▄",
    Shown.OTHER: "≠",
    Shown.NOTHING: " ",
}
"""One character each: they must be told apart without colours."""
MARK, KNOB = "╪", "●"
LEGEND = (
    (Shown.A_ONLY, "only a"),
    (Shown.B_ONLY, "only b"),
    (Shown.OTHER, "other"),
)
ABOUT = "Below the pictures ▀ is what only a has, ▄ what only b has, ≠ other pictures, ╪ a great difference."


class Run(NamedTuple):
    """Cells of one kind."""

    text: str
    is_different: bool
    is_past: bool
    """Before the knob."""


def cells(
    parts: Sequence[Part], span: tuple[float, float], width: int, marks: Iterable[float] = ()
) -> list[str]:
    """A character a column. A difference takes at least one, however short; `marks` are moments worth seeing."""
    shown = [GLYPHS[Shown.SAME]] * width
    for part in sorted(parts, key=lambda part: part.start_s - part.end_s):  # the short ones over the long
        if part.shown is not Shown.SAME:
            first, last = (column(at, span, width + 1) for at in (part.start_s, part.end_s))
            first = max(0, min(first, width - 1))
            shown[first : max(last, first + 1)] = [GLYPHS[part.shown]] * len(
                shown[first : max(last, first + 1)]
            )
    for mark in marks:
        place = column(mark, span, width)
        if place < width and shown[place] == GLYPHS[Shown.SAME]:
            shown[place] = MARK
    return shown


def runs(shown: Sequence[str], knob: int) -> list[Run]:
    """The same in as few pieces as possible, the knob a piece of its own."""
    plain = {GLYPHS[Shown.SAME], MARK, KNOB}
    placed = [KNOB if place == knob else glyph for place, glyph in enumerate(shown)]
    kinds = [(glyph not in plain, place < knob, place == knob) for place, glyph in enumerate(placed)]
    found = []
    for (is_different, is_past, _), group in groupby(range(len(placed)), key=kinds.__getitem__):
        found.append(Run("".join(placed[place] for place in group), is_different, is_past))
    return found


def column(moment: float, span: tuple[float, float], width: int) -> int:
    """Which of `width` columns a moment belongs to."""
    start, end = span
    share = (moment - start) / (end - start) if end > start else 0.0
    return round(min(max(share, 0.0), 1.0) * max(0, width - 1))
