"""Config file, then environment, then flags → one frozen `Settings`.

An error names the file, the key and the nearest valid key, so that a typo never passes silently.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec

from mediavault_tui.domain.settings import Section, Settings
from mediavault_tui.errors import ConfigError

# Read from the environment for other purposes than a setting.
_OTHER_VARIABLES = frozenset({"MEDIAVAULT_CONFIG", "MEDIAVAULT_DB"})
_SECTIONS: dict[str, type[Section]] = {field.name: field.type for field in msgspec.structs.fields(Settings)}


def load(path: Path, *, required: bool, env: Mapping[str, str] = os.environ) -> Settings:
    """Read `path` (which may be absent unless `required`) and the `MEDIAVAULT_…` variables.

    Raises ConfigError for anything that is not exactly as it should be.
    """
    tree = _read_yaml(path, required=required)
    _refuse_unknown_keys(tree, path)
    for variable, section, key, value in _from_environment(env):
        _check(Settings, {section: {key: value}}, f"environment variable {variable}")
        tree.setdefault(section, {})[key] = value
    return _check(Settings, tree, path)


def _read_yaml(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if required:
            raise ConfigError(
                f"config file {path} does not exist", "Check --config or MEDIAVAULT_CONFIG."
            ) from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"config file {path} cannot be read: {error}", "Fix the file or its permissions."
        ) from error
    import yaml  # a tenth of the start-up, and many have no config file

    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(
            f"config file {path} is not valid YAML: {error}", "Fix the line named above."
        ) from error
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigError(
            f"config file {path}: expected sections such as `scan:`, found {type(tree).__name__}",
            "sample_config.yaml shows the shape.",
        )
    # A section whose lines are all commented out reads as None: the same as leaving it out.
    return {name: ({} if section is None else section) for name, section in tree.items()}


def _refuse_unknown_keys(tree: Mapping[str, Any], path: Path) -> None:
    for section, keys in tree.items():
        if section not in _SECTIONS:
            raise _unknown(path, str(section), _SECTIONS)
        if isinstance(keys, dict):
            known = _SECTIONS[section].__struct_fields__
            for key in keys:
                if key not in known:
                    raise _unknown(path, f"{section}.{key}", [f"{section}.{name}" for name in known])


def _unknown(path: Path, key: str, known: Any) -> ConfigError:
    import difflib

    nearest = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    line = _line_of(path, key)
    remedy = f"Did you mean `{nearest[0]}`?" if nearest else "Known: " + ", ".join(sorted(known)) + "."
    return ConfigError(f"config file {path}{line}: unknown key `{key}`", remedy)


def _line_of(path: Path, place: str) -> str:
    """`, line 3` for the key at `section.key` of a YAML file; "" if it cannot be found again."""
    import yaml

    node: Any = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    line = ""
    for wanted in re.sub(r"\[.*", "", place).split("."):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = [(key, value) for key, value in pairs if key.value.lower() == wanted.lower()]
        if not found:
            break
        line = f", line {found[0][0].start_mark.line + 1}"
        node = found[0][1]
    return line


def _from_environment(env: Mapping[str, str]) -> list[tuple[str, str, str, Any]]:
    """(variable, section, key, value) for each `MEDIAVAULT_SECTION_KEY`; the value is read as YAML."""
    by_variable = {
        f"MEDIAVAULT_{section}_{field.name}".upper(): (section, field)
        for section, struct in _SECTIONS.items()
        for field in msgspec.structs.fields(struct)
    }
    found = []
    for variable, text in env.items():
        if not variable.startswith("MEDIAVAULT_") or variable in _OTHER_VARIABLES:
            continue
        if variable not in by_variable:
            import difflib

            nearest = difflib.get_close_matches(variable, by_variable, n=1)
            remedy = f"Did you mean {nearest[0]}?" if nearest else "`mediavault config` lists every setting."
            raise ConfigError(f"environment variable {variable} names no setting", remedy)
        section, field = by_variable[variable]
        found.append((variable, section, field.name, _environment_value(variable, text, field.type)))
    return found


def _environment_value(variable: str, text: str, wanted: Any) -> Any:
    """Read as YAML where the setting is not plain text; a single value stands for a list of one."""
    if wanted is str or type(None) in get_args(wanted):
        return text or None
    import yaml

    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"environment variable {variable} is not valid: {error}", "Quote it.") from error
    if get_origin(wanted) is tuple and not isinstance(value, list):
        return [] if value is None else [str(value)]
    return value


def _check(kind: type[Settings], tree: Mapping[str, Any], source: Path | str) -> Settings:
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError as error:
        # msgspec says "Expected `int`, got `str` - at `$.scan.jobs`"
        what, _, place = str(error).partition(" - at `$.")
        key = place.rstrip("`") or "the file"
        where = f"config file {source}{_line_of(source, key)}" if isinstance(source, Path) else source
        raise ConfigError(f"{where}: `{key}`: {what}", "sample_config.yaml shows what is allowed.") from error
