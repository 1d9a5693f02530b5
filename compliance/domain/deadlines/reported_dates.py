"""Quarters, half-years and years with a report's date of their own: «1 квартал – до 15 апреля»."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from compliance.domain.calendar.periods import Period, day_in_month
from compliance.domain.deadlines.grammar.nodes import Frequency, Labelled, Moment, Node, Span
from compliance.domain.deadlines.parts import DATE, RECURRING, DeadlinePart
from compliance.domain.deadlines.resolving import (
    Context,
    ContradictionError,
    named_year,
    unit_days,
)

LONGEST_WAIT = timedelta(days=183)
"""The longest time from the end of what is reported to the report; more is taken for a slip."""

_SAMPLE_YEAR = 2023
"""Not a leap year; the date's distance from its label is the same in each year."""


def reported_parts(
    nodes: Sequence[Node], scope: Period, context: Context
) -> list[tuple[int, DeadlinePart]]:
    """A part for each label, with the place of its item; empty without labels.

    Labels without a year recur in each year of the plan; a single one is a one-off date.
    """
    found = [(n, node) for n, node in enumerate(nodes) if isinstance(node, Labelled)]
    if not found:
        return []
    if len(found) == 1 and found[0][1].is_loose:
        raise ContradictionError("range_unclear")
    _check_count(nodes, len(found))
    if any(_is_dated(node) for _, node in found):
        return [(place, _dated(node, context)) for place, node in found]
    if len(found) == 1 and not _is_of_each_year(nodes, found[0][1]):
        context.assume("year_from_period", year=context.period.start.year)
        return [(place, _dated(node, context)) for place, node in found]
    return [(place, _yearly(node, scope, context)) for place, node in found]


def _check_count(nodes: Sequence[Node], count: int) -> None:
    """«Ежеквартально» beside the labels needs four of them, «раз в полугодие» two."""
    wanted = {"quarterly": 4, "half_yearly": 2}
    for node in nodes:
        if isinstance(node, Frequency) and wanted.get(node.freq or "") not in (count, None):
            raise ContradictionError("count_differs")


def _is_of_each_year(nodes: Sequence[Node], node: Labelled) -> bool:
    """«Ежегодно за год до …» and «за отчётный год до …» recur even with a single label."""
    is_own = node.label.year is not None and node.label.year.kind == "own"
    is_yearly = any(isinstance(other, Frequency) and other.freq == "yearly" for other in nodes)
    return node.label.unit == "year" and (is_own or is_yearly)


def _is_dated(node: Labelled) -> bool:
    refs = (node.label.year, _day(node).year)
    return any(ref is not None and ref.kind == "number" for ref in refs)


def _day(node: Labelled) -> Moment:
    return node.times.spans[0].first


def _dated(node: Labelled, context: Context) -> DeadlinePart:
    """The one date, in the year it names, or in the first year in which the label has ended."""
    day = _day(node)
    label_year = named_year(_plain(node.label), context)
    due_year = named_year(_plain(day), context)
    if label_year is None:
        label_year = context.period.start.year
        if due_year is not None:
            label_year = due_year - _lag(node.label, day, Context(context.period, None))
        elif len(context.period.years) > 1:
            raise ContradictionError("years_unclear")
    if due_year is None:
        due_year = label_year + _lag(node.label, day, context)
        if not _says_following(day):
            context.assume("year_from_period", year=due_year)
    due = unit_days(replace(day, year=None), due_year).end
    end = unit_days(replace(node.label, year=None), label_year).end
    if due > end + LONGEST_WAIT:
        raise ContradictionError("end_before_start")
    return DeadlinePart(DATE, start=due, end=due)


def _plain(moment: Moment) -> Moment:
    """The moment, its year left out unless it is a number: other names only say which year's."""
    is_number = moment.year is not None and moment.year.kind == "number"
    return moment if is_number else replace(moment, year=None)


def _says_following(day: Moment) -> bool:
    return day.year is not None and day.year.kind in ("following", "next")


def _yearly(node: Labelled, scope: Period, context: Context) -> DeadlinePart:
    day = _day(node)
    lag = _lag(node.label, day, context)
    return DeadlinePart(
        RECURRING, scope.start, scope.end, "yearly", 1, day.index, month=day.month, lag_periods=lag
    )


def _lag(label: Moment, day: Moment, context: Context) -> int:
    """How many years after the label's own the date lies: 0 or 1.

    The date belongs to its label when it lies in the label's last third, or at most half a year
    after its end. Otherwise the two do not fit together: ContradictionError.
    """
    if _says_following(day):
        return 1
    whole = unit_days(replace(label, year=None), _SAMPLE_YEAR)
    earliest = whole.end - timedelta(days=whole.days // 3)
    named = Span(day, day).first
    for lag in (0, 1):
        due = _sample_date(named, _SAMPLE_YEAR + lag)
        if earliest <= due <= whole.end + LONGEST_WAIT:
            if lag:
                context.assume("next_year_assumed")
            return lag
    raise ContradictionError("end_before_start")


def _sample_date(day: Moment, year: int) -> date:
    if not 1 <= day.month <= 12 or not 1 <= day.index <= 31:
        raise ContradictionError("no_such_date")
    found = day_in_month(year, day.month, day.index)
    if found.day != day.index and (day.month, day.index) != (2, 29):
        raise ContradictionError("no_such_date")
    return found
