"""Changing the config file without losing its comments."""

import io
import os
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from mediavault_tui import config
from mediavault_tui.config_sample import first_config
from mediavault_tui.domain.settings import Settings
from mediavault_tui.errors import ConfigError


def check(section: str, key: str, value: Any) -> str | None:
    """What is wrong with a value, in one line; None when it may be set."""
    try:
        msgspec.convert({section: {key: value}}, Settings)
    except msgspec.ValidationError as error:
        return str(error).partition(" - at ")[0]
    return None


def change(path: Path, section: str, key: str, value: Any) -> Settings:
    """Set one key (None takes it out, so that its default holds) and return what the settings are then.

    Comments, order and everything else in the file stay; a new one gets every key, explained. The file is
    replaced in one step. Raises ConfigError for a value that is not allowed and for a file that cannot be
    read or written.
    """
    wrong = None if value is None else check(section, key, value)
    if wrong:
        raise ConfigError(f"{section}.{key}: {wrong}", "Give it another value.")
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else first_config(Settings())
        tree = yaml.load(text) or yaml.load("{}")
        _put(tree, section, key, value)
        written = io.StringIO()
        tree.fa.set_block_style()
        yaml.dump(tree, written)
        _replace(path, written.getvalue() if tree else text)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ConfigError(
            f"config file {path} cannot be changed: {error}", "Fix the file or its permissions."
        ) from error
    return config.load(path, required=False)


def _put(tree: Any, section: str, key: str, value: Any) -> None:
    if value is None:
        if tree.get(section):
            tree[section].pop(key, None)
        if section in tree and not tree[section]:
            del tree[section]
        return
    if not tree.get(section):
        tree[section] = {}
    tree[section][key] = list(value) if isinstance(value, tuple) else value


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        os.chmod(beside, path.stat().st_mode & 0o7777)
    os.replace(beside, path.resolve())
