"""Inviting very many as a job: a few people at a time, each part done once whoever dies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import ngettext

from compliance.domain.refusals import Forbidden
from compliance.models import Job, User
from compliance.services.acts import Act
from compliance.services.jobs.asking import Asker, Order, ask_once_for, place_of
from compliance.services.people.invitations import Invited, invite_many
from compliance.services.people.rights import may_grant_somewhere

if TYPE_CHECKING:
    from compliance.services.jobs.running import Run

INVITE_JOB: Final = "people.invite"
AT_ONCE: Final = 100
"""People whom a request still invites: well below a second."""
STEP: Final = 50  # people invited between two looks at whether the job is called off


def ask_for_invitations(people: Sequence[int], page: str, *, act: Act) -> Job | None:
    """The job that invites these people, by their ids; None when they are few enough to wait for.

    `page` is where it was asked for.
    """
    if len(people) <= AT_ONCE:
        return None
    place = place_of(act.person)
    if place is None:
        raise Forbidden("not_your_people")
    words = ngettext("%(count)s person", "%(count)s people", len(people))
    name = words % {"count": len(people)}
    order = Order(INVITE_JOB, name, place, page, arguments={"people": list(people)})
    return ask_once_for(order, Asker(act.person, act.at, address=act.address))


def invite_in_job(run: Run) -> None:
    """Invite the people of the job who are left, as an act of the person who asked."""
    people = run.job.arguments["people"]
    said = result_of(run.job)
    run.progress(run.job.done_count, len(people))
    for start in range(run.job.done_count, len(people), STEP):
        some = people[start : start + STEP]
        with run.step(start + len(some), len(people)) as job:
            owner = User.objects.get(pk=job.owner_id)
            if not may_grant_somewhere(owner):
                raise Forbidden("not_your_people")
            act = Act(owner, run.clock(), job.address)
            more = invite_many(User.objects.filter(pk__in=some), act=act)
            said = Invited(said.count + more.count, [*said.left_out, *more.left_out])
            job.result = {"invited": said.count, "left_out": said.left_out}
            job.page = reverse("people-invited", args=[job.pk])


def result_of(job: Job) -> Invited:
    """What a job has done so far."""
    said = job.result or {"invited": 0, "left_out": []}
    return Invited(said["invited"], [(pk, code) for pk, code in said["left_out"]])
