"""The grammar of lengths of time counted from an event: «в течение 5 рабочих дней со дня …»."""

from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor, number
from compliance.domain.deadlines.grammar.nodes import Relative
from compliance.domain.deadlines.grammar.reporting import ended_period
from compliance.domain.deadlines.grammar.tails import opens_item, tail

_UNITS: Final = {"day": (1, "calendar_days"), "week": (7, "calendar_days"),
                 "month": (1, "months"), "year": (12, "months")}  # fmt: skip
_UNIT_KINDS: Final = {
    "day": "day", "day_and_night": "day", "week": "week", "month_word": "month", "year": "year",
}  # fmt: skip


_LENGTH_WORDS: Final = frozenset({*_UNIT_KINDS, "length", "immediately"})
"""Kinds of words of which every length of time has at least one."""

_NOT_AFTER: Final = frozenset({"month", "number", "quarter", "half", "ordinal"})
"""What makes «3 неделя мая» a place in the calendar, not a length of time."""


def relative(cursor: Cursor) -> Relative | None:
    """«в течение 5 рабочих дней со дня …», «в 10-дневный срок», «за 3 дня до …»."""
    if _LENGTH_WORDS.isdisjoint(cursor.kinds):
        return None
    amount = cursor.first_of((_adjective_length, _same_or_next_day, _at_once, _counted_length))
    if amount is None:
        return None
    count, unit = amount
    ended = cursor.attempt(_end_of_reported)
    if ended is not None:
        freq, anchor = ended
        return Relative(count, unit, anchor, freq)
    is_up_to = cursor.peek().text == "до"
    is_before, event = _event(cursor)
    if is_up_to and not is_before:
        return None  # «за 10 дней до 31.12.2020» is not that day, nor ten days after anything
    return Relative(-count if is_before else count, unit, event)


def _end_of_reported(cursor: Cursor) -> tuple[str, str] | None:
    """«после окончания отчётного квартала», «по истечении месяца»: its frequency and its words."""
    cursor.take(",")
    if cursor.take("с"):
        if not cursor.take("дня", "момента", "даты"):
            return None
    elif not cursor.take("после") and not (cursor.take("по") and cursor.peek().kind == "end"):
        return None
    first = cursor.position
    freq = ended_period(cursor)
    return (freq, cursor.written(first, cursor.position)) if freq else None


def _event(cursor: Cursor) -> tuple[bool, str | None]:
    """Whether the length runs back from the event, and the event in its own words."""
    before = cursor.position
    cursor.take(",")
    cursor.take("считая", "начиная")
    is_before = False
    if cursor.tokens[before - 1].text == "день" and _is_event(cursor.peek().text):
        return False, tail(cursor)
    if cursor.take("с", "от"):
        opened = cursor.take("дня", "момента", "даты", "времени", "дат") is not None
    elif cursor.take("до"):
        opened = is_before = not opens_item(cursor, -1)
    else:
        opened = cursor.take("после") is not None or cursor.take_phrase(
            "по", "истечении|окончании|завершении"
        )
    anchor = tail(cursor) if opened else None
    if anchor is None:
        cursor.position = before
        return False, None
    return is_before, anchor


def _adjective_length(cursor: Cursor) -> tuple[int, str] | None:
    """«в трёхдневный срок», «в 10-дневный срок», «в течение месячного срока»."""
    cursor.take_phrase("в", "течение") or cursor.take("в")
    count = number(cursor) or 1
    cursor.take("-")
    is_working = cursor.take_kind("working") is not None
    length = cursor.take_kind("length")
    if length is None or not cursor.take_kind("term"):
        return None
    unit, _, own = str(length.value).partition(":")
    return _measured(count * int(own), unit, is_working)


def _same_or_next_day(cursor: Cursor) -> tuple[int, str] | None:
    """«в день обращения» is 0 days after it, «на следующий рабочий день» is 1."""
    opening = cursor.take("на", "в")
    if opening is None and not cursor.take_phrase("не", "позднее"):
        return None
    if cursor.take_kind("next"):
        is_working = cursor.take_kind("working") is not None
        return _measured(1, "day", is_working) if cursor.take_kind("day") else None
    if opening is None or opening.text != "в":
        return None
    if cursor.take_phrase("тот", "же", "день"):
        return 0, "calendar_days"
    is_named = cursor.take("день") is not None and _is_event(cursor.peek().text)
    return (0, "calendar_days") if is_named else None


def _is_event(word: str) -> bool:
    """Whether the word after «в день» can name an event: a noun in the genitive."""
    return word.isalpha() and word.endswith(("ия", "а", "я", "и", "ы"))


def _at_once(cursor: Cursor) -> tuple[int, str] | None:
    return (0, "calendar_days") if cursor.take_kind("immediately") else None


def _counted_length(cursor: Cursor) -> tuple[int, str] | None:
    """«в течение N рабочих дней», «не позднее чем за N дней до …», «в течение суток»."""
    first = cursor.position
    opened = cursor.take_phrase("в", "течение")
    if cursor.take_phrase("в", "срок"):
        opened = True
    if cursor.take_phrase("не", "позднее|более|менее"):
        cursor.take("чем")
    cursor.take("через", "до")
    is_before = cursor.take("за") is not None
    count = _days_counted(cursor, is_before)
    if count is None and not opened and not is_before:
        return None
    if count is not None and not 0 < count < 1000:
        return None
    is_working = cursor.take_kind("working") is not None
    cursor.take_kind("calendar")
    unit = cursor.take_kind(*_UNIT_KINDS)
    if (
        unit is None
        or unit.text in ("г", "гг")
        or (unit.kind in ("year", "month_word") and cursor.peek().kind == "number")
    ):
        return None
    if cursor.peek().kind in _NOT_AFTER:
        return None
    is_bare = cursor.position - first == 2 and count is not None
    if unit.kind == "year" and count is None and cursor.peek().text not in ("с", "после"):
        return None
    if unit.kind == "month_word" and count == 9 and (is_bare or is_before):
        return None
    if is_before and cursor.peek().text != "до":
        return None
    return _measured(1 if count is None else count, _UNIT_KINDS[unit.kind], is_working)


def _days_counted(cursor: Cursor, is_before: bool) -> int | None:
    """The count; of «3-5» or «от 3 до 5» the one with which the time is up."""
    cursor.take("от")
    first = number(cursor)
    if first is None:
        return None
    before = cursor.position
    if not cursor.take("-") and not (cursor.peek(-2).text == "от" and cursor.take("до")):
        return first
    second = number(cursor)
    if second is None or second <= first:
        cursor.position = before
        return first
    return first if is_before else second


def _measured(count: int, unit: str, is_working: bool) -> tuple[int, str]:
    length, name = _UNITS[unit]
    return count * length, "working_days" if is_working and unit == "day" else name
