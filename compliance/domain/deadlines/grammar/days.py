"""The grammar of a day in a recurring period: by which day, of which month, of which unit."""

from dataclasses import replace

from compliance.domain.deadlines.grammar.cursor import Cursor, heads, ordinal
from compliance.domain.deadlines.grammar.frequency import FREQ_OF_UNIT
from compliance.domain.deadlines.grammar.nodes import DayOf
from compliance.domain.deadlines.grammar.reporting import following_reported


def day_of(cursor: Cursor) -> DayOf | None:
    """A day by its number in the month, and whose month it is, in either order."""
    return cursor.first_of((_day_first, _month_first))


def _month_first(cursor: Cursor) -> DayOf | None:
    """«в месяце, следующем за отчётным кварталом, до 10 числа»; without a day, by its end."""
    if "month_word" not in cursor.kinds or "next" not in cursor.kinds:
        return None
    cursor.take("до", "в", "не")
    cursor.take("течение", "позднее")
    cursor.take_kind("end")
    if cursor.peek().kind not in ("next", "month_word"):
        return None
    is_named = cursor.take_kind("month_word") is not None
    if is_named and cursor.peek().text != "," and cursor.peek().kind != "next":
        return None
    where = _following(cursor)
    if where is None and not is_named and cursor.take_kind("next"):
        where = DayOf((), month=1, lag=1)
    if where is None or not (is_named or cursor.take_kind("month_word")):
        return None
    day = cursor.attempt(_day_behind)
    if day is None:
        return replace(where, days=(0,)) if where.freq or where.implied else None
    return replace(where, days=day.days)


def _day_behind(cursor: Cursor) -> DayOf | None:
    cursor.take(",", "-")
    found = _day_first(cursor)
    is_plain = found is not None and found == DayOf(found.days) and found.days != (0,)
    return found if is_plain else None


def _day_first(cursor: Cursor) -> DayOf | None:
    """«до 25 числа», «не позднее 20 числа первого месяца, следующего за отчётным периодом»."""
    if "number" not in cursor.kinds and "day" not in cursor.kinds:
        return None
    cursor.take("в")
    cursor.take("срок")
    if cursor.take_phrase("не", "позднее"):
        cursor.take("чем")
    cursor.take("до", "к", "в", "на", "по", "с")
    working = cursor.attempt(_working_day)
    days = (working,) if working else _last_day(cursor) or _numbered_days(cursor)
    if days is None:
        return None
    cursor.take("включительно")
    where = cursor.attempt(_unit_ended if days == (0,) else _month_named)
    if where is None and working:
        return None
    cursor.take("включительно")
    where = where or DayOf(())
    if cursor.peek().kind == "month":
        return None
    return replace(where, days=days, is_working=working is not None)


def _working_day(cursor: Cursor) -> int | None:
    """The 5 of «5 рабочего дня месяца»; «5 рабочих дней» is a length of time instead."""
    day = ordinal(cursor)
    if day is None or not 0 < day <= 20:
        return None
    return day if cursor.take_phrase("рабочего", "дня") else None


def _last_day(cursor: Cursor) -> tuple[int, ...] | None:
    """«последнего числа», «последний рабочий день»: the end of the month, which is the rule."""
    before = cursor.position
    if cursor.take_kind("last"):
        cursor.take_kind("working", "calendar")
        if cursor.take_kind("number", "day") and cursor.peek().kind != "month":
            return (0,)
    cursor.position = before
    return None


def _numbered_days(cursor: Cursor) -> tuple[int, ...] | None:
    """«5», «5 и 20», «с 1 по 5» before «числа»; of a range the last day counts."""
    if cursor.take_kind("each") and cursor.peek().kind != "number":
        return None
    found = heads(cursor)
    if found is not None and cursor.take("по", "до"):
        later = heads(cursor)
        found = later if later is not None and len(found) == 1 else None
    if found is None or cursor.take_kind("number") is None:
        return None
    if cursor.tokens[cursor.position - 1].text[0].isdigit():
        return None
    days = tuple(last for _, last in found)
    return days if all(1 <= day <= 31 for day in days) else None


def _unit_ended(cursor: Cursor) -> DayOf | None:
    """What the last day is the last of: a month as elsewhere, or «(отчётного) квартала»."""
    return cursor.attempt(_month_named) or _of_unit(cursor, 0)


def _month_named(cursor: Cursor) -> DayOf | None:
    """The month whose day it is, as a DayOf without days."""
    cursor.take(",")
    if cursor.peek(1).text == "за":
        found = _following(cursor)
        if found is not None:
            cursor.take_kind("month_word")
        return found
    if cursor.take_kind("each"):
        unit = cursor.take_kind("month_word", "quarter", "half", "year")
        if unit is not None and unit.kind == "month_word":
            return _following(cursor) or DayOf((), freq="monthly")
        return DayOf((), freq=FREQ_OF_UNIT[unit.kind]) if unit else None
    if cursor.take_kind("next", "coming"):
        if not cursor.take_kind("month_word"):
            return None
        return _following(cursor) or DayOf((), month=1, lag=1)
    if cursor.take_kind("reporting", "current"):
        implied = "monthly" if cursor.peek(-1).kind == "reporting" else None
        return DayOf((), implied=implied) if cursor.take_kind("month_word") else None
    month = 0
    if cursor.take_kind("last"):
        month = -1
    else:
        token = cursor.peek()
        if token.kind in ("ordinal", "number") or token.roman:
            first = heads(cursor)
            if first is None or len(first) != 1:
                return None
            month = first[0][0]
    if not cursor.take_kind("month_word"):
        return _following(cursor)
    return _following(cursor, month or 1) or _of_unit(cursor, month)


def _following(cursor: Cursor, month: int = 1) -> DayOf | None:
    """«, следующего за отчётным кварталом»; an unnamed period leaves the frequency open.

    «Второго месяца, следующего за отчётным месяцем» is not read: a lag is a single period.
    """
    reported = cursor.attempt(following_reported)
    if reported is None or month < 0:
        return None
    freq = FREQ_OF_UNIT.get(reported)
    if freq == "monthly":
        return DayOf((), lag=1, freq=freq) if month == 1 else None
    implied = "monthly" if reported == "bare" and month == 1 else None
    return DayOf((), month=month, lag=1, freq=freq, implied=implied)


def _of_unit(cursor: Cursor, month: int) -> DayOf | None:
    """«месяца», «последнего месяца квартала», «первого месяца следующего квартала»."""
    cursor.take(",")
    cursor.take_kind("each", "reporting", "current")
    is_next = cursor.take_kind("next", "coming") is not None
    unit = cursor.take_kind("quarter", "half", "year", "period")
    if unit is None:
        return DayOf((), month=month) if not is_next else None
    freq = FREQ_OF_UNIT.get(unit.kind)
    reported = cursor.attempt(following_reported)
    if reported is not None:
        is_same = reported in (unit.kind, "bare", "period")
        return DayOf((), month=month or -1, lag=1, freq=freq) if is_same else None
    return DayOf((), month=month or -1, lag=int(is_next), freq=freq)
