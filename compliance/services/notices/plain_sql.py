"""Statements written as SQL for both PostgreSQL and SQLite: their common tables, their count.

Parameters have names (`%(day)s`), so that no statement depends on the order of its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

Row = tuple[Any, ...]


Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class CommonTable:
    """A common table of a statement: its name, and which of the others it reads."""

    name: str
    columns: str
    query: str
    reads: tuple[str, ...] = ()
    is_materialized: bool = False  # PostgreSQL computes it as a whole instead of inlining it

    def __str__(self) -> str:
        kept = " MATERIALIZED" if self.is_materialized else ""
        return f"{self.name}({self.columns}) AS{kept} ({self.query})"


def with_tables(*tables: CommonTable) -> str:
    """The WITH clause of these tables; ValueError if one reads a table that is not before it."""
    known: set[str] = set()
    for table in tables:
        if missing := set(table.reads) - known:
            raise ValueError(f"{table.name} reads {', '.join(sorted(missing))}, which is not there")
        known.add(table.name)
    return "WITH RECURSIVE\n" + ",\n".join(map(str, tables))


def execute(sql: str, parameters: Parameters | Sequence[Any]) -> int:
    """How many rows the statement wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def fetch(sql: str, parameters: Parameters) -> list[Row]:
    """The rows that the statement found."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def values(name: str, columns: str, rows: Sequence[Row]) -> tuple[CommonTable, Parameters]:
    """A common table of these rows, at least one, and the parameters that carry them."""
    named = [
        {f"{name}_{number}_{place}": value for place, value in enumerate(row)}
        for number, row in enumerate(rows)
    ]
    lines = ", ".join("(" + ", ".join(f"%({key})s" for key in row) + ")" for row in named)
    return CommonTable(name, columns, f"VALUES {lines}"), {
        key: value for row in named for key, value in row.items()
    }


def placeholders(rows: Sequence[Row]) -> str:
    """Placeholders for a VALUES list of these rows."""
    one = "(" + ", ".join(["%s"] * len(rows[0])) + ")"
    return ", ".join([one] * len(rows))


def flat(rows: Sequence[Row]) -> list[Any]:
    """The values of the rows one after another, as a VALUES list takes them."""
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
