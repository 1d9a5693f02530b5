"""What holds for processes that serve pages, and not for sweeps, jobs and commands."""

from __future__ import annotations

from django.conf import settings
from django.db import connections


def bound_statements() -> None:
    """Let no statement of this process's connections run on when nobody waits for it any more.

    An option of the connection: it costs no round trip, holds outside of transactions too, and
    cannot leak into a worker, which never imports the WSGI application. A statement that is
    cancelled is an outage like any other: the page is our 503.
    """
    for database in connections.databases.values():
        if database["ENGINE"].endswith("postgresql") and settings.PAGE_STATEMENT_SECONDS:
            given = database["OPTIONS"].get("options", "")
            bound = f"-c statement_timeout={settings.PAGE_STATEMENT_SECONDS}s"
            database["OPTIONS"]["options"] = f"{given} {bound}".strip()
