"""The board of what is or will be overdue: its rows, their groups, their letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice

from django.db import models
from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, When, Window
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from compliance.domain.deadlines.lateness import SOON
from compliance.models import Assignment, Occurrence, Organisation, Petition, Plan, Section, User
from compliance.models.due_conditions import age_condition, due_condition, overdue_condition
from compliance.models.local_dates import LocalDates
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.models.roles import Role
from compliance.models.searching import naming
from compliance.services.execution.assignments import NAMING, may_name_executor
from compliance.services.notices.still_due import KIND
from notifications.models import DeliveryState, Reminder

CHUNK = 500  # rows that an export holds at a time
NOBODY = 0  # in the order of rows, where no executor is named
# For an occurrence: whether a petition about it is still undecided.
PETITIONED = models.Exists(Petition.objects.about_row())


class BoardShow(models.TextChoices):
    """Which rows the board shows; every number on a page opens one of these lists."""

    NEAR = "near", _("Overdue and due soon")
    OVERDUE = "overdue", _("Overdue")
    OVERDUE_WEEK = "overdue_week", _("Overdue, 1–7 days")
    OVERDUE_MONTH = "overdue_month", _("Overdue, 8–30 days")
    OVERDUE_QUARTER = "overdue_quarter", _("Overdue, 31–90 days")
    OVERDUE_LONGER = "overdue_longer", _("Overdue, more than 90 days")
    TODAY = "today", _("Due today")
    SOON = "soon", _("Due in the next 14 days")
    OPEN = "open", _("Waiting for a report")
    WAITING = "waiting", _("Waiting for the inspector")
    DONE = "done", _("Done and verified")
    IN_TIME = "in_time", _("Done in time")
    LATE = "late", _("Done late")
    SETTLED = "settled", _("Done or overdue")
    WAIVED = "waived", _("Waived")
    PETITIONED = "petitioned", _("With an open petition")
    UNSETTLED = "unsettled", _("Not closed, and not said why")
    ALL = "all", _("All due dates")


@dataclass(frozen=True)
class BoardSelection:
    """What a person asked to see, as the address says it."""

    show: str = BoardShow.NEAR
    organisation: int | None = None
    place: str = ""  # words of an institution's name
    plan: int | None = None
    measure: int | None = None
    section: int | None = None  # of any plan: the sections that have its title
    executor: int | None = None
    is_unnamed: bool = False  # only what has no executor named
    first: date | None = None  # planned for this day or a later one
    last: date | None = None  # … or an earlier one


def selected(user: User, wanted: BoardSelection, dates: LocalDates) -> OccurrenceQuerySet:
    """The rows that the person may see and asked for."""
    return shown(within(user, wanted), wanted.show, dates)


def within(user: User, wanted: BoardSelection) -> OccurrenceQuerySet:
    """The rows of the place, plan, measure, section, executor and days wanted, in any state."""
    exact = {
        "organisation": wanted.organisation,
        "plan": wanted.plan,
        "assignment__measure": wanted.measure,
        "assignment__executor": wanted.executor,
        "due_on__gte": wanted.first,
        "due_on__lte": wanted.last,
    }
    asked = {name: value for name, value in exact.items() if value is not None}
    rows = Occurrence.objects.visible_to(user).lasting().filter(**asked)
    if wanted.place:
        rows = rows.filter(organisation__in=named(Organisation.objects.all(), wanted.place))
    if wanted.section is not None:
        titles = Section.objects.filter(pk=wanted.section).values("title")
        rows = rows.filter(version__section__title__in=titles)
    return rows.filter(assignment__executor__isnull=True) if wanted.is_unnamed else rows


def named(places: QuerySet[Organisation], words: str) -> QuerySet[Organisation]:
    """The places in whose name each of the words is."""
    return naming(places, words, "name", "short_name")


def shown(rows: OccurrenceQuerySet, show: str, dates: LocalDates) -> OccurrenceQuerySet:
    """Those of the rows that belong to a list."""
    if show in AGES:
        return rows.filter(age_condition(dates, *AGES[show]))
    return {
        BoardShow.NEAR: lambda: rows.overdue_at(dates) | rows.due_at(dates, 0, SOON),
        BoardShow.OVERDUE: lambda: rows.overdue_at(dates),
        BoardShow.TODAY: lambda: rows.due_at(dates, 0, 0),
        BoardShow.SOON: lambda: rows.due_at(dates, 1, SOON),
        BoardShow.OPEN: rows.open,
        BoardShow.WAITING: rows.waiting,
        BoardShow.DONE: rows.done,
        BoardShow.IN_TIME: lambda: rows.done().filter(done_on__lte=F("late_after")),
        BoardShow.LATE: lambda: rows.done().filter(done_on__gt=F("late_after")),
        BoardShow.SETTLED: lambda: rows.done() | rows.overdue_at(dates),
        BoardShow.WAIVED: rows.waived,
        BoardShow.PETITIONED: lambda: rows.filter(PETITIONED),
        BoardShow.UNSETTLED: rows.unsettled,
        BoardShow.ALL: rows.all,
    }[BoardShow(show)]()


AGES: dict[str, tuple[int, int | None]] = {
    BoardShow.OVERDUE_WEEK: (1, 7),
    BoardShow.OVERDUE_MONTH: (8, 30),
    BoardShow.OVERDUE_QUARTER: (31, 90),
    BoardShow.OVERDUE_LONGER: (91, None),
}
"""The lists of what is overdue for so many calendar days; whatever is overdue is in one of them."""


def ageing(rows: OccurrenceQuerySet, dates: LocalDates) -> dict[str, int]:
    """How many of the rows are overdue for how long: the sizes of the lists of AGES. One query."""
    found: dict[str, int] = rows.overdue_at(dates).aggregate(
        **{
            str(show): Count("organisation", filter=age_condition(dates, *days))
            for show, days in AGES.items()
        }
    )
    return found


def today_first(rows: OccurrenceQuerySet, dates: LocalDates) -> OccurrenceQuerySet:
    """What is due today, then what is overdue, the oldest first."""
    today = Case(When(due_condition(dates, 0, 0), then=0), default=1)
    found = rows.overdue_at(dates) | rows.due_at(dates, 0, 0)
    return found.order_by(today, "due_on", "pk")


def by_executor(rows: OccurrenceQuerySet) -> OccurrenceQuerySet:
    """The rows by institution and executor, worst first.

    The executor with the oldest date comes first, with all rows of that executor.
    """
    oldest = Window(Min("due_on"), partition_by=[F("organisation"), F("assignment__executor")])
    executor = Coalesce("assignment__executor_id", NOBODY)
    return rows.annotate(oldest=oldest).order_by(
        "oldest", "organisation_id", executor, "due_on", "pk"
    )


def with_petitions(rows: OccurrenceQuerySet) -> OccurrenceQuerySet:
    """The rows with what the board prints of each."""
    return rows.with_texts().annotate(is_petitioned=PETITIONED)


def printed(ids: Sequence[int]) -> list[Occurrence]:
    """The rows of a page of `by_executor`, in its order, with what is printed of them.

    All rows of a list are put in order by their ids: their words are read for one page only.
    """
    found = with_petitions(Occurrence.objects.all()).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


# --- Numbers ------------------------------------------------------------------------------------


def near_counts(rows: OccurrenceQuerySet, dates: LocalDates) -> dict[str, int]:
    """How many of the rows are overdue, due today and due soon: the sizes of these lists."""
    found: dict[str, int] = rows.open().aggregate(**_near(dates))
    return found


def _near(dates: LocalDates) -> dict[str, Count]:
    # Counted by a column of the index that holds what is open: the rows themselves are not read.
    return {
        "overdue": Count("organisation", filter=overdue_condition(dates)),
        "today": Count("organisation", filter=due_condition(dates, 0, 0)),
        "soon": Count("organisation", filter=due_condition(dates, 1, SOON)),
    }


def counts(rows: OccurrenceQuerySet, dates: LocalDates) -> dict[str, int]:
    """How many rows each list has, by its name; `unnamed`: near, and without an executor.

    Three queries; what is closed is not read.
    """
    found: dict[str, int] = rows.on_control().aggregate(
        **_near(dates),
        waiting=Count("organisation", filter=Q(status=Occurrence.Status.SUBMITTED)),
    )
    near = shown(rows, BoardShow.NEAR, dates)
    return {
        **found,
        "petitioned": rows.filter(PETITIONED).count(),
        "unnamed": near.filter(assignment__executor__isnull=True).count(),
    }


def size_of(show: str, counts: dict[str, int]) -> int | None:
    """How many rows the list has, where `counts` tells; each near row is in one of three lists."""
    if show == BoardShow.NEAR:
        return counts["overdue"] + counts["today"] + counts["soon"]
    return counts.get(show)


GroupKey = tuple[int, int | None]


def group_counts(
    rows: OccurrenceQuerySet, dates: LocalDates, keys: Iterable[GroupKey]
) -> dict[GroupKey, tuple[int, int]]:
    """(overdue, due soon) of each (organisation, executor), on all pages together."""
    found = (
        rows.open()
        .filter(organisation__in={organisation for organisation, _executor in keys})
        .order_by()
        .values("organisation_id", "assignment__executor_id")
        .annotate(
            overdue=Count("organisation", filter=overdue_condition(dates)),
            soon=Count("organisation", filter=due_condition(dates, 0, SOON)),
        )
        .values_list("organisation_id", "assignment__executor_id", "overdue", "soon")
    )
    return {(organisation, executor): (late, soon) for organisation, executor, late, soon in found}


# --- Letters ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letters:
    """How many letters about an occurrence were sent, and when the last one was."""

    count: int = 0
    last_at: datetime | None = None


def letters_about(occurrences: Sequence[Occurrence]) -> dict[int, Letters]:
    """The letters sent about each occurrence that has any, by its id. One query."""
    found = (
        Reminder.objects.about(KIND, *(one.pk for one in occurrences))
        .filter(state=DeliveryState.ACCEPTED)
        .order_by()
        .values("subject_id")
        .annotate(count=Count("message", distinct=True), last=Max("message__finished_at"))
        .values_list("subject_id", "count", "last")
    )
    return {subject: Letters(count, last) for subject, count, last in found}


# --- Rows and groups ----------------------------------------------------------------------------


@dataclass(frozen=True)
class BoardRow:
    """One due date with its organisation's own date and the letters already sent."""

    occurrence: Occurrence
    today: date
    letters: Letters
    waiver: Petition | None = None  # why, by whom and when it was waived

    @property
    def days_overdue(self) -> int:
        """How many calendar days it is overdue; 0 when it is not."""
        return self.occurrence.days_overdue(self.today)


@dataclass(frozen=True)
class BoardGroup:
    """The rows of one executor in one institution, and how many there are on all pages."""

    organisation: Organisation
    executor: User | None
    rows: list[BoardRow]
    overdue: int
    soon: int
    may_name: bool


def board_rows(occurrences: Sequence[Occurrence], dates: LocalDates) -> list[BoardRow]:
    """The occurrences as rows of the board."""
    letters, waivers = letters_about(occurrences), _waivers_of(occurrences)
    return [
        BoardRow(
            one, dates.of(one.organisation), letters.get(one.pk, Letters()), waivers.get(one.pk)
        )
        for one in occurrences
    ]


def _waivers_of(occurrences: Sequence[Occurrence]) -> dict[int, Petition]:
    """The decision that waived each waived occurrence, by its id. One query, or none."""
    waived = [one.pk for one in occurrences if one.status == Occurrence.Status.WAIVED]
    rows = Petition.objects.waivers().filter(occurrence__in=waived).with_people()
    return {one.occurrence_id: one for one in rows} if waived else {}


def board_groups(
    occurrences: Sequence[Occurrence], rows: OccurrenceQuerySet, dates: LocalDates, user: User
) -> list[BoardGroup]:
    """The occurrences of a page, in the order of `by_executor`, by institution and executor.

    `rows` are those of all pages: the numbers in a group's heading count them.
    """

    def key(row: BoardRow) -> GroupKey:
        return row.occurrence.organisation_id, row.occurrence.assignment.executor_id

    found = board_rows(occurrences, dates)
    totals = group_counts(rows, dates, {key(row) for row in found})
    groups = []
    for which, members in groupby(found, key):
        own = list(members)
        first = own[0].occurrence
        late, soon = totals.get(which, (0, 0))
        groups.append(
            BoardGroup(
                organisation=first.organisation,
                executor=first.assignment.executor,
                rows=own,
                overdue=late,
                soon=soon,
                may_name=may_name_executor(user, first.organisation),
            )
        )
    return groups


def all_rows(rows: OccurrenceQuerySet, dates: LocalDates) -> Iterator[BoardRow]:
    """Every row of a list, with a chunk in memory at a time: for an export.

    Of each only what `board_columns` writes: what else pages print took half of the time.
    """
    named = by_executor(rows).select_related(
        "organisation", "plan", "assignment__executor", "version"
    )
    stream = named.iterator(CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        yield from board_rows(chunk, dates)


# --- What the filters offer ---------------------------------------------------------------------


def organisations_on_board(user: User) -> QuerySet[Organisation]:
    """The organisations that owe something the person may see, by name."""
    owed = Occurrence.objects.visible_to(user).filter(organisation=models.OuterRef("pk"))
    mine = user.jurisdiction().covers("path")
    rows = Organisation.objects.filter(mine, models.Exists(owed))
    return rows.only("name", "short_name", "municipality")


def plans_on_board(rows: OccurrenceQuerySet) -> list[tuple[int, str]]:
    """(id, title) of the plans that the rows belong to."""
    found = Plan.objects.filter(pk__in=rows.order_by().values("plan")).order_by("title", "pk")
    return list(found.values_list("pk", "title"))


def executors_on_board(rows: OccurrenceQuerySet) -> list[tuple[int, str]]:
    """(id, name) of the executors named for the rows."""
    named = rows.order_by().filter(assignment__executor__isnull=False)
    people = User.objects.filter(pk__in=named.values("assignment__executor"))
    return [(one.pk, str(one)) for one in people.order_by("full_name", "pk")]


# --- Naming executors ---------------------------------------------------------------------------


def assignments_to_name(user: User) -> QuerySet[Assignment]:
    """The assignments for which the person may name an executor."""
    mine = user.jurisdiction().covers("organisation__path", *NAMING)
    rows = Assignment.objects.current().filter(mine)
    return rows.select_related("organisation", "executor", "measure__plan__organisation")


def possible_executors(organisation: Organisation, at: datetime) -> QuerySet[User]:
    """The people of the organisation who may report there: executors, the director.

    For the ministry's own share of a regional plan, its coordinators too.
    """
    roles = [Role.EXECUTOR, Role.DIRECTOR]
    if organisation.kind == Organisation.Kind.MINISTRY:
        roles.append(Role.COORDINATOR)
    members = organisation.memberships.current(organisation.today(at)).filter(role__in=roles)
    people = User.objects.filter(is_active=True, pk__in=members.values("user"))
    return people.order_by("full_name", "pk")
