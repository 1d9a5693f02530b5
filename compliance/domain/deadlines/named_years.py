"""Which year is meant: by «текущий», «отчётный», «учебный», by a row of years, by a neighbour.

Beside «ежегодно» every such name means each year of the plan, and never the current one.
"""

from collections.abc import Sequence
from dataclasses import replace

from compliance.domain.deadlines.grammar.nodes import (
    Continuous,
    DayOf,
    Frequency,
    Moment,
    Node,
    Span,
    Times,
    YearRef,
)
from compliance.domain.deadlines.resolving import (
    Context,
    ContradictionError,
    named_year,
    with_year,
)

_LENDABLE = ("number", "current", "next", "school")
_SCHOOL_MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5)

# --- rows of bare years ---------------------------------------------------------------------------


def joined_years(nodes: Sequence[Node], context: Context) -> list[Node]:
    """The nodes with «2017, 2018 гг.» or «2017 2018» as one span of years.

    Years in a row are one span, never a list of ends. Raises ContradictionError for a row with a
    gap, and for a bare year after a finer time («март 2017 г., 2018 г.»). A semicolon separates
    them.
    """
    if not any(isinstance(node, Times) for node in nodes):
        return list(nodes)
    kept: list[Node] = []
    for node in nodes:
        years = _numbers(node)
        before = kept[-1] if kept else None
        if years and before is not None and _numbers(before):
            kept[-1] = _listed([*_numbers(before), *years])
        elif years and _is_bare(node) and _is_finer_dated(before):
            raise ContradictionError("years_unclear")
        else:
            kept.append(node)
    repeats = any(isinstance(node, Frequency) and node.freq for node in nodes)
    return [_as_one_span(node, repeats, context) for node in kept]


def _numbers(node: Node) -> list[int]:
    """The numbers of a node that is nothing but whole single years, else an empty list."""
    if not isinstance(node, Times) or node.bound != "in":
        return []
    found = []
    for span in node.spans:
        moment = span.first
        if moment.unit != "year" or span.last != moment or moment.year is None:
            return []
        if moment.year.kind != "number":
            return []
        found.append(moment.year.number)
    return found


def _listed(years: Sequence[int]) -> Times:
    moments = [Moment("year", YearRef("number", year)) for year in years]
    return Times("in", tuple(Span(moment, moment) for moment in moments), is_bare=True)


def _is_bare(node: Node) -> bool:
    return isinstance(node, Times) and node.is_bare


def _is_finer_dated(node: Node | None) -> bool:
    last = node.spans[-1].last if isinstance(node, Times) else None
    if last is None or last.year is None or last.unit == "year":
        return False
    return last.year.kind == "number"


def _as_one_span(node: Node, repeats: bool, context: Context) -> Node:
    years = _numbers(node)
    if len(years) < 2 or not isinstance(node, Times):
        return node
    if years != list(range(years[0], years[0] + len(years))):
        if repeats:
            return node
        raise ContradictionError("years_unclear")
    if not repeats:
        context.assume("years_taken_together")
    return replace(node, spans=(Span(node.spans[0].first, node.spans[-1].first),))


# --- years named by an adjective ------------------------------------------------------------------


def settled_years(nodes: Sequence[Node], context: Context) -> list[Node]:
    """The nodes with «текущего», «следующего», «отчётного года» and rows of years resolved."""
    if not any(isinstance(node, Times) for node in nodes):
        return list(nodes)
    frequencies = [node for node in nodes if isinstance(node, Frequency)]
    nodes = _of_each_named_year(nodes, context)
    is_yearly = any(node.freq == "yearly" for node in frequencies)
    repeats = bool(frequencies) or any(isinstance(node, DayOf | Continuous) for node in nodes)
    settled: list[Node] = []
    for node in nodes:
        if not isinstance(node, Times):
            settled.append(node)
            continue
        rows = {ref for span in node.spans for ref in _refs(span) if ref.kind == "years"}
        spans = tuple(_settled(span, is_yearly, repeats, context) for span in node.spans)
        settled.append(replace(node, spans=spans))
        for row in rows:
            first, last = (Moment("year", YearRef("number", y)) for y in (row.number, row.last))
            settled.append(Times("in", (Span(first, last),)))
    return settled


def _of_each_named_year(nodes: Sequence[Node], context: Context) -> list[Node]:
    """«2017-2018 гг. (IV квартал)» made «IV квартал 2017-2018 гг.»: the quarter of each year."""
    times = [node for node in nodes if isinstance(node, Times)]
    rows = [node for node in times if _is_row_of_years(node)]
    finer = [node for node in times if not _is_row_of_years(node)]
    is_row = len(rows) == 1 and bool(finer) and len(times) == len(nodes)
    if not is_row or not all(node.bound == "in" and _is_finer_yearless(node) for node in finer):
        return list(nodes)
    span = rows[0].spans[0]
    first, last = span.first.year, span.last.year if span.last else None
    if first is None or last is None:
        return list(nodes)
    row = YearRef("years", first.number, last.number)
    return [_filled(node, row) for node in finer]


def _is_row_of_years(node: Times) -> bool:
    span = node.spans[0]
    refs = _refs(span)
    return (
        len(node.spans) == 1 and span.first.unit == "year" and span.first != span.last
        and len(refs) == 2 and all(ref.kind == "number" for ref in refs)
    )  # fmt: skip


def _refs(span: Span) -> list[YearRef]:
    moments = [span.first, span.last] if span.last else [span.first]
    return [moment.year for moment in moments if moment.year is not None]


def _settled(span: Span, is_yearly: bool, repeats: bool, context: Context) -> Span:
    def made(moment: Moment) -> Moment:
        return _settled_moment(moment, is_yearly, repeats, context)

    return Span(made(span.first), made(span.last) if span.last else None, span.ends_before)


def _settled_moment(moment: Moment, is_yearly: bool, repeats: bool, context: Context) -> Moment:
    ref = moment.year
    if ref is None or ref.kind not in ("current", "next", "past", "own", "years"):
        return moment
    if moment.index == 0 and moment.unit not in ("year", "school_year"):
        return moment  # «текущий квартал»
    is_whole = moment.unit == "year"
    if is_yearly:
        return _of_each_year(moment, ref)
    if ref.kind == "years" or (ref.kind == "own" and len(context.period.years) > 1):
        if repeats:
            return replace(moment, year=YearRef("plan"))
        context.assume("each_year_assumed")
        whole_year = replace(moment, unit="months", month=1, index=12) if is_whole else moment
        return replace(whole_year, year=YearRef("each"))
    if ref.kind == "own" or (ref.kind == "current" and repeats and not is_whole):
        return replace(moment, year=YearRef("plan"))
    return moment


def _of_each_year(moment: Moment, ref: YearRef) -> Moment:
    """The moment beside «ежегодно»: of each year of the plan, or of the one after each."""
    if ref.kind == "past":
        raise ContradictionError("past_year")
    is_whole = moment.unit == "year"
    if ref.kind == "next":
        whole_year = replace(moment, unit="months", month=1, index=12) if is_whole else moment
        return replace(whole_year, year=YearRef("following"))
    return replace(moment, year=YearRef("plan" if is_whole else "each"))


# --- years left out -------------------------------------------------------------------------------


def with_years(nodes: Sequence[Node], repeats: bool, context: Context) -> list[Times]:
    """The times with years taken from their neighbours: «март, июнь 2026 г.», «2026 г.: март».

    Beside something that repeats, a whole year is the span it repeats in and is left alone:
    "ежегодно до 1 марта в течение 2017-2018 гг.".
    """
    times = [node for node in nodes if isinstance(node, Times)]
    if not repeats:
        times = _without_year_headings(times)
    filled: list[Times] = []
    following: YearRef | None = None
    for node in reversed(times):
        spans = []
        for span in reversed(node.spans):
            if _lacks_year(span) and following is not None:
                span = with_year(span, following)
            following = _number(span, repeats) or following
            spans.append(span)
        filled.append(replace(node, spans=tuple(reversed(spans))))
    whole = [_with_school_years(node) for node in _from_the_left(filled[::-1], repeats, context)]
    return [_of_the_school_year(node, context) for node in whole]


def _from_the_left(times: Sequence[Times], repeats: bool, context: Context) -> list[Times]:
    """A last item without a year takes that of the item before: «1 марта 2026 г., 1 июня»."""
    before: YearRef | None = None
    filled = []
    for node in times:
        spans = []
        for span in node.spans:
            if _lacks_year(span) and before is not None:
                span = with_year(span, before)
                year = before.number or named_year(span.first, context)
                context.assume("year_from_neighbour", year=year)
            before = _number(span, repeats) or before
            spans.append(span)
        filled.append(replace(node, spans=tuple(spans)))
    return filled


def _without_year_headings(times: Sequence[Times]) -> list[Times]:
    """A whole year beside finer times without a year is their year, not a time of its own."""
    kept: list[Times] = []
    heading: YearRef | None = None
    for position, node in enumerate(times):
        following = times[position + 1] if position + 1 < len(times) else None
        year = _whole_year(node)
        if year and following and _is_finer_yearless(following):
            heading = year
        elif year and kept and _is_finer_yearless(kept[-1]):
            kept = [_filled(earlier, year) for earlier in kept]
        elif heading is not None:
            kept.append(_filled(node, heading))
        else:
            kept.append(node)
    return kept


def _filled(node: Times, year: YearRef) -> Times:
    return replace(
        node, spans=tuple(with_year(s, year) if _lacks_year(s) else s for s in node.spans)
    )


def _whole_year(node: Times) -> YearRef | None:
    if len(node.spans) != 1 or node.bound != "in" or node.spans[0].first != node.spans[0].last:
        return None
    moment = node.spans[0].first
    is_named = moment.year is not None and moment.year.kind in ("number", "current", "next")
    return moment.year if moment.unit == "year" and is_named else None


def _is_finer_yearless(node: Times) -> bool:
    return all(_lacks_year(span) for span in node.spans)


def _lacks_year(span: Span) -> bool:
    last = span.last or span.first
    return span.first.year is None and last.year is None and span.first.unit != "year"


def _number(span: Span, repeats: bool) -> YearRef | None:
    """The year a neighbour may take: of the span's first moment, or its last.

    A range beside something that repeats is the span it repeats in, and lends no year.
    """
    if span.first.unit == "year" or (repeats and span.first != span.last):
        return None
    year = span.first.year or (span.last.year if span.last else None)
    return year if year is not None and year.kind in _LENDABLE else None


# --- school years ---------------------------------------------------------------------------------


def _with_school_years(node: Times) -> Times:
    """The school year of a range's last month is also that of its first."""
    spans = [
        with_year(span, span.last.year)
        if span.last and span.last.year and span.last.year.kind == "school"
        else span
        for span in node.spans
    ]
    return replace(node, spans=tuple(spans))


def _of_the_school_year(node: Times, context: Context) -> Times:
    def made(moment: Moment) -> Moment:
        if moment.year is None or moment.year.kind != "school":
            return moment
        month = moment.month_of_year
        if month not in _SCHOOL_MONTHS:
            raise ContradictionError("no_such_unit")
        first = moment.year.number or context.period.start.year
        if not moment.year.number:
            context.assume("year_from_period", year=first)
        return replace(moment, year=YearRef("number", first if month >= 9 else first + 1))

    spans = [
        Span(made(span.first), made(span.last) if span.last else None, span.ends_before)
        for span in node.spans
    ]
    return replace(node, spans=tuple(spans))
