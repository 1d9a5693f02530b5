"""Items that name no date and only qualify others: once, at most, a time of day, a stage, a report.

Alone they would leave a measure without a date, so each must find something to qualify.
"""

from collections.abc import Sequence
from dataclasses import replace

from compliance.domain.deadlines.grammar.nodes import (
    AsNeeded,
    AtMost,
    Continuous,
    DayOf,
    Except,
    External,
    Frequency,
    Labelled,
    Moment,
    Node,
    Relative,
    Reported,
    Span,
    Stage,
    TimeOfDay,
    Times,
    YearRef,
)
from compliance.domain.deadlines.resolving import Context, ContradictionError

_ONCE = Frequency(None, 1, is_counted=True)
_DAYS_IN = {
    "daily": 1, "weekly": 7, "monthly": 30, "quarterly": 91, "half_yearly": 182, "yearly": 365,
}  # fmt: skip


def without_qualifiers(nodes: Sequence[Node], context: Context) -> list[Node]:
    """The nodes that name dates or duties, with the qualifiers applied to them."""
    if len(nodes) == 1 and isinstance(nodes[0], Frequency) and nodes[0] != _ONCE:
        return list(nodes)  # the usual cell: «ежеквартально»
    _check_times_of_day(nodes, context)
    _check_stages(nodes)
    nodes = _under_upper_limits(nodes)
    if any(_is_seasonal(node) for node in nodes):
        context.assume("season_by_months")
    kept = [node for node in nodes if not isinstance(node, TimeOfDay | Stage | AtMost)]
    return _terms_of_others(_once(_with_reported(kept), context), context)


def _check_times_of_day(nodes: Sequence[Node], context: Context) -> None:
    """A time of day must be beside a day, and goes into a note."""
    said = [node for node in nodes if isinstance(node, TimeOfDay)]
    if any(isinstance(n, Times) and n.time_of_day and not _names_days(n) for n in nodes):
        raise ContradictionError("time_of_day_alone")
    if said and not any(_names_days(node) for node in nodes):
        raise ContradictionError("time_of_day_alone")
    times = [node.time_of_day for node in nodes if isinstance(node, Times) and node.time_of_day]
    for text in [*(node.text for node in said), *times]:
        context.note("time_of_day", text=text)


def _names_days(node: Node) -> bool:
    if isinstance(node, Frequency):
        return bool(node.weekdays) or node.freq == "daily"
    if isinstance(node, Times):
        return all(span.last is not None and span.last.unit == "day" for span in node.spans)
    return isinstance(node, DayOf | Labelled | Relative)


def _check_stages(nodes: Sequence[Node]) -> None:
    """Each stage must have times of its own."""
    stages = sum(isinstance(node, Stage) for node in nodes)
    if stages > sum(isinstance(node, Times | Relative | External) for node in nodes):
        raise ContradictionError("stage_without_date")


def _under_upper_limits(nodes: Sequence[Node]) -> list[Node]:
    """The nodes; an upper limit must be beside a lower one that it does not contradict.

    In «не менее одного, но не более двух раз в год» the lower one takes the unit of the upper one.
    """
    kept = list(nodes)
    for limit in [node.frequency for node in nodes if isinstance(node, AtMost)]:
        if not any(isinstance(node, Frequency) for node in nodes):
            raise ContradictionError("only_upper_limit")
        kept = [_with_unit_of(limit, node) for node in kept]
        most = _in_a_year(limit)
        asked = [_in_a_year(node) for node in kept if isinstance(node, Frequency)]
        if most is not None and any(rate is not None and rate > most for rate in asked):
            raise ContradictionError("frequency_differs")
    return kept


def _with_unit_of(limit: Frequency, node: Node) -> Node:
    is_open = isinstance(node, Frequency) and node.freq is None and node.interval is None
    if isinstance(node, Frequency) and is_open and not node.weekdays:
        return replace(node, freq=limit.freq)
    return node


def _in_a_year(frequency: Frequency) -> float | None:
    """About how many times a year; None when the span is not said."""
    if frequency.interval is not None:
        amount, unit = frequency.interval
        return 365 * frequency.times / (amount * (30.4 if unit == "months" else 1))
    if frequency.freq is None:
        return None
    return 365 * frequency.times / _DAYS_IN[frequency.freq]


def _is_seasonal(node: Node) -> bool:
    if isinstance(node, Times):
        return any(moment.unit == "season" for span in node.spans
                   for moment in (span.first, span.last) if moment is not None)  # fmt: skip
    return isinstance(node, Except) and node.is_season


def _with_reported(nodes: Sequence[Node]) -> list[Node]:
    """«По итогам квартала» only says how often a day named beside it falls due."""
    said = [node for node in nodes if isinstance(node, Reported)]
    if not said:
        return list(nodes)
    kept: list[Node] = [node for node in nodes if not isinstance(node, Reported)]
    days = [node for node in kept if isinstance(node, DayOf)]
    if any(not node.lag and not said[0].is_previous for node in days):
        raise ContradictionError("month_of_report_missing")
    frequencies = {node.freq for node in kept if isinstance(node, Frequency) and node.freq}
    frequencies |= {node.freq for node in days if node.freq}
    if any(frequencies - {node.freq} for node in said):
        raise ContradictionError("frequency_differs")
    if days and not frequencies:
        kept.insert(0, Frequency(said[0].freq))
    return kept


def _once(nodes: Sequence[Node], context: Context) -> list[Node]:
    """What is done once is due at the end of its span and does not recur."""
    if not any(node == _ONCE for node in nodes):
        return list(nodes)
    kept: list[Node] = [node for node in nodes if node != _ONCE]
    if any(isinstance(node, Frequency | DayOf) for node in kept):
        return list(nodes)
    spans = [node for node in kept if isinstance(node, Continuous)]
    if any(not node.is_whole_period for node in spans):
        raise ContradictionError("once_and_always")
    kept = [node for node in kept if not isinstance(node, Continuous)]
    if any(isinstance(node, Times | Labelled | Relative | External | AsNeeded) for node in kept):
        return kept
    if not spans:
        context.assume("end_from_period", on=context.period.end)
    return [*kept, whole_plan(context)]


def whole_plan(context: Context) -> Times:
    """The plan's own days as a span."""
    first, last = (
        Moment("day", YearRef("number", day.year), day.month, day.day)
        for day in (context.period.start, context.period.end)
    )
    return Times("in", (Span(first, last),))


def _terms_of_others(nodes: Sequence[Node], context: Context) -> list[Node]:
    """«Ежегодно в установленные сроки»: others set the dates, which are not the ends of years."""
    frequencies = [node for node in nodes if isinstance(node, Frequency)]
    is_yearly = bool(frequencies) and all(
        replace(node, is_counted=False) == Frequency("yearly") for node in frequencies
    )
    times = [node for node in nodes if isinstance(node, Times)]
    is_external = any(isinstance(node, External) for node in nodes)
    if not is_yearly or not is_external or any(isinstance(n, DayOf | Continuous) for n in nodes):
        return list(nodes)
    if not all(_is_whole_plan(node, context) for node in times):
        return list(nodes)
    return [node for node in nodes if not isinstance(node, Frequency | Times)]


def _is_whole_plan(node: Times, context: Context) -> bool:
    """Whether the times are years that cover the whole plan, or «текущий год»."""
    years: list[int] = []
    for span in node.spans:
        last = span.last or span.first
        if node.bound != "in" or span.first.unit != "year" or last.year is None:
            return False
        if span.first.year is not None and span.first.year.kind == "number":
            years.extend((span.first.year.number, last.year.number))
    plan = context.period.years
    return not years or (min(years) <= plan[0] and plan[-1] <= max(years))
