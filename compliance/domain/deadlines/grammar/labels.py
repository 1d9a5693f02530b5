"""The grammar of labels before a date: «I этап: до 01.03.2020», «1 квартал – до 15 апреля».

A stage's label says nothing about its date and is skipped. A quarter, half-year or year with a date
of its own is what the report is about, and the date is when the report is due.
"""

from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor, ordinal
from compliance.domain.deadlines.grammar.nodes import Labelled, Moment, Span, Stage, Times
from compliance.domain.deadlines.grammar.times import single, times

_REPORTED: Final = frozenset({"quarter", "half", "months"})
_LABELS: Final = frozenset({"quarter", "half", "month_word", "year", "word"})
"""Kinds of words of which a label has at least one; «п/г» is not in the dictionary."""
_LABEL_SIGNS: Final = frozenset({"-", ":", "(", "за", "по"})
_DUE_OPENERS: Final = frozenset({"до", "к", "не", "в"})


def stage(cursor: Cursor) -> Stage | None:
    """«I этап», «этап 2», «подготовительный этап», «1 очередь», with «на» or «в» before it."""
    if "stage" not in cursor.kinds:
        return None
    cursor.take("на", "в")
    is_named = cursor.take_kind("stage_name") is not None or cursor.attempt(ordinal) is not None
    if not cursor.take_kind("stage"):
        return None
    return Stage() if is_named or cursor.attempt(ordinal) is not None else None


def labelled(cursor: Cursor) -> Labelled | None:
    """«1 квартал – до 15 апреля», «за год – до 20 января», «до 15 июля за 1 полугодие»."""
    if not _LABEL_SIGNS.isdisjoint(cursor.texts) and not _LABELS.isdisjoint(cursor.kinds):
        return cursor.first_of((_label_first, _date_first))
    return None


def _label_first(cursor: Cursor) -> Labelled | None:
    label = _label(cursor)
    if label is None:
        return None
    sign = cursor.take("-", ":", "(")
    due = _due_day(cursor)
    if due is None or (sign is not None and sign.text == "(" and due.is_bare):
        return None
    if sign is None and due.is_bare:
        return None
    is_loose = due.is_bare and sign is not None and sign.text == "-"
    return Labelled(label, due, is_loose)


def _date_first(cursor: Cursor) -> Labelled | None:
    if "за" not in cursor.texts or cursor.peek().text not in _DUE_OPENERS:
        return None
    due = _due_day(cursor)
    if due is None:
        return None
    cursor.take("(", "-")
    if cursor.peek().text != "за":
        return None
    label = _label(cursor)
    if label is None:
        return None
    return Labelled(label, due)


def _label(cursor: Cursor) -> Moment | None:
    """«(за, по итогам) 1 квартал(а)», «за 9 месяцев», «год»; a numbered year only behind «за»."""
    if cursor.peek().text in ("до", "к", "не"):
        return None
    is_opened = cursor.take("за") is not None
    if not is_opened and cursor.take_phrase("по"):
        is_opened = cursor.take_kind("results", "end") is not None
        if not is_opened:
            return None
    label = cursor.attempt(single)
    if label is None:
        return None
    if label.unit == "year":
        is_plain = label.year is not None and label.year.kind == "plan"
        return label if is_plain or (is_opened and _is_numbered(label)) else None
    return label if label.unit in _REPORTED and label.index else None


def _is_numbered(label: Moment) -> bool:
    return label.year is not None and label.year.kind in ("number", "own")


def _due_day(cursor: Cursor) -> Times | None:
    """One time that is a single day: the date by which it is reported."""
    found = cursor.attempt(times)
    if found is None or len(found.spans) != 1:
        return None
    span: Span = found.spans[0]
    return found if span.first == span.last and span.first.unit == "day" else None
