"""One process that serves pages, works off the queue and keeps the schedule: plain threads."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from celery.beat import Scheduler, Service
from celery.worker import WorkController, state
from django.conf import settings
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)

HOST = "127.0.0.1"
PATIENCE = 5  # seconds that a thread has to end


def bound_server(port: int) -> ThreadedWSGIServer:
    """The server bound to the port, so that nobody else takes it; OSError if it is taken."""
    return ThreadedWSGIServer((HOST, port), WSGIRequestHandler)


def serve(server: ThreadedWSGIServer) -> None:
    """Serve pages until KeyboardInterrupt, with worker and scheduler in the background."""
    server.set_app(get_internal_wsgi_application())
    with background_work():
        server.serve_forever()


@contextmanager
def background_work() -> Iterator[None]:
    """Celery's worker and scheduler in daemon threads of this process, stopped on leaving."""
    # memory:// has no host to name; two warnings would only worry a newcomer.
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)
    app: Any = current_app._get_current_object()
    worker = WorkController(
        app=app,
        hostname=f"demo@{os.getpid()}",
        pool_cls="solo",
        concurrency=1,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    bell = Service(app, scheduler_cls=Scheduler, max_interval=1)
    threads = [
        threading.Thread(target=worker.start, name="worker", daemon=True),
        threading.Thread(target=bell.start, name="scheduler", daemon=True),
    ]
    for thread in threads:
        thread.start()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        app.send_task(entry["task"])  # a newcomer should not have to wait for the first sweeps
    try:
        yield
    finally:
        bell.stop()
        state.should_stop = os.EX_OK
        for thread in threads:
            thread.join(PATIENCE)
        state.should_stop = None
