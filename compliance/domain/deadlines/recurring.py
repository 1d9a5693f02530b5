"""Parts that repeat: frequencies with their days, months, exceptions and the span they run in."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from compliance.domain.calendar.periods import MONTHS_IN, ONE_DAY, Period, month_end
from compliance.domain.deadlines.grammar.nodes import (
    Continuous,
    DayOf,
    Except,
    Frequency,
    Moment,
    Node,
    Relative,
    Span,
    Times,
)
from compliance.domain.deadlines.parts import (
    CONTINUOUS,
    DATE,
    MINIMUM_FREQUENCY,
    PERIOD,
    RECURRING,
    DeadlinePart,
)
from compliance.domain.deadlines.recurrence import has_cut_unit
from compliance.domain.deadlines.resolving import (
    Context,
    ContradictionError,
    is_yearless,
    span_days,
)
from compliance.domain.deadlines.scopes import scopes, without_months

_IN_A_YEAR = {"monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1}


@dataclass(slots=True)
class Rhythm:
    """A frequency and what qualifies it."""

    place: int
    """The index of its first item in the phrase."""
    frequency: Frequency
    days: list[DayOf] = field(default_factory=list)
    moments: list[tuple[str, Span]] = field(default_factory=list)
    """Yearless times within the year, each with its bound."""
    length: Relative | None = None


def recurring_parts(
    nodes: Sequence[Node], times: Sequence[Times], whole: Period, context: Context
) -> list[tuple[int, DeadlinePart]]:
    """The recurring and continuous parts of a group, and the times that are dates of their own,
    each with the place of its item.
    """
    rhythms = _rhythms(nodes)
    continuous = [n for n, node in enumerate(nodes) if isinstance(node, Continuous)]
    own, scoping = _assign(times, rhythms, bool(continuous))
    spans = scopes(scoping, whole, context)
    placed = [
        (place, DeadlinePart(CONTINUOUS, start=scope.start, end=scope.end))
        for place in continuous[:1]
        for scope in spans
    ]
    excepted = [month for node in nodes if isinstance(node, Except) for month in node.months]
    if excepted and not rhythms:
        raise ContradictionError("nothing_to_except_from")
    for rhythm in rhythms:
        for scope in without_months(spans, excepted, rhythm.frequency):
            parts = _rhythm_parts(rhythm, scope, context)
            placed.extend((rhythm.place, part) for part in parts)
    for node in own:
        placed.extend((nodes.index(node), _date(span, context)) for span in node.spans)
    return placed


# --- which item qualifies which -------------------------------------------------------------------


def _rhythms(nodes: Sequence[Node]) -> list[Rhythm]:
    rhythms: list[Rhythm] = []
    waiting: list[DayOf] = []
    lengths: list[tuple[int, Relative]] = []
    for place, node in enumerate(nodes):
        if isinstance(node, Frequency):
            merged = _merged(rhythms[-1].frequency, node) if rhythms else None
            if merged is not None:
                rhythms[-1].frequency = merged
            else:
                rhythms.append(Rhythm(place, node, waiting))
                waiting = []
        elif isinstance(node, DayOf):
            (rhythms[-1].days if rhythms else waiting).append(node)
        elif isinstance(node, Relative) and node.reported:
            lengths.append((place, node))
    if waiting:
        rhythms.append(Rhythm(0, Frequency(_said_frequency(waiting)), waiting))
    for place, length in lengths:
        _put_length(place, length, rhythms)
    return rhythms


def _put_length(place: int, length: Relative, rhythms: list[Rhythm]) -> None:
    """«В течение 5 дней после окончания квартала» with its rhythm, or as one of its own."""
    is_named = length.reported != "period"
    if not rhythms and is_named:
        rhythms.append(Rhythm(place, Frequency(length.reported)))
    if not rhythms:
        raise ContradictionError("frequency_missing")
    if is_named and rhythms[-1].frequency.freq != length.reported:
        raise ContradictionError("frequency_differs")
    rhythms[-1].length = length


def _said_frequency(days: Sequence[DayOf]) -> str:
    """The one frequency that «каждого месяца» or «за отчётным кварталом» fixes."""
    said = {freq for node in days if (freq := node.freq or node.implied)}
    if len(said) != 1:
        raise ContradictionError("frequency_missing")
    return said.pop()


def _merged(first: Frequency, second: Frequency) -> Frequency | None:
    """One frequency said in two words, or None when there are two: «не менее 2 раз ежегодно»."""
    for one, other in ((first, second), (second, first)):
        if _is_plain(one):
            if other.is_counted and other.freq is None and other.interval is None:
                return replace(other, freq=one.freq)
            if other.weekdays and other.freq in (None, "weekly") and one.freq == "weekly":
                return replace(other, freq="weekly")
            if other.freq == one.freq and not other.weekdays:
                return other
            if one.freq == "yearly" and other.is_counted and one is first:
                return other
    if first.is_counted and first.freq == "weekly" and second.weekdays and not second.is_counted:
        return replace(first, weekdays=second.weekdays)
    return None


def _is_plain(frequency: Frequency) -> bool:
    is_bare = not frequency.is_counted and not frequency.weekdays
    return is_bare and frequency.freq is not None


def _assign(
    times: Sequence[Times], rhythms: list[Rhythm], is_continuous: bool
) -> tuple[list[Times], list[Times]]:
    """Times that are dates of their own, and times in which the rhythms run; the others name days
    of a yearly rhythm and are stored in it.
    """
    yearless = [node for node in times if _is_within_year(node)]
    taker = _taker(yearless, rhythms, is_continuous)
    own, scoping = [], []
    for node in times:
        if taker is not None and node in yearless:
            taker.moments.extend((node.bound, span) for span in node.spans)
        elif node.bound == "in" and _is_all_days(node):
            own.append(node)
        else:
            scoping.append(node)
    return own, scoping


def _is_within_year(node: Times) -> bool:
    return all(
        _year_kind(span) in (None, "each", "following", "plan") and span.first.unit != "year"
        and span.last is not None
        for span in node.spans
    )  # fmt: skip


def _year_kind(span: Span) -> str | None:
    moment = span.last or span.first
    return moment.year.kind if moment.year else None


def _is_all_days(node: Times) -> bool:
    return all(span.first == span.last and span.first.unit == "day" for span in node.spans)


def _taker(yearless: Sequence[Times], rhythms: list[Rhythm], is_continuous: bool) -> Rhythm | None:
    """The rhythm whose days in the year are these yearless times: a yearly one, or one that falls
    due as many times a year as there are times ("1 раз в полугодие (июнь, декабрь)").
    """
    count = sum(len(node.spans) for node in yearless)
    if not count:
        return None
    each_year = any(_year_kind(s) in ("each", "following") for n in yearless for s in n.spans)
    if each_year and not rhythms:
        rhythms.append(Rhythm(0, Frequency("yearly")))
    for rhythm in rhythms:
        frequency = rhythm.frequency
        wanted = _IN_A_YEAR.get(frequency.freq or "", 0) * frequency.times
        if frequency.freq == "yearly":
            is_enough = frequency.is_minimum and count >= wanted
            if frequency.times > 1 and count > 1 and count != wanted and not is_enough:
                raise ContradictionError("count_differs")
            if frequency.times == 1 or count == wanted or is_enough:
                return rhythm
        elif count > 1 and wanted:
            if count == wanted:
                return rhythm
            if frequency.freq in ("quarterly", "half_yearly") and not is_continuous:
                raise ContradictionError("count_differs")
    if each_year:
        raise ContradictionError("count_differs")
    return None


# --- parts ----------------------------------------------------------------------------------------


def _rhythm_parts(rhythm: Rhythm, scope: Period, context: Context) -> list[DeadlinePart]:
    frequency = rhythm.frequency
    if frequency.is_loose:
        context.assume("lower_number_taken")
    kind = MINIMUM_FREQUENCY if frequency.is_minimum else RECURRING
    plain = DeadlinePart(kind, scope.start, scope.end, frequency.freq, frequency.times)
    if rhythm.length is not None and frequency.freq in MONTHS_IN:
        length = rhythm.length
        return [replace(plain, amount=length.amount, unit=length.unit, lag_periods=1)]
    if rhythm.days and rhythm.moments:
        raise ContradictionError("too_many_days")
    if rhythm.days:
        return _on_days(rhythm, plain, context)
    if rhythm.moments:
        return _in_year(rhythm, plain, context)
    if frequency.weekdays:
        return _on_weekdays(frequency, plain)
    if frequency.interval is not None:
        amount, unit = frequency.interval
        return [replace(plain, amount=amount, unit=unit)]
    if frequency.freq == "daily":
        context.note("daily")
    elif frequency.times > 1 and frequency.freq and has_cut_unit(scope, frequency.freq):
        context.assume("times_in_part_of_unit")
    return [plain]


def _on_weekdays(frequency: Frequency, plain: DeadlinePart) -> list[DeadlinePart]:
    if frequency.freq != "weekly":
        raise ContradictionError("frequency_missing")
    if frequency.times not in (1, len(frequency.weekdays)):
        raise ContradictionError("count_differs")
    return [replace(plain, times=1, weekday=weekday) for weekday in frequency.weekdays]


def _on_days(rhythm: Rhythm, plain: DeadlinePart, context: Context) -> list[DeadlinePart]:
    freq = plain.freq
    if freq not in MONTHS_IN:
        raise ContradictionError("frequency_missing")
    count = sum(len(node.days) for node in rhythm.days)
    if plain.times not in (1, count):
        raise ContradictionError("count_differs")
    return [
        _on_day(day, node, freq, replace(plain, times=1), context)
        for node in rhythm.days
        for day in node.days
    ]


def _on_day(
    day: int, node: DayOf, freq: str, plain: DeadlinePart, context: Context
) -> DeadlinePart:
    length = MONTHS_IN[freq]
    if node.freq not in (None, freq) or node.month > length:
        raise ContradictionError("frequency_differs")
    if day == 0 and not node.lag and node.month <= 0:
        return plain
    if node.is_working:
        if node.month not in (0, 1):
            raise ContradictionError("frequency_differs")
        return replace(plain, amount=day, unit="working_days", lag_periods=node.lag)
    month: int | None = length if node.month == -1 else node.month
    if freq == "monthly":
        month = None
    elif not month:
        month = 1 if node.lag else length
        if day:
            context.assume("month_of_period_assumed")
    return replace(plain, day=day or 31, month=month, lag_periods=node.lag)


def _in_year(rhythm: Rhythm, plain: DeadlinePart, context: Context) -> list[DeadlinePart]:
    """Yearly parts, one for each named time of the year."""
    yearly = replace(plain, freq="yearly", times=1)
    parts = [_at_moment(bound, span, yearly, context) for bound, span in rhythm.moments]
    places = [(part.month or 0, part.day or 0) for part in parts]
    falls = [n for n in range(1, len(places)) if places[n] < places[n - 1]]
    if len(falls) == 1 and rhythm.frequency.freq != "yearly":
        context.assume("next_year_assumed")
        parts[falls[0] :] = [replace(part, lag_periods=1) for part in parts[falls[0] :]]
    return parts


def _at_moment(bound: str, span: Span, yearly: DeadlinePart, context: Context) -> DeadlinePart:
    """The yearly part that falls due at the end of the span, or before it with «до»."""
    last = span.last or span.first
    is_lagging = _year_kind(span) == "following" or _runs_over_new_year(span, context)
    if last.unit == "day":
        if not 1 <= last.month <= 12 or not 1 <= last.index <= month_end(2024, last.month).day:
            raise ContradictionError("no_such_date")
        return replace(yearly, month=last.month, day=last.index, lag_periods=int(is_lagging))
    end = _end_in_year(last, bound, context)
    is_named = last.unit in ("ten_days", "week")
    return replace(
        yearly, month=end.month, day=end.day if is_named else None, lag_periods=int(is_lagging)
    )


def _runs_over_new_year(span: Span, context: Context) -> bool:
    """«ежегодно с 15 декабря по 15 января»: the end lies in the year after the beginning."""
    first, last = span.first, span.last
    if last is None or "day" not in (first.unit, last.unit) or first.unit != last.unit:
        return False
    if (last.month, last.index) >= (first.month, first.index):
        return False
    context.assume("next_year_assumed")
    return True


def _end_in_year(moment: Moment, bound: str, context: Context) -> date:
    """Where the unit ends in a year that is not a leap year."""
    days = span_days(
        Span(replace(moment, year=None), None), 2023, Context(Period.of_years(2023), None)
    )
    unit = span_days(Span(moment, moment), 2023, Context(Period.of_years(2023), None))
    if bound == "until":
        context.assume("ends_before_named_unit")
        return days.start - ONE_DAY
    return unit.end


def _date(span: Span, context: Context) -> DeadlinePart:
    """A day beside a rhythm without «до» is a due date of its own."""
    days = span_days(span, context.period.start.year, context)
    if is_yearless(span):
        context.assume("year_from_period", year=days.end.year)
    return DeadlinePart(DATE if span.first.unit == "day" else PERIOD, start=days.end, end=days.end)
