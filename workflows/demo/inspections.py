"""Planned inspections of the demonstration: to be held, confirmed, and not confirmed."""

from __future__ import annotations

from compliance.models import Inspection, InspectionPolicy, Occurrence, Organisation
from compliance.models.plans import State
from compliance.services.acts import Act
from compliance.services.inspections.holding import InspectionResult, attach_photo
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.inspections.policies import keep_policy
from workflows.demo.days import Days
from workflows.demo.people import Cast
from workflows.demo.photos import photo
from workflows.models import Process
from workflows.services.inspections import keep_result, plan_by_hand, plan_by_policy
from workflows.services.tasks import engine

Kind = Inspection.Kind
# How one inspection after another ended; the first is yet to be held.
ENDS = ((Kind.VISIT, ""), (Kind.VISIT, "refute"), (Kind.CALL, "confirm"), (Kind.WEBSITE, "confirm"))


def hold_inspections(days: Days, cast: Cast) -> None:
    """A policy and the inspections it has planned, and an inspection for each end of the table."""
    administrator = Act(cast.officials["admin"], days.now)
    policy = InspectionPolicy(
        region=cast.ministry,
        kind=Kind.VISIT,
        proof="before_after",
        share=30,
        days=10,
        starts_on=days.back(30),
    )
    keep_policy(policy, act=administrator)
    plan_by_policy(act=Act.of_system(days.now))
    for (kind, end), occurrence in zip(ENDS, _accepted(cast), strict=False):
        order = InspectionOrder(kind, days.working(5), reason="Обращение получателя услуг")
        coordinator = Act(cast.officials["coordinator"], days.now)
        (made,) = plan_by_hand([occurrence], order, act=coordinator)
        if end:
            _hold(made, end, days, cast)


def _accepted(cast: Cast) -> list[Occurrence]:
    """Accepted due dates with photos, from institutions where no demo login works."""
    rows = (
        Occurrence.objects.done()
        .filter(
            plan__state=State.EXECUTING,
            organisation__kind=Organisation.Kind.INSTITUTION,
            version__proof__in=["photo", "before_after"],
            inspections__isnull=True,
        )
        .exclude(organisation=cast.own.organisation)
        .select_related("organisation", "accepted_report")
        .order_by("pk")
    )
    return list(rows[: len(ENDS)])


def _hold(inspection: Inspection, end: str, days: Days, cast: Cast) -> None:
    """An inspector who did not accept the report holds it today, with a photo on a visit."""
    act = Act(cast.officials["inspector2"], days.now)
    task = engine.open_task(Process.objects.get(inspection=inspection))
    assert task is not None, "the inspection waits for its inspector"
    is_visit = inspection.kind == Kind.VISIT
    result = InspectionResult(
        held_on=days.today,
        found="Работа не закончена." if end == "refute" else "Сведения соответствуют отчёту.",
        act_number=f"{inspection.pk}-в" if is_visit else "",
        remark="Закончить работу и приложить новые снимки." if end == "refute" else "",
    )
    keep_result(task, result, act=act)
    if is_visit:
        attach_photo(inspection.pk, photo("стенд.jpg", "stand", inspection.pk, act.at), act=act)
    engine.complete(task.pk, end, act=act)
