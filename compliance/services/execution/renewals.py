"""When a deadline in force changes: the open future is replaced, what was owed before is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext

from compliance.models import (
    Measure,
    MeasureVersion,
    Occurrence,
    Organisation,
    Plan,
    PlanType,
    Revision,
)
from compliance.models.local_dates import LocalDates
from compliance.models.plans import State
from compliance.services.acts import Act
from compliance.services.execution.occurrences import (
    close_replaced,
    make_interims,
    make_missing,
    move_shifted,
    work_of,
)


@dataclass(frozen=True)
class Renewal:
    """What a changed deadline did to the due dates."""

    closed: int = 0
    moved: int = 0
    made: int = 0


@transaction.atomic
def renew_occurrences(measures: Iterable[Measure], *, act: Act) -> Renewal:
    """What became of the due dates of measures of one plan whose deadline in force has changed.

    Each measure's deadline revision rises, so that reminders of its old dates stop. Of the open
    dates after today, those that the new deadline does not ask for are closed, those that it asks
    for keep their rows, and missing ones are made. What is past, reported or begun is kept, and so
    is what an open petition is about; an extension of a date that the new deadline does not ask for
    ends with it, since the new words are the later decision.
    """
    chosen = Measure.objects.filter(pk__in=[measure.pk for measure in measures])
    plan = Plan.objects.filter(measures__in=chosen).select_related("organisation").first()
    if plan is None:
        return Renewal()
    return _renew(chosen, plan.organisation.today(act.at), act, with_extended=True)


def _renew(
    measures: QuerySet[Measure], today: date, act: Act, *, with_extended: bool = False
) -> Renewal:
    """Renewal of those measures whose plans are being executed. A constant number of statements."""
    executing = Plan.objects.filter(state=State.EXECUTING)
    highest = (
        Occurrence.objects.filter(assignment__measure=OuterRef("pk"))
        .order_by()
        .values("assignment__measure")
        .annotate(highest=Max("deadline_revision"))
        .values("highest")
    )
    measures.filter(plan__in=executing).update(
        deadline_revision=1 + Greatest("deadline_revision", Coalesce(Subquery(highest), 0)),
        deadline_changed_on=today,
    )
    work = work_of(executing).filter(measure__in=measures)
    renewal = Renewal(
        closed=close_replaced(work, today, act.at, with_extended=with_extended),
        moved=move_shifted(work, today),
        made=make_missing(work),
    )
    make_interims(work, today)
    return renewal


@transaction.atomic
def close_removed(measures: Iterable[Measure], by: Revision, *, act: Act) -> int:
    """How many due dates were closed because the revision has dropped their measures.

    What was overdue by then stays open: only a report or a reasoned waiver ends it.
    """
    today = by.plan.organisation.today(act.at)
    ids = [measure.pk for measure in measures]
    Measure.objects.filter(pk__in=ids, removed_by__isnull=True).update(removed_by=by)
    reason = gettext("Revision %(number)s of the plan no longer has this measure.")
    return (
        Occurrence.objects.open()
        .filter(assignment__measure__in=ids, late_after__gte=today)
        .update(
            status=Occurrence.Status.CANCELLED,
            close_reason=reason % {"number": by.number},
            closed_at=act.at,
        )
    )


def follow_revision(before: Revision, now: Revision, *, act: Act) -> Renewal:
    """What a revision just put in force did to the due dates made under the one before.

    Call it in the transaction that put it in force. New measures need assignments first; the caller
    makes them.
    """
    old = {row.measure_id: row for row in before.versions.select_related("measure")}
    new = {row.measure_id: row for row in now.versions.select_related("measure")}
    gone = [row.measure for pk, row in old.items() if pk not in new]
    closed = close_removed(gone, now, act=act)
    # New measures are owed from today on: nobody was responsible for them before.
    fresh = [pk for pk in new if pk not in old]
    today = now.plan.organisation.today(act.at)
    Measure.objects.filter(pk__in=fresh).update(deadline_changed_on=today)
    is_other_period = before.period != now.period  # year-end checkpoints depend on it as well
    changed = [
        row.measure
        for pk, row in new.items()
        if pk in old and (is_other_period or _differ(old[pk], row))
    ]
    current = MeasureVersion.objects.filter(
        revision=now, measure__assignments=OuterRef("assignment_id")
    ).values("pk")
    Occurrence.objects.on_control().filter(plan=now.plan, assignment__measure__in=list(new)).update(
        version=Subquery(current)
    )
    renewal = renew_occurrences(changed, act=act)
    return Renewal(closed + renewal.closed, renewal.moved, renewal.made)


def _differ(old: MeasureVersion, new: MeasureVersion) -> bool:
    """Whether two versions of a measure are owed on different dates."""
    return (old.deadline.get("parts"), old.deadline_dates, old.deadline_anchor) != (
        new.deadline.get("parts"),
        new.deadline_dates,
        new.deadline_anchor,
    )


@transaction.atomic
def renew_for_settings(organisation: Organisation, *, act: Act) -> Renewal:
    """What a changed setting of the schedule did to the executing plans that it may apply to.

    A ministry's shifts apply to its region, checkpoints to an organisation's own plans; a plan
    whose dates come out the same keeps all of its rows, and nobody's extension is touched.
    """
    dates = LocalDates.at(act.at)
    owners = Organisation.objects.within(organisation)
    measures = Measure.objects.filter(plan__organisation__in=owners, removed_by__isnull=True)
    return _renew(measures, max(dates.by_zone.values()), act)


@transaction.atomic
def renew_interims(kind: PlanType, *, act: Act) -> int:
    """How many interim dates a changed setting of the type made; those it ends are dropped.

    Due dates do not hang on it. A plan that is not executed yet gets its dates when it begins.
    """
    dates = LocalDates.at(act.at).by_zone
    today = max(dates.values(), default=timezone.localdate(act.at))
    return make_interims(work_of(Plan.objects.filter(type=kind, state=State.EXECUTING)), today)


__all__ = [
    "Renewal",
    "close_removed",
    "follow_revision",
    "renew_for_settings",
    "renew_interims",
    "renew_occurrences",
]
