"""Who carries a measure out: assignments made from the text in force, and kept in step with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import (
    Assignment,
    Measure,
    MeasureVersion,
    Membership,
    Occurrence,
    Organisation,
    Plan,
    Responsible,
    Revision,
    User,
)
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell

Named = list[tuple[Organisation, "User | None"]]


def assign_measures(plan: Plan, act: Act, *, owes_from: date | None = None) -> int:
    """How many assignments were made: each responsible party of the text in force, expanded.

    A class of institutions becomes one assignment for each; outside bodies get none; a measure that
    names nobody in the system goes to the plan's own organisation, so that none is left over. A
    party that a revision newly charges with an existing measure owes it only from that day on.
    """
    charged = set(
        Assignment.objects.filter(measure__plan=plan).values_list("measure_id", flat=True)
    )
    rows = [
        Assignment(
            measure_id=measure_id,
            organisation=organisation,
            executor=person,
            is_lead=place == 0,
            created_at=act.at,
            owes_from=owes_from if measure_id in charged else None,
        )
        for measure_id, named in _named_in_force(plan).items()
        for place, (organisation, person) in enumerate(named)
    ]
    before = Assignment.objects.filter(measure__plan=plan).count()
    Assignment.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return Assignment.objects.filter(measure__plan=plan).count() - before


def _named_in_force(plan: Plan) -> dict[int, Named]:
    """Measure → the people whom the text in force names, the lead first."""
    measures = Measure.objects.filter(
        plan=plan, removed_by__isnull=True, versions__revision__status="in_force"
    )
    parties: dict[int, list[Responsible]] = {measure.pk: [] for measure in measures}
    for party in Responsible.objects.filter(
        version__measure__in=measures, version__revision__status="in_force"
    ).select_related("organisation", "person", "version"):
        parties[party.version.measure_id].append(party)
    institutions = list(Organisation.objects.active().institutions().within(plan.organisation))
    return {pk: _expand(named, plan, institutions) for pk, named in parties.items()}


def _expand(
    parties: Iterable[Responsible], plan: Plan, institutions: Sequence[Organisation]
) -> Named:
    """Organisations, each once, with the person if one is named; the lead's first."""
    found: dict[int, tuple[Organisation, User | None]] = {}
    for party in sorted(parties, key=lambda one: (not one.is_lead, one.position)):
        if party.kind == Responsible.Kind.INSTITUTIONS:
            for institution in institutions:
                found.setdefault(institution.pk, (institution, None))
        elif party.organisation is not None:
            organisation, person = party.organisation, party.person
            known = found.get(organisation.pk)
            if known is None or known[1] is None:
                found[organisation.pk] = (organisation, person)
    return list(found.values()) or [(plan.organisation, None)]


def follow_parties(before: Revision, now: Revision, *, act: Act) -> int:
    """How many assignments were ended, because the revision just put in force names others.

    Only measures whose responsible parties were changed are touched. An organisation that is no
    longer named keeps what is overdue or reported; a newly named person takes over.
    Call it before `assign_measures`, which charges those who are new.
    """
    changed = _changed_parties(before, now)
    named = {pk: rows for pk, rows in _named_in_force(now.plan).items() if pk in changed}
    current = Assignment.objects.current().filter(measure__in=named).select_related("measure")
    ended, kept = [], []
    for assignment in current:
        places = {org.pk: n for n, (org, _person) in enumerate(named[assignment.measure_id])}
        place = places.get(assignment.organisation_id)
        if place is None:
            ended.append(assignment.pk)
            continue
        person = named[assignment.measure_id][place][1]
        assignment.is_lead = place == 0
        if person is not None:
            assignment.executor = person
        kept.append(assignment)
    Assignment.objects.bulk_update(kept, ["is_lead", "executor"], batch_size=500)
    _end(Assignment.objects.filter(pk__in=ended), now, act)
    return len(ended)


def _changed_parties(before: Revision, now: Revision) -> set[int]:
    """The measures of both revisions whose responsible parties differ."""
    old, new = _parties(before), _parties(now)
    return {pk for pk, rows in new.items() if pk in old and old[pk] != rows}


def _parties(revision: Revision) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {
        pk: []
        for pk in MeasureVersion.objects.filter(revision=revision).values_list(
            "measure_id", flat=True
        )
    }
    rows = Responsible.objects.filter(version__revision=revision).order_by("position", "id")
    for measure, *party in rows.values_list(
        "version__measure_id", "kind", "organisation_id", "person_id", "is_lead"
    ):
        found[measure].append(party)
    return found


def _end(assignments: QuerySet[Assignment], by: Revision, act: Act) -> None:
    """End assignments that a revision took away; what is due from today on is closed."""
    reason = gettext("Revision %(number)s of the plan names other executors.")
    words = reason % {"number": by.number}
    Occurrence.objects.open().filter(
        assignment__in=assignments, late_after__gte=by.plan.organisation.today(act.at)
    ).update(status=Occurrence.Status.CANCELLED, close_reason=words, closed_at=act.at)
    assignments.update(ended_at=act.at, end_reason=words)


__all__ = ["assign_measures", "follow_parties"]


NAMING = (Role.DIRECTOR, Role.COORDINATOR)


def may_name_executor(user: User | None, organisation: Organisation) -> bool:
    """Whether the person may name executors in the institution: its director or coordinator."""
    if user is None:
        return True
    duties = user.jurisdiction()
    return any(duties.holds(role, organisation.path) for role in NAMING)


@transaction.atomic
def name_executor(assignment: Assignment, executor: User, *, act: Act) -> Assignment:
    """The assignment with its responsible executor; its open occurrences go to the executor too.

    Directors name executors in their institution; the ministry may do it for them.
    """
    if not act.may(may_name_executor, assignment.organisation):
        raise Forbidden("not_your_step")
    if not Membership.objects.current(assignment.organisation.today(act.at)).filter(
        user=executor, organisation=assignment.organisation, user__is_active=True
    ):
        raise Refusal("executor_not_here", name=str(executor))
    before = assignment.executor
    if before == executor:
        return assignment
    assignment.executor = executor
    assignment.save(update_fields=["executor"])
    record_and_tell(
        act=act,
        organisation=assignment.organisation,
        action="assignment.name",
        subject=assignment,
        before={"executor": before and str(before), "executor_id": before and before.pk},
        after={
            "executor": str(executor),
            "executor_id": executor.pk,
            "measure": assignment.measure_id,
        },
    )
    return assignment
