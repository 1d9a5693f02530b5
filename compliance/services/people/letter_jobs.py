"""Very many letters sent again as a job, a part at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import ngettext

from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import Job, User
from compliance.services.acts import Act
from compliance.services.jobs.asking import Asker, Order, ask_once_for, place_of
from compliance.services.people.letters import MayArrive, resend_those_left, sent_again_by
from notifications.models.letters import MessageQuerySet, administers_anybody

if TYPE_CHECKING:
    from compliance.services.jobs.running import Run

RESEND_JOB: Final = "letters.resend"
AT_ONCE: Final = 2_000
"""Letters that a request still sends again: about a second."""
STEP: Final = 500  # letters between two looks at whether the job is called off


def ask_to_resend(
    letters: MessageQuerySet, expected: MayArrive, page: str, *, act: Act
) -> Job | None:
    """The job that sends all of these letters again; None when they are few.

    Raises Conflict when they are no longer as many as the person was shown.
    """
    if sent_again_by(letters) != expected:
        raise Conflict("letters_changed")
    if expected.count <= AT_ONCE:
        return None
    place = place_of(act.person)
    if place is None:
        raise Forbidden("not_your_page")
    ids = list(letters.resendable().order_by("pk").values_list("pk", flat=True))
    words = ngettext("%(count)s letter", "%(count)s letters", len(ids)) % {"count": len(ids)}
    order = Order(RESEND_JOB, words, place, page, arguments={"letters": ids})
    return ask_once_for(order, Asker(act.person, act.at, address=act.address))


def resend_in_job(run: Run) -> None:
    """Send again what is left of the job's letters, as an act of the person who asked."""
    ids = run.job.arguments["letters"]
    count = (run.job.result or {"letters": 0})["letters"]
    run.progress(run.job.done_count, len(ids))
    for start in range(run.job.done_count, len(ids), STEP):
        some = ids[start : start + STEP]
        with run.step(start + len(some), len(ids)) as job:
            owner = User.objects.get(pk=job.owner_id)
            if not administers_anybody(owner):
                raise Forbidden("not_your_page")
            count += resend_those_left(some, act=Act(owner, run.clock(), job.address))
            job.result = {"letters": count}
