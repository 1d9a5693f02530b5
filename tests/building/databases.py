"""The test database: migrated once, copied for each worker, restored after real commits.

On SQLite a migrated file stays in `var` for the next run, as long as nothing has changed that a
migration could ask: no line of ours but the tests', no installed package, no version of anything.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from compliance.models import ChangedWork
from tests.building.places import ROOT

OURS = ("project", "workflows", "compliance", "notifications", "tests/building/databases.py")
MIGRATED = "migrated-"  # and a hash: the file of a database that the next run may begin with

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
            self._make()
            return
        source = connection.creation._get_test_db_name()
        with self._alone():
            if not self._users():
                self._make()
            self._mark.touch()
            connection.settings_dict["NAME"] = source
            connection.close()  # a database is copied while nobody works in it
            connection.creation.clone_test_db(self.worker, verbosity=0, autoclobber=True)
        own = connection.creation.get_test_db_clone_settings(self.worker)
        connection.settings_dict["NAME"] = own["NAME"]
        _hurry()

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

    def _make(self) -> None:
        """The database, from the file of an earlier run where there is one."""
        if connection.vendor != "sqlite" or self.stays:
            _make(self.is_found)
            return
        name, migrated = connection.settings_dict["TEST"]["NAME"], _migrated()
        if migrated.exists():
            connection.close()
            shutil.copyfile(migrated, name)
            connection.settings_dict["NAME"] = name
            return
        _make(self.is_found)
        connection.close()
        own = migrated.with_name(f"{migrated.name}.{os.getpid()}")
        migrated.parent.mkdir(exist_ok=True)
        shutil.copyfile(name, own)
        for older in migrated.parent.glob(f"{MIGRATED}*.sqlite3"):
            older.unlink(missing_ok=True)
        own.replace(migrated)

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


def _migrated() -> Path:
    """The file that stays, by all that its rows come of."""
    words = [sys.version, sqlite3.sqlite_version, repr(connection.settings_dict["OPTIONS"])]
    words += sorted(f"{one.name} {one.version}" for one in distributions())
    found = hashlib.sha256("\n".join(words).encode())
    for path in sorted(path for one in OURS for path in _sources(ROOT / one)):
        found.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return ROOT / "var" / f"{MIGRATED}{found.hexdigest()}.sqlite3"


def _sources(path: Path) -> Iterator[Path]:
    yield from path.rglob("*.py") if path.is_dir() else [path]


def _hurry() -> None:
    """PostgreSQL answers before what it has stored is on the disk: no test unplugs the server."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        connection.close()


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
        statements = []
        for table in tables():
            statements.append(f'DELETE FROM "{table}"')
            if KEPT + table in there:
                statements.append(f'INSERT INTO "{table}" SELECT * FROM "{KEPT}{table}"')
        if connection.vendor == "postgresql":
            statements = ["; ".join(statements)]  # it takes them all in one message
        for statement in statements:
            cursor.execute(statement)


def _make(is_found: bool) -> None:
    """The database, migrated, with its first rows kept aside."""
    connection.creation.create_test_db(
        verbosity=0, autoclobber=True, serialize=False, keepdb=is_found
    )
    with connection.cursor() as cursor:
        if any(name.startswith(KEPT) for name in connection.introspection.table_names(cursor)):
            restore()  # a run that was cut off may have left rows
            return
        for table in tables():
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
            if cursor.fetchone():
                cursor.execute(f'CREATE TABLE "{KEPT}{table}" AS SELECT * FROM "{table}"')


def tables() -> list[str]:
    """All tables; last the one in which PostgreSQL notes what happens to the others."""
    models = apps.get_models(include_auto_created=True)
    found = {model._meta.db_table for model in models if model._meta.managed}
    return sorted(found, key=lambda table: (table == ChangedWork._meta.db_table, table))
