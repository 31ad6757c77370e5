"""`mediavault stats`: figures about the collection."""

from typing import TYPE_CHECKING

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.domain.text import duration, printable, size

if TYPE_CHECKING:
    from mediavault_tui.store.roots import Root
    from mediavault_tui.store.statistics import Figures

SCANS_SHOWN = 5


@click.command(name="stats", epilog="Examples:\n\n  mediavault stats\n\n  mediavault stats --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def command(globals_: Globals, as_json: bool) -> None:
    """Figures about the collection, and the latest scans."""
    import msgspec

    from mediavault_tui.store import roots, scans, statistics
    from mediavault_tui.store.database import reading

    with reading(globals_.database) as connection:
        found = statistics.figures(connection)
        known_roots = roots.all_roots(connection)
        latest = scans.recent(connection, SCANS_SHOWN)
    if as_json:
        output.json_document(
            {
                **msgspec.to_builtins(found),
                "roots": [
                    {"path": output.path_text(root.path), "offline": root.offline_reason}
                    for root in known_roots
                ],
                "scans": msgspec.to_builtins(latest),
            }
        )
        return
    _show(found, known_roots)
    for scan in latest:
        output.data(
            f"scan {scan.id}: {scan.outcome}, {scan.files_found:,} files, {scan.files_new:,} new,"
            f" {scan.skipped:,} skipped, {duration(scan.seconds)}"
        )


def _show(found: "Figures", known_roots: "list[Root]") -> None:
    output.data(f"{found.files:,} files, {size(found.bytes)}, {duration(found.duration_s)} of runtime")
    if found.damaged or found.suspect or found.missing:
        output.data(f"{found.damaged:,} damaged, {found.suspect:,} suspect, {found.missing:,} missing")
    if found.archived or found.purged:
        told = f"{found.archived:,} in the archive ({size(found.archived_bytes)})"
        output.data(f"{told}, {found.purged:,} erased ({size(found.purged_bytes)})")
    for name in ("kind", "container", "video_codec", "height", "hdr", "decade"):
        counts: dict[str, int] = getattr(found, f"by_{name}")
        if counts:
            listed = ", ".join(f"{printable(key)} {count:,}" for key, count in counts.items())
            output.data(f"by {name.replace('_', ' ')}: {listed}")
    for root in known_roots:
        state = f"offline: {root.offline_reason}" if root.offline_reason else "online"
        output.data(f"folder {printable(root.path)}: {state}")
