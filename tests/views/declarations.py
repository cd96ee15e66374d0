"""TypeScript declarations of the typed dicts of a module, and a check of values against them."""

import inspect
import types
from types import ModuleType
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

HEAD = "// Written from {0}; `pytest tests/{1}/test_payload.py` tells when to again.\n"
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def _typed_dicts(module: ModuleType) -> list[type]:
    own = [one for one in vars(module).values() if is_typeddict(one)]
    return [one for one in own if one.__module__ == module.__name__]


def declarations(module: ModuleType) -> str:
    """Write an interface for each typed dict, with its docstring."""
    room = "/".join(module.__name__.split(".")[1:-1])
    parts = [HEAD.format(module.__name__, room)]
    for one in _typed_dicts(module):
        fields = [f"  {_field(name, hint)};" for name, hint in _hints(one).items()]
        comment = f"/** {inspect.getdoc(one)} */"
        parts.append("\n".join([comment, f"export interface {one.__name__} {{", *fields, "}\n"]))
    return "\n".join(parts)


def _hints(one: type) -> dict[str, Any]:
    return get_type_hints(one, include_extras=True)


def _field(name: str, hint: Any) -> str:
    if get_origin(hint) is NotRequired:
        return f"{name}?: {_type(get_args(hint)[0])}"
    return f"{name}: {_type(hint)}"


def _type(hint: Any) -> str:
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Literal:
        return " | ".join(map(repr, inner))
    if kind is list:
        item = _type(inner[0])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if kind is tuple:
        return f"[{', '.join(map(_type, inner))}]"
    if kind is dict:
        return f"Record<{_type(inner[0])}, {_type(inner[1])}>"
    if kind in (Union, types.UnionType):
        return " | ".join(map(_type, inner))
    return PLAIN.get(hint) or hint.__name__


def misfits(value: Any, hint: Any, at: str = "") -> list[str]:
    """Say where a value is not of a type; nothing where it fits."""
    kind, inner = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        return _misfits_of_fields(value, hint, at)
    if kind is NotRequired:
        return misfits(value, inner[0], at)
    if kind in (Union, types.UnionType):
        return [] if any(not misfits(value, one) for one in inner) else [f"{at}: {value!r:.60}"]
    if kind is list and isinstance(value, list):
        return [bad for k, one in enumerate(value) for bad in misfits(one, inner[0], f"{at}[{k}]")]
    if kind is tuple:  # JSON has no tuples
        if not isinstance(value, (tuple, list)) or len(value) != len(inner):
            return [f"{at}: {value!r:.60}"]
        pairs = zip(value, inner, strict=True)
        return [bad for k, (v, one) in enumerate(pairs) for bad in misfits(v, one, f"{at}[{k}]")]
    if kind is dict and isinstance(value, dict):
        return [bad for k, one in value.items() for bad in misfits(one, inner[1], f"{at}.{k}")]
    if kind is Literal:
        return [] if value in inner else [f"{at}: {value!r:.60}"]
    allowed = (int, float) if hint is float else (kind or hint)
    fits = isinstance(value, allowed) and (hint is bool or not isinstance(value, bool))
    return [] if fits else [f"{at}: {value!r:.60}"]


def _misfits_of_fields(value: Any, hint: Any, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: {value!r:.60}"]
    hints = _hints(hint)
    needed = {name for name, one in hints.items() if get_origin(one) is not NotRequired}
    odd = [f"{at}.{name} is missing" for name in sorted(needed - value.keys())]
    odd += [f"{at}.{name} is unknown" for name in sorted(value.keys() - hints.keys())]
    known = [(name, one) for name, one in value.items() if name in hints]
    return odd + [bad for name, one in known for bad in misfits(one, hints[name], f"{at}.{name}")]
