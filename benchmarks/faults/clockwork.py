"""`celery -A benchmarks.faults.clockwork`: the project's own workers and beat, in a faster time.

The application, its tasks, queues and settings are the project's. Only the clock runs `FASTER`,
from FAULTS_BEGAN (of `time.monotonic`, which all processes of a machine share) on, and beat rings
as much oftener: so leases of the dead end and letters are tried again while one watches.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

FASTER = 30


def now() -> datetime:
    """The hour of the run: ten in the morning when it began."""
    from tests.notifications import factories

    since = time.monotonic() - float(os.environ["FAULTS_BEGAN"])
    return factories.moment() + timedelta(seconds=FASTER * since)


def hasten() -> None:
    """Let this process live by the clock of the run; letters leave at any hour."""
    from django.conf import settings

    from notifications.services import delivery

    settings.SENDING_HOURS = (0, 24)
    timezone.now = now
    delivery._clock = lambda _began: now  # a run's own clock counts seconds of the machine


if "FAULTS_BEGAN" in os.environ:
    from celery.signals import worker_process_init, worker_ready

    from project.celery import app

    for bell in app.conf.beat_schedule.values():
        bell["schedule"] = bell["options"]["expires"] / FASTER
        bell["options"] = {"expires": max(bell["schedule"], 1)}
    worker_process_init.connect(lambda **_said: hasten(), weak=False)
    ready = Path(os.environ["FAULTS_READY"])
    worker_ready.connect(lambda **_said: (ready / str(os.getpid())).touch(), weak=False)
