"""All rows of the test's database, for scenes that are remembered: read, compared and put back.

Each database has its own way to be asked whether anything was written since, and to say its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Protocol

from django.db import connection, transaction

from compliance.models import ChangedWork
from tests.building.databases import tables

NOTES = ChangedWork._meta.db_table
COUNTED = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"

Version = tuple[object, ...]  # equal as long as nobody has written anything
Rows = dict[str, dict[str, str]]  # by table: the rows by what tells them apart
Change = list[tuple[str, str]]  # statements, each with the lines that follow it


class Database(Protocol):
    """What scenes are remembered in; with `builds_the_same`, rows get the same numbers again."""

    builds_the_same: bool

    def is_new(self) -> bool:
        """Whether the connection has just been opened and has written nothing."""

    def version(self) -> Version | None:
        """How far it was written; None where that is not known."""

    def rows(self) -> Rows:
        """Every row as the database writes it."""

    def change(self, before: Rows, after: Rows) -> Change:
        """What makes the rows before into those after. Keys between tables are checked last."""

    def make(self, change: Change) -> None:
        """Does that."""


class Sqlite:
    """Rows by their numbers, as SQL writes them."""

    builds_the_same = True

    def is_new(self) -> bool:
        """As the connection itself counts."""
        connection.ensure_connection()
        return connection.connection.total_changes == 0

    def version(self) -> Version | None:
        """How many rows this connection has ever changed, and the version that others have left."""
        if connection.connection is None:
            return None
        (others,) = connection.connection.execute("PRAGMA data_version").fetchone()
        return connection.connection.total_changes, others

    def rows(self) -> Rows:
        """Every row as a list of SQL values."""
        found: Rows = {}
        cursor = connection.connection.cursor()
        tables = cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
        ).fetchall()
        for (table,) in tables:
            columns = [row[1] for row in cursor.execute(f'PRAGMA table_info("{table}")')]
            values = " || ',' || ".join(f'quote("{name}")' for name in columns)
            found[table] = dict(cursor.execute(f'SELECT rowid, {values} FROM "{table}"').fetchall())
        return found

    def change(self, before: Rows, after: Rows) -> Change:
        """Deletes and inserts of single rows."""
        return [(statement, "") for statement in self._statements(before, after)]

    def _statements(self, before: Rows, after: Rows) -> Iterator[str]:
        for table, rows in after.items():
            old = before[table]
            gone = [row for row, values in old.items() if rows.get(row) != values]
            new = [values for row, values in rows.items() if old.get(row) != values]
            if gone:
                yield f'DELETE FROM "{table}" WHERE rowid IN ({", ".join(map(str, gone))})'
            if new:
                yield f'INSERT INTO "{table}" VALUES {", ".join(f"({values})" for values in new)}'

    def make(self, change: Change) -> None:
        """One transaction."""
        with transaction.atomic():
            for statement, _lines in change:
                connection.connection.execute(statement)


class Postgres:
    """Rows as the lines of COPY. Sequences only go on, so the numbers of rows put back are free."""

    builds_the_same = False

    def is_new(self) -> bool:
        """Not known."""
        return False

    def version(self) -> Version | None:
        """What the test's own transaction has written, as is counted; between real transactions,
        of each table how many rows it has and which transaction wrote last.
        """
        if connection.connection is None:
            return None
        cursor = connection.connection.cursor()
        cursor.execute(COUNTED if connection.in_atomic_block else _as_it_stands())
        return tuple(cursor.fetchall())

    def rows(self) -> Rows:
        """Every row of our tables as a line."""
        return {table: dict.fromkeys(self._lines(table), "") for table in tables()}

    def _lines(self, table: str) -> list[str]:
        with connection.connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
            text = b"".join(copy).decode()
        return [f"{line}\n" for line in text.split("\n")[:-1]]

    def change(self, before: Rows, after: Rows) -> Change:
        """Lines to be added; a table that has lost or changed a row is emptied and filled anew.

        So is, last, the table in which PostgreSQL itself notes what happens to the others.
        """
        found: Change = []
        for table, lines in after.items():
            is_anew = table == NOTES or not before[table].keys() <= lines.keys()
            new = lines if is_anew else [line for line in lines if line not in before[table]]
            if is_anew:
                found.append((f'DELETE FROM "{table}"', ""))
            if new:
                found.append((f'COPY "{table}" FROM STDIN', "".join(new)))
        return found

    def make(self, change: Change) -> None:
        """Statement by statement."""
        with transaction.atomic(), connection.connection.cursor() as cursor:
            for statement, lines in change:
                if lines:
                    with cursor.copy(statement) as copy:
                        copy.write(lines)
                else:
                    cursor.execute(statement)


@cache
def _as_it_stands() -> str:
    counts = (f'SELECT count(*), max(xmin::text::bigint) FROM "{table}"' for table in tables())
    return " UNION ALL ".join(counts)


def database() -> Database:
    """The one that this process tests on."""
    return Sqlite() if connection.vendor == "sqlite" else Postgres()
