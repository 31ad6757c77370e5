"""The library's rows: titles, seasons and files, and which of them are open."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from mediavault_tui.domain.media import Kind
from mediavault_tui.domain.text import duration, printable, size
from mediavault_tui.store import library_queries, search
from mediavault_tui.store.database import Connection
from mediavault_tui.store.library_queries import Line, Season, Sum, Title, View
from mediavault_tui.ui import labels
from mediavault_tui.ui.styling import Cell
from mediavault_tui.ui.widgets.table import Column

Key = Title | Season | int
"""A row: a title, a season, or a file by its number."""

COLUMNS = (
    Column("Title", 0),
    Column("Files", 6, right=True, from_width=56),
    Column("Picture", 18, from_width=88),
    Column("Length", 8, right=True, from_width=98),
    Column("Size", 10, right=True),
    Column("Status", 10, from_width=66),
)


class Node(NamedTuple):
    """A row that is loaded."""

    key: Key
    sum: Sum | None
    """What is below it; None for a file."""
    line: Line | None
    """The file; also of a title that has only one."""


def load_nodes(connection: Connection, keys: Sequence[Key], view: View) -> dict[Key, Node]:
    """The rows of these keys."""
    sums = {key: library_queries.sum_below(connection, key, view) for key in keys if not isinstance(key, int)}
    single = {key: found.first_file for key, found in sums.items() if found.files == 1}
    lines = library_queries.lines(
        connection, [key for key in keys if isinstance(key, int)] + list(single.values())
    )
    nodes: dict[Key, Node] = {}
    for key in keys:
        if isinstance(key, int):
            if key in lines:
                nodes[key] = Node(key, None, lines[key])
        else:
            nodes[key] = Node(key, sums[key], lines.get(single.get(key, 0)))
    return nodes


class Tree:
    """Which rows there are: the first level, and below each open node its children."""

    def __init__(self) -> None:
        self.roots: list[Key] = []
        self.children: dict[Key, list[Key]] = {}
        """Of open nodes."""

    def rows(self) -> list[Key]:
        """All rows, in their order."""
        if not self.children:
            return self.roots
        found: list[Key] = []
        for root in self.roots:
            found.append(root)
            if root in self.children:
                found += self._below(root)
        return found

    def _below(self, node: Key) -> list[Key]:
        found: list[Key] = []
        for child in self.children[node]:
            found.append(child)
            if child in self.children:
                found += self._below(child)
        return found

    def parent(self, node: Key) -> Key | None:
        """The open node whose child this is."""
        return next((key for key, children in self.children.items() if node in children), None)

    def depth(self, node: Key) -> int:
        """0 for the first level."""
        if isinstance(node, Title):
            return 0
        above = self.parent(node)
        return 0 if above is None else 1 + self.depth(above)


def children_of(connection: Connection, node: Key, view: View) -> list[Key]:
    """What is below a node: seasons where there are several, else files."""
    if isinstance(node, int):
        return []
    if isinstance(node, Title) and node.kind == Kind.EPISODE:
        seasons = library_queries.seasons(connection, node, view)
        if len(seasons) > 1:
            return list(seasons)
    return list(library_queries.files_below(connection, node, view))


def cells(node: Node, tree: Tree, query: str, *, flat: bool) -> list[Cell]:
    """A row, as the table draws it."""
    line, below = node.line, node.sum
    label = _label(node, tree, query, flat=flat)
    picture: Cell = (labels.picture_of_line(line), "muted") if line else ""
    status: Cell = _status(line) if line else ""
    if below is not None:
        length = duration(below.duration_s) if line and below.duration_s else ""
        count = "" if below.files == 1 else f"{below.files:,}"
        return [label, (count, "muted"), picture, (length, "muted"), size(below.bytes), status]
    assert line is not None
    length = duration(line.duration_s) if line.duration_s else ""
    return [label, "", picture, (length, "muted"), size(line.size), status]


def _status(line: Line) -> Cell:
    if line.status == "ok":
        return ("duplicate", "accent2") if line.in_group else ""
    return line.status, labels.STATUS_ROLES[line.status]


def _label(node: Node, tree: Tree, query: str, *, flat: bool) -> Cell:
    key = node.key
    if isinstance(key, int):
        assert node.line is not None
        return _file_label(node.line, tree, query, flat=flat)
    sign = "▾ " if key in tree.children else "▸ "
    if node.sum is not None and node.sum.files == 1 and isinstance(key, Title):
        sign = "  "
    if isinstance(key, Season):
        name = (
            "Specials"
            if key.season == 0
            else f"Season {key.season}"
            if key.season is not None
            else "No season"
        )
        return [("  " + sign, "muted"), (name, "text")]
    kind = "" if key.kind == Kind.MOVIE else f"  {labels.KINDS[Kind(key.kind)]}"
    year = f" ({key.year})" if key.year else ""
    role = "bold" if key.kind == Kind.EPISODE else ""
    return [
        (sign, "accent"),
        *labels.highlighted((key.title or "No title") + year, search.words(query), role),
        (kind, "muted"),
    ]


def _file_label(line: Line, tree: Tree, query: str, *, flat: bool) -> Cell:
    found = search.words(query)
    if flat:
        name = labels.title_of(line.name, line.path)
        where = "  " + printable(line.path.rpartition(b"/")[2])
        return [*labels.highlighted(name, found), *labels.highlighted(where, found, "muted")]
    mark = labels.episode_mark(line.name) if line.name.kind is Kind.EPISODE else ""
    name = printable(line.path.rpartition(b"/")[2])
    indent = "  " * (1 + tree.depth(line.id))
    return [(indent, ""), (f"{mark}  " if mark else "", "accent2"), (name, "")]


def key_to_json(key: Key | None) -> Any:
    """A key as it is remembered."""
    if key is None or isinstance(key, int):
        return key
    return ["title" if isinstance(key, Title) else "season", *key]


def key_from_json(value: Any) -> Key | None:
    """The key that was remembered; None for anything else."""
    match value:
        case int():
            return value
        case ["title", kind, title, year]:
            return Title(kind, title, year)
        case ["season", title, season]:
            return Season(title, season)
    return None
