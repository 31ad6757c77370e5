"""Every setting as a row: what it is, what it is set to, what may be put there."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec
import yaml

from mediavault_tui.config_sample import sentences
from mediavault_tui.domain.settings import Settings
from mediavault_tui.ui import config_file

SECTIONS = {field.name: field.type for field in msgspec.structs.fields(Settings)}


class Setting(NamedTuple):
    """One key of the config."""

    section: str
    key: str
    value: Any
    default: Any
    sentence: str
    kind: Any
    """Its type."""

    @property
    def id(self) -> str:
        """As errors and the environment call it."""
        return f"{self.section}.{self.key}"

    @property
    def is_changed(self) -> bool:
        """Whether it differs from its default."""
        return bool(self.value != self.default)

    @property
    def choices(self) -> tuple[str, ...]:
        """What it may be, if that is a list of words."""
        if self.kind is bool:
            return "true", "false"
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()


def all_of(settings: Settings) -> Iterator[Setting]:
    """Every setting, in the order of the config file."""
    for section, struct in SECTIONS.items():
        values = getattr(settings, section)
        about = _sentences(struct)
        for field in msgspec.structs.fields(struct):
            yield Setting(
                section, field.name, getattr(values, field.name), getattr(struct(), field.name),
                about[field.name].replace("\n", " "), field.type,
            )  # fmt: skip


@cache
def _sentences(struct: type) -> dict[str, str]:
    return sentences(struct)


# Reading the sentences takes a moment: when this module is loaded, which is done beside the event loop.
for _struct in SECTIONS.values():
    _sentences(_struct)


def shown(value: Any) -> str:
    """A value as a line of YAML."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        value = list(value)
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("...\n").strip()


def parsed(setting: Setting, text: str) -> Any:
    """The value a line of YAML stands for; text stays text. Raises ValueError in plain words."""
    if setting.kind is str or type(None) in get_args(setting.kind):
        return text or None
    try:
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"not valid YAML: {error.problem or error}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"not valid YAML: {error}") from None
    if get_origin(setting.kind) is tuple:
        # One word stands for a list of one.
        return [] if value is None else value if isinstance(value, list) else [str(value)]
    return {} if value is None and get_origin(setting.kind) is dict else value


def wrong_with(setting: Setting, text: str) -> str | None:
    """What is wrong with a typed value; None when it may be set."""
    try:
        value = parsed(setting, text)
    except ValueError as error:
        return str(error)
    if value is None and type(None) in get_args(setting.kind):
        return None
    return config_file.check(setting.section, setting.key, value)
