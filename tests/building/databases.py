"""The test database: migrated once a run, copied for each worker, restored after real commits."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

KEPT = "kept_"  # tables with the rows that every installation begins with


@dataclass
class WorkersDatabase:
    """A worker's own database; `worker` is "" where there are no workers.

    `shared` is a folder of this run that all its workers see. With `stays` (`--reuse-db`) the
    database has its own place and is still there for the next run; `is_found` says that it is there
    from the run before.
    """

    shared: Path
    worker: str
    stays: bool = False
    is_found: bool = False
    configured: str = ""

    def begin(self) -> None:
        """Makes it, and what it is copied from if no other worker has done so."""
        self.configured = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite" and not self.stays:
            connection.settings_dict["TEST"]["NAME"] = str(self.shared / "test.sqlite3")
        if not self.worker:
            _make(self.is_found)
            return
        source = connection.creation._get_test_db_name()
        with self._alone():
            if not self._users():
                _make(self.is_found)
            self._mark.touch()
            connection.settings_dict["NAME"] = source
            connection.close()  # a database is copied while nobody works in it
            connection.creation.clone_test_db(self.worker, verbosity=0, autoclobber=True)
        own = connection.creation.get_test_db_clone_settings(self.worker)
        connection.settings_dict["NAME"] = own["NAME"]

    def end(self) -> None:
        """Drops it; the last worker drops what it was copied from, too."""
        _close_other_sessions()
        if self.worker:
            connection.creation.destroy_test_db(self.configured, verbosity=0)
            with self._alone():
                self._mark.unlink()
                if self._users():
                    return
                connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
        connection.creation.destroy_test_db(self.configured, verbosity=0, keepdb=self.stays)

    @property
    def _mark(self) -> Path:
        return self.shared / f"database-of-{self.worker}"

    def _users(self) -> list[Path]:
        return list(self.shared.glob("database-of-*"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.shared / "database.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _close_other_sessions() -> None:
    """A server for the browser may still be connected when its tests are over."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def restore() -> None:
    """Every table as it was in the beginning. Truncating sixty tables takes PostgreSQL a second."""
    with transaction.atomic(), connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in _tables():
            cursor.execute(f'DELETE FROM "{table}"')
            if KEPT + table in there:
                cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{KEPT}{table}"')


def _make(is_found: bool) -> None:
    """The database, migrated, with its first rows kept aside."""
    connection.creation.create_test_db(
        verbosity=0, autoclobber=True, serialize=False, keepdb=is_found
    )
    with connection.cursor() as cursor:
        if any(name.startswith(KEPT) for name in connection.introspection.table_names(cursor)):
            restore()  # a run that was cut off may have left rows
            return
        for table in _tables():
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
            if cursor.fetchone():
                cursor.execute(f'CREATE TABLE "{KEPT}{table}" AS SELECT * FROM "{table}"')


def _tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed})
