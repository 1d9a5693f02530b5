"""Asking for jobs, cancelling them, and deleting those that ended a week ago."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import OperationalError, connection, transaction

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models.jobs import Job
from compliance.models.organisations import Organisation
from compliance.models.people import User

MOST_OPEN = 30  # that one person has at once
PATIENCE = 3  # seconds that somebody who cancels waits for the worker


@dataclass(frozen=True)
class Order:
    """What is to be done, about what, and where its result will be seen.

    `name` is what a person knows it by, usually a file's name.
    """

    kind: str
    name: str
    organisation: Organisation
    page: str
    about: tuple[str, object] = ("", "")
    arguments: dict[str, Any] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True)
class Asker:
    """Who asks, in whose name, when and from where."""

    owner: User
    at: datetime
    on_behalf_of: User | None = None
    address: str = ""


def ask_for(order: Order, asker: Asker) -> Job:
    """The job, waiting for a worker; Refusal when the person has too many open ones."""
    if Job.objects.open().filter(owner=asker.owner).count() >= MOST_OPEN:
        raise Refusal("jobs_too_many", limit=MOST_OPEN)
    job = Job(
        kind=order.kind,
        name=order.name[-200:],
        organisation=order.organisation,
        page=order.page,
        subject_kind=order.about[0],
        subject_id=str(order.about[1]),
        arguments=order.arguments,
        owner=asker.owner,
        on_behalf_of=asker.on_behalf_of,
        address=asker.address,
        created_at=asker.at,
    )
    if order.content:
        job.input.save(f"jobs/{uuid.uuid4()}", ContentFile(order.content), save=False)
    try:
        job.save()
    except Exception:
        if job.input:
            job.input.delete(save=False)
        raise
    return job


@transaction.atomic
def ask_once_for(order: Order, asker: Asker, most: int = MOST_OPEN) -> Job:
    """The job that the person has asked for already and that has no end yet, else a new one.

    Raises Refusal when they have `most` open ones of this kind, or too many at all.
    """
    User.objects.select_for_update(no_key=True).get(pk=asker.owner.pk)  # pressed twice at once
    mine = Job.objects.open().filter(owner=asker.owner, kind=order.kind)
    waiting = list(mine.filter(cancel_asked_at__isnull=True))
    for job in waiting:
        if (job.organisation, job.arguments) == (order.organisation, order.arguments):
            return job
    if len(waiting) >= most:
        raise Refusal("jobs_too_many", limit=most)
    return ask_for(order, asker)


def place_of(user: User) -> Organisation | None:
    """Whose job it is: that of the person's main place; of who keeps the installation, the top."""
    if home := user.home():
        return home.organisation
    tops = Organisation.objects.filter(parent__isnull=True).order_by("pk")
    return tops.first() if user.is_superuser else None


@transaction.atomic
def cancel(job_id: int, *, person: User, at: datetime) -> Job:
    """The job cancelled: at once while it waits, else when its worker next reports.

    Raises Forbidden for anybody but its owner, Conflict when it has ended or is just ending.
    """
    job = _locked_soon(job_id)
    if job.owner_id != person.pk:
        raise Forbidden("not_your_job")
    if not job.is_open:
        raise Conflict("job_ended")
    job.cancel_asked_at = job.cancel_asked_at or at
    if job.state == Job.State.WAITING:
        job.state, job.finished_at = Job.State.CANCELLED, at
        if job.input:
            transaction.on_commit(partial(job.input.storage.delete, str(job.input.name)))
            job.input = ""
    job.save()
    return job


def _locked_soon(job_id: int) -> Job:
    """The job, locked; Conflict when its worker holds it for longer: it is storing its result."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
    try:
        return Job.objects.select_for_update(of=("self",)).get(pk=job_id)
    except OperationalError as error:
        raise Conflict("job_is_ending") from error


@transaction.atomic
def forget_jobs(now: datetime) -> int:
    """How many ended jobs were deleted, with their files: their week is over."""
    over = list(Job.objects.over(now).select_for_update(of=("self",)))
    for job in over:
        names = {job.output_name(tried) for tried in range(1, job.tries + 1)}
        for name in filter(None, {*names, str(job.output.name or "")}):
            transaction.on_commit(partial(job.output.storage.delete, name), robust=True)
    Job.objects.filter(pk__in=[job.pk for job in over]).delete()
    return len(over)
