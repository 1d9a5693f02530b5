"""Searching rows by words: `filter(name__says="иванов")`; `naming` for several words and columns.

Both sides are folded by `compliance.domain.folding`. SQLite calls that function itself; PostgreSQL
has it as `vekha_folded`, made by the migrations with an index of three-letter pieces for each
column of `INDEXED`.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Contains

from compliance.domain.folding import ALIKE, INVISIBLE, folded, search_words

FUNCTION: Final = "vekha_folded"

INDEXED: Final = (
    ("compliance_organisation", "name"),
    ("compliance_organisation", "short_name"),
    ("compliance_organisation", "municipality"),
    ("compliance_user", "full_name"),
    ("compliance_user", "username"),
    ("compliance_user", "email"),
    ("compliance_membership", "post"),
    ("compliance_plan", "title"),
    ("compliance_measureversion", "text"),
    ("compliance_petition", "reason"),
)
"""Tables and columns that are searched by words and grow with the country. The reasons of audit
events are read in the order of their own index, within one region."""

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


class Folded(models.Func):
    """The column as a search compares it."""

    function = FUNCTION
    output_field = models.TextField()


@models.CharField.register_lookup
@models.TextField.register_lookup
class Says(models.Lookup):
    """Whether the column contains the words, letters compared as people read them."""

    lookup_name = "says"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return Contains(Folded(self.lhs), folded(str(self.rhs))).as_sql(compiler, connection)


def says(rows: Rows, word: str, *fields: str) -> Rows:
    """The rows in which one of the fields contains the word.

    A union, so that each column is looked up in its own index.
    """
    every = rows.model._default_manager.order_by()
    first, *others = (every.filter(**{f"{one}__says": word}).values("pk") for one in fields)
    return rows.filter(pk__in=first.union(*others) if others else first)


def naming(rows: Rows, words: str, *fields: str) -> Rows:
    """The rows in which each of the words (the first ten) is in one of the fields."""
    for word in search_words(words):
        rows = says(rows, word, *fields)
    return rows


def teach(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Give a new SQLite connection the function; PostgreSQL has it from the migrations."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, _folded, deterministic=True)


def _folded(text: str | None) -> str | None:
    return None if text is None else folded(text)


def statements() -> list[str]:
    """What PostgreSQL needs in order to search as we do, in order.

    Names are qualified, since a restored dump makes the indexes with an empty search path. Lower
    case is Unicode's, whatever locale the database was made with.
    """
    function = f"""
        CREATE OR REPLACE FUNCTION {FUNCTION}(text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT pg_catalog.translate(pg_catalog.lower(pg_catalog."normalize"(
            pg_catalog.translate($1, U&'{_escaped(INVISIBLE)}', ''), 'NFC')
            COLLATE pg_catalog."und-x-icu") COLLATE pg_catalog."default",
            U&'{_escaped("".join(ALIKE))}', U&'{_escaped("".join(ALIKE.values()))}') $$"""
    indexes = [
        f"CREATE INDEX {_index(table, column)} ON {table} "
        f"USING gin ({FUNCTION}({column}) gin_trgm_ops)"
        for table, column in INDEXED
    ]
    return ["CREATE EXTENSION IF NOT EXISTS pg_trgm", function, *indexes]


def backward() -> list[str]:
    """The statements that take it away again; the extension stays, others may use it."""
    indexes = [f"DROP INDEX IF EXISTS {_index(table, column)}" for table, column in INDEXED]
    return [*indexes, f"DROP FUNCTION IF EXISTS {FUNCTION}(text)"]


def _index(table: str, column: str) -> str:
    return f"said_in_{table.removeprefix('compliance_')}_{column}"


def _escaped(signs: str) -> str:
    return "".join(f"\\{ord(sign):04x}" for sign in signs)
