"""From a published text to work: revisions put in force, assignments made, plans adopted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from compliance.domain.plan_states import BY_NAME
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import (
    Assignment,
    Decision,
    Measure,
    Membership,
    Organisation,
    Plan,
    Responsible,
    Revision,
    User,
)
from compliance.models.people import Role
from compliance.models.plans import State
from compliance.services.acts import Act
from compliance.services.audit import record
from compliance.services.occurrences import materialise_occurrences
from compliance.services.plans import content_hash
from compliance.services.renewals import follow_revision
from compliance.services.transitions import change_state, check_may, locked


@transaction.atomic
def put_in_force(revision: Revision, *, act: Act | None = None) -> None:
    """Freeze the revision's text under its content hash and let it bind, in place of the last.

    Where the plan is being executed, work and due dates follow what the new text changes.
    """
    last = revision.plan.revisions.in_force().exclude(pk=revision.pk).first()
    revision.plan.revisions.in_force().update(status=Revision.Status.SUPERSEDED)
    revision.status = Revision.Status.IN_FORCE
    revision.content_hash = content_hash(revision)
    revision.save(update_fields=["status", "content_hash"])
    if last and revision.plan.state == State.EXECUTING:
        act = act or Act.of_system()
        assign_measures(revision.plan, act)
        follow_revision(last, revision, act=act)
        materialise_occurrences(Plan.objects.filter(pk=revision.plan_id), now=act.at)


@transaction.atomic
def start_execution(plan_id: int, *, act: Act) -> Plan:
    """The executing plan, with its assignments and the occurrences of its whole horizon."""
    plan = locked(plan_id)
    check_may(plan, BY_NAME["start"], act)
    _begin(plan, act)
    return change_state(plan_id, "start", act=act)


def _begin(plan: Plan, act: Act) -> None:
    """Fix the first day of execution and make assignments and occurrences."""
    plan.executes_from = max(plan.period_start, plan.organisation.today(act.at))
    plan.save(update_fields=["executes_from"])
    assign_measures(plan, act)
    materialise_occurrences(Plan.objects.filter(pk=plan.pk), now=act.at)


@transaction.atomic
def assign_measures(plan: Plan, act: Act) -> int:
    """How many assignments were made: each responsible party of the text in force, expanded.

    A class of institutions becomes one assignment for each; outside bodies get none; a measure
    that names nobody in the system is its own organisation's, so that none is left to nobody.
    """
    measures = Measure.objects.filter(
        plan=plan, removed_by__isnull=True, versions__revision__status="in_force"
    )
    parties: dict[int, list[Responsible]] = {measure.pk: [] for measure in measures}
    for party in Responsible.objects.filter(
        version__measure__in=measures, version__revision__status="in_force"
    ).select_related("organisation", "person", "version"):
        parties[party.version.measure_id].append(party)
    institutions = list(Organisation.objects.active().institutions().within(plan.organisation))
    rows = [
        Assignment(
            measure_id=measure_id,
            organisation=organisation,
            executor=person,
            is_lead=place == 0,
            created_at=act.at,
        )
        for measure_id, named in parties.items()
        for place, (organisation, person) in enumerate(_expand(named, plan, institutions))
    ]
    before = Assignment.objects.filter(measure__plan=plan).count()
    Assignment.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return Assignment.objects.filter(measure__plan=plan).count() - before


def _expand(
    parties: Iterable[Responsible], plan: Plan, institutions: Sequence[Organisation]
) -> list[tuple[Organisation, User | None]]:
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


@dataclass(frozen=True)
class PaperDecision:
    """What a paper plan says a party decided."""

    kind: str
    party: str
    basis: str = Decision.Basis.SIGNATURE
    number: str = ""
    date: date | None = None


@transaction.atomic
def adopt_plan(
    plan_id: int,
    *,
    act: Act,
    decisions: Sequence[PaperDecision] = (),
    published_on: date | None = None,
    published_url: str = "",
) -> Plan:
    """The plan taken over from paper as it stands, executing from today on."""
    plan = locked(plan_id)
    revision = plan.revisions.get(status=Revision.Status.DRAFTING)
    Decision.objects.bulk_create(
        Decision(
            revision=revision,
            kind=one.kind,
            party=one.party,
            basis=one.basis,
            basis_number=one.number,
            basis_date=one.date,
            is_as_found=True,
            decided_by=act.user,
            decided_at=act.at,
        )
        for one in decisions
    )
    put_in_force(revision)
    plan.is_adopted = True  # before occurrences are made: what was due before is not owed
    plan.published_on, plan.published_url = published_on, published_url
    plan.save(update_fields=["is_adopted", "published_on", "published_url"])
    _begin(plan, act)
    return change_state(plan_id, "adopt", act=act)


NAMING = (Role.DIRECTOR, Role.COORDINATOR)


def may_name_executor(user: User | None, organisation: Organisation) -> bool:
    """Whether the person names executors in the institution: its director, or its coordinator."""
    if user is None:
        return True
    duties = user.jurisdiction()
    return any(duties.holds(role, organisation.path) for role in NAMING)


@transaction.atomic
def name_executor(assignment: Assignment, executor: User, *, act: Act) -> Assignment:
    """The assignment with its responsible executor; open occurrences follow it.

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
    record(
        act=act,
        organisation=assignment.organisation,
        action="assignment.name",
        subject=assignment,
        before={"executor": before and str(before)},
        after={"executor": str(executor), "measure": assignment.measure_id},
    )
    return assignment
