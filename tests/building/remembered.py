"""Scenes that many tests begin in are built once a run; later tests get the same rows and files.

A builder that is `remembered` runs as it is written until it has been called twice with the same
arguments, on the same day, from the same rows. What its second run changed in the database and in
the media folder is kept, and later calls do just that to their own test's database. A test that has
written anything of its own before, travels in time to a moment of its own or has other settings
gets its own build. On PostgreSQL the numbers of rows go on from test to test: there what follows a
scene that was built, not repeated, is built too.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone, translation

from tests.building import rows

P = ParamSpec("P")
Made = TypeVar("Made")


@dataclass
class _Change:
    """What a builder did: to the database and in the media folder, and its result."""

    rows: rows.Change
    files: dict[str, bytes]
    made: bytes


@dataclass
class _Memory:
    """Of this process. `state` names the rows as they are, while nobody else has `written`."""

    state: tuple[Any, ...] | None = ()  # None: other rows than those of any test before
    written: rows.Version | None = None
    opened: int = 0  # connections since the test began
    seen: set[tuple[Any, ...]] = field(default_factory=set)
    changes: dict[tuple[Any, ...], _Change] = field(default_factory=dict)


_memory = _Memory()
DATABASE = rows.database()


def begin() -> None:
    """A test begins: what is in the database now is what every test finds."""
    _memory.state, _memory.written, _memory.opened = (), DATABASE.version(), 0


def _count(**_sent: Any) -> None:
    _memory.opened += 1


connection_created.connect(_count)


def remembered(build: Callable[P, Made]) -> Callable[P, Made]:
    """The builder, doing again what it did before wherever it would do the same."""

    @wraps(build)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Made:
        key = _key(build, args, kwargs)
        if key is None:
            return build(*args, **kwargs)
        given = _given(args, kwargs)
        if key in _memory.changes:
            made = _repeat(_memory.changes[key], given)
        elif key in _memory.seen:
            made = _recorded(key, lambda: build(*args, **kwargs), given)
        else:
            _memory.seen.add(key)
            made = build(*args, **kwargs)
        is_known = DATABASE.builds_the_same or key in _memory.changes
        _memory.state, _memory.written, _memory.opened = (
            key if is_known else None, DATABASE.version(), 0,
        )  # fmt: skip
        return made

    return wrapper


def _key(build: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, ...] | None:
    """What the build depends on; None where that is not known."""
    if _memory.state is None or connection.execute_wrappers or not _is_as_it_was():
        return None
    if not _memory.state and _is_furnished():
        return None
    try:
        given = pickle.dumps((args, kwargs))
    except (TypeError, AttributeError, pickle.PicklingError):
        return None
    moment = timezone.now() if time_machine.escape_hatch.is_travelling() else timezone.localdate()
    place = (moment, timezone.get_current_timezone_name(), translation.get_language())
    return (_memory.state, build.__qualname__, build.__module__, given, place, _overridden())


def _is_as_it_was() -> bool:
    """Whether nobody has written anything since the rows were as `_memory.state` says."""
    if _memory.written is None:
        return DATABASE.is_new() and _memory.opened <= 1
    return _memory.opened == 0 and DATABASE.version() == _memory.written


def _is_furnished() -> bool:
    """Whether the test's module keeps a scene, or the test was given rows otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM compliance_user)"
            " OR EXISTS (SELECT 1 FROM compliance_organisation)"
        )
        return bool(cursor.fetchone()[0])


def _overridden() -> str:
    """The settings that tests have changed, but for the place of their files."""
    found: dict[str, Any] = {}
    holder = settings._wrapped
    while "default_settings" in vars(holder):
        for name, value in vars(holder).items():
            if name.isupper() and name != "MEDIA_ROOT":
                found.setdefault(name, value)
        found.setdefault("deleted", set()).update(holder._deleted)
        holder = holder.default_settings
    return repr(sorted((name, str(value)) for name, value in found.items()))


def _given(args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments and their parts by name: a result refers to those of its own call."""
    found: dict[str, Any] = {}
    for name, value in [*enumerate(args), *kwargs.items()]:
        found[str(name)] = value
        if is_dataclass(value) and hasattr(value, "__dict__"):
            found |= {f"{name}.{part}": one for part, one in vars(value).items()}
    return {name: value for name, value in found.items() if hasattr(value, "__dict__")}


def _repeat(change: _Change, given: dict[str, Any]) -> Any:
    DATABASE.make(change.rows)
    for name, content in change.files.items():
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return _read(change.made, given)


def _read(made: bytes, given: dict[str, Any]) -> Any:
    reader = pickle.Unpickler(io.BytesIO(made))
    reader.persistent_load = given.__getitem__  # type: ignore[method-assign]
    return reader.load()


def _recorded(key: tuple[Any, ...], build: Callable[[], Made], given: dict[str, Any]) -> Made:
    before, files, letters = DATABASE.rows(), _files(), len(getattr(mail, "outbox", ()))
    made = build()
    names = {id(value): name for name, value in given.items()}
    out = io.BytesIO()
    writer = pickle.Pickler(out)
    writer.persistent_id = lambda one: names.get(id(one))  # type: ignore[method-assign]
    try:
        writer.dump(made)
    except (TypeError, AttributeError, pickle.PicklingError):
        return made
    left = _files()
    if left.items() >= files.items() and len(getattr(mail, "outbox", ())) == letters:
        added = {name: content for name, content in left.items() if name not in files}
        change = DATABASE.change(before, DATABASE.rows())
        _memory.changes[key] = _Change(change, added, out.getvalue())
    return _read(out.getvalue(), given)  # what later calls get, too


def _files() -> dict[str, bytes]:
    root = Path(settings.MEDIA_ROOT)
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
