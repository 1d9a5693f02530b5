"""The span in which something recurs: the whole plan, or what the phrase limits it to."""

from collections.abc import Sequence

from compliance.domain.calendar.periods import ONE_DAY, Period
from compliance.domain.deadlines.grammar.nodes import Frequency, Span, Times
from compliance.domain.deadlines.resolving import (
    Context,
    ContradictionError,
    fitting_years,
    is_yearless,
    named_year,
    span_days,
)

LONGEST_SPAN = 30
"""Calendar years; no improvement plan has anything that recurs longer: it must be a slip."""
_EXCEPTABLE = ("daily", "weekly", "monthly")


def scopes(times: Sequence[Times], whole: Period, context: Context) -> list[Period]:
    """The spans in which the rhythms run; the whole plan when none is named.

    Spans of one kind add up ("в марте и июне"); whole years, parts of a year and "до …" limit one
    another ("в I полугодии, 2017-2018 гг.").
    """
    kinds: dict[str, list[Period]] = {}
    for node in times:
        for span in node.spans:
            is_year = span.first.unit == "year"
            kind = node.bound if node.bound != "in" else "years" if is_year else "spans"
            kinds.setdefault(kind, []).extend(_scope_days(span, node.bound, context))
    found = [whole]
    for number, named in enumerate(kinds.values()):
        unique = sorted(set(named))
        if number == 0:
            found = unique if whole == context.period else _overlaps([whole], unique)
        else:
            found = _overlaps(found, unique)
    if any(len(scope.years) > LONGEST_SPAN for scope in found):
        raise ContradictionError("span_too_long")
    return found


def _overlaps(scopes: Sequence[Period], others: Sequence[Period]) -> list[Period]:
    both = [scope.overlap(other) for scope in scopes for other in others]
    found = sorted({days for days in both if days is not None})
    if not found:
        raise ContradictionError("end_before_start")
    return found


def _scope_days(span: Span, bound: str, context: Context) -> list[Period]:
    """The days of the scope; a part of the year without a year means that part of each year."""
    plan = context.period
    if not is_yearless(span):
        _note_named_year(span, context)
        return [_bounded_scope(span, bound, plan.start.year, context)]
    if span.first == span.last and span.first.unit == "year":
        return [plan]
    tried: list[tuple[int, Period | None]] = []
    for year in plan.years:
        try:
            scratch = Context(plan, context.today)
            tried.append((year, _bounded_scope(span, bound, year, scratch)))
        except ContradictionError as error:
            if error.code not in ("no_such_date", "end_before_start"):
                raise
    years = list(fitting_years(tried, context))
    if not years:
        return [_bounded_scope(span, bound, plan.start.year, context)]
    if bound == "in" and span.last is not None:
        return [_bounded_scope(span, bound, year, context) for year in years]
    year = years[-1] if bound != "in" else years[0]
    context.assume("year_from_period", year=year)
    return [_bounded_scope(span, bound, year, context)]


def _note_named_year(span: Span, context: Context) -> None:
    """Note the year of «текущий год»; a person must check it unless the plan has one year only."""
    ref = span.first.year
    if ref is None or ref.kind not in ("current", "next", "past"):
        return
    year = named_year(span.first, context)
    if ref.kind == "current" and len(context.period.years) == 1:
        context.note("year_from_period", year=year)
    else:
        context.assume("year_from_period", year=year)


def _bounded_scope(span: Span, bound: str, year: int, context: Context) -> Period:
    days = span_days(span, year, context)
    if span.first.unit == "school_year":
        context.note("school_year_ends_in_may")
    if bound in ("in", "results") or span.first != span.last:
        return days
    end = days.end
    if bound == "until" and span.first.unit != "day":
        end = days.start - ONE_DAY
        context.assume("ends_before_named_unit", on=end)
    return Period(min(context.period.start, end), end)


def without_months(
    scopes: Sequence[Period], months: Sequence[int], frequency: Frequency
) -> list[Period]:
    """The scopes in pieces that leave the excepted months out."""
    if not months:
        return list(scopes)
    if frequency.freq not in _EXCEPTABLE:
        raise ContradictionError("nothing_to_except_from")
    pieces: list[Period] = []
    for scope in scopes:
        for year in scope.years:
            for month in range(1, 13):
                days = Period.of_months(year, month).overlap(scope)
                if days is None or month in months:
                    continue
                if pieces and pieces[-1].end + ONE_DAY == days.start:
                    pieces[-1] = Period(pieces[-1].start, days.end)
                else:
                    pieces.append(days)
    if not pieces:
        raise ContradictionError("nothing_left")
    return pieces
