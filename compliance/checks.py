"""System checks: what an operator should know before users notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Warning
from django.core.management import CommandError
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from compliance.services.calendars import missing_year

OUR_APPS = {"notifications", "compliance", "workflows"}


def next_year_is_in_the_calendar(**given: Any) -> Sequence[CheckMessage]:
    """A warning from 1 December on when the calendar has no days for next year."""
    try:
        year = missing_year(timezone.localdate())
    except DatabaseError:  # not migrated yet, or not reachable: other messages say that
        return []
    if year is None:
        return []
    return [
        Warning(
            f"The working calendar has no days of {year}: due dates will not be shifted.",
            hint=f"Run `manage.py seed_calendar {year}`, or read the year in at /calendar/.",
            id="compliance.W001",
        )
    ]


def refuse_an_older_development_state(sender: AppConfig, using: str, **given: Any) -> None:
    """Stop `migrate` with one line when the database has migrations that no longer exist.

    Until the first release each app has a single migration of tables, changed in place: a database
    made from an earlier version cannot be brought up to date.
    """
    loader = MigrationLoader(connections[using])
    known = set(loader.disk_migrations or ())
    ours = {app.label for app in apps.get_app_configs() if app.name in OUR_APPS}
    if any(key[0] in ours and key not in known for key in loader.applied_migrations):
        raise CommandError(
            "This database was made by an older development state of Vekha and cannot be brought "
            "up to date: name a new, empty one in DATABASE_URL (or remove var/vekha.sqlite3)."
        )
