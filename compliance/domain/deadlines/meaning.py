"""Items become parts: what qualifies what, which year is meant, what contradicts what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from compliance.domain.calendar.periods import ONE_DAY, Period
from compliance.domain.deadlines.grammar.nodes import (
    Approximately,
    AsNeeded,
    Break,
    Condition,
    Continuous,
    DayOf,
    Except,
    External,
    Frequency,
    Labelled,
    Node,
    Onward,
    Relative,
    Span,
    Times,
)
from compliance.domain.deadlines.named_years import joined_years, settled_years, with_years
from compliance.domain.deadlines.parts import (
    AS_NEEDED,
    DATE,
    EXTERNAL,
    PERIOD,
    RELATIVE,
    DeadlinePart,
    Note,
)
from compliance.domain.deadlines.qualifiers import without_qualifiers
from compliance.domain.deadlines.recurring import recurring_parts
from compliance.domain.deadlines.reported_dates import reported_parts
from compliance.domain.deadlines.resolving import (
    Context,
    ContradictionError,
    fitting_years,
    is_yearless,
    named_year,
    span_days,
)


@dataclass(slots=True)
class Group:
    """Items that may qualify one another: those between semicolons and «далее»."""

    is_onward: bool = False
    nodes: list[Node] = field(default_factory=list)

    def of(self, *kinds: type) -> list[Node]:
        return [node for node in self.nodes if isinstance(node, kinds)]


def meaning(nodes: Sequence[Node], context: Context) -> tuple[list[DeadlinePart], str | None]:
    """The parts, without due dates, and the condition. Raises ContradictionError."""
    conditions = [node.text for node in nodes if isinstance(node, Condition)]
    if any(isinstance(node, Approximately) for node in nodes):
        context.assume("approximate")
    parts: list[DeadlinePart] = []
    for group in _groups(joined_years(nodes, context)):
        if group.is_onward and not group.nodes:
            raise ContradictionError("nothing_follows")
        scope = _after(parts, context.period) if group.is_onward else context.period
        if scope is None:
            context.note("continues_after_period")
            continue
        parts.extend(_group_parts(group, scope, context))
    if not parts and conditions:
        parts.append(_only_condition(conditions[0]))
    if not parts:
        raise ContradictionError("empty")
    return parts, ", ".join(conditions) or None


def _groups(nodes: Sequence[Node]) -> list[Group]:
    groups = [Group()]
    for node in nodes:
        if isinstance(node, Onward):
            groups.append(Group(is_onward=True))
        elif isinstance(node, Break):
            if groups[-1].nodes:
                groups.append(Group())
        elif isinstance(node, Labelled) and not groups[-1].nodes and _is_labelled(groups[:-1]):
            groups.pop()
            groups[-1].nodes.append(node)
        elif not isinstance(node, Condition | Approximately):
            groups[-1].nodes.append(node)
    return [group for group in groups if group.nodes or group.is_onward]


def _is_labelled(groups: Sequence[Group]) -> bool:
    """Whether the last group ends with a labelled date: such dates have semicolons between, too."""
    return bool(groups) and bool(groups[-1].nodes) and isinstance(groups[-1].nodes[-1], Labelled)


def _after(parts: Sequence[DeadlinePart], period: Period) -> Period | None:
    """What remains of the plan after the one-off parts so far; None when nothing does."""
    ends = [part.end for part in parts if part.kind in (DATE, PERIOD) and part.end]
    start = max(ends, default=period.start - ONE_DAY) + ONE_DAY
    return Period(max(start, period.start), period.end) if start <= period.end else None


def _only_condition(condition: str) -> DeadlinePart:
    """A cell with nothing but a condition: agreement comes from outside, money is waited for."""
    return DeadlinePart(EXTERNAL if condition.lower().startswith("по согл") else AS_NEEDED)


def _group_parts(group: Group, scope: Period, context: Context) -> list[DeadlinePart]:
    """The parts of a group, in the order of the items they come from."""
    found = settled_years(without_qualifiers(group.nodes, context), context)
    labelled = reported_parts(found, scope, context)
    if labelled:
        found = [node for node in found if not isinstance(node, Frequency)]
    group = Group(group.is_onward, found)
    repeats = _repeats(found)
    times = with_years(group.of(Times), repeats, context)
    nodes = _replaced(group.nodes, times)
    if repeats or any(_names_each_year(node) for node in times):
        placed = recurring_parts(nodes, times, scope, context)
        needs_scope: list[Times] = []
    else:
        if group.of(Except):
            raise ContradictionError("nothing_to_except_from")
        needs_scope = [node for node in times if group.of(AsNeeded) and _is_scope(node)]
        placed = [
            (position, part)
            for position, node in enumerate(nodes)
            if isinstance(node, Times) and node not in needs_scope
            for part in one_off(node, context)
        ]
    placed.extend(labelled)
    placed.extend(_standing(nodes, needs_scope, context))
    return [part for _, part in sorted(placed, key=lambda pair: pair[0])]


def _repeats(nodes: Sequence[Node]) -> bool:
    return any(
        isinstance(node, Frequency | DayOf | Continuous)
        or (isinstance(node, Relative) and node.reported is not None)
        for node in nodes
    )


def _replaced(nodes: Sequence[Node], times: Sequence[Times]) -> list[Node]:
    """The nodes with their times replaced, without times that became the year of others."""
    kept = [node for node in nodes if not isinstance(node, Times)]
    if len(kept) + len(times) == len(nodes):
        fresh = iter(times)
        return [next(fresh) if isinstance(node, Times) else node for node in nodes]
    first = next((n for n, node in enumerate(nodes) if isinstance(node, Times)), 0)
    return [*kept[:first], *times, *kept[first:]]


def _names_each_year(node: Times) -> bool:
    return any(
        moment is not None and moment.year is not None and moment.year.kind in ("each", "following")
        for span in node.spans
        for moment in (span.first, span.last)
    )


def _is_scope(node: Times) -> bool:
    """Whether the times are spans in which something is done when needed, not single days."""
    return node.bound == "in" and not any(
        span.first == span.last and span.first.unit == "day" for span in node.spans
    )


def _standing(
    nodes: Sequence[Node], scopes: Sequence[Times], context: Context
) -> list[tuple[int, DeadlinePart]]:
    """Parts without dates of their own, each with its place: as needed, external, relative."""
    spans = [part for times in scopes for part in one_off(times, context)]
    within = spans[0] if spans else DeadlinePart(AS_NEEDED)
    parts = []
    for position, node in enumerate(nodes):
        if isinstance(node, AsNeeded):
            part = DeadlinePart(AS_NEEDED, start=within.start, end=within.end, anchor=node.anchor)
            parts.append((position, part))
        elif isinstance(node, External):
            parts.append((position, DeadlinePart(EXTERNAL, anchor=node.anchor)))
        elif isinstance(node, Relative) and not node.reported:
            part = DeadlinePart(RELATIVE, amount=node.amount, unit=node.unit, anchor=node.anchor)
            parts.append((position, part))
    return parts


# --- one-off times --------------------------------------------------------------------------------


def one_off(node: Times, context: Context) -> list[DeadlinePart]:
    """One part for each span, with the bound applied: «до» a day includes it."""
    return [_one_off_part(span, node.bound, context) for span in node.spans]


def _one_off_part(span: Span, bound: str, context: Context) -> DeadlinePart:
    days = resolved(span, bound, context)
    if span.last is None:
        context.assume("end_from_period", on=days.end)
    if days.start == days.end:
        return DeadlinePart(DATE, start=days.end, end=days.end)
    return DeadlinePart(PERIOD, start=days.start, end=days.end)


def resolved(span: Span, bound: str, context: Context) -> Period:
    """The days under the bound; what had to be assumed about the year is noted."""
    if not is_yearless(span):
        if span.first.year is not None and span.first.year.kind in ("current", "next", "past"):
            context.assume("year_from_period", year=named_year(span.first, context))
        return _bounded(span, bound, context.period.start.year, context)
    years = list(_candidate_years(span, bound, context))
    year = years[0] if years else context.period.start.year
    context.assume("year_from_period", year=year)
    for other in years[1:]:
        context.note("year_also_possible", year=other)
    return _bounded(span, bound, year, context)


def _candidate_years(span: Span, bound: str, context: Context) -> list[int]:
    """The plan's years in which the span fits; one more for «до января», which ends before it."""
    last = context.period.end.year + (1 if bound == "until" else 0)
    tried = []
    for year in range(context.period.start.year, last + 1):
        scratch = Context(context.period, context.today)
        try:
            days = _bounded(span, bound, year, scratch)
        except ContradictionError as error:
            if error.code not in ("no_such_date", "end_before_start"):
                raise
            continue
        is_open = bound in ("until", "through", "end")
        tried.append((year, Period(days.end, days.end) if is_open else days))
    return list(fitting_years(tried, context))


def _bounded(span: Span, bound: str, year: int, context: Context) -> Period:
    days = span_days(span, year, context)
    if span.ends_before:
        context.assume("ends_before_named_unit", on=days.end)
    is_single = span.first == span.last
    if bound == "in" or not is_single:
        _note_customs(span, context)
        return days
    if span.first.unit == "day":
        return days
    if bound == "results":
        context.assume("after_results", on=days.end)
        return days
    _note_customs(span, context)
    end = days.start - ONE_DAY if bound == "until" else days.end
    if bound == "until":
        context.assume("ends_before_named_unit", on=end)
    return Period(min(context.period.start, _unit_start(end, days)), end)


def _unit_start(end: date, days: Period) -> date:
    return end if end < days.start else days.start


def _note_customs(span: Span, context: Context) -> None:
    """Note that the bounds of a school year and of a month's weeks are custom, not law."""
    if span.first.unit == "school_year":
        context.note("school_year_ends_in_may")
    elif span.first.unit == "week":
        context.assume("weeks_of_seven_days")


def notes_about_years(parts: Sequence[DeadlinePart], context: Context) -> list[Note]:
    """A note for each date or year outside the plan's period."""
    notes: dict[Note, None] = {}
    for part in parts:
        days = [*part.due_dates, *([part.end] if part.end else []),
                *([part.start] if part.start else [])]  # fmt: skip
        for day in days:
            if day in context.period:
                continue
            if part.lag_periods and day > context.period.end:
                notes[Note("after_period", on=day)] = None
            else:
                notes[Note("outside_period", year=day.year)] = None
    return list(notes)
