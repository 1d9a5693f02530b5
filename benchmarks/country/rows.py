"""Rows by the million: made by the database itself."""

from __future__ import annotations

from typing import Any


def sql(statement: str) -> None:
    """Send the statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def add(table: str, source: str, *, like: Any, **columns: str) -> None:
    """A row of the table for each of the source: a copy of `like` but for these columns."""
    fields = [field.column for field in like._meta.concrete_fields]
    chosen = ", ".join(columns.get(name, f'pattern."{name}"') for name in fields)
    named = ", ".join(f'"{name}"' for name in fields)
    sql(
        f"INSERT INTO {table} ({named}) SELECT {chosen} FROM {source} "
        f"CROSS JOIN (SELECT * FROM {table} WHERE id = {like.pk}) pattern"
    )
