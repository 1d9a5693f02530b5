"""The region by institution: what is owed and how it goes, worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    FloatField,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.periods import Period
from compliance.models import AssessmentResult, Occurrence, Organisation, OutcomeCount, Plan, User
from compliance.models.due_conditions import overdue_condition
from compliance.models.jurisdictions import OVERSEEING, WATCHING
from compliance.models.local_dates import LocalDates
from compliance.models.plans import State
from compliance.models.roles import Role
from compliance.models.searching import naming
from compliance.services.boards.months import MonthCourse, months_of_each, outcomes_of
from compliance.services.boards.overdue import ageing

CHUNK = 500  # rows that an export holds at a time
UNRATED = 1_000_000  # the place and score of an institution without any, in the order of rows


class RegionSort(models.TextChoices):
    """In what order the institutions are listed; each column both ways."""

    WORST = "worst", _("Most overdue first")
    WORST_BACK = "worst-back", _("Least overdue first")
    NAME = "name", _("By name")
    NAME_BACK = "name-back", _("By name, from the end")
    OPEN = "open", _("Most waiting for a report first")
    OPEN_BACK = "open-back", _("Fewest waiting for a report first")
    WAITING = "waiting", _("Most with the inspector first")
    WAITING_BACK = "waiting-back", _("Fewest with the inspector first")
    DONE = "done", _("Most done first")
    DONE_BACK = "done-back", _("Fewest done first")
    PLACE = "place", _("By group and place in the rating")
    PLACE_BACK = "place-back", _("By group and place in the rating, from the end")
    SCORE = "score", _("Lowest score first")
    SCORE_BACK = "score-back", _("Highest score first")


@dataclass(frozen=True)
class RegionSelection:
    """Which institutions a person asked to see."""

    words: str = ""
    group: str = ""
    municipality: str = ""
    sort: str = RegionSort.WORST

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out, so that totals match the board's lists."""
        return not (self.words or self.group or self.municipality)


def overseen(user: User) -> QuerySet[Organisation]:
    """The organisations of the person's region that owe plans, or have ever owed a measure."""
    owes = Exists(Occurrence.objects.lasting().filter(organisation=OuterRef("pk")))
    return Organisation.objects.filter(user.jurisdiction().covers("path", *WATCHING)).filter(
        Q(is_active=True, kind=Organisation.Kind.INSTITUTION) | owes
    )


def opens_lists(user: User, path: str) -> bool:
    """Whether the person may open the due dates behind the figures of the place at this path."""
    return any(path.startswith(branch) for branch in user.jurisdiction().paths(*OVERSEEING))


def opens_all_lists(user: User) -> bool:
    """Whether they may do so wherever they see figures; a council's members may not."""
    return all(opens_lists(user, branch) for branch in user.jurisdiction().paths(*WATCHING))


def chosen(user: User, wanted: RegionSelection) -> QuerySet[Organisation]:
    """The organisations that the filters leave; each word is in the name or the municipality."""
    rows = naming(overseen(user), wanted.words, "name", "short_name", "municipality")
    if wanted.group:
        rows = rows.filter(rating_group=wanted.group)
    if wanted.municipality:
        rows = rows.filter(municipality=wanted.municipality)
    return rows


def _with_open_work(
    rows: QuerySet[Organisation], period: Period, dates: LocalDates
) -> QuerySet[Any]:
    """The organisations with `overdue`, `open` in the period and `waiting`; what is closed is not
    read.

    One join, so that no count multiplies another; counted by a column of the index that holds what
    is on control.
    """
    on_control = Q(occurrences__status__in=["open", "submitted"])
    late = overdue_condition(dates, prefix="on_control__", zone="time_zone")
    one, days = "on_control__organisation", (period.start, period.end)
    joined = rows.annotate(on_control=FilteredRelation("occurrences", condition=on_control))
    counted: QuerySet[Any] = joined.annotate(
        overdue=Count(one, filter=late),
        open=Count(one, filter=Q(on_control__status="open", on_control__due_on__range=days)),
        waiting=Count(one, filter=Q(on_control__status="submitted")),
    )
    return counted


def _counted(rows: QuerySet[Organisation], period: Period, dates: LocalDates) -> QuerySet[Any]:
    """The organisations with their open work and their latest result."""
    latest = AssessmentResult.objects.filter(organisation=OuterRef("pk")).order_by(
        "-assessment__year", "-assessment"
    )
    counted: QuerySet[Any] = _with_open_work(rows, period, dates).annotate(
        score=Subquery(latest.values("score")[:1]),
        place=Subquery(latest.values("place")[:1]),
    )
    return counted


def sorted_rows(
    rows: QuerySet[Organisation], sort: str, period: Period, dates: LocalDates
) -> QuerySet[Organisation]:
    """The organisations with their numbers in the order asked for; names settle ties.

    All columns rise, or all fall, and none is NULL: a page after a key then costs one statement.
    """
    score = Coalesce(Cast("score", FloatField()), float(UNRATED))
    orders: dict[str, list[Any]] = {
        RegionSort.WORST: [-F("overdue"), score],
        RegionSort.NAME: [],
        RegionSort.OPEN: [-F("open")],
        RegionSort.WAITING: [-F("waiting")],
        RegionSort.DONE: [-F("done")],
        RegionSort.PLACE: [F("rating_group"), Coalesce("place", UNRATED)],
        RegionSort.SCORE: [score],
    }
    by = sort.removesuffix("-back")
    found: QuerySet[Any] = _counted(rows, period, dates)
    if by == RegionSort.DONE:
        found = found.annotate(done=_done(period))
    order = [OrderBy(one, descending=by != sort) for one in (*orders[by], F("name"), F("pk"))]
    return found.order_by(*order)


def _done(period: Period) -> Coalesce:
    """How much of the period an organisation has done, by the counts of outcomes."""
    ended = OutcomeCount.objects.done().filter(
        organisation=OuterRef("pk"), month__range=(period.start, period.end)
    )
    sums = ended.order_by().values("organisation").annotate(sum=Sum("count")).values("sum")
    return Coalesce(Subquery(sums), 0)


@dataclass(frozen=True)
class StateCount:
    """How many plans of an institution are in one state."""

    state: str
    count: int


@dataclass(frozen=True)
class InstitutionRow:
    """An institution's line: its numbers, its plans, its latest assessment."""

    organisation: Organisation
    overdue: int
    open: int
    waiting: int
    done: int
    late: int  # of these, after the last day in time
    score: Decimal | None
    place: int | None
    plans: list[StateCount]
    opens: bool  # whether the figures lead to the due dates that they count


def institution_rows(
    organisations: Sequence[Organisation], user: User, period: Period
) -> list[InstitutionRow]:
    """The lines of a page of `sorted_rows`. Two queries more: for the plans that one may open, and
    for what these institutions have done of the period.

    A council sees how its region executes, so its page does not count drafts.
    """
    plans: dict[int, list[StateCount]] = {}
    opened = {one.pk for one in organisations if opens_lists(user, one.path)}
    found = (
        Plan.objects.visible_to(user)
        .filter(organisation__in=organisations)
        .order_by("state")
        .values("organisation_id", "state")
        .annotate(count=Count("pk"))
        .values_list("organisation_id", "state", "count")
    )
    for organisation, state, count in found:
        if state == State.DRAFT and organisation not in opened:
            continue
        plans.setdefault(organisation, []).append(StateCount(state, count))
    ended = outcomes_of(organisations, period)
    return [
        InstitutionRow(
            organisation=one,
            **{name: getattr(one, name) for name in NUMBERS},
            done=ended[one.pk].done if one.pk in ended else 0,
            late=ended[one.pk].late if one.pk in ended else 0,
            plans=plans.get(one.pk, []),
            opens=one.pk in opened,
        )
        for one in organisations
    ]


NUMBERS = ("overdue", "open", "waiting", "score", "place")


def all_institution_rows(
    rows: QuerySet[Organisation], user: User, period: Period
) -> Iterator[InstitutionRow]:
    """Every line of `sorted_rows`, with a chunk in memory at a time: for an export."""
    stream = rows.iterator(CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        yield from institution_rows(chunk, user, period)


@dataclass(frozen=True)
class HeatRow:
    """An institution's line of the heat map: how each month has gone."""

    organisation: Organisation
    months: list[MonthCourse]
    opens: bool  # whether the cells lead to the due dates that they count


def heat_rows(
    organisations: Sequence[Organisation], user: User, period: Period, dates: LocalDates
) -> list[HeatRow]:
    """The lines of a page of `sorted_rows` by month. Two queries more."""
    months = months_of_each(organisations, period, dates)
    return [HeatRow(one, months[one.pk], opens_lists(user, one.path)) for one in organisations]


@dataclass(frozen=True)
class Totals:
    """The numbers of all institutions that the filters leave."""

    institutions: int
    overdue: int
    open: int
    waiting: int
    done: int
    late: int  # of these, after the last day in time


def totals(rows: QuerySet[Organisation], period: Period, dates: LocalDates) -> Totals:
    """The sums over the organisations: what is open or done is of the period, what is overdue or
    with the inspector is all there is. Three queries.
    """
    status, days = Occurrence.Status, (period.start, period.end)
    owed = Occurrence.objects.filter(organisation__in=rows.order_by().values("pk"))
    sums = owed.on_control().aggregate(
        overdue=Count("organisation", filter=overdue_condition(dates)),
        open=Count("organisation", filter=Q(status=status.OPEN, due_on__range=days)),
        waiting=Count("organisation", filter=Q(status=status.SUBMITTED)),
    )
    ended = OutcomeCount.objects.done().filter(organisation__in=rows.order_by().values("pk"))
    by_outcome = ended.filter(month__range=days).by_outcome()
    return Totals(
        institutions=rows.count(),
        done=sum(by_outcome.values()),
        late=by_outcome.get(OutcomeCount.Outcome.LATE, 0),
        **sums,
    )


def ages(rows: QuerySet[Organisation], dates: LocalDates) -> dict[str, int]:
    """For how long what the organisations owe has been overdue. One query."""
    return ageing(Occurrence.objects.filter(organisation__in=rows.order_by().values("pk")), dates)


# --- The own rating ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnResult:
    """An institution's latest assessment, and how many were rated in its group."""

    result: AssessmentResult
    rated: int


def own_results(user: User) -> list[OwnResult]:
    """The latest result of each institution that the person directs, by name. Two queries."""
    later = AssessmentResult.objects.filter(organisation=OuterRef("organisation")).order_by(
        "-assessment__year", "-assessment_id"
    )
    found = (
        AssessmentResult.objects.filter(
            user.jurisdiction().covers("organisation__path", Role.DIRECTOR),
            pk=Subquery(later.values("pk")[:1]),
        )
        .select_related("assessment", "organisation")
        .order_by("organisation__name", "pk")
    )
    groups = Q(pk__in=[])
    for one in found:
        groups |= Q(assessment=one.assessment_id, group=one.group)
    counts = {
        (assessment, group): count
        for assessment, group, count in AssessmentResult.objects.filter(groups)
        .order_by()
        .values_list("assessment", "group")
        .annotate(count=Count("pk"))
    }
    return [OwnResult(one, counts[one.assessment_id, one.group]) for one in found]


# --- What the filters offer ---------------------------------------------------------------------


def groups_and_municipalities(user: User) -> tuple[list[str], list[str]]:
    """The rating groups and the municipalities of the region. One query."""
    found = overseen(user).order_by().values_list("rating_group", "municipality").distinct()
    pairs = list(found)
    return sorted({g for g, _m in pairs if g}), sorted({m for _g, m in pairs if m})
