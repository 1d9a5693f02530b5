"""Executing plans of 2026 with the due dates that their deadlines ask for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from compliance.domain.calendar.periods import Period
from compliance.domain.incentives.outcomes import Fact, outcome
from compliance.models import MeasureVersion, Occurrence, Plan
from compliance.services.execution.in_force import adopt_plan
from compliance.services.execution.renewals import Renewal, renew_occurrences
from compliance.services.plans.drafts import read_into
from tests.building import factories as make
from tests.building.remembered import remembered

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
MOSCOW = ZoneInfo("Europe/Moscow")
QUARTERS = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 30)]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=MOSCOW)


BEGIN = noon(date(2026, 1, 12))


@remembered
def executing(region: make.Region, *phrases: str, at: datetime = BEGIN, **given) -> Plan:
    """A plan of 2026 executed from 12 January on, a measure for each phrase."""
    measures = [
        make.measure(deadline_text=phrase, number=f"1.{place}")
        for place, phrase in enumerate(phrases, start=1)
    ]
    draft = make.plan(region, *measures, period=YEAR, **given)
    plan = adopt_plan(draft.pk, act=make.act(None, at))
    Plan.objects.filter(pk=plan.pk).update(
        is_adopted=False, published_on=at.date(), published_url="https://example.org/plan"
    )
    return Plan.objects.get(pk=plan.pk)


def dates(plan: Plan, **given) -> list[date]:
    """The due dates of a plan that were not cancelled, sorted."""
    rows = Occurrence.objects.lasting().filter(plan=plan, **given)
    return list(rows.order_by("due_on", "pk").values_list("due_on", flat=True))


def counts_as(occurrence: Occurrence) -> str | None:
    """What a sheet counts the occurrence as on the day after its date."""
    waiting = occurrence.reports.filter(status="submitted").first()
    fact = Fact(
        occurrence.status,
        occurrence.late_after,
        occurrence.done_on,
        waiting and waiting.submitted_on,
    )
    return outcome(fact, occurrence.late_after + timedelta(days=1))


def version_of(plan: Plan) -> MeasureVersion:
    return MeasureVersion.objects.get(revision__plan=plan, revision__status="in_force")


def reworded(plan: Plan, phrase: str, on: date) -> Renewal:
    """The plan's one measure under another deadline, as a revision put in force leaves it."""
    version = version_of(plan)
    act = make.act(None, noon(on))
    read_into(version, phrase, act)
    version.save()
    return renew_occurrences([version.measure], act=act)
