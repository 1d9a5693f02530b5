"""The steps by which people are reminded of due dates, changed by administrators.

The schedule is common to all regions: whoever may see or change plan types may do so here.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import Organisation
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.notices.still_due import KIND
from compliance.services.reference.plan_types import may_change_types
from notifications.models import ReminderStep

LONGEST_AHEAD = 60  # working days; few due dates are known earlier


@transaction.atomic
def tell_director_ahead(days: int, *, unless_begun: bool, act: Act) -> ReminderStep:
    """The step that tells directors so many working days before the date; one a day.

    With `unless_begun`, only about what the executor has not begun.
    """
    _check(act)
    if not 1 <= days <= LONGEST_AHEAD:
        raise Refusal("step_too_far", days=LONGEST_AHEAD)
    list(_locked())  # two at once: the second then finds what the first has added
    step = _locked().filter(offset=-days, who=ReminderStep.Who.DIRECTOR).first()
    before = _entry(step) if step else {}
    step = step or ReminderStep(subject_kind=KIND, offset=-days, who=ReminderStep.Who.DIRECTOR)
    step.unless_begun, step.is_active = unless_begun, True
    step.save()
    _record(step, before, act)
    return step


@transaction.atomic
def switch_step(step_id: int, *, is_active: bool, act: Act) -> ReminderStep:
    """The step of due dates, followed or no longer followed from the next sweep on."""
    _check(act)
    step = _locked().get(pk=step_id)
    before = _entry(step)
    step.is_active = is_active
    step.save(update_fields=["is_active"])
    _record(step, before, act)
    return step


def _check(act: Act) -> None:
    if not act.may(may_change_types):
        raise Forbidden("not_your_step")


def _locked() -> QuerySet[ReminderStep]:
    return ReminderStep.objects.select_for_update().filter(subject_kind=KIND)


def _entry(step: ReminderStep) -> dict[str, Any]:
    """What the audit trail keeps of a step."""
    return {
        "days_from_date": step.offset,
        "told": step.who,
        "unless_begun": step.unless_begun,
        "is_active": step.is_active,
    }


def _record(step: ReminderStep, before: dict[str, Any], act: Act) -> None:
    """Record it in the chain of each region, if anything has changed."""
    after = _entry(step)
    if before == after:
        return
    for region in Organisation.objects.filter(parent__isnull=True).order_by("pk"):
        record_and_tell(
            act=act,
            organisation=region,
            action="reminder_step.change" if before else "reminder_step.add",
            subject=step,
            before=before,
            after=after,
        )
