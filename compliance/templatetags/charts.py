"""Pictures of numbers: bars with their words, what each number opens, and a table of the same.

Colours and patterns never stand alone. `domain/boards/charts.py` measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.boards import charts
from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter_code
from compliance.forms.boards import NOBODY
from compliance.services.boards.directors import Directed, Overdue
from compliance.services.boards.months import MonthCourse, Settled
from compliance.services.boards.overdue import BoardShow
from compliance.services.boards.sections import SectionCell
from compliance.wording.quarters import quarter_in_short, quarter_words

register = template.Library()

LEGEND: dict[str, str | Promise] = {
    "in_time": _("done in time"),
    "late": _("done late"),
    "overdue": _("overdue"),
    "pending": _("ahead, being verified or waived"),
}
AGES: dict[str, str | Promise] = {
    BoardShow.OVERDUE_WEEK: _("1–7 days"),
    BoardShow.OVERDUE_MONTH: _("8–30 days"),
    BoardShow.OVERDUE_QUARTER: _("31–90 days"),
    BoardShow.OVERDUE_LONGER: _("more than 90 days"),
}


@dataclass(frozen=True)
class Figure:
    """A number and the list that it counts; without an address for who may not open that."""

    count: int
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A bar: its words, the number beside it, its parts and its line of the table."""

    name: str
    short_name: str
    total: Figure
    parts: Mapping[str, int]
    cells: tuple[Figure, ...] = ()


def _figure(count: int, opens: bool, wanted: Mapping[str, Any]) -> Figure:
    return Figure(count, _address(**wanted) if opens and count else "")


def _address(**wanted: Any) -> str:
    """The board's list with these choices."""
    return f"{reverse('overdue')}?{urlencode(wanted)}"


@register.inclusion_tag("partials/chart.html", takes_context=True)
def month_chart(
    context: Context,
    months: Sequence[MonthCourse],
    opens: bool = True,
    level: int = 2,
    **wanted: Any,
) -> dict[str, Any]:
    """The course of execution by month; `wanted` narrows the lists that its numbers open, `level`
    is that of its heading.
    """
    rows = [_month(one, opens, wanted, is_first=one is months[0]) for one in months]
    words = gettext(
        "Planned %(planned)s: done in time %(in_time)s, done late %(late)s, overdue %(overdue)s, "
        "waived %(waived)s, the rest is ahead or being verified."
    )
    names = ("planned", "in_time", "late", "overdue", "waived")
    sums = {name: sum(getattr(one, name) for one in months) for name in names}
    title, span = gettext("Course of execution by month"), gettext("Month")
    if any(one.length > 1 for one in months):
        title, span = gettext("Course of execution by quarter"), gettext("Quarter")
    headings = (span, pgettext("how many", "Planned"), gettext("Done in time"),
                gettext("Done late"), gettext("Overdue"), gettext("Waived"))  # fmt: skip
    return chart(context, "months", level, title, words % sums, rows, headings)


def _month(one: MonthCourse, opens: bool, wanted: Mapping[str, Any], *, is_first: bool) -> Row:
    days = {"first": one.days.start.isoformat(), "last": one.days.end.isoformat()}

    def figure(count: int, show: str) -> Figure:
        return _figure(count, opens, {**wanted, "show": show, **days})

    name, short_name = _names(one, is_first)
    return Row(
        name=name,
        short_name=short_name,
        total=figure(one.planned, BoardShow.ALL),
        parts={
            "in_time": one.in_time,
            "late": one.late,
            "overdue": one.overdue,
            "pending": one.pending + one.waived,
        },
        cells=(
            figure(one.in_time, BoardShow.IN_TIME),
            figure(one.late, BoardShow.LATE),
            figure(one.overdue, BoardShow.OVERDUE),
            figure(one.waived, BoardShow.WAIVED),
        ),
    )


def _names(one: MonthCourse, is_first: bool) -> tuple[str, str]:
    """The month's or quarter's name, and a shorter one where the row above says the year."""
    if one.length > 1:
        code = quarter_code(one.month)
        return quarter_words(code), quarter_in_short(code)
    name = date_format(one.month, "F Y")
    return name, name if is_first or one.month.month == 1 else date_format(one.month, "F")


@register.inclusion_tag("partials/chart.html", takes_context=True)
def age_chart(
    context: Context, ages: Mapping[str, int], opens: bool = True, level: int = 2, **wanted: Any
) -> dict[str, Any]:
    """For how long what is overdue has been; `ages` counts the board's lists of that."""
    rows = [
        Row(
            name=str(words),
            short_name=str(words),
            total=_figure(ages[show], opens, {**wanted, "show": show}),
            parts={"overdue": ages[show]},
        )
        for show, words in AGES.items()
    ]
    headings = (gettext("Overdue for"), gettext("How many"))
    title = gettext("For how long it has been overdue")
    return chart(context, "ages", level, title, _listed(rows), rows, headings)


@register.simple_tag
def heat_cell(place: int, month: MonthCourse, opens: bool) -> SafeString:
    """Of a hundred that are done or overdue, how many were done in time; opens the month's list."""
    days = {"first": month.days.start, "last": month.days.end}
    return _heat(month, opens, {"organisation": place, **days})


@register.simple_tag
def section_cell(place: int, cell: SectionCell, period: Period, opens: bool) -> SafeString:
    """The same of a section of the institution's plans, with the two numbers; opens their list."""
    days = {"first": period.start, "last": period.end}
    return _heat(
        cell, opens, {"organisation": place, "section": cell.section, **days}, in_words=True
    )


def _heat(
    cell: Settled, opens: bool, wanted: Mapping[str, Any], *, in_words: bool = False
) -> SafeString:
    share = cell.share_in_time
    if share is None:
        return format_html('<span class="cell">{}</span>', "–")
    words = gettext("in time: %(in_time)s, late: %(late)s, overdue: %(overdue)s") % vars(cell)
    said = format_html('<span class="visually-hidden"> ({})</span>', words)
    if in_words:
        of = {"in_time": cell.in_time, "settled": cell.settled}
        said = format_html(" <small>{}</small>", gettext("%(in_time)s of %(settled)s") % of)
    inside = format_html(
        'class="cell heat-{}" title="{}">{}&nbsp;%{}', charts.heat(share), words, share, said
    )
    if not opens:
        return format_html("<span {}</span>", inside)
    return format_html('<a href="{}" {}</a>', _address(show=BoardShow.SETTLED, **wanted), inside)


@register.simple_tag
def executor_tallies(people: Sequence[Overdue]) -> list[tuple[str, Figure]]:
    """(name, number) of what is overdue by executor; of what nobody carries out, too."""
    return [
        (
            one.name or gettext("Nobody is named yet"),
            Figure(
                one.count,
                _address(
                    show=BoardShow.OVERDUE,
                    organisation=one.organisation,
                    executor=one.executor or NOBODY,
                ),
            ),
        )
        for one in people
    ]


@register.simple_tag
def quarter_tallies(directed: Directed) -> list[tuple[str, Figure]]:
    """(words, number) of what was planned for a director's quarter, by how it stands."""
    days: dict[str, Any] = {"first": directed.days.start, "last": directed.days.end}
    if directed.place is not None:
        days["organisation"] = directed.place
    shows = {"in_time": BoardShow.IN_TIME, "late": BoardShow.LATE, "overdue": BoardShow.OVERDUE}
    return [
        (
            str(LEGEND[kind]),
            _figure(getattr(directed.course, kind), directed.opens, {"show": show, **days}),
        )
        for kind, show in shows.items()
    ]


def _listed(rows: Sequence[Row]) -> str:
    return "; ".join(f"{row.name}: {row.total.count}" for row in rows)


def chart(
    context: Context,
    key: str,
    level: int,
    title: str,
    words: str,
    rows: Sequence[Row],
    headings: Sequence[str],
    kinds: Mapping[str, str | Promise] = LEGEND,
) -> dict[str, Any]:
    """What the partial draws; `words` are for those who do not see the picture, `kinds` say what
    the parts of a bar are.
    """
    sums: dict[str, int] = {}
    for row in rows:
        for kind, count in row.parts.items():
            sums[kind] = sums.get(kind, 0) + count
    return {
        "key": key,
        "level": level,
        "title": title,
        "words": words,
        "rows": rows,
        "headings": headings,
        "legend": [(kind, kinds[kind], sums[kind]) for kind in kinds if kind in sums],
        "pieces": charts.bars([row.parts for row in rows]),
        "thickness": f"{charts.THICKNESS}em",
        "height": charts.height(len(rows)),
        "is_table_open": getattr(context.get("display"), "pictures", "on") == "off",
    }
