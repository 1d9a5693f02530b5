"""Running the jobs: any number of workers at once, each job's effect once, whichever dies.

In `AppConfig.ready` a subject registers a function for each kind of job that it owns. The function
gets a `Run`, reports its progress to it, and has its effect inside `run.finishing()`: in one
transaction with the job's end. Work of many independent parts has each of them inside `run.step()`
instead: in one transaction with the note that it is done.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from compliance.domain.refusals import Refusal
from compliance.models import User
from compliance.models.jobs import Job

MOST_TRIES = 3
PAUSE = timedelta(seconds=30)  # before another try after an unexpected failure
SHIFT = 60  # seconds after which a worker takes no further job, since others wait for it

logger = logging.getLogger("vekha.jobs")
State = Job.State


Work = Callable[["Run"], None]
_registered: dict[str, Work] = {}


def register(kind: str, work: Work) -> None:
    """Let `work` do jobs of this kind."""
    _registered[kind] = work


class Lost(Exception):
    """Another worker has the job by now: what this one still does has no effect."""


class Cancelled(Exception):
    """The owner cancelled the job."""


class Run:
    """One worker's hold on one job."""

    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self.job, self.clock, self.is_finished = job, clock, False

    def progress(self, done: int, total: int) -> None:
        """Show how far the work is and renew the lease; raises Lost or Cancelled.

        Call it outside of transactions, at least once a lease.
        """
        held = Job.objects.filter(pk=self.job.pk, token=self.job.token, state=State.RUNNING)
        lease = self.clock() + settings.JOB_LEASE
        if not held.update(done_count=done, total_count=total, lease_until=lease):
            raise Lost
        if held.filter(cancel_asked_at__isnull=False).exists():
            raise Cancelled

    @contextmanager
    def step(self, done: int, total: int) -> Iterator[Job]:
        """The transaction of a part of the effect and of `done_count`: both happen, or neither.

        Whoever takes the job over goes on from its `done_count`. Set the row's `result` or `page`
        inside. Raises Lost or Cancelled before anything is done.
        """
        with transaction.atomic():
            job = self._mine()
            yield job
            job.done_count, job.total_count = done, total
            job.lease_until = self.clock() + settings.JOB_LEASE
            job.save(update_fields=["done_count", "total_count", "lease_until", "result", "page"])

    @contextmanager
    def finishing(self) -> Iterator[Job]:
        """The transaction of the job's effect and its end: both happen, or neither.

        Set the row's `result` or `page` inside. Raises Lost or Cancelled before anything is done.
        """
        with transaction.atomic():
            job = self._mine()
            yield job
            _end(job, State.DONE, self.clock())
        self.is_finished = True

    def _mine(self) -> Job:
        """The job's row, locked; raises Lost or Cancelled."""
        job = _held(self.job)
        if job is None:
            raise Lost
        if job.cancel_asked_at is not None:
            raise Cancelled
        return job


def run_jobs(clock: Callable[[], datetime] = timezone.now) -> dict[str, int]:
    """How many jobs came to which end, taken up until none is left or the shift is over."""
    counts: Counter[str] = Counter({State.DONE: 0, State.FAILED: 0, State.CANCELLED: 0})
    until = time.monotonic() + SHIFT
    while time.monotonic() < until:
        job = claim(clock())
        if job is None:
            break
        if job.is_open:
            _do(Run(job, clock))
        counts[Job.objects.values_list("state", flat=True).get(pk=job.pk)] += 1
    return {str(state): count for state, count in counts.items()}


@transaction.atomic
def claim(now: datetime) -> Job | None:
    """The job that waits longest, ours for the length of a lease; None when there is none.

    One that was cancelled, or whose workers died too often, comes back already ended.
    """
    rows = Job.objects.ready(now).select_for_update(skip_locked=True, of=("self",))
    job = rows.order_by("created_at", "id").first()
    if job is None:
        return None
    if job.cancel_asked_at is not None:
        return _end(job, State.CANCELLED, now)
    if job.tries >= MOST_TRIES:
        return _end(job, State.FAILED, now, Refusal("job_fell"))
    job.state, job.token, job.tries = State.RUNNING, uuid.uuid4(), job.tries + 1
    job.started_at, job.lease_until = job.started_at or now, now + settings.JOB_LEASE
    job.save(update_fields=["state", "token", "tries", "started_at", "lease_until"])
    return job


def _do(run: Run) -> None:
    """Bring the job to its end; after an unforeseen failure it waits for its next try."""
    try:
        if not User.objects.filter(pk=run.job.owner_id, is_active=True).exists():
            raise Refusal("job_owner_left")
        _registered[run.job.kind](run)
        if not run.is_finished:
            with run.finishing():
                pass
    except Lost:
        logger.warning("Job %s was taken over by another worker.", run.job.pk)
    except Cancelled:
        _close(run, State.CANCELLED)
    except Refusal as refusal:
        _close(run, State.FAILED, refusal)
    except Exception:
        logger.exception("Job %s (%s) failed", run.job.pk, run.job.kind)
        again = run.clock() + PAUSE
        Job.objects.filter(pk=run.job.pk, token=run.job.token).update(lease_until=again)


@transaction.atomic
def _close(run: Run, state: str, refusal: Refusal | None = None) -> None:
    job = _held(run.job)
    if job is not None:
        _end(job, state, run.clock(), refusal)


def _held(job: Job) -> Job | None:
    """The job's row, locked, if this worker still holds it."""
    rows = Job.objects.select_for_update(of=("self",))
    return rows.filter(pk=job.pk, token=job.token, state=State.RUNNING).first()


def _end(job: Job, state: str, now: datetime, refusal: Refusal | None = None) -> Job:
    """The job ended; its input is deleted on commit."""
    if refusal is not None:
        job.failure_code, job.failure_values = refusal.code, _plain(refusal.values)
    if job.input:
        transaction.on_commit(partial(job.input.storage.delete, str(job.input.name)))
    job.state, job.finished_at, job.input = state, now, ""
    job.token = job.lease_until = None
    job.save()
    return job


def _plain(values: dict[str, object]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, int | float | str) else str(value)
        for key, value in values.items()
    }
