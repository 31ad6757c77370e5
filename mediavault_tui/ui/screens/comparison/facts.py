"""What the comparison shows of two files in words: facts, verdict, what would be lost, and what was decided."""

from mediavault_tui.domain.content import alignment
from mediavault_tui.domain.content.alignment import Alignment
from mediavault_tui.domain.content.coverage import coverage_of, describe_pair
from mediavault_tui.domain.settings import Settings
from mediavault_tui.store.groups import Choice
from mediavault_tui.ui.screens.comparison.loading import Pair
from mediavault_tui.ui.screens.duplicates import group_labels
from mediavault_tui.ui.widgets.comparison_rows import facts
from mediavault_tui.ui.widgets.side_by_side import Head, Pieces, Table, Verdict


def pair_table(pair: Pair, settings: Settings) -> Table:
    """Both files as a table; what differs comes first."""
    everything = facts(pair.files, settings.quality)
    return Table(
        above=tuple(_above(pair, settings)),
        heads=(_head(pair, 0), _head(pair, 1)),
        verdicts=_verdicts(pair),
        facts=(
            *(fact for fact in everything if not fact.is_same),
            *(fact for fact in everything if fact.is_same),
        ),
        below=tuple(_below(pair)),
        chosen=None,
    )


def _above(pair: Pair, settings: Settings) -> list[Pieces]:
    lines: list[Pieces] = []
    found = pair.comparison
    if found is not None:
        text, role = group_labels.confidence(found.confidence, settings.match)
        number, word = text.split()
        same = ("the same content", "good") if found.same_content else (f"{number} % {word} the same", role)
        better = {
            "a": ("a is better", "bold good"),
            "b": ("b is better", "bold good"),
            "too_close": ("too close to call", "bold warning"),
        }[found.verdict]
        if found.same_content and found.verdict == "too_close":
            lines.append([same, (" · ", "muted"), ("either will do", "bold good")])
        else:
            lines.append([same, (" · ", "muted"), better, (": ", "muted"), (found.reasons[-1], "text")])
        lines += [[("But: ", "bold bad"), (veto, "bad")] for veto in found.vetoes]
        if differs := _differing(found.alignment):
            lines.append([("Runtime: ", "muted"), ("; ".join(differs), "warning")])
    if pair.detail is None:
        lines.append([("In no duplicate group together, so there is nothing to decide.", "muted")])
    elif decided := group_labels.decided(pair.detail):
        lines.append(decided)
    return lines


def _differing(found: Alignment | None) -> tuple[str, ...]:
    """Where one of both has what the other has not, as `b lacks 30 s at 0:35 (0:35–1:05 of a)`."""
    if (
        found is None
        or found.verdict is not alignment.Verdict.SAME
        or not (found.measured and found.stretches)
    ):
        return ()
    return describe_pair(coverage_of(found))


def _head(pair: Pair, side: int) -> Head:
    """Letter, and what was decided about the file."""
    title = "ab"[side]
    detail = pair.detail
    if detail is not None and len(detail.files) > 2:
        title += f" (file {group_labels.names_of(detail).get(pair.files[side].id, '?')})"
    decision = detail.group.decision if detail and not detail.group.reopened else None
    if decision is None:
        status = pair.files[side].status
        return Head(title, "" if status == "ok" else status, "bad")
    if decision.choice is Choice.KEEP_ALL or pair.files[side].id in decision.keepers:
        return Head(title, "✓ kept", "good")
    if decision.choice is Choice.KEEP:
        return Head(title, "✗ goes", "bad")
    return Head(title, "≠ not the same", "muted")


def _verdicts(pair: Pair) -> tuple[Verdict, ...]:
    """What each file has that the other has not."""
    if pair.comparison is None:
        return ()
    return tuple(
        Verdict("archiving it would lose " + ", ".join(lost), "bad")
        if lost
        else Verdict("archiving it would lose nothing", "good")
        for lost in (pair.comparison.would_lose_a, pair.comparison.would_lose_b)
    )


def _below(pair: Pair) -> list[Pieces]:
    """Why, part by part, and what the pictures say."""
    if pair.comparison is None:
        return []
    lines: list[Pieces] = [[("Verdict: ", "muted"), (text, "text")] for text in pair.comparison.setbacks]
    if pair.comparison.alignment is not None:
        lines += [[("Pictures: ", "muted"), (reason, "text")] for reason in pair.comparison.alignment.words]
    if pair.comparison.coverage is not None:
        told = describe_pair(pair.comparison.coverage)
        lines += [[("Pictures: ", "muted"), (text, "warning")] for text in told]
    return lines
