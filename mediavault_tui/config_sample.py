"""Settings as the YAML of a config file, each key under the sentence that explains it.

The sentences are the docstrings of `domain/settings.py`, so there is one place to keep right.
`sample_config.yaml` is `sample_config()`; a test compares the two.
"""

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import yaml

from mediavault_tui.domain import settings as definitions
from mediavault_tui.domain.settings import Section, Settings

WIDTH = 100
HEADER = """\
# Every setting of MediaVault with its default. Copy what you want to change to config.yaml
# (`mediavault config` says where that is looked for) and leave out the rest.
# Each key can also come from the environment: MEDIAVAULT_SCAN_JOBS=2 stands for `jobs: 2` under `scan:`.
"""


FIRST_HEADER = """\
# The settings of MediaVault, each with what it is for; what is taken out has its default.
# `mediavault config` shows what holds. Each key can also come from the environment:
# MEDIAVAULT_SCAN_JOBS=2 stands for `jobs: 2` under `scan:`.
"""


def sample_config() -> str:
    """Every key with its default."""
    return _render(Settings(), HEADER)


def first_config(settings: Settings) -> str:
    """A config file to begin with: `settings` and all the others."""
    return _render(settings, FIRST_HEADER)


def _render(settings: Settings, header: str) -> str:
    sections = [_section(name, getattr(settings, name)) for name in Settings.__struct_fields__]
    return "\n".join([header, *sections])


def _section(name: str, section: Section) -> str:
    kind = type(section)
    about = sentences(kind)
    types = get_type_hints(kind, vars(definitions), include_extras=True)
    lines = [*_comment(inspect.getdoc(kind) or ""), f"{name}:"]
    for key in kind.__struct_fields__:
        lines += _comment(about[key] + _allowed(types[key]), "  ")
        lines += _value(key, getattr(section, key))
    return "\n".join(lines) + "\n"


def sentences(kind: type[Section]) -> dict[str, str]:
    """The string below each field of a struct; Python itself keeps only the class's own."""
    body = _classes()[kind.__name__].body
    found = {}
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(below, ast.Expr), f"{field.target.id} has no sentence below it"
            found[field.target.id] = inspect.cleandoc(ast.literal_eval(below.value))
    return found


@cache
def _classes() -> dict[str, ast.ClassDef]:
    """The settings as they are written, read once."""
    module = ast.parse(inspect.getsource(definitions))
    return {each.name: each for each in module.body if isinstance(each, ast.ClassDef)}


def _allowed(kind: Any) -> str:
    """What may stand there, where the type says more than its default shows."""
    if get_origin(kind) is Literal:
        return f" One of: {', '.join(get_args(kind))}."
    if get_origin(kind) is not Annotated:
        return ""
    limits = [limit for limit in get_args(kind)[1:] if isinstance(limit, msgspec.Meta)]
    return "".join(f" {low} to {high}." for low, high in ((m.ge, m.le) for m in limits) if high is not None)


def _comment(text: str, indent: str = "") -> list[str]:
    start = f"{indent}# "
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=start, subsequent_indent=start)


def _value(key: str, value: Any) -> list[str]:
    plain = list(value) if isinstance(value, tuple) else value
    if plain is None:
        return [f"  {key}:"]
    text = yaml.safe_dump({key: plain}, default_flow_style=False, width=WIDTH, allow_unicode=True)
    return [f"  {line}" for line in text.rstrip().splitlines()]
