"""Values that one step hands to the next, as plain JSON and back."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pipelines.ingest.land import Landing
from pipelines.results import Built, Summary, Validation
from pipelines.run import Batch, Plan, Staged

_KINDS = {kind.__name__: kind for kind in (Landing, Plan, Batch, Staged, Built, Validation, Summary)}


def to_plain(value: Any) -> dict[str, Any]:
    """A step's value as JSON's types. Raises KeyError for a type that no step hands on."""
    return {"kind": _KINDS[type(value).__name__].__name__, "value": _plain(value)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def from_plain(plain: dict[str, Any]) -> Any:
    """The value that ``to_plain`` made this of."""
    return _made(_KINDS[plain["kind"]], plain["value"])


def _made(kind: Any, plain: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _made(hints[name], value) for name, value in plain.items()})
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], item) for item in plain)
    if get_origin(kind) in (UnionType, Union):
        inner = [option for option in get_args(kind) if option is not type(None)]
        return None if plain is None else _made(inner[0], plain)
    return plain
