"""`mediavault compare`: two files set against each other."""

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.schemas import file_fields, stretch_fields
from mediavault_tui.domain.content.coverage import describe_pair
from mediavault_tui.domain.settings import Quality
from mediavault_tui.domain.text import duration, printable, size
from mediavault_tui.errors import FileUnreadable

if TYPE_CHECKING:
    from mediavault_tui.engine.matching.compare import Comparison


@click.command(
    name="compare",
    epilog="Examples:\n\n  mediavault compare old.avi new.mkv\n\n  mediavault compare old.avi new.mkv --json\n\n"
    "  mediavault compare old.avi new.mkv --windows",
)
@click.argument("a", type=click.Path())
@click.argument("b", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--windows", "in_windows", is_flag=True, help="Play both in two windows of the desktop, in step."
)
@click.pass_obj
def command(globals_: Globals, a: str, b: str, as_json: bool, in_windows: bool) -> None:
    """Compare two files, whether the catalogue knows them or not: same pictures? which is better? what is lost?

    On a terminal it opens the comparison with both pictures; into a pipe or a file it writes what it found.
    With --windows both play side by side on the desktop; it returns when they are closed.
    """
    paths = os.fsencode(a), os.fsencode(b)
    if in_windows:
        if as_json:
            raise click.UsageError("--windows opens windows, --json prints: choose one of them")
        from mediavault_tui.cli.compare_windows import open_windows

        for path in paths:
            _require(path)
        open_windows(*paths)
        return
    if not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        from mediavault_tui.cli.tui import open_comparison

        for path in paths:
            _require(path)
        raise SystemExit(open_comparison(globals_, *paths))
    found = _compare(globals_, *paths)
    if as_json:
        output.json_document(comparison_fields(found, globals_.settings.quality))
    else:
        _show(found)


def _require(path: bytes) -> None:
    try:
        os.stat(path)
    except OSError as error:
        raise FileUnreadable(f"{os.fsdecode(path)}: {error.strerror}", "Check the name.") from error


def _compare(globals_: Globals, a: bytes, b: bytes) -> "Comparison":
    from mediavault_tui.engine.matching.compare import compare
    from mediavault_tui.engine.vault import asking
    from mediavault_tui.services.workers import Workers

    ask = asking(globals_.database) if globals_.database.exists() else None
    with Workers(1) as workers:  # a second costs more to start than it saves
        return asyncio.run(compare(workers, globals_.settings, ask, a, b))


def comparison_fields(found: "Comparison", weights: Quality) -> dict[str, Any]:
    """A comparison for scripts."""
    from mediavault_tui.domain.content.alignment import Verdict

    aligned = found.alignment if found.alignment and found.alignment.verdict is Verdict.SAME else None
    if aligned is not None and not aligned.measured:
        aligned = None
    return {
        "a": file_fields(found.a, weights),
        "b": file_fields(found.b, weights),
        "same_content": found.same_content,
        "confidence": round(found.confidence),
        "offset_s": round(aligned.offset_s, 4) if aligned else None,
        "speed": aligned.speed if aligned else None,
        "stretches": stretch_fields(aligned.stretches) if aligned else [],
        "verdict": found.verdict,
        "reasons": list(found.reasons),
        "would_lose": {"a": list(found.would_lose_a), "b": list(found.would_lose_b)},
        "vetoes": list(found.vetoes),
        "pictures": {
            "verdict": found.alignment.verdict,
            "score": found.alignment.score,
            "reasons": list(found.alignment.words),
            "measured": found.alignment.measured,
            "differences": list(describe_pair(found.coverage)) if found.coverage else [],
        }
        if found.alignment
        else None,
    }


def _show(found: "Comparison") -> None:
    for letter, side in (("a", found.a), ("b", found.b)):
        video = side.info.video
        picture = f"{video.width}×{video.height} {video.codec}" if video else "no picture"
        length = duration(side.info.duration_s) if side.info.duration_s else "unknown length"
        output.data(f"{letter}: {printable(side.paths[0])}")
        output.data(f"   {size(side.size)}, {length}, {picture}")
    if found.same_content:
        output.data("the same content, byte for byte")
    else:
        output.data(f"the same film or episode: {found.confidence:.0f} % sure")
    said = found.alignment.words if found.alignment else ()
    for text in (*said, *(describe_pair(found.coverage) if found.coverage else ()), *found.vetoes):
        output.data(f"   {printable(text)}")
    output.data({"a": "a is better", "b": "b is better"}.get(found.verdict, "too close to call"))
    for text in found.reasons:
        output.data(f"   {printable(text)}")
    for letter, losses in (("a", found.would_lose_a), ("b", found.would_lose_b)):
        if losses:
            output.data(f"archiving {letter} would lose {printable(', '.join(losses))}")
