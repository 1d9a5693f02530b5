"""All that stands in our tables, in short: what an act left behind, or that it left nothing."""

from __future__ import annotations

import hashlib
from functools import cache

from django.apps import apps
from django.db import connection

OURS = ("compliance", "workflows", "notifications")


@cache
def _tables() -> dict[str, str]:
    """Each table of ours with its key."""
    return {
        model._meta.db_table: model._meta.pk.column
        for label in OURS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def digest() -> dict[str, str]:
    """For each table of ours the hash of all its rows, as the database gives them."""
    found = {}
    with connection.cursor() as cursor:
        for table, key in _tables().items():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def changed(before: dict[str, str]) -> list[str]:
    """The tables that are no longer as they were."""
    now = digest()
    return [table for table in now if now[table] != before[table]]
