"""Storing a long table of people as a job: the same act, all or nothing, without its asker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse

from compliance.domain.refusals import Forbidden
from compliance.models import Job, PeopleUpload
from compliance.services.acts import Act
from compliance.services.jobs.asking import Asker, Order, ask_once_for, place_of
from compliance.services.people.imports.storing import rows_of, store_upload

if TYPE_CHECKING:
    from compliance.services.jobs.running import Run

STORE_JOB: Final = "people.import"
AT_ONCE: Final = 2_000
"""Rows that a request still stores: a second or two."""


def ask_to_store(upload: PeopleUpload, fingerprint: str, *, act: Act) -> Job | None:
    """The job that stores what the preview with this fingerprint showed; None for a short table."""
    if rows_of(upload) <= AT_ONCE:
        return None
    place = place_of(act.person)
    if place is None:
        raise Forbidden("not_your_people")
    order = Order(
        STORE_JOB,
        upload.file_name,
        place,
        page=reverse("people-preview", args=[upload.pk]),
        arguments={"upload": str(upload.pk), "fingerprint": fingerprint},
    )
    return ask_once_for(order, Asker(act.person, act.at, address=act.address))


def store_in_job(run: Run) -> None:
    """Store the table of the job as an act of the person who asked; raises as `store_upload`."""
    given = run.job.arguments
    act = Act(run.job.owner, run.clock(), run.job.address)
    with run.finishing() as job:
        matched = store_upload(UUID(given["upload"]), given["fingerprint"], act=act)
        job.result = {"stored": matched.counts()}
        job.page = f"{reverse('people')}?show=never"
