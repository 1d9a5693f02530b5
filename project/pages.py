"""What applies to processes that serve pages, and not to sweeps, jobs and commands."""

from __future__ import annotations

from django.conf import settings
from django.db import connections


def bound_statements() -> None:
    """Let no statement of this process's connections run on when nobody waits for it any longer.

    An option of the connection: it costs no round trip, holds outside of transactions too, and
    cannot reach a worker, which never imports the WSGI application. A cancelled statement is an
    outage like any other: the page answers 503.
    """
    for database in connections.databases.values():
        if database["ENGINE"].endswith("postgresql") and settings.PAGE_STATEMENT_SECONDS:
            given = database["OPTIONS"].get("options", "")
            bound = f"-c statement_timeout={settings.PAGE_STATEMENT_SECONDS}s"
            database["OPTIONS"]["options"] = f"{given} {bound}".strip()
