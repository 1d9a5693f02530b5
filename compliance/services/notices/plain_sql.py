"""Statements written as SQL, the same for PostgreSQL and SQLite: values, rows, counting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection

Row = tuple[Any, ...]


def execute(sql: str, parameters: Sequence[Any]) -> int:
    """How many rows the statement wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def fetch(sql: str, parameters: Sequence[Any]) -> list[Row]:
    """The rows that the statement found."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def placeholders(rows: Sequence[Row]) -> str:
    """Placeholders for a VALUES list of these rows."""
    one = "(" + ", ".join(["%s"] * len(rows[0])) + ")"
    return ", ".join([one] * len(rows))


def flat(rows: Sequence[Row]) -> list[Any]:
    """The values of the rows, one after the other, as a VALUES list takes them."""
    return [value for row in rows for value in row]


def as_date(value: date) -> Any:
    """The date as the database takes it."""
    return connection.ops.adapt_datefield_value(value)


def as_instant(value: datetime) -> Any:
    """The moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(value)


@contextmanager
def counting_statements() -> Iterator[list[str]]:
    """The statements executed inside the block, as they come."""
    statements: list[str] = []

    def note(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return run(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements
