"""Frozen values as plain JSON and back: between processes, and stored beside an upload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from math import isfinite
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dataclasses as objects, dates as text, enumerations as their values, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [to_plain(one) for one in value]
    return value


def from_plain(kind: type[T], value: Any) -> T:
    """The value that `to_plain` was given, by the annotations of its dataclass."""
    found: T = _typed(kind, value)
    return found


def _typed(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if value is None or kind is Any:
        return value
    if origin in (Union, UnionType):
        return _typed(next(one for one in inner if one is not type(None)), value)
    if origin in (tuple, Sequence, list, frozenset):
        return _sequence(origin, inner, value)
    if origin is not None:  # a mapping; its keys are text
        return {key: _typed(inner[1], one) for key, one in value.items()}
    if is_dataclass(kind):
        hints, made = get_type_hints(kind), cast(Any, kind)
        return made(**{name: _typed(hints[name], one) for name, one in value.items()})
    if kind is datetime or kind is date:
        return kind.fromisoformat(value)
    return kind(value) if issubclass(kind, Enum) else value


def _sequence(origin: Any, inner: tuple[Any, ...], value: Sequence[Any]) -> Any:
    if origin is tuple and Ellipsis not in inner:
        return tuple(_typed(one, part) for one, part in zip(inner, value, strict=True))
    parts = [_typed(inner[0], part) for part in value]
    return parts if origin is list else frozenset(parts) if origin is frozenset else tuple(parts)


def cell_to_plain(value: Any) -> Any:
    """A cell of a sheet; a date or a time as a pair of its kind and its text.

    A sheet can hold the NUL character (`_x0000_`), which PostgreSQL does not store.
    """
    if isinstance(value, timedelta):
        return ["timedelta", value.total_seconds()]
    if isinstance(value, datetime | date | time):
        return [type(value).__name__, value.isoformat()]
    if isinstance(value, float) and not isfinite(value):
        return str(value)  # JSON has no such number
    return value.replace("\0", " ") if isinstance(value, str) else value


def cell_from_plain(value: Any) -> Any:
    """The cell that `cell_to_plain` was given."""
    if not isinstance(value, list):
        return value
    kind, said = value
    if kind == "timedelta":
        return timedelta(seconds=said)
    if kind == "time":
        return time.fromisoformat(said)
    return datetime.fromisoformat(said) if kind == "datetime" else date.fromisoformat(said)
