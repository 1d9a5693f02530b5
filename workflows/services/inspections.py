"""Planned inspections: compliance orders them, here they become processes of one inspector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Inspection, InspectionPolicy, Occurrence, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.calendars import working_calendar
from compliance.services.inspections import planning
from compliance.services.inspections.four_eyes import bar
from compliance.services.inspections.holding import InspectionResult, save_result
from compliance.services.inspections.planning import LARGEST, InspectionOrder
from compliance.services.inspections.policies import owed_by_policy
from compliance.services.inspections.samples import Draw, Sample, draw_sample, keep_sample
from workflows.flows import InspectionFlow
from workflows.models import Task
from workflows.services.tasks import engine

BATCH = 100  # inspections a transaction of the sweep


def _begin(inspections: Sequence[Inspection], act: Act) -> None:
    """Give each ordered inspection its process, in the queue or with its inspector."""
    for inspection in inspections:
        InspectionFlow.start.run(
            created=act.at,
            acted_at=act.at,
            plan=inspection.occurrence.plan,
            report=inspection.report,
            inspection=inspection,
        )


@transaction.atomic
def plan_by_hand(
    occurrences: Sequence[Occurrence], order: InspectionOrder, *, act: Act
) -> list[Inspection]:
    """The inspections of these accepted occurrences, begun; each institution's chain tells them."""
    ids = [one.pk for one in occurrences]
    if not ids:
        raise Refusal("inspection_nothing_chosen")
    if len(ids) > LARGEST:
        raise Refusal("inspection_too_many", limit=LARGEST)
    orders = _orders(occurrences, order, act)
    for organisation in {one.organisation for one in occurrences}:
        planning.check_order(order, organisation, act)
    made = planning.order_inspections(ids, orders, act=act)
    _begin(made, act)
    for inspection in sorted(made, key=lambda one: (one.organisation_id, one.pk)):
        record_and_tell(
            act=act,
            organisation=inspection.organisation,
            action="inspection.plan",
            subject=inspection.occurrence,
            after={
                "inspection": inspection.pk,
                "inspection_kind": order.kind,
                "due_on": order.due_on,
            },
            reason=order.reason,
        )
    return made


def _orders(
    occurrences: Sequence[Occurrence], order: InspectionOrder, act: Act
) -> dict[int, InspectionOrder]:
    """The order for each due date: the named inspector's own acceptances go to the queue instead.

    Refuses a named inspector who wrote one of the reports, or who may inspect none of them.
    """
    if order.inspector is None:
        return dict.fromkeys([one.pk for one in occurrences], order)
    orders, unnamed = {}, replace(order, inspector=None)
    for one in occurrences:
        today, report = one.organisation.today(act.at), one.accepted_report
        why = bar(report, one.organisation, {order.inspector.pk}, today) if report else ""
        if why == "own_report":
            raise Refusal("inspector_reported", name=str(order.inspector))
        orders[one.pk] = unnamed if why else order
    if order not in orders.values():
        raise Refusal("inspector_accepted", name=str(order.inspector))
    return orders


@transaction.atomic
def plan_sample(
    draw: Draw, order: InspectionOrder, *, fingerprint: str, act: Act
) -> list[Inspection]:
    """The inspections of the sample that was previewed, begun; the event records its seed.

    Raises Conflict "sample_changed" when the draw now differs from the preview.
    """
    planning.check_order(order, draw.organisation, act)
    sample = draw_sample(draw, order.kind)
    if sample.fingerprint != fingerprint:
        raise Conflict("sample_changed")
    check_size(sample)
    kept = keep_sample(draw, order.kind, sample, act=act)
    ids = list(sample.ids)
    rows = Occurrence.objects.filter(pk__in=ids).select_related("accepted_report", "organisation")
    orders = _orders(list(rows), order, act)
    made = planning.order_inspections(ids, orders, act=act, sample=kept)
    _begin(made, act)
    record_and_tell(
        act=act,
        organisation=draw.organisation,
        action="inspection.sample",
        subject=kept,
        after={
            "inspection_kind": order.kind,
            "share_inspected": draw.share,
            "seed": draw.seed,
            "period": [draw.accepted_from, draw.accepted_to],
            "population": sample.population,
            "occurrences": ids,
        },
    )
    return made


def check_size(sample: Sample) -> None:
    """Refuse a sample that is empty, or larger than one act may begin."""
    if not sample.ids:
        raise Refusal("sample_empty")
    if len(sample.ids) > LARGEST:
        raise Refusal("inspection_too_many", limit=LARGEST)


def plan_by_policy(*, act: Act) -> int:
    """How many inspections the active policies planned: a sweep that may run at any time.

    A second run plans none; two at once plan each inspection once.
    """
    policies = InspectionPolicy.objects.filter(is_active=True).select_related("region")
    return sum(_sweep(policy, act) for policy in policies.order_by("pk"))


def _sweep(policy: InspectionPolicy, act: Act) -> int:
    planned, last = 0, 0
    while True:
        owed = owed_by_policy(policy).filter(pk__gt=last).order_by("pk")
        rows = list(owed.select_related("organisation")[:BATCH])
        if not rows:
            return planned
        planned, last = planned + _plan_batch(policy, rows, act), rows[-1].pk


@transaction.atomic
def _plan_batch(policy: InspectionPolicy, rows: Sequence[Occurrence], act: Act) -> int:
    """How many of a batch were planned; one event in the ministry's chain records them all."""
    calendar, orders = working_calendar(policy.region), {}
    for row in rows:
        today = row.organisation.today(act.at)
        assert row.closed_at is not None, "what is accepted has its time"
        accepted_on = row.organisation.today(row.closed_at)
        due_on = calendar.add_working_days(accepted_on, policy.days)
        orders[row.pk] = InspectionOrder(
            policy.kind, max(due_on, calendar.add_working_days(today, 1))
        )
    made = planning.order_inspections(list(orders), orders, act=act, policy=policy)
    _begin(made, act)
    if made:
        record_and_tell(
            act=act,
            organisation=policy.region,
            action="inspection.by_policy",
            subject=policy,
            after={
                "inspection_kind": policy.kind,
                "occurrences": [one.occurrence_id for one in made],
            },
        )
    return len(made)


def inspection_holders(user: User, task: Task) -> set[int]:
    """The ids of the person who would hold the inspection and of the one they would act for, as the
    task's owner determines; empty when they may not answer its task.
    """
    if not task.is_open:
        return set()
    names = (name for name in user.names_to_act_in() if engine.may_answer(name, task))
    name = next(names, None)
    return {user.pk, name.pk} if name else set()


@transaction.atomic
def keep_result(task: Task, result: InspectionResult, *, act: Act) -> Inspection:
    """The inspection with what has been written so far. The writer has taken its task, or acts for
    the person who has.
    """
    owner = engine.take(task.pk, act=act).owner
    if owner != act.person:
        act = replace(act, on_behalf_of=owner)
    inspection_id = task.process.inspection_id
    assert inspection_id is not None, "a planned inspection has its row"
    return save_result(inspection_id, result, act=act)
