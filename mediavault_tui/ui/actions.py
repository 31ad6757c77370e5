"""Every key of the program, one row each.

Bindings, the key bar at the bottom, the `?` help, the command palette and the user's own keys in the
config all come from this table. The part of an id before the dot says where the key works; the part
after it names the method: `library.search` is `action_search` of the library screen, `go.help` is
`action_go_help` of the app, and works everywhere.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from textual.binding import Binding
from textual.keys import _character_to_key  # the names Textual itself gives to `/`, `?`, …

from mediavault_tui.errors import ConfigError
from mediavault_tui.ui.player_keys import KEYS as PLAYER_KEYS


class Action(NamedTuple):
    """One thing the user can do."""

    id: str
    keys: str
    """Comma-separated, the first is the one that is shown."""
    label: str
    """One or two words for the key bar."""
    help: str
    footer: bool = True
    """Whether the key bar shows it (where there is room)."""

    @property
    def where(self) -> str:
        """The place: a screen, `list`, `dialog`, or `go` for everywhere."""
        return self.id.partition(".")[0]

    @property
    def textual_action(self) -> str:
        """What Textual calls: a method of the app for `go`, else of whatever has the binding."""
        where, _, verb = self.id.partition(".")
        return f"app.go_{verb}" if where == "go" else verb


# How the places are called on the help screen.
PLACES = {
    "go": "Everywhere",
    "list": "In lists",
    "dialog": "In a dialog",
    "dashboard": "Dashboard",
    "library": "Library",
    "duplicates": "Duplicates",
    "bulk": "Accepting suggestions",
    "plan": "Plan",
    "filter": "Filter",
    "comparison": "Comparison",
    "stills": "Still frames",
    "player": "Players",
    "scanner": "Scanner",
    "archive": "Archive",
    "settings": "Settings",
    "welcome": "Choosing folders",
}

ACTIONS: tuple[Action, ...] = (
    # Dashboard
    Action("dashboard.scan", "s", "scan", "Start a scan of all folders"),
    Action("dashboard.review", "enter", "review", "Continue reviewing duplicates"),
    Action("dashboard.folders", "f", "folders", "Choose the folders to scan"),
    # Library
    Action("library.open", "enter,l,right", "open", "Open a show, a season or a film; on a file: show its details"),
    Action("library.fold", "h,left", "close", "Close this branch, or go to its parent", False),
    Action("library.search", "slash", "search", "Search titles and paths as you type"),
    Action("library.filter", "f", "filter", "Filter by kind, format, resolution, HDR, language, status"),
    Action("library.sort", "s", "sort", "Sort by title, size, date, length, resolution"),
    Action("library.shape", "t", "tree/list", "Switch between tree and list"),
    Action("library.compare", "c", "compare", "Compare the two marked files (or the marked one with this one)"),
    Action("library.details", "d", "details", "Show or hide the details pane", False),
    Action("library.fold_all", "minus", "close all", "Close everything that is open", False),
    # Duplicates
    Action("duplicates.keep", "y", "keep this", "Keep the selected file, archive the others"),
    Action("duplicates.keep_all", "b,B", "keep all", "Keep all files of the group"),
    Action("duplicates.apart", "n,N", "not same", "These are not duplicates"),
    Action("duplicates.skip", "p", "skip", "Skip this group for now"),
    Action("duplicates.next_open", "o", "next open", "Go to the next undecided group"),
    Action("duplicates.compare", "enter,c", "compare", "Compare the selected file with the best copy (or second best)"),
    Action("duplicates.left", "h,left", "file left", "Choose the file on the left", False),
    Action("duplicates.right", "l,right", "file right", "Choose the file on the right", False),
    Action("duplicates.filter", "f", "filter", "Filter by kind, confidence, reviewed"),
    Action("duplicates.sort", "s", "sort", "Sort by size, confidence, title, files, newest"),
    Action("duplicates.bulk", "A", "accept many", "Accept all clear suggestions above a confidence, after a preview"),
    Action("duplicates.plan", "P", "plan", "Preview the plan, then apply it"),
    Action("duplicates.note", "e", "note", "Add a note to the decision", False),
    Action("duplicates.scroll_down", "J,shift+down", "files down", "Scroll the files down", False),
    Action("duplicates.scroll_up", "K,shift+up", "files up", "Scroll the files up", False),
    # Accepting suggestions
    Action("bulk.accept", "y,enter", "accept all", "Accept the suggestion for every listed group"),
    Action("bulk.lower", "minus", "less sure", "Lower the confidence limit"),
    Action("bulk.higher", "plus,equals_sign", "surer", "Raise the confidence limit"),
    # Plan
    Action("plan.apply", "a", "apply", "Apply the plan (asks first)"),
    Action("plan.cancel", "x", "stop", "Stop after the current step"),
    # Filter
    Action("filter.accept", "enter", "show", "Apply the filter"),
    Action("filter.clear", "backspace,delete", "everything", "Show everything"),
    # Comparison
    Action("comparison.keep_left", "L", "keep left", "Keep the left file, archive the right one"),
    Action("comparison.keep_right", "R", "keep right", "Keep the right file, archive the left one"),
    Action("comparison.keep_both", "B", "keep both", "Keep both files"),
    Action("comparison.apart", "N", "not same", "These are not duplicates"),
    Action("comparison.next_file", "m", "next file", "Show the next file on the right"),
    Action("comparison.previous_file", "M", "file before", "Show the previous file on the right", False),
    Action("comparison.note", "e", "note", "Add a note, kept with the decision"),
    Action("comparison.view", "v", "view", "Pictures and facts, pictures only, facts only"),
    Action("comparison.stills", "i", "stills", "Still frames instead of moving pictures, and back", False),
    Action("comparison.swap", "x", "swap", "Swap left and right", False),
    Action("comparison.scroll_down", "J,shift+down", "facts down", "Scroll the facts down", False),
    Action("comparison.scroll_up", "K,shift+up", "facts up", "Scroll the facts up", False),
    # Still frames
    Action("stills.forward", "l,right", "on", "Step forward in both files"),
    Action("stills.back", "h,left", "back", "Step back in both files"),
    Action("stills.forward_second", "full_stop", "1 s on", "One second forward", False),
    Action("stills.back_second", "comma", "1 s back", "One second back", False),
    Action("stills.next_difference", "n", "difference", "To the next cut or insert"),
    Action("stills.previous_difference", "p", "diff. back", "To the previous cut or insert", False),
    Action("stills.start", "g,home", "start", "To the start of the common part", False),
    Action("stills.end", "G,end", "end", "To the end of the common part", False),
    # Players
    *(Action(f"player.{key.verb}", key.keys, key.label, key.help, key.footer) for key in PLAYER_KEYS),
    # Scanner
    Action("scanner.start", "s", "scan", "Scan all folders; unchanged files are not read again"),
    Action("scanner.full", "F", "full scan", "Scan all folders and read everything again"),
    Action("scanner.one", "r", "this folder", "Scan only the selected folder"),
    Action("scanner.pause", "p", "pause", "Pause or resume the running scan"),
    Action("scanner.cancel", "x", "cancel", "Cancel the running scan; the next one continues from there"),
    Action("scanner.errors", "enter,e", "errors", "Skipped files of this scan, with reasons"),
    Action("scanner.folders", "f", "folders", "Choose the folders to scan"),
    Action("scanner.headless", "b", "background", "Quit and let the scan continue in the background", False),
    # Archive
    Action("archive.restore", "r", "restore", "Restore this file with its sidecar files"),
    Action("archive.purge", "P", "purge", "Delete archived files older than the grace period"),
    Action("archive.all", "a", "all/present", "Also list restored and purged files"),
    # Settings
    Action("settings.change", "enter", "change", "Change the selected setting"),
    Action("settings.reset", "backspace,delete", "default", "Reset the selected setting to its default"),
    Action("settings.search", "slash", "search", "Search the settings"),
    Action("settings.folders", "f", "folders", "Choose the folders to scan"),
    # Choosing folders
    Action("welcome.choose", "space", "choose", "Select or deselect this folder"),
    Action("welcome.open", "enter,l,right", "open", "Open this folder"),
    Action("welcome.up", "h,left,backspace", "up", "Go to the parent folder"),
    Action("welcome.type", "slash", "type a path", "Type a path"),
    Action("welcome.start", "s", "start", "Save the selected folders and start the scan"),
    # Dialogs
    Action("dialog.yes", "y", "yes", "Do it"),
    Action("dialog.no", "n", "no", "Do nothing"),
    Action("dialog.left", "left,h", "left", "The button to the left", False),
    Action("dialog.right", "right,l", "right", "The button to the right", False),
    # Lists
    Action("list.down", "j,down", "down", "One row down", False),
    Action("list.up", "k,up", "up", "One row up", False),
    Action("list.page_down", "ctrl+f,pagedown", "page down", "One page down", False),
    Action("list.page_up", "ctrl+b,pageup", "page up", "One page up", False),
    Action("list.half_down", "ctrl+d", "half down", "Half a page down", False),
    Action("list.half_up", "ctrl+u", "half up", "Half a page up", False),
    Action("list.top", "g,home", "top", "To the first row", False),
    Action("list.bottom", "G,end", "bottom", "To the last row", False),
    Action("list.mark", "space", "mark", "Mark or unmark this row", False),
    Action("list.mark_range", "v", "mark range", "Mark all rows from the last marked one to here", False),
    # Everywhere
    Action("go.dashboard", "1", "dashboard", "Go to the dashboard", False),
    Action("go.library", "2", "library", "Go to the library", False),
    Action("go.duplicates", "3", "duplicates", "Go to the duplicates", False),
    Action("go.scanner", "4", "scanner", "Go to the scanner", False),
    Action("go.archive", "5", "archive", "Go to the archive", False),
    Action("go.settings", "6", "settings", "Go to the settings", False),
    Action("go.next", "right_square_bracket", "next screen", "Go to the next screen", False),
    Action("go.previous", "left_square_bracket", "previous screen", "Go to the previous screen", False),
    Action("go.undo", "u", "undo", "Undo the last decision (or bulk decision)"),
    Action("go.theme", "T", "theme", "Choose a theme", False),
    Action("go.palette", "colon,ctrl+p", "commands", "Find a command by name"),
    Action("go.back", "escape", "back", "Go back: close, clear the search, leave the comparison", False),
    Action("go.help", "question_mark,f1", "help", "The keys that work here"),
    Action("go.close", "q", "quit", "Close the dialog or comparison, else quit"),
    Action("go.quit", "ctrl+q,ctrl+c", "quit now", "Quit from anywhere", False),
    Action("go.redraw", "ctrl+l", "redraw", "Draw the screen again", False),
)  # fmt: skip

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}

# What may be active at the same time as a screen's own keys. Lists may be on every screen and in dialogs.
_ALWAYS = ("go", "list")


def bindings(*places: str) -> list[Binding]:
    """Textual's bindings for everything that works in `places`, for a class's `BINDINGS`."""
    unknown = set(places) - set(PLACES)
    assert not unknown, f"no such place: {unknown}"
    return [_binding(action) for action in ACTIONS if action.where in places]


def bindings_of(ids: Mapping[str, str]) -> list[Binding]:
    """Bindings for single rows that do something else here: id → Textual action (`go.back` closes a dialog)."""
    return [_binding(BY_ID[id_], does) for id_, does in ids.items()]


def _binding(action: Action, does: str | None = None) -> Binding:
    return Binding(
        action.keys, does or action.textual_action, action.label, show=action.footer, id=action.id,
        tooltip=action.help,
    )  # fmt: skip


def key_list(keys: str) -> list[str]:
    """`"/, ctrl+f"` → `["slash", "ctrl+f"]`: the names Textual uses. `comma` stands for the comma itself."""
    return [
        _character_to_key(key) if len(key) == 1 else key for key in map(str.strip, keys.split(",")) if key
    ]


def keymap(own: Mapping[str, str], where: str) -> dict[str, str]:
    """The user's keys, checked, as Textual takes them. `where` names their source in errors.

    Raises ConfigError for an action that does not exist (with the nearest), for no key at all, and for a
    key that would do two things at the same place.
    """
    for action_id in own:
        if action_id not in BY_ID:
            raise ConfigError(f"{where}: ui.keys: there is no action `{action_id}`", _nearest(action_id))
    chosen = {action_id: key_list(keys) for action_id, keys in own.items()}
    for action_id, keys in chosen.items():
        if not keys:
            raise ConfigError(
                f"{where}: ui.keys: `{action_id}` has no key", "Give it one, or take the line out."
            )
    _refuse_conflicts(chosen, where)
    return {action_id: ",".join(keys) for action_id, keys in chosen.items()}


def _nearest(action_id: str) -> str:
    near = difflib.get_close_matches(action_id, BY_ID, n=1, cutoff=0.4)
    return f"Did you mean `{near[0]}`?" if near else "The help (?) lists every action."


def _refuse_conflicts(chosen: Mapping[str, list[str]], where: str) -> None:
    users: dict[str, list[Action]] = {}
    for action in ACTIONS:
        for key in chosen.get(action.id, key_list(action.keys)):
            users.setdefault(key, []).append(action)
    for key, actions in users.items():
        for first, second in _pairs(actions):
            # Rows that share a key by default do so on purpose: the nearer place wins (enter, space, …).
            mine = first.id in chosen or second.id in chosen
            if mine and _meet(first.where, second.where):
                raise ConfigError(
                    f"{where}: ui.keys: `{key}` would mean both `{first.id}` and `{second.id}`",
                    "Give one of them another key.",
                )


def _pairs(actions: Iterable[Action]) -> Iterable[tuple[Action, Action]]:
    seen: list[Action] = []
    for action in actions:
        yield from ((other, action) for other in seen)
        seen.append(action)


def _meet(first: str, second: str) -> bool:
    """Whether keys of both places can be live at the same time."""
    return first == second or first in _ALWAYS or second in _ALWAYS
