"""`mediavault files`: the catalogue, for scripts and for reading."""

import operator
import re
from collections.abc import Callable
from typing import Any

import click

from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.schemas import file_fields
from mediavault_tui.domain.text import duration, size

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
GONE = ("missing", "archived", "purged")
_CONDITION = re.compile(r"\s*(\w+(?:\.\w+)?)\s*(!=|>=|<=|=|~|>|<)\s*(.*)", re.DOTALL)


class Condition:
    """One `--where`: `height>=1080`, `title~red dwarf`, `hdr=HDR10`, `audio.language=de`."""

    def __init__(self, text: str) -> None:
        found = _CONDITION.fullmatch(text)
        if not found:
            raise click.BadParameter(
                f"{text!r} is not FIELD=VALUE (also != >= <= > < and ~ for contains)", param_hint="--where"
            )
        self.name, self.operator, self.value = found.groups()

    @property
    def is_about_gone_files(self) -> bool:
        """Whether it asks for files that are not there: `status=archived`."""
        return self.name == "status" and self.operator == "=" and self.value.strip().casefold() in GONE

    def holds(self, record: dict[str, Any]) -> bool:
        """Whether a file's fields meet it. Of a list, one element is enough. Raises a usage error for no such field."""
        name, _, inner = self.name.partition(".")
        if name not in record:
            raise click.BadParameter(
                f"no field {name!r}; there are {', '.join(record)}", param_hint="--where"
            )
        found = record[name]
        values = found if isinstance(found, list) else [found]
        if inner:
            values = [value.get(inner) for value in values if isinstance(value, dict)]
        elif isinstance(found, list) and not found:
            values = [None]
        return any(self._compare(value) for value in values)

    def _compare(self, value: Any) -> bool:
        if self.operator == "~":
            return value is not None and self.value.casefold() in str(value).casefold()
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, int | float):
            try:
                return _OPERATORS[self.operator](value, float(self.value))
            except ValueError:
                return self.operator == "!="
        if value is None:  # unknown: equal to nothing given, neither above nor below anything
            return {"=": self.value == "", "!=": self.value != ""}.get(self.operator, False)
        return _OPERATORS[self.operator](str(value).casefold(), self.value.casefold())


@click.command(
    name="files",
    epilog="Examples:\n\n  mediavault files --where kind=movie --where 'height>=2160'\n\n"
    "  mediavault files --where status=damaged\n\n  mediavault files --where audio.language=de --json",
)
@click.option(
    "--where", "where", multiple=True, metavar="FIELD=VALUE",
    help="Only files whose field is (= != >= <= > <) or contains (~) VALUE; may be repeated.",
)  # fmt: skip
@click.option("--missing", is_flag=True, help="Also list missing files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, a record per file.")
@click.pass_obj
def command(globals_: Globals, where: tuple[str, ...], missing: bool, as_json: bool) -> None:
    """List the catalogue. Hard links are one file with several paths."""
    from mediavault_tui.store import catalogue
    from mediavault_tui.store.database import reading

    conditions = [Condition(text) for text in where]
    weights = globals_.settings.quality
    with reading(globals_.database) as connection:
        gone = missing or any(condition.is_about_gone_files for condition in conditions)
        every = (file_fields(file, weights) for file in catalogue.files(connection, missing=gone))
        records = (record for record in every if all(condition.holds(record) for condition in conditions))
        if as_json:
            output.json_array(records)
        else:
            _show(list(records), is_filtered=bool(where))


def _show(records: list[dict[str, Any]], *, is_filtered: bool) -> None:
    if not records:
        output.print_message(
            "no file fits" if is_filtered else "the catalogue is empty: mediavault scan FOLDER fills it"
        )
        return
    output.table(
        ("path", "kind", "title", "length", ">size", "picture", ">score", "status"),
        (
            (
                record["path"],
                record["kind"],
                _title(record),
                duration(record["duration_s"]) if record["duration_s"] else "",
                size(record["size"]),
                f"{record['width']}×{record['height']} {record['video_codec']}" if record["width"] else "",
                record["quality_score"] if record["quality_score"] is not None else "",
                record["status"],
            )
            for record in records
        ),
    )


def _title(record: dict[str, Any]) -> str:
    title = record["title"] or ""
    if record["season"] is not None or record["episodes"]:
        season = f"S{record['season']:02d}" if record["season"] is not None else ""
        return f"{title} {season}{''.join(f'E{episode:02d}' for episode in record['episodes'])}"
    return f"{title} ({record['year']})" if record["year"] else title
