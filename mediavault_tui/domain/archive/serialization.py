"""A plan as plain JSON values and back: the contract's fields, with what is needed to prove each step again.

Paths are strings; bytes that are not UTF-8 travel as surrogate escapes.
"""

from typing import Any

import msgspec

from mediavault_tui.domain.archive.plan import Plan, Refused, Step, UnsafePlan
from mediavault_tui.domain.archive.plan_request import PlanOrigin

VERSION = 1


def to_json(plan: Plan) -> dict[str, Any]:
    """The plan as `json.dumps` takes it."""
    return {
        "version": VERSION,
        "steps": [{**_text(step), "ready": step.ready} for step in plan.steps],
        "refused": [_text(each) for each in plan.refused],
        "left": [_text(each) for each in plan.left],
        "reclaimable_bytes": plan.reclaimable_bytes,
        **(_text(plan.made) if plan.made is not None else {}),
    }


def from_json(tree: Any) -> Plan:
    """The plan in what `json.loads` gave. Raises ValueError that names the place; UnsafePlan is one."""
    if not isinstance(tree, dict) or not isinstance(tree.get("steps"), list):
        raise ValueError("this is no plan: it has no steps")
    if tree.get("version") != VERSION:
        raise ValueError(f"this plan is of version {tree.get('version')}, not {VERSION}")
    if any(name not in tree for name in PlanOrigin.__struct_fields__):
        raise ValueError("this plan was made by an older version: make it again with `mediavault plan`")
    try:
        made = msgspec.convert({name: _raw(tree[name]) for name in PlanOrigin.__struct_fields__}, PlanOrigin)
        steps = tuple(msgspec.convert(_raw(step), Step) for step in tree["steps"])
        refused = tuple(msgspec.convert(_raw(each), Refused) for each in tree.get("refused", ()))
        left = tuple(msgspec.convert(_raw(each), Refused) for each in tree.get("left", ()))
        return Plan(steps, refused, made, left)
    except UnsafePlan:
        raise
    except msgspec.ValidationError as error:
        raise ValueError(f"this plan cannot be read: {error}") from error


_PATHS = frozenset({"path", "to", "root", "archive", "owners", "below", "original_to"})
_SPOKEN = {"frees": "bytes"}
_READ = {spoken: name for name, spoken in _SPOKEN.items()}


def _text(value: Any) -> Any:
    """A struct as plain values, paths as text."""
    tree = msgspec.structs.asdict(value)
    return {_SPOKEN.get(key, key): _spoken(field) for key, field in tree.items()}


def _spoken(field: Any) -> Any:
    if isinstance(field, msgspec.Struct):
        return _text(field)
    if isinstance(field, frozenset):
        return sorted(field)
    if isinstance(field, tuple):
        return [_spoken(each) for each in field]
    return field.decode("utf-8", "surrogateescape") if isinstance(field, bytes) else field


def _raw(tree: Any) -> Any:
    """Text of paths back to bytes; everything else is for `msgspec` to judge."""
    if isinstance(tree, list):
        return [_raw(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        _READ.get(key, key): _path(field) if key in _PATHS else _raw(field) for key, field in tree.items()
    }


def _path(field: Any) -> Any:
    if isinstance(field, list):
        return [_path(each) for each in field]
    return field.encode("utf-8", "surrogateescape") if isinstance(field, str) else field
