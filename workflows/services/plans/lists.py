"""The list of plans: which ones, in what order, and what a row says of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db import models
from django.db.models import Case, Count, F, OrderBy, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from compliance.models import Occurrence, Plan, Revision, User
from compliance.models.local_dates import LocalDates
from compliance.models.plans import PlanQuerySet, State
from compliance.models.roles import Role
from compliance.services.boards.course import Course, course_by_plan
from compliance.services.boards.regions import opens_lists
from workflows.models import Task, TaskQuerySet
from workflows.services.plans.stages import (
    OF_PLAN,
    WITH_PARTIES,
    Stage,
    Standing,
    at_stage,
    in_drafting,
    standing_of,
    standing_of_text,
)

CHUNK = 500  # rows that an export holds at a time
NEVER = datetime(2200, 1, 1, tzinfo=UTC)  # in the order of rows, where nobody's turn has begun


class PlanShow(models.TextChoices):
    """The lists of plans; every number on the page opens one of them."""

    ALL = "all", _("all plans")
    MINE = "mine", _("wait for me")
    PARTIES = "parties", _("on the way to being in force")


class PlanSort(models.TextChoices):
    """In what order; each column both ways."""

    NEWEST = "newest", _("Newest period first")
    OLDEST = "oldest", _("Oldest period first")
    PLACE = "place", _("By institution")
    PLACE_BACK = "place-back", _("By institution, from the end")
    STATE = "state", _("From draft to reported")
    STATE_BACK = "state-back", _("From reported to draft")
    WAITING = "waiting", _("Waiting longest first")
    WAITING_BACK = "waiting-back", _("Waiting shortest first")
    OVERDUE = "overdue", _("Most overdue first")
    OVERDUE_BACK = "overdue-back", _("Least overdue first")


@dataclass(frozen=True)
class PlanSelection:
    """What a person asked to see, as the address says it."""

    show: str = PlanShow.ALL
    stage: str = ""
    turn: str = ""  # the role whose answer is awaited
    state: str = ""  # the stored one, as the region's page counts plans
    organisation: int | None = None
    words: str = ""
    sort: str = PlanSort.NEWEST


def within(user: User, wanted: PlanSelection) -> PlanQuerySet:
    """The plans that the person may see, of the organisation, state and words asked for."""
    rows = Plan.objects.visible_to(user)
    if wanted.organisation is not None:
        rows = rows.filter(organisation=wanted.organisation)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.turn:
        tasks = tasks_seen_by(user).filter(role=wanted.turn)
        rows = rows.filter(pk__in=tasks.values("process__plan"))
    return rows.naming(wanted.words)


def turn_counts(user: User) -> dict[str, int]:
    """How many plans wait for the answer of each role that any waits for. One query."""
    plans = Plan.objects.visible_to(user).order_by().values("pk")
    tasks = tasks_seen_by(user).filter(process__plan__in=plans).order_by()
    counted = tasks.values_list("role").annotate(count=Count("process__plan", distinct=True))
    return dict(counted.order_by("-count", "role"))


def shown(rows: PlanQuerySet, show: str, user: User) -> PlanQuerySet:
    """Those of the plans that belong to a list."""
    if show == PlanShow.MINE:
        return rows.filter(_waits_for(user))
    return rows.filter(at_stage(*WITH_PARTIES)) if show == PlanShow.PARTIES else rows


def selected(user: User, wanted: PlanSelection, dates: LocalDates) -> PlanQuerySet:
    """The plans asked for, in the order asked for."""
    rows = shown(within(user, wanted), wanted.show, user)
    if wanted.stage:
        rows = rows.filter(at_stage(Stage(wanted.stage)))
    rows = _sorted(rows, wanted.sort, user, dates)
    return rows.select_related("organisation", "type")


def _waits_for(user: User) -> Q:
    """A condition: a task of the plan waits for the person, or a text that is being drafted."""
    tasks = Task.objects.waiting_for(user).of_plans()
    duties = user.jurisdiction().acting()
    drafts = Q(pk__in=[])
    for role in duties.roles:
        drafts |= Q(type__drafted_by=role) & duties.covers("organisation__path", role)
    return Q(pk__in=tasks.values("process__plan")) | in_drafting() & drafts


def tasks_seen_by(user: User) -> TaskQuerySet:
    """The open tasks of plans, and of those changes of binding texts that the person may read."""
    seen = Q(process__revision__in=Revision.objects.visible_to(user).values("pk"))
    return Task.objects.open().of_plans().filter(OF_PLAN | seen)


# --- Order ----------------------------------------------------------------------------------------

NAMED = Coalesce(NullIf("organisation__short_name", Value("")), "organisation__name")


def _sorted(rows: PlanQuerySet, sort: str, user: User, dates: LocalDates) -> PlanQuerySet:
    """In order; the latest period and the institution settle ties."""
    turned = {
        PlanSort.OLDEST: PlanSort.NEWEST,
        PlanSort.PLACE_BACK: PlanSort.PLACE,
        PlanSort.STATE_BACK: PlanSort.STATE,
        PlanSort.WAITING_BACK: PlanSort.WAITING,
        PlanSort.OVERDUE_BACK: PlanSort.OVERDUE,
    }
    known = PlanSort(sort)
    by, is_turned = turned.get(known, known), known in turned
    rows = rows.annotate(named=NAMED)
    if by == PlanSort.WAITING:
        tasks = tasks_seen_by(user).filter(process__plan=OuterRef("pk")).order_by("created")
        since = Coalesce(Subquery(tasks.values("created")[:1]), Value(NEVER))
        rows = rows.annotate(since=since)
    elif by == PlanSort.OVERDUE:
        late = Occurrence.objects.counted_for(user).overdue_at(dates)
        counted = late.filter(plan=OuterRef("pk")).order_by().values("plan")
        number = Subquery(counted.annotate(number=Count("pk")).values("number"))
        rows = rows.annotate(overdue=Coalesce(number, 0))
    elif by == PlanSort.STATE:
        steps = [When(state=state, then=place) for place, state in enumerate(State)]
        rows = rows.annotate(step=Case(*steps, default=0, output_field=models.IntegerField()))
    columns: dict[str, list[OrderBy]] = {
        PlanSort.NEWEST: [F("period_start").desc(), F("named").asc()],
        PlanSort.PLACE: [F("named").asc(), F("period_start").desc()],
        PlanSort.STATE: [F("step").asc(), F("named").asc()],
        PlanSort.WAITING: [F("since").asc(), F("named").asc()],
        PlanSort.OVERDUE: [F("overdue").desc(), F("named").asc()],
    }
    first, *others = columns[by]
    if is_turned:
        first.reverse_ordering()
    return rows.order_by(first, *others, "pk")


# --- Rows -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: the party, the person who has taken the task, and since when."""

    role: str
    owner: User | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class PlanRow:
    """One plan of the list."""

    plan: Plan
    standing: Standing
    change: Revision | None  # of the binding text, on its way
    change_standing: Standing | None
    course: Course
    opens: bool  # whether the figures lead to the due dates that they count

    @property
    def name(self) -> str:
        """What its link says: the institution; for a region, which has several plans, the title."""
        place = str(self.plan.organisation)
        return f"{place}: {self.plan.title}" if self.plan.is_regional else place

    @property
    def turn(self) -> Turn | None:
        """Whose turn it is with the plan, or with its change; None while it is carried out."""
        for standing in filter(None, (self.standing, self.change_standing)):
            task = standing.task
            if task is not None:
                return Turn(task.role, task.owner, task.created)
            if standing.stage == Stage.DRAFT:
                return Turn(self.plan.type.role_of("drafts"))
        return None

    @property
    def share(self) -> int | None:
        """Percent of the due dates that are done; None while there are none."""
        total = self.course.total
        return 100 * self.course.done // total if total else None


def plan_rows(plans: Sequence[Plan], user: User, dates: LocalDates) -> list[PlanRow]:
    """The plans of a page as rows. Three queries."""
    tasks: dict[int, list[Task]] = {}
    found = tasks_seen_by(user).filter(process__plan__in=plans)
    for task in found.select_related("owner", "process__revision"):
        tasks.setdefault(task.process.plan_id, []).append(task)
    changes = {
        one.plan_id: one
        for one in Revision.objects.visible_to(user).open().filter(plan__in=plans, number__gt=1)
    }
    courses = course_by_plan(Occurrence.objects.counted_for(user).filter(plan__in=plans), dates)
    return [_row(one, tasks.get(one.pk, []), changes.get(one.pk), courses, user) for one in plans]


def _row(
    plan: Plan,
    tasks: list[Task],
    change: Revision | None,
    courses: dict[int, Course],
    user: User,
) -> PlanRow:
    own = next((one for one in tasks if not one.process.is_amendment), None)
    of_change = next((one for one in tasks if one.process.is_amendment), None)
    path, duties = plan.organisation.path, user.jurisdiction()
    return PlanRow(
        plan=plan,
        standing=standing_of(plan, own),
        change=change,
        change_standing=standing_of_text(of_change) if change else None,
        course=courses.get(plan.pk, Course()),
        opens=opens_lists(user, path) or not duties.looks_after(Role.COUNCIL, path),
    )


def all_rows(rows: PlanQuerySet, user: User, dates: LocalDates) -> Iterator[PlanRow]:
    """Every row of a list, with a chunk in memory at a time: for an export."""
    stream = rows.iterator(CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        yield from plan_rows(chunk, user, dates)
