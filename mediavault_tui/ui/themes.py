"""Themes: YAML files that give each role a colour.

A theme says what "a better value" or "a marked row" looks like; screens and stylesheets only ever name
the role. The user's own themes lie in the themes folder beside the config file and win over a packaged
one of the same name.
"""

import difflib
from collections.abc import Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec
import yaml
from rich.color import ColorParseError
from textual.color import Color
from textual.color import ColorParseError as TextualColorError
from textual.theme import Theme as TextualTheme

from mediavault_tui.errors import ConfigError

DEFAULT = "harbour"
SIXTEEN_COLOURS = "sixteen"

# What every theme has to say, and what it is for.
ROLES: dict[str, str] = {
    "text": "text",
    "muted": "text of lesser weight",
    "background": "behind everything",
    "surface": "behind panes",
    "panel": "behind the bars at top and bottom, and dialogs",
    "line": "borders and rules",
    "accent": "titles, the border of what has the focus, keys",
    "accent2": "a second accent: charts, shows",
    "cursor": "behind the row under the cursor",
    "cursor_text": "text of the row under the cursor",
    "marked": "the sign and text of marked rows",
    "match": "what a search found",
    "good": "fine; the better value; kept",
    "warning": "wants attention; possible",
    "bad": "damaged; the worse value; would be lost",
}


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One theme file."""

    name: str
    """As shown to the user; the file's name is what the config says."""
    about: str
    roles: dict[str, str]
    """Role → colour: `#rrggbb`, or `ansi_red`… in a theme of the terminal's own 16 colours."""
    dark: bool = True
    ansi: bool = False
    """The terminal's own 16 colours, as the user has set them."""


def load_all(user_folder: Path) -> tuple[dict[str, Theme], list[ConfigError]]:
    """File name without ending → theme; and what is wrong with the user's own ones, which are left out."""
    found = {entry.name[:-5]: load(entry) for entry in _yaml_files(_packaged().iterdir())}
    wrong = []
    if user_folder.is_dir():
        for entry in _yaml_files(user_folder.iterdir()):
            try:
                found[entry.name[:-5]] = load(entry)
            except ConfigError as error:
                wrong.append(error)
    return dict(sorted(found.items())), wrong


def _packaged() -> Traversable:
    """Installed they lie inside the package, in a checkout beside it."""
    installed = resources.files("mediavault_tui").joinpath("themes")
    return installed if installed.is_dir() else Path(__file__).parents[2] / "themes"


def _yaml_files(entries: Iterable[Traversable]) -> list[Traversable]:
    return sorted((entry for entry in entries if entry.name.endswith(".yaml")), key=lambda entry: entry.name)


def load(file: Traversable) -> Theme:
    """Read one theme file. Raises ConfigError naming file, key and the nearest valid key."""
    try:
        theme = msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), Theme)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise ConfigError(f"theme {file}: {error}", "The packaged themes show the shape.") from error
    for role, colour in theme.roles.items():
        if role not in ROLES:
            near = difflib.get_close_matches(role, ROLES, n=1, cutoff=0.5)
            remedy = f"Did you mean `{near[0]}`?" if near else "Roles: " + ", ".join(ROLES) + "."
            raise ConfigError(f"theme {file}: unknown role `{role}`", remedy)
        try:
            Color.parse(colour)
        except (TextualColorError, ColorParseError) as error:
            raise ConfigError(
                f"theme {file}: role `{role}`: {colour!r} is no colour", "Write #rrggbb or ansi_red."
            ) from error
    missing = ROLES.keys() - theme.roles.keys()
    if missing:
        raise ConfigError(f"theme {file}: no colour for {', '.join(sorted(missing))}", "Give each role one.")
    return theme


def pick(wanted: str, known: Mapping[str, Theme], colours: str | None) -> str:
    """The theme to start with: the config's, or one that fits how many colours the terminal has.

    `colours` is Rich's name of the terminal's colour system. Raises ConfigError for an unknown theme.
    """
    if wanted == "auto":
        return SIXTEEN_COLOURS if colours in {"standard", "windows", None} else DEFAULT
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.4)
        remedy = f"Did you mean `{near[0]}`?" if near else "Themes: " + ", ".join(known) + "."
        raise ConfigError(f"ui.theme: there is no theme `{wanted}`", remedy)
    return wanted


def variables(roles: Mapping[str, str]) -> dict[str, str]:
    """The roles as stylesheet variables: `$muted`, `$cursor-text`, … (`text` is `$ink`: Textual has a `$text`)."""
    named = {role.replace("_", "-"): colour for role, colour in roles.items()}
    named["ink"] = named.pop("text")
    return named


def to_textual(key: str, theme: Theme) -> TextualTheme:
    """The theme as Textual takes it, with its own widgets fitting in."""
    roles = theme.roles
    extra: dict[str, Any] = {
        **{name: colour for name, colour in variables(roles).items() if name not in _TEXTUAL_OWN},
        "border": roles["accent"],
        "border-blurred": roles["line"],
        "block-cursor-background": roles["cursor"],
        "block-cursor-foreground": roles["cursor_text"],
        "input-selection-background": roles["cursor"],
        "input-selection-foreground": roles["cursor_text"],
        "input-cursor-background": roles["text"],
        "input-cursor-foreground": roles["background"],
        "scrollbar": roles["line"],
        "scrollbar-hover": roles["muted"],
        "scrollbar-active": roles["accent"],
        "scrollbar-background": roles["surface"],
        "scrollbar-background-hover": roles["surface"],
        "scrollbar-background-active": roles["surface"],
        "scrollbar-corner-color": roles["surface"],
        "ansi-background": "ansi_black" if theme.dark else "ansi_white",
        "ansi-foreground": "ansi_white" if theme.dark else "ansi_black",
        "button-focus-text-style": "bold reverse" if theme.ansi else "bold",
    }
    return TextualTheme(
        name=key,
        primary=roles["accent"],
        secondary=roles["accent2"],
        accent=roles["accent"],
        warning=roles["warning"],
        error=roles["bad"],
        success=roles["good"],
        foreground=roles["text"],
        background=roles["background"],
        surface=roles["surface"],
        panel=roles["panel"],
        dark=theme.dark,
        ansi=theme.ansi,
        variables=extra,
    )


# Variables Textual derives itself from the theme's main colours.
_TEXTUAL_OWN = frozenset({"background", "surface", "panel", "accent", "warning"})
