"""How institutions keep the sections of their plans: of each the share that was done in time.

Sections of several plans are one column where they have one title. Here the due dates of a page's
few institutions are counted themselves, in one statement: no count is kept by section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q

from compliance.domain.calendar.periods import Period
from compliance.models import Occurrence, Organisation, User
from compliance.models.due_conditions import overdue_condition
from compliance.models.local_dates import LocalDates
from compliance.services.boards.months import Settled
from compliance.services.boards.regions import opens_lists

COLUMNS = 6  # those with most due dates: more fit no page


@dataclass(frozen=True, kw_only=True)
class SectionCell(Settled):
    """What an institution has settled of a section; `section` is one that has the title."""

    section: int = 0


@dataclass(frozen=True)
class SectionColumn:
    """A title that sections of the plans have, and its place among them."""

    title: str
    place: int
    count: int  # due dates in it, of all institutions shown


@dataclass(frozen=True)
class SectionRow:
    """An institution's line: a cell for each column."""

    organisation: Organisation
    cells: list[tuple[SectionColumn, SectionCell]]
    opens: bool  # whether the cells lead to the due dates that they count


@dataclass(frozen=True)
class SectionHeat:
    """The heat map, and how many more titles there are than columns."""

    columns: list[SectionColumn]
    rows: list[SectionRow]
    left_out: int


def heat_by_section(
    organisations: Sequence[Organisation], user: User, period: Period, dates: LocalDates
) -> SectionHeat:
    """The sections of these institutions over the days of the period. One query."""
    cells: dict[tuple[int, str], SectionCell] = {}
    sums: dict[str, list[tuple[int, int]]] = {}
    for place, title, section, position, count, *settled in _counted(organisations, period, dates):
        in_time, late, overdue = settled
        cells[place, title] = SectionCell(
            section=section, in_time=in_time, late=late, overdue=overdue
        )
        sums.setdefault(title, []).append((position, count))
    titles = [
        SectionColumn(title, min(at for at, _n in found), sum(n for _at, n in found))
        for title, found in sums.items()
    ]
    most = sorted(titles, key=lambda one: (-one.count, one.title))[:COLUMNS]
    columns = sorted(most, key=lambda one: (one.place, one.title))
    rows = [
        SectionRow(
            one,
            [(column, cells.get((one.pk, column.title), SectionCell())) for column in columns],
            opens_lists(user, one.path),
        )
        for one in organisations
    ]
    return SectionHeat(columns, rows, len(titles) - len(columns))


def _counted(
    organisations: Sequence[Organisation], period: Period, dates: LocalDates
) -> list[tuple[int, str, int, int, int, int, int, int]]:
    """(organisation, title, section, position, all, in time, late, overdue)."""
    done = Q(status=Occurrence.Status.ACCEPTED)
    rows = Occurrence.objects.lasting().filter(
        organisation__in=organisations, due_on__range=(period.start, period.end)
    )
    found = (
        rows.order_by()
        .values("organisation_id", "version__section__title")
        .annotate(
            section=Min("version__section_id"),
            position=Min("version__section__position"),
            all=Count("pk"),
            in_time=Count("pk", filter=done & Q(done_on__lte=F("late_after"))),
            late=Count("pk", filter=done & Q(done_on__gt=F("late_after"))),
            overdue=Count("pk", filter=overdue_condition(dates)),
        )
    )
    names = ("section", "position", "all", "in_time", "late", "overdue")
    return list(found.values_list("organisation_id", "version__section__title", *names))
