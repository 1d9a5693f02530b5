"""A leaver's open work handed over as a whole: previewed, then moved in one transaction.

Locks: the people by id, then each task's process, then plans and assignments. Whoever gives a task
to somebody locks the receiver first, so nothing reaches a leaver while this act runs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Assignment,
    MeasureVersion,
    Membership,
    Occurrence,
    Responsible,
    Substitution,
    User,
)
from compliance.models.plans import Revision
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.boards.overdue import possible_executors
from compliance.services.people.accounts import close_account
from compliance.services.people.rights import (
    cares_for,
    may_manage,
    places_cared_for,
    standing_memberships,
)
from compliance.services.plans.transitions import locked_plan as lock_plan
from workflows.models import Task, TaskQuerySet
from workflows.services.tasks import engine
from workflows.services.tasks.reassigning import possible_receivers

FARTHEST = timedelta(days=366)

Received = defaultdict[int, Counter[str]]
"""By person, how many tasks, due dates and lines of drafts became theirs."""


@dataclass(frozen=True)
class Handover:
    """Who leaves and when, and who receives what; nobody means the queue, or the institution."""

    leaver: User
    last_day: date
    tasks_to: User | None = None
    measures_to: User | None = None
    drafts_to: User | None = None
    switch_off: bool = False
    reason: str = ""


@dataclass(frozen=True)
class OpenWork:
    """All open work of a person."""

    tasks: TaskQuerySet
    delegated: TaskQuerySet  # given to others to prepare
    assignments: QuerySet[Assignment]
    drafts: QuerySet[Responsible]
    memberships: QuerySet[Membership]
    substitutions: QuerySet[Substitution]

    def is_empty(self) -> bool:
        """Whether there is nothing to hand over."""
        return not any(rows.exists() for rows in vars(self).values())


def open_work(person: User, last_day: date) -> OpenWork:
    """The person's open work, and the duties that a last day would end."""
    owed = Occurrence.objects.on_control().values("assignment")
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)
    return OpenWork(
        tasks=Task.objects.open().filter(owner=person).order_by("id"),
        delegated=Task.objects.open().filter(delegated_by=person).order_by("id"),
        assignments=Assignment.objects.current()
        .filter(executor=person, pk__in=owed)
        .annotate(words=_words_in_force())
        .select_related("organisation", "measure__plan")
        .order_by("id"),
        drafts=Responsible.objects.filter(
            person=person, version__revision__status=Revision.Status.DRAFTING
        )
        .select_related("version__revision__plan", "organisation")
        .order_by("id"),
        memberships=person.memberships.filter(lasting)
        .exclude(starts_on__gt=last_day, ends_on=F("starts_on"))
        .select_related("organisation"),
        substitutions=Substitution.objects.lasting(last_day).filter(
            Q(absent=person) | Q(substitute=person)
        ),
    )


def _words_in_force() -> Subquery:
    """The measure's words in the binding text, for each assignment."""
    versions = MeasureVersion.objects.filter(
        measure=OuterRef("measure"), revision__status=Revision.Status.IN_FORCE
    )
    return Subquery(versions.values("text")[:1])


def may_hand_over(user: User | None, leaver: User, today: date) -> bool:
    """Whether the person looks after all that the leaver does, will do, or else last did."""
    if user is None or user.pk == leaver.pk:
        return False
    rows = leaver.memberships.select_related("organisation").order_by("pk")
    lasting = rows.filter(pk__in=Membership.objects.lasting(today).values("pk"))
    return cares_for(user, lasting if lasting.exists() else rows)


def may_switch_off(user: User | None, leaver: User, today: date) -> bool:
    """Whether the person may close the leaver's account too: as on the page about people."""
    return may_manage(user, leaver, standing_memberships([leaver], today)[leaver.pk])


def possible_heirs(leaver: User, today: date, *, viewer: User) -> QuerySet[User]:
    """Active people of the organisations in which the leaver works or worked, among those that the
    viewer looks after.
    """
    places = leaver.memberships.values("organisation")
    rows = Membership.objects.current(today).filter(
        places_cared_for(viewer), organisation__in=places
    )
    people = User.objects.filter(is_active=True, pk__in=rows.values("user"))
    return people.exclude(pk=leaver.pk).order_by("full_name", "pk")


@transaction.atomic
def hand_over(wanted: Handover, *, act: Act) -> dict[str, int]:
    """How many of each kind were handed over. Raises Conflict when nothing was left to do."""
    _check_day(wanted, act)
    leaver, today = _locked(wanted), act.person.today(act.at)
    if not act.may(may_hand_over, leaver, today):
        raise Forbidden("not_your_step")
    if wanted.switch_off and not act.may(may_switch_off, leaver, today):
        raise Forbidden("not_your_people")
    work = open_work(leaver, wanted.last_day)
    if work.is_empty() and not (wanted.switch_off and leaver.is_active):
        raise Conflict("handed_over_already", name=str(leaver))
    place = leaver.memberships.select_related("organisation").order_by("pk")[0].organisation
    received: Received = defaultdict(Counter)
    counts = {
        "tasks": _move_tasks(work, wanted, act, received),
        "measures": _move_assignments(work, wanted, act, received),
        "drafts": _move_drafts(work, wanted, received),
        "substitutions": work.substitutions.update(ended_at=act.at, ended_by=act.user),
        "roles": _end_memberships(work, wanted.last_day),
    }
    if wanted.switch_off:
        close_account(leaver, act)
    record_and_tell(
        act=act,
        organisation=place,
        action="person.hand_over",
        subject=leaver,
        after={
            "full_name": str(leaver),
            **{key: count for key, count in counts.items() if count},
            "tasks_to": wanted.tasks_to and str(wanted.tasks_to),
            "measures_to": wanted.measures_to and str(wanted.measures_to),
            "drafts_to": wanted.drafts_to and str(wanted.drafts_to),
            "ends_on": wanted.last_day,
            "is_active": leaver.is_active,
            "received_by_id": received,
        },
        reason=wanted.reason.strip(),
    )
    return counts


def _check_day(wanted: Handover, act: Act) -> None:
    if abs(wanted.last_day - act.person.today(act.at)) > FARTHEST:
        raise Refusal("last_day_too_far")


def _locked(wanted: Handover) -> User:
    """The leaver as they are now; all people concerned are locked, and may still be given work."""
    heirs = [one for one in (wanted.tasks_to, wanted.measures_to, wanted.drafts_to) if one]
    ids = {wanted.leaver.pk, *(one.pk for one in heirs)}
    rows = User.objects.select_for_update(no_key=True).order_by("pk").filter(pk__in=ids)
    found = {one.pk: one for one in rows}
    for heir in heirs:
        if heir.pk == wanted.leaver.pk or not found[heir.pk].is_active:
            raise Refusal("receiver_cannot", name=str(heir))
    return found[wanted.leaver.pk]


def _move_tasks(work: OpenWork, wanted: Handover, act: Act, received: Received) -> int:
    """How many tasks changed hands: to heirs who hold the role, else to the queue."""
    moved = 0
    ids = sorted({*work.tasks.values_list("pk", flat=True)} | _ids(work.delegated))
    for pk in ids:
        with engine.locked_task(pk) as task:
            if not task.is_open:
                continue
            heir = _able(task, wanted.tasks_to, act)
            if task.owner_id == wanted.leaver.pk:
                moved += 1
                _give(task, task.delegated_by or heir, act)
            elif task.delegated_by_id == wanted.leaver.pk:
                moved += 1
                task.delegated_by = heir
                task.save(update_fields=["delegated_by"])
            else:
                continue
            if finisher := task.delegated_by_id or task.owner_id:
                received[finisher]["tasks"] += 1
    return moved


def _ids(rows: TaskQuerySet) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def _able(task: Task, heir: User | None, act: Act) -> User | None:
    if heir and possible_receivers(task, act.at).filter(pk=heir.pk).exists():
        return heir
    return None


def _give(task: Task, heir: User | None, act: Act) -> None:
    """Give the task to the heir, or back to the person who had delegated it; otherwise free it."""
    if heir is None or not engine.may_act(heir, task):
        engine.set_free(task)
    else:
        task.delegated_by, task.note = None, ""
        engine.give(task, heir, act)


def _move_assignments(work: OpenWork, wanted: Handover, act: Act, received: Received) -> int:
    """How many measures in execution got another executor; without an heir, the institution."""
    rows = list(work.assignments.select_for_update(of=("self",)))
    if wanted.measures_to is not None:
        for organisation in {row.organisation for row in rows}:
            able = possible_executors(organisation, act.at).filter(pk=wanted.measures_to.pk)
            if not able.exists():
                raise Refusal("executor_not_here", name=str(wanted.measures_to))
    found = Assignment.objects.filter(pk__in=[row.pk for row in rows])
    if rows and wanted.measures_to is not None:
        owed = Occurrence.objects.on_control().filter(assignment__in=found)
        received[wanted.measures_to.pk]["due_dates"] = owed.count()
    return found.update(executor=wanted.measures_to)


def _move_drafts(work: OpenWork, wanted: Handover, received: Received) -> int:
    """How many lines of drafts now name somebody else; a text with a party is read-only."""
    for plan_id in sorted({row.version.revision.plan_id for row in work.drafts}):
        lock_plan(plan_id)
    heir, rows = wanted.drafts_to, list(work.drafts.all())
    for row in rows:
        row.person = heir
        row.kind = Responsible.Kind.PERSON if heir else Responsible.Kind.ORGANISATION
        name = str(heir) if heir else str(row.organisation)
        row.text = row.text.replace(str(wanted.leaver), name)[:1000]
        row.save(update_fields=["person", "kind", "text"])
    if rows and heir is not None:
        received[heir.pk]["drafts"] = len(rows)
    return len(rows)


def _end_memberships(work: OpenWork, last_day: date) -> int:
    """How many duties end: on the last day, or on their first if that comes later."""
    rows = list(work.memberships.select_for_update(of=("self",)))
    for row in rows:
        row.ends_on = max(last_day, row.starts_on or last_day)
        row.save(update_fields=["ends_on"])
    return len(rows)
